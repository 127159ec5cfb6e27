"""Marts about quality control, complaints, incidents and the bot, recounted case by case from the lake's rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from hashlib import md5
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
import pyarrow.parquet as parquet

from asr_jobs.manifest import OUTPUTS
from lingting.contracts import all_contracts
from lingting.lake import days_of
from lingting.paths import Home
from tests.integration.mart_rows import (
    LOCAL,
    Row,
    assert_same,
    half_hour,
    keyed,
    lake,
    last_day,
    local_day,
    month,
    seconds,
    table,
    truth,
)
from tests.integration.marts_of_calls import segments

QUOTA, LOW_SCORE, LEVEL3_DAYS, CALIBRATE_BELOW, CALIBRATE_PAIRS = 20, 60, 7, 0.7, 10
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RISK_KINDS = ("risk", "forbidden")


def _end(home: Home) -> datetime:
    """The moment (UTC) at which the records end."""
    return datetime.combine(last_day(home) + DAY, time()) - LOCAL


def _reviews(home: Home) -> dict[str, Row]:
    """Reviews with score, pass mark and scored dimensions. A critical error takes all points."""
    cards = {(row["scorecard_version"], row["dimension"]): row for row in lake(home, "scorecards")}
    items: dict[str, list[Row]] = defaultdict(list)
    for item in lake(home, "review_items"):
        items[item["review_id"]].append(item)
    found = {}
    for review in lake(home, "reviews"):
        scored, weight, mark, points = {}, 0.0, 0.0, 0.0
        for item in items[review["review_id"]]:
            if item["is_applicable"]:
                card = cards[review["scorecard_version"], item["dimension"]]
                scored[item["dimension"]] = (item["score_points"], item["score_points"] >= card["pass_points"])
                weight += card["weight_points"]
                mark += card["weight_points"] * card["pass_points"]
                points += card["weight_points"] * item["score_points"]
        is_critical = any(item["error_kind"] for item in items[review["review_id"]])
        score = 0.0 if is_critical else points / weight
        is_passed = score >= mark / weight
        found[review["review_id"]] = review | {
            "score": score, "is_passed": is_passed, "scored": scored, "day": local_day(review["reviewed_at"]),
            "is_sample": review["review_level"] == 2 and review["review_kind"] == "first",
        }  # fmt: skip
    return found


def qc_agreement(home: Home) -> None:
    """Kappa from the two-by-two table, alpha from every pair of values that could have met by chance."""
    reviews = _reviews(home)
    pairs: dict[Any, list[tuple[tuple[float, bool], tuple[float, bool]]]] = defaultdict(list)
    for later in reviews.values():
        first = reviews.get(later["about_review_id"])
        if later["review_kind"] not in ("second", "recheck") or first is None:
            continue
        key = month(later["day"]), later["review_kind"]
        pairs[(*key, "total")].append(((first["score"], first["is_passed"]), (later["score"], later["is_passed"])))
        for dimension in first["scored"].keys() & later["scored"].keys():
            pairs[(*key, dimension)].append((first["scored"][dimension], later["scored"][dimension]))
    expected = {}
    for key, each in pairs.items():
        kappa, alpha = _kappa([(a[1], b[1]) for a, b in each]), _alpha([(a[0], b[0]) for a, b in each])
        is_low = any(value is not None and value < CALIBRATE_BELOW for value in (kappa, alpha))
        expected[key] = (len(each), kappa, alpha, is_low and len(each) >= CALIBRATE_PAIRS)
    measured = table(home, "mart_qc_agreement")
    names = ("n", "kappa", "alpha", "is_calibration_due")
    assert_same(expected, keyed(measured, ("month_start", "pair_kind", "dimension"), names))


def _kappa(verdicts: list[tuple[bool, bool]]) -> float | None:
    cells = np.zeros((2, 2))
    for one, other in verdicts:
        cells[int(one), int(other)] += 1 / len(verdicts)
    chance = float(cells.sum(axis=0) @ cells.sum(axis=1))
    return None if np.isclose(chance, 1) else (float(np.trace(cells)) - chance) / (1 - chance)


def _alpha(points: list[tuple[float, float]]) -> float | None:
    values = np.array(points).ravel()
    apart = np.subtract.outer(values, values) ** 2
    expected = apart.sum() / (len(values) * (len(values) - 1))
    observed = np.mean([(one - other) ** 2 for one, other in points])
    return None if expected == 0 else float(1 - observed / expected)


def _level3(home: Home) -> dict[str, Row]:
    """Calls that a level-3 review must hear: why, until when, and the day of the first one."""
    legs = {leg["call_id"]: leg for leg in segments(home)}
    heard: dict[str, date] = {}
    low = set()
    for review in sorted(_reviews(home).values(), key=lambda review: review["day"]):
        is_first = review["review_kind"] == "first"
        if is_first and review["review_level"] == 3:
            heard.setdefault(review["call_id"], review["day"])
        leg = legs.get(review["call_id"])
        is_soon = leg is not None and review["day"] <= leg["day"] + LEVEL3_DAYS * DAY
        if review["is_sample"] and review["score"] < LOW_SCORE and is_soon:
            low.add(review["call_id"])
    kinds = {row["rule_id"]: row["rule_kind"] for row in lake(home, "inspections")}
    risky = {
        row["call_id"]
        for row in truth(home, "clauses")
        if kinds.get(row["rule_id"]) in RISK_KINDS and row["is_applicable"] and row["is_present"]
    }
    return {
        call: {"leg": legs[call], "is_risk": call in risky, "due": legs[call]["day"] + LEVEL3_DAYS * DAY,
               "heard": heard.get(call)}
        for call in (low | risky) & legs.keys()
    }  # fmt: skip


def qc_coverage(home: Home) -> None:
    """The three levels of each agent who handled a call in the month."""
    counts: dict[Any, Counter[str]] = defaultdict(Counter)
    for leg in segments(home):
        cell = counts[month(leg["day"]), leg["agent_id"]]
        cell["handled"] += 1
        cell["recorded"] += leg["transcript_status"] is not None
        cell["inspected"] += leg["transcript_status"] in ("ok", "partial_audio", "no_speech")
    for start, agent, _ in {
        (month(review["day"]), review["agent_id"], review["call_id"])
        for review in _reviews(home).values()
        if review["is_sample"]
    }:
        if (start, agent) in counts:
            counts[start, agent]["level2"] += 1
    for case in _level3(home).values():
        cell = counts[month(case["leg"]["day"]), case["leg"]["agent_id"]]
        is_open = last_day(home) < case["due"]
        cell["due"] += 1
        cell["open"] += is_open
        cell["done"] += not is_open and case["heard"] is not None and case["heard"] <= case["due"]
    names = ("handled", "recorded", "inspected", "level2", "due", "done", "open")
    expected = {key: (*(cell[name] for name in names), cell["level2"] >= QUOTA) for key, cell in counts.items()}
    measured = table(home, "mart_qc_coverage")
    columns = ("n_handled", "n_recorded", "n_inspected", "n_level2", "n_level3_due", "n_level3_done", "n_level3_open")
    assert_same(expected, keyed(measured, ("month_start", "agent_id"), (*columns, "is_level2_met")))


def sampling_plan(home: Home) -> None:
    """Every stratum is drawn in the order of its ids' sums, every agent has the quota, the weights give all calls."""
    latest = max(month(leg["day"]) for leg in segments(home))
    population = [leg for leg in segments(home) if leg["day"] >= latest]
    risky = {call for call, case in _level3(home).items() if case["is_risk"]}
    wanted = {row["agent_id"]: row["n_wanted"] for row in table(home, "mart_sampling_plan")}
    strata: dict[Any, list[str]] = defaultdict(list)
    of_agent: dict[str, list[str]] = defaultdict(list)
    for leg in population:
        half = "morning" if half_hour(leg["queued_at"]) < 24 else "afternoon"
        strata[leg["agent_id"], leg["queue_id"], half, leg["call_id"] in risky].append(leg["call_id"])
        of_agent[leg["agent_id"]].append(leg["call_id"])
    expected = {}
    for (agent, _, _, is_risk), calls in strata.items():
        n_places = sum(2 if call in risky else 1 for call in of_agent[agent])
        shares = (len(calls) / len(of_agent[agent]), len(calls) * (2 if is_risk else 1) / n_places)
        drawn = min(len(calls), max(ceil(round(wanted[agent] * share, 9)) for share in shares))
        calls.sort(key=lambda call: (md5(f"level2|{latest}|{call}".encode()).hexdigest(), call))
        for place, call in enumerate(calls[:drawn], start=1):
            expected[(call,)] = (agent, place, len(calls), float(drawn), len(calls) / drawn)
    plan = table(home, "mart_sampling_plan")
    names = ("agent_id", "draw_no", "stratum_size", "stratum_drawn", "inclusion_weight")
    assert_same(expected, keyed(plan, ("call_id",), names))
    assert abs(sum(row["inclusion_weight"] for row in plan) - len(population)) < 1e-6
    drawn_of = Counter(row["agent_id"] for row in plan)
    assert all(drawn_of[agent] >= min(QUOTA, len(calls)) for agent, calls in of_agent.items())


def incident_sla(home: Home) -> None:
    limits = {"started": 0.25, "assessed": 1, "planned": 2, "notified": 4}
    steps: dict[str, dict[str, datetime]] = defaultdict(dict)
    for row in sorted(lake(home, "incidents"), key=lambda row: row["happened_at"], reverse=True):
        steps[row["incident_id"]][row["step"]] = row["happened_at"]  # the earliest stays
    expected = {}
    for incident, at in steps.items():
        clocks = []
        for step, hours in limits.items():
            due = at["detected"] + hours * HOUR
            made = "in_time" if step in at and at[step] <= due else "late" if step in at else None
            clocks.append(made or ("missed" if due < _end(home) else "open"))
        took = seconds(at["detected"], at["handled"]) if "handled" in at else None
        expected[(incident,)] = (*clocks, took)
    names = ("started_clock", "assessed_clock", "planned_clock", "notified_clock", "resolve_seconds")
    assert_same(expected, keyed(table(home, "mart_incident_sla"), ("incident_id",), names))


def issue_loop(home: Home) -> None:
    """Who verifies their own issue closes nothing."""
    steps: dict[str, list[Row]] = defaultdict(list)
    for row in lake(home, "quality_issues"):
        steps[row["issue_id"]].append(row)
    expected = {}
    for issue, each in steps.items():
        each.sort(key=lambda row: (row["happened_at"], row["issue_step_id"]))
        last = each[-1]
        is_closed = last["step"] == "verified" and last["by_id"] != last["owner_id"]
        closed = local_day(last["happened_at"]) if is_closed else None
        until = closed or last_day(home)
        found = local_day(each[0]["happened_at"])
        is_own = last["step"] == "verified" and last["by_id"] == last["owner_id"]
        overdue = max((until - last["due_date"]).days, 0)
        n_reopened = sum(row["step"] == "reopened" for row in each)
        own = (last["step"], is_closed, closed, (until - found).days, overdue, is_own, n_reopened)
        expected[(issue,)] = (found, last["owner_id"], last["due_date"], *own)
    names = ("found_date", "owner_id", "due_date", "stage", "is_closed", "closed_date", "age_days", "overdue_days",
             "is_verified_by_owner", "n_reopened")  # fmt: skip
    assert_same(expected, keyed(table(home, "mart_issue_loop"), ("issue_id",), names))


def complaint_sla(home: Home) -> None:
    """The clock is walked from step to step: it runs 48 hours, and stands still while the customer is waited for."""
    steps: dict[str, list[Row]] = defaultdict(list)
    for row in lake(home, "complaints"):
        steps[row["complaint_id"]].append(row)
    expected = {}
    for complaint, each in steps.items():
        each.sort(key=lambda row: row["step_no"])
        at = {row["step"]: row["happened_at"] for row in reversed(each)}
        if "received" not in at:
            continue
        due = _due(each)
        if due is None or local_day(due) > last_day(home):
            continue
        responded, finished = at.get("responded"), at.get("finished")
        is_responded = responded is not None and responded <= at["received"] + 24 * HOUR
        is_finished = finished is not None and finished <= due
        late = 0.0 if is_finished else seconds(due, finished or _end(home))
        expected[(complaint,)] = (
            local_day(due), due, is_responded, is_finished, is_responded and is_finished, finished is None, late,
        )  # fmt: skip
    names = ("due_date", "due_at", "is_responded_24h", "is_finished_48h", "is_in_time", "is_open", "late_seconds")
    assert_same(expected, keyed(table(home, "mart_complaint_sla"), ("complaint_id",), names))


def _due(steps: list[Row]) -> datetime | None:
    """When 48 hours of work are over; None while the customer is still waited for."""
    states = [row for row in steps if row["step"] in STATES]
    left, now = 48 * HOUR, states[0]["happened_at"]
    for row, following in pairwise([*states, None]):
        until = following["happened_at"] if following else None
        if row["step"] == "waiting_customer":
            if until is None:
                return None
        elif row["step"] == "finished" or until is None or until - now > left:
            return now + left
        else:
            left -= until - now
        now = until
    raise AssertionError("a clock without an end")


STATES = ("received", "responded", "investigating", "waiting_customer", "resumed", "finished", "reopened")


def bot_takeover(home: Home) -> None:
    """Walks each channel's day: a breach raises, two calm half hours in a row (small ones left out) clear."""
    windows: dict[Any, list[Row]] = defaultdict(list)
    measured = table(home, "mart_bot_takeover")
    for row in measured:
        windows[row["channel"], row["window_date"]].append(row)
    expected = {}
    for (channel, _), each in windows.items():
        state, n_calm = "NORMAL", 0
        for row in sorted(each, key=lambda row: row["window_at"]):
            before, is_breach = state, False
            if row["n_dialogues"] >= 20:
                is_breach = 100 * row["n_takeovers"] > 15 * row["n_dialogues"]
                n_calm = n_calm + 1 if 100 * row["n_takeovers"] < 10 * row["n_dialogues"] else 0
                state = "HUMAN" if is_breach else "NORMAL" if n_calm >= 2 else state
            turned = (state, before)
            expected[channel, row["window_at"]] = (
                is_breach, state, turned == ("HUMAN", "NORMAL"), turned == ("NORMAL", "HUMAN"),
            )  # fmt: skip
    names = ("is_breach", "state", "is_switch_due", "is_return_due")
    assert_same(expected, keyed(measured, ("channel", "window_at"), names))


def data_quality(home: Home) -> None:
    """Each source has the rows of its partitions; the loader took all it was given, and brought all but the heard."""
    expected: Counter[tuple[date, str]] = Counter()
    for source in all_contracts():
        for day in days_of(source):
            if n_rows := parquet.read_metadata(home.partition_file(source, day)).num_rows:
                expected[month(day), source] += n_rows
    heard = set(OUTPUTS)
    assert_same(
        {key: (n_rows, None if key[1] in heard else 0) for key, n_rows in expected.items()},
        keyed(table(home, "mart_data_quality"), ("month_start", "source_name"), ("n_rows", "n_rejected")),
    )


CHECKS = (qc_agreement, qc_coverage, sampling_plan, incident_sla, issue_loop, complaint_sla, bot_takeover, data_quality)
