"""The two doors as blocking asset checks: what fails here keeps everything downstream from running."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

import dagster as dg

from dagster_project import speech
from dagster_project.failures import expected_errors
from dagster_project.lake_assets import lake_key
from dagster_project.partitions import asked_of
from dagster_project.report import report
from dagster_project.scope import LANDED, Asked, build_scope
from expectations.lake_door import check_partitions
from expectations.mart_door import check_marts
from expectations.results import BAD_DATA, ERROR, DoorResult, blocking_sentence
from expectations.suite import read_suites
from lingting.paths import home
from lingting.warehouse.stamp import read_stamp


def door_checks(warehouse_keys: Sequence[dg.AssetKey]) -> list[dg.AssetChecksDefinition]:
    """Door one on every lake asset, door two on every mart that has a suite.

    A door is one step for several assets, because its rules compare them: calls with menu steps, visits with calls.
    """
    by_name = {key.path[-1]: key for key in warehouse_keys}
    marts = {suite: by_name[suite] for suite in read_suites("marts")}
    return [
        build_door("door_one_landed", {source: lake_key(source) for source in LANDED}, "lake", _judge_lake),
        build_door("door_one_speech", {source: lake_key(source) for source in speech.OUTPUTS}, "lake", _judge_lake),
        build_door("door_two", marts, "marts", _judge_marts),
    ]


def build_door(
    name: str, assets: Mapping[str, dg.AssetKey], folder: str, judge: Callable[[Sequence[str], Asked], list[DoorResult]]
) -> dg.AssetChecksDefinition:
    """A blocking asset check for each suite, judged together. ``assets``: suite -> the asset it guards."""
    check = "door_two" if folder == "marts" else "door_one"
    specs = [
        dg.AssetCheckSpec(
            check,
            asset=key,
            blocking=True,
            description=f"Great Expectations: expectations/suites/{folder}/{suite}.yaml"
            + (" and the contract" if folder == "lake" else ""),
        )
        for suite, key in assets.items()
    ]

    @dg.multi_asset_check(name=name, specs=specs)
    def door(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        with expected_errors():
            results = judge(list(assets), asked_of(context.run.tags))
        report().doors.extend(results)
        report().say(_line(name, results))
        for suite, key in assets.items():
            yield _check_result(check, key, [result for result in results if result.suite == suite])

    return door


def _judge_lake(sources: Sequence[str], asked: Asked) -> list[DoorResult]:
    days = build_scope(asked).days
    return check_partitions((source, day) for source in sources for day in days)


def _judge_marts(suites: Sequence[str], _: Asked) -> list[DoorResult]:
    """All days built since the last publication."""
    return check_marts(home().work_database, *_window(), suites=suites)


def _line(name: str, results: Sequence[DoorResult]) -> str:
    if sentence := blocking_sentence(results):
        return f"{name} is shut: {sentence}"
    return f"{name}: {_held(results)}"


def _held(results: Sequence[DoorResult]) -> str:
    """How many expectations hold, and what was told and borne."""
    findings = [finding for result in results for finding in result.findings]
    warnings = [finding.sentence for result in results for finding in result.warnings]
    held = f"{len(findings) - len(warnings):,} expectations hold on {len(results)} partitions"
    return held if not warnings else f"{held}; {len(warnings)} warned, first: {warnings[0]}"


def _window() -> tuple[date | None, date | None]:
    window = read_stamp().window
    return (None, None) if window is None else (date.fromisoformat(window[0]), date.fromisoformat(window[1]))


def _check_result(check: str, key: dg.AssetKey, results: Sequence[DoorResult]) -> dg.AssetCheckResult:
    findings = list(chain.from_iterable(result.findings for result in results))
    bad = [finding for result in results for finding in result.blocking]
    warnings = [finding for result in results for finding in result.warnings]
    told = [f"* {finding.sentence}" for finding in [*bad, *warnings]]
    return dg.AssetCheckResult(
        check_name=check,
        asset_key=key,
        passed=not bad and not warnings,
        severity=dg.AssetCheckSeverity.ERROR if bad else dg.AssetCheckSeverity.WARN,  # a warning blocks nothing
        description=blocking_sentence(results) or _held(results),
        metadata={
            "partitions": len(results),
            "expectations": len(findings),
            "bad_data": sum(finding.kind == BAD_DATA for finding in bad),
            "warnings": len(warnings),
            "errors": sum(finding.kind == ERROR for finding in bad),
            "findings": dg.MetadataValue.md("\n".join(told[:50]) or "none"),
        },
    )
