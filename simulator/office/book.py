"""What the domains of the office write: rows of sources, one file a source and month, and planted parts of KPIs.

Times are local wall-clock (datetime64) until they are written; files carry UTC under the contract's own column names.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lingting.contracts import contract
from simulator.centre import Agents
from simulator.landing.files import pack
from simulator.options import Options

CENTRE = "centre"
KEY = ["grain", "period_start", "scope", "scope_id", "kpi_id", "formula_id"]
_MEMBER = {CENTRE: "centre", "queue": "queue_id", "team": "team_id", "agent": "agent_id", "channel": "channel"}


class Book:
    """Collects rows and parts; ``write`` and ``kpis`` give them out at the end."""

    def __init__(self, options: Options, agents: Agents) -> None:
        self._options = options
        self._team_of = dict(zip(agents.ids, agents.team_ids[agents.team], strict=True))
        self._rows: dict[str, list[tuple[pd.DataFrame, np.ndarray]]] = defaultdict(list)
        self._parts: list[pd.DataFrame] = []
        self._labels: list[pd.DataFrame] = []
        self.start = np.datetime64(options.start, "ms")
        self.end = np.datetime64(options.day(options.days), "ms")  # the records end here

    @property
    def days(self) -> np.ndarray:
        """All simulated days, datetime64[D]."""
        return np.arange(np.datetime64(self._options.start), np.datetime64(self._options.day(self._options.days)))

    @property
    def months(self) -> np.ndarray:
        """First days of all months that hold a simulated day, datetime64[D]."""
        return np.unique(self.days.astype("datetime64[M]")).astype("datetime64[D]")

    def rows(self, source: str, frame: pd.DataFrame, made: str) -> None:
        """Rows of one source. ``made``: the column with the moment (or day) at which the system writes the row; rows
        made after the last simulated day are left out, as they would be in a real export."""
        moment = frame[made].to_numpy(dtype="datetime64[ms]")
        kept = moment < self.end
        unknown = set(frame.columns) - set(contract(source).names) - {"caller_number"}
        if unknown:
            raise ValueError(f"{source} has no column {sorted(unknown)}")
        self._rows[source].append((frame[kept], moment[kept]))

    def part(
        self,
        kpi: str,
        formula: str,
        day: Any,
        numerator: Any,
        denominator: Any = None,
        *,
        n_open: Any = 0,
        queue: Any = None,
        agent: Any = None,
        channel: Any = None,
        whole_month: bool = False,
    ) -> None:
        """Parts of one formula, arrays or single values. ``day``: local days (datetime64), for ``whole_month`` the
        first day of the month. ``denominator`` None: a mere count. Days outside the simulation do not count."""
        parts = pd.DataFrame(
            {
                "day": np.atleast_1d(np.asarray(day, dtype="datetime64[D]")),
                "numerator": np.asarray(numerator, dtype=float),
                "denominator": np.nan if denominator is None else np.asarray(denominator, dtype=float),
                "n_open": np.asarray(n_open, dtype=float),
                "queue_id": _names(queue),
                "agent_id": _names(agent),
                "channel": _names(channel),
            }
        )
        parts = parts.assign(kpi_id=kpi, formula_id=formula, whole_month=whole_month)
        first = self.start.astype("datetime64[M]") if whole_month else self.start
        self._parts.append(parts[(parts["day"] >= first) & (parts["day"] < self.end)])

    def clause_labels(self, day: Any, is_said: Any, is_found: Any) -> None:
        """Mandatory clauses that people labelled, on the days when the labels were settled: whether the clause was
        said, and whether the rules found it."""
        self._labels.append(_labels(day, is_said, is_found))

    @property
    def labels(self) -> pd.DataFrame:
        """All labelled clauses within the simulation: day, is_said, is_found."""
        labels = pd.concat([_labels([], [], []), *self._labels], ignore_index=True)
        return labels[(labels["day"] >= self.start) & (labels["day"] < self.end)]

    def cases(self, kpi: str, formula: str) -> pd.DataFrame:
        """Day and value of each case of a mean whose parts were planted case by case."""
        parts = pd.concat([_NO_PARTS, *self._parts], ignore_index=True)
        found = parts[(parts["kpi_id"] == kpi) & (parts["formula_id"] == formula)]
        if not (found["denominator"] == 1).all():
            raise ValueError(f"{kpi}/{formula}: parts of more than one case")
        return found[["day", "numerator"]].rename(columns={"numerator": "value"})

    def write(self, folder: Path) -> tuple[int, int]:
        """One gzipped CSV a source and month; gives how many files, and their bytes."""
        n_bytes = n_files = 0
        for source, collected in self._rows.items():
            frame = pd.concat([rows for rows, _ in collected], ignore_index=True)
            month = np.concatenate([moment for _, moment in collected]).astype("datetime64[M]")
            table = self._table(source, frame)
            for one in np.unique(month):
                path = folder / source / f"{source}_{one}.csv.gz"
                path.parent.mkdir(parents=True, exist_ok=True)
                n_bytes += pack([table.filter(pa.array(month == one))], "csv", path)
                n_files += 1
        return n_files, n_bytes

    def _table(self, source: str, frame: pd.DataFrame) -> pa.Table:
        """Columns in the contract's order; moments as UTC, days as they are."""
        dates = {c.name for c in contract(source).columns if c.type.value == "date"}
        offset = np.timedelta64(self._options.utc_offset_ms, "ms")
        columns = {}
        for name in contract(source).names:
            values = frame[name] if name in frame.columns else pd.Series([None] * len(frame), dtype=object)
            if values.dtype.kind == "M":
                kind = pa.date32() if name in dates else pa.timestamp("ms")
                moved = values if name in dates else values - offset
                columns[name] = pa.array(moved.to_numpy(dtype="datetime64[ms]"), from_pandas=True).cast(kind)
            else:
                columns[name] = pa.array(values, from_pandas=True)
        if "caller_number" in frame.columns:
            columns["caller_number"] = pa.array(frame["caller_number"], from_pandas=True)
        return pa.table({name: column.cast(pa.string()) for name, column in columns.items()})

    def kpis(self) -> pd.DataFrame:
        """The planted parts summed by day and month for the centre, each queue, team, agent and channel."""
        if not self._parts:
            return pd.DataFrame(columns=[*KEY, "numerator", "denominator", "n_open"])
        parts = pd.concat(self._parts, ignore_index=True)
        some = (parts["numerator"] != 0) | (parts["denominator"].fillna(0) != 0) | (parts["n_open"] > 0)
        parts = parts[some]
        month = parts["day"].to_numpy().astype("datetime64[M]").astype("datetime64[D]")
        parts = parts.assign(month=month, centre=CENTRE, team_id=parts["agent_id"].map(self._team_of))
        found = []
        for scope, name in _MEMBER.items():
            scoped = parts.dropna(subset=[name]).assign(scope=scope).rename(columns={name: "scope_id"})
            daily = scoped[~scoped["whole_month"].astype(bool)]
            found.append(_summed(daily.assign(grain="day", period_start=daily["day"])))
            found.append(_summed(scoped.assign(grain="month", period_start=scoped["month"])))
        table = pd.concat([part for part in found if len(part)], ignore_index=True)
        table["period_start"] = [date.fromisoformat(str(day)[:10]) for day in table["period_start"]]
        return table


_NO_PARTS = pd.DataFrame(
    {"day": np.zeros(0, dtype="datetime64[s]"), "numerator": np.zeros(0), "denominator": np.zeros(0),
     "kpi_id": np.zeros(0, dtype=object), "formula_id": np.zeros(0, dtype=object)}
)  # fmt: skip


def _labels(day: Any, is_said: Any, is_found: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "day": np.asarray(day, dtype="datetime64[D]"),
            "is_said": np.asarray(is_said, dtype=bool),
            "is_found": np.asarray(is_found, dtype=bool),
        }
    )


def _summed(parts: pd.DataFrame) -> pd.DataFrame:
    sums = parts.groupby(KEY, sort=False)[["numerator", "denominator", "n_open"]]
    return sums.sum(min_count=1).reset_index().astype({"n_open": np.int64})


def _names(values: Any) -> Any:
    """One name for all rows, or an array of names; None where a part has none."""
    return values if values is None or isinstance(values, str) else np.asarray(values, dtype=object)
