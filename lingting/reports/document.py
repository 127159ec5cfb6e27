"""The report as a document: headings, sentences and tables in one language. What it looks like is render.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lingting.kpi import staffing
from lingting.kpi.checklist import domain_scores
from lingting.reports.facts import Facts, Row, Worse
from lingting.reports.words import NO_VALUE, Words
from lingting.work.effect import Side
from lingting.work.improvements import Improvement

MARKS = {"FAIL": "✕", "WATCH": "!", "PASS": "✓"}


@dataclass(frozen=True)
class Table:
    """``numbers``: the columns aligned to the right; ``status``: by row, for its colour beside mark and word."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    title: str = ""
    status: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    title: str
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    empty: str = ""


@dataclass(frozen=True)
class Document:
    language: str
    title: str
    subtitle: str
    level: str
    verdict: str
    under: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: str = field(default="")


def document_of(facts: Facts, words: Words) -> Document:
    """The same order in both languages: verdict, KPIs, what got worse, problems, compliance, projects, money, data."""
    verdict = facts.verdict
    return Document(
        words.language,
        words("title", month=f"{facts.month:%Y-%m}"),
        words("subtitle", start=facts.month.isoformat(), end=facts.end.isoformat()),
        verdict.level,
        f"{MARKS.get(verdict.level, '')} {_verdict(facts, words)}".strip(),
        (
            words("not_judged", few=verdict.n_too_few, none=verdict.n_without_data),
            words("group_only"),
        ),
        (
            _worse(facts.worse, words),
            _problems(facts, words),
            _compliance(facts, words),
            _projects(facts.improvements, words),
            _money(facts, words),
            _staff(facts, words),
            _kpis(facts, words),
            _data(facts, words),
            _definitions(facts.rows, words),
        ),
        words("foot", build=facts.build.build_id, built=facts.build.built_at, last=facts.build.data_to or NO_VALUE),
    )


def _verdict(facts: Facts, words: Words) -> str:
    found = facts.verdict
    values: dict[str, object] = {
        "judged": found.n_judged,
        "missed": len(found.missed),
        "watched": len(found.watched),
    }
    if found.missed:
        worst = next(row for row in facts.rows if row.kpi_id == found.missed[0].kpi_id)
        values |= {
            "kpi": words.either(worst.label_zh, worst.label_en),
            "value": words.amount(worst.value, worst.unit),
            "target": words.goal(worst.target, worst.direction, worst.unit),
        }
    return words(f"verdict_{found.level}", **values)


def _status(status: str, words: Words) -> str:
    return f"{MARKS.get(status, '·')} {words(f'status_{status}')}"


def _worse(found: Sequence[Worse], words: Words) -> Section:
    rows = []
    for one in found:
        row, member = one.row, words("no_member")
        if one.member is not None and one.part is not None:
            name = words.either(one.member.name_zh, one.member.name_en)
            member = words("member", name=name, step=words.step(one.part.total, row.unit), n=f"{one.part.n:,}")
        rows.append(
            (
                words.either(row.label_zh, row.label_en),
                words.amount(row.value, row.unit),
                words.step(one.step.change, row.unit),
                f"{words.step(one.step.low or 0.0, row.unit)} – {words.step(one.step.high or 0.0, row.unit)}",
                f"{row.n:,}",
                member,
            )
        )
    head = tuple(words(f"head_{name}") for name in ("kpi", "value", "change", "change_interval", "n", "member"))
    tables = (Table(head, tuple(rows), (1, 2, 3, 4)),) if rows else ()
    return Section(words("section_worse"), (words("worse_note"),), tables, words("worse_none"))


def _problems(facts: Facts, words: Words) -> Section:
    rows = tuple(
        (str(one.rank_no), one.topic, f"{one.n_issues:,}", f"{one.share_ratio * 100:.0f}%") for one in facts.issues
    )
    head = tuple(words(f"head_{name}") for name in ("rank", "topic", "issues", "share"))
    return Section(
        words("section_problems"), (), (Table(head, rows, (0, 2, 3)),) if rows else (), words("problems_none")
    )


def _compliance(facts: Facts, words: Words) -> Section:
    items = facts.items
    scores = [
        words("domain_score", domain=words(f"domain_{one.domain}"), n=one.n_passed, all=one.n_items)
        for one in domain_scores(list(items))
    ]
    passed = sum(item.status == "PASS" for item in items)
    sentence = words("compliance", n=passed, all=len(items), parts=words("comma").join(scores))
    rows = tuple(
        (
            str(item.item_no),
            words.either(item.label_zh, item.label_en),
            words.amount(item.value, item.unit or "ratio"),
            words.between(item.ci_low, item.ci_high, item.unit or "ratio"),
            f"{'≥' if item.comparison == '>=' else '≤'} {words.amount(item.mark, item.unit or 'ratio')}",
            NO_VALUE if item.n is None else f"{item.n:,}",
            _status(item.status, words),
            item.source_clause,
        )
        for item in items
    )
    names = ("no", "item", "value", "interval", "mark", "n", "status", "source")
    head = tuple(words(f"head_{name}") for name in names)
    table = Table(head, rows, (0, 2, 3, 5), status=tuple(item.status for item in items))
    return Section(words("section_compliance"), (sentence,), (table,) if rows else (), words("no_month"))


def _projects(found: Sequence[Improvement], words: Words) -> Section:
    rows = tuple(
        (
            words.either(one.title_zh, one.title_en),
            _side(one.effect.before, one.effect.unit, words),
            _side(one.effect.after, one.effect.unit, words),
            NO_VALUE if one.effect.change is None else words.step(one.effect.change, one.effect.unit),
            words.goal(one.target_value, one.effect.direction, one.effect.unit),
            words(f"answer_{one.answer}"),
        )
        for one in found
    )
    head = tuple(words(f"head_{name}") for name in ("project", "before", "after", "change", "target", "answer"))
    tables = (Table(head, rows, (3,)),) if rows else ()
    return Section(words("section_projects"), (words("projects_note"),), tables, words("projects_none"))


def _side(side: Side, unit: str, words: Words) -> str:
    if side.value is None:
        return NO_VALUE
    return words(
        "side",
        value=words.amount(side.value, unit),
        range=words.between(side.low, side.high, unit),
        n=f"{side.n:,}",
        first=side.first,
        last=side.last,
    )


def _money(facts: Facts, words: Words) -> Section:
    tables = tuple(table for table in (_roi(facts, words), _composite(facts, words)) if table)
    open_month = (words("month_open"),) if facts.roi is not None and not facts.roi.is_month_over else ()
    return Section(words("section_money"), open_month, tables, words("no_month"))


def _roi(facts: Facts, words: Words) -> Table | None:
    """The return, and every assumption that went in."""
    roi = facts.roi
    if roi is None:
        return None
    kinds = words("comma").join(words(f"cost_{kind.strip()}") for kind in roi.counted_cost_kinds.split(","))
    basis = words("benefit_note", basis=roi.benefit_basis or NO_VALUE, n=roi.n_postings)
    rows = (
        (words("roi"), _points(roi.roi_points), words("roi_formula")),
        (words("roi_half"), _points(roi.roi_points_if_half_the_benefit), words("roi_half_note")),
        (words("invested"), words.yuan(roi.quality_programme_yuan), words("invested_note", kinds=kinds)),
        (words("benefit"), words.yuan(roi.benefit_yuan), basis),
        *(
            (words(f"cost_{kind}"), words.yuan(getattr(roi, f"{kind}_yuan")), words("running_note"))
            for kind in ("payroll", "platform", "telecom", "overhead")
        ),
    )
    head = (words("head_figure"), words("head_value"), words("head_assumption"))
    return Table(head, rows, (1,), words("roi_title"))


def _composite(facts: Facts, words: Words) -> Table | None:
    """The four parts first; the composite never stands alone."""
    score = facts.composite
    if score is None:
        return None
    rows = (
        *(
            (
                words(f"score_{part}"),
                _score(getattr(score, f"{part}_score")),
                f"{getattr(score, f'{part}_weight')}%",
                words(f"score_{part}_of"),
            )
            for part in ("quality", "efficiency", "cost", "satisfaction")
        ),
        (words("score_all"), _score(score.composite_score), "100%", words("score_all_of")),
    )
    head = (words("head_figure"), words("head_value"), words("head_weight"), words("head_assumption"))
    return Table(head, rows, (1, 2), words("score_title"))


def _points(value: float | None) -> str:
    return NO_VALUE if value is None else f"{value:+.0f}%"


def _score(value: float | None) -> str:
    return NO_VALUE if value is None else f"{value:.1f}"


def _staff(facts: Facts, words: Words) -> Section:
    rows = []
    week, gone = staffing.summed(facts.staffing), facts.attrition
    if week.n_slots:
        rows.append((words("short_slots"), f"{week.n_short} / {week.n_slots}", words("short_note")))
        hours = f"{week.planned_hours:,.0f} / {week.needed_hours:,.0f}"
        rows.append((words("hours"), hours, words("hours_note")))
    if gone is not None:
        rate = NO_VALUE if gone.monthly_rate is None else f"{gone.monthly_rate * 100:.1f}%"
        note = words("leavers", n=gone.leavers, own=gone.voluntary_leavers, mean=f"{gone.mean_headcount:.1f}")
        rows.append((words("attrition"), rate, note))
    head = (words("head_figure"), words("head_value"), words("head_assumption"))
    return Section(words("section_staff"), (), (Table(head, tuple(rows), (1,)),) if rows else (), words("no_month"))


def _kpis(facts: Facts, words: Words) -> Section:
    names = ("kpi", "value", "interval", "n", "target", "change", "status")
    head = tuple(words(f"head_{name}") for name in names)
    tables = []
    for section in dict.fromkeys(row.section for row in facts.rows):
        members = [row for row in facts.rows if row.section == section]
        rows = tuple(_kpi(row, facts, words) for row in members)
        tables.append(Table(head, rows, (1, 2, 3, 5), words(f"group_{section}"), tuple(row.status for row in members)))
    return Section(words("section_kpis"), (words("kpis_note"),), tuple(tables), words("no_month"))


def _kpi(row: Row, facts: Facts, words: Words) -> tuple[str, ...]:
    step = facts.steps.get(row.kpi_id)
    changed = NO_VALUE
    if step is not None:
        judged = words(f"judged_{step.judged}") if step.judged in ("better", "worse") else ""
        changed = f"{words.step(step.change, row.unit)} {judged}".strip()
    return (
        words.either(row.label_zh, row.label_en),
        words.amount(row.value, row.unit),
        words.between(row.ci_low, row.ci_high, row.unit),
        f"{row.n:,}",
        words.goal(row.target, row.direction, row.unit),
        changed,
        _status(row.status, words),
    )


def _data(facts: Facts, words: Words) -> Section:
    rows = tuple(
        (
            words.by_key.get(f"source_{one.source_name}", one.source_name),
            f"{one.n_rows:,}",
            f"{one.n_days} / {one.n_days_expected}" if one.n_days_expected is not None else str(one.n_days),
            NO_VALUE if one.rejected_ratio is None else f"{one.rejected_ratio * 100:.2f}%",
            _score(one.score_points),
        )
        for one in facts.sources
    )
    head = tuple(words(f"head_{name}") for name in ("source_name", "rows", "days", "rejected", "score"))
    fresh = words("fresh", first=facts.build.data_from or NO_VALUE, last=facts.build.data_to or NO_VALUE)
    return Section(
        words("section_data"), (fresh,), (Table(head, rows, (1, 2, 3, 4)),) if rows else (), words("no_month")
    )


def _definitions(rows: Sequence[Row], words: Words) -> Section:
    table = Table(
        tuple(words(f"head_{name}") for name in ("kpi", "meaning", "formula", "minimum", "source")),
        tuple(
            (
                words.either(row.label_zh, row.label_en),
                words.either(row.meaning_zh, row.meaning_en),
                words.either(row.formula_zh, row.formula_en),
                str(row.minimum_n),
                row.source_clause,
            )
            for row in rows
        ),
        (3,),
    )
    return Section(words("section_definitions"), (words("method"),), (table,))
