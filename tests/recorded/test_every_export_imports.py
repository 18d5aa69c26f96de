"""Every real export file comes into a library, and no row that holds a book is lost."""

from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from benchmarks.exports import Outcome, export_files, import_all, table


@pytest.fixture(scope="module")
def outcomes(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    if not export_files(shared / "exports"):
        pytest.skip(f"no export files in {shared}")
    return list(import_all(shared, tmp_path_factory.mktemp("exports")))


def rows_of_the_manifest(shared: Path) -> dict[str, int]:
    path = shared / "exports" / "MANIFEST.tsv"
    if not path.exists():
        pytest.skip(f"no {path}")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["file"]: int(row["rows"]) for row in csv.DictReader(file, delimiter="\t")}


def test_every_row_is_added_updated_the_same_skipped_or_failed(
    outcomes: list[Outcome], record_property: Callable[[str, object], None]
) -> None:
    record_property("table: imports of every export file", "".join(table(outcomes)))
    assert {one.file: one.lost for one in outcomes if one.lost} == {}


def test_fewer_than_one_row_in_a_hundred_fails(outcomes: list[Outcome]) -> None:
    assert {one.file: one.failed_why for one in outcomes if one.failed * 100 >= one.rows} == {}


def test_every_row_left_out_says_why(outcomes: list[Outcome]) -> None:
    for one in outcomes:
        assert all(reason.strip() for reason in (*one.skipped_why, *one.failed_why)), one.file


def test_as_many_rows_are_read_as_were_counted_by_hand(
    outcomes: list[Outcome], shared: Path
) -> None:
    counted = rows_of_the_manifest(shared)
    read = {one.file: one.rows for one in outcomes if one.file in counted}
    assert read == {file: rows for file, rows in counted.items() if file in read}


def test_a_later_export_of_the_same_reader_adds_only_what_is_new(outcomes: list[Outcome]) -> None:
    later = [one for one in outcomes if one.file.endswith("after the earlier ones")]
    for before, after in pairwise(later):
        assert after.updated + after.unchanged >= before.rows / 2, after.file
        assert after.added < after.rows / 2, after.file
