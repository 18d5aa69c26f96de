"""The journal's lines: one a transaction, each sealed with a CRC that also covers those before.

    5d41402a {"journal":1,"revision":41,...}     the header: which snapshot it continues
    7b8b965a {"revision":42,"why":"mark",...}    what was changed, before and after

A seal is the CRC-32 of the line's JSON, started from the seal of the line before. A line that was
flipped, left out, doubled or moved therefore breaks the chain at its own place.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import NamedTuple

import msgspec

from booktrack.errors import StoreCorrupt

_SEAL = 9  # eight hex digits and a blank
# What a file system leaves of a write that a power cut interrupted: blocks of zeros. A shorter
# run could be a damaged character, which must not pass for an unfinished line.
_ZEROS = b"\0" * 512

# How the identity begins of a snapshot that another program wrote.
OTHER = "other-"
NOTHING = msgspec.Raw(b"null")


class Op(msgspec.Struct, array_like=True):
    """One document before and after: `null` before an insert and after a removal."""

    table: str
    doc_id: int
    before: msgspec.Raw
    after: msgspec.Raw


class Entry(msgspec.Struct, kw_only=True):
    """One transaction."""

    revision: int
    at: str
    why: str
    user_id: int | None = None
    undoes: int | None = None
    ops: list[Op] = []


class SnapshotStamp(msgspec.Struct):
    """The snapshot that a journal continues: what its bytes sum up to, and how the file looked."""

    identity: str
    size: int
    mtime_ns: int

    @property
    def is_own(self) -> bool:
        """Whether booktrack wrote it, so that the identity is its CRC."""
        return bool(self.identity) and not self.identity.startswith(OTHER)


class Header(msgspec.Struct, kw_only=True):
    """The first line: a journal makes sense only together with the snapshot that it continues."""

    journal: int
    revision: int
    chain: str
    next_ids: dict[str, int]
    snapshot: SnapshotStamp


_encoder = msgspec.json.Encoder()
_entries = msgspec.json.Decoder(Entry)
_headers = msgspec.json.Decoder(Header)


class Line(NamedTuple):
    """A sealed line: its JSON, where it starts and ends in the file, and its seal."""

    payload: bytes
    start: int
    end: int
    seal: int


def seal(content: Entry | Header, chain: int) -> tuple[bytes, int]:
    """Return the line for the content, and its seal, which continues the chain."""
    return seal_bytes(_encoder.encode(content), chain)


def seal_bytes(payload: bytes, chain: int) -> tuple[bytes, int]:
    """Return the line for a payload that is JSON already, and its seal."""
    crc = zlib.crc32(payload, chain)
    return b"%08x %b\n" % (crc, payload), crc


def read_lines(data: bytes, start: int, chain: int | None, path: Path) -> list[Line]:
    """Return the whole lines of a file's data that begins at byte `start` of the file.

    An unfinished line at the end is left out: its transaction was never acknowledged. With
    `chain=None` every line is sealed for itself, as in the history.

    Raises:
        StoreCorrupt: a line is damaged.
    """
    lines: list[Line] = []
    position = 0
    while (end := data.find(b"\n", position)) >= 0:
        text = data[position:end]
        crc = zlib.crc32(text[_SEAL:], chain or 0)
        if text[:_SEAL] != b"%08x " % crc:
            if _ZEROS in text and end + 1 == len(data):
                return lines
            raise corrupt(path, start + position)
        lines.append(Line(text[_SEAL:], start + position, start + end + 1, crc))
        position = end + 1
        if chain is not None:
            chain = crc
    tail = data[position:-1]
    if len(tail) > _SEAL and tail[:_SEAL] == b"%08x " % zlib.crc32(tail[_SEAL:], chain or 0):
        # A whole line whose newline has become another character: that one is damaged, not torn.
        raise corrupt(path, start + len(data) - 1)
    return lines


def corrupt(path: Path, offset: int) -> StoreCorrupt:
    """Return the error for a damaged line, which says what can be done."""
    return StoreCorrupt(
        f"{path} is damaged at byte {offset}. Nothing was changed. `booktrack.store.recover"
        f"({str(_library_of(path))!r})` keeps the damaged files aside and rebuilds the library "
        "from everything that is whole",
        path=str(path),
        offset=offset,
    )


def _library_of(path: Path) -> Path:
    for suffix in (".journal", ".history"):
        if path.name.endswith(suffix):
            return path.with_name(path.name.removesuffix(suffix))
    return path


def entry_of(line: Line, path: Path) -> Entry:
    """Return the transaction that a line holds.

    Raises:
        StoreCorrupt: the line is sealed, but not what booktrack writes.
    """
    try:
        return _entries.decode(line.payload)
    except msgspec.MsgspecError as error:
        raise corrupt(path, line.start) from error


def header_of(line: Line, path: Path) -> Header:
    """Return the header that a journal's first line holds.

    Raises:
        StoreCorrupt: the line is sealed, but not what booktrack writes.
    """
    try:
        return _headers.decode(line.payload)
    except msgspec.MsgspecError as error:
        raise corrupt(path, line.start) from error
