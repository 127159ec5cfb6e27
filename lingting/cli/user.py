"""`lingting user`: accounts of the cockpit. What an account is lives in lingting/store."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lingting.cli.options import Format
from lingting.errors import UsageError
from lingting.rights import Role

if TYPE_CHECKING:
    from lingting.store import AccountView

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Accounts of the cockpit.")

Name = Annotated[str, typer.Argument(help="Name to sign in with; case does not matter.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
]


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What the person may see and do (lingting/rights/policy.yaml).")],
    agent: Annotated[
        str | None, typer.Option("--agent", metavar="ID", help="Role agent: which agent of the list of agents.")
    ] = None,
    team: Annotated[
        list[str] | None,
        typer.Option("--team", metavar="ID", help="Role supervisor: a team to see; may be given several times."),
    ] = None,
    employee: Annotated[
        str | None,
        typer.Option("--employee", metavar="ID", help="Who of the staff this is: written down with the person's work."),
    ] = None,
    password_stdin: FromStdin = False,
) -> None:
    """Add an account. Asks for the password twice unless --password-stdin is given; there is no default password."""
    from lingting.store import add_account, open_store

    store = open_store()
    added = add_account(store, name, role, _password(name, password_stdin), agent, team or [], employee)
    typer.echo(f"added {added.name} ({_scope(added)})")


@app.command("list")
def list_(
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """List the accounts. Passwords are never shown: only their argon2id hash exists."""
    from lingting.store import list_accounts, open_store

    found = list_accounts(open_store())
    if output is Format.JSON:
        _print_json(found)
    else:
        _print_table(found)


@app.command()
def disable(name: Name) -> None:
    """Disable an account and end its sessions at once."""
    from lingting.store import open_store, set_disabled

    typer.echo(f"disabled {set_disabled(open_store(), name, True).name}")


@app.command()
def enable(name: Name) -> None:
    """Enable an account again, and lift a lock after failed attempts."""
    from lingting.store import open_store, set_disabled

    typer.echo(f"enabled {set_disabled(open_store(), name, False).name}")


@app.command()
def password(name: Name, password_stdin: FromStdin = False) -> None:
    """Set a new password. Ends the sessions of the account and lifts a lock."""
    from lingting.store import open_store, set_password

    changed = set_password(open_store(), name, _password(name, password_stdin))
    typer.echo(f"changed the password of {changed.name}")


def _password(name: str, from_stdin: bool) -> str:
    if from_stdin:
        line = sys.stdin.readline().rstrip("\r\n")
        if not line:
            raise UsageError("--password-stdin was given but standard input is empty; pipe the password in")
        return line
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask for the password; give --password-stdin and pipe it in")
    first: str = typer.prompt(f"Password for {name}", hide_input=True)
    if typer.prompt("Once more", hide_input=True) != first:
        raise UsageError("the two passwords differ; nothing was changed, try again")
    return first


def _scope(account: AccountView) -> str:
    parts = [account.role.value]
    if account.agent_id:
        parts.append(f"agent {account.agent_id}")
    if account.team_ids:
        parts.append(f"teams {', '.join(account.team_ids)}")
    return "; ".join(parts)


def _print_json(found: list[AccountView]) -> None:
    import json
    from dataclasses import asdict

    def utc(value: object) -> str:
        return f"{value.isoformat(timespec='seconds')}Z" if hasattr(value, "isoformat") else str(value)

    typer.echo(json.dumps([asdict(account) for account in found], ensure_ascii=False, indent=2, default=utc))


def _print_table(found: list[AccountView]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("name", "role", "sees", "state", "last sign-in (UTC)")
    for account in found:
        table.add_row(
            account.name,
            account.role.value,
            _scope(account).partition("; ")[2] or ("everything" if account.role == "management" else ""),
            _state(account),
            account.last_login_at.isoformat(" ", "minutes") if account.last_login_at else "never",
        )
    Console().print(table)


def _state(account: AccountView) -> str:
    from lingting.store.accounts import now

    if account.is_disabled:
        return "disabled"
    if account.locked_until and account.locked_until > now():
        return f"locked until {account.locked_until:%H:%M:%S} UTC"
    return "active"
