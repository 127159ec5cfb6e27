"""Compliance: clauses in order and direction, negation, numbers read out, consent; every point lost has a reason."""

from __future__ import annotations

import pytest

from asr_jobs.inspection.compliance import Compliance, inspect
from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.judgement import Judgement, Score
from asr_jobs.inspection.phrases import Phrase, grams_of
from asr_jobs.inspection.rules import Rule, all_rules, rules_of
from asr_jobs.inspection.search import Speech
from asr_jobs.syllables import sounds
from tests.unit.inspection_talk import GOOD, codes, good, score_of, talk


def scored(conversation: Conversation, item: str) -> Score:
    return score_of(Compliance().judge(conversation, Judgement()), "compliance", item)


def outcomes(conversation: Conversation, rule_id: str) -> list[str]:
    return [finding.outcome for finding in inspect(conversation) if finding.rule_id == rule_id]


def test_a_call_in_which_all_is_said_keeps_its_points() -> None:
    said = Compliance().judge(good(), Judgement())
    assert {score.item: score.points for score in said.scores} == {
        "must_say": 100, "forbidden": 100, "pii_read_back": 100, "recording_consent": 100, "total": 100,
    }  # fmt: skip


@pytest.mark.parametrize("clause", ["greeting", "recording_notice", "identity", "restatement", "closing"])
def test_a_missing_clause_costs_its_points_and_is_named(clause: str) -> None:
    score = scored(good(clause), "must_say")
    (reason,) = score.reasons
    version = next(rule.version for rule in all_rules() if rule.id == clause)
    assert (reason.code, reason.rule_id, reason.hit_no) == ("clause_missing", clause, None)
    assert reason.rule_version == version
    assert score.points == 100 + reason.points < 100


def test_a_clause_said_too_early_is_found_but_loses_points() -> None:
    lines = [line for name, line in GOOD.items() if name != "recording_notice"]
    late = talk(*lines[:4], GOOD["recording_notice"], *lines[4:])
    assert outcomes(late, "identity") == ["hit"]
    (reason,) = scored(late, "must_say").reasons
    assert (reason.code, reason.rule_id, reason.turn_no) == ("clause_out_of_order", "identity", 3)
    assert scored(good("recording_notice"), "must_say").points < scored(late, "must_say").points < 100


def test_a_clause_said_again_in_its_place_is_in_order() -> None:
    early = talk("a: 我跟您确认一下", *GOOD.values())
    assert codes(scored(early, "must_say")) == []


@pytest.mark.parametrize(
    ("words", "language", "is_found"),
    [
        ("我要投诉", "zh", True),
        ("我不要投诉", "zh", False),
        ("我不是要投诉", "zh", False),
        ("我没有要投诉你们的意思", "zh", False),
        ("我不要投诉他，我要投诉你们公司", "zh", True),
        ("你们不处理，投诉", "zh", True),
        ("There is no need to complain", "en", False),
        ("I do not want to complain", "en", False),
        ("I don't want to complain, but I want to make a complaint", "en", True),
        ("I want to complain", "en", True),
    ],
)
def test_a_complaint_that_is_denied_is_none(words: str, language: str, is_found: bool) -> None:
    assert (outcomes(talk("a: 好", f"c: {words}", language=language), "complaint") != ["miss"]) is is_found


def test_a_denied_hit_leaves_the_others_where_they_are() -> None:
    (hit,) = [f for f in inspect(talk("c: 我不想投诉，不过他态度不好我要投诉")) if f.rule_id == "complaint"]
    assert (hit.outcome, hit.hit_no, hit.matched_text) == ("hit", 1, "我要投诉")


def test_a_recording_that_is_denied_is_not_announced() -> None:
    assert outcomes(talk("a: 您放心，本次通话不会被录音"), "recording_notice") == ["miss"]
    assert outcomes(talk("a: 请注意，本次通话会被录音"), "recording_notice") == ["hit"]


def test_a_rule_of_one_direction_does_not_apply_to_the_other() -> None:
    lines = ("a: 您好，打扰您一下，我是客服中心的", "c: 你说")
    assert outcomes(talk(*lines), "outbound_introduction") == ["not_applicable"]
    assert outcomes(talk(*lines, direction="outbound"), "outbound_introduction") == ["hit", "hit"]
    assert outcomes(talk("a: 喂", "c: 你说", direction="outbound"), "outbound_introduction") == ["miss"]


def test_a_number_that_the_agent_reads_out_costs_points_and_the_customers_does_not() -> None:
    read = talk("c: 我的身份证是[身份证号]", "a: 您的身份证号是[身份证号]，对吗？")
    (hit,) = [f for f in inspect(read) if f.rule_kind == "read_back"]
    assert (hit.rule_id, hit.turn_no, hit.matched_text) == ("number_read_back", 2, "[身份证号]")
    assert 10 < (hit.at_seconds or 0) < 20
    score = scored(read, "pii_read_back")
    assert (score.points, codes(score), score.reasons[0].turn_no) == (50, ["number_read_back"], 2)


@pytest.mark.parametrize(
    ("words", "language"), [("卡号尾号是[银行卡号]", "zh"), ("the card ending in [card number]", "en")]
)
def test_the_last_digits_may_be_read_out(words: str, language: str) -> None:
    assert scored(talk(f"a: {words}", "c: ok", language=language), "pii_read_back").points == 100


NOTICE = "a: 本次通话会被录音"


@pytest.mark.parametrize(
    ("lines", "outcome", "code"),
    [
        ((NOTICE, "c: 好的"), "pass", "recording_agreed"),
        ((NOTICE, "c: 我的话费不对"), "pass", "recording_agreed_by_going_on"),
        ((NOTICE, "c: 我的话费不对", "a: 哪个月", "c: 好的是上个月"), "pass", "recording_agreed_by_going_on"),
        ((NOTICE, "c: 我不同意录音"), "fail", "recording_refused"),
        (("a: 您好", "c: 好的"), "fail", "recording_not_announced"),
        ((NOTICE,), "undecided", "no_answer_to_notice"),
    ],
)
def test_consent_is_the_customers_answer_to_the_notice(lines: tuple[str, ...], outcome: str, code: str) -> None:
    score = scored(talk(*lines), "recording_consent")
    assert (score.outcome, codes(score)) == (outcome, [code])


def test_a_short_english_answer_is_not_found_inside_a_word() -> None:
    asked = ("a: This call may be recorded.",)
    assert codes(scored(talk(*asked, "c: Since yesterday it is broken", language="en"), "recording_consent")) == [
        "recording_agreed_by_going_on"
    ]
    assert codes(scored(talk(*asked, "c: Yes, please", language="en"), "recording_consent")) == ["recording_agreed"]


def test_nothing_counts_as_missed_in_a_damaged_recording() -> None:
    damaged = good("closing", "recording_notice", is_whole=False)
    assert scored(damaged, "must_say").points == 100
    assert scored(damaged, "recording_consent").outcome == "undecided"


def test_mixed_speakers_and_silence_leave_every_item_undecided() -> None:
    for conversation, code in ((talk("?: 很高兴为您服务"), "speakers_unknown"), (talk(), "no_words")):
        for score in Compliance().judge(conversation, Judgement()).scores:
            assert (score.outcome, score.points, codes(score)) == ("undecided", None, [code])


def test_only_the_rules_of_before_count_for_a_kpi() -> None:
    counted = {rule.id for rule in all_rules() if rule.kind in ("risk", "soothing", "forbidden") or rule.mandatory}
    assert counted == {
        "greeting", "identity", "restatement", "closing", "complaint", "escalation", "soothing", "forbidden_words",
    }  # fmt: skip


def test_the_quick_first_look_never_hides_a_phrase() -> None:
    """The exact look at every block finds what the sieve lets through, for every phrase with one sound changed."""
    for rule in rules_of("compliance"):
        for phrase in rule.prepared("zh"):
            for at in range(len(phrase.sounds)):
                spoken = f"{sounds('我们', 'zh')}{phrase.sounds[:at]}{sounds('喵', 'zh')}{phrase.sounds[at + 1 :]}"
                if phrase.find(spoken):
                    assert phrase.may_be_in(spoken, grams_of(spoken, "zh")), (phrase.text, at)
    other = sounds("今天天气不错", "zh")
    assert not Phrase("很高兴为您服务", "zh", 0.75).may_be_in(other, grams_of(other, "zh"))


def test_a_rule_that_names_a_stranger_or_has_no_phrase_is_refused() -> None:
    entry = {"id": "x", "version": "1", "kind": "conduct", "label": {"zh": "x", "en": "x"}, "speaker": "agent"}
    with pytest.raises(ValueError, match="zh and en"):
        Rule.model_validate(entry)
    with pytest.raises(ValueError, match="extra"):
        Rule.model_validate({**entry, "phrase": "好"})


def test_a_zone_cuts_what_lies_outside_it() -> None:
    rule = Rule.model_validate(
        {
            "id": "x", "version": "1", "kind": "conduct", "label": {"zh": "x", "en": "x"}, "speaker": "agent",
            "zone": {"end": "last", "size": {"zh": 6, "en": 12}}, "phrases": {"zh": ["请稍等"], "en": ["please wait"]},
        }
    )  # fmt: skip
    import asr_jobs.inspection.search as search

    search._prepared.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "rule_of", lambda _: rule)
        assert not Speech(talk("a: 请稍等我查一下", "c: 好", "a: 今天天气很好")).hits(rule)
        assert Speech(talk("a: 今天天气很好", "c: 好", "a: 你请稍等")).hits(rule)
    search._prepared.cache_clear()
