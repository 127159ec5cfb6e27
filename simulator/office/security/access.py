"""The access log: numbered entries, each with the hash of the one before. Some months have flaws.

An export names its purpose and its fields; some hold more than the purpose needs, or do not say.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict

import numpy as np
import pandas as pd

from lingting.paths import DBT_PROJECT
from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.security.people import SECOND, staff_ids
from simulator.office.today import Today
from simulator.options import Options, generator

ENTRIES, FLAWS, EXPORTS = 610, 611, 4210
LOG = "crm"
LEAST, MOST = 25, 300  # entries a day
ACTIONS = ("view", "search", "play", "export", "unmask")
OBJECT = {"view": "customer", "search": "customer", "play": "recording", "export": "report", "unmask": "customer"}
FLAWED_MONTHS = 0.4  # share of months with lost entries, and of months with a broken chain


class AccessLog:
    """``seq`` and ``hash`` are carried over midnight, as a real log does."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._seed, self._book = options.seed, book
        self._accounts = np.array([f"U-{name}" for name in [*agents.ids, *staff_ids(agents)]], dtype=object)
        self._seq, self._hash = 0, "0" * 64
        self._kept_seq = 0  # number of the last entry that is still there
        self._flaws = self._flawed_days(book, options)
        self._needed = needed_fields()

    def _flawed_days(self, book: Book, options: Options) -> dict[str, set[np.datetime64]]:
        """Days on which entries are lost at noon, the last entries of the day are lost, or a link is broken."""
        days: dict[str, set[np.datetime64]] = {"noon": set(), "midnight": set(), "link": set()}
        for month in book.months:
            rng = generator(self._seed, month.item(), FLAWS)
            inside = book.days[book.days.astype("datetime64[M]") == month.astype("datetime64[M]")]
            chosen = rng.choice(inside, 2)
            if options.spotless:
                continue
            if rng.random() < FLAWED_MONTHS:
                days["noon" if rng.random() < 0.5 else "midnight"].add(chosen[0])
            if rng.random() < FLAWED_MONTHS:
                days["link"].add(chosen[1])
        return days

    def day(self, today: Today) -> None:
        rng, calls = today.random(ENTRIES), today.calls
        n = int(np.clip(len(calls) // 10, LEAST, MOST))
        # the first and the last entry lie at the edges of the day
        seconds = np.sort(np.concatenate([[0, 86_399], rng.integers(7 * 3600, 22 * 3600, n - 2)]))
        action = np.array(ACTIONS, dtype=object)[rng.choice(5, n, p=[0.6, 0.2, 0.13, 0.04, 0.03])]
        n_rows = np.where(action == "export", rng.integers(20, 6_000, n), np.where(action == "search", 12, 1))
        number = calls["caller_number"].to_numpy()[rng.integers(0, len(calls), n)] if len(calls) else None
        about_one = pd.Series(np.isin(action, ["view", "unmask"]))
        customer = None if number is None else pd.Series(number, dtype=object).where(about_one, None)
        rows = pd.DataFrame(
            {
                "seq_no": self._seq + 1 + np.arange(n),
                "account_id": self._accounts[rng.integers(0, len(self._accounts), n)],
                "action": action,
                "object_kind": [OBJECT[name] for name in action],
                "caller_number": customer,
                "n_rows": n_rows,
                "happened_at": today.midnight + seconds * SECOND,
            }
        )
        rows["access_event_id"] = [f"{LOG}-{seq}" for seq in rows["seq_no"]]
        rows["log_id"] = LOG
        rows = self._with_fields(rows, today.random(EXPORTS))
        rows = self._chained(rows)
        self._export(today.midnight.astype("datetime64[D]"), rows)

    def _with_fields(self, rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        """Purpose and fields of each export, and in ``is_within`` the truth: of a hundred exports ten hold a field
        that is not needed, five have no purpose, four one that nobody listed, and four no list of fields."""
        rows = rows.assign(purpose=None, fields=None, is_within=False)
        purposes = sorted(self._needed)
        for row in np.flatnonzero(rows["action"] == "export"):
            purpose: str | None = purposes[rng.integers(0, len(purposes))]
            needed = self._needed[str(purpose)]
            fields = needed[: rng.integers(1, len(needed) + 1)]
            flaw = rng.choice(["", "more", "no purpose", "unlisted", "no list"], p=[0.77, 0.1, 0.05, 0.04, 0.04])
            fields = [*fields, "id_card_no"] if flaw == "more" else fields
            purpose = {"no purpose": None, "unlisted": "other"}.get(flaw, purpose)
            values = [purpose, None if flaw == "no list" else "|".join(fields), flaw == ""]
            rows.loc[row, ["purpose", "fields", "is_within"]] = values
        return rows

    def _chained(self, rows: pd.DataFrame) -> pd.DataFrame:
        previous, own = [], []
        for seq, account, action, moment in zip(
            rows["seq_no"], rows["account_id"], rows["action"], rows["happened_at"], strict=True
        ):
            previous.append(self._hash)
            self._hash = hashlib.sha256(f"{self._hash}|{seq}|{account}|{action}|{moment}".encode()).hexdigest()
            own.append(self._hash)
        self._seq += len(rows)
        return rows.assign(previous_hash=previous, entry_hash=own)

    def _export(self, day: np.datetime64, rows: pd.DataFrame) -> None:
        """Leave out what was lost, break the link, and plant what the two checks must find on this day."""
        n, kept = len(rows), np.ones(len(rows), dtype=bool)
        if day in self._flaws["noon"]:
            kept[n // 2 : n // 2 + 3] = False
        if day in self._flaws["midnight"]:
            kept[-2:] = False
        rows = rows[kept].reset_index(drop=True)
        step = np.diff(rows["seq_no"].to_numpy(), prepend=self._kept_seq)
        has_neighbour = (step == 1) & (rows["seq_no"].to_numpy() > 1)
        n_broken = 0
        if day in self._flaws["link"]:
            place = int(np.flatnonzero(has_neighbour)[n // 3])
            rows.loc[place, "previous_hash"] = hashlib.sha256(b"altered").hexdigest()
            n_broken = 1
        self._kept_seq = int(rows["seq_no"].iloc[-1])
        exports = rows["action"] == "export"
        self._book.part("export_purpose", "within", day, int(rows["is_within"].astype(bool).sum()), int(exports.sum()))
        self._book.rows("access_events", rows.drop(columns="is_within"), made="happened_at")
        self._book.part("access_log_gaps", "share", day, int((step - 1).sum()), int(step.sum()))
        self._book.part("access_log_chain", "share", day, n_broken, int(has_neighbour.sum()))

    def finish(self) -> None:
        """Nothing is left over."""


def needed_fields() -> dict[str, list[str]]:
    """Fields that each purpose of an export needs, as the centre lists them."""
    needed: dict[str, list[str]] = defaultdict(list)
    with (DBT_PROJECT / "seeds" / "ref_export_field.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            needed[row["purpose"]].append(row["field_name"])
    return needed
