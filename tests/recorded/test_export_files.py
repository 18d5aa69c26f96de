"""Every real export file is read whole: each row becomes a book, or says why it does not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from booktrack.domain.records import ImportedFile
from booktrack.sources.files.registry import detect, read_export

# Folder: format, rows that are no book and are left out on purpose.
EXPECTED = {
    "goodreads": "goodreads",
    "goodreads_series_b": "goodreads",
    "handylib": "handylib",
}


def files_of(shared: Path, folder: str) -> list[Path]:
    found = sorted((shared / "exports" / folder).iterdir())
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
        assert [row.row for row in file.rows] == list(range(1, len(file.rows) + 1))


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
