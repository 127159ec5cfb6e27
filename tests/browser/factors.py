"""Second factors of the accounts in browser tests, and typing their codes."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pyotp

from lingting.store import account_named
from lingting.store.second_factor import begin_enrolment, confirm_enrolment
from tests.browser.cockpit import Cockpit, Screen

STEP = 30


def enrol(cockpit: Cockpit, name: str) -> tuple[pyotp.TOTP, list[str]]:
    """A second factor whose first code was used two minutes ago, and its recovery codes."""
    account = account_named(cockpit.store, name)
    assert account is not None
    totp = pyotp.TOTP(begin_enrolment(cockpit.store, account.user_id))
    earlier = int(time.time()) - 4 * STEP
    at = datetime.fromtimestamp(earlier, UTC).replace(tzinfo=None)
    codes = confirm_enrolment(cockpit.store, account.user_id, totp.at(earlier), at)
    assert codes is not None
    return totp, codes


def code_before(totp: pyotp.TOTP) -> str:
    """The code of the step before this one, which is still taken: the code of this step is left for the next sign-in.
    Near the end of a step it would be too old when it arrives, so the next step is waited for."""
    if (left := STEP - time.time() % STEP) < 10:
        time.sleep(left)
    return totp.at(int(time.time()) - STEP)


def type_code(screen: Screen, code: str) -> None:
    """Answer the form that asks for a code."""
    screen.page.locator('input[autocomplete="one-time-code"]').fill(code)
    screen.page.locator('[data-testid="stFormSubmitButton"] button').first.click()
    screen.settle()
