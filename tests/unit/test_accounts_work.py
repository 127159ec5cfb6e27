"""Administration of accounts and the own account: rights, separation of duties, versions, and entries of the log."""

from __future__ import annotations

from datetime import UTC, datetime

import argon2
import pyotp
import pytest

from lingting.audit import AuditDown, entries
from lingting.audit import log as log_module
from lingting.errors import UsageError
from lingting.paths import Home
from lingting.rights import Role, Viewer
from lingting.settings import RoleName, settings_for
from lingting.store import AccountView, Store, add_account, list_accounts, live_session, open_store, passwords, sign_in
from lingting.store.second_factor import begin_enrolment
from lingting.store.sessions import Step, start_session
from lingting.work import Refused, accounts, own_account
from lingting.work import sign_in as door

PASSWORD = "a calm blue river"
CLAIMS = {"iss": "https://id.example", "sub": "s1", "preferred_username": "wang"}


@pytest.fixture
def store(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(passwords, "_HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    return open_store()


@pytest.fixture
def ada(store: Store) -> Viewer:
    return add_account(store, "ada", Role.ADMINISTRATOR, PASSWORD).viewer()


@pytest.fixture
def amy(store: Store) -> AccountView:
    return add_account(store, "amy", Role.AGENT, PASSWORD, "A001")


def by_name(store: Store, name: str) -> AccountView:
    return next(account for account in list_accounts(store) if account.name == name)


def refusal(call: object, *arguments: object) -> str:
    with pytest.raises(Refused) as refused:
        call(*arguments)  # type: ignore[operator]
    return refused.value.code


def test_the_settings_know_every_role() -> None:
    assert set(RoleName.__args__) == {role.value for role in Role}  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_change_accounts(store: Store, amy: AccountView, role: Role) -> None:
    viewer = Viewer(role, name="somebody", user_id="u0")
    for call in (accounts.reset_password, accounts.reset_second_factor, accounts.end_sessions_of):
        assert refusal(call, store, viewer, amy.user_id) == "not_yours"
    assert refusal(accounts.set_enabled, store, viewer, amy.user_id, False) == "not_yours"
    assert refusal(accounts.add, store, viewer, "eve", Role.MANAGEMENT) == "not_yours"
    assert refusal(accounts.change_scope, store, viewer, amy.user_id, 1, Role.MANAGEMENT) == "not_yours"
    assert by_name(store, "amy").role is Role.AGENT


def test_nobody_administers_or_confirms_the_own_account(store: Store, ada: Viewer) -> None:
    assert refusal(accounts.change_scope, store, ada, ada.user_id, 1, Role.MANAGEMENT) == "account_own"
    assert refusal(accounts.set_enabled, store, ada, ada.user_id, False) == "account_own"
    assert refusal(accounts.attest_accounts, store, ada, [ada.user_id]) == "account_own"


def test_a_change_of_scope_holds_at_the_next_click_and_is_noted(store: Store, ada: Viewer, amy: AccountView) -> None:
    token = start_session(store, amy.user_id)
    accounts.change_scope(store, ada, amy.user_id, 1, Role.SUPERVISOR, None, ["T2", "T1"], "S1")
    seen = live_session(store, token)
    assert seen is not None
    assert (seen.role, seen.agent_id, seen.team_ids, seen.employee_id) == (Role.SUPERVISOR, None, ("T1", "T2"), "S1")
    assert [(one.action, one.object_id, one.purpose) for one in entries()] == [("change", amy.user_id, "scope")]


def test_two_administrators_do_not_overwrite_each_other(store: Store, ada: Viewer, amy: AccountView) -> None:
    accounts.change_scope(store, ada, amy.user_id, 1, Role.AGENT, "A002")
    assert refusal(accounts.change_scope, store, ada, amy.user_id, 1, Role.AGENT, "A003") == "account_changed"
    assert by_name(store, "amy").agent_id == "A002"


def test_a_scope_that_does_not_fit_is_refused(store: Store, ada: Viewer, amy: AccountView) -> None:
    assert refusal(accounts.change_scope, store, ada, amy.user_id, 1, Role.SUPERVISOR) == "account_scope"
    assert refusal(accounts.add, store, ada, "AMY", Role.MANAGEMENT) == "account_name_taken"
    assert refusal(accounts.add, store, ada, "", Role.MANAGEMENT) == "account_scope"


def test_a_change_that_can_not_be_noted_is_not_made(
    store: Store, ada: Viewer, amy: AccountView, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down() -> Store:
        raise UsageError("the access log is gone")

    monkeypatch.setattr(log_module, "open_log", down)
    with pytest.raises(AuditDown):
        accounts.set_enabled(store, ada, amy.user_id, False)
    assert not by_name(store, "amy").is_disabled
    with pytest.raises(AuditDown):
        door.with_password(store, "amy", "wrong")


def test_a_reset_password_ends_sessions_and_is_replaced_at_sign_in(
    store: Store, ada: Viewer, amy: AccountView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINGTING_COCKPIT__SECOND_FACTOR", "optional")
    settings_for.cache_clear()
    old = start_session(store, amy.user_id)
    temporary = accounts.reset_password(store, ada, amy.user_id)
    assert live_session(store, old) is None
    assert sign_in(store, "amy", PASSWORD) is None
    begun = door.with_password(store, "amy", temporary)
    assert begun is not None
    token, step = begun
    assert step is Step.PASSWORD
    assert live_session(store, token) is None
    assert refusal(own_account.replace_first_password, store, token, temporary) == "same_password"
    assert refusal(own_account.replace_first_password, store, token, "short") == "weak_password"
    own_account.replace_first_password(store, token, "quite another sentence")
    assert door.go_on(store, token, None) is Step.DONE
    assert live_session(store, token) is not None


def test_a_reset_second_factor_is_enrolled_again(store: Store, ada: Viewer, amy: AccountView) -> None:
    _enrol(store, amy)
    token = start_session(store, amy.user_id)
    accounts.reset_second_factor(store, ada, amy.user_id)
    assert live_session(store, token) is None
    begun = door.with_password(store, "amy", PASSWORD)
    assert begun is not None
    assert begun[1] is Step.ENROL


def _enrol(store: Store, account: AccountView) -> tuple[pyotp.TOTP, list[str]]:
    totp = pyotp.TOTP(begin_enrolment(store, account.user_id))
    codes = own_account.confirm_second_factor(store, account.viewer(), totp.now())
    return totp, codes


def test_the_own_password_changes_with_the_old_one_and_other_sessions_end(store: Store, amy: AccountView) -> None:
    here, there = start_session(store, amy.user_id), start_session(store, amy.user_id)
    viewer = amy.viewer()
    assert refusal(own_account.change_password, store, viewer, here, "wrong", "quite another one") == "wrong_password"
    own_account.change_password(store, viewer, here, PASSWORD, "quite another one")
    assert live_session(store, here) is not None
    assert live_session(store, there) is None
    assert sign_in(store, "amy", "quite another one") is not None


def test_guessing_the_old_password_locks(store: Store, amy: AccountView) -> None:
    token = start_session(store, amy.user_id)
    for _ in range(5):
        refusal(own_account.change_password, store, amy.viewer(), token, "wrong", "quite another one")
    assert refusal(own_account.change_password, store, amy.viewer(), token, PASSWORD, "another one") == "wrong_password"


def test_a_second_factor_is_replaced_only_against_a_code(store: Store, amy: AccountView) -> None:
    _, codes = _enrol(store, amy)
    enrolled = by_name(store, "amy")
    assert refusal(own_account.start_second_factor, store, enrolled, "000000") == "wrong_code"
    assert own_account.start_second_factor(store, enrolled, codes[0])
    assert refusal(own_account.renew_recovery_codes, store, amy.viewer(), codes[0]) == "wrong_code"
    assert len(own_account.renew_recovery_codes(store, amy.viewer(), codes[1])) == 10


def test_an_unknown_name_is_not_written_into_the_log(store: Store, amy: AccountView) -> None:
    """People type passwords into the field of the name."""
    assert door.with_password(store, "my secret password", "x") is None
    assert door.with_password(store, "amy", "x") is None
    assert [(one.user_id, one.name, one.role, one.outcome) for one in entries()] == [
        ("-", "-", "unknown", "refused"),
        (amy.user_id, "amy", "unknown", "refused"),
    ]


@pytest.fixture
def oidc(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (lingting_home.root / "lingting.toml").write_text(
        '[oidc]\nmetadata_url = "https://id.example/x"\nclient_id = "c"\nclient_secret_env = "S"\n'
        '[oidc.roles]\nboss = "management"\nlead = "supervisor"\nvoice = "agent"\n',
        encoding="utf-8",
    )
    settings_for.cache_clear()


def claims(**more: object) -> dict[str, object]:
    return {**CLAIMS, "iat": datetime.now(UTC).timestamp(), **more}


@pytest.mark.parametrize(
    ("more", "role", "agent", "teams"),
    [
        ({"roles": "boss"}, Role.MANAGEMENT, None, ()),
        ({"roles": ["other", "lead", "boss"], "teams": "T2, T1"}, Role.MANAGEMENT, None, ()),
        ({"roles": ["lead"], "teams": ["T2", "T1"]}, Role.SUPERVISOR, None, ("T1", "T2")),
        ({"roles": ["voice"], "agent_id": "A7", "teams": ["T1"]}, Role.AGENT, "A7", ()),
    ],
)
def test_role_and_scope_come_from_the_claims(
    oidc: None, store: Store, more: dict[str, object], role: Role, agent: str | None, teams: tuple[str, ...]
) -> None:
    token = door.with_identity(store, claims(**more))
    assert token is not None
    seen = live_session(store, token)
    assert seen is not None
    assert (seen.name, seen.role, seen.agent_id, seen.team_ids) == ("wang", role, agent, teams)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "sso_no_role"),
        ({"roles": ["BOSS", "root"]}, "sso_no_role"),
        ({"roles": {"boss": True}}, "sso_no_role"),
        ({"roles": "lead"}, "sso_no_scope"),
        ({"roles": "voice"}, "sso_no_scope"),
    ],
)
def test_claims_without_a_role_or_its_scope_open_nothing(
    oidc: None, store: Store, more: dict[str, object], code: str
) -> None:
    assert refusal(door.with_identity, store, claims(**more)) == code
    assert list_accounts(store) == []
    assert [(one.action, one.outcome) for one in entries()] == [("sign_in", "refused")]


def test_an_answer_of_the_provider_is_good_once_and_not_for_long(oidc: None, store: Store) -> None:
    once = claims(roles="boss", nonce="n1")
    assert door.with_identity(store, once) is not None
    assert door.with_identity(store, once) is None
    assert door.with_identity(store, {**once, "nonce": "n2", "iat": datetime.now(UTC).timestamp() - 3600}) is None
    assert door.with_identity(store, {name: value for name, value in once.items() if name != "iat"}) is None


def test_a_person_of_the_provider_takes_no_local_account_over(oidc: None, store: Store) -> None:
    local = add_account(store, "wang", Role.ADMINISTRATOR, PASSWORD)
    token = door.with_identity(store, claims(roles="boss"))
    assert token is not None
    seen = live_session(store, token)
    assert seen is not None
    assert seen.user_id != local.user_id
    assert seen.name.startswith("wang ")
    assert by_name(store, "wang").role is Role.ADMINISTRATOR


@pytest.mark.parametrize("password", ["", "the password of nobody", PASSWORD])
def test_an_account_of_the_provider_has_no_password(oidc: None, store: Store, password: str) -> None:
    door.with_identity(store, claims(roles="boss"))
    assert sign_in(store, "wang", password) is None


def test_an_account_that_is_disabled_here_stays_out(oidc: None, store: Store, ada: Viewer) -> None:
    token = door.with_identity(store, claims(roles="boss", nonce="1"))
    assert token is not None
    accounts.set_enabled(store, ada, by_name(store, "wang").user_id, False)
    assert live_session(store, token) is None
    assert refusal(door.with_identity, store, claims(roles="boss", nonce="2")) == "account_disabled"


def test_the_provider_decides_on_scope_and_password_of_its_people(oidc: None, store: Store, ada: Viewer) -> None:
    door.with_identity(store, claims(roles="boss"))
    wang = by_name(store, "wang")
    assert refusal(accounts.change_scope, store, ada, wang.user_id, wang.version, Role.DATA) == "account_of_provider"
    assert refusal(accounts.reset_password, store, ada, wang.user_id) == "account_no_password"
