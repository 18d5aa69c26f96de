"""Export files made in a test, and what their rows became."""

from __future__ import annotations

import csv
import io

from booktrack.domain.records import EditionRecord, ImportedRow, WorkRecord
from booktrack.sources.files.registry import read_export


def table(*rows: dict[str, str], delimiter: str = ",") -> bytes:
    """Return the rows as delimited text under all of their columns."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def only_row(data: bytes, kind: str = "auto") -> ImportedRow:
    """Return the one row of a file."""
    (row,) = read_export(data, kind).rows
    return row


def work_of(row: ImportedRow) -> WorkRecord:
    """Return the row's work, which it must have."""
    assert row.work is not None, (row.skip, row.error)
    return row.work


def edition_of(row: ImportedRow) -> EditionRecord:
    """Return the row's one edition."""
    (edition,) = work_of(row).editions
    return edition


def people_of(row: ImportedRow) -> list[tuple[str, str | None]]:
    """Return names and roles of the row's people."""
    return [(person.name, person.role) for person in work_of(row).people]


def reading_of(row: ImportedRow) -> dict[str, object]:
    """Return what the row says of reading, without what it leaves open."""
    return row.reading.model_dump(exclude_none=True) if row.reading else {}


def outcomes(data: bytes, kind: str = "auto") -> list[tuple[str | None, str | None]]:
    """Return for each row why it was skipped and why it failed."""
    return [(row.skip, row.error) for row in read_export(data, kind).rows]
