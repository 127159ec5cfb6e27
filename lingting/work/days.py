"""Local days of the centre, for due dates and for the files of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lingting.settings import settings
from lingting.store.accounts import now


def local_day(moment: datetime) -> date:
    """The local day of a UTC time without a zone."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(settings().timezone)).date()


def today() -> date:
    return local_day(now())


def bounds(day: date) -> tuple[datetime, datetime]:
    """First moment of a local day and of the next one, as UTC without a zone."""
    zone = ZoneInfo(settings().timezone)
    first, following = (
        datetime.combine(which, time(), zone).astimezone(UTC).replace(tzinfo=None)
        for which in (day, day + timedelta(days=1))
    )
    return first, following
