"""A live server as a process: with stand-ins that read levels (run as a module), or as the command starts it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from numpy.typing import NDArray
from websockets.sync.client import ClientConnection, connect

from asr_jobs.live.access import Door, new_token
from asr_jobs.live.audiosocket import IDENTITY, Frame, encoded
from lingting.paths import PROJECT_ROOT, Home
from tests.unit.live_calls import LevelEngine, loudness, pcm, tone

WORDS = {
    1: "您好，很高兴为您服务",
    2: "我要投诉你们，我的手机是一三八零零一三八零零零",
    3: "为保证服务质量本次通话将被录音",
    4: "好的，谢谢",
}
REAL = "from asr_jobs.live.cli import app; app()"


@dataclass
class Running:
    """A server that listens, and what belongs to it."""

    process: subprocess.Popen[str]
    home: Home
    web: str
    legs: tuple[str, int]
    audio: str
    alerts: str
    tls: ssl.SSLContext | None = None

    def log(self) -> str:
        return (self.home.root / "live.log").read_text(encoding="utf-8")

    def wait_for(self, words: str, seconds: float = 10.0) -> str:
        """The log, once ``words`` stand in it."""
        until = time.monotonic() + seconds
        while words not in self.log():
            assert time.monotonic() < until, f"{words!r} is not in the log:\n{self.log()}"
            time.sleep(0.02)
        return self.log()

    @property
    def _client(self) -> dict[str, Any]:
        return {"ssl": self.tls, "proxy": None, "open_timeout": 30}  # a busy machine was once not ready within 10 s

    def subscriber(self, query: str = "") -> ClientConnection:
        return connect(f"{self.web}/alerts{query}", additional_headers=bearer(self.alerts), **self._client)

    def call(self, hello: dict[str, Any] | str | bytes | None) -> ClientConnection:
        """A WebSocket for sound, with its first message sent."""
        opened = connect(f"{self.web}/audio", additional_headers=bearer(self.audio), **self._client)
        if hello is not None:
            opened.send(json.dumps(hello) if isinstance(hello, dict) else hello)
        return opened

    def leg(self, identity: uuid.UUID | None = None) -> socket.socket:
        """An AudioSocket connection, with its UUID sent."""
        opened = socket.create_connection(self.legs, timeout=10)
        if identity:
            opened.sendall(encoded(Frame(IDENTITY, identity.bytes)))
        return opened

    def get(self, path: str, token: str | None) -> tuple[int, str]:
        """Status and text of a plain request."""
        request = urllib.request.Request(self.web.replace("ws://", "http://") + path, headers=bearer(token))
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def health(self) -> dict[str, Any]:
        status, text = self.get("/health", self.alerts)
        assert status == 200, text
        found: dict[str, Any] = json.loads(text)
        return found


def bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def hello(call_id: str, **more: Any) -> dict[str, Any]:
    return {"call_id": call_id, "sample_rate": 8_000, "channels": 2, **more}


def stereo(agent: NDArray[np.float32], customer: NDArray[np.float32]) -> bytes:
    return pcm(np.column_stack([agent, customer]).reshape(-1))


def complaint(rate: int = 8_000) -> bytes:
    """Two channels: the agent greets, the customer complains, both are quiet."""
    agent = np.concatenate([tone(1, 1.5, rate), tone(0, 4, rate)])
    return stereo(agent, np.concatenate([tone(0, 2, rate), tone(2, 2, rate), tone(0, 1.5, rate)]))


def in_pieces(sound: bytes, size: int = 3_200) -> Iterator[bytes]:
    yield from (sound[at : at + size] for at in range(0, len(sound), size))


def certificate(folder: Path) -> tuple[Path, Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1, its key, and what a client needs to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return *paths, ssl.create_default_context(cafile=paths[0])


@contextmanager
def live_server(
    home: Home, code: str | None = None, tls: ssl.SSLContext | None = None, **settings: Any
) -> Iterator[Running]:
    """A server of its own on free ports; ``code``: what the process runs instead of the stand-ins."""
    home.root.mkdir(exist_ok=True)
    own = {
        f"LINGTING_LIVE__{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in settings.items()
    }
    ports = {"LINGTING_LIVE__PORT": "0", "LINGTING_LIVE__AUDIOSOCKET_PORT": "0"}
    env = {**os.environ, "LINGTING_HOME": str(home.root), "PYTHONPATH": str(PROJECT_ROOT), **ports, **own}
    with patch.dict(os.environ, LINGTING_HOME=str(home.root)):
        audio, alerts = new_token(Door.AUDIO), new_token(Door.ALERTS)
    words = [sys.executable, *(["-c", code] if code else ["-m", "tests.integration.live_server"])]
    with (home.root / "live.log").open("w") as log:
        process = subprocess.Popen(words, env=env, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        web, host, port = re.findall(r"(wss?://\S+?), audiosocket://(.+):(\d+)", said)[0]
        yield Running(process, home, web, (host, int(port)), audio, alerts, tls)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            process.kill()
            if process.stdout:
                process.stdout.close()


def _main() -> None:
    from asr_jobs.decoder import Decoder
    from asr_jobs.live.server import LiveServer
    from lingting.settings import settings

    class Slow(LevelEngine):
        def transcribe(self, windows: Any, language: str) -> Any:
            time.sleep(float(os.environ.get("LIVE_TEST_DELAY", "0")))
            return super().transcribe(windows, language)

    async def serve() -> None:
        engine = Slow(WORDS)
        own = settings()
        said = lambda text: print(text, flush=True)  # noqa: E731
        await LiveServer(own.live, own.asr, Decoder(lambda: engine, 4), 4, lambda: loudness, said).run()

    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    asyncio.run(serve())


if __name__ == "__main__":
    _main()
