"""Keys and tokens beside the library, in `library.json.secrets`, which only its owner may read."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Any

from booktrack.errors import StoreCorrupt
from booktrack.store.files import Files, Stamp, disk_errors

_MODE = 0o600
_LARGEST = 1 << 20


class Secrets:
    """The file of secrets of one library; written whole, so that a crash leaves the old or the new.

    Who writes holds the library's lock, that is, is in a transaction.
    """

    def __init__(self, library: Path, files: Files | None = None) -> None:
        self.path = library.with_name(library.name + ".secrets")
        self._fresh = self.path.with_name(self.path.name + ".new")
        self._library = library
        self._files = files or Files()

    def stamp(self) -> Stamp | None:
        """Return what tells one state of the file from another, or None where there is no file."""
        with disk_errors(self.path, "reading"):
            return self._files.stamp(self.path)

    def load(self) -> dict[str, Any]:
        """Return what the file holds, by name; nothing where there is no file.

        Raises:
            StoreCorrupt: it is no such file; the message shows nothing of what stands in it.
            StoreError: it cannot be read.
        """
        with disk_errors(self.path, "reading"):
            data = self._read()
        if data is None:
            return {}
        try:
            values = json.loads(data)
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            # Raised out here: the decoder's error, as a cause, would carry the whole text along.
            raise StoreCorrupt(
                f"{self.path} is not the file of secrets that booktrack wrote; remove it and set "
                "your keys again",
                path=str(self.path),
            )
        return values

    def _read(self) -> bytes | None:
        """Return what stands in the file, nothing of what cannot be one, None where none is."""
        if self.path.exists() and not self.path.is_file():
            return b""  # a pipe would be waited for
        handle = self._files.open(self.path)
        if handle is None:
            return None
        with handle:
            too_large = self._files.stamp_of(handle).size > _LARGEST
            return b"" if too_large else self._files.read(handle)

    def save(self, values: Mapping[str, Any]) -> None:
        """Replace what the file holds; where nothing is to be held the file is removed.

        Raises:
            StoreError: the disk refused; the file is as it was.
        """
        with disk_errors(self.path, "writing"):
            self._files.unlink(self._fresh)  # what a killed process left holds keys too
            if not values:
                self._files.unlink(self.path)
            else:
                self._write(json.dumps(dict(values), indent=1, ensure_ascii=False).encode())
            self._files.sync_folder(self.path.parent)

    def _write(self, data: bytes) -> None:
        fresh = self._fresh
        try:
            # Never, not even for a moment, a file that others may read.
            with FileIO(fresh, "x", opener=_for_owner_only) as handle:
                self._give_to_owner(handle)
                self._files.write(handle, data)
                self._files.sync(handle)
            self._files.replace(fresh, self.path)
        except BaseException:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise

    def _give_to_owner(self, handle: FileIO) -> None:
        """Let the file belong to whom the library belongs, where it may be given away."""
        if hasattr(os, "fchown") and self._library.exists():
            owner = os.stat(self._library)
            with contextlib.suppress(PermissionError):
                os.fchown(handle.fileno(), owner.st_uid, owner.st_gid)

    def mode(self) -> int | None:
        """Return the file's rights as a number, or None where there is no file."""
        try:
            return self.path.stat().st_mode & 0o777
        except FileNotFoundError:
            return None


def _for_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, _MODE)
