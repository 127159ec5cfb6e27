"""The life of a recording: how long it may be kept, holds, certified deletion, and what the warehouse is told."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lingting.clock import today
from lingting.errors import UsageError
from lingting.lake import read_partition
from lingting.loading import landing_files, load_file
from lingting.paths import Home
from lingting.vault import Deleted, Facts, VaultMedia, find_record, hold, purge, purge_one, release, verify
from lingting.vault.certificates import certificate_file
from lingting.vault.records import object_file, record_file
from lingting.vault.store import class_of
from tests.unit.vault_objects import days_kept, files_below, set_up, store

LONG_AGO = datetime(2020, 1, 1, 2)


@pytest.fixture(autouse=True)
def _vault(lingting_home: Home) -> None:
    set_up(lingting_home)


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> date:
    """As if it were tomorrow, for the purge."""
    day = today() + timedelta(days=1)
    monkeypatch.setattr("lingting.vault.deletion.today", lambda: day)
    return day


def landed() -> list[dict[str, Any]]:
    """All steps that lie in landing, in order."""
    lines = [line for file in landing_files("recording_objects") for line in file.path.read_text().splitlines()]
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize(
    ("notice", "consent", "kept"),
    [
        ("played", "granted", "contract"),
        ("spoken", "granted", "contract"),
        ("none", "granted", "unconsented"),
        ("played", "refused", "unconsented"),
        ("played", "unknown", "unconsented"),
    ],
)
def test_without_notice_or_consent_a_recording_has_the_short_class(notice: Any, consent: Any, kept: str) -> None:
    assert class_of(Facts("r1", notice, consent, "contract")) == kept


def test_going_on_after_the_notice_counts_only_if_the_settings_say_so(
    lingting_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lingting.settings import settings_for

    monkeypatch.setenv("LINGTING_VAULT__SILENCE_IS_CONSENT", "true")
    settings_for.cache_clear()
    assert class_of(Facts("r1", "played", "unknown")) == "service"
    assert class_of(Facts("r1", "none", "unknown")) == "unconsented"
    assert class_of(Facts("r1", "played", "refused")) == "unconsented"


def test_days_count_from_the_call_and_come_from_the_settings(
    lingting_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = datetime(2026, 10, 1, 17)  # 01:00 of the next day in Shanghai
    with days_kept(monkeypatch, service=5000):
        record = store(lingting_home, recorded_at=called)
    assert record.header.retain_until == date(2026, 10, 2) + timedelta(days=5000)
    assert store(lingting_home, "old", recorded_at=LONG_AGO).header.retain_until == today()


def test_nothing_is_deleted_on_its_last_day_and_all_the_day_after(lingting_home: Home, monkeypatch: Any) -> None:
    store(lingting_home, recorded_at=LONG_AGO)
    assert purge().deleted == []
    monkeypatch.setattr("lingting.vault.deletion.today", lambda: today() + timedelta(days=1))
    assert purge(dry_run=True).deleted == ["r1"]
    assert object_file("r1").exists()
    done = purge()
    assert (done.deleted, done.certificates) == (["r1"], ["DC-00000001"])
    assert purge().deleted == []


def test_a_held_recording_outlives_every_purge_until_it_is_released(lingting_home: Home, tomorrow: date) -> None:
    store(lingting_home, recorded_at=LONG_AGO)
    hold("r1", "诉讼 17 号")
    done = purge()
    assert (done.deleted, done.held) == ([], ["r1"])
    with pytest.raises(UsageError, match="on hold; release it first"):
        purge_one(["r1"], "the customer asked")
    with pytest.raises(UsageError, match="already on hold"):
        hold("r1", "again")
    release("r1", "closed")
    assert purge().deleted == ["r1"]
    with pytest.raises(Deleted):
        hold("r1", "too late")


def test_a_hold_that_was_taken_out_of_the_record_saves_nothing_from_the_seal(
    lingting_home: Home, tomorrow: date
) -> None:
    """Neither the record without its hold nor one with an earlier last day is believed."""
    store(lingting_home, recorded_at=LONG_AGO)
    before = record_file("r1").read_bytes()
    hold("r1", "诉讼")
    held = find_record("r1")
    assert held is not None
    lie = held.model_copy(update={"steps": held.steps[:1]})
    record_file("r1").write_bytes(lie.content)
    done = purge()
    assert done.deleted == [] and "not what was written" in done.refused[0]
    assert object_file("r1").exists() and lie.content != before


def test_a_deleted_recording_can_not_be_read_or_come_back(lingting_home: Home) -> None:
    store(lingting_home)
    sealed = json.loads(record_file("r1").read_bytes())["sealed"]
    purge_one(["r1"], "the customer asked")
    assert not object_file("r1").exists()
    assert sealed.encode() not in record_file("r1").read_bytes()
    with pytest.raises(Deleted, match=r"the customer asked.*DC-00000001"):
        VaultMedia("r1").read_bytes()
    with pytest.raises(Deleted):
        store(lingting_home)
    assert [state.status for state in verify()] == ["deleted"]


def test_a_certificate_says_what_when_by_whom_why_and_of_which_bytes(lingting_home: Home) -> None:
    import hashlib

    store(lingting_home, call_id="c1")
    encrypted = hashlib.sha256(object_file("r1").read_bytes()).hexdigest()
    purge_one(["r1"], "the customer asked")
    said = json.loads(certificate_file(1).read_text())
    assert said["object_sha256"] == encrypted
    assert {name: said[name] for name in ("recording_id", "call_id", "reason", "key_id", "retention_class")} == {
        "recording_id": "r1",
        "call_id": "c1",
        "reason": "the customer asked",
        "key_id": "k1",
        "retention_class": "service",
    }
    assert said["deleted_by"] and said["deleted_at"].endswith("Z")


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("harm", ["remove", "change", "reason"])
def test_a_certificate_that_was_removed_or_changed_is_noticed(lingting_home: Home, number: int, harm: str) -> None:
    for name in ("r1", "r2", "r3"):
        store(lingting_home, name)
        purge_one([name], "asked")
    assert not any(state.is_wrong for state in verify())
    path = certificate_file(number)
    if harm == "remove":
        path.unlink()
    elif harm == "change":
        path.write_text(path.read_text() + " ")
    else:
        path.write_text(path.read_text().replace("asked", "error"))
    assert "certificate" in [state.status for state in verify()]


def test_cutting_off_the_end_of_the_chain_with_its_head_is_noticed_by_the_records(lingting_home: Home) -> None:
    for name in ("r1", "r2"):
        store(lingting_home, name)
        purge_one([name], "asked")
    certificate_file(2).unlink()
    (certificate_file(2).parent / "HEAD.json").unlink()
    faults = [state.sentence for state in verify() if state.is_wrong]
    assert any("'r2' was deleted without certificate" in sentence for sentence in faults)


def test_the_warehouse_is_told_every_step_through_the_contract(lingting_home: Home, tomorrow: date) -> None:
    store(lingting_home, "r1", call_id="c1", recorded_at=LONG_AGO)
    store(lingting_home, "r2", consent="refused", notice="spoken")
    hold("r1", "诉讼")
    release("r1", "closed")
    purge()
    (file,) = landing_files("recording_objects")
    report = load_file(file.source, file.path, file.mapping)
    assert (report.rows_in, report.accepted, report.rejected) == (5, 5, 0)
    rows = read_partition("recording_objects", today()).to_pylist()
    steps = [(row["recording_id"], row["step"]) for row in rows]
    assert sorted(steps) == [
        ("r1", "deleted"),
        ("r1", "hold_placed"),
        ("r1", "hold_released"),
        ("r1", "stored"),
        ("r2", "stored"),
    ]
    by_step = {(row["recording_id"], row["step"]): row for row in rows}
    stored = by_step["r2", "stored"]
    assert (stored["encryption"], stored["key_id"], stored["retention_class"]) == ("AES-256", "k1", "unconsented")
    assert (stored["notice"], stored["consent"], stored["size_bytes"]) == ("spoken", "refused", 132306)
    assert stored["retain_until_date"] == today() + timedelta(days=3)
    assert by_step["r1", "deleted"]["certificate_id"] == "DC-00000001"


def test_a_torn_line_in_landing_is_mended_and_no_step_is_doubled(lingting_home: Home) -> None:
    """A command killed while it appended: begun.json is there, the line is not whole."""
    from lingting.vault.journal import begin

    store(lingting_home, "r1")
    store(lingting_home, "r2")
    (file,) = landing_files("recording_objects")
    whole = file.path.read_bytes()
    file.path.write_bytes(whole[:-30])
    begin("r2")
    hold("r1", "诉讼")
    assert file.path.read_bytes().startswith(whole)
    begin("r2")  # killed after the line, before the end was noted
    release("r1", "closed")
    assert [row["object_step_id"] for row in landed()] == [
        "r1:001:stored",
        "r2:001:stored",
        "r1:002:hold_placed",
        "r1:003:hold_released",
    ]


def test_a_deletion_leaves_no_seal_even_of_a_rotation_that_was_killed(lingting_home: Home) -> None:
    store(lingting_home)
    path = record_file("r1")
    half_written = path.parent / f".tmp-1-{path.name}"
    half_written.write_bytes(path.read_bytes())
    sealed = json.loads(path.read_bytes())["sealed"].encode()
    purge_one(["r1"], "asked")
    assert not any(sealed in other.read_bytes() for other in files_below(lingting_home.root))
