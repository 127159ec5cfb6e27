"""Checks of systems: encryption, backup, restore, vulnerabilities, isolation, availability, graded protection."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lingting.contracts import all_contracts
from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.today import Today
from simulator.options import Options

STREAM = 660
HOUR = np.timedelta64(3_600_000, "ms")
GRADED = "graded_protection"
SYSTEMS = {
    "endpoint_tls": ("crm.internal", "recordings.internal", "cockpit.internal", "partner-gateway"),
    "backup": ("local", "other-site", "cloud"),
    "restore": ("warehouse",),
    "vulnerability": ("telephony", "crm", "warehouse"),
    "isolation": ("logs-from-business", "customers-from-accounts", "domestic-from-international"),
    "availability": ("telephony", "crm", "knowledge-base"),
    "encryption_at_rest": ("customer-store", "recording-store", "export-share"),
    "phishing_test": ("all-staff",),
    GRADED: ("telephony", "crm", "warehouse", "public-website"),
}
DAILY, MONDAY, RESTORE_DAY, PHISHING_DAY = ("endpoint_tls", "backup", "isolation", "availability"), 0, 15, 10
FAILS = {"endpoint_tls": 0.01, "backup": 0.03, "restore": 0.15, "isolation": 0.004, "encryption_at_rest": 0.05}
KPI = {
    "endpoint_tls": ("endpoint_tls", "tls"),
    "backup": ("backup_success", "backup_success"),
    "restore": ("restore_drill", "restore_drill"),
    "vulnerability": ("vulnerability_overdue", "share"),
    "isolation": ("isolation", "isolated"),
    "availability": ("availability", "availability"),
    "encryption_at_rest": ("customer_data_encryption", "share"),
    "phishing_test": ("phishing", "click_rate"),
    GRADED: (GRADED, "in_order"),
}
GRADES = (3, 3, 2, 1)  # of the systems above
MONTHS_BETWEEN = {3: 12, 2: 24}  # two assessments of a system of this grade; grade 1 has none


class Systems:
    """Each kind of check has its days; what it finds is drawn first and then written down."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book, self._staff = book, agents.n
        self._first_monday = next((day for day in book.days if day.item().weekday() == MONDAY), book.days[0])

    def day(self, today: Today) -> None:
        rng = today.random(STREAM)
        kinds = list(DAILY)
        if today.date.weekday() == MONDAY:
            kinds += ["vulnerability", "encryption_at_rest", GRADED]
        kinds += ["restore"] * (today.date.day == RESTORE_DAY) + ["phishing_test"] * (today.date.day == PHISHING_DAY)
        found = pd.concat(
            [
                self._graded(today) if kind == GRADED else self._check(kind, rng, today.options.spotless)
                for kind in kinds
            ],
            ignore_index=True,
        )
        found["check_id"] = found["kind"] + f"-{today.date:%Y%m%d}-" + found["system_id"]
        # the nightly backup is the first thing of the day, all else is looked at in the last hour
        found["checked_at"] = today.midnight + np.where(found["kind"] == "backup", 0 * HOUR, 23 * HOUR)
        # a system stands in the list of graded ones whether or not it is in order: the warehouse finds that out
        shown = found.assign(is_passed=found["is_passed"].astype(bool) | (found["kind"] == GRADED))
        self._book.rows("system_evidence", shown, made="checked_at")
        self._book.part("pii_scan", "unmasked", today.midnight, 0, int(found["detail"].notna().sum()))
        for kind, rows in found.groupby("kind"):
            good = rows["value"] if rows["base_value"].notna().all() else rows["is_passed"]
            base = rows["base_value"].fillna(1)
            self._book.part(*KPI[str(kind)], today.midnight, float(good.sum()), float(base.sum()))

    def _check(self, kind: str, rng: np.random.Generator, is_spotless: bool) -> pd.DataFrame:
        systems = SYSTEMS[kind]
        n = len(systems)
        rows = pd.DataFrame({"kind": kind, "system_id": systems, "value": np.nan, "base_value": np.nan, "detail": None})
        if kind == "availability":
            down = np.where(rng.random(n) < 0.1, rng.integers(60, 5_400, n), 0)
            return rows.assign(value=86_400.0 - down, base_value=86_400.0, is_passed=down == 0)
        if kind == "vulnerability":
            found = rng.integers(0, 9, n)
            overdue = rng.binomial(found, 0.15)
            return rows.assign(value=overdue.astype(float), base_value=found.astype(float), is_passed=overdue == 0)
        if kind == "phishing_test":
            clicked = rng.binomial(self._staff, 0.07, n)
            return rows.assign(value=clicked.astype(float), base_value=float(self._staff), is_passed=clicked == 0)
        is_passed = (rng.random(n) >= FAILS[kind]) | is_spotless
        detail = pd.Series("需整改", index=rows.index, dtype=object).where(~is_passed, None)
        return rows.assign(is_passed=is_passed, detail=detail)

    def _graded(self, today: Today) -> pd.DataFrame:
        """The list of graded systems as it stands on a Monday: the telephony is due on the first Monday (or the 28th
        before it) and assessed again eleven days later, the CRM is due on the day before that Monday and assessed three
        days after it; the warehouse is filed from the second Monday on."""
        day, first = pd.Timestamp(today.date), pd.Timestamp(self._first_monday)
        due = [min(first, first.replace(day=28)), first - pd.Timedelta(days=1)]
        again = [first + pd.Timedelta(days=11), first + pd.Timedelta(days=3)]
        assessed = [again[row] if again[row] <= day else due[row] - pd.DateOffset(months=12) for row in (0, 1)]
        assessed.append(first - pd.Timedelta(days=300))  # grade 1 is never assessed
        filed = np.array([True, True, day > first, False])
        in_time = [day <= one + pd.DateOffset(months=MONTHS_BETWEEN[grade])
                   for one, grade in zip(assessed, GRADES[:3], strict=True)]  # fmt: skip
        return pd.DataFrame(
            {
                "kind": GRADED,
                "system_id": SYSTEMS[GRADED],
                "value": np.nan,
                "base_value": np.nan,
                "detail": None,
                "is_passed": [*(filed[:3] & in_time), True],
                "protection_grade": GRADES,
                "is_filed": filed,
                "assessed_date": pd.Series([*assessed, pd.NaT], dtype="datetime64[ms]"),
            }
        )

    def finish(self) -> None:
        """Every column of the contracts has a class, in each month."""
        columns = sum(len(declared.columns) for declared in all_contracts().values())
        for month in self._book.months:
            self._book.part("unclassified_columns", "share", month, 0, columns, whole_month=True)
