"""What the pages note: once per page and choices, calls by name, refusals; and nothing of customers without the log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dashboards import access
from dashboards.data import customers, queries
from dashboards.data.periods import period_of
from dashboards.data.published import ask, sums_only
from lingting import audit
from lingting.alerting.feed import own_queues
from lingting.rights import Forbidden, Role, Viewer
from lingting.settings import settings_for
from lingting.work import Refused
from tests.browser.published_fixture import LAST_DAY, build_published

_PERIOD = period_of("month", LAST_DAY)
AGENT = Viewer(Role.AGENT, agent_id="A001", name="amy", user_id="u1", session="s1")
SUPERVISOR = Viewer(Role.SUPERVISOR, team_ids=("T1",), name="sue", user_id="u2", session="s2")
MANAGER = Viewer(Role.MANAGEMENT, name="boss", user_id="u3", session="s3")


class Tab:
    """A browser tab: its address, and what was noted for it."""

    def __init__(self) -> None:
        self.choices: dict[str, str] = {}
        self.seen: set[object] = set()

    def view(self, viewer: Viewer, page: str, then: dict[str, str] | None = None, /, **choices: str) -> None:
        """Open a page with choices; ``then``: what its own filters make of the address."""
        self.choices = choices
        with access.noted(viewer, page):
            queries.n_calls(viewer, _PERIOD)
            self.choices = self.choices if then is None else then


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    path = build_published(tmp_path)
    monkeypatch.setenv("LINGTING_HOME", str(tmp_path))
    settings_for.cache_clear()
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("select agent_id, min(call_id) from mart_call group by all").fetchall()
    yield dict(found)
    settings_for.cache_clear()


@pytest.fixture
def tab(calls: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Tab:
    made = Tab()
    monkeypatch.setattr(access, "_choices", lambda: dict(made.choices))
    monkeypatch.setattr(access, "_seen", lambda: made.seen)
    return made


def _log_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object, **__: object) -> None:
        raise audit.AuditDown("down")

    monkeypatch.setattr(audit, "note", down)


def test_a_page_is_noted_once_for_the_same_choices(tab: Tab) -> None:
    filled = {"grain": "week", "team": "T1"}
    tab.view(SUPERVISOR, "team", filled)
    for _ in range(3):  # reruns
        tab.view(SUPERVISOR, "team", **filled)
    assert [(entry.object_kind, entry.object_id) for entry in audit.entries()] == [("page", "team")]
    tab.view(SUPERVISOR, "team", {"grain": "month", "team": "T1"}, **filled)
    tab.view(SUPERVISOR, "team", grain="day", team="T1")
    assert [entry.fields for entry in audit.entries()][1:] == ["team|grain=month|team=T1", "team|grain=day|team=T1"]
    assert {entry.session for entry in audit.entries()} == {"s2"}


def test_an_opened_call_is_noted_with_its_customer_and_a_foreign_one_as_refused(
    tab: Tab, calls: dict[str, str]
) -> None:
    tab.view(AGENT, "call", call=calls["A001"])
    tab.view(AGENT, "call", call=calls["A002"])
    tab.view(AGENT, "call", call="there-is-no-such-call")
    tab.view(AGENT, "customer", call=calls["A001"])
    found = [(e.object_kind, e.object_id, e.outcome, bool(e.customer_key)) for e in audit.entries()]
    assert found == [
        ("call", calls["A001"], "done", True),
        ("call", calls["A002"], "refused", False),
        ("call", "there-is-no-such-call", "refused", False),
        ("customer", calls["A001"], "done", True),
    ]


def test_a_page_of_another_role_is_noted_as_refused_once(tab: Tab) -> None:
    access.refused(AGENT, "management")
    access.refused(AGENT, "management")
    assert [(e.object_id, e.outcome) for e in audit.entries()] == [("management", "refused")]


def test_crafted_parameters_are_noted_as_they_are_and_harm_nothing(tab: Tab) -> None:
    for text in ("' or '1'='1", "<script>", "a|b|c", "x" * 5000, "\u202e\u0000"):
        tab.view(SUPERVISOR, "call", call=text, team=text)
    assert {entry.outcome for entry in audit.entries()} == {"refused"}
    assert all(len(entry.object_id) <= 200 for entry in audit.entries())
    assert list(audit.verify(audit.entries())) == []


def test_without_the_log_sums_are_shown_and_customers_are_not(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    _log_is_down(monkeypatch)
    with access.noted(MANAGER, "management"):
        assert queries.kpis(MANAGER, _PERIOD, "centre")
        assert queries.teams(MANAGER)
        assert own_queues(SUPERVISOR), "whose alerts a supervisor sees is a count, nobody's rows"
        for question in (queries.n_calls, queries.calls):
            with pytest.raises(audit.AuditDown):
                question(MANAGER, _PERIOD)
    assert tab.seen == set(), "the next click tries again"
    assert queries.n_calls(MANAGER, _PERIOD), "outside the page nothing is held back"


def test_a_question_of_customers_is_held_back_however_it_is_written(calls: dict[str, str]) -> None:
    with sums_only():
        for question in (queries.call, queries.turns, queries.findings, queries.scores, customers.timeline):
            with pytest.raises(audit.AuditDown):
                question(MANAGER, calls["A001"])


def test_a_whole_pseudonym_needs_the_right_a_reason_and_the_log(
    calls: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own, foreign = calls["A001"], calls["A009"]
    for viewer, call_id, reason, code in (
        (SUPERVISOR, own, "too short", "unmask_reason"),
        (SUPERVISOR, own, "         x        ", "unmask_reason"),
        (SUPERVISOR, foreign, "a complaint letter came in", "no_such_call"),
        (MANAGER, own, "a complaint letter came in", "not_yours"),
        (AGENT, own, "a complaint letter came in", "not_yours"),
    ):
        with pytest.raises(Refused) as refused:
            customers.pseudonym(viewer, call_id, reason)
        assert refused.value.code == code
    assert {entry.outcome for entry in audit.entries()} == {"refused"}
    key = customers.pseudonym(SUPERVISOR, own, "a complaint  letter came in")
    mark = queries.customer_mark(SUPERVISOR, own)
    assert key
    assert not key.startswith("c-")
    entry = audit.entries()[-1]
    assert (entry.action, entry.outcome, entry.customer_key) == ("unmask", "done", mark)
    assert entry.purpose == "a complaint letter came in"
    with monkeypatch.context() as broken:
        _log_is_down(broken)
        with pytest.raises(audit.AuditDown):
            customers.pseudonym(SUPERVISOR, own, "a complaint letter came in")


def test_no_other_question_can_take_the_mask_off(calls: dict[str, str]) -> None:
    for viewer in (MANAGER, AGENT, Viewer(Role.QUALITY)):
        with pytest.raises(Forbidden):
            ask(viewer, str, "select customer_key from mart_call", unmasked=True)
