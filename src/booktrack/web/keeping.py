"""Answers that are kept, encoded, for who asks the same again while the library stays as it is.

Most of what a page asks was asked before. Such a question costs the loop two looks at the files'
stamps and no thread; any change, whichever process makes it, forgets everything.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from booktrack.library import Library

_MOST_BYTES = 32 << 20
_LARGEST = 512 << 10

# Beside the lists, whose version is the library's, these depend on nothing else.
FUNCTIONS = frozenset({"get_book", "get_edition", "get_series", "lookup", "search"})

# What the library answers by itself may come to depend on what stands outside it: an edition
# grows old enough to ask for again, a pause of the sources ends.
_SECONDS = 10.0


class Sized(Protocol):
    """An answer that knows its body."""

    body: bytes


R = TypeVar("R", bound=Sized)


class Moment(NamedTuple):
    """The state of a library: what is missing or released depends on the day, too."""

    revision: int
    today: str


@dataclass
class _Entry(Generic[R]):
    reply: R
    until: float


class Kept(Generic[R]):
    """Answers by address, all of one moment.

    Args:
        library: Whose answers they are.
        clock: Gives seconds, for tests.
    """

    def __init__(self, library: Library, clock: Callable[[], float] = time.monotonic) -> None:
        self._library = library
        self._clock = clock
        self._lock = threading.Lock()
        self._moment: Moment | None = None
        self._entries: dict[bytes, _Entry[R]] = {}
        self._bytes = 0

    def moment(self) -> Moment:
        """Return the state that the library is in now."""
        return Moment(self._library.revision(), self._library.today())

    def moment_at_hand(self) -> Moment | None:
        """Return the same without waiting, or None where that takes a thread."""
        revision = self._library.revision_at_hand()
        return None if revision is None else Moment(revision, self._library.today())

    def get(self, key: bytes, moment: Moment) -> R | None:
        """Return the answer of this very moment, if it is kept."""
        with self._lock:
            if moment != self._moment:
                return None
            entry = self._entries.get(key)
            return entry.reply if entry and self._clock() < entry.until else None

    def put(self, key: bytes, moment: Moment, reply: R) -> None:
        """Keep an answer that was worked out after this moment.

        The library may have changed in between. Then the moment is over, and nobody will ask for
        its answers.
        """
        size = len(reply.body) + len(key)
        if size > _LARGEST:
            return
        with self._lock:
            if moment != self._moment or self._bytes + size > _MOST_BYTES:
                self._forget(moment)
            before = self._entries.pop(key, None)
            if before:
                self._bytes -= len(before.reply.body) + len(key)
            self._entries[key] = _Entry(reply, self._clock() + _SECONDS)
            self._bytes += size

    def _forget(self, moment: Moment) -> None:
        self._moment, self._entries, self._bytes = moment, {}, 0
