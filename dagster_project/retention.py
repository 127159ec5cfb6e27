"""What a run forgets because it was kept long enough. Recordings are not among it: `lingting vault purge` decides."""

from __future__ import annotations

from datetime import UTC, datetime

from asr_jobs.inspection.opinion_answers import forget_old
from dagster_project.report import Say


def forget_old_answers(say: Say) -> None:
    """Prompts and answers of the second opinion that are older than inspection.opinion.keep_days."""
    gone = forget_old(datetime.now(UTC))
    if gone:
        say(f"second opinion: {gone:,} answers are forgotten, kept long enough")
