"""Text that was dreamt up or spelled oddly is recognised: loops, subtitle credits, mixed scripts."""

from __future__ import annotations

import pytest

from asr_jobs.engine import WindowText, Word
from asr_jobs.guards import reason_to_drop
from asr_jobs.textnorm import clean, content, count_units


def heard(text: str, logprob: float = -0.3, no_speech: float | None = 0.1) -> WindowText:
    return WindowText((Word(text, 0.0, 1.0),), logprob, no_speech)


@pytest.mark.parametrize(
    ("text", "seconds", "reason"),
    [
        ("您好，很高兴为您服务，请问有什么可以帮您？", 6.0, None),
        ("小小小小小小小小小小小小小小小小", 8.0, "repetition"),
        ("在那裡,在那裡,在那裡,在那裡,在那裡", 8.0, "repetition"),
        ("卡号是六二九九九九九九九九九九", 8.0, None),  # repeated digits are said
        ("My card number is four zero zero zero zero zero zero five", 8.0, None),
        ("6299 9999 9999 9999", 8.0, None),
        ("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", 9.0, "stock_phrase"),
        ("Thanks for watching!", 3.0, "stock_phrase"),
        ("这句话里的字多得没有人能在两秒之内全部说完因为一个人一秒最多说六七个字", 2.0, "too_fast"),
        ("", 3.0, None),
    ],
)
def test_what_nobody_said_is_dropped_with_its_reason(text: str, seconds: float, reason: str | None) -> None:
    assert reason_to_drop(heard(text), seconds, "zh") == reason


def test_improbable_text_in_likely_silence_is_dropped() -> None:
    assert reason_to_drop(heard("你快去吧", logprob=-2.6, no_speech=0.97), 3.0, "zh") == "no_speech"
    assert reason_to_drop(heard("你快去吧", logprob=-0.3, no_speech=0.97), 3.0, "zh") is None
    assert reason_to_drop(heard("你快去吧", logprob=-2.6, no_speech=None), 3.0, "zh") is None


def test_both_scripts_and_widths_become_one_but_punctuation_stays_chinese() -> None:
    assert clean("請報一下您的身份證號碼，ＡＢ１２  好嗎？") == "请报一下您的身份证号码，AB12 好吗？"
    assert clean("妳著急什麼") == "你着急什么"
    assert clean("plain ascii") == "plain ascii"


def test_only_what_is_said_is_compared_and_counted() -> None:
    assert content("Hello，世界！ 12") == "hello世界12"
    assert count_units("您好，[手机号]谢谢。", "zh") == 4
    assert count_units("My number is [phone number], thanks.", "en") == 4
