"""`lingting rules`: the packs of rules and their versions, what a change would move, and scores by another version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingting.cli.options import Format
from lingting.cli.tables import print_table
from lingting.errors import UsageError

if TYPE_CHECKING:
    from asr_jobs.inspection.rules import Rule
    from asr_jobs.rules_diff import Diff
    from asr_jobs.stored import Stored

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Packs of inspection rules and their versions.")

_PACKS = "current, a folder with packs, or the beginning of a kept version."
_Packs = Annotated[str, typer.Argument(help=_PACKS)]
_From = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First local day.")]
_To = Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last local day.")]
_Output = Annotated[Format, typer.Option("--format", help="How to print.")]
SCOPES_SHOWN = 10  # queues and agents that moved most, in the table; JSON tells all


@app.command(name="list")
def list_(packs: _Packs = "current", output: _Output = Format.TABLE) -> None:
    """The rules of some packs, and every version that ever was in force."""
    from asr_jobs.inspection.models import versions
    from asr_jobs.inspection.rulebook import judging_by, packs_named
    from asr_jobs.inspection.rules import all_rules
    from lingting.rules import kept_versions

    chosen = packs_named(packs)
    with judging_by(chosen):
        rules, models = all_rules(), versions(chosen)
    kept = kept_versions()
    if output is Format.JSON:
        listed = [rule.model_dump(mode="json") for rule in rules]
        told = {"version": chosen.version, "folder": str(chosen.folder), "models": models, "kept": kept}
        typer.echo(json.dumps({**told, "rules": listed}, ensure_ascii=False, indent=2))
        return
    names = ", ".join(f"{model} {version}" for model, version in models.items())
    typer.echo(f"packs {chosen.version} in {chosen.folder}; models {names}")
    print_table(
        "rules",
        ["rule", "version", "kind", "speaker", "label", "phrases"],
        [
            [rule.id, rule.version, rule.kind, rule.speaker, f"{rule.label.zh} {rule.label.en}", _phrases(rule)]
            for rule in rules
        ],
        right=("phrases",),
    )
    if kept:
        rows = [[note["version"], note["first_used_at"][:19]] for note in kept]
        print_table("versions that were in force", ["version", "first used (UTC)"], rows)


@app.command()
def diff(
    a: _Packs,
    b: _Packs,
    start: _From,
    end: _To,
    output: _Output = Format.TABLE,
    examples: Annotated[int, typer.Option(min=0, help="Examples told for each rule.")] = 3,
) -> None:
    """Judge the stored conversations of some days by two versions, and tell what would move. Nothing is stored."""
    from asr_jobs.inspection.rulebook import packs_named
    from asr_jobs.rules_diff import compare

    found = compare(_conversations(start, end), packs_named(a), packs_named(b), examples)
    if output is Format.JSON:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    else:
        _show(found)


@app.command()
def score(packs: _Packs, start: _From, end: _To) -> None:
    """Add the scores of another version to the lake; those in force stay in force, and no sound is heard again."""
    from asr_jobs.inspection.rulebook import packs_named
    from asr_jobs.rescore import rescore_day
    from lingting.warehouse.lock import writer_lock

    chosen = packs_named(packs)
    with writer_lock():
        rows = sum(rescore_day(day, chosen) for day in _days(start, end))
    typer.echo(f"{rows} scores by packs {chosen.version} stand in the lake; `lingting run` takes them to the call page")


def _phrases(rule: Rule) -> str:
    return str(sum(len(phrases) for phrases in rule.phrases.values()))


def _days(start: datetime, end: datetime) -> list[date]:
    """The days of the range that have transcripts. Raises UsageError when there is none."""
    from lingting.lake import days_of

    found = [day for day in days_of("transcripts") if start.date() <= day <= end.date()]
    if not found:
        until = start.date() if end < start else end.date()
        raise UsageError(f"no transcripts from {start.date()} to {until}; run `lingting run` first, or ask other days")
    return found


def _conversations(start: datetime, end: datetime) -> Iterator[Stored]:
    from asr_jobs.stored import stored_of

    for day in _days(start, end):
        yield from stored_of(day)


def _show(found: Diff) -> None:
    told = found.to_dict()
    centre = told["scopes"].get("centre", {}).get("centre", {"n": 0, "n_moved": 0, "kpis": {}})
    title = f"{told['a']} (A) against {told['b']} (B): {centre['n_moved']} of {centre['n']} conversations move"
    typer.echo(title)
    for side, models in told["other_code"].items():
        if models:
            names = ", ".join(f"{model} {one['then']}, now {one['now']}" for model, one in models.items())
            typer.echo(f"{side.upper()} was in force with other code ({names}): what the code moved does not show here")
    print_table("KPIs", ["kpi", "A", "B", "change", "n"], _kpi_rows(centre), right=("A", "B", "change", "n"))
    rows = [[rule, change, str(n)] for rule, one in told["rules"].items() for change, n in one["changes"].items()]
    if rows:
        print_table("rules", ["rule", "change", "conversations"], rows, right=("conversations",))
    for kind in ("queue", "agent"):
        members = sorted(told["scopes"].get(kind, {}).items(), key=lambda pair: (-pair[1]["n_moved"], pair[0]))
        rows = [[name, f"{one['n_moved']} of {one['n']}", _moved(one)] for name, one in members[:SCOPES_SHOWN]]
        if rows:
            print_table(f"{kind}s that move ({len(members)})", [kind, "conversations", "KPIs A -> B"], rows)
    rows = [
        [rule, one["call_id"], one["change"], _number(one["second"]), one["words"] or "", one["phrase"] or ""]
        for rule, entry in told["rules"].items()
        for one in entry["examples"]
    ]
    if rows:
        print_table("examples", ["rule", "call", "change", "second", "masked words", "phrase"], rows, right=("second",))


def _kpi_rows(scope: dict[str, Any]) -> list[list[str]]:
    return [
        [kpi, _value(kpi, one["a"]), _value(kpi, one["b"]), _change(kpi, one), _n(one)]
        for kpi, one in scope["kpis"].items()
    ]


def _n(one: dict[str, Any]) -> str:
    return str(one["n_a"]) if one["n_a"] == one["n_b"] else f"{one['n_a']} / {one['n_b']}"


def _moved(scope: dict[str, Any]) -> str:
    pairs = [(kpi, one) for kpi, one in scope["kpis"].items() if one["a"] != one["b"]]
    return ", ".join(f"{kpi} {_value(kpi, one['a'])} -> {_value(kpi, one['b'])} (n {_n(one)})" for kpi, one in pairs)


def _value(kpi: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if kpi.startswith("mean_") else f"{value:.1%}"


def _change(kpi: str, one: dict[str, Any]) -> str:
    if one["a"] is None or one["b"] is None:
        return "-"
    change = one["b"] - one["a"]
    return f"{change:+.1f}" if kpi.startswith("mean_") else f"{100 * change:+.1f} points"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
