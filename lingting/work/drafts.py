"""Scorings that are not finished: kept while somebody scores, resumed later, never overwritten by an older tab."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from lingting.clock import now
from lingting.rights import Viewer
from lingting.store.database import Store
from lingting.store.models import ReviewDraft
from lingting.work.published import call_facts
from lingting.work.refused import Refused, must
from lingting.work.scoring import DIMENSIONS, METHODS, Item, masked

Kind = Literal["first", "second"]
ACTION_OF: Mapping[str, str] = {"first": "review", "second": "second_review"}


@dataclass(frozen=True)
class Draft:
    """What stands in the form. ``version``: 0 before it was ever saved."""

    form_key: str
    call_id: str
    kind: Kind
    items: Mapping[str, Item]
    method: str = "recording"
    about_review_id: str | None = None
    version: int = 0
    saved_at: datetime | None = None


def save_draft(store: Store, viewer: Viewer, draft: Draft) -> int:
    """Keep the form; gives its new version. Refused when another tab has saved or handed it in since."""
    must(viewer, ACTION_OF[draft.kind])
    if draft.method not in METHODS or not set(draft.items) <= set(DIMENSIONS):
        raise Refused("items_missing", "the form is not one of a review")
    call = call_facts(viewer, draft.call_id)
    values: dict[str, Any] = {"method": draft.method, "items_json": _json(draft.items), "saved_at": now()}
    stale = Refused("review_stale", "the draft was saved or handed in elsewhere since; load it again")
    if draft.version == 0:
        row = ReviewDraft(
            form_key=draft.form_key,
            call_id=call.call_id,
            evaluator_id=viewer.person,
            review_kind=draft.kind,
            about_review_id=draft.about_review_id,
            version=1,
            **values,
        )
        try:
            with store.begin() as session:
                session.add(row)
        except IntegrityError:
            raise stale from None
        return 1
    with store.begin() as session:
        mine = (ReviewDraft.form_key == draft.form_key, ReviewDraft.evaluator_id == viewer.person)
        changed = session.execute(
            update(ReviewDraft)
            .where(*mine, ReviewDraft.version == draft.version)
            .values(version=draft.version + 1, **values)
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            raise stale
    return draft.version + 1


def draft_of(store: Store, viewer: Viewer, call_id: str, kind: Kind) -> Draft | None:
    """The person's own draft of a call."""
    return next((one for one in my_drafts(store, viewer) if (one.call_id, one.kind) == (call_id, kind)), None)


def my_drafts(store: Store, viewer: Viewer) -> list[Draft]:
    """The person's own drafts, newest first."""
    wanted = (
        select(ReviewDraft)
        .where(ReviewDraft.evaluator_id == viewer.person)
        .order_by(ReviewDraft.saved_at.desc(), ReviewDraft.form_key)
    )
    with store() as session:
        return [_draft(row) for row in session.scalars(wanted)]


def drop_draft(store: Store, viewer: Viewer, form_key: str) -> None:
    """Throw an own draft away."""
    with store.begin() as session:
        session.execute(
            delete(ReviewDraft).where(ReviewDraft.form_key == form_key, ReviewDraft.evaluator_id == viewer.person)
        )


def _json(items: Mapping[str, Item]) -> str:
    kept = {name: {**asdict(item), "evidence_text": masked(item.evidence_text)} for name, item in items.items()}
    return json.dumps(kept, ensure_ascii=False, allow_nan=False)


def _draft(row: ReviewDraft) -> Draft:
    items = {name: Item(**values) for name, values in json.loads(row.items_json).items()}
    kind: Kind = "second" if row.review_kind == "second" else "first"
    return Draft(row.form_key, row.call_id, kind, items, row.method, row.about_review_id, row.version, row.saved_at)
