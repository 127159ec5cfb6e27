"""The business-hours clock of the simulated centre: 09:00-18:00 from Monday to Friday."""

from __future__ import annotations

import numpy as np

from simulator.office.customers.shared import DAY, HOUR

OPENS, LENGTH = 9 * HOUR, 9 * HOUR
WORKING_DAYS = 5
_FIRST_MONDAY = 4 * DAY  # 1970-01-05


def business_time(at: np.ndarray) -> np.ndarray:
    """Business milliseconds since the first Monday of 1970, by wall-clock milliseconds."""
    day, time = np.divmod(at - _FIRST_MONDAY, DAY)
    week, weekday = np.divmod(day, 7)
    today = np.where(weekday < WORKING_DAYS, np.clip(time - OPENS, 0, LENGTH), 0)
    return np.asarray((week * WORKING_DAYS + np.minimum(weekday, WORKING_DAYS)) * LENGTH + today)


def wall_time(business: np.ndarray) -> np.ndarray:
    """The first moment at which the business clock shows this time."""
    day, time = np.divmod(business - 1, LENGTH)
    week, weekday = np.divmod(day, WORKING_DAYS)
    return np.asarray(_FIRST_MONDAY + (week * 7 + weekday) * DAY + OPENS + time + 1)
