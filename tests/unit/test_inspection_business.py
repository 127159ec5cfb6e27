"""Business quality: steps in order, seven dimensions with their evidence, pace, what came of the request, and topic."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from opencc import OpenCC

from asr_jobs.inspection.business_pack import Deduction, Pack, business_pack
from asr_jobs.inspection.conversation import Conversation, Spoken
from asr_jobs.inspection.judgement import Judgement, Score
from asr_jobs.inspection.measures import band_of, speech_rate
from asr_jobs.inspection.models import judge
from asr_jobs.inspection.rules import rule
from asr_jobs.inspection.steps import in_order
from lingting.contracts import contract
from lingting.paths import DBT_PROJECT
from lingting.settings import SpeechRateBand, settings_for
from simulator.conversations import write_texts
from tests.unit.inspection_talk import GOOD, codes, good, score_of, talk


def scored(conversation: Conversation, item: str) -> Score:
    return score_of(judge(conversation), "business", item)


def topic(said: Judgement) -> str | None:
    found = {finding.rule_id for finding in said.findings if finding.rule_kind == "topic"}
    assert len(found) <= 1
    return found.pop() if found else None


def test_the_dimensions_are_those_of_the_scorecards() -> None:
    (column,) = [column for column in contract("scorecards").columns if column.name == "dimension"]
    assert {dimension.id for dimension in business_pack().dimensions} == set(column.values or ())


def test_a_good_call_passes_in_every_item() -> None:
    said = judge(good())
    assert {s.item for s in said.scores if s.model == "business" and s.outcome != "pass"} == {"empathy"}
    assert score_of(said, "business", "total").points == 100
    assert codes(score_of(said, "business", "empathy")) == ["no_occasion"]


@pytest.mark.parametrize(
    ("left_out", "dimension", "code"),
    [("greeting", "greeting", "no_greeting"), ("restatement", "resolution", "no_restatement"),
     ("closing", "closing", "no_closing"), ("restatement", "closing", "no_further_help")],
)  # fmt: skip
def test_what_is_missing_costs_points_in_its_dimension(left_out: str, dimension: str, code: str) -> None:
    score = scored(good(left_out), dimension)
    assert code in codes(score)
    assert score.points is not None and score.points < 100


@pytest.mark.parametrize(
    ("line", "dimension", "code"),
    [
        ("a: 这个不归我管", "tone", "forbidden_said"),
        ("a: 好像是吧，我也不确定", "knowledge", "hedged"),
        ("a: 这个我不清楚", "knowledge", "did_not_know"),
        ("c: 我刚才说了，是话费", "listening", "customer_had_to_repeat"),
        ("a: 你说，快点说", "tone", "curt"),
    ],
)
def test_words_cost_points_at_their_place(line: str, dimension: str, code: str) -> None:
    lines = list(GOOD.values())
    score = scored(talk(*lines[:6], line, *lines[6:]), dimension)
    assert code in codes(score)
    reason = next(reason for reason in score.reasons if reason.code == code)
    assert (reason.turn_no, reason.rule_id is not None, reason.hit_no) == (7, True, 1)
    assert reason.points < 0 and 60 <= (reason.at_seconds or 0) < 70


def test_deductions_of_a_kind_stop_at_their_most() -> None:
    score = scored(talk(*GOOD.values(), *["a: 好像是吧"] * 9), "knowledge")
    assert score.points == 55
    assert sum(reason.points for reason in score.reasons) == -45


def test_an_upset_customer_must_be_soothed_within_two_turns_of_the_agent() -> None:
    upset, late = "c: 你们太过分了，我要投诉", ("a: 好", "c: 嗯", "a: 我看", "c: 快", "a: 理解您的心情")
    assert scored(talk("a: 您好", upset, "a: 理解您的心情"), "empathy").points == 100
    (reason,) = scored(talk("a: 您好", upset, *late), "empathy").reasons
    assert (reason.code, reason.rule_id, reason.turn_no) == ("not_soothed", "customer_upset", 2)
    assert reason.points == -40


def test_who_cuts_in_loses_points_where_the_voices_show_it() -> None:
    turns = [Spoken("agent", 0, 4, "您好"), Spoken("customer", 4, 9, "我的话费多了"), Spoken("agent", 7, 12, "我来查")]
    told = Conversation(turns, "zh", "service", n_interruptions=1)
    (reason,) = [r for r in scored(told, "listening").reasons if r.code == "interrupted"]
    assert (reason.turn_no, reason.at_seconds, reason.points) == (3, 7, -15)
    for heard in (0, None):
        assert "interrupted" not in codes(scored(replace(told, n_interruptions=heard), "listening"))


@pytest.mark.parametrize(
    ("words", "breaker", "is_long"),
    [("好的", "agent", True), ("请稍等", "agent", False), ("您的电话是多少", "customer", False)],
)
def test_a_long_silence_costs_points_unless_the_customer_was_asked_to_wait(
    words: str, breaker: str, is_long: bool
) -> None:
    turns = [Spoken("customer", 0, 2, "你好"), Spoken("agent", 2, 4, words), Spoken(breaker, 30, 33, "让您久等了")]
    score = scored(Conversation(turns, "zh", "service"), "listening")
    assert ("long_silence" in codes(score)) is is_long
    if is_long:
        assert (score.reasons[0].turn_no, score.reasons[0].at_seconds) == (3, 4)


def test_pace_is_measured_with_and_without_breaks_and_judged_by_the_band_of_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spoken = replace(good(), agent_chars=170, agent_turn_seconds=60.0, agent_talk_seconds=50.0)
    assert (speech_rate(spoken).gross, speech_rate(spoken).net) == (170, 204)
    assert "spoke_too_fast" in codes(scored(spoken, "tone"))
    assert "spoke_too_slowly" in codes(scored(replace(spoken, agent_chars=100), "tone"))
    monkeypatch.setenv("LINGTING_INSPECTION__SPEECH_RATE_QUEUES", '{"service": {"lowest": 150, "highest": 200}}')
    settings_for.cache_clear()
    try:
        assert band_of("service").highest == 200 and band_of("sales").highest == 160
        assert "spoke_too_fast" not in codes(scored(spoken, "tone"))
    finally:
        settings_for.cache_clear()


def test_no_pace_is_told_without_voices_or_in_english() -> None:
    assert speech_rate(good()).gross is None
    assert speech_rate(talk("a: hello", language="en", agent_chars=9, agent_turn_seconds=3.0)).gross is None


def test_the_band_is_that_of_the_kpi() -> None:
    bands = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    default = SpeechRateBand()
    assert (default.lowest, default.highest) == (bands["speech_rate_lowest"], bands["speech_rate_highest"])
    with pytest.raises(ValueError, match="swap"):
        SpeechRateBand(lowest=170, highest=150)


def test_every_step_has_its_second_and_conformance_is_the_share_in_order() -> None:
    said = judge(good())
    steps = [f for f in said.findings if f.rule_kind == "sop_step"]
    assert [f.rule_id for f in steps] == ["step_answer", "step_identity", "step_need", "step_solution", "step_close"]
    assert [f.turn_no for f in steps] == [1, 4, 6, 6, 10] and not any(f.is_mandatory for f in steps)
    assert [f.at_seconds for f in steps] == sorted(f.at_seconds or 0 for f in steps)
    assert score_of(said, "business", "procedure").points == 100


def test_a_step_out_of_order_is_present_and_does_not_conform() -> None:
    late = talk(*(line for name, line in GOOD.items() if name != "identity"), GOOD["identity"])
    assert scored(late, "step_identity").points == 100
    score = scored(late, "procedure")
    assert (score.points, codes(score), score.reasons[0].rule_id) == (80, ["step_out_of_order"], "step_identity")


def test_a_step_that_does_not_apply_is_not_asked_for() -> None:
    sales = judge(good("identity", "name", queue="sales"))
    assert score_of(sales, "business", "procedure").points == 100
    assert not [f for f in sales.findings if f.rule_id == "step_identity"]


def test_outbound_has_its_own_steps_and_objections_count_only_where_there_are_any() -> None:
    lines = ["a: 您好，我是客服中心的，打扰您一下。", "c: 你说。", "a: 您平时上网多吗？", "c: 还可以。",
             "a: 我们推出一个套餐，每月只要三十元。"]  # fmt: skip
    objection = ["c: 太贵了，我考虑一下。", "a: 理解您的顾虑，其实算下来更便宜。"]
    deal = ["c: 那好吧。", "a: 现在就给您开通。"]
    plain = judge(talk(*lines, *deal, queue="sales", direction="outbound"))
    steps = [f.rule_id for f in plain.findings if f.rule_kind == "sop_step"]
    assert steps == ["step_opening", "step_discovery", "step_presentation", "step_deal"]
    assert score_of(plain, "business", "procedure").points == 100
    unanswered = judge(talk(*lines, objection[0], *deal, queue="sales", direction="outbound"))
    assert score_of(unanswered, "business", "procedure").points == 80
    answered = judge(talk(*lines, *objection, *deal, queue="sales", direction="outbound"))
    assert score_of(answered, "business", "procedure").points == 100


def test_the_order_is_the_longest_that_can_be_heard() -> None:
    heard = {"a": [(5, 0.0)], "b": [(1, 0.0), (7, 0.0)], "c": [(2, 0.0)], "d": [(8, 0.0)], "e": []}
    assert list(in_order(heard)) == ["b", "c", "d"]
    assert in_order({}) == {}


@pytest.mark.parametrize(
    ("lines", "outcome", "evidence"),
    [
        (("a: 已经处理好了", "c: 太好了，谢谢"), "pass", {"told_settled"}),
        (("a: 这个办不了", "c: 还是不行"), "fail", {"told_not_settled"}),
        (("a: 好的", "c: 嗯"), "undecided", {"resolution_not_told"}),
        (("a: 已经提交，但今天还办不了", "c: 嗯"), "undecided",
         {"resolution_told_both_ways", "told_settled", "told_not_settled"}),
    ],
)  # fmt: skip
def test_what_came_of_the_request_is_told_with_evidence(
    lines: tuple[str, ...], outcome: str, evidence: set[str]
) -> None:
    score = scored(talk(*lines), "resolved")
    assert (score.outcome, set(codes(score))) == (outcome, evidence)
    assert all(reason.turn_no for reason in score.reasons if reason.code.startswith("told"))


def test_an_unsettled_request_without_a_promise_costs_more() -> None:
    bare, promised = (
        scored(talk("a: 这个办不了"), "resolution"),
        scored(talk("a: 这个办不了，明天回复您"), "resolution"),
    )
    assert "no_follow_up" in codes(bare) and "no_follow_up" not in codes(promised)


def test_a_phrase_counts_once_for_the_topic_and_ties_go_to_the_first() -> None:
    assert topic(judge(talk("c: 退货退货退货，我的话费账单不对"))) == "topic_bill"
    assert topic(judge(talk("c: 我要挂失，还想问问贷款"))) == "topic_card_loss"
    assert topic(judge(talk("c: 今天天气不错"))) is None


def test_a_pack_that_does_not_add_up_is_refused() -> None:
    pack = business_pack().model_dump()
    with pytest.raises(ValueError, match="sum to"):
        Pack.model_validate({**pack, "dimensions": pack["dimensions"][:-1]})
    with pytest.raises(ValueError, match="give one of"):
        Deduction(code="x", points=1, hit="greeting", missing="greeting")
    with pytest.raises(ValueError, match="no rule is called"):
        Deduction(code="x", points=1, hit="nobody")


def test_topics_and_outcomes_of_the_planted_conversations_are_found(tmp_path: Path) -> None:
    """The packs were written with these dialogues at hand: this shows that they work, not how they do on real calls."""
    rng = np.random.default_rng(11)
    count = 240
    asked = pd.DataFrame(
        {
            "recording_id": [f"R{number:05d}" for number in range(count)],
            "call_id": [f"C{number:05d}" for number in range(count)],
            "queue_id": rng.choice(["service", "sales", "complaint"], count),
            "language": rng.choice(["zh", "en"], count, p=[0.8, 0.2]),
            "is_resolved": rng.random(count) < 0.6,
            "talk_seconds": rng.lognormal(5, 0.6, count),
            "recorded_at": pd.Timestamp("2026-10-01 02:00", tz="UTC"),
        }
    )
    planted = write_texts(asked, tmp_path / "t.jsonl.gz", np.random.default_rng(12))
    truth = dict(zip(planted.texts["recording_id"], planted.texts["topic"], strict=True))
    settled = dict(zip(asked["recording_id"], asked["is_resolved"], strict=True))
    simplified = OpenCC("t2s")
    right_topics = decided = right_outcomes = 0
    with gzip.open(tmp_path / "t.jsonl.gz", "rt", encoding="utf-8") as stream:
        for line in map(json.loads, stream):
            turns = [Spoken(t["speaker"], t["start"], t["end"], simplified.convert(t["text"])) for t in line["turns"]]
            said = judge(Conversation(turns, line["language"], line["queue_id"]))
            found = topic(said)
            right_topics += found is not None and rule(found).label.zh == truth[line["recording_id"]]
            outcome = score_of(said, "business", "resolved").outcome
            decided += outcome != "undecided"
            right_outcomes += outcome == ("pass" if settled[line["recording_id"]] else "fail")
    assert right_topics / count >= 0.97
    assert decided / count >= 0.9
    assert right_outcomes / decided >= 0.95
