"""The operations that take files in and give them out, and take changes back."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field

from booktrack.errors import InvalidFile, NotFound, shown
from booktrack.library import Library
from booktrack.web import shapes_more, shapes_pages
from booktrack.web.operations import (
    JSON,
    File,
    Id,
    Limit,
    Operation,
    Page,
    Params,
    SeriesName,
    Upload,
    YesOrNo,
    tagged,
)
from booktrack.web.operations_books import Status, Text
from booktrack.web.problems import Problem

_TABLES = ("text/csv", "text/tab-separated-values", "text/plain", "application/json",
           "application/zip", "application/octet-stream")  # fmt: skip
_EXPORT = Upload("file", "the file", _TABLES)
_COPY = Upload("file", "the backup", ("application/json", "application/octet-stream"), 512 << 20)

_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "goodreads": "text/csv; charset=utf-8",
    "calibre": "text/csv; charset=utf-8",
    "isbn": "text/plain; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "bibtex": "application/x-bibtex; charset=utf-8",
}
_ENDINGS = {"goodreads": "csv", "calibre": "csv", "isbn": "txt", "markdown": "md", "bibtex": "bib"}


class ImportParams(Params):
    """How a file is read."""

    format: Annotated[str, Field(max_length=100, description="auto tells it by the content.")] = (
        "auto"
    )
    enrich: Annotated[YesOrNo, Field(description="Ask sources about the books afterwards.")] = False
    owned: Annotated[
        YesOrNo, Field(description="Take books that the file says no status of for owned.")
    ] = False
    column: Annotated[
        list[str] | None,
        Field(description="Which column a field is read from: title=Buch; may be repeated."),
    ] = None

    def arguments(self) -> JSON:
        """Return the arguments, the columns as a mapping."""
        given = super().arguments()
        pairs = [one.partition("=") for one in given.pop("column", None) or []]
        if pairs:
            given["columns"] = {name: column for name, _, column in pairs}
        return given


class PeekParams(ImportParams):
    """How a file would be read, and how many rows of it."""

    limit: Annotated[Limit, Field(le=1_000)] = 5

    def arguments(self) -> JSON:
        """Return the arguments; nothing is asked of sources, and nothing is said of owning."""
        given = super().arguments()
        given.pop("enrich", None)
        given.pop("owned", None)
        return given


class PreviewParams(ImportParams):
    """How a file would be read."""

    def arguments(self) -> JSON:
        """Return the arguments of a preview."""
        given = super().arguments()
        given.pop("enrich", None)
        return {**given, "preview": True}


class ExportParams(Params):
    """What is given out, and how."""

    format: Literal["csv", "json", "goodreads", "calibre", "isbn", "markdown", "html", "bibtex"]
    status: Status | None = None
    author: Text | None = None
    series: SeriesName | None = None
    shelf: Text | None = None


class TransactionParams(Params):
    """A change in the path."""

    transaction_id: Id


class BackupParams(Params):
    """A kept copy, by its name."""

    name: Annotated[str, Field(max_length=255)]


class RefreshParams(Params):
    """How many, and of whom."""

    limit: Limit = 100
    sources: Annotated[list[str] | None, Field(description="Only these; may be repeated.")] = None


class StaleParams(Params):
    """How many."""

    limit: Limit = 100


def _attached(result: JSON, given: JSON) -> tuple[str, dict[str, str], bytes]:
    name = given["format"]
    # An HTML export must not become a page of this origin.
    where = f'attachment; filename="booktrack.{_ENDINGS.get(name, name)}"'
    return _MEDIA[name], {"Content-Disposition": where}, result["content"].encode()


def _import(library: Library, given: JSON) -> Any:
    file = given.pop("file")
    with file:
        return library.import_file(file, **given)


def _peek(library: Library, given: JSON) -> Any:
    return library.peek_file(**given)


def _keep(library: Library, _given: JSON) -> JSON:
    done = library.backup()
    return {"name": Path(done["path"]).name, **{k: v for k, v in done.items() if k != "path"}}


def _download(library: Library, _given: JSON) -> bytes:
    with tempfile.TemporaryDirectory(prefix="booktrack-") as folder:
        path = Path(folder) / "library.json"
        library.backup(path)
        content = path.read_bytes()
    _refuse_what_others_said(library, content)
    return content


def _refuse_what_others_said(library: Library, content: bytes) -> None:
    mine = library.user_id
    for table in msgspec.json.decode(content, type=dict[str, dict[str, JSON]]).values():
        if any(one.get("user_id", mine) != mine for one in table.values()):
            raise Problem(
                403,
                "the library holds what other users noted, which is not for you; ask who keeps "
                "the server for a backup, or take an export",
            )


def _whole_library(result: bytes, _given: JSON) -> tuple[str, dict[str, str], bytes]:
    where = 'attachment; filename="library.json"'
    return "application/json", {"Content-Disposition": where}, result


def _restore_upload(library: Library, given: JSON) -> JSON:
    with tempfile.TemporaryDirectory(prefix="booktrack-") as folder, given["file"] as file:
        path = Path(folder) / "upload.json"
        with path.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        try:
            return _restored(library.restore(path))
        except InvalidFile as error:
            # Where the copy lay meanwhile is nobody's business.
            text = error.message.replace(str(path), "the uploaded file")
            raise InvalidFile(text) from error


def _restore_kept(library: Library, given: JSON) -> JSON:
    # Named, not addressed: only what is in the list is found, so no path comes from outside.
    for one in library.backups()["backups"]:
        if Path(one["path"]).name == given["name"]:
            return _restored(library.restore(one["path"]))
    raise NotFound(f"there is no backup {shown(given['name'])}; /api/v1/backups lists them")


def _restored(result: JSON) -> JSON:
    kept = result.get("kept")
    return {"id": result.get("id"), "kept": Path(kept).name if kept else None}


def _backups(library: Library, _given: JSON) -> JSON:
    kept = library.backups()["backups"]
    named = [
        {"name": Path(one["path"]).name, **{k: v for k, v in one.items() if k != "path"}}
        for one in kept
    ]
    return {"total": len(named), "backups": named}


_LIST = "ISBN\n9780441013593\n"
_RESTORED: JSON = {"id": 812, "kept": "library.json.2026-11-22T12-00-00Z.811"}

_FILES = tagged(
    "files",
    Operation(
        "POST", "/imports", "import_file", "Take in an export file of another program",
        shapes_more.Job, ImportParams, _EXPORT, status=202, keyed=True, job="import",
        call=_import, sample={"query": {}, "file": _LIST},
    ),
    Operation(
        "POST", "/imports/preview", "import_file", "What taking in a file would do",
        shapes_more.ImportReport, PreviewParams, _EXPORT, name="preview_import", call=_import,
        sample={"query": {}, "file": _LIST},
    ),
    Operation(
        "POST", "/imports/peek", "peek_file", "The first rows of a file as they are understood",
        shapes_pages.Peek, PeekParams, _EXPORT, call=_peek,
        sample={"query": {}, "file": _LIST},
    ),
    Operation(
        "GET", "/sync-history", "sync_history", "What was taken in, newest first",
        shapes_pages.SyncHistory, Page, version="revision", sample={"query": {}},
    ),
    Operation(
        "GET", "/imports", "imports", "The files that were taken in, newest first",
        shapes_more.Imports, Page, version="revision", sample={"query": {}},
    ),
    Operation(
        "GET", "/exports/{format}", "export", "Give books out as a file",
        File(tuple(dict.fromkeys(one.partition(";")[0] for one in _MEDIA.values())), _attached),
        ExportParams, errors=(501,), version="revision",
        sample={"path": {"format": "isbn"}, "query": {"series": "Saga"}},
    ),
)  # fmt: skip

_SAFETY = tagged(
    "safety",
    Operation(
        "GET", "/history", "history", "What was changed, newest first",
        shapes_more.History, Page, version="revision", sample={"query": {"limit": 1}},
    ),
    Operation(
        "POST", "/history/{transaction_id}/undo", "undo", "Take a change back",
        shapes_more.Transaction, TransactionParams, sample={
            "path": {"transaction_id": 2},
            "before": [("POST", "/editions/1/notes", {"note": "signed"})],
        },
    ),
    Operation(
        "GET", "/backup", "backup", "The whole library as a file, without keys",
        File(("application/json",), _whole_library), version="revision", call=_download,
    ),
    Operation(
        "GET", "/backups", "backups", "The copies that the server keeps, newest first",
        shapes_more.Backups, call=_backups, sample={"query": {}},
    ),
    Operation(
        "POST", "/backups", "backup", "Keep a copy of the library now",
        shapes_pages.MadeBackup, status=201, name="make_backup", call=_keep,
        sample={"query": {}},
    ),
    Operation(
        "POST", "/backups/{name}/restore", "restore", "Make the library what a kept copy holds",
        shapes_more.Restored, BackupParams, name="restore_backup", call=_restore_kept,
        sample={"answer": _RESTORED},
    ),
    Operation(
        "POST", "/restore", "restore", "Make the library what a backup file holds",
        shapes_more.Restored, body=_COPY, call=_restore_upload, sample={"answer": _RESTORED},
    ),
    Operation(
        "GET", "/check", "check", "Whether the library's files are whole",
        shapes_more.Check, sample={"query": {}},
    ),
    Operation(
        "POST", "/repairs", "check", "Look the files through, and remove pictures that none shows",
        shapes_more.Check, name="repair",
        call=lambda library, given: library.check(repair=True), sample={"query": {}},
    ),
)  # fmt: skip

_SOURCES = tagged(
    "sources",
    Operation(
        "GET", "/stale", "stale", "What needs asking, in the order of need",
        shapes_more.Stale, StaleParams, version="revision", sample={"query": {"limit": 1}},
    ),
    Operation(
        "POST", "/refreshes", "refresh", "Ask sources for what needs it most",
        shapes_more.Job, RefreshParams, status=202, keyed=True, errors=(), job="refresh",
        sample={"query": {"limit": 1}},
    ),
)  # fmt: skip

OPERATIONS: list[Operation] = [*_FILES, *_SAFETY, *_SOURCES]
