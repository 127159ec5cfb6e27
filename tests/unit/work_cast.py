"""People and a tiny published build for the tests of work: a fresh store with an account of everybody."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from lingting.paths import Home
from lingting.rights import Role, Viewer
from lingting.store import Store, open_store
from lingting.store.models import Account, AccountTeam

BOSS = Viewer(Role.MANAGEMENT, name="boss", user_id="u-boss", employee_id="M901")
SUE = Viewer(Role.SUPERVISOR, team_ids=("T1",), name="sue", user_id="u-sue", employee_id="S901")
SAM = Viewer(Role.SUPERVISOR, team_ids=("T2",), name="sam", user_id="u-sam", employee_id="S902")
QIN = Viewer(Role.QUALITY, name="qin", user_id="u-qin", employee_id="Q901")
QIU = Viewer(Role.QUALITY, name="qiu", user_id="u-qiu", employee_id="Q902")
CAI = Viewer(Role.COMPLIANCE, name="cai", user_id="u-cai", employee_id="C901")
AMY = Viewer(Role.AGENT, agent_id="A001", name="amy", user_id="u-amy", employee_id="A001")
DAN = Viewer(Role.DATA, name="dan", user_id="u-dan", employee_id="D901")
ADA = Viewer(Role.ADMINISTRATOR, name="ada", user_id="u-ada", employee_id="X901")
PEOPLE = (BOSS, SUE, SAM, QIN, QIU, CAI, AMY, DAN, ADA)
CHANGED_ON = "2026-10-01"  # from this day on csat is 90 of 100 a day instead of 80; aht stays as it is

_BUILD = f"""
create table build_info as select 'b1' as build_id, date '2026-10-31' as data_to;
create table dim_queue as select * from (values ('service', '服务', 'Service')) as t (queue_id, name_zh, name_en);
create table dim_agent as select * from (values ('A001', '王丽', 'T1'), ('A002', '李强', 'T2'))
    as t (agent_id, agent_name, team_id);
create table mart_call as select * from (values ('C1', 'R1', 'A001', 'T1', 'k1'), ('C2', 'R2', 'A002', 'T2', 'k2'))
    as t (call_id, recording_id, agent_id, team_id, customer_key);
create table mart_turn as select * from (values
    ('C1', 'R1', 'A001', 'T1', 1, 'agent', 0.0, 4.0, '您好'),
    ('C1', 'R1', 'A001', 'T1', 2, 'customer', 4.5, 9.0, '我的号码是[号码]'))
    as t (call_id, recording_id, agent_id, team_id, turn_no, speaker, start_seconds, end_seconds, text_masked);
create table kpi_catalogue as
    select kpi_id, kpi_id as formula_id, true as is_default, unit, direction, cast(null as double) as target,
        cast(null as double) as warning, 30 as minimum_n, kind as interval_kind, 'day' as smallest_grain,
        date '2000-01-01' as valid_from, cast(null as date) as valid_to
    from (values ('csat', 'ratio', 'higher', 'wilson'), ('aht', 'seconds', 'lower', 'normal'),
        ('calls_offered', 'count', 'none', 'none')) as t (kpi_id, unit, direction, kind);
create table mart_kpi as
    select 'day' as grain, cast(day as date) as period_start, s.scope, s.scope_id, k.kpi_id, k.formula_id,
        true as is_default,
        cast(case when k.kpi_id = 'aht' then 6000 when day >= date '{CHANGED_ON}' then 90 else 80 end as double)
            as numerator,
        cast(100 as double) as denominator, 100 as n, 0 as n_open,
        cast(case when k.kpi_id = 'aht' then 370000 end as double) as sum_of_squares,
        null::double as value, null::double as ci_low, null::double as ci_high,
        k.target, k.warning, k.direction, k.unit,
        'PASS' as status
    from range(date '2026-09-01', date '2026-11-01', interval 1 day) as d (day)
    cross join kpi_catalogue as k
    cross join (values ('centre', 'centre'), ('queue', 'service')) as s (scope, scope_id);
create table mart_service_star as select * from (values
    ('month', date '2026-10-01', 'A001', true), ('month', date '2026-10-01', 'A002', true),
    ('month', date '2026-10-01', 'A003', false)) as t (grain, month_start, agent_id, is_eligible);
"""


def build(root: Path) -> None:
    """Write ``root/published``: three KPIs over two months, two calls, the ranking of one month."""
    folder = root / "published"
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(folder / "b1.duckdb")) as connection:
        connection.execute(_BUILD)
    current = {"build_id": "b1", "built_at": "2026-11-01T02:00:00Z", "content_hash": "1", "file": "b1.duckdb",
               "data_from": "2026-09-01", "data_to": "2026-10-31"}  # fmt: skip
    (folder / "CURRENT.json").write_text(json.dumps(current), encoding="utf-8")


def staffed() -> Store:
    """The store of the current home, with an account of everybody; their passwords open nothing."""
    store = open_store()
    with store.begin() as session:
        session.add_all(_account(viewer) for viewer in PEOPLE)
    return store


def _account(viewer: Viewer) -> Account:
    return Account(
        user_id=viewer.user_id,
        name=viewer.name,
        name_key=viewer.name,
        role=viewer.role.value,
        agent_id=viewer.agent_id,
        employee_id=viewer.employee_id,
        password_hash="-",
        is_disabled=False,
        created_at=datetime.now(UTC).replace(tzinfo=None),
        last_login_at=None,
        n_failed=0,
        locked_until=None,
        teams=[AccountTeam(team_id=team) for team in viewer.team_ids],
    )


@pytest.fixture
def store(lingting_home: Home) -> Store:
    build(lingting_home.root)
    return staffed()
