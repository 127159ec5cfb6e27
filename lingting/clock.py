"""The clock: moments are UTC without a zone, as the warehouse, the store and the vault keep them; days are local."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lingting.settings import settings


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def local(moment: datetime) -> datetime:
    """A moment in the time zone of the settings."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(settings().timezone))


def local_day(moment: datetime) -> date:
    return local(moment).date()


def today() -> date:
    return local_day(now())


def day_start(day: date) -> datetime:
    """The first moment of a local day."""
    return datetime.combine(day, time(), ZoneInfo(settings().timezone)).astimezone(UTC).replace(tzinfo=None)


def bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a local day and of the next one."""
    return day_start(day), day_start(day + timedelta(days=1))
