"""Alerts for the pages: which there are for a person, and the names of what they are about."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dashboards.data import queries
from lingting.alerting.feed import AlertView, feed
from lingting.alerting.feed import one as feed_one
from lingting.alerting.keeping import STANDING
from lingting.alerting.rules import SEVERITIES
from lingting.clock import now
from lingting.rights import Viewer
from lingting.store import open_store

OVER = ("cleared", "resolved")


def standing(viewer: Viewer) -> list[AlertView]:
    return found(viewer, STANDING)


def found(viewer: Viewer, states: Collection[str], severities: Collection[str] = SEVERITIES) -> list[AlertView]:
    """The viewer's alerts in these states; what stands and is new comes first."""
    return feed(open_store(), viewer, now(), states, severities)


def one(viewer: Viewer, alert_id: str) -> list[AlertView]:
    """The alert of a link; empty for one that does not exist and for one of somebody else."""
    alert = feed_one(open_store(), viewer, alert_id, now())
    return [alert] if alert else []


def names(viewer: Viewer, alerts: Sequence[AlertView], language: str) -> dict[tuple[str, str], str]:
    """(scope, id) -> name of the queues and teams that the alerts are about."""
    known = {("queue", queue.item_id): queue.name(language) for queue in queries.queues(viewer)}
    if any(alert.scope == "team" for alert in alerts):
        known |= {("team", team.item_id): team.name(language) for team in queries.teams(viewer)}
    return known
