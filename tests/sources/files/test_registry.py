from __future__ import annotations

import contextlib
import time

import pytest

from booktrack.errors import InvalidFile
from booktrack.sources.files.base import TableFormat
from booktrack.sources.files.registry import FORMATS, detect, format_names, read_export

GOODREADS = b"Book Id,Title,Author,My Rating,Exclusive Shelf\n1,Ubik,Philip K. Dick,5,read\n"


def test_every_format_has_a_name_of_its_own_and_a_title() -> None:
    names = format_names()
    assert len(set(names)) == len(names) == len(FORMATS)
    assert all(reader.title and reader.__doc__ for reader in FORMATS)


def test_detect_ranks_formats_by_certainty() -> None:
    ranked = detect(GOODREADS)
    assert ranked[0][0] == "goodreads"
    assert [sure for _, sure in ranked] == sorted((sure for _, sure in ranked), reverse=True)
    assert all(0 < sure <= 1 for _, sure in ranked)


def test_a_format_may_be_named() -> None:
    assert read_export(GOODREADS, "goodreads").format == "goodreads"


def test_an_unknown_format_name_lists_the_known_ones() -> None:
    with pytest.raises(
        InvalidFile, match=r"No such format: 'shelfari'\. Known are: auto, .*goodreads"
    ):
        read_export(GOODREADS, "shelfari")


def test_a_format_that_does_not_fit_the_file_says_what_is_missing() -> None:
    with pytest.raises(InvalidFile, match="not a HandyLib"):
        read_export(b'{"a": 1}', "handylib")
    with pytest.raises(InvalidFile, match=r"not a Goodreads.*lacks the column title"):
        read_export(b"Name,Author\nUbik,Dick", "goodreads")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<html><body>Sign in</body></html>", "it is XML and begins with '<html>"),
        (b'{"a": 1}', "it is JSON and begins with"),
        (b"alpha,beta\n1,2", "its first line holds 'alpha', 'beta'"),
    ],
)
def test_a_file_of_no_known_kind_says_what_was_seen_and_what_is_known(
    data: bytes, says: str
) -> None:
    with pytest.raises(InvalidFile) as caught:
        read_export(data, name="mine.csv")
    assert "The file 'mine.csv' is of no known kind" in str(caught.value)
    assert says in str(caught.value)
    assert "Known are: " in str(caught.value)
    assert "Goodreads, " in str(caught.value)


def test_the_limit_is_the_callers() -> None:
    with pytest.raises(InvalidFile, match="too large"):
        read_export(GOODREADS, max_bytes=10)


@pytest.mark.parametrize(
    "data",
    [
        b"Book Id,Title,Author,My Rating,Exclusive Shelf\n" + b"x" * 20_000_000,
        b"x" * 20_000_000,
        b"," * 20_000_000,
        b'"' * 20_000_000,
        b"<" * 5_000_000,
        b"[" * 5_000_000,
        b"1" * 20_000_000,
        b"\xe9" * 20_000_000,
        b"\x82\xa0" * 10_000_000,
        b"9780140143508\n" * 1_500_000,
        b"Title," + b"c," * 1_000_000,
    ],
    ids=[
        "one long line",
        "x",
        "commas",
        "quotes",
        "less than",
        "brackets",
        "digits",
        "latin",
        "kana",
        "isbns",
        "columns",
    ],
)
def test_hostile_files_are_done_with_within_two_seconds(data: bytes) -> None:
    begun = time.process_time()
    try:
        rows = read_export(data).rows
    except InvalidFile:
        rows = []
    assert all(row.work is None for row in rows)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "cell",
    ["a" + " " * 50_000 + "b", "<br" + " " * 50_000, "1" * 50_000, "google." * 7000,
     "Y" * 50_000, "A, " * 15_000, "a : " * 12_000, "(" * 50_000],
    ids=["blanks", "tag", "digits", "address", "format", "names", "orders", "brackets"],
)  # fmt: skip
def test_monstrous_cells_in_every_column_are_read_in_linear_time(cell: str) -> None:
    begun = time.process_time()
    for reader in FORMATS:
        if isinstance(reader, TableFormat) and reader.name != "table":
            columns = sorted(reader.required | reader.signature | reader.columns | {"title"})
            row = ["x" if column == "title" else cell for column in columns]
            text = "\n".join(",".join(f'"{one}"' for one in line) for line in (columns, row))
            read_export(text.encode(), reader.name)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("name", format_names())
@pytest.mark.parametrize(
    "text", ["0", "null", "true", '"x"', "[0]", "[[1]]", "[null]", "{}", '{"a": 1}', '{"a": [1]}']
)
def test_a_bare_value_is_read_or_refused_by_every_reader(name: str, text: str) -> None:
    rows = []
    with contextlib.suppress(InvalidFile):
        rows = read_export(text.encode(), name).rows
    assert all(row.work or row.skip or row.error for row in rows)
