"""What each speaker said as sound strings: blocks of consecutive turns, and the part of them that a rule's zone covers.

Which rule is looked for is in search.py.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from asr_jobs.inspection.conversation import Language, Spoken
from asr_jobs.inspection.rules import Zone
from asr_jobs.syllables import sounds

APART = "\n"  # stands between two blocks, and no phrase holds it


@dataclass(frozen=True)
class Block:
    """Consecutive turns of one speaker as one sound string: a phrase may run over a pause, not over the other speaker.

    ``turns`` are indexes into the conversation, ``starts`` the place in ``sounds`` where each of them begins.
    """

    sounds: str
    turns: tuple[int, ...]
    starts: tuple[int, ...]


@dataclass(frozen=True)
class Voice:
    """All that one speaker said, block by block; ``joined`` is every block's sounds, ``offsets`` where each begins."""

    blocks: tuple[Block, ...]

    @cached_property
    def joined(self) -> str:
        return APART.join(block.sounds for block in self.blocks)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        found, at = [], 0
        for block in self.blocks:
            found.append(at)
            at += len(block.sounds) + len(APART)
        return tuple(found)

    def at(self, place: int) -> tuple[Block, int]:
        """The block of a place in ``joined``, and where that block begins."""
        number = bisect_right(self.offsets, place) - 1
        return self.blocks[number], self.offsets[number]


def blocks_of(turns: Sequence[Spoken], speaker: str, language: Language) -> list[Block]:
    blocks: list[Block] = []
    current: list[int] = []
    for index, turn in enumerate([*turns, None]):
        if turn is not None and turn.speaker == speaker:
            current.append(index)
        elif turn is not None and not _sounds_of(turn.text, language):
            continue  # a turn without a word (only a masked number) parts nothing
        elif current:
            blocks.append(_block(turns, current, language))
            current = []
    return blocks


def _block(turns: Sequence[Spoken], members: Sequence[int], language: Language) -> Block:
    parts = [_sounds_of(turns[index].text, language) for index in members]
    starts = accumulate(map(len, parts[:-1]), initial=0)
    return Block("".join(parts), tuple(members), tuple(starts))


@lru_cache(maxsize=200_000)
def _sounds_of(text: str, language: Language) -> str:
    return sounds(text, language)


def joined_zone(voice: Voice, zone: Zone | None, language: Language) -> tuple[int, int]:
    """The zone as a range of ``joined``: it reaches over blocks, and what stands between them is no sound."""
    reached = list(in_zone(voice.blocks, zone, language)) if zone else []
    if not reached:
        return (0, len(voice.joined)) if zone is None else (0, 0)
    begins = {id(block): offset for block, offset in zip(voice.blocks, voice.offsets, strict=True)}
    (first, low, _), (last, _, high) = reached[0], reached[-1]
    return begins[id(first)] + low, begins[id(last)] + high


def in_zone(blocks: Sequence[Block], zone: Zone | None, language: Language) -> Iterator[tuple[Block, int, int]]:
    """The blocks that the zone touches, each with its searched range of sounds, in order of time."""
    if zone is None:
        yield from ((block, 0, len(block.sounds)) for block in blocks)
        return
    left = zone.size[language]
    reached: list[tuple[Block, int, int]] = []
    for block in blocks if zone.end == "first" else reversed(blocks):
        if left <= 0:
            break
        size = len(block.sounds)
        reached.append((block, 0, min(size, left)) if zone.end == "first" else (block, max(0, size - left), size))
        left -= size
    yield from reached if zone.end == "first" else reversed(reached)
