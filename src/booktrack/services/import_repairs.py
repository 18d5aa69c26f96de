"""The rows that an import could not take, as a table to repair and to import again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from booktrack.domain.interchange import neutralised, restored
from booktrack.domain.records import ImportedFile, ImportedRow
from booktrack.services.exporting import csv_text

_REASON = "Reason"
_DELIMITERS = ",;\t"


def failed_csv(file: ImportedFile, failed: Sequence[tuple[ImportedRow, str]]) -> str | None:
    """Return the failed rows under the file's own columns and one with the reason, else None."""
    if not failed:
        return None
    columns = list(
        dict.fromkeys([*file.columns, *(name for row, _ in failed for name in row.data)])
    )
    if _REASON in columns:
        columns.remove(_REASON)
    rows = [
        {name: neutralised(row.data.get(name, "")) for name in columns}
        | {_REASON: neutralised(reason)}
        for row, reason in failed
    ]
    return csv_text([*columns, _REASON], rows)


def without_reasons(data: bytes) -> bytes:
    """Return a table of repaired rows as the service wrote it; anything else as it is."""
    head = data[:100_000].split(b"\n", 1)[0].rstrip(b'\r"')
    if not head.endswith(_REASON.encode()):
        return data
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Excel saves a CSV in the code page of the computer.
        text = data.decode("cp1252", "replace")
    line = text.split("\n", 1)[0].rstrip('\r"').removesuffix(_REASON).rstrip('"')
    delimiter = line[-1:]
    if delimiter == "" or delimiter not in _DELIMITERS:
        return data
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return data
    width = len(rows[0]) - 1
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(
        [restored(cell) for cell in row[:width]] for row in rows
    )
    return out.getvalue().encode()
