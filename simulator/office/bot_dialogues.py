"""How the dialogues with the bot of one day are drawn: who talks to it, how each ends, what is said.

A frame of sessions carries besides the contract's columns the truth that was decided: ``n_failed`` (utterances that the
bot did not understand, the last ones of the dialogue) and ``fate``: what the customer does within 24 h after the end,
``quiet`` (no person), ``person`` (spoke with one), ``unknown`` (the customer is not known).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.office.today import Today

HOUR, MINUTE, SECOND = 3_600_000, 60_000, 1_000
HALF_HOUR = 30 * MINUTE
DAY = 24 * HOUR
REASONS = ("requested", "forced", "failed")
CHANNELS = ("voice", "chat", "social")
FIRST_NUMBER = 18_800_000_000  # customers who only ever talk to the bot
SHARE_OF_CALLS = 0.08
INTENTS = ("bill", "package", "logistics", "password", "refund", "invoice", "complaint", "out_of_scope")
INTENT_SHARES = (0.22, 0.18, 0.14, 0.12, 0.11, 0.08, 0.06, 0.09)
COLUMNS = ("channel", "caller_number", "started_at", "ended_at", "ended_how", "handover_reason", "is_by_design",
           "contact_id", "n_failed", "fate")  # fmt: skip
# (half hour, dialogues, how many need a person) on the social channel on a day of bursts. In order: exactly 15 % does
# not switch; 20 % does; a calm half hour; 19 dialogues are too few; the second calm one leads back; a switch exactly
# 30 minutes later is in time; one a second later is not.
BURSTS = ((20, 20, 3), (21, 20, 4), (22, 20, 1), (23, 19, 9), (24, 21, 2), (26, 25, 6), (27, 20, 1), (28, 22, 2),
          (30, 24, 5), (32, 30, 3))  # fmt: skip
SWITCH_AFTER = {21: 10 * MINUTE, 26: HALF_HOUR, 30: HALF_HOUR + SECOND}  # milliseconds after the end of the window
LAST_BURST = (47, 20, 5)  # the records end while its half hour runs


def sessions(today: Today, rng: np.random.Generator, yesterday: pd.Series, is_last: bool) -> pd.DataFrame:
    """All dialogues that this day is told about; a few began on the day before."""
    calls = _followed(today)
    taken = rng.permutation(len(calls))[: max(6, len(calls) // 25)]
    parts = [
        _strangers(today, rng),
        _handed_to_calls(calls.iloc[taken[4:]], rng),
        _called_later(calls.iloc[taken[:4]], today),
        _exactly_a_day_before(calls.drop(calls.index[taken]), today, yesterday),
        _bursts(today, rng, is_last),
    ]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    table.insert(0, "bot_session_id", [f"B{today.date:%Y%m%d}-{number:06d}" for number in range(1, len(table) + 1)])
    return table


def _followed(today: Today) -> pd.DataFrame:
    """First legs that a person answered, of customers who are known, well inside the day and its records."""
    calls = today.calls
    end = np.datetime64(today.options.day(today.options.days), "ms")
    kept = (
        calls["is_segment"]
        & (calls["leg_no"] == 1)
        & ~calls["is_withheld"]
        & (calls["entered_at"] > today.midnight + np.timedelta64(HOUR, "ms"))
        & (calls["queued_at"] < today.midnight + np.timedelta64(DAY, "ms"))
        & (calls["ended_at"] < end)
    )
    return calls[kept]


def _strangers(today: Today, rng: np.random.Generator) -> pd.DataFrame:
    """Customers who only talk to the bot; a few come back by chat and are handed over, a few are not known."""
    n = int(SHARE_OF_CALLS * today.record.records.contacts.start.size) + 1
    day_share = np.clip(rng.normal(14.5, 4, n), 0.1, 23.7)
    started = today.midnight + (day_share * HOUR).astype("timedelta64[ms]")
    length = rng.integers(60 * SECOND, 14 * MINUTE, n)
    draw = rng.random(n)
    ended = np.select([draw < 0.77, draw < 0.88], ["contained", "abandoned"], "handed_over")
    is_by_design = draw > 0.94
    reason = rng.choice(np.array(REASONS, dtype=object), n, p=[0.6, 0.1, 0.3])
    reason[(ended != "handed_over") | is_by_design] = None
    failed = rng.choice([0, 1, 2, 3], n, p=[0.74, 0.24, 0.015, 0.005])
    failed = np.where(reason == "failed", 2 + (failed > 0), np.where(is_by_design, 0, failed))
    table = _frame(
        channel=rng.choice(["voice", "chat"], n, p=[0.4, 0.6]),
        caller_number=(FIRST_NUMBER + today.index * 100_000 + np.arange(n)).astype(str).astype(object),
        started_at=started,
        ended_at=started + length.astype("timedelta64[ms]"),
        ended_how=ended,
        handover_reason=reason,
        is_by_design=is_by_design,
        n_failed=failed,
        fate=np.where(ended == "handed_over", "person", "quiet"),
    )
    withheld = rng.random(n) < 0.05
    table.loc[withheld, ["caller_number", "fate"]] = [None, "unknown"]
    back = (table["ended_how"] == "contained") & ~withheld & (rng.random(n) < 0.03) & (day_share < 20)
    again = table[back]
    again = again.assign(
        started_at=again["ended_at"] + np.timedelta64(2 * HOUR, "ms"),
        ended_at=again["ended_at"] + np.timedelta64(2 * HOUR + 5 * MINUTE, "ms"),
        ended_how="handed_over", handover_reason="requested", n_failed=0, fate="person",
    )  # fmt: skip
    table.loc[back, "fate"] = "person"
    return pd.concat([table, again], ignore_index=True)


def _handed_to_calls(calls: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The voice bot before the queue: it ends when the call enters, and a person takes over."""
    n = len(calls)
    entered = calls["entered_at"].to_numpy(dtype="datetime64[ms]")
    by_design = rng.random(n) < 0.85
    reason = rng.choice(np.array(REASONS, dtype=object), n, p=[0.6, 0.2, 0.2])
    reason[by_design] = None
    return _frame(
        channel="voice",
        caller_number=calls["caller_number"].to_numpy(),
        started_at=entered - rng.integers(40 * SECOND, 4 * MINUTE, n).astype("timedelta64[ms]"),
        ended_at=entered,
        ended_how="handed_over",
        handover_reason=reason,
        is_by_design=by_design,
        contact_id=calls["contact_id"].to_numpy(),
        n_failed=np.where(reason == "failed", 2, 0),
        fate="person",
    )


def _called_later(calls: pd.DataFrame, today: Today) -> pd.DataFrame:
    """Content with the bot, or hung up on it, and on the telephone some hours later: not contained."""
    hours = np.array([5, 5, 1, 3])[: len(calls)]
    ended = calls["entered_at"].to_numpy(dtype="datetime64[ms]") - (hours * HOUR).astype("timedelta64[ms]")
    table = _frame(
        channel="chat",
        caller_number=calls["caller_number"].to_numpy(),
        started_at=ended - np.timedelta64(4 * MINUTE, "ms"),
        ended_at=ended,
        ended_how=np.array(["abandoned", "contained", "contained", "abandoned"], dtype=object)[: len(calls)],
        is_by_design=False,
        n_failed=np.array([2, 0, 1, 0])[: len(calls)],
        fate="person",
    )
    return table[table["started_at"] >= today.midnight]


def _exactly_a_day_before(calls: pd.DataFrame, today: Today, yesterday: pd.Series) -> pd.DataFrame:
    """A call exactly 24 h after the end still counts; one a second later does not."""
    if today.index == 0:
        return calls.iloc[:0].reindex(columns=COLUMNS)
    calls = calls[:40]  # enough to find two
    numbers = calls["caller_number"].tolist()
    seen = pd.concat([column[column.isin(numbers)] for column in (today.calls["caller_number"], yesterday)])
    n_calls = seen.value_counts()
    is_alone = [n_calls[number] == 1 for number in numbers]
    alone = calls[np.array(is_alone, dtype=bool)].iloc[:2]
    over = np.array([0, SECOND])[: len(alone)]
    ended = alone["entered_at"].to_numpy(dtype="datetime64[ms]") - (DAY + over).astype("timedelta64[ms]")
    return _frame(
        channel="chat",
        caller_number=alone["caller_number"].to_numpy(),
        started_at=ended - np.timedelta64(3 * MINUTE, "ms"),
        ended_at=ended,
        ended_how="contained",
        is_by_design=False,
        n_failed=0,
        fate=np.array(["person", "quiet"], dtype=object)[: len(alone)],
    )


def _bursts(today: Today, rng: np.random.Generator, is_last: bool) -> pd.DataFrame:
    """Half hours of the social channel with a known number of dialogues, each within its half hour."""
    planned = (BURSTS if today.index % 3 == 0 else ()) + ((LAST_BURST,) if is_last else ())
    half = np.repeat([b[0] for b in planned], [b[1] for b in planned]).astype(np.int64)
    if len(half) == 0:
        return pd.DataFrame(columns=COLUMNS)
    needs = np.concatenate([np.arange(n) < k for _, n, k in planned])
    place = np.concatenate([np.arange(n) for _, n, _ in planned])
    offset = half * HALF_HOUR + rng.integers(0, 18 * MINUTE, len(half))
    started = today.midnight + offset.astype("timedelta64[ms]")
    handed = needs & (place % 3 < 2)  # every third one failed twice and went on
    reason = np.array(REASONS, dtype=object)[place % 3 % 2]
    reason[~handed] = None
    return _frame(
        channel="social",
        caller_number=(FIRST_NUMBER + today.index * 100_000 + 90_000 + np.arange(len(half))).astype(str).astype(object),
        started_at=started,
        ended_at=started + rng.integers(2 * MINUTE, 10 * MINUTE, len(half)).astype("timedelta64[ms]"),
        ended_how=np.where(handed, "handed_over", "contained"),
        handover_reason=reason,
        is_by_design=False,
        n_failed=np.where(needs & ~handed, 2, 0),
        fate=np.where(handed, "person", "quiet"),
    )


def _frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"handover_reason": None, "contact_id": None, **columns})[list(COLUMNS)]


def turns(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Utterances of the sessions with the intent that was meant (``meant``) and the one that the bot took."""
    failed = table["n_failed"].to_numpy(dtype=np.int64)
    n_turns = failed + rng.integers(1, 4, len(table))
    row = np.repeat(np.arange(len(table)), n_turns)
    number = np.arange(len(row)) - np.repeat(np.cumsum(n_turns) - n_turns, n_turns)
    started = table["started_at"].to_numpy(dtype="datetime64[ms]")[row]
    length = (table["ended_at"] - table["started_at"]).to_numpy().astype("timedelta64[ms]").astype(np.int64)[row]
    asked = started + (length * (2 * number + 1) // (2 * n_turns[row])).astype("timedelta64[ms]")
    is_failed = number >= (n_turns - failed)[row]
    meant = rng.choice(len(INTENTS), len(row), p=INTENT_SHARES)
    slip = rng.random(len(row)) < np.where(is_failed, 0.35, 0.02)
    taken = np.where(slip, (meant + 1) % len(INTENTS), meant)
    intent = np.array(INTENTS, dtype=object)[taken]
    intent[is_failed & (rng.random(len(row)) < 0.1)] = None  # no intent at all: counts as wrong
    answered = asked + rng.integers(300, 4_000, len(row)).astype("timedelta64[ms]")
    answered[rng.random(len(row)) < 0.03] = np.datetime64("NaT")
    return pd.DataFrame(
        {
            "row": row,
            "bot_turn_id": table["bot_session_id"].to_numpy()[row] + np.char.mod("-%d", number + 1).astype(object),
            "bot_session_id": table["bot_session_id"].to_numpy()[row],
            "turn_no": number + 1,
            "intent": intent,
            "confidence_ratio": np.round(np.where(slip, 0.4, 0.7) + 0.3 * rng.random(len(row)), 3),
            "is_understood": ~is_failed,
            "asked_at": asked,
            "answered_at": answered,
            "meant": np.array(INTENTS, dtype=object)[meant],
        }
    )
