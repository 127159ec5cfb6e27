"""What a coaching sheet begins with: real differences first, and no gap where there is none."""

from __future__ import annotations

from dashboards.components.coaching_html import best, strength, worst
from dashboards.data.rows_reviews import DimensionMonth
from dashboards.i18n import texts_of


def row(dimension: str, mean: float, team: float | None, deviation: float | None, n: int = 20) -> DimensionMonth:
    values = {
        "dimension": dimension,
        "mean_points": mean,
        "team_median_points": team,
        "deviation_points": deviation,
        "n": n,
    }
    known = {name: values.get(name) for name in DimensionMonth.__dataclass_fields__}
    return DimensionMonth(**known)  # type: ignore[arg-type]


def test_a_proven_strength_comes_before_a_larger_step_that_may_be_chance() -> None:
    rows = [row("tone", 95, 85, 40), row("knowledge", 92, 88, 2), row("closing", 70, 88, 2)]
    chosen = best(rows)
    assert chosen is not None and chosen.dimension == "knowledge"
    assert "继续保持" in strength(chosen, texts_of("zh"))


def test_a_strength_that_may_be_chance_is_said_to_be_so() -> None:
    chosen = best([row("tone", 95, 85, 40), row("closing", 80, 88, 40)])
    assert chosen is not None and chosen.dimension == "tone"
    assert "not clearly different" in strength(chosen, texts_of("en"))


def test_a_gap_lies_below_the_team_or_is_not_named() -> None:
    rows = [row("tone", 95, 85, 2), row("closing", 80, 88, 40), row("empathy", 84, 88, 2)]
    chosen = worst(rows)
    assert chosen is not None and chosen.dimension == "empathy", "a real gap comes before a larger one by chance"
    assert worst([row("tone", 95, 85, 2), row("closing", 90, 88, 2)]) is None
    assert worst([row("tone", 50, 88, 2, n=2)]) is None, "too few samples are not judged"
