"""The command `lingting live`: the server, its tokens, and a client that replays a recording."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingting.errors import UsageError

if TYPE_CHECKING:
    from asr_jobs.live.server import LiveServer

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

AT_ONCE = 4  # utterances decoded side by side; more seldom wait, and each is sooner done with several threads
TOKEN_VARIABLE = "LINGTING_LIVE_TOKEN"


class Opens(StrEnum):
    audio = "audio"
    alerts = "alerts"


class Spoken(StrEnum):
    zh = "zh"
    en = "en"


@app.callback(invoke_without_command=True)
def live(
    context: typer.Context,
    insecure: Annotated[bool, typer.Option("--insecure", help="Listen on a network although it is not TLS.")] = False,
) -> None:
    """Inspect calls while they go on, and raise alerts.

    Without a command: listen for calls (AudioSocket and WebSocket) until SIGTERM. Settings: [live] in lingting.toml.
    """
    if context.invoked_subcommand is not None:
        return
    from asr_jobs.live.access import Door, check_listening, networks, tokens
    from lingting.settings import settings

    asked = settings().live
    check_listening(asked, insecure)
    networks(asked.audiosocket_from)
    if not tokens(Door.ALERTS):
        raise UsageError("no token opens the alerts; make one with: lingting live token alerts")
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    asyncio.run(_serve())


async def _serve() -> None:
    await _server().run()


def _server() -> LiveServer:
    """The server with its real engine, loaded and warm: the first call must not wait for it."""
    from asr_jobs.decoder import Decoder
    from asr_jobs.engine import plan
    from asr_jobs.live.server import LiveServer
    from asr_jobs.live.warm import warm_up
    from asr_jobs.vad import VadStream
    from lingting.settings import settings

    own = settings()
    chosen = plan(own.asr.model_copy(update={"engine": own.live.engine}))
    at_once = min(chosen.at_once, AT_ONCE)
    batch = own.live.batch_size or (16 if chosen.maker.device == "cuda" else max(2, at_once))
    decoder = Decoder.of(replace(chosen, batch_size=batch, at_once=at_once))
    warm_up(decoder, own.asr.language)
    return LiveServer(own.live, own.asr, decoder, batch, VadStream, typer.echo)


@app.command()
def token(opens: Annotated[Opens, typer.Argument(help="What it opens: feeding sound, or reading alerts.")]) -> None:
    """Make a token, add it to $LINGTING_HOME/secrets/live.tokens, and print it."""
    from asr_jobs.live.access import Door, new_token

    typer.echo(new_token(Door(opens.value)))


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A recording with two channels.")],
    to: Annotated[
        str | None, typer.Option(help="ws://, wss:// or audiosocket:// HOST:PORT; default: this home's server.")
    ] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=50, help="2: twice as fast as it was spoken.")] = 1.0,
    calls: Annotated[int, typer.Option(min=1, max=100, help="So many calls at once.")] = 1,
    call_id: Annotated[str, typer.Option(help="Names the call; several get -1, -2 and so on.")] = "replay",
    queue: Annotated[str | None, typer.Option(help="Queue, for rules that hold for some queues only.")] = None,
    language: Annotated[Spoken | None, typer.Option(help="Language spoken; default: asr.language.")] = None,
) -> None:
    """Send a recording at its own pace. The token: $LINGTING_LIVE_TOKEN, else the first one of the file."""
    from asr_jobs.live.replay import Replay
    from asr_jobs.live.replay import replay as send
    from lingting.settings import settings

    if not file.is_file():
        raise UsageError(f"{file} is not a file; name a recording to replay")
    own = settings()
    place = to or f"{'wss' if own.live.tls_certificate else 'ws'}://{own.live.host}:{own.live.port}"
    names = [call_id] if calls == 1 else [f"{call_id}-{number}" for number in range(1, calls + 1)]
    spoken = language.value if language else own.asr.language

    async def send_all() -> None:
        one = [Replay(file, name, spoken, queue, own.asr.agent_channel, speed) for name in names]
        await asyncio.gather(*(send(each, place, _token(place)) for each in one))

    asyncio.run(send_all())
    typer.echo(f"sent {file.name} as {', '.join(names)} to {place}")


def _token(place: str) -> str | None:
    """The token for sound: from the environment, else the first of the own file."""
    from asr_jobs.live.access import Door, tokens

    given = os.environ.get(TOKEN_VARIABLE)
    if given or place.startswith("audiosocket:"):
        return given
    known = tokens(Door.AUDIO)
    if not known:
        raise UsageError(f"no token for sound; make one with: lingting live token audio, or set {TOKEN_VARIABLE}")
    return known[0]
