"""Scores of a stored day by a version of the packs that is not in force: rows that stand beside those that count."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from asr_jobs.inspection.models import judge, offline, versions
from asr_jobs.inspection.rulebook import Packs
from asr_jobs.manifest import Spool, read_manifest, write_manifest
from asr_jobs.scores import score_rows
from asr_jobs.stored import stored_of
from lingting.contracts import contract
from lingting.lake import read_partition, write_partition


def rescore_day(day: date, packs: Packs) -> int:
    """Judge the day's masked conversations by ``packs`` and add the scores to the lake. Gives how many rows it made.

    Rows in force are never touched: the worker alone decides what counts.
    """
    spool = Spool(day)
    with spool.locked():
        manifest = read_manifest(day)
        made = [
            {**row, "is_in_force": False}
            for stored in stored_of(day)
            for row in score_rows(stored.recording, judge(stored.conversation, offline(), packs), stored.key)
        ]
        before = {row["score_id"]: row for row in read_partition("scores", day).to_pylist()}
        in_force = set(versions().items())
        added = [row for row in made if (row["model"], row["model_version"]) not in in_force]
        rows = list((before | {row["score_id"]: row for row in added}).values())
        write_partition("scores", day, pa.Table.from_pylist(rows, schema=contract("scores").arrow_schema))
        if manifest:
            write_manifest(day, manifest)  # the day is as finished as it was: only its sum is another
    return len(added)
