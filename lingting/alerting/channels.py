"""The channels: from a setting to an address, and one message out through Apprise.

An address holds secrets (passwords, robot keys): it is read when needed, and no error that leaves here contains it.
"""

from __future__ import annotations

import json
import logging
import os
import stat
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import apprise
import requests
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.wecombot import NotifyWeComBot

from lingting.errors import UsageError
from lingting.rights import Role
from lingting.settings import AlertChannel, settings

_SHORTEST_SECRET = 4  # characters: shorter parts of an address are words such as "smtp"


@dataclass(frozen=True)
class Sent:
    """Whether a channel took a message, and if not, why: one sentence without secrets."""

    is_done: bool
    error: str | None = None


def channels() -> dict[str, AlertChannel]:
    """The channels by name. Raises UsageError for a role that does not exist: it would never be told anything."""
    found = {channel.name: channel for channel in settings().alerting.channels}
    for channel in found.values():
        unknown = sorted(set(channel.roles) - set(Role))
        if unknown:
            raise UsageError(f"alert channel {channel.name} names the role {unknown[0]}; there are {', '.join(Role)}")
    return found


def address(channel: AlertChannel) -> str:
    """The Apprise address. Raises UsageError when the variable is unset or the file can be read by others."""
    if channel.url_variable is not None:
        found = os.environ.get(channel.url_variable, "").strip()
        if not found:
            raise UsageError(f"alert channel {channel.name}: the variable {channel.url_variable} is not set")
        return found
    path = channel.url_file
    assert path is not None
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise UsageError(f"alert channel {channel.name}: {path} can be read by others; run: chmod 600 {path}")
        found = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UsageError(f"alert channel {channel.name}: {path} can not be read ({error.strerror})") from error
    if not found:
        raise UsageError(f"alert channel {channel.name}: {path} is empty; put the Apprise address in it")
    return found


def send(channel: AlertChannel, title: str, body: str, severity: str) -> Sent:
    """Send one message. Never raises: what went wrong is in the answer."""
    try:
        url = address(channel)
    except UsageError as error:
        return Sent(False, str(error))
    log = _Log()
    logger = logging.getLogger("apprise")
    level = logger.level
    logger.addHandler(log)
    logger.setLevel(logging.DEBUG)
    try:
        service = _service(url)
        if service is None:
            return Sent(False, f"alert channel {channel.name}: its address is none that Apprise knows")
        kind = apprise.NotifyType.FAILURE if severity == "critical" else apprise.NotifyType.WARNING
        if service.notify(title=title, body=body, notify_type=kind):
            return Sent(True)
        return Sent(False, without_secrets(log.told() or "the channel did not take the message", url))
    except Exception as error:  # a plug-in that breaks must not stop the other channels
        return Sent(False, without_secrets(f"{type(error).__name__}: {error}", url))
    finally:
        logger.removeHandler(log)
        logger.setLevel(level)


def _service(url: str) -> Any:
    asked = settings()
    asset = apprise.AppriseAsset(
        app_id="Lingting",
        app_desc="Lingting",
        app_url=asked.cockpit.public_url or "",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )
    service = apprise.Apprise.instantiate(url, asset=asset)
    if service is None:
        return None
    for plain, reading in _READING:
        if type(service) is plain:
            service = reading(**{**plain.parse_url(service.url()), "asset": asset})
    limit = settings().alerting.timeout_seconds
    service.socket_connect_timeout = service.socket_read_timeout = limit
    return service


class _Answers:
    """WeCom and DingTalk refuse with status 200 and an errcode in the answer, which Apprise takes for success."""

    logger: logging.Logger

    def _post(self, url: str, payload: dict[str, Any], params: dict[str, Any] | None = None) -> bool:
        limit = settings().alerting.timeout_seconds
        try:
            answer = requests.post(url, json=payload, params=params, timeout=limit)
            said = answer.json() if answer.ok else {}
        except (requests.RequestException, json.JSONDecodeError) as error:
            self.logger.warning("no answer: %s", type(error).__name__)
            return False
        if answer.ok and isinstance(said, dict) and said.get("errcode") == 0:
            return True
        reason = f"errcode {said.get('errcode')}: {said.get('errmsg')}" if answer.ok else "refused"
        self.logger.warning("status %s, %s", answer.status_code, reason)
        return False


class _WeCom(_Answers, NotifyWeComBot):  # type: ignore[no-untyped-call]
    def send(self, body: str, title: str = "", *_: Any, **__: Any) -> bool:
        return self._post(self.api_url, {"msgtype": "text", "text": {"content": body}})


class _DingTalk(_Answers, NotifyDingTalk):  # type: ignore[no-untyped-call]
    def send(self, body: str, title: str = "", *_: Any, **__: Any) -> bool:
        robot: Any = self  # Apprise gives its methods no types
        params = dict(zip(("timestamp", "sign"), robot.get_signature(), strict=True)) if self.secret else None
        content = f"{title}\r\n{body}" if title else body
        payload = {"msgtype": "text", "at": {"atMobiles": self.targets, "isAtAll": False}, "text": {"content": content}}
        return self._post(self.notify_url.format(token=self.token), payload, params)


_READING: tuple[tuple[Any, Any], ...] = ((NotifyWeComBot, _WeCom), (NotifyDingTalk, _DingTalk))


class _Log(logging.Handler):
    """What Apprise says of a failure; its own notes on addresses and contents are left out."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.levelno >= logging.WARNING:
            self._lines.append(text)
        elif text.startswith("Socket Exception:"):
            self._lines.append(text.removeprefix("Socket Exception:").strip())

    def told(self) -> str:
        return "; ".join(dict.fromkeys(" ".join(line.split()) for line in self._lines))[:500]


def without_secrets(text: str, url: str) -> str:
    """The text with every part of the address that could be a secret as ***; its scheme, host and port stay."""
    parts = urlsplit(url)
    secrets = {parts.username, parts.password, *parts.path.split("/")}
    secrets |= {pair.partition("=")[2] for pair in parts.query.split("&")}
    if parts.scheme in ("wecombot", "dingtalk"):
        secrets.add(parts.netloc.rpartition("@")[2])
    plain = {unquote(secret) for secret in secrets if secret} | {secret for secret in secrets if secret}
    for secret in sorted((one for one in plain if len(one) >= _SHORTEST_SECRET), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
