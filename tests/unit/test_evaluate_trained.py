"""Small trained models: what they learn, what they never see, what they say, and which files they refuse."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from asr_jobs.evaluation.cli import app
from asr_jobs.evaluation.foreign import read_dialogues, read_texts
from asr_jobs.evaluation.split import split_of
from asr_jobs.evaluation.train import save, train_polarity, train_satisfaction
from asr_jobs.inspection import trained
from asr_jobs.inspection.conversation import Conversation, Spoken
from asr_jobs.inspection.emotion import Emotion
from asr_jobs.inspection.judgement import Judgement
from asr_jobs.inspection.models import judge
from asr_jobs.inspection.trained import Trained, read_weights
from lingting.errors import InputError, LingtingError, UsageError
from lingting.paths import Home
from lingting.settings import settings_for

pytestmark = pytest.mark.usefixtures("quick_bootstrap")
GOOD, BAD = "问题解决了非常感谢", "还是没有用太失望了"


def dialogue(number: int) -> dict[str, Any]:
    is_good = number % 2 == 0
    turns = [
        {"sender": "customer", "utterances": [f"我的第{number}个订单有问题"]},
        {"sender": "helpdesk", "utterances": ["您好", "请稍等"]},
        {"sender": "customer", "utterances": [GOOD if is_good else BAD]},
    ]
    given = [2, 1, 2] if is_good else [-2, -1, -2]
    return {"id": f"d{number}", "turns": turns, "annotations": [{"quality": {"S": value}} for value in given]}


@pytest.fixture
def dialogues(tmp_path: Path) -> Path:
    path = tmp_path / "rated" / "dialogues.json"
    path.parent.mkdir()
    path.write_text(json.dumps([dialogue(number) for number in range(160)], ensure_ascii=False), encoding="utf-8")
    return path


def write_texts(path: Path) -> Path:
    rows = [f"{at % 2},{'很好用推荐' if at % 2 else '太差了退货'}第{at}次" for at in range(240)]
    path.write_text("\n".join(["label,review", *rows]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a polarity model, trained once."""
    folder = tmp_path_factory.mktemp("models")
    save(train_polarity(read_texts(write_texts(folder / "texts.csv")), "0" * 64), [], folder)
    return folder


@pytest.fixture
def kept(made: Path, lingting_home: Home) -> Path:
    """The same in $LINGTING_HOME/models/trained."""
    return Path(shutil.copytree(made, lingting_home.trained_models))


def spoken(*said: tuple[str, str], language: Any = "zh") -> Conversation:
    return Conversation([Spoken(who, 1.0 * at, at + 0.5, text) for at, (who, text) in enumerate(said)], language)


def test_training_keeps_the_test_half_out_and_measures_on_it(dialogues: Path, lingting_home: Home) -> None:
    read = read_dialogues(dialogues)
    weights = train_satisfaction(read, "S", "0" * 64)
    tune = [one for one in read if split_of(one.case_id) == "tune"]
    assert weights.meta["n_tuned"] == len(tune) < len(read)
    only_tune = train_satisfaction(tune, "S", "0" * 64)
    assert only_tune.to_bytes() == weights.to_bytes()


def test_a_text_that_stands_twice_is_on_one_side_only(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("label,review\n" + "1,很好\n0,很差\n" * 5, encoding="utf-8")
    sides: dict[str, set[str]] = {}
    for text in read_texts(path):
        sides.setdefault(text.conversation.turns[0].text, set()).add(split_of(text.case_id))
    assert [len(side) for side in sides.values()] == [1, 1]


def test_the_command_writes_a_model_that_inspection_uses_when_the_settings_say_so(
    dialogues: Path, lingting_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr_jobs.inspection.models.MODELS", (Emotion(),))
    result = CliRunner().invoke(app, ["train", "satisfaction", "--data", str(dialogues), "--format", "json"])
    assert result.exit_code == 0, result.exception
    rows = json.loads(result.stdout)
    (rank,) = [row for row in rows if (row["model"], row["metric"], row["item"]) == ("satisfaction", "spearman", "S")]
    assert rank["value"] > 0.8
    gains = [row["metric"] for row in rows if row["metric"].startswith("spearman_over_")]
    assert gains
    happy = spoken(("customer", "我的订单有问题"), ("agent", "请稍等"), ("customer", GOOD))
    assert "satisfaction" not in {score.model for score in judge(happy).scores}
    monkeypatch.setenv("LINGTING_TRAINED_MODELS", '["satisfaction"]')
    settings_for.cache_clear()
    (score,) = [score for score in judge(happy).scores if score.model == "satisfaction"]
    assert score.item == "total"
    assert score.outcome == "pass"
    assert score.points is not None and score.points > 80


def test_reasons_are_words_of_the_conversation_and_their_sign_is_their_effect(kept: Path) -> None:
    model = Trained(read_weights("polarity"))
    (good,) = model.judge(spoken(("customer", "这个很好用")), Judgement()).scores
    (bad,) = model.judge(spoken(("customer", "这个太差了")), Judgement()).scores
    assert good.points is not None and bad.points is not None and good.points > 60 > 40 > bad.points
    assert (good.outcome, bad.outcome) == ("pass", "fail")
    assert all((reason.words or "x")[1:] in "这个太差了" for reason in bad.reasons)
    assert bad.reasons[0].points < 0 < good.reasons[0].points
    assert [reason.code for reason in bad.reasons] == ["influential_words"] * len(bad.reasons)


@pytest.mark.parametrize(
    "conversation",
    [spoken(("customer", "good"), language="en"), spoken(("unknown", "很好")), spoken()],
    ids=["english", "nobody knows who speaks", "nobody speaks"],
)
def test_what_was_not_learned_is_not_judged(kept: Path, conversation: Conversation) -> None:
    (score,) = Trained(read_weights("polarity")).judge(conversation, Judgement()).scores
    assert (score.outcome, score.points) == ("not_applicable", None)


def test_what_is_read_back_judges_as_what_was_trained(kept: Path) -> None:
    read = read_weights("polarity")
    again = train_polarity(read_texts(kept / "texts.csv"), "0" * 64)
    assert read.to_bytes() == again.to_bytes()
    said = spoken(("customer", "东西很好但是快递太差"))
    assert Trained(read).judge(said, Judgement()).scores == Trained(again).judge(said, Judgement()).scores
    assert {"created", "data_sha256", "metrics", "sha256", "sklearn", "split"} <= read.meta.keys()


def damaged(folder: Path, how: str) -> None:
    npz, about = folder / "polarity.npz", folder / "polarity.json"
    if how == "absent":
        npz.unlink()
    elif how == "changed":
        npz.write_bytes(npz.read_bytes()[:-1] + b"x")
    elif how == "no json":
        about.write_text("{")
    elif how == "pickle":
        np.savez(npz, strings=np.array([{"a": 1}], dtype=object), idf=[1.0], weights=[1.0], intercept=[0.0])
        meta = json.loads(about.read_text()) | {"sha256": hashlib.sha256(npz.read_bytes()).hexdigest()}
        about.write_text(json.dumps(meta))


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("absent", r"there is no trained model polarity in .*; make it with `lingting evaluate train polarity"),
        ("changed", r"is not the file that polarity.json describes; train the model again"),
        ("no json", r"is not the file that polarity.json describes; train the model again"),
        ("pickle", r"can not be read \(ValueError\); train the model again"),
    ],
)
def test_a_file_that_is_not_the_trained_one_is_refused(kept: Path, how: str, sentence: str) -> None:
    damaged(kept, how)
    with pytest.raises(LingtingError, match=sentence):
        read_weights("polarity")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("not json", "is not JSON"),
        ("[]", "is no list of dialogues"),
        ('[{"id": 1, "turns": []}]', r"dialogue 1: KeyError 'annotations'; each needs id, turns"),
        ('[{"id": 1, "turns": [{"sender": "robot", "utterances": []}], "annotations": []}]', "KeyError 'robot'"),
        ('[{"id": 1, "turns": [], "annotations": []}]', "without annotations"),
    ],
)
def test_bad_dialogues_are_told_in_one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "dialogues.json"
    path.write_text(content)
    with pytest.raises(InputError, match=sentence) as refused:
        read_dialogues(path)
    assert "\n" not in str(refused.value)


def test_data_from_which_nothing_can_be_learned_are_told(dialogues: Path, tmp_path: Path) -> None:
    read = read_dialogues(dialogues)
    with pytest.raises(UsageError, match=r"no rating 'X'; choose one of: S"):
        train_satisfaction(read, "X", "0")
    with pytest.raises(InputError, match=r"only \d+ cases are in the tune half"):
        train_satisfaction(read[:20], "S", "0")
    same = tmp_path / "same.csv"
    same.write_text("label,review\n" + "".join(f"1,很好{at}\n" for at in range(200)), encoding="utf-8")
    with pytest.raises(InputError, match="all texts have the same label"):
        train_polarity(read_texts(same), "0")


def test_a_model_is_read_once(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINGTING_TRAINED_MODELS", '["polarity"]')
    settings_for.cache_clear()
    assert trained.trained_models()[0] is trained.trained_models()[0]
