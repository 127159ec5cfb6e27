"""Trains the small models of inspection/trained.py on data that a user has: seconds on one processor core.

Satisfaction: ridge regression to the mean rating of a dialogue. Polarity: logistic regression to positive or negative.
Both are fitted on the tune half alone, with the strength of the penalty chosen by cross-validation there; the test half
is looked at once, to say how good the model is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asr_jobs.evaluation.foreign import Dialogue, Text
from asr_jobs.evaluation.result import now
from asr_jobs.evaluation.split import split_of
from asr_jobs.inspection.trained import FORMAT, Name, Weights, tokens, vectorizer
from lingting.errors import InputError, UsageError
from lingting.lake import atomic_bytes, atomic_json
from lingting.settings import settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST = 50  # cases of the tune half; below it nothing is learned that would hold
FOLDS = 5
RIDGE = tuple(10 ** (step / 4) for step in range(-4, 9))
LOGISTIC = (0.3, 1.0, 3.0, 10.0, 30.0)


def train_satisfaction(dialogues: Sequence[Dialogue], rating: str, data_sha256: str) -> Weights:
    """Points 0 and 100 are the lowest and the highest value that any rater gave."""
    import numpy as np
    from sklearn.linear_model import RidgeCV

    known = sorted(dialogues[0].ratings)
    if rating not in known:
        raise UsageError(f"the dialogues have no rating {rating!r}; choose one of: {', '.join(known)}")
    tune = _tune(dialogues)
    means = np.array([dialogue.mean(rating) for dialogue in tune])
    given = {value for dialogue in tune for value in dialogue.ratings[rating]}
    if len(given) == 1:
        raise InputError(f"every rating {rating} is {given.pop()}; there is nothing to learn")
    made, rows = _vectors([tokens(dialogue.conversation, True) for dialogue in tune])
    fitted = RidgeCV(alphas=RIDGE, cv=FOLDS).fit(rows, means)
    about = {"rating": rating, "scale": [min(given), max(given)], "penalty": float(fitted.alpha_)}
    return _weights("satisfaction", made, fitted.coef_, float(fitted.intercept_), about, len(tune), data_sha256)


def train_polarity(texts: Sequence[Text], data_sha256: str) -> Weights:
    """Points are the chance, in percent, that a text is positive."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV

    tune = _tune(texts)
    truth = np.array([text.is_positive for text in tune])
    if truth.all() or not truth.any():
        raise InputError("all texts have the same label; there is nothing to learn")
    made, rows = _vectors([tokens(text.conversation, False) for text in tune])
    search = GridSearchCV(LogisticRegression(max_iter=1000), {"C": list(LOGISTIC)}, cv=FOLDS).fit(rows, truth)
    best = search.best_estimator_
    about = {"scale": "logit", "penalty": float(1 / best.C)}
    return _weights("polarity", made, best.coef_[0], float(best.intercept_[0]), about, len(tune), data_sha256)


def _tune(cases: Sequence[Any]) -> list[Any]:
    tune = [case for case in cases if split_of(case.case_id) == "tune"]
    if len(tune) < FEWEST:
        raise InputError(f"only {len(tune)} cases are in the tune half; give {FEWEST} and more")
    return tune


def _vectors(found: list[list[str]]) -> tuple[Any, Any]:
    made = vectorizer()
    return made, made.fit_transform(found)


def _weights(
    name: Name,
    made: Any,
    weights: NDArray[np.float64],
    intercept: float,
    about: dict[str, Any],
    n: int,
    data_sha256: str,
) -> Weights:
    import sklearn

    meta = {
        "format": FORMAT,
        "name": name,
        "created": now().isoformat(sep=" "),
        "data_sha256": data_sha256,
        "split": f"tune half by id, {settings().evaluation.test_share:g} kept for the test",
        "n_tuned": n,
        "sklearn": sklearn.__version__,
        **about,
    }
    found = Weights(tuple(map(str, made.get_feature_names_out())), made.idf_, weights, intercept, meta)
    meta["sha256"] = hashlib.sha256(found.to_bytes()).hexdigest()
    return found


def save(found: Weights, metrics: list[dict[str, Any]], folder: Path) -> Path:
    """<name>.npz and, last, <name>.json, which names its sum: a half-written model is refused when it is read."""
    name = found.meta["name"]
    path = folder / f"{name}.npz"
    atomic_bytes(path, found.to_bytes())
    atomic_json(folder / f"{name}.json", {**found.meta, "metrics": metrics})
    return path
