"""LibraryThing's JSON: an object keyed by book, sometimes several of them in one file."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from booktrack.errors import InvalidFile, shown
from booktrack.sources.files.base import FileText, RecordFormat
from booktrack.sources.files.documents import as_text, json_documents
from booktrack.sources.files.librarything import LibraryThingRows

_SURE = ('"books_id"', '"sortcharacter"', '"workcode"', '"entrydate"', '"primaryauthor"')
# LibraryThing's name in JSON: its name in the tables.
_COLUMNS = {
    "books_id": "Book Id", "title": "Title", "primaryauthor": "Primary Author",
    "primaryauthorrole": "Primary Author Role", "publication": "Publication", "date": "Date",
    "review": "Review", "rating": "Rating", "comment": "Comment",
    "privatecomment": "Private Comment", "dateacquired": "Acquired",
    "datestarted": "Date Started", "dateread": "Date Read", "tags": "Tags",
    "collections": "Collections", "language": "Languages", "pages": "Page Count",
    "copies": "Copies", "entrydate": "Entry Date", "workcode": "Work id", "series": "Series",
    "oclc": "OCLC", "asin": "ASIN", "lccn": "LCCN", "originaltitle": "Original Title",
}  # fmt: skip


class LibraryThingJSON(LibraryThingRows, RecordFormat):
    """The reader of LibraryThing's JSON.

    `isbn` is an object, a list or missing, and may hold an ASIN; `format` is a list whose last
    entry is the closest. Several documents in one file are read one after another.
    """

    name = "librarything_json"
    title = "LibraryThing (JSON)"

    def sniff(self, file: FileText) -> float:
        """Return how many of LibraryThing's own names stand at the beginning."""
        if file.kind != "json":
            return 0.0
        head = file.text[:20_000]
        return sum(name in head for name in _SURE) / len(_SURE)

    def records(self, file: FileText) -> Iterator[dict[str, str]]:
        """Yield each book under the names of LibraryThing's tables."""
        for document in json_documents(file.text, self.title):
            books = list(document.values()) if isinstance(document, dict) else document
            if not isinstance(books, list):
                raise InvalidFile(
                    f"not a {self.title} export: it holds {shown(document)}, not books"
                )
            for book in books:
                told = _record(book) if isinstance(book, dict) else {"Title": ""}
                # "The Samurai&#039;s Garden" is no volume 39.
                yield {name: html.unescape(cell) for name, cell in told.items()}


def _record(book: dict[str, Any]) -> dict[str, str]:
    record = {column: as_text(book.get(name)) for name, column in _COLUMNS.items()}
    if not record["Primary Author"]:
        record["Primary Author"] = as_text(_of_first(book.get("authors"), "lf"))
    others = [one for one in _list(book.get("authors"))[1:] if isinstance(one, dict)]
    record["Secondary Author"] = as_text(book.get("secondaryauthor")) or "|".join(
        as_text(one.get("lf")) for one in others
    )
    record["Secondary Author Roles"] = as_text(book.get("secondaryauthorroles")) or "|".join(
        as_text(one.get("role")) for one in others
    )
    # Of 494 books 463 have an object {"0", "2"}, 28 a list, the others nothing.
    numbers = _list(book.get("isbn")) or _list(book.get("originalisbn"))
    record["ISBN"] = as_text(numbers[0]) if numbers else ""
    record["ISBNs"] = as_text(numbers)
    # From the broad to the narrow: "Paper", then "Paperback".
    formats = _list(book.get("format"))
    record["Media"] = as_text(_of_first(formats[-1:], "text"))
    # "All" stands beside the language and says nothing.
    languages = [one for one in _list(book.get("language")) if one != "All"]
    record["Languages"] = as_text(languages)
    return record


def _list(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    return [] if value in (None, "") else [value]


def _of_first(value: Any, name: str) -> Any:
    entries = _list(value)
    return entries[0].get(name) if entries and isinstance(entries[0], dict) else None
