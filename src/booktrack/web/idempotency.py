"""Requests that may be sent again: one with the same `Idempotency-Key` is done once.

The keys lie in a small database beside the library, so that they outlast the server. A key is
written down before the work begins; where the server died in between, a repeated request is done
only if the library shows that nothing at all was changed since, and refused otherwise.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from booktrack.web.problems import Problem

HEADER = "idempotency-key"
KEY = re.compile("^[!-~]{1,255}$")
_KEPT_SECONDS = 86_400
_BEGUN = 202  # the status of an answer that a job follows
_OVER = 0  # stands for the process of a job that has ended

_TABLE = """
CREATE TABLE IF NOT EXISTS requests (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, at REAL NOT NULL, revision INTEGER NOT NULL,
    process INTEGER NOT NULL, answer BLOB
)
"""


class Answer(msgspec.Struct):
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes


def checked_key(key: str) -> str:
    """Return the key.

    Raises:
        Problem: It is none.
    """
    if not KEY.fullmatch(key):
        raise Problem(
            400,
            "an Idempotency-Key has 1 to 255 printable ASCII signs and no blank",
            code="invalid_idempotency_key",
        )
    return key


class Keys:
    """The keys of one user's requests, for a day.

    Args:
        library: The library's file, beside which they lie.
        user_id: Whose they are: another user's same key names another request.
    """

    def __init__(self, library: Path, user_id: int) -> None:
        self._user = user_id
        self._path = library.with_name(f"{library.name}.requests")
        self._lock = threading.Lock()
        self._running: set[str] = set()

    def begin(self, key: str, fingerprint: str, revision: int) -> Answer | None:
        """Return what was answered before, or None where the work is to be done now.

        Args:
            key: Whose work it is.
            fingerprint: Of the request: the same key with another one is a mistake.
            revision: Of the library, before the work.

        Raises:
            Problem: The key was used for something else, or the work is under way, or it may
                have been done by a server that died.
        """
        key = self._own(key)
        with self._lock, self.database() as database:
            now = time.time()
            database.execute("DELETE FROM requests WHERE at < ?", (now - _KEPT_SECONDS,))
            row = database.execute(
                "SELECT fingerprint, revision, process, answer FROM requests WHERE key = ?", (key,)
            ).fetchone()
            if row is not None:
                said, before, process, answer = row
                if said != fingerprint:
                    raise Problem(
                        422,
                        "this Idempotency-Key was used for another request",
                        code="idempotency_mismatch",
                    )
                told = None if answer is None else msgspec.msgpack.decode(answer, type=Answer)
                if told is not None and not self._was_cut_off(key, process, told):
                    return told
                if told is None:
                    self._refuse_what_may_be_done(key, process, before, revision)
            database.execute(
                "INSERT OR REPLACE INTO requests VALUES (?, ?, ?, ?, ?, NULL)",
                (key, fingerprint, now, revision, os.getpid()),
            )
            self._running.add(key)
        return None

    def _was_cut_off(self, key: str, process: int, told: Answer) -> bool:
        """Return whether a job was begun that ended with its server."""
        return told.status == _BEGUN and process != _OVER and not self._is_under_way(key, process)

    def _is_under_way(self, key: str, process: int) -> bool:
        return key in self._running or (process != os.getpid() and _lives(process))

    def _refuse_what_may_be_done(self, key: str, process: int, before: int, now: int) -> None:
        if self._is_under_way(key, process):
            raise Problem(
                409,
                "the first request with this Idempotency-Key is still under way",
                code="idempotency_in_progress",
                headers={"Retry-After": "1"},
            )
        if before != now:
            raise Problem(
                409,
                "the server ended while it did this and the library was changed since: look "
                "whether it was done, and use a new key if not",
                code="idempotency_unknown",
            )

    def finish(self, key: str, answer: Answer | None) -> None:
        """Write down what was answered; None forgets the key, since nothing was changed.

        Where a job was begun, `settle` says when it is over.
        """
        key = self._own(key)
        with self._lock, self.database() as database:
            if answer is None or answer.status != _BEGUN:
                self._running.discard(key)
            if answer is None:
                database.execute("DELETE FROM requests WHERE key = ?", (key,))
            else:
                database.execute(
                    "UPDATE requests SET answer = ? WHERE key = ?",
                    (msgspec.msgpack.encode(answer), key),
                )

    def settle(self, key: str) -> None:
        """Take down that the job is over, so that it is never begun again."""
        key = self._own(key)
        with self._lock, self.database() as database:
            self._running.discard(key)
            database.execute("UPDATE requests SET process = ? WHERE key = ?", (_OVER, key))

    def _own(self, key: str) -> str:
        return f"{self._user} {key}"  # no key has a blank

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """Return a context with the open database; leaving it commits."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # What was answered is nobody else's business.
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        database = sqlite3.connect(self._path, timeout=10)
        with closing(database), database:
            database.execute(_TABLE)
            yield database


def _lives(process: int) -> bool:
    if os.name == "nt":
        return False  # there, to ask whether a process lives is to interrupt it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
