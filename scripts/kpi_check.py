"""Is a KPI complete, and does the warehouse count what was planted? `make kpi KPI=hold_time`.

Writes what is generated from the catalogue, names the place that was forgotten, runs the KPI's unit tests, builds a
small simulated centre and compares every row of the KPI with the planted truth. The centre lies in
$LINGTING_HOME/kpi_check and is kept: a second call simulates only after a change of the Python code.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import typer

from lingting.kpi import semantic, tested
from lingting.kpi.dictionary import Project
from lingting.lake import days_of, ensure_schemas
from lingting.loading import landing_files, load_file
from lingting.paths import PROJECT_ROOT, Home, home
from lingting.warehouse.dbt import dbt_environment, dbt_folders, dbt_words
from simulator.options import Options, check, parse_day
from simulator.run import simulate
from simulator.truth.compare import COLUMNS, differences, planted

# Nine days from here hold two seven-day windows and the end of a month.
START, CALLS_PER_DAY, SEED = "2026-10-26", 60, 5
ROOMS = ("lingting", "simulator", "asr_jobs")
PARTS = {"kpi_parts": "fct_kpi_day", "kpi_month_parts": "fct_kpi_month"}
Formula = tuple[str, str]


def main() -> int:
    wanted = argparse.ArgumentParser(prog="make kpi", description=__doc__.splitlines()[0])
    wanted.add_argument("kpi", help="kpi_id of dbt/seeds/kpi_catalogue.csv")
    wanted.add_argument("--days", type=int, default=9, help="days to simulate; some KPIs need weeks (default 9)")
    words = wanted.parse_args()
    project = Project()
    known = {(row["kpi_id"], row["formula_id"]) for row in project.seed("kpi_catalogue")}
    formulas = sorted(formula for formula in known if formula[0] == words.kpi)
    if not formulas:
        near = difflib.get_close_matches(words.kpi, {kpi_id for kpi_id, _ in known})
        typer.echo(f"dbt/seeds/kpi_catalogue.csv has no row of {words.kpi!r}; near it: {', '.join(near) or 'nothing'}")
        return 1
    write_generated(project)
    forgotten = [sentence for formula in formulas for sentence in forgotten_of(project, formula)]
    typer.echo("\n".join(forgotten) or f"{words.kpi}: in the catalogue, in a model, held by unit tests")
    if forgotten:
        return 1
    for sentence in (hint for formula in formulas for hint in unexpected_of(project, formula)):
        typer.echo(sentence)
    os.environ["LINGTING_HOME"] = str(home().root / "kpi_check")
    fill(home(), words.days)
    units = sorted({name for formula in formulas for name in tested.unit_tests_of(project, *formula)})
    missing = unplanted(home(), formulas, words.days)
    if missing:
        typer.echo("\n".join(missing))
    return 1 if not build(home(), units) or missing else compare(home(), formulas)


def write_generated(project: Project) -> None:
    """The metrics and the table of tests, where they changed."""
    for path, text, command in (
        (semantic.METRICS, semantic.metrics_yaml(), semantic.COMMAND),
        (tested.TABLE, tested.table_csv(project), tested.COMMAND),
    ):
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            typer.echo(f"wrote {path.relative_to(PROJECT_ROOT)} ({command})")


def forgotten_of(project: Project, formula: Formula) -> list[str]:
    """Sentences about what is missing in the dbt project, each with the file to open."""
    kpi_id, formula_id = formula
    makers = project.makers.get(formula, [])
    if not makers:
        folders = " or ".join(f"dbt/models/core/{folder}/" for folder in PARTS)
        return [f"no model counts it: add kpi_part('{kpi_id}', '{formula_id}', numerator, denominator) in {folders}"]
    found = []
    for maker in makers:
        fact = PARTS[project.models[maker].parent.name]
        if maker not in project.behind(fact):
            found.append(f"dbt/models/core/{fact}.sql does not read {maker}: add ref('{maker}') to its list")
    if not tested.unit_tests_of(project, kpi_id, formula_id):
        found.append(f"no unit test holds {kpi_id}/{formula_id}: expect a row of it in {_yml(project, makers[0])}")
    return found


def unexpected_of(project: Project, formula: Formula) -> list[str]:
    """A hint where only the models behind the formula are tested: enough if its edge cases are decided there."""
    makers = project.makers[formula]
    if any(tested.expecting(project, maker, *formula) for maker in makers):
        return []
    return [f"hint: no unit test expects a row of {'/'.join(formula)} by name; {_yml(project, makers[0])} could"]


def _yml(project: Project, model: str) -> Path:
    return project.models[model].with_suffix(".yml").relative_to(PROJECT_ROOT)


def fill(centre: Home, days: int) -> None:
    """Simulate, load and inspect the small centre, unless that was done by the same code."""
    state = hashlib.sha256(f"{days}".encode())
    for path in sorted(file for room in ROOMS for file in (PROJECT_ROOT / room).rglob("*") if file.is_file()):
        if path.suffix in (".py", ".yaml"):
            state.update(path.read_bytes())
    mark = centre.root / "filled"
    if mark.exists() and mark.read_text() == state.hexdigest():
        return
    typer.echo(f"simulating {days} days of {CALLS_PER_DAY} calls in {centre.root} …")
    mark.unlink(missing_ok=True)
    if mark.with_name("days").exists() and mark.with_name("days").read_text() != str(days):
        shutil.rmtree(centre.lake, ignore_errors=True)  # the days that are no longer simulated
    options = Options(parse_day(START), days, CALLS_PER_DAY, None, SEED, False, True, "Asia/Shanghai")
    simulate(check(options), centre)
    ensure_schemas()
    for found in landing_files():
        report = load_file(found.source, found.path, found.mapping)
        if report.rejected:
            sys.exit(f"{found.path.name}: {report.rejected} rows rejected, first: {report.rejects[:1]}")
    words = [word for day in days_of("recordings") for word in ("--day", day.isoformat())]
    subprocess.run([sys.executable, "-m", "asr_jobs", "partition", *words], check=True, stdout=subprocess.DEVNULL)
    mark.with_name("days").write_text(str(days))
    mark.write_text(state.hexdigest())


def build(centre: Home, units: list[str]) -> bool:
    """Build what mart_kpi is made of, with these unit tests; prints dbt's words where it fails."""
    typer.echo(f"dbt: {len(units)} unit tests, and all that mart_kpi is made of …")
    centre.work_database.parent.mkdir(parents=True, exist_ok=True)
    environment = dbt_environment(centre) | dbt_folders(centre.dbt_target, centre.logs)
    done = subprocess.run(
        dbt_words("build", "--indirect-selection", "empty", "--select", "+mart_kpi", *units),
        env=os.environ | environment,
        capture_output=True,
        text=True,
        cwd=PROJECT_ROOT,
        check=False,
    )
    lines = done.stdout.splitlines()
    if done.returncode:
        first = next((i for i, line in enumerate(lines) if "Completed with" in line), max(0, len(lines) - 40))
        typer.echo("\n".join([*lines[first:], done.stderr]))
    else:
        typer.echo(f"dbt: passed {', '.join(units)}")
    return not done.returncode


def unplanted(centre: Home, formulas: list[Formula], days: int) -> list[str]:
    """Sentences about formulas that the simulator planted nothing of."""
    return [
        f"{kpi_id}/{formula_id}: nothing was planted in {days} days. A KPI of calls, waits, surveys or the menu:"
        " ledger.add(…) in simulator/truth/; any other: book.part(…) in a domain of simulator/office/."
        f" Planted, but rarer than that: make kpi KPI={kpi_id} DAYS=36"
        for kpi_id, formula_id in formulas
        if (kpi_id, formula_id) not in planted(centre)
    ]


def compare(centre: Home, formulas: list[Formula]) -> int:
    """Print for each formula whether it equals the truth; the exit status."""
    rows, found = planted(centre), [dict(zip(COLUMNS, row, strict=True)) for row in differences(centre, formulas[0][0])]
    for kpi_id, formula_id in formulas:
        wrong = [row for row in found if row["formula_id"] == formula_id]
        if not wrong:
            n = rows[kpi_id, formula_id]
            typer.echo(f"{kpi_id}/{formula_id}: {n} rows of days and months equal the planted truth")
            continue
        typer.echo(f"{kpi_id}/{formula_id}: {len(wrong)} rows differ from the planted truth, first:")
        for row in sorted(wrong, key=lambda row: row["scope"] != "centre")[:5]:
            typer.echo(f"  {row['grain']} {row['period_start']}, {row['scope']} {row['scope_id']}: {_sides(row)}")
    return int(bool(found))


def _sides(row: dict[str, object]) -> str:
    """numerator / denominator of both sides; a count has no denominator."""
    texts = []
    for side in ("planted", "measured"):
        values = f"{row[f'numerator {side}']} / {row[f'denominator {side}']}, {row[f'open {side}']} open"
        texts.append(f"{side} {values if row[side] else 'nothing'}")
    return "; ".join(texts)


if __name__ == "__main__":
    sys.exit(main())
