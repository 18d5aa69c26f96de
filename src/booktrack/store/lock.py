"""The lock around read-change-append, which all processes on one library share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from booktrack.errors import StoreBusy, StoreReadOnly

# Short enough that four writers do not wait for each other's sleep, long enough to cost nothing.
_POLL_SECONDS = 0.002


class Lock:
    """The file `library.json.lock`; it stays where it is, since removing it would let two in."""

    def __init__(self, library: Path, timeout: float) -> None:
        """Take the library that is locked; whoever may write it may lock it."""
        self.library = library
        self.path = library.with_name(library.name + ".lock")
        self.timeout = timeout
        mode = library.stat().st_mode & 0o666 if library.exists() else 0o644
        self._lock = FileLock(
            self.path, timeout, mode | 0o600, thread_local=False, poll_interval=_POLL_SECONDS
        )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Return a context in which no other process writes.

        Raises:
            StoreBusy: another one kept the lock for longer than the timeout.
            StoreReadOnly: the lock's file cannot be made.
        """
        try:
            self._lock.acquire()
        except (Timeout, RuntimeError) as error:
            # RuntimeError: this very thread holds it through another handle, so waiting is vain.
            raise StoreBusy(
                f"{self.path} was held by another process or handle for {self.timeout:g} s; "
                "try again, or end what is writing to the library",
                path=str(self.path),
            ) from error
        except OSError as error:
            raise StoreReadOnly(
                f"{self.path} cannot be made, so the library can only be read: {error.strerror}",
                path=str(self.path),
            ) from error
        try:
            yield
        finally:
            self._lock.release()
