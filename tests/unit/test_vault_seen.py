"""How the vault is seen from outside: by the doctor, and on the call page, which says why a recording does not play."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from dashboards.components import player
from dashboards.i18n.texts import texts_of
from lingting.clock import today
from lingting.paths import Home
from lingting.rights import Role, Viewer
from lingting.vault import VaultMedia, purge_one
from lingting.vault.health import examine_vault
from lingting.vault.keys import create_key
from lingting.vault.records import object_file, record_file
from tests.unit.vault_objects import SOUND, set_up, store


def found() -> dict[str, str]:
    """Status by what is so."""
    return {detail: status for status, detail, _ in examine_vault()}


def test_a_home_without_a_vault_is_noted_not_wrong(lingting_home: Home) -> None:
    assert list(found().values()) == ["note"]


def test_the_doctor_names_the_current_key_and_what_waits_for_it(lingting_home: Home) -> None:
    set_up(lingting_home)
    store(lingting_home)
    assert set(found().values()) == {"ok"}
    create_key("k2")
    said = found()
    assert any("current key k2" in detail and "2 in all" in detail for detail in said)
    assert said["1 recordings are under an older key"] == "note"


def test_the_doctor_sees_what_is_due(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from lingting.vault import health

    set_up(lingting_home)
    store(lingting_home, recorded_at=datetime(2020, 1, 1))
    monkeypatch.setattr(health, "today", lambda: today() + timedelta(days=1))
    assert found()["1 recordings are past their last day"] == "note"


def test_the_doctor_sees_open_permissions_a_lost_key_and_a_changed_record(lingting_home: Home) -> None:
    set_up(lingting_home)
    store(lingting_home)
    key = lingting_home.vault_keys / "k1.key"
    key.chmod(0o644)
    assert any("can be read by others" in detail and status == "wrong" for detail, status in found().items())
    key.chmod(0o600)
    lingting_home.vault.chmod(0o755)
    assert found()[f"others may read {lingting_home.vault}"] == "wrong"
    lingting_home.vault.chmod(0o700)
    record_file("r1").write_bytes(b"{}")
    assert found()["1 records are not what was written"] == "wrong"
    key.rename(lingting_home.root / "elsewhere")
    assert list(found().values()) == ["wrong"]


def on_page(monkeypatch: pytest.MonkeyPatch, language: Any) -> str:
    """Why the call page has no player; empty where it has one."""
    monkeypatch.setattr(player.queries, "recording", lambda _viewer, _call_id: VaultMedia("r1"))
    page: Any = SimpleNamespace(texts=texts_of(language), viewer=Viewer(Role.QUALITY))
    call: Any = SimpleNamespace(media_kind="audio", call_id="c1")
    return player.why_no_sound(page, call)


def test_the_page_has_a_player_or_a_sentence(lingting_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(lingting_home)
    store(lingting_home)
    assert on_page(monkeypatch, "zh") == ""
    assert VaultMedia("r1").read_bytes() == SOUND
    whole = object_file("r1").read_bytes()
    object_file("r1").write_bytes(whole[:-1] + b"\0")
    assert "vault does not give" in on_page(monkeypatch, "en")
    object_file("r1").write_bytes(whole)
    purge_one(["r1"], "asked")
    why = on_page(monkeypatch, "zh")
    assert "DC-00000001" in why and str(today()) in why
