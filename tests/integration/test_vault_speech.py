"""A recording is taken over into the vault, heard from there by a real recogniser, and never lies clear on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lingting.paths import Home
from lingting.settings import settings_for
from lingting.vault import VaultMedia, put_landing
from lingting.vault.keys import create_key
from lingting.vault.takeover import Said
from tests.integration.spoken_day import RECORDINGS, make_day, run_worker, table, truth_of
from tests.unit.vault_objects import files_below

NAME = "r13"


def test_a_recording_of_the_vault_is_heard_and_leaves_no_clear_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_day(tmp_path / "home", (NAME,))
    monkeypatch.setenv("LINGTING_HOME", str(home.root))
    settings_for.cache_clear()
    (one,) = truth_of((NAME,))
    clear = (RECORDINGS / one["file"]).read_bytes()
    assert clear_files(home, clear) != []  # the search would find it
    create_key()
    done = put_landing(Said("played", "granted"))
    assert (done.stored, done.removed, done.left) == (1, 1, [])

    heard = run_worker(home, tmp_path / "models", "faster_whisper")
    assert heard.returncode == 0, heard.stderr[-3000:]
    assert json.loads(heard.stdout)["statuses"] == {"ok": 1}
    said = {row["rule_id"] for row in table(home, "inspections") if row["outcome"] == "hit"}
    planted = {rule for rule, is_said in one["clauses"].items() if is_said}
    assert len(planted & said) >= 0.7 * len(planted) and planted
    assert clear_files(home, clear) == []
    assert VaultMedia(NAME).read_bytes() == clear
    settings_for.cache_clear()


def clear_files(home: Home, clear: bytes) -> list[str]:
    """Files that hold any of the recording's blocks: 64 bytes at every 512th place, and every Ogg page's head."""
    blocks = [clear[at : at + 64] for at in range(0, len(clear) - 64, 512)]
    found = []
    for path in files_below(home.root):
        content = path.read_bytes()
        if b"OggS" in content or any(block in content for block in blocks):
            found.append(path.name)
    return found
