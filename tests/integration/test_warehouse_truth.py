"""The warehouse against what the simulator planted, in three small centres and a larger one, end to end.

simulate -> load -> transcribe the written conversations -> dbt build. Then every KPI row of truth/kpis.parquet is in
mart_kpi with the same numerator, denominator and open count, every verdict of truth/checklist.parquet is in the
checklist, neither has another row, and the main marts are what a recount of the raw rows gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import duckdb
import pytest

from lingting.kpi.dictionary import Project
from lingting.paths import Home
from lingting.settings import settings_for
from simulator.options import Options, parse_day
from simulator.truth.compare import COLUMNS, differences, planted
from tests.integration import marts_of_calls, marts_of_people, marts_of_quality
from tests.integration.planted_rows import ITEMS, PARTS, QUARTERS, WEEKS, differences_from_truth
from tests.integration.warehouse_runs import build, fill, plans

# Nine days hold two whole seven-day windows. The second centre has people enough to answer nearly all in time; the
# third crosses the end of a month and keeps the rules of the checklist. The fourth has five weeks, for what takes that
# long (a complaint's 15 days, an issue that comes back), and notes that leak a number. The last two have half hours
# busy enough to be judged.
CENTRES = [
    Options(parse_day("2026-10-01"), 9, 60, seed=3, recordings=False),
    Options(parse_day("2026-03-02"), 9, 60, agents=12, seed=4, recordings=False),
    Options(parse_day("2026-10-24"), 9, 450, seed=5, recordings=False, spotless=True),
    Options(parse_day("2026-09-28"), 36, 550, seed=6, recordings=False, texts=False, leaks=True),
]
MARTS = [*marts_of_calls.CHECKS, *marts_of_quality.CHECKS, *marts_of_people.CHECKS]


@dataclass
class Seen:
    """What the centres held, all of them together: formulas, and the verdicts of each item of the checklist."""

    n_centres: int = 0
    formulas: set[tuple[str, str]] = field(default_factory=set)
    verdicts: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, home: Home) -> None:
        self.n_centres += 1
        self.formulas |= planted(home).keys()
        for item, status in duckdb.sql(
            f"select item_no, status from '{home.truth / 'checklist.parquet'}' where part_no is null"
        ).fetchall():
            self.verdicts[item].add(status)


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Filled by the fixture ``centre``, one centre after the other."""
    return Seen()


@pytest.fixture(scope="module", params=CENTRES, ids=lambda options: f"seed{options.seed}")
def centre(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, seen: Seen) -> Iterator[Home]:
    """A centre that was simulated, loaded and built. The data tests of dbt run in the first one."""
    home = Home(tmp_path_factory.mktemp("centre"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINGTING_HOME", str(home.root))
        settings_for.cache_clear()
        fill(home, request.param)
        build(home, *(() if request.param == CENTRES[0] else ("--exclude-resource-type", "test")))
        seen.add(home)
        yield home
    settings_for.cache_clear()


def test_every_planted_kpi_row_is_measured_and_no_other(centre: Home) -> None:
    wrong = differences(centre)
    assert wrong == [], f"{len(wrong)} rows differ ({', '.join(COLUMNS)}), first: {wrong[:5]}"


@pytest.mark.parametrize("rows", [pytest.param(WEEKS, id="weeks"), pytest.param(QUARTERS, id="quarters")])
def test_longer_periods_are_the_sums_of_shorter_ones(centre: Home, rows: str) -> None:
    wrong = differences_from_truth(centre, rows)
    assert wrong == [], f"{len(wrong)} rows differ, first: {wrong[:5]}"


@pytest.mark.parametrize("rows", [pytest.param(PARTS, id="parts"), pytest.param(ITEMS, id="items")])
def test_every_planted_verdict_of_the_checklist_is_given_and_no_other(centre: Home, rows: str) -> None:
    wrong = differences_from_truth(centre, rows)
    assert wrong == [], f"{len(wrong)} rows differ (planted, measured, key, pairs of values), first: {wrong[:5]}"


@pytest.mark.parametrize("recount", MARTS, ids=lambda recount: recount.__name__)
def test_marts_are_what_a_recount_gives(centre: Home, recount: Callable[[Home], None]) -> None:
    recount(centre)


def test_no_table_compares_every_row_with_every_other(centre: Home) -> None:
    """DuckDB does so for a left join with a condition on its left side alone: write `case when … then id end = id`."""
    found_plans = plans(centre)
    assert "mart_kpi" in found_plans
    found = {name for name, plan in found_plans.items() if "BLOCKWISE_NL_JOIN" in plan}
    assert found <= {"fct_bot_window"}  # it counts the half hours of each channel out: a few rows on both sides


def test_every_formula_of_the_catalogue_was_planted_in_one_of_the_centres(seen: Seen) -> None:
    known = {(row["kpi_id"], row["formula_id"]) for row in Project().seed("kpi_catalogue")}
    if seen.n_centres < len(CENTRES):
        pytest.skip("needs all centres in the same run")
    forgotten = known - seen.formulas
    assert not forgotten, f"plant them in simulator/truth or simulator/office (docs/adding-a-kpi.md): {forgotten}"


# What is planted stays above these marks in every centre: 9 of 10 contacts are settled without transfer or call-back
# (item 4, mark 0.85), and the bot, the rules and the lexicon err about 5 times in 100 (7, 8, 9; marks 0.92 and 0.85).
# Where such an item does not pass, it is on watch or has too few cases.
NEVER_FAILED = {4, 7, 8, 9}


def test_every_item_of_the_checklist_passes_in_one_centre_and_fails_in_another(seen: Seen) -> None:
    if seen.n_centres < len(CENTRES):
        pytest.skip("needs all centres in the same run")
    assert sorted(seen.verdicts) == list(range(1, 23))
    assert {item for item, verdicts in seen.verdicts.items() if "PASS" not in verdicts} == set()
    assert {item for item, verdicts in seen.verdicts.items() if "FAIL" not in verdicts} == NEVER_FAILED
    assert {item for item in NEVER_FAILED if seen.verdicts[item] == {"PASS"}} == set()
