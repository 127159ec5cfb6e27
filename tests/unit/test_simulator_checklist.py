"""The planted verdicts of the checklist, held against numbers worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from simulator.truth.checklist import checklist

MONTH = date(2026, 10, 1)
NO_LABELS = pd.DataFrame({"day": pd.to_datetime([]), "is_said": [], "is_found": []})


def verdicts(sums: dict[tuple[str, str], tuple[float, float, int]], labels: pd.DataFrame = NO_LABELS) -> Any:
    """Rows of the checklist by item and part (0: the item). ``sums``: numerator, denominator and open of formulas."""
    kpis = pd.DataFrame(
        [("month", MONTH, "centre", "centre", *key, *values) for key, values in sums.items()],
        columns=["grain", "period_start", "scope", "scope_id", "kpi_id", "formula_id", "numerator", "denominator",
                 "n_open"],
    )  # fmt: skip
    table = checklist(kpis, {}, labels).to_pylist()
    assert {row["month_start"] for row in table} == {MONTH}
    return {(row["item_no"], row["part_no"] or 0): row for row in table}


def labelled(found: int, missed: int, left: int, wrong: int) -> pd.DataFrame:
    """Clauses said and found, said and missed, not said and left, not said and found all the same."""
    rows = [(True, True)] * found + [(True, False)] * missed + [(False, False)] * left + [(False, True)] * wrong
    return pd.DataFrame(rows, columns=["is_said", "is_found"]).assign(day=pd.Timestamp(2026, 10, 9))


@pytest.mark.parametrize(
    ("numerator", "n", "status"),
    [(29, 29, "INSUFFICIENT_N"), (990, 1000, "PASS"), (96, 100, "WATCH"), (949, 1000, "FAIL")],
)
def test_a_sampled_share_passes_only_with_its_whole_interval(numerator: int, n: int, status: str) -> None:
    assert verdicts({("service_level", "sl_f3"): (numerator, n, 0)})[2, 0]["status"] == status


def test_bounds_are_those_of_wilson() -> None:
    part = verdicts({("service_level", "sl_f3"): (8, 10, 0)})[2, 1]
    assert (part["ci_low"], part["ci_high"]) == pytest.approx((0.490162, 0.943318), abs=1e-6)


def test_one_case_decides_where_none_or_all_is_the_mark() -> None:
    found = verdicts({("recording_encryption", "aes256"): (9_999, 10_000, 0), ("endpoint_tls", "tls"): (3, 3, 0)})
    assert (found[16, 1]["status"], found[16, 2]["status"], found[16, 0]["status"]) == ("FAIL", "PASS", "FAIL")


def test_what_was_counted_in_full_is_judged_by_its_value() -> None:
    assert verdicts({("attrition", "monthly"): (2, 100, 0)})[21, 2]["status"] == "PASS"
    assert verdicts({("attrition", "monthly"): (4, 100, 0)})[21, 2]["status"] == "FAIL"


def test_an_item_has_the_worst_verdict_of_its_judged_parts_and_no_data_is_no_pass() -> None:
    passed = {("fcr", "fcr_process"): (990.0, 1000.0, 0), ("fcr", "fcr_repeat_7d"): (1.0, 100.0, 0)}
    found = verdicts(passed | {("two_factor", "enrolled"): (5, 5, 0), ("bot_takeover_switch", "switched"): (0, 0, 2)})
    assert (found[4, 2]["status"], found[4, 0]["status"]) == ("FAIL", "PASS"), "the second part is only printed"
    assert (found[18, 1]["status"], found[18, 0]["status"]) == ("PASS", "NO_DATA")
    assert found[12, 0]["status"] == "OPEN"


def test_script_compliance_is_corrected_for_the_errors_of_the_rules() -> None:
    """Se 0.95, Sp 0.97: full compliance is measured at 95 %. With 29 labels, or no unsaid ones, it is not judged."""
    raw = {("script_compliance", "script_compliance"): (950.0, 1000.0, 0)}
    part = verdicts(raw, labelled(95, 5, 97, 3))[1, 2]
    assert (part["value"], part["sensitivity"], part["specificity"], part["n_gold"]) == (1.0, 0.95, 0.97, 200)
    margin = 1.959964 * (0.95 * 0.05 / 1000 + 0.95 * 0.05 / 100) ** 0.5 / 0.92
    assert part["ci_low"] == pytest.approx(1 - margin, abs=1e-6)
    assert part["status"] == "WATCH"
    assert verdicts(raw, labelled(15, 0, 14, 0))[1, 0]["status"] == "INSUFFICIENT_N"
    assert verdicts(raw, labelled(99, 1, 0, 0))[1, 0]["status"] == "INSUFFICIENT_N"
    assert verdicts(raw, labelled(95, 5, 97, 3))[1, 1]["status"] == "FAIL"
