"""What a load leaves for the warehouse to count: rows taken and rejected by file, local day and reason."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lingting.lake import ensure_schemas, write_counts
from lingting.loading import load_file
from lingting.paths import Home
from tests.unit.test_load_every_source import good, write

FIRST, LATER = date(2026, 10, 6), date(2026, 10, 20)


@pytest.fixture
def file(lingting_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Suggestions of two days: three good rows, one unknown step, one without a time, one key twice."""
    monkeypatch.setattr("lingting.loading.load.today", lambda: FIRST)
    rows = [good("suggestions", number) for number in (1, 2, 3, 4, 5, 1)]
    rows[1]["happened_at"] = "2026-10-04 04:00:00"
    rows[3]["step"] = "forgotten"
    rows[4]["happened_at"] = ""
    return write(tmp_path / "rows.csv", rows)


def counts(home: Home) -> list[dict[str, Any]]:
    """All counts, with the day that their folder tells."""
    return [
        {**row, "row_date": date.fromisoformat(path.parent.name[3:])}
        for path in sorted(home.load_counts.glob("dt=*/*.parquet"))
        for row in pq.ParquetFile(path).read().to_pylist()
    ]


def test_counts_by_day_and_reason_add_up_to_the_rows_of_the_file(file: Path, lingting_home: Home) -> None:
    report = load_file("suggestions", file)
    rows = counts(lingting_home)
    assert {(row["row_date"], row["reason"]): row["n_rows"] for row in rows} == {
        (date(2026, 10, 4), None): 1,
        (date(2026, 10, 4), "missing_value"): 1,  # its day is not told: that of the file's first day
        (date(2026, 10, 5), None): 2,
        (date(2026, 10, 5), "not_allowed"): 1,
        (date(2026, 10, 5), "duplicate_key"): 1,
    }
    by_kind: Counter[bool] = Counter()
    for row in rows:
        by_kind[row["reason"] is None] += row["n_rows"]
    assert (by_kind[True], by_kind[False]) == (report.accepted, report.rejected)
    assert {(row["source"], row["file"], row["loaded_date"]) for row in rows} == {("suggestions", str(file), FIRST)}


def test_a_file_that_is_loaded_again_keeps_the_day_on_which_it_first_came(
    file: Path, lingting_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_file("suggestions", file)
    before = counts(lingting_home)
    monkeypatch.setattr("lingting.loading.load.today", lambda: LATER)
    for record in (lingting_home.load_log / "suggestions").glob("*.json"):
        record.unlink()  # as after a change of the contract: the file is to be loaded again
    assert not load_file("suggestions", file).already_loaded
    assert counts(lingting_home) == before


def test_a_better_mapping_takes_back_the_counts_of_days_that_it_no_longer_gives(
    file: Path, lingting_home: Home
) -> None:
    load_file("suggestions", file)
    (name,) = {path.name for path in lingting_home.load_counts.glob("dt=*/suggestions.*")}
    source, load, _ = name.split(".")
    write_counts(source, load, str(file), LATER, {(date(2026, 10, 5), None): 3, (None, "missing_value"): 3})
    found = {(row["row_date"], row["reason"], row["n_rows"]) for row in counts(lingting_home)}
    assert found == {(date(2026, 10, 5), None, 3), (FIRST, "missing_value", 3)}  # no day told: that on which it came


def test_before_the_first_load_there_is_an_empty_file_of_counts(lingting_home: Home) -> None:
    ensure_schemas()
    assert counts(lingting_home) == []
    (path,) = lingting_home.load_counts.glob("dt=*/*.parquet")
    assert pq.read_schema(path).names == ["source", "file", "loaded_date", "reason", "n_rows"]
