"""The fused total, its caps and the level of risk; and what holds for every score, whatever is said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.fusion import Fusion
from asr_jobs.inspection.judgement import Judgement, Reason, Score
from asr_jobs.inspection.models import judge
from asr_jobs.inspection.reasons import in_words, reasons
from asr_jobs.inspection.rules import all_rules
from asr_jobs.inspection.scoring import at_most, within
from tests.unit.inspection_talk import GOOD, codes, good, score_of, talk


def total(model: str, points: float | None) -> Score:
    return Score(model, "1", "total", "pass" if points is not None else "undecided", points)


def fused(*scores: Score) -> Score:
    return score_of(Fusion().judge(good(), Judgement(scores=scores)), "fusion", "total")


def test_the_total_weighs_the_models() -> None:
    assert fused(total("compliance", 90), total("business", 80), total("emotion", 70)).points == pytest.approx(82)


def test_the_weight_of_a_model_that_has_not_scored_is_shared_out_and_said() -> None:
    for emotion in ((), (total("emotion", None),)):
        score = fused(total("compliance", 90), total("business", 80), *emotion)
        assert score.points == pytest.approx(85)
        assert "emotion_not_scored" in codes(score)


def test_nothing_scored_is_undecided() -> None:
    score = fused()
    assert (score.outcome, score.points) == ("undecided", None)
    assert {"nothing_scored", "emotion_not_scored"} <= set(codes(score))


@pytest.mark.parametrize(
    ("line", "code", "rule_id"),
    [
        ("a: 这个不归我管", "critical_forbidden_said", "forbidden_words"),
        ("a: 您的卡号是[银行卡号]", "critical_number_read_back", "number_read_back"),
        ("c: 我不同意录音", "critical_recording_refused", "recording_refusal"),
    ],
)
def test_a_critical_error_caps_the_total_and_names_its_evidence(line: str, code: str, rule_id: str) -> None:
    lines = list(GOOD.values())
    score = score_of(judge(talk(*lines[:3], line, *lines[3:])), "fusion", "total")
    assert (score.points, score.outcome) == (59, "fail")
    reason = next(reason for reason in score.reasons if reason.code == code)
    assert (reason.rule_id, reason.turn_no) == (rule_id, 4) and reason.points < 0


def test_missing_identity_is_critical_only_where_it_is_mandatory() -> None:
    without = ("identity", "name")
    assert score_of(judge(good(*without)), "fusion", "total").points == 59
    assert score_of(judge(good(*without, queue="sales")), "fusion", "total").points == 100


def test_identity_after_the_business_has_a_cap_of_its_own() -> None:
    late = talk(*(line for name, line in GOOD.items() if name != "identity"), GOOD["identity"])
    score = score_of(judge(late), "fusion", "total")
    assert "critical_identity_late" in codes(score) and (score.points or 100) <= 79


@pytest.mark.parametrize(
    ("lines", "level"),
    [((), "risk_low"), (("c: 我要投诉", "a: 理解您的心情"), "risk_medium"),
     (("c: 我要投诉，叫你们经理来", "a: 理解您的心情"), "risk_high"), (("a: 你有完没完",), "risk_high")],
)  # fmt: skip
def test_risk_has_a_level_and_reasons(lines: tuple[str, ...], level: str) -> None:
    parts = list(GOOD.values())
    score = score_of(judge(talk(*parts[:3], *lines, *parts[3:])), "fusion", "risk")
    assert codes(score)[0] == level
    assert (score.outcome == "fail") is (level == "risk_high")
    assert all(reason.rule_id and reason.turn_no for reason in score.reasons[1:])


def test_speakers_that_can_not_be_told_apart_leave_all_undecided() -> None:
    said = judge(talk("?: 我要投诉", "?: 这个不归我管"))
    assert {score.points for score in said.scores} == {None}
    assert {score.outcome for score in said.scores} == {"undecided"}


def test_reasons_take_no_more_than_there_is() -> None:
    kept = within([Reason("a", -70), Reason("note"), Reason("b", -50), Reason("c", -10)])
    assert [(reason.code, reason.points) for reason in kept] == [("a", -70), ("note", 0), ("b", -30)]
    assert [reason.points for reason in at_most([Reason("a", -40)] * 3, 50)] == [-40, -10]


PHRASES = [phrase for rule in all_rules() for phrase in rule.phrases.get("zh", ())]
WORDS = st.one_of(
    st.sampled_from([*PHRASES, *(line[3:] for line in GOOD.values()), "[银行卡号]", "[手机号]", "嗯", ""]),
    st.text(max_size=8),
)
TURNS = st.lists(st.tuples(st.sampled_from("ac"), st.lists(WORDS, max_size=3).map("".join)), max_size=14)
CONTEXTS = st.fixed_dictionaries(
    {
        "queue": st.sampled_from(["service", "sales", "complaint", None]),
        "direction": st.sampled_from(["inbound", "outbound"]),
        "language": st.sampled_from(["zh", "en"]),
        "is_whole": st.booleans(),
        "n_interruptions": st.one_of(st.none(), st.integers(0, 3)),
        "agent_chars": st.one_of(st.none(), st.integers(0, 500)),
        "agent_turn_seconds": st.one_of(st.none(), st.floats(0, 300)),
    }
)


@settings(max_examples=15)
@given(TURNS, CONTEXTS)
def test_every_score_is_100_plus_its_reasons_and_every_reason_has_evidence_and_words(turns, context) -> None:
    said = judge(talk(*(f"{who}: {words}" for who, words in turns), **context))
    hits = {(finding.rule_id, finding.hit_no) for finding in said.findings}
    for score in said.scores:
        assert score.points is None or 0 <= score.points <= 100
        assert (score.points is None) == (score.outcome in ("undecided", "not_applicable"))
        taken = sum(reason.points for reason in score.reasons)
        assert score.points is None or score.points == pytest.approx(100 + taken, abs=0.05), score
        for reason in score.reasons:
            assert reason.code in reasons()
            assert reason.points <= 0
            is_of_the_whole_call = reason.code in OF_THE_WHOLE_CALL
            assert not reason.points or reason.rule_id or reason.turn_no or is_of_the_whole_call, (score.item, reason)
            assert reason.hit_no is None or (reason.rule_id, reason.hit_no) in hits, reason


@settings(max_examples=15)
@given(TURNS, CONTEXTS)
def test_judging_twice_gives_the_same(turns, context) -> None:
    lines = [f"{who}: {words}" for who, words in turns]
    assert judge(talk(*lines, **dict(context))) == judge(talk(*lines, **dict(context)))


OF_THE_WHOLE_CALL = ("speech_rate_out_of_band", "emotion_interrupted", "risk_low_total")  # no one place
CLAUSES = ("greeting", "recording_notice", "identity", "restatement", "closing")


@given(st.sets(st.sampled_from(CLAUSES)), st.sampled_from(CLAUSES), st.permutations(list(GOOD)[1:-1]))
def test_saying_a_clause_never_lowers_the_compliance_score(left_out: set[str], added: str, order: list[str]) -> None:
    """In whatever order the rest of the call is said; greeting and closing stand at the ends, where they count."""

    def points(missing: set[str]) -> float:
        said = judge(talk(*(GOOD[name] for name in ("greeting", *order, "closing") if name not in missing)))
        return score_of(said, "compliance", "total").points or 0.0

    assert points(left_out - {added}) >= points(left_out | {added}) - 0.02


def test_every_sentence_exists_in_both_languages() -> None:
    assert in_words("no_greeting", "zh") == "没有问候语" and in_words("no_greeting", "en") == "no greeting"
    assert in_words("unheard_of", "en") == "unheard_of"


def test_a_version_names_the_packs_behind_a_score(monkeypatch: pytest.MonkeyPatch) -> None:
    conversation: Conversation = good()
    versions = {score.model: score.model_version for score in judge(conversation).scores}
    assert len(set(versions.values())) == len(versions) == 4
    monkeypatch.setattr("asr_jobs.inspection.business.CODE", "2")
    again = {score.model: score.model_version for score in judge(conversation).scores}
    assert again["business"] != versions["business"] and again["compliance"] == versions["compliance"]
