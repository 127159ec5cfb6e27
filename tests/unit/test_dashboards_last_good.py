"""While the store is down, who was signed in goes on reading: for a while, and nobody else."""

from __future__ import annotations

from datetime import datetime
from unittest.mock import patch

import pytest

from dashboards import last_good
from lingting.store import AccountView, Role

BOSS = AccountView("u1", "boss", Role.MANAGEMENT, None, (), False, datetime(2026, 10, 1), None, None)


@pytest.fixture(autouse=True)
def _nobody_yet(lingting_home: object) -> None:
    last_good._known.clear()


def test_who_was_good_a_short_while_ago_is_known() -> None:
    with patch("dashboards.last_good.time.monotonic", return_value=1000.0):
        last_good.remember("token", BOSS)
    with patch("dashboards.last_good.time.monotonic", return_value=1000.0 + 30 * 60):
        assert last_good.recall("token") == BOSS
    with patch("dashboards.last_good.time.monotonic", return_value=1000.0 + 30 * 60 + 1):
        assert last_good.recall("token") is None


def test_nobody_else_is_known_and_an_ended_session_is_forgotten() -> None:
    last_good.remember("token", BOSS)
    assert last_good.recall("other") is None
    assert last_good.recall("") is None
    last_good.forget("token")
    assert last_good.recall("token") is None


def test_old_sessions_do_not_pile_up_and_no_token_is_kept() -> None:
    with patch("dashboards.last_good.time.monotonic", return_value=1000.0):
        last_good.remember("old token", BOSS)
    with patch("dashboards.last_good.time.monotonic", return_value=10_000.0):
        last_good.remember("new token", BOSS)
    assert len(last_good._known) == 1
    assert not [mark for mark in last_good._known if "token" in mark]
