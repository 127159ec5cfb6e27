"""What the vault gives back is what was put in, or nothing: no byte that was changed, cut or moved."""

from __future__ import annotations

import io
import json
import shutil

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lingting.errors import InputError, UsageError
from lingting.paths import Home
from lingting.vault import Facts, Refused, VaultMedia, find_record, open_clear, put, verify
from lingting.vault.export import export
from lingting.vault.records import object_file, parse_record, record_file, write_record
from lingting.vault.stream import CHUNK, START, TAG, ClearStream, encrypt
from tests.unit.vault_objects import SOUND, files_below, set_up, sound_file, store

KEY, PREFIX, BOUND = b"k" * 32, b"p" * 7, b"sum of a header"


@pytest.fixture(autouse=True)
def _vault(lingting_home: Home) -> None:
    set_up(lingting_home)


def read(recording_id: str = "r1") -> bytes:
    with open_clear(parse_record(record_file(recording_id))) as clear:
        return clear.read()


def fault() -> str:
    """The state that reading tells, in one sentence."""
    with pytest.raises(Refused) as refused:
        read()
    assert "\n" not in str(refused.value)
    assert [state.status for state in verify(["r1"])] == [refused.value.fault]
    return refused.value.fault


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_put_in_comes_out(lingting_home: Home, size: int) -> None:
    content = (SOUND * 2)[:size]
    store(lingting_home, content=content)
    assert read() == content
    assert [state.status for state in verify()] == ["ok"]


def test_no_clear_byte_is_written(lingting_home: Home) -> None:
    store(lingting_home)
    pieces = [SOUND[at : at + 16] for at in range(0, len(SOUND) - 16, 997)]
    for path in files_below(lingting_home.root):
        content = path.read_bytes()
        assert not any(piece in content for piece in pieces), path


def test_two_objects_share_no_key_and_no_ciphertext(lingting_home: Home) -> None:
    store(lingting_home, "r1")
    store(lingting_home, "r2")
    first, second = (object_file(one).read_bytes()[START:] for one in ("r1", "r2"))
    assert len(first) == len(second) and first[:CHUNK] != second[:CHUNK]


def test_any_part_can_be_read_without_the_rest(lingting_home: Home) -> None:
    record = store(lingting_home)
    with open_clear(record) as clear:
        for at in (0, 5, CHUNK - 3, CHUNK, 2 * CHUNK + 1, len(SOUND) - 1):
            clear.seek(at)
            assert clear.read(10) == SOUND[at : at + 10]
        assert clear.seek(0, io.SEEK_END) == len(SOUND)
        assert clear.read(1) == b""


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=7))
def test_a_flipped_bit_of_the_object_is_refused(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    path, whole = _object(tmp_path_factory)
    changed = bytearray(whole)
    changed[at % len(whole)] ^= 1 << bit
    path.write_bytes(changed)
    assert _read_or_refuse(path) is None


@given(st.integers(min_value=0))
def test_an_object_cut_anywhere_is_refused(tmp_path_factory: pytest.TempPathFactory, at: int) -> None:
    path, whole = _object(tmp_path_factory)
    path.write_bytes(whole[: at % len(whole)])
    assert _read_or_refuse(path) is None
    path.write_bytes(whole + whole[-(1 + at % 50) :])
    assert _read_or_refuse(path) is None


def _object(factory: pytest.TempPathFactory) -> tuple:  # type: ignore[type-arg]
    path = factory.mktemp("object") / "o.lvo"
    with path.open("wb") as sink:
        encrypt(io.BytesIO(SOUND), sink, KEY, PREFIX, BOUND)
    return path, path.read_bytes()


def _read_or_refuse(path, associated: bytes = BOUND, size: int = len(SOUND)) -> bytes | None:  # type: ignore[no-untyped-def]
    try:
        with io.BufferedReader(ClearStream(path, KEY, PREFIX, associated, size)) as clear:
            return clear.read()
    except Refused:
        return None


def test_chunks_in_another_order_doubled_or_left_out_are_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    path, whole = _object(tmp_path_factory)
    assert _read_or_refuse(path) == SOUND
    step = CHUNK + TAG
    head, one, two, last = whole[:START], whole[START:][:step], whole[START + step :][:step], whole[START + 2 * step :]
    path.write_bytes(head + two + one + last)
    assert _read_or_refuse(path) is None
    path.write_bytes(head + one + one + last)
    assert _read_or_refuse(path) is None
    path.write_bytes(head + one + last)  # and with the length that this would have
    assert _read_or_refuse(path, size=len(SOUND) - CHUNK) is None
    path.write_bytes(head + one + two)  # cut off at the border of a chunk
    assert _read_or_refuse(path, size=2 * CHUNK) is None


def test_content_under_another_header_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    path, _ = _object(tmp_path_factory)
    assert _read_or_refuse(path, associated=b"sum of another") is None


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=7))
@example(449, 5)  # a letter of the seal in capitals
def test_a_flipped_bit_of_the_record_is_refused(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    """All of it: id, sum, size, class, last day, notice, consent, holds, key id, seal."""
    with pytest.MonkeyPatch.context() as patch:
        home = Home(tmp_path_factory.mktemp("vault"))
        patch.setenv("LINGTING_HOME", str(home.root))
        set_up(home)
        put(sound_file(home, b"sound", f"{home.root.name}.opus"), Facts("r1", "played", "granted"))
        path = record_file("r1")
        changed = bytearray(path.read_bytes())
        changed[at % len(changed)] ^= 1 << bit
        path.write_bytes(changed)
        with pytest.raises(Refused):
            read()


@pytest.mark.parametrize(
    ("name", "value"),
    [("retain_until", "2099-01-01"), ("consent", "refused"), ("size", 77), ("recording_id", "r2"), ("suffix", ".wav")],
)
def test_a_well_formed_lie_in_the_record_is_refused(lingting_home: Home, name: str, value: object) -> None:
    """Written by our own code, so only the seal can tell."""
    record = store(lingting_home)
    lie = record.model_copy(
        update={"header": record.header.model_validate({**record.header.model_dump(), name: value})}
    )
    write_record(lie)
    with pytest.raises(Refused) as refused, open_clear(parse_record(record_file(lie.recording_id))) as clear:
        clear.read()
    assert refused.value.fault == "tampered"


def test_the_content_of_another_recording_is_refused(lingting_home: Home) -> None:
    store(lingting_home, "r1")
    store(lingting_home, "r2")
    shutil.copy(object_file("r2"), object_file("r1"))
    assert fault() == "tampered"


def test_the_record_of_another_recording_is_refused(lingting_home: Home) -> None:
    store(lingting_home, "r1")
    store(lingting_home, "r2")
    shutil.copy(record_file("r2"), record_file("r1"))
    assert fault() == "tampered"


def test_an_empty_a_shortened_and_a_missing_object_are_told_apart(lingting_home: Home) -> None:
    store(lingting_home)
    path = object_file("r1")
    path.write_bytes(path.read_bytes()[:-1])
    assert fault() == "truncated"
    path.write_bytes(b"")
    assert fault() == "truncated"
    path.unlink()
    assert fault() == "missing object"


def test_an_unknown_version_is_named(lingting_home: Home) -> None:
    store(lingting_home)
    content = bytearray(object_file("r1").read_bytes())
    content[START - 1] = 9
    object_file("r1").write_bytes(content)
    assert fault() == "unknown version"
    path = record_file("r1")
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 2}))
    with pytest.raises(Refused, match="version 2"):
        parse_record(path)


def test_an_object_without_a_record_is_an_orphan(lingting_home: Home) -> None:
    store(lingting_home)
    record_file("r1").unlink()
    assert [state.status for state in verify()] == ["orphan"]


def test_an_empty_file_is_not_kept(lingting_home: Home) -> None:
    with pytest.raises(InputError, match="is empty"):
        store(lingting_home, content=b"")
    assert find_record("r1") is None


def test_the_same_again_changes_nothing_and_other_content_is_refused(lingting_home: Home) -> None:
    first = store(lingting_home)
    before = {path: path.read_bytes() for path in files_below(lingting_home.root)}
    assert store(lingting_home) == first
    with pytest.raises(InputError, match="never replaced"):
        store(lingting_home, content=b"another")
    assert {path: path.read_bytes() for path in files_below(lingting_home.root)} == before


def test_an_id_may_hold_any_letter(lingting_home: Home) -> None:
    name = "../../录音 7/@pbx"
    store(lingting_home, name)
    assert VaultMedia(name).read_bytes() == SOUND
    assert all(path.is_relative_to(lingting_home.root) for path in (object_file(name), record_file(name)))


def test_an_export_appears_only_whole_and_for_the_owner(lingting_home: Home) -> None:
    store(lingting_home)
    target = lingting_home.root.parent / "out" / "clear.opus"
    target.parent.mkdir()
    export("r1", target)
    assert target.read_bytes() == SOUND and target.stat().st_mode & 0o077 == 0
    with pytest.raises(InputError, match="exists"):
        export("r1", target)
    target.unlink()
    content = bytearray(object_file("r1").read_bytes())
    content[-1] ^= 1
    object_file("r1").write_bytes(content)
    with pytest.raises(Refused):
        export("r1", target)
    assert list(target.parent.iterdir()) == []


def test_reading_what_was_never_stored_says_so(lingting_home: Home) -> None:
    with pytest.raises(UsageError, match="no recording 'r9'"):
        export("r9", lingting_home.root / "x")


def test_an_object_that_is_damaged_where_it_is_read_last_fails_the_decoder(lingting_home: Home) -> None:
    """The decoder reads as it goes: it must not end quietly with the part that was whole."""
    import numpy as np

    from asr_jobs.hearing import Source, prepare
    from tests.fixtures.sound_files import tone, write_wav

    path = write_wav(lingting_home.root.parent / "long.wav", [tone(30, 300), np.zeros(240_000)])
    put(path, Facts("r1", "played", "granted"))
    from asr_jobs.audio import decode

    whole = decode(VaultMedia("r1"))
    assert whole.format == decode(path).format and np.array_equal(whole.channels[0], decode(path).channels[0])
    content = bytearray(object_file("r1").read_bytes())
    content[-20] ^= 1
    object_file("r1").write_bytes(content)
    assert prepare(Source(VaultMedia("r1"), "zh")).failure == "REFUSED"
