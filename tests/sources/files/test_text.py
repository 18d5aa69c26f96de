from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from booktrack.errors import InvalidFile
from booktrack.sources.files.text import decode


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Title\nÉmile".encode(), "utf-8"),
        ("Title\nÉmile".encode("utf-8-sig"), "utf-8-sig"),
        ("Title\nÉmile".encode("utf-16"), "utf-16"),
        ("Title\nÉmile".encode("utf-16-le"), "utf-16-le"),
        ("Title\nÉmile".encode("utf-16-be"), "utf-16-be"),
        ("Title\nÉmile".encode("utf-32"), "utf-32"),
        ("Title\nÉmile".encode("cp1252"), "cp1252"),
    ],
)
def test_the_encoding_is_told_by_the_bytes(data: bytes, encoding: str) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.encoding) == ("Title\nÉmile", encoding)


def test_a_japanese_list_in_shift_jis_is_read() -> None:
    text = "書名,著者\nよつばと！,あずまきよひこ"
    assert decode(text.encode("cp932")).text == text
    assert decode(text.encode("cp932")).encoding == "cp932"


def test_kana_that_shift_jis_cannot_explain_falls_back_to_cp1252() -> None:
    assert decode(b"na\xefve caf\xe9\n\x82 ").encoding == "cp1252"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_every_line_end_becomes_one(end: str) -> None:
    assert decode(f"a{end}b{end}c".encode()).text == "a\nb\nc"


def test_stray_marc_8_bytes_in_utf_8_are_accents_before_their_letter() -> None:
    decoded = decode("Poésie naïve,".encode() + b"V\xe5atsy\xe5ayana,\xa1\xb1\xc3")
    assert decoded.text == "Poésie naïve,Vātsyāyana,Łł©"
    assert decoded.notes == ("5 bytes were not UTF-8 and were read as MARC-8",)


def test_an_accent_that_no_letter_takes_is_read_as_cp1252_among_marc_8_bytes() -> None:
    data = "Poésie naïve à ".encode() + b"\xe2e\xe2e\xe2e\xe2e\xe2e \xe2 x"
    assert decode(data).text == "Poésie naïve à ééééé â x"


def test_stray_cp1252_bytes_in_utf_8_are_read_as_such() -> None:
    decoded = decode("Poésie naïve,".encode() + b"caf\xe9 \x96 th\xe9,\x81")
    assert decoded.text == "Poésie naïve,café – thé,�"
    assert decoded.notes == ("4 bytes were not UTF-8 and were read as cp1252",)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"\n\n  \n", "is empty"),
        (b",,,\n;;", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"Title\x00Author", "binary, not text: it holds a NUL at byte 5"),
        ("Title\n\x00".encode("utf-16"), "it holds NUL characters"),
        (b"\xff\xfeTitl\x00\xd8", "says that it is utf-16, but byte"),
        (bytes(range(1, 256)) * 20, "binary"),
        (b"\x89PNG\r\n\x1a\n rest", "a PNG picture"),
        (b"%PDF-1.7 rest", "a PDF document"),
        (b"SQLite format 3\x00 rest", "a SQLite database"),
        (gzip.compress(b"Title", mtime=0), "a gzip archive, not a text file. Unpack it"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, says: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        decode(data, name="books.csv")
    assert says in str(caught.value)
    assert "'books.csv'" in str(caught.value)


def test_a_zip_that_calls_itself_csv_is_refused_unopened() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("books.csv", "Title\nUbik")
    with pytest.raises(InvalidFile, match=r"is a zip archive .*Unpack it, or save the sheet"):
        decode(packed.getvalue())


def test_a_file_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(InvalidFile, match="too large: 2 MiB, the limit is 1 MiB"):
        decode(b"x" * 2_000_000, max_bytes=1_048_576)
