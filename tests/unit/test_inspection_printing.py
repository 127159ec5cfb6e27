"""`lingting transcribe` prints every score with its reasons, as a table and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asr_jobs.cli import _record, _show
from asr_jobs.record import Heard, Turn
from tests.unit.inspection_talk import good

HEARD = Heard(
    status="ok",
    speaker_source="channels",
    duration_seconds=100.0,
    n_agent_chars=170,
    agent_turn_seconds=60.0,
    agent_talk_seconds=50.0,
    n_interruptions=0,
    turns=tuple(Turn(turn.speaker, turn.start, turn.end, turn.text) for turn in good("closing").turns),
)


def test_the_json_form_holds_scores_reasons_and_pace() -> None:
    record = json.loads(json.dumps(_record(Path("call.opus"), HEARD, "zh", "service", "inbound")))
    assert record["speech_rate"] == {"gross": 170.0, "net": 204.0}
    (closing,) = [score for score in record["scores"] if score["item"] == "closing"]
    (reason,) = closing["reasons"]
    assert (closing["model"], closing["outcome"], closing["points"]) == ("business", "fail", 30.0)
    assert (reason["code"], reason["why"], reason["points"]) == ("no_closing", "没有结束语", -70.0)
    assert (reason["rule_id"], reason["rule_version"]) == ("closing", "1")


def test_the_table_names_rule_version_and_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    _show(_record(Path("call.opus"), HEARD, "zh", "service", "inbound"))
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["business", "closing", "fail", "30"] in printed
    assert ["-70.0", "没有结束语", "closing", "v1"] in printed
    assert ["-20.0", "语速过快", "0.0"] in printed
    assert ["低风险"] in printed


def test_the_direction_reaches_the_rules() -> None:
    record = _record(Path("call.opus"), HEARD, "zh", "sales", "outbound")
    assert "step_opening" in {score["item"] for score in record["scores"]}


def test_a_recording_that_failed_has_no_scores() -> None:
    record = _record(Path("call.opus"), Heard(status="failed", error_code="EMPTY"), "zh", None, "inbound")
    assert (record["findings"], record["scores"]) == ([], [])
