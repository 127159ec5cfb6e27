"""KPIs over all channels: one-contact resolution, linked customers, channels present, net FCR, recordings."""

from __future__ import annotations

import numpy as np

from simulator.office.customers.digital import DigitalDay
from simulator.office.customers.shared import CHANNELS, DAY, NOBODY, VOICE, Planter
from simulator.office.customers.voice import Voice
from simulator.office.today import Today

WINDOW = 7 * DAY


class Channels:
    """Collects the contacts of every channel; what needs later days is settled at the end."""

    def __init__(self, plant: Planter) -> None:
        self._plant = plant
        self._parts: list[tuple[np.ndarray, ...]] = []
        self._present: list[np.ndarray] = []  # a day: which channels had a contact

    def day(self, today: Today, voice: Voice, digital: DigitalDay) -> None:
        f = digital.frame[self._plant.seen(digital.frame["end"].to_numpy())]
        n, m = len(voice.start), len(f)
        columns = (
            np.concatenate([voice.start, f["start"]]),
            np.concatenate([voice.day_at, f["start"]]),
            np.concatenate([voice.customer, f["customer"]]),
            np.concatenate([voice.queue, np.full(m, NOBODY)]),
            np.concatenate([voice.agent, f["agent"]]),
            np.concatenate([np.full(n, VOICE), f["channel"]]),
            np.concatenate([voice.is_handled, (f["agent"] >= 0).to_numpy()]),
            np.concatenate([np.full(n, True), f["is_inbound"]]),
        )
        self._parts.append(columns)
        _, at, customer, queue, agent, channel, handled, _ = columns
        began = np.concatenate([np.full(n, VOICE), digital.frame.loc[digital.frame["is_inbound"], "channel"]])
        self._present.append(np.bincount(began, minlength=len(CHANNELS)) > 0)
        self._plant.add("contact_link", "linked", at, customer >= 0, queue=queue, agent=agent, channel=channel)
        self._plant.add("complaint_rate", "per_1000", at[handled], 0, channel=channel[handled])
        self._net_fcr(voice)
        self._recordings(today, voice)

    def _net_fcr(self, v: Voice) -> None:
        chosen = v.is_handled & v.is_level_1
        self._plant.add("fcr", "fcr_net", v.day_at[chosen], v.is_resolved_in_process[chosen],
                        queue=v.queue[chosen], agent=v.agent[chosen])  # fmt: skip

    def _recordings(self, today: Today, v: Voice) -> None:
        """Every recording ends with a transcript or with the reason why there is none."""
        legs = today.record.records.legs
        rows = np.flatnonzero(v.facts.is_segment)
        recorded = np.zeros(len(legs.contact), dtype=bool)
        recorded[today.said.calls["leg"].to_numpy(dtype=np.int64)] = True
        heard = rows[recorded[rows]]
        for formula, chosen, found in (("recorded", rows, recorded[rows]), ("gap", heard, np.ones(len(heard)))):
            self._plant.add("reconciliation", formula, legs.queued[chosen], found,
                            queue=legs.queue[chosen], agent=legs.agent[chosen])  # fmt: skip

    def finish(self) -> None:
        """One-contact resolution as in truth/repeats.py, over all channels; what we began does not count."""
        start, at, customer, queue, agent, channel, handled, inbound = (
            np.concatenate(column) for column in zip(*self._parts, strict=True)
        )
        kept = inbound & (customer >= 0)
        order = np.flatnonzero(kept)[np.lexsort((start[kept], customer[kept]))]
        begin, who = start[order], customer[order]
        far = np.array([np.iinfo(np.int64).max])
        gap = np.where(who[1:] == who[:-1], begin[1:] - begin[:-1], far)
        since_earlier, until_later = np.concatenate([far, gap]), np.concatenate([gap, far])
        counted = handled[order] & (since_earlier > WINDOW)
        is_open = (begin + WINDOW > self._plant.end)[counted]
        alone = (until_later > WINDOW)[counted]
        rows = order[counted]
        self._plant.add("ocr", "one_contact_7d", at[rows], alone & ~is_open, ~is_open, n_open=is_open,
                        queue=queue[rows], agent=agent[rows], channel=channel[rows])  # fmt: skip
        self._days_present()

    def _days_present(self) -> None:
        """From its first contact on, a channel in use is expected every day."""
        present = np.array(self._present)
        first_day = int(self._plant.book.start.astype(np.int64))
        for code in range(len(CHANNELS)):
            days = np.flatnonzero(np.maximum.accumulate(present[:, code]))
            self._plant.add("channel_on_time", "loaded", first_day + days * DAY, present[days, code],
                            channel=np.full(len(days), code))  # fmt: skip
