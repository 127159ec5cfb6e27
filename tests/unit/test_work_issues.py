"""Quality issues: each step in its order, by the right person, with what it needs; nothing twice, nothing lost."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingting.clock import today
from lingting.paths import DBT_PROJECT, Home
from lingting.rights import Viewer
from lingting.store import Store, StoreDown
from lingting.work import Refused
from lingting.work.cases import Evidence, Form, Stale
from lingting.work.effect import Effect
from lingting.work.issues import Move, NewIssue, advance, is_overdue, list_issues, open_issue, read_issue
from tests.unit.work_cast import ADA, AMY, BOSS, CAI, DAN, PEOPLE, QIN, QIU, SUE, store

__all__ = ["store"]

PROOF = Evidence(link="minutes/12.pdf")
SOON = today() + timedelta(days=7)
NEW = NewIssue("开场遗漏", "周一起多通电话没有开场白", "service", "review", "S901", "service")


def opened(store: Store, by: Viewer = QIN, new: NewIssue = NEW, at: datetime | None = None) -> str:
    return open_issue(store, by, new, Form(), at)


def step(
    store: Store, by: Viewer, issue_id: str, name: str, at: datetime | None = None, text: str = "已完成", **more: object
) -> None:
    file = read_issue(store, BOSS, issue_id)
    assert file is not None
    if name == "measures_set":
        more.setdefault("due_date", SOON)
    advance(store, by, issue_id, Move(name, text, **more), Form(file.issue.version), at)  # type: ignore[arg-type]


def implemented(store: Store, new: NewIssue = NEW, at: datetime | None = None) -> str:
    issue_id = opened(store, new=new, at=at)
    for name in ("analysed", "measures_set", "implemented"):
        step(store, SUE, issue_id, name, at, **({"due_date": at.date()} if at else {}))
    return issue_id


def code(work: object, *arguments: object, **more: object) -> str:
    with pytest.raises(Refused) as refused:
        work(*arguments, **more)  # type: ignore[operator]
    return refused.value.code


def stages(store: Store, issue_id: str) -> list[str]:
    file = read_issue(store, BOSS, issue_id)
    assert file is not None
    assert file.issue.version == len(file.steps) == file.steps[-1].seq_no
    assert file.issue.stage == file.steps[-1].step
    assert [one.happened_at for one in file.steps] == sorted({one.happened_at for one in file.steps})
    return [one.step for one in file.steps]


def test_an_issue_goes_from_finding_to_verification_and_can_be_reopened(store: Store) -> None:
    issue_id = implemented(store)
    step(store, QIU, issue_id, "verified", evidence=PROOF)
    step(store, CAI, issue_id, "reopened")
    step(store, SUE, issue_id, "measures_set")
    expected = ["found", "analysed", "measures_set", "implemented", "verified", "reopened", "measures_set"]
    assert stages(store, issue_id) == expected


ALLOWED = {
    (row["from_state"], row["to_state"])
    for row in csv.DictReader((DBT_PROJECT / "seeds" / "ref_transition.csv").open(encoding="utf-8"))
    if row["machine"] == "issue"
}
NAMES = sorted({to for _, to in ALLOWED} | {"closed", ""})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(moves=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(PEOPLE)), max_size=12))
def test_no_sequence_of_moves_breaks_the_machine_or_the_separation_of_duties(
    store: Store, moves: list[tuple[str, Viewer]]
) -> None:
    issue_id = opened(store)
    for name, by in moves:
        before = stages(store, issue_id)
        try:
            step(store, by, issue_id, name, evidence=PROOF)
        except Refused:
            assert stages(store, issue_id) == before
    file = read_issue(store, BOSS, issue_id)
    assert file is not None
    names = stages(store, issue_id)
    assert set(zip(["", *names], names, strict=False)) <= ALLOWED
    for at, one in enumerate(file.steps):
        assert not (by_role := {AMY.person, DAN.person, ADA.person}) & {one.by_id}, by_role
        if one.step in ("measures_set", "implemented", "verified"):
            assert one.due_date is not None
        if one.step == "verified":
            done = max(n for n in range(at) if file.steps[n].step == "implemented")
            assert one.by_id not in {one.owner_id, file.steps[done].by_id, file.steps[done].owner_id, SUE.person}


@pytest.mark.parametrize("owner", ["S901", "M901"])
def test_who_owns_or_implemented_can_not_verify(store: Store, owner: str) -> None:
    issue_id = opened(store, new=NewIssue(**{**NEW.__dict__, "owner_id": owner}))
    for name in ("analysed", "measures_set"):
        step(store, CAI, issue_id, name)
    step(store, BOSS, issue_id, "implemented")
    assert code(step, store, BOSS, issue_id, "verified", evidence=PROOF) == "same_person"
    assert code(step, store, SUE, issue_id, "verified", evidence=PROOF) == "not_yours"
    step(store, CAI, issue_id, "verified", evidence=PROOF)


def test_handing_the_issue_to_somebody_else_does_not_make_the_owner_a_verifier(store: Store) -> None:
    issue_id = opened(store, new=NewIssue(**{**NEW.__dict__, "owner_id": "Q901"}))
    step(store, SUE, issue_id, "analysed")
    step(store, SUE, issue_id, "measures_set")
    step(store, SUE, issue_id, "implemented", owner_id="M901")
    assert code(step, store, QIN, issue_id, "verified", evidence=PROOF) == "same_person"


def test_measures_need_a_due_date_that_lies_ahead(store: Store) -> None:
    issue_id = opened(store)
    step(store, SUE, issue_id, "analysed")
    assert code(step, store, SUE, issue_id, "measures_set", due_date=None) == "no_due_date"
    assert code(step, store, SUE, issue_id, "measures_set", due_date=today() - timedelta(days=1)) == "bad_due_date"
    assert code(step, store, SUE, issue_id, "measures_set", due_date=today() + timedelta(days=400)) == "bad_due_date"
    step(store, SUE, issue_id, "measures_set")
    (issue,) = list_issues(store, SUE)
    assert (is_overdue(issue, SOON), is_overdue(issue, SOON + timedelta(days=1))) == (False, True)


def test_closing_without_proof_is_refused(store: Store) -> None:
    issue_id = implemented(store)
    assert code(step, store, QIN, issue_id, "verified") == "no_proof"
    step(store, QIN, issue_id, "verified", evidence=Evidence("C1", 4.0))


@pytest.mark.parametrize(("kpi", "verdict"), [("csat", "better"), ("aht", "no_clear_change")])
def test_the_effect_on_the_kpi_is_kept_with_the_decision(store: Store, kpi: str, verdict: str) -> None:
    at = datetime(2026, 10, 1, 3, 0)
    issue_id = implemented(store, NewIssue(**{**NEW.__dict__, "kpi_id": kpi}), at)
    step(store, QIN, issue_id, "verified")
    file = read_issue(store, QIN, issue_id)
    assert file is not None and file.steps[-1].effect is not None
    effect = Effect.from_json(file.steps[-1].effect)
    assert (effect.before.first, effect.before.last, effect.before.n) == ("2026-09-03", "2026-09-30", 2800)
    assert (effect.after.first, effect.after.last, effect.after.n) == ("2026-10-02", "2026-10-29", 2800)
    assert effect.verdict == verdict
    assert effect.change is not None and effect.change_low is not None and effect.change_high is not None
    assert effect.change_low <= effect.change <= effect.change_high


def test_an_effect_without_data_after_the_measures_proves_nothing(store: Store) -> None:
    issue_id = implemented(store, NewIssue(**{**NEW.__dict__, "kpi_id": "csat"}))
    assert code(step, store, QIN, issue_id, "verified") == "no_proof"


def test_two_people_on_one_issue_the_second_is_told_what_changed(store: Store) -> None:
    issue_id = opened(store)
    seen = Form(1)
    advance(store, SUE, issue_id, Move("analysed", "话术卡缺了一步"), Form(1))
    with pytest.raises(Stale) as stale:
        advance(store, QIN, issue_id, Move("analysed", "人员不足"), seen)
    assert [(one.step, one.by_id, one.text) for one in stale.value.since] == [("analysed", "S901", "话术卡缺了一步")]
    assert stages(store, issue_id) == ["found", "analysed"]


def test_the_same_form_twice_is_one_step(store: Store) -> None:
    form, second = Form(), Form(1)
    issue_id = open_issue(store, QIN, NEW, form)
    assert open_issue(store, QIN, NEW, form) == issue_id
    for _ in range(2):
        advance(store, SUE, issue_id, Move("analysed", "原因"), second)
    assert stages(store, issue_id) == ["found", "analysed"]
    assert len(list_issues(store, QIN)) == 1


@pytest.mark.parametrize("viewer", [AMY, DAN, ADA])
def test_other_roles_neither_read_nor_write(store: Store, viewer: Viewer) -> None:
    issue_id = opened(store)
    assert code(opened, store, viewer) == "not_yours"
    assert code(list_issues, store, viewer) == "not_yours"
    assert code(read_issue, store, viewer, issue_id) == "not_yours"
    assert code(advance, store, viewer, issue_id, Move("analysed", "x"), Form(1)) == "not_yours"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"topic": "  "}, "no_text"),
        ({"text": ""}, "no_text"),
        ({"text": "长" * 4001}, "too_long"),
        ({"issue_kind": "nonsense"}, "wrong_choice"),
        ({"queue_id": "nosuch"}, "unknown_queue"),
        ({"kpi_id": "calls_offered"}, "unknown_kpi"),
        ({"owner_id": "A001"}, "unknown_person"),
        ({"evidence": Evidence("C9")}, "unknown_call"),
        ({"evidence": Evidence(link="javascript:alert(1)")}, "bad_link"),
        ({"due_date": date(2020, 1, 1)}, "bad_due_date"),
    ],
)
def test_what_can_not_be_entered_is_refused_with_its_reason(store: Store, change: dict[str, object], why: str) -> None:
    assert code(opened, store, QIN, NewIssue(**{**NEW.__dict__, **change})) == why
    assert list_issues(store, QIN) == []


def test_a_call_of_another_team_is_no_evidence_of_a_supervisor(store: Store) -> None:
    assert code(opened, store, SUE, NewIssue(**{**NEW.__dict__, "evidence": Evidence("C2")})) == "unknown_call"
    opened(store, SUE, NewIssue(**{**NEW.__dict__, "evidence": Evidence("C1")}))


def test_long_numbers_are_masked_before_they_are_kept(store: Store) -> None:
    issue_id = opened(store, new=NewIssue(**{**NEW.__dict__, "text": "客户 13812345678 投诉"}))
    file = read_issue(store, QIN, issue_id)
    assert file is not None and file.steps[0].text == "客户 ########### 投诉"


def test_a_clock_that_was_set_back_does_not_turn_the_steps_round(store: Store) -> None:
    issue_id = opened(store, at=datetime(2026, 10, 5, 3))
    step(store, SUE, issue_id, "analysed", datetime(2026, 10, 4, 3))
    assert stages(store, issue_id) == ["found", "analysed"]


def test_a_store_that_is_down_is_one_sentence(lingting_home: Home, store: Store) -> None:
    issue_id = opened(store)
    with store.begin() as session:
        session.connection().exec_driver_sql("drop table issue_steps")
    with pytest.raises(StoreDown, match="can not be reached or written"):
        advance(store, SUE, issue_id, Move("analysed", "原因"), Form(1))
    with pytest.raises(StoreDown, match="can not be reached or written"):
        read_issue(store, SUE, issue_id)
