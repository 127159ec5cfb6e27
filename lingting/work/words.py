"""What people type: cleaned, limited and masked before it is kept."""

from __future__ import annotations

import re

from lingting.privacy import mask_digits
from lingting.work.refused import Refused

LONGEST_TEXT, LONGEST_TOPIC, LONGEST_LINK = 4000, 200, 500
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def wording(value: str | None, longest: int = LONGEST_TEXT) -> str | None:
    """Text as it is kept: long numbers masked, no control characters; None when nothing is left of it."""
    cleaned = mask_digits(_CONTROL.sub("", value or "")).strip()
    if len(cleaned) > longest:
        raise Refused("too_long", f"the text has {len(cleaned)} characters and may have {longest}; shorten it")
    return cleaned or None


def needed(value: str | None, longest: int = LONGEST_TEXT) -> str:
    """Text that must be there."""
    found = wording(value, longest)
    if found is None:
        raise Refused("no_text", "say in words what was done and why; the step can not stand without it")
    return found


def address(value: str | None) -> str | None:
    """A link to evidence: of the web, or the path of a document in the centre's own files."""
    found = wording(value, LONGEST_LINK)
    if found and ":" in found and not found.lower().startswith(("http://", "https://")):
        raise Refused("bad_link", "a link begins with http:// or https://, or is the path of a document")
    return found
