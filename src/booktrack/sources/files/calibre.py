"""Calibre: the CSV catalogue, and catalogues of its XML turned into a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from booktrack.domain.identifiers import parse_asin
from booktrack.domain.isbn import is_isbn
from booktrack.domain.languages import language_code
from booktrack.domain.models import BookFormat
from booktrack.domain.records import EditionRecord, ImportedRow, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import (
    Cells,
    FileText,
    RecordFormat,
    RowFormat,
    TableFormat,
    unreadable,
)
from booktrack.sources.files.book_cells import isbns, people
from booktrack.sources.files.claims import series_claims
from booktrack.sources.files.documents import xml_elements

_AUDIO = frozenset({"mp3", "m4b", "m4a", "ogg", "flac", "aax", "aac", "wav", "opus"})
_COMICS = frozenset({"cbz", "cbr", "cb7", "cbc"})
_SCHEMES = {
    "goodreads": "goodreads", "google": "google_books", "openlibrary": "openlibrary",
    "olid": "openlibrary", "librarything": "librarything", "hardcover": "hardcover",
    "hardcover-id": "hardcover", "storygraph": "storygraph", "oclc": "oclc", "lccn": "lccn",
    "uri": "uri", "doi": "doi", "comicvine": "comicvine", "barnesnoble": "barnesnoble",
}  # fmt: skip


class CalibreRows(RowFormat):
    """How Calibre's fields become a book, whichever catalogue they stand in.

    Every row is a book that lies on the owner's disk. `series_index` is 1.0 even without a
    series and then means nothing; a date in the years 100 and 101 is Calibre's "none". The stars
    come with downloaded metadata as often as from the reader, so they are nobody's rating here.
    """

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(cells["title"])
        if not title:
            return unreadable(cells, "no title")
        warnings: list[str] = []
        edition = _edition(cells, warnings)
        uuid = cells["uuid"]
        return ImportedRow(
            row=cells.number,
            key=f"calibre:{uuid}" if uuid else None,
            work=WorkRecord(
                source=Calibre.name,
                record_id=edition.record_id,
                title=title,
                people=people(cells["authors"]) or people(cells["authorsort"], "last-first"),
                series=series_claims(cells["series"], _index(cells)),
                description=cell.prose(cells["comments"]),
                editions=[edition],
            ),
            status="own",
            tags=cell.parts(cells["tags"]),
            warnings=warnings,
        )


class Calibre(CalibreRows, TableFormat):
    """The reader of Calibre's CSV catalogue, whose columns the owner has chosen."""

    name = "calibre"
    title = "Calibre"
    required = frozenset({"title", "authors"})
    signature = frozenset(
        {"authorsort", "titlesort", "seriesindex", "uuid", "libraryname", "identifiers",
         "timestamp", "formats", "pubdate", "ondevice"}
    )  # fmt: skip
    columns = frozenset(
        {"title", "authors", "publisher", "series", "tags", "size", "rating", "languages", "id",
         "isbn", "comments", "cover", "text", "lastmodified"}
    )  # fmt: skip


class CalibreXML(CalibreRows, RecordFormat):
    """The reader of Calibre's XML catalogue."""

    name = "calibre_xml"
    title = "Calibre (XML catalogue)"

    def sniff(self, file: FileText) -> float:
        """Return 1 for the catalogue's root element, else 0."""
        return 1.0 if file.kind == "xml" and "<calibredb" in file.text[:2000] else 0.0

    def records(self, file: FileText) -> Iterator[dict[str, str]]:
        """Yield the fields of each book under the names of the CSV."""
        for element in xml_elements(file.text, "record", 1, self.title):
            record = {child.tag: _text(child) for child in element}
            authors = element.find("authors")
            series = element.find("series")
            # The XML holds paths of files, the CSV their kinds.
            paths = [path.text or "" for path in element.findall("formats/format")]
            record["formats"] = ", ".join(path.rpartition(".")[2].lower() for path in paths)
            record["author_sort"] = authors.get("sort", "") if authors is not None else ""
            record["series_index"] = series.get("index", "") if series is not None else ""
            yield record


def _text(element: Element) -> str:
    """Return a field's text, the parts of a list joined as the CSV joins them."""
    inner = [(child.text or child.get("value") or "").strip() for child in element]
    between = " & " if element.tag == "authors" else ", "
    return between.join(filter(None, inner)) if inner else (element.text or "").strip()


def _index(cells: Cells) -> str:
    # 1.0 is what Calibre writes for a book without a series.
    if not cells["series"]:
        return ""
    index = cells["seriesindex"]
    return index.rstrip("0").rstrip(".") if "." in index else index


def _edition(cells: Cells, warnings: list[str]) -> EditionRecord:
    named = _identifiers(cells["identifiers"])
    found = isbns(named.get("isbn", ""), cells["isbn"] or named.get("isbn", ""), warnings)
    # 1,121 of 1,438 real rows name an ASIN, 605 an ISBN.
    amazon = [value for scheme, value in named.items() if "asin" in scheme or "amazon" in scheme]
    asin = next(filter(None, map(parse_asin, amazon)), None)
    # Amazon's number of a printed book is its ISBN-10.
    printed = next(filter(is_isbn, amazon), "")
    formats = cell.parts(cells["formats"].lower())
    return EditionRecord(
        source=Calibre.name,
        record_id=cells["uuid"] or f"row {cells.number}",
        isbns=found or isbns(printed, "", warnings),
        asin=asin,
        book_format=_format(formats),
        format_detail=", ".join(formats) or None,
        publisher=cell.one_line(cells["publisher"]),
        # Midnight of 1 January is the year before in a zone west of Greenwich.
        release_date=cell.local_day(cells["pubdate"]),
        language=language_code(next(iter(cell.parts(cells["languages"])), None)),
        identifiers={
            _SCHEMES[scheme]: [value] for scheme, value in named.items() if scheme in _SCHEMES
        },
    )


def _identifiers(text: str) -> dict[str, str]:
    """Return `isbn:..,goodreads:..` by scheme; a value may hold colons itself."""
    # "odid:someone@mail.example&55#x" and "uri:http://..." occur.
    pairs = (part.partition(":") for part in cell.parts(text))
    return {scheme.strip().lower(): value.strip() for scheme, mark, value in pairs if mark}


def _format(formats: list[str]) -> BookFormat:
    kinds = set(formats)
    if kinds & _AUDIO:
        return "audiobook"
    return "comic" if kinds and kinds <= _COMICS | {"pdf"} and kinds & _COMICS else "ebook"
