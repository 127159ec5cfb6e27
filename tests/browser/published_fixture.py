"""A small published build from a seeded generator: the tables of a real one, for tests of the cockpit alone.

Nothing here computes a KPI the way dbt does: numerators are drawn, only their sums over days and agents are kept right.
"""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

from tests.browser import fixture_calls, fixture_kpis

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = PROJECT_ROOT / "dbt" / "seeds" / "kpi_catalogue.csv"
BUILD_ID = "20261101T020000-fixture"
FIRST_DAY, LAST_DAY = date(2026, 10, 1), date(2026, 10, 31)

TEAMS = [("T1", "服务一班", "Service 1"), ("T2", "服务二班", "Service 2"), ("T3", "投诉专班", "Complaints")]
NAMES = ["王丽", "李强", "张敏", "刘洋", "陈静", "杨帆", "赵磊", "黄婷", "周杰", "吴倩", "徐浩", "孙悦"]
QUEUES = [("service", "服务", "Service"), ("sales", "销售", "Sales"), ("complaint", "投诉", "Complaint")]


@dataclass
class World:
    """Who and what there is. Four agents a team, three queues, one month."""

    seed: int = 7
    days: list[date] = field(default_factory=lambda: [FIRST_DAY + timedelta(days=n) for n in range(31)])

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.agents = [(f"A{n:03d}", name, TEAMS[(n - 1) // 4][0]) for n, name in enumerate(NAMES, start=1)]

    def team_of(self, agent_id: str) -> str:
        return next(team for agent, _, team in self.agents if agent == agent_id)


def build_published(root: Path, build_id: str = BUILD_ID) -> Path:
    """Write ``root/published`` (database, CURRENT.json, two recordings) and give the database file."""
    made = Path(_made_once(build_id).name)
    shutil.copytree(made, root / "published", dirs_exist_ok=True)
    return root / "published" / f"{build_id}.duckdb"


@cache
def _made_once(build_id: str) -> TemporaryDirectory[str]:
    """Making it takes two seconds, a copy none. The folder goes with the process."""
    folder = TemporaryDirectory(prefix="published-fixture-")
    _make(Path(folder.name), build_id)
    return folder


def _make(published: Path, build_id: str) -> None:
    path = published / f"{build_id}.duckdb"
    world = World()
    definitions = pd.read_csv(CATALOGUE, dtype={"target": float, "warning": float})
    definitions["valid_from"] = pd.to_datetime(definitions["valid_from"]).dt.date
    definitions["valid_to"] = pd.Series(pd.NaT, index=definitions.index, dtype="datetime64[s]")
    tables = {
        "kpi_catalogue": definitions,
        "mart_kpi": fixture_kpis.kpis(world, definitions),
        "mart_answer_heatmap": fixture_kpis.heatmap(world, [queue for queue, _, _ in QUEUES]),
        **fixture_calls.call_tables(world, published / "audio"),
        **_dimensions(world),
        "build_info": pd.DataFrame([_build_info(build_id)]),
    }
    with duckdb.connect(str(path)) as connection:
        for name, frame in tables.items():
            connection.register("frame", frame)
            connection.execute(f"create table {name} as select * from frame")
            connection.unregister("frame")
    current = {key: str(value) for key, value in _build_info(build_id).items() if key in _CURRENT_KEYS}
    (published / "CURRENT.json").write_text(json.dumps({**current, "file": path.name}), encoding="utf-8")


_CURRENT_KEYS = {"build_id", "built_at", "data_from", "data_to", "content_hash"}


def _build_info(build_id: str) -> dict[str, object]:
    return {
        "build_id": build_id,
        "built_at": pd.Timestamp("2026-11-01T02:00:00"),
        "data_from": FIRST_DAY,
        "data_to": LAST_DAY,
        "lingting_version": "0.1.0",
        "content_hash": "0" * 64,
        "n_calls": 1234,
    }


def _dimensions(world: World) -> dict[str, pd.DataFrame]:
    names = {team: (zh, en) for team, zh, en in TEAMS}
    agents = [
        {
            "agent_id": agent,
            "agent_name": name,
            "team_id": team,
            "team_name_zh": names[team][0],
            "team_name_en": names[team][1],
            "hired_on": date(2024, 1, 1),
            "is_active": True,
        }
        for agent, name, team in world.agents
    ]
    teams = [{"team_id": team, "team_name_zh": zh, "team_name_en": en} for team, zh, en in TEAMS]
    queues = [
        {"queue_id": q, "name_zh": zh, "name_en": en, "answer_within_seconds": 20, "short_abandon_seconds": 5}
        for q, zh, en in QUEUES
    ]
    return {"dim_agent": pd.DataFrame(agents), "dim_team": pd.DataFrame(teams), "dim_queue": pd.DataFrame(queues)}
