"""A running cockpit and a Chromium to look at it with. The tier fails, never skips, where Chromium is missing."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from lingting.kpi.dictionary import Project
from lingting.lake.lock import exclusive
from lingting.paths import Home
from lingting.settings import settings_for
from lingting.store import Role, Store, add_account, list_accounts, open_store, start_session
from lingting.warehouse import publish
from lingting.warehouse.lineage import lineage_of
from simulator.options import Options
from tests.browser.cockpit import Cast, Cockpit, Screen, find_cast, give_session, profile
from tests.integration import parsed_once
from tests.integration.warehouse_runs import build, fill
from tests.longest_first import longest_first

CHROMIUM = os.environ.get("LINGTING_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
# Workers take whole files in this order (--no-loadscope-reorder), so that none of these is left to run last and alone.
LONGEST_FIRST = ("test_hostile_words", "test_pages", "test_leaks")
PASSWORD = "a calm blue river"
START_SECONDS = 60
# Five weeks with everything around the calls. Of the recorded calls, which lie in the last days, only some are heard.
SIMULATION = Options(start=date(2026, 9, 28), days=34, calls_per_day=50, agents=12, seed=7)
HEARD_UNTIL = date(2026, 10, 29)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    longest_first(items, LONGEST_FIRST)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail(
            f"there is no Chromium at {CHROMIUM}: run `apt-get install -y chromium fonts-noto-cjk`, "
            "or name another one in LINGTING_CHROMIUM"
        )
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str, pytestconfig: pytest.Config) -> Path:
    """A home with a real build of a simulated centre, made once for all workers; or the home that
    LINGTING_BROWSER_BUILD names, which is much quicker."""
    real = os.environ.get("LINGTING_BROWSER_BUILD")
    if real:
        return Path(real)
    base = tmp_path_factory.getbasetemp()
    root = (base if worker_id == "master" else base.parent) / "built"
    with exclusive(root.with_suffix(".lock"), "the build for the browser tests", wait_seconds=900):
        if not (root / "published" / "CURRENT.json").exists():
            root.mkdir(exist_ok=True)
            parsed_once.share_in(pytestconfig.cache, root.parent / "parsed")
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("LINGTING_HOME", str(root))
                settings_for.cache_clear()
                _build(Home(root))
            settings_for.cache_clear()
    return root


@pytest.fixture(scope="session")
def cockpit(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Iterator[Cockpit]:
    """A cockpit over the build, with an account for each role."""
    root = tmp_path_factory.mktemp("cockpit")
    shutil.copytree(built / "published", root / "published")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINGTING_HOME", str(root))
        settings_for.cache_clear()
        cast = find_cast()
        store = open_store()
        add_cast(store, cast)
        with Serving(root) as (address, log):
            yield Cockpit(address, root, cast, store, log)
    settings_for.cache_clear()


def add_cast(store: Store, cast: Cast) -> None:
    """An account for each role, and a second one where two persons are needed."""
    add_account(store, "boss", Role.MANAGEMENT, PASSWORD, employee_id="M901")
    add_account(store, "sue", Role.SUPERVISOR, PASSWORD, team_ids=[cast.team_id], employee_id="S901")
    add_account(store, "sam", Role.SUPERVISOR, PASSWORD, team_ids=[cast.other_team_id], employee_id="S902")
    add_account(store, "amy", Role.AGENT, PASSWORD, agent_id=cast.agent_id)
    add_account(store, "ben", Role.AGENT, PASSWORD, agent_id=cast.other_agent_id)
    add_account(store, "qin", Role.QUALITY, PASSWORD, employee_id="Q901")
    add_account(store, "qiu", Role.QUALITY, PASSWORD, employee_id="Q902")
    add_account(store, "cai", Role.COMPLIANCE, PASSWORD, employee_id="C901")
    add_account(store, "dan", Role.DATA, PASSWORD, employee_id="D901")
    add_account(store, "ada", Role.ADMINISTRATOR, PASSWORD, employee_id="X901")


def _build(home: Home) -> None:
    """As `lingting run` builds and publishes, without the doors: they are tested elsewhere and take minutes."""
    fill(home, SIMULATION, HEARD_UNTIL)
    build(home, "--exclude-resource-type", "test")
    manifest = json.loads((home.dbt_target / "manifest.json").read_text(encoding="utf-8"))
    publish("20261101T020000-browser", [], lineage_of(manifest, Project().makers))


class Serving:
    """`lingting cockpit` on a free port, as a process of its own."""

    def __init__(self, root: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._log = root / "cockpit.log"
        self._root = root

    def __enter__(self) -> tuple[str, Path]:
        command = [
            sys.executable,
            "-c",
            "from lingting.cli.main import main; main()",
            "cockpit",
            "--port",
            str(self._port),
        ]
        self._output = self._log.open("ab")
        self._process = subprocess.Popen(
            command,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            cwd=self._root,
            env={**os.environ, "LINGTING_HOME": str(self._root)},
        )
        address = f"http://127.0.0.1:{self._port}"
        until = time.monotonic() + START_SECONDS
        while not self._answers(address):
            if self._process.poll() is not None or time.monotonic() > until:
                self.__exit__()
                pytest.fail(f"the cockpit did not start: {self._log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.2)
        return address, self._log

    def kill(self) -> None:
        """As when the machine loses its power: no time to finish anything."""
        self._process.kill()
        self._process.wait()
        self._output.close()

    @staticmethod
    def _answers(address: str) -> bool:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()


@pytest.fixture
def own_home(cockpit: Cockpit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of one test alone, with the same build and accounts: what is done there stands on nobody else's pages."""
    shutil.copytree(cockpit.home / "published", tmp_path / "published")
    monkeypatch.setenv("LINGTING_HOME", str(tmp_path))
    settings_for.cache_clear()
    add_cast(open_store(), cockpit.cast)
    yield tmp_path
    monkeypatch.undo()
    settings_for.cache_clear()


@pytest.fixture(scope="session")
def session_tokens(cockpit: Cockpit) -> dict[str, str]:
    """A live session of each account. The form and the way its cookie is set are tested in test_access.py."""
    return {account.name: start_session(cockpit.store, account.user_id) for account in list_accounts(cockpit.store)}


@pytest.fixture(scope="session")
def shared_contexts(
    browser: Browser, cockpit: Cockpit, session_tokens: dict[str, str]
) -> Iterator[Callable[[str, int], BrowserContext]]:
    """One browser profile an account and width: its cache makes the second page quick. Each tab is a new session."""
    contexts: dict[tuple[str, int], BrowserContext] = {}

    def of(name: str, width: int) -> BrowserContext:
        if (name, width) not in contexts:
            context = profile(browser, width)
            give_session(context, cockpit.address, session_tokens[name])
            contexts[name, width] = context
        return contexts[name, width]

    yield of
    for context in contexts.values():
        context.close()


OpenScreen = Callable[..., Screen]


@pytest.fixture
def open_screen(
    browser: Browser, cockpit: Cockpit, shared_contexts: Callable[[str, int], BrowserContext]
) -> Iterator[OpenScreen]:
    """``open_screen("amy", width=390)``: a new tab of that account; without a name, a new profile of nobody."""
    screens: list[Screen] = []
    own: list[BrowserContext] = []

    def opened(name: str | None = None, width: int = 1440) -> Screen:
        if name:
            context = shared_contexts(name, width)
        else:
            context = profile(browser, width)
            own.append(context)
        screens.append(Screen(context.new_page(), cockpit))
        return screens[-1]

    yield opened
    problems = [problem for screen in screens for problem in screen.problems]
    for screen in screens:
        screen.page.close()
    for context in own:
        context.close()
    assert problems == [], "the browser's console shows errors"
