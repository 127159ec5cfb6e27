"""The player of a call: the sound, the lanes of who spoke when, and what jumps to a second.

Whatever has `data-at` jumps there in the browser, without asking the server: a lane, a turn, a finding. The address
keeps the second, so that it can be sent to a colleague. The sound itself comes from playback.py.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

import streamlit as st

from dashboards import playback, session
from dashboards.components import lanes
from dashboards.components.html import escaped
from dashboards.components.numbers import clock
from dashboards.components.page import Page, card, section
from dashboards.data import queries
from dashboards.data.rows import Call, Finding, Turn
from lingting.errors import LingtingError
from lingting.vault import Deleted, VaultMedia

LOG = logging.getLogger(__name__)

# Space plays and pauses, as in every player, unless the person types or a button has the focus.
_SCRIPT = """<script>
if (!window.lingtingJumps) {
  window.lingtingJumps = true;
  const sound = () => document.querySelector('audio');
  const jump = (event, mark) => {
    const audio = sound();
    if (!audio) return;
    event.preventDefault();
    audio.currentTime = Number(mark.dataset.at);
    audio.play().catch(() => {});
    const address = new URL(location.href);
    address.searchParams.set('at', Math.floor(Number(mark.dataset.at)));
    history.replaceState(history.state, '', address);
  };
  document.addEventListener('click', event => {
    const mark = event.target.closest('[data-at]');
    if (mark) jump(event, mark);
  });
  document.addEventListener('keydown', event => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    const mark = event.target.closest('[data-at]');
    if (mark) { jump(event, mark); return; }
    const audio = sound();
    const busy = 'input, textarea, select, button, summary, a, audio, [role=button], [contenteditable=true]';
    if (event.key === ' ' && audio && !event.target.closest(busy)) {
      event.preventDefault();
      if (audio.paused) audio.play().catch(() => {}); else audio.pause();
    }
  });
}
</script>"""


def draw(page: Page, call: Call, why_none: str, turns: Sequence[Turn], findings: Sequence[Finding]) -> None:
    """The card with the sound and the lanes; ``why_none`` as ``why_no_sound`` gives it."""
    texts = page.texts
    with card("player"):
        section(texts("call.sound"), clock(call.duration_seconds))
        sound(page, call, why_none)
        drawn = lanes.html(turns, findings, call.duration_seconds, texts, not why_none)
        if drawn:
            st.html(drawn)
            note = escaped(texts("player.note_silent" if why_none else "player.note"))
            st.html(f'<div class="lt-note">{note}</div>')


def why_no_sound(page: Page, call: Call) -> str:
    """Empty where there is a sound to play; else the sentence that says why there is none."""
    texts = page.texts
    if not page.viewer.may("play"):
        return texts("player.not_yours")
    found = queries.recording(page.viewer, call.call_id)
    if found is None:
        return texts("call.text_only" if call.media_kind == "text" else "call.no_sound")
    try:
        if isinstance(found, VaultMedia):
            found.read_bytes()  # the vault finds a damaged object only by reading all of it
        return ""
    except Deleted as deleted:
        return texts("call.sound_deleted", day=deleted.day, certificate=deleted.certificate_id)
    except LingtingError as error:
        LOG.warning("%s", error)
        return texts("call.sound_refused")


def sound(page: Page, call: Call, why_none: str) -> None:
    """The player itself, or the reason why there is none."""
    if why_none:
        st.html(f'<div class="lt-note">{escaped(why_none)}</div>')
    elif session.is_kept():
        st.audio(_address(call), start_time=_start(call), autoplay="at" in st.query_params)
        st.html(_SCRIPT, unsafe_allow_javascript=True)
    else:
        _wait(page)


def _address(call: Call) -> str:
    """The whole address: Streamlit takes anything else for a file."""
    here = urlsplit(st.context.url or f"http://{st.context.headers.get('host', 'localhost')}")
    return f"{here.scheme}://{here.netloc}{playback.address_of(call.call_id)}"


def _start(call: Call) -> int:
    """The second that the address asks for."""
    wanted = st.query_params.get("at", "")
    limit = int(call.duration_seconds or 0)
    return min(int(wanted[:9]), max(limit - 1, 0)) if wanted.isdecimal() else 0


@st.fragment(run_every=0.5)
def _wait(page: Page) -> None:
    """Right after signing in the browser has no cookie yet, and the recording would be refused."""
    if session.is_kept():
        st.rerun()
    st.html(f'<div class="lt-note">{escaped(page.texts("player.wait"))}</div>')
