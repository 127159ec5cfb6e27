"""Master keys: where they come from, which one is current, and how a data key is sealed under one.

A key is 32 random bytes, written as 64 hexadecimal digits in ``<key id>.key``; the file CURRENT names the id of the
current one. Or an environment variable (its name is the setting vault.key_variable) holds ``id:hex,id:hex``, the first
being current. There is no default key, and no key is ever shown: ``repr`` and errors name ids only.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lingting.clock import today
from lingting.errors import UsageError
from lingting.lake.files import atomic_bytes, remove_leftovers
from lingting.paths import home
from lingting.settings import settings
from lingting.vault.errors import Refused

KEY_BYTES = 32
NONCE_BYTES = 12
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_HEX = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class MasterKey:
    key_id: str
    secret: bytes = field(repr=False)

    @property
    def check(self) -> str:
        """Tells this key from another one of the same id; the key can not be found from it."""
        return hmac.new(self.secret, b"lingting vault key check", hashlib.sha256).hexdigest()[:16]

    def seal(self, data_key: bytes, associated: bytes) -> tuple[bytes, bytes]:
        """(nonce, sealed data key). Random nonces of 96 bits: rotate before 2**32 sealings (NIST SP 800-38D, 8.3)."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce, AESGCM(self.secret).encrypt(nonce, data_key, associated)

    def unseal(self, nonce: bytes, sealed: bytes, associated: bytes) -> bytes | None:
        """The data key; None when anything was changed."""
        try:
            return AESGCM(self.secret).decrypt(nonce, sealed, associated)
        except (InvalidTag, ValueError):
            return None


@dataclass(frozen=True)
class Keyring:
    current: MasterKey
    keys: dict[str, MasterKey]

    def key(self, key_id: str, what: str) -> MasterKey:
        """The key of an id. Refused when it is not there."""
        if key_id not in self.keys:
            raise Refused(
                "missing key",
                f"{what} is sealed under the master key {key_id!r}, which is not in {place()}; restore that key from "
                "the backup of keys",
            )
        return self.keys[key_id]


def key_folder() -> Path:
    return settings().vault.key_folder or home().vault_keys


def place() -> str:
    """Where the keys come from, in words."""
    variable = settings().vault.key_variable
    return f"the variable {variable}" if variable else str(key_folder())


def is_set_up() -> bool:
    """Whether a current key is named; reads no key."""
    variable = settings().vault.key_variable
    return bool(os.environ.get(variable)) if variable else (key_folder() / "CURRENT").is_file()


def keyring() -> Keyring:
    """All master keys. UsageError when there is none, one is malformed, or others may read it."""
    variable = settings().vault.key_variable
    return _from_variable(variable) if variable else _from_folder(key_folder())


def _from_variable(variable: str) -> Keyring:
    text = os.environ.get(variable, "").strip()
    if not text:
        raise UsageError(f"the vault's keys are to come from the variable {variable}, which is empty; set it (id:hex)")
    found = []
    for part in text.split(","):
        key_id, _, digits = part.strip().partition(":")
        found.append(_key(key_id, digits, f"an entry of the variable {variable}"))
    if len({key.key_id for key in found}) != len(found):
        raise UsageError(f"the variable {variable} names a key id twice; give every key an id of its own")
    return Keyring(found[0], {key.key_id: key for key in found})


def _from_folder(folder: Path) -> Keyring:
    if not (folder / "CURRENT").is_file():
        raise UsageError(f"the vault has no master key in {folder}; run `lingting vault init`, or restore the keys")
    refuse_open(folder, "folder", "700")
    found = {}
    for path in sorted(path for path in folder.glob("*.key") if not path.name.startswith(".")):
        refuse_open(path, "master key", "600")
        key = _key(path.stem, path.read_text(encoding="ascii", errors="replace").strip(), f"the master key {path}")
        found[key.key_id] = key
    name = (folder / "CURRENT").read_text(encoding="utf-8", errors="replace").strip()[:40]
    if name not in found:
        raise UsageError(f"{folder / 'CURRENT'} names the key {name!r}, which is not there; restore {name}.key")
    return Keyring(found[name], found)


def refuse_open(path: Path, what: str, mode: str) -> None:
    """UsageError when anyone but the owner may read ``path``, or it is somebody else's."""
    found = path.stat()
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise UsageError(f"the {what} {path} can be read by others; run: chmod {mode} {path}")
    if found.st_uid not in (os.geteuid(), 0):
        raise UsageError(f"the {what} {path} belongs to another user; make it your own")


def _key(key_id: str, digits: str, what: str) -> MasterKey:
    if not _ID.fullmatch(key_id):
        raise UsageError(f"{what} has no usable id; an id has letters, digits, - and _ (at most 40)")
    if not _HEX.fullmatch(digits):
        raise UsageError(f"{what} is not 64 hexadecimal digits; restore it from the backup of keys")
    return MasterKey(key_id, bytes.fromhex(digits))


def create_key(key_id: str | None = None) -> MasterKey:
    """Make a random key in the key folder and make it current. UsageError when keys come from a variable."""
    variable = settings().vault.key_variable
    if variable:
        raise UsageError(
            f"the vault's keys come from the variable {variable}; put the new key in front there (id:hex, then the old)"
        )
    folder = key_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    refuse_open(folder, "folder", "700")
    remove_leftovers(folder)
    key_id = key_id or _free_id(folder)
    if (folder / f"{key_id}.key").exists():
        raise UsageError(f"there is a key {key_id!r} in {folder}; choose another id")
    key = _key(key_id, secrets.token_hex(KEY_BYTES), "the new key")
    _write_private(folder / f"{key_id}.key", key.secret.hex() + "\n")
    atomic_bytes(folder / "CURRENT", f"{key_id}\n".encode())
    return key


def _free_id(folder: Path) -> str:
    stem = f"k{today():%Y%m%d}"
    names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
    return next(name for name in names if not (folder / f"{name}.key").exists())


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, never readable by others, never over an existing file."""
    temporary = path.parent / f".tmp-{os.getpid()}-{path.name}"
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.write(handle, text.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(temporary, path)
    finally:
        temporary.unlink()
