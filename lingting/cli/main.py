"""Finds the commands, runs one, and turns an expected error into one sentence and its exit code.

A command is a function (or a Typer app) named in pyproject.toml under ``lingting.commands``; it is imported only when
it is called, so that `lingting --help` stays quick.
"""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from lingting import __version__
from lingting.cli.machine import little_room, refused
from lingting.errors import LingtingError

SUMMARIES = {
    "simulate": "Write the raw files of a synthetic call centre, with planted truth.",
    "load": "Load one file into the lake through its contract.",
    "run": "The daily job: load landing, transcribe, build, check, publish.",
    "kpi": "Print KPIs of the published build.",
    "checklist": "The 22 items of the compliance checklist, by month.",
    "report": "The monthly quality report, as a web page or PDF.",
    "live": "Inspect calls while they go on, and raise alerts.",
    "transcribe": "Print masked transcripts, findings and scores of recordings; nothing is stored.",
    "rules": "Packs of inspection rules: list them, and see what a change would move.",
    "models": "Weights of the recognisers: list, fetch, verify, trust.",
    "evaluate": "Measure how right the machines are, and train small models.",
    "cockpit": "Serve the cockpit.",
    "vault": "Encrypted recordings: keep, read, hold, rotate keys, purge, verify.",
    "user": "Accounts of the cockpit.",
    "audit": "The access log: verify it, list it, anchor its newest entry.",
    "alerts": "What is alarming: judge, list, take note, resolve, tell by mail and chat.",
    "doctor": "Check this installation and say what to mend.",
}


def _as_command(name: str, target: Any) -> Any:
    """The Click command of a function or of a Typer app (Typer brings its own Click, so there is no public type)."""
    if isinstance(target, typer.Typer):
        command = get_command(target)
    else:
        single = typer.Typer(add_completion=False)
        single.command(name=name)(target)
        command = get_command(single)
    command.name = name
    return command


class Commands(TyperGroup):
    """A group whose commands are entry points."""

    def _found(self) -> dict[str, EntryPoint]:
        return {entry.name: entry for entry in entry_points(group="lingting.commands")}

    def list_commands(self, ctx: Any) -> list[str]:
        found = self._found()
        return [name for name in SUMMARIES if name in found] + sorted(set(found) - set(SUMMARIES))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        entry = self._found().get(cmd_name)
        return _as_command(cmd_name, entry.load()) if entry else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, SUMMARIES.get(name, "")) for name in self.list_commands(ctx)])


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lingting {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Lingting (聆听): a quality warehouse for call centres.

    All state lives under $LINGTING_HOME (default ./data).

    Exit codes: 0 done; 2 wrong usage; 3 input unreadable or too many rejects; 4 a quality door blocked.
    """


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the console script. `--debug` may stand anywhere; usage errors exit with 2 by Click itself."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    try:
        get_command(app)(args=words, prog_name="lingting")
    except LingtingError as error:
        if debug:
            raise
        print(f"lingting: {error}{little_room() if error.exit_code == 1 else ''}", file=sys.stderr)
        sys.exit(error.exit_code)
    except Exception as error:
        if debug:
            raise
        print(f"lingting: {refused(error) or _unexpected(error)}", file=sys.stderr)
        sys.exit(1)


def _unexpected(error: Exception) -> str:
    first = str(error).partition("\n")[0]
    return f"unexpected {type(error).__name__}: {first} (run again with --debug){little_room()}"
