"""Spoken numbers are hidden, however they are spelled, cut or misheard; what is no number stays."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr_jobs.digits import runs
from asr_jobs.numerals import ZH_DIGITS
from asr_jobs.pii import mask_conversation

ZH_SPELLINGS = [
    "0123456789",
    "零一二三四五六七八九",
    "〇幺两三四五六拐八勾",
    "洞幺二三四五六七八九",
    "零壹贰叁肆伍陆柒捌玖",
]
ZH_SPELLED = st.sampled_from(ZH_SPELLINGS)
NUMBERS = st.text("0123456789", min_size=11, max_size=19)
EN_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def digits_left(text: str) -> str:
    """Every digit that a reader could still make out, in any spelling."""
    words = {word: str(value) for value, word in enumerate(EN_WORDS)} | {"oh": "0"}
    plain = re.sub(r"[A-Za-z]+", lambda match: words.get(match[0].lower(), "."), text)
    return "".join(letter if letter in "0123456789" else ZH_DIGITS.get(letter, "") for letter in plain)


@settings(deadline=None)  # the first call builds the table of sounds
@given(number=NUMBERS, spelling=ZH_SPELLED, group=st.integers(2, 6), mark=st.sampled_from("，、 -。"))
def test_a_number_read_out_in_chinese_never_survives(number: str, spelling: str, group: int, mark: str) -> None:
    spoken = "".join(spelling[int(digit)] for digit in number)
    read = mark.join(spoken[at : at + group] for at in range(0, len(spoken), group))
    for before in ("请报一下您的身份证号码。", "好的。"):
        masked = mask_conversation([before, f"我说一下，{read}。", "好的，谢谢您。"], "zh")
        assert digits_left("".join(masked.texts).replace("一下", "")) == ""
        assert sum(masked.kinds.values()) == 1


@settings(deadline=None)
@given(number=NUMBERS, group=st.integers(2, 5))
def test_a_number_read_out_in_english_never_survives(number: str, group: int) -> None:
    spoken = [EN_WORDS[int(digit)] for digit in number]
    read = ", ".join(" ".join(spoken[at : at + group]) for at in range(0, len(spoken), group))
    masked = mask_conversation([f"My number is {read}.", "Thank you."], "en")
    assert digits_left("".join(masked.texts)) == ""


@settings(deadline=None)
@given(number=NUMBERS, cut=st.integers(1, 4), spelling=ZH_SPELLED)
def test_a_number_cut_into_turns_never_survives(number: str, cut: int, spelling: str) -> None:
    """Breathing pauses make several turns of one number; each alone is too short to look like one."""
    spoken = "".join(spelling[int(digit)] for digit in number)
    turns = [spoken[at : at + cut] for at in range(0, len(spoken), cut)]
    masked = mask_conversation(["请报您的银行卡号。", *turns, "好的。"], "zh")
    assert digits_left("".join(masked.texts)) == ""


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        ("我的前份正号码是110101199003072316", "id_card"),  # 身份证 misheard
        ("卡号62222 02 我 12 3456", "bank_card"),  # repeated digits collapsed, a stray word between
        ("有300,010,8200是我的手机", "phone"),  # one digit lost
        ("一三八零零是三八零零零", "phone"),  # no cue: shape and length
    ],
)
def test_numbers_that_the_recogniser_broke_are_hidden(heard: str, kind: str) -> None:
    masked = mask_conversation([heard], "zh")
    assert digits_left(masked.texts[0]) == ""
    if "是三八" not in heard:
        assert list(masked.kinds) == [kind]


def test_english_digits_that_the_recogniser_mixed_with_words_are_hidden() -> None:
    masked = mask_conversation(["Please tell me your card number.", "4-I'm 3-I'm 1-488 then 5 oh 2, thanks."], "en")
    assert digits_left(masked.texts[1]) == ""
    assert masked.kinds == {"bank_card": 1}


def test_two_numbers_of_one_turn_are_named_by_their_own_cues() -> None:
    masked = mask_conversation(["我的卡号是6222020212345678，手机号是13912345678。"], "zh")
    assert masked.texts == ["我的卡号是[银行卡号]，手机号是[手机号]。"]
    assert masked.kinds == {"bank_card": 1, "phone": 1}


@pytest.mark.parametrize(
    "harmless",
    [
        "您上个月多收了三十元，十八号之前退回。",
        "二零二六年八月一日二十四小时之内",
        "一共一百二十八块五毛，三个工作日到账",
        "请稍等一下，我查一下，第一个问题是什么",
        "大概二三十个人，两三天吧",
    ],
)
def test_amounts_dates_and_small_words_stay(harmless: str) -> None:
    assert mask_conversation(["请报一下您的手机号。", harmless], "zh").texts[1] == harmless
    assert mask_conversation([harmless], "zh").kinds == {}


def test_english_amounts_stay_even_after_a_question_for_a_number() -> None:
    said = "It takes three to five working days. Fifty five dollars per month for one year."
    assert mask_conversation(["What is your phone number?", said], "en").texts[1] == said


def test_a_question_for_a_number_is_forgotten_after_a_while() -> None:
    quiet = ["好的", "稍等", "嗯", "是的", "没有", "好"]
    masked = mask_conversation(["请报一下手机号", *quiet, "编号是9527"], "zh")
    assert masked.texts[-1] == "编号是9527"


def test_masking_twice_changes_nothing() -> None:
    once = mask_conversation(["卡号6222020212345678", "手机13912345678"], "zh").texts
    assert mask_conversation(once, "zh").texts == once


@settings(deadline=None)
@given(st.text("零一二三四五六七八九0123456789 ，个是下年", max_size=30))
def test_runs_lie_in_the_text_in_order_and_apart(text: str) -> None:
    found = runs(text)
    assert all(0 <= run.start < run.end <= len(text) and run.count > 0 for run in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
