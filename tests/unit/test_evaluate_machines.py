"""Clauses, emotion and scores against labels and reviews that are known."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from asr_jobs.evaluation import reviews
from asr_jobs.evaluation.cli import app
from asr_jobs.evaluation.machines import clauses, emotion, found_labels
from asr_jobs.evaluation.result import Evaluation, Metric
from asr_jobs.evaluation.speech import compare, metrics, utterances
from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.judgement import Finding, Judgement, Score, TurnFeeling
from lingting.errors import InputError, UsageError
from lingting.loading import load_file
from lingting.paths import Home
from tests.fixtures.evaluation_day import CLOSING, GREETING, NINE, put, write_calls

pytestmark = pytest.mark.usefixtures("quick_bootstrap")


def label(number: int, kind: str, subject: str, settled: str, item: str | None = None) -> dict[str, Any]:
    return {
        "gold_id": f"g{number}", "kind": kind, "subject_id": subject, "item": item, "label": settled,
        "annotator_1_id": "E1", "annotator_2_id": "E2", "drawn_at": NINE, "labelled_at": NINE, "sample_seed": 1,
        "stratum": "s",
    }  # fmt: skip


def value(found: Evaluation, metric: str, item: str = "all") -> float | None:
    (one,) = [one for one in found.metrics if (one.metric, one.item) == (metric, item)]
    return one.value


def test_clauses_are_measured_against_what_people_settled(lingting_home: Home) -> None:
    """Of two greetings one is found and one was said in words that no rule knows; of two silences one is kept."""
    write_calls(
        {
            "said": [("agent", GREETING), ("customer", "我要查账单")],
            "unknown": [("agent", "哎哟喂来啦来啦"), ("customer", "我要查账单")],
            "silent": [("agent", "嗯"), ("customer", "我要查账单")],
            "mistaken": [("agent", GREETING), ("customer", "我要查账单")],
        }
    )
    truth = {"said": "present", "unknown": "present", "silent": "absent", "mistaken": "absent"}
    put("gold_labels", [label(at, "clause", name, truth[name], "greeting") for at, name in enumerate(truth)])
    found = clauses()
    measured = {name: value(found, name, "greeting") for name in ("sensitivity", "specificity", "precision", "f1")}
    assert measured == dict.fromkeys(measured, 0.5)
    assert value(found, "specificity", "mandatory") == value(found, "accuracy") == 0.5
    assert next(one.target for one in found.metrics if one.metric == "accuracy") == 0.92


def test_one_hit_makes_a_clause_present_and_not_applicable_is_no_decision() -> None:
    rows = [("a", "hit"), ("a", "hit"), ("b", "miss"), ("c", "not_applicable")]
    findings = [Finding(rule, "1", "must_say", True, outcome) for rule, outcome in rows]
    assert found_labels(findings) == {"a": "present", "b": "absent", "c": "not_applicable"}


def test_without_labels_the_command_says_how_to_get_them(lingting_home: Home) -> None:
    with pytest.raises(UsageError, match=r"no gold labels of kind clause; draw them with `lingting evaluate sample`"):
        clauses()


class Moody:
    """Hears anger in every turn but the second."""

    name, version = "moody", "1"

    def judge(self, conversation: Conversation, before: Judgement) -> Judgement:
        turns = [at for at, turn in enumerate(conversation.turns, start=1) if turn.speaker == "customer" and at != 2]
        said = len(conversation.turns[0].text)
        scores = (Score("moody", "1", "greeting", "pass", float(said)), Score("moody", "1", "total", "pass", 50.0))
        return Judgement(scores=scores, feelings=tuple(TurnFeeling(at, "anger", 1.0, "1") for at in turns))


@pytest.fixture
def moody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asr_jobs.inspection.models.MODELS", (Moody(),))


@pytest.mark.usefixtures("moody")
def test_emotion_is_measured_turn_by_turn_and_silence_of_the_model_is_wrong(lingting_home: Home) -> None:
    write_calls({"r": [("agent", "嗯"), ("customer", "好"), ("customer", "气死我了"), ("customer", "谢谢")]})
    truth = {"r:0002": "neutral", "r:0003": "anger", "r:0004": "content"}
    put("gold_labels", [label(at, "emotion", turn, truth[turn]) for at, turn in enumerate(truth)])
    found = emotion()
    assert value(found, "accuracy") == pytest.approx(1 / 3)
    confusions = {one.item for one in found.metrics if one.metric == "confusion"}
    assert confusions == {"anger>anger", "content>anger", "neutral>nothing"}


@pytest.mark.usefixtures("moody")
def test_reviews_are_compared_item_by_item_and_only_random_ones_count(lingting_home: Home) -> None:
    """Points of the machine are the letters of the first turn: 95, 70 and 40; people gave 92, 65 and 30. A fourth call
    was picked for its risk, so it says nothing of the others."""
    lengths = {"a": 95, "b": 70, "c": 40, "picked": 95}
    write_calls({name: [("agent", "好" * length)] for name, length in lengths.items()})
    people = {"a": 92.0, "b": 65.0, "c": 30.0, "picked": 0.0}
    made = {"called_at": NINE, "agent_id": "A1", "evaluator_id": "E", "review_kind": "first", "method": "recording",
            "scorecard_version": "v1", "reviewed_at": NINE, "queue_id": "service"}  # fmt: skip
    put("reviews", [made | {"review_id": n, "call_id": n, "review_level": 3 if n == "picked" else 2} for n in people])
    item = {"dimension": "greeting", "reviewed_at": NINE, "is_applicable": True}
    put("review_items", [item | {"review_id": name, "score_points": points} for name, points in people.items()])
    (found,) = reviews.reviews()
    assert {one.item for one in found.metrics} == {"greeting"}
    assert [one.n for one in found.metrics] == [3, 3, 3]
    assert [value(found, name, "greeting") for name in ("weighted_kappa", "sample_kappa", "spearman")] == [1.0] * 3


def test_a_review_stands_for_the_calls_of_its_agent_and_queue(lingting_home: Home) -> None:
    write_calls({f"r{at}": [("agent", "嗯")] for at in range(6)}, {"r5": "sales"})
    rows = [
        {"call_id": "r0", "agent_id": "A1", "queue_id": "service"},
        {"call_id": "r5", "agent_id": "A1", "queue_id": "sales"},
    ]
    assert reviews._weights(rows, None, None) == {"r0": 5.0, "r5": 1.0}


def test_a_score_passes_into_a_band_at_its_border() -> None:
    assert [reviews.band(points) for points in (0, 59.9, 60, 80, 90, 100)] == [0, 0, 1, 2, 3, 3]


def test_errors_of_hearing_are_counted_after_one_spelling() -> None:
    """Traditional script, punctuation and width are no errors; one wrong, one missing and one added character are."""
    assert compare("a", "您好，请问１号？", "您好請問1號", "zh").wrong == 0
    found = compare("b", "我要查话费", "我查花费吧", "zh")
    assert (found.n, found.substituted, found.deleted, found.inserted) == (5, 1, 1, 1)
    assert compare("c", "Hold the line, please.", "hold a line", "en").wrong == 2
    assert compare("d", "您好", "", "zh").deleted == 2


def test_the_rate_is_over_all_characters_together_not_the_mean_of_rates() -> None:
    found = metrics([compare("a", "好" * 90, "好" * 90, "zh"), compare("b", "好" * 10, "坏" * 10, "zh")], "zh")
    assert {one.metric: one.value for one in found}["cer"] == pytest.approx(0.1)
    assert {one.metric: one.target for one in found}["accuracy"] == 0.92


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (None, r"transcripts.tsv is absent; write the columns utterance and text"),
        ("utterance\nx\n", r"has no column 'text'"),
        ("utterance\ttext\nx\t您好\n", r"line 2: there is no recording x below"),
        ("utterance\ttext\nx\t。。\n", r"line 2: utterance or text is empty"),
    ],
)
def test_a_bad_folder_of_speech_is_told_in_one_sentence(tmp_path: Path, table: str | None, sentence: str) -> None:
    if table is not None:
        (tmp_path / "transcripts.tsv").write_text(table, encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        utterances(tmp_path)


def test_figures_that_are_landed_are_taken_by_the_contract(lingting_home: Home) -> None:
    write_calls({"r": [("agent", GREETING), ("agent", CLOSING)]})
    put("gold_labels", [label(1, "clause", "r", "present", "greeting")])
    saved = lingting_home.root / "figures.jsonl"
    for _ in range(2):
        result = CliRunner().invoke(app, ["clauses", "--format", "json", "--land", "--save", str(saved)])
        assert result.exit_code == 0, result.output
    (landed,) = (lingting_home.landing / "contract" / "evaluations").iterdir()
    report = load_file("evaluations", landed)
    rows = [json.loads(line) for line in saved.read_text("utf-8").splitlines()]
    assert (report.accepted, report.rejected) == (len(rows), 0)
    assert len({(row["run_id"], row["metric"], row["item"]) for row in rows}) == len(rows)


def test_a_page_gets_its_figures_between_its_marks(tmp_path: Path) -> None:
    figures, page = tmp_path / "figures.jsonl", tmp_path / "page.md"
    measured = Evaluation(
        "speech", "set", "0" * 64, "all", "whisperx 3", "base", "1", (Metric("cer", "all", 0.151, 0.1, 0.2, 9),)
    )
    figures.write_text("".join(json.dumps(row) + "\n" for row in measured.rows(datetime(2026, 10, 1))))
    page.write_text("# Words\n<!-- figures: begin -->\nold\n<!-- figures: end -->\nmore\n")
    assert CliRunner().invoke(app, ["page", str(figures), str(page)]).exit_code == 0
    text = page.read_text()
    assert "| whisperx 3, base | cer | all | 0.151 | 0.100 to 0.200 | 9 |  |" in text
    assert text.startswith("# Words\n") and text.endswith("<!-- figures: end -->\nmore\n") and "old" not in text
    page.write_text("# Words\n")
    refused = CliRunner().invoke(app, ["page", str(figures), str(page)])
    assert isinstance(refused.exception, InputError)
