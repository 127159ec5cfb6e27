"""The lake as assets: one for each large source, followed by day; one multi-asset for all others, which are loaded
whole; one for what is heard in recordings; before them the store, whose entries land like a vendor's files."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import dagster as dg
import pyarrow.parquet as pq

from dagster_project import speech
from dagster_project.failures import RETRY_IO, expected_errors
from dagster_project.landing import land_store, load_source
from dagster_project.partitions import asked_of
from dagster_project.report import report
from dagster_project.retention import forget_old_answers
from dagster_project.scope import DAILY, LANDED, WHOLE
from lingting.contracts import contract
from lingting.lake import ensure_schemas
from lingting.loading import LoadReport
from lingting.paths import home
from lingting.warehouse import writer_lock
from lingting.work.sources import fed_sources

STORE = dg.AssetKey(["store", "entries"])


def lake_key(source: str) -> dg.AssetKey:
    return dg.AssetKey(["lake", source])


def landing_specs() -> list[dg.AssetSpec]:
    """The files that others put down: where the lineage begins."""
    return [
        dg.AssetSpec(
            dg.AssetKey(["landing", source]),
            group_name="landing",
            description=f"Files as the vendor wrote them, landing/<mapping>/{source}/. {contract(source).zh}",
        )
        for source in LANDED
    ]


def lake_assets(partitions: dg.DailyPartitionsDefinition) -> list[dg.AssetsDefinition]:
    landed = (_landed_asset(source, partitions) for source in DAILY)
    return [_store_asset(), *landed, _whole_assets(), _speech_assets(partitions)]


def _store_asset() -> dg.AssetsDefinition:
    @dg.asset(
        key=STORE,
        group_name="landing",
        description="What people entered in the cockpit, written to landing/contract/<source>/store-<local day>.jsonl: "
        + ", ".join(fed_sources()),
        retry_policy=RETRY_IO,
    )
    def store(_: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        with expected_errors(), writer_lock():
            files = land_store(report().say)
        return dg.MaterializeResult(metadata={"files": len(files)})

    return store


def _before(source: str) -> list[dg.AssetKey]:
    """What must lie in landing before a source is loaded."""
    return [dg.AssetKey(["landing", source]), *([STORE] if source in fed_sources() else [])]


def _description(source: str) -> str:
    declared = contract(source)
    columns = "\n".join(f"| {c.name} | {c.type.value} | {c.en} | {c.zh} |" for c in declared.columns)
    return (
        f"{declared.en}. {declared.zh}。Grain: {declared.grain}.\n\n"
        f"| column | type | meaning | 含义 |\n|---|---|---|---|\n{columns}"
    )


def _landed_asset(source: str, partitions: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    @dg.asset(
        key=lake_key(source),
        deps=_before(source),
        group_name="lake",
        description=_description(source),
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        retry_policy=RETRY_IO,
        kinds={"parquet"},
    )
    def landed(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        with expected_errors(), writer_lock():
            loads = load_source(source, asked_of(context.run.tags).load_days())
            ensure_schemas()
        if loads:
            report().say(_load_line(source, loads))
        return dg.MaterializeResult(metadata=_row_counts(source, context.partition_keys) | _load_metadata(loads))

    return landed


def _whole_assets() -> dg.AssetsDefinition:
    """Lists, registers and event logs around the calls: small, and without partitions in Dagster."""
    specs = [
        dg.AssetSpec(
            lake_key(source),
            deps=_before(source),
            group_name="around_the_calls",
            description=_description(source),
            kinds={"parquet"},
        )
        for source in WHOLE
    ]

    @dg.multi_asset(name="around_the_calls", specs=specs, retry_policy=RETRY_IO, can_subset=False)
    def landed(_: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        with expected_errors(), writer_lock():
            loads = {source: load_source(source, None) for source in WHOLE}
            ensure_schemas()
        for source, found in loads.items():
            if found:
                report().say(_load_line(source, found))
            yield dg.MaterializeResult(lake_key(source), metadata=_load_metadata(found))

    return landed


def _load_line(source: str, loads: Sequence[LoadReport]) -> str:
    rejected = sum(load.rejected for load in loads)
    refused = f", {rejected:,} rejected (lake/_rejected/{source})" if rejected else ""
    return f"load {source}: {sum(load.rows_in for load in loads):,} rows of {len(loads)} files{refused}"


def _load_metadata(loads: Sequence[LoadReport]) -> dict[str, int]:
    return {"files": len(loads)} | {
        name: sum(getattr(load, name) for load in loads) for name in ("rows_in", "accepted", "rejected", "replaced")
    }


def _row_counts(source: str, days: Sequence[str]) -> dict[str, int]:
    """Rows of the run's partitions, from the footers of their files."""
    paths = (home().partition_file(source, date.fromisoformat(day)) for day in days)
    rows = [pq.read_metadata(path).num_rows for path in paths if path.exists()]
    return {"dagster/row_count": sum(rows), "partitions_with_rows": len(rows)}


def _speech_assets(partitions: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    specs = [
        dg.AssetSpec(
            lake_key(source),
            deps=[lake_key("recordings"), lake_key("calls")],
            group_name="speech",
            description=_description(source),
            kinds={"whisperx", "parquet"},
        )
        for source in speech.OUTPUTS
    ]

    @dg.multi_asset(
        name="speech",
        specs=specs,
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        retry_policy=RETRY_IO,
        can_subset=False,
    )
    def heard(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        with expected_errors(), writer_lock():
            forget_old_answers(report().say)
            days = asked_of(context.run.tags).transcribe_days()
            if days:
                report().say(f"transcribe: {len(days)} days")
            for summary in speech.transcribe(days):
                report().say(f"transcribe {summary['day']}: {_statuses(summary['statuses'])}")
                context.log.info("transcribed %s", summary)
            ensure_schemas()
        for source in speech.OUTPUTS:
            yield dg.MaterializeResult(lake_key(source), metadata=_row_counts(source, context.partition_keys))

    return heard


def _statuses(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "no recordings"
