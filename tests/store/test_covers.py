"""The folder of pictures: whole files or none, and no one else's are touched."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from pathlib import Path

import pytest

from booktrack.errors import StoreError, StoreReadOnly
from booktrack.store.covers import CoverFiles, uploads_in
from booktrack.store.files import Files

DATA = b"picture" * 100
NAME = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.json"
    path.write_text("{}")
    return path


def test_a_picture_stands_two_folders_deep_beside_the_library(library: Path) -> None:
    covers = CoverFiles(library)
    path = covers.path(NAME, "image/jpeg")
    assert path == library.parent / "library.json.covers" / NAME[:2] / NAME[2:4] / f"{NAME}.jpg"
    assert covers.keep(path, DATA) is True
    assert path.read_bytes() == DATA
    assert covers.keep(path, DATA) is False
    assert covers.holds(NAME, "image/jpeg", len(DATA))
    assert not covers.holds(NAME, "image/png", len(DATA))
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_damaged_picture_is_written_again(library: Path) -> None:
    covers = CoverFiles(library)
    path = covers.path(NAME, "image/png")
    covers.keep(path, DATA)
    path.write_bytes(b"x" * len(DATA))
    assert covers.keep(path, DATA) is True
    path.write_bytes(DATA[:-1])
    assert not covers.holds(NAME, "image/png", len(DATA))
    assert covers.keep(path, DATA) is True
    assert path.read_bytes() == DATA


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_whoever_may_read_the_library_may_see_its_pictures(library: Path) -> None:
    for mode, folder in ((0o600, 0o700), (0o640, 0o750), (0o644, 0o755)):
        library.chmod(mode)
        covers = CoverFiles(library)
        data = str(mode).encode()
        path = covers.path(hashlib.sha256(data).hexdigest(), "image/gif")
        covers.keep(path, data)
        assert stat.S_IMODE(path.stat().st_mode) == mode
        assert stat.S_IMODE(path.parent.stat().st_mode) == folder


class Failing(Files):
    """A disk on which one operation fails."""

    def __init__(self, operation: str, error: OSError) -> None:
        self.operation = operation
        self.error = error

    def _may_fail(self, operation: str) -> None:
        if operation == self.operation:
            raise self.error

    def write(self, handle, data):  # type: ignore[no-untyped-def]
        self._may_fail("write")
        super().write(handle, data)

    def sync(self, handle):  # type: ignore[no-untyped-def]
        self._may_fail("sync")
        super().sync(handle)

    def replace(self, source: Path, target: Path) -> None:
        self._may_fail("replace")
        super().replace(source, target)

    def sync_folder(self, folder: Path) -> None:
        self._may_fail("sync_folder")
        super().sync_folder(folder)


@pytest.mark.parametrize("operation", ["write", "sync", "replace", "sync_folder"])
def test_a_disk_that_refuses_leaves_no_half_of_a_picture(library: Path, operation: str) -> None:
    covers = CoverFiles(library, Failing(operation, OSError(28, "No space left on device")))
    path = covers.path(NAME, "image/jpeg")
    with pytest.raises(StoreError, match="No space left"):
        covers.keep(path, DATA)
    left = [found for found in covers.folder.rglob("*") if found.is_file()]
    assert all(found.read_bytes() == DATA and found == path for found in left)
    assert CoverFiles(library).keep(path, DATA) in (True, False)
    assert path.read_bytes() == DATA


def test_a_folder_that_may_not_be_written_is_told(library: Path) -> None:
    covers = CoverFiles(library, Failing("replace", PermissionError(13, "Permission denied")))
    with pytest.raises(StoreReadOnly):
        covers.keep(covers.path(NAME, "image/jpeg"), DATA)


class Repaired(Files):
    """Another process's repair removes the unfinished file, so many times."""

    def __init__(self, times: int) -> None:
        self.times = times

    def replace(self, source: Path, target: Path) -> None:
        if self.times:
            self.times -= 1
            source.unlink()
        super().replace(source, target)


def test_a_repair_that_takes_the_unfinished_file_costs_a_second_try(library: Path) -> None:
    covers = CoverFiles(library, Repaired(2))
    path = covers.path(NAME, "image/jpeg")
    assert covers.keep(path, DATA)
    assert path.read_bytes() == DATA
    other = covers.path("0" * 64, "image/jpeg")
    with pytest.raises(StoreError, match="removed while"):
        CoverFiles(library, Repaired(3)).keep(other, DATA)


def test_only_what_booktrack_names_so_is_its_own(library: Path, tmp_path: Path) -> None:
    covers = CoverFiles(library)
    picture = covers.path(NAME, "image/jpeg")
    covers.keep(picture, DATA)
    covers.keep(covers.thumbnail(NAME, 200), b"small")
    leftover = picture.with_name(f"{NAME}.jpg.0123456789ab.new")
    leftover.write_bytes(b"half")
    strange = [
        covers.folder / "notes.txt",
        covers.folder / f"{NAME}.jpg",  # not in its place
        picture.parent / "holiday.jpg",
        picture.parent / f"{NAME}.svg",
        picture.parent / f"{NAME[:-1]}.jpg",
        picture.parent / f"{'f' * 64}.jpg",
        picture.parent / f"{NAME}.jpg.backup",
        covers.folder / "00" / "mine" / f"{NAME}.jpg",
    ]
    for path in strange:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"somebody's")
    (picture.parent / f"{NAME}.png").mkdir()
    found = {path: (name, size) for name, path, size in covers.own()}
    assert found == {
        picture: (NAME, len(DATA)),
        covers.thumbnail(NAME, 200): (NAME, 5),
        leftover: (None, 4),
    }


def test_links_out_of_the_folder_are_not_followed(library: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside" / NAME[2:4]
    outside.mkdir(parents=True)
    (outside / f"{NAME}.jpg").write_bytes(DATA)
    covers = CoverFiles(library)
    covers.folder.mkdir()
    os.symlink(outside.parent, covers.folder / NAME[:2])
    inside = covers.folder / "ab" / "cd"
    inside.mkdir(parents=True)
    os.symlink(outside / f"{NAME}.jpg", inside / f"abcd{'0' * 60}.jpg")
    assert list(covers.own()) == []


def test_pictures_given_under_an_isbn_are_found(library: Path) -> None:
    covers = CoverFiles(library)
    place = covers.of_isbn("9780765326355")
    place.parent.mkdir(parents=True)
    given = [place, place.with_suffix(".PNG"), place.with_suffix(".webp")]
    for path in given:
        path.write_bytes(DATA)
    for name in ("9780765326355.txt", "123.jpg", "9780441013593.jpg", "a.jpg"):
        (place.parent / name).write_bytes(b"x")
    assert sorted(covers.given()) == sorted(("9780765326355", path) for path in given)


@pytest.mark.parametrize("indent", [None, 2])
def test_the_pictures_that_a_user_gave_are_read_from_a_snapshot(
    tmp_path: Path, indent: int | None
) -> None:
    covers = {
        str(number): {
            "sha256": f"{number:064x}",
            "url": 'http://a/{"}',
            "uploaded": number % 2 == 0,
        }
        for number in range(1, 5)
    }
    covers["5"] = {"sha256": f"{5:064x}", "url": None}
    path = tmp_path / "kept.json"
    path.write_text(json.dumps({"covers": covers, "books": {}}, indent=indent))
    assert uploads_in(path) == {f"{2:064x}", f"{4:064x}"}
    path.unlink()
    assert uploads_in(path) == set()
    path.mkdir()
    with pytest.raises(StoreError, match="cannot be read"):
        uploads_in(path)


def test_without_a_folder_there_is_nothing(tmp_path: Path) -> None:
    covers = CoverFiles(tmp_path / "library.json")
    assert list(covers.own()) == list(covers.given()) == []
    (tmp_path / "library.json.covers").write_text("a file")
    assert list(covers.own()) == []
    covers.remove(tmp_path / "nothing.jpg")


def test_pictures_may_come_before_the_library(tmp_path: Path) -> None:
    covers = CoverFiles(tmp_path / "library.json")
    assert covers.keep(covers.path(NAME, "image/jpeg"), DATA)
