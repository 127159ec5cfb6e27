"""`lingting user`: accounts of the cockpit. What an account is lives in lingting/store."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lingting.cli.options import Format
from lingting.errors import UsageError
from lingting.rights import Role, Viewer

if TYPE_CHECKING:
    from lingting.store import AccountView

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Accounts of the cockpit.")

Name = Annotated[str, typer.Argument(help="Name to sign in with; case does not matter.")]
Temporary = Annotated[bool, typer.Option("--temporary", help="The person replaces the password when signing in.")]
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
    temporary: Temporary = False,
    password_stdin: FromStdin = False,
) -> None:
    """Add an account. Asks for the password twice unless --password-stdin is given; there is no default password."""
    from lingting.settings import settings
    from lingting.store import add_account, open_store

    store, given = open_store(), _password(name, password_stdin)
    added = add_account(store, name, role, given, agent, team or [], employee, temporary)
    _note("add", added.user_id)
    typer.echo(f"added {added.name} ({_scope(added)})")
    if settings().cockpit.second_factor == "required":
        typer.echo("the first sign-in enrols a second factor: have an authenticator app at hand")


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

    changed = set_disabled(open_store(), name, True)
    _note("disable", changed.user_id)
    typer.echo(f"disabled {changed.name}")


@app.command()
def enable(name: Name) -> None:
    """Enable an account again, and lift a lock after failed attempts."""
    from lingting.store import open_store, set_disabled

    changed = set_disabled(open_store(), name, False)
    _note("enable", changed.user_id)
    typer.echo(f"enabled {changed.name}")


@app.command()
def password(name: Name, temporary: Temporary = False, password_stdin: FromStdin = False) -> None:
    """Set a new password. Ends the sessions of the account and lifts a lock."""
    from lingting.store import open_store, set_password

    changed = set_password(open_store(), name, _password(name, password_stdin), temporary)
    _note("reset_password", changed.user_id)
    typer.echo(f"changed the password of {changed.name}")


@app.command("reset-second-factor")
def reset_second_factor(name: Name) -> None:
    """Take the second factor and the recovery codes away, and end the sessions: the person enrols again."""
    from lingting.store import open_store
    from lingting.store.second_factor import reset_of

    user_id = reset_of(open_store(), name)
    _note("reset_second_factor", user_id)
    typer.echo(f"reset the second factor of {name}; the next sign-in enrols a new one")


@app.command()
def attest(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Accounts that are needed as they stand.")],
) -> None:
    """Confirm that accounts and their rights are needed (monthly); noted with the name of the user of this shell."""
    from lingting.store import account_named, open_store
    from lingting.store.attestations import attest as confirm

    store, who = open_store(), _operator()
    found = [(name, account_named(store, name)) for name in names]
    for name, account in found:
        if account is None:
            raise UsageError(f"no account is called {name}; `lingting user list` shows them all. Nothing was confirmed")
    for _, account in found:
        if account is not None:
            _note("attest", account.user_id)
            confirm(store, account.user_id, who.user_id, who.name)
    typer.echo(f"confirmed {len(found)} accounts")


def _operator() -> Viewer:
    """Who runs the command, as the access log names it: no account of ours, so a name that none can have."""
    import getpass

    return Viewer(Role.ADMINISTRATOR, name=f"shell:{getpass.getuser()}"[:36], user_id="shell")


def _note(what: str, user_id: str) -> None:
    from lingting.audit import note

    note(_operator(), "change", "account", user_id, purpose=what)


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
    from lingting.clock import now

    if account.is_disabled:
        return "disabled"
    if account.locked_until and account.locked_until > now():
        return f"locked until {account.locked_until:%H:%M:%S} UTC"
    return "active"
