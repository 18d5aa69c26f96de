"""Taking in an export file: every row becomes a book or says why not, and nothing comes twice."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from booktrack.domain.records import (
    EditionRecord,
    ExactRow,
    ImportedFile,
    ImportedRow,
    Outcome,
    WorkRecord,
)
from booktrack.errors import BooktrackError, InvalidFile, InvalidInput, shown, shown_path
from booktrack.services.collector import collector_at_rest
from booktrack.services.context import Context, Progress
from booktrack.services.goals import take_goals
from booktrack.services.import_effects import Earlier, Watched
from booktrack.services.import_readings import same_reading, tell_earlier
from booktrack.services.import_repairs import failed_csv, without_reasons
from booktrack.services.owning import set_status
from booktrack.services.reading_shelf import own_readings
from booktrack.services.recording import Recorded, detect_series, record_series, record_work
from booktrack.services.restoring import Restoring
from booktrack.services.writing import filling_gaps
from booktrack.sources.files.registry import read_export
from booktrack.sources.files.text import MAX_BYTES
from booktrack.store.base import Document, Transaction

JSON = dict[str, Any]

_EVERY = 200  # rows between two words on the progress
_SAID_OF_EDITIONS = (
    "status", "notes", "shelves", "tags", "copies", "condition", "location",
    "acquired_date", "price_paid", "price_paid_currency", "signed", "loaned_to", "loaned_since",
)  # fmt: skip


class _PreviewDone(Exception):
    """Leaves the transaction, so that a preview goes the same way and writes nothing."""


def import_file(
    ctx: Context,
    file: str | os.PathLike[str] | bytes | IO[bytes],
    *,
    format: str,
    preview: bool,
    progress: Progress | None,
    enrich: bool = False,
    columns: Mapping[str, str] | None = None,
    owned: bool = False,
) -> JSON:
    """Return what the import did, or in a preview would do, row by row."""
    _check_columns(columns)
    with collector_at_rest():
        report, editions = _import_file(ctx, file, format, preview, progress, columns, owned)
    if enrich and not preview and editions:
        # A row is enough for a book: what sources add comes after it and may fail.
        from booktrack.services.refresh import refresh

        report["enriched"] = refresh(ctx, len(editions), progress, None, editions)
    return report


def _check_columns(columns: object) -> None:
    if columns is None:
        return
    if not isinstance(columns, Mapping):
        raise InvalidInput(f'columns are told as {{"title": "Buch"}}, not as {shown(columns)}')
    for field, name in columns.items():
        if not isinstance(field, str) or not isinstance(name, str):
            wrong = name if isinstance(field, str) else field
            raise InvalidInput(f"fields and columns are named by text, not by {shown(wrong)}")


def _import_file(
    ctx: Context,
    file: str | os.PathLike[str] | bytes | IO[bytes],
    format: str,
    preview: bool,
    progress: Progress | None,
    columns: Mapping[str, str] | None,
    owned: bool,
) -> tuple[JSON, set[int]]:
    data, name = read_bytes(file)
    imported = read_export(without_reasons(data), format, name=name, columns=columns)
    fingerprint = hashlib.sha256(data).hexdigest()
    work = _Import(ctx, imported, progress, owned=owned)
    try:
        with ctx.store.transaction(f"import {imported.format}", user_id=ctx.user_id) as tx:
            work.run(tx, preview=preview)
            if preview:
                raise _PreviewDone
            import_id = work.note(tx, fingerprint)
    except _PreviewDone:
        import_id = None
    return work.report(import_id, preview), work.editions


def read_bytes(file: str | os.PathLike[str] | bytes | IO[bytes]) -> tuple[bytes, str | None]:
    """Return the content of a file that is named, open, or given as bytes, and its name.

    Raises:
        InvalidFile: it is missing, a folder, unreadable, empty or larger than 64 MiB.
        InvalidInput: it is none of these.
    """
    if isinstance(file, (bytes, bytearray, memoryview)):
        return _sized(bytes(file), "the data"), None
    if hasattr(file, "read"):
        data = file.read(MAX_BYTES + 1)
        if not isinstance(data, bytes):
            raise InvalidInput("the file must be open in binary mode: open(path, 'rb')")
        name = getattr(file, "name", None)
        # A temporary file has a number for a name.
        return _sized(data, "the file"), name if isinstance(name, str) else None
    try:
        path = Path(os.fspath(file))
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise InvalidFile(f"{path} is larger than {MAX_BYTES >> 20} MiB", file=str(path))
        return _sized(path.read_bytes(), str(path)), path.name
    except TypeError as error:
        raise InvalidInput(f"a file is a path, bytes or an open file, not {shown(file)}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidFile(f"cannot read {shown_path(file)}: {reason}", file=str(file)) from error


def _sized(data: bytes, what: str) -> bytes:
    if not data:
        raise InvalidFile(f"{what} is empty", file=what)
    if len(data) > MAX_BYTES:
        raise InvalidFile(f"{what} is larger than {MAX_BYTES >> 20} MiB", file=what)
    return data


class _Import:
    """One run over the rows of one file."""

    def __init__(
        self,
        ctx: Context,
        imported: ImportedFile,
        progress: Progress | None,
        *,
        owned: bool = False,
    ) -> None:
        self._owned = owned
        at = ctx.clock()
        self._ctx = replace(ctx, clock=lambda: at)  # all of an import happens at one instant
        self._imported = imported
        self._progress = progress
        self._now = self._ctx.now()
        self._outcomes: list[tuple[ImportedRow, Outcome, JSON]] = []
        self.editions: set[int] = set()
        self._seen: Counter[int | str] = Counter()
        self._vanished: list[JSON] = []
        self._preview = False
        self._goals: list[str] = []

    def run(self, transaction: Transaction, *, preview: bool) -> None:
        """Record every row that holds a book; a preview notes in full what each of them changes."""
        tx = Watched(transaction)
        self._preview = preview
        earlier = Earlier.of(tx, self._imported.format, self._ctx.user_id)
        restoring = Restoring(tx, self._imported, self._ctx.user_id, self._now)
        books = [row for row in self._imported.rows if row.work is not None and row.exact is None]
        detection = detect_series(tx, [row.work for row in books if row.work is not None])
        series_ids = record_series(tx, detection.groups, self._now)
        place = {id(row): number for number, row in enumerate(books)}
        for done, row in enumerate(self._imported.rows, 1):
            number = place.get(id(row))
            if row.exact is not None:
                self._restore(tx, restoring, row, row.exact)
            elif number is None:
                self._leave_out(row)
            else:
                parsed = detection.parsed[number]
                self._record(tx, row, detection.placings[number], series_ids, parsed.title)
            if self._progress and (done % _EVERY == 0 or done == len(self._imported.rows)):
                self._progress(
                    {"done": done, "total": len(self._imported.rows), "what": "rows read"}
                )
        restoring.finish(self._imported)
        self._goals = take_goals(tx, self._imported.goals, self._ctx.user_id, self._now)
        self._vanished = earlier.vanished(tx, self.editions)

    def _restore(
        self, tx: Watched, restoring: Restoring, row: ImportedRow, exact: ExactRow
    ) -> None:
        before = tx.savepoint()
        try:
            recorded = restoring.take(row, exact)
        except BooktrackError as error:
            tx.roll_back(before)
            self._outcomes.append((row, "failed", {"reason": error.message}))
            return
        self._conclude(tx, row, recorded, recorded.changed)

    def _conclude(self, tx: Watched, row: ImportedRow, recorded: Recorded, changed: bool) -> None:
        self.editions.update(recorded.edition_ids)
        told: JSON = {"book_id": recorded.book_id}
        if self._preview or (changed and not recorded.added):
            told["changes"] = tx.changes()
        if self._preview:
            told["candidates"] = tx.namesakes(recorded.book_id)
        # Who says a value, too, is kept and is no event: only what a person would see counts.
        outcome: Outcome = "updated" if told.get("changes") else "unchanged"
        if recorded.added:
            outcome = "added"
        self._outcomes.append((row, outcome, told))

    def _leave_out(self, row: ImportedRow) -> None:
        if row.skip is not None:
            self._outcomes.append((row, "skipped", {"reason": row.skip}))
        else:
            self._outcomes.append((row, "failed", {"reason": row.error or "not readable"}))

    def _record(
        self,
        tx: Watched,
        row: ImportedRow,
        placings: Sequence[Any],
        series_ids: Sequence[int],
        title: str,
    ) -> None:
        work = row.work
        if work is None:
            return
        before = tx.savepoint()
        self._tell_apart(work)
        try:
            recorded = record_work(tx, work, placings, series_ids, self._now, title=title)
            self._seen[recorded.edition_ids[0]] += 1
            said = self._say_status(tx, row, recorded)
            read = self._say_reading(tx, row, recorded)
        except BooktrackError as error:
            tx.roll_back(before)  # half a book is worse than a row to repair
            self._outcomes.append((row, "failed", {"reason": error.message}))
            return
        self._conclude(tx, row, recorded, recorded.changed or said or read)

    def _say_status(self, tx: Transaction, row: ImportedRow, recorded: Recorded) -> bool:
        said = {
            name: value
            for name in _SAID_OF_EDITIONS
            if (value := getattr(row, name)) not in (None, [], False)
        }
        if self._owned and row.status is None and not _is_wish(row):
            said["status"] = "own"
        if not said:
            return False
        edition_id = recorded.edition_ids[0]
        before = _own_status(tx, edition_id, self._ctx.user_id)
        changes = self._news(before, said, edition_id)
        return bool(changes) and set_status(tx, self._ctx, edition_id, changes)

    def _tell_apart(self, work: WorkRecord) -> None:
        """Give each row of one edition a record of its own: a second copy corrects nothing."""
        records: list[WorkRecord | EditionRecord] = [work, *work.editions]
        for record in records:
            if record.record_id is not None:
                name = f"{type(record).__name__} {record.record_id}"
                self._seen[name] += 1
                if self._seen[name] > 1:
                    record.record_id += f" ({self._seen[name]})"

    def _news(self, before: Document | None, said: JSON, edition_id: int) -> JSON:
        """Return what the file says that it did not say before: later edits by the user stay.

        What a second row of the same edition says is remembered beside the first one's, so that
        the two never take turns.
        """
        nth = self._seen[edition_id]
        source = self._imported.format if nth == 1 else f"{self._imported.format} {nth}"
        earlier = (before or {}).get("imported", {}).get(source)
        if earlier == said:
            return {}
        fresh = {
            name: value
            for name, value in said.items()
            if earlier is None or earlier.get(name) != value
        }
        if before is not None and earlier is None:
            fresh = filling_gaps(before, fresh)
        imported = {**(before or {}).get("imported", {}), source: said}
        return {**fresh, "source": self._imported.format, "imported": imported}

    def _say_reading(self, tx: Transaction, row: ImportedRow, recorded: Recorded) -> bool:
        scheme, mark = self._imported.format, self._mark(row, recorded)
        earlier = tell_earlier(tx, row, recorded, scheme, mark, self._ctx.user_id, self._now)
        return self._say_last(tx, row, recorded, mark) or earlier

    def _say_last(self, tx: Transaction, row: ImportedRow, recorded: Recorded, mark: str) -> bool:
        if row.reading is None:
            return False
        said = {
            name: value for name, value in row.reading.model_dump().items() if value is not None
        }
        scheme = self._imported.format
        mine = own_readings(tx, self._ctx.user_id, recorded.book_id)
        reading_id, before = same_reading(mine, scheme, mark, row.reading)
        if before is None:
            tx.insert(
                "readings",
                {
                    **said,
                    "user_id": self._ctx.user_id,
                    "book_id": recorded.book_id,
                    "edition_id": recorded.edition_ids[0],
                    "identifiers": {scheme: [mark]},
                    "source": scheme,
                    "imported": {scheme: said},
                    "updated_at": self._now,
                },
            )
            return True
        changes = self._news(before, said, recorded.edition_ids[0])
        if not changes:
            return False
        marks = before.get("identifiers", {})
        changes["identifiers"] = {**marks, scheme: sorted({*marks.get(scheme, []), mark})}
        return tx.put("readings", reading_id, before | changes | {"updated_at": self._now})

    def _mark(self, row: ImportedRow, recorded: Recorded) -> str:
        return row.key or f"edition {recorded.edition_ids[0]}"

    def note(self, tx: Transaction, fingerprint: str) -> int | None:
        """Write down that the file was imported, where that changed anything."""
        counts = self._counts()
        changed = counts["added"] or counts["updated"] or self._vanished or self._goals
        if not changed:
            return None
        return tx.insert(
            "imports",
            {
                "format": self._imported.format,
                "fingerprint": fingerprint,
                "user_id": self._ctx.user_id,
                "at": self._now,
                "rows": len(self._imported.rows),
                "vanished": [one["edition_id"] for one in self._vanished],
                **counts,
            },
        )

    def _counts(self) -> dict[str, int]:
        counts = Counter(outcome for _, outcome, _ in self._outcomes)
        return {
            name: counts[name] for name in ("added", "updated", "unchanged", "skipped", "failed")
        }

    def report(self, import_id: int | None, preview: bool) -> JSON:
        """Return the import answer of DESIGN.md section 3."""
        counts = self._counts()
        return {
            "id": import_id,
            "format": self._imported.format,
            "preview": preview,
            "rows": len(self._imported.rows),
            "added": counts["added"],
            "updated": counts["updated"],
            "unchanged": counts["unchanged"],
            "skipped": [
                {"row": row.row, "reason": more["reason"]}
                for row, outcome, more in self._outcomes
                if outcome == "skipped"
            ],
            "failed": [
                {"row": row.row, "reason": more["reason"], "data": row.data}
                for row, outcome, more in self._outcomes
                if outcome == "failed"
            ],
            "warnings": [
                {"row": row.row, "reason": warning}
                for row, _, _ in self._outcomes
                for warning in row.warnings
            ],
            "notes": [*self._imported.notes, *self._goals],
            "encoding": self._imported.encoding,
            "columns": self._imported.columns,
            "mapping": self._imported.mapping,
            "vanished": self._vanished,
            "failed_csv": failed_csv(self._imported, self._failed()),
            **({"effects": self._effects()} if preview else {}),
        }

    def _failed(self) -> list[tuple[ImportedRow, str]]:
        return [(row, more["reason"]) for row, outcome, more in self._outcomes
                if outcome == "failed"]  # fmt: skip

    def _effects(self) -> list[JSON]:
        return [
            {
                "row": row.row,
                "outcome": _effect(outcome, more),
                "title": row.work.title if row.work else None,
                "book_id": None if outcome == "added" else more.get("book_id"),
                "changes": more.get("changes", {}),
                "candidates": more.get("candidates", []),
                "reason": more.get("reason"),
            }
            for row, outcome, more in self._outcomes
        ]


_EFFECTS = {"added": "new", "updated": "changed", "unchanged": "same"}


def _effect(outcome: str, more: JSON) -> str:
    return "unsure" if more.get("candidates") else _EFFECTS.get(outcome, outcome)


def _own_status(tx: Transaction, edition_id: int, user_id: int) -> Document | None:
    documents = tx.get_many("statuses", tx.find("edition_status", str(edition_id)))
    return next((one for one in documents.values() if one["user_id"] == user_id), None)


def _is_wish(row: ImportedRow) -> bool:
    return row.reading is not None and row.reading.status == "want_to_read"
