"""A score's version names the code that made it: no result moves while the version stands still."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from asr_jobs.inspection import compliance, emotion_words
from asr_jobs.inspection.models import MODELS, judge, offline
from asr_jobs.inspection.rulebook import Packs, judging_by
from lingting.paths import Home
from tests.fixtures.judged import PACKS, RESULTS, conversations, results

AGAIN = "python -m tests.fixtures.judged"
KEPT = json.loads(RESULTS.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _no_settings(lingting_home: Home) -> None:
    """No trained model of this machine takes part."""


def test_the_same_version_of_a_model_says_the_same_of_the_same_conversations() -> None:
    found = results()
    assert set(found) == set(KEPT), f"a model came or went: {AGAIN}"
    for model, now in found.items():
        kept = KEPT[model]
        if now["version"] == kept["version"]:
            assert now["results"] == kept["results"], f"{model} judges otherwise: raise its CODE, then {AGAIN}"
        assert now["version"] == kept["version"], f"the code of {model} has a new version: {AGAIN}"


def test_the_fixed_conversations_give_every_model_something_to_say() -> None:
    said = [judge(one, offline(), Packs.at(PACKS)) for one in conversations()]
    assert {score.model for one in said for score in one.scores if score.points is not None} == set(KEPT)
    assert {feeling.feeling for one in said for feeling in one.feelings} > {"anger", "anxiety", "content", "neutral"}
    outcomes = {(finding.rule_kind, finding.outcome) for one in said for finding in one.findings}
    kinds = ("must_say", "risk", "soothing", "forbidden", "sop_step")
    assert {(kind, outcome) for kind in kinds for outcome in ("hit", "miss")} <= outcomes


@pytest.fixture
def fresh() -> Iterator[None]:
    emotion_words.heard_in.cache_clear()  # type: ignore[attr-defined]
    yield
    emotion_words.heard_in.cache_clear()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("fresh")
def test_a_change_of_code_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself can fail: shared code that moves one model moves its sum."""
    monkeypatch.setattr(emotion_words, "SOMETHING_ELSE", 0.6)
    now = results()
    assert now["emotion"]["version"] == KEPT["emotion"]["version"]
    assert now["emotion"]["results"] != KEPT["emotion"]["results"]
    assert now["compliance"] == KEPT["compliance"]


def test_a_model_has_a_new_version_when_one_that_it_rests_on_has(monkeypatch: pytest.MonkeyPatch) -> None:
    with judging_by(Packs.at(PACKS)):
        before = {model.name: model.version for model in MODELS}
        monkeypatch.setattr(compliance, "CODE", "2")
        after = {model.name: model.version for model in MODELS}
    assert {name for name, version in after.items() if version != before[name]} >= {
        "compliance",
        "business",
        "emotion",
        "fusion",
    }
