"""Recordings of a simulation: fixtures on calls of their queue, conversations for the others, and what was planted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from lingting.errors import UsageError
from lingting.paths import Home
from simulator.fixtures import catalogue, of_day
from simulator.options import Options
from simulator.run import simulate


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("home"))
    simulate(Options(date(2026, 10, 1), 4, 150, seed=6, office=False), home)
    return home


def _recordings(home: Home) -> pd.DataFrame:
    files = sorted((home.landing / "simulator" / "recordings").iterdir())
    return pd.concat([pd.read_csv(path) for path in files], ignore_index=True)


def test_fixtures_are_dealt_out_over_the_last_three_days() -> None:
    fixtures = catalogue()
    days = [of_day(fixtures, index, 31) for index in range(31)]
    assert sum(map(len, days)) == len(fixtures) >= 20
    assert not any(days[:28])
    assert all(days[28:])
    assert len(of_day(fixtures, 0, 1)) == len(fixtures)


def test_each_fixture_lies_on_one_answered_call_of_its_queue(home: Home) -> None:
    calls = pd.read_parquet(home.truth / "calls.parquet").set_index("call_id")
    audio = _recordings(home).query("介质 == '音频'")
    fixtures = {fixture.path.name: fixture for fixture in catalogue()}
    assert sorted(Path(path).name for path in audio["文件"]) == sorted(fixtures)
    for row in audio.itertuples():
        fixture, call = fixtures[Path(row.文件).name], calls.loc[row.话单号]
        assert (home.landing / row.文件).read_bytes() == fixture.path.read_bytes()
        assert call.queue_id == ["service", "sales", "complaint"][fixture.queue]
        assert (call.talk_ms, call.hold_ms) == (fixture.talk_ms, 0)
        assert call.outcome == "answered"
        assert pd.isna(call.transfer_kind)
        assert row.语种 == fixture.language


def test_every_answered_inbound_leg_is_recorded(home: Home) -> None:
    calls = pd.read_parquet(home.truth / "calls.parquet")
    answered = calls[(calls.outcome == "answered") & (calls.direction == "inbound")]
    recordings = _recordings(home)
    assert sorted(recordings["话单号"]) == sorted(answered.call_id)
    assert all((home.landing / path).exists() for path in recordings["文件"].unique())


def test_script_compliance_counts_planted_mandatory_clauses(home: Home) -> None:
    calls = pd.read_parquet(home.truth / "calls.parquet")
    clauses = pd.read_parquet(home.truth / "clauses.parquet")
    kpis = pd.read_parquet(home.truth / "kpis.parquet")
    real = set(calls[~calls.is_test].call_id)
    counted = clauses[
        clauses.call_id.isin(real)
        & clauses.rule_id.isin(["greeting", "identity", "restatement", "closing"])
        & clauses.is_applicable
        & (clauses.status == "ok")
    ]
    row = kpis[(kpis.grain == "month") & (kpis.scope == "centre") & (kpis.kpi_id == "script_compliance")].iloc[0]
    assert (row.numerator, row.denominator) == (counted.is_present.sum(), len(counted))
    coverage = kpis[(kpis.grain == "month") & (kpis.scope == "centre") & (kpis.kpi_id == "qc_coverage")].iloc[0]
    failed = calls[(calls.transcript_status == "failed") & ~calls.is_test]
    assert coverage.denominator - coverage.numerator == len(failed) == 2


def test_a_centre_too_small_for_the_recordings_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--no-recordings"):
        simulate(Options(date(2026, 10, 1), 1, 5), Home(tmp_path))
