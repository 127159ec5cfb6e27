"""Master keys: never made or found by accident, never readable by others, never shown; the old ones still open."""

from __future__ import annotations

import logging
import secrets

import pytest
from typer.testing import CliRunner

from lingting.cli.vault import app
from lingting.errors import UsageError
from lingting.paths import Home
from lingting.settings import settings_for
from lingting.vault import Refused, VaultMedia, find_record, rotate, verify
from lingting.vault.keys import create_key, keyring
from lingting.vault.records import object_file, record_file
from lingting.vault.rotation import not_under
from tests.unit.vault_objects import SOUND, files_below, store


def use_variable(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.setenv("LINGTING_VAULT__KEY_VARIABLE", "MY_KEYS")
    settings_for.cache_clear()
    if value is None:
        monkeypatch.delenv("MY_KEYS", raising=False)
    else:
        monkeypatch.setenv("MY_KEYS", value)


def test_without_a_key_nothing_is_stored_and_none_is_made(lingting_home: Home) -> None:
    with pytest.raises(UsageError, match="lingting vault init"):
        store(lingting_home)
    assert not lingting_home.vault_keys.exists()
    assert not object_file("r1").exists()


def test_a_key_file_is_for_its_owner_only(lingting_home: Home) -> None:
    create_key("k1")
    path = lingting_home.vault_keys / "k1.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    path.chmod(0o640)
    with pytest.raises(UsageError, match=r"chmod 600 .*k1\.key"):
        keyring()
    path.chmod(0o600)
    path.parent.chmod(0o755)
    with pytest.raises(UsageError, match="chmod 700"):
        keyring()


@pytest.mark.parametrize("content", ["", "00" * 31, "0g" * 32, "00" * 33])
def test_what_is_no_key_is_refused(lingting_home: Home, content: str) -> None:
    create_key("k1")
    (lingting_home.vault_keys / "k1.key").write_text(content)
    with pytest.raises(UsageError, match="64 hexadecimal digits"):
        keyring()


def test_no_key_is_ever_overwritten(lingting_home: Home) -> None:
    create_key("k1")
    with pytest.raises(UsageError, match="there is a key 'k1'"):
        create_key("k1")
    with pytest.raises(UsageError, match="id has letters"):
        create_key("../k2")
    assert CliRunner().invoke(app, ["init"]).exception is not None


def test_no_key_is_shown_anywhere(lingting_home: Home, caplog: pytest.LogCaptureFixture) -> None:
    key = create_key("k1")
    with caplog.at_level(logging.DEBUG):
        store(lingting_home)
        said = "".join(str(CliRunner().invoke(app, words).output) for words in (["list"], ["verify"], ["rotate"]))
    digits = key.secret.hex()
    assert digits not in said + caplog.text + repr(keyring()) + repr(key)
    keyless = [path for path in files_below(lingting_home.root) if not path.is_relative_to(lingting_home.secrets)]
    assert not any(key.secret in path.read_bytes() or digits.encode() in path.read_bytes() for path in keyless)


def test_another_key_of_the_same_name_is_a_wrong_key(lingting_home: Home) -> None:
    create_key("k1")
    store(lingting_home)
    (lingting_home.vault_keys / "k1.key").write_text(secrets.token_hex(32))
    with pytest.raises(Refused, match="another key that is called 'k1'") as refused:
        VaultMedia("r1").read_bytes()
    assert refused.value.fault == "wrong key"


def test_a_lost_key_is_a_missing_key_and_its_copy_mends_it(lingting_home: Home) -> None:
    create_key("k1")
    store(lingting_home)
    create_key("k2")
    lost = lingting_home.vault_keys / "k1.key"
    kept = lost.read_text()
    lost.unlink()
    assert [state.status for state in verify()] == ["missing key"]
    with pytest.raises(Refused, match="restore that key") as refused:
        VaultMedia("r1").read_bytes()
    assert refused.value.fault == "missing key"
    lost.write_text(kept)
    lost.chmod(0o600)
    assert VaultMedia("r1").read_bytes() == SOUND


def test_a_rotation_seals_every_data_key_anew_and_touches_no_content(lingting_home: Home) -> None:
    create_key("k1")
    for name in ("r1", "r2", "r3"):
        store(lingting_home, name)
    contents = [object_file(name).read_bytes() for name in ("r1", "r2", "r3")]
    records = [record_file(name).read_bytes() for name in ("r1", "r2", "r3")]
    result = rotate("k2")
    assert (result.key_id, result.is_resumed, result.done, result.left) == ("k2", False, 3, 0)
    assert [object_file(name).read_bytes() for name in ("r1", "r2", "r3")] == contents
    assert all(
        record_file(name).read_bytes() != before for name, before in zip(("r1", "r2", "r3"), records, strict=True)
    )
    (lingting_home.vault_keys / "k1.key").unlink()
    assert all(state.status == "ok" for state in verify())


def test_a_rotation_that_was_cut_off_is_finished_and_makes_no_third_key(lingting_home: Home) -> None:
    create_key("k1")
    for name in ("r1", "r2", "r3"):
        store(lingting_home, name)
    create_key("k2")  # as far as a killed rotation may have come
    store(lingting_home, "r4")
    with pytest.raises(UsageError, match="3 recordings are not yet under 'k2'"):
        rotate("k3")
    result = rotate()
    assert (result.key_id, result.is_resumed, result.done, result.left) == ("k2", True, 3, 0)
    assert not_under("k2") == [] and sorted(keyring().keys) == ["k1", "k2"]


def test_what_can_not_be_sealed_anew_is_told_and_stops_nothing(lingting_home: Home) -> None:
    create_key("k1")
    for name in ("r1", "r2", "r3"):
        store(lingting_home, name)
    record_file("r2").write_bytes(record_file("r2").read_bytes().replace(b"played", b"spoken"))
    result = rotate("k2")
    assert (result.done, result.left) == (2, 1)
    assert "'r2'" in result.refused[0]


def test_keys_may_come_from_a_variable_and_then_from_nowhere_else(
    lingting_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_key("k1")
    use_variable(monkeypatch, None)
    with pytest.raises(UsageError, match="MY_KEYS, which is empty"):
        keyring()
    old, new = secrets.token_hex(32), secrets.token_hex(32)
    use_variable(monkeypatch, f"old:{old}")
    store(lingting_home)
    with pytest.raises(UsageError, match="put the new key in front"):
        rotate()
    use_variable(monkeypatch, f"new:{new},old:{old}")
    assert VaultMedia("r1").read_bytes() == SOUND
    assert rotate().done == 1
    use_variable(monkeypatch, f"new:{new}")
    assert VaultMedia("r1").read_bytes() == SOUND
    found = find_record("r1")
    assert found is not None and found.key_id == "new"


@pytest.mark.parametrize("value", ["k1", "k1:12", f"{'00' * 32}", f"k:{'00' * 32},k:{'11' * 32}"])
def test_a_malformed_variable_is_told_without_its_content(
    lingting_home: Home, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    use_variable(monkeypatch, value)
    with pytest.raises(UsageError, match="MY_KEYS") as refused:
        keyring()
    assert "0000" not in str(refused.value)
