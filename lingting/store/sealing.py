"""Small secrets at rest: key files of our own, and sealing a text under one with AES-256-GCM.

Recordings are sealed elsewhere (lingting/vault); pseudonyms have their own key (lingting/privacy).
"""

from __future__ import annotations

import base64
import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lingting.errors import UsageError

KEY_BYTES = 32
_NONCE_BYTES = 12


def key_of(path: Path, what: str) -> bytes:
    """The 32 random bytes of a key file, made with mode 0600 at its first use; there is no default key.

    ``what`` names the key in errors. Raises UsageError when others may read it, or when it is no key.
    """
    try:
        if not path.exists():
            _create(path)
        refuse_open(path, what)
        key = path.read_bytes()
    except OSError as error:
        raise UsageError(f"the {what} {path} can not be read or made: {error.strerror}") from error
    if len(key) != KEY_BYTES:
        raise UsageError(f"the {what} {path} has {len(key)} bytes, not {KEY_BYTES}; restore it from the backup")
    return key


def refuse_open(path: Path, what: str) -> None:
    """UsageError when anyone but the owner may read the file."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UsageError(f"the {what} {path} can be read by others; run: chmod 600 {path}")


def _create(path: Path) -> None:
    """Make the key whole or not at all; when two processes race, the first one's key stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.parent / f".tmp-{os.getpid()}-{secrets.token_hex(4)}-{path.name}"
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.write(handle, secrets.token_bytes(KEY_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass  # another process was first
    finally:
        temporary.unlink()


def seal(key: bytes, text: str, owner: str) -> str:
    """``text`` sealed for ``owner``: in another owner's row it does not open."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode("utf-8"), owner.encode("utf-8"))
    return base64.b64encode(nonce + sealed).decode("ascii")


def unseal(key: bytes, sealed: str, owner: str) -> str:
    """What was sealed. UsageError when the key is another one, or the row was changed."""
    raw = base64.b64decode(sealed)
    try:
        return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], owner.encode("utf-8")).decode("utf-8")
    except InvalidTag:
        raise UsageError(
            "a second factor in the store does not open with the key in secrets/second_factor.key; restore that key "
            "from the backup, or reset the second factor with `lingting user reset-second-factor NAME`"
        ) from None
