"""The disk: every operation that can fail, once, so that tests can let each fail in turn."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from booktrack.errors import StoreError, StoreReadOnly

if sys.platform == "darwin":
    import fcntl

# One os.write takes at most 2 GiB on Linux; smaller pieces keep the copy in the kernel short.
_PIECE = 1 << 24


class Stamp(NamedTuple):
    """What tells one state of a file from another without reading it."""

    inode: int
    size: int
    mtime_ns: int


class Files:
    """Reads and durable writes; a test replaces single methods to let the disk fail."""

    def stamp(self, path: Path | str) -> Stamp | None:
        """Return the file's stamp, or None where there is no file."""
        try:
            found = os.stat(path)
        except FileNotFoundError:
            return None
        return Stamp(found.st_ino, found.st_size, found.st_mtime_ns)

    def stamp_of(self, handle: FileIO) -> Stamp:
        """Return the stamp of an open file, whatever name it has by now."""
        found = os.fstat(handle.fileno())
        return Stamp(found.st_ino, found.st_size, found.st_mtime_ns)

    def open(self, path: Path, *, writing: bool = False) -> FileIO | None:
        """Return the open file, unbuffered, or None where there is no file."""
        try:
            return FileIO(path, "r+" if writing else "r")
        except FileNotFoundError:
            return None

    def read(self, handle: FileIO, offset: int = 0) -> bytes:
        """Return what stands in the file from the offset on."""
        handle.seek(offset)
        return handle.readall()

    def write(self, handle: FileIO, data: bytes | memoryview) -> None:
        """Write all of the data, however many calls the system needs for it."""
        rest = memoryview(data)
        while rest:
            rest = rest[handle.write(rest[:_PIECE]) :]

    def sync(self, handle: FileIO) -> None:
        """Return once the file's content is on the disk and not only in the system's memory."""
        if sys.platform == "darwin":
            # fsync(2) of macOS leaves the data in the drive's own cache.
            fcntl.fcntl(handle.fileno(), fcntl.F_FULLFSYNC)
        elif hasattr(os, "fdatasync"):
            os.fdatasync(handle.fileno())
        else:
            os.fsync(handle.fileno())

    def truncate(self, handle: FileIO, size: int) -> None:
        """Cut the file off after `size` bytes."""
        handle.truncate(size)

    def replace(self, source: Path, target: Path) -> None:
        """Give the target's name to the source in one step."""
        os.replace(source, target)

    def link(self, source: Path, target: Path) -> None:
        """Let the target be a second name of the source, or a copy where links are not possible."""
        try:
            os.link(source, target)
        except OSError:
            # FAT, some network drives and containers know no hard links.
            shutil.copy2(source, target)

    def unlink(self, path: Path) -> None:
        """Remove the file; that it is not there is fine."""
        path.unlink(missing_ok=True)

    def sync_folder(self, folder: Path) -> None:
        """Return once the names in the folder are on the disk."""
        if os.name == "nt":
            return  # Windows cannot open a folder, and journals its names itself
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def create(self, path: Path, chunks: Iterable[bytes | memoryview], like: Path) -> Stamp:
        """Write a new file durably, with the mode and owner of `like` where that exists.

        The name of the file is not durable before it is replaced to its place and the folder is
        synced. Where anything fails the half-written file is removed.
        """
        self.unlink(path)
        try:
            with FileIO(path, "x") as handle:
                copy_rights(like, handle.fileno())
                for chunk in chunks:
                    self.write(handle, chunk)
                self.sync(handle)
                stamp = self.stamp_of(handle)
        except BaseException:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            raise
        return stamp

    def put(self, path: Path, chunks: Iterable[bytes | memoryview], like: Path) -> Stamp:
        """Replace a file, or make it, so that a crash leaves the old one or the new one whole."""
        fresh = path.with_name(path.name + ".new")
        stamp = self.create(fresh, chunks, like)
        try:
            self.replace(fresh, path)
        except BaseException:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise
        self.sync_folder(path.parent)
        return stamp


def copy_rights(like: Path, descriptor: int) -> None:
    """Give an open file the mode and, as far as allowed, the owner of another one."""
    try:
        found = os.stat(like)
    except FileNotFoundError:
        return
    if not hasattr(os, "fchmod"):
        return
    os.fchmod(descriptor, stat.S_IMODE(found.st_mode))
    # Root who edits a user's library must not take it from them; others cannot give files away.
    with contextlib.suppress(PermissionError):
        os.fchown(descriptor, found.st_uid, found.st_gid)


def read_file(path: Path, most: int) -> bytes:
    """Return what stands in a file that somebody named.

    Raises:
        OSError: it cannot be read, is larger than so many bytes, or is no ordinary file: a pipe
            would be waited for, and a device such as /dev/zero has no end.
    """
    with FileIO(path, "r", opener=_without_waiting) as handle:
        found = os.fstat(handle.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file")
        if found.st_size > most:
            raise OSError(errno.EFBIG, f"it has more than {most:,} bytes")
        return handle.readall()


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def is_writable(path: Path) -> bool:
    """Return whether the library may be written: the file, where it exists, and its folder.

    Mode bits count even for root, whom the system would let through: whoever took all write bits
    from a file meant it.
    """
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    for place in (path, folder):
        if place.exists() and not (place.stat().st_mode & 0o222 and os.access(place, os.W_OK)):
            return False
    return True


def free_space(path: Path) -> int:
    """Return the bytes that are free where the file is, or would be made."""
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


@contextlib.contextmanager
def disk_errors(path: Path, doing: str) -> Iterator[None]:
    """Turn what the system says into an error of the tree that names the file and the work."""
    try:
        yield
    except PermissionError as error:
        raise StoreReadOnly(
            f"{path} may not be written: {error.strerror}", path=str(path)
        ) from error
    except OSError as error:
        raise StoreError(
            f"{doing} {path} failed, nothing was changed: {error.strerror or error}",
            path=str(path),
        ) from error
