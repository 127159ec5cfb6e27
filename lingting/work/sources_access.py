"""Rows of the contracts `accounts`, `grants`, `logins` and `access_events` out of the store and the access log.

The daily run writes them to landing/contract/<source>/store-<day>.jsonl. Days are local. The log shows each entry of a
day as it was; an account is shown as it stands now, without what happened after the day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from lingting.audit import Entry
from lingting.audit.log import entries_between, latest_of_each
from lingting.clock import bounds, local_day
from lingting.rights import may
from lingting.store import AccountView, list_accounts, open_store
from lingting.store.attestations import latest_attestations

LOG_ID = "lingting"
Row = dict[str, Any]

# What the log calls a thing, and what the contract calls it; any other name is passed on as "other".
OBJECT_KINDS = ("customer", "recording", "transcript", "report", "account")
# Rights whose use the log shows: (the action of the log, what it is done to), and whether the right is privileged.
RIGHTS: dict[str, tuple[str, str | None, bool]] = {
    "play": ("play", None, False),
    "export": ("export", None, True),
    "unmask": ("unmask", None, True),
    "accounts": ("change", "account", True),
}
_FACTORS = {"password": "password", "totp": "totp", "recovery": "totp", "sso": "sso"}


def accounts_of(day: date) -> list[Row]:
    """Every account that stood at the end of the day, and one for entries of the log that are nobody's."""
    start, end = bounds(day)
    last_login = latest_of_each("sign_in", end)
    attested = latest_attestations(open_store(), end)
    rows = []
    for account in _standing(end):
        disabled_at = account.disabled_at if account.disabled_at and account.disabled_at < end else None
        confirmed = attested.get(account.user_id)
        rows.append(
            {
                "account_id": account.user_id,
                "snapshot_date": day,
                "employee_id": account.employee_id or account.agent_id or account.name,
                "role": account.role.value,
                "is_shared": False,
                "is_enabled": disabled_at is None,
                "has_second_factor": account.has_second_factor or account.is_sso,
                "created_date": local_day(account.created_at),
                "last_login_at": last_login.get(account.user_id),
                "left_at": None,
                "disabled_at": disabled_at,
                "attested_date": local_day(confirmed.attested_at) if confirmed else None,
            }
        )
    known = {str(row["account_id"]) for row in rows}
    nobody = sorted({entry.user_id for entry in entries_between(start, end)} - known)
    return rows + [_of_nobody(user_id, day, start) for user_id in nobody]


def grants_of(day: date) -> list[Row]:
    """The rights of each enabled account whose use the log shows."""
    end = bounds(day)[1]
    used = {right: latest_of_each(action, end, kind) for right, (action, kind, _) in RIGHTS.items()}
    return [
        {
            "grant_id": f"{account.user_id}-{right}",
            "snapshot_date": day,
            "account_id": account.user_id,
            "right_code": right,
            "is_privileged": is_privileged,
            "granted_date": local_day(account.role_since or account.created_at),
            "last_used_at": used[right].get(account.user_id),
        }
        for account in _standing(end)
        if account.disabled_at is None or account.disabled_at >= end
        for right, (_, _, is_privileged) in RIGHTS.items()
        if may(account.role, right)
    ]


def logins_of(day: date) -> list[Row]:
    """Each sign-in and attempt of the day with an account that exists. Where it came from is not known."""
    return [
        {
            "login_id": f"{LOG_ID}-{entry.seq_no}",
            "account_id": entry.user_id,
            "happened_at": entry.happened_at,
            "is_successful": entry.outcome == "done",
            "factor": _FACTORS.get(entry.purpose or "", "password"),
            "network_zone": None,
        }
        for entry in entries_between(*bounds(day))
        if entry.action == "sign_in" and entry.user_id != "-"
    ]


def access_events_of(day: date) -> list[Row]:
    """Every entry of the day: leaving one out would break the chain for whoever checks it."""
    return [_event(entry) for entry in entries_between(*bounds(day))]


SOURCES: dict[str, Callable[[date], list[Row]]] = {
    "accounts": accounts_of,
    "grants": grants_of,
    "logins": logins_of,
    "access_events": access_events_of,
}


def _event(entry: Entry) -> Row:
    is_export = entry.action == "export"
    return {
        "access_event_id": f"{LOG_ID}-{entry.seq_no}",
        "log_id": LOG_ID,
        "seq_no": entry.seq_no,
        "account_id": entry.user_id,
        "action": entry.action,
        "object_kind": entry.object_kind if entry.object_kind in OBJECT_KINDS else "other",
        "customer_key": entry.customer_key,
        "n_rows": (entry.n_rows or 0) if is_export else entry.n_rows,
        "happened_at": entry.happened_at,
        "previous_hash": entry.previous_hash,
        "entry_hash": entry.entry_hash,
        "purpose": entry.purpose if is_export else None,
        "fields": entry.fields if is_export else None,
    }


def _of_nobody(user_id: str, day: date, start: datetime) -> Row:
    """Attempts with a name that nobody has, and commands of the shell: an account that can not be used."""
    empty: Mapping[str, None] = dict.fromkeys(("employee_id", "last_login_at", "left_at", "attested_date"))
    return {
        **empty,
        "account_id": user_id,
        "snapshot_date": day,
        "role": "system",
        "is_shared": True,
        "is_enabled": False,
        "has_second_factor": False,
        "created_date": day,
        "disabled_at": start,
    }


def _standing(end: datetime) -> Iterator[AccountView]:
    found: Iterable[AccountView] = list_accounts(open_store())
    return (account for account in found if account.created_at < end)
