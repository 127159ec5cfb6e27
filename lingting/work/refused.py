"""The answer "no" to a piece of work: a code that the pages have words for, and one English sentence for logs."""

from __future__ import annotations

from lingting.errors import UsageError
from lingting.rights import Viewer


class Refused(UsageError):
    """Nothing was written. ``code``: the pages word it as ``refused.<code>`` in the person's language."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def must(viewer: Viewer, action: str) -> None:
    """Raise Refused unless the role may do ``action`` (lingting/rights/policy.yaml)."""
    if not viewer.may(action):
        raise Refused("not_yours", f"the role {viewer.role} may not do this ({action}); ask your administrator")
