"""One call: its sound, its words, what the rules found and at which second. Opens by ``?call=<id>``."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from dashboards.components import address, call_html, call_scores
from dashboards.components.html import escaped
from dashboards.components.numbers import clock, moment
from dashboards.components.page import Page, card, empty, section, title
from dashboards.data import queries
from dashboards.data.rows import Call, Finding, Rule
from lingting.errors import LingtingError
from lingting.vault import Deleted, VaultMedia

LOG = logging.getLogger(__name__)


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
    sound, why_none = _sound(page, call, queries.recording(viewer, call.call_id))
    queue = next((q.name(page.language) for q in queries.queues(viewer) if q.item_id == call.queue_id), call.queue_id)
    team = next(
        (t.name(page.language) for t in queries.teams(viewer) if t.item_id == call.team_id), call.team_id or "—"
    )
    with card("call_facts"):
        st.html(call_html.facts(page, call, queue, team))
    found, words = st.columns([2, 3], gap="medium")  # on a narrow screen the first one stands above
    with found:
        _player(page, call, sound, why_none)
        _findings(page, findings, rules, sound is not None)
        _scores(page, call, findings, rules, sound is not None)
        _speech(page, call)
    with words, card("transcript"):
        section(texts("call.transcript"), _source(page, call))
        if turns:
            st.html(call_html.transcript(turns, findings, rules, texts))
        else:
            empty(texts("call.no_words"), _why_no_words(page, call))


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


def _why_no_words(page: Page, call: Call) -> str:
    if call.transcript_status is None:
        return page.texts("calls.no_recording")
    return page.texts.maybe(f"transcript.{call.transcript_status}", call.transcript_status)


def _start(call: Call) -> int:
    """The second that the address or a button asks for."""
    wanted = st.query_params.get("at", "")
    limit = int(call.duration_seconds or 0)
    return min(int(wanted), max(limit - 1, 0)) if wanted.isdecimal() else 0


def _sound(page: Page, call: Call, found: Path | VaultMedia | None) -> tuple[bytes | None, str]:
    """The sound itself, from the vault decrypted in memory; or None and the sentence that says why there is none."""
    texts = page.texts
    if found is None:
        return None, texts("call.text_only" if call.media_kind == "text" else "call.no_sound")
    try:
        return found.read_bytes(), ""
    except Deleted as deleted:
        return None, texts("call.sound_deleted", day=deleted.day, certificate=deleted.certificate_id)
    except LingtingError as error:
        LOG.warning("%s", error)
        return None, texts("call.sound_refused")


def _player(page: Page, call: Call, sound: bytes | None, why_none: str) -> None:
    texts = page.texts
    with card("player"):
        section(texts("call.sound"), clock(call.duration_seconds))
        if sound is not None:
            st.audio(sound, format="audio/ogg", start_time=_start(call), autoplay="at" in st.query_params)
        else:
            st.html(f'<div class="lt-note">{escaped(why_none)}</div>')


def _findings(page: Page, findings: Sequence[Finding], rules: Mapping[str, Rule], playable: bool) -> None:
    texts = page.texts
    with card("findings"):
        hits = [item for item in findings if item.outcome == "hit"]
        missed = [item for item in findings if item.outcome == "miss" and item.rule_kind == "must_say"]
        missed.sort(key=lambda item: not item.is_mandatory)
        mandatory = sum(item.is_mandatory for item in missed)
        section(texts("call.findings"), texts("call.findings_count", hits=len(hits), missed=mandatory))
        if not findings:
            empty(texts("call.no_findings"), texts("call.no_findings_advice"))
        for number, item in enumerate([*missed, *hits]):
            _finding(page, item, rules, number, playable)


def _finding(page: Page, item: Finding, rules: Mapping[str, Rule], number: int, playable: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"jump_{number}"):
        if item.at_seconds is not None:
            st.button(
                clock(item.at_seconds),
                icon=":material/play_arrow:",
                key=f"jump_to_{number}",
                disabled=not playable,
                help=page.texts("call.jump"),
                on_click=address.write,
                args=({"at": str(int(item.at_seconds))},),
            )
        st.html(call_html.finding(item, rules, page.texts), width="stretch")


def _scores(page: Page, call: Call, findings: Sequence[Finding], rules: Mapping[str, Rule], playable: bool) -> None:
    scores, appeals = queries.scores(page.viewer, call.call_id), queries.score_appeals(page.viewer, call.call_id)
    call_scores.draw(page, scores, appeals, call_scores.Evidence(findings, rules), playable)


def _speech(page: Page, call: Call) -> None:
    html = call_html.speech(call, page.texts)
    if html:
        with card("speech"):
            section(page.texts("call.speech"))
            st.html(html)
