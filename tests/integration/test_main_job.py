"""The main job as a whole: what was planted comes out, nothing that must stay hidden does, nothing is done twice."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from expectations.suite import read_suites
from lingting.contracts import all_contracts
from simulator.conversations import recordings_catalogue
from tests.integration.main_job import Job, build_id_of, lingting, run_main_job

SPOKEN = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")
NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ENGLISH = {name: str(digit) for digit, name in enumerate(NAMES)} | {"oh": "0"}
WINDOW = 4  # so many digits of a planted number in a row, in the text of its own recording, are a leak


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    return run_main_job(tmp_path_factory.mktemp("main_job") / "home")


def as_digits(text: str) -> str:
    """Text with every spoken digit written as a digit and everything between digits left out."""
    words = re.sub("|".join(ENGLISH), lambda found: ENGLISH[found[0]], text.lower())
    return re.sub(r"(?<=\d)[\s,.，。、·:;-]+(?=\d)", "", words.translate(SPOKEN))


def windows(digits: str, size: int) -> set[str]:
    return {digits[at : at + size] for at in range(len(digits) - size + 1)}


def planted_numbers(job: Job) -> list[tuple[str, str]]:
    """(recording_id, digits) of every number that somebody says in a recording or a text."""
    rows = duckdb.sql(f"select recording_id, digits from '{job.home.truth / 'pii.parquet'}'").fetchall()
    assert len(rows) > 20
    return rows


def test_kpis_equal_what_was_planted(job: Job) -> None:
    """All but what depends on real hearing where there is real sound: must-say clauses (next test), the agent's
    pace and interruptions and the customer's feelings, of which nothing is planted in a sound."""
    connection = job.published()
    differing = connection.execute(
        f"""
        select t.grain, t.period_start, t.scope_id, t.formula_id, t.numerator, m.numerator, t.denominator, m.denominator
        from '{job.home.truth / "kpis.parquet"}' as t
        full join (from mart_kpi where grain in ('day', 'month')) as m
            using (grain, period_start, scope, scope_id, kpi_id, formula_id)
        where kpi_id not in ('script_compliance', 'dpmo', 'speech_rate', 'speech_rate_band', 'no_interruption',
                             'negative_emotion', 'emotion_response')
            and not coalesce(
            abs(m.numerator - t.numerator) <= 1e-9 * greatest(1, abs(t.numerator))
            and abs(coalesce(m.denominator, 0) - coalesce(t.denominator, 0)) <= 1e-9
            and coalesce(m.n_open, 0) = coalesce(t.n_open, 0), false)
        """
    ).fetchall()
    assert differing == []


def test_script_compliance_equals_what_was_planted_but_for_clauses_misheard(job: Job) -> None:
    """As many decisions everywhere; the hits of a day fall short of the truth by the clauses that were not heard."""
    rows = (
        job.published()
        .execute(
            f"""
            with misheard as (
                select call_date as period_start, count(*) as clauses
                from '{job.home.truth / "clauses.parquet"}' as t
                join (select distinct recording_id, rule_id, outcome, is_mandatory from mart_finding) as f
                    using (recording_id, rule_id)
                join mart_call as c using (recording_id)
                where f.is_mandatory and t.is_present and f.outcome = 'miss'
                    and c.transcript_status = 'ok'
                group by all
            )
            select t.denominator, m.denominator, t.numerator, m.numerator + coalesce(clauses, 0)
            from '{job.home.truth / "kpis.parquet"}' as t
            full join (from mart_kpi where grain = 'day') as m
                using (grain, period_start, scope, scope_id, kpi_id, formula_id)
            left join misheard using (period_start)
            where kpi_id = 'script_compliance' and scope = 'centre' and grain = 'day'
            """
        )
        .fetchall()
    )
    assert len(rows) == 4
    assert [row for row in rows if row[0] != row[1] or row[2] != row[3]] == []


def test_clauses_in_real_sound_are_found_with_precision_1_and_recall_over_90_percent(job: Job) -> None:
    found = (
        job.published()
        .execute(
            f"""
            select t.is_present, f.outcome = 'hit'
            from '{job.home.truth / "clauses.parquet"}' as t
            join (select distinct recording_id, rule_id, outcome from mart_finding) as f using (recording_id, rule_id)
            join mart_call as c using (recording_id)
            where c.media_kind = 'audio' and c.transcript_status = 'ok' and t.is_applicable
            """
        )
        .fetchall()
    )
    right = sum(planted and hit for planted, hit in found)
    assert sum(planted for planted, _ in found) >= 80
    assert [hit for planted, hit in found if hit and not planted] == []
    assert right / sum(planted for planted, _ in found) >= 0.9


def test_every_recording_ends_in_its_expected_status(job: Job) -> None:
    rows = (
        job.published()
        .execute("select media_path, transcript_status from mart_call where media_kind = 'audio'")
        .fetchall()
    )
    heard = {Path(path).name: status for path, status in rows}
    assert heard == {Path(fixture.path).name: fixture.status_expected for fixture in recordings_catalogue()}


def texts_by_recording(job: Job) -> dict[str, str]:
    rows = job.published().execute(
        "select recording_id, string_agg(text_masked, ' ' order by turn_no) from mart_turn group by 1 union all "
        "select recording_id, string_agg(matched_text, ' ') from mart_finding where matched_text is not null group by 1"
    )
    texts: dict[str, str] = {}
    for recording_id, text in rows.fetchall():
        texts[recording_id] = f"{texts.get(recording_id, '')} {text}"
    return texts


def test_no_planted_number_is_left_in_any_spelling_in_its_own_call(job: Job) -> None:
    texts = texts_by_recording(job)
    leaks = [
        (recording_id, digits, window)
        for recording_id, digits in planted_numbers(job)
        for window in windows(re.sub(r"\D", "", digits), WINDOW)
        if window in as_digits(texts.get(recording_id, ""))
    ]
    assert leaks == []


def bytes_below(job: Job) -> Iterator[tuple[str, bytes]]:
    """Every file of the home as it lies there, and the rows of every table in it, each with its place.

    Landing and truth are left out: they are clear by design.
    """
    for path in sorted(job.home.root.rglob("*")):
        if not path.is_file() or path.is_relative_to(job.home.landing) or path.is_relative_to(job.home.truth):
            continue
        place = str(path.relative_to(job.home.root))
        yield place, path.read_bytes()
        if path.suffix == ".parquet":
            yield f"{place}: rows", rows_as_json(duckdb.connect(), f"read_parquet('{path}')")
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
                    yield f"{place}: {table}", rows_as_json(connection, f'"{table}"')


def rows_as_json(connection: duckdb.DuckDBPyConnection, relation: str) -> bytes:
    rows = connection.execute(f"select cast(to_json(one_row) as varchar) from {relation} as one_row").fetchall()
    return "\n".join(row for (row,) in rows).encode()


def search(numbers: set[bytes]) -> Callable[[bytes], set[bytes]]:
    """Gives a function that finds those of the numbers that occur anywhere in a text, in longer numbers too.

    It looks at the digits of the text only, since every number begins with as many digits as the shortest has.
    """
    size = min(len(number.removesuffix(b"X")) for number in numbers)
    beginnings = defaultdict(list)
    for number in numbers:
        beginnings[number[:size]].append(number)
    assert all(begin.isdigit() for begin in beginnings)
    digits = re.compile(rb"[0-9]{%d,}" % size)

    def found_in(text: bytes) -> set[bytes]:
        places = (at for run in digits.finditer(text) for at in range(run.start(), run.end() - size + 1))
        return {
            number
            for at in places
            for number in beginnings.get(text[at : at + size], ())
            if text.startswith(number, at)
        }

    return found_in


def test_no_planted_number_is_anywhere_below_home(job: Job) -> None:
    """Spoken and callers' numbers, as digits, in rows and in raw bytes: lake, warehouse, published, logs, all."""
    numbers = {digits for _, digits in planted_numbers(job)}
    calls = job.home.truth / "calls.parquet"
    callers = duckdb.sql(f"select distinct caller_number from '{calls}' where not is_withheld").fetchall()
    numbers |= {number for (number,) in callers if number}
    found_in = search({number.encode() for number in numbers})
    assert all(found_in(f"a1{number}2".encode()) >= {number.encode()} for number in numbers)
    assert [(place, found) for place, text in bytes_below(job) if (found := found_in(text))] == []


def test_the_data_docs_show_every_mart_and_the_newest_day_of_every_large_source(job: Job) -> None:
    """Great Expectations only logs a page that it can not draw. The month of this run ends on a 31st: in the name of
    a page, "..2026-10-31" was once read as an offset of 31 hours, and no mart had one."""
    shown = {folder.name for folder in (job.home.data_docs / "validations").iterdir() if any(folder.rglob("*.html"))}
    large = {name for name, declared in all_contracts().items() if declared.daily}
    assert shown == set(read_suites("marts")) | {name for name in large if any(job.home.source(name).glob("dt=2026-*"))}


def files_of(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_second_run_does_nothing_twice(job: Job) -> None:
    """No partition is written, no model is run, no build is published; the id of the standing build is printed."""
    before = [files_of(job.home.lake), files_of(job.home.published), job.home.work_database.stat().st_mtime_ns]
    opinions = job.home.opinions
    opinions.mkdir()
    (opinions / "ab.jsonl").write_text('{"prompt_sha256": "ab", "asked_at": "2020-01-01T00:00:00+00:00"}\n')
    again = lingting(job.home, "run")
    assert list(opinions.iterdir()) == [], "a run with nothing new forgets old answers, too"
    assert build_id_of(again.stdout) == job.build_id
    assert [files_of(job.home.lake), files_of(job.home.published), job.home.work_database.stat().st_mtime_ns] == before


def test_headline_kpis_print_as_table_and_as_json(job: Job) -> None:
    table = lingting(job.home, "kpi", "--headline").stdout
    rows = json.loads(lingting(job.home, "kpi", "--kpi", "service_level", "--format", "json").stdout)
    assert "service_level" in table
    assert {row["formula_id"] for row in rows} == {
        "sl_f1",
        "sl_f2",
        "sl_f3",
        "sl_f3_clock_a",
        "sl_f4",
        "sl_f5",
        "sl_f5b",
    }
    assert all(row["value"] == pytest.approx(row["numerator"] / row["denominator"]) for row in rows)
