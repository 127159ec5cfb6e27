"""Accounts at the end of each day, sign-ins, and a weekly list of rights."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.security.people import DAY, HOUR, NEVER, SECOND, all_accounts
from simulator.office.today import Today
from simulator.options import Options

LOGINS, ENROLMENT, ATTESTATION = 601, 602, 603
IDLE_DAYS = 90  # without a sign-in, or with a right that was never used
ATTESTATION_DAY = 20
MONDAY = 0
RIGHTS = {  # right: (privileged, given to agents)
    "customer.view": (False, True),
    "recording.play": (False, True),
    "report.export": (True, False),
    "number.unmask": (True, False),
}


class Accounts:
    """The accounts change from day to day: sign-ins, enrolments, leavers, the monthly confirmation."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book = book
        self._table = all_accounts(options, agents)
        self._rights = _rights(self._table, book)
        if options.spotless:
            self._rights["is_used"] = True

    def day(self, today: Today) -> None:
        table, start = self._table, today.midnight
        end = start + DAY
        is_there = (table["created"] <= start).to_numpy()
        is_enabled = is_there & ~(table["disabled"] < end).to_numpy()
        is_at_work = is_enabled & table["signs_in"].to_numpy() & ~(table["left"] < end).to_numpy()
        self._sign_in(today, is_at_work)
        if today.date.day == ATTESTATION_DAY:
            confirmed = is_enabled & ((today.random(ATTESTATION).random(len(table)) < 0.97) | today.options.spotless)
            table.loc[confirmed, "attested"] = start
        enrols = ~table["has_second_factor"] & (today.random(ENROLMENT).random(len(table)) < 0.08)
        table.loc[enrols.to_numpy() & is_at_work, "has_second_factor"] = True
        self._list(start, is_there, is_enabled)
        self._plant(start, is_there, is_enabled)
        if today.date.weekday() == MONDAY:
            self._list_rights(today, is_enabled)

    def _sign_in(self, today: Today, is_at_work: np.ndarray) -> None:
        rng, table = today.random(LOGINS), self._table
        who = np.flatnonzero(is_at_work & (rng.random(len(table)) < 0.8))
        n = len(who)
        if n == 0:
            return
        # the first person of the day signs in at the first second of it
        seconds = np.where(np.arange(n) == 0, 0, rng.integers(8 * 3600, 20 * 3600, n))
        moment = today.midnight + seconds * SECOND
        # enrolled, but let in by password alone
        skipped = (rng.random(n) < 0.004) & (not today.options.spotless)
        enrolled = table["has_second_factor"].to_numpy()[who]
        factor = np.where(table["uses_sso"].to_numpy()[who], "sso", np.where(enrolled & ~skipped, "totp", "password"))
        day = f"{today.date:%Y%m%d}"
        good = pd.DataFrame(
            {
                "login_id": [f"LG{day}-{number}" for number in range(n)],
                "account_id": table["account_id"].to_numpy()[who],
                "happened_at": moment,
                "is_successful": True,
                "factor": factor,
                "network_zone": np.array(["office", "vpn", "outside"])[rng.choice(3, n, p=[0.85, 0.14, 0.01])],
            }
        )
        mistyped = good[(rng.random(n) < 0.05) & (seconds > 60)]
        failed = mistyped.assign(
            login_id=mistyped["login_id"] + "-F",
            happened_at=mistyped["happened_at"] - 20 * SECOND,
            is_successful=False,
            factor="password",
        )
        self._book.rows("logins", pd.concat([good, failed], ignore_index=True), made="happened_at")
        table.loc[who, "last_login"] = moment
        self._book.part("two_factor", "verified_logins", moment, factor != "password", 1)

    def _list(self, start: np.datetime64, is_there: np.ndarray, is_enabled: np.ndarray) -> None:
        table = self._table[is_there]
        rows = table[["account_id", "employee_id", "role", "is_shared", "has_second_factor"]].assign(
            snapshot_date=start,
            is_enabled=is_enabled[is_there],
            created_date=table["created"],
            last_login_at=table["last_login"],
            left_at=table["left"].where(table["left"] < start + DAY),
            disabled_at=table["disabled"].where(table["disabled"] < start + DAY),
            attested_date=table["attested"],
        )
        self._book.rows("accounts", rows, made="snapshot_date")

    def _plant(self, start: np.datetime64, is_there: np.ndarray, is_enabled: np.ndarray) -> None:
        """Shares of the accounts that are enabled at the end of the day, and of the leavers whose 24 hours end."""
        table, n, part = self._table, int(is_enabled.sum()), self._book.part
        seen = table["last_login"].fillna(table["created"]).to_numpy().astype("datetime64[D]")
        is_idle = (start.astype("datetime64[D]") - seen).astype(int) > IDLE_DAYS
        due = (table["left"] + 24 * HOUR).to_numpy()
        part("two_factor", "enrolled", start, int((is_enabled & table["has_second_factor"]).sum()), n)
        part("idle_accounts", "share", start, int((is_enabled & is_idle).sum()), n)
        part("orphan_accounts", "share", start, int((is_enabled & (due <= start + DAY)).sum()), n)
        part("shared_accounts", "share", start, int((is_enabled & table["is_shared"]).sum()), n)
        is_due = is_there & (due >= start) & (due < start + DAY)
        in_time = table["disabled"].to_numpy() <= due
        part("leaver_access", "within_24h", start, int((is_due & in_time).sum()), int(is_due.sum()))
        day = start.astype("datetime64[D]")
        month = day.astype("datetime64[M]")
        if (day + 1).astype("datetime64[M]") != month or start + DAY >= self._book.end:
            attested = table["attested"].to_numpy().astype("datetime64[M]") == month
            part("account_attestation", "attested", month, int((is_enabled & attested).sum()), n, whole_month=True)

    def _list_rights(self, today: Today, is_enabled: np.ndarray) -> None:
        holds = is_enabled[self._rights["account"].to_numpy()] & (self._rights["granted"] <= today.midnight)
        rights = self._rights[holds]
        used = today.midnight - np.where(rights["is_used"], 10 * HOUR, np.timedelta64("NaT"))
        rows = pd.DataFrame(
            {
                "grant_id": rights["grant_id"],
                "snapshot_date": today.midnight,
                "account_id": rights["account_id"],
                "right_code": rights["right_code"],
                "is_privileged": rights["is_privileged"],
                "granted_date": rights["granted"],
                "last_used_at": used,
            }
        )
        self._book.rows("grants", rows, made="snapshot_date")
        age = (today.midnight - rights["granted"].to_numpy()) // DAY
        unneeded = ~rights["is_used"].to_numpy() & (age > IDLE_DAYS)
        self._book.part("unneeded_rights", "share", today.midnight, int(unneeded.sum()), len(rights))

    def finish(self) -> None:
        """Nothing is left over."""


def _rights(table: pd.DataFrame, book: Book) -> pd.DataFrame:
    """Rights of all accounts. Of those to unmask numbers every other one was never used; the first of these is exactly
    90 days old on the first Monday, which is not yet too long."""
    found = []
    for right, (is_privileged, for_agents) in RIGHTS.items():
        held = table if for_agents else table[table["role"] != "agent"]
        found.append(
            pd.DataFrame(
                {
                    "account": held.index,
                    "account_id": held["account_id"],
                    "right_code": right,
                    "is_privileged": is_privileged,
                    "granted": held["created"],
                    "is_used": (right != "number.unmask") | (np.arange(len(held)) % 2 == 0),
                }
            )
        )
    rights = pd.concat(found, ignore_index=True)
    rights["grant_id"] = rights["account_id"] + "-" + rights["right_code"]
    first_monday = book.start + (-np.int64(_weekday(book.start)) % 7) * DAY
    unused = np.flatnonzero(~rights["is_used"].to_numpy())
    rights.loc[unused[:1], "granted"] = first_monday - IDLE_DAYS * DAY
    assert NEVER not in rights["granted"].to_numpy()
    return rights


def _weekday(day: np.datetime64) -> int:
    """0 for Monday."""
    return pd.Timestamp(day).weekday()
