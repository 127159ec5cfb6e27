"""Phrases are found by sound; rules ask the right speaker, the right part of the call, and keep the evidence."""

from __future__ import annotations

import pytest

from asr_jobs.inspection.compliance import inspect
from asr_jobs.inspection.conversation import Conversation, Spoken
from asr_jobs.inspection.judgement import Finding
from asr_jobs.inspection.phrases import Phrase
from asr_jobs.inspection.rules import Rule, all_rules, catalogue
from asr_jobs.syllables import located, plain_syllable, sounds


def talk(*lines: str) -> list[Spoken]:
    """'a: …' is the agent, 'c: …' the customer, '?: …' unknown; ten seconds each."""
    speakers = {"a": "agent", "c": "customer", "?": "unknown"}
    return [Spoken(speakers[line[0]], 10.0 * at, 10.0 * at + 10.0, line[2:].strip()) for at, line in enumerate(lines)]


def of_rule(findings: list[Finding], rule_id: str) -> list[Finding]:
    return [finding for finding in findings if finding.rule_id == rule_id]


@pytest.mark.parametrize(
    ("heard", "is_found"),
    [
        ("很高兴为您服务", True),
        ("很高行为您服物", True),  # homophones and -ing/-in
        ("很告星为您服务啊", True),
        ("很高兴见到大家", False),
        ("", False),
    ],
)
def test_a_phrase_is_found_by_its_sound(heard: str, is_found: bool) -> None:
    assert (Phrase("很高兴为您服务", "zh", 0.75).find(sounds(heard, "zh")) is not None) is is_found


def test_a_word_of_two_syllables_must_sound_exactly_alike() -> None:
    phrase = Phrase("投诉", "zh", 0.5)
    assert phrase.find(sounds("我要投诉你", "zh"))
    assert phrase.find(sounds("我要头素", "zh"))
    assert phrase.find(sounds("请输入密码", "zh")) is None


@pytest.mark.parametrize(("left", "right"), [("zhuang", "zuan"), ("sheng", "sen"), ("neng", "len"), ("qing", "qin")])
def test_sounds_that_the_telephone_blurs_are_one(left: str, right: str) -> None:
    assert plain_syllable(left) == plain_syllable(right)


def test_masks_and_digits_are_no_sound() -> None:
    assert sounds("手机[手机号]12", "zh") == sounds("手机", "zh")
    place = located("好[号码]的", "zh")
    assert place.index == (0, 5)
    assert place.sounds == sounds("好的", "zh")


def test_an_english_phrase_survives_a_misheard_letter() -> None:
    phrase = Phrase("this call may be recorded", "en", 0.85)
    assert phrase.find(sounds("This coal may be recorded, sir.", "en"))
    assert phrase.find(sounds("This card may be replaced.", "en")) is None


def test_the_greeting_counts_only_at_the_start_and_only_from_the_agent() -> None:
    filler = "a: 我帮您看一看这个月的账单明细然后再给您答复请您耐心等一会儿"
    early = inspect(Conversation(talk("a: 您好，很高兴为您服务。", "c: 你好"), "zh", "service"))
    late = inspect(
        Conversation(talk(filler, "c: 好", filler, "c: 好", filler, "c: 嗯", "a: 很高兴为您服务"), "zh", "service")
    )
    customer = inspect(Conversation(talk("a: 喂，请讲", "c: 很高兴为您服务"), "zh", "service"))
    assert [finding.outcome for finding in of_rule(early, "greeting")] == ["hit"]
    assert [finding.outcome for finding in of_rule(late, "greeting")] == ["miss"]
    assert [finding.outcome for finding in of_rule(customer, "greeting")] == ["miss"]


def test_the_closing_counts_only_at_the_end() -> None:
    filler = "a: 我帮您看一看这个月的账单明细然后再给您答复请您耐心等一会儿"
    at_end = inspect(Conversation(talk("a: 您好", "c: 好", "a: 感谢您的来电，祝您生活愉快"), "zh", "service"))
    early = inspect(
        Conversation(talk("a: 感谢您的来电", "c: 好", filler, "c: 嗯", filler, "c: 嗯", filler), "zh", "service")
    )
    assert {finding.outcome for finding in of_rule(at_end, "closing")} == {"hit"}
    assert {finding.outcome for finding in of_rule(early, "closing")} == {"miss"}


def test_evidence_names_turn_second_words_phrase_and_score() -> None:
    findings = inspect(Conversation(talk("a: 您好", "c: 你们太慢了，我要投诉你们"), "zh", "service"))
    (hit,) = of_rule(findings, "complaint")
    assert (hit.turn_no, hit.hit_no, hit.score) == (2, 1, 1.0)
    assert hit.matched_text in ("我要投诉", "投诉你们")
    assert hit.phrase == hit.matched_text
    assert hit.at_seconds is not None
    assert 10.0 < hit.at_seconds < 20.0


def test_every_hit_is_a_row_and_a_miss_is_one_row() -> None:
    findings = inspect(Conversation(talk("c: 我要投诉", "a: 请您放心", "c: 我要投诉", "a: 好"), "zh", "service"))
    assert [finding.hit_no for finding in of_rule(findings, "complaint")] == [1, 2]
    assert [(f.outcome, f.hit_no) for f in of_rule(findings, "escalation")] == [("miss", 0)]


def test_a_phrase_may_run_over_a_pause_but_not_over_the_other_speaker() -> None:
    paused = inspect(Conversation(talk("a: 感谢您的", "a: 来电"), "zh", "service"))
    parted = inspect(Conversation(talk("a: 感谢您的", "c: 等等", "a: 来电"), "zh", "service"))
    assert of_rule(paused, "closing")[0].outcome == "hit"
    assert of_rule(parted, "closing")[0].outcome == "miss"


def test_a_rule_for_some_queues_is_not_applicable_elsewhere() -> None:
    lines = talk("a: 为了保护您的信息安全，核对一下您的身份", "c: 好")
    assert of_rule(inspect(Conversation(lines, "zh", "sales")), "identity")[0].outcome == "not_applicable"
    assert of_rule(inspect(Conversation(lines, "zh", None)), "identity")[0].outcome == "not_applicable"
    assert of_rule(inspect(Conversation(lines, "zh", "complaint")), "identity")[0].outcome == "hit"


def test_unknown_speakers_and_silence_decide_nothing() -> None:
    for lines in (talk("?: 很高兴为您服务"), []):
        assert {finding.outcome for finding in inspect(Conversation(lines, "zh", "service"))} == {"not_applicable"}


def test_a_damaged_recording_can_show_a_hit_but_no_miss() -> None:
    findings = inspect(Conversation(talk("a: 您好，很高兴为您服务。"), "zh", "service", is_whole=False))
    assert of_rule(findings, "greeting")[0].outcome == "hit"
    assert of_rule(findings, "closing")[0].outcome == "not_applicable"


def test_the_agent_may_name_the_complaint_line() -> None:
    findings = inspect(Conversation(talk("a: 您可以打投诉专线", "c: 好的"), "zh", "service"))
    assert of_rule(findings, "complaint")[0].outcome == "miss"


def test_the_catalogue_names_every_rule_once() -> None:
    rules = all_rules()
    assert [entry["rule_id"] for entry in catalogue()] == [rule.id for rule in rules]
    mandatory = {rule.id for rule in rules if rule.mandatory}
    assert mandatory == {"greeting", "identity", "restatement", "closing"}


def test_only_what_must_be_said_can_be_mandatory() -> None:
    good = all_rules()[0].model_dump()
    with pytest.raises(ValueError, match="only a must_say rule"):
        Rule.model_validate({**good, "kind": "risk", "mandatory": True})
    with pytest.raises(ValueError, match="zh and en"):
        Rule.model_validate({**good, "phrases": {"zh": ("好",)}})
