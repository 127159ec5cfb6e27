"""Contacts by chat, mail and social media: who wrote when, how soon a person answered, how long it took."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.centre import QUEUES, Agents
from simulator.events.arrivals import CUSTOMERS_PER_DAILY_CALL, MAX_CUSTOMERS
from simulator.office.customers.shared import (
    CHANNELS,
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    NOBODY,
    SECOND,
    Planter,
    blank,
    caller_numbers,
    moments,
    named,
    pick,
)
from simulator.office.today import Today
from simulator.options import Options

STREAM = 210
SHARE = 0.15  # digital contacts for each telephone contact
CHAT, MAIL, SOCIAL = 1, 2, 3
ON_TIME = 15 * MINUTE
OUTAGE_EVERY, OUTAGE_AT = 17, 5  # days on which nothing of social media arrives
_REPLY_MEDIAN = np.array([0, 45 * SECOND, 9 * MINUTE, 5 * MINUTE])
_REPLY_SPREAD = np.array([0, 0.9, 1.0, 0.9])
_OPEN_FOR = np.array([0, 10 * MINUTE, 20 * HOUR, 2 * HOUR])
_HANDLE = np.array([0, 420, 360, 240])  # median seconds at the agent's desk
TOPICS = np.array([topic for queue in QUEUES for topic in queue.topics], dtype=object)


@dataclass
class DigitalDay:
    """``frame``: contact_id, channel, is_inbound, customer, agent, topic, start, reply, end, is_resolved."""

    frame: pd.DataFrame

    def handled(self) -> pd.DataFrame:
        """Handled inbound contacts, as tickets and complaints draw from them."""
        f = self.frame[(self.frame["agent"] >= 0) & self.frame["is_inbound"]]
        part = f[["contact_id", "channel", "customer", "agent", "topic", "end"]].reset_index(drop=True)
        return part.assign(
            begin=f["reply"].to_numpy(), contact_end=f["end"].to_numpy(), is_complaining=f["topic"].isin(_GRIEVANCES)
        )


_GRIEVANCES = set(QUEUES[2].topics)


class Digital:
    """Makes the contacts and messages of each day and plants what rests on them alone."""

    def __init__(self, options: Options, agents: Agents, plant: Planter) -> None:
        self._agents, self._plant, self._is_spotless = agents, plant, options.spotless
        self._customers = min(MAX_CUSTOMERS, max(1_000, options.calls_per_day * CUSTOMERS_PER_DAILY_CALL))
        self._earlier: deque[np.ndarray] = deque(maxlen=9)  # customers of the last days, for repeats

    def day(self, today: Today) -> DigitalDay:
        rng = today.random(STREAM)
        frame = self._contacts(today, rng)
        self._earlier.append(frame.loc[frame["customer"] >= 0, "customer"].to_numpy())
        self._write(frame, rng)
        self._messages(frame, rng)
        self._plant_replies(frame)
        return DigitalDay(frame)

    def _contacts(self, today: Today, rng: np.random.Generator) -> pd.DataFrame:
        callers = today.record.records.contacts
        n = 3 + rng.poisson(SHARE * len(callers.start))
        channel = 1 + pick(rng, n, (0.55, 0.25, 0.20))
        channel[:3] = CHAT, MAIL, SOCIAL  # every channel is in use every day
        if today.index % OUTAGE_EVERY == OUTAGE_AT and not self._is_spotless:
            channel = channel[channel != SOCIAL]
            n = len(channel)
        midnight = int(today.midnight.astype(np.int64))
        start = midnight + np.minimum(rng.normal(14, 4, n).clip(0, 23.9) * HOUR, DAY - SECOND).astype(np.int64)
        is_inbound = rng.random(n) >= 0.04
        is_inbound[:3] = True
        wait = np.maximum(2 * SECOND, rng.lognormal(np.log(_REPLY_MEDIAN[channel]), _REPLY_SPREAD[channel]))
        wait = np.minimum(wait, 2 * DAY).astype(np.int64)
        wait[1] = ON_TIME + (today.index % 2) * SECOND  # exactly at the threshold, and a second over
        start[2:3], wait[2:3] = midnight + DAY - 10 * MINUTE, 30 * MINUTE  # over midnight; at the last day still open
        is_answered = ~is_inbound | (rng.random(n) >= 0.03)
        is_answered[:3] = True
        reply = np.where(is_answered, np.where(is_inbound, start + wait, start), NEVER)
        length = np.maximum(MINUTE, _OPEN_FOR[channel] * rng.lognormal(0, 0.5, n)).astype(np.int64)
        end = np.where(is_answered, np.minimum(reply + length, start + 3 * DAY), start + DAY)
        return pd.DataFrame(
            {
                "contact_id": [f"D{today.date:%Y%m%d}-{number:06d}" for number in range(1, n + 1)],
                "channel": channel,
                "is_inbound": is_inbound,
                "customer": self._who(callers.customer, is_inbound, channel, rng),
                "agent": np.where(is_answered, rng.integers(0, self._agents.n, n), NOBODY),
                "topic": TOPICS[rng.integers(0, len(TOPICS), n)],
                "start": start,
                "reply": reply,
                "end": end,
                "is_resolved": rng.random(n) < 0.8,
            }
        )

    def _who(self, callers: np.ndarray, is_inbound: np.ndarray, channel: np.ndarray,
             rng: np.random.Generator) -> np.ndarray:  # fmt: skip
        """Some wrote after a call or an earlier message; some visitors of chat and social media stay unknown."""
        n = len(channel)
        earlier = np.concatenate([np.empty(0, dtype=np.int64), *self._earlier])
        customer = rng.integers(0, self._customers, n)
        kind = rng.random(n)
        for pool, chosen in ((callers, kind < 0.25), (earlier, (kind > 0.9) | ~is_inbound)):
            if len(pool):
                customer = np.where(chosen, pool[rng.integers(0, len(pool), n)], customer)
        is_unknown = (rng.random(n) < np.array([0, 0.06, 0.01, 0.12])[channel]) & (not self._is_spotless)
        return np.where(is_unknown, NOBODY, customer).astype(np.int64)

    def _write(self, f: pd.DataFrame, rng: np.random.Generator) -> None:
        n = len(f)
        channel, agent = f["channel"].to_numpy(), f["agent"].to_numpy()
        is_handled = agent >= 0
        handle = np.round(_HANDLE[channel] * rng.lognormal(0, 0.4, n), 1)
        together = np.where(channel == CHAT, rng.integers(2, 9, n) / 2, 1.0)
        feedback = np.array([None, "praise", "suggestion"], dtype=object)[pick(rng, n, (0.90, 0.06, 0.04))]
        feedback[~is_handled] = None
        rows = pd.DataFrame(
            {
                "contact_id": f["contact_id"],
                "channel": named(channel, np.array(CHANNELS, dtype=object)),
                "direction": np.where(f["is_inbound"], "inbound", "outbound"),
                "caller_number": caller_numbers(f["customer"]),
                "agent_id": named(agent, self._agents.ids),
                "topic": f["topic"],
                "started_at": moments(f["start"]),
                "ended_at": moments(f["end"]),
                "is_resolved": blank(~is_handled, f["is_resolved"]),
                "handle_seconds": np.where(is_handled, handle, np.nan),
                "concurrency": np.where(is_handled, together, np.nan),
                "feedback_kind": feedback,
            }
        )
        self._plant.book.rows("contacts", rows, made="ended_at")
        seen = self._plant.seen(f["end"].to_numpy())
        start = f["start"].to_numpy()
        worked = seen & is_handled
        self._plant.add("handle_time_digital", "handle_time_digital", start[worked],
                        handle[worked] / together[worked], agent=agent[worked], channel=channel[worked])  # fmt: skip
        for kind in ("praise", "suggestion"):
            chosen = seen & (feedback == kind)
            self._plant.add("customer_feedback", kind, start[chosen], 1,
                            agent=agent[chosen], channel=channel[chosen], is_count=True)  # fmt: skip

    def _messages(self, f: pd.DataFrame, rng: np.random.Generator) -> None:
        """First message, perhaps an automatic one, the first reply, then question and answer in turn until the end."""
        n = len(f)
        start, reply, end = (f[name].to_numpy() for name in ("start", "reply", "end"))
        agent, is_inbound, has_reply = f["agent"].to_numpy(), f["is_inbound"].to_numpy(), reply < NEVER
        has_auto = is_inbound & (rng.random(n) < np.array([0, 0.7, 0.5, 0.2])[f["channel"]]) & (reply > start + SECOND)
        answers = has_reply & is_inbound
        row = np.arange(n)
        parts = [
            (row, start, np.where(is_inbound, "customer", "agent")),
            (row[has_auto], start[has_auto] + SECOND, np.full(has_auto.sum(), "auto")),
            (row[answers], reply[answers], np.full(answers.sum(), "agent")),
            (row[~has_reply], start[~has_reply] + 6 * HOUR, np.full((~has_reply).sum(), "customer")),
        ]
        more = np.where(has_reply, rng.integers(1, 6, n), 0)
        for turn in range(5):
            on = np.flatnonzero(more > turn)
            at = reply[on] + (end[on] - reply[on]) * (turn + 1) // (more[on] + 1)
            parts.append((on, at, np.full(len(on), "customer" if turn % 2 == 0 else "agent")))
        who, at, sender = (np.concatenate([part[index] for part in parts]) for index in range(3))
        order = np.lexsort((at, who))  # stable: the first message stays first
        who, at, sender = who[order], at[order], sender[order]
        number = np.arange(len(who)) - np.searchsorted(who, who) + 1
        contact = f["contact_id"].to_numpy(dtype=object)[who]
        rows = pd.DataFrame(
            {
                "message_id": contact + np.char.add("-", number.astype(str)).astype(object),
                "contact_id": contact,
                "message_no": number,
                "channel": named(f["channel"].to_numpy()[who], np.array(CHANNELS, dtype=object)),
                "sender": sender.astype(object),
                "agent_id": named(np.where(sender == "agent", agent[who], NOBODY), self._agents.ids),
                "sent_at": moments(at),
                "n_chars": rng.integers(4, 160, len(who)),
            }
        )
        self._plant.book.rows("messages", rows, made="sent_at")

    def _plant_replies(self, f: pd.DataFrame) -> None:
        """First response by a person within 15 minutes, and its mean; a contact that we began asks for none."""
        asked = f[f["is_inbound"]]
        start, reply, channel = (asked[name].to_numpy() for name in ("start", "reply", "channel"))
        is_replied = self._plant.seen(reply)
        agent = np.where(is_replied, asked["agent"].to_numpy(), NOBODY)
        within = is_replied & (reply - start <= ON_TIME)
        is_open = start + ON_TIME > self._plant.end
        self._plant.add("first_response", "within_15m", start, within & ~is_open, ~is_open, n_open=is_open,
                        agent=agent, channel=channel)  # fmt: skip
        self._plant.add("first_response", "frt_mean", start[is_replied], (reply - start)[is_replied] / 1000,
                        agent=agent[is_replied], channel=channel[is_replied])  # fmt: skip
