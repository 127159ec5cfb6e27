"""Access and accounts: anomalies with what became of each, unusual days that no rule caught, accounts to set right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from dashboards.components import address, control
from dashboards.components.control import block, listing, note, tag
from dashboards.components.html import Cell, text_cell
from dashboards.components.numbers import NO_VALUE, moment
from dashboards.components.page import Page
from dashboards.data import compliance
from dashboards.data.rows_compliance import PROBLEMS, AccountLine, Anomaly, UnusualDay

_SHOWN = 200
_SEVERE = ("orphan", "shared", "no_second_factor")
_ACCOUNT = ("account", "problem", "employee", "role", "last_login", "idle_days", "attested", "rights", "unused")
ALL = "all"


def access(page: Page) -> None:
    texts = page.texts
    anomalies = compliance.anomalies(page.viewer)
    with block("anomalies", texts("compliance.anomalies"), anomaly_sentence(page, anomalies)):
        names = ("state", "what", "account", "raised_at", "conclusion", "triaged_after", "closed_at", "number")
        waiting = [_anomaly_row(page, one) for one in anomalies if one.closed_at is None]
        closed = [_anomaly_row(page, one) for one in anomalies if one.closed_at is not None]
        if waiting:
            listing(page, names, waiting)
        if closed:
            with st.expander(texts("compliance.anomalies_past", n=len(closed)), key="closed_anomalies"):
                listing(page, names, closed[:_SHOWN])
                if len(closed) > _SHOWN:
                    note(texts("control.more", n=len(closed) - _SHOWN))
    unusual = compliance.unusual_days(page.viewer)
    sentence = texts("compliance.unusual_some", n=len(unusual)) if unusual else texts("compliance.unusual_none")
    with block("unusual", texts("compliance.unusual"), sentence):
        if unusual:
            columns = ("day", "account", "views", "views_z", "exported_rows", "exported_z")
            listing(page, columns, [_unusual_row(row) for row in unusual], columns[2:])
        note(texts("compliance.unusual_note", z=compliance.UNUSUAL_Z))


def anomaly_sentence(page: Page, anomalies: Sequence[Anomaly]) -> str:
    """How many wait, what they are mostly about, and how many were misuse."""
    if not anomalies:
        return page.texts("compliance.anomalies_none")
    waiting = [one for one in anomalies if one.closed_at is None]
    misuse = sum(one.conclusion == "misuse" for one in anomalies)
    if not waiting:
        return page.texts("compliance.anomalies_closed", n=len(anomalies), misuse=misuse)
    rule, n = Counter(one.rule for one in waiting).most_common(1)[0]
    return page.texts(
        "compliance.anomalies_waiting",
        n=len(waiting),
        rule=page.texts.maybe(f"anomaly_rule.{rule}", rule),
        most=n,
        total=len(anomalies),
        misuse=misuse,
    )


def _anomaly_row(page: Page, one: Anomaly) -> list[Cell]:
    texts = page.texts
    tone = "good" if one.state == "closed" else "bad" if one.state == "raised" else "watch"
    after = None if one.triaged_at is None else (one.triaged_at - one.raised_at).total_seconds() / 3600
    concluded = NO_VALUE
    if one.conclusion:
        words = texts.maybe(f"anomaly_conclusion.{one.conclusion}", one.conclusion)
        concluded = tag("bad" if one.conclusion == "misuse" else "quiet", words)
    return [
        Cell(tag(tone, texts(f"anomaly_state.{one.state}"))),
        text_cell(texts.maybe(f"anomaly_rule.{one.rule}", one.rule)),
        text_cell(one.account_id),
        text_cell(moment(one.raised_at)),
        Cell(concluded),
        text_cell(NO_VALUE if after is None else texts("control.hours", n=f"{after:.1f}")),
        text_cell(moment(one.closed_at) if one.closed_at else NO_VALUE),
        text_cell(one.anomaly_id),
    ]


def _unusual_row(row: UnusualDay) -> list[Cell]:
    def score(value: float | None) -> Cell:
        return control.figure(NO_VALUE if value is None else f"{value:.1f}")

    return [
        control.day(row.access_date),
        text_cell(row.account_id),
        control.number(row.n_views),
        score(row.views_z),
        control.number(row.n_exported_rows),
        score(row.exported_rows_z),
    ]


def accounts(page: Page) -> None:
    texts, found = page.texts, compliance.accounts(page.viewer)
    with block(
        "accounts", texts("compliance.accounts"), account_sentence(page, found), texts("compliance.accounts_source")
    ):
        counts = Counter(problem for account in found for problem in account.problems)
        options = [ALL, *(problem for problem in PROBLEMS if counts[problem])]
        wanted = address.read().get("problem")
        chosen: str = st.segmented_control(
            texts("compliance.problem"),
            options,
            default=wanted if wanted in options else ALL,
            required=True,
            format_func=lambda one: (
                texts("compliance.every_problem") if one == ALL else f"{texts(f'account_problem.{one}')} {counts[one]}"
            ),
            key=f"problem_{page.language}",
            label_visibility="collapsed",
        )
        address.write({"problem": chosen if chosen != ALL else None})
        shown = [account for account in found if account.problems and (chosen == ALL or chosen in account.problems)]
        shown.sort(key=lambda account: (min(PROBLEMS.index(one) for one in account.problems), account.account_id))
        if shown:
            names = (
                "account",
                "problem",
                "employee",
                "role",
                "last_login",
                "idle_days",
                "attested",
                "rights",
                "unused",
            )
            listing(page, names, [_account_row(page, account) for account in shown], ("idle_days", "rights", "unused"))
        note(texts("compliance.accounts_note"))


def account_sentence(page: Page, found: Sequence[AccountLine]) -> str:
    enabled = [account for account in found if account.is_enabled]
    counts = Counter(problem for account in enabled for problem in account.problems)
    if not counts:
        return page.texts("compliance.accounts_good", n=len(enabled))
    told = [page.texts(f"account_problem.{one}") + f" {counts[one]}" for one in PROBLEMS if counts[one]]
    wrong = sum(bool(account.problems) for account in enabled)
    return page.texts(
        "compliance.accounts_bad", n=len(enabled), wrong=wrong, problems=page.texts("control.comma").join(told)
    )


def _account_row(page: Page, row: AccountLine) -> list[Cell]:
    texts = page.texts
    tags = [tag("bad" if one in _SEVERE else "watch", texts(f"account_problem.{one}")) for one in row.problems]
    return [
        text_cell(row.account_id),
        Cell(" ".join(tags)),
        text_cell(row.employee_id or NO_VALUE),
        text_cell(texts.maybe(f"account_role.{row.role}", row.role)),
        text_cell(moment(row.last_login_at) if row.last_login_at else NO_VALUE),
        control.number(row.idle_days),
        control.day(row.attested_date),
        control.number(row.n_rights),
        control.number(row.n_unneeded),
    ]
