"""Rolling KPIs up: ratios from summed parts, intervals and verdicts, and what is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingting.cli.main import main
from lingting.errors import UsageError
from lingting.kpi import headline, rollup
from lingting.kpi.intervals import interval, mean_margin, verdict, wilson
from lingting.paths import Home
from lingting.warehouse import publish
from tests.fixtures.work_database import make_work_database

FIRST = date(2026, 10, 1)
CATALOGUE = [
    ("service_level", "sl_f3", True, "ratio", "higher", 0.95, 0.9, 30),
    ("service_level", "sl_f1", False, "ratio", "higher", None, None, 30),
    ("asa", "asa", True, "seconds", "lower", 20.0, 30.0, 30),
    ("calls_offered", "count", True, "count", "none", None, None, 0),
    ("csat", "csat_top2", True, "ratio", "higher", None, None, 30),
]
# (day offset, kpi, formula, numerator, denominator, n, sum of squares)
DAYS = [
    (0, "service_level", "sl_f3", 90.0, 100.0, 100, None),
    (1, "service_level", "sl_f3", 10.0, 10.0, 10, None),
    (0, "service_level", "sl_f1", 95.0, 100.0, 100, None),
    (0, "asa", "asa", 1000.0, 90.0, 90, 20000.0),
    (1, "asa", "asa", 500.0, 10.0, 10, 30000.0),
    (0, "calls_offered", "count", 100.0, None, 100, None),
    (1, "calls_offered", "count", 10.0, None, 10, None),
]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as found:
        fill(found)
        yield found


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    if not connection.execute("from information_schema.tables where table_name = 'mart_kpi'").fetchall():
        connection.execute(
            "create table kpi_catalogue (kpi_id varchar, formula_id varchar, is_default boolean, unit varchar, "
            "direction varchar, target double, warning double, minimum_n bigint, interval_kind varchar, "
            "smallest_grain varchar, valid_from date, valid_to date)"
        )
        connection.execute(
            "create table mart_kpi (grain varchar, period_start date, scope varchar, scope_id varchar, kpi_id varchar, "
            "formula_id varchar, is_default boolean, numerator double, denominator double, n bigint, n_open bigint, "
            "sum_of_squares double, value double, ci_low double, ci_high double, target double, warning double, "
            "direction varchar, unit varchar, status varchar)"
        )
    known = {(row[0], row[1]): row for row in CATALOGUE}
    for row in CATALOGUE:
        kind = {"ratio": "wilson", "seconds": "normal"}.get(row[3], "none")
        connection.execute(
            "insert into kpi_catalogue values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'day', '2000-01-01', null)", [*row, kind]
        )
    for offset, kpi, formula, numerator, denominator, n, squares in DAYS:
        _, _, default, unit, direction, target, warning, _ = known[kpi, formula]
        value = numerator / denominator if denominator else numerator
        day = FIRST + timedelta(days=offset)
        judged = (value, target, warning, direction, unit)
        values = [day, kpi, formula, default, numerator, denominator, n, squares, *judged]
        connection.execute(
            "insert into mart_kpi values ('day', ?, 'centre', 'centre', ?, ?, ?, ?, ?, ?, 0, ?, ?, null, null, "
            "?, ?, ?, ?, 'PASS')",
            values,
        )


def one(connection: duckdb.DuckDBPyConnection, kpi_id: str, **wanted: object):  # type: ignore[no-untyped-def]
    (row,) = rollup(connection, kpi_id, **wanted)  # type: ignore[arg-type]
    return row


def test_a_range_sums_numerators_and_denominators_and_never_averages_ratios(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    row = one(connection, "service_level", formula_id="sl_f3")
    assert (row.numerator, row.denominator, row.n) == (100.0, 110.0, 110)
    assert row.value == pytest.approx(100 / 110)  # the mean of 0.90 and 1.00 would be 0.95
    assert row.status == "WATCH"
    assert (row.ci_low, row.ci_high) == pytest.approx(wilson(100 / 110, 110))


def test_the_range_is_inclusive_at_both_ends(connection: duckdb.DuckDBPyConnection) -> None:
    second = FIRST + timedelta(days=1)
    assert one(connection, "calls_offered", start=FIRST, end=second).value == 110
    assert one(connection, "calls_offered", start=FIRST, end=FIRST).value == 100
    assert one(connection, "calls_offered", start=second).value == 10


def test_few_cases_are_never_judged(connection: duckdb.DuckDBPyConnection) -> None:
    second = FIRST + timedelta(days=1)
    row = one(connection, "service_level", formula_id="sl_f3", start=second, end=second)
    assert (row.value, row.status) == (1.0, "INSUFFICIENT_N")


def test_a_kpi_without_data_is_shown_as_no_data_and_never_passes(connection: duckdb.DuckDBPyConnection) -> None:
    row = one(connection, "csat")
    assert (row.value, row.n, row.status) == (None, 0, "NO_DATA")


def test_headline_is_the_default_formula_of_every_kpi(connection: duckdb.DuckDBPyConnection) -> None:
    assert [row.formula_id for row in headline(connection)] == ["asa", "count", "csat_top2", "sl_f3"]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"kpi_id": "servicelevel"}, "choose one of: asa, calls_offered"),
        ({"kpi_id": "service_level", "formula_id": "sl_f9"}, "choose one of: sl_f3, sl_f1"),
        ({"formula_id": "sl_f9"}, "no formula of any KPI"),
        ({"scope": "floor"}, "choose one of: centre, queue"),
        ({"grain": "year"}, "choose one of: day, week"),
        ({"grain": "quarter", "scope": "agent"}, "agents have no quarters"),
        ({"start": date(2026, 10, 2), "end": FIRST}, "lies after"),
    ],
)
def test_unknown_names_are_refused_with_the_known_ones(
    connection: duckdb.DuckDBPyConnection, wanted: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        rollup(connection, **wanted)  # type: ignore[arg-type]


def test_wilson_matches_the_published_example() -> None:
    """At an observed 92 % the 95 % interval is 88.9-94.3 % for n = 400 and 90.2-93.5 % for n = 1000."""
    assert [round(bound, 3) for bound in wilson(0.92, 400)] == [0.889, 0.943]
    assert [round(bound, 3) for bound in wilson(0.92, 1000)] == [0.902, 0.935]


@given(n=st.integers(1, 10**6), share=st.floats(0, 1))
def test_wilson_holds_the_proportion_and_stays_between_zero_and_one(n: int, share: float) -> None:
    proportion = round(share * n) / n
    low, high = wilson(proportion, n)
    assert -1e-9 <= low <= proportion + 1e-9 and proportion - 1e-9 <= high <= 1 + 1e-9


@given(values=st.lists(st.floats(0, 1000), min_size=1, max_size=50))
def test_the_margin_of_a_mean_is_z_times_its_standard_error(values: list[float]) -> None:
    n, mean = len(values), sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / n
    margin = mean_margin(mean, n, sum(value * value for value in values))
    assert math.isclose(margin, 1.959964 * math.sqrt(variance / n), rel_tol=1e-6, abs_tol=1e-2)


def test_seconds_over_seconds_have_no_interval() -> None:
    assert interval("none", 0.7, 100, None) == (None, None)


@pytest.mark.parametrize(
    ("value", "direction", "status"),
    [
        (0.95, "higher", "PASS"),
        (0.92, "higher", "WATCH"),
        (0.9, "higher", "WATCH"),
        (0.89, "higher", "FAIL"),
        (0.95, "none", "NOT_APPLICABLE"),
    ],
)
def test_a_value_on_the_bound_is_inside(value: float, direction: str, status: str) -> None:
    assert verdict(value, 0.95, 0.9, direction, 30, 30, 0) == status


def test_lower_is_better_turns_the_verdict_round() -> None:
    assert [verdict(value, 0.05, 0.08, "lower", 30, 30, 0) for value in (0.05, 0.08, 0.09)] == ["PASS", "WATCH", "FAIL"]


def test_a_window_that_is_not_over_is_open_not_empty() -> None:
    assert verdict(None, 0.9, 0.8, "higher", 0, 30, 12) == "OPEN"


@pytest.fixture
def published(lingting_home: Home) -> None:
    make_work_database(lingting_home.work_database, [FIRST])
    with duckdb.connect(str(lingting_home.work_database)) as connection:
        fill(connection)
    publish("b1", [])


def command(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of `lingting kpi …`."""
    with pytest.raises(SystemExit) as stop:
        main(["kpi", *words])
    shown = capsys.readouterr()
    return int(stop.value.code or 0), shown.out, shown.err


def test_the_command_prints_json_rows_without_a_grain(published: None, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = command(capsys, "--kpi", "service_level", "--formula", "sl_f3", "--format", "json")
    (row,) = json.loads(out)
    assert code == 0
    assert (row["numerator"], row["denominator"], row["scope_id"]) == (100.0, 110.0, "centre")
    assert (row["period_start"], row["period_end"], row["grain"]) == ("2026-10-01", "2026-10-02", None)


def test_the_command_prints_stored_rows_by_grain(published: None, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = command(capsys, "--kpi", "calls_offered", "--grain", "day", "--from", "2026-10-02", "--format", "json")
    assert [(row["period_start"], row["value"]) for row in json.loads(out)] == [("2026-10-02", 10.0)]


def test_the_table_shows_formula_interval_and_status(
    published: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    code, out, _ = command(capsys, "--headline")
    assert code == 0
    assert "sl_f3" in out and "90.9%" in out and "WATCH" in out
    assert "sl_f1" not in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--kpi", "servicelevel"], "choose one of: asa, calls_offered"),
        (["--from", "2026-10-03", "--to", "2026-10-01"], "lies after"),
        (["--grain", "year"], "year"),
        (["--from", "October"], "October"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_is_known(
    published: None, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    code, out, err = command(capsys, *words)
    assert (code, out) == (2, "")
    assert message in err


def test_before_the_first_build_the_command_says_what_to_run(
    lingting_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = command(capsys)
    assert code == 2
    assert "lingting run" in err
