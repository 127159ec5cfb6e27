"""The chat and voice bot: dialogues, what it understood, when people took over, and whether customers stayed away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.centre import Agents
from simulator.office import bot_dialogues, gold
from simulator.office.book import Book
from simulator.office.bot_dialogues import DAY, HALF_HOUR, INTENTS
from simulator.office.bot_modes import Modes
from simulator.office.today import Today
from simulator.options import Options

DIALOGUES, TURNS, MODES, GOLD = 400, 401, 402, 403
LABELS_A_DAY = 20
_PRIVATE = ["n_failed", "fate", "needed"]


class Bot:
    """The half hours of a day are settled one day later: a few dialogues are only told about then."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        self._book, self._modes = book, Modes(int(book.end.astype(np.int64)), HALF_HOUR if options.spotless else None)
        self._n_days = options.days
        self._callers = pd.Series([], dtype=str)  # of the day before
        self._waiting: list[tuple[Today, pd.DataFrame]] = []
        self._n_switches = 0

    def day(self, today: Today) -> None:
        rng = today.random(DIALOGUES)
        table = bot_dialogues.sessions(today, rng, self._callers, today.index == self._n_days - 1)
        inside = (table["started_at"] >= self._book.start) & (table["ended_at"] < self._book.end)
        table = table[inside].reset_index(drop=True).astype({"is_by_design": bool, "n_failed": np.int64})
        self._callers = today.calls["caller_number"]
        turns = bot_dialogues.turns(table, today.random(TURNS))
        table = table.assign(needed=_needed(table, turns))
        self._book.rows("bot_sessions", table.drop(columns=_PRIVATE), made="ended_at")
        self._book.rows("bot_turns", turns.drop(columns=["row", "meant"]), made="asked_at")
        self._plant(table, turns)
        self._label(today, table, turns)
        self._waiting.append((today, table))
        if len(self._waiting) > 1:
            self._settle()

    def finish(self) -> None:
        self._settle()
        self._waiting.clear()

    def _plant(self, table: pd.DataFrame, turns: pd.DataFrame) -> None:
        day = table["started_at"].to_numpy(dtype="datetime64[ms]")
        channel = table["channel"].to_numpy()
        own = ~table["is_by_design"].to_numpy(dtype=bool)
        is_handed = (table["ended_how"] == "handed_over").to_numpy()
        self._book.part("bot_handover", "handover", day[own], is_handed[own], 1, channel=channel[own])
        followed = own & (table["fate"] != "unknown").to_numpy()
        is_over = (table["ended_at"] + np.timedelta64(DAY, "ms") < self._book.end).to_numpy()
        is_quiet = (table["fate"] == "quiet").to_numpy()
        is_contained = is_quiet & (table["ended_how"] == "contained").to_numpy()
        for formula, good in (("contained_24h", is_contained), ("no_person_24h", is_quiet)):
            self._book.part(
                "bot_containment", formula, day[followed], (good & is_over)[followed], is_over[followed],
                n_open=~is_over[followed], channel=channel[followed],
            )  # fmt: skip
        asked = turns["asked_at"].to_numpy(dtype="datetime64[ms]")
        where = channel[turns["row"]]
        self._book.part("bot_understood", "understood", asked, turns["is_understood"], 1, channel=where)
        answered = turns["answered_at"].notna().to_numpy()
        wait = (turns["answered_at"] - turns["asked_at"]).dt.total_seconds().to_numpy()
        self._book.part("bot_response", "mean_seconds", asked[answered], wait[answered], 1, channel=where[answered])

    def _label(self, today: Today, table: pd.DataFrame, turns: pd.DataFrame) -> None:
        """A sample of the utterances, drawn by channel."""
        rng = today.random(GOLD)
        drawn = turns.iloc[rng.permutation(len(turns))[:LABELS_A_DAY]]
        channel = table["channel"].to_numpy()[drawn["row"]]
        sample = pd.DataFrame(
            {
                "subject_id": drawn["bot_turn_id"].to_numpy(),
                "label": drawn["meant"].to_numpy(),
                "stratum": channel,
                "truth": (drawn["meant"] == drawn["intent"]).to_numpy(),
            }
        )
        rows = gold.label(self._book, today, rng, "intent", sample, INTENTS)
        gold.accuracy(self._book, "intent_accuracy", "top1", rows, rows["truth"], rows["stratum"])

    def _settle(self) -> None:
        """Half hours, switches and their KPI for the day that waits longest."""
        today = self._waiting[0][0]
        table = pd.concat([frame for _, frame in self._waiting], ignore_index=True)
        midnight = int(today.midnight.astype(np.int64))
        switches, breaches = self._modes.day(midnight, table, today.random(MODES))
        if len(switches):
            rows = pd.DataFrame(
                {
                    "mode_switch_id": [f"M{self._n_switches + number:06d}" for number in range(1, len(switches) + 1)],
                    "channel": switches["channel"],
                    "mode": switches["mode"],
                    "switched_at": switches["moment"].to_numpy(dtype=np.int64).astype("datetime64[ms]"),
                }
            )
            self._n_switches += len(switches)
            self._book.rows("mode_switches", rows, made="switched_at")
        self._plant_switches(breaches)
        # Dialogues that reach past midnight belong to the next day's half hours too.
        nightly = table[table["ended_at"] >= today.midnight + np.timedelta64(DAY, "ms")]
        later = [frame for _, frame in self._waiting[1:]]
        self._waiting = self._waiting[1:]
        if later:
            following, frame = self._waiting[0]
            missing = nightly[~nightly["bot_session_id"].isin(frame["bot_session_id"])]
            self._waiting[0] = (following, pd.concat([frame, missing], ignore_index=True))

    def _plant_switches(self, breaches: pd.DataFrame) -> None:
        if breaches.empty:
            return
        end = breaches["end"].to_numpy(dtype=np.int64).astype("datetime64[ms]")
        day = end - np.timedelta64(HALF_HOUR, "ms")
        # A switch that the records do not hold any more is not known to have followed.
        followed = breaches["is_followed"].to_numpy(dtype=bool)
        is_known = followed | (end + np.timedelta64(HALF_HOUR, "ms") < self._book.end)
        self._book.part(
            "bot_takeover_switch", "switched", day, followed, is_known,
            n_open=~is_known, channel=breaches["channel"].to_numpy(),
        )  # fmt: skip


def _needed(table: pd.DataFrame, turns: pd.DataFrame) -> np.ndarray:
    """When each dialogue needed a person (local ms): handed over, or failed for the second time; -1 for never."""
    handed = (table["ended_how"] == "handed_over").to_numpy()
    ended = table["ended_at"].to_numpy(dtype="datetime64[ms]").astype(np.int64)
    never = np.iinfo(np.int64).max
    moment = np.where(handed, ended, never)
    failures = turns[~turns["is_understood"]]
    second = failures[failures.groupby("row").cumcount() == 1]
    asked = second["asked_at"].to_numpy(dtype="datetime64[ms]").astype(np.int64)
    np.minimum.at(moment, second["row"].to_numpy(dtype=np.int64), asked)
    return np.where(moment == never, -1, moment)
