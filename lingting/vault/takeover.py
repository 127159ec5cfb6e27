"""Taking over the recordings that lie clear in landing/: encrypt, read back, and only then remove the clear file.

Rows of the telephone system are left as they are: a recording whose file is gone from landing/ is found in the vault by
its id. A file that several recordings name is stored once for each of them, and removed after the last.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast, get_args

from lingting.errors import InputError, LingtingError
from lingting.lake import days_of, read_partition, sha256_of
from lingting.paths import home
from lingting.settings import settings
from lingting.vault.records import Consent, Notice, RetentionClass
from lingting.vault.store import Facts, put
from lingting.vault.verification import check_whole


@dataclass
class TakenOver:
    """Recordings stored, clear files removed, and a sentence for each file that was left."""

    stored: int = 0
    removed: int = 0
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Said:
    """Notice, consent and, if it is not to follow from the queue, the purpose of a recording."""

    notice: Notice
    consent: Consent
    purpose: RetentionClass | None = None


def put_landing(
    said: Said,
    of_recording: Mapping[str, Said] | None = None,
    only: date | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> TakenOver:
    """Take over every sound file that lake/recordings names and that lies in landing/. ``only``: recordings of one day.

    ``of_recording`` overrides ``said``. A file that can not be taken over (empty, say) is left and told.
    """
    done, wanted = TakenOver(), _by_file(only)
    for number, (path, rows) in enumerate(sorted(wanted.items()), start=1):
        try:
            for row in rows:
                facts = _facts(row, (of_recording or {}).get(row["recording_id"], said))
                check_whole(put(path, facts))
                done.stored += 1
            _remove_clear(path)
            done.removed += 1
        except LingtingError as error:
            done.left.append(str(error))
        progress(number, len(wanted))
    return done


def _by_file(only: date | None) -> dict[Path, list[dict[str, Any]]]:
    """Sound files in landing/ with all recordings that name them; with ``only``, files that one of that day names."""
    landing = home().landing.resolve()
    found: dict[Path, list[dict[str, Any]]] = {}
    chosen: set[Path] = set()
    for day in days_of("recordings"):
        queues = None
        for row in read_partition("recordings", day).to_pylist():
            path = (landing / row["media_path"]).resolve()
            if row["media_kind"] != "audio" or not path.is_relative_to(landing) or not path.is_file():
                continue
            queues = _queues(day) if queues is None else queues
            found.setdefault(path, []).append({**row, "queue_id": queues.get(row["call_id"])})
            if only in (None, day):
                chosen.add(path)
    return {path: rows for path, rows in found.items() if path in chosen}


def _queues(day: date) -> dict[str, str | None]:
    """Queue by call, of the day and its neighbours: a call lies on the day of its queue entry."""
    queues: dict[str, str | None] = {}
    for step in (-1, 1, 0):
        table = read_partition("calls", day + timedelta(days=step))
        queues.update(zip(table["call_id"].to_pylist(), table["queue_id"].to_pylist(), strict=True))
    return queues


def _facts(row: Mapping[str, Any], said: Said) -> Facts:
    purpose = said.purpose or settings().vault.class_of_queue.get(row["queue_id"] or "", "service")
    return Facts(row["recording_id"], said.notice, said.consent, purpose, row["call_id"], row["recorded_at"])


def _remove_clear(path: Path) -> None:
    """The file in landing/ and the player's copy of it."""
    sha256 = sha256_of(path)
    path.unlink()
    for copy in home().published_audio.glob(f"{sha256}.*"):
        copy.unlink(missing_ok=True)


def read_said(path: Path, otherwise: Said) -> dict[str, Said]:
    """A CSV with the columns recording_id, notice, consent and, if wanted, retention_class. InputError if malformed."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} can not be read as CSV in UTF-8 ({error})") from error
    return {row.get("recording_id") or "": _said(path, number, row, otherwise) for number, row in enumerate(rows, 2)}


def _said(path: Path, number: int, row: Mapping[str, str | None], otherwise: Said) -> Said:
    allowed = {"notice": get_args(Notice), "consent": get_args(Consent), "retention_class": get_args(RetentionClass)}
    if not row.get("recording_id"):
        raise InputError(f"{path} line {number} has no recording_id; the columns are recording_id, notice, consent")
    for name, values in allowed.items():
        if row.get(name) and row[name] not in values:
            raise InputError(f"{path} line {number}: {name} {row[name]!r} is not known; one of {', '.join(values)}")
    return Said(
        cast(Notice, row.get("notice") or otherwise.notice),
        cast(Consent, row.get("consent") or otherwise.consent),
        cast("RetentionClass | None", row.get("retention_class") or otherwise.purpose),
    )
