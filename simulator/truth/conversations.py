"""What was planted in the conversations of a day, as tables, and the KPIs that rest on it.

Script compliance and coverage count written conversations (always transcribed) and the recorded fixtures by the status
that each is known to end with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from simulator.conversations.feelings import Episode
from simulator.fixtures import Fixture
from simulator.landing.media import Recorded
from simulator.landing.tables import Ids
from simulator.truth.kpis import Facts
from simulator.truth.ledger import Ledger

if TYPE_CHECKING:
    from simulator.conversations import Planted

PACE_BAND = (140, 160)  # characters a minute; 《呼叫中心质量监控细则》二(一)
MANDATORY = ("greeting", "identity", "restatement", "closing")
HEARD = ("ok", "partial_audio", "no_speech")


@dataclass
class Spoken:
    """``calls``: call_id, recording_id, media_kind, status, emotion, pii_kinds, topic, and how the agent spoke
    (written conversations only). ``clauses``: one row a rule.

    ``pii``: recording_id, call_id, kind, digits, spoken. ``leg`` of ``calls`` and ``clauses`` is the row in LegRecords.
    ``feelings`` and ``episodes``: as in simulator.conversations; of written conversations only, because what a
    recogniser hears in a sound is not known beforehand.
    """

    calls: pd.DataFrame
    clauses: pd.DataFrame
    pii: pd.DataFrame
    feelings: pd.DataFrame
    episodes: pd.DataFrame


def spoken(
    ids: Ids, made: Recorded, fixture_of_leg: np.ndarray, fixtures: Sequence[Fixture], planted: Planted | None
) -> Spoken:
    """Put together what the texts and the fixtures of a day say."""
    call = ids.call.take(pa.array(made.rows)).to_numpy(zero_copy_only=False)
    recording = made.recording_id.to_numpy(zero_copy_only=False)
    legs = pd.DataFrame({"leg": made.rows, "call_id": call, "recording_id": recording})
    sounds = [
        _fixture(int(leg), call[row], recording[row], fixtures[int(fixture_of_leg[leg])])
        for row, leg in enumerate(made.rows)
        if made.is_audio[row]
    ]
    calls = [part.calls for part in sounds]
    clauses = [part.clauses for part in sounds]
    pii = [part.pii for part in sounds]
    if planted is not None:
        written = legs[~made.is_audio].merge(planted.calls, on="call_id", validate="one_to_one")
        calls.append(written.assign(media_kind="text", status="ok"))
        clauses.append(
            planted.clauses.merge(legs[["leg", "call_id"]], on="call_id").assign(media_kind="text", status="ok")
        )
        pii.append(planted.pii)
    return Spoken(
        _concat(calls, CALLS),
        _concat(clauses, CLAUSES),
        _concat(pii, PII),
        pd.DataFrame(columns=FEELINGS) if planted is None else planted.feelings,
        pd.DataFrame(columns=EPISODES) if planted is None else planted.episodes,
    )


MANNER = ["agent_characters", "agent_turn_seconds", "agent_talk_seconds", "n_interruptions"]
CALLS = ["leg", "call_id", "recording_id", "media_kind", "status", "emotion", "pii_kinds", "topic", *MANNER]
CLAUSES = ["leg", "recording_id", "call_id", "rule_id", "is_applicable", "is_present", "media_kind", "status"]
FEELINGS = ["recording_id", "call_id", "turn_no", "feeling", "heard"]
EPISODES = ["recording_id", "call_id", *Episode._fields]
PII = ["recording_id", "call_id", "kind", "digits", "spoken"]


class _Sound(NamedTuple):
    calls: pd.DataFrame
    clauses: pd.DataFrame
    pii: pd.DataFrame


def _fixture(leg: int, call: str, recording: str, fixture: Fixture) -> _Sound:
    calls = pd.DataFrame(
        [[leg, call, recording, "audio", fixture.status, fixture.mood, list(fixture.pii_kinds), fixture.topic]],
        columns=[name for name in CALLS if name not in MANNER],
    ).assign(**dict.fromkeys(MANNER, np.nan))
    clauses = pd.DataFrame(
        [
            [leg, recording, call, rule, _is_applicable(fixture, said), bool(said), "audio", fixture.status]
            for rule, said in fixture.clauses.items()
        ],
        columns=CLAUSES,
    )
    pii = pd.DataFrame([[recording, call, p["kind"], p["digits"], p["spoken"]] for p in fixture.pii], columns=PII)
    return _Sound(calls, clauses, pii)


def _is_applicable(fixture: Fixture, said: bool | None) -> bool:
    return fixture.are_speakers_apart and said is not None


def _concat(parts: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    filled = [part[columns] for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)


def add_conversations(ledger: Ledger, facts: Facts, said: Spoken) -> None:
    """Script compliance and inspection coverage of the day's segments."""
    segments = np.flatnonzero(facts.is_segment)
    ledger.add("qc_coverage", "qc_coverage", facts.keys.where(segments), 0, 1)
    heard = _legs(said.calls[said.calls["status"].isin(HEARD)], facts)
    ledger.add("qc_coverage", "qc_coverage", facts.keys.where(heard), 1, 0)
    clauses = said.clauses
    counted = clauses[
        clauses["rule_id"].isin(MANDATORY) & clauses["is_applicable"].astype(bool) & (clauses["status"] == "ok")
    ]
    for is_present, weight in ((True, 1), (False, 0)):
        rows = _legs(counted[counted["is_present"].astype(bool) == is_present], facts)
        ledger.add("script_compliance", "script_compliance", facts.keys.where(rows), weight, 1)
        ledger.add("dpmo", "dpmo", facts.keys.where(rows), 1_000_000 * (1 - weight), 1)
    add_manner(ledger, facts, said.calls)


def add_manner(ledger: Ledger, facts: Facts, calls: pd.DataFrame) -> None:
    """Pace of the agent in Chinese conversations, and conversations in which the agent did not interrupt."""
    written = calls[(calls["media_kind"] == "text") & (calls["agent_turn_seconds"] > 0)]
    written = written[facts.is_segment[written["leg"].to_numpy(dtype=np.int64)]]
    calm = written["n_interruptions"].to_numpy(dtype=float) == 0
    ledger.add("no_interruption", "no_interruption", facts.keys.where(_legs(written, facts)), calm, 1)
    chinese = written[written["agent_characters"].notna()]
    keys = facts.keys.where(_legs(chinese, facts))
    characters = chinese["agent_characters"].to_numpy(dtype=float)
    seconds = {name: chinese[f"agent_{name}_seconds"].to_numpy(dtype=float) for name in ("turn", "talk")}
    for formula, name in (("gross", "turn"), ("net", "talk")):
        # Hundredths of a second are whole numbers, so that their sums are exact.
        hundredths = np.round(seconds[name] * 100)
        ledger.add("speech_rate", formula, keys, characters, hundredths, denominator_unit=60 * 100)
    pace = characters * 60
    inside = (pace >= PACE_BAND[0] * seconds["turn"]) & (pace <= PACE_BAND[1] * seconds["turn"])
    ledger.add("speech_rate_band", "speech_rate_band", keys, inside, 1)


def _legs(table: pd.DataFrame, facts: Facts) -> np.ndarray:
    """The segments that the rows of ``table`` are about, one per row; other legs are left out."""
    rows = table["leg"].to_numpy(dtype=np.int64)
    return np.asarray(rows[facts.is_segment[rows]])
