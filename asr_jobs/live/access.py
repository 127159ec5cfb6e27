"""Who may connect: tokens, the addresses of the telephone system, and where the server may listen without a lock."""

from __future__ import annotations

import hmac
import ipaddress
import os
import secrets
import ssl
import stat
from enum import StrEnum

from lingting.errors import UsageError
from lingting.paths import home
from lingting.settings import LiveSettings

MIN_TOKEN = 32  # characters


class Door(StrEnum):
    """What a token opens: feeding sound (and announcing AudioSocket calls), or reading alerts."""

    AUDIO = "audio"
    ALERTS = "alerts"


def tokens(door: Door) -> list[str]:
    """The tokens of one door, read anew each time: a line taken out of the file ends its right at once.

    Raises UsageError when the file is absent, readable by others, or holds a line that is not `DOOR TOKEN`.
    """
    path = home().live_tokens
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise UsageError(f"the tokens {path} can be read by others; run: chmod 600 {path}")
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise UsageError(f"no tokens are at {path}; make one with: lingting live token alerts") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the tokens {path} can not be read: {type(error).__name__}") from error
    found: list[str] = []
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2 or words[0] not in list(Door) or len(words[1]) < MIN_TOKEN:
            raise UsageError(
                f"line {number} of {path} is not 'audio TOKEN' or 'alerts TOKEN' of {MIN_TOKEN} characters or more"
            )
        found += [words[1]] if words[0] == door else []
    return found


def is_allowed(door: Door, authorization: str | None) -> bool:
    """Whether an Authorization header (`Bearer TOKEN`) opens a door."""
    scheme, _, token = (authorization or "").partition(" ")
    given = token.strip().encode("utf-8", "replace")
    matches = [hmac.compare_digest(given, known.encode("utf-8")) for known in tokens(door)]
    return scheme.lower() == "bearer" and any(matches)


def new_token(door: Door) -> str:
    """Make a token at random and add it to the file, which only its owner may read."""
    path = home().live_tokens
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    token = secrets.token_urlsafe(32)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, f"{door.value} {token}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    return token


def comes_from(address: str, allowed: list[str]) -> bool:
    """Whether an IP address is one of the allowed addresses or in one of the allowed networks."""
    try:
        own = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(own, "ipv4_mapped", None)
    return any((mapped or own) in network for network in networks(allowed))


def networks(allowed: list[str]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Raises UsageError for what is neither an address nor a network."""
    try:
        return [ipaddress.ip_network(entry) for entry in allowed]
    except ValueError as error:
        raise UsageError(f"live.audiosocket_from: {error}") from None


def check_listening(asked: LiveSettings, is_insecure: bool) -> None:
    """Refuse to send sound or alerts over a network in clear, unless that was asked for. Raises UsageError."""
    if is_insecure:
        return
    if not _is_local(asked.host) and not asked.tls_certificate:
        raise UsageError(
            f"live.host {asked.host} is open to the network and the WebSocket has no TLS; set live.tls_certificate and "
            "live.tls_key, listen on 127.0.0.1, or say --insecure"
        )
    if not _is_local(asked.audiosocket_host):
        raise UsageError(
            f"live.audiosocket_host {asked.audiosocket_host} is open to the network, and AudioSocket has no TLS and no "
            "password; use 127.0.0.1 (with a tunnel to the telephone system), or say --insecure"
        )


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def tls(asked: LiveSettings) -> ssl.SSLContext | None:
    """The lock of the WebSocket, or None. Raises UsageError for a certificate that can not be used."""
    if asked.tls_certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(asked.tls_certificate, asked.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"live.tls_certificate {asked.tls_certificate} can not be used ({error.strerror or type(error).__name__})"
        ) from error
    return context
