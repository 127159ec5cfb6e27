"""Versions of the scorecard: weights and pass marks of the seven dimensions, and which version is in force on a day.

Taken over from the published build; where that has none, from the shipped default. A version is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lingting.clock import local_day, now
from lingting.rights import Viewer
from lingting.store.database import Store
from lingting.store.models import Scorecard
from lingting.work.published import asked
from lingting.work.refused import Refused, must
from lingting.work.scoring import DIMENSIONS, Weight

# The seven dimensions of 《呼叫中心质量监控细则》二(一); their weights are ours until the centre sets its own.
DEFAULT = {
    "greeting": Weight(10, 80, True),
    "listening": Weight(15, 80, True),
    "tone": Weight(15, 80, True),
    "empathy": Weight(10, 80, True),
    "knowledge": Weight(20, 80, False),
    "resolution": Weight(20, 80, False),
    "closing": Weight(10, 80, True),
}
DEFAULT_VERSION = "default"
LONGEST_AHEAD = timedelta(days=180)  # as the contract of the source scorecards allows


@dataclass(frozen=True)
class ScorecardVersion:
    """One version: valid from a local day until the next version begins."""

    version: str
    valid_from: date
    weights: Mapping[str, Weight]


def versions(store: Store, viewer: Viewer) -> list[ScorecardVersion]:
    """Every version, oldest first; those of the published build are taken over first."""
    _take_over(store, viewer)
    with store() as session:
        return _all(session)


def in_force(store: Store, viewer: Viewer, day: date) -> ScorecardVersion:
    """The version of a local day; before the first one began, the first one."""
    known = versions(store, viewer)
    begun = [one for one in known if one.valid_from <= day]
    return begun[-1] if begun else known[0]


def named(store: Store, viewer: Viewer, version: str) -> ScorecardVersion:
    return next(one for one in versions(store, viewer) if one.version == version)


def add_version(store: Store, viewer: Viewer, version: str, valid_from: date, weights: Mapping[str, Weight]) -> None:
    """A new version, from a day that is not yet over: what was scored keeps the version it was scored with."""
    must(viewer, "scorecard")
    version = version.strip()
    today = local_day(now())
    if not 1 <= len(version) <= 100:
        raise Refused("scorecard_name", "a version of the scorecard needs a name of 1 to 100 characters")
    if not today < valid_from <= today + LONGEST_AHEAD:
        raise Refused(
            "scorecard_day", f"a version begins tomorrow at the earliest, in {LONGEST_AHEAD.days} days at last"
        )
    if set(weights) != set(DIMENSIONS) or not all(_is_sound(weight) for weight in weights.values()):
        raise Refused("scorecard_points", "each dimension has a weight and a pass mark between 0 and 100")
    if abs(fsum(weight.weight_points for weight in weights.values()) - 100) > 1e-9:
        raise Refused("scorecard_sum", "the weights of a version sum to 100")
    known = versions(store, viewer)
    if any(one.version == version or one.valid_from == valid_from for one in known):
        raise Refused("scorecard_known", "there is a version of that name, or one that begins on that day")
    try:
        with store.begin() as session:
            _add(session, ScorecardVersion(version, valid_from, weights), viewer.person, is_own=True)
    except IntegrityError:
        raise Refused("scorecard_known", "somebody added a version of that name just now") from None


def _is_sound(weight: Weight) -> bool:
    return 0 <= weight.weight_points <= 100 and 0 <= weight.pass_points <= 100


def _take_over(store: Store, viewer: Viewer) -> None:
    """Copy versions that the published build has and the store has not; the default where neither has any."""
    published = _published(viewer)
    with store() as session:
        known = {one.version for one in _all(session)}
    missing = [one for one in published if one.version not in known]
    is_first = not published and not known
    if not missing and not is_first:
        return
    try:
        with store.begin() as session:
            for one in missing:
                _add(session, one, "-", is_own=False)
            if is_first:
                _add(session, ScorecardVersion(DEFAULT_VERSION, local_day(now()), DEFAULT), "-", is_own=True)
    except IntegrityError:
        pass  # somebody else took them over at the same moment


def _published(viewer: Viewer) -> list[ScorecardVersion]:
    rows = asked(
        viewer,
        "select scorecard_version, valid_from, dimension, weight_points, pass_points, is_behaviour from dim_scorecard",
    )
    found: dict[str, ScorecardVersion] = {}
    for version, valid_from, dimension, *weight in rows:
        one = found.setdefault(version, ScorecardVersion(version, valid_from, {}))
        found[version] = ScorecardVersion(version, valid_from, {**one.weights, dimension: Weight(*weight)})
    return [one for one in found.values() if set(one.weights) == set(DIMENSIONS)]


def _all(session: Session) -> list[ScorecardVersion]:
    found: dict[str, ScorecardVersion] = {}
    order = (Scorecard.valid_from_date, Scorecard.scorecard_version, Scorecard.dimension)
    for row in session.scalars(select(Scorecard).order_by(*order)):
        weight = Weight(row.weight_points, row.pass_points, row.is_behaviour)
        before = found[row.scorecard_version].weights if row.scorecard_version in found else {}
        found[row.scorecard_version] = ScorecardVersion(
            row.scorecard_version, row.valid_from_date, {**before, row.dimension: weight}
        )
    return list(found.values())


def _add(session: Session, one: ScorecardVersion, by_id: str, is_own: bool) -> None:
    made_at = now()
    for dimension, weight in one.weights.items():
        session.add(
            Scorecard(
                scorecard_version=one.version,
                dimension=dimension,
                weight_points=weight.weight_points,
                pass_points=weight.pass_points,
                is_behaviour=weight.is_behaviour,
                valid_from_date=one.valid_from,
                is_own=is_own,
                made_by_id=by_id,
                made_at=made_at,
            )
        )
