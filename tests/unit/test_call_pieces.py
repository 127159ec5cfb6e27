"""Lanes, lists, places and timelines: what they tell, and that no text from outside becomes markup."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.components import call_around, call_html, customer_html, jump, lanes, mine_html
from dashboards.components.page import Page
from dashboards.data import lists
from dashboards.data.periods import Period
from dashboards.data.rows import CallLine, Finding, Turn
from dashboards.data.rows_agents import Certificate, GoodCall, Place, Remark
from dashboards.data.rows_calls import Event, MenuStep, Review, ReviewItem
from dashboards.i18n import texts_of
from lingting.rights import Role, Viewer
from lingting.warehouse import Build

EN = texts_of("en")
PAGE = Page(Viewer(Role.SUPERVISOR), EN, cast(Build, None))
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</style><script>1</script>",
    "&lt;b&gt;",
    "{{7*7}}",
]
MOMENT = datetime(2026, 10, 1, 3, 0)
SPANS = st.lists(
    st.tuples(st.floats(0, 500), st.floats(0, 60)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=12
)


def is_inert(html: str, attack: str) -> bool:
    """The only tags are ours, and none of them runs anything."""
    tags = re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)([^>]*)>", html)
    ours = {"a", "b", "br", "div", "h3", "i", "li", "mark", "ol", "q", "small", "span", "time", "ul", "p"}
    quoted_apart = (re.sub(r'"[^"]*"', "", attributes) for _, attributes in tags)
    return {name.lower() for name, _ in tags} <= ours and not any("on" in rest for rest in quoted_apart)


@pytest.mark.parametrize(
    ("media", "status", "words"),
    [
        (None, None, "No recording"),
        ("audio", None, "Recording not transcribed yet"),
        ("audio", "failed", "Transcription failed"),
        ("text", "of a later version", "of a later version"),
    ],
)
def test_a_recording_that_waits_is_not_called_missing(media: str | None, status: str | None, words: str) -> None:
    call = cast(CallLine, SimpleNamespace(media_kind=media, transcript_status=status))
    assert call_html.why_no_words(call, EN) == words


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_outside_never_becomes_markup(attack: str) -> None:
    finding = Finding("r", "1", "risk", True, "hit", 1, 1, 1.0, attack, attack, 0.5)
    turns = [Turn(1, "agent", 0.0, 2.0, f"a {attack} b"), Turn(2, "customer", 2.0, 4.0, attack)]
    review = Review(attack, MOMENT, 2, attack, attack, 50.0, 80.0, False)
    item = ReviewItem(attack, attack, 10.0, 10.0, attack, attack, 1.0)
    pieces = [
        call_html.transcript(turns, [finding], {}, EN, playable=True),
        call_html.finding(finding, {}, EN),
        lanes.html(turns, [finding], 5.0, EN, True) or "",
        call_around.menu_html([MenuStep(1, attack, 1.0, attack, attack)], EN),
        call_around.review_html(review, {attack: [item]}, EN, True),
        customer_html.timeline(PAGE, [Event(MOMENT, attack, attack, attack, attack, 1.0, attack, attack)]),
        mine_html.good_calls(PAGE, [GoodCall("machine", attack, date(2026, 10, 1), attack, 90.0)]),
        mine_html.remarks(
            PAGE, [Remark(attack, 2, 1, 3.0, attack, [{"call_id": attack, "call_date": date.today(), "at_seconds": 1}])]
        ),
        mine_html.certificate(Certificate(attack, date(2026, 1, 1), None), date(2026, 1, 2), EN),
    ]
    assert [piece for piece in pieces if not is_inert(piece, attack)] == []


@given(SPANS, SPANS)
def test_overlap_lies_within_both_and_silence_touches_nobody(agent: list[Any], customer: list[Any]) -> None:
    for start, end in lanes.overlaps(agent, customer):
        assert start < end
        assert any(a <= start and end <= b for a, b in agent)
        assert any(a <= start and end <= b for a, b in customer)
    everybody = [*agent, *customer]
    quiet = lanes.silences(everybody, 600.0)
    for start, end in quiet:
        assert end - start >= lanes.LONG_SILENCE
        assert not any(max(a, start) < min(b, end) for a, b in everybody)


def test_lanes_need_two_speakers_and_only_jump_where_there_is_a_sound() -> None:
    agent, customer = Turn(1, "agent", 0.0, 2.0, "a"), Turn(2, "customer", 1.0, 8.0, "b")
    assert lanes.html([agent, Turn(2, "unknown", 1.0, 2.0, "x")], [], 10.0, EN, True) is None
    playing = lanes.html([agent, customer], [], 20.0, EN, True)
    silent = lanes.html([agent, customer], [], 20.0, EN, False)
    assert playing is not None
    assert silent is not None
    assert playing.count("data-at") == 4, "two turns, one overlap, one silence"
    assert "data-at" not in silent
    assert "data-at" not in jump.to_second(3.0, EN, playable=False)
    assert 'data-at="3.00"' in jump.to_second(3.0, EN, playable=True)


AGENTS = st.none() | st.lists(st.text("A0123456789", min_size=1, max_size=8), min_size=1, max_size=40)


@given(st.dates(), st.integers(0, 60), st.booleans(), AGENTS)
def test_a_list_comes_back_from_its_address(first: date, days: int, flagged: bool, agents: list[str] | None) -> None:
    last = first + timedelta(days=min(days, (date.max - first).days))
    text = lists.to_text(Period("range", first, last), flagged, agents)
    assert text is not None
    assert lists.from_text(text) == lists.CallList(
        Period("range", first, last), flagged, tuple(agents) if agents else None
    )


@given(st.text() | st.from_regex(r"\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d_[fa]_.*", fullmatch=True))
def test_any_text_is_a_list_or_none(text: str) -> None:
    found = lists.from_text(text)
    assert found is None or isinstance(found, lists.CallList)


def test_a_list_of_too_many_agents_is_not_told_in_an_address() -> None:
    assert lists.to_text(Period("range", date.min, date.max), False, ["A1"] * 41) is None


@pytest.mark.parametrize(
    ("low", "high", "words", "apart"),
    [
        (None, None, "no place", False),
        (1, 5, "no real difference (5 people)", False),
        (2, 2, "2 of 5", True),
        (1, 4, "between 1 and 4 of 5", True),
        (2, 5, "between 2 and 5 of 5", True),
    ],
)
def test_a_place_is_told_only_where_somebody_is_surely_before_or_behind(
    low: int | None, high: int | None, words: str, apart: bool
) -> None:
    place = Place("fcr", "f", 100, 0.9, 5, 0.8, low, high)
    assert place.is_told_apart == apart
    assert mine_html.place_words(place, EN) == words


@pytest.mark.parametrize(
    ("until", "css", "words"),
    [
        (date(2026, 9, 30), "risk", "expired on 2026-09-30"),
        (date(2026, 10, 1), "miss", "expires on 2026-10-01 (days left: 0)"),
        (date(2026, 10, 31), "miss", "expires on 2026-10-31 (days left: 30)"),
        (date(2026, 11, 1), "ok", "valid until 2026-11-01"),
        (None, "ok", "does not expire"),
    ],
)
def test_a_certificate_tells_its_expiry(until: date | None, css: str, words: str) -> None:
    html = mine_html.certificate(Certificate("x", date(2025, 1, 1), until), date(2026, 10, 1), EN)
    assert f'lt-tag {css}"' in html
    assert words in html
