"""Projects, suggestions, clips, nominations and the ledger: who may do what, never for oneself, never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import inf, nan

import pytest

from lingting.clock import today
from lingting.rights import Viewer
from lingting.store import Store
from lingting.work import Refused, ledger, nominations, practices, projects, suggestions
from lingting.work.cases import Form, Stale
from lingting.work.machines import check_step, next_steps
from tests.unit.work_cast import ADA, AMY, BOSS, CAI, DAN, QIN, QIU, SAM, SUE, store

__all__ = ["store"]

OCTOBER = date(2026, 10, 1)
PROJECT = projects.NewProject("缩短等待", "Shorter waiting", "排队太久", "M901", "csat", 0.9, 0.8)


def code(work: Callable[..., object], *arguments: object, **more: object) -> str:
    with pytest.raises(Refused) as refused:
        work(*arguments, **more)
    return refused.value.code


def begin(store: Store, by: Viewer, project_id: str, phase: str, result: float | None = None) -> None:
    file = projects.read_project(store, by, project_id)
    assert file is not None
    projects.begin_phase(store, by, project_id, phase, "已完成", Form(file.project.version), result)


def test_a_project_goes_through_dmaic_and_back_from_control_and_is_closed_by_another(store: Store) -> None:
    project_id = projects.open_project(store, BOSS, PROJECT, Form())
    for phase in ("measure", "analyse", "improve", "control", "improve", "control"):
        begin(store, BOSS, project_id, phase)
    assert code(begin, store, QIN, project_id, "closed") == "no_result"
    assert code(begin, store, BOSS, project_id, "closed", 0.91) == "same_person"
    begin(store, QIN, project_id, "closed", 0.91)
    (project,) = projects.list_projects(store, QIN)
    assert (project.stage, project.result_value, project.version) == ("closed", 0.91, 8)
    assert code(begin, store, QIN, project_id, "improve") == "wrong_step"


@pytest.mark.parametrize("value", [inf, nan])
def test_a_project_takes_numbers_only(store: Store, value: float) -> None:
    assert code(projects.open_project, store, BOSS, projects.NewProject("a", "a", "a", "M901", "csat", value, 0.8),
                Form()) == "bad_number"  # fmt: skip


def test_agents_see_their_own_suggestions_and_who_decides_sees_all(store: Store) -> None:
    form = Form()
    idea = suggestions.submit(store, AMY, "工单模板", "减少重复录入", form)
    assert suggestions.submit(store, AMY, "工单模板", "减少重复录入", form) == idea
    suggestions.submit(store, DAN, "报表口径", "统一口径", Form())
    assert [file.suggestion.suggestion_id for file in suggestions.list_suggestions(store, AMY)] == [idea]
    assert suggestions.list_suggestions(store, SUE) == []
    assert len(suggestions.list_suggestions(store, QIN)) == 2


def test_nobody_decides_on_the_own_suggestion_and_the_benefit_comes_with_the_implementation(store: Store) -> None:
    own = suggestions.submit(store, QIN, "a", "b", Form())
    assert code(suggestions.decide, store, QIN, own, "adopted", "好", Form(1)) == "same_person"
    assert code(suggestions.decide, store, AMY, own, "adopted", "好", Form(1)) == "not_yours"
    assert code(suggestions.decide, store, BOSS, own, "implemented", "好", Form(1)) == "wrong_step"
    suggestions.decide(store, BOSS, own, "adopted", "好", Form(1), benefit_yuan=5.0)
    assert code(suggestions.decide, store, BOSS, own, "implemented", "好", Form(2), benefit_yuan=-1.0) == "bad_number"
    suggestions.decide(store, BOSS, own, "implemented", "已上线", Form(2), benefit_yuan=12000.0)
    with pytest.raises(Stale):
        suggestions.decide(store, BOSS, own, "declined", "不", Form(2))
    (file,) = suggestions.list_suggestions(store, BOSS)
    assert [(step.step, step.benefit_yuan) for step in file.steps] == [
        ("submitted", None),
        ("adopted", None),
        ("implemented", 12000.0),
    ]


def test_a_clip_keeps_its_masked_words_and_is_approved_by_another_person_of_quality(store: Store) -> None:
    clip = practices.propose(store, QIN, " C1 ", 0.0, 10.0, "开场", "语速合适", Form())
    assert code(practices.act, store, QIN, clip, "approved", "好", Form(1)) == "same_person"
    assert code(practices.act, store, SUE, clip, "approved", "好", Form(1)) == "not_yours"
    assert code(practices.act, store, SUE, clip, "used", "晨会", Form(1)) == "wrong_step"
    assert practices.list_practices(store, AMY) == []
    practices.act(store, QIU, clip, "approved", "好", Form(1))
    practices.act(store, SUE, clip, "used", "晨会", Form(2))
    practices.act(store, QIN, clip, "used", "新人培训", Form(3))
    (file,) = practices.list_practices(store, AMY)
    assert file.practice.words == "agent: 您好\ncustomer: 我的号码是[号码]"
    assert (file.n_uses, file.practice.stage, file.next_steps) == (2, "approved", ("used", "retired"))
    practices.act(store, QIN, clip, "retired", "话术已换", Form(4))
    assert practices.list_practices(store, AMY) == []


@pytest.mark.parametrize(
    ("call_id", "first", "last", "why"),
    [("C2", 0, 5, "unknown_call"), ("C1", 5, 5, "bad_clip"), ("C1", -1, 5, "bad_clip"), ("C1", 0, nan, "bad_clip"),
     ("C1", 0, 601, "bad_clip"), ("C1", 100, 110, "silent_clip"), ("", 0, 5, "unknown_call")],
)  # fmt: skip
def test_a_clip_is_a_stretch_of_a_call_that_the_person_may_open(
    store: Store, call_id: str, first: float, last: float, why: str
) -> None:
    assert code(practices.propose, store, SUE, call_id, first, last, "a", "b", Form()) == why


def test_an_eligible_agent_is_nominated_once_and_decided_by_management(store: Store) -> None:
    made = nominations.nominate(store, SUE, "A001", "month", OCTOBER, "投诉少", Form())
    assert code(nominations.nominate, store, QIN, "A001", "month", OCTOBER, "a", Form()) == "nominated_before"
    assert code(nominations.decide_nomination, store, SUE, made, "granted", "好", Form(1)) == "not_yours"
    nominations.decide_nomination(store, BOSS, made, "granted", "同意", Form(1))
    (file,) = nominations.list_nominations(store, BOSS, "month", OCTOBER)
    assert (file.nomination.stage, len(file.steps)) == ("granted", 2)
    assert nominations.list_nominations(store, BOSS, "quarter", OCTOBER) == []


def test_nobody_nominates_or_decides_for_themselves(store: Store) -> None:
    twin = Viewer(QIN.role, name="twin", employee_id="A001")
    assert code(nominations.nominate, store, twin, "A001", "month", OCTOBER, "a", Form()) == "same_person"
    made = nominations.nominate(store, SUE, "A001", "month", OCTOBER, "a", Form())
    for person in ("A001", "S901"):
        boss = Viewer(BOSS.role, name="other", employee_id=person)
        assert code(nominations.decide_nomination, store, boss, made, "granted", "a", Form(1)) == "same_person"


@pytest.mark.parametrize(
    ("viewer", "agent", "why"),
    [(SUE, "A002", "not_eligible"), (SAM, "A001", "not_eligible"), (QIN, "A003", "not_eligible"),
     (AMY, "A001", "not_yours"), (BOSS, "A001", "not_yours"), (SUE, "A001' or '1'='1", "not_eligible")],
)  # fmt: skip
def test_who_is_not_eligible_or_of_another_team_is_not_nominated(
    store: Store, viewer: Viewer, agent: str, why: str
) -> None:
    assert code(nominations.nominate, store, viewer, agent, "month", OCTOBER, "a", Form()) == why


def entry(**changed: object) -> ledger.NewEntry:
    given: dict[str, object] = {
        "kind": "meeting",
        "scope": "quality_committee",
        "done_date": today(),
        "result": "三项决议",
        "evidence_uri": "m/1",
    }
    return ledger.NewEntry(**{**given, **changed})  # type: ignore[arg-type]


def test_an_entry_of_the_ledger_stands_once_and_says_who_did_it(store: Store) -> None:
    form = Form()
    assert ledger.add_entry(store, CAI, entry(), form) == ledger.add_entry(store, CAI, entry(), form)
    (found,) = ledger.list_entries(store, BOSS)
    assert (found.recorded_by, found.done_by, found.kind) == ("C901", "C901", "meeting")
    assert ledger.list_entries(store, BOSS, "drill") == []


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"kind": "party"}, "wrong_choice"),
        ({"result": " "}, "no_text"),
        ({"scope": ""}, "no_text"),
        ({"done_date": today() + timedelta(days=1)}, "bad_done_date"),
        ({"next_due_date": today() - timedelta(days=1)}, "bad_due_date"),
        ({"next_due_date": today() + timedelta(days=1200)}, "bad_due_date"),
        ({"evidence_uri": "file:///etc/passwd"}, "bad_link"),
        ({"evidence_uri": " "}, "no_evidence"),
    ],
)
def test_an_entry_that_says_too_little_or_the_impossible_is_refused(
    store: Store, changed: dict[str, object], why: str
) -> None:
    assert code(ledger.add_entry, store, CAI, entry(**changed), Form()) == why


@pytest.mark.parametrize("viewer", [AMY, SUE, QIN, DAN, ADA])
def test_only_compliance_and_management_keep_the_ledger(store: Store, viewer: Viewer) -> None:
    assert code(ledger.add_entry, store, viewer, entry(), Form()) == "not_yours"
    assert code(ledger.list_entries, store, viewer) == "not_yours"


def test_the_moves_of_issues_and_projects_are_those_that_the_warehouse_checks() -> None:
    assert next_steps("issue", "implemented") == ("verified", "reopened")
    assert next_steps("project", "control") == ("improve", "closed")
    assert next_steps("practice", "retired") == ()
    check_step("issue", "", "found")
    with pytest.raises(KeyError):
        next_steps("nosuch", "")
