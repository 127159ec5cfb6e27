"""The scores of one call: by model and version, every point lost with its reason, its rule and a jump to its second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import streamlit as st

from dashboards.components import score_html
from dashboards.components.jump import to_second
from dashboards.components.page import Page, card, empty, section
from dashboards.data.rows import Finding, Reason, Rule, Score, ScoreAppeal

ORDER = ("fusion", "compliance", "business", "emotion")  # as they are read: the sum of it all, then its parts


class Evidence:
    """What stands behind a reason: the finding and the rule that it names, where they are still known."""

    def __init__(self, findings: Sequence[Finding], rules: Mapping[str, Rule]) -> None:
        self._findings = {(item.rule_id, item.rule_version, item.hit_no): item for item in findings}
        self.rules = rules

    def of(self, reason: Reason) -> Finding | None:
        return self._findings.get((reason.rule_id or "", reason.rule_version or "", reason.hit_no or 0))


def draw(
    page: Page, scores: Sequence[Score], appeals: Sequence[ScoreAppeal], evidence: Evidence, playable: bool
) -> None:
    """``playable``: there is a sound to jump into."""
    texts = page.texts
    with card("scores"):
        section(texts("scores.title"), texts("scores.note"))
        if not scores:
            empty(texts("scores.none"), texts("scores.none_advice"))
            return
        for model, own in groupby(sorted(scores, key=_order), key=lambda score: score.model):
            rows = list(own)
            now = [score for score in rows if score.is_in_force]
            earlier = [score for score in rows if not score.is_in_force]
            if now:
                _version(page, now, appeals, evidence, playable)
            if earlier:
                label = texts("scores.earlier", model=score_html.model_name(model, texts))
                with st.expander(label):
                    for _, version in groupby(earlier, key=lambda score: (score.model_version, score.transcript_key)):
                        _version(page, list(version), appeals, evidence, playable)


def _order(score: Score) -> tuple[int, str, bool, str, str, bool]:
    """By model, the version in force first, and its total before its items."""
    place = ORDER.index(score.model) if score.model in ORDER else len(ORDER)
    version = (score.model_version, score.transcript_key)
    return place, score.model, not score.is_in_force, *version, score.item != "total"


def _version(
    page: Page,
    scores: Sequence[Score],
    appeals: Sequence[ScoreAppeal],
    evidence: Evidence,
    playable: bool,
) -> None:
    """One version of one model: its total, what has full points in one line, and each other item with its reasons."""
    total = next((score for score in scores if score.item == "total"), None)
    full = [score for score in scores if score is not total and score.is_full]
    st.html(score_html.head(scores[0], total, full, page.texts))
    for score in scores:
        # The total's points are those of its items, weighed: told once, with the items. Its notes are its own.
        reasons = [one for one in score.reasons if not one.points] if score is total else score.reasons
        if score is not total and score not in full:
            st.html(score_html.item(score, page.texts))
        if score not in full:
            for reason in reasons:
                _reason(page, reason, evidence, playable)
        own = [appeal for appeal in appeals if appeal.score_id == score.score_id]
        if own:
            st.html(score_html.appeals(own, page.texts))


def _reason(page: Page, reason: Reason, evidence: Evidence, playable: bool) -> None:
    finding = evidence.of(reason)
    second = reason.at_seconds if reason.at_seconds is not None else finding.at_seconds if finding else None
    jump = to_second(second, page.texts, playable) if second is not None else ""
    st.html(f'<div class="lt-row-jump">{jump}{score_html.reason(reason, finding, evidence.rules, page.texts)}</div>')
