"""A review from the list to the decision of its appeal, as the people of the centre walk it, each in an own browser."""

from __future__ import annotations

import re
from collections.abc import Callable

from dashboards.i18n import Texts, texts_of
from lingting import audit
from lingting.rights import Role, Viewer
from lingting.work.review_views import ReviewView, reviews_of
from tests.browser.cockpit import Cockpit, Screen

OpenScreen = Callable[..., Screen]
EVERYTHING = Viewer(Role.MANAGEMENT, name="test")


def press(screen: Screen, label: str) -> None:
    screen.page.get_by_role("button", name=label, exact=True).first.click()
    screen.settle()


def reviews_by(cockpit: Cockpit, evaluator_id: str) -> list[ReviewView]:
    return [one for one in reviews_of(cockpit.store, EVERYTHING) if one.evaluator_id == evaluator_id]


def lower(screen: Screen, texts: Texts, dimension: str, points: int) -> None:
    """Type the points of a dimension, as somebody at the keyboard does."""
    field = screen.page.get_by_label(texts("reviews.points_of", name=texts(f"dimension.{dimension}")))
    field.fill(str(points))
    field.press("Tab")
    screen.page.locator(f".st-key-rvitem_{dimension} textarea").wait_for()
    screen.settle()


def evidence_of_tone(screen: Screen) -> str:
    """The words that stand in the form as evidence, as soon as there are any."""
    screen.page.wait_for_function("document.querySelector('.st-key-rvitem_tone textarea')?.value.length > 0")
    return screen.page.locator(".st-key-rvitem_tone textarea").input_value()


def score_from_list(screen: Screen, texts: Texts, agent_id: str) -> None:
    """The first call of the agent's level-2 list: tone loses points, its evidence is one click on a turn."""
    screen.open(f"/sampling?agent={agent_id}&lang={texts.language}")
    screen.page.get_by_role("link", name=texts("sampling.score"), exact=True).first.click()
    screen.page.locator(".st-key-card_rv_sheet").wait_for()
    screen.settle()
    lower(screen, texts, "tone", 60)
    screen.page.get_by_text(texts("reviews.evidence_missing", names=texts("dimension.tone"))).wait_for()
    press(screen, texts("reviews.hand_in"))
    screen.page.get_by_text(texts("refused.evidence_missing")).wait_for()
    screen.page.get_by_role("button", name=texts("reviews.take"), exact=True).nth(1).click()
    evidence_of_tone(screen)
    screen.settle()


def test_a_review_goes_from_the_list_to_the_decision_of_its_appeal(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    texts, agent = texts_of("zh"), cockpit.cast.agent_id
    before = {one.review_id for one in reviews_by(cockpit, "S901")}
    sue = open_screen("sue")
    score_from_list(sue, texts, agent)
    sue.keep("review_form")
    sue.page.reload()
    sue.settle()
    words = evidence_of_tone(sue)  # a reload resumes the draft
    press(sue, texts("reviews.hand_in"))
    sue.page.get_by_text(texts("reviews.handed_in")).wait_for()
    (scored,) = [one for one in reviews_by(cockpit, "S901") if one.review_id not in before]
    assert (scored.agent_id, scored.items["tone"].score_points) == (agent, 60)
    assert scored.items["tone"].evidence_text == words

    amy = open_screen("amy")
    amy.open("/my_reviews")
    assert words not in amy.text(), "the result is not out before the feedback"
    sue.page.get_by_role("link", name=texts("reviews.see_result")).click()
    sue.page.get_by_text(texts("reviews.after")).wait_for()
    sue.settle()
    press(sue, texts("reviews.feed_back"))
    sue.page.get_by_text(texts("review_step.fed_back")).first.wait_for()

    amy.open("/my_reviews")
    amy.page.get_by_text(words).first.wait_for()
    amy.keep("my_reviews")
    press(amy, texts("my_reviews.acknowledge"))
    amy.page.get_by_text(texts("my_reviews.step_acknowledged")).first.wait_for()
    amy.page.get_by_role("textbox", name=texts("my_reviews.appeal_reason")).first.fill(
        "客户先提高音量，<script>alert(1)</script>"
    )
    press(amy, texts("my_reviews.appeal"))
    amy.page.get_by_text(texts("review_step.appeal_filed")).first.wait_for()

    qin = open_screen("qin")
    qin.open("/sampling?list=appeals")
    qin.page.get_by_role("link", name=texts("sampling.decide"), exact=True).first.click()
    qin.page.get_by_text(texts("reviews.decide")).first.wait_for()
    qin.settle()
    assert "<script>alert(1)</script>" in qin.page.locator(".lt-rv-steps").inner_text()
    qin.page.get_by_role("radio", name=texts("review_verdict.appeal_upheld")).click()
    qin.settle()
    lower(qin, texts, "tone", 90)
    qin.page.get_by_label(texts("reviews.reason")).fill("扣分过重，改为轻微")
    qin.settle()
    qin.keep("review_decision")
    press(qin, texts("reviews.decide_now"))
    qin.page.get_by_text(texts("review_step.appeal_upheld")).first.wait_for()

    amy.open("/my_reviews")
    amy.page.get_by_text(texts("review_step.appeal_upheld")).first.wait_for()
    (corrected,) = [one for one in reviews_by(cockpit, "Q901") if one.about_review_id == scored.review_id]
    assert (corrected.review_kind, corrected.items["tone"].score_points) == ("appeal", 90)
    done = [(one.name, one.action) for one in audit.entries(limit=100_000) if one.object_id == scored.review_id]
    assert done == [("sue", "change"), ("sue", "change"), ("amy", "change"), ("amy", "change"), ("qin", "change")]


def test_a_supervisor_hands_in_and_prepares_a_talk_in_english(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    texts, agent = texts_of("en"), cockpit.cast.agent_id
    before = len(reviews_by(cockpit, "S901"))
    sue = open_screen("sue", width=390)
    score_from_list(sue, texts, agent)
    assert sue.overflow() <= 0
    press(sue, texts("reviews.hand_in"))
    sue.page.get_by_text(texts("reviews.handed_in")).wait_for()
    assert len(reviews_by(cockpit, "S901")) == before + 1
    sue.open(f"/coaching?lang=en&agent={agent}")
    press(sue, texts("coaching.save"))
    sue.page.get_by_text(re.compile("version 1")).wait_for()
    sue.page.evaluate("window.print = () => { window.wasPrinted = true }")
    sue.page.get_by_role("button", name=texts("coaching.print"), exact=True).click()
    assert sue.page.evaluate("window.wasPrinted") is True
    amy = open_screen("amy")
    amy.open("/my_reviews?lang=en")
    amy.page.get_by_text(texts("coaching.next_step")).first.wait_for()


def test_a_call_of_another_team_and_an_own_review_are_not_found(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    texts = texts_of("zh")
    sue = open_screen("sue")
    sue.open(f"/review?call={cockpit.cast.outside_call_id}")
    assert texts("call.not_found") in sue.text()
    sue.open("/review?review=R' or '1'='1")
    assert texts("reviews.not_found") in sue.text()
    amy = open_screen("amy")
    amy.open(f"/review?call={cockpit.cast.call_id}")
    assert texts("error.not_yours") in amy.text()
