"""Fills a TinyLake with random days that are rich in awkward neighbours.

Contacts over midnight, transfers, repeat calls around the window bounds, after-call work into the next call or day,
late survey answers, recordings that begin after midnight.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from tests.integration.tiny_lake import TinyLake, two_teams

_REPEATS = (3600, 24 * 3600, 72 * 3600 - 1, 72 * 3600, 7 * 24 * 3600, 7 * 24 * 3600 + 1, 30 * 3600)


def _text(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="microseconds")


def random_lake(seed: int, first: date, days: int, calls_a_day: int = 25) -> TinyLake:
    """``days`` local days of about ``calls_a_day`` contacts and their repeats; the same seed gives the same rows."""
    chance = random.Random(seed)
    lake = two_teams()
    end = datetime.combine(first + timedelta(days=days), datetime.min.time())
    number = 0
    for offset in range(days):
        midnight = datetime.combine(first + timedelta(days=offset), datetime.min.time())
        _agent_states(lake, chance, midnight)
        for _ in range(calls_a_day):
            seconds = chance.choice((chance.uniform(0, 86400), chance.uniform(86100, 86399), chance.uniform(0, 600)))
            moment = midnight + timedelta(seconds=round(seconds, 6))
            customer = chance.choice((None, f"k{number}", f"k{chance.randrange(40)}"))
            while moment < end:
                number += 1
                for step in range(chance.randrange(3)):
                    before = moment - timedelta(seconds=chance.choice((20, 400)) - step)
                    lake.menu_step(f"c{number:05d}", step + 1, _text(before))
                _contact(lake, chance, f"c{number:05d}", customer, moment)
                if customer is None or chance.random() < 0.7:
                    break
                moment += timedelta(seconds=chance.choice(_REPEATS))
    return lake


def _agent_states(lake: TinyLake, chance: random.Random, midnight: datetime) -> None:
    for agent in ("a1", "a2", "a3"):
        for hour, state in enumerate(("available", "talk", "hold", "wrap", "ringing", "break", "offline")):
            lake.state(agent, state, _text(midnight + timedelta(hours=9 + hour)), chance.uniform(1, 3600))


def _contact(lake: TinyLake, chance: random.Random, contact: str, customer: str | None, moment: datetime) -> None:
    for leg_no in range(1, 4):
        call_id = f"{contact}-{leg_no}"
        wait = chance.choice((0.0, 5.0, 20.0, chance.uniform(0, 60)))
        queue = chance.choice(("service", "sales", "complaint"))
        common = {"contact_id": contact, "leg_no": leg_no, "customer_key": customer, "queue_id": queue}
        common["is_test"] = chance.random() < 0.03
        at, kind = _text(moment), chance.random()
        if kind < 0.12:
            lake.abandoned(call_id, at, wait, **common)
            return
        if kind < 0.2:
            lake.flowout(call_id, at, chance.choice(("overflow", "voicemail", "callback")), wait, **common)
            moment += timedelta(seconds=wait)
            continue
        talk, transfer = chance.uniform(5, 600), chance.random() < 0.2
        more = {**common, "transfer_kind": "warm" if transfer else None, "is_callback_promised": chance.random() < 0.1}
        agent = chance.choice(("a1", "a2", "a3"))
        lake.answered(call_id, at, agent, wait, talk, chance.choice((0, 30)), chance.uniform(0, 900), **more)
        _after(lake, chance, call_id, contact, moment + timedelta(seconds=wait))
        if not transfer:
            return
        moment += timedelta(seconds=wait + talk)


def _after(lake: TinyLake, chance: random.Random, call_id: str, contact: str, answered: datetime) -> None:
    at = _text(answered)
    for wave, lag in ((1, 0), (2, 48)):
        if chance.random() < 0.4:
            invited = _text(answered + timedelta(hours=lag + chance.uniform(0, 90)))
            answer = chance.choice((None, 1, 3, 4, 5))
            lake.survey(call_id, "csat", answer, invited, wave, contact_id=contact)
            lake.survey(call_id, "nps", chance.randrange(11), invited, wave, contact_id=contact)
    status = chance.choice(("ok", "ok", "ok", "no_speech", "partial_audio", "failed", None))
    lake.recording(call_id, at, status)
    if status != "ok":
        return
    for rule in ("greeting", "closing", "complaint"):
        outcome = chance.choice(("hit", "miss", "not_applicable"))
        lake.finding(call_id, at, rule, outcome, int(outcome == "hit"))
        if outcome == "hit" and chance.random() < 0.3:
            lake.finding(call_id, at, rule, outcome, 2)
    lake.turn(call_id, at, 1)
