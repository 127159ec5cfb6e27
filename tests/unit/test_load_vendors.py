"""The shipped mappings on small logs written here, and on rubbish: no line is lost and none stops the rest."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingting.lake import days_of, read_partition
from lingting.loading import LoadReport, load_file
from lingting.paths import Home
from lingting.privacy import pseudonym, pseudonym_key


def load_text(folder: Path, mapping: str, source: str, lines: list[str]) -> LoadReport:
    path = folder / f"{mapping}-{source}.txt"
    path.write_text("".join(line + "\n" for line in lines), "utf-8")
    return load_file(source, path, mapping)


def rows_of(source: str) -> dict[str, dict[str, Any]]:
    """All rows of a source by the first column of its key."""
    rows = [row for day in days_of(source) for row in read_partition(source, day).to_pylist()]
    return {next(iter(row.values())): row for row in rows}


QUEUE_LOG = [
    "1790816400|NONE|NONE|NONE|QUEUESTART|",
    "1790816401|1790816401.1|sales|NONE|ENTERQUEUE||+8613800138000|1",
    "1790816405|1790816401.1|sales|SIP/1001|RINGNOANSWER|4000",
    "1790816411|1790816401.1|sales|Local/1002@from-queue/n|CONNECT|10|1790816409.2|3",
    "1790816511|1790816401.1|sales|Local/1002@from-queue/n|COMPLETECALLER|10|100|1",
    "1790816500|1790816500.3|sales|NONE|ENTERQUEUE||02161234567|1",
    "1790816530|1790816500.3|sales|NONE|EXITWITHTIMEOUT|1|1|30",
    "1790816530|1790816500.3|service|NONE|ENTERQUEUE||02161234567|2",
    "1790816550|1790816500.3|service|PJSIP/1003-0a|CONNECT|20|1790816549.4|1",
    "1790816600|1790816500.3|service|PJSIP/1003-0a|BLINDTRANSFER|9000|from-internal|20|50|1",
    " 1790816700 | 1790816700.5 | sales | NONE | ENTERQUEUE | | anonymous | 1 ",
    " 1790816703 | 1790816700.5 | sales | NONE | ABANDON | 1 | 1 | 3 ",
    "1790816800|1790816800.6|sales|NONE|ENTERQUEUE||13900139000|1",
    "1790816900|1790816900.7|sales|Anna Li|CONNECT|7|1790816899.8",
    "1790816920|1790816900.7|sales|Anna Li|COMPLETEAGENT|7|20|1",
    "1790816950|1790816950.9|sales|NONE|ENTERQUEUE||13700137000|1",
    "1790816960|1790816950.9|sales|NONE|EXITWITHKEY|9|1|1|10",
]


def test_a_queue_log_becomes_legs_with_their_waits(lingting_home: Home, tmp_path: Path) -> None:
    report = load_text(tmp_path, "asterisk_queue_log", "calls", QUEUE_LOG)
    assert (report.rows_in, report.accepted, report.skipped, report.records) == (16, 15, 1, 6)
    assert [(item.reason, item.rows, item.first_row) for item in report.rejects] == [("no_end", 1, 13)]
    calls = rows_of("calls")
    answered = calls["1790816401.1-1"]
    assert (answered["outcome"], answered["agent_id"], answered["ended_by"]) == ("answered", "1002", "customer")
    assert answered["answered_at"] - answered["queued_at"] == datetime(1, 1, 1, 0, 0, 10) - datetime(1, 1, 1)
    assert (answered["talk_seconds"], answered["ring_seconds"]) == (100, 3)
    assert answered["customer_key"] == pseudonym("13800138000", pseudonym_key())
    first, second = calls["1790816500.3-1"], calls["1790816500.3-2"]
    assert (first["outcome"], first["flowout_kind"], first["queue_id"]) == ("flowout", "overflow", "sales")
    assert (second["outcome"], second["transfer_kind"], second["agent_id"]) == ("answered", "cold", "1003")
    assert (second["leg_no"], second["contact_id"], second["talk_seconds"]) == (2, "1790816500.3", 50)
    dirty = calls["1790816700.5-1"]
    assert (dirty["outcome"], dirty["customer_key"], dirty["queue_id"]) == ("abandoned", None, "sales")
    late = calls["1790816900.7-1"]
    assert (late["agent_id"], (late["answered_at"] - late["queued_at"]).total_seconds()) == ("Anna Li", 7)
    assert calls["1790816950.9-1"]["flowout_kind"] == "ivr"


def test_a_queue_log_names_its_agents_and_queues_once(lingting_home: Home, tmp_path: Path) -> None:
    agents = load_text(tmp_path, "asterisk_queue_log", "agents", QUEUE_LOG)
    queues = load_text(tmp_path, "asterisk_queue_log", "queues", QUEUE_LOG)
    assert (agents.rows_in, agents.records, agents.rejected) == (3, 3, 0)
    assert (queues.rows_in, queues.records, queues.rejected) == (16, 2, 0)
    assert sorted(rows_of("agents")) == ["1002", "1003", "Anna Li"]
    assert sorted(rows_of("queues")) == ["sales", "service"]


def cdr(**changes: str) -> str:
    """One line of FreeSWITCH's Master.csv."""
    fields = {
        "caller_id_name": "13800138000", "caller_id_number": "13800138000", "destination_number": "1002",
        "context": "default", "start_stamp": "2026-10-01 09:00:00", "answer_stamp": "2026-10-01 09:00:08",
        "end_stamp": "2026-10-01 09:01:08", "duration": "68", "billsec": "60", "hangup_cause": "NORMAL_CLEARING",
        "uuid": "u1", "bleg_uuid": "", "accountcode": "", "read_codec": "PCMU", "write_codec": "PCMU",
    }  # fmt: skip
    return ",".join(f'"{value}"' for value in (fields | changes).values())


def test_a_freeswitch_record_is_read_whole_or_after_excel(lingting_home: Home, tmp_path: Path) -> None:
    damaged = {"start_stamp": "2026/10/1 9:00", "answer_stamp": "2026/10/1 9:00", "end_stamp": "2026/10/1 9:01"}
    lines = [
        cdr(uuid="whole"),
        cdr(uuid="damaged", **damaged),
        cdr(uuid="missed", answer_stamp="", billsec="0", hangup_cause="NO_ANSWER"),
        cdr(uuid="out", caller_id_name="Outbound Call", caller_id_number="1002", destination_number="&"),
        cdr(uuid="inside", caller_id_name="1001", caller_id_number="1001"),
        cdr(uuid="bad", start_stamp="1.10.26 9:00"),
    ]
    report = load_text(tmp_path, "freeswitch_cdr_csv", "calls", lines)
    assert [(item.reason, item.column) for item in report.rejects] == [("bad_value", "started")]
    calls = rows_of("calls")
    whole, damaged_row = calls["whole"], calls["damaged"]
    for row in (whole, damaged_row):
        assert row["entered_at"] == datetime(2026, 10, 1, 1)
        assert row["answered_at"] == datetime(2026, 10, 1, 1, 0, 8)
        assert row["ended_at"] == datetime(2026, 10, 1, 1, 1, 8)
        assert (row["direction"], row["queue_id"], row["agent_id"]) == ("inbound", "default", "1002")
    assert (calls["missed"]["outcome"], calls["missed"]["agent_id"]) == ("abandoned", None)
    assert (calls["out"]["direction"], calls["out"]["customer_key"], calls["out"]["queue_id"]) == (
        "outbound",
        None,
        None,
    )
    assert (calls["inside"]["direction"], calls["inside"]["customer_key"]) == ("internal", None)
    assert load_text(tmp_path, "freeswitch_cdr_csv", "agents", lines).records == 1
    assert load_text(tmp_path, "freeswitch_cdr_csv", "queues", lines).records == 1
    assert rows_of("queues")["default"]["snapshot_date"] == date(2026, 10, 1)


@contextmanager
def own_home() -> Iterator[Path]:
    """A home for one hypothesis example, in which any share of rejects is allowed."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINGTING_HOME", str(Path(folder) / "home"))
        patch.setenv("LINGTING_LOAD__MAX_REJECT_RATIO", "1")
        yield Path(folder)


FIELD = st.sampled_from(
    ["", " ", "1", "-5", "x", "'", '"', "NONE", "1790816401", "1790816401.1", "sales", "SIP/1", "13800138000", "NaN",
     "2026-10-01 09:00:00", "2026/10/1 9:00", "ENTERQUEUE", "CONNECT", "ABANDON", "COMPLETEAGENT", "QUEUESTART", "客"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("mapping", "delimiter", "width"), [("asterisk_queue_log", "|", (1, 12)), ("freeswitch_cdr_csv", ",", (14, 15))]
)
@given(data=st.data())
@settings(max_examples=5, deadline=None)  # of up to 30 lines each
def test_rubbish_never_stops_a_load_and_never_gets_lost(
    mapping: str, delimiter: str, width: tuple[int, int], data: st.DataObject
) -> None:
    line = st.lists(FIELD, min_size=width[0], max_size=width[1]).map(delimiter.join)
    lines = data.draw(st.lists(line.filter(lambda text: text.strip() and '"' not in text), min_size=1, max_size=30))
    with own_home() as folder:
        for source in ("calls", "agents", "queues"):
            report = load_text(folder, mapping, source, lines)
            assert report.rows_in == report.accepted + report.rejected
            assert report.rows_in + report.skipped == len(lines)
            assert report.records == len(rows_of(source))
