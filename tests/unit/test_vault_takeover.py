"""Recordings taken over from landing/ into the vault: nothing is lost, they are heard and played."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from asr_jobs import hearing, worker
from dashboards.data import queries
from lingting.cli.vault import app
from lingting.errors import InputError, UsageError
from lingting.paths import Home
from lingting.vault import Deleted, VaultMedia, find_record, purge_one, put_landing
from lingting.vault.records import object_file, record_file
from lingting.vault.takeover import Said, read_said
from lingting.warehouse import publish
from tests.fixtures.work_database import add_recording, make_work_database
from tests.unit.asr_day import DAY, PLAN, FakeEngine, put, recording, rows, run
from tests.unit.vault_objects import set_up

TOLD = Said("played", "granted")


@pytest.fixture
def home(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Three recordings in landing/, two of them of one file, and a vault. The voice detector is replaced."""
    set_up(lingting_home)
    put(lingting_home, [recording("R1"), recording("R2"), recording("R3", media_path="pbx/audio/R1.wav")], "sales")
    monkeypatch.setattr(worker, "plan", lambda asked: PLAN)
    monkeypatch.setattr(hearing, "speech", lambda samples: [(0.5, 3.5)])
    return lingting_home


def clear_files(home: Home) -> list[str]:
    return sorted(path.name for path in home.landing.rglob("*.wav"))


def without_times(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda row: str(row["recording_id"]))


def test_clear_files_leave_only_when_every_recording_of_them_is_kept(home: Home) -> None:
    content = (home.landing / "pbx/audio/R1.wav").read_bytes()
    done = put_landing(TOLD)
    assert (done.stored, done.removed, done.left) == (3, 2, [])
    assert clear_files(home) == []
    assert VaultMedia("R1").read_bytes() == VaultMedia("R3").read_bytes() == content
    found = find_record("R1")
    assert found is not None
    assert (found.header.retention_class, found.header.call_id) == ("contract", "C-R1")  # by the queue sales
    again = put_landing(TOLD)
    assert (again.stored, again.removed) == (0, 0)


def test_a_file_whose_object_can_not_be_read_back_stays(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from lingting.vault import takeover

    stored = takeover.put

    def damaged(path: Path, facts: Any) -> Any:
        record = stored(path, facts)
        content = bytearray(object_file(record.recording_id).read_bytes())
        content[-1] ^= 1
        object_file(record.recording_id).write_bytes(content)
        return record

    monkeypatch.setattr(takeover, "put", damaged)
    done = put_landing(TOLD)
    assert done.removed == 0 and "not what was stored" in done.left[0]
    assert clear_files(home) == ["R1.wav", "R2.wav"]


def test_an_empty_recording_is_left_and_told_and_stops_nothing(home: Home) -> None:
    (home.landing / "pbx/audio/R1.wav").write_bytes(b"")
    done = put_landing(TOLD)
    assert (done.stored, done.removed) == (1, 1)
    assert "R1.wav is empty" in done.left[0]


def test_the_worker_hears_from_the_vault_what_it_heard_from_the_file(home: Home) -> None:
    run()
    clear = {source: without_times(rows(source)) for source in ("transcripts", "turns")}
    put_landing(TOLD)
    engine = FakeEngine()
    assert run(engine).is_unchanged and engine.heard == 0
    for source in ("transcripts", "turns", "inspections"):
        (home.partition_file(source, DAY)).unlink()
    assert run(engine).statuses == {"ok": 3}
    assert engine.heard > 0
    assert {source: without_times(rows(source)) for source in ("transcripts", "turns")} == clear


def test_media_path_may_name_an_object_of_the_vault(home: Home) -> None:
    put_landing(TOLD)
    put(home, [recording("R9", media_path="vault:R1"), recording("R8", media_path="vault:nobody")])
    assert run().statuses == {"failed": 1, "ok": 1}
    assert {row["recording_id"]: row["error_code"] for row in rows("transcripts")} == {"R9": None, "R8": "REFUSED"}


def test_the_words_of_a_deleted_recording_stay_even_under_a_newer_pipeline(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_landing(TOLD)
    run()
    before = without_times(rows("turns"))
    purge_one(["R2"], "asked")
    assert run().is_unchanged
    monkeypatch.setattr(worker, "PIPELINE_VERSION", "999")
    engine = FakeEngine()
    assert run(engine).statuses == {"ok": 3}
    assert engine.heard > 0
    assert without_times(rows("turns")) == before


def test_a_damaged_object_fails_its_recording_and_a_lost_key_stops_the_day(home: Home) -> None:
    put_landing(TOLD)
    content = bytearray(object_file("R2").read_bytes())
    content[-1] ^= 1
    object_file("R2").write_bytes(content)
    record_file("R3").write_bytes(record_file("R3").read_bytes()[:-9])
    run()
    assert {row["recording_id"]: row["error_code"] for row in rows("transcripts")} == {
        "R1": None,
        "R2": "REFUSED",
        "R3": "REFUSED",
    }
    (home.vault_keys / "k1.key").rename(home.root / "k1.key")
    with pytest.raises(UsageError, match="CURRENT names the key"):
        run(retry=True)


def test_what_the_vault_has_is_never_published_in_clear_and_plays_from_memory(home: Home) -> None:
    sound = (home.landing / "pbx/audio/R1.wav").read_bytes()
    work = make_work_database(home.work_database, [DAY])
    add_recording(work, "c1", DAY, "pbx/audio/R1.wav", hashlib.sha256(sound).hexdigest())
    put(home, [recording("r-c1", media_path="pbx/audio/R1.wav")])
    publish("b1", [])
    (copy,) = home.published_audio.iterdir()
    assert copy.read_bytes() == sound
    put_landing(TOLD)
    assert list(home.published_audio.iterdir()) == []
    (home.landing / "pbx/audio/R1.wav").write_bytes(sound)  # delivered again
    publish("b2", [])
    assert list(home.published_audio.iterdir()) == []
    found = queries.vault_media("pbx/audio/R1.wav", "r-c1")
    assert found is not None and found.read_bytes() == sound
    purge_one(["r-c1"], "asked")
    with pytest.raises(Deleted) as deleted:
        found.read_bytes()
    assert deleted.value.certificate_id == "DC-00000001"


def test_single_recordings_may_have_their_own_facts(home: Home) -> None:
    table = home.root / "facts.csv"
    table.write_text("recording_id,notice,consent,retention_class\nR1,spoken,refused,\nR3,,,complaint\n")
    put_landing(TOLD, read_said(table, TOLD))
    headers = {name: find_record(name).header for name in ("R1", "R2", "R3")}  # type: ignore[union-attr]
    assert (headers["R1"].notice, headers["R1"].retention_class) == ("spoken", "unconsented")
    assert headers["R2"].retention_class == "contract"
    assert (headers["R3"].notice, headers["R3"].retention_class) == ("played", "complaint")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("recording_id,consent\nR1,yes\n", "line 2: consent 'yes' is not known"),
        ("a\n1\n", "line 2 has no recording_id"),
    ],
)
def test_a_malformed_table_of_facts_is_refused_before_anything_is_stored(home: Home, text: str, said: str) -> None:
    table = home.root / "facts.csv"
    table.write_text(text)
    with pytest.raises(InputError, match=said):
        read_said(table, TOLD)


def invoke(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


def test_the_commands_from_the_first_key_to_the_certificate(home: Home, tmp_path: Path) -> None:
    assert isinstance(invoke("init").exception, UsageError)  # set up already
    assert invoke("list").output == "the vault holds no recording\n"
    done = invoke("put", "--from-landing", "--notice", "played", "--consent", "granted")
    assert done.exit_code == 0 and "kept 3 recordings; removed 2 clear files" in done.output
    assert invoke("put", "--from-landing", "--notice", "played").exit_code == 2  # nothing is defaulted
    assert invoke("hold", "R1", "--reason", "诉讼").exit_code == 0
    listed = json.loads(invoke("list", "--format", "json").output)
    assert {row["recording_id"]: row["state"] for row in listed} == {"R1": "held", "R2": "kept", "R3": "kept"}
    assert "R1" in invoke("list", "--held").output and "R2" not in invoke("list", "--held").output
    assert invoke("list", "--due").output == "none of the 3 records fits\n"
    target = tmp_path / "clear.wav"
    assert invoke("get", "R1", "-o", str(target)).exit_code == 0
    assert target.read_bytes() == VaultMedia("R1").read_bytes() == invoke("get", "R1", "-o", "-").stdout_bytes
    assert "3 recordings sealed anew, 0 left" in invoke("rotate", "--key-id", "k2").output
    assert isinstance(invoke("purge", "--id", "R2").exception, UsageError)  # no reason
    assert "deleted R2 DC-00000001" in invoke("purge", "--id", "R2", "--reason", "asked").output
    assert invoke("purge", "--dry-run").output.startswith("would delete 0")
    assert "R1 is no longer on hold" in invoke("release", "R1", "--reason", "closed").output
    checked = invoke("verify", "--all")
    assert checked.exit_code == 0 and "3 checked" in checked.output
    object_file("R3").write_bytes(b"")
    wrong = invoke("verify")
    assert isinstance(wrong.exception, InputError) and wrong.exception.exit_code == 3
    assert "truncated" in wrong.output
