"""The cards below the management's tiles: what got worse, who needs help, problems, projects, money, staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from dashboards.components import cards, links
from dashboards.components.charts import half_hour
from dashboards.components.html import escaped
from dashboards.components.kpi_set import KpiView
from dashboards.components.numbers import NO_VALUE, amount, change, step_words
from dashboards.components.status import mark
from dashboards.data import management, queries
from dashboards.data.periods import Period
from dashboards.data.rows import Kpi, Named
from lingting.kpi import staffing
from lingting.kpi.change import verdict_of, worsened
from lingting.kpi.checklist import domain_scores
from lingting.work.improvements import Improvement

if TYPE_CHECKING:
    from dashboards.components.page import Page
    from dashboards.i18n import Texts

SHOWN = 5


def worse(page: Page, views: Sequence[KpiView], period: Period, names: dict[str, str]) -> None:
    """KPIs that became worse by more than chance, with who contributed most."""
    texts = page.texts
    by_kpi = {view.formula.kpi_id: view for view in views}
    found = worsened([v.before for v in views if v.before], [v.now for v in views if v.now])
    lines = []
    for row, moved in found[:SHOWN]:
        formula = by_kpi[row.kpi_id].formula
        more = mover(page, by_kpi[row.kpi_id], period, names)
        label = links.to(page, "changes", formula.label(page.language), period, kpi=row.kpi_id)
        shown = step_words(moved.change, formula.unit, texts)
        lines.append(cards.line(label, f'<b class="lt-worse">{escaped(shown)}</b>', more or "", is_html=True))
    cards.draw(
        "worse",
        texts("overview.worse"),
        lines or [cards.line(texts("overview.worse_none"), "")],
        detail=texts("overview.beyond_chance"),
        more=links.to(page, "changes", texts("overview.open_changes"), period),
        note=texts("overview.more_worse", n=len(found) - SHOWN) if len(found) > SHOWN else "",
    )


def mover(page: Page, view: KpiView, period: Period, names: dict[str, str]) -> str | None:
    """Who contributed most to a change for the worse, in words; None when it did not become worse."""
    formula = view.formula
    found = management.main_mover(
        page.viewer, formula.kpi_id, formula.formula_id, period.previous, period, formula.direction
    )
    if found is None:
        return None
    _, part = found
    step = step_words(part.total, formula.unit, page.texts)
    return page.texts("overview.mover", member=names.get(part.member, part.member), step=step)


def who_needs_help(page: Page, period: Period, teams: Sequence[Named], rows: Sequence[Kpi], shown: set[str]) -> None:
    """The teams by how many KPIs miss their target; the agents of a team are on its page."""
    texts, lines = page.texts, []
    labels = {formula.kpi_id: formula.label(page.language) for formula in queries.catalogue(page.viewer)}
    stand = {
        team.item_id: verdict_of([r for r in rows if r.scope_id == team.item_id and r.is_default and r.kpi_id in shown])
        for team in teams
    }
    for team in sorted(teams, key=lambda team: (-len(stand[team.item_id].missed), team.item_id)):
        found = stand[team.item_id]
        name = links.to(page, "team", team.name(page.language), period, team=team.item_id)
        worst = texts("overview.comma").join(labels[row.kpi_id] for row in found.missed[:3])
        right = texts("overview.team_missed", missed=len(found.missed), judged=found.n_judged)
        lines.append(cards.line(name, escaped(right), worst, is_html=True))
    cards.draw("help", texts("overview.help"), lines, detail=texts("overview.help_note"))


def problems(page: Page, month: date) -> None:
    texts = page.texts
    found = [issue for issue in management.top_issues(page.viewer, month) if issue.is_top3]
    lines = [
        cards.line(
            f"{issue.rank_no}. {issue.topic}",
            texts("overview.issues", n=issue.n_issues, share=f"{issue.share_ratio * 100:.0f}%"),
        )
        for issue in found
    ]
    cards.draw(
        "problems",
        texts("overview.problems"),
        lines or [cards.line(texts("overview.problems_none"), "")],
        detail=month_name(page, month),
        more=links.to(page, "issues", texts("overview.open_issues")),
    )


def compliance(page: Page, month: date) -> None:
    """How many of the 22 items pass, by domain; which fail is one click away."""
    texts = page.texts
    items = management.checklist_of(page.viewer, month)
    passed = sum(item.status == "PASS" for item in items)
    lines = []
    for score in domain_scores(items):
        meter = "".join(f'<i class="{"on" if n < score.n_passed else ""}"></i>' for n in range(score.n_items))
        name = escaped(texts(f"checklist.domain_{score.domain}"))
        left = f'{name}<div class="lt-meter" aria-hidden="true">{meter}</div>'
        right = escaped(texts("overview.of", n=score.n_passed, all=score.n_items))
        lines.append(f"<span>{left}</span><span>{right}</span>")
    cards.draw(
        "compliance",
        texts("overview.compliance"),
        lines or [cards.line(texts("overview.no_month"), "")],
        detail=month_name(page, month),
        more=links.to(page, "checklist", texts("overview.prove"), month=f"{month:%Y-%m}"),
        note=texts("overview.compliance_note", n=passed, all=len(items)) if items else "",
    )


ANSWER_STATUS = {"better": "PASS", "worse": "FAIL", "unclear": "INSUFFICIENT_N", "too_early": "OPEN"}


def projects(page: Page, month: date) -> None:
    """Did last month's improvement work? Before and since, with n and interval, and an honest answer."""
    texts = page.texts
    lines = [_project(page, one) for one in management.improvements(page.viewer, month)]
    cards.draw(
        "projects",
        texts("overview.projects"),
        lines or [cards.line(texts("overview.projects_none"), "")],
        detail=month_name(page, month),
        more=links.to(page, "projects", texts("overview.open_projects")),
        note=texts("overview.projects_note") if lines else "",
    )


def _project(page: Page, one: Improvement) -> str:
    texts, unit = page.texts, one.effect.unit
    before, after = (
        texts(
            "overview.side",
            value=amount(side.value, unit, texts),
            range=_range(side.low, side.high, unit, page),
            n=f"{side.n:,}",
        )
        for side in (one.effect.before, one.effect.after)
    )
    under = texts("overview.before_after", before=before, after=after, day=one.effect.after.first)
    if one.target_value is not None:
        met = {True: "met", False: "missed", None: "open"}[one.is_target_met]
        under += texts("overview.comma") + texts(f"overview.project_{met}", value=amount(one.target_value, unit, texts))
    answer = f'<b class="lt-{one.answer}">{escaped(texts(f"overview.answer_{one.answer}"))}</b>'
    name = links.to(page, "projects", one.title(page.language), project=one.project_id)
    return cards.line(name, mark(ANSWER_STATUS[one.answer], texts) + " " + answer, under, is_html=True)


def _range(low: float | None, high: float | None, unit: str, page: Page) -> str:
    if low is None or high is None:
        return NO_VALUE
    return f"{amount(low, unit, page.texts)} – {amount(high, unit, page.texts)}"


def money(page: Page, month: date) -> None:
    """The return of the quality programme, with every assumption beside it."""
    texts = page.texts
    found = management.roi(page.viewer, month)
    if found is None:
        cards.draw("money", texts("overview.money"), [cards.line(texts("overview.no_month"), "")])
        return

    def yuan(value: float | None) -> str:
        return NO_VALUE if value is None else texts("unit.yuan", value=f"{value:,.0f}")

    def points(value: float | None) -> str:
        return NO_VALUE if value is None else f"{value:+.0f}%"

    costs = texts("overview.comma").join(
        f"{texts(f'overview.cost_{kind}')} {yuan(getattr(found, f'{kind}_yuan'))}"
        for kind in ("payroll", "platform", "telecom", "overhead")
    )
    lines = [
        cards.line(texts("overview.roi"), points(found.roi_points), texts("overview.roi_formula")),
        cards.line(texts("overview.roi_half"), points(found.roi_points_if_half_the_benefit)),
        cards.line(
            texts("overview.invested"), yuan(found.quality_programme_yuan), _kinds(page, found.counted_cost_kinds)
        ),
        cards.line(
            texts("overview.benefit"),
            yuan(found.benefit_yuan),
            texts("overview.benefit_basis", basis=found.benefit_basis or NO_VALUE, n=found.n_postings),
        ),
        cards.line(texts("overview.running"), "", costs),
    ]
    note = "" if found.is_month_over else texts("overview.month_open")
    cards.draw("money", texts("overview.money"), lines, detail=month_name(page, month), note=note)


def _kinds(page: Page, kinds: str) -> str:
    shown = [page.texts.maybe(f"overview.cost_{kind.strip()}", kind.strip()) for kind in kinds.split(",")]
    return page.texts("overview.counted_kinds", kinds=page.texts("overview.comma").join(shown))


def score(page: Page, month: date) -> None:
    """The four parts with their weights first, the composite last: it never stands alone."""
    texts = page.texts
    found = management.composite(page.viewer, month)
    if found is None:
        cards.draw("score", texts("overview.score"), [cards.line(texts("overview.no_month"), "")])
        return
    lines = []
    for part in ("quality", "efficiency", "cost", "satisfaction"):
        value = getattr(found, f"{part}_score")
        weight = texts("overview.weight", weight=getattr(found, f"{part}_weight"))
        under = f"{texts(f'overview.score_{part}_of')} {weight}"
        lines.append(cards.line(texts(f"overview.score_{part}"), NO_VALUE if value is None else f"{value:.1f}", under))
    whole = NO_VALUE if found.composite_score is None else f"{found.composite_score:.1f}"
    lines.append(cards.line(f"<b>{escaped(texts('overview.score_all'))}</b>", f"<b>{whole}</b>", is_html=True))
    cards.draw("score", texts("overview.score"), lines, detail=month_name(page, month))


def staff(page: Page, month: date) -> None:
    """Hours needed against planned, and who left."""
    texts, lines = page.texts, []
    gaps = staffing.of_centre(page.viewer, month)
    week = staffing.summed(gaps)
    if gaps:
        of = texts("overview.of", n=week.n_short, all=week.n_slots)
        lines.append(cards.line(texts("overview.short_slots"), of, texts("overview.short_note")))
        hours = texts("overview.hours_of", planned=f"{week.planned_hours:,.0f}", needed=f"{week.needed_hours:,.0f}")
        lines.append(cards.line(texts("overview.hours"), hours))
    for one in staffing.worst(gaps, 1):
        when = f"{texts(f'weekday.{one.weekday}')} {half_hour(one.half_hour)}"
        lines.append(cards.line(texts("overview.worst_slot"), texts("overview.heads", n=f"{-one.gap:.1f}"), when))
    gone = next((row for row in management.attrition(page.viewer, month) if row.role == "all"), None)
    if gone is not None:
        rate = NO_VALUE if gone.monthly_rate is None else f"{gone.monthly_rate * 100:.1f}%"
        people = texts(
            "overview.leavers", n=gone.leavers, own=gone.voluntary_leavers, mean=f"{gone.mean_headcount:.1f}"
        )
        lines.append(cards.line(texts("overview.attrition"), rate, people))
    cards.draw(
        "staff",
        texts("overview.staff"),
        lines or [cards.line(texts("overview.no_month"), "")],
        detail=month_name(page, month),
    )


def month_name(page: Page, month: date) -> str:
    return page.texts("period.month_name", year=month.year, month=f"{month.month:02d}")


def _is_worse(view: KpiView, texts: Texts) -> bool:
    """Whether the step that the tile shows goes the wrong way; one that shows as zero goes nowhere."""
    step = change(view.now, view.before, texts) if view.now else None
    return step is not None and step.arrow == ("↑" if view.formula.direction == "lower" else "↓")


def off_target(page: Page, views: Sequence[KpiView], period: Period, names: dict[str, str]) -> dict[str, str]:
    """By KPI: what moved it, and the link to why, as HTML below its tile."""
    found = {}
    for view in views:
        if view.before is None or view.before.value is None:  # nothing to compare with: its course tells more
            words, to, label = page.texts("overview.nothing_before"), "kpis", page.texts("overview.course")
        else:
            words = page.texts("overview.no_mover")
            if _is_worse(view, page.texts):
                words = mover(page, view, period, names) or page.texts("overview.whole")
            to, label = "changes", page.texts("overview.why")
        why = links.to(page, to, label, period, kpi=view.formula.kpi_id)
        found[view.formula.kpi_id] = f'<div class="lt-why">{escaped(words)} {why}</div>'
    return found
