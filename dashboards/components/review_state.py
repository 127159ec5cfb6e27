"""What stands in a scoring form, from the first click to handing it in: kept in the tab, and as a draft in the store.

Knows no Streamlit: the widgets are in review_form.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from lingting.clock import now
from lingting.rights import Viewer
from lingting.store import open_store
from lingting.work import Refused
from lingting.work.drafts import Draft, Kind, draft_of, drop_draft, save_draft
from lingting.work.reviews import submit
from lingting.work.scoring import DIMENSIONS, Item, Items


@dataclass
class FormState:
    """``active``: the dimension that a click on a turn gives its evidence to. ``drawn`` counts what the page itself has
    put into fields, so that their widgets are made anew. ``is_kept``: saved as a draft (a correction is not)."""

    call_id: str
    kind: Kind = "first"
    about_review_id: str | None = None
    form_key: str = field(default_factory=lambda: str(uuid4()))
    items: dict[str, Item] = field(default_factory=lambda: {name: Item() for name in DIMENSIONS})
    method: str = "recording"
    version: int = 0
    saved_at: datetime | None = None
    active: str = DIMENSIONS[0]
    drawn: int = 0
    is_kept: bool = True
    refused: str | None = None

    def change(self, viewer: Viewer, name: str, **values: object) -> None:
        """Set parts of a dimension; one that lost points is the one that evidence is looked for."""
        self.items[name] = replace(self.items[name], **values)  # type: ignore[arg-type]
        if self.items[name].is_deducted:
            self.active = name
        self.save(viewer)

    def take_evidence(self, viewer: Viewer, words: str, second: float) -> None:
        """Words and second of a turn or a finding, for the active dimension."""
        if self.items[self.active].is_applicable:
            self.drawn += 1
            self.change(viewer, self.active, evidence_text=words, evidence_at_seconds=round(second, 1))

    def save(self, viewer: Viewer) -> None:
        """Keep the draft; a refusal is remembered for the page to tell, and what was typed stays."""
        if not self.is_kept:
            return
        self.refused = None
        try:
            self.version = save_draft(open_store(), viewer, self.draft())
            self.saved_at = now()
        except Refused as refused:
            self.refused = refused.code

    def draft(self) -> Draft:
        return Draft(
            self.form_key, self.call_id, self.kind, self.items, self.method, self.about_review_id, self.version
        )

    def hand_in(self, viewer: Viewer) -> str:
        return submit(open_store(), viewer, self.draft())

    def throw_away(self, viewer: Viewer) -> None:
        drop_draft(open_store(), viewer, self.form_key)

    def missing(self, has_places: bool) -> list[str]:
        """Dimensions with a deduction whose evidence is not complete."""
        return [
            name
            for name, item in self.items.items()
            if item.is_deducted
            and (not (item.evidence_text or "").strip() or (has_places and item.evidence_at_seconds is None))
        ]


def opened(viewer: Viewer, call_id: str, kind: Kind, about_review_id: str | None) -> FormState:
    """The form of a call: the person's draft where there is one, else a fresh one."""
    draft = draft_of(open_store(), viewer, call_id, kind)
    if draft is None or draft.about_review_id != about_review_id:
        return FormState(call_id, kind, about_review_id)
    state = FormState(call_id, kind, about_review_id, form_key=draft.form_key)
    state.items |= draft.items
    state.method, state.version, state.saved_at = draft.method, draft.version, draft.saved_at
    return state


def correction(call_id: str, items: Items) -> FormState:
    """The form of an appeal: what was scored, to be corrected."""
    state = FormState(call_id, is_kept=False)
    state.items |= items
    return state
