"""Great Expectations' data docs: web pages of what was judged, for people who mend data.

Not every partition: the newest day of each large source, every partition that a door refused, and the marts of the
newest month (a page costs a tenth of a second). All verdicts are in the published table door_results.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from expectations.engine import Runner
from expectations.judge import FRAMES, checks_of, frames_of, key_of
from expectations.lake_door import day_of
from expectations.mart_door import judge_marts
from expectations.results import DOOR_ONE, all_kept
from expectations.schema import lake_suite
from expectations.suite import read_suites
from lingting.contracts import all_contracts
from lingting.lake import days_of
from lingting.paths import home

_SITE = "lingting"
_MOST_REFUSED = 20


def write_docs(partitions: Sequence[tuple[str, date]] | None = None, with_marts: bool = True) -> Path:
    """Judge the partitions once more and write the pages; gives the index page.

    The folder quality/data_docs is replaced whole, so that it never shows a mixture of two runs.
    """
    work = home().quality / ".docs"
    shutil.rmtree(work, ignore_errors=True)
    runner = Runner()
    _only_site(runner, work / "site")
    for source, day in newest_and_refused() if partitions is None else partitions:
        _lake(runner, source, day)
    if with_marts and home().work_database.exists():
        judge_marts(home().work_database, runner, *_newest_month(), list(read_suites("marts")))
    runner.context.build_data_docs(site_names=[_SITE])
    _replace(work / "site", home().data_docs)
    shutil.rmtree(work)
    return home().data_docs / "index.html"


def newest_and_refused() -> list[tuple[str, date]]:
    """The newest partition of each large source, then the newest ones that door one refused."""
    large = [source for source, declared in all_contracts().items() if declared.daily]
    newest = [(source, days[-1]) for source in large if (days := days_of(source))]
    refused = [
        (result.suite, date.fromisoformat(result.partition)) for result in all_kept(DOOR_ONE) if not result.success
    ]
    refused = [pair for pair in refused if pair not in newest and home().partition_file(*pair).exists()]
    return newest + sorted(refused, key=lambda pair: pair[1])[-_MOST_REFUSED:]


def _newest_month() -> tuple[date | None, date | None]:
    days = days_of("calls")
    return (days[-1].replace(day=1), days[-1]) if days else (None, None)


def _only_site(runner: Runner, folder: Path) -> None:
    context = runner.context
    for name in list(context.list_data_docs_sites()):
        context.delete_data_docs_site(name)
    backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)}
    context.add_data_docs_site(
        site_name=_SITE,
        site_config={
            "class_name": "SiteBuilder",
            "store_backend": backend,
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "show_how_to_buttons": False,
        },
    )


def _lake(runner: Runner, source: str, day: date) -> None:
    suite = lake_suite(source)
    frames = frames_of(suite, source, day_of(source, day))
    for frame in FRAMES:
        found, checks = frames.of(frame), checks_of(suite, frame)
        if found is not None and checks:
            runner.run(f"{source}.{frame}", checks, found, key_of(suite, frame), day.isoformat())


def _replace(new: Path, old: Path) -> None:
    before = old.with_name(f".{old.name}-before")
    shutil.rmtree(before, ignore_errors=True)
    if old.exists():
        old.rename(before)
    new.rename(old)
    shutil.rmtree(before, ignore_errors=True)
