"""Recordings as stored objects: one for each recording, with notice, consent, encryption, retention, deletion."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.security.people import DAY, HOUR, SECOND
from simulator.office.today import Today
from simulator.options import Options

STREAM = 630
# Days that an object may be kept. A recording without consent is kept three days, to be looked at, and then deleted.
KEPT_DAYS = {"service": 180, "contract": 1_095, "complaint": 365, "unconsented": 3}
CLASS_OF_QUEUE = {"service": "service", "sales": "contract", "complaint": "complaint"}
BYTES_PER_SECOND = 3_000
WITH_TEXT = ("ok", "partial_audio")  # states of a transcript that has turns


class RecordingObjects:
    """``state``: one row an object: stored, retained (last day), deleted, certified, held, released (local days)."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book = book
        self._state: list[pd.DataFrame] = []

    def day(self, today: Today) -> None:
        said = today.said.calls
        n = len(said)
        if n == 0:
            return
        rng = today.random(STREAM)
        calls = today.calls.iloc[said["leg"].to_numpy(dtype=np.int64)].reset_index(drop=True)
        stored = calls["ended_at"].to_numpy() + 120 * SECOND
        drawn = [rng.choice(3, n, p=p) for p in ([0.9, 0.088, 0.012], [0.955, 0.035, 0.01], [0.99, 0.006, 0.004])]
        if today.options.spotless:
            drawn = [np.zeros(n, dtype=np.int64)] * 3
        notice = np.array(["played", "spoken", "none"], dtype=object)[drawn[0]]
        consent = np.array(["granted", "unknown", "refused"], dtype=object)[drawn[1]]
        encryption = np.array(["AES-256", "AES-128", "none"], dtype=object)[drawn[2]]
        kind = np.where(consent == "granted", calls["queue_id"].map(CLASS_OF_QUEUE).fillna("service"), "unconsented")
        retained = stored.astype("datetime64[D]") + pd.Series(kind).map(KEPT_DAYS).to_numpy().astype("timedelta64[D]")
        rows = pd.DataFrame(
            {
                "object_step_id": said["recording_id"].to_numpy() + "-stored",
                "recording_id": said["recording_id"].to_numpy(),
                "call_id": calls["call_id"],
                "step": "stored",
                "happened_at": stored,
                "encryption": encryption,
                "key_id": pd.Series(f"K{today.date:%Y%m}", index=range(n)).where(pd.Series(encryption != "none"), None),
                "retention_class": kind,
                "retain_until_date": retained.astype("datetime64[ms]"),
                "size_bytes": (calls["talk_seconds"].fillna(0) * BYTES_PER_SECOND).astype("int64"),
                "notice": notice,
                "consent": consent,
            }
        )
        self._book.rows("recording_objects", rows, made="happened_at")
        is_segment = calls["is_segment"]
        place: dict[str, Any] = {
            "queue": calls["queue_id"].where(is_segment, None),
            "agent": calls["agent_id"].where(is_segment, None),
        }
        informed = (notice != "none") & (consent != "unknown")
        self._book.part("recording_notice", "notice_and_consent", stored, informed, 1, **place)
        self._book.part("recorded_after_refusal", "share", stored, consent == "refused", 1, **place)
        self._book.part("recording_encryption", "aes256", stored, encryption == "AES-256", 1, **place)
        self._later(rows, retained, rng, today.options.spotless)
        heard = said["status"].isin(WITH_TEXT).to_numpy()
        spoken_at = np.where(is_segment, calls["queued_at"], calls["answered_at"])
        self._book.part("pii_scan", "unmasked", spoken_at[heard], 0, 1)

    def _later(self, rows: pd.DataFrame, retained: np.ndarray, rng: np.random.Generator, is_spotless: bool) -> None:
        """Holds, and the deletion of each object: on its last day, a day late, far too late, or after a hold."""
        n = len(rows)
        stored = rows["happened_at"].to_numpy()
        is_held = rng.random(n) < 0.03
        held = np.where(is_held, stored + 5 * HOUR, np.datetime64("NaT", "ms"))
        released = np.where(is_held, held + rng.integers(4, 12, n) * DAY, np.datetime64("NaT", "ms"))
        late = np.array([0, 0, 0, 1, 6])[rng.integers(0, 5, n)] * (not is_spotless)
        last = retained.astype("datetime64[ms]") + 23 * HOUR + 3_599 * SECOND  # the last second of the last day
        deleted = np.where(is_held, np.maximum(released + HOUR, last + DAY), last + late * DAY)
        certified = rng.random(n) < 0.96
        base = rows[["recording_id", "call_id"]]
        certificate = ("DC-" + base["recording_id"]).where(pd.Series(certified), None)
        steps = pd.concat(
            [
                base.assign(step="hold_placed", happened_at=held)[is_held],
                base.assign(step="hold_released", happened_at=released)[is_held],
                base.assign(step="deleted", happened_at=deleted, certificate_id=certificate),
            ],
            ignore_index=True,
        )
        steps = steps[steps["happened_at"] < self._book.end]
        steps["object_step_id"] = steps["recording_id"] + "-" + steps["step"]
        if len(steps):
            self._book.rows("recording_objects", steps, made="happened_at")
        self._book.part("deletion_certificate", "share", deleted, certified, 1)
        days = {"stored": stored, "retained": retained, "deleted": deleted, "held": held, "released": released}
        kept = pd.DataFrame({name: moment.astype("datetime64[D]") for name, moment in days.items()})
        self._state.append(kept)

    def finish(self) -> None:
        """At the end of each month: objects that are still there, and those past their last day without a hold."""
        if not self._state:
            return
        state = pd.concat(self._state, ignore_index=True)
        last_day = self._book.end.astype("datetime64[D]") - 1
        for month in self._book.months:
            following = (month.astype("datetime64[M]") + 1).astype("datetime64[D]")
            end = min(following - 1, last_day)
            is_there = (state["stored"] <= end) & ~(state["deleted"] <= end)
            is_held = (state["held"] <= end) & ~(state["released"] <= end)
            is_overdue = is_there & (state["retained"] < end) & ~is_held
            self._book.part(
                "retention_overdue", "share", month, int(is_overdue.sum()), int(is_there.sum()), whole_month=True
            )
