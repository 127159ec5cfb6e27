"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """How a command that reports prints."""

    TABLE = "table"
    JSON = "json"
