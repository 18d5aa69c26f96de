"""Lists of books for people: ISBNs, Markdown, a page of HTML, and BibTeX for those who cite."""

from __future__ import annotations

import html
import re
from typing import Any

from booktrack.domain.records import ExactRow
from booktrack.domain.series_choices import shown_name
from booktrack.domain.text import clean, fold
from booktrack.errors import MissingExtra
from booktrack.services.holdings import Holdings

_MARKDOWN = re.compile(r"([\\`*_\[\]|<>~&$])")
_FORMATS = {"ebook", "audiobook", "hardcover", "paperback", "comic"}


def isbn_list(found: Holdings) -> str:
    """Return every ISBN-13 once, one a line."""
    numbers = [row.edition["isbn_13"] for row in found.rows if row.edition]
    return "".join(f"{one}\n" for one in dict.fromkeys(filter(None, numbers)))


def markdown(found: Holdings) -> str:
    """Return the books as a Markdown list, their editions below each."""
    lines = ["# Books", ""]
    for rows in filter(None, found.books):
        title, facts = _heading(rows[0], found)
        lines.append(f"- **{_plain(title)}**" + (f" {_plain(facts)}" if facts else ""))
        lines += [f"  - {_plain(text)}" for row in rows if (text := _edition(row))]
    return "\n".join(lines) + "\n"


def html_page(found: Holdings) -> str:
    """Return the books as a page of HTML that needs nothing else."""
    items = []
    for rows in filter(None, found.books):
        title, facts = _heading(rows[0], found)
        editions = "".join(
            f"<li>{html.escape(text)}</li>" for row in rows if (text := _edition(row))
        )
        items.append(
            f"<li><strong>{html.escape(clean(title))}</strong> {html.escape(clean(facts))}"
            + (f"<ul>{editions}</ul>" if editions else "")
            + "</li>"
        )
    body = "\n".join(items)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>Books</title></head>\n<body>\n<h1>Books</h1>\n<ul>\n{body}\n</ul>\n</body>\n"
        "</html>\n"
    )


def _plain(text: str) -> str:
    """Return the text so that no character of it is markup."""
    return _MARKDOWN.sub(r"\\\1", clean(text))


def _heading(row: ExactRow, found: Holdings) -> tuple[str, str]:
    authors = ", ".join(row.document.get("authors", []))
    places = []
    for place in row.places:
        number = place.get("position") or place.get("label") or ""
        places.append(f"{shown_name(found.series[place['series']])} {number}".strip())
    facts = [f"by {authors}"] if authors else []
    return row.document["title"], " ".join([*facts, f"({'; '.join(places)})"] if places else facts)


def _edition(row: ExactRow) -> str:
    if row.edition is None:
        return ""
    edition, status = row.edition, row.status or {}
    words = [
        status.get("status", "missing"),
        edition.get("book_format") if edition.get("book_format") in _FORMATS else None,
        edition.get("isbn_13") or edition.get("asin"),
        edition.get("publisher"),
        edition.get("release_date"),
        status.get("notes"),
    ]
    return clean(", ".join(filter(None, words)))


def bibtex(found: Holdings) -> str:
    """Return an entry for each edition, written by the library `bibtexparser`.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        from bibtexparser.entrypoint import write_string
        from bibtexparser.library import Library
        from bibtexparser.middlewares import LatexEncodingMiddleware
        from bibtexparser.model import Entry, Field
    except ImportError as error:
        raise MissingExtra(
            "BibTeX needs the extra `bibtex`: pip install 'booktrack[bibtex]'", extra="bibtex"
        ) from error
    library = Library()
    keys: set[str] = set()
    for row in found.rows:
        told = _bibliographic(row, found)
        fields = [Field(name, str(value)) for name, value in told.items() if value]
        library.add(Entry("book", _key(row, keys), fields))
    return str(write_string(library, prepend_middleware=[LatexEncodingMiddleware()]))


def _bibliographic(row: ExactRow, found: Holdings) -> dict[str, Any]:
    book, edition = row.document, row.edition or {}
    place = row.places[0] if row.places else None
    day = (edition.get("release_date") or book.get("first_published") or "").split("-")
    return {
        # BibTeX parts names at "and", which a publisher's may hold.
        "author": " and ".join(
            clean(name).replace(" and ", " & ") for name in book.get("authors", [])
        ),
        "title": clean(book["title"]),
        "subtitle": clean(book.get("subtitle") or ""),
        "publisher": edition.get("publisher"),
        "year": day[0],
        "series": shown_name(found.series[place["series"]]) if place else None,
        "volume": (place or {}).get("position"),
        "isbn": edition.get("isbn_13"),
        "language": edition.get("language"),
    }


def _key(row: ExactRow, taken: set[str]) -> str:
    author = (row.document.get("authors") or ["anonymous"])[0]
    day = (row.edition or {}).get("release_date") or row.document.get("first_published") or ""
    words = [fold(author).split()[-1:], [day[:4]], fold(row.document["title"]).split()[:1]]
    stem = re.sub(r"[^a-z0-9]", "", "".join(word for part in words for word in part)) or "book"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    taken.add(key)
    return key
