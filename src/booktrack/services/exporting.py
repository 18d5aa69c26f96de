"""Giving the books out as a file: booktrack's own CSV and JSON, other services' shapes, lists."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from booktrack.domain.interchange import COLUMNS, cells_of, with_numbers
from booktrack.domain.records import ExactRow
from booktrack.errors import Conflict, InvalidFile, InvalidInput, shown
from booktrack.services import export_lists, export_shapes, inputs
from booktrack.services.answers import answers
from booktrack.services.context import Context
from booktrack.services.holdings import Holdings, collect
from booktrack.services.listing import Filters, filtered_ids

JSON = dict[str, Any]

_VERSION = 1


def export(
    ctx: Context,
    format: str,
    file: str | os.PathLike[str] | None,
    *,
    status: str | None = None,
    author: str | None = None,
    series: int | None = None,
    shelf: str | None = None,
    overwrite: bool = False,
) -> JSON:
    """Return `{format, books, editions, file, content}` after writing the books that fit."""
    write = FORMATS[inputs.one_of(format, FORMATS, "format to export to")]
    target = None if file is None else checked_target(ctx, file, overwrite=overwrite)
    found = held(ctx, status=status, author=author, series=series, shelf=shelf)
    text = write(found)
    if target is not None:
        replace_file(target, text.encode())
    return {
        "format": format,
        "books": len(found.books),
        "editions": sum(row.edition is not None for row in found.rows),
        "file": None if target is None else str(target),
        "content": text if target is None else None,
    }


def held(
    ctx: Context,
    *,
    status: str | None = None,
    author: str | None = None,
    series: int | None = None,
    shelf: str | None = None,
) -> Holdings:
    """Return what the user has of the books that every given filter lets through."""
    answer = answers(ctx)
    filters = Filters(status=status, author=author, series=series, shelf=shelf)
    ids = filtered_ids(ctx, answer, filters)
    whole = all(one is None for one in (status, author, series, shelf))
    return collect(ctx.store, ctx.user_id, ids, status=status, shelf=shelf, whole=whole)


def csv_text(columns: Iterable[str], rows: Iterable[dict[str, str]]) -> str:
    """Return a table as text that every spreadsheet reads."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(columns), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _own_csv(found: Holdings) -> str:
    series = with_numbers(found.rows, found.series)
    return csv_text(
        (column.name for column in COLUMNS), (cells_of(row, series) for row in found.rows)
    )


def _own_json(found: Holdings) -> str:
    document = {
        "booktrack": {"version": _VERSION},
        **({"goals": found.goals} if found.goals else {}),
        "series": list(found.series.values()),
        "books": [_own_book(rows) for rows in found.books if rows],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _own_book(rows: list[ExactRow]) -> JSON:
    """Return a book with its editions and readings; series are named by their place in the list."""
    readings = []
    for number, row in enumerate(rows, 1):
        for reading in row.readings:
            told = {name: value for name, value in reading.items() if name != "of_edition"}
            readings.append({**told, "edition": number if reading["of_edition"] else None})
    editions = [
        {**row.edition, "user": row.status, **({"prices": row.prices} if row.prices else {})}
        for row in rows
        if row.edition is not None
    ]
    return {
        **rows[0].document,
        "places": [{**place, "series": int(place["series"])} for place in rows[0].places],
        "editions": editions,
        "readings": readings,
    }


def _goodreads(found: Holdings) -> str:
    return csv_text(export_shapes.GOODREADS, export_shapes.goodreads_rows(found))


def _calibre(found: Holdings) -> str:
    return csv_text(export_shapes.CALIBRE, export_shapes.calibre_rows(found))


FORMATS: dict[str, Callable[[Holdings], str]] = {
    "csv": _own_csv,
    "json": _own_json,
    "goodreads": _goodreads,
    "calibre": _calibre,
    "isbn": export_lists.isbn_list,
    "markdown": export_lists.markdown,
    "html": export_lists.html_page,
    "bibtex": export_lists.bibtex,
}
"""What an export can be, by the name that callers give."""


def checked_target(ctx: Context, file: str | os.PathLike[str], *, overwrite: bool) -> Path:
    """Return the file to write.

    Raises:
        InvalidInput: it is no path.
        InvalidFile: it is a folder, or its folder is not there.
        Conflict: it is there and may not be overwritten, or it is the library itself.
    """
    try:
        # Through a link, so that the link stays one.
        target = Path(os.path.realpath(os.fspath(file)))
        is_folder, there = target.is_dir(), target.exists()
    except (TypeError, ValueError, OSError) as error:
        raise InvalidInput(f"a file is named by its path, not by {shown(file)}") from error
    if is_folder:
        raise InvalidFile(f"{target} is a folder; name a file in it", file=str(target))
    if not target.parent.is_dir():
        raise InvalidFile(f"there is no folder {target.parent}; make it first", file=str(target))
    library = Path(os.path.realpath(ctx.store.path))
    if target.parent == library.parent and target.name.startswith(library.name):
        raise Conflict(f"{target} is the library itself; name another file", path=str(target))
    if there and not overwrite:
        raise Conflict(
            f"{target} is there already; name another file or say overwrite=True", path=str(target)
        )
    return target


def replace_file(target: Path, data: bytes) -> None:
    """Write a file whole or not at all: a reader sees the old one or the new one.

    Raises:
        InvalidFile: the disk or the rights do not permit it; the old file is as it was.
    """
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
        fresh = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            if target.exists():
                fresh.chmod(target.stat().st_mode & 0o777)
            else:
                fresh.chmod(0o666 & ~_umask())
            fresh.replace(target)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidFile(f"cannot write {target}: {reason}", file=str(target)) from error


def _umask() -> int:
    # The only way to read it is to set it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
