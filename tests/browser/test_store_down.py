"""The database of accounts stops while people look: they go on reading, nothing is written, nobody new comes in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pgserver
import pytest
from pgserver._commands import pg_ctl

from dashboards.i18n import texts_of
from lingting.settings import settings_for
from lingting.store import Role, add_account, database, open_store, start_session
from tests.browser.cockpit import Cockpit, Screen, give_session
from tests.browser.conftest import PASSWORD, Serving

ZH = texts_of("zh")
OpenScreen = Callable[..., Screen]


def test_reading_goes_on_and_writing_says_why_not(
    open_screen: OpenScreen, cockpit: Cockpit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(cockpit.home / "published", tmp_path / "published")
    monkeypatch.setenv("LINGTING_HOME", str(tmp_path))
    with TemporaryDirectory(prefix="pg") as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        monkeypatch.setenv("LINGTING_STORE_URL", server.get_uri())
        settings_for.cache_clear()
        token = start_session(open_store(), add_account(open_store(), "boss", Role.MANAGEMENT, PASSWORD).user_id)
        with Serving(tmp_path) as (address, log):
            here = replace(cockpit, address=address, log=log)
            screen, stranger = open_screen(), open_screen()
            screen.cockpit = stranger.cockpit = here
            give_session(screen.page.context, address, token)
            screen.open("/team")
            screen.page.wait_for_selector(".lt-value")
            stranger.open("/team")
            pg_ctl(["-w", "stop", "-m", "fast"], pgdata=server.pgdata, user=server.system_user)
            screen.page.locator(".st-key-filter_grain_zh button").nth(0).click()
            screen.page.get_by_text(ZH("enter.reading_only")).wait_for()
            assert screen.page.locator(".lt-value").count() > 0
            screen.open("/account")
            screen.page.get_by_text(ZH("error.store_down"), exact=True).wait_for()
            stranger.sign_in("boss", PASSWORD)
            stranger.page.get_by_text(ZH("refused.store_down")).first.wait_for()
            stranger.settle()
            assert stranger.page.locator(".lt-value").count() == 0
            server.ensure_postgres_running()
            screen.open("/account")
            screen.page.get_by_text(ZH("own.sessions_note")).wait_for()
            assert "Traceback" not in log.read_text(encoding="utf-8", errors="replace")
        open_store().kw["bind"].dispose()
        database._opened.cache_clear()
        server.cleanup()
    monkeypatch.undo()
    settings_for.cache_clear()
