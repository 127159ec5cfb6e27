"""The list of accounts as HTML: what each is, and what is wrong with it. Decides nothing and asks nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.components.html import Cell, escaped, link, table, text_cell
from dashboards.components.numbers import moment
from dashboards.i18n import Texts
from lingting.store import AccountView, Role
from lingting.store.attestations import AttestationView


@dataclass(frozen=True)
class Shown:
    """An account with what an audit asks of it."""

    account: AccountView
    attested: AttestationView | None
    is_idle: bool
    is_orphan: bool
    is_due: bool

    @property
    def lacks_factor(self) -> bool:
        account = self.account
        return not (account.is_disabled or account.is_sso or account.has_second_factor)


# What the list can be narrowed to, in the order of the chips; the address holds the key.
NARROWED: dict[str, Callable[[Shown], bool]] = {
    "all": lambda _one: True,
    "due": lambda one: one.is_due,
    "idle": lambda one: one.is_idle,
    "orphan": lambda one: one.is_orphan,
    "no_factor": lambda one: one.lacks_factor,
    "disabled": lambda one: one.account.is_disabled,
}
_ICONS = {
    "idle": ("◷", "lt-watch"),
    "orphan": ("✕", "lt-fail"),
    "no_factor": ("!", "lt-watch"),
    "due": ("!", "lt-watch"),
}


def judged(
    accounts: Sequence[AccountView],
    attested: Mapping[str, AttestationView],
    is_orphan: Callable[[AccountView], bool],
    at: datetime,
    idle_days: int,
    attest_days: int,
) -> list[Shown]:
    """Disabled accounts are neither idle nor due."""
    found = []
    for account in accounts:
        latest = attested.get(account.user_id)
        idle_since = account.last_login_at or account.created_at
        due_since = latest.attested_at if latest else account.created_at
        is_usable = not account.is_disabled
        found.append(
            Shown(
                account,
                latest,
                is_usable and at - idle_since > timedelta(days=idle_days),
                is_orphan(account),
                is_usable and (latest is None or at - due_since > timedelta(days=attest_days)),
            )
        )
    return found


def html(texts: Texts, shown: Sequence[Shown], narrowed: str, at: datetime, teams: Mapping[str, str]) -> str:
    head = ("name", "state", "role", "scope", "factor", "last", "attested")
    rows = [
        [
            Cell(link("accounts", one.account.name, texts("accounts.open"), **_address(texts, one, narrowed))),
            Cell(_state(texts, one, at)),
            text_cell(texts(f"role.{one.account.role.value}")),
            text_cell(scope(texts, one.account, teams)),
            Cell(_factor(texts, one)),
            text_cell(moment(one.account.last_login_at) if one.account.last_login_at else texts("own.never")),
            Cell(_attested(texts, one)),
        ]
        for one in shown
    ]
    return table([text_cell(texts(f"accounts.{name}")) for name in head], rows)


def scope(texts: Texts, account: AccountView, teams: Mapping[str, str]) -> str:
    """The agent or the teams; else in words how far the role goes. ``teams``: their names by id."""
    shown = [account.agent_id or "", *(teams.get(one, one) for one in account.team_ids)]
    named = texts("scores.separator").join(filter(None, shown))
    far = "no_business" if account.role is Role.ADMINISTRATOR else "whole_centre"
    return named or texts(f"accounts.{far}")


def chip(icon: str, css: str, label: str) -> str:
    return f'<span class="lt-chip {css}"><b aria-hidden="true">{escaped(icon)}</b>{escaped(label)}</span>'


def _address(texts: Texts, one: Shown, narrowed: str) -> dict[str, str | None]:
    return {
        "who": one.account.user_id,
        "show": None if narrowed == "all" else narrowed,
        "lang": None if texts.language == "zh" else texts.language,
    }


def _state(texts: Texts, one: Shown, at: datetime) -> str:
    account = one.account
    if account.is_disabled:
        return chip("·", "lt-no_data", texts("accounts.is_disabled"))
    found = [name for name, holds in (("orphan", one.is_orphan), ("idle", one.is_idle)) if holds]
    parts = [chip(*_ICONS[name], texts(f"accounts.is_{name}")) for name in found]
    if account.locked_until and account.locked_until > at:
        parts.append(chip("!", "lt-watch", texts("accounts.is_locked")))
    return " ".join(parts) or chip("✓", "lt-pass", texts("accounts.is_active"))


def _factor(texts: Texts, one: Shown) -> str:
    if one.account.is_sso:
        return chip("✓", "lt-pass", texts("accounts.sso"))
    if one.account.has_second_factor:
        return chip("✓", "lt-pass", texts("accounts.enrolled"))
    return chip("!", "lt-watch", texts("accounts.not_enrolled"))


def _attested(texts: Texts, one: Shown) -> str:
    if one.attested is None:
        said = escaped(texts("own.never"))
    else:
        said = escaped(
            texts("accounts.attested_by", at=moment(one.attested.attested_at), who=one.attested.attested_name)
        )
    return f"{said} {chip(*_ICONS['due'], texts('accounts.is_due'))}" if one.is_due else said
