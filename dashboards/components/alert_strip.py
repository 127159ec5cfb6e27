"""The strip of standing alerts that pages place on top. It refreshes itself and ends with the session."""

from __future__ import annotations

import streamlit as st

from dashboards import session
from dashboards.components import alert_html
from dashboards.components.html import escaped, link
from dashboards.components.page import Page
from dashboards.data import alerts
from dashboards.navigation import pages_for
from lingting.alerting.feed import AlertView

EVERY = "30s"
SHOWN = 3


def draw(page: Page) -> None:
    """Nothing for a role that has no alerts."""
    if "alerts" in pages_for(page.viewer.role):
        _strip(page)


@st.fragment(run_every=EVERY)
def _strip(page: Page) -> None:
    if not session.still_signed_in():
        st.rerun(scope="app")
    texts = page.texts
    standing = alerts.standing(page.viewer)
    with st.container(key="alert_strip"):
        if not standing:
            st.html(f'<div class="lt-note" role="status">✓ {escaped(texts("alerts.strip_none"))}</div>')
            return
        names = alerts.names(page.viewer, standing, page.language)
        language = page.texts.in_links
        lines = [
            f'<span class="lt-note">{alert_html.mark(alert.severity, texts)} {_line(page, alert, names)}</span>'
            for alert in standing[:SHOWN]
        ]
        more = link("alerts", texts("alerts.strip_all", n=len(standing)), lang=language)
        st.html(
            f'<div class="lt-tally" role="status">{alert_html.tally(standing, texts)}{" ".join([*lines, more])}</div>'
        )


def _line(page: Page, alert: AlertView, names: alert_html.Names) -> str:
    texts = page.texts
    value = "" if alert.kind == "live" else alert_html.value(alert.last_value, alert.unit, texts)
    words = f"{alert.label(page.language)} · {alert_html.where(alert, names, texts)} {value}".strip()
    return link("alerts", words, alert=alert.alert_id, lang=page.texts.in_links)
