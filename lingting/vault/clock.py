"""The vault's clock: moments are UTC without a zone, days are local."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from lingting.settings import settings


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def local_day(moment: datetime) -> date:
    """Local day of a UTC moment."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(settings().timezone)).date()


def today() -> date:
    return local_day(now())
