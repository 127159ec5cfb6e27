"""How the machinery is: each function measures one thing now. What can not be known now gives None: not judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from lingting.audit import all_entries, anchored, verify
from lingting.clock import day_start
from lingting.errors import LingtingError
from lingting.lake import atomic_json, read_json
from lingting.paths import home
from lingting.store.database import Store
from lingting.store.models import AlertDelivery
from lingting.warehouse import NoBuild, published_connection

_DOOR_DAYS = 7  # results of older partitions are history: nobody waits for them


@dataclass(frozen=True)
class Observation:
    """A value, and a few words of code that say where to look (never a sentence with data in it)."""

    value: float
    detail: str | None = None


def note_run(ended_at: datetime, exit_code: int) -> None:
    """Remember how the daily run ended: 0, or the exit code that people know."""
    atomic_json(home().last_run, {"ended_at": ended_at.isoformat(), "exit_code": exit_code})


def observations(store: Store, at: datetime) -> dict[str, Observation | None]:
    """Rule -> what was found now."""
    return {rule_id: measure(store, at) for rule_id, measure in _MEASURES.items()}


def _data_age(_store: Store, at: datetime) -> Observation | None:
    last = _asked("select max(data_to) from build_info")
    if last is None:
        return None
    ended = day_start(last + timedelta(days=1))
    return Observation((at - ended).total_seconds() / 3600, str(last))


def _run_failed(_store: Store, _at: datetime) -> Observation | None:
    found = read_json(home().last_run)
    if found is None:
        return None
    code = int(found["exit_code"])
    return Observation(float(code != 0), str(code) if code else None)


def _door_blocked(_store: Store, at: datetime) -> Observation | None:
    """Partitions of the last days that a door refused, by the results that lie in quality/doors."""
    folder = home().door_results
    if not folder.is_dir():
        return None
    since = at - timedelta(days=_DOOR_DAYS)
    shut = []
    for path in sorted(folder.glob("*/*/*.json")):
        if path.stat().st_mtime < since.replace(tzinfo=UTC).timestamp():
            continue
        result = (read_json(path) or {}).get("result", {})
        if any(finding["kind"] in ("bad_data", "error") for finding in result.get("findings", [])):
            shut.append(f"{result['suite']}/{result['partition']}")
    return Observation(len(shut), ", ".join(shut[:5]) or None)


def _audit_chain(_store: Store, _at: datetime) -> Observation | None:
    try:
        broken = [one.seq_no for one in verify(all_entries(), anchored())]
    except LingtingError:
        return Observation(1)
    return Observation(len(broken), str(broken[0]) if broken else None)


def _complaints(_store: Store, _at: datetime) -> Observation | None:
    found = _asked("select count(*) from mart_complaint_sla where is_open and late_seconds > 0")
    return None if found is None else Observation(found)


def _issues(_store: Store, _at: datetime) -> Observation | None:
    found = _asked("select count(*) from mart_issue_loop where not is_closed and overdue_days > 0")
    return None if found is None else Observation(found)


def _channel_down(store: Store, _at: datetime) -> Observation | None:
    """The most failures of one message among the channels that took nothing since."""
    failed = AlertDelivery.state.in_(("waiting", "given_up")) & AlertDelivery.last_error.is_not(None)
    counted = select(
        AlertDelivery.channel,
        func.max(case((failed, AlertDelivery.attempts), else_=0)),
        func.max(case((failed, AlertDelivery.next_try_at))),
        func.max(AlertDelivery.sent_at),
    ).group_by(AlertDelivery.channel)
    worst = Observation(0)
    with store() as session:
        for row in session.execute(counted.order_by(AlertDelivery.channel)).all():
            channel, attempts, tried_until, sent_at = tuple[str, int, datetime, datetime | None](row)
            if attempts > worst.value and (sent_at is None or sent_at < tried_until):
                worst = Observation(float(attempts), str(channel))
    return worst


_MEASURES: dict[str, Callable[[Store, datetime], Observation | None]] = {
    "data_age": _data_age,
    "run_failed": _run_failed,
    "door_blocked": _door_blocked,
    "audit_chain": _audit_chain,
    "complaint_overdue": _complaints,
    "issue_days_overdue": _issues,
    "channel_down": _channel_down,
}


def _asked(sql: str) -> Any:
    """The one value of a question to the published build; None before the first build."""
    try:
        cursor, _ = published_connection()
    except NoBuild:
        return None
    with cursor:
        return cursor.execute(sql).fetchall()[0][0]


def data_days() -> tuple[date, date] | None:
    """The first and the last local day of the published build."""
    try:
        cursor, _ = published_connection()
    except NoBuild:
        return None
    with cursor:
        first, last = cursor.execute("select min(data_from), max(data_to) from build_info").fetchall()[0]
    return None if last is None else (first, last)
