"""Half hours of the bot: how many dialogues needed a person, and when each channel was switched to people and back.

The rules are those of 《呼叫中心质量监控细则》三(三): above 15 % of at least 20 dialogues the channel is switched, and
back after two half hours below 10 %. Each day begins anew. Here the half hours are walked one after another.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.office.bot_dialogues import CHANNELS, DAY, HALF_HOUR, HOUR, MINUTE, SECOND, SWITCH_AFTER

MINIMUM = 20


class Modes:
    """The switches that happened so far, by channel; times in local milliseconds since 1970."""

    def __init__(self, records_end: int, longest: int | None = None) -> None:
        """``longest``: ms after a breaching half hour within which every switch is made; None: some come late."""
        self._longest = longest
        self._records_end = records_end  # ms; what happens later is in no export
        self._made: dict[str, list[tuple[int, str]]] = {channel: [] for channel in CHANNELS}

    def day(self, midnight: int, table: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
        """(switches of the day, breaching half hours with channel, ``end`` in ms and ``is_followed``).

        ``table``: sessions with ``needed``, the ms at which a person was needed, -1 for never."""
        new, breaches = [], []
        for channel in CHANNELS:
            active, needed = counts(table[(table["channel"] == channel) & ~table["is_by_design"]], midnight)
            made = self._walk(channel, midnight, active, needed, rng)
            breach = (active >= MINIMUM) & (100 * needed > 15 * active)
            for half in np.flatnonzero(breach):
                end = midnight + (int(half) + 1) * HALF_HOUR
                breaches.append((channel, end, self._is_human_after(channel, end)))
            new += [(channel, moment, mode) for moment, mode in made]
        switches = pd.DataFrame(new, columns=["channel", "moment", "mode"])
        return switches, pd.DataFrame(breaches, columns=["channel", "end", "is_followed"])

    def _walk(self, channel: str, midnight: int, active: np.ndarray, needed: np.ndarray,
              rng: np.random.Generator) -> list[tuple[int, str]]:  # fmt: skip
        """Switch after breaches (nearly always in time), and back after the second calm half hour."""
        before = set(self._made[channel])
        n_calm = 0
        for half in range(48):
            end = midnight + (half + 1) * HALF_HOUR
            if active[half] < MINIMUM:
                continue
            is_calm = 100 * needed[half] < 10 * active[half]
            n_calm = n_calm + 1 if is_calm else 0
            if 100 * needed[half] > 15 * active[half] and not self._is_human_at(channel, end):
                late = HALF_HOUR + SECOND if rng.random() < 0.08 else int(rng.integers(MINUTE, 25 * MINUTE))
                after = SWITCH_AFTER.get(half, late) if channel == "social" else late
                self._note(channel, end + (after if self._longest is None else min(after, self._longest)), "human")
            elif n_calm >= 2 and self._is_human_at(channel, end):
                self._note(channel, end + 2 * MINUTE, "bot")
        if self._made[channel] and self._made[channel][-1][1] == "human":
            self._note(channel, midnight + DAY + 6 * HOUR, "bot")
        return [made for made in self._made[channel] if made not in before]

    def _note(self, channel: str, moment: int, mode: str) -> None:
        self._made[channel] = sorted([*self._made[channel], (moment, mode)])

    def _is_human_at(self, channel: str, moment: int) -> bool:
        before = [mode for when, mode in self._made[channel] if when <= moment]
        return bool(before) and before[-1] == "human"

    def _is_human_after(self, channel: str, end: int) -> bool:
        """People answer at the end of the half hour, or begin to within the next one."""
        last = min(end + HALF_HOUR, self._records_end - 1)
        later = [mode for when, mode in self._made[channel] if end < when <= last]
        return self._is_human_at(channel, min(end, last)) or "human" in later


def counts(table: pd.DataFrame, midnight: int) -> tuple[np.ndarray, np.ndarray]:
    """Dialogues active and dialogues that needed a person, by the 48 half hours of the day."""
    first = _half(table["started_at"], midnight)
    last = _half(table["ended_at"], midnight)
    active = np.zeros(48, dtype=np.int64)
    for step in range(int((last - first).max(initial=0)) + 1):
        inside = (first + step <= last) & (first + step >= 0) & (first + step < 48)
        active += np.bincount((first + step)[inside], minlength=48)
    needed = table["needed"].to_numpy(dtype=np.int64)
    half = (needed - midnight) // HALF_HOUR
    return active, np.bincount(half[(needed >= 0) & (half >= 0) & (half < 48)], minlength=48)


def _half(moments: pd.Series, midnight: int) -> np.ndarray:
    wall = moments.to_numpy(dtype="datetime64[ms]").astype(np.int64)
    return np.asarray((wall - midnight) // HALF_HOUR)
