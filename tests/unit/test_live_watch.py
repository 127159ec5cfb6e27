"""What raises an alert in a live call: each finding once, with its rule, its second and masked words."""

from __future__ import annotations

import re

import pytest

from asr_jobs.inspection.rules import all_rules
from asr_jobs.live.scripts import LONG_SILENCE, live_rules, scripts
from asr_jobs.live.watch import ALERTING_KINDS, NOTICE, About, Alert, Watch, without_digits
from asr_jobs.numerals import ZH_DIGITS


def watch(queue_id: str | None = "service") -> Watch:
    return Watch(About("call-1", "zh", queue_id))


def test_a_risk_phrase_is_alerted_with_its_evidence_and_script() -> None:
    (alert,) = watch().heard("customer", 1, 10.0, 14.0, "这太差了，我要投诉你们。", True)
    assert (alert.kind, alert.rule_id, alert.speaker, alert.words) == ("risk", "complaint", "customer", "我要投诉")
    assert alert.rule_version == next(rule.version for rule in all_rules() if rule.id == "complaint")
    assert 10.0 <= alert.at_seconds <= 14.0
    assert alert.script == scripts()["complaint"].say["zh"]
    assert alert.script_version == scripts()["complaint"].version


def test_a_finding_in_a_partial_and_again_at_the_end_is_one_alert() -> None:
    call = watch()
    first = call.heard("customer", 1, 10.0, 13.0, "我要投诉", False)
    again = call.heard("customer", 1, 10.0, 16.0, "我要投诉，你们太慢了", False)
    last = call.heard("customer", 1, 10.0, 19.0, "喂，我要投诉，你们太慢了，真的太慢", True)
    assert [alert.is_partial for alert in first] == [True]
    assert (again, last) == ([], [])


def test_a_phrase_over_a_short_pause_is_found_once() -> None:
    call = watch()
    assert call.heard("customer", 1, 10.0, 12.0, "我要找", True) == []
    (alert,) = call.heard("customer", 2, 12.6, 14.0, "领导", True)
    assert alert.rule_id == "escalation"
    assert call.heard("customer", 3, 14.6, 16.0, "听见了吗", True) == []


def test_the_same_words_in_another_turn_are_another_alert() -> None:
    call = watch()
    assert len(call.heard("customer", 1, 10.0, 12.0, "我要投诉", True)) == 1
    assert call.heard("agent", 1, 13.0, 15.0, "请您别着急", True) == []
    (second,) = call.heard("customer", 2, 20.0, 22.0, "我要投诉", True)
    assert second.at_seconds >= 20.0


def test_only_the_right_speaker_counts() -> None:
    call = watch()
    assert call.heard("agent", 1, 0.0, 3.0, "您可以拨打投诉电话，找你们领导", True) == []
    assert call.heard("customer", 1, 4.0, 6.0, "不归我管", True) == []
    (alert,) = call.heard("agent", 2, 7.0, 9.0, "这个不归我管", True)
    assert (alert.kind, alert.rule_id) == ("forbidden", "forbidden_words")


def digits_of(alert: Alert) -> str:
    return re.sub(r"\D", "", "".join(ZH_DIGITS.get(letter, letter) for letter in alert.words or ""))


@pytest.mark.parametrize(
    "texts",
    [
        ["我的手机是一三八零零一三八零零零，我要投诉"],
        ["我的手机是一三八", "零零一三八零零零，我要投诉"],
        ["我要投诉，卡号是六二二二", "零二一二三四五六"],
        ["我要一三八零零一投诉"],
        ["我要138001投诉"],
    ],
)
def test_no_digit_of_a_number_is_in_an_alert(texts: list[str]) -> None:
    call = watch()
    alerts = [
        alert
        for number, text in enumerate(texts, start=1)
        for alert in call.heard("customer", number, 2.0 * number, 2.0 * number + 1.5, text, number == len(texts))
    ]
    assert [alert.rule_id for alert in alerts] == ["complaint"]
    assert [digits_of(alert) for alert in alerts] == [""]


def test_a_short_run_of_digits_is_hidden_because_the_rest_may_follow() -> None:
    assert without_digits("我要138投诉", "zh") == "我要[号码]投诉"
    assert without_digits("我要投诉", "zh") == "我要投诉"


def test_a_missing_notice_is_alerted_only_when_it_was_not_given() -> None:
    silent, given = watch(), watch()
    given.heard("agent", 1, 0.0, 5.0, "您好，为保证服务质量，本次通话将被录音", True)
    silent.heard("agent", 1, 0.0, 5.0, "您好，请问有什么可以帮您", True)
    missing = silent.notice_missing(30.0)
    assert missing is not None
    assert (missing.kind, missing.rule_id, missing.at_seconds) == ("notice_missing", NOTICE, 30.0)
    assert missing.script == scripts()[NOTICE].say["zh"]
    assert given.notice_missing(30.0) is None


def test_no_notice_is_missed_where_sound_was_lost() -> None:
    call = watch()
    call.is_whole = False
    assert call.notice_missing(30.0) is None


def test_silence_names_its_own_rule() -> None:
    alert = watch().silence(12.0)
    assert (alert.kind, alert.rule_id, alert.at_seconds, alert.words) == ("silence", LONG_SILENCE, 12.0, None)
    assert alert.rule_version == live_rules()[LONG_SILENCE].version


def test_every_rule_that_alerts_has_a_script_in_both_languages() -> None:
    wanted = {rule.id for rule in all_rules() if rule.kind in ALERTING_KINDS} | {NOTICE, LONG_SILENCE}
    assert wanted <= set(scripts())
    assert all(set(script.say) == {"zh", "en"} for script in scripts().values())
    assert set(scripts()) <= {rule.id for rule in all_rules()} | set(live_rules())
