"""The keyed pseudonym of a customer number: its key file, the plain Python form and the same as a DuckDB macro.

HMAC-SHA256 (RFC 2104) in hexadecimal over the normalised number. Masking of text is in masking.py.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

import duckdb

from lingting.errors import UsageError
from lingting.key_files import create_key, refuse_open
from lingting.lake.files import atomic_json, read_json
from lingting.paths import home
from lingting.settings import settings

KEY_BYTES = 32
_BLOCK = 64  # block size of SHA-256

# What a telephone system writes when the caller hides the number: nobody can be told apart by these.
WITHHELD = (
    "anonymous",
    "unavailable",
    "restricted",
    "unknown",
    "private",
    "withheld",
    "asserted",
    "null",
    "匿名",
    "未知",
)
_WIDE = "０１２３４５６７８９＋"
_NARROW = "0123456789+"
_PUNCTUATION = "[ \\t\\r\\n\u00a0\u3000\\-().（）]"  # with the no-break and the full-width blank
# +86 138… and 0086138… are 138…; +86 21 6… and +86 10 6… are a land line with its leading zero.
_MOBILE = r"^(?:\+|00)?86(1[3-9][0-9]{9})$"
_LAND_LINE = r"^(?:\+|00)86(10[0-9]{7,8}|[2-9][0-9]{8,10})$"


def key_path() -> Path:
    """Where the key lives: the setting, else ``$LINGTING_HOME/secrets/pseudonym.key``."""
    return settings().pseudonym_key_file or home().secrets / "pseudonym.key"


def pseudonym_key() -> bytes:
    """The secret key (32 bytes or more); created at random, mode 0600, on first use.

    Raises UsageError when others may read the file, or when it is too short to be a key.
    """
    path = key_path()
    try:
        if not path.exists():
            create_key(path, KEY_BYTES)
        refuse_open(path, "pseudonym key")
        key = path.read_bytes()
    except OSError as error:
        raise UsageError(f"the pseudonym key {path} can not be read or made: {error.strerror}") from error
    if len(key) < KEY_BYTES:
        raise UsageError(f"the pseudonym key {path} has {len(key)} bytes, not {KEY_BYTES}; restore it from the backup")
    return key


def remember_key(key: bytes) -> None:
    """Refuse a key that is not the one the lake was built with: two keys would split every customer in two.

    The lake keeps a fingerprint, from which the key can not be found.
    """
    path = home().load_log / "pseudonym.json"
    mark = hmac.new(key, b"lingting key fingerprint", hashlib.sha256).hexdigest()[:16]
    known = read_json(path)
    if known is None:
        atomic_json(path, {"key_fingerprint": mark})
    elif known["key_fingerprint"] != mark:
        raise UsageError(
            f"the pseudonym key {key_path()} is not the one this lake was built with; "
            "restore it from the backup, or load everything again into a new home"
        )


def normalised_number(text: str | None) -> str | None:
    """A number without country code 86, blanks, dashes and brackets; None when blank or withheld."""
    if text is None:
        return None
    number = re.sub(_PUNCTUATION, "", text.translate(str.maketrans(_WIDE, _NARROW)))
    number = re.sub(_LAND_LINE, r"0\1", re.sub(_MOBILE, r"\1", number))
    return None if number.lower() in WITHHELD or re.fullmatch("0*", number) else number


def pseudonym(text: str | None, key: bytes) -> str | None:
    """HMAC-SHA256 of the normalised number, 64 hexadecimal digits; None when there is no number."""
    number = normalised_number(text)
    return None if number is None else hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def register_pseudonym(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Add the macro ``pseudonym(text)``: the same values as the Python function, but for whole columns at once.

    The key is passed as variables, so that no SQL text, and so no error message, holds it.
    """
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    connection.execute("set variable lingting_inner = $1::blob", [bytes(byte ^ 0x36 for byte in block)])
    connection.execute("set variable lingting_outer = $1::blob", [bytes(byte ^ 0x5C for byte in block)])
    withheld = ", ".join(f"'{word}'" for word in WITHHELD)
    narrow = f"translate(cast(t as varchar), '{_WIDE}', '{_NARROW}')"
    plain = f"regexp_replace({narrow}, '{_PUNCTUATION}', '', 'g')"
    number = f"regexp_replace(regexp_replace({plain}, '{_MOBILE}', '\\1'), '{_LAND_LINE}', '0\\1')"
    inner = "unhex(sha256(getvariable('lingting_inner') || encode(number)))"
    for macro in (
        f"lingting_number(t) as {number}",
        f"lingting_known(number) as case when lower(number) in ({withheld}) or regexp_full_match(number, '0*') "
        "then null else number end",
        f"lingting_hmac(number) as sha256(getvariable('lingting_outer') || {inner})",
        "pseudonym(t) as lingting_hmac(lingting_known(lingting_number(t)))",
    ):
        connection.execute(f"create or replace temp macro {macro}")
