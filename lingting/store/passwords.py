"""Passwords: what is accepted, how they are hashed (argon2id), and checking one at a cost that tells nothing."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from lingting.errors import UsageError

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 256  # a longer one costs the server work and the person nothing

# RFC 9106 section 4, second recommended option: argon2id, 64 MiB, 3 passes, 4 lanes.
_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
# Each check takes 64 MiB: a flood of sign-ins must queue instead of filling the memory.
_AT_ONCE = BoundedSemaphore(4)


def check_policy(password: str, name: str) -> None:
    """Raise ``UsageError`` unless the password may be used for the account ``name``."""
    if len(password) < MINIMUM_LENGTH:
        raise UsageError(f"the password of {name} is too short; give at least {MINIMUM_LENGTH} characters")
    if len(password) > MAXIMUM_LENGTH:
        raise UsageError(f"the password of {name} is too long; give at most {MAXIMUM_LENGTH} characters")
    if len(set(password)) < 4 or password.casefold() == name.casefold():
        raise UsageError(
            f"the password of {name} is too easy to guess; choose one that is not the name and varies more"
        )


def hash_password(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(password)


def is_correct(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. Without a hash (no such account, or one without a password) the same work is done and
    the answer is no."""
    password = password[: MAXIMUM_LENGTH + 1]
    with _AT_ONCE:
        try:
            return _HASHER.verify(password_hash or _nobody(), password) and bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(password_hash: str) -> bool:
    """True when the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


@cache
def _nobody() -> str:
    return _HASHER.hash("the password of nobody")
