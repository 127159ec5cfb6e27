"""Measures against tables whose figures are known, and intervals against simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, f1_score

from asr_jobs.evaluation.agreement import kappa, krippendorff_alpha, split_half
from asr_jobs.evaluation.confusion import Decision, classification, detection
from asr_jobs.evaluation.result import Metric
from asr_jobs.evaluation.split import split_of
from asr_jobs.evaluation.uncertainty import bootstrap, resampled, share
from lingting.paths import Home

EMOTIONS = ("anger", "content", "neutral")
pytestmark = pytest.mark.usefixtures("lingting_home", "quick_bootstrap")


def by_name(found: list[Metric], item: str) -> dict[str, float | None]:
    return {one.metric: one.value for one in found if one.item == item}


def test_a_known_table_gives_its_precision_recall_f1_sensitivity_and_specificity() -> None:
    table = [(True, True)] * 8 + [(True, False)] * 2 + [(False, True)] * 4 + [(False, False)] * 6
    found = by_name(
        detection([Decision(at, there, seen) for at, (there, seen) in enumerate(table)], "greeting"), "greeting"
    )
    assert found == {
        "precision": pytest.approx(8 / 12),
        "recall": pytest.approx(0.8),
        "f1": pytest.approx(16 / 22),
        "sensitivity": pytest.approx(0.8),
        "specificity": pytest.approx(0.6),
    }


def test_what_never_occurs_has_no_figure_instead_of_zero() -> None:
    found = by_name(detection([Decision(at, False, False) for at in range(3)]), "all")
    assert found["specificity"] == 1.0
    assert [found[name] for name in ("precision", "recall", "f1", "sensitivity")] == [None] * 4


def test_a_turn_without_an_answer_is_wrong() -> None:
    found = classification(["anger", "anger", "neutral", "neutral"], ["anger", None, "neutral", "anger"], "abcd", 0.85)
    whole = by_name(found, "all")
    assert whole["accuracy"] == 0.5
    assert whole["macro_f1"] == pytest.approx((2 * 1 / 4 + 2 * 1 / 3) / 2)
    assert {one.item: one.n for one in found if one.metric == "confusion"} == {
        "anger>anger": 1,
        "anger>nothing": 1,
        "neutral>anger": 1,
        "neutral>neutral": 1,
    }
    assert found[0].target == 0.85


@given(st.lists(st.tuples(st.sampled_from(EMOTIONS), st.sampled_from(EMOTIONS)), min_size=1, max_size=40))
def test_macro_f1_is_that_of_sklearn(pairs: list[tuple[str, str]]) -> None:
    truth, said = [a for a, _ in pairs], [b for _, b in pairs]
    (ours,) = [one for one in classification(truth, said, [0] * len(pairs)) if one.metric == "macro_f1"]
    theirs = f1_score(truth, said, labels=sorted(set(truth)), average="macro", zero_division=0)
    assert ours.value == pytest.approx(theirs)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(0.1, 9)), min_size=2, max_size=40))
def test_kappa_is_that_of_sklearn(cases: list[tuple[int, int, float]]) -> None:
    a, b, weights = ([case[at] for case in cases] for at in range(3))
    theirs = cohen_kappa_score(a, b, sample_weight=weights)
    if len({*a, *b}) > 1:
        assert kappa(a, b, weights) == pytest.approx(theirs, abs=1e-9)
    if {*a, *b} == {0, 1, 2, 3}:
        theirs = cohen_kappa_score(a, b, weights="quadratic", sample_weight=weights)
        assert kappa(a, b, weights, is_ordinal=True) == pytest.approx(theirs, abs=1e-9)


def test_perfect_and_opposite_raters() -> None:
    same = ["present", "absent", "present", "absent"]
    opposite = ["absent", "present", "absent", "present"]
    assert kappa(same, same) == 1.0
    assert kappa(same, opposite) == pytest.approx(-1.0)
    assert kappa(["present"] * 3, ["present"] * 3) == 1.0
    assert math.isnan(kappa([], []))
    assert krippendorff_alpha(list(zip(same, same, strict=True))) == 1.0
    assert krippendorff_alpha(list(zip(same, opposite, strict=True))) < -0.5


def test_raters_who_guess_agree_no_more_than_chance() -> None:
    drawn = np.random.default_rng(1).integers(0, 3, (2, 4000))
    assert kappa(drawn[0].tolist(), drawn[1].tolist()) == pytest.approx(0, abs=0.05)
    assert krippendorff_alpha(drawn.T.tolist()) == pytest.approx(0, abs=0.05)


def test_alpha_gives_krippendorffs_own_example() -> None:
    """Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), C: four observers, missing data:
    nominal 0.743, interval 0.849."""
    nothing = None
    a = [1, 2, 3, 3, 2, 1, 4, 1, 2, nothing, nothing, nothing]
    b = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nothing, 3]
    c = [nothing, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nothing]
    d = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nothing]
    units = list(zip(a, b, c, d, strict=True))
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=0.001)
    assert krippendorff_alpha(units, "interval") == pytest.approx(0.849, abs=0.001)


def test_case_weights_bring_a_stratum_back_to_its_size() -> None:
    """Nine agreements that stand for one call each, one disagreement that stands for nine."""
    human, machine, weights = [0] * 5 + [1] * 5, [0] * 5 + [1] * 4 + [0], [1.0] * 9 + [9.0]
    repeated = [(h, m) for h, m, w in zip(human, machine, weights, strict=True) for _ in range(int(w))]
    assert kappa(human, machine, weights) == pytest.approx(kappa([h for h, _ in repeated], [m for _, m in repeated]))
    assert kappa(human, machine, weights) < kappa(human, machine)


def test_an_error_by_two_bands_counts_more_than_one_by_a_single_band() -> None:
    human = [0, 1, 2, 3, 0, 1, 2, 3]
    near, far = [0, 1, 2, 3, 0, 1, 2, 2], [0, 1, 2, 3, 0, 1, 2, 0]
    assert kappa(human, near) == pytest.approx(kappa(human, far), abs=0.02)
    assert kappa(human, near, is_ordinal=True) > kappa(human, far, is_ordinal=True) + 0.2


def test_wilson_holds_the_truth_about_95_times_in_100() -> None:
    drawn = np.random.default_rng(2).binomial(40, 0.9, 2000)
    found = [share("x", int(hits), 40) for hits in drawn]
    assert 0.93 <= np.mean([one.ci_low <= 0.9 <= one.ci_high for one in found]) <= 0.98  # type: ignore[operator]


def test_drawing_recordings_holds_the_truth_where_drawing_turns_would_not() -> None:
    """Five turns of a recording share its level, so 200 turns tell little more than 40."""
    rng = np.random.default_rng(11)
    recordings = [number for number in range(40) for _ in range(5)]
    held = {"recordings": 0, "turns": 0}
    for _ in range(30):
        values = np.repeat(rng.normal(0, 1, 40), 5) + rng.normal(0, 0.2, 200)
        for name, clusters in (("recordings", recordings), ("turns", list(range(200)))):
            low, high = bootstrap(lambda rows, own=values: float(own[rows].mean()), clusters)  # type: ignore[misc]
            held[name] += low is not None and high is not None and low <= 0 <= high
    assert held["recordings"] >= 26
    assert held["turns"] <= 22


def test_an_interval_is_the_same_every_time_and_absent_for_one_recording() -> None:
    values = np.arange(12.0)
    first, second = (resampled("m", lambda rows: float(values[rows].mean()), list("aabbccddeeff")) for _ in range(2))
    assert first == second
    assert first.ci_low is not None
    assert bootstrap(lambda rows: float(values[rows].mean()), ["a"] * 12) == (None, None)


def test_halves_of_raters_who_agree_rank_alike_and_of_raters_who_guess_do_not() -> None:
    rng = np.random.default_rng(4)
    level = rng.normal(size=(200, 1))
    assert split_half(level + rng.normal(scale=0.1, size=(200, 8)), 1, 5) > 0.95
    assert abs(split_half(rng.normal(size=(200, 8)), 1, 5)) < 0.2


def test_about_half_of_the_ids_are_tested(lingting_home: Home) -> None:
    assert 460 <= sum(split_of(str(number)) == "test" for number in range(1000)) <= 540
