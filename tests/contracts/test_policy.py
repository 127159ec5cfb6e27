"""The policy of rights covers every published table and column, and its limits hold for any question and any person."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.navigation import PLACES
from lingting.documents import parse_yaml
from lingting.paths import DBT_PROJECT, PROJECT_ROOT
from lingting.rights import Clause, Forbidden, Role, Viewer, limited, policy
from lingting.warehouse.tables import PUBLISHED

WRITTEN_AT_PUBLISH = {"build_info", "door_results", "lineage", "rejected_rows", "rule_catalogue"}
CUSTOMER = {"customer_key"}
ROOMS = ("lingting", "dashboards")


def columns_of(table: str) -> set[str]:
    for path in (DBT_PROJECT / "models").rglob(f"{table}.yml"):
        for model in parse_yaml(path.read_text(encoding="utf-8"))["models"]:
            if model["name"] == table:
                return {column["name"] for column in model["columns"]}
    return set()


def test_every_published_table_has_a_rule_and_no_rule_is_without_a_table() -> None:
    assert set(policy().by_table) == set(PUBLISHED) | WRITTEN_AT_PUBLISH


@pytest.mark.parametrize("table", sorted(policy().by_table))
def test_whole_pseudonyms_are_masked_wherever_they_are_published(table: str) -> None:
    assert set(policy().by_table[table].masked) == columns_of(table) & CUSTOMER


def test_every_action_is_asked_for_somewhere() -> None:
    code = "".join(path.read_text(encoding="utf-8") for room in ROOMS for path in (PROJECT_ROOT / room).rglob("*.py"))
    assert [action for action in policy().actions if f'"{action}"' not in code] == []


def test_every_role_has_a_page_to_begin_with() -> None:
    assert {role for place in PLACES for role in place.roles} == set(Role)


def test_policy_is_no_place_for_a_table_twice() -> None:
    twice = policy().model_dump()
    twice["tables"] = [*twice["tables"], twice["tables"][0]]
    with pytest.raises(ValueError, match="twice"):
        type(policy()).model_validate(twice)


AGENTS = {"A1": "T1", "A2": "T1", "A3": "T2", "A'4": "T'2"}
QUESTIONS = (
    "select agent_id from mart_call",
    "select c.agent_id from mart_call as c left join dim_agent as a using (agent_id) where true or false",
    "with x as (select * from mart_call) select agent_id from x union all select agent_id from x",
    "select agent_id from (select * from mart_call where agent_id = 'A3' or 1 = 1)",
    "select (select max(agent_id) from mart_call)",
    "select agent_id from dim_agent where agent_id in (select agent_id from mart_call)",
)


@pytest.fixture(scope="module")
def build() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create table dim_agent (agent_id varchar, team_id varchar)")
    connection.execute(
        "create table mart_call (call_id varchar, agent_id varchar, team_id varchar, customer_key varchar)"
    )
    for agent, team in AGENTS.items():
        connection.execute("insert into dim_agent values (?, ?)", [agent, team])
        connection.execute(
            "insert into mart_call values (?, ?, ?, ?)", [f"call of {agent}", agent, team, f"key {agent}"]
        )
    return connection


IDS = st.one_of(st.sampled_from([*AGENTS, "A9"]), st.text(max_size=12))
TEAMS = st.lists(st.one_of(st.sampled_from(["T1", "T2", "T'2"]), st.text(max_size=12)), max_size=3)


@given(st.sampled_from(list(Role)), IDS, TEAMS, st.sampled_from(QUESTIONS))
def test_no_person_and_no_question_passes_the_limits(
    build: duckdb.DuckDBPyConnection, role: Role, agent: str, teams: list[str], question: str
) -> None:
    viewer = Viewer(role, agent_id=agent, team_ids=tuple(teams))
    try:
        sql, bound = limited(viewer, question)
    except Forbidden:
        assert role in (Role.DATA, Role.ADMINISTRATOR)
        return
    found = {value for (value,) in build.execute(sql, bound).fetchall() if value is not None}
    allowed = {
        Role.AGENT: {agent} & set(AGENTS),
        Role.SUPERVISOR: {name for name, team in AGENTS.items() if team in teams},
    }.get(role, set(AGENTS))
    assert found <= allowed


@pytest.mark.parametrize(
    "question",
    [
        "select * from main.mart_call",
        "select * from secrets",
        "select * from 'file.csv'",
        "select * from read_csv('/etc/passwd')",
        "select * from duckdb_tables()",
        "select 1; select 2",
        "delete from mart_call",
        "with mart_call as (select 1) select * from mart_call",
        "with recursive mart_call as (select 1) select * from mart_call",
        "attach 'x.duckdb'",
    ],
)
def test_a_question_that_goes_around_the_limits_is_refused(question: str) -> None:
    with pytest.raises(Forbidden):
        limited(Viewer(Role.MANAGEMENT), question)


def test_a_customer_is_a_short_mark_for_everybody_and_the_same_in_every_table(build: duckdb.DuckDBPyConnection) -> None:
    sql, bound = limited(Viewer(Role.MANAGEMENT), "select customer_key from mart_call order by call_id")
    found = [key for (key,) in build.execute(sql, bound).fetchall()]
    assert all(key.startswith("c-") and len(key) == 10 for key in found)
    assert len(set(found)) == len(AGENTS)


def test_a_narrowing_condition_sees_the_raw_column_and_only_takes_rows_away(build: duckdb.DuckDBPyConnection) -> None:
    viewer = Viewer(Role.SUPERVISOR, team_ids=("T1",))
    for key, expected in (("key A1", ["A1"]), ("key A3", [])):
        narrowed = {"mart_call": Clause("customer_key = ?", (key,))}
        sql, bound = limited(viewer, "select agent_id from mart_call where agent_id <> ?", ["A2"], narrowed)
        assert [agent for (agent,) in build.execute(sql, bound).fetchall()] == expected


def test_the_policy_file_is_the_only_place_that_names_roles_for_tables() -> None:
    """A view that compares roles itself would be a second policy: navigation may, the data layer may not."""
    found = [
        str(path.relative_to(PROJECT_ROOT))
        for path in (PROJECT_ROOT / "dashboards" / "data").rglob("*.py")
        if "Role." in Path(path).read_text(encoding="utf-8")
    ]
    assert found == []
