"""The tables that Goodreads and Calibre write and read, made of what the library holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from booktrack.domain.interchange import neutralised
from booktrack.domain.reading import current, rating_of, times_finished
from booktrack.domain.records import ExactRow
from booktrack.domain.series_choices import shown_name
from booktrack.services.holdings import Holdings

GOODREADS = (
    "Book Id", "Title", "Author", "Author l-f", "Additional Authors", "ISBN", "ISBN13",
    "My Rating", "Average Rating", "Publisher", "Binding", "Number of Pages", "Year Published",
    "Original Publication Year", "Date Read", "Date Added", "Bookshelves",
    "Bookshelves with positions", "Exclusive Shelf", "My Review", "Spoiler", "Private Notes",
    "Read Count", "Owned Copies",
)  # fmt: skip
CALIBRE = (
    "author_sort", "authors", "comments", "cover", "formats", "id", "identifiers", "isbn",
    "languages", "pubdate", "publisher", "rating", "series", "series_index", "tags", "timestamp",
    "title", "title_sort", "uuid",
)  # fmt: skip

_BINDINGS = {
    "hardcover": "Hardcover", "paperback": "Paperback", "ebook": "Kindle Edition",
    "audiobook": "Audiobook", "comic": "Comic",
}  # fmt: skip
_SHELF_OF_READING = {
    "want_to_read": "to-read", "reading": "currently-reading", "finished": "read",
    "paused": "on-hold", "abandoned": "did-not-finish",
}  # fmt: skip
# Goodreads knows no owned book that is on no shelf, and "to-read" would be a word never said.
_SHELF_OF_STATUS = {"own": "owned", "want": "to-read", "missing": "not-owned"}
_YEAR = re.compile(r"-?\d+")
_ARTICLES = ("The ", "A ", "An ")


def goodreads_rows(found: Holdings) -> Iterator[dict[str, str]]:
    """Yield a row for each edition under Goodreads' 24 columns."""
    for row in found.rows:
        yield _cells(GOODREADS, _goodreads(row, found.series))


def calibre_rows(found: Holdings) -> Iterator[dict[str, str]]:
    """Yield a row for each edition under the columns of Calibre's catalogue."""
    for number, row in enumerate(found.rows, 1):
        yield _cells(CALIBRE, {**_calibre(row, found.series), "id": str(number)})


def _cells(columns: tuple[str, ...], told: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: "" if told.get(name) is None else neutralised(str(told[name])) for name in columns
    }


def _goodreads(row: ExactRow, series: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    book, edition, status = row.document, row.edition or {}, row.status or {}
    authors = book.get("authors", [])
    readings = dict(enumerate(row.readings, 1))
    reading = readings.get(current(readings) or 0, {})
    shelf = _SHELF_OF_READING.get(
        reading.get("status", ""), _SHELF_OF_STATUS[status.get("status", "missing")]
    )
    shelves = list(dict.fromkeys([*status.get("shelves", []), shelf]))
    return {
        "Book Id": next(iter(edition.get("identifiers", {}).get("goodreads", [])), ""),
        "Title": book["title"] + _in_brackets(row, series),
        "Author": next(iter(authors), ""),
        "Author l-f": _last_first(next(iter(authors), "")),
        "Additional Authors": ", ".join(authors[1:]),
        "ISBN": edition.get("isbn_10"),
        "ISBN13": edition.get("isbn_13"),
        "My Rating": round(rating_of(readings) or 0),
        "Publisher": edition.get("publisher"),
        "Binding": _BINDINGS.get(edition.get("book_format", ""), edition.get("format_detail")),
        "Number of Pages": edition.get("page_count"),
        "Year Published": _year(edition.get("release_date")),
        "Original Publication Year": _year(book.get("first_published")),
        "Date Read": _day(reading.get("finished_at")),
        "Date Added": _day((book.get("added_at") or "")[:10]),
        "Bookshelves": ", ".join(shelves),
        "Exclusive Shelf": shelf,
        "My Review": reading.get("review"),
        "Private Notes": status.get("notes"),
        "Read Count": times_finished(readings),
        "Owned Copies": status.get("copies") or int(status.get("status") == "own"),
    }


def _in_brackets(row: ExactRow, series: Mapping[str, Mapping[str, Any]]) -> str:
    for place in row.places[:1]:
        number = place.get("position") or ""
        name = shown_name(series[place["series"]])
        return f" ({name}, #{number})" if number else f" ({name})"
    return ""


def _last_first(name: str) -> str:
    first, _, last = name.rpartition(" ")
    return f"{last}, {first}" if first else name


def _year(date: str | None) -> str | None:
    return (
        None if date is None else str(int(date[: date.index("-", 1)] if "-" in date[1:] else date))
    )


def _day(date: str | None) -> str | None:
    # Goodreads takes whole days only: of "2010" it makes the first of January.
    return date.replace("-", "/") if date and len(date) == 10 else None


def _calibre(row: ExactRow, series: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    book, edition, status = row.document, row.edition or {}, row.status or {}
    authors = book.get("authors", [])
    place = row.places[0] if row.places else None
    rating = rating_of(dict(enumerate(row.readings, 1)))
    position = (place or {}).get("position") or ""
    identifiers = {
        **{scheme: values[0] for scheme, values in edition.get("identifiers", {}).items()},
        "isbn": edition.get("isbn_13"),
        "amazon": edition.get("asin"),
    }
    return {
        "author_sort": " & ".join(map(_last_first, authors)),
        "authors": " & ".join(authors),
        "comments": book.get("description"),
        "cover": edition.get("cover_url"),
        # Calibre means files, which a printed book has none of.
        "formats": edition.get("format_detail") if edition.get("book_format") == "ebook" else None,
        "identifiers": ",".join(f"{name}:{value}" for name, value in identifiers.items() if value),
        "isbn": edition.get("isbn_13"),
        "languages": edition.get("language"),
        "pubdate": edition.get("release_date"),
        "publisher": edition.get("publisher"),
        # Calibre counts half stars.
        "rating": round(2 * (rating or 0)) or None,
        "series": shown_name(series[place["series"]]) if place else None,
        "series_index": position if _is_number(position) else "1.0" if place is None else None,
        "tags": ", ".join(dict.fromkeys([*status.get("tags", []), *status.get("shelves", [])])),
        "timestamp": book.get("added_at"),
        "title": book["title"],
        "title_sort": _title_sort(book["title"]),
    }


def _is_number(position: str) -> bool:
    return position.replace(".", "", 1).isdecimal()


def _title_sort(title: str) -> str:
    for article in _ARTICLES:
        if title.startswith(article):
            return f"{title[len(article) :]}, {article.strip()}"
    return title
