"""Marts about calls, the voice menu and surveys, recounted call by call from what was simulated."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

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

ANSWER_WITHIN = {"complaint": 15}  # seconds; all other queues 20
SCALES = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7), "effort": (1, 5), "resolved": (0, 1)}
REMIND_AFTER, REST = timedelta(hours=48), timedelta(days=30)


def visits(home: Home) -> list[Row]:
    """Legs that waited in a queue, with their local day and seconds of waiting; no tests."""
    found = []
    for leg in truth(home, "calls"):
        if leg["direction"] != "inbound" or leg["is_test"] or leg["queued_at"] is None:
            continue
        stopped = leg["answered_at"] if leg["outcome"] == "answered" else leg["ended_at"]
        wait = None if leg["outcome"] == "open" else seconds(leg["requested_at"] or leg["queued_at"], stopped)
        found.append(leg | {"day": local_day(leg["queued_at"]), "wait": wait})
    return found


def segments(home: Home) -> list[Row]:
    return [leg for leg in visits(home) if leg["outcome"] == "answered"]


def answer_heatmap(home: Home) -> None:
    counts: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    for leg in visits(home):
        is_lost = leg["outcome"] == "flowout" and leg["flowout_kind"] not in ("overflow", "callback")
        if leg["outcome"] not in ("answered", "abandoned") and not is_lost:
            continue
        is_answered = leg["outcome"] == "answered"
        is_within = is_answered and leg["wait"] <= ANSWER_WITHIN.get(leg["queue_id"], 20)
        for scope, member in (("centre", "centre"), ("queue", leg["queue_id"])):
            cell = counts[month(leg["day"]), scope, member, leg["day"].isoweekday(), half_hour(leg["queued_at"])]
            cell[0] += 1
            cell[1] += is_answered
            cell[2] += is_within
    expected = {key: (n, answered, within, answered / n) for key, (n, answered, within) in counts.items()}
    key = ("month_start", "scope", "scope_id", "weekday", "half_hour")
    measured = table(home, "mart_answer_heatmap")
    assert_same(expected, keyed(measured, key, ("n_offered", "n_answered", "n_within", "answer_rate")))


def duration(home: Home) -> None:
    """Percentiles of waiting, ringing, talking and holding by day, week and month (handling is in the KPIs)."""
    values: dict[Any, list[float]] = defaultdict(list)
    for leg in visits(home):
        measures = {"wait_abandoned": leg["wait"]} if leg["outcome"] == "abandoned" else {}
        if leg["outcome"] == "answered":
            measures = {"wait_answered": leg["wait"]}
            measures |= {name: (leg[f"{name}_ms"] or 0) / 1000 for name in ("ring", "talk", "hold")}
            measures = {name: value for name, value in measures.items() if name != "hold" or value > 0}
        members = {"centre": "centre", "queue": leg["queue_id"], "agent": leg["agent_id"]}
        day = leg["day"]
        starts = {"day": day, "week": day - timedelta(days=day.weekday()), "month": month(day)}
        for grain, start in starts.items():
            for scope, member in members.items():
                for measure, value in measures.items():
                    if member is not None and (scope != "agent" or measure != "wait_abandoned"):
                        values[grain, start, scope, member, measure].append(value)
    expected = {}
    for key, each in values.items():
        middle, high, higher = np.quantile(each, [0.5, 0.9, 0.95])
        cut = np.minimum(each, higher)
        expected[key] = (len(each), *map(float, (np.mean(each), middle, high, higher, max(each), cut.mean())))
    names = ("n", "mean_seconds", "p50_seconds", "p90_seconds", "p95_seconds", "longest_seconds")
    measured = [row for row in table(home, "mart_duration") if row["measure"] not in ("wrap", "handle")]
    key_names = ("grain", "period_start", "scope", "scope_id", "measure")
    assert_same(expected, keyed(measured, key_names, (*names, "winsorised_mean_seconds")))


def reconciliation(home: Home) -> None:
    counts: dict[date, Counter[str]] = defaultdict(Counter)
    for leg in segments(home):
        day = counts[leg["day"]]
        day["n_answered"] += 1
        is_heard = leg["transcript_status"] in ("ok", "partial_audio", "no_speech")
        day["n_recorded"] += leg["recording_id"] is not None
        day["n_transcribed"] += is_heard
        day["n_not_recorded"] += leg["recording_id"] is None
        day["n_transcript_failed"] += leg["recording_id"] is not None and not is_heard
    names = ("n_answered", "n_recorded", "n_transcribed", "n_not_recorded", "n_transcript_failed", "n_unexplained")
    expected = {(day,): tuple(count[name] for name in names) for day, count in counts.items()}
    assert_same(expected, keyed(table(home, "mart_reconciliation"), ("reconciled_date",), names))


def _sessions(home: Home) -> list[tuple[date, list[Row]]]:
    """The steps of each menu session in order, with the local day of its first step. Test calls are left out."""
    steps: dict[str, list[Row]] = defaultdict(list)
    tests = {leg["contact_id"] for leg in truth(home, "calls") if leg["is_test"]}
    for step in lake(home, "ivr_steps"):
        if step["contact_id"] not in tests:
            steps[step["contact_id"]].append(step)
    ordered = [sorted(each, key=lambda step: step["step_no"]) for each in steps.values()]
    return [(local_day(each[0]["entered_at"]), each) for each in ordered]


def ivr_path(home: Home) -> None:
    moves: dict[Any, list[tuple[str, bool, float]]] = defaultdict(list)
    for day, steps in _sessions(home):
        seen: set[str] = set()
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            seen.add(step["node"])
            out = {"agent": "(agent)", "hangup": "(hangup)"}.get(step["result"], "(end)")
            to = following["node"] if following else out
            lasted = seconds(step["entered_at"], step["left_at"])
            moves[month(day), step["node"], to].append((step["contact_id"], to in seen, lasted))
    of_node: Counter[Any] = Counter()
    for (start, node, _), each in moves.items():
        of_node[start, node] += len(each)
    expected = {}
    for key, each in moves.items():
        lasted = [one[2] for one in each]
        n, n_loops = len(each), sum(one[1] for one in each)
        expected[key] = (
            n, len({one[0] for one in each}), n / of_node[key[:2]], n_loops, n if key[2] == "(hangup)" else 0,
            float(np.mean(lasted)), float(np.quantile(lasted, 0.9)),
        )  # fmt: skip
    names = ("n_moves", "n_sessions", "share_of_node", "n_loops", "n_drop_outs", "mean_seconds", "p90_seconds")
    measured = table(home, "mart_ivr_path")
    assert_same(expected, keyed(measured, ("month_start", "from_node", "to_node"), names))


def ivr_node(home: Home) -> None:
    entries: dict[Any, list[Row]] = defaultdict(list)
    for day, steps in _sessions(home):
        for step in steps:
            entries[month(day), step["node"]].append(step)
    expected = {}
    for key, steps in entries.items():
        results = Counter(step["result"] for step in steps)
        n, n_sessions = len(steps), len({step["contact_id"] for step in steps})
        lasted = [seconds(step["entered_at"], step["left_at"]) for step in steps]
        out = [results[name] for name in ("agent", "hangup", "timeout", "repeat")]
        expected[key] = (n, n_sessions, n - n_sessions, *out, out[0] / n, out[1] / n, float(np.mean(lasted)))
    names = ("n_entries", "n_sessions", "n_returns", "n_to_agent", "n_hang_ups", "n_timeouts", "n_repeats",
             "agent_rate", "hang_up_rate", "mean_seconds")  # fmt: skip
    assert_same(expected, keyed(table(home, "mart_ivr_node"), ("month_start", "node"), names))


def survey_funnel(home: Home) -> None:
    """Only the latest answer on its scale about a contact counts; of two at one moment the greatest number."""
    handled = {leg["call_id"]: leg for leg in segments(home)}
    asked = [row for row in lake(home, "surveys") if row["call_id"] in handled]
    latest: dict[Any, Row] = {}
    for row in sorted(asked, key=lambda row: (str(row["answered_at"]), row["survey_id"])):
        low, high = SCALES[row["question"]]
        row["is_valid"] = row["answered_at"] is not None and row["answer"] is not None and low <= row["answer"] <= high
        if row["is_valid"]:
            latest[row["contact_id"], row["question"]] = row
    counted = {row["survey_id"] for row in latest.values()}
    cells: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in asked:
        cell = cells[handled[row["call_id"]]["day"], row["question"], row["channel"], row["wave"]]
        cell[0] += 1
        cell[1] += row["answered_at"] is not None and row["answer"] is not None
        cell[2] += row["is_valid"]
        cell[3] += row["survey_id"] in counted
    expected = {key: (*cell, cell[1] / cell[0]) for key, cell in cells.items()}
    names = ("n_invited", "n_answered", "n_valid", "n_counted", "response_rate")
    measured = table(home, "mart_survey_funnel")
    assert_same(expected, keyed(measured, ("call_date", "question", "channel", "wave"), names))


def second_invitation(home: Home) -> None:
    """Walks from one customer to the next: silent for 48 hours, not reminded, and not asked about another contact."""
    legs = {leg["call_id"]: leg for leg in segments(home)}
    customer = {row["call_id"]: row["customer_key"] for row in lake(home, "calls")}
    asked: dict[str, list[Row]] = defaultdict(list)
    for row in lake(home, "surveys"):
        if row["question"] == "csat" and row["call_id"] in legs:
            asked[row["call_id"]].append(row)
    known_until = datetime.combine(last_day(home) + timedelta(days=1), time()) - LOCAL
    first: dict[str, Row] = {}
    for call, rows in asked.items():
        waves = sorted((row for row in rows if row["wave"] == 1), key=lambda row: row["invited_at"])
        if waves:
            replies = [row["answered_at"] for row in waves if row["answered_at"] and row["answer"] is not None]
            reminders = sum(row["wave"] == 2 for row in rows)
            first[call] = {"at": waves[0]["invited_at"], "reply": min(replies, default=None), "reminders": reminders}
    of_customer: dict[str | None, list[str]] = defaultdict(list)
    for call in first:
        of_customer[customer[call]].append(call)
    expected = {}
    for call, one in first.items():
        due, contact = one["at"] + REMIND_AFTER, legs[call]["contact_id"]
        others = [first[name]["at"] for name in of_customer[customer[call]] if legs[name]["contact_id"] != contact]
        is_left_in_peace = any(at <= due and one["at"] < at + REST for at in others)
        is_silent = one["reply"] is None and one["reminders"] == 0 and due + timedelta(hours=1) <= known_until
        if is_silent and customer[call] is not None and not is_left_in_peace:
            expected[(call,)] = (legs[call]["day"], customer[call], one["at"], due)
    measured = table(home, "mart_second_invitation")
    names = ("call_date", "customer_key", "first_invited_at", "due_at")
    assert_same(expected, keyed(measured, ("call_id",), names))


CHECKS = (answer_heatmap, duration, reconciliation, ivr_path, ivr_node, survey_funnel, second_invitation)
