"""`lingting live` refuses in one sentence what it can not do safely, and makes tokens only when asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from asr_jobs.live.access import Door, is_allowed, new_token
from asr_jobs.live.cli import app
from lingting.errors import InputError, UsageError
from lingting.paths import Home
from lingting.settings import settings_for


def refusal(*words: str) -> BaseException | None:
    return CliRunner().invoke(app, list(words)).exception


def test_without_a_token_for_alerts_nothing_is_served(lingting_home: Home) -> None:
    assert "lingting live token alerts" in str(refusal())
    new_token(Door.AUDIO)
    assert "lingting live token alerts" in str(refusal())


def test_a_token_is_made_and_printed_once(lingting_home: Home) -> None:
    made = CliRunner().invoke(app, ["token", "alerts"]).stdout.strip()
    assert is_allowed(Door.ALERTS, f"Bearer {made}")
    assert not is_allowed(Door.AUDIO, f"Bearer {made}")


def test_an_open_address_without_a_lock_is_refused(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINGTING_LIVE__HOST", "0.0.0.0")
    settings_for.cache_clear()
    new_token(Door.ALERTS)
    error = refusal()
    assert isinstance(error, UsageError)
    assert "no TLS" in str(error)


def test_replay_says_what_it_can_not_send(lingting_home: Home, tmp_path: Path) -> None:
    recordings = Path(__file__).resolve().parents[2] / "simulator" / "recordings"
    assert "is not a file" in str(refusal("replay", str(tmp_path / "absent.wav")))
    call = str(recordings / "r13_zh_refund.opus")
    assert "lingting live token" in str(refusal("replay", call))
    mono, nobody = str(recordings / "r24_mono.opus"), "audiosocket://127.0.0.1:1"
    assert isinstance(refusal("replay", mono, "--to", nobody), InputError)
    assert "can not be reached" in str(refusal("replay", call, "--to", nobody))
    new_token(Door.AUDIO)
    assert "no address to send to" in str(refusal("replay", call, "--to", "audiosocket//nowhere"))
