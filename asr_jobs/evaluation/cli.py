"""`lingting evaluate`: the commands that measure. The gold set is in cli_gold.py, training in cli_train.py."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from asr_jobs.evaluation.cli_gold import agree, import_, sample
from asr_jobs.evaluation.cli_train import train
from lingting.cli.options import Format
from lingting.cli.tables import print_table
from lingting.errors import UsageError

if TYPE_CHECKING:
    from asr_jobs.evaluation.result import Evaluation

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="How right the machines are: gold sets, and measures with their 95 % intervals.",
)
app.command()(sample)
app.command()(agree)
app.command("import")(import_)
app.command()(train)

Output = Annotated[Format, typer.Option("--format", help="How to print.")]
Land = Annotated[bool, typer.Option("--land", help="Put the figures into landing/ for the next `lingting run`.")]
Save = Annotated[Path | None, typer.Option(help="Append the figures to this JSON-lines file, for `evaluate page`.")]
Start = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First local day.")]
End = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last local day.")]


@app.command()
def speech(
    folder: Annotated[Path, typer.Argument(help="transcripts.tsv (utterance, text) and the recordings it names.")],
    engine: Annotated[
        list[str] | None, typer.Option(help="Engine to measure; may be given several times; default: asr.engine.")
    ] = None,
    language: Annotated[Literal["zh", "en"], typer.Option(help="Chinese: characters; English: words.")] = "zh",
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many recordings.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the data set; default: the folder's.")] = None,
    output: Output = Format.TABLE,
    land: Land = False,
    save: Save = None,
) -> None:
    """Character or word error rate of each engine."""
    from asr_jobs.evaluation.speech import measure, utterances

    asked = utterances(folder)[:limit]
    dataset = name or folder.resolve().name
    report([measure(asked, one, language, dataset) for one in engine or [""]], output, land, save)


@app.command()
def clauses(output: Output = Format.TABLE, land: Land = False, save: Save = None) -> None:
    """The rules against the gold labels of the lake, clause by clause."""
    from asr_jobs.evaluation.machines import clauses as measure

    report([measure()], output, land, save)


@app.command()
def emotion(output: Output = Format.TABLE, land: Land = False, save: Save = None) -> None:
    """The feelings that were heard against the gold labels of the lake."""
    from asr_jobs.evaluation.machines import emotion as measure

    report([measure()], output, land, save)


@app.command()
def reviews(
    start: Start = None, end: End = None, output: Output = Format.TABLE, land: Land = False, save: Save = None
) -> None:
    """The machine's scores against random reviews of people: weighted kappa, with inclusion weights."""
    from asr_jobs.evaluation.reviews import reviews as measure

    report(measure(day_of(start), day_of(end)), output, land, save)


@app.command()
def texts(
    file: Annotated[Path, typer.Argument(help="Rated dialogues (.json) or labelled texts (.csv, .xlsx).")],
    name: Annotated[str | None, typer.Option(help="Name of the data set; default: the folder's.")] = None,
    output: Output = Format.TABLE,
    land: Land = False,
    save: Save = None,
) -> None:
    """Scores and feelings against people's ratings of dialogues or texts; the test half alone."""
    from asr_jobs.evaluation.foreign import read_dialogues, read_texts
    from asr_jobs.evaluation.texts import dialogue_evaluations, text_evaluations

    dataset = name or file.resolve().parent.name
    if file.suffix.lower() == ".json":
        found = dialogue_evaluations(read_dialogues(file), dataset, sum_of(file))
    else:
        found = text_evaluations(read_texts(file), dataset, sum_of(file))
    report(found, output, land, save)


@app.command()
def page(
    figures: Annotated[Path, typer.Argument(help="JSON lines that --save wrote.")],
    document: Annotated[Path, typer.Argument(help="Markdown page whose figures are written anew.")],
) -> None:
    """Write measured figures into a page of the documentation, between its marks."""
    from asr_jobs.evaluation.page import rewrite

    rewrite(figures, document)
    typer.echo(f"wrote the figures into {document}")


def sum_of(path: Path) -> str:
    from asr_jobs.evaluation.result import sum_of_files

    if not path.is_file():
        raise UsageError(f"{path} is not a file; name the data to measure on")
    return sum_of_files([path])


def day_of(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def report(found: Sequence[Evaluation], output: Format, land: bool, save: Path | None) -> None:
    from asr_jobs.evaluation import result

    rows = result.rows_of(found)
    if save is not None:
        known = [json.loads(line) for line in save.read_text("utf-8").splitlines()] if save.exists() else []
        fresh = {row["run_id"] for row in rows}
        result.write_rows([row for row in known if row["run_id"] not in fresh] + rows, save)
    if land:
        for path in result.land(rows):
            typer.echo(f"wrote {path}", err=True)
    if output is Format.JSON:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for evaluation in found:
        _show(evaluation)


def _show(evaluation: Evaluation) -> None:
    heard = f", engine {evaluation.engine}" if evaluation.engine else ""
    title = f"{evaluation.kind} on {evaluation.dataset} ({evaluation.split}): {evaluation.model}{heard}"
    rows = [_cells(vars(metric)) for metric in evaluation.metrics]
    print_table(
        title, ["metric", "item", "value", "95 % interval", "n", "target"], rows, right=("value", "n", "target")
    )


def _cells(metric: dict[str, Any]) -> list[str]:
    low, high = metric["ci_low"], metric["ci_high"]
    interval = "" if low is None else f"{low:.3f} to {high:.3f}"
    target = "" if metric["target"] is None else f"{metric['target']:g}"
    value = "" if metric["value"] is None else f"{metric['value']:.4g}"
    return [metric["metric"], metric["item"], value, interval, str(metric["n"]), target]
