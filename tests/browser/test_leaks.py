"""Nobody sees what is not theirs: generated attempts on every question, page, address parameter, route and session.

Each attempt asks for rows of somebody else; what comes back may hold no mark of theirs (an agent, a call, a recording,
a customer). The number of attempts is part of the test: a generator that makes fewer has lost its grip.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import duckdb
import pytest

from dashboards.navigation import PLACES
from lingting.rights import Forbidden, Role, Viewer
from lingting.store import end_session, list_accounts, start_session
from lingting.work import Refused
from tests.browser.cockpit import Cockpit
from tests.browser.leak_attempts import INJECTIONS, Everybody, attempts, marks_in, questions, read_everybody
from tests.wire import Wire

SCOPED = ("amy", "ben", "sue", "sam", "dan", "ada")
PARAMETERS = ("call", "agent", "team", "queue", "customer", "review", "issue", "employee", "scope_id", "kpi", "rule")


@pytest.fixture(scope="module")
def everybody(cockpit: Cockpit) -> Everybody:
    current = json.loads((cockpit.home / "published" / "CURRENT.json").read_text(encoding="utf-8"))
    with duckdb.connect(str(cockpit.home / "published" / current["file"]), read_only=True) as connection:
        return read_everybody(connection)


@pytest.fixture(scope="module")
def viewers(cockpit: Cockpit) -> dict[str, Viewer]:
    found = {account.name: account.viewer() for account in list_accounts(cockpit.store)}
    stranger = Viewer(Role.AGENT, agent_id=None, team_ids=(cockpit.cast.team_id,), name="nobody")
    crafted = Viewer(Role.SUPERVISOR, team_ids=("T001') or (true",), name="crafted")
    return {name: found[name] for name in SCOPED} | {"nobody": stranger, "crafted": crafted}


def test_no_question_gives_a_row_of_somebody_else(everybody: Everybody, viewers: dict[str, Viewer]) -> None:
    made: Counter[str] = Counter()
    leaks = []
    for seed, (name, question) in enumerate(sorted(questions().items())):
        for viewer in viewers.values():
            is_foreign = everybody.foreign(viewer)
            for given in attempts(question, viewer, everybody, seed):
                made[name] += 1
                try:
                    answer: Any = question(viewer, **given)
                except (Forbidden, Refused, ValueError):
                    continue
                found = {mark for mark in marks_in(answer) if is_foreign(mark)}
                if found:
                    leaks.append((name, viewer.name, given, sorted(found)[:3]))
    assert leaks == [], f"{len(leaks)} of {made.total()} attempts gave something away: {leaks[:3]}"
    print(f"{made.total():,} attempts on {len(made)} questions")
    assert made.total() >= 1000


def _addresses(everybody: Everybody, viewer: Viewer, seed: int) -> Iterator[tuple[str, dict[str, str]]]:
    own = everybody.own(viewer)
    strangers = [agent for agent in everybody.agents if agent not in own]
    calls = [mark for agent in strangers[:2] for mark in everybody.marks_of(agent, 1)]
    teams = sorted({everybody.agents[agent] for agent in strangers})
    chosen = random.Random(seed)
    for place in PLACES:
        yield place.path, {}
        yield place.path, {"call": chosen.choice(calls), "at": "3"}
        yield place.path, {"agent": chosen.choice(strangers), "team": chosen.choice(teams)}
        yield place.path, {chosen.choice(PARAMETERS): chosen.choice(INJECTIONS), "lang": "en"}


@pytest.mark.parametrize("name", SCOPED)
def test_no_page_shows_somebody_else_whatever_its_address_says(
    cockpit: Cockpit, everybody: Everybody, viewers: dict[str, Viewer], session_tokens: dict[str, str], name: str
) -> None:
    is_foreign = everybody.foreign(viewers[name])
    leaks, failed, made = [], [], 0
    with Wire(cockpit.address, session_tokens[name]) as wire:
        for path, query in _addresses(everybody, viewers[name], seed=len(name)):
            seen = wire.page(path, **query)
            made += 1
            found = {mark for mark in marks_in(seen.content) if is_foreign(mark)} - set(marks_in(query))
            if found:
                leaks.append((path, query, sorted(found)[:3]))
            if seen.failed:
                failed.append((path, query))
    assert leaks == []
    assert failed == [], "a page failed instead of answering"
    assert made >= 4 * len(PLACES)


def test_two_people_at_once_never_see_each_other(
    cockpit: Cockpit, everybody: Everybody, viewers: dict[str, Viewer], session_tokens: dict[str, str]
) -> None:
    """The same pages at the same time, in sessions of two agents and two supervisors of different teams."""

    def walk(name: str) -> list[str]:
        is_foreign = everybody.foreign(viewers[name])
        with Wire(cockpit.address, session_tokens[name]) as wire:
            pages = [place.path for place in PLACES if viewers[name].role in place.roles]
            return [mark for path in pages * 3 for mark in marks_in(wire.page(path).content) if is_foreign(mark)]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(walk, ("amy", "ben", "sue", "sam"))) == [[], [], [], []]


@pytest.mark.parametrize("token", [None, "", "x" * 43, "' or '1'='1", "ended"])
def test_no_session_no_page(cockpit: Cockpit, everybody: Everybody, token: str | None) -> None:
    if token == "ended":
        boss = next(account for account in list_accounts(cockpit.store) if account.name == "boss")
        token = start_session(cockpit.store, boss.user_id)
        end_session(cockpit.store, token)
    with Wire(cockpit.address, token) as wire:
        for place in PLACES:
            seen = wire.page(place.path, call=cockpit.cast.call_id)
            assert set(marks_in(seen.content)) <= {cockpit.cast.call_id}, place.path


def test_a_session_that_ends_while_a_page_is_open_shows_nothing_more(cockpit: Cockpit, everybody: Everybody) -> None:
    boss = next(account for account in list_accounts(cockpit.store) if account.name == "boss")
    token = start_session(cockpit.store, boss.user_id)
    with Wire(cockpit.address, token) as wire:
        assert set(marks_in(wire.page("call", call=cockpit.cast.call_id).content)) > {cockpit.cast.call_id}
        end_session(cockpit.store, token)
        assert set(marks_in(wire.page("call", call=cockpit.cast.call_id).content)) <= {cockpit.cast.call_id}
