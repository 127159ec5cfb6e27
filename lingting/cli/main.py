"""Finds the commands, runs one, and turns an expected error into one sentence and its exit code.

A command is a function (or a Typer app) named in pyproject.toml under ``lingting.commands``; it is imported only when
it is called, so that `lingting --help` stays quick.
"""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click
import typer
from typer.main import get_command

from lingting import __version__
from lingting.errors import LingtingError, UsageError

SUMMARIES = {
    "simulate": "Write the raw files of a synthetic call centre, with planted truth.",
    "load": "Load one file into the lake through its contract.",
    "run": "The daily job: load landing, transcribe, build, check, publish.",
    "kpi": "Print KPIs of the published build.",
    "transcribe": "Print masked transcripts of recordings; nothing is stored.",
    "cockpit": "Serve the cockpit.",
    "user": "Accounts of the cockpit.",
    "doctor": "Check this installation and say what to mend.",
}


def _as_command(name: str, target: Any) -> click.Command:
    if isinstance(target, typer.Typer):
        command = get_command(target)
    else:
        app = typer.Typer(add_completion=False)
        app.command(name=name)(target)
        command = get_command(app)
    command.name = name
    return command


class Commands(click.Group):
    """A group whose commands are entry points."""

    def _found(self) -> dict[str, EntryPoint]:
        return {entry.name: entry for entry in entry_points(group="lingting.commands")}

    def list_commands(self, ctx: click.Context) -> list[str]:
        found = self._found()
        return [name for name in SUMMARIES if name in found] + sorted(set(found) - set(SUMMARIES))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self._found().get(cmd_name)
        return _as_command(cmd_name, entry.load()) if entry else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, SUMMARIES.get(name, "")) for name in self.list_commands(ctx)])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lingting")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """Lingting (聆听): a quality warehouse for call centres.

    All state lives under $LINGTING_HOME (default ./data).
    Exit codes: 0 done; 2 wrong usage; 3 input unreadable or too many rejects; 4 a quality door blocked.
    """


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the console script. `--debug` may stand anywhere."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    try:
        result = cli.main(args=words, prog_name="lingting", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(UsageError.exit_code)
    except (click.Abort, KeyboardInterrupt):
        print("stopped", file=sys.stderr)
        sys.exit(130)
    except LingtingError as error:
        if debug:
            raise
        print(f"lingting: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except Exception as error:
        if debug:
            raise
        print(f"lingting: unexpected {type(error).__name__}: {error} (run again with --debug)", file=sys.stderr)
        sys.exit(1)
    sys.exit(result if isinstance(result, int) else 0)
