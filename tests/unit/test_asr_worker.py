"""A day's work is done once, survives crashes and bad files, and never writes a number in clear.

The recogniser and the voice detector are replaced here; tests/integration hears real speech.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from threading import Barrier
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from asr_jobs import batches, decoder, hearing, worker
from asr_jobs.engine import WindowText, Word
from asr_jobs.manifest import OUTPUTS, Spool, manifest_file
from lingting.contracts import contract
from lingting.errors import UsageError
from lingting.lake import write_partition
from lingting.paths import Home
from lingting.settings import settings_for
from tests.fixtures.sound_files import tone, write_wav
from tests.unit.asr_day import DAY, PLAN, SAID, FakeEngine, outputs, put, put_text, recording, rows, run


@pytest.fixture
def lake(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home in which the fake engine is planned and every sound is speech from 0.5 to 3.5 s."""
    monkeypatch.setattr(worker, "plan", lambda asked: PLAN)
    monkeypatch.setattr(hearing, "speech", lambda samples: [(0.5, 3.5)] if float(np.abs(samples).max()) > 0.1 else [])
    yield lingting_home


def test_a_stereo_call_becomes_a_transcript_turns_and_findings(lake: Home) -> None:
    put(lake, [recording("R1")])
    summary = run()
    assert summary.statuses == {"ok": 1}
    (transcript,) = rows("transcripts")
    assert (transcript["speaker_source"], transcript["channels"], transcript["n_masked"]) == ("channel", 2, 1)
    assert transcript["agent_talk_seconds"] == pytest.approx(3.0)
    assert [(turn["speaker"], turn["text_masked"]) for turn in rows("turns")] == [
        ("agent", SAID["agent"]),
        ("customer", "[手机号]"),
    ]
    greeting = next(row for row in rows("inspections") if row["rule_id"] == "greeting")
    assert (greeting["outcome"], greeting["turn_no"], greeting["matched_text"]) == ("hit", 1, "很高兴为您服务")


def test_no_digit_reaches_any_file_of_the_lake(lake: Home) -> None:
    text = {
        "recording_id": "T1",
        "turns": [{"speaker": "customer", "start": 0, "end": 2, "text": "卡号6222020212345678"}],
    }
    put(lake, [recording("R1"), put_text(lake, "T1", [text])])
    run()
    for path in lake.lake.rglob("*"):
        if path.is_file() and "recordings" not in path.parts and "calls" not in path.parts:
            content = path.read_bytes()
            for number in ("一三九一二三四五六七八", "一三九一", "6222020212345678", "62220202"):
                assert number.encode("utf-8") not in content, path
    assert {"6222020212345678"}.isdisjoint(row["text_masked"] for row in rows("turns"))


def test_a_second_run_hears_nothing_and_changes_no_byte(lake: Home) -> None:
    put(lake, [recording("R1"), recording("R2")])
    run()
    before = outputs(lake)
    summary = worker.transcribe_day(DAY, lambda chosen: pytest.fail("the engine was loaded"), lambda a, b: None)
    assert summary.is_unchanged
    assert summary.reused == 2
    assert outputs(lake) == before


def test_only_a_new_recording_is_heard(lake: Home) -> None:
    put(lake, [recording("R1")])
    run()
    put(lake, [recording("R1"), recording("R2")])
    engine = FakeEngine()
    summary = run(engine)
    assert (summary.reused, summary.transcribed, engine.heard) == (1, 1, 2)
    assert {row["recording_id"] for row in rows("transcripts")} == {"R1", "R2"}


def test_new_rules_or_a_new_queue_are_applied_without_hearing_again(
    lake: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(lake, [recording("R1")], queue="sales")
    run()
    assert next(row for row in rows("inspections") if row["rule_id"] == "identity")["outcome"] == "not_applicable"
    put(lake, [recording("R1")], queue="service")
    engine = FakeEngine()
    assert run(engine).reused == 1
    assert next(row for row in rows("inspections") if row["rule_id"] == "identity")["outcome"] == "miss"
    monkeypatch.setattr(worker, "models_sha256", lambda: "f" * 64)
    assert not run(engine).is_unchanged
    assert engine.heard == 0


def test_changed_sound_is_heard_again(lake: Home) -> None:
    put(lake, [recording("R1")])
    run()
    write_wav(lake.landing / "pbx/audio/R1.wav", [tone(4.2, 210), tone(4.2, 950)])
    engine = FakeEngine()
    run(engine)
    assert engine.heard == 2


def test_bad_files_fail_alone_with_their_reason(lake: Home) -> None:
    put(lake, [recording(name) for name in ("R1", "R2", "R3", "R4")])
    audio = lake.landing / "pbx/audio"
    (audio / "R2.wav").write_bytes(b"")
    (audio / "R3.wav").write_bytes(b"garbage" * 1000)
    (audio / "R4.wav").unlink()
    summary = run()
    codes = {row["recording_id"]: (row["status"], row["error_code"]) for row in rows("transcripts")}
    assert codes == {
        "R1": ("ok", None),
        "R2": ("failed", "EMPTY"),
        "R3": ("failed", "UNREADABLE"),
        "R4": ("failed", "MISSING"),
    }
    assert summary.failed_ratio == 0.75
    assert summary.is_blocked
    assert {row["recording_id"] for row in rows("inspections")} == {"R1"}


def test_silence_is_a_success_without_turns(lake: Home) -> None:
    put(lake, [recording("R1")])
    write_wav(lake.landing / "pbx/audio/R1.wav", [tone(4.0, 200) * 0, tone(4.0, 200) * 0])
    summary = worker.transcribe_day(DAY, lambda chosen: pytest.fail("nothing to decode"), lambda a, b: None)
    assert summary.statuses == {"no_speech": 1}
    assert {row["outcome"] for row in rows("inspections")} == {"not_applicable"}


def test_a_mono_recording_has_no_speaker_and_decides_nothing(lake: Home) -> None:
    put(lake, [recording("R1")])
    write_wav(lake.landing / "pbx/audio/R1.wav", [tone(4.0, 200)])
    run()
    (transcript,) = rows("transcripts")
    assert (transcript["speaker_source"], transcript["agent_talk_seconds"], transcript["n_agent_chars"]) == (
        "none",
        None,
        None,
    )
    assert {turn["speaker"] for turn in rows("turns")} == {"unknown"}
    assert {row["outcome"] for row in rows("inspections")} == {"not_applicable"}


def test_the_agent_may_be_on_the_right_channel(lake: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    put(lake, [recording("R1")])
    monkeypatch.setenv("LINGTING_ASR__AGENT_CHANNEL", "1")
    settings_for.cache_clear()
    run()
    assert [(turn["speaker"], turn["text_masked"]) for turn in rows("turns")] == [
        ("agent", "[手机号]"),
        ("customer", SAID["agent"]),
    ]


def test_less_sound_than_the_switch_recorded_is_partial(lake: Home) -> None:
    put(lake, [recording("R1", duration_seconds=60.0)])
    assert run().statuses == {"partial_audio": 1}


class Killed(BaseException):
    """Stands for kill -9: nothing below may catch it."""


def test_a_killed_worker_goes_on_where_it_was_and_ends_with_the_same_bytes(
    lake: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "GROUP", {"cpu": 2, "cuda": 2})
    names = [recording(f"R{number}") for number in range(6)]
    put(lake, names)
    run()
    undisturbed = outputs(lake)
    for source in OUTPUTS:
        lake.partition_file(source, DAY).unlink()
    manifest_file(DAY).unlink()

    def die_at_third_batch(windows: int) -> None:
        if engine.heard >= 8:
            raise Killed

    engine = FakeEngine(die_at_third_batch)
    with pytest.raises(Killed):
        run(engine)
    second = FakeEngine()
    summary = run(second)
    assert second.heard < 12  # what was finished is not heard twice
    assert summary.statuses == {"ok": 6}
    assert outputs(lake) == undisturbed


def test_a_worker_killed_between_the_files_leaves_nothing_that_is_trusted(lake: Home) -> None:
    put(lake, [recording("R1"), recording("R2")])
    run()
    whole = outputs(lake)
    lake.partition_file("turns", DAY).unlink()
    summary = run()
    assert not summary.is_unchanged
    assert outputs(lake) == whole


def test_what_kills_the_worker_twice_is_given_up_and_the_day_goes_on(lake: Home) -> None:
    put(lake, [recording(f"R{number}") for number in range(3)])
    poison = hearing.prepare(hearing.Source(lake.landing / "pbx/audio/R1.wav", "zh")).channels[0].windows[0].samples

    class Poisoned(FakeEngine):
        def _one(self, window: np.ndarray) -> WindowText:
            if window.tobytes() == poison.tobytes():
                raise Killed
            return super()._one(window)

    for _ in range(2):
        with pytest.raises(Killed):
            run(Poisoned())
    summary = run(Poisoned())
    codes = {row["recording_id"]: (row["status"], row["error_code"]) for row in rows("transcripts")}
    assert summary.statuses == {"failed": 1, "ok": 2}
    assert codes["R1"] == ("failed", "CRASHED_WORKER")
    assert run(Poisoned()).is_unchanged
    assert run(FakeEngine(), retry=True).statuses == {"ok": 3}


def test_a_full_gpu_makes_the_batches_smaller_and_loses_nothing(lake: Home) -> None:
    put(lake, [recording(f"R{number}") for number in range(3)])

    def too_big(windows: int) -> None:
        if windows > 2:
            raise MemoryError

    engine = FakeEngine(too_big)
    assert run(engine).statuses == {"ok": 3}
    assert max(engine.sizes) <= 2


def test_an_engine_error_on_one_recording_fails_only_that_one(lake: Home) -> None:
    put(lake, [recording(f"R{number}") for number in range(3)])
    bad = hearing.prepare(hearing.Source(lake.landing / "pbx/audio/R2.wav", "zh")).channels[1].windows[0].samples

    class Failing(FakeEngine):
        def _one(self, window: np.ndarray) -> WindowText:
            if window.tobytes() == bad.tobytes():
                raise RuntimeError("strange input")
            return super()._one(window)

    run(Failing())
    codes = {row["recording_id"]: (row["status"], row["error_code"]) for row in rows("transcripts")}
    assert codes == {"R0": ("ok", None), "R1": ("ok", None), "R2": ("failed", "ENGINE_ERROR")}


def test_texts_are_inspected_without_an_engine(lake: Home) -> None:
    turns = [
        {"speaker": "customer", "start": 5.0, "end": 7.0, "text": "我要投訴你們"},
        {"speaker": "agent", "start": 0.0, "end": 4.0, "text": "您好，歡迎致電"},
    ]
    put(lake, [put_text(lake, "T1", [{"recording_id": "T1", "turns": turns}, "not json", ""])])
    summary = worker.transcribe_day(DAY, lambda chosen: pytest.fail("an engine for text"), lambda a, b: None)
    assert summary.statuses == {"ok": 1}
    assert [turn["text_masked"] for turn in rows("turns")] == ["您好，欢迎致电", "我要投诉你们"]
    (transcript,) = rows("transcripts")
    assert (transcript["engine"], transcript["speaker_source"]) == ("simulated", "text")
    clauses = [row for row in rows("inspections") if row["rule_kind"] in ("must_say", "risk")]
    assert {row["rule_id"] for row in clauses if row["outcome"] == "hit"} == {"greeting", "complaint"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"recording_id": "other", "turns": []}, "MISSING"),
        ({"recording_id": "T1", "turns": "none"}, "UNREADABLE"),
        ({"recording_id": "T1", "turns": [{"speaker": "robot", "start": 0, "end": 1, "text": "a"}]}, "UNREADABLE"),
        ({"recording_id": "T1", "turns": [{"speaker": "agent", "start": 3, "end": 1, "text": "a"}]}, "UNREADABLE"),
    ],
)
def test_a_text_that_can_not_be_used_fails_with_its_reason(lake: Home, line: dict[str, Any], code: str) -> None:
    put(lake, [put_text(lake, "T1", [line])])
    run()
    assert [(row["status"], row["error_code"]) for row in rows("transcripts")] == [("failed", code)]


def test_a_day_that_became_empty_is_cleared(lake: Home) -> None:
    put(lake, [recording("R1")])
    run()
    put(lake, [])
    run()
    assert rows("transcripts") == []
    assert run().is_unchanged


def test_the_rule_catalogue_lies_beside_the_findings(lake: Home) -> None:
    put(lake, [recording("R1")])
    run()
    listed = json.loads((lake.lake / "_rules.json").read_text(encoding="utf-8"))
    assert {row["rule_id"] for row in rows("inspections")} <= {entry["rule_id"] for entry in listed}


def test_two_workers_never_share_a_day(lake: Home) -> None:
    put(lake, [recording("R1")])
    with Spool(DAY).locked(), pytest.raises(UsageError, match="another worker"):
        run()


def test_a_path_out_of_landing_is_refused(lake: Home) -> None:
    put(lake, [recording("R1")])
    escaped = [recording("R1", media_path="../../etc/passwd")]
    write_partition("recordings", DAY, pa.Table.from_pylist(escaped, schema=contract("recordings").arrow_schema))
    with pytest.raises(Exception, match="leaves"):
        run()


def test_windows_of_one_batch_need_equal_encoders(lake: Home) -> None:
    """What is heard must not depend on the neighbours in the batch."""
    seen: list[list[int]] = []

    class Watching(FakeEngine):
        def transcribe(self, windows: Any, language: str) -> list[WindowText]:
            seen.append([len(window) for window in windows])
            return super().transcribe(windows, language)

    windows = [hearing.Window(np.zeros(size * 16000, dtype=np.float32), ()) for size in (3, 27, 5, 26, 18)]
    texts = decoder.Decoder(Watching, 8).transcribe(windows, "zh")
    assert len(texts) == 5
    assert [[size // 16000 for size in sizes] for sizes in seen] == [[27, 26], [18], [5, 3]]


def test_a_batch_has_one_language_and_few_windows_are_shared_out() -> None:
    seen: list[tuple[str, int]] = []

    class Watching(FakeEngine):
        def transcribe(self, windows: Any, language: str) -> list[WindowText]:
            seen.append((language, len(windows)))
            return [WindowText((Word(f"{language}{len(window) // 16000}", 0.0, 1.0),), 0.0) for window in windows]

    windows = [hearing.Window(np.zeros(size * 16000, dtype=np.float32), ()) for size in (3, 4, 5, 6, 7, 8)]
    texts = decoder.Decoder(Watching, 8, at_once=2).transcribe(windows, ["zh", "en", "zh", "zh", "en", "zh"])
    assert [text and text.text for text in texts] == ["zh3", "en4", "zh5", "zh6", "en7", "zh8"]
    assert sorted(seen) == [("en", 2), ("zh", 2), ("zh", 2)]


def test_batches_are_heard_at_the_same_time_and_come_back_in_order() -> None:
    together = Barrier(2, timeout=10)  # opens only when two batches are in the engine at once

    class Meeting(FakeEngine):
        def transcribe(self, windows: Any, language: str) -> list[WindowText]:
            together.wait()
            return [WindowText((Word(str(len(window)), 0.0, 1.0),), 0.0) for window in windows]

    windows = [hearing.Window(np.zeros(size * 16000, dtype=np.float32), ()) for size in (3, 4, 5, 6)]
    texts = decoder.Decoder(Meeting, 8, at_once=2).transcribe(windows, "zh")
    assert [text and text.text for text in texts] == ["48000", "64000", "80000", "96000"]


def put_angry_call(lake: Home) -> None:
    turns = [
        {"speaker": "customer", "start": 0.0, "end": 2.0, "text": "你们乱扣我的钱，我的号码是13800138000，我很生气"},
        {"speaker": "agent", "start": 3.0, "end": 5.0, "text": "理解您的心情，我马上帮您查"},
        {"speaker": "customer", "start": 6.0, "end": 8.0, "text": "好的"},
    ]
    put(lake, [put_text(lake, "T1", [{"recording_id": "T1", "turns": turns}])])


def test_feelings_of_the_customer_stand_beside_the_turns(lake: Home) -> None:
    put_angry_call(lake)
    run()
    assert [(row["turn_id"], row["emotion"]) for row in rows("emotions")] == [
        ("T1:0001", "anger"),
        ("T1:0003", "neutral"),
    ]
    first = rows("emotions")[0]
    assert "生气" in first["cue_text"] and "138" not in first["cue_text"]
    (episode,) = rows("emotion_episodes")
    assert (episode["episode_id"], episode["is_soothed"], episode["is_solution_offered"]) == ("T1:0001", True, True)


def test_feelings_go_with_the_recordings_of_their_day(lake: Home) -> None:
    put_angry_call(lake)
    run()
    put(lake, [])
    run()
    assert rows("emotions") == rows("emotion_episodes") == []
