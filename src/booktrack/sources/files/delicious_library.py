"""Delicious Library 3: the property list of everything on the shelf, books and other things."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from booktrack.domain.formats import book_format
from booktrack.domain.languages import language_code
from booktrack.domain.models import Contributor
from booktrack.domain.names import people_from_list
from booktrack.domain.records import EditionRecord, ImportedRow, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import Cells, FileText, RecordFormat, not_a_book, unreadable
from booktrack.sources.files.book_cells import numbers, reading
from booktrack.sources.files.documents import xml_elements

_BOOKS = frozenset({"", "book", "ebooks", "digital ebook purchas", "audible", "audiobook"})


class DeliciousLibrary(RecordFormat):
    """The reader of Delicious Library's XML.

    Films, music and gadgets share the list; their `type` tells. Lists in a cell stand on lines of
    their own. Dates are moments in the owner's zone.
    """

    name = "delicious_library"
    title = "Delicious Library"

    def sniff(self, file: FileText) -> float:
        """Return 1 for a property list with Delicious Library's own keys, else 0."""
        head = file.text[:100_000]
        own = "creatorsCompositeString" in head or "publishersCompositeString" in head
        return 1.0 if file.kind == "xml" and "<plist" in head and own else 0.0

    def records(self, file: FileText) -> Iterator[dict[str, str]]:
        """Yield the keys and values of each item."""
        for element in xml_elements(file.text, "dict", 2, self.title):
            children = list(element)
            yield {
                key.text or "": _value(value)
                for key, value in zip(children[::2], children[1::2], strict=False)
                if key.tag == "key"
            }

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one item."""
        title = cell.one_line(cells["title"])
        kind = cells.first("type", "amazonproductgroup")
        # 260 books, 5 films and 2 gadgets make one real list.
        if kind.lower() not in _BOOKS:
            return not_a_book(cells, f"not a book: {kind}")
        if not title:
            return unreadable(cells, "no title")
        warnings: list[str] = []
        edition = _edition(cells, warnings)
        uuid = cells["uuidstring"]
        return ImportedRow(
            row=cells.number,
            key=f"delicious:{uuid}" if uuid else None,
            work=WorkRecord(
                source=self.name,
                record_id=edition.record_id,
                title=title,
                subtitle=cell.one_line(cells["subtitle"]),
                people=_people(cells),
                genres=cell.parts(cells["genrescompositestring"], "\n"),
                editions=[edition],
            ),
            status="own",
            notes=cell.prose(cells["notes"]),
            condition=cells["conditionsingularstring"] or None,
            location=cells["locationsingularstring"] or None,
            acquired_date=cell.local_day(cells["purchasedate"]),
            signed=cell.says_yes(cells["issigned"]),
            reading=reading(
                "finished" if cell.says_yes(cells["hasexperienced"]) else None,
                rating=cell.rating(cells["rating"]),
            ),
            warnings=warnings,
        )


def _value(element: Element) -> str:
    if element.tag in ("true", "false"):
        return element.tag
    return (element.text or "").strip()


def _people(cells: Cells) -> list[Contributor]:
    names = cells["creatorscompositestring"].split("\n")
    drawn = cells["illustratorscompositestring"].split("\n")
    return [
        *(Contributor(name=one.display, role=one.role) for one in people_from_list(names)),
        *(Contributor(name=one.display, role="Illustrator") for one in people_from_list(drawn)),
    ]


def _edition(cells: Cells, warnings: list[str]) -> EditionRecord:
    found, asin = numbers(cells["isbn"] or cells["asin"], cells["ean"], warnings)
    words = cells["formatsingularstring"]
    price, currency = cell.money(cells["price"])
    languages = cell.parts(cells["languagescompositestring"], "\n")
    return EditionRecord(
        source=DeliciousLibrary.name,
        record_id=cells["uuidstring"] or f"row {cells.number}",
        isbns=found,
        asin=cell.asin(cells["asin"]) or asin,
        book_format=book_format(words),
        format_detail=words or None,
        publisher=cell.one_line(
            next(iter(cell.parts(cells["publisherscompositestring"], "\n")), "")
        ),
        release_date=cell.local_day(cells["publishdate"]),
        language=language_code(next(iter(languages), None)),
        page_count=cell.positive(cells["pages"]),
        cover_url=cell.web_address(cells["coverimagelargeurlstring"]),
        price=price or None,
        currency=currency if price else None,
    )
