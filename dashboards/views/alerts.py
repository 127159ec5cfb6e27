"""The feed of alerts: what stands, why, and what was done about it; take note, resolve."""

from __future__ import annotations

import streamlit as st

from dashboards.components import address, alert_html
from dashboards.components.html import escaped
from dashboards.components.page import Page, card, empty, refusals, title
from dashboards.data import alerts
from lingting.alerting.actions import acknowledge, resolve
from lingting.alerting.feed import AlertView
from lingting.alerting.keeping import STANDING
from lingting.alerting.rules import SEVERITIES
from lingting.store import open_store

VIEWS = {"standing": STANDING, "over": alerts.OVER, "all": (*STANDING, *alerts.OVER)}
PAGE_SIZE = 20


def render(page: Page) -> None:
    texts = page.texts
    heading = st.container()
    shown = _chosen(page)
    n_new = sum(alert.state == "raised" for alert in shown)
    with heading:
        title(texts("nav.alerts"), texts("alerts.lead", n=len(shown), new=n_new))
    if not shown:
        empty(texts("alerts.empty"), texts("alerts.empty_advice"))
        return
    st.html(alert_html.tally(shown, texts))
    names = alerts.names(page.viewer, shown, page.language)
    for alert in _paged(page, shown):
        _card(page, alert, names)
    st.html(f'<div class="lt-note">{escaped(texts("alerts.how"))}</div>')


def _chosen(page: Page) -> list[AlertView]:
    """The alerts that the filters leave; a link to one alert shows this one alone."""
    texts, url = page.texts, address.read()
    wanted = url.get("alert")
    if wanted:
        st.button(texts("alerts.show_all"), icon=":material/arrow_back:", key="alerts_back", on_click=_forget_one)
        return alerts.one(page.viewer, wanted)
    which, how_bad = st.columns([1, 1.4], vertical_alignment="bottom")
    view: str = which.segmented_control(
        texts("alerts.view"),
        list(VIEWS),
        default=url["view"] if url.get("view") in VIEWS else "standing",
        required=True,
        format_func=lambda item: texts(f"alerts.view_{item}"),
        key=f"alerts_view_{page.language}",
        width="stretch",
    )
    given = [item for item in url.get("severity", "").split(".") if item in SEVERITIES]
    severities = how_bad.pills(
        texts("alerts.severity"),
        SEVERITIES,
        selection_mode="multi",
        default=given or list(SEVERITIES),
        format_func=lambda item: f"{alert_html.ICONS[item]} {texts(f'alerts.severity_{item}')}",
        key=f"alerts_severity_{page.language}",
    )
    chosen = [item for item in SEVERITIES if item in severities] or list(SEVERITIES)
    address.write(
        {
            "view": view if view != "standing" else None,
            "severity": ".".join(chosen) if len(chosen) < len(SEVERITIES) else None,
        }
    )
    return alerts.found(page.viewer, VIEWS[view], chosen)


def _forget_one() -> None:
    address.write({"alert": None})


def _paged(page: Page, shown: list[AlertView]) -> list[AlertView]:
    n_pages = (len(shown) + PAGE_SIZE - 1) // PAGE_SIZE
    if n_pages == 1:
        return shown
    number: int = st.selectbox(
        page.texts("alerts.page"),
        range(1, n_pages + 1),
        format_func=lambda item: page.texts("alerts.page_of", page=item, pages=n_pages),
        placeholder=page.texts("filter.choose"),
        label_visibility="collapsed",
        key=f"alerts_page_{n_pages}_{page.language}",
    )
    return shown[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]


def _card(page: Page, alert: AlertView, names: alert_html.Names) -> None:
    texts, key = page.texts, f"{alert.alert_id}_{page.language}"
    with card(f"alert_{alert.alert_id}"):
        st.html(alert_html.heading(alert, names, texts))
        st.html(alert_html.facts(alert, texts))
        st.html(alert_html.reason(alert, page.viewer, texts))
        with st.container(horizontal=True, key=f"alert_do_{key}"):
            if page.viewer.may("acknowledge_alert") and alert.state == "raised":
                _button(page, alert, "acknowledge")
            if page.viewer.may("acknowledge_alert") and alert.stands:
                _button(page, alert, "resolve")
            with st.popover(texts("alerts.history"), icon=":material/history:"):
                st.html(alert_html.history(alert.steps, alert.tellings, texts))


def _button(page: Page, alert: AlertView, what: str) -> None:
    icon = ":material/visibility:" if what == "acknowledge" else ":material/task_alt:"
    if st.button(page.texts(f"alerts.{what}"), icon=icon, key=f"alert_{what}_{alert.alert_id}_{page.language}"):
        st.dialog(page.texts(f"alerts.{what}"))(_form)(page, alert, what)


def _form(page: Page, alert: AlertView, what: str) -> None:
    """What the person writes; the version makes sure that nobody overwrites a colleague's step."""
    texts = page.texts
    do = acknowledge if what == "acknowledge" else resolve
    with st.form(f"alert_form_{what}_{alert.alert_id}", border=False, enter_to_submit=True):
        text = st.text_input(texts(f"alerts.{what}_text"), max_chars=500)
        if st.form_submit_button(texts(f"alerts.{what}_submit"), type="primary"):
            with refusals(texts):
                do(open_store(), page.viewer, alert.alert_id, text, alert.version)
                st.rerun()
