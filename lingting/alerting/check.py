"""A check: judge what is new, keep it, and put what is to be told into the outbox; all in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lingting.alerting.engine import Window, episodes, verdict
from lingting.alerting.keeping import STANDING, Found, clear, follow, raise_alert
from lingting.alerting.live import follow_calls
from lingting.alerting.operations import Observation, data_days, observations
from lingting.alerting.outbox import enqueue
from lingting.alerting.rules import AlertRule, rules
from lingting.alerting.windows import windows
from lingting.clock import local_day, now
from lingting.settings import settings
from lingting.store.database import Store
from lingting.store.models import Alert, AlertMark
from lingting.warehouse import published_connection

_BEGAN, _JUDGED = "first_day", "last_day"
Judged = list[tuple[AlertRule, dict[str, list[Window]]]]


@dataclass(frozen=True)
class Checked:
    """What a check did: alerts raised and cleared, how many stand now, messages put into the outbox."""

    n_raised: int
    n_cleared: int
    n_standing: int
    n_queued: int


def check(store: Store, at: datetime | None = None) -> Checked:
    """Judge everything: KPIs of the published build, the machinery, calls that go on."""
    moment = at or now()
    known = rules()
    seen = observations(store, moment)
    days = data_days()
    return _kept(store, known, moment, seen, days)


def check_live(store: Store, at: datetime | None = None) -> Checked:
    """Only the calls that go on: cheap enough for every few seconds."""
    return _kept(store, rules(), at or now(), {}, None)


def _kept(
    store: Store,
    known: dict[str, AlertRule],
    at: datetime,
    seen: dict[str, Observation | None],
    days: tuple[date, date] | None,
) -> Checked:
    """A second check at the same moment has raised the same: then this one looks again, and finds nothing new."""
    for is_last in (False, True):
        try:
            with store.begin() as session:
                return _run(session, known, at, seen, days)
        except IntegrityError:
            if is_last:
                raise
    raise AssertionError("not reached")


def _run(
    session: Session,
    known: dict[str, AlertRule],
    at: datetime,
    seen: dict[str, Observation | None],
    days: tuple[date, date] | None,
) -> Checked:
    found = [follow_calls(session, known, at)]
    if days is not None:
        found.append(_kpis(session, known, at, days[1]))
    found += [_observed(session, known[rule_id], one, at) for rule_id, one in seen.items() if rule_id in known and one]
    raised = [alert for part in found for alert in part.raised]
    cleared = [alert for part in found for alert in part.cleared]
    n_queued = enqueue(session, raised, cleared, at)
    standing = session.scalar(select(func.count()).select_from(Alert).where(Alert.state.in_(STANDING)))
    return Checked(len(raised), len(cleared), standing or 0, n_queued)


def _kpis(session: Session, known: dict[str, AlertRule], at: datetime, last: date) -> Found:
    since = _since(session, last)
    whole = Found()
    cursor, _ = published_connection()
    with cursor:
        for rule in known.values():
            if rule.kind != "kpi":
                continue
            own = windows(cursor, rule, min(since, _oldest(session, rule, since)), last)
            for member, found in own.items():
                made = episodes(rule, found, _settled(session, rule, member))
                part = follow(session, rule, member, found, made, at)
                whole.raised += part.raised
                whole.cleared += part.cleared
    session.merge(AlertMark(name=_JUDGED, mark=last.isoformat()))
    return whole


def _since(session: Session, last: date) -> date:
    """The first day to judge. Days before the very first check are history: nobody wants them told today."""
    began, judged = session.get(AlertMark, _BEGAN), session.get(AlertMark, _JUDGED)
    if began is None:
        session.add(AlertMark(name=_BEGAN, mark=last.isoformat()))
        return last
    newest = min(last, date.fromisoformat(judged.mark) if judged else last)
    return max(date.fromisoformat(began.mark), newest - timedelta(days=settings().alerting.look_back_days))


def _oldest(session: Session, rule: AlertRule, since: date) -> date:
    """The day of the oldest alert of the rule that stands: its windows are followed from there."""
    wanted = select(func.min(Alert.window_start_at)).where(Alert.rule_id == rule.rule_id, Alert.state.in_(STANDING))
    found = session.scalar(wanted)
    return local_day(found) if found else since


def _settled(session: Session, rule: AlertRule, member: str) -> list[datetime]:
    wanted = select(Alert.ended_at).where(
        Alert.rule_id == rule.rule_id, Alert.scope_id == member, Alert.state == "resolved"
    )
    return [at for at in session.scalars(wanted) if at is not None]


def _observed(session: Session, rule: AlertRule, seen: Observation, at: datetime) -> Found:
    """One thing of the machinery: there is no past to look at, only whether an alert stands."""
    window = Window(at, at, seen.value, None)
    said = verdict(rule, window)
    standing = session.scalars(
        select(Alert).where(Alert.rule_id == rule.rule_id, Alert.state.in_(STANDING))
    ).one_or_none()
    if standing is not None:
        standing.last_window_end_at, standing.last_value, standing.detail = at, seen.value, seen.detail
        if said == "calm":
            clear(session, standing, at)
            return Found(cleared=[standing])
        return Found()
    raised = raise_alert(session, rule, rule.scope, window, at, detail=seen.detail) if said == "breach" else None
    return Found(raised=[raised] if raised else [])
