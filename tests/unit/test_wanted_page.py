"""The page that somebody wanted before signing in elsewhere: ours only, never another site's."""

from __future__ import annotations

import pytest

from dashboards.wanted_page import page_of

HOST = "calls.example:8501"


@pytest.mark.parametrize(
    ("address", "page"),
    [
        (f"http://{HOST}/service?grain=month&lang=en", "/service?grain=month&lang=en"),
        (f"http://{HOST}/team", "/team"),
        (f"http://{HOST}/?lang=en", "/?lang=en"),
    ],
)
def test_a_page_of_ours_is_kept_with_its_filters(address: str, page: str) -> None:
    assert page_of(address, HOST) == page


@pytest.mark.parametrize(
    "address",
    [
        "", "http://evil.example/team", f"http://{HOST}/nowhere", f"http://{HOST}//evil.example/team",
        f"http://{HOST}/recordings/C1", "http://[broken/team", f"http://{HOST}.evil.example/team", f"http://{HOST}/",
    ],
)  # fmt: skip
def test_anything_else_leads_to_the_first_page(address: str) -> None:
    assert page_of(address, HOST) == ""


@pytest.mark.parametrize(
    "cookie", ["//evil.example/team", "https://evil.example/team", "/\\evil.example", "javascript:1"]
)
def test_a_forged_cookie_leads_nowhere_else(cookie: str) -> None:
    assert page_of(cookie, "") == ""
