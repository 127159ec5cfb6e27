"""Small secrets at rest: key files of our own, and sealing a text under one with AES-256-GCM.

Recordings are sealed elsewhere (lingting/vault); pseudonyms have their own key (lingting/privacy).
"""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lingting.errors import UsageError
from lingting.key_files import create_key, refuse_open

KEY_BYTES = 32
_NONCE_BYTES = 12


def key_of(path: Path, what: str) -> bytes:
    """The 32 random bytes of a key file, made with mode 0600 at its first use; there is no default key.

    ``what`` names the key in errors. Raises UsageError when others may read it, or when it is no key.
    """
    try:
        if not path.exists():
            create_key(path, KEY_BYTES)
        refuse_open(path, what)
        key = path.read_bytes()
    except OSError as error:
        raise UsageError(f"the {what} {path} can not be read or made: {error.strerror}") from error
    if len(key) != KEY_BYTES:
        raise UsageError(f"the {what} {path} has {len(key)} bytes, not {KEY_BYTES}; restore it from the backup")
    return key


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
