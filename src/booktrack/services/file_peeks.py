"""The first rows of an export file as they are understood, for a page to show before an import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import IO, Any

from booktrack.domain.positions import try_position
from booktrack.domain.records import EditionRecord, ImportedRow, WorkRecord
from booktrack.services import inputs
from booktrack.services.context import Context
from booktrack.services.import_repairs import without_reasons
from booktrack.services.importing import read_bytes
from booktrack.services.recording import detect_series
from booktrack.sources.files.registry import read_export

JSON = dict[str, Any]


def peek(
    ctx: Context,
    file: str | os.PathLike[str] | bytes | IO[bytes],
    format: str,
    limit: int,
    columns: Mapping[str, str] | None,
) -> JSON:
    """Return `{format, rows, columns, mapping, preview}` of a file."""
    inputs.whole(limit, "limit", least=1, most=1_000)
    data, name = read_bytes(file)
    found = read_export(without_reasons(data), format, name=name, columns=columns)
    rows = found.rows[:limit]
    works = [row.work for row in rows if row.work is not None]
    ctx.store.catch_up()
    detection = detect_series(ctx.store, works)
    told = iter(zip(detection.placings, detection.parsed, strict=True))
    preview = []
    for row in rows:
        if row.work is None:
            preview.append(_unread(row))
            continue
        placings, parsed = next(told)
        first = placings[0] if placings else None
        place = (detection.groups[first.group].name, first.position) if first is not None else None
        preview.append(_row(row, row.work, parsed.title, place))
    return {
        "format": found.format,
        "rows": len(found.rows),
        "columns": found.columns,
        "mapping": found.mapping,
        "preview": preview,
    }


def _unread(row: ImportedRow) -> JSON:
    return {**_row(row, WorkRecord(source="", title="?"), "", None), "title": None}


def _row(
    row: ImportedRow, work: WorkRecord, title: str, place: tuple[str, str | None] | None
) -> JSON:
    edition = work.editions[0] if work.editions else EditionRecord(source="")
    position = try_position(place[1]) if place else None
    return {
        "row": row.row,
        "cells": row.data,
        "title": title or work.title,
        "authors": list(work.authors),
        "series": place[0] if place else None,
        "position": position.number if position else None,
        "isbn_13": edition.isbns[0] if edition.isbns else None,
        "format": edition.book_format,
        "price": edition.price,
        "currency": edition.currency,
        "status": row.status,
        "problem": row.skip or row.error,
    }
