"""The register of meetings, drills, audits and reviews: what was done, with what proof, and what is due next.

An entry is never changed; a later one of its kind and scope follows it (《呼叫中心质量监控细则》六).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from lingting.clock import local_day, now
from lingting.contracts import contract
from lingting.rights import Viewer
from lingting.store import Store
from lingting.store.models import LedgerEntry
from lingting.work.cases import Form, new_id
from lingting.work.refused import Refused, must
from lingting.work.transaction import writing
from lingting.work.words import address, needed, wording

LONGEST_AHEAD = timedelta(days=1100)
LONGEST_SCOPE = 100


def kinds() -> tuple[str, ...]:
    """The kinds of entries, as the contract of the source names them."""
    return contract("ledger").column("kind").values or ()


@dataclass(frozen=True)
class NewEntry:
    kind: str
    scope: str
    done_date: date
    result: str
    done_by: str | None = None
    next_due_date: date | None = None
    evidence_uri: str | None = None


def list_entries(store: Store, viewer: Viewer, kind: str | None = None) -> list[LedgerEntry]:
    """Entries of the store, newest first."""
    must(viewer, "ledger")
    wanted = select(LedgerEntry).order_by(LedgerEntry.done_date.desc(), LedgerEntry.recorded_at.desc())
    if kind is not None:
        wanted = wanted.where(LedgerEntry.kind == kind)
    with store() as session:
        return list(session.scalars(wanted))


def add_entry(store: Store, viewer: Viewer, new: NewEntry, form: Form, at: datetime | None = None) -> str:
    """Enter what was done; gives the id of the entry. The same form again gives the same entry."""
    must(viewer, "ledger")
    moment = at or now()
    _check(new, local_day(moment))
    entry = LedgerEntry(
        entry_id=new_id("LL", local_day(moment)),
        form_key=form.key,
        recorded_at=moment,
        recorded_by=viewer.person,
        kind=new.kind,
        scope=needed(new.scope, LONGEST_SCOPE),
        done_date=new.done_date,
        done_by=wording(new.done_by, 100) or viewer.person,
        next_due_date=new.next_due_date,
        evidence_uri=address(new.evidence_uri),
        result=needed(new.result),
    )
    with writing(store, form.key) as session:
        before = session.scalars(select(LedgerEntry).where(LedgerEntry.form_key == form.key)).one_or_none()
        if before is not None:
            return before.entry_id
        session.add(entry)
        return entry.entry_id


def _check(new: NewEntry, day: date) -> None:
    if new.kind not in kinds():
        raise Refused("wrong_choice", f"choose a kind: {', '.join(kinds())}")
    if new.done_date > day:
        raise Refused("bad_done_date", f"{new.done_date} lies ahead; the ledger holds what was done")
    if new.kind != "subject_request" and not (new.evidence_uri or "").strip():
        raise Refused("no_evidence", "an entry of the ledger names its evidence; without it the daily run refuses it")
    if new.next_due_date and not new.done_date <= new.next_due_date <= day + LONGEST_AHEAD:
        raise Refused("bad_due_date", f"the next date {new.next_due_date} must follow {new.done_date} within 3 years")
