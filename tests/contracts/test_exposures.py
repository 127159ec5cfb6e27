"""dbt's exposures are the cockpit's pages, with the tables that their questions read."""

from __future__ import annotations

import re

from dashboards.navigation import PLACES
from scripts.exposures import COMMAND, FILE, descriptions, exposures_yaml, tables_of


def test_exposures_are_written_from_the_pages() -> None:
    assert FILE.read_text(encoding="utf-8") == exposures_yaml(descriptions()), f"run: {COMMAND}"


def test_every_page_of_the_build_is_described_in_both_languages() -> None:
    described = descriptions()
    assert {f"cockpit_{place.path}" for place in PLACES if place.of_build} <= set(described)
    poor = [name for name, text in described.items() if not re.search(r"[\u4e00-\u9fff].* / \w", text)]
    assert poor == [], f"write in {FILE.name}: 中文 / English"


def test_tables_are_found_through_all_that_a_page_calls() -> None:
    assert tables_of("account") == ["dim_team"], "the names of the own teams"
    assert "mart_wall_queue" in tables_of("wall"), "in a question of dashboards/data"
    assert "mart_turn" in tables_of("practices"), "in a question of lingting/work, through a name passed on"
    assert "mart_emotion_quality" in tables_of("quality"), "named as a value that is put into the question"
    assert "fct_login" in tables_of("checklist"), "rows of evidence"


def test_a_page_does_not_have_the_tables_of_others_that_share_its_modules() -> None:
    assert "mart_turn" in tables_of("call")
    assert "mart_turn" not in tables_of("team"), "both ask dashboards.data.queries"
    assert "mart_call" not in tables_of("access_log"), "only the rights of that table are asked for"
