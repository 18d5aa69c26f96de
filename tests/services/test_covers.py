"""Covers of editions and volumes, without a network: given, matched, removed, checked, undone."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from booktrack import InvalidInput, InvalidISBN, NotFound
from booktrack.errors import (
    Conflict,
    InvalidDocument,
    InvalidFile,
    SourceUnavailable,
    StoreError,
    StoreReadOnly,
)
from booktrack.store.covers import CoverFiles
from support.libraries import (
    DUNE,
    ROOT,
    WAY_OF_KINGS,
    WAY_OF_KINGS_EBOOK,
    open_library,
    snapshot,
)
from support.pictures import cover_file


def edition_of(library, isbn):
    (edition,) = [one for one in library.lookup(isbn)["editions"] if one["isbn_13"] == isbn]
    return edition


def pictures_of(library):
    """Return the names of all files of pictures."""
    return sorted(
        found.name for found in Path(f"{library.path}.covers").rglob("*") if found.is_file()
    )


def last_transaction(library):
    return library.history(limit=1)["transactions"][0]


# --- an edition's picture --------------------------------------------------------------------


def test_a_picture_that_is_given_is_kept_as_it_came(sample):
    data = cover_file(1)
    given = sample.set_cover(WAY_OF_KINGS, data)
    sha256 = hashlib.sha256(data).hexdigest()
    assert given == {
        "sha256": sha256,
        "mime": "image/jpeg",
        "width": 400,
        "height": 600,
        "bytes": len(data),
        "path": f"{sample.path}.covers/{sha256[:2]}/{sha256[2:4]}/{sha256}.jpg",
        "source": "user",
        "url": None,
        "uploaded": True,
    }
    assert Path(given["path"]).read_bytes() == data
    assert sample.cover("0765326353") == sample.picture(sha256) == given
    assert edition_of(sample, WAY_OF_KINGS)["cover"] == {
        "sha256": sha256,
        "width": 400,
        "height": 600,
        "uploaded": True,
    }
    assert edition_of(sample, WAY_OF_KINGS_EBOOK)["cover"] is None
    json.dumps(given)


def test_a_picture_is_given_as_bytes_as_a_path_or_as_a_text(sample, tmp_path):
    path = tmp_path / "my cover.PNG"
    path.write_bytes(cover_file(2, "PNG"))
    given = sample.set_cover(WAY_OF_KINGS, path)
    assert sample.set_cover(WAY_OF_KINGS, str(path))["sha256"] == given["sha256"]
    assert sample.set_cover(WAY_OF_KINGS, bytearray(path.read_bytes()))["sha256"] == given["sha256"]
    assert path.exists()


def test_giving_the_same_picture_again_changes_nothing(sample):
    sample.set_cover(WAY_OF_KINGS, cover_file(1))
    before = last_transaction(sample)["id"]
    sample.set_cover(WAY_OF_KINGS, cover_file(1))
    assert last_transaction(sample)["id"] == before


@pytest.mark.parametrize(
    ("picture", "error"),
    [
        (b"", InvalidFile),
        (b"<svg/>", InvalidFile),
        ("no such file.png", InvalidFile),
        ("/", InvalidFile),
        ("/dev/zero", InvalidFile),
        ("a\0b", InvalidFile),
        ("x" * 5_000, InvalidFile),
        ("http://", InvalidInput),
        (7, InvalidInput),
        (None, InvalidInput),
        ([b"x"], InvalidInput),
        ("https://example.org/a.jpg", SourceUnavailable),  # offline
    ],
)
def test_what_is_no_picture_is_refused_and_changes_nothing(sample, picture, error):
    before = snapshot(sample)
    with pytest.raises(error):
        sample.set_cover(WAY_OF_KINGS, picture)
    assert snapshot(sample) == before
    assert pictures_of(sample) == []


@pytest.mark.parametrize("edition", ["9780765326356", "nothing", True, 2.5, None])
def test_an_edition_that_cannot_be_one_is_refused(sample, edition):
    for call in (lambda: sample.set_cover(edition, cover_file()), lambda: sample.cover(edition)):
        with pytest.raises(InvalidInput):
            call()
    assert pictures_of(sample) == []


def test_for_an_edition_that_is_not_there_nothing_is_fetched(sample):
    with pytest.raises(NotFound, match="no edition 99999"):
        sample.set_cover(99_999, "https://example.org/a.jpg")


def test_an_edition_that_is_not_there_is_not_found(sample):
    for call in (
        lambda: sample.set_cover(999, cover_file()),
        lambda: sample.remove_cover(999),
        lambda: sample.cover("9780000000002"),
    ):
        with pytest.raises(NotFound):
            call()
    assert pictures_of(sample) == []


def test_an_edition_without_a_picture_says_what_to_do(sample):
    with pytest.raises(NotFound, match="download_covers"):
        sample.cover(WAY_OF_KINGS)


def test_one_picture_of_many_editions_is_kept_once(sample):
    for isbn in (WAY_OF_KINGS, WAY_OF_KINGS_EBOOK):
        given = sample.set_cover(isbn, cover_file(1))
    names = pictures_of(sample)
    assert names == [f"{given['sha256']}.{ending}" for ending in ("200.webp", "jpg")]
    sample.remove_cover(WAY_OF_KINGS)
    sample.check(repair=True)
    assert pictures_of(sample) == names
    assert sample.cover(WAY_OF_KINGS_EBOOK) == given


@pytest.mark.parametrize(("width", "height"), [(200, 300), (400, 600)])
def test_a_thumbnail_is_made_once_as_webp(sample, width, height):
    sample.set_cover(WAY_OF_KINGS, cover_file(1, size=(800, 1200)))
    small = sample.cover(WAY_OF_KINGS, width=width)
    assert (small["mime"], small["width"], small["height"]) == ("image/webp", width, height)
    with Image.open(small["path"]) as image:
        assert (image.format, image.size) == ("WEBP", (width, height))
    assert small["bytes"] == Path(small["path"]).stat().st_size
    stamp = Path(small["path"]).stat().st_mtime_ns
    assert sample.picture(small["sha256"], width=width) == small
    assert Path(small["path"]).stat().st_mtime_ns == stamp


def test_a_thumbnail_that_is_gone_is_made_again(sample):
    sample.set_cover(WAY_OF_KINGS, cover_file(1))
    small = sample.cover(WAY_OF_KINGS, width=200)
    Path(small["path"]).unlink()
    assert sample.cover(WAY_OF_KINGS, width=200) == small


@pytest.mark.parametrize("length", [0, 11, 100])
def test_a_thumbnail_that_was_cut_off_is_made_again(sample, length):
    sample.set_cover(WAY_OF_KINGS, cover_file(1))
    small = sample.cover(WAY_OF_KINGS, width=200)
    whole = Path(small["path"]).read_bytes()
    Path(small["path"]).write_bytes(whole[:length])
    assert sample.cover(WAY_OF_KINGS, width=200) == small
    assert Path(small["path"]).read_bytes() == whole


def test_where_no_thumbnail_can_be_written_the_picture_serves(sample):
    given = sample.set_cover(WAY_OF_KINGS, cover_file(1))
    small = Path(sample.cover(WAY_OF_KINGS, width=200)["path"])
    small.unlink()
    small.mkdir()
    assert sample.cover(WAY_OF_KINGS, width=200) == given


def test_a_small_picture_is_its_own_thumbnail(sample):
    given = sample.set_cover(WAY_OF_KINGS, cover_file(size=(180, 270)))
    assert sample.cover(WAY_OF_KINGS, width=200) == given
    assert len(pictures_of(sample)) == 1


@pytest.mark.parametrize("width", [0, 199, 201, -200, True, "200", 2.5, 10**9])
def test_there_are_thumbnails_of_two_widths_only(sample, width):
    sample.set_cover(WAY_OF_KINGS, cover_file())
    with pytest.raises(InvalidInput, match="200 or 400"):
        sample.cover(WAY_OF_KINGS, width=width)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "g" * 64, "a" * 63, 7, None])
def test_a_picture_is_named_by_its_hash_alone(sample, name):
    with pytest.raises(InvalidInput, match="64 hexadecimal digits"):
        sample.picture(name)


def test_a_picture_that_nothing_shows_is_not_found(sample):
    with pytest.raises(NotFound):
        sample.picture("0" * 64)
    gone = sample.set_cover(WAY_OF_KINGS, cover_file(1))["sha256"]
    sample.remove_cover(WAY_OF_KINGS)
    with pytest.raises(NotFound):
        sample.picture(gone)


# --- undoing and removing --------------------------------------------------------------------


def test_setting_and_removing_are_undone(sample):
    first = sample.set_cover(WAY_OF_KINGS, cover_file(1))
    second = sample.set_cover(WAY_OF_KINGS, cover_file(2))
    sample.undo(last_transaction(sample)["id"])
    assert sample.cover(WAY_OF_KINGS) == first
    sample.undo(last_transaction(sample)["id"])
    assert sample.cover(WAY_OF_KINGS) == second
    assert sample.remove_cover(WAY_OF_KINGS) == {"edition_id": 1, "removed": True}
    assert sample.remove_cover(WAY_OF_KINGS) == {"edition_id": 1, "removed": False}
    sample.undo(last_transaction(sample)["id"])
    assert sample.cover(WAY_OF_KINGS) == second


def test_the_picture_goes_with_its_edition_and_comes_back_with_it(sample):
    given = sample.set_cover(WAY_OF_KINGS, cover_file(1))
    removed = sample.remove_edition(WAY_OF_KINGS)["removed"]
    assert removed["covers"] == 1
    assert sample.check()["ok"]
    with pytest.raises(NotFound):
        sample.picture(given["sha256"])
    sample.undo(last_transaction(sample)["id"])
    assert sample.cover(WAY_OF_KINGS) == given


def test_an_undo_that_would_leave_a_picture_without_its_edition_is_refused(library):
    library.add(DUNE, title="Dune", authors="Frank Herbert", remote="never")
    added = last_transaction(library)["id"]
    library.set_cover(DUNE, cover_file(1))
    with pytest.raises(Conflict):
        library.undo(added)
    assert library.cover(DUNE)


def test_every_user_sees_the_picture_and_either_may_change_it(tmp_path):
    path = tmp_path / "library.json"
    shutil.copy(ROOT / "library.json", path)
    with open_library(path) as first, open_library(path, user_id=2) as second:
        given = first.set_cover(WAY_OF_KINGS, cover_file(1))
        assert second.cover(WAY_OF_KINGS) == given
        other = second.set_cover(WAY_OF_KINGS, cover_file(2))
        assert first.cover(WAY_OF_KINGS) == other
        assert edition_of(first, WAY_OF_KINGS)["cover"]["sha256"] == other["sha256"]


# --- where it stands -------------------------------------------------------------------------


def test_the_path_of_an_isbn_is_one_for_both_its_forms(sample):
    path = sample.get_cover_storage_path("0-7653-2635-3")
    assert path == sample.get_cover_storage_path("978 0 7653 2635 5")
    assert path == f"{sample.path}.covers/isbn/26/35/9780765326355.jpg"
    given = sample.set_cover(WAY_OF_KINGS, cover_file(1))
    assert sample.get_cover_storage_path("0765326353") == given["path"]
    sample.remove_cover(WAY_OF_KINGS)
    assert sample.get_cover_storage_path("0765326353") == path


def test_an_isbn_that_nobody_knows_has_a_path_too(library):
    assert library.get_cover_storage_path(DUNE).endswith("/isbn/13/59/9780441013593.jpg")
    assert not Path(f"{library.path}.covers").exists()


@pytest.mark.parametrize(
    "isbn",
    ["", "../../../etc/passwd", "9780765326356", "/etc/passwd", "978076532635\0", "9790260000438",
     None, 9780765326355.0, b"9780765326355", ["9780765326355"], "9780765326355/../../x"],
)  # fmt: skip
def test_a_path_is_never_made_of_what_is_no_isbn(sample, isbn):
    with pytest.raises(InvalidISBN):
        sample.get_cover_storage_path(isbn)


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "JPEG")])
def test_a_picture_that_is_put_there_is_taken_in_as_ones_own(sample, kind, ending):
    place = Path(sample.get_cover_storage_path(WAY_OF_KINGS)).with_suffix(f".{ending}")
    place.parent.mkdir(parents=True)
    data = cover_file(3, kind)
    place.write_bytes(data)
    found = sample.match_existing_covers_to_volumes("Stormlight Archive")
    taken = sample.cover(WAY_OF_KINGS)
    assert found == {"1": taken["path"]}
    assert Path(taken["path"]).read_bytes() == data
    assert taken["uploaded"] is True
    assert not place.exists()
    sample.undo(last_transaction(sample)["id"])
    with pytest.raises(NotFound):
        sample.cover(WAY_OF_KINGS)


def test_what_cannot_be_taken_in_stays_and_is_told(sample):
    paths = []
    for isbn, data in ((WAY_OF_KINGS, b"no picture"), (DUNE, cover_file())):
        path = Path(sample.get_cover_storage_path(isbn))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        paths.append(str(path))
    report = sample.check(repair=True)["covers"]
    assert {one["path"] for one in report["refused"]} == set(paths)
    assert report["taken"] == []
    assert all(Path(path).exists() for path in paths)


# --- volumes -----------------------------------------------------------------------------------


def with_chronicle(tmp_path, *, isbn=None):
    """Return a library with a series of three volumes, one of which is owned."""
    library = open_library(tmp_path / "library.json")
    for number in (1, 2):
        library.add(
            title=f"The Chronicle {number}",
            authors="A. Writer",
            series="The Chronicle",
            position=number,
            status="own" if number == 1 else "missing",
            remote="never",
        )
    return library


def test_a_volume_shows_the_picture_of_the_edition_that_is_owned(sample):
    given = sample.set_cover(WAY_OF_KINGS, cover_file(1))
    sample.set_cover(WAY_OF_KINGS_EBOOK, cover_file(2))
    volume = sample.get_series("Stormlight Archive")["volumes"][0]
    assert volume["cover"] == edition_of(sample, WAY_OF_KINGS)["cover"]
    assert sample.match_existing_covers_to_volumes("stormlight archive") == {"1": given["path"]}
    sample.mark(WAY_OF_KINGS, "missing")
    sample.mark(WAY_OF_KINGS_EBOOK, "own")
    volume = sample.get_series("Stormlight Archive")["volumes"][0]
    assert volume["cover"] == edition_of(sample, WAY_OF_KINGS_EBOOK)["cover"]


def test_an_omnibus_gives_its_picture_to_every_volume_that_it_fills(tmp_path):
    with open_library(tmp_path / "library.json") as library:
        book = library.add(
            title="Chronicle Omnibus", series="Chronicle", position="1-3", remote="never"
        )
        given = library.set_cover(book["editions"][0]["id"], cover_file(1))
        found = library.match_existing_covers_to_volumes("Chronicle")
        assert found == dict.fromkeys(("1", "2", "3"), given["path"])


def test_a_volume_finds_the_picture_of_a_book_with_its_isbn(tmp_path):
    with open_library(tmp_path / "library.json") as library:
        library.add(DUNE, title="Dune", authors="Frank Herbert", remote="never")
        given = library.set_cover(DUNE, cover_file(1))
        with library._ctx.store.transaction("a source tells of a series") as tx:
            tx.insert(
                "series",
                {
                    "name": "Dune Chronicles",
                    "kind": "novel",
                    "tracked": True,
                    "volumes": [{"position": "1", "isbn_13": DUNE, "source": "told"}],
                },
            )
        assert library.match_existing_covers_to_volumes("Dune Chronicles") == {"1": given["path"]}
        (volume,) = library.get_series("Dune Chronicles")["volumes"]
        assert volume["cover"]["sha256"] == given["sha256"]
        assert len(pictures_of(library)) == 2
        # It stays the volume's when the book goes.
        library.remove_edition(DUNE)
        assert library.match_existing_covers_to_volumes("Dune Chronicles") == {"1": given["path"]}
        assert library.get_cover_storage_path(DUNE) == given["path"]


def test_pictures_of_volumes_follow_a_series_that_joins_another(tmp_path):
    with open_library(tmp_path / "library.json") as library:
        with library._ctx.store.transaction("two series") as tx:
            for name in ("Saga A", "Saga B"):
                tx.insert(
                    "series",
                    {
                        "name": name,
                        "kind": "novel",
                        "tracked": True,
                        "volumes": [
                            {"position": "1", "isbn_13": DUNE, "source": "told"},
                            {"position": "2", "source": "told"},
                        ],
                    },
                )
        path = Path(library.get_cover_storage_path(DUNE))
        path.parent.mkdir(parents=True)
        path.write_bytes(cover_file(1))
        before = library.match_existing_covers_to_volumes("Saga B")
        assert list(before) == ["1"]
        library.merge_series("Saga A", "Saga B")
        assert library.match_existing_covers_to_volumes("Saga A") == before
        assert library.check()["ok"]


def test_a_series_that_is_not_there_is_not_found(sample):
    with pytest.raises(NotFound):
        sample.match_existing_covers_to_volumes("No Such Series At All")
    with pytest.raises(NotFound):
        sample.download_missing_volume_covers(999)


def test_offline_nothing_is_fetched_and_that_is_told(sample):
    report = sample.download_covers()
    assert (report["asked"], report["stored"], report["covers"]) == (0, 0, [])
    assert report["sources"] == {"openlibrary": {"code": "offline"}}
    assert report["without_address"] == sum(
        len(book["editions"]) for book in sample.list_books(limit=1000)["books"]
    )
    with pytest.raises(SourceUnavailable, match="offline"):
        sample.download_missing_volume_covers("Saga")


@pytest.mark.parametrize("limit", [0, -1, True, "5", 2.5, None])
def test_a_limit_that_is_none_is_refused(sample, limit):
    with pytest.raises(InvalidInput):
        sample.download_covers(limit)


# --- checking ----------------------------------------------------------------------------------


def test_what_nothing_shows_any_more_is_found_and_removed_by_a_repair(sample):
    sample.set_cover(WAY_OF_KINGS, cover_file(1))
    kept = sample.set_cover(WAY_OF_KINGS, cover_file(2))
    stranger = Path(kept["path"]).with_name("holiday.jpg")
    stranger.write_bytes(b"mine")
    leftover = Path(kept["path"] + ".0123456789ab.new")
    leftover.write_bytes(b"half")
    found = sample.check()
    assert found["ok"]
    assert len(found["covers"]["unused"]) == 3
    assert found["covers"]["removed"] == []
    assert len(pictures_of(sample)) == 6
    repaired = sample.check(repair=True)["covers"]
    assert sorted(repaired["removed"]) == sorted(found["covers"]["unused"])
    assert repaired["unused"] == []
    assert pictures_of(sample) == sorted(
        ["holiday.jpg", Path(kept["path"]).name, f"{kept['sha256']}.200.webp"]
    )
    assert sample.cover(WAY_OF_KINGS) == kept
    assert sample.check()["covers"] == {
        "pictures": 1,
        "bytes": repaired["bytes"],
        "missing": [],
        "damaged": [],
        "unused": [],
        "removed": [],
        "taken": [],
        "refused": [],
    }


def test_a_check_without_repair_changes_nothing(sample):
    sample.set_cover(WAY_OF_KINGS, cover_file(1))
    before = last_transaction(sample)["id"], pictures_of(sample)
    sample.check()
    assert (last_transaction(sample)["id"], pictures_of(sample)) == before


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"half")])
def test_a_picture_that_is_missing_or_damaged_is_told(sample, damage):
    given = sample.set_cover(WAY_OF_KINGS, cover_file(1))
    damage(Path(given["path"]))
    report = sample.check()
    assert report["ok"] is False
    assert [one["code"] for one in report["problems"]] == ["cover_missing"]
    assert report["covers"]["missing"] == [{"sha256": given["sha256"], "path": given["path"]}]
    for call in (lambda: sample.cover(WAY_OF_KINGS), lambda: sample.picture(given["sha256"])):
        with pytest.raises(NotFound, match="missing or damaged"):
            call()
    assert sample.match_existing_covers_to_volumes("Stormlight Archive") == {}
    sample.set_cover(WAY_OF_KINGS, cover_file(1))
    assert sample.check()["ok"]
    assert sample.cover(WAY_OF_KINGS) == given


def test_a_picture_of_other_content_is_told_and_can_be_given_again(sample):
    given = sample.set_cover(WAY_OF_KINGS, cover_file(1))
    Path(given["path"]).write_bytes(b"x" * given["bytes"])
    for repair in (False, True):
        report = sample.check(repair=repair)
        assert [one["code"] for one in report["problems"]] == ["cover_damaged"]
        assert report["covers"]["damaged"] == [{"sha256": given["sha256"], "path": given["path"]}]
    Path(sample.cover(WAY_OF_KINGS, width=200)["path"]).unlink()
    with pytest.raises(NotFound, match="missing or damaged"):
        sample.cover(WAY_OF_KINGS, width=200)
    sample.set_cover(WAY_OF_KINGS, cover_file(1))
    assert sample.check()["ok"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes links for few users only")
@pytest.mark.parametrize("instead", [Path.touch, lambda path: path.symlink_to(path.name)])
def test_a_folder_of_pictures_that_is_none_is_told(sample, instead):
    sample.set_cover(WAY_OF_KINGS, cover_file(1))
    folder = Path(f"{sample.path}.covers")
    folder.rename(folder.with_name("away"))
    instead(folder)
    for call in (
        lambda: sample.cover(WAY_OF_KINGS),
        lambda: sample.cover(WAY_OF_KINGS, width=200),
        lambda: sample.set_cover(WAY_OF_KINGS, cover_file(2)),
    ):
        with pytest.raises((NotFound, StoreError)):
            call()
    assert sample.get_cover_storage_path(WAY_OF_KINGS).endswith(f"{WAY_OF_KINGS}.jpg")
    if folder.is_file():
        assert sample.check()["ok"] is False
        assert sample.match_existing_covers_to_volumes("Stormlight Archive") == {}
    else:
        with pytest.raises(StoreError, match="cannot be read"):
            sample.check()


@pytest.mark.parametrize("repair", [1, "yes", None])
def test_repair_is_true_or_false(sample, repair):
    with pytest.raises(InvalidInput):
        sample.check(repair=repair)


def test_a_library_that_may_not_be_written_shows_its_pictures(tmp_path):
    path = tmp_path / "library.json"
    shutil.copy(ROOT / "library.json", path)
    with open_library(path) as library:
        given = library.set_cover(WAY_OF_KINGS, cover_file(1))
        Path(library.cover(WAY_OF_KINGS, width=200)["path"]).unlink()
    path.chmod(0o444)
    with open_library(path) as library:
        assert library.cover(WAY_OF_KINGS) == given
        assert library.match_existing_covers_to_volumes("Stormlight Archive")
        names = pictures_of(library)
        for call in (
            lambda: library.set_cover(WAY_OF_KINGS, cover_file(2)),
            lambda: library.check(repair=True),
            library.download_covers,
        ):
            with pytest.raises(StoreReadOnly):
                call()
        assert pictures_of(library) == names


# --- backups -------------------------------------------------------------------------------------


def test_a_backup_brings_its_pictures_to_another_place(sample, tmp_path):
    given = sample.set_cover(WAY_OF_KINGS, cover_file(1))
    sample.set_cover(WAY_OF_KINGS_EBOOK, cover_file(1))
    backup = tmp_path / "elsewhere" / "backup.json"
    backup.parent.mkdir()
    assert sample.backup(backup)["pictures"] == 1
    assert sample.backup(backup, overwrite=True)["pictures"] == 1
    with open_library(backup) as copy:
        assert copy.check()["ok"]
        assert copy.check()["covers"]["unused"] == []
        # Each has its own from then on.
        copy.set_cover(WAY_OF_KINGS, cover_file(2))
        copy.remove_cover(WAY_OF_KINGS_EBOOK)
        copy.check(repair=True)
    assert sample.cover(WAY_OF_KINGS) == given
    sample.backup(backup, overwrite=True)
    with open_library(tmp_path / "new.json") as other:
        assert other.restore(backup)["pictures"] == 1
        assert Path(other.cover(WAY_OF_KINGS)["path"]).read_bytes() == cover_file(1)
        assert other.check()["ok"]
        assert other.restore(backup)["pictures"] == 0


def test_your_own_picture_stays_as_long_as_a_kept_backup_shows_it(sample):
    given = sample.set_cover(WAY_OF_KINGS, cover_file(1))
    kept = sample.backup()
    sample.set_cover(WAY_OF_KINGS, cover_file(2))
    sample.remove_cover(WAY_OF_KINGS)
    assert len(sample.check(repair=True)["covers"]["removed"]) == 2
    sample.restore(kept["path"])
    assert sample.cover(WAY_OF_KINGS) == given
    sample.remove_cover(WAY_OF_KINGS)
    shutil.rmtree(Path(kept["path"]).parent)
    assert given["path"] in sample.check(repair=True)["covers"]["removed"]


@pytest.mark.parametrize("content", [b"<script>", cover_file(7), b""])
def test_a_strangers_backup_gives_only_pictures_of_their_names(sample, tmp_path, content):
    given = sample.set_cover(WAY_OF_KINGS, cover_file(1))
    backup = tmp_path / "backup.json"
    sample.backup(backup)
    planted = CoverFiles(backup).path(given["sha256"], "image/jpeg")
    planted.unlink()
    planted.write_bytes(content.ljust(given["bytes"], b"\0")[: given["bytes"]])
    with open_library(tmp_path / "new.json") as other:
        assert other.restore(backup)["pictures"] == 0
        assert [one["code"] for one in other.check()["problems"]] == ["cover_missing"]
        assert pictures_of(other) == []


def test_a_picture_that_hashes_right_but_is_none_is_not_taken(sample, tmp_path):
    data = b"<script>alert(1)</script>"
    sha256 = hashlib.sha256(data).hexdigest()
    with sample._ctx.store.transaction("a stranger's library") as tx:
        tx.insert(
            "covers",
            {
                "edition_id": 1,
                "sha256": sha256,
                "mime": "image/jpeg",
                "width": 1,
                "height": 1,
                "bytes": len(data),
            },
        )
    backup = tmp_path / "backup.json"
    sample.backup(backup)
    CoverFiles(backup).keep(CoverFiles(backup).path(sha256, "image/jpeg"), data)
    with open_library(tmp_path / "new.json") as other:
        assert other.restore(backup)["pictures"] == 0
        assert pictures_of(other) == []


@pytest.mark.parametrize("field", [{"mime": "image/svg+xml"}, {"sha256": "../../x"}])
def test_a_document_of_a_picture_names_no_other_file(sample, field):
    document = {
        "edition_id": 1,
        "sha256": "0" * 64,
        "mime": "image/png",
        "width": 1,
        "height": 1,
        "bytes": 1,
    }
    with (
        pytest.raises(InvalidDocument),
        sample._ctx.store.transaction("a stranger's library") as tx,
    ):
        tx.insert("covers", document | field)


# --- processes ---------------------------------------------------------------------------------

GIVER = """
import sys
import booktrack
library = booktrack.Library(sys.argv[1], offline=True)
editions = [e["id"] for b in library.list_books(limit=1000)["books"] for e in b["editions"]]
for number, edition in enumerate(editions[int(sys.argv[2])::2] * int(sys.argv[3])):
    print(edition, library.set_cover(edition, sys.argv[4 + number % 3])["sha256"], flush=True)
"""


def giver(path, first, rounds, pictures):
    command = [sys.executable, "-c", GIVER, str(path), str(first), str(rounds), *map(str, pictures)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def three(tmp_path):
    paths = [tmp_path / f"{number}.jpg" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_bytes(cover_file(number))
    return paths


def test_two_processes_give_the_same_pictures_at_once(sample, three):
    working = [giver(sample.path, first, 1, three) for first in (0, 1)]
    said = dict(line.split() for one in working for line in one.communicate()[0].splitlines())
    assert [one.returncode for one in working] == [0, 0]
    assert said
    assert {edition: sample.cover(int(edition))["sha256"] for edition in said} == said
    report = sample.check(repair=True)
    assert report["ok"]
    assert report["covers"]["removed"] == []
    assert report["covers"]["pictures"] == 3


def test_whoever_is_killed_has_kept_what_was_acknowledged(sample, three):
    killed = giver(sample.path, 0, 1_000, three)
    lines = [killed.stdout.readline() for _ in range(25)]
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    said = dict(line.split() for line in lines)
    for edition in said:
        found = sample.cover(int(edition))
        with Image.open(io.BytesIO(Path(found["path"]).read_bytes())) as image:
            image.load()
    report = sample.check(repair=True)
    assert report["ok"]
    assert report["covers"]["missing"] == []


def test_a_repair_takes_nothing_that_is_about_to_be_shown(sample, three):
    working = giver(sample.path, 0, 1, three)
    while working.poll() is None:
        sample.check(repair=True)
    said = dict(line.split() for line in working.communicate()[0].splitlines())
    assert working.returncode == 0
    assert {edition: sample.cover(int(edition))["sha256"] for edition in said} == said
    assert sample.check()["ok"]


def test_a_picture_that_was_written_but_never_named_is_unused(sample):
    files = CoverFiles(Path(sample.path))
    path = files.path("a" * 64, "image/jpeg")
    files.keep(path, cover_file())
    assert sample.check()["covers"]["unused"] == [str(path)]
    assert sample.check(repair=True)["covers"]["removed"] == [str(path)]
