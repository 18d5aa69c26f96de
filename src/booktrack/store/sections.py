"""The documents of one table as they stand in the snapshot: bytes, found by id, decoded by nobody.

100,000 editions open in the time it takes to read the file, because nothing is decoded and no
object is made for a document: two arrays say which id starts where.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from functools import cached_property

# No newline stands inside a document (JSON writes it as \\n), so this finds only lines' beginnings.
_LINE = re.compile(rb'\n"(\d+)": ')
_CHUNK = 2048


class Section:
    """An unchanging table: lines of `"id": {document}`, ascending by id, in a shared buffer."""

    def __init__(self, buffer: bytes, start: int, end: int) -> None:
        """Take the table's lines from `start`, which follows a newline, to `end` after the last."""
        self._buffer = buffer
        self._start = start
        self._end = end

    @cached_property
    def ids(self) -> array[int]:
        """The ids, ascending."""
        return array("Q", map(int, _LINE.findall(self._buffer, self._start - 1, self._end)))

    @cached_property
    def _starts(self) -> array[int]:
        found = _LINE.finditer(self._buffer, self._start - 1, self._end)
        starts = array("Q", [match.start() + 1 for match in found])
        starts.append(self._end)
        return starts

    def __len__(self) -> int:
        return len(self.ids)

    def place(self, doc_id: int) -> int:
        """Return at which place the id stands, or -1."""
        ids = self.ids
        if not ids or not ids[0] <= doc_id <= ids[-1]:
            return -1
        # Where nothing was removed, ids follow each other and the first guess is right.
        guess = doc_id - ids[0]
        if guess < len(ids) and ids[guess] == doc_id:
            return guess
        return _search(ids, doc_id, min(guess, len(ids)))

    def raw(self, doc_id: int) -> bytes | None:
        """Return the document's bytes, or None."""
        place = self.place(doc_id)
        return None if place < 0 else self._document(place)

    def items(self) -> Iterator[tuple[int, bytes]]:
        """Return every id with its document's bytes, ascending."""
        for place, doc_id in enumerate(self.ids):
            yield doc_id, self._document(place)

    def chunks(self) -> Iterator[bytes]:
        """Return the table as JSON objects of some thousand documents each, for typed decoding."""
        starts = self._starts
        for first in range(0, len(self), _CHUNK):
            last = min(first + _CHUNK, len(self))
            lines = self._buffer[starts[first] : starts[last]]
            yield b"{%b}" % lines.rstrip(b",\n")

    def slices(self, changed: Iterable[int]) -> Iterator[memoryview | int]:
        """Return the lines to keep as they are and, at their places, the ids that changed.

        Args:
            changed: ids, ascending; those that are not in the table come at their place too.
        """
        view = memoryview(self._buffer)
        starts, ids = self._starts, self.ids
        done = 0
        for doc_id in changed:
            place = _left(ids, doc_id, done)
            if place > done:
                yield from self._kept(view, starts[done], starts[place])
            yield doc_id
            done = place + (place < len(ids) and ids[place] == doc_id)
        if done < len(ids):
            yield from self._kept(view, starts[done], starts[len(ids)])

    def _kept(self, view: memoryview, start: int, end: int) -> Iterator[memoryview]:
        # The last line of a table has no comma; without newline and comma all are alike.
        end -= 2 if self._buffer[end - 2 : end] == b",\n" else 1
        yield view[start:end]

    def _document(self, place: int) -> bytes:
        start, end = self._starts[place], self._starts[place + 1]
        line = self._buffer[start:end]
        return line[line.index(b" ") + 1 : -2 if line.endswith(b",\n") else -1]


def section_of(documents: Iterable[tuple[int, bytes]]) -> Section:
    """Return a section of documents that come ascending by id."""
    lines = b",\n".join(b'"%d": %b' % item for item in documents)
    buffer = b"\n%b\n" % lines if lines else b"\n"
    return Section(buffer, 1, len(buffer))


EMPTY = section_of(())


def _search(ids: array[int], doc_id: int, high: int) -> int:
    place = _left(ids, doc_id, 0, high)
    return place if place < len(ids) and ids[place] == doc_id else -1


def _left(ids: array[int], doc_id: int, low: int, high: int | None = None) -> int:
    high = len(ids) if high is None else high
    while low < high:
        middle = (low + high) // 2
        if ids[middle] < doc_id:
            low = middle + 1
        else:
            high = middle
    return low
