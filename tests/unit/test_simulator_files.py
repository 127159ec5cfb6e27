"""The files of a simulation: same seed, same bytes; whole days; replaced as one; wrong requests refused."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml

from asr_jobs.manifest import OUTPUTS
from lingting.cli.main import main
from lingting.contracts import all_contracts, contract
from lingting.errors import UsageError
from lingting.paths import PROJECT_ROOT, Home
from simulator.options import Options, check, parse_day
from simulator.run import simulate

BASE = Options(date(2026, 10, 1), 3, 120, seed=2, recordings=False, texts=False)


CALLS_ONLY = Options(**{**BASE.__dict__, "office": False})


@pytest.fixture(scope="module")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """BASE, simulated once; read it only."""
    home = Home(tmp_path_factory.mktemp("home"))
    simulate(BASE, home)
    return home


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_the_seed_decides_everything(three_days: Home, tmp_path: Path) -> None:
    one, same, other = three_days, Home(tmp_path / "same"), Home(tmp_path / "other")
    simulate(BASE, same)
    simulate(Options(**{**CALLS_ONLY.__dict__, "seed": 3, "days": 1}), other)
    assert _contents(one.landing) == _contents(same.landing)
    assert _contents(one.truth) == _contents(same.truth)
    first_day = Path("simulator") / "calls" / "calls_2026-10-01.csv.gz"
    assert (one.landing / first_day).read_bytes() != (other.landing / first_day).read_bytes()


def test_a_centre_that_leaks_differs_in_the_notes_of_incidents_alone(tmp_path: Path) -> None:
    few = {**BASE.__dict__, "days": 4, "calls_per_day": 10, "seed": 4}
    tight, leaky = Home(tmp_path / "tight"), Home(tmp_path / "leaky")
    simulate(Options(**few), tight)
    simulate(Options(**{**few, "leaks": True}), leaky)
    before, after = _contents(tight.landing), _contents(leaky.landing)
    changed = [name for name in before if before[name] != after[name]]
    assert [Path(name).parent.name for name in changed] == ["incidents"]
    kept, leaked = (_csv(home.landing / changed[0]) for home in (tight, leaky))
    assert kept.drop(columns="note").equals(leaked.drop(columns="note"))
    notes = leaked.loc[kept["note"] != leaked["note"], "note"]
    assert len(notes) > 0
    assert notes.str.fullmatch("业务恢复，已回电1[0-9]{10}").all()
    planted = pd.read_parquet(leaky.truth / "kpis.parquet").query(
        "kpi_id == 'pii_scan' and scope == 'centre' and grain == 'day'"
    )
    assert planted["numerator"].sum() == len(notes)


def test_each_file_holds_the_rows_of_its_local_day(three_days: Home) -> None:
    folder = three_days.landing / "simulator"
    moments = {"calls": None, "agent_states": "开始时间", "surveys": "邀请时间"}
    for source, column in moments.items():
        files = sorted((folder / source).iterdir())
        assert [path.name for path in files] == [f"{source}_2026-10-0{day}.csv.gz" for day in (1, 2, 3)]
        for path in files:
            rows = _csv(path)
            when = rows["入队时间"].where(rows["入队时间"] != "", rows["进线时间"]) if column is None else rows[column]
            assert set(when.str[:10]) == {path.name[-17:-7]}
    assert [path.name for path in (folder / "agents").iterdir()] == ["agents_2026-10-01.csv.gz"]


def test_menu_steps_are_json_and_end_at_the_request(three_days: Home) -> None:
    folder = three_days.landing / "simulator"
    calls = _csv(folder / "calls" / "calls_2026-10-02.csv.gz").query("段序 == '1'").set_index("会话号")
    last: dict[str, dict[str, str]] = {}
    for line in gzip.decompress((folder / "ivr_steps" / "ivr_steps_2026-10-02.jsonl.gz").read_bytes()).splitlines():
        step = json.loads(line)
        assert step["enter"] <= step["leave"]
        last[step["session"]] = step
    asked = calls[calls["转人工时间"] != ""]
    assert len(asked) > 50
    assert all(last[contact]["leave"] == at for contact, at in asked["转人工时间"].items())
    assert all(last[contact]["result"] == "AGENT" for contact in asked.index)
    left = calls[calls["结果码"] == "IVR"]
    assert all(last[contact]["result"] == "HANGUP" for contact in left.index)


def test_every_source_has_a_mapping_for_every_column_it_needs(tmp_path: Path) -> None:
    text = (PROJECT_ROOT / "lingting" / "loading" / "mappings" / "simulator.yaml").read_text(encoding="utf-8")
    sources = yaml.safe_load(text)["sources"]
    measured = {"evaluations"}  # by `lingting evaluate`
    assert set(sources) == set(all_contracts()) - set(OUTPUTS) - measured  # the outputs are heard, not landed
    for source, section in sources.items():
        named = set(section.get("columns", {}))
        assert named <= set(contract(source).names)
        assert named == set(contract(source).names) or section["contract_columns"]


def test_caller_numbers_are_synthetic_and_some_are_withheld(three_days: Home) -> None:
    numbers = pd.concat(_csv(path)["客户号码"] for path in (three_days.landing / "simulator" / "calls").iterdir())
    shown = numbers[numbers != "anonymous"]
    assert 0 < len(numbers) - len(shown) < 0.1 * len(numbers)
    assert shown.str.fullmatch(r"199\d{8}").all()


def test_a_second_run_replaces_the_first_and_leaves_the_rest_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    foreign = home.landing / "calls_pwc_5000" / "calls" / "mine.csv"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("kept")
    simulate(CALLS_ONLY, home)
    simulate(Options(**{**CALLS_ONLY.__dict__, "days": 1}), home)
    assert [path.name for path in (home.landing / "simulator" / "calls").iterdir()] == ["calls_2026-10-01.csv.gz"]
    assert foreign.read_text() == "kept"
    assert not list(home.root.glob(".simulate-*"))


def test_a_failed_run_leaves_the_earlier_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    simulate(CALLS_ONLY, home)
    before = _contents(home.landing) | _contents(home.truth)

    def breaks(finished: int) -> None:
        if finished == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(Options(**{**CALLS_ONLY.__dict__, "seed": 8}), home, breaks)
    assert _contents(home.landing) | _contents(home.truth) == before
    assert not list(home.root.glob(".simulate-*"))


@pytest.mark.parametrize(
    "changes",
    [{"days": 0}, {"days": 4_000}, {"calls_per_day": 0}, {"agents": 2}, {"seed": -1}, {"start": date(1900, 1, 1)},
     {"timezone": "Europe/Berlin", "days": 60}],
)  # fmt: skip
def test_impossible_requests_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(UsageError) as refused:
        check(Options(**{**BASE.__dict__, **changes}))  # type: ignore[arg-type]
    assert "\n" not in str(refused.value)


def test_a_day_is_written_with_dashes() -> None:
    assert parse_day("2026-10-01") == date(2026, 10, 1)
    with pytest.raises(UsageError, match="2026-13-01"):
        parse_day("2026-13-01")


def test_the_command_writes_below_home_and_reports_json(
    lingting_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "simulate",
        "--start",
        "2026-10-01",
        "--days",
        "1",
        "--calls-per-day",
        "50",
        "--no-recordings",
        "--no-texts",
    ]
    with pytest.raises(SystemExit) as ended:
        main([*words, "--format", "json"])
    assert ended.value.code == 0
    report = json.loads(capsys.readouterr().out)
    assert report["days"] == 1
    assert report["contacts"] > 10
    assert (lingting_home.truth / "kpis.parquet").exists()


@pytest.mark.parametrize("wrong", [["--days", "0"], ["--days", "many"], ["--start", "tomorrow"], ["--format", "xml"]])
def test_the_command_refuses_with_exit_code_2(lingting_home: Home, wrong: list[str]) -> None:
    words = {"--start": "2026-10-01", "--days": "1"} | dict([wrong])
    with pytest.raises(SystemExit) as ended:
        main(["simulate", *[word for pair in words.items() for word in pair]])
    assert ended.value.code == 2
    assert not lingting_home.landing.exists()


@pytest.mark.parametrize("seed", range(3))
def test_a_centre_with_hardly_a_call_still_gives_whole_files(tmp_path: Path, seed: int) -> None:
    home = Home(tmp_path)
    # with all that is around the calls once: that takes most of the time
    simulate(Options(date(2026, 10, 1), 3, 1, 3, seed=seed, recordings=False, texts=True, office=seed == 0), home)
    assert len(list((home.landing / "simulator" / "calls").iterdir())) == 3
    assert len(list((home.landing / "simulator" / "ivr_steps").iterdir())) == 3
    assert pd.read_parquet(home.truth / "kpis.parquet")["kpi_id"].eq("occupancy").any()
