"""Quality: how well do we judge? People, rules and machines, and what comes up, month by month."""

from __future__ import annotations

from dashboards.components import control, quality_judging, quality_machine, quality_rules, quality_voice
from dashboards.components.page import Page, empty, title
from dashboards.data import quality

PARTS = ("judging", "rules", "machines", "topics", "menu", "knowledge")


def render(page: Page) -> None:
    texts, months = page.texts, quality.months(page.viewer)
    if not months:
        title(texts("nav.quality"))
        empty(texts("empty.no_kpi"), texts("error.no_build_advice"))
        return
    title(texts("nav.quality"), texts("quality.lead"))
    part = control.sub_page(page, "quality", PARTS)
    if part == "knowledge":  # how it stands today: no month
        quality_voice.knowledge(page)
        return
    month = control.month_box(page, months)
    if part == "judging":
        quality_judging.draw(page, month)
    elif part == "rules":
        quality_rules.draw(page, month)
    elif part == "machines":
        quality_machine.draw(page, month)
    elif part == "topics":
        quality_voice.topics(page, month)
    else:
        quality_voice.menu(page, month)
