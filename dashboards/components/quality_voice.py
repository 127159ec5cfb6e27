"""What comes up: issues found, topics of feedback, where callers give up in the voice menu, articles to mend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboards.components import control
from dashboards.components.control import block, figure, listing, note, number, share, tag
from dashboards.components.heat_html import HeatCell, heat_table
from dashboards.components.html import Cell, escaped, text_cell
from dashboards.components.page import Page
from dashboards.data import quality
from dashboards.data.rows_quality import Article, Hops, Node, Path, Topic

_TOP = 3
_MIN_ENTRIES = 30
_SHOWN_ARTICLES = 25
_ENDS = ("(agent)", "(end)", "(hangup)")


def topics(page: Page, month: date) -> None:
    texts = page.texts
    issues = quality.top_issues(page.viewer, month)
    with block("issues", texts("quality.issues"), issue_sentence(page, issues)):
        _topic_table(page, issues)
    feedback = quality.feedback_topics(page.viewer, month)
    for kind in ("complaint", "praise", "suggestion"):
        rows = [row for row in feedback if row.kind == kind]
        if rows:
            sentence = texts(
                "quality.topic_first", topic=rows[0].topic, n=rows[0].n, share=share(rows[0].share_ratio, 0)
            )
            with block(f"topics_{kind}", texts(f"quality.topics_{kind}"), sentence):
                _topic_table(page, rows)


def issue_sentence(page: Page, rows: Sequence[Topic]) -> str:
    if not rows:
        return page.texts("quality.issues_none")
    top = list(rows)[:_TOP]
    names = control.listed(page, [row.topic for row in top])
    return page.texts("quality.issues_top", topics=names, share=share(sum(row.share_ratio for row in top), 0))


def _topic_table(page: Page, rows: Sequence[Topic]) -> None:
    if rows:
        lines = [
            [text_cell(row.topic), number(row.n), Cell(_bar(row.share_ratio)), figure(share(row.share_ratio))]
            for row in rows
        ]
        listing(page, ("topic", "count", "bar", "share"), lines, ("count", "share"))


def _bar(ratio: float) -> str:
    return f'<span class="lt-bar"><span style="width:{ratio * 100:.0f}%"></span></span>'


def menu(page: Page, month: date) -> None:
    texts = page.texts
    nodes, paths = quality.ivr_nodes(page.viewer, month), quality.ivr_paths(page.viewer, month)
    hops = quality.ivr_hops(page.viewer, month)
    with block("ivr", texts("quality.menu"), menu_sentence(page, nodes, hops)):
        if nodes:
            _path_map(page, nodes, paths)
            note(texts("quality.menu_note"))
    with block("hops", texts("quality.hops"), hops_sentence(page, hops)):
        names = ("hops", "sessions", "to_agent", "self_served", "given_up")
        lines = [
            [
                number(row.n_hops),
                number(row.n_sessions),
                number(row.n_to_agent),
                number(row.n_contained),
                number(row.n_hang_ups - row.n_contained),
            ]
            for row in hops
        ]
        if lines:
            listing(page, names, lines, names)
            note(texts("quality.hops_note"))


def menu_sentence(page: Page, nodes: Sequence[Node], hops: Sequence[Hops]) -> str:
    """The node where most hang up, and how many of all who hung up had what they wanted."""
    judged = [node for node in nodes if node.n_entries >= _MIN_ENTRIES and node.hang_up_rate is not None]
    if not judged:
        return page.texts("quality.menu_none")
    worst = max(judged, key=lambda node: node.hang_up_rate or 0.0)
    hung_up, contained = sum(row.n_hang_ups for row in hops), sum(row.n_contained for row in hops)
    return page.texts(
        "quality.menu_worst",
        node=worst.node,
        rate=share(worst.hang_up_rate, 0),
        n=f"{worst.n_hang_ups:,}",
        contained=share(contained / hung_up if hung_up else None, 0),
    )


def _path_map(page: Page, nodes: Sequence[Node], paths: Sequence[Path]) -> None:
    """From each node where to: share of all moves out of it; hang-ups and going round in circles stand out."""
    texts, order = page.texts, [node.node for node in nodes]
    ends = [end for end in _ENDS if any(path.to_node == end for path in paths)]
    cells = {
        (path.from_node, path.to_node): HeatCell(
            f"{share(path.share_of_node, 0)}<br><small>{path.n_moves:,}</small>",
            path.share_of_node,
            "alarm" if path.to_node == "(hangup)" or path.to_node == path.from_node else "calm",
            "" if path.mean_seconds is None else texts("unit.seconds", value=f"{path.mean_seconds:.1f}"),
        )
        for path in paths
    }
    labels = {end: texts(f"quality_end.{end.strip('()')}") for end in ends}
    rows = [(node.node, f"{node.node} ({node.n_entries:,})") for node in nodes]
    st.html(heat_table(texts("quality.from_to"), rows, [(c, labels.get(c, c)) for c in [*ends[::-1], *order]], cells))


def hops_sentence(page: Page, hops: Sequence[Hops]) -> str:
    total = sum(row.n_sessions for row in hops)
    if not total:
        return page.texts("quality.menu_none")
    to_agent, contained = sum(row.n_to_agent for row in hops), sum(row.n_contained for row in hops)
    return page.texts(
        "quality.hops_some",
        n=f"{total:,}",
        to_agent=share(to_agent / total, 0),
        contained=share(contained / total, 0),
        mean=f"{sum(row.n_hops * row.n_sessions for row in hops) / total:.1f}",
    )


def knowledge(page: Page) -> None:
    texts, articles = page.texts, quality.articles(page.viewer)
    wrong = [row for row in articles if row.is_stale or row.is_orphan or row.n_broken_links]
    with block("articles", texts("quality.articles"), article_sentence(page, articles), texts("quality.last_90")):
        if wrong:
            names = ("article", "title", "domain", "problem", "since_review", "uses", "settled")
            listing(page, names, [_article_row(page, row) for row in wrong[:_SHOWN_ARTICLES]], names[4:])
        if len(wrong) > _SHOWN_ARTICLES:
            note(texts("control.more", n=len(wrong) - _SHOWN_ARTICLES))


def article_sentence(page: Page, articles: Sequence[Article]) -> str:
    if not articles:
        return page.texts("quality.articles_none")
    return page.texts(
        "quality.articles_some",
        n=len(articles),
        stale=sum(row.is_stale for row in articles),
        orphan=sum(row.is_orphan for row in articles),
        broken=sum(row.n_broken_links for row in articles),
    )


def _article_row(page: Page, row: Article) -> list[Cell]:
    texts = page.texts
    marks = [tag("bad", texts("quality.stale"))] if row.is_stale else []
    marks += [tag("watch", texts("quality.orphan"))] if row.is_orphan else []
    marks += [tag("bad", texts("quality.broken", n=row.n_broken_links))] if row.n_broken_links else []
    since = "—" if row.days_since_review is None else f"{row.days_since_review:.0f} / {row.review_period_days or '—'}"
    settled = row.n_resolved / row.n_uses if row.n_uses else None
    return [
        text_cell(row.article_id),
        Cell(escaped(row.title), "wrap"),
        text_cell(texts.maybe(f"quality_domain.{row.domain}", row.domain)),
        Cell(" ".join(marks)),
        figure(since),
        number(row.n_uses),
        figure(share(settled), row.n_uses < control.TOO_FEW),
    ]
