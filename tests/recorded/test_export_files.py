"""Every real export file is read whole: each row becomes a book, or says why it does not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from booktrack.domain.records import ImportedFile
from booktrack.sources.files.registry import detect, read_export

# Folder: the format that each of its files is recognised as.
EXPECTED = {
    "anilist_json": "anilist_json",
    "babelio": "babelio",
    "bookbuddy": "bookbuddy",
    "calibre": "calibre",
    "delicious_library": "delicious_library",
    "goodreads": "goodreads",
    "goodreads_series_b": "goodreads",
    "handylib": "handylib",
    "hardcover": "hardcover",
    "kindle_data_request": "kindle_data_request",
    "kindle_jp": "kindle_list",
    "libib": "libib",
    "librarything": "librarything",
    "librarything_json": "librarything_json",
    "mal_xml": "mal_xml",
    "other": "table",
    "storygraph": "storygraph",
}
PEERS = {
    "bookwyrm_librarything.tsv": "librarything",
    "bookwyrm_openlibrary.csv": "openlibrary_log",
    "bookwyrm_storygraph.csv": "storygraph",
}
# Rows that hold no book and are left out with the reason, by file.
SKIPPED = {
    "anilist_json/01.json": 995,
    "delicious_library/01.xml": 7,
    "goodreads/28.csv": 44,
    "kindle_data_request/01.csv": 31,
    "librarything/01.tsv": 96,
}


def files_of(shared: Path, folder: str) -> list[Path]:
    parent = shared / "exports" / folder
    found = sorted(parent.iterdir()) if parent.is_dir() else []
    if not found:
        pytest.skip(f"no files of {folder} in {shared}")
    return found


def read(path: Path) -> ImportedFile:
    return read_export(path.read_bytes(), name=path.name)


@pytest.mark.parametrize("folder", sorted(EXPECTED))
def test_every_file_of_a_service_is_recognised_and_loses_no_book(shared: Path, folder: str) -> None:
    for path in files_of(shared, folder):
        assert detect(path.read_bytes())[0][0] == EXPECTED[folder], path.name
        file = read(path)
        outcomes = Counter(
            "book" if row.work else "skip" if row.skip else "error" for row in file.rows
        )
        assert outcomes.total() == len(file.rows)
        assert outcomes["error"] <= len(file.rows) / 100, (path.name, outcomes)
        assert outcomes["skip"] == SKIPPED.get(f"{folder}/{path.name}", 0)
        assert [row.row for row in file.rows] == list(range(1, len(file.rows) + 1))


@pytest.mark.parametrize("name", sorted(PEERS))
def test_the_files_that_peers_test_with_are_read(shared: Path, name: str) -> None:
    path = shared / "exports/peer_fixtures" / name
    if not path.exists():
        pytest.skip(f"no {name} in {shared}")
    file = read(path)
    assert file.format == PEERS[name]
    assert all(row.work for row in file.rows)


def test_the_handylib_export_arrives_whole(shared: Path) -> None:
    file = read(shared / "exports/handylib/01.csv")
    editions = [row.work.editions[0] for row in file.rows if row.work]
    assert len(editions) == 314
    assert {row.status for row in file.rows} == {"own"}
    assert len({isbn for edition in editions for isbn in edition.isbns}) == 314
    assert sum(edition.asin is not None for edition in editions) == 43
    assert Counter(edition.book_format for edition in editions) == {
        "paperback": 311, "hardcover": 2, "ebook": 1,
    }  # fmt: skip
    assert Counter(edition.language for edition in editions) == {"en": 309, None: 5}
    assert file.exported == "2025-07-19"
    assert {row.acquired_date for row in file.rows} <= {
        f"2025-{day}" for day in ("06-24", "06-25", "06-26", "07-15", "07-17", "07-18", "07-19")
    }
    assert sum(edition.release_date is not None for edition in editions) == 310
    # One price of 1999.0 stands with an Amazon page of another item.
    assert sum(bool(row.warnings) for row in file.rows) == 1
    assert round(sum(edition.price or 0 for edition in editions), 2) == 3750.61
    assert all(row.shelves for row in file.rows)
    assert not any(row.reading for row in file.rows)


def test_isbns_that_excel_shortened_come_back_from_the_other_column(shared: Path) -> None:
    file = read(shared / "exports/goodreads/09.csv")
    found = sum(bool(row.work and row.work.editions[0].isbns) for row in file.rows)
    lost = sum(bool(row.warnings) and "ISBN" in row.warnings[0] for row in file.rows)
    assert found >= 517
    assert found + lost == 549 - 17


def test_rows_of_commas_are_left_out_and_said(shared: Path) -> None:
    file = read(shared / "exports/goodreads/28.csv")
    assert sum(row.skip is not None for row in file.rows) == 44
    assert sum(row.work is not None for row in file.rows) == 25


def test_a_pretty_printed_table_gives_the_same_books_as_the_plain_one(shared: Path) -> None:
    plain = read(shared / "exports/goodreads/34.csv")
    padded = read(shared / "exports/goodreads/35.csv")
    for one, other in zip(plain.rows, padded.rows, strict=True):
        assert one.model_dump(exclude={"data"}) == other.model_dump(exclude={"data"})


def test_a_file_without_header_loses_no_first_row(shared: Path) -> None:
    file = read(shared / "exports/goodreads/20.csv")
    assert len(file.rows) == 52
    assert file.rows[0].work is not None
    assert file.rows[0].work.title.startswith("The Raven King")
    assert all(
        row.work and row.work.editions[0].isbns for row in file.rows if row.data.get("isbn13")
    )


def test_stray_bytes_of_librarything_are_repaired_and_not_garbled(shared: Path) -> None:
    file = read(shared / "exports/librarything/01.tsv")
    text = " ".join(cell for row in file.rows for cell in row.data.values())
    assert "Vātsyāyana" in text
    assert "Ã" not in text
    assert "�" not in text


def test_calibres_dates_are_those_of_the_books(shared: Path) -> None:
    file = read(shared / "exports/calibre/01.csv")
    editions = [row.work.editions[0] for row in file.rows if row.work]
    assert sum(bool(edition.isbns) for edition in editions) >= 605
    years = {(edition.release_date or "none")[:4] for edition in editions}
    assert not years & {"0100", "0101"}
    assert {"none", "0125", "2019"} <= years
    assert sum(edition.asin is not None for edition in editions) > 1000


def test_isbns_that_excel_lost_for_good_are_said_and_not_made_up(shared: Path) -> None:
    file = read(shared / "exports/storygraph/03.csv")
    lost = [row for row in file.rows if any("first digits" in text for text in row.warnings)]
    assert len(lost) == 115
    assert not any(row.work.editions[0].isbns for row in lost if row.work)
