"""`lingting evaluate sample|agree|import`: from a random draw to gold labels in the lake."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lingting.cli.options import Format
from lingting.cli.tables import print_table
from lingting.errors import UsageError

First = Annotated[Path, typer.Argument(help="Filled sheet of one annotator, CSV or XLSX.")]
Second = Annotated[Path, typer.Argument(help="Filled sheet of the other.")]


def sample(
    folder: Annotated[Path, typer.Argument(help="New folder for the sheets, sample.json and conversations.csv.")],
    annotator: Annotated[list[str], typer.Option(help="Who annotates; give it twice, with two people.")],
    size: Annotated[int, typer.Option(min=1, help="Recordings to draw; every stratum gets one at least.")] = 40,
    seed: Annotated[int | None, typer.Option(min=0, help="Start value of the draw; default: evaluation.seed.")] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="clause, emotion, characters or topic; default: clause and emotion.")
    ] = None,
    turns: Annotated[int, typer.Option(min=1, help="Customer turns of a recording that are labelled at most.")] = 6,
    start: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First local day.")] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last local day.")] = None,
) -> None:
    """Draw recordings at random within strata; write blind sheets of masked text for two annotators."""
    from asr_jobs.evaluation.sample import Plan, draw
    from asr_jobs.evaluation.told import conversations
    from lingting.settings import settings

    if len(annotator) != 2:
        raise UsageError(f"{len(annotator)} annotators are given; give --annotator twice")
    chosen = settings().evaluation.seed if seed is None else seed
    plan = Plan(size, chosen, tuple(kind or ("clause", "emotion")), (annotator[0], annotator[1]), turns)
    told = list(conversations(start and start.date(), end and end.date()))
    drawn = draw(told, plan, folder)
    rows = [
        [one["stratum"], str(one["size"]), str(one["drawn"]), f"{one['inclusion_probability']:.4f}"]
        for one in drawn["strata"]
    ]
    title = f"{len(drawn['rows'])} questions to each of {annotator[0]} and {annotator[1]} in {folder}"
    columns = ["stratum", "recordings", "drawn", "inclusion probability"]
    print_table(title, columns, rows, right=tuple(columns[1:]))


def agree(
    first: First,
    second: Second,
    out: Annotated[Path | None, typer.Option(help="Write what is left to settle into this new CSV file.")] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """How far two annotators agree, and what a third person has to settle."""
    from asr_jobs.evaluation.gold import agreement, read_pairs, write_disagreements

    pairs = read_pairs(first, second)
    if out is not None and out.exists():
        raise UsageError(f"{out} exists; give a new file, so that no settled label is overwritten")
    found = agreement(pairs)
    apart = [pair for pair in pairs if not pair.is_agreed]
    if out is not None:
        write_disagreements(pairs, out)
    if output is Format.JSON:
        listed = [[*vars(pair.first).values(), pair.second.label] for pair in apart]
        typer.echo(json.dumps({"metrics": [vars(one) for one in found], "unsettled": listed}, ensure_ascii=False))
        return
    rows = []
    for one in found:
        interval = "" if one.ci_low is None else f"{one.ci_low:.3f} to {one.ci_high:.3f}"
        rows.append([one.item, one.metric, "" if one.value is None else f"{one.value:.3f}", interval, str(one.n)])
    print_table("agreement", ["kind", "metric", "value", "95 % interval", "n"], rows, right=("value", "n"))
    listed = [
        [
            one.first.gold_id,
            one.first.kind,
            one.first.subject_id,
            one.first.item or "",
            _said(one.first),
            _said(one.second),
        ]
        for one in apart
    ]
    columns = ["gold_id", "kind", "subject", "item", "first", "second"]
    print_table(f"{len(apart)} of {len(pairs)} to settle", columns, listed)


def _said(label: object) -> str:
    label_text, characters, errors = label.verdict  # type: ignore[attr-defined]
    return str(label_text) if errors is None else f"{errors}/{characters}"


def import_(
    first: First,
    second: Second,
    sample: Annotated[Path, typer.Option(help="sample.json of the draw.")],
    settled: Annotated[Path | None, typer.Option(help="The sheet of `agree --out`, with `label` filled in.")] = None,
    detected: Annotated[
        Path | None, typer.Option(help="What the machine said of topics and entities: subject_id, item, label.")
    ] = None,
) -> None:
    """Write settled labels into landing/contract/gold_labels; the next `lingting run` loads them."""
    from asr_jobs.evaluation import gold
    from asr_jobs.evaluation.result import now

    pairs = gold.read_pairs(first, second)
    third = gold.read_settled(settled) if settled else {}
    machine = gold.read_detected(detected) if detected else {}
    rows = list(gold.gold_rows(pairs, third, gold.read_sample(sample), machine, now()))
    path = gold.land_gold(rows, f"gold_{sample.resolve().parent.name}")
    typer.echo(f"wrote {len(rows)} labels to {path}; `lingting run` loads them")
