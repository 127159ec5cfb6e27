"""Delimited text becomes rows with their line numbers; what is no row is told apart and stops nothing."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingting.errors import InputError
from lingting.loading.mapping import Format
from lingting.loading.readers import text
from lingting.loading.readers.csv_file import CsvFile
from lingting.loading.readers.encoding import detect_encoding

CHINESE = "客户投诉物流太慢，要求退款并补偿，坐席已经登记"


def read(path: Path, **form: object) -> tuple[list[tuple[object, ...]], list[tuple[int, str]]]:
    """(rows as (line, *fields), bad lines as (line, reason))."""
    reader = CsvFile(path, Format.model_validate(form))
    rows: list[tuple[object, ...]] = []
    bad: list[tuple[int, str]] = []
    for batch in reader.batches():
        columns = [batch.rows["_row_no"].to_pylist(), *(batch.rows[name].to_pylist() for name in reader.columns)]
        rows += list(zip(*columns, strict=True))
        bad += [(item.row_no, item.reason) for item in batch.bad]
    return rows, bad


def write(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_finds_the_delimiter_in_the_header(tmp_path: Path, delimiter: str) -> None:
    path = write(tmp_path, f"a{delimiter}b\n1{delimiter}2\n")
    assert read(path) == ([(2, "1", "2")], [])


def test_a_line_with_a_wrong_number_of_fields_is_bad_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n1,2\n1\n1,2,3\n\n3,4\n")
    assert read(path) == ([(2, "1", "2"), (6, "3", "4")], [(3, "wrong_field_count"), (4, "wrong_field_count")])


def test_a_quoted_field_may_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    path = write(tmp_path, 'a,b\n"1,5","say ""hi"""\n"two\nlines",x\n3,4\n')
    assert read(path) == ([(2, "1,5", 'say "hi"'), (3, "two\nlines", "x"), (5, "3", "4")], [])


def test_an_open_quote_costs_one_line_and_not_the_rest_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, 'a,b\n1,2\n3,"open\n5,6\n7,8\n')
    assert read(path) == ([(2, "1", "2"), (4, "5", "6"), (5, "7", "8")], [(3, "bad_quotes")])


def test_text_after_a_closing_quote_is_bad(tmp_path: Path) -> None:
    path = write(tmp_path, 'a,b\n"1"x,2\n3,4\n')
    assert read(path) == ([(3, "3", "4")], [(2, "bad_quotes")])


def test_a_quote_is_a_letter_when_the_format_has_no_quoting(tmp_path: Path) -> None:
    path = write(tmp_path, '1|5" pipe\n')
    assert read(path, delimiter="|", quote="", header=False, columns=["a", "b"]) == ([(1, "1", '5" pipe')], [])


def test_ragged_lines_are_filled_up_but_longer_ones_are_bad(tmp_path: Path) -> None:
    path = write(tmp_path, "1|2\n1\n1|2|3|4\n")
    rows, bad = read(path, delimiter="|", header=False, columns=["a", "b", "c"], ragged=True)
    assert rows == [(1, "1", "2", ""), (2, "1", "", "")]
    assert bad == [(3, "wrong_field_count")]


def test_lines_above_the_header_are_skipped_but_counted_in_row_numbers(tmp_path: Path) -> None:
    path = write(tmp_path, "report of October\n\na,b\n1,2\n")
    assert read(path, skip_rows=1) == ([(4, "1", "2")], [])


def test_nameless_and_repeated_headers_get_names_of_their_own(tmp_path: Path) -> None:
    path = write(tmp_path, "a,,A,a\n1,2,3,4\n")
    assert CsvFile(path, Format()).columns == ["a", "column_2", "A_2", "a_3"]


def test_windows_and_old_mac_line_ends_are_line_ends(tmp_path: Path) -> None:
    assert read(write(tmp_path, "a,b\r\n1,2\r\n")) == ([(2, "1", "2")], [])
    assert read(write(tmp_path, "a,b\r1,2\r")) == ([(2, "1", "2")], [])


def test_a_file_without_a_last_line_end_keeps_its_last_row(tmp_path: Path) -> None:
    assert read(write(tmp_path, "a,b\n1,2")) == ([(2, "1", "2")], [])


def test_gzip_is_told_by_content_and_not_by_name(tmp_path: Path) -> None:
    assert read(write(tmp_path, gzip.compress(b"a,b\n1,2\n"), "plain.csv")) == ([(2, "1", "2")], [])


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gb2312", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_finds_the_encodings_that_chinese_exports_use(tmp_path: Path, encoding: str, found: str) -> None:
    line = f"a,b\n1,{CHINESE}\n"
    path = write(tmp_path, line.encode(encoding))
    assert detect_encoding(path) == found
    assert read(path) == ([(2, "1", CHINESE)], [])


def test_finds_a_western_encoding_instead_of_taking_it_for_rare_chinese(tmp_path: Path) -> None:
    words = "Müller,Größe,Café,garçon,señor,Straße"
    path = write(tmp_path, f"a,b,c,d,e,f\n{words}\n".encode("latin-1"))
    rows, _ = read(path)
    assert rows == [(2, *words.split(","))]


def test_looks_for_the_encoding_far_down_the_file(tmp_path: Path) -> None:
    plain = b"1,2\n" * 40_000
    path = write(tmp_path, b"a,b\n" + plain + f"9,{CHINESE}\n".encode("gb18030"))
    assert detect_encoding(path) == "gb18030"


@pytest.mark.parametrize("encoding", ["gb18030", "latin-1", "utf-16"])
def test_a_declared_encoding_is_used_as_declared(tmp_path: Path, encoding: str) -> None:
    word = "é" if encoding == "latin-1" else "退款"
    path = write(tmp_path, f"a,b\n1,{word}\n".encode(encoding))
    assert read(path, encoding=encoding) == ([(2, "1", word)], [])


def test_a_line_that_is_not_text_in_the_encoding_is_bad(tmp_path: Path) -> None:
    path = write(tmp_path, f"a,b\n1,{CHINESE}\n".encode() + b"2,\xff\xfe\n" + b"3,c\n")
    assert read(path) == ([(2, "1", CHINESE), (4, "3", "c")], [(3, "bad_encoding")])


def test_a_line_with_a_nul_byte_is_bad(tmp_path: Path) -> None:
    path = write(tmp_path, b"a,b\n1,2\n3\0,4\n5,6\n")
    assert read(path) == ([(2, "1", "2"), (4, "5", "6")], [(3, "nul_byte")])


def test_a_damaged_line_inside_a_quoted_field_spoils_its_record(tmp_path: Path) -> None:
    path = write(tmp_path, b'a,b\n"x\n\0y",1\n2,3\n')
    rows, bad = read(path)
    assert rows == [(4, "2", "3")]
    assert bad == [(2, "nul_byte"), (3, "nul_byte")]


@pytest.mark.parametrize("content", [bytes(range(256)) * 40, b"\x7fELF" + bytes(4000)])
def test_binary_content_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match="is not a text file"):
        CsvFile(write(tmp_path, content), Format())


def test_a_cut_off_gzip_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(5000)))
    path = write(tmp_path, whole[: len(whole) // 2])
    with pytest.raises(InputError, match="ends early"):
        read(path)


PIECES = st.lists(st.sampled_from(["a", "1", ",", ",", '"', '"', "\n", "\n", " ", "客", "\0"]), max_size=60)


@given(PIECES)
@settings(deadline=None)
def test_every_line_is_in_one_row_or_bad_or_blank(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    body = "".join(pieces)
    path = write(tmp_path_factory.mktemp("csv"), "x,y\n" + body)
    covered: list[int] = []
    for batch in CsvFile(path, Format(encoding="utf-8")).batches():
        for row_no, raw in zip(batch.rows["_row_no"].to_pylist(), batch.rows["_raw"].to_pylist(), strict=True):
            covered += range(row_no, row_no + raw.count("\n") + 1)
        covered += [item.row_no for item in batch.bad]
    assert len(covered) == len(set(covered))
    lines = body.split("\n")
    assert all(lines[number - 2].strip() == "" for number in set(range(2, len(lines) + 2)) - set(covered))


@given(PIECES, st.integers(1, 9))
@settings(deadline=None)
def test_the_size_of_the_chunks_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str], size: int
) -> None:
    path = write(tmp_path_factory.mktemp("csv"), "x,y\n" + "".join(pieces))
    whole = read(path, encoding="utf-8", delimiter=",")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "CHUNK", 4 + size)
        rows, bad = read(path, encoding="utf-8", delimiter=",")
    assert (sorted(rows), sorted(bad)) == (sorted(whole[0]), sorted(whole[1]))


@given(st.lists(st.lists(st.text("ab1 客", max_size=3), min_size=2, max_size=2), max_size=20))
@settings(deadline=None)
def test_quoted_and_plain_spelling_of_the_same_rows_read_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("csv")
    plain = write(folder, "x,y\n" + "".join(f"{a},{b}\n" for a, b in rows), "plain.csv")
    quoted = write(folder, "x,y\n" + "".join(f'"{a}","{b}"\n' for a, b in rows), "quoted.csv")
    assert read(plain, encoding="utf-8") == read(quoted, encoding="utf-8")
