"""What the work database was built from, so that a run can tell what is new by content and not by time.

The note is taken back before dbt starts and written again when it has succeeded: a build that was cut off counts as not
done, and doing it again gives the same tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date

from lingting.lake import atomic_json, read_json
from lingting.paths import home
from lingting.warehouse.identity import RULES_FILE, code_hash, dbt_hash, door_hash, lake_digests, sum_of

_LISTS = ("agents", "queues")  # a change in one of these reaches every period: dbt has to build everything


@dataclass(frozen=True)
class Stamp:
    """``lake``: partition -> digest as built. ``code``: sum of the SQL and of the doors' rules.

    ``window``: first and last local day (ISO) built since the last publication, or None.
    """

    lake: dict[str, str] = field(default_factory=dict)
    code: str = ""
    window: tuple[str, str] | None = None

    @property
    def content(self) -> str:
        """Sum of what the work database holds and of the code that made it: equal sums mean equal builds."""
        return sum_of([code_hash(), *(f"{name} {self.lake[name]}" for name in sorted(self.lake))])

    @property
    def last_built(self) -> date | None:
        return max((day_of(name) for name in self.lake if name != RULES_FILE), default=None)


def day_of(partition: str) -> date:
    return date.fromisoformat(partition.split("/")[1])


def read_stamp() -> Stamp:
    """The note on the work database; an empty one when there is no database or no note."""
    found = read_json(home().built_stamp) if home().work_database.exists() else None
    if found is None:
        return Stamp()
    return Stamp(**{**found, "window": tuple(found["window"]) if found["window"] else None})


def needs_full_build(stamp: Stamp) -> bool:
    """Whether a window of days would not do: nothing built yet, other SQL or rules, other lists of agents or queues."""
    current = lake_digests()
    lists = [{n: d for n, d in lake.items() if n.split("/")[0] in _LISTS} for lake in (current, stamp.lake)]
    return not stamp.lake or stamp.code != _code() or lists[0] != lists[1]


def _code() -> str:
    return sum_of([dbt_hash(), door_hash()])


def changed_days(stamp: Stamp) -> list[date]:
    """Local days on which a partition was added, replaced or removed since the build, in order."""
    current = lake_digests()
    names = {name for name in {*current, *stamp.lake} if current.get(name) != stamp.lake.get(name)}
    return sorted({day_of(name) for name in names if name != RULES_FILE})


def begin_build(days: Collection[date], is_full: bool) -> None:
    """Take back the note on what dbt is about to rewrite."""
    stamp = read_stamp()
    kept = {} if is_full else {n: d for n, d in stamp.lake.items() if n == RULES_FILE or day_of(n) not in days}
    code, window = "" if is_full else stamp.code, _widened(stamp.window, days)
    atomic_json(home().built_stamp, asdict(replace(stamp, lake=kept, code=code, window=window)))


def finish_build(days: Collection[date], is_full: bool, built_from: dict[str, str]) -> Stamp:
    """Note that dbt succeeded. ``built_from``: the lake's digests as they were when it started."""
    stamp = read_stamp()
    built = {n: d for n, d in built_from.items() if is_full or n == RULES_FILE or day_of(n) in days}
    done = replace(stamp, lake={**stamp.lake, **built}, code=_code(), window=_widened(stamp.window, days))
    atomic_json(home().built_stamp, asdict(done))
    return done


def note_published() -> None:
    atomic_json(home().built_stamp, asdict(replace(read_stamp(), window=None)))


def _widened(window: tuple[str, str] | None, days: Iterable[date]) -> tuple[str, str] | None:
    known = sorted([*(window or ()), *(day.isoformat() for day in days)])
    return (known[0], known[-1]) if known else None
