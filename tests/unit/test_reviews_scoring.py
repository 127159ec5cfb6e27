"""What is accepted of a scoring, and its total: the same sum as fct_review."""

from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingting.work import Refused
from lingting.work.scorecards import DEFAULT
from lingting.work.scoring import DIMENSIONS, ERROR_KINDS, Item, Weight, checked, total
from tests.unit.review_world import TONE_LOST, full_marks

points = st.none() | st.floats(0, 100)
items = st.fixed_dictionaries({name: points.map(Item) for name in DIMENSIONS})
weights = st.fixed_dictionaries(
    {name: st.builds(Weight, st.floats(0.1, 100), st.floats(0, 100), st.booleans()) for name in DIMENSIONS}
)


@given(items, weights)
def test_total_lies_between_the_lowest_and_the_highest_points_that_apply(items, weights) -> None:  # type: ignore[no-untyped-def]
    applied = [item.score_points for item in items.values() if item.score_points is not None]
    found = total(items, weights)
    if not applied:
        assert found is None
        return
    assert found is not None
    assert min(applied) - 1e-9 <= found.weighted_points <= max(applied) + 1e-9
    assert found.score_points == found.weighted_points
    assert 0 <= found.pass_points <= 100


@given(items, weights, st.sampled_from(DIMENSIONS), st.sampled_from(ERROR_KINDS))
def test_a_critical_error_makes_any_score_nought(items, weights, name, kind) -> None:  # type: ignore[no-untyped-def]
    found = total({**items, name: Item(100, kind)}, weights)
    assert found is not None
    assert found.score_points == 0
    assert found.weighted_points > 0 or all(item.score_points in (None, 0) for item in items.values())


@given(items, weights, st.sampled_from(DIMENSIONS), st.floats(0, 100))
def test_more_points_never_lower_the_total(items, weights, name, more) -> None:  # type: ignore[no-untyped-def]
    low, high = sorted([items[name].score_points or 0, more])
    before, after = (total({**items, name: Item(value)}, weights) for value in (low, high))
    assert before is not None
    assert after is not None
    assert after.weighted_points >= before.weighted_points - 1e-9


def test_what_does_not_apply_leaves_the_base() -> None:
    """Weights 20 and 20 apply with 90 and 70, the others do not: 80, not a share of it."""
    scored = {name: Item(None) for name in DIMENSIONS} | {"knowledge": Item(90), "resolution": Item(70)}
    found = total(scored, DEFAULT)
    assert found is not None
    assert (found.weighted_points, found.pass_points, found.is_passed) == (80, 80, True)


def test_weights_of_the_shipped_scorecard_sum_to_100() -> None:
    assert sum(weight.weight_points for weight in DEFAULT.values()) == 100


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (Item(90, None, None, 3), "evidence_missing"),
        (Item(90, None, "  \n ", 3), "evidence_missing"),
        (Item(100, "compliance", None, 3), "evidence_missing"),
        (Item(90, None, "生硬", None), "second_missing"),
        (Item(90, None, "生硬", -0.1), "second_outside"),
        (Item(90, None, "生硬", 120.1), "second_outside"),
        (Item(90, None, "生硬", nan), "second_outside"),
        (Item(100, None, "说得好", 500), "second_outside"),
        (Item(-1, None, "生硬", 3), "points"),
        (Item(100.5, None, "生硬", 3), "points"),
        (Item(nan, None, "生硬", 3), "points"),
        (Item(inf, None, "生硬", 3), "points"),
        (Item(90, "other", "生硬", 3), "error_kind"),
        (Item(90, None, "长" * 2001, 3), "text_too_long"),
    ],
)
def test_an_item_that_breaks_a_rule_is_refused(item: Item, code: str) -> None:
    with pytest.raises(Refused) as refused:
        checked(full_marks(tone=item), 120.0, True)
    assert refused.value.code == code


@pytest.mark.parametrize("second", [0, 12.5, 120.0])
def test_a_deduction_with_words_and_a_second_of_the_call_is_kept(second: float) -> None:
    item = Item(60, "customer", "语气生硬", second)
    assert checked(full_marks(tone=item), 120.0, True)["tone"] == item


def test_a_call_without_sound_and_turns_needs_no_second() -> None:
    item = Item(60, None, "未按流程登记")
    assert checked(full_marks(knowledge=item), 200.0, False)["knowledge"] == item


def test_numbers_in_evidence_are_masked_on_the_way_in() -> None:
    kept = checked(full_marks(tone=Item(60, None, "报出客户手机 13812345678", 3)), 120.0, True)
    assert kept["tone"].evidence_text == "报出客户手机 ###########"


def test_what_does_not_apply_keeps_nothing() -> None:
    kept = checked(full_marks(closing=Item(None, "customer", "words", 7)), 120.0, True)
    assert kept["closing"] == Item(None)


@pytest.mark.parametrize("missing", DIMENSIONS)
def test_each_dimension_is_scored(missing: str) -> None:
    scored = full_marks(tone=TONE_LOST)
    del scored[missing]
    with pytest.raises(Refused, match="seven"):
        checked(scored, 120.0, True)


def test_nothing_applies_is_no_review() -> None:
    with pytest.raises(Refused) as refused:
        checked({name: Item(None) for name in DIMENSIONS}, 120.0, True)
    assert refused.value.code == "nothing_applies"
