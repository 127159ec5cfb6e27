"""Written conversations: the planted truth is what stands in the text, and recogniser errors never hide a clause."""

from __future__ import annotations

import gzip
import json
import re
from datetime import datetime
from functools import cache
from itertools import combinations, product
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC
from pypinyin import lazy_pinyin

from asr_jobs.inspection.compliance import inspect
from asr_jobs.inspection.conversation import Conversation, Spoken
from asr_jobs.inspection.emotion_words import read_turn
from asr_jobs.inspection.judgement import Judgement
from asr_jobs.inspection.models import judge
from asr_jobs.media import Recording, Text
from asr_jobs.pipeline import hear_text
from asr_jobs.record import conversation_of
from asr_jobs.textnorm import clean
from lingting.errors import UsageError
from simulator.conversations import texts as texts_module
from simulator.conversations import write_texts
from simulator.conversations.dialogues import FEELINGS, MUST_SAY, PII_KINDS, dialogues
from simulator.conversations.make_noise_tables import readings, sentences
from simulator.conversations.manner import manner_of
from simulator.conversations.noise import tables
from simulator.conversations.numbers import id_check_character, luhn_digit, make_number
from simulator.conversations.pools import raw_wordings, skeleton, slot_sets
from simulator.conversations.script import Plan, clause_sentence, perform
from simulator.conversations.timing import spread

TO_SIMPLIFIED = OpenCC("t2s")
OFTEN_OMITTED = dict.fromkeys(MUST_SAY, 0.4)


def segments(count: int, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
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


def read(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


@cache
def syllables(text: str) -> list[str]:
    return lazy_pinyin(re.sub("[^一-鿿]", "", TO_SIMPLIFIED.convert(text)))


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, list[dict], texts_module.Planted]:
    """400 conversations in which clauses are omitted far more often than in a real day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts_module, "OMITTED", OFTEN_OMITTED)
        path = tmp_path_factory.mktemp("texts") / "texts_2026-10-01.jsonl.gz"
        asked = segments(400)
        planted = write_texts(asked, path, np.random.default_rng(7))
    return asked, read(path), planted


def test_every_segment_gets_one_line_in_order(day):
    asked, lines, planted = day
    assert (
        [line["recording_id"] for line in lines]
        == asked["recording_id"].tolist()
        == planted.texts["recording_id"].tolist()
    )
    assert [(line["queue_id"], line["language"]) for line in lines] == list(
        zip(asked["queue_id"], asked["language"], strict=True)
    )


def test_the_inspector_finds_exactly_what_was_planted(day):
    _, lines, planted = day
    applicable = planted.clauses[planted.clauses["is_applicable"]]
    truth = applicable.groupby("recording_id").apply(
        lambda rows: dict(zip(rows["rule_id"], rows["is_present"], strict=True))
    )
    assert set(applicable["is_present"].groupby(applicable["rule_id"]).nunique()) == {2}, (
        "the sample must hold both cases"
    )
    for line in lines:
        turns = [Spoken(t["speaker"], t["start"], t["end"], TO_SIMPLIFIED.convert(t["text"])) for t in line["turns"]]
        hits = {
            finding.rule_id
            for finding in inspect(Conversation(turns, line["language"], line["queue_id"]))
            if finding.outcome == "hit"
        }
        for rule, is_present in truth[line["recording_id"]].items():
            assert (rule in hits) == is_present, (rule, line)


def test_identity_applies_to_service_and_complaint_only(day):
    asked, _, planted = day
    identity = planted.clauses[planted.clauses["rule_id"] == "identity"].merge(asked, on="recording_id")
    assert (identity["is_applicable"] == identity["queue_id"].isin(["service", "complaint"])).all()
    assert not (identity["is_present"] & ~identity["is_applicable"]).any()


def test_planted_numbers_stand_in_the_text_and_no_other_long_number(day):
    _, lines, planted = day
    spoken = planted.pii.groupby("recording_id")["spoken"].apply(list).to_dict()
    assert set(planted.pii["kind"]) == set(PII_KINDS)
    for line in lines:
        text = " ".join(turn["text"] for turn in line["turns"])
        for number in spoken.get(line["recording_id"], []):
            assert number in text
            text = text.replace(number, " ")
        assert not re.search("[0-9零一二三四五六七八九幺]{5}", text), text
    kinds = planted.calls.set_index("call_id")["pii_kinds"]
    assert kinds.map(len).sum() == len(planted.pii)


def test_turns_lie_inside_the_talk_time(day):
    asked, lines, _ = day
    for line, talk in zip(lines, asked["talk_seconds"], strict=True):
        starts = [turn["start"] for turn in line["turns"]]
        assert starts == sorted(starts)
        assert all(0 <= turn["start"] < turn["end"] <= talk + 0.005 for turn in line["turns"])


def test_unresolved_calls_are_angrier(day):
    asked, _, planted = day
    calls = planted.calls.merge(asked, on="call_id")
    angry = calls["emotion"].eq("angry").groupby(calls["is_resolved"]).mean()
    assert angry[False] > angry[True] > 0


def test_equal_seeds_give_equal_bytes_and_other_seeds_do_not(tmp_path):
    paths = [tmp_path / f"{number}.jsonl.gz" for number in range(3)]
    for path, seed in zip(paths, (3, 3, 4), strict=True):
        write_texts(segments(40), path, np.random.default_rng(seed))
    first, second, third = (path.read_bytes() for path in paths)
    assert first == second != third


def test_a_queue_without_dialogues_is_refused_and_leaves_no_file(tmp_path):
    with pytest.raises(UsageError, match="'billing'"):
        write_texts(segments(3).assign(queue_id="billing"), tmp_path / "t.jsonl.gz", np.random.default_rng(1))
    assert not list(tmp_path.iterdir())


def test_a_missing_talk_time_is_refused(tmp_path):
    with pytest.raises(UsageError, match="talk_seconds"):
        write_texts(segments(3).assign(talk_seconds=np.nan), tmp_path / "t.jsonl.gz", np.random.default_rng(1))


def test_a_day_without_calls_gives_an_empty_file_and_empty_truth(tmp_path):
    planted = write_texts(segments(3).iloc[:0], tmp_path / "t.jsonl.gz", np.random.default_rng(1))
    assert read(tmp_path / "t.jsonl.gz") == []
    assert len(planted.texts) == len(planted.clauses) == len(planted.calls) == 0


def test_errors_inside_a_clause_keep_every_syllable():
    """All wordings of all Chinese clause sentences, after conversion to simplified script, sound as they were
    written.
    """
    pairs: set[tuple[str, str]] = set()
    for dialogue in dialogues():
        for line in dialogue.lines if dialogue.language == "zh" else ():
            if line.clause is None:
                continue
            _, by_set = raw_wordings(dialogue, line, ())
            for values, wordings in zip(slot_sets(dialogue), by_set, strict=bool(by_set)):
                for number, wording in enumerate(wordings):
                    sentence, _ = clause_sentence(dialogue, line, (), number)
                    pairs.add((wording, sentence.format_map(values)))
    assert len(pairs) > 1000
    wrong = [pair for pair in pairs if syllables(pair[0]) != syllables(pair[1])]
    assert not wrong


def test_each_queue_has_at_least_eight_mandarin_dialogues():
    for queue in ("service", "sales", "complaint"):
        assert sum(dialogue.queue_id == queue and dialogue.language == "zh" for dialogue in dialogues()) >= 8


def test_noise_tables_hold_for_every_character_they_name():
    known = tables()
    for character, same in known.homophones.items():
        assert all(readings(other) == readings(character) for other in same)
    for code, form in known.traditional.items():
        assert TO_SIMPLIFIED.convert(form) == chr(code)


def test_noise_tables_cover_the_dialogues():
    used = {character for text in sentences() for character in text if "一" <= character <= "鿿"}
    assert len(used & set(tables().homophones)) > 0.4 * len(used)


@pytest.mark.parametrize(("body", "check"), [("11010519491231002", "X"), ("44052418800101001", "4")])
def test_identity_check_character_agrees_with_the_standard(body, check):
    """The two examples of GB 11643-1999."""
    assert id_check_character(body) == check


def test_luhn_digit_agrees_with_the_textbook():
    assert luhn_digit("7992739871") == "3"


@given(st.integers(0, 2**32), st.sampled_from(PII_KINDS), st.sampled_from(["zh", "en"]))
def test_made_up_numbers_pass_their_checks_and_are_spoken_digit_by_digit(seed, kind, language):
    number = make_number(kind, language, Random(seed))
    if kind == "id_card":
        assert len(number.digits) == 18 and id_check_character(number.digits[:17]) == number.digits[17]
    if kind == "bank_card":
        assert luhn_digit(number.digits[:-1]) == number.digits[-1]
    if kind == "phone" and language == "zh":
        assert re.fullmatch(r"1[3-9]\d{9}", number.digits)
    words = number.spoken.replace(",", "").split() if language == "en" else number.spoken.replace("，", "")
    assert len(words) == len(number.digits)


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=20),
    st.floats(0.5, 4000),
    st.sampled_from(["zh", "en"]),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_turn_times_are_ordered_and_fit(lengths, talk, language, overlaps, random):
    times = spread(lengths, talk, language, [random.randint(1, 100) for _ in lengths], overlaps)
    starts = [start for start, _ in times]
    assert starts == sorted(starts)
    assert all(0 <= start < end <= talk + 1e-6 for start, end in times)


def test_manner_bridges_short_breaks_and_counts_what_cuts_in() -> None:
    turns = [
        ("agent", 10, 0.0, 4.0),
        ("agent", 10, 4.9, 8.0),  # 0.9 s of silence belong to the turn
        ("customer", 50, 8.5, 12.0),
        ("agent", 20, 11.7, 15.0),  # the customer goes on for exactly 0.3 s
        ("customer", 50, 15.0, 18.0),
        ("agent", 20, 17.8, 20.0),  # only 0.2 s: no interruption
    ]
    manner = manner_of(turns, "zh")
    assert manner == (60, 13.5, 12.6, 1)
    assert manner_of(turns, "en").agent_characters is None


Judged = list[tuple[str, Conversation, Judgement]]


@pytest.fixture(scope="module")
def judged_day(day: tuple[pd.DataFrame, list[dict], texts_module.Planted]) -> Judged:
    return judged(day[1])


def judged(lines: list[dict]) -> Judged:
    """The conversations as the worker hears them, and what the models say."""
    found = []
    for line in lines:
        recording = Recording(
            line["recording_id"],
            line["call_id"],
            datetime(2026, 10, 1),
            "text",
            "t",
            line["language"],
            None,
            line["queue_id"],
        )
        heard = hear_text(recording, Text(line["turns"], "0"))
        conversation = conversation_of(heard, line["language"], line["queue_id"])
        found.append((line["recording_id"], conversation, judge(conversation)))
    return found


def test_the_model_hears_what_the_words_were_planted_to_tell(day, judged_day):
    """Also where the words were planted to mislead it: its errors are known beforehand."""
    planted = day[2].feelings
    assert set(planted["feeling"]) == set(planted["heard"]) == set(FEELINGS)
    heard = [(recording, one.turn_no, one.feeling) for recording, _, said in judged_day for one in said.feelings]
    assert heard == list(zip(planted["recording_id"], planted["turn_no"], planted["heard"], strict=True))


def test_the_model_scores_each_answer_as_it_was_planted(day, judged_day):
    planted = day[2].episodes
    assert set(planted["is_soothed"]) == set(planted["is_solution_offered"]) == {True, False}
    assert set(planted["is_uninterrupted"]) == set(planted["is_rate_in_band"]) == {True, False}
    assert_scored_as_planted(judged_day, planted)


def assert_scored_as_planted(judged_day: Judged, planted: pd.DataFrame) -> None:
    found = [(recording, *vars(episode).values()) for recording, _, said in judged_day for episode in said.episodes]
    expected = list(planted.drop(columns=["call_id"]).itertuples(index=False, name=None))
    assert found == expected, list(planted.columns[4:])


def test_planted_feelings_are_heard_often_enough_in_each_class(day):
    """85 % of all turns (《呼叫中心质量监控细则》三(一)); no class is lost, though irony and plain facts mislead."""
    planted = day[2].feelings
    is_right = planted["feeling"] == planted["heard"]
    assert 0.85 < is_right.mean() < 1
    recall = is_right.groupby(planted["feeling"]).mean()
    assert recall.loc["neutral"] > 0.95
    assert (recall > 0.3).all(), recall


def test_recordings_hold_no_line_that_is_only_written():
    plan = Plan(mood="calm", resolved=True)
    dialogue = next(one for one in dialogues() if one.dialogue_id == "card_loss")
    assert any(not line.is_spoken for line in dialogue.lines)
    spoken = {line.text for line in perform(dialogue, plan, Random(1))}
    assert spoken.isdisjoint(line.text for line in dialogue.lines if not line.is_spoken)


OMISSIONS = [frozenset(names) for size in range(5) for names in combinations(("restatement", "identity", "escalation",
                                                                              "soothing"), size)]  # fmt: skip


def test_lines_that_can_meet_in_one_turn_tell_together_what_the_most_severe_tells():
    """Whatever is omitted between them: an omitted restatement lets the customer say two lines in a row."""
    met = set()
    for index, dialogue in enumerate(dialogues()):
        for mood, resolved, omit in product(("calm", "angry"), (True, False), OMISSIONS):
            said = skeleton(index, mood, resolved, (), omit)
            for (speaker, lines), felt in zip(said.turns, said.felt, strict=True):
                if speaker == "customer" and len({line.felt.heard for line in lines}) > 1:
                    met.add((dialogue.language, lines, felt.heard))
    assert len(met) > 10
    for language, lines, heard in met:
        for wordings in zip(*(line.wordings[0] for line in lines), strict=True):
            text = clean(" ".join(json.loads(f'"{wording.text}"') for wording in wordings))
            assert read_turn(text, language).feeling == heard, text
