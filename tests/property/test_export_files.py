"""Whatever the bytes are, a reader answers with rows or with InvalidFile."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from booktrack.errors import InvalidFile
from booktrack.sources.files.base import TableFormat
from booktrack.sources.files.registry import FORMATS, detect, format_names, read_export

HEADERS = sorted(
    ",".join(sorted({"title"} | reader.required | reader.signature | reader.columns)).encode()
    for reader in FORMATS
    if isinstance(reader, TableFormat)
)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le"]


def each_row_ends_in_one_way(data: bytes, kind: str) -> None:
    with contextlib.suppress(InvalidFile):
        for row in read_export(data, kind).rows:
            assert (row.work is not None) + bool(row.skip) + bool(row.error) == 1


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(InvalidFile):
        detect(data)
    each_row_ends_in_one_way(data, "auto")


@given(st.sampled_from(format_names()), st.text(max_size=300), st.sampled_from(ENCODINGS))
def test_any_text_given_to_any_reader_is_read_or_refused(
    kind: str, text: str, encoding: str
) -> None:
    each_row_ends_in_one_way(text.encode(encoding, "ignore"), kind)


cells = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", '="9780140143508"', "9.78014E+12", "0140143505", "2020-01-31", "7/8/20", "0000-00-00",
         "5", "-1", "1e999", "NaN", "read", "to-read", "Dick, Philip K.", "(#1.0)", "=1+1",
         "\u202e", "9" * 40, "DVD", "Not Applicable",
         "[2020-01-01]", "2020/01/01-2020/01/02", "１０"]
    ),
)  # fmt: skip


@given(st.sampled_from(HEADERS), st.data())
def test_any_cells_under_a_services_columns_are_read(header: bytes, data: st.DataObject) -> None:
    width = header.count(b",") + 1
    rows = data.draw(st.lists(st.lists(cells, max_size=width + 1), max_size=4))
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    text = "\n".join(lines).encode("utf-8", "ignore")
    for kind in ("auto", *format_names()):
        each_row_ends_in_one_way(header + b"\n" + text, kind)
