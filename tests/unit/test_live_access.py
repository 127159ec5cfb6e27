"""Who may connect to a live server, and where it may listen."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from asr_jobs.live.access import Door, check_listening, comes_from, is_allowed, networks, new_token, tls, tokens
from lingting.errors import UsageError
from lingting.paths import Home
from lingting.settings import LiveSettings


def test_a_token_opens_its_own_door_only(lingting_home: Home) -> None:
    audio, alerts = new_token(Door.AUDIO), new_token(Door.ALERTS)
    assert is_allowed(Door.AUDIO, f"Bearer {audio}")
    assert not is_allowed(Door.ALERTS, f"Bearer {audio}")
    assert is_allowed(Door.ALERTS, f"bearer {alerts}")
    for wrong in (None, "", alerts, f"Basic {alerts}", f"Bearer {alerts[:-1]}", "Bearer ", "Bearer é"):
        assert not is_allowed(Door.ALERTS, wrong)
    assert stat.S_IMODE(lingting_home.live_tokens.stat().st_mode) == 0o600


def test_a_token_taken_out_opens_nothing_any_more(lingting_home: Home) -> None:
    first, second = new_token(Door.ALERTS), new_token(Door.ALERTS)
    lingting_home.live_tokens.write_text(f"# kept\nalerts {second}\n", encoding="utf-8")
    assert not is_allowed(Door.ALERTS, f"Bearer {first}")
    assert tokens(Door.ALERTS) == [second]


@pytest.mark.parametrize("line", ["alerts short", "everything " + "x" * 40, "alerts", "alerts " + "x" * 40 + " more"])
def test_a_line_that_is_no_token_is_refused(lingting_home: Home, line: str) -> None:
    new_token(Door.ALERTS)
    lingting_home.live_tokens.write_text(line, encoding="utf-8")
    with pytest.raises(UsageError, match="line 1"):
        tokens(Door.ALERTS)


def test_tokens_are_never_defaulted_and_never_readable_by_others(lingting_home: Home) -> None:
    with pytest.raises(UsageError, match="lingting live token"):
        tokens(Door.ALERTS)
    new_token(Door.ALERTS)
    lingting_home.live_tokens.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        is_allowed(Door.ALERTS, "Bearer x")


@pytest.mark.parametrize(
    ("address", "allowed", "expected"),
    [
        ("127.0.0.1", ["127.0.0.1"], True),
        ("::ffff:10.1.2.3", ["10.1.0.0/16"], True),
        ("10.2.0.1", ["10.1.0.0/16"], False),
        ("::1", ["127.0.0.1"], False),
        ("nowhere", ["0.0.0.0/0"], False),
    ],
)
def test_only_the_telephone_system_may_connect(address: str, allowed: list[str], expected: bool) -> None:
    assert comes_from(address, allowed) is expected


def test_listening_on_a_network_needs_a_lock_or_a_word(tmp_path: Path) -> None:
    check_listening(LiveSettings(), is_insecure=False)
    for open_to_all in (LiveSettings(host="0.0.0.0"), LiveSettings(audiosocket_host="192.168.1.5")):
        with pytest.raises(UsageError, match="--insecure"):
            check_listening(open_to_all, is_insecure=False)
        check_listening(open_to_all, is_insecure=True)
    check_listening(LiveSettings(host="0.0.0.0", tls_certificate=tmp_path / "cert.pem"), is_insecure=False)
    with pytest.raises(UsageError, match="tls_certificate"):
        tls(LiveSettings(tls_certificate=tmp_path / "cert.pem"))
    with pytest.raises(UsageError, match="audiosocket_from"):
        networks(["the telephone system"])
