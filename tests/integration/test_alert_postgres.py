"""Alerts in a store on a real PostgreSQL: the same schema, judging, telling and people's steps as on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pgserver
import pytest
from sqlalchemy import select

from lingting.alerting.actions import acknowledge
from lingting.alerting.check import check
from lingting.alerting.deliver import deliver
from lingting.alerting.feed import feed
from lingting.clock import day_start
from lingting.paths import Home
from lingting.rights import Role, Viewer
from lingting.settings import settings_for
from lingting.store import open_store
from lingting.store.models import AlertDelivery
from lingting.work.sources_alerts import SOURCES
from tests.fixtures.alert_rows import set_channels
from tests.fixtures.alert_servers import Robot, in_turn
from tests.fixtures.small_build import publish_small

DAY = date(2026, 10, 5)
SUE = Viewer(Role.SUPERVISOR, team_ids=("T1",), name="sue", employee_id="S901")


@pytest.fixture
def postgres(tmp_path: Path, lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    server = pgserver.get_server(tmp_path / "postgres")
    monkeypatch.setenv("LINGTING_STORE_URL", server.get_uri())
    settings_for.cache_clear()
    yield lingting_home
    server.cleanup()


def test_alert_is_raised_told_and_acknowledged_on_postgresql(postgres: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_small(postgres, DAY, [(DAY, 20, "queue", "sales", 100, 10)])
    at = day_start(DAY) + timedelta(hours=28)
    with Robot(in_turn((500, {}), (200, {}))) as robot:
        monkeypatch.setenv("HOOK", f"json://127.0.0.1:{robot.port}/")
        set_channels(monkeypatch, {"name": "hook", "url_variable": "HOOK"})
        store = open_store()
        assert str(store().get_bind().url).startswith("postgresql")  # type: ignore[union-attr]
        assert check(store, at).n_queued == 1
        assert check(store, at).n_raised == 0
        assert list(deliver(store, at).errors) == ["hook"]
        assert deliver(store, at + timedelta(hours=1)).n_sent == 1
    (view,) = feed(store, SUE, at)
    acknowledge(store, SUE, view.alert_id, "两人已到岗", view.version, at)
    (row,) = SOURCES["alerts"](DAY + timedelta(days=1))
    assert (row["scope_id"], row["acknowledged_by"]) == ("sales", "S901")
    with store() as session:
        assert [told.state for told in session.scalars(select(AlertDelivery))] == ["sent"]
