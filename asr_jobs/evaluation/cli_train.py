"""`lingting evaluate train`: a small model of a user's own data, with what it is better than."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lingting.cli.options import Format
from lingting.errors import UsageError

if TYPE_CHECKING:
    from asr_jobs.evaluation.result import Evaluation
    from asr_jobs.inspection.trained import Weights


def train(
    model: Annotated[Literal["satisfaction", "polarity"], typer.Argument(help="What it will judge.")],
    data: Annotated[Path, typer.Option(help="satisfaction: rated dialogues (.json); polarity: labelled texts (.csv).")],
    rating: Annotated[str, typer.Option(help="satisfaction: the rating to learn.")] = "S",
    name: Annotated[str | None, typer.Option(help="Name of the data set; default: the folder's.")] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
    save_to: Annotated[
        Path | None, typer.Option("--save", help="Append the figures to this JSON-lines file, for `evaluate page`.")
    ] = None,
) -> None:
    """Train on one half of the data and measure on the other, beside the models in force; keep it under models/trained.

    It is used once the setting trained_models names it.
    """
    from asr_jobs.evaluation.cli import report, sum_of
    from asr_jobs.evaluation.result import rows_of
    from asr_jobs.evaluation.train import save
    from lingting.paths import home

    dataset = name or data.resolve().parent.name
    if model == "satisfaction":
        weights, found = _satisfaction(data, rating, dataset, sum_of(data))
    else:
        weights, found = _polarity(data, dataset, sum_of(data))
    path = save(weights, rows_of(found), home().trained_models)
    report(found, output, False, save_to)
    if output is Format.TABLE:
        typer.echo(f"wrote {path} ({len(weights.strings)} strings, trained on {weights.meta['n_tuned']} cases)")
        typer.echo(f'to use it: trained_models = ["{model}"] in lingting.toml')
    else:
        typer.echo(json.dumps({"model": str(path)}), err=True)


def _satisfaction(data: Path, rating: str, dataset: str, data_sha256: str) -> tuple[Weights, list[Evaluation]]:
    from asr_jobs.evaluation.foreign import read_dialogues
    from asr_jobs.evaluation.texts import dialogue_evaluations
    from asr_jobs.evaluation.train import train_satisfaction
    from asr_jobs.inspection.models import MODELS
    from asr_jobs.inspection.trained import Trained

    if data.suffix.lower() != ".json":
        raise UsageError(f"{data} is no .json file; satisfaction is learned from rated dialogues")
    dialogues = read_dialogues(data)
    weights = train_satisfaction(dialogues, rating, data_sha256)
    return weights, dialogue_evaluations(dialogues, dataset, data_sha256, [*MODELS, Trained(weights)], rating)


def _polarity(data: Path, dataset: str, data_sha256: str) -> tuple[Weights, list[Evaluation]]:
    from asr_jobs.evaluation.foreign import read_texts
    from asr_jobs.evaluation.texts import text_evaluations
    from asr_jobs.evaluation.train import train_polarity
    from asr_jobs.inspection.models import MODELS
    from asr_jobs.inspection.trained import Trained

    texts = read_texts(data)
    weights = train_polarity(texts, data_sha256)
    return weights, text_evaluations(texts, dataset, data_sha256, [*MODELS, Trained(weights)])
