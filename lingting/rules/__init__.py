"""The versions of the packs of rules that ever were in force, as they lie in the home. Judging by them is asr_jobs'."""

from lingting.rules.history import NOTE, DiffLine, kept_versions, line_diff, rule_text

__all__ = ["NOTE", "DiffLine", "kept_versions", "line_diff", "rule_text"]
