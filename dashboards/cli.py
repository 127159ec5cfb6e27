"""`lingting cockpit`: serve the cockpit."""

from __future__ import annotations

import socket
from typing import Annotated

import typer

from lingting.errors import UsageError


def cockpit(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    address: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every network of this host.")] = (
        "127.0.0.1"
    ),
) -> None:
    """Serve the cockpit until stopped with Ctrl+C. Accounts are added with `lingting user add`."""
    from lingting.store import list_accounts, open_store

    _refuse_taken(port, address)
    if not list_accounts(open_store()):
        typer.echo("nobody can sign in yet: add an account with `lingting user add NAME --role management`", err=True)
    shown = f"[{address}]" if ":" in address else address
    typer.echo(f"cockpit at http://{shown}:{port} (stop with Ctrl+C)")
    from dashboards.server import serve

    serve(port, address)


def _refuse_taken(port: int, address: str) -> None:
    try:
        family = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except OSError as error:
        raise UsageError(
            f"the cockpit can not listen on {address} port {port} ({error.strerror or error}); try --port"
        ) from None
