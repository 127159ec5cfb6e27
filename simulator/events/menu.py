"""The voice menu: the paths callers take through it and how long each step lasts. Its JSON form: landing/menu.py."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Step:
    """One visit to a node. ``seconds`` is the mean of a lognormal; a time-out lasts exactly that long."""

    node: str
    result: str
    seconds: float
    key: str | None = None


_WELCOME = Step("welcome", "next", 6)
_MAIN = {q: Step("main_menu", "next", 7, str(q + 1)) for q in range(3)}
_SUB = {0: "service_menu", 1: "sales_menu", 2: "complaint_menu"}
_SELF = {0: "bill_query", 1: "price_list", 2: "complaint_progress"}
_AGENT_MAIN = Step("main_menu", "agent", 6, "0")
_MAIN_REPEAT = Step("main_menu", "repeat", 9, "*")
_MAIN_TIMEOUT = Step("main_menu", "timeout", 10)


def _sub(queue: int, result: str, key: str | None, seconds: float = 6) -> Step:
    return Step(_SUB[queue], result, seconds, key)


def _self(queue: int, result: str, key: str | None = None) -> Step:
    return Step(_SELF[queue], result, 24, key)


def _to_agent(queue: int) -> list[tuple[float, tuple[Step, ...]]]:
    """(weight, path) of callers who ask for an agent of ``queue``. The empty path is a direct number."""
    main, agent = _MAIN[queue], _sub(queue, "agent", "0")
    return [
        (0.46, (_WELCOME, main, agent)),
        (0.18, (_WELCOME, _AGENT_MAIN)),
        (0.08, (_WELCOME, _MAIN_REPEAT, main, agent)),
        (0.06, (_WELCOME, _MAIN_TIMEOUT, main, agent)),
        (0.09, (_WELCOME, main, _sub(queue, "next", "1"), _self(queue, "next", "9"), agent)),
        (0.05, (_WELCOME, main, _sub(queue, "repeat", "*", 9), _sub(queue, "timeout", None, 10), agent)),
        (0.03, (_WELCOME, _MAIN_TIMEOUT, _MAIN_TIMEOUT, _AGENT_MAIN)),
        (0.05, ()),
    ]


def _to_nowhere(queue: int) -> list[tuple[float, tuple[Step, ...]]]:
    """(weight, path) of callers who hang up in the menu, served by it or not."""
    main = _MAIN[queue]
    return [
        (0.15, (Step("welcome", "hangup", 4),)),
        (0.20, (_WELCOME, Step("main_menu", "hangup", 5))),
        (0.50, (_WELCOME, main, _sub(queue, "next", "1"), _self(queue, "hangup"))),
        (0.10, (_WELCOME, main, _sub(queue, "next", "1"), _self(queue, "next", "9"), _sub(queue, "hangup", None))),
        (0.05, (_WELCOME, _MAIN_TIMEOUT, _MAIN_TIMEOUT, Step("main_menu", "hangup", 3))),
    ]


def _catalogue() -> tuple[list[tuple[Step, ...]], dict[tuple[int, bool], tuple[np.ndarray, np.ndarray]]]:
    paths: list[tuple[Step, ...]] = []
    choices = {}
    for queue in range(3):
        for leaves, entries in ((False, _to_agent(queue)), (True, _to_nowhere(queue))):
            first = len(paths)
            paths += [path for _, path in entries]
            weights = np.array([weight for weight, _ in entries])
            choices[queue, leaves] = (np.arange(first, len(paths)), np.cumsum(weights / weights.sum()))
    return paths, choices


PATHS, _CHOICES = _catalogue()
STEPS = [step for path in PATHS for step in path]
PATH_LENGTH = np.array([len(path) for path in PATHS], dtype=np.int64)
PATH_FIRST = np.concatenate([[0], np.cumsum(PATH_LENGTH)[:-1]])
_SECONDS = np.array([step.seconds for step in STEPS])
_IS_TIMEOUT = np.array([step.result == "timeout" for step in STEPS])
_SPREAD = 0.4


@dataclass(frozen=True)
class Walks:
    """The walk of each contact. Its steps are ``[first[i], first[i + 1])`` of the flat arrays."""

    path: np.ndarray
    first: np.ndarray
    step: np.ndarray  # index into STEPS
    lasts: np.ndarray  # milliseconds
    total: np.ndarray  # milliseconds per contact


def draw_walks(queue: np.ndarray, leaves: np.ndarray, rng: np.random.Generator) -> Walks:
    """A path and its durations for contacts of ``queue``; ``leaves`` marks those who never reach an agent queue."""
    path = np.empty(len(queue), dtype=np.int64)
    draw = rng.random(len(queue))
    for (q, out), (numbers, cumulated) in _CHOICES.items():
        mask = (queue == q) & (leaves == out)
        path[mask] = numbers[np.minimum(np.searchsorted(cumulated, draw[mask]), len(numbers) - 1)]
    length = PATH_LENGTH[path]
    first = np.concatenate([[0], np.cumsum(length)])
    step = np.repeat(PATH_FIRST[path] - first[:-1], length) + np.arange(first[-1])
    noise = np.where(_IS_TIMEOUT[step], 1.0, np.exp(rng.normal(-(_SPREAD**2) / 2, _SPREAD, len(step))))
    lasts = np.maximum(400, np.rint(_SECONDS[step] * noise * 1000)).astype(np.int64)
    cumulated_ms = np.concatenate([[0], np.cumsum(lasts)])
    return Walks(path, first, step, lasts, cumulated_ms[first[1:]] - cumulated_ms[first[:-1]])
