"""BookBuddy: the CSV of the iOS app, of 38 columns in 2016 and of 79 today."""

from __future__ import annotations

from typing import Any

from booktrack.domain.formats import book_format
from booktrack.domain.languages import language_code
from booktrack.domain.models import Contributor, Status
from booktrack.domain.records import EditionRecord, ImportedReading, ImportedRow, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import Cells, TableFormat, not_a_book, unreadable
from booktrack.sources.files.book_cells import numbers, people, reading, with_others
from booktrack.sources.files.claims import series_claims


class BookBuddy(TableFormat):
    """The reader of BookBuddy's CSV: books that are owned, or on the wish list."""

    name = "bookbuddy"
    title = "BookBuddy"
    signature = frozenset(
        {"uploadedimageurl", "googlevolumeid", "physicallocation", "wishlist", "borrowedfrom",
         "dateborrowed", "loanedto", "dateloaned", "purchaseplace", "listprice", "favorites",
         "originalpublicationyear", "yearpublished", "guidedreadinglevel", "lexilemeasure"}
    )  # fmt: skip
    columns = frozenset(
        {"author", "authorlastfirst", "title", "subtitle", "genre", "rating", "publisher",
         "status", "notes", "edition", "datepublished", "length", "format", "dimensions", "weight",
         "isbn", "dateadded", "datestarted", "datefinished", "purchasedate", "purchaseprice",
         "category", "series", "volume", "quantity", "summary", "tags", "language", "illustrator",
         "narrator", "translator", "editor", "originallanguage", "numberofpages", "condition",
         "signed", "review", "currentpage", "pagesread", "previouslyowned", "upnext", "position",
         "originaldatepublished", "notownedreason", "ddc", "lcc", "lccn", "oclc", "issn"}
    )  # fmt: skip
    dates = ("dateadded", "datestarted", "datefinished", "purchasedate", "datepublished")

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(cells["title"])
        if not title:
            return unreadable(cells, "no title")
        if cell.is_other_medium(cells["format"]) or cell.is_other_medium(cells["category"]):
            return not_a_book(cells, f"not a book: {cells.first('format', 'category')}")
        warnings: list[str] = []
        google = cells["googlevolumeid"]
        found, asin = numbers(cells.first("isbn", "isbn10"), cells["isbn13"], warnings)
        price, currency = cell.money(cells["listprice"])
        edition = EditionRecord(
            source=self.name,
            record_id=next(iter(found), google) or f"row {cells.number}",
            isbns=found,
            asin=asin,
            book_format=book_format(cells["format"]),
            format_detail=cells["format"] or None,
            publisher=cell.one_line(cells["publisher"]),
            release_date=cell.day(cells.first("datepublished", "yearpublished"), context.order),
            language=language_code(cells["language"]),
            page_count=cell.positive(cells.first("numberofpages", "length")),
            cover_url=cell.web_address(cells["uploadedimageurl"]),
            price=price or None,
            currency=currency if price else None,
            identifiers={"google_books": [google]} if google else {},
        )
        paid, paid_in = cell.money(cells["purchaseprice"])
        copies = cell.positive(cells["quantity"])
        borrower = cell.one_line(cells["loanedto"])
        return ImportedRow(
            row=cells.number,
            work=WorkRecord(
                source=self.name,
                record_id=edition.record_id,
                title=title,
                subtitle=cell.one_line(cells["subtitle"]),
                people=_people(cells),
                series=series_claims(cells["series"], cells["volume"]),
                volume=None if cells["series"] else cells["volume"] or None,
                description=cell.prose(cells["summary"]),
                genres=cell.parts(cells["genre"]),
                first_published=cell.day(
                    cells.first("originaldatepublished", "originalpublicationyear")
                ),
                editions=[edition],
            ),
            status=_status(cells),
            notes=cell.prose(cells["notes"]),
            shelves=cell.parts(cells["category"]),
            tags=_tags(cells),
            copies=copies if copies and copies > 1 else None,
            condition=cells["condition"] or None,
            location=cells["physicallocation"] or None,
            acquired_date=cell.day(cells.first("purchasedate", "dateadded"), context.order),
            price_paid=paid or None,
            price_paid_currency=paid_in if paid else None,
            signed=cell.says_yes(cells["signed"]),
            loaned_to=borrower,
            loaned_since=cell.day(cells["dateloaned"], context.order) if borrower else None,
            reading=_reading(cells, context.order),
            warnings=warnings,
        )


def _status(cells: Cells) -> Status | None:
    """Return what the ticks say: wished for, given away or borrowed, else owned."""
    if cell.says_yes(cells["wishlist"]):
        return "want"
    gone = cell.says_yes(cells["previouslyowned"]) or bool(cells["notownedreason"])
    return None if gone or cells["borrowedfrom"] else "own"


def _people(cells: Cells) -> list[Contributor]:
    """Return the authors, told one from another by the second column, which has the first only."""
    # "Author (Last, First)" names the first of them only.
    found = people(cells["author"], "first-last") or people(cells["authorlastfirst"], "last-first")
    for role in ("illustrator", "translator", "narrator", "editor"):
        others = people(cells[role], "first-last")
        found = with_others(
            found, [Contributor(name=one.name, role=role.capitalize()) for one in others]
        )
    return found


def _tags(cells: Cells) -> list[str]:
    tags = cell.parts(cells["tags"])
    if cell.says_yes(cells["favorites"]) and "favorite" not in tags:
        tags.append("favorite")
    return tags


def _reading(cells: Cells, order: str) -> ImportedReading | None:
    """Return the reading; "Unread" is the app's own word for every new book, and tells nothing."""
    # All 506 books of a real file are "Unread".
    word = cells["status"]
    return reading(
        None if word.lower() == "unread" else cell.reading_status(word),
        started=cell.day(cells["datestarted"], order),
        finished=cell.day(cells["datefinished"], order),
        rating=cell.rating(cells["rating"]),
        review=cell.prose(cells["review"]),
    )
