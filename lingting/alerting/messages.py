"""The words of a message: what, where, value with n and limit, since when, the link. No customer, no spoken word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from lingting.alerting.rules import SEVERITIES, AlertRule, is_nothing
from lingting.clock import local
from lingting.documents import parse_yaml
from lingting.settings import settings
from lingting.store.models import Alert

LISTED = 20  # alerts in one message; more are counted


@dataclass(frozen=True)
class Told:
    """One alert of a message and why it is told: raised, reminder or cleared."""

    alert: Alert
    kind: str
    round_no: int = 0


@dataclass(frozen=True)
class Names:
    """Rules by id, and the names of queues and teams by (scope, id), in the language of the message."""

    rules: Mapping[str, AlertRule]
    members: Mapping[tuple[str, str], str]


def message(told: Sequence[Told], message_id: str, language: str, names: Names) -> tuple[str, str]:
    """Title and text of one message about one or more alerts."""
    words = _words(language)
    worst = min((one.alert.severity for one in told), key=SEVERITIES.index)
    if len(told) == 1:
        title = _title(told[0], words, language, names)
        lines = _facts(told[0], words, language)
    else:
        title = words["group"].format(n=len(told), severity=words["severity"][worst])
        lines = []
        for one in sorted(told, key=lambda one: SEVERITIES.index(one.alert.severity))[:LISTED]:
            between = "，" if language == "zh" else ", "
            lines += [_title(one, words, language, names), "  " + between.join(_facts(one, words, language))]
    link = _link(told[0].alert if len(told) == 1 else None, language)
    tail = [words["link"].format(link=link)] if link else []
    return title, "\n".join([*lines, *tail, words["id"].format(id=message_id)])


def test_message(channel: str, message_id: str, language: str) -> tuple[str, str]:
    words = _words(language)
    return words["test"].format(channel=channel), words["id"].format(id=message_id)


def amount(value: float | None, unit: str, language: str) -> str:
    """A value in its unit, as in the cockpit."""
    if value is None:
        return "—"
    if unit == "ratio":
        return f"{value * 100:.1f}%"
    if unit in ("hours", "seconds"):
        return f"{value:.0f} {_words(language)[unit]}"
    return f"{value:,.0f}" if unit == "count" else f"{value:.1f}"


def _title(one: Told, words: dict[str, Any], language: str, names: Names) -> str:
    alert = one.alert
    rule = names.rules.get(alert.rule_id)
    where = words["scope"][alert.scope].format(name=names.members.get((alert.scope, alert.scope_id), alert.scope_id))
    return str(
        words["title"][one.kind].format(
            severity=words["severity"][alert.severity],
            label=rule.label(language) if rule else alert.subject,
            where=where,
            round=one.round_no,
        )
    )


def _facts(one: Told, words: dict[str, Any], language: str) -> list[str]:
    alert = one.alert
    if alert.kind == "live":
        lines = [words["call"].format(second=alert.detail, n=alert.last_n)]
    else:
        value = alert.value if one.kind == "raised" else alert.last_value
        n = alert.n if one.kind == "raised" else alert.last_n
        side = words["above" if alert.is_above else "below"]
        is_none = is_nothing(alert.unit, alert.is_above, alert.threshold)
        limit = words["none"] if is_none else amount(alert.threshold, alert.unit, language)
        lines = [words["value"].format(value=amount(value, alert.unit, language), side=side, threshold=limit)]
        if n is not None:
            lines.append(words["n"].format(n=f"{n:,}"))
    if alert.kind == "kpi":
        lines.append(words["window"].format(start=_moment(alert.window_start_at), end=_moment(alert.window_end_at)))
    lines.append(words["since"].format(at=_moment(alert.raised_at)))
    if alert.ended_at is not None:
        lines.append(words["over"].format(at=_moment(alert.ended_at)))
    elif one.kind == "reminder":
        lines.append(words["unacknowledged"])
    return lines


def _link(alert: Alert | None, language: str) -> str | None:
    base = settings().cockpit.public_url
    if not base:
        return None
    query = f"?alert={quote(alert.alert_id)}" if alert else ""
    if language == "en":
        query += "&lang=en" if query else "?lang=en"
    return f"{base.rstrip('/')}/alerts{query}"


def _moment(at: datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}"


@cache
def _words(language: str) -> dict[str, Any]:
    found: dict[str, Any] = parse_yaml((files("lingting.alerting") / "words.yaml").read_text(encoding="utf-8"))
    own: dict[str, Any] = found[language]
    return own
