"""Masks turns that were cut out of longer ones by a guess: what the longer ones would hide stays hidden.

A number read out with pauses, or by a voice that the guess gave to two speakers, lies in several parts, and no part may
look like a number. Each text is read both ways, by itself and as part of the longer one, and both are hidden.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from asr_jobs.pii import Masked, Span, hidden_spans, replaced


def mask_parts(texts: Sequence[str], origin: Sequence[int], language: str) -> Masked:
    """Mask the parts of one conversation in their order; ``origin`` numbers the longer turn that each was cut from.

    Parts of one longer turn stand together.
    """
    spans = hidden_spans(texts, language)
    for members, hidden in zip(*_longer(texts, origin, language), strict=True):
        begun = 0
        for at in members:
            end = begun + len(texts[at])
            inside = [(max(start, begun), min(stop, end), kind) for start, stop, kind in hidden]
            spans[at] += [(start - begun, stop - begun, kind) for start, stop, kind in inside if start < stop]
            begun = end + len(_between(language))
    joined = [_joined(own) for own in spans]
    hidden_texts = [replaced(text, own, language) for text, own in zip(texts, joined, strict=True)]
    return Masked(hidden_texts, Counter(kind for own in joined for _, _, kind in own))


def _between(language: str) -> str:
    return " " if language == "en" else ""


def _longer(texts: Sequence[str], origin: Sequence[int], language: str) -> tuple[list[list[int]], list[list[Span]]]:
    """The parts of each longer turn, and what is hidden in it."""
    members: dict[int, list[int]] = {}
    for at, turn in enumerate(origin):
        members.setdefault(turn, []).append(at)
    groups = list(members.values())
    return groups, hidden_spans([_between(language).join(texts[at] for at in group) for group in groups], language)


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Spans in order; those that touch become one, of the kind of the first that is more than a number."""
    joined: list[Span] = []
    for start, end, kind in sorted(spans):
        if joined and start <= joined[-1][1]:
            first, last, before = joined[-1]
            joined[-1] = (first, max(last, end), kind if before == "number" else before)
        else:
            joined.append((start, end, kind))
    return joined
