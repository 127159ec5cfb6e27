"""Decides whether there is anything to do, does it, and turns a failed run into the one error that people read."""

from __future__ import annotations

from datetime import date

from dagster_project.alerting import judge_and_tell
from dagster_project.landing import day_in_name, land_store, load_whole, named_days, pending_files
from dagster_project.report import Report, Say, new_report
from dagster_project.retention import forget_old_answers
from dagster_project.scope import DAILY, new_days
from expectations.results import DOOR_ONE, DoorResult, blocking_sentence
from lingting.errors import DoorBlocked, LingtingError, UsageError
from lingting.lake import days_of, ensure_schemas
from lingting.paths import home
from lingting.warehouse import current_build
from lingting.warehouse.stamp import needs_full_build, read_stamp


def run_new(say: Say) -> str:
    """Do whatever is new; gives the id of the current build.

    Raises UsageError when there is nothing at all to build from, and what a failed run found.
    """
    land_store(say)
    days = _pending_days(say)
    days += new_days()
    if not days and _is_published():
        current = current_build()
        assert current is not None
        forget_old_answers(say)
        say("nothing new since the last build")
        judge_and_tell(say)
        return current.build_id
    days = days or _held_days()
    if not days:
        raise UsageError(f"there is nothing to build from: put files into {home().landing}, or try `lingting simulate`")
    followed = set(_held_days()) | named_days()
    days = [day for day in days if day in followed] or [max(days)]
    return _run(min(days), max(days), True, say)


def run_days(first: date | None, last: date | None, say: Say) -> str:
    """Build some local days again; an open end reaches to the first or last day that is known."""
    land_store(say)
    known = sorted({*_held_days(), *named_days()}) or [day for day in (first, last) if day]
    return _run(first or min(*known, last or known[0]), last or max(*known, first or known[0]), False, say)


def _pending_days(say: Say) -> list[date]:
    """Days of the files that are new. A file that does not name its day is loaded at once, to learn what it brings."""
    days: list[date] = []
    for file in pending_files():
        named = day_in_name(file)
        if named is None:
            loaded = load_whole(file)
            say(f"load {file.source}: {loaded.rows_in:,} rows of {file.path.name}, {loaded.rejected:,} rejected")
            days += loaded.partitions
        else:
            days.append(named)
    return days


def _held_days() -> list[date]:
    return sorted({day for source in DAILY for day in days_of(source)})


def _is_published() -> bool:
    """Whether the current build holds exactly what the work database was built from."""
    stamp, current = read_stamp(), current_build()
    return (
        current is not None
        and not needs_full_build(stamp)
        and stamp.window is None
        and current.content_hash == stamp.content
        and current.path.exists()
    )


def _run(first: date, last: date, is_new: bool, say: Say) -> str:
    from dagster_project.job import run_daily

    found = new_report(say)
    ensure_schemas()
    success = run_daily(first, last, is_new)
    error = None if success else _error(found, say)
    judge_and_tell(say, 0 if error is None else error.exit_code)
    if error is not None:
        raise error
    assert found.build_id is not None
    return found.build_id


def _error(found: Report, say: Say) -> LingtingError:
    """The first expected error; else the shut door; else a pointer to the log."""
    if found.errors:
        return found.errors[0]
    shut = [result for result in found.doors if not result.success]
    sentence = blocking_sentence(shut)
    if sentence is None:
        return LingtingError(f"the run failed; see {home().logs / 'run.log'}")
    _write_docs(shut, say)
    return DoorBlocked(f"{sentence}; the last build is still served")


def _write_docs(shut: list[DoorResult], say: Say) -> None:
    """Show people what a door refused, at once."""
    from expectations.docs import write_docs

    days = [(result.suite, date.fromisoformat(result.partition)) for result in shut if result.door == DOOR_ONE]
    say(f"data docs: {write_docs(days, with_marts=len(days) < len(shut))}")
