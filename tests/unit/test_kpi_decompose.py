"""The division of a change among members: its parts always add up to the change."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from lingting.kpi.decompose import REST, Sums, decompose

CASES = st.integers(min_value=0, max_value=10_000)
MEMBERS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "e"]),
    st.tuples(CASES, st.floats(min_value=-3, max_value=3)).map(lambda pair: Sums(pair[0] * pair[1], pair[0], pair[0])),
    max_size=5,
)


def whole_of(members: dict[str, Sums], rest: Sums) -> Sums:
    """The sums of all members and of what belongs to none."""
    parts = [*members.values(), rest]
    return Sums(
        sum(part.numerator for part in parts),
        sum(part.denominator or 0 for part in parts),
        sum(part.n for part in parts),
    )


@given(MEMBERS, MEMBERS, CASES, CASES)
def test_contributions_add_up_to_the_change(
    before: dict[str, Sums], now: dict[str, Sums], rest_before: int, rest_now: int
) -> None:
    first = whole_of(before, Sums(0.5 * rest_before, rest_before, rest_before))
    last = whole_of(now, Sums(0.7 * rest_now, rest_now, rest_now))
    found = decompose(first, last, before, now)
    if found is None:
        assert not first.denominator or not last.denominator or not (before or now)
        return
    assert first.rate is not None and last.rate is not None
    assert math.isclose(sum(part.total for part in found.parts), last.rate - first.rate, abs_tol=1e-9)
    for part in found.parts:
        if part.mix is not None and part.rate is not None:
            assert math.isclose(part.mix + part.rate, part.total, abs_tol=1e-9)


@given(st.dictionaries(st.sampled_from("abc"), CASES, min_size=1), st.dictionaries(st.sampled_from("abc"), CASES))
def test_counts_add_up_to_the_change(before: dict[str, int], now: dict[str, int]) -> None:
    wholes = [Sums(sum(members.values()) + 5) for members in (before, now)]
    found = decompose(*wholes, *({k: Sums(v) for k, v in members.items()} for members in (before, now)))
    assert found is not None
    assert sum(part.total for part in found.parts) == wholes[1].numerator - wholes[0].numerator


def test_a_share_that_moves_is_told_from_a_rate_that_moves() -> None:
    """Both members keep their rates; the poor one doubles: all of the change is in the shares."""
    before = {"good": Sums(90, 100, 100), "poor": Sums(50, 100, 100)}
    now = {"good": Sums(90, 100, 100), "poor": Sums(100, 200, 200)}
    found = decompose(Sums(140, 200, 200), Sums(190, 300, 300), before, now)
    assert found is not None
    assert all(math.isclose(part.rate or 0.0, 0.0, abs_tol=1e-12) for part in found.parts)
    assert math.isclose(sum(part.mix or 0.0 for part in found.parts), 190 / 300 - 0.7)
    assert all(part.total < 0 for part in found.parts), "more of the poor and less of the good both pull it down"


def test_a_rate_that_moves_alone_is_all_its_own() -> None:
    before = {"a": Sums(80, 100, 100), "b": Sums(80, 100, 100)}
    now = {"a": Sums(60, 100, 100), "b": Sums(80, 100, 100)}
    found = decompose(Sums(160, 200, 200), Sums(140, 200, 200), before, now)
    assert found is not None
    assert [(part.member, round(part.total, 12), round(part.rate or 0, 12)) for part in found.parts] == [
        ("a", -0.1, -0.1),
        ("b", 0.0, 0.0),
    ]


def test_a_member_that_came_changed_only_the_shares() -> None:
    before = {"old": Sums(80, 100, 100)}
    now = {"old": Sums(80, 100, 100), "new": Sums(40, 100, 100)}
    found = decompose(Sums(80, 100, 100), Sums(120, 200, 200), before, now)
    assert found is not None
    new = next(part for part in found.parts if part.member == "new")
    assert new.mix == new.total < 0
    assert math.isclose(new.rate or 0.0, 0.0, abs_tol=1e-12)


def test_what_belongs_to_nobody_is_a_part_of_its_own() -> None:
    found = decompose(Sums(50, 100, 100), Sums(70, 100, 100), {"a": Sums(20, 40, 40)}, {"a": Sums(20, 40, 40)})
    assert found is not None
    rest = next(part for part in found.parts if part.member == REST)
    assert (rest.mix, rest.rate, round(rest.total, 12)) == (None, None, 0.2)


def test_members_that_overlap_are_not_divided() -> None:
    """Two teams that both count the same calls say nothing of the whole."""
    both = {"a": Sums(80, 100, 100), "b": Sums(80, 100, 100)}
    assert decompose(Sums(80, 100, 100), Sums(80, 100, 100), both, both) is None


def test_without_a_value_in_one_period_nothing_is_divided() -> None:
    assert decompose(Sums(0, 0, 0), Sums(80, 100, 100), {}, {"a": Sums(80, 100, 100)}) is None
