from __future__ import annotations

import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booktrack.errors import InvalidDocument
from booktrack.store.bitflip import flipped_bit
from booktrack.store.encoding import canonical, decode, encode
from booktrack.store.sections import Section, section_of

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda part: (
        st.lists(part, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), part, max_size=4)
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), JSON, max_size=4)


@given(DOCUMENTS)
def test_what_is_json_comes_back_as_it_was_from_one_line(document: dict[str, Any]) -> None:
    raw = encode("mine", document)
    assert b"\n" not in raw
    assert repr(decode(raw)) == repr(document)
    assert canonical(raw) == raw


@given(st.dictionaries(st.integers(1, 10**9), DOCUMENTS, max_size=8), st.lists(st.integers(0, 99)))
def test_a_section_finds_each_document(
    documents: dict[int, dict[str, Any]], others: list[int]
) -> None:
    encoded = {doc_id: encode("mine", documents[doc_id]) for doc_id in sorted(documents)}
    section = section_of(encoded.items())
    assert dict(section.items()) == encoded
    assert list(section.ids) == list(encoded)
    assert len(section) == len(encoded)
    for doc_id in [*encoded, *others]:
        assert section.raw(doc_id) == encoded.get(doc_id)
    changed = sorted({*others, *list(encoded)[::2]})
    parts = list(section.slices(changed))
    assert [part for part in parts if isinstance(part, int)] == changed
    kept = b",\n".join(bytes(part) for part in parts if not isinstance(part, int))
    lines = [b'"%d": %b' % item for item in encoded.items() if item[0] not in changed]
    assert kept == b",\n".join(lines)


def test_chunks_hold_the_whole_table() -> None:
    section = section_of((number, b'{"a":1}') for number in range(1, 5_000))
    chunks = list(section.chunks())
    assert len(chunks) == 3
    assert sum(chunk.count(b'"a"') for chunk in chunks) == 4_999
    assert list(Section(b"\n", 1, 1).chunks()) == []


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"a": float("inf")}, "mine.a is inf, which JSON cannot hold"),
        ({"a": {"b": [{"c": {1, 2}}]}}, "mine.a.b.c is a set"),
        ({"a": b"bytes"}, "mine.a is a bytes"),
        ({"a": {2: "x"}}, "mine.a has the key 2: keys are text"),
        ({"a": "\udfff"}, "half of a character"),
        ({"\ud800": 1}, "half of a character"),
        ("text", "a document is a dict, got 'text'"),
    ],
)
def test_what_is_not_json_is_refused_by_name(document: Any, message: str) -> None:
    with pytest.raises(InvalidDocument, match=message):
        encode("mine", document)


def test_a_document_that_contains_itself_is_refused() -> None:
    document: dict[str, Any] = {}
    document["self"] = document
    with pytest.raises(InvalidDocument, match="nested more than 64 deep"):
        encode("mine", document)


def test_subclasses_of_text_and_tuples_are_stored_as_plain_json() -> None:
    class Named(str):
        """A text with a type of its own, such as ISBN13."""

    assert (
        encode("mine", {"a": Named("x"), "b": (1, 2), "c": [1.5]})
        == b'{"a":"x","b":[1,2],"c":[1.5]}'
    )


@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_flipped_bit_is_found_from_the_crc_alone(data: bytes, draw: st.DataObject) -> None:
    byte = draw.draw(st.integers(0, len(data) - 1))
    bit = draw.draw(st.integers(0, 7))
    damaged = bytearray(data)
    damaged[byte] ^= 1 << bit
    assert flipped_bit(zlib.crc32(damaged) ^ zlib.crc32(data), len(data)) == (byte, bit)


@given(st.binary(min_size=8, max_size=300), st.binary(min_size=8, max_size=300))
def test_an_edit_is_hardly_ever_taken_for_a_flipped_bit(one: bytes, other: bytes) -> None:
    found = flipped_bit(zlib.crc32(one) ^ zlib.crc32(other), len(other))
    if found is not None and len(one) == len(other):
        byte, bit = found
        mended = bytearray(other)
        mended[byte] ^= 1 << bit
        assert zlib.crc32(mended) == zlib.crc32(one)
