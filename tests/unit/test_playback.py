"""Recordings are heard in parts, by who may, never from a cache, and the log has it once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboards import door, playback
from lingting import audit
from lingting.rights import Role
from lingting.settings import settings_for
from lingting.store import add_account, end_session, open_store, set_disabled, start_session
from tests.browser.published_fixture import build_published

PASSWORD = "a calm blue river"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-200", (90, 99)),
        ("bytes=-5", (95, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=99-", (99, 99)),
        ("bytes=20-10", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        ("bytes=" + "9" * 40 + "-", None),
    ],
)
def test_range_header_is_read_as_the_standard_says(header: str, expected: tuple[int, int] | None) -> None:
    assert playback.part(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_part_behind_the_end_is_refused(header: str) -> None:
    with pytest.raises(playback.Unsatisfiable):
        playback.part(header, 100)


@given(st.text(max_size=30) | st.from_regex(r"bytes=\d{0,5}-\d{0,5}", fullmatch=True), st.integers(0, 3000))
def test_a_part_always_lies_inside(header: str, size: int) -> None:
    try:
        found = playback.part(header, size)
    except playback.Unsatisfiable:
        return
    if found is not None:
        assert 0 <= found[0] <= found[1] < size


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Calls with sound: of A001, of another agent of the team, of another team."""
    path = build_published(tmp_path)
    monkeypatch.setenv("LINGTING_HOME", str(tmp_path))
    settings_for.cache_clear()
    playback._noted.clear()
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(
            "select agent_id, min(call_id) from mart_call where media_kind = 'audio' group by all"
        ).fetchall()
    yield dict(found)
    settings_for.cache_clear()


@pytest.fixture
def client(calls: dict[str, str]) -> TestClient:
    return TestClient(Starlette(routes=[Route(f"{playback.PATH}/{{call_id:path}}", playback.give)]))


def token_of(name: str, role: Role, **scope: Any) -> str:
    store = open_store()
    return start_session(store, add_account(store, name, role, PASSWORD, **scope).user_id)


def hear(client: TestClient, call_id: str, token: str | None, asked: str | None = None) -> Any:
    client.cookies.clear()
    if token:
        client.cookies.set(door.COOKIE, token)
    return client.get(playback.address_of(call_id), headers={"range": asked} if asked else {})


def test_owner_hears_the_whole_and_each_part_and_is_noted_once(client: TestClient, calls: dict[str, str]) -> None:
    token = token_of("boss", Role.MANAGEMENT)
    call_id = next(iter(calls.values()))
    whole = hear(client, call_id, token)
    assert (whole.status_code, whole.content[:4]) == (200, b"OggS")
    assert whole.headers["content-type"] == "audio/ogg"
    assert whole.headers["cache-control"] == "no-store"
    part = hear(client, call_id, token, "bytes=4-9")
    assert (part.status_code, part.content) == (206, whole.content[4:10])
    assert part.headers["content-range"] == f"bytes 4-9/{len(whole.content)}"
    assert hear(client, call_id, token, f"bytes={len(whole.content)}-").status_code == 416
    (entry,) = audit.entries()
    assert (entry.action, entry.outcome, entry.object_id, entry.name) == ("play", "done", call_id, "boss")
    assert entry.customer_key
    assert entry.customer_key.startswith("c-")


def test_everybody_else_gets_the_same_empty_answer(client: TestClient, calls: dict[str, str]) -> None:
    foreign = next(call for agent, call in calls.items() if agent != "A001")
    gone, fired = token_of("gone", Role.MANAGEMENT), token_of("fired", Role.MANAGEMENT)
    end_session(open_store(), gone)
    set_disabled(open_store(), "fired", True)
    tries = [
        (token_of("amy", Role.AGENT, agent_id="A001"), foreign),
        (token_of("amy2", Role.AGENT, agent_id="A001"), "there-is-no-such-call"),
        (token_of("sam", Role.SUPERVISOR, team_ids=["T9"]), foreign),
        (token_of("dan", Role.DATA), foreign),
        (token_of("ada", Role.ADMINISTRATOR), foreign),
        (gone, foreign),
        (fired, foreign),
        (None, foreign),
        ("guessed", "../../etc/passwd"),
        (token_of("boss", Role.MANAGEMENT), "x' or '1'='1"),
    ]
    answers = [hear(client, call_id, token, "bytes=0-") for token, call_id in tries]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, b"")}
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    noted = audit.entries()
    assert {(entry.action, entry.outcome) for entry in noted} == {("play", "refused")}
    assert {entry.name for entry in noted} == {"amy", "amy2", "sam", "dan", "ada", "boss", "-"}


def test_nothing_is_heard_while_the_log_can_not_be_written(
    client: TestClient, calls: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of("boss", Role.MANAGEMENT)
    call_id = next(iter(calls.values()))

    def down(*_: object, **__: object) -> None:
        raise audit.AuditDown("down")

    with monkeypatch.context() as broken:
        broken.setattr(audit, "note", down)
        for _ in range(2):
            answer = hear(client, call_id, token)
            assert (answer.status_code, answer.content) == (503, b"")
    assert hear(client, call_id, token).status_code == 200
    assert [entry.outcome for entry in audit.entries()] == ["done"]
