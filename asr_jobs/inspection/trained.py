"""Models that `lingting evaluate train` made of a user's own data: satisfaction of a dialogue, polarity of turns.

A model here is a list of short character strings, each with what it adds or takes, read from a file without code in it
(arrays, and JSON with their sum). Training is in evaluation/train.py; in force is what ``trained_models`` names.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from asr_jobs.inspection.conversation import Conversation
from asr_jobs.inspection.judgement import Judgement, Reason, Score
from asr_jobs.textnorm import content, without_masks
from lingting.errors import InputError, UsageError
from lingting.lake import read_json
from lingting.paths import home
from lingting.settings import settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Name = Literal["satisfaction", "polarity"]
CODE = "1"  # raise it with every change of this module that moves a score
FORMAT = 1
LONGEST = 3  # characters of the longest string that is looked at
N_REASONS = 5
PASS_POINTS = 50.0
_LONG = 8  # dialogues of so many turns and more are alike


def tokens(conversation: Conversation, is_dialogue: bool) -> list[str]:
    """What a model counts: strings of 1 to 3 characters with their speaker before them (c customer, a agent), those of
    the customer's last turn once more (z), and the shape of the dialogue (#)."""
    turns = conversation.turns
    if not is_dialogue:
        return [f"c{string}" for turn in turns if turn.speaker == "customer" for string in _strings(turn.text)]
    found = [f"{turn.speaker[0]}{string}" for turn in turns for string in _strings(turn.text)]
    customer = [turn for turn in turns if turn.speaker == "customer"]
    if len(customer) > 1:
        found += [f"z{string}" for string in _strings(customer[-1].text)]
    if turns:
        found += [f"#turns{min(len(turns), _LONG)}", f"#last_{turns[-1].speaker}"]
        found += [f"#{a.speaker}>{b.speaker}" for a, b in pairwise(turns)]
    return found


def _strings(text: str) -> Iterable[str]:
    plain = content(without_masks(text))
    for size in range(1, LONGEST + 1):
        yield from (plain[at : at + size] for at in range(len(plain) - size + 1))


@dataclass(frozen=True)
class Weights:
    """The strings a model knows with their rarity and weight. ``meta`` says from what it was made."""

    strings: tuple[str, ...]
    idf: NDArray[np.float64]
    weights: NDArray[np.float64]
    intercept: float
    meta: dict[str, Any]

    def to_bytes(self) -> bytes:
        """Arrays alone (NumPy's own format, without pickles): equal weights give equal bytes."""
        import numpy as np

        whole = io.BytesIO()
        strings = np.frombuffer("\n".join(self.strings).encode("utf-8"), dtype=np.uint8)
        np.savez_compressed(
            whole, strings=strings, idf=self.idf, weights=self.weights, intercept=np.array([self.intercept])
        )
        return whole.getvalue()


def read_weights(name: Name, folder: Path | None = None) -> Weights:
    """UsageError: there is no such model. InputError: the file is not the one that was trained."""
    import numpy as np

    place = folder or home().trained_models
    try:
        meta, raw = read_json(place / f"{name}.json"), (place / f"{name}.npz").read_bytes()
    except FileNotFoundError:
        meta, raw = None, b""
    except ValueError:
        meta, raw = {}, b""
    if meta is None:
        raise UsageError(
            f"there is no trained model {name} in {place}; make it with `lingting evaluate train {name} --data FILE`, "
            "or take it out of trained_models"
        )
    if meta.get("sha256") != hashlib.sha256(raw).hexdigest() or meta.get("format") != FORMAT:
        raise InputError(f"{place / name}.npz is not the file that {name}.json describes; train the model again")
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
            strings = tuple(bytes(arrays["strings"]).decode("utf-8").split("\n"))
            found = Weights(strings, arrays["idf"], arrays["weights"], float(arrays["intercept"][0]), meta)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{place / name}.npz can not be read ({type(error).__name__}); train the model again"
        ) from error
    if not len(found.strings) == len(found.idf) == len(found.weights):
        raise InputError(f"{place / name}.npz holds arrays of different lengths; train the model again")
    return found


def vectorizer(strings: Sequence[str] | None = None, idf: NDArray[np.float64] | None = None) -> Any:
    """Counts of strings, damped and weighed by rarity, of length 1: the same in training and in use."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = TfidfVectorizer(
        analyzer=_as_given, sublinear_tf=True, min_df=3 if strings is None else 1, vocabulary=strings
    )
    if idf is not None:
        made.idf_ = idf
    return made


def _as_given(found: list[str]) -> list[str]:
    return found


class Trained:
    """A trained model as a model of inspection: one score ``total`` of 0 to 100 points, and the strings that made it.

    Points are what people gave on the scale of the data, 0 for its lowest and 100 for its highest value. Chinese only:
    in another language, and where nobody is known to speak, nothing is said.
    """

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._vectorizer = vectorizer(weights.strings, weights.idf)

    @property
    def name(self) -> str:
        return str(self.weights.meta["name"])

    @property
    def version(self) -> str:
        return f"{CODE}-{str(self.weights.meta['sha256'])[:12]}"

    def judge(self, conversation: Conversation, before: Judgement) -> Judgement:
        found = tokens(conversation, self.name == "satisfaction")
        if conversation.language != "zh" or not conversation.are_speakers_known or not found:
            return Judgement(scores=(Score(self.name, self.version, "total", "not_applicable", None),))
        points, reasons = self.weigh(found)
        outcome: Literal["pass", "fail"] = "pass" if points >= PASS_POINTS else "fail"
        return Judgement(scores=(Score(self.name, self.version, "total", outcome, points, None, reasons),))

    def weigh(self, found: list[str]) -> tuple[float, tuple[Reason, ...]]:
        """Points, and the strings that moved them most, each with its part in points."""
        import numpy as np

        row = self._vectorizer.transform([found])
        parts = row.data * self.weights.weights[row.indices]
        raw = float(parts.sum()) + self.weights.intercept
        points = _points(raw, self.weights.meta)
        most = [int(at) for at in np.argsort(-np.abs(parts), kind="stable") if parts[at]][:N_REASONS]
        slope = _slope(raw, self.weights.meta)
        reasons = (
            Reason("influential_words", round(float(parts[at]) * slope, 2), words=self.weights.strings[row.indices[at]])
            for at in most
        )
        return round(points, 2), tuple(reasons)


def _points(raw: float, meta: dict[str, Any]) -> float:
    import math

    if meta["scale"] == "logit":
        return 100 / (1 + math.exp(-max(-50.0, min(50.0, raw))))
    low, high = meta["scale"]
    return float(max(0.0, min(100.0, 100 * (raw - low) / (high - low))))


def _slope(raw: float, meta: dict[str, Any]) -> float:
    """Points that one unit of the raw value is worth at this place."""
    if meta["scale"] == "logit":
        share = _points(raw, meta) / 100
        return 100 * share * (1 - share)
    low, high = meta["scale"]
    return float(100 / (high - low))


def trained_models() -> tuple[Trained, ...]:
    """The models that ``trained_models`` of the settings names. UsageError where one of them was never trained."""
    return tuple(_loaded(name, home().trained_models) for name in settings().trained_models)


@cache
def _loaded(name: Name, folder: Path) -> Trained:
    return Trained(read_weights(name, folder))
