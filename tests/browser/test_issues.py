"""The closed loop as people walk it: found, worked on, verified by another person, reopened; two tabs on one issue."""

from __future__ import annotations

import re

from tests.browser.cockpit import Screen
from tests.browser.conftest import OpenScreen

TOPIC = "开场没有核实身份"
ISSUE = re.compile(r"issue=(LI\d{8}-[0-9a-f]{8})")


def write(screen: Screen, label: str, words: str) -> None:
    screen.page.get_by_label(label, exact=True).fill(words)


def press(screen: Screen, name: str) -> None:
    screen.page.get_by_role("button", name=name).click()
    screen.settle()


def choose(screen: Screen, label: str, option: str) -> None:
    screen.page.get_by_label(label, exact=True).click()
    screen.page.get_by_role("option", name=option).first.click()
    screen.settle()


def open_issue(screen: Screen, owner: str) -> str:
    """Open an issue from the address that the call page leads to; gives its id."""
    screen.open(f"/issues?new=1&call={screen.cockpit.cast.call_id}&at={screen.cockpit.cast.second}")
    write(screen, "主题", TOPIC)
    write(screen, "发现了什么（时间、情形、影响）", "周一有多通电话没有核实身份就办理")
    choose(screen, "责任人", owner)
    press(screen, "登记")
    screen.page.wait_for_selector(".lt-way")
    found = ISSUE.search(screen.page.url)
    assert found, screen.page.url
    return found[1]


def test_the_line_on_top_counts_the_open_and_late_issues_that_stand_below(open_screen: OpenScreen) -> None:
    screen = open_screen("boss")
    screen.open("/issues?lang=en")
    screen.page.locator(".lt-table").wait_for()
    tally = re.search(r"(\d+) open, (\d+) of them overdue", screen.page.locator(".lt-title").inner_text())
    assert tally
    n_cards = screen.page.locator(".lt-board section:not(:last-child) > div").count()  # the last column is closed
    assert int(tally[1]) == screen.page.locator(".lt-table tbody tr").count() + n_cards
    late = screen.page.get_by_text(re.compile(r"\d+ d overdue")).count()
    assert int(tally[2]) == late > 0


def test_an_issue_is_found_worked_on_verified_by_another_person_and_reopened(open_screen: OpenScreen) -> None:
    quality = open_screen("qin")
    issue_id = open_issue(quality, "sue")
    assert f"通话 {quality.cockpit.cast.call_id}" in quality.text()
    supervisor = open_screen("sue")
    supervisor.open(f"/issues?issue={issue_id}")
    for label, name in (("原因是什么", "完成分析"), ("采取什么措施", "确定措施"), ("做了什么", "措施已实施")):
        write(supervisor, label, f"{label}：已写明")
        press(supervisor, name)
        supervisor.page.get_by_text(f"{label}：已写明").wait_for()
    assert "等待管理层、质检或合规人员验证效果" in supervisor.text()
    assert supervisor.page.get_by_role("button", name="验证通过").count() == 0
    quality.open(f"/issues?issue={issue_id}")
    write(quality, "效果如何，依据是什么", "复听十通，均已核实身份")
    press(quality, "验证通过")
    assert "关闭问题要有依据" in quality.text(), "no proof, not closed"
    assert quality.page.get_by_label("效果如何，依据是什么", exact=True).input_value() == "复听十通，均已核实身份"
    quality.page.get_by_text("附上依据").click()
    write(quality, "文件路径或网址", "minutes/12.pdf")
    press(quality, "验证通过")
    quality.page.get_by_text("复听十通，均已核实身份").wait_for()
    write(quality, "为什么重新打开", "周五又出现两次")
    press(quality, "重新打开")
    quality.page.get_by_text("周五又出现两次").wait_for()
    quality.open("/issues")
    assert quality.page.get_by_role("link", name=TOPIC).count() == 1
    assert "重新打开" in quality.text()


def test_the_second_of_two_tabs_is_told_what_changed_and_keeps_what_was_typed(open_screen: OpenScreen) -> None:
    first, second = open_screen("qin"), open_screen("boss")
    issue_id = open_issue(first, "sue")
    first.open(f"/issues?issue={issue_id}")
    second.open(f"/issues?issue={issue_id}")
    write(first, "原因是什么", "话术卡缺了一步")
    write(second, "原因是什么", "新人太多")
    press(first, "完成分析")
    first.page.get_by_text("话术卡缺了一步").wait_for()
    press(second, "完成分析")
    assert "别人已处理过这个事项" in second.text()
    assert second.page.get_by_text("话术卡缺了一步").count() >= 1
    assert second.page.get_by_label("采取什么措施", exact=True).input_value() == "新人太多"
    press(second, "确定措施")
    second.page.get_by_text("新人太多", exact=True).first.wait_for()


def test_the_pages_of_the_loop_speak_one_language_and_fit_a_phone(open_screen: OpenScreen) -> None:
    for path in ("issues", "projects", "suggestions", "stars", "practices", "ledger"):
        screen = open_screen("boss", width=390)
        screen.open(f"/{path}?lang=en")
        screen.see_all()
        assert screen.overflow() <= 0, path
        screen.keep(f"{path}_390_en")
        assert re.findall(r"[\u4e00-\u9fff]+", screen.text_of_ours().replace("中文", "")) == [], path
