"""Mappings: expressions, let, where and query, and the sentence that each fault of a mapping file gives."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from lingting.contracts import all_contracts
from lingting.errors import InputError, UsageError
from lingting.lake import read_partition
from lingting.loading import load_file
from lingting.loading.mapping import find_mapping, shipped_mappings
from lingting.paths import Home
from lingting.privacy import pseudonym, pseudonym_key

DAY = date(2026, 10, 1)
CALLS = """
name: mine
sources:
  calls:
    columns:
      call_id: id
      contact_id: id
      leg_no: 1
      direction: "'inbound'"
      entered_at: from_local(start)
      ended_at: from_local(start) + to_seconds(cast(length as double))
      outcome: "'answered'"
      is_test: false
"""
FILE = "id,start,length,number\na,2026-10-01 09:00:00,60,138 0013 8000\nb,2026-10-01 10:00:00,30,anonymous\n"


def files(folder: Path, mapping: str = CALLS, content: str = FILE) -> tuple[Path, Path]:
    (folder / "mine.yaml").write_text(mapping, "utf-8")
    (folder / "file.csv").write_text(content, "utf-8")
    return folder / "file.csv", folder / "mine.yaml"


def refused(folder: Path, mapping: str, content: str = FILE) -> str:
    """The sentence that a faulty mapping gives."""
    path, mine = files(folder, mapping, content)
    with pytest.raises(UsageError) as caught:
        load_file("calls", path, mine)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_expressions_give_the_columns_and_local_time_becomes_utc(lingting_home: Home, tmp_path: Path) -> None:
    report = load_file("calls", *files(tmp_path))
    assert (report.mapping, report.accepted) == ("mine", 2)
    table = read_partition("calls", DAY).to_pylist()
    assert table[0]["entered_at"] == datetime(2026, 10, 1, 1)
    assert table[0]["ended_at"] == datetime(2026, 10, 1, 1, 1)
    assert table[0]["is_test"] is False
    assert table[0]["topic"] is None


def test_an_expression_that_fails_rejects_its_row_only(lingting_home: Home, tmp_path: Path) -> None:
    content = FILE + "c,2026-10-01 10:00:00,long,1\nd,yesterday,10,1\n"
    report = load_file("calls", *files(tmp_path, content=content))
    found = {(item.reason, item.column, item.first_row) for item in report.rejects}
    assert found == {("bad_value", "ended_at", 4), ("bad_value", "entered_at", 5)}
    assert report.accepted == 2


def test_where_keeps_rows_and_counts_the_others_as_skipped(lingting_home: Home, tmp_path: Path) -> None:
    mapping = CALLS.replace("    columns:", "    where: cast(length as bigint) > 40\n    columns:")
    content = FILE + "c,2026-10-01 10:00:00,,1\nd,2026-10-01 10:00:00,abc,1\n"
    report = load_file("calls", *files(tmp_path, mapping, content))
    assert (report.rows_in, report.accepted, report.rejected, report.skipped) == (2, 1, 1, 2)
    assert (report.rejects[0].reason, report.rejects[0].column) == ("bad_value", "where")


def test_let_names_a_value_for_later_expressions_and_its_failure_rejects(lingting_home: Home, tmp_path: Path) -> None:
    mapping = CALLS.replace(
        "    columns:", "    let: {seconds: cast(length as double), twice: 2 * seconds}\n    columns:"
    )
    mapping = mapping.replace("to_seconds(cast(length as double))", "to_seconds(twice)")
    content = FILE + "c,2026-10-01 10:00:00,abc,1\n"
    report = load_file("calls", *files(tmp_path, mapping, content))
    assert [(item.reason, item.column) for item in report.rejects] == [("bad_value", "seconds")]
    assert read_partition("calls", DAY)["ended_at"].to_pylist()[0] == datetime(2026, 10, 1, 1, 2)


def test_pseudonym_is_the_keyed_hash_of_the_plain_number(lingting_home: Home, tmp_path: Path) -> None:
    mapping = CALLS + "      customer_key: pseudonym(number)\n"
    load_file("calls", *files(tmp_path, mapping))
    keys = read_partition("calls", DAY)["customer_key"].to_pylist()
    assert keys == [pseudonym("13800138000", pseudonym_key()), None]
    everything = b"".join(path.read_bytes() for path in lingting_home.lake.rglob("*") if path.is_file())
    assert b"0013" not in everything


def test_a_mapping_without_pseudonyms_makes_no_key(lingting_home: Home, tmp_path: Path) -> None:
    load_file("calls", *files(tmp_path))
    assert not lingting_home.secrets.exists()


EVENTS = """
name: mine
sources:
  calls:
    where: kind <> 'START'
    query: >
      select id, min(moment) as began, max(moment) filter (kind = 'END') as ended, list(_row_no) as _rows,
             case when ended is null then 'no_end' end as _reject
      from file where id is not null group by id
    columns:
      {call_id: id, contact_id: id, leg_no: 1, direction: "'inbound'", entered_at: began, ended_at: ended,
       outcome: "'answered'"}
"""


def test_every_row_of_an_event_log_goes_with_its_record_or_is_rejected(lingting_home: Home, tmp_path: Path) -> None:
    lines = ["moment,id,kind", "2026-10-01 01:00:00,,START"]
    lines += [f"2026-10-01 01:00:0{second},a,{kind}" for second, kind in enumerate(["IN", "RING", "END"])]
    lines += ["2026-10-01 02:00:00,b,IN", "2026-10-01 03:00:00,,LOST", "2026-10-01 04:00:00,c,END", "too,many,fields,x"]
    report = load_file("calls", *files(tmp_path, EVENTS, "\n".join(lines) + "\n"))
    assert (report.rows_in, report.accepted, report.rejected) == (7, 4, 3)
    assert (report.skipped, report.records) == (1, 2)
    found = {(item.reason, item.rows, item.first_row) for item in report.rejects}
    assert found == {("no_end", 1, 6), ("not_used", 1, 7), ("wrong_field_count", 1, 9)}


def test_rows_of_a_record_that_breaks_the_contract_are_rejected_with_it(lingting_home: Home, tmp_path: Path) -> None:
    lines = ["moment,id,kind", "2026-10-01 01:00:00,a,IN", "2026-10-01 01:00:01,a,END", "x,b,IN", "y,b,END"]
    report = load_file("calls", *files(tmp_path, EVENTS, "\n".join(lines) + "\n"))
    assert (report.rows_in, report.accepted, report.rejected, report.records) == (4, 2, 2, 1)
    assert [(item.reason, item.column, item.rows) for item in report.rejects] == [("bad_value", "entered_at", 2)]


def test_a_query_must_say_which_rows_it_used(lingting_home: Home, tmp_path: Path) -> None:
    mapping = EVENTS.replace("list(_row_no) as _rows,", "")
    assert "the query must give _rows" in refused(tmp_path, mapping, "moment,id,kind\n")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("call_id: id", "callid: id", ["section calls", "'callid' is not a column of calls", "contact_id"]),
        ("      leg_no: 1\n", "", ["section calls", "leg_no must be mapped"]),
        ("leg_no: 1", "leg_no: nosuch(1)", ["mapping mine", "section calls", "leg_no", "nosuch"]),
        ("leg_no: 1", "leg_no: 1 +", ["mapping mine", "section calls", "leg_no", "syntax error"]),
        ("    columns:", "    colums: {}\n    columns:", ["'colums' is not known in sources.calls", "where, query"]),
        (
            "    columns:",
            "    format: {kind: csv}\n    columns:",
            ["'kind' is not known in sources.calls.format", "type"],
        ),
        ("    columns:", "    format: {type: pdf}\n    columns:", ["sources.calls.format.type", "'csv'", "'parquet'"]),
        ("    columns:", "    format: {header: false}\n    columns:", ["a file without a header needs `columns`"]),
        ("    columns:", "    where: nosuch = \n    columns:", ["mapping mine", "section calls", "where"]),
        ("    columns:", "    let: {Big: id}\n    columns:", ["sources.calls.let.Big"]),
        ("name: mine", "title: mine", ["mine.yaml", "name"]),
        ("  calls:", "  kalls:", ["no source is called 'kalls'", "calls, "]),
        ("name: mine", "name: [", ["mine.yaml is not YAML"]),
    ],
)
def test_a_fault_of_the_mapping_is_one_sentence(
    lingting_home: Home, tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    sentence = refused(tmp_path, CALLS.replace(old, new, 1))
    for word in words:
        assert word in sentence


def test_a_column_that_the_file_lacks_is_named(lingting_home: Home, tmp_path: Path) -> None:
    path, mine = files(tmp_path, CALLS.replace("from_local(start)", "from_local(begin_time)", 1))
    with pytest.raises(
        InputError, match=r"no column 'begin_time', which mapping mine uses for calls.entered_at; its col"
    ):
        load_file("calls", path, mine)


def test_expressions_can_not_reach_files(lingting_home: Home, tmp_path: Path) -> None:
    mapping = CALLS.replace("    columns:", f"    query: select * from read_text('{tmp_path}/mine.yaml')\n    columns:")
    assert "file system operations are disabled" in refused(tmp_path, mapping)


def test_a_mapping_without_the_source_says_what_it_has(lingting_home: Home, tmp_path: Path) -> None:
    path, mine = files(tmp_path)
    with pytest.raises(UsageError, match="mapping mine has no section for 'surveys'; it has: calls"):
        load_file("surveys", path, mine)


def test_an_unknown_mapping_name_lists_the_known_ones(lingting_home: Home, tmp_path: Path) -> None:
    path, _ = files(tmp_path)
    with pytest.raises(UsageError, match="asterisk_queue_log, calls_pwc_5000, contract, freeswitch_cdr_csv"):
        load_file("calls", path, "nosuch")


def test_every_shipped_mapping_is_sound() -> None:
    for name in shipped_mappings():
        for source in all_contracts():
            mapping = find_mapping(name, source)
            assert mapping.name == name


def test_a_failing_value_that_many_expressions_share_still_costs_its_row_only(
    lingting_home: Home, tmp_path: Path
) -> None:
    """DuckDB would compute the shared part once, outside of what catches its failure, if it were let."""
    mapping = CALLS.replace("    columns:", "    let: {begin: from_local(start)}\n    columns:").replace(
        "    columns:",
        "    where: from_local(start) > timestamp '2020-01-01' or from_local(start) is null\n    columns:",
    )
    mapping += "      queued_at: from_local(start)\n      answered_at: from_local(start)\n"
    report = load_file("calls", *files(tmp_path, mapping, FILE + "c,never,1,1\n"))
    assert (report.rows_in, report.accepted, report.rejected) == (3, 2, 1)
    assert (report.rejects[0].reason, report.rejects[0].column) == ("bad_value", "where")


def test_the_example_of_the_documentation_works(lingting_home: Home, tmp_path: Path) -> None:
    pages = (Path(__file__).parents[2] / "docs" / "loading.md").read_text("utf-8")
    example = pages.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "mine.yaml").write_text(example, "utf-8")
    lines = ["流水号,类型,方向,主叫号码,开始时间,时长", "a,客户,呼入,13800138000,2026/10/1 9:00:00,60"]
    lines += [
        "b,测试,呼入,1,2026/10/1 9:00:00,60",
        "c,客户,未知,1,2026/10/1 9:00:00,0",
        "d,客户,呼出,1,2026/10/1 9:00:00,0",
    ]
    (tmp_path / "file.csv").write_bytes("\r\n".join(lines).encode("gb18030"))
    report = load_file("calls", tmp_path / "file.csv", tmp_path / "mine.yaml")
    assert (report.rows_in, report.accepted, report.skipped) == (3, 2, 1)
    assert [(item.reason, item.column) for item in report.rejects] == [("not_allowed", "direction")]
    assert read_partition("calls", DAY)["entered_at"].to_pylist() == [datetime(2026, 10, 1, 1)] * 2
