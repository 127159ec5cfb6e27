"""One call: its sound, its words, what the rules found and at which second. Opens by ``?call=<id>``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards.components import address, call_around, call_html, call_scores, player
from dashboards.components.jump import to_second
from dashboards.components.numbers import moment
from dashboards.components.page import Page, card, empty, section, title
from dashboards.data import queries
from dashboards.data.rows import Call, Finding, Rule


def render(page: Page) -> None:
    texts = page.texts
    call_id = (st.query_params.get("call") or "").strip()
    if not call_id:
        title(texts("nav.call"))
        _ask_for_one(page)
        return
    call = queries.call(page.viewer, call_id)
    if call is None:
        title(texts("nav.call"))
        empty(texts("call.not_found"), texts("call.not_found_advice"))
        _ask_for_one(page)
        return
    title(texts("nav.call"), f"{moment(call.answered_at)} · {call.agent_name or call.agent_id} · {call.call_id}")
    _body(page, call)


def _ask_for_one(page: Page) -> None:
    texts = page.texts
    with card("ask"), st.form("open_call", border=False):
        wanted = st.text_input(texts("call.id"), help=texts("call.id_help"), max_chars=200)
        if st.form_submit_button(texts("call.open"), type="primary") and wanted.strip():
            address.write({"call": wanted.strip(), "at": None})
            st.rerun()


def _body(page: Page, call: Call) -> None:
    viewer, texts = page.viewer, page.texts
    rules = {rule.rule_id: rule for rule in queries.rules(viewer)}
    findings = queries.findings(viewer, call.call_id)
    turns = queries.turns(viewer, call.call_id)
    why_none = player.why_no_sound(page, call)
    playable = not why_none
    queue = next((q.name(page.language) for q in queries.queues(viewer) if q.item_id == call.queue_id), call.queue_id)
    team = next(
        (t.name(page.language) for t in queries.teams(viewer) if t.item_id == call.team_id), call.team_id or "—"
    )
    call_around.steps(page, call)
    player.draw(page, call, why_none, turns, findings)
    with card("call_facts"):
        st.html(call_html.facts(page, call, queue, team))
    found, words = st.columns([2, 3], gap="medium")  # on a narrow screen the first one stands above
    with found:
        _findings(page, call, findings, rules, playable)
        call_around.draw(page, call, playable)
        _speech(page, call)
    with words:
        with card("transcript"):
            section(texts("call.transcript"), _source(page, call))
            if turns:
                st.html(call_html.transcript(turns, findings, rules, texts, playable))
            else:
                empty(texts("call.no_words"), call_html.why_no_words(call, texts))
        _scores(page, call, findings, rules, playable)


def _source(page: Page, call: Call) -> str:
    """Where the words come from: a machine's hearing must not pass for what was said."""
    texts = page.texts
    parts = [texts("call.masked_note")]
    if call.media_kind == "text":
        parts.append(texts("call.from_text"))
    elif call.engine:
        parts.append(texts("call.from_engine", engine=call.engine))
    if call.speaker_source in ("cluster", "none"):
        parts.append(texts(f"call.speakers_{call.speaker_source}"))
    return " · ".join(parts)


def _findings(page: Page, call: Call, findings: Sequence[Finding], rules: Mapping[str, Rule], playable: bool) -> None:
    texts = page.texts
    with card("findings"):
        hits = [item for item in findings if item.outcome == "hit"]
        missed = [item for item in findings if item.outcome == "miss" and item.rule_kind == "must_say"]
        missed.sort(key=lambda item: not item.is_mandatory)
        mandatory = sum(item.is_mandatory for item in missed)
        section(texts("call.findings"), texts("call.findings_count", hits=len(hits), missed=mandatory))
        if not findings:
            empty(texts("call.no_findings"), texts("call.no_findings_advice"))
        shown = [*missed, *hits]
        if shown:
            st.html("".join(_finding(page, call, item, rules, playable) for item in shown))


def _finding(page: Page, call: Call, item: Finding, rules: Mapping[str, Rule], playable: bool) -> str:
    """The finding with a jump to its second; what went wrong can be made an issue."""
    jump = to_second(item.at_seconds, page.texts, playable) if item.at_seconds is not None else ""
    is_wrong = item.outcome == "miss" or item.rule_kind in ("risk", "forbidden")
    issue = ""
    if is_wrong and call_around.may_go(page, "issues", "open_issue"):
        words = page.texts("around.issue_of_rule")
        issue = call_around.lead(page, "issues", words, new="1", call=call.call_id, rule=item.rule_id)
    return f'<div class="lt-row-jump">{jump}<div>{call_html.finding(item, rules, page.texts)}{issue}</div></div>'


def _scores(page: Page, call: Call, findings: Sequence[Finding], rules: Mapping[str, Rule], playable: bool) -> None:
    scores, appeals = queries.scores(page.viewer, call.call_id), queries.score_appeals(page.viewer, call.call_id)
    call_scores.draw(page, scores, appeals, call_scores.Evidence(findings, rules), playable)


def _speech(page: Page, call: Call) -> None:
    html = call_html.speech(call, page.texts)
    if html:
        with card("speech"):
            section(page.texts("call.speech"))
            st.html(html)
