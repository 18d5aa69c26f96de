"""The folder of pictures beside the library: `library.json.covers/`.

A picture is named by the SHA-256 of its content, so that one picture of many editions is kept
once, and stands two folders deep, so that no folder grows large: `ab/cd/abcd....jpg`, with its
thumbnails beside it. Under `isbn/` a user may put pictures that are to be taken in.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from booktrack.errors import StoreError
from booktrack.store.files import Files, disk_errors

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}

_SHARD = re.compile(r"[0-9a-f]{2}")
_OWN = re.compile(r"(?P<sha256>[0-9a-f]{64})\.(?:jpg|png|webp|gif|\d{2,4}\.webp)")
_LEFTOVER = re.compile(r"[0-9a-f]{64}\..+\.[0-9a-f]{12}\.new")
_ISBN_FOLDERS = re.compile(r"\d{2}")
_GIVEN = re.compile(r"(?P<isbn>97[89]\d{10})\.(?:jpe?g|png|webp|gif)", re.IGNORECASE)
_TRIES = 3

# However another program may have spaced them and broken the lines.
_SHA256 = re.compile(rb'\s*:\s*"([0-9a-f]{64})"')
_UPLOADED = re.compile(rb'"uploaded"\s*:\s*true')


class CoverFiles:
    """The pictures of one library; every path is made of a hash or a checked ISBN alone."""

    def __init__(self, library: Path, files: Files | None = None) -> None:
        self.folder = library.with_name(library.name + ".covers")
        self._library = library
        self._files = files or Files()

    def path(self, sha256: str, mime: str) -> Path:
        """Return where the picture of that content stands, or would."""
        return self._place(sha256, ENDINGS[mime])

    def thumbnail(self, sha256: str, width: int) -> Path:
        """Return where its thumbnail stands, or would."""
        return self._place(sha256, f"{width}.webp")

    def holds(self, sha256: str, mime: str, size: int) -> bool:
        """Return whether the picture is there with all of its bytes, and can be read."""
        path = self.path(sha256, mime)
        try:
            stamp = self._files.stamp(path)
        except OSError:  # a file, or a circle of links, where a folder is due
            return False
        return stamp is not None and stamp.size == size and os.access(path, os.R_OK)

    def holds_thumbnail(self, sha256: str, width: int) -> bool:
        """Return whether the thumbnail is there and was not cut off, which its head tells."""
        try:
            with self.thumbnail(sha256, width).open("rb") as handle:
                head = handle.read(12)
                size = os.fstat(handle.fileno()).st_size
        except OSError:
            return False
        # RIFF names its length without the eight bytes of the name and the length.
        whole = head[:4] == b"RIFF" and head[8:] == b"WEBP"
        return whole and int.from_bytes(head[4:8], "little") == size - 8

    def is_damaged(self, sha256: str, mime: str) -> bool:
        """Return whether the content is another than the name says, or cannot be read."""
        try:
            with self.path(sha256, mime).open("rb") as handle:
                return hashlib.file_digest(handle, "sha256").hexdigest() != sha256
        except OSError:
            return True

    def of_isbn(self, isbn: str) -> Path:
        """Return where a user may put the picture of an ISBN."""
        return self.folder / "isbn" / isbn[-5:-3] / isbn[-3:-1] / f"{isbn}.jpg"

    def given(self) -> Iterator[tuple[str, Path]]:
        """Return the ISBN and the path of every picture that a user put there."""
        for folder in _folders(self.folder / "isbn", _ISBN_FOLDERS):
            for entry in _entries(folder):
                name = _GIVEN.fullmatch(entry.name)
                if name and entry.is_file(follow_symlinks=False):
                    isbn = name["isbn"]
                    if Path(entry.path).parent == self.of_isbn(isbn).parent:
                        yield isbn, Path(entry.path)

    def keep(self, path: Path, data: bytes) -> bool:
        """Write a file durably and in one step; return False where the same was there already.

        Two processes may write the same one at once: each has a name of its own for it until it
        is whole.

        Raises:
            StoreReadOnly: the folder may not be written.
            StoreError: the disk refused.
        """
        with disk_errors(path, "writing"):
            if self._is_there(path, data):
                return False
            for _ in range(_TRIES):
                self._make(path.parent)
                fresh = path.with_name(f"{path.name}.{secrets.token_hex(6)}.new")
                try:
                    self._files.create(fresh, [data], like=self._library)
                    self._files.replace(fresh, path)
                except FileNotFoundError:
                    continue  # another process took the unfinished file for a leftover
                except BaseException:
                    with contextlib.suppress(OSError):
                        fresh.unlink(missing_ok=True)
                    raise
                self._files.sync_folder(path.parent)
                return True
        raise StoreError(f"writing {path} failed, it was removed while it was written")

    def copy(self, source: Path, path: Path) -> None:
        """Let a picture of another folder stand in this one too.

        No file here is ever written to, only replaced: where the disk allows it both names are of
        one file, and take its room once.

        Raises:
            StoreReadOnly: the folder may not be written.
            StoreError: the disk refused.
        """
        with disk_errors(path, "writing"):
            self._make(path.parent)
            fresh = path.with_name(f"{path.name}.{secrets.token_hex(6)}.new")
            try:
                os.link(source, fresh)
            except OSError:
                # Another disk, or one that knows no hard links.
                self.keep(path, source.read_bytes())
                return
            self._files.replace(fresh, path)
            self._files.unlink(fresh)  # a name that was one file's already stays (rename(2))
            self._files.sync_folder(path.parent)

    def remove(self, path: Path) -> None:
        """Remove a file; that it is not there is fine.

        Raises:
            StoreReadOnly: the folder may not be written.
            StoreError: the disk refused.
        """
        with disk_errors(path, "removing"):
            self._files.unlink(path)

    def own(self) -> Iterator[tuple[str | None, Path, int]]:
        """Return the hash, the path and the bytes of every file that is named as booktrack names.

        The hash is None for what a write that was cut off left behind. Other people's files are
        not listed, whatever they are.
        """
        for folder in _folders(self.folder, _SHARD):
            for entry in _entries(folder):
                if not entry.is_file(follow_symlinks=False):
                    continue
                size = entry.stat(follow_symlinks=False).st_size
                name = _OWN.fullmatch(entry.name)
                if name and entry.name.startswith(folder.parent.name + folder.name):
                    yield name["sha256"], Path(entry.path), size
                elif _LEFTOVER.fullmatch(entry.name):
                    yield None, Path(entry.path), size

    def _place(self, sha256: str, ending: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:4] / f"{sha256}.{ending}"

    def _is_there(self, path: Path, data: bytes) -> bool:
        stamp = self._files.stamp(path)
        # Compared, because a damaged file is healed by writing it again.
        return stamp is not None and stamp.size == len(data) and path.read_bytes() == data

    def _make(self, folder: Path) -> None:
        made = []
        while not folder.is_dir():
            made.append(folder)
            folder = folder.parent
        mode = stat.S_IMODE(self._library.stat().st_mode) if self._library.exists() else 0o600
        for each in reversed(made):
            with contextlib.suppress(FileExistsError):
                each.mkdir()
                # Whoever may read the library may enter the folder, nobody else.
                each.chmod(mode | 0o700 | (mode & 0o044) >> 2)
            self._files.sync_folder(each.parent)


def uploads_in(snapshot: Path) -> set[str]:
    """Return the pictures that a kept snapshot names as given by the user, by their hashes."""
    try:
        data = snapshot.read_bytes()
    except FileNotFoundError:
        return set()  # it was the oldest, and made room meanwhile
    except OSError as error:
        raise StoreError(f"{snapshot} cannot be read: {error.strerror}") from error
    # To the next document's hash; reading all of it as JSON would take three times as long.
    parts = data.split(b'"sha256"')[1:]
    named = ((_SHA256.match(part), _UPLOADED.search(part)) for part in parts)
    return {name[1].decode() for name, uploaded in named if name and uploaded}


def _folders(root: Path, name: re.Pattern[str]) -> Iterator[Path]:
    """Return the folders two levels below, of those that are named so; links are not followed."""
    for first in _entries(root):
        if name.fullmatch(first.name) and first.is_dir(follow_symlinks=False):
            for second in _entries(Path(first.path)):
                if name.fullmatch(second.name) and second.is_dir(follow_symlinks=False):
                    yield Path(second.path)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise StoreError(f"the folder {folder} cannot be read: {error.strerror}") from error
