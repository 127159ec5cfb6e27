"""The second factor: one-time codes of an authenticator app (TOTP, RFC 6238) and recovery codes.

A code works once, also within its half minute. Wrong codes count towards the same lock as wrong passwords.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import cast

import pyotp
from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from lingting.clock import now
from lingting.paths import home
from lingting.store.accounts import count_failure, end_all, is_locked, named
from lingting.store.database import Store
from lingting.store.models import Account, RecoveryCode, SecondFactor
from lingting.store.sealing import key_of, seal, unseal

N_RECOVERY_CODES = 10
_WINDOW = 1  # steps of half a minute that a clock may be off, each way
_RECOVERY_BYTES = 16


def begin_enrolment(store: Store, user_id: str) -> str:
    """A new secret that waits for its first code; the one before stays in use until then."""
    secret = pyotp.random_base32(32)
    sealed = seal(_key(), secret, user_id)
    with store.begin() as session:
        factor = session.get(SecondFactor, user_id) or SecondFactor(user_id=user_id, last_step=0)
        factor.pending = sealed
        session.add(factor)
    return secret


def confirm_enrolment(store: Store, user_id: str, code: str, at: datetime | None = None) -> list[str] | None:
    """Put the waiting secret to use when ``code`` is of it; gives ten new recovery codes. None: the code is wrong."""
    moment = at or now()
    with store.begin() as session:
        factor = session.get(SecondFactor, user_id, with_for_update=True)
        account = session.get(Account, user_id, with_for_update=True)
        if factor is None or factor.pending is None or account is None or is_locked(account, moment):
            return None
        step = _step(unseal(_key(), factor.pending, user_id), code, moment)
        if step is None:
            count_failure(session, account, moment)
            return None
        factor.secret, factor.pending = factor.pending, None
        factor.enrolled_at, factor.last_step = moment, step
        return _replace_recovery_codes(session, user_id)


def check_code(store: Store, user_id: str, code: str, at: datetime | None = None) -> str | None:
    """``totp`` or ``recovery`` when the code fits and was not used, else None. Locked accounts get None."""
    moment = at or now()
    given = "".join(code.split()).replace("-", "")
    with store.begin() as session:
        account = session.get(Account, user_id, with_for_update=True)
        if account is None or account.is_disabled or is_locked(account, moment):
            return None
        fits = _use_code(session, user_id, given, moment)
        kind = "totp" if fits else "recovery" if _use_recovery_code(session, user_id, given, moment) else None
        if kind is None:
            count_failure(session, account, moment)
        return kind


def new_recovery_codes(store: Store, user_id: str) -> list[str]:
    """Ten new recovery codes; the old ones work no more."""
    with store.begin() as session:
        return _replace_recovery_codes(session, user_id)


def recovery_codes_left(store: Store, user_id: str) -> int:
    with store() as session:
        wanted = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        return session.scalar(wanted) or 0


def reset_of(store: Store, name: str) -> str:
    """Take the second factor of an account away and end its sessions; gives the account's id."""
    with store.begin() as session:
        account = named(session, name)
        forget_second_factor(session, account.user_id)
        end_all(session, account.user_id)
        return account.user_id


def forget_second_factor(session: Session, user_id: str) -> None:
    """Take the second factor and its recovery codes away, within the caller's transaction."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))


def _use_code(session: Session, user_id: str, code: str, moment: datetime) -> bool:
    factor = session.get(SecondFactor, user_id)
    step = _step(unseal(_key(), factor.secret, user_id), code, moment) if factor and factor.secret else None
    if step is None:
        return False
    # One statement decides: of two that send the same code at once, only one moves the step on.
    used = update(SecondFactor).where(SecondFactor.user_id == user_id, SecondFactor.last_step < step)
    return _touched(session, used.values(last_step=step).execution_options(synchronize_session=False))


def _use_recovery_code(session: Session, user_id: str, code: str, moment: datetime) -> bool:
    used = update(RecoveryCode).where(
        RecoveryCode.user_id == user_id, RecoveryCode.code_hash == _hash(code), RecoveryCode.used_at.is_(None)
    )
    return _touched(session, used.values(used_at=moment).execution_options(synchronize_session=False))


def _touched(session: Session, statement: object) -> bool:
    return cast("CursorResult[object]", session.execute(statement)).rowcount == 1  # type: ignore[call-overload]


def _step(secret: str, code: str, moment: datetime) -> int | None:
    """The time step that ``code`` is of, or None. Every step of the window is computed, whichever fits."""
    totp = pyotp.TOTP(secret)
    current = int(moment.replace(tzinfo=UTC).timestamp()) // totp.interval
    found = None
    for step in range(current - _WINDOW, current + _WINDOW + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def _replace_recovery_codes(session: Session, user_id: str) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [_recovery_code() for _ in range(N_RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(user_id=user_id, code_hash=_hash(code.replace("-", "")), used_at=None) for code in codes
    )
    return codes


def _recovery_code() -> str:
    """128 random bits as 26 letters and digits in groups; 0, 1, 8 and 9 do not occur."""
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode("ascii").rstrip("=").lower()
    return "-".join((*(text[start : start + 5] for start in range(0, 20, 5)), text[20:]))


def _hash(code: str) -> str:
    # 128 random bits need no slow hash.
    return hashlib.sha256(code.lower().encode("utf-8")).hexdigest()


def _key() -> bytes:
    return key_of(home().factor_key, "key of the second factors")
