"""Marts about people, machines that are measured and stored recordings, recounted from the lake's rows."""

from __future__ import annotations

from calendar import isleap
from collections import Counter, defaultdict
from datetime import date, timedelta
from math import exp
from typing import Any

from lingting.kpi.dictionary import Project
from lingting.paths import Home
from tests.integration.mart_rows import (
    Row,
    assert_same,
    half_hour,
    keyed,
    lake,
    last_day,
    local_day,
    month,
    table,
    truth,
)
from tests.integration.marts_of_calls import visits

YEAR_HOURS = 60


def appraisal(home: Home) -> None:
    """Scores of a month from the planted KPIs of each agent; what could not be measured is left out of the weights."""
    catalogue = {(row["kpi_id"], row["formula_id"]): row for row in Project().seed("kpi_catalogue")}
    values = {}
    for row in truth(home, "kpis"):
        if row["grain"] == "month" and row["scope"] in ("centre", "agent") and row["denominator"]:
            key = (row["period_start"], row["scope_id"], row["kpi_id"], row["formula_id"])
            values[key] = row["numerator"] / row["denominator"]
    scheme = [row for row in lake(home, "appraisal_schemes") if row["role"] == "agent"]
    assert {row["scheme_version"] for row in scheme} == {1}, "agents have one scheme"
    agents = {(key[0], key[1]) for key in values if key[1] != "centre"}
    scores: dict[Any, tuple[int, float, float, float | None]] = {}
    for start, agent in agents:
        parts = []
        for item in scheme:
            formula = (item["kpi_id"], item["formula_id"])
            mine, declared = values.get((start, agent, *formula)), catalogue[formula]
            if mine is None:
                continue
            yardstick = float(declared["target"]) if declared["target"] else values[start, "centre", *formula]
            better, base = (mine, yardstick) if declared["direction"] != "lower" else (yardstick, mine)
            parts.append((item["weight"], 100 * min(1.0, better / base if base else 1.0), item["is_quality"]))
        if parts:
            quality = [part for part in parts if part[2]]
            led = _weighted(quality) if quality else None
            scores[start, agent] = (len(parts), sum(part[0] for part in parts), _weighted(parts), led)
    measured = [row for row in table(home, "mart_appraisal") if (row["grain"], row["role"]) == ("month", "agent")]
    names = ("n_items", "measured_weight", "score", "quality_score")
    assert_same(scores, keyed(measured, ("month_start", "agent_id"), names))
    for row in measured:
        better = [one for one in measured if one["month_start"] == row["month_start"] and one["score"] > row["score"]]
        assert row["place"] == len(better) + 1


def _weighted(parts: list[Any]) -> float:
    return float(sum(part[0] * part[1] for part in parts) / sum(part[0] for part in parts))


def training(home: Home) -> None:
    """Hours of the year against the pace of 60 a year, from the day of joining on, for all who are still there."""
    until, events = last_day(home), sorted(lake(home, "hr_events"), key=lambda row: row["happened_at"])
    hired = {row["employee_id"]: local_day(row["happened_at"]) for row in events if row["event"] == "hired"}
    left = {row["employee_id"]: local_day(row["happened_at"]) for row in events if row["event"] == "left"}
    hours: dict[Any, float] = defaultdict(float)
    passed = set()
    quarter = date(until.year, 3 * ((until.month - 1) // 3) + 1, 1)
    for row in lake(home, "training"):
        day = local_day(row["finished_at"])
        if day > until:
            continue
        hours[row["employee_id"], day.year] += row["training_hours"]
        if row["kind"] == "compliance" and row["is_passed"] and day >= quarter:
            passed.add(row["employee_id"])
    expected: dict[Any, tuple[Any, ...]] = {}
    for employee, since in hired.items():
        if since > until or left.get(employee, until + timedelta(days=1)) < until:
            continue
        days = (until - max(since, date(until.year, 1, 1))).days + 1
        due = YEAR_HOURS * days / (366 if isleap(until.year) else 365)
        done = hours[employee, until.year]
        expected[(employee,)] = (since, days, done, due, done >= due - 1e-9, employee in passed)
    names = ("hired_date", "employed_days", "year_hours", "hours_due", "is_on_pace", "is_compliance_passed")
    rows = [row for row in table(home, "mart_training") if row["as_of_date"] == until]
    assert_same(expected, keyed(rows, ("employee_id",), names))


def _said(home: Home, kind: str) -> list[tuple[date, str, str]]:
    """Month, label and the machine's answer of each labelled intent or emotion."""
    source, subject, answer = {
        "intent": ("bot_turns", "bot_turn_id", "intent"),
        "emotion": ("emotions", "turn_id", "emotion"),
    }[kind]
    machine = {row[subject]: row[answer] for row in lake(home, source)}
    return [
        (month(local_day(row["labelled_at"])), row["label"], machine[row["subject_id"]])
        for row in lake(home, "gold_labels")
        if row["kind"] == kind and row["subject_id"] in machine
    ]


def _class_quality(home: Home, kind: str) -> None:
    """Precision, recall and F1 of each class, and their means over the classes that people gave."""
    said, expected = _said(home, kind), {}
    for start in {one[0] for one in said}:
        pairs = [one[1:] for one in said if one[0] == start]
        classes: dict[str, tuple[Any, ...]] = {}
        for name in {each for pair in pairs for each in pair if each is not None}:
            gold, found = sum(pair[0] == name for pair in pairs), sum(pair[1] == name for pair in pairs)
            both = sum(pair == (name, name) for pair in pairs)
            precision, recall = both / found if found else None, both / gold if gold else None
            f1 = None if recall is None else 2 * precision * recall / (precision + recall) if both else 0.0
            classes[name] = (gold, found, both, precision, recall, f1)
        given = [one for one in classes.values() if one[0]]
        means = [[value for one in given if (value := one[place]) is not None] for place in (3, 4, 5)]
        macro = (sum(one[place] for one in given) for place in (0, 1, 2))
        classes["macro"] = (*macro, *(sum(each) / len(each) for each in means))
        expected |= {(start, name): one for name, one in classes.items()}
    names = ("n_gold", "n_detected", "n_correct", "precision_ratio", "recall_ratio", "f1_ratio")
    measured = keyed(table(home, f"mart_{kind}_quality"), ("month_start", kind), names)
    assert_same(expected, measured, is_there=any(row["kind"] == kind for row in lake(home, "gold_labels")))


def intent_quality(home: Home) -> None:
    _class_quality(home, "intent")


def emotion_quality(home: Home) -> None:
    _class_quality(home, "emotion")


def detector_quality(home: Home) -> None:
    """How many of the planted clauses that people heard the rules found, by rule and for all mandatory ones."""
    planted = {
        (row["recording_id"], row["rule_id"]): row["is_present"]
        for row in truth(home, "clauses")
        if row["is_applicable"] and row["status"] == "ok"
    }
    counts: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in lake(home, "gold_labels"):
        place = (row["subject_id"], row["item"])
        if row["kind"] != "clause" or row["label"] not in ("present", "absent") or place not in planted:
            continue
        is_said, is_found = row["label"] == "present", planted[place]
        start = month(local_day(row["labelled_at"]))
        for grain, period in (("month", start), ("all_time", None)):
            for rule in (row["item"], "all"):  # only mandatory clauses are labelled
                for column, is_counted in enumerate(
                    (is_said, is_said and is_found, not is_said, not is_said and not is_found)
                ):
                    counts[grain, period, rule][column] += is_counted
    expected = {
        key: (said + unsaid, said, found, _share(found, said), unsaid, left, _share(left, unsaid))
        for key, (said, found, unsaid, left) in counts.items()
    }
    names = ("n_gold", "n_said", "n_found", "sensitivity", "n_unsaid", "n_left", "specificity")
    measured = keyed(table(home, "mart_detector_quality"), ("grain", "period_start", "rule_id"), names)
    assert_same(expected, measured, is_there=any(row["kind"] == "clause" for row in lake(home, "gold_labels")))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def recording_custody(home: Home) -> None:
    """What was stored, held and deleted by the last day of each month, walked object by object."""
    objects: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in lake(home, "recording_objects"):
        objects[row["recording_id"]][row["step"]] = row | {"day": local_day(row["happened_at"])}
    until = last_day(home)
    counts: dict[Any, Counter[str]] = defaultdict(Counter)
    for start in {month(leg["day"]) for leg in visits(home)}:
        end = min(until, (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1))
        for steps in objects.values():
            stored = steps["stored"]
            days = {name: step["day"] for name, step in steps.items() if step["day"] <= end}
            if "stored" not in days or days.get("deleted", end) < start:
                continue
            cell = counts[start, stored["retention_class"]]
            if "deleted" in days:
                cell["n_deleted"] += 1
                cell["n_certified"] += steps["deleted"]["certificate_id"] is not None
                continue
            is_held, is_past = "hold_placed" in days and "hold_released" not in days, stored["retain_until_date"] < end
            cell["n_objects"] += 1
            cell["n_encrypted"] += stored["encryption"] == "AES-256"
            cell["n_past_retention"] += is_past
            cell["n_on_hold"] += is_held
            cell["n_overdue"] += is_past and not is_held
            cell["size_bytes"] += stored["size_bytes"]
    names = ("n_objects", "n_encrypted", "n_past_retention", "n_on_hold", "n_overdue", "n_deleted", "n_certified",
             "size_bytes")  # fmt: skip
    expected = {key: tuple(cell[name] for name in names) for key, cell in counts.items()}
    measured = keyed(table(home, "mart_recording_custody"), ("month_start", "retention_class"), names)
    assert_same(expected, measured, is_there=bool(objects))


def staffing_need(home: Home) -> None:
    """Agents by Erlang's own recursion for B, one agent after another, for the mean half hours of each weekday."""
    calls: Counter[Any] = Counter()
    days: dict[Any, set[date]] = defaultdict(set)
    for leg in visits(home):
        if leg["outcome"] != "open":
            cell = (month(leg["day"]), leg["day"].isoweekday())
            days[cell].add(leg["day"])
            for scope, scope_id in (("queue", leg["queue_id"]), ("centre", "centre")):
                calls[cell[0], scope, scope_id, cell[1], half_hour(leg["queued_at"])] += 1
    measured = table(home, "mart_staffing_need")
    expected = {}
    for row in measured:
        key = (row["month_start"], row["scope"], row["scope_id"], row["weekday"], row["half_hour"])
        rate = calls[key] / len(days[key[0], key[3]])
        load = rate * row["aht_seconds"] / 1800
        blocked, n, level, busy = 1.0, 0, 0.0, 1.0
        while n < 2 or busy > 0.85 or level < row["target_level"]:
            n += 1
            blocked = load * blocked / (n + load * blocked)
            busy = load / n
            waits = blocked / (1 - busy * (1 - blocked)) if busy < 1 else 1.0
            level = (
                1 - waits * exp(-(n - load) * row["answer_within_seconds"] / row["aht_seconds"]) if busy < 1 else 0.0
            )
        asa = waits * row["aht_seconds"] / (n - load)
        expected[key] = (rate, load, n, level, asa, busy, n / 0.7)
    names = ("calls_per_half_hour", "load_erlangs", "agents_erlang_c", "service_level_c", "asa_c_seconds",
             "occupancy_c", "paid_heads_c")  # fmt: skip
    found = keyed(measured, ("month_start", "scope", "scope_id", "weekday", "half_hour"), names)
    assert set(expected) == {key for key in calls if key[:3] in {name[:3] for name in expected}}
    assert_same(expected, found)


CHECKS = (appraisal, training, intent_quality, emotion_quality, detector_quality, recording_custody, staffing_need)
