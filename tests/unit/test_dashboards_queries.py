"""The question layer of the cockpit: nobody reads a row of somebody else, whatever is asked for and however."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards.data import queries, rows
from dashboards.data.periods import Period, period_of
from lingting.rights import Forbidden, Viewer
from lingting.settings import settings_for
from lingting.store import Role
from lingting.warehouse import NoBuild
from tests.browser.published_fixture import LAST_DAY, build_published

WEEK = period_of("week", date(2026, 10, 19))
RANGE = Period("range", date(2026, 10, 5), date(2026, 10, 14))
AGENTS = [f"A{number:03d}" for number in range(1, 13)]
TEAMS = ["T1", "T2", "T3"]
CRAFTED = ["A001' or '1'='1", "A001') or (true", "%", "", "centre"]

MANAGER = Viewer(Role.MANAGEMENT)
SUPERVISOR = Viewer(Role.SUPERVISOR, team_ids=("T1",))
AGENT = Viewer(Role.AGENT, agent_id="A001")
NOBODIES = [
    Viewer(Role.AGENT, agent_id=None),
    Viewer(Role.AGENT, agent_id="A999"),
    Viewer(Role.AGENT, agent_id="A001' or '1'='1", team_ids=("T1",)),
    Viewer(Role.SUPERVISOR, team_ids=()),
    Viewer(Role.SUPERVISOR, team_ids=("T9", "T1') or (true")),
]


@dataclass(frozen=True)
class Rights:
    """What a viewer may see, worked out here without the code under test."""

    agents: set[str]
    teams: set[str]
    centre: bool


RIGHTS = {
    MANAGER: Rights(set(AGENTS), set(TEAMS), True),
    SUPERVISOR: Rights({"A001", "A002", "A003", "A004"}, {"T1"}, False),
    AGENT: Rights({"A001"}, {"T1"}, False),
    **{nobody: Rights(set(), set(), False) for nobody in NOBODIES},
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published build; the connection reads it without any rights, to know the truth."""
    root = tmp_path_factory.mktemp("home")
    path = build_published(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINGTING_HOME", str(root))
        settings_for.cache_clear()
        queries.build(MANAGER)  # opens the file read-only first: DuckDB refuses two kinds of access in one process
        with duckdb.connect(str(path), read_only=True) as connection:
            yield connection
    settings_for.cache_clear()


@pytest.fixture(scope="module")
def owner_of(warehouse: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str]]:
    """call_id -> (agent, team)"""
    found = warehouse.execute("select call_id, agent_id, team_id from mart_call").fetchall()
    return {call: (agent, team) for call, agent, team in found}


# How each question is asked, with every id a viewer could try. A new query without a line here fails the test below.
Attempt = Callable[[Viewer], list[Any]]


ANY_ID = [*AGENTS, *TEAMS, "centre", "service", *CRAFTED]
SCOPES = ("centre", "queue", "team", "agent")


ATTEMPTS: dict[str, list[Attempt]] = {
    "kpis": [
        lambda v, p=period, s=scope, i=ids: queries.kpis(v, p, s, i)
        for period in (WEEK, RANGE)
        for scope in SCOPES
        for ids in (None, ANY_ID)
    ],
    "kpi_days": [lambda v, s=scope: queries.kpi_days(v, WEEK.start, WEEK.end, s, ANY_ID) for scope in SCOPES],
    "heatmap": [lambda v, q=queue: queries.heatmap(v, [date(2026, 10, 1)], q) for queue in (None, "service", *CRAFTED)],
    "teams": [queries.teams],
    "agents": [lambda v, t=team: queries.agents(v, t) for team in (None, *TEAMS, *CRAFTED)],
    "calls": [
        lambda v, i=ids, f=flagged: queries.calls(v, WEEK, i, flagged=f, limit=5000)
        for ids in (None, ANY_ID)
        for flagged in (False, True)
    ],
}
BY_CALL = {"call", "turns", "findings", "recording", "scores", "score_appeals", "customer_mark"}
OPEN_TO_ALL = {"build", "catalogue", "queues", "rules"}  # definitions and names, no figures
COUNTED_WITH_CALLS = {"n_calls"}


def test_every_query_stands_in_this_test_and_takes_the_viewer_first() -> None:
    functions = {
        name: function
        for name, function in inspect.getmembers(queries, inspect.isfunction)
        if function.__module__ == queries.__name__ and not name.startswith("_")
    }
    assert set(functions) == set(ATTEMPTS) | BY_CALL | OPEN_TO_ALL | COUNTED_WITH_CALLS
    for name, function in functions.items():
        first = next(iter(inspect.signature(function, eval_str=True).parameters.values()))
        assert first.annotation is Viewer, f"{name} must take the Viewer first"


@pytest.mark.parametrize("viewer", RIGHTS, ids=str)
@pytest.mark.parametrize("name", ATTEMPTS)
def test_no_query_gives_a_row_of_somebody_else(warehouse: object, viewer: Viewer, name: str) -> None:
    rights = RIGHTS[viewer]
    for attempt in ATTEMPTS[name]:
        try:
            found = attempt(viewer)
        except Forbidden:
            continue  # the role may not even ask
        for row in found:
            assert _may_see(row, rights) or (viewer.role is Role.SUPERVISOR and isinstance(row, rows.HeatCell)), (
                f"{name} shows {row} to {viewer}"
            )


def _may_see(row: Any, rights: Rights) -> bool:
    match row:
        case rows.Kpi(scope="agent"):
            return row.scope_id in rights.agents
        case rows.Kpi(scope="team"):
            return row.scope_id in rights.teams
        case rows.Kpi() | rows.HeatCell():
            return rights.centre
        case rows.Agent() | rows.CallLine():
            return row.agent_id in rights.agents
        case rows.Named():
            return row.item_id in rights.teams
    raise AssertionError(f"no rule for {row}")


@pytest.mark.parametrize("viewer", RIGHTS, ids=str)
def test_calls_by_id_open_only_for_those_who_may(owner_of: dict[str, tuple[str, str]], viewer: Viewer) -> None:
    rights = RIGHTS[viewer]
    for call_id in list(owner_of)[::124]:
        expected = owner_of[call_id][0] in rights.agents
        assert (queries.call(viewer, call_id) is not None) == expected
        assert bool(queries.turns(viewer, call_id)) == expected
        assert bool(queries.findings(viewer, call_id)) == expected
        assert bool(queries.customer_mark(viewer, call_id)) == expected
        if not expected:
            assert queries.recording(viewer, call_id) is None
    for crafted in CRAFTED:
        assert queries.call(viewer, crafted) is None
        assert queries.turns(viewer, crafted) == []
        assert queries.findings(viewer, crafted) == []
        assert queries.recording(viewer, crafted) is None


@pytest.mark.parametrize("viewer", RIGHTS, ids=str)
def test_viewer_misses_nothing_that_is_the_own(
    warehouse: duckdb.DuckDBPyConnection, owner_of: dict[str, tuple[str, str]], viewer: Viewer
) -> None:
    rights = RIGHTS[viewer]
    month = period_of("month", LAST_DAY)
    own = {call for call, (agent, _) in owner_of.items() if agent in rights.agents}
    assert {line.call_id for line in queries.calls(viewer, month, limit=5000)} == own
    assert queries.n_calls(viewer, month) == len(own)
    assert {agent.agent_id for agent in queries.agents(viewer)} == rights.agents
    assert {team.item_id for team in queries.teams(viewer)} == rights.teams
    assert {kpi.scope_id for kpi in queries.kpis(viewer, month, "agent")} == rights.agents
    assert {kpi.scope_id for kpi in queries.kpis(viewer, month, "team")} == rights.teams
    assert bool(queries.kpis(viewer, month, "centre")) == rights.centre
    if viewer.role is not Role.AGENT:  # how busy the queues are is no secret to those who lead the teams
        assert queries.heatmap(viewer, [date(2026, 10, 1)])


def test_count_equals_list_and_pages_do_not_overlap(warehouse: object) -> None:
    total = queries.n_calls(SUPERVISOR, WEEK, flagged=True)
    pages = [queries.calls(SUPERVISOR, WEEK, flagged=True, limit=7, offset=start) for start in range(0, total, 7)]
    ids = [line.call_id for page in pages for line in page]
    assert 0 < total == len(ids) == len(set(ids))
    assert all(line.missed or line.risks for page in pages for line in page)


def test_range_of_a_whole_month_equals_the_stored_month(warehouse: object) -> None:
    month = period_of("month", LAST_DAY)
    whole = Period("range", month.start, month.end)
    stored = {(k.scope_id, k.kpi_id, k.formula_id): k for k in queries.kpis(MANAGER, month, "team")}
    added = {(k.scope_id, k.kpi_id, k.formula_id): k for k in queries.kpis(MANAGER, whole, "team")}
    assert stored.keys() == added.keys()
    for key, kpi in stored.items():
        assert (added[key].n, added[key].n_open) == (kpi.n, kpi.n_open)
        assert added[key].value == pytest.approx(kpi.value)
        assert added[key].status == kpi.status


def test_default_formula_comes_first_in_the_catalogue(warehouse: object) -> None:
    seen: set[str] = set()
    for formula in queries.catalogue(AGENT):
        assert formula.is_default == (formula.kpi_id not in seen)
        seen.add(formula.kpi_id)


def test_recording_is_the_published_copy_and_only_for_sound(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute("select media_kind, min(call_id) from mart_call group by media_kind").fetchall()
    ids = dict(found)
    path = queries.recording(MANAGER, ids["audio"])
    assert isinstance(path, Path)
    assert path.read_bytes()[:4] == b"OggS"
    assert queries.recording(MANAGER, ids["text"]) is None


def test_without_a_build_every_question_says_so(lingting_home: object) -> None:
    with pytest.raises(NoBuild):
        queries.catalogue(MANAGER)
