"""Every way to ask for somebody else's rows that can be generated: questions, foreign ids, and what counts as foreign.

The truth comes from the published build itself, read without any limits. Nothing here knows how limits are made.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import pkgutil
import random
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import duckdb

import dashboards.data
from dashboards.data.periods import Period, period_of
from lingting.alerting.feed import AlertView
from lingting.audit.search import Wanted
from lingting.rights import Role, Viewer

INJECTIONS = (
    "' or '1'='1",
    "A00001') or (true",
    '"; drop table mart_call; --',
    "x' union select * from dim_agent --",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{7*7}}${7*7}",
    "../../secrets/pseudonym.key",
    "%",
    "_",
    "\u202e\u0000",
    "＇ ＯＲ １＝１",
)
# What people and their calls are called in the build: anything of this shape in an answer is looked at.
MARKS = re.compile(r"A\d{5}|坐席\d{5}|[CR]\d{8}-\d{7}(?:-\d+)?|\b[0-9a-f]{64}\b")
MOST_PER_QUESTION = 40


@dataclass(frozen=True)
class Everybody:
    """Whose is what, by agent: ids of calls, contacts and recordings, names, words that only one agent's calls hold."""

    agents: dict[str, str]  # agent -> team
    names: tuple[str, ...]  # numbers and names of the agents
    owner: dict[str, str]  # any mark -> agent
    customers: frozenset[str]  # whole pseudonyms
    last_day: date
    queues: tuple[str, ...]
    kpis: tuple[tuple[str, str], ...]

    def foreign(self, viewer: Viewer) -> Callable[[str], bool]:
        """Whether a mark belongs to an agent that the viewer may not see. Customers' keys are for nobody."""
        own = self.own(viewer)
        # Who keeps the accounts needs the list of the agents, and nothing that they did.
        open_marks = set(self.names) if viewer.role is Role.ADMINISTRATOR else set()

        def is_foreign(mark: str) -> bool:
            if mark in self.customers:
                return True
            return mark in self.owner and self.owner[mark] not in own and mark not in open_marks

        return is_foreign

    def own(self, viewer: Viewer) -> set[str]:
        if viewer.role is Role.AGENT:
            return {viewer.agent_id or ""}
        if viewer.role is Role.SUPERVISOR:
            return {agent for agent, team in self.agents.items() if team in viewer.team_ids}
        if viewer.role in (Role.DATA, Role.ADMINISTRATOR):
            return set()
        return set(self.agents)

    def marks_of(self, agent: str, limit: int = 3) -> list[str]:
        return [mark for mark, owner in self.owner.items() if owner == agent and mark.startswith("C")][:limit]


def read_everybody(connection: duckdb.DuckDBPyConnection) -> Everybody:
    agents: dict[str, str] = {}
    owner: dict[str, str] = {}
    for agent, name, team in connection.execute("select agent_id, agent_name, team_id from dim_agent").fetchall():
        agents[agent] = team
        owner |= {agent: agent, name: agent}
    names = tuple(owner)
    # A contact that was handed on belongs to each who spoke in it: only what is one agent's alone is a mark of his.
    marks = connection.execute(
        "select call_id, agent_id from mart_call union select recording_id, agent_id from mart_call "
        "union select contact_id, min(agent_id) from mart_call group by contact_id having count(distinct agent_id) = 1"
    ).fetchall()
    owner |= {mark: agent for mark, agent in marks if mark}
    keys = connection.execute("select distinct customer_key from mart_call where customer_key is not null").fetchall()
    ((last_day,),) = connection.execute("select max(data_to) from build_info").fetchall()
    queues = tuple(queue for (queue,) in connection.execute("select queue_id from dim_queue").fetchall())
    kpis = tuple(connection.execute("select distinct kpi_id, formula_id from kpi_catalogue limit 6").fetchall())
    return Everybody(agents, names, owner, frozenset(key for (key,) in keys), last_day, queues, kpis)


def questions() -> dict[str, Callable[..., Any]]:
    """Every function of dashboards/data that takes a Viewer first."""
    found = {}
    for module in pkgutil.iter_modules(dashboards.data.__path__):
        loaded = importlib.import_module(f"dashboards.data.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            parameters = list(inspect.signature(function, eval_str=True).parameters.values())
            is_ours = function.__module__ == loaded.__name__ and not name.startswith("_")
            if is_ours and parameters and parameters[0].annotation is Viewer and not name.startswith("ask"):
                found[f"{module.name}.{name}"] = function
    return found


def attempts(function: Callable[..., Any], viewer: Viewer, everybody: Everybody, seed: int) -> Iterator[dict[str, Any]]:
    """Arguments to try: each parameter takes foreign ids, crafted text and plain values in turn."""
    parameters = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    choices = [_values(parameter.name, parameter.annotation, viewer, everybody) for parameter in parameters]
    combinations = list(itertools.islice(itertools.product(*choices), 20_000))
    random.Random(seed).shuffle(combinations)
    for values in combinations[:MOST_PER_QUESTION]:
        yield dict(zip((parameter.name for parameter in parameters), values, strict=True))


def _values(name: str, kind: Any, viewer: Viewer, everybody: Everybody) -> list[Any]:
    if get_origin(kind) in (Union, UnionType):
        inner = [part for part in get_args(kind) if part is not NoneType]
        return [None, *_values(name, inner[0], viewer, everybody)]
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    month = everybody.last_day.replace(day=1)
    plain: dict[Any, list[Any]] = {
        bool: [True, False],
        int: [0, 1, 7, 500],
        float: [0.0, 1.0],
        date: [month, everybody.last_day],
        Wanted: [Wanted(), Wanted(name="amy"), Wanted(text="C20"), Wanted(only_refused=True)],
        datetime: [datetime.combine(everybody.last_day, datetime.min.time())],
        Period: [period_of("month", everybody.last_day), period_of("week", everybody.last_day),
                 Period("range", month, everybody.last_day)],
    }  # fmt: skip
    if kind in plain:
        return plain[kind]
    if get_origin(kind) in (list, tuple, set, frozenset, Sequence, Collection):
        inside = get_args(kind)[0]
        values = _values(name.removesuffix("s"), inside, viewer, everybody)
        return [values, values[:1]]
    if kind is AlertView:
        return []  # what another question answered; only its own rows could be handed on
    if kind is str:
        return _words(name, viewer, everybody)
    raise AssertionError(f"teach tests/browser/leak_attempts.py to make values of {kind} for {name}")


def _words(name: str, viewer: Viewer, everybody: Everybody) -> list[str]:
    own = everybody.own(viewer)
    strangers = [agent for agent in everybody.agents if agent not in own][:3] or list(everybody.agents)[:2]
    teams = sorted({everybody.agents[agent] for agent in strangers})
    calls = [mark for agent in strangers for mark in everybody.marks_of(agent, 2)]
    if "kpi" in name:
        return [kpi for kpi, _ in everybody.kpis]
    if "formula" in name:
        return [formula for _, formula in everybody.kpis]
    if name == "scope":
        return ["centre", "queue", "team", "agent"]
    return [*calls, *strangers, *teams, *everybody.queues[:1], "centre", *INJECTIONS]


def marks_in(answer: Any) -> Iterator[str]:
    """Every mark in an answer, however deep."""
    if isinstance(answer, str):
        yield from MARKS.findall(answer)
    elif isinstance(answer, bytes):
        yield from MARKS.findall(answer.decode("utf-8", errors="replace"))
    elif is_dataclass(answer) and not isinstance(answer, type):
        for field in fields(answer):
            yield from marks_in(getattr(answer, field.name))
    elif isinstance(answer, dict):
        for key, value in answer.items():
            yield from marks_in(key)
            yield from marks_in(value)
    elif isinstance(answer, list | tuple | set | frozenset):
        for value in answer:
            yield from marks_in(value)
