"""kill -9 of a vault command at every moment at which it touches the disk: the next command finishes what was begun."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lingting.clock import today
from lingting.loading import landing_files
from lingting.paths import Home
from lingting.vault import VaultMedia, deletion, find_record, hold, purge, rotate, verify
from lingting.vault.keys import create_key, keyring
from lingting.vault.records import object_file
from lingting.vault.rotation import not_under
from tests.unit.vault_objects import SOUND, store

NAMES = ("r1", "r2", "r3")
TOUCHES = ("fsync", "replace", "unlink", "truncate", "link", "write")


def killed(work: Callable[[], Any], moment: int) -> bool:
    """Run ``work`` in a child that kills itself before that touch of the disk; whether it was killed."""
    pid = os.fork()
    if not pid:
        _deadly(moment)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def _deadly(moment: int) -> None:
    left = moment

    def before(touch: Callable[..., Any]) -> Callable[..., Any]:
        def touched(*words: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return touch(*words, **named)

        return touched

    for name in TOUCHES:
        setattr(os, name, before(getattr(os, name)))


def every_moment(root: Path, home: Home, work: Callable[[], Any], check: Callable[[], None]) -> int:
    """Kill ``work`` at each of its moments, from the same start, and ``check`` what the next command makes of it."""
    kept = root / "kept"
    shutil.copytree(home.root, kept)
    for moment in range(1000):
        shutil.rmtree(home.root)
        shutil.copytree(kept, home.root)
        is_killed = killed(work, moment)
        check()
        if not is_killed:
            return moment
    raise AssertionError("the command never ended")


def steps() -> list[str]:
    return sorted(
        json.loads(line)["object_step_id"]
        for file in landing_files("recording_objects")
        for line in file.path.read_text().splitlines()
    )


def faults() -> list[str]:
    return [state.sentence for state in verify() if state.is_wrong]


@pytest.fixture
def home(lingting_home: Home) -> Home:
    create_key("k1")
    return lingting_home


def test_a_killed_put_is_done_again_and_told_once(tmp_path: Path, home: Home) -> None:
    store(home, "r0")

    def check() -> None:
        store(home)
        assert VaultMedia("r1").read_bytes() == SOUND
        assert (steps(), faults()) == (["r0:001:stored", "r1:001:stored"], [])

    assert every_moment(tmp_path, home, lambda: store(home), check) >= 8


def test_a_killed_put_leaves_nothing_that_can_not_be_explained(tmp_path: Path, home: Home) -> None:
    """Another command comes next: either the recording is there whole, with its step, or nothing of it is."""
    store(home, "r0")

    def check() -> None:
        hold("r0", "诉讼")
        is_there = find_record("r1") is not None
        assert object_file("r1").exists() == is_there == ("r1:001:stored" in steps())
        assert faults() == []

    every_moment(tmp_path, home, lambda: store(home), check)


def test_a_killed_purge_is_finished_by_the_next_one(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever lies between key, object, certificate and step: in the end each deletion has all four, once."""
    for name in NAMES:
        store(home, name, recorded_at=datetime(2020, 1, 1))
    hold("r2", "诉讼")
    monkeypatch.setattr(deletion, "today", lambda: today() + timedelta(days=1))

    def check() -> None:
        assert purge().held == ["r2"]
        assert [object_file(name).exists() for name in NAMES] == [False, True, False]
        assert faults() == []
        certificates = sorted(path.name for path in (home.vault / "certificates").glob("DC-*"))
        assert certificates == ["DC-00000001.json", "DC-00000002.json"]
        stored = [f"{name}:001:stored" for name in NAMES]
        assert steps() == sorted([*stored, "r1:002:deleted", "r2:002:hold_placed", "r3:002:deleted"])

    assert every_moment(tmp_path, home, purge, check) >= 20


def test_a_killed_hold_holds_or_was_never_placed_and_is_told_once(tmp_path: Path, home: Home) -> None:
    store(home)

    def check() -> None:
        store(home, "r2")  # any other command
        record = find_record("r1")
        assert record is not None
        assert ("r1:002:hold_placed" in steps()) == record.is_held
        assert len(steps()) == len(set(steps())) and faults() == []

    every_moment(tmp_path, home, lambda: hold("r1", "诉讼"), check)


def test_a_killed_rotation_opens_everything_and_is_resumed(tmp_path: Path, home: Home) -> None:
    for name in NAMES:
        store(home, name)
    left = set()

    def check() -> None:
        assert all(VaultMedia(name).read_bytes() == SOUND for name in NAMES)
        waiting = len(not_under(keyring().current.key_id))
        left.add(waiting)
        result = rotate()
        assert result.is_resumed == bool(waiting) and result.left == 0
        assert result.done == (waiting or len(NAMES))
        assert not_under(keyring().current.key_id) == [] and faults() == []

    every_moment(tmp_path, home, lambda: rotate("k2"), check)
    assert left == {0, 1, 2, 3}
