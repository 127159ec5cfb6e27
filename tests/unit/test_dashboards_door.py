"""The way in: tickets are used once, each role has its pages, and a taken port is one sentence."""

from __future__ import annotations

import socket
from unittest.mock import patch

import pytest

from dashboards import tickets
from dashboards.cli import cockpit
from dashboards.navigation import PLACES, pages_for
from lingting.errors import UsageError
from lingting.store import Role


def test_ticket_is_good_once() -> None:
    ticket = tickets.issue("token")
    assert tickets.is_open(ticket)
    assert tickets.redeem(ticket) == "token"
    assert tickets.redeem(ticket) is None
    assert not tickets.is_open(ticket)


def test_ticket_of_nobody_opens_nothing() -> None:
    assert tickets.redeem("") is None
    assert tickets.redeem("guess") is None


def test_old_ticket_opens_nothing_and_is_forgotten() -> None:
    with patch("dashboards.tickets.time.monotonic", return_value=1000.0):
        ticket, forgotten = tickets.issue("token"), tickets.issue("other")
    with patch("dashboards.tickets.time.monotonic", return_value=1000.0 + tickets.LIFE_SECONDS + 1):
        assert tickets.redeem(ticket) is None
        tickets.issue("next")
        assert not tickets.is_open(forgotten)


def test_each_role_begins_on_its_own_page() -> None:
    assert pages_for(Role.AGENT)[0] == "my_calls"
    assert pages_for(Role.SUPERVISOR)[0] == "team"
    assert pages_for(Role.MANAGEMENT)[0] == "management"
    assert len({place.path for place in PLACES}) == len(PLACES)


def test_a_taken_port_is_wrong_usage(lingting_home: object) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}.*--port"):
            cockpit(port=port)


def test_an_address_that_is_not_ours_is_wrong_usage(lingting_home: object) -> None:
    with pytest.raises(UsageError, match=r"can not listen on 192\.0\.2\.1"):
        cockpit(port=18501, address="192.0.2.1")
