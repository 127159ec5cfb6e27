"""The monthly confirmation that an account and its rights are needed: who said so, when, and of which rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from lingting.clock import now
from lingting.store.accounts import view
from lingting.store.database import Store
from lingting.store.models import Account, Attestation


@dataclass(frozen=True)
class AttestationView:
    """The latest confirmation of an account. ``scope``: role, agent and teams as they were confirmed."""

    user_id: str
    attested_at: datetime
    attested_name: str
    scope: str


def scope_of(account: Account) -> str:
    """Role, agent and teams in one line."""
    seen = view(account)
    return " ".join([seen.role.value, *([seen.agent_id] if seen.agent_id else []), *seen.team_ids])


def attest(store: Store, user_id: str, by_user_id: str, by_name: str, at: datetime | None = None) -> None:
    """Confirm an account as it stands."""
    with store.begin() as session:
        account = session.get_one(Account, user_id)
        session.add(
            Attestation(
                user_id=user_id,
                attested_at=at or now(),
                attested_by=by_user_id,
                attested_name=by_name,
                role=account.role,
                scope=scope_of(account),
            )
        )


def latest_attestations(store: Store, before: datetime | None = None) -> dict[str, AttestationView]:
    """The latest confirmation of each account, of those before a time when one is given."""
    newest = select(func.max(Attestation.attestation_no)).group_by(Attestation.user_id)
    if before is not None:
        newest = newest.where(Attestation.attested_at < before)
    with store() as session:
        rows = session.scalars(select(Attestation).where(Attestation.attestation_no.in_(newest)))
        return {
            row.user_id: AttestationView(row.user_id, row.attested_at, row.attested_name, row.scope) for row in rows
        }
