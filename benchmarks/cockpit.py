"""What a page costs with many at once: `python -m benchmarks.cockpit [--calls N] [--sessions N] [--think S] ...`.

A real cockpit process over a published build of about ten million calls (cockpit_build.py, made of a small simulated
centre), and sessions of all roles over its WebSocket that open pages with a pause between two. Server time of a page:
from the request to the last element. Beside it what the page's own SQL costs: the same questions alone, and asked by as
many at the same pace. Pages and SQL take turns in rounds; in the middle of each a new build is published. A page that
fails is counted.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.cockpit_build import grow
from benchmarks.cockpit_pages import Asked, questions_of
from dashboards.navigation import PLACES
from lingting.kpi.asked import ask
from lingting.rights import Role, Viewer
from lingting.settings import settings_for
from lingting.store import add_account, list_accounts, open_store, start_session
from lingting.warehouse import published_connection
from tests.wire import Wire

SIMULATION = "simulate --start 2026-09-01 --days 61 --calls-per-day 600 --agents 18 --seed 7"
CALLS_OF_SIMULATION = 34_000
STAFF_COPIES = 25
PASSWORD = "only for the benchmark 1"
CAST = {Role.AGENT: 28, Role.SUPERVISOR: 12, Role.MANAGEMENT: 4, Role.QUALITY: 3, Role.COMPLIANCE: 2, Role.DATA: 1}
AGAIN = "~"  # in the name of a build: before it, how often it was published anew
OF_A_CALL, OF_AN_AGENT = ("call", "customer", "review"), ("coaching",)
REPEATS = 5
ROUNDS = 2  # of pages and SQL in turns, so that a slow minute of the machine meets both
TARGET_SECONDS, TARGET_RATIO = 1.0, 2.0


@dataclass(frozen=True)
class _Call:
    call_id: str
    agent_id: str


Opened = AbstractContextManager[Callable[[str, str], tuple[float, bool]]]  # opens a page: seconds, whether it failed


@dataclass
class Load:
    """What the sessions measured: seconds by role and page, and pages that failed."""

    seconds: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, role: str, page: str, seconds: float, failed: bool) -> None:
        with self.lock:
            self.seconds[role, page].append(seconds)
            if failed:
                self.failed.append((role, page))

    def all_seconds(self) -> list[float]:
        return [second for values in self.seconds.values() for second in values]


def viewers() -> list[Viewer]:
    """An account for each session: agents and teams of the build, spread over the centre."""
    cursor, _ = published_connection()
    with cursor:
        cursor.execute("set enable_progress_bar = false")
        agents = [row[0] for row in cursor.execute("select agent_id from dim_agent order by hash(agent_id)").fetchall()]
        teams = [row[0] for row in cursor.execute("select team_id from dim_team order by hash(team_id)").fetchall()]
    store = open_store()
    known = {account.name for account in list_accounts(store)}
    for role, wanted in CAST.items():
        for number in range(wanted):
            name = f"{role.value}-{number}"
            if name in known:
                continue
            agent = agents[number % len(agents)] if role is Role.AGENT else None
            team = [teams[number % len(teams)]] if role is Role.SUPERVISOR else []
            add_account(store, name, role, PASSWORD, agent_id=agent, team_ids=team, employee_id=name)
    return [viewer for account in list_accounts(store) if pages_of(viewer := account.viewer())]


def address_of(viewer: Viewer, path: str) -> dict[str, str]:
    """What stands in the address of a page that is about one call or one agent: the newest of the viewer's own."""
    if path not in OF_A_CALL and path not in OF_AN_AGENT:
        return {}
    (newest,) = ask(viewer, _Call, "select call_id, agent_id from mart_call where transcript_status = 'ok' "
                    "and agent_id is not null order by queued_at desc limit 1")  # fmt: skip
    return {"call": newest.call_id} if path in OF_A_CALL else {"agent": newest.agent_id}


def pages_of(viewer: Viewer) -> list[str]:
    return [place.path for place in PLACES if viewer.role in place.roles]


def bare_sql(asked: Sequence[Asked]) -> float:
    """Seconds that the questions of one page take alone: the median of some rounds."""
    rounds = []
    for _ in range(REPEATS):
        cursor, _build = published_connection()
        began = time.perf_counter()
        with cursor:
            for one in asked:
                cursor.execute(one.sql, one.bound).fetchall()
        rounds.append(time.perf_counter() - began)
    return statistics.median(rounds)


@dataclass(frozen=True)
class Alone:
    """One page with nobody else about: its questions, what they take as bare SQL, its first run and the next ones."""

    path: str
    asked: list[Asked]
    sql: float
    first: float
    again: float


def alone(address: str, viewer: Viewer, token: str) -> list[Alone]:
    found = []
    for path in pages_of(viewer):
        opened = address_of(viewer, path)
        asked = questions_of(viewer, path, token, opened)
        with Wire(address, token) as wire:
            first = wire.page(path, **opened).seconds
            again = statistics.median(wire.page(path, **opened).seconds for _ in range(REPEATS))
        found.append(Alone(path, asked, bare_sql(asked), first, again))
    return found


def together(
    people: Sequence[Viewer], open_page: Callable[[Viewer], Opened], seconds: float, think: float, load: Load, turn: int
) -> None:
    """All at once, each a page after the other; in the middle a new build is published. ``turn``: chooses the pages."""
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_person, args=(viewer, open_page, load, until, think, seed))
        for seed, viewer in enumerate(people, turn * len(people))
    ]
    for thread in threads:
        thread.start()
    time.sleep(seconds / 2)
    publish_again()
    for thread in threads:
        thread.join()


def _person(
    viewer: Viewer, open_page: Callable[[Viewer], Opened], load: Load, until: float, think: float, seed: int
) -> None:
    chosen = random.Random(seed)
    time.sleep(chosen.uniform(0, think))
    with open_page(viewer) as page:
        while time.monotonic() < until:
            path = chosen.choice(pages_of(viewer))
            seconds, failed = page(path, chosen.choice(("day", "week", "month")))
            load.add(viewer.role.value, path, seconds, failed)
            time.sleep(chosen.expovariate(1 / think))


def over_the_wire(address: str, tokens: dict[Viewer, str]) -> Callable[[Viewer], Opened]:
    """Pages as the cockpit serves them."""

    @contextmanager
    def opened(viewer: Viewer) -> Iterator[Callable[[str, str], tuple[float, bool]]]:
        about = {path: address_of(viewer, path) for path in pages_of(viewer)}
        with Wire(address, tokens[viewer]) as wire:

            def page(path: str, grain: str) -> tuple[float, bool]:
                seen = wire.page(path, grain=grain, **about[path])
                return seen.seconds, seen.failed

            yield page

    return opened


def only_sql(asked: dict[tuple[str, str], list[Asked]]) -> Callable[[Viewer], Opened]:
    """The same people at the same pace, with nothing but the questions of each page: those of one person of the role,
    each time asked anew."""

    @contextmanager
    def opened(viewer: Viewer) -> Iterator[Callable[[str, str], tuple[float, bool]]]:
        def page(path: str, _grain: str) -> tuple[float, bool]:
            began = time.perf_counter()
            cursor, _ = published_connection()
            with cursor:
                for one in asked[viewer.role.value, path]:
                    cursor.execute(one.sql, one.bound).fetchall()
            return time.perf_counter() - began, False

        yield page

    return opened


def publish_again() -> None:
    """The same rows as a new build: a new file and the flip, as a daily run does it while people look."""
    from lingting.paths import home
    from lingting.warehouse.builds import Build, current_build, point_to

    build = current_build()
    assert build is not None
    number, _, first = build.file.rpartition(AGAIN)
    fresh = home().published / f"{int(number or 0) + 1}{AGAIN}{first}"
    os.link(build.path, fresh)
    point_to(Build(**{**vars(build), "build_id": fresh.stem, "file": fresh.name}))
    if number:
        build.path.unlink()  # whoever has it open keeps it


@contextmanager
def cockpit(root: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-c", "from lingting.cli.main import main; main()", "cockpit", "--port", str(port)]
    environment = {**os.environ, "LINGTING_HOME": str(root)}
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def prepared(root: Path, calls: int, source: Path | None) -> int:
    """The large build below ``root``; gives its number of calls."""
    small = source or root / "small"
    if source is None:
        for words in (SIMULATION, "run"):
            command = [sys.executable, "-c", "from lingting.cli.main import main; main()", *words.split()]
            subprocess.run(command, env={**os.environ, "LINGTING_HOME": str(small)}, check=True)
    copies = max(1, min(STAFF_COPIES, calls // CALLS_OF_SIMULATION))
    periods = max(1, round(calls / CALLS_OF_SIMULATION / copies))
    return grow(small / "published", root / "published", copies, periods)


def p95(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=10_000_000)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120, help="of load, for the pages and for the SQL")
    parser.add_argument("--think", type=float, default=10, help="mean seconds between two pages of one person")
    parser.add_argument("--source", type=Path, help="a home with a published build, instead of simulating one")
    parser.add_argument("--home", type=Path, help="where the large build is made, or lies already; kept")
    given = parser.parse_args()
    root = given.home or Path(tempfile.mkdtemp(prefix="lingting-cockpit-"))
    os.environ["LINGTING_HOME"] = str(root)
    logging.disable(logging.WARNING)  # Streamlit warns of each page that is drawn without a server
    settings_for.cache_clear()
    try:
        if not (root / "published" / "CURRENT.json").exists():
            prepared(root, given.calls, given.source)
        report(root, given.sessions, given.seconds, given.think)
    finally:
        if given.home is None:
            shutil.rmtree(root)
    return 0


def report(root: Path, sessions: int, seconds: float, think: float) -> None:
    people = viewers()
    store = open_store()
    cursor, _ = published_connection()
    with cursor:
        ((calls,),) = cursor.execute("select count(*) from mart_call").fetchall()
    print(f"{calls:,} calls; {os.cpu_count()} cores, {platform.processor() or platform.machine()}")
    tokens = {viewer: start_session(store, viewer.user_id) for viewer in people}
    one_of = {viewer.role: viewer for viewer in reversed(people)}
    seen: dict[tuple[str, str], Alone] = {}
    people = random.Random(1).sample(sorted(people, key=lambda one: one.name), min(sessions, len(people)))
    with cockpit(root) as address:
        print(f"{'role':12} {'page':14} {'questions':>9} {'bare SQL':>9} {'first':>7} {'again':>7}")
        for role, viewer in one_of.items():
            for page in alone(address, viewer, tokens[viewer]):
                seen[role.value, page.path] = page
                print(f"{role.value:12} {page.path:14} {len(page.asked):9} {page.sql:9.3f} {page.first:7.3f} "
                      f"{page.again:7.3f}")  # fmt: skip
        pages = over_the_wire(address, tokens)
        questions = only_sql({key: page.asked for key, page in seen.items()})
        load, bare = Load(), Load()
        for turn in range(ROUNDS):
            together(people, pages, seconds / ROUNDS, think, load, turn)
            together(people, questions, seconds / ROUNDS, think, bare, turn)
    show(load, bare, len(people), think)


def show(load: Load, bare: Load, sessions: int, think: float) -> None:
    print(f"\n{sessions} sessions, a page each {think:g} s, {ROUNDS} builds published; as pages, and as bare SQL:")
    print(f"{'role':12} {'page':14} {'n':>5} {'median':>7} {'p95':>7} {'SQL p95':>8}")
    for (role, path), values in sorted(load.seconds.items()):
        sql = bare.seconds.get((role, path), [])
        print(f"{role:12} {path:14} {len(values):5} {statistics.median(values):7.3f} {p95(values):7.3f} "
              f"{p95(sql) if sql else 0.0:8.3f}")  # fmt: skip
    everything, questions = load.all_seconds(), bare.all_seconds()
    print(f"all pages: n {len(everything)}, median {statistics.median(everything):.3f} s, p95 {p95(everything):.3f} s; "
          f"bare SQL: n {len(questions)}, median {statistics.median(questions):.3f} s, p95 {p95(questions):.3f} s; "
          f"p95 of the pages is {p95(everything) / p95(questions):.2f} x that of the SQL "
          f"(targets: {TARGET_SECONDS:g} s, {TARGET_RATIO:g} x); pages that failed: {len(load.failed)}")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
