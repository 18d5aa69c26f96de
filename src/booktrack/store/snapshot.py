"""The snapshot, `library.json`: a plain TinyDB file with one document per line.

    {
    "_meta": {
    "1": {"crc":"9b2f11d0","format":1,"schema":1,"revision":42,"chain":"7b8b965a","next_ids":{}}
    },
    "books": {
    "1": {"title":"The Way of Kings",...},
    "2": {...}
    }
    }

The CRC covers the whole file with its own digits as zeros. A file in which it is right is taken
as it is, its lines unread; any other JSON that stock TinyDB could have written is read wholly.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from booktrack.domain.models import MODELS
from booktrack.errors import InvalidDocument, StoreCorrupt, StoreTooNew
from booktrack.store.bitflip import flipped_bit
from booktrack.store.encoding import LARGEST_ID, decode
from booktrack.store.journal import OTHER
from booktrack.store.sections import Section, section_of

FORMAT = 1
META = "_meta"
_NO_CRC = b"00000000"
_CRC_AT = len('{\n"_meta": {\n"1": {"crc":"')
_HEAD = re.compile(rb'\{\n"_meta": \{\n"1": (\{"crc":"([0-9a-f]{8})".*\})\n\}')
# The line of a table's name, read backwards from its end, is never longer.
_NAME_ROOM = 2048


class Meta(msgspec.Struct, kw_only=True):
    """What the file says of itself: who may read it, how far it is, which ids are used up."""

    crc: str = ""
    format: int = FORMAT
    schema: int = 1
    revision: int = 0
    chain: str = "00000000"
    next_ids: dict[str, int] = {}


class Snapshot(NamedTuple):
    """A snapshot as read: `own` where booktrack wrote it and nobody touched it since."""

    meta: Meta
    sections: dict[str, Section]
    identity: str
    own: bool


_metas = msgspec.json.Decoder(Meta)
_encode = msgspec.json.encode
_tables = msgspec.json.Decoder(dict[str, dict[int, msgspec.Raw]], strict=False)


def parse(data: bytes, path: Path) -> Snapshot:
    """Return what the bytes of a snapshot hold.

    Raises:
        StoreTooNew: a newer booktrack wrote it.
        StoreCorrupt: it is not JSON, or not of the form of TinyDB.
    """
    return parse_own(data, path) or parse_other(data, path)


def parse_own(data: bytes, path: Path) -> Snapshot | None:
    """Return what a snapshot holds that booktrack wrote, or None where its CRC is not right.

    Raises:
        StoreTooNew: a newer booktrack wrote it.
    """
    head = _HEAD.match(data)
    if head is None or int(head[2], 16) != _sum(data):
        return None
    meta = _meta_of(head[1], path)
    return Snapshot(meta, _own_sections(data, head.end()), meta.crc, own=True)


def seems_own(data: bytes) -> bool:
    """Return whether booktrack wrote the file, whatever may have become of it since."""
    return _HEAD.match(data) is not None


def mended(data: bytes, crc: str | None = None) -> tuple[int, bytes] | None:
    """Return the byte in which one bit was flipped, and the file as it was before.

    None where more than a bit differs, as after an edit by hand.

    Args:
        data: a file whose CRC is not right.
        crc: what it should be, where that is known from elsewhere than the file.
    """
    if crc is None:
        head = _HEAD.match(data)
        if head is None:
            return None
        crc = head[2].decode()
    difference = _sum(data) ^ int(crc, 16)
    if not difference:
        return _CRC_AT, data[:_CRC_AT] + crc.encode() + data[_CRC_AT + len(crc) :]
    found = flipped_bit(difference, len(data))
    if found is None:
        return None
    byte, bit = found
    return byte, data[:byte] + bytes([data[byte] ^ 1 << bit]) + data[byte + 1 :]


def empty(schema: int = 1) -> Snapshot:
    """Return the snapshot of a library that does not exist yet."""
    return Snapshot(Meta(schema=schema), {}, "", own=True)


def render(
    meta: Meta, tables: Mapping[str, Iterable[bytes | memoryview]]
) -> list[bytes | memoryview]:
    """Return the file in pieces, and set the CRC in `meta`.

    Args:
        meta: what the file says of itself.
        tables: by name, the lines of each table without the newline and comma between them.
    """
    body: list[bytes | memoryview] = []
    for name in sorted(tables, key=_order):
        body.append(b",\n%b: {" % _encode(name))
        separator = b"\n"
        for line in tables[name]:
            body += (separator, line)
            separator = b",\n"
        body.append(b"\n}")
    body.append(b"\n}\n")
    meta.crc = _NO_CRC.decode()
    head = b'{\n"_meta": {\n"1": %b\n}' % _encode(meta)
    crc = zlib.crc32(head)
    for piece in body:
        crc = zlib.crc32(piece, crc)
    meta.crc = f"{crc:08x}"
    return [head.replace(_NO_CRC, meta.crc.encode(), 1), *body]


def _order(table: str) -> tuple[bool, int, str]:
    known = list(MODELS)
    return (table not in MODELS, known.index(table) if table in MODELS else 0, table)


def _sum(data: bytes) -> int:
    view = memoryview(data)
    crc = zlib.crc32(_NO_CRC, zlib.crc32(view[:_CRC_AT]))
    return zlib.crc32(view[_CRC_AT + len(_NO_CRC) :], crc)


def _meta_of(raw: bytes | msgspec.Raw, path: Path) -> Meta:
    try:
        meta = _metas.decode(raw)
    except msgspec.MsgspecError as error:
        raise StoreCorrupt(
            f"{path} has a table _meta that booktrack did not write: {error}. Rename that table, "
            "or open another file",
            path=str(path),
        ) from error
    if meta.format > FORMAT:
        raise StoreTooNew(
            f"{path} has format {meta.format}; this booktrack reads up to {FORMAT}. Update it",
            path=str(path),
        )
    return meta


def _own_sections(data: bytes, position: int) -> dict[str, Section]:
    # Documents stand on one line each, so this ends only lines that open a table.
    opening = b": {\n"
    sections = {}
    while (found := data.find(opening, position)) >= 0:
        start = found + len(opening)
        line = data[max(position, start - _NAME_ROOM) : start]
        line = line[line.rfind(b"\n", 0, -1) + 1 :]
        end = _end_of_table(data, start)
        sections[msgspec.json.decode(line[: -len(opening)], type=str)] = Section(data, start, end)
        position = end
    return sections


def _end_of_table(data: bytes, start: int) -> int:
    end = data.find(b"\n}", start - 1)
    return end + 1


def parse_other(data: bytes, path: Path) -> Snapshot:
    """Return what a file of stock TinyDB or of an editor holds, every document of it checked.

    Raises:
        StoreTooNew: a newer booktrack wrote it.
        StoreCorrupt: it is not JSON, not of the form of TinyDB, or a document fits no model.
    """
    data = data.removeprefix(codecs.BOM_UTF8)  # Windows' editors put it before the first byte
    if not data.strip():
        return empty()._replace(own=False)
    try:
        data.decode()
        tables = _tables.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        byte = _byte_of(error, data)
        raise StoreCorrupt(
            f"{path} is no TinyDB file, from byte {byte} on: {error}. Nothing was changed; mend it "
            f"by hand, or call `booktrack.store.recover({str(path)!r})`, which takes the newest "
            "good backup",
            path=str(path),
            offset=byte,
            reason=f"it is no TinyDB file, from byte {byte} on: {error}",
        ) from error
    own = tables.pop(META, {}).get(1)
    meta = Meta() if own is None else _meta_of(own, path)
    sections = {}
    for name, documents in tables.items():
        for doc_id, raw in documents.items():
            _check_foreign(name, doc_id, raw, path)
        ordered = sorted(documents)
        sections[name] = section_of((key, _on_one_line(documents[key])) for key in ordered)
        meta.next_ids[name] = max(meta.next_ids.get(name, 1), max(documents, default=0) + 1)
    return Snapshot(meta, sections, f"{OTHER}{zlib.crc32(data):08x}", own=False)


def _byte_of(error: Exception, data: bytes) -> int:
    if isinstance(error, UnicodeDecodeError):
        return error.start
    named = re.search(r"\(byte (\d+)\)", str(error))
    return int(named[1]) if named else len(data)


def _on_one_line(raw: msgspec.Raw) -> bytes:
    text = bytes(raw)
    return msgspec.json.format(text, indent=-1) if b"\n" in text or b"\r" in text else text


def _check_foreign(table: str, doc_id: int, raw: msgspec.Raw, path: Path) -> None:
    try:
        if not 0 < doc_id <= LARGEST_ID:
            raise InvalidDocument(f"an id is a number from 1 to 2**53, got {doc_id}")
        document = decode(raw)
        if table in MODELS:
            MODELS[table].check(document)
    except (msgspec.MsgspecError, InvalidDocument, RecursionError) as error:
        raise StoreCorrupt(
            f"{path} was changed by another program, and its {table} {doc_id} cannot be read: "
            f"{error}. Nothing was changed; mend it by hand or restore a backup",
            path=str(path),
            table=table,
            doc_id=doc_id,
            reason=f"its {table} {doc_id} cannot be read: {error}",
        ) from error
