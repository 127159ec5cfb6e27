"""The one place that talks to Great Expectations: runs checks on frames and tells bad data from broken checks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any

import pandas as pd

from expectations.results import BAD_DATA, ERROR, OK, WARNING, Finding
from expectations.suite import Check

_EXAMPLES = 3
_FEW_ROWS = 10  # of a small source a share says little


@cache
def _gx() -> Any:
    """Great Expectations, imported late (seconds) and with its usage reports off: nothing here may use the network."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations

    return great_expectations


class Runner:
    """One context for many partitions: a suite is built once and run on a frame for each of them."""

    def __init__(self) -> None:
        self._definitions: dict[str, Any] = {}

    @cached_property
    def context(self) -> Any:
        """In memory: with files it writes its whole configuration anew for each suite. Made for the first frame."""
        gx = _gx()
        from great_expectations.data_context.types.base import ProgressBarsConfig

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        return context

    @cached_property
    def _source(self) -> Any:
        return self.context.data_sources.add_pandas("frames")

    def run(
        self, name: str, checks: Sequence[Check], frame: pd.DataFrame, key: Sequence[str] = (), partition: str = ""
    ) -> Any:
        """The raw Great Expectations result of ``checks`` on ``frame``. ``name`` stands for the same checks always.

        ``name`` (suite.frame) and ``partition`` name the run in the data docs.
        """
        definition = self._definitions.get(name)
        if definition is None:
            definition = self._definitions[name] = self._define(name, checks)
        result_format: dict[str, Any] = {"result_format": "SUMMARY", "partial_unexpected_count": _EXAMPLES}
        if shown := [column for column in key if column in frame.columns]:
            result_format["unexpected_index_column_names"] = shown
        # Great Expectations reads a time out of a run that is named by dates alone, or that is given none: in
        # "2026-10-01..2026-10-31" it finds an offset of 31 hours, and there is no page. So the suite comes first.
        run_name = f"{name.partition('.')[0]} {partition}"
        run_id = _gx().RunIdentifier(run_name=run_name, run_time=datetime.now(UTC)) if partition else None
        return definition.run(batch_parameters={"dataframe": frame}, result_format=result_format, run_id=run_id)

    def _define(self, name: str, checks: Sequence[Check]) -> Any:
        gx = _gx()
        asset = self._source.add_dataframe_asset(name)
        batch = asset.add_batch_definition_whole_dataframe("frame")
        wanted = []
        for number, check in enumerate(checks):
            kind = getattr(gx.expectations, "".join(word.title() for word in check.type.split("_")))
            wanted.append(kind(**check.kwargs, meta={"number": number, "name": check.name}))
        suite = self.context.suites.add(gx.ExpectationSuite(name=name, expectations=wanted))
        return self.context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))

    def findings(
        self,
        name: str,
        where: str,
        checks: Sequence[Check],
        frame: pd.DataFrame,
        key: Sequence[str] = (),
        partition: str = "",
    ) -> list[Finding]:
        """A finding for each check, in their order. ``where`` begins the sentence: door, suite and partition."""
        if not checks:
            return []
        found: dict[int, Finding] = {}
        for item in self.run(name, checks, frame, key, partition).results:
            number = item.expectation_config.meta["number"]
            found[number] = _finding(where, checks[number], item, frame, key)
        return [found.get(n) or unjudged(where, check, "no result came back") for n, check in enumerate(checks)]


def unjudged(where: str, check: Check, reason: str) -> Finding:
    """A check that could not be judged: an error, which blocks like bad data but is not the data's fault."""
    sentence = (
        f"{where}: expectation {check.name} on column {check.shown_column} could not be judged ({reason}); "
        "the check is at fault, not necessarily the data"
    )
    return Finding(check.name, check.shown_column, ERROR, None, reason, sentence)


def _finding(where: str, check: Check, item: Any, frame: pd.DataFrame, key: Sequence[str]) -> Finding:
    if reason := _exception(item.exception_info):
        return unjudged(where, check, reason)
    result = dict(item.result)
    if check.frame == "measures":
        return _measure_finding(where, check, bool(item.success), frame)
    count = result.get("unexpected_count")
    count = None if count is None else int(count)
    if item.success:
        return Finding(check.name, check.shown_column, OK, count, f"{len(frame)} rows", "")
    rows = f"{count} of {len(frame)} rows" if count is not None else f"observed {result.get('observed_value')}"
    examples = _examples(result, key)
    sentence = (
        f"{where}: expectation {check.name} on column {check.shown_column} failed for {rows}: {check.says}{examples}"
    )
    kind = WARNING if count is not None and _is_borne(check, count, frame) else BAD_DATA
    return Finding(check.name, check.shown_column, kind, count, rows, sentence)


def _is_borne(check: Check, count: int, frame: pd.DataFrame) -> bool:
    """Few bad rows of a check that bears some, or any number where the frame itself excuses them."""
    if not check.borne_ratio:
        return False
    if check.excused and bool(frame[check.excused].any()):
        return True
    return count <= max(_FEW_ROWS, check.borne_ratio * len(frame))


def _measure_finding(where: str, check: Check, success: bool, frame: pd.DataFrame) -> Finding:
    measure = str(check.kwargs["column"])
    value = frame[measure].iloc[0]
    if pd.isna(value):
        return Finding(check.name, check.shown_column, OK, None, "nothing to compare with", "")
    counted = frame[check.count].iloc[0] if check.count else None
    count = None if counted is None or pd.isna(counted) else int(counted)
    observed = f"{value:.4g}"
    if success:
        return Finding(check.name, check.shown_column, OK, count, observed, "")
    bounds = [f"at least {check.kwargs['min_value']:g}"] if check.kwargs.get("min_value") is not None else []
    bounds += [f"at most {check.kwargs['max_value']:g}"] if check.kwargs.get("max_value") is not None else []
    rows = f" ({count} rows)" if count is not None else ""
    sentence = (
        f"{where}: expectation {check.name} on column {check.shown_column} failed with {observed}, "
        f"wanted {' and '.join(bounds)}{rows}: {check.says}"
    )
    return Finding(check.name, check.shown_column, BAD_DATA, count, observed, sentence)


def _exception(info: dict[str, Any]) -> str | None:
    """The message of an exception; Great Expectations gives either one record or one by metric."""
    records = [info] if "raised_exception" in info else list(info.values())
    for record in records:
        if isinstance(record, dict) and record.get("raised_exception"):
            text = str(record.get("exception_message") or "unknown error").strip()
            return text.splitlines()[0][:200]
    return None


def _examples(result: dict[str, Any], key: Sequence[str]) -> str:
    """Keys of the first bad rows. Values are not shown: they may be personal."""
    listed = result.get("partial_unexpected_index_list") or []
    shown = []
    for item in listed[:_EXAMPLES]:
        if isinstance(item, dict):
            shown.append(" ".join(str(item[name]) for name in key if name in item))
    shown = [text for text in shown if text]
    return f"; for example {', '.join(shown)}" if shown else ""
