"""A live server as a process, over real sockets: alerts arrive, are stored, and nothing that is sent can end it."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from asr_jobs.live.audiosocket import HANGUP, IDENTITY, Frame, encoded
from lingting.paths import Home
from tests.integration.live_server import REAL, Running, bearer, certificate, complaint, hello, in_pieces, live_server
from tests.integration.spoken_day import RECORDINGS, truth_of
from tests.unit.live_calls import pcm, tone

PATIENCE = 10.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server with stand-ins for all tests that leave it standing."""
    with live_server(Home(tmp_path_factory.mktemp("live") / "home"), notice_by_seconds=0) as running:
        yield running
        assert running.process.poll() is None


def stored(home: Home) -> list[dict[str, Any]]:
    with sqlite3.connect(home.store_database) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("select * from live_alerts order by alert_no")]


def of_call(
    subscriber: ClientConnection, call_id: str, kind: str = "call_ended", patience: float = PATIENCE
) -> list[dict[str, Any]]:
    """The messages about a call up to the first of a type."""
    found: list[dict[str, Any]] = []
    while not found or found[-1]["type"] != kind:
        message = json.loads(subscriber.recv(patience))
        found += [message] if message["call_id"] == call_id else []
    return found


def send_call(server: Running, call_id: str, **more: Any) -> None:
    with server.call(hello(call_id, **more)) as call:
        for piece in in_pieces(complaint()):
            call.send(piece)


def test_a_complaint_reaches_the_subscriber_and_the_store_masked(server: Running) -> None:
    with server.subscriber() as subscriber:
        send_call(server, "web-1", queue_id="service")
        alert, ended = of_call(subscriber, "web-1")
    assert (alert["rule_id"], alert["speaker"], alert["words"]) == ("complaint", "customer", "我要投诉你们"[:4])
    assert (ended["alerts"], ended["dropped_seconds"]) == (1, 0)
    (row,) = [row for row in stored(server.home) if row["call_id"] == "web-1"]
    assert (row["alert_no"], row["alert_id"], row["queue_id"]) == (alert["alert_no"], alert["alert_id"], "service")
    assert row["script"] == alert["script"]
    everything = [path.read_bytes() for path in server.home.root.rglob("*") if path.is_file()]
    assert not any("一三八零".encode() in content for content in everything)


def test_the_agent_may_be_on_the_other_channel(server: Running) -> None:
    with server.subscriber() as subscriber:
        send_call(server, "web-2", agent_channel=1)
        assert [message["type"] for message in of_call(subscriber, "web-2")] == ["call_ended"]


@pytest.mark.parametrize("is_announced", [False, True])
def test_two_legs_of_a_telephone_call_are_one_call(server: Running, is_announced: bool) -> None:
    base = uuid.uuid4().hex
    agent, customer = uuid.UUID(f"{base[:-1]}a"), uuid.UUID(f"{base[:-1]}c")
    call_id = base[:-1]
    if is_announced:
        agent, customer, call_id = uuid.uuid4(), uuid.uuid4(), "pbx-1700000000.17"
        for leg, speaker in ((agent, "agent"), (customer, "customer")):
            asked = f"/register?uuid={leg}&call_id={call_id}&speaker={speaker}&queue_id=complaint"
            assert server.get(asked, server.audio) == (200, "announced\n")
    sound = np.concatenate([tone(0, 1, 8_000), tone(2, 2, 8_000), tone(0, 1, 8_000)])
    with server.subscriber() as subscriber, server.leg(agent) as first, server.leg(customer) as second:
        for leg, samples in ((first, np.zeros_like(sound)), (second, sound)):
            for piece in in_pieces(pcm(samples), 320):
                leg.sendall(encoded(Frame(0x10, piece)))
        alert = of_call(subscriber, call_id, "alert")[-1]
        first.sendall(encoded(Frame(HANGUP)))
        second.sendall(encoded(Frame(HANGUP)))
        of_call(subscriber, call_id)
    assert (alert["speaker"], alert["queue_id"]) == ("customer", "complaint" if is_announced else None)


BAD_LEGS = {
    "ended without a UUID": b"",
    "sound came before the UUID": encoded(Frame(0x10, bytes(320))),
    "bytes; 16384 are allowed": b"\x10\xff\xff",
    "has 3 bytes, not 16": encoded(Frame(IDENTITY, b"abc")),
    "was not announced": encoded(Frame(IDENTITY, bytes(15) + b"\x0b")),
    "a second UUID": 2 * encoded(Frame(IDENTITY, bytes(15) + b"\x0a")),
}


@pytest.mark.parametrize("sentence", BAD_LEGS)
def test_a_leg_that_breaks_the_protocol_is_closed_with_a_sentence(server: Running, sentence: str) -> None:
    refused = server.health()["refused"]
    with server.leg() as leg:
        leg.sendall(BAD_LEGS[sentence])
        leg.shutdown(socket.SHUT_WR)
        while leg.recv(1024):
            pass
    log = server.wait_for(sentence)
    assert log.count("Traceback") == 0
    assert server.health()["refused"] == refused + 1


def test_strange_frames_odd_bytes_and_reported_errors_are_passed_over(server: Running) -> None:
    identity = uuid.UUID(bytes=uuid.uuid4().bytes[:15] + b"\x1c")
    strange = [Frame(0x42, b"?" * 9), Frame(0x42), Frame(0x03, b"5"), Frame(0xFF, b"\x02"), Frame(0xFF)]
    with server.subscriber() as subscriber, server.leg(identity) as leg:
        for frame in strange:
            leg.sendall(encoded(frame))
        for piece in in_pieces(pcm(np.concatenate([tone(2, 2, 16_000), tone(0, 1, 16_000)])), 640):
            leg.sendall(encoded(Frame(0x12, piece + b"\x00")))
        alert = of_call(subscriber, identity.hex[:-1], "alert")[-1]
    assert alert["rule_id"] == "complaint"
    log = server.wait_for("half a sample")
    assert (log.count("unknown kind 0x42"), log.count("a frame could not be forwarded")) == (1, 1)


def test_a_sender_that_dies_ends_its_call_only(server: Running) -> None:
    identity = uuid.UUID(bytes=uuid.uuid4().bytes[:15] + b"\x2c")
    with server.subscriber() as subscriber:
        leg = server.leg(identity)
        leg.sendall(encoded(Frame(0x10, pcm(tone(2, 0.02, 8_000)))) * 150 + b"\x10\x01")
        server.wait_for(f"{identity.hex[:-1]}: the customer is heard")
        time.sleep(0.2)
        leg.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset instead of an orderly end
        leg.close()
        assert [message["type"] for message in of_call(subscriber, identity.hex[:-1])] == ["alert", "call_ended"]
    assert "the connection broke" in server.wait_for(f"{identity.hex[:-1]} ended")


BAD_HELLOS = {
    "no hello: it: Invalid JSON": "not json",
    "must be a JSON text": b"\x00\x01",
    "call_id": hello("no\nnewline"),
    "sample_rate": hello("web-9", sample_rate=7),
    "channels": hello("web-9", channels=1),
    "Extra inputs": hello("web-9", verbose=True),
}


@pytest.mark.parametrize("sentence", BAD_HELLOS)
def test_a_first_message_that_is_no_hello_is_answered_with_the_reason(server: Running, sentence: str) -> None:
    with server.call(BAD_HELLOS[sentence]) as call, pytest.raises(ConnectionClosed) as closed:
        call.recv(PATIENCE)
    assert closed.value.rcvd is not None
    assert sentence in closed.value.rcvd.reason
    assert sentence in server.wait_for(sentence)
    assert "Traceback" not in server.log()


def test_a_message_over_the_limit_and_a_text_among_the_sound_end_the_call(server: Running) -> None:
    for number, message in enumerate((bytes(65_537), "text")):
        with server.call(hello(f"web-big-{number}")) as call, pytest.raises(ConnectionClosed):
            call.send(message)
            call.recv(PATIENCE)
        server.wait_for(f"web-big-{number} ended")
    assert "Traceback" not in server.log()


def test_a_call_can_not_be_opened_twice(server: Running) -> None:
    with server.call(hello("web-twice")) as first:
        server.wait_for("web-twice: both channels")
        with server.call(hello("web-twice")) as second, pytest.raises(ConnectionClosed, match="already open"):
            second.recv(PATIENCE)
        first.send(bytes(3_200))
        assert server.health()["open_calls"] >= 1


def test_nobody_gets_in_without_the_right_token(server: Running) -> None:
    for path, token in (("/alerts", None), ("/alerts", server.audio), ("/audio", server.alerts), ("/audio", "x" * 43)):
        with pytest.raises(InvalidStatus) as refused:
            connect(server.web + path, additional_headers=bearer(token), proxy=None)
        assert refused.value.response.status_code == 401
    assert server.get("/health", None)[0] == 401
    assert server.get("/register?uuid=1", server.alerts)[0] == 401
    status, text = server.get("/register?uuid=1&call_id=a&speaker=agent", server.audio)
    assert (status, text.startswith("uuid: ")) == (400, True)
    assert server.get("/", None)[0] == 404
    assert server.audio not in server.log()


def test_what_is_no_handshake_at_all_is_one_sentence(server: Running) -> None:
    host, port = server.web.removeprefix("ws://").split(":")
    for garbage in (b"\x16\x03\x01" + bytes(40), b"GET / HTTP/1.1\r\n\r\n", b"x" * 20_000):
        with socket.create_connection((host, int(port)), timeout=10) as client:
            client.sendall(garbage)
    server.wait_for("handshake")
    assert "Traceback" not in server.log()
    assert server.health()["open_calls"] >= 0


def test_a_subscriber_can_come_back_and_ask_for_what_it_missed(server: Running) -> None:
    send_call(server, "web-missed")
    server.wait_for("web-missed ended")
    while not (rows := [row for row in stored(server.home) if row["call_id"] == "web-missed"]):
        time.sleep(0.02)
    with server.subscriber(f"?after={rows[0]['alert_no'] - 1}") as subscriber:
        assert json.loads(subscriber.recv(PATIENCE))["alert_id"] == rows[0]["alert_id"]


def test_limits_hold_and_half_open_connections_are_closed(tmp_path: Path) -> None:
    limits: dict[str, Any] = {"max_calls": 1, "hello_seconds": 0.3, "stalled_seconds": 0.6, "max_call_seconds": 3}
    with live_server(Home(tmp_path / "home"), **limits) as server:
        with server.leg() as silent:
            assert silent.recv(1) == b""
            server.wait_for("no UUID was sent for 0.3 s")
        crowd = [server.leg() for _ in range(5)]
        server.wait_for("4 connections are open")
        for leg in crowd:
            leg.close()
        with server.call(hello("one")) as stalled:
            with server.call(hello("two")) as second, pytest.raises(ConnectionClosed, match="max_calls"):
                second.recv(PATIENCE)
            with pytest.raises(ConnectionClosed, match=r"nothing was sent for 0\.6 s"):
                stalled.recv(PATIENCE)
        with server.call(hello("three")) as long, pytest.raises(ConnectionClosed, match="max_call_seconds"):
            for piece in in_pieces(bytes(4 * 8_000 * 4), 32_000):
                long.send(piece)
            long.recv(PATIENCE)
        assert server.health()["open_calls"] == 0
    assert "Traceback" not in server.log()


def test_with_tls_a_foreign_address_is_refused_and_a_killed_server_has_lost_no_alert_that_was_sent(
    tmp_path: Path,
) -> None:
    cert, key, trusted = certificate(tmp_path)
    limits = {"audiosocket_from": ["10.0.0.0/8"], "tls_certificate": str(cert), "tls_key": str(key)}
    with live_server(Home(tmp_path / "home"), tls=trusted, **limits) as server:
        assert server.web.startswith("wss://")
        with server.leg() as leg:
            assert leg.recv(1) == b""
        server.wait_for("not in live.audiosocket_from")
        with server.subscriber() as subscriber:
            call = server.call(hello("killed"))
            for piece in in_pieces(complaint()):
                call.send(piece)
            alert = of_call(subscriber, "killed", "alert")[-1]
            server.process.send_signal(signal.SIGKILL)
        assert server.process.wait(10) == -signal.SIGKILL
    assert [row["alert_id"] for row in stored(server.home)] == [alert["alert_id"]]


def test_a_server_that_is_asked_to_end_hears_what_waits_and_says_what_was_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVE_TEST_DELAY", "0.5")
    with live_server(Home(tmp_path / "home"), notice_by_seconds=0) as server, server.subscriber() as subscriber:
        call = server.call(hello("open"))
        for piece in in_pieces(complaint()[: -4 * 8_000]):  # the customer has only just stopped
            call.send(piece)
        server.wait_for("open: both channels")
        leg = server.leg(uuid.UUID(int=0xA))
        server.wait_for("the agent is heard")
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        messages = of_call(subscriber, "open")
        with pytest.raises(ConnectionClosed) as closed:
            subscriber.recv(PATIENCE)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001
        assert server.process.wait(10) == 0
    assert [message["type"] for message in messages] == ["alert", "call_ended"]
    assert [row["call_id"] for row in stored(server.home)] == ["open"]
    leg.close()
    assert "2 calls are open: open (" in server.log()
    assert "Traceback" not in server.log()


def test_a_real_recording_raises_its_complaint_and_leaves_no_number(tmp_path: Path) -> None:
    """r18: an English call with a complaint, a manager who is asked for, and a card number."""
    (truth,) = truth_of(("r18",))
    home = Home(tmp_path / "home")
    home.root.mkdir()
    with (
        live_server(home, code=REAL, max_waiting_seconds=120, partial_seconds=5) as server,
        server.subscriber() as subscriber,
    ):
        words = ["replay", str(RECORDINGS / truth["file"]), "--speed", "6", "--call-id", "r18", "--language", "en"]
        client = [sys.executable, "-c", REAL, *words, "--queue", truth["queue_id"], "--to", server.web]
        environment = {"LINGTING_HOME": str(home.root), "LINGTING_LIVE_TOKEN": server.audio, "PATH": "/usr/bin"}
        sent = subprocess.run(client, env=environment, capture_output=True, text=True, timeout=90, cwd=Path.cwd())
        assert sent.returncode == 0, sent.stderr
        messages = of_call(subscriber, "r18", patience=120)
    alerts = [message for message in messages if message["type"] == "alert"]
    assert "complaint" in [alert["rule_id"] for alert in alerts]
    assert messages[-1]["dropped_seconds"] == 0
    first = next(alert for alert in alerts if alert["rule_id"] == "complaint")
    said = next(turn for turn in truth["turns"] if "complain" in turn["text"])
    assert said["start"] - 0.5 <= first["at_seconds"] <= said["end"]
    assert {row["alert_id"] for row in stored(home)} == {alert["alert_id"] for alert in alerts}
    everything = [path.read_bytes() for path in home.root.rglob("*") if path.is_file() and not path.is_symlink()]
    for number in truth["pii"]:
        for spelling in (number["digits"], number["spoken"]):
            assert not any(spelling.encode() in content for content in everything)
