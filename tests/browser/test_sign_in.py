"""Signing in with a second factor: enrolment, code, recovery code, wrong codes, the own account, administration."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
import pytest

from dashboards.i18n import texts_of
from lingting.audit import entries
from lingting.store import Role, add_account, list_accounts
from tests.browser.cockpit import Cockpit, Screen
from tests.browser.conftest import PASSWORD
from tests.browser.factors import code_before, enrol, type_code

OpenScreen = Callable[..., Screen]


def enrolled(cockpit: Cockpit, name: str) -> tuple[pyotp.TOTP, list[str]]:
    """A new account with a second factor."""
    add_account(cockpit.store, name, Role.MANAGEMENT, PASSWORD)
    return enrol(cockpit, name)


def sign_out(screen: Screen, lead: str) -> None:
    screen.page.locator(".st-key-sign_out button").click()
    screen.page.get_by_text(lead).wait_for()
    screen.settle()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_first_sign_in_enrols_a_second_factor_and_the_next_asks_for_it(
    open_screen: OpenScreen, cockpit: Cockpit, language: str
) -> None:
    name, texts = f"newcomer-{language}", texts_of(language)
    add_account(cockpit.store, name, Role.MANAGEMENT, PASSWORD)
    screen = open_screen()
    screen.open(f"/account?lang={language}")
    screen.sign_in(name, PASSWORD)
    screen.page.get_by_text(texts("enter.enrol_lead")).wait_for()
    screen.page.locator(".lt-qr img").wait_for()
    screen.keep(f"sign_in_enrol_{language}")
    secret = screen.page.locator(".lt-secret").inner_text().replace(" ", "")
    totp = pyotp.TOTP(secret)
    type_code(screen, "000000")
    screen.page.get_by_text(texts("enter.code_wrong")).wait_for()
    type_code(screen, code_before(totp))
    codes = screen.page.locator(".lt-codes").inner_text().split()
    assert len(codes) == 10
    screen.keep(f"sign_in_codes_{language}")
    screen.page.locator(".st-key-codes_kept button").click()
    screen.page.get_by_text(texts("own.sessions_note")).wait_for()
    screen.page.get_by_text(texts("own.by_totp")).wait_for()
    screen.keep(f"account_{language}")
    sign_out(screen, texts("sign_in.lead"))
    screen.sign_in(name, PASSWORD)
    screen.page.get_by_text(texts("enter.code_lead")).wait_for()
    screen.open("/management")
    assert screen.page.locator(".lt-value").count() == 0, "a password alone opens nothing"
    screen.open(f"/account?lang={language}")
    screen.sign_in(name, PASSWORD)
    type_code(screen, totp.now())
    screen.page.get_by_text(texts("own.sessions_note")).wait_for()
    sign_out(screen, texts("sign_in.lead"))
    screen.sign_in(name, PASSWORD)
    type_code(screen, codes[3].upper())
    screen.page.get_by_text(texts("own.codes_left", n=9)).wait_for()
    foreign = r"[\u3400-\u9fff]" if language == "en" else r"\b(codes?|password|session)\b"
    assert not re.search(foreign, screen.page.locator(".stMain").inner_text())


def test_a_used_code_is_refused_and_every_attempt_is_in_the_access_log(
    open_screen: OpenScreen, cockpit: Cockpit
) -> None:
    texts = texts_of("zh")
    totp, _ = enrolled(cockpit, "replayer")
    account = next(one for one in list_accounts(cockpit.store) if one.name == "replayer")
    code = totp.now()
    screen = open_screen()
    screen.open("/account")
    screen.sign_in("replayer", "not the password")
    screen.page.get_by_text(texts("sign_in.failed")).wait_for()
    screen.sign_in("replayer", PASSWORD)
    type_code(screen, code)
    screen.page.get_by_text(texts("own.sessions_note")).wait_for()
    sign_out(screen, texts("sign_in.lead"))
    screen.sign_in("replayer", PASSWORD)
    type_code(screen, code)
    screen.page.get_by_text(texts("enter.code_wrong")).wait_for()
    noted = [(one.action, one.outcome, one.role, one.purpose) for one in entries(user_id=account.user_id)]
    assert [one for one in noted if one[0] != "view"] == [
        ("sign_in", "refused", "unknown", "password"),
        ("sign_in", "done", "management", "totp"),
        ("sign_out", "done", "management", None),
        ("sign_in", "refused", "unknown", "totp"),
    ]


def test_signing_out_everywhere_from_a_second_tab_ends_the_first(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    texts = texts_of("zh")
    totp, _ = enrolled(cockpit, "wanderer")
    first, second = open_screen(), open_screen()
    for screen, code in ((first, code_before), (second, pyotp.TOTP.now)):
        screen.open("/account")
        screen.sign_in("wanderer", PASSWORD)
        type_code(screen, code(totp))
        screen.page.get_by_text(texts("own.sessions_note")).wait_for()
    second.page.locator("[class*='st-key-own_end_'] button").wait_for()
    second.page.locator(".st-key-own_everywhere button").click()
    second.page.get_by_text(texts("sign_in.lead")).wait_for()
    first.page.locator(".st-key-language_side button").click()
    first.page.get_by_text(texts_of("en")("sign_in.lead")).or_(first.page.get_by_text(texts("sign_in.lead"))).wait_for()
    first.settle()
    assert first.page.locator(".lt-facts").count() == 0


def test_administrator_resets_a_password_and_the_person_replaces_it(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    texts = texts_of("zh")
    totp, _ = enrolled(cockpit, "forgetful")
    account = next(one for one in list_accounts(cockpit.store) if one.name == "forgetful")
    admin = open_screen("ada")
    admin.open(f"/accounts?who={account.user_id}")
    admin.page.locator(".st-key-do_reset_password button").click()
    admin.page.get_by_text(texts("accounts.done_reset_password")).wait_for()
    temporary = admin.page.locator(".lt-secret").inner_text().strip()
    admin.keep("accounts_reset")
    screen = open_screen()
    screen.open("/account")
    screen.sign_in("forgetful", temporary)
    type_code(screen, totp.now())
    screen.page.get_by_text(texts("enter.password_lead")).wait_for()
    fields = screen.page.locator('[data-testid="stForm"] input')
    fields.nth(0).fill(temporary)
    fields.nth(1).fill(temporary)
    screen.page.locator('[data-testid="stFormSubmitButton"] button').click()
    screen.page.get_by_text(texts("refused.same_password")).wait_for()
    fields.nth(0).fill("quite another sentence")
    fields.nth(1).fill("quite another sentence")
    screen.page.locator('[data-testid="stFormSubmitButton"] button').click()
    screen.page.get_by_text(texts("own.sessions_note")).wait_for()


def test_administrator_disables_confirms_and_changes_no_own_role(open_screen: OpenScreen, cockpit: Cockpit) -> None:
    texts = texts_of("zh")
    enrolled(cockpit, "leaving")
    accounts = {one.name: one for one in list_accounts(cockpit.store)}
    admin = open_screen("ada")
    admin.open(f"/accounts?who={accounts['ada'].user_id}")
    admin.page.get_by_text(texts("accounts.own")).wait_for()
    admin.settle()
    assert admin.page.locator("[class*='st-key-do_']").count() == 0
    admin.open(f"/accounts?who={accounts['leaving'].user_id}")
    admin.page.locator(".st-key-do_disable button").click()
    admin.page.get_by_text(texts("accounts.done_disable")).wait_for()
    admin.see_all()
    admin.keep("accounts")
    admin.open("/accounts?show=disabled")
    assert "leaving" in admin.page.locator(".lt-table").inner_text()
    admin.open("/management")
    admin.page.get_by_text(texts("error.not_yours"), exact=True).wait_for()
