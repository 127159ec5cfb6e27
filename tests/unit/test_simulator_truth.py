"""The truth about KPIs, recounted from its own list of calls with plain loops."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lingting.kpi.dictionary import Project
from lingting.paths import Home
from simulator.centre import build_agents
from simulator.events.codes import Leg
from simulator.options import Options
from simulator.run import simulate
from simulator.truth.kpis import Facts, add_visits
from simulator.truth.ledger import VISITS, Keys, Ledger
from simulator.truth.repeats import Visitors

DAYS = 10
NOT_WITHOUT_SPEECH = {"deletion_certificate", "dpmo", "emotion_accuracy", "emotion_response", "negative_emotion",
                      "no_interruption", "reconciliation", "recorded_after_refusal",
                      "recording_encryption", "recording_notice", "retention_overdue", "rule_overturn",
                      "script_compliance", "speech_rate", "speech_rate_band"}  # fmt: skip
RARER_THAN_TEN_DAYS = {"abandonment_alerts", "complaint_sla", "issue_recurrence_30d", "phishing", "restore_drill"}
OPTIONS = Options(date(2026, 9, 26), DAYS, 150, seed=4, recordings=False, texts=False)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.DataFrame]:
    root = tmp_path_factory.mktemp("home")
    simulate(OPTIONS, Home(root))
    return pd.read_parquet(root / "truth" / "calls.parquet"), pd.read_parquet(root / "truth" / "kpis.parquet")


@pytest.mark.parametrize("queue", ["service", "sales", "complaint"])
def test_service_level_counts_waits_from_the_request(planted: tuple[pd.DataFrame, pd.DataFrame], queue: str) -> None:
    calls, kpis = planted
    limit = 15 if queue == "complaint" else 20
    visits = calls[
        (calls.direction == "inbound") & ~calls.is_test & calls.queued_at.notna() & (calls.queue_id == queue)
    ]
    answered = inside = abandoned = quick = short = 0
    for leg in visits.itertuples():
        begin = leg.queued_at if pd.isna(leg.requested_at) else leg.requested_at
        if leg.outcome == "answered":
            answered += 1
            inside += (leg.answered_at - begin).total_seconds() <= limit
        elif leg.outcome == "abandoned":
            abandoned += 1
            quick += (leg.ended_at - begin).total_seconds() <= limit
            short += (leg.ended_at - begin).total_seconds() <= 5
    base = answered + abandoned
    months = kpis[(kpis.grain == "month") & (kpis.scope == "queue") & (kpis.scope_id == queue)]
    sums = months.groupby("formula_id")[["numerator", "denominator"]].sum()
    assert tuple(sums.loc["sl_f1"]) == (inside + quick, base)
    assert tuple(sums.loc["sl_f2"]) == (inside, answered)
    assert tuple(sums.loc["sl_f3"]) == (inside, base)
    assert tuple(sums.loc["sl_f4"]) == (inside, base - quick)
    assert tuple(sums.loc["sl_f5"]) == (inside + short, base)
    assert tuple(sums.loc["sl_f5b"]) == (inside, base - short)
    assert tuple(sums.loc["ab_net"]) == (abandoned - short, base - short)


def test_a_wait_of_exactly_the_threshold_is_inside() -> None:
    """Two answers after 20 s and 20.001 s, two callers who hang up after 5 s and 5.001 s."""
    end = np.array([20_000, 20_001, 5_000, 5_001])
    legs: Any = SimpleNamespace(
        outcome=np.array([Leg.ANSWERED, Leg.ANSWERED, Leg.ABANDONED, Leg.ABANDONED]),
        flow=np.full(4, -1),
        queue=np.zeros(4, dtype=np.int64),
        requested=np.array([0, -1, 0, -1]),
        queued=np.array([3_000, 0, 3_000, 0]),
        answered=end,
        ended=end,
    )
    every = np.ones(4, dtype=bool)
    keys = Keys(np.zeros(4, dtype=np.int64), legs.queue, np.zeros(4, dtype=np.int64))
    ledger = Ledger(1, build_agents(OPTIONS))
    add_visits(ledger, legs, Facts(keys, every, every, np.zeros(0), np.zeros(0)))
    table = ledger.table([date(2026, 9, 30)])
    values = table[(table.grain == "day") & (table.scope == "centre")].set_index("formula_id").numerator
    assert (values["sl_f3"], values["sl_f1"], values["sl_f5"], values["ab_net"]) == (1, 3, 2, 1)


def test_a_repeat_at_exactly_the_end_of_the_window_counts() -> None:
    """One customer calls again after exactly 24 h, another 1 ms later; the third window is not over."""
    day_ms = 86_400_000
    start = np.array([0, day_ms, 5, day_ms + 6, day_ms + 7])
    n = len(start)
    zeros = np.zeros(n, dtype=np.int64)
    contacts = SimpleNamespace(start=start, customer=np.array([1, 1, 2, 2, 3]), is_withheld=np.zeros(n, dtype=bool))
    day: Any = SimpleNamespace(records=SimpleNamespace(contacts=contacts))
    keys = Keys(np.array([0, 1, 0, 1, 1]), zeros, zeros)
    visitors = Visitors()
    visitors.add(day, Facts(keys, zeros, zeros, np.arange(n), np.ones(n, dtype=bool)))
    ledger = Ledger(2, build_agents(OPTIONS))
    visitors.settle(ledger, 2 * day_ms + 6)
    table = ledger.table([date(2026, 9, 29), date(2026, 9, 30)])
    day_rows = table[(table.scope == "centre") & (table.formula_id == "fcr_repeat_24h") & (table.grain == "day")]
    # day 1: both first calls are in the base, only the second customer stayed away; day 2: 24 h + 1 ms is a first
    # call again and its window just closes, the last one is open; the call after exactly 24 h is no first call
    assert day_rows[["numerator", "denominator", "n_open"]].to_numpy().tolist() == [[1, 2, 0], [1, 1, 1]]


def test_wrap_is_cut_at_the_next_call(planted: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    calls, kpis = planted
    segments = calls[(calls.outcome == "answered") & (calls.direction == "inbound") & ~calls.is_test]
    total, cut = 0.0, 0
    for _, own in segments.sort_values("answered_at").groupby("agent_id"):
        following = [*own.answered_at.iloc[1:], None]
        for leg, after in zip(own.itertuples(), following, strict=True):
            wrap = leg.wrap_ms / 1000
            if after is not None and (after - leg.ended_at).total_seconds() < wrap:
                wrap, cut = (after - leg.ended_at).total_seconds(), cut + 1
            total += leg.talk_ms / 1000 + leg.hold_ms / 1000 + wrap
    months = kpis[(kpis.formula_id == "aht") & (kpis.scope == "centre") & (kpis.grain == "month")]
    assert len(months) == 2
    assert months.numerator.sum() == pytest.approx(total)
    assert months.denominator.sum() == len(segments)
    assert cut == int(segments.is_planted_wrap.sum()) > 0


@pytest.mark.parametrize(("formula", "hours"), [("fcr_repeat_24h", 24), ("fcr_repeat_72h", 72), ("fcr_repeat_7d", 168)])
def test_repeats_within_a_window(planted: tuple[pd.DataFrame, pd.DataFrame], formula: str, hours: int) -> None:
    calls, kpis = planted
    real = calls[(calls.direction == "inbound") & ~calls.is_test]
    starts = real.groupby("contact_id").entered_at.min()
    visitors = real[real.queued_at.notna() & ~real.is_withheld].drop_duplicates("contact_id")
    by_customer: dict[str, list[tuple[datetime, str]]] = {}
    for row in visitors.itertuples():
        by_customer.setdefault(row.caller_number, []).append((starts[row.contact_id], row.contact_id))
    handled = set(real[real.outcome == "answered"].contact_id)
    placed = real[real.queued_at.notna()].assign(unanswered=lambda legs: legs.outcome != "answered")
    placed = placed.sort_values(["contact_id", "unanswered", "leg_no"]).drop_duplicates("contact_id")
    number_and_day = placed.caller_number + (placed.queued_at + timedelta(hours=8)).dt.strftime("%Y%m%d")
    crowd = number_and_day.map(number_and_day.value_counts())
    companies = set(placed.contact_id[(crowd > 8).to_numpy()])
    assert len(companies) >= 9
    window, horizon = timedelta(hours=hours), datetime(2026, 10, 5, 16)
    alone = closed = unknown = 0
    for mine in by_customer.values():
        for start, contact in mine:
            others = [at for at, other in mine if other != contact]
            if contact in companies or contact not in handled or any(start - window <= at < start for at in others):
                continue
            if start + window > horizon:
                unknown += 1
            else:
                closed += 1
                alone += not any(start < at <= start + window for at in others)
    months = kpis[(kpis.formula_id == formula) & (kpis.scope == "centre") & (kpis.grain == "month")]
    assert months.numerator.sum() == alone
    assert months.denominator.sum() == closed
    assert months.n_open.sum() == unknown


def test_every_formula_is_there_and_scopes_add_up(planted: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    kpis = planted[1]
    formulas = set(zip(kpis.kpi_id, kpis.formula_id, strict=True))
    known = {(row["kpi_id"], row["formula_id"]) for row in Project().seed("kpi_catalogue")}
    assert formulas <= known
    assert {kpi for kpi, _ in known - formulas} == NOT_WITHOUT_SPEECH | RARER_THAN_TEN_DAYS
    days = kpis[(kpis.grain == "day") & (kpis.period_start == date(2026, 9, 29))]
    for formula in ("aht", "asa", "transfer_rate", "fcr_process", "fcr_repeat_24h", "csat_top2"):
        rows = days[days.formula_id == formula]
        totals = rows.groupby("scope")[["numerator", "denominator", "n_open"]].sum()
        assert set(totals.index) == {"centre", "queue", "team", "agent"}
        assert np.allclose(totals.to_numpy(), totals.loc["centre"].to_numpy())
    assert set(kpis[kpis.kpi_id == "service_level"].scope) == {"centre", "queue"}
    assert set(kpis[kpis.kpi_id == "occupancy"].scope) == {"centre", "team", "agent"}
    assert kpis[kpis.formula_id == "count"].denominator.isna().all()


def test_rows_without_a_base_are_left_out() -> None:
    agents = build_agents(OPTIONS)
    ledger = Ledger(2, agents)
    keys = Keys(np.array([0, 0, 1, 2]), np.array([0, 1, 0, 0]), np.array([-1, -1, -1, -1]))
    yes = np.array([True, False, False, True])
    ledger.add("k", "f", keys, yes, yes, scopes=VISITS)
    ledger.add("c", "count", keys, yes, scopes=VISITS, denominator_unit=None)
    table = ledger.table([date(2026, 9, 30), date(2026, 10, 1)])
    assert len(table) == 2 * 2 * 2  # two KPIs, day and month, centre and queue: only the first row of the first day
    assert set(table.period_start) == {date(2026, 9, 30), date(2026, 9, 1)}
    assert (table.numerator == 1).all()


def test_truth_counts_what_the_engine_did(planted: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    calls = planted[0]
    assert set(calls.outcome) <= {"answered", "abandoned", "flowout", "open", "ivr_exit", "no_answer"}
    assert calls.call_id.is_unique
    follows = calls[calls.repeat_of_contact_id.notna()]
    assert len(follows) > 20
    assert follows.repeat_of_contact_id.isin(calls.contact_id).all()
