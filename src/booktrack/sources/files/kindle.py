"""Kindle: Amazon's data request, the reading app's cache, and lists that scripts make of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from booktrack.domain.identifiers import parse_asin
from booktrack.domain.isbn import is_isbn, parse_isbn
from booktrack.domain.records import EditionRecord, ImportedRow, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import (
    Cells,
    FileText,
    RecordFormat,
    RowFormat,
    TableFormat,
    not_a_book,
    unreadable,
)
from booktrack.sources.files.book_cells import people, reading
from booktrack.sources.files.documents import xml_elements

_NO_BOOK = re.compile(
    r"\b(?:prime (?:student |membership )?(?:fee|membership)|membership|gift card|e-?gift|"
    r"digital code|kindle unlimited|subscription|audible (?:plus|premium))\b",
    re.IGNORECASE,
)
# Where a title came from without being bought.
_BORROWED = frozenset(
    {"prime", "kindleunlimited", "ku", "koll", "publiclibrarylending", "personallending",
     "rental", "rfflending", "comicsunlimited", "primereading", "freetrial"}
)  # fmt: skip
_SAMPLES = frozenset({"sample", "ebsp", "ebooksample"})


def _edition(number: str, cells: Cells, **values: Any) -> EditionRecord:
    """Return the Kindle edition of an ASIN; books that Amazon listed early have an ISBN-10."""
    return EditionRecord(
        source="kindle",
        record_id=number or f"row {cells.number}",
        isbns=[parse_isbn(number)] if is_isbn(number) else [],
        asin=parse_asin(number) if number else None,
        book_format="ebook",
        format_detail="Kindle Edition",
        **values,
    )


class KindleOrders(TableFormat):
    """The reader of `Digital Items.csv` of Amazon's data request, whose empty cells say so.

    Films, series and memberships stand between the books. No column tells them apart but one:
    Amazon sells them itself and, unlike books, with no tax on the list price.
    """

    name = "kindle_data_request"
    title = "Amazon data request (Digital Items)"
    required = frozenset({"asin", "title"})
    signature = frozenset(
        {"digitalorderitemid", "fulfilleddate", "sellerofrecord", "ourprice", "orderdate",
         "listpriceamount", "offeringsku", "declaredcountrycode", "marketplace", "orderid",
         "giftitem", "listpricetaxamount"}
    )  # fmt: skip
    columns = frozenset({"asin", "title", "publisher", "isfulfilled", "quantityordered"})
    enough = 4
    dates = ("fulfilleddate", "orderdate")

    def sniff(self, file: FileText) -> float:
        """Return how surely these are Amazon's columns, of which half are of no use here."""
        sure = super().sniff(file)
        return min(1.0, sure + 0.2) if sure else 0.0

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(html.unescape(cells["title"]))
        if not title or not cell.filled(title):
            return unreadable(cells, "no title")
        reason = _why_no_book(cells, title)
        if reason:
            return not_a_book(cells, reason)
        asin = cells["asin"]
        paid = cell.decimal(cell.filled(cells["ourprice"]))
        currency = cell.filled(cells["ourpricecurrencycode"]) or None
        price = cell.decimal(cell.filled(cells["listpriceamount"]))
        priced = cell.filled(cells["listpricecurrencycode"]) or None
        edition = _edition(
            asin,
            cells,
            publisher=cell.one_line(cell.filled(cells["publisher"])),
            price=price,
            currency=priced if price is not None else None,
        )
        bought = cell.filled(cells["orderdate"]) or cell.filled(cells["fulfilleddate"])
        return ImportedRow(
            row=cells.number,
            key=f"kindle:{asin}" if asin else None,
            work=WorkRecord(
                source="kindle", record_id=edition.record_id, title=title, editions=[edition]
            ),
            status="own",
            acquired_date=cell.day(bought, context.order),
            price_paid=paid,
            price_paid_currency=currency if paid is not None else None,
        )


def _why_no_book(cells: Cells, title: str) -> str | None:
    if _NO_BOOK.search(title) or cell.filled(cells["subscriptionorderinfolist"]):
        return "not a book: a membership, subscription or gift card"
    # It was delivered to somebody else, so this account never got it.
    if cells["giftitem"] == "Yes" and cells["itemfulfilled"] == "No":
        return "bought as a gift for somebody else"
    # In a real file of 269 rows this tells all films and series from the books sold by Amazon.
    untaxed = "listpricetaxamount" in cells.places and not cell.filled(cells["listpricetaxamount"])
    if untaxed and cells["sellerofrecord"].startswith("Amazon"):
        return "not a book: a film or series, sold by Amazon with no tax on its list price"
    return None


class KindleRows(RowFormat):
    """How the fields that every other Kindle list has become a book."""

    dates = ("date", "purchasedate", "acquireddate", "acquiredtime", "publicationdate")

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(html.unescape(cells.first("title", "producttitle")))
        if not title:
            return unreadable(cells, "no title")
        origin = cells.first("origintype", "origin", "contenttype").lower().replace("_", "")
        # EBSP is the device's word for a sample, "Sample" the cloud's.
        kinds = {origin, cells["cdecontenttype"].lower(), cells["resourcetype"].lower()}
        if kinds & _SAMPLES:
            return not_a_book(cells, "a sample")
        if origin in _BORROWED:
            return not_a_book(cells, f"borrowed, not owned: {cells.first('origintype', 'origin')}")
        number = cells.first("asin", "bookid")
        # 2012-05-17T00:00:00+0000 is a day, not a moment.
        published = cells.first("publicationdate")
        edition = _edition(
            number,
            cells,
            publisher=cell.one_line(cells.first("publishers", "publisher")),
            release_date=cell.day(published[:10], context.order),
            cover_url=cell.web_address(cells.first("productimage", "producturl", "image")),
        )
        word = cells["status"].lower()
        bought = cells.first("purchasedate", "acquireddate", "acquiredtime", "date")
        return ImportedRow(
            row=cells.number,
            key=f"kindle:{number}" if number else None,
            work=WorkRecord(
                source="kindle",
                record_id=edition.record_id,
                title=title,
                people=people(html.unescape(cells.first("authors", "author"))),
                editions=[edition],
            ),
            status="own",
            acquired_date=cell.day(bought, context.order),
            # UNREAD is the device's word for every book that was not opened there.
            reading=reading(None if word == "unread" else cell.reading_status(word)),
        )


class KindleList(KindleRows, TableFormat):
    """The reader of lists of title, authors and ASIN, as browser scripts and tools write them."""

    name = "kindle_list"
    title = "Kindle list"
    required = frozenset({"title", "asin"})
    signature = frozenset(
        {"asin", "authors", "author", "origintype", "acquireddate", "acquiredtime",
         "cdecontenttype", "percentageread", "webreaderurl", "productimage", "purchasedate",
         "resourcetype"}
    )  # fmt: skip
    columns = frozenset(
        {"title", "date", "status", "publisher", "publishers", "publicationdate", "textbooktype",
         "contenttype", "origin", "titlepronunciation", "authorpronunciation", "readstatus"}
    )  # fmt: skip
    enough = 2

    def sniff(self, file: FileText) -> float:
        """Return how surely this is a list of Kindle books: the less other columns, the surer."""
        share = len((self.columns | self.signature) & file.columns.keys()) / max(
            1, len(file.columns)
        )
        return min(0.8, super().sniff(file)) if share > 0.7 else 0.0


class KindleCache(KindleRows, RecordFormat):
    """The reader of `KindleSyncMetadataCache.xml`, which Kindle for PC and Mac keep."""

    name = "kindle_xml"
    title = "Kindle for PC and Mac (KindleSyncMetadataCache.xml)"

    def sniff(self, file: FileText) -> float:
        """Return 1 for the cache's own elements, else 0."""
        head = file.text[:50_000]
        return 1.0 if file.kind == "xml" and "<meta_data>" in head and "<ASIN>" in head else 0.0

    def records(self, file: FileText) -> Iterator[dict[str, str]]:
        """Yield the fields of each book, people and publishers joined by semicolons."""
        for element in xml_elements(file.text, "meta_data", 2, self.title):
            record = {child.tag: _joined(child) for child in element}
            origin = element.find("origins/origin/type")
            yield record | ({"origin_type": origin.text or ""} if origin is not None else {})


def _joined(element: Element) -> str:
    inner: Sequence[Element] = list(element)
    texts = [child.text or "" for child in inner] if inner else [element.text or ""]
    return "; ".join(text.strip() for text in texts if text.strip())
