"""A tiny published build and the people around it, for tests of reviews: two teams, calls with and without sound."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from lingting.rights import Role, Viewer
from lingting.store import Store
from lingting.work import Refused
from lingting.work.appeals import file_appeal
from lingting.work.drafts import Draft
from lingting.work.feedback import feed_back
from lingting.work.reviews import submit
from lingting.work.scoring import DIMENSIONS, Item

SUE = Viewer(Role.SUPERVISOR, team_ids=("T1",), name="sue", user_id="u-sue", employee_id="S901")
SAM = Viewer(Role.SUPERVISOR, team_ids=("T2",), name="sam", user_id="u-sam", employee_id="S902")
AMY = Viewer(Role.AGENT, agent_id="A1", name="amy", user_id="u-amy", employee_id="A1")
BEN = Viewer(Role.AGENT, agent_id="A3", name="ben", user_id="u-ben", employee_id="A3")
QIN = Viewer(Role.QUALITY, name="qin", user_id="u-qin", employee_id="Q901")
QIU = Viewer(Role.QUALITY, name="qiu", user_id="u-qiu", employee_id="Q902")
QUI = Viewer(Role.QUALITY, name="qui", user_id="u-qui", employee_id="Q903")
BOSS = Viewer(Role.MANAGEMENT, name="boss", user_id="u-boss", employee_id="M901")
CAI = Viewer(Role.COMPLIANCE, name="cai", user_id="u-cai", employee_id="C901")
DAN = Viewer(Role.DATA, name="dan", user_id="u-dan", employee_id="D901")
ADA = Viewer(Role.ADMINISTRATOR, name="ada", user_id="u-ada", employee_id="X901")
EVERYBODY = (SUE, SAM, AMY, BEN, QIN, QIU, BOSS, CAI, DAN, ADA)

NOON = datetime(2026, 10, 20, 4, 0)  # noon of 20 October in Shanghai
LATER = NOON + timedelta(hours=1)
CALL, TEXT_CALL, BARE_CALL, SECOND_CALL, OTHER_CALL = "C1", "C2", "C3", "C4", "C9"  # OTHER_CALL is of BEN

_BUILD = """
create table mart_call as select * from (values
    ('C1', timestamp '2026-10-19 02:00', 'service', 'A1', 'T1', 'audio', 120.0, 'k1'),
    ('C2', timestamp '2026-10-19 03:00', 'service', 'A1', 'T1', 'text', 60.0, 'k2'),
    ('C3', timestamp '2026-10-19 04:00', 'service', 'A1', 'T1', null, null, 'k3'),
    ('C4', timestamp '2026-10-19 05:00', 'service', 'A2', 'T1', 'audio', 90.0, 'k4'),
    ('C9', timestamp '2026-10-19 06:00', 'sales', 'A3', 'T2', 'audio', 90.0, 'k5')
) as c(call_id, queued_at, queue_id, agent_id, team_id, media_kind, duration_seconds, customer_key);
alter table mart_call add column answered_at timestamp;
alter table mart_call add column ended_at timestamp;
update mart_call set answered_at = queued_at, ended_at = queued_at + interval 200 second;
create table dim_agent as select * from (values
    ('A1', '王丽', 'T1', true), ('A2', '李强', 'T1', true), ('A3', '张敏', 'T2', true)
) as a(agent_id, agent_name, team_id, is_active);
create table fct_certificate as select * from (values
    ('S901', true, date '2027-03-31'), ('S901', true, date '2026-03-31'), ('S901', false, date '2030-01-01'),
    ('Q901', true, date '2026-12-31')
) as c(employee_id, is_key_post, valid_to_date);
create table dim_scorecard (
    scorecard_version varchar, dimension varchar, weight_points double, pass_points double, is_behaviour boolean,
    valid_from date, valid_to date
);
"""
_VERSIONS = (("S1", "2026-09-01", (10, 15, 15, 10, 20, 20, 10)), ("S2", "2026-10-01", (10, 10, 15, 15, 20, 25, 5)))


def build_world(root: Path, with_scorecards: bool = True) -> None:
    """Write ``root/published`` with its pointer."""
    folder = root / "published"
    folder.mkdir(parents=True, exist_ok=True)
    name = "reviews.duckdb" if with_scorecards else "bare.duckdb"
    with duckdb.connect(str(folder / name)) as connection:
        connection.execute(_BUILD)
        for version, day, weights in _VERSIONS if with_scorecards else ():
            for dimension, weight in zip(DIMENSIONS, weights, strict=True):
                connection.execute(
                    "insert into dim_scorecard values (?, ?, ?, 80, true, ?, null)", [version, dimension, weight, day]
                )
    current = {"build_id": name, "built_at": datetime.now(UTC).isoformat(), "content_hash": "0" * 64, "file": name}
    current |= {"data_from": "2026-10-01", "data_to": "2026-10-31"}
    (folder / "CURRENT.json").write_text(json.dumps(current), encoding="utf-8")


def full_marks(**changed: Item) -> dict[str, Item]:
    """Seven items without a deduction, but those that are named."""
    return {**{name: Item() for name in DIMENSIONS}, **changed}


TONE_LOST = Item(60, None, "语气生硬", 12.5)


def form(key: str = "k-1", call_id: str = CALL, **changed: Item) -> Draft:
    """A first scoring of a call, as the form sends it."""
    return Draft(key, call_id, "first", full_marks(**(changed or {"tone": TONE_LOST})))


def second_form(key: str, about: str, call_id: str = CALL) -> Draft:
    return replace(form(key, call_id), kind="second", about_review_id=about)


def refused(code: str, work: Callable[[], object]) -> None:
    with pytest.raises(Refused) as caught:
        work()
    assert caught.value.code == code


def told(store: Store, at: datetime = LATER) -> str:
    """A review of amy by sue that was given to her."""
    review_id = submit(store, SUE, form(), at=NOON)
    feed_back(store, SUE, review_id, at=at)
    return review_id


def appealed(store: Store) -> str:
    review_id = told(store)
    file_appeal(store, AMY, review_id, "客户先挂断", at=LATER + timedelta(hours=1))
    return review_id
