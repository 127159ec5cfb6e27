"""Whose accounts there are: agents, the staff behind them, temporary staff who leave, and accounts that an audit finds.

Everything here is decided before the first day; what happens on a day is in accounts.py.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.options import Options, generator

PEOPLE = 600
HOUR, DAY = np.timedelta64(3_600_000, "ms"), np.timedelta64(86_400_000, "ms")
SECOND = np.timedelta64(1_000, "ms")
NEVER = np.datetime64("NaT", "ms")
STAFF_ROLES = ("supervisor", "quality", "analyst", "administrator")

# How long after leaving an account is disabled; 24 hours are in time, one second more is not.
DISABLED_AFTER = (2 * HOUR, 24 * HOUR, 24 * HOUR + SECOND, -1 * HOUR, 10 * DAY, 23 * HOUR)


def staff_ids(agents: Agents) -> list[str]:
    """Employees behind the agents: one for twelve agents, six at least."""
    return [f"E{number:03d}" for number in range(1, max(6, agents.n // 12) + 1)]


def all_accounts(options: Options, agents: Agents) -> pd.DataFrame:
    """One row an account: account_id, employee_id, role, is_shared, has_second_factor, uses_sso, created (local day),
    last_login, left, disabled (local wall clock, NaT for never), attested (local day), signs_in."""
    rng = generator(options.seed, options.start, PEOPLE)
    start = np.datetime64(options.start, "ms")
    staff = staff_ids(agents)
    regular = pd.DataFrame(
        {
            "employee_id": [*agents.ids, *staff],
            "role": [*["agent"] * agents.n, *(STAFF_ROLES[place % 4] for place in range(len(staff)))],
        }
    )
    n = len(regular)
    regular["account_id"] = "U-" + regular["employee_id"]
    regular["created"] = start - rng.integers(95, 1_500, n) * DAY
    regular["last_login"] = start - rng.integers(6, 60, n) * HOUR
    regular["has_second_factor"] = rng.random(n) < 0.94
    regular["uses_sso"] = rng.random(n) < 0.1
    temporary = _temporary(options, rng)
    if options.spotless:
        table = pd.concat([regular, temporary], ignore_index=True).assign(has_second_factor=True)
        table["disabled"] = np.minimum(table["disabled"], table["left"] + 24 * HOUR)
    else:
        table = pd.concat([regular, temporary, _found_by_audit(start)], ignore_index=True)
    for name in ("last_login", "left", "disabled"):
        table[name] = table[name].astype("datetime64[ms]")
    table["is_shared"] = table["account_id"] == "U-DESK"
    table["signs_in"] = ~table["account_id"].isin(["U-DESK", "U-IDLE", "U-UNUSED"])
    twentieth = _latest_twentieth(start)
    # in a spotless centre who opens an account confirms it
    later = table["created"].to_numpy() if options.spotless else NEVER
    table["attested"] = np.where(table["created"] < twentieth, twentieth, later).astype("datetime64[ms]")
    return table


def _latest_twentieth(start: np.datetime64) -> np.datetime64:
    month = start.astype("datetime64[M]")
    this, last = (first.astype("datetime64[ms]") + 19 * DAY for first in (month, month - 1))
    twentieth: np.datetime64 = this if this < start else last
    return twentieth


def _temporary(options: Options, rng: np.random.Generator) -> pd.DataFrame:
    """Every third day someone is hired for two days."""
    count = options.days // 3 + 1
    hired = np.datetime64(options.start, "ms") + np.arange(count) * 3 * DAY
    left = hired + 2 * DAY + rng.integers(0, 86_400, count) * SECOND
    after = np.array(DISABLED_AFTER)[(np.arange(count) + rng.integers(0, len(DISABLED_AFTER))) % len(DISABLED_AFTER)]
    ids = [f"E{number}" for number in range(9_001, 9_001 + count)]
    return pd.DataFrame(
        {
            "account_id": [f"U-{name}" for name in ids],
            "employee_id": ids,
            "role": "agent",
            "created": hired,
            "last_login": NEVER,
            "left": left,
            "disabled": left + after,
            "has_second_factor": rng.random(count) < 0.9,
            "uses_sso": False,
        }
    )


def _found_by_audit(start: np.datetime64) -> pd.DataFrame:
    """An account that reaches 90 days without a sign-in on the second day and is idle from the third on, one that was
    never used, and one that a whole desk shares. Each is disabled after some days."""
    return pd.DataFrame(
        {
            "account_id": ["U-IDLE", "U-UNUSED", "U-DESK"],
            "employee_id": ["E801", "E802", None],
            "role": ["analyst", "quality", "supervisor"],
            "created": [start - 400 * DAY, start - 91 * DAY, start - 200 * DAY],
            "last_login": [start - 89 * DAY + 23 * HOUR, NEVER, start - 30 * DAY],
            "left": NEVER,
            "disabled": [start + 9 * DAY + 9 * HOUR, start + 4 * DAY + 9 * HOUR, start + 6 * DAY + 9 * HOUR],
            "has_second_factor": [True, False, False],
            "uses_sso": False,
        }
    )
