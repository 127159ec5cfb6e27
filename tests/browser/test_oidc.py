"""Sign-in by a real OpenID Connect provider process: role and scope from its claims, sign-out, and who stays out."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from dashboards.i18n import texts_of
from lingting.audit import entries
from lingting.settings import settings_for
from lingting.store import list_accounts, open_store, set_disabled
from tests.browser.cockpit import Cockpit, Screen
from tests.browser.conftest import Serving

ZH = texts_of("zh")
OpenScreen = Callable[..., Screen]
SETTINGS = """
[oidc]
metadata_url = "{provider}/.well-known/openid-configuration"
client_id = "lingting"
client_secret_file = "{secret}"

[oidc.roles]
cc-admins = "administrator"
cc-leads = "supervisor"
"""


@dataclass(frozen=True)
class Provider:
    address: str

    def person(self, subject: str, **claims: object) -> None:
        """Make a person, or change what the provider says of one."""
        body = json.dumps(claims).encode()
        request = urllib.request.Request(f"{self.address}/users/{subject}", data=body, method="PUT")
        request.add_header("content-type", "application/json")
        urllib.request.urlopen(request, timeout=10).close()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address, until = f"http://127.0.0.1:{port}", time.monotonic() + 60
    try:
        while True:
            try:
                urllib.request.urlopen(f"{address}/.well-known/openid-configuration", timeout=2).close()
                break
            except OSError:
                assert process.poll() is None, "the provider did not start"
                assert time.monotonic() < until, "the provider did not answer"
                time.sleep(0.2)
        yield Provider(address)
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="module")
def sso(cockpit: Cockpit, provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cockpit]:
    """A cockpit of its own over the same build, whose people come from the provider."""
    root: Path = tmp_path_factory.mktemp("sso")
    shutil.copytree(cockpit.home / "published", root / "published")
    secret = root / "client.secret"
    secret.touch(0o600)
    secret.write_text("a secret of the client\n", encoding="utf-8")
    text = SETTINGS.format(provider=provider.address, secret=secret)
    (root / "lingting.toml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINGTING_HOME", str(root))
        settings_for.cache_clear()
        with Serving(root) as (address, log):
            yield replace(cockpit, address=address, home=root, store=open_store(), log=log)
    settings_for.cache_clear()


def arrive(screen: Screen, sso: Cockpit, subject: str, language: str = "zh", path: str = "") -> None:
    """Go to the provider by the button of the sign-in page, and come back as ``subject``."""
    screen.page.goto(f"{sso.address}{path or f'/?lang={language}'}")
    screen.settle()
    screen.page.locator(".st-key-sso button").click()
    screen.page.locator('input[name="sub"]').fill(subject)
    screen.page.get_by_role("button", name="Authorize").click()
    screen.page.wait_for_url(f"{sso.address}/**")
    screen.settle()
    # The provider's own page asks for a style sheet in the net.
    screen.problems[:] = [problem for problem in screen.problems if sso.address in problem]


def test_role_and_teams_come_from_the_claims_and_sign_out_is_real(
    open_screen: OpenScreen, sso: Cockpit, provider: Provider
) -> None:
    claims = {"preferred_username": "wang", "roles": ["staff", "cc-leads"], "employee_id": "S777"}
    provider.person("u-wang", **claims, teams=[sso.cast.team_id])
    screen = open_screen()
    arrive(screen, sso, "u-wang")
    screen.page.get_by_text(ZH("role.supervisor")).first.wait_for()
    (found,) = list_accounts(sso.store)
    assert (found.name, found.role, found.team_ids, found.employee_id) == (
        "wang", "supervisor", (sso.cast.team_id,), "S777",
    )  # fmt: skip
    screen.page.goto(f"{sso.address}/account")
    screen.page.get_by_text(ZH("own.by_provider")).first.wait_for()
    screen.settle()
    assert screen.page.locator(".lt-qr").count() == 0, "the provider asked for the second factor"
    screen.page.locator(".st-key-sign_out button").click()
    screen.page.wait_for_url("**/oauth2/end_session**")
    screen.page.locator("form button").first.click()
    screen.page.get_by_text(ZH("sign_in.lead")).wait_for()
    screen.problems.clear()
    screen.page.goto(f"{sso.address}/team")
    screen.page.get_by_text(ZH("sign_in.lead")).wait_for()
    provider.person("u-wang", **claims, teams=[sso.cast.other_team_id])
    arrive(screen, sso, "u-wang")
    screen.page.get_by_text(ZH("role.supervisor")).first.wait_for()
    (found,) = list_accounts(sso.store)
    assert found.team_ids == (sso.cast.other_team_id,), "the scope is as the provider says at each sign-in"
    noted = [(one.action, one.outcome, one.purpose) for one in entries(user_id=found.user_id)]
    assert [one for one in noted if one[0] != "view"] == [
        ("change", "done", "scope_from_claims"),
        ("sign_in", "done", "sso"),
        ("sign_out", "done", None),
        ("change", "done", "scope_from_claims"),
        ("sign_in", "done", "sso"),
    ]


def test_a_page_that_a_colleague_sent_opens_after_signing_in_at_the_provider(
    open_screen: OpenScreen, sso: Cockpit, provider: Provider
) -> None:
    provider.person("u-qian", preferred_username="qian", roles=["cc-leads"], teams=[sso.cast.team_id])
    screen = open_screen()
    arrive(screen, sso, "u-qian", path="/service?grain=month&lang=en")
    screen.page.get_by_text(texts_of("en")("staffing.title")).first.wait_for()
    screen.page.wait_for_url("**/service?**")
    assert "grain=month" in screen.page.url
    assert "lingting_wanted" not in [cookie["name"] for cookie in screen.page.context.cookies()]


def test_an_ended_session_does_not_begin_again_by_the_old_answer_of_the_provider(
    open_screen: OpenScreen, sso: Cockpit, provider: Provider
) -> None:
    """Streamlit keeps the answer in a cookie for 30 days; a session that was ended here must stay ended."""
    provider.person("u-zhao", preferred_username="zhao", roles="cc-admins")
    screen = open_screen()
    arrive(screen, sso, "u-zhao")
    screen.page.get_by_text(ZH("role.administrator")).first.wait_for()
    set_disabled(sso.store, "zhao", True)
    set_disabled(sso.store, "zhao", False)
    assert any(cookie["name"] == "_streamlit_user" for cookie in screen.page.context.cookies())
    screen.page.goto(f"{sso.address}/accounts")
    screen.page.get_by_text(ZH("sign_in.lead")).wait_for()
    screen.settle()
    assert screen.page.locator(".lt-table").count() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_a_role_or_disabled_here_a_person_stays_out_and_is_told_why(
    open_screen: OpenScreen, sso: Cockpit, provider: Provider, language: str
) -> None:
    texts = texts_of(language)
    provider.person(f"u-guest-{language}", preferred_username=f"guest-{language}", roles=["staff"])
    refused = open_screen()
    arrive(refused, sso, f"u-guest-{language}", language)
    refused.page.get_by_text(texts("refused.sso_no_role")).wait_for()
    refused.keep(f"sso_no_role_{language}")
    assert f"guest-{language}" not in [one.name for one in list_accounts(sso.store)]

    name = f"li-{language}"
    provider.person(f"u-{name}", preferred_username=name, roles=["cc-admins"])
    person = open_screen()
    arrive(person, sso, f"u-{name}")
    person.page.get_by_text(ZH("role.administrator")).first.wait_for()
    set_disabled(sso.store, name, True)
    again = open_screen()
    arrive(again, sso, f"u-{name}")
    again.page.get_by_text(ZH("refused.account_disabled")).wait_for()
