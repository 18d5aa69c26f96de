"""LibraryThing: the tab-separated export and the older CSV."""

from __future__ import annotations

import re
from typing import Any

from booktrack.domain.formats import book_format
from booktrack.domain.languages import language_code
from booktrack.domain.models import Contributor, ReadingStatus, Status
from booktrack.domain.records import EditionRecord, ImportedReading, ImportedRow, WorkRecord
from booktrack.domain.text import fold
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import Cells, RowFormat, TableFormat, not_a_book, unreadable
from booktrack.sources.files.book_cells import numbers, people, reading, with_others
from booktrack.sources.files.claims import series_claims

_BRACKETS = re.compile(r"^\[(.*)\]$", re.DOTALL)
_PUBLISHER = re.compile(r"^(.*?)(?:\s{0,3}\(|,\s{0,3}(?:Edition:|\d{1,6} pages)|$)")
_PAGES = re.compile(r"(?<!\d)(\d{1,6})\s{0,3}(?:pages|p\.|s\.|Seiten)")
_UNKNOWN_PUBLISHERS = frozenset({"", "publisher unknown", "n/a"})
# Collections that LibraryThing makes itself; the others are the owner's shelves.
_OWN = frozenset(
    map(fold, ("Your library", "Ihre Bibliothek", "Votre bibliothèque", "Tu biblioteca"))
)
_WANTED = frozenset(map(fold, ("Wishlist", "Wunschliste", "Liste de souhaits")))
_GIVEN_AWAY = frozenset(map(fold, ("Read but unowned", "Gelesen, aber nicht im Besitz")))
_DATES = ("acquired", "dateacquired", "datestarted", "dateread", "dateended", "entrydate")


class LibraryThingRows(RowFormat):
    """How LibraryThing's columns become a book, whichever file they stand in."""

    title = "LibraryThing"
    dates = _DATES

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(cells["title"])
        if not title:
            return unreadable(cells, "no title")
        # 96 of 422 rows of a real list are films.
        if cell.is_other_medium(cells["media"]):
            return not_a_book(cells, f"not a book: {cells['media']}")
        warnings: list[str] = []
        number = cells["bookid"]
        work_id = cells.first("workid", "work")
        edition = _edition(cells, number, warnings)
        collections = cell.parts(cells["collections"])
        folded = {fold(name) for name in collections}
        return ImportedRow(
            row=cells.number,
            key=f"librarything:{number}" if number else None,
            work=WorkRecord(
                source="librarything",
                record_id=edition.record_id,
                title=title,
                people=_people(cells),
                series=series_claims(cells["series"]),
                identifiers={"librarything_work": [work_id]} if work_id else {},
                editions=[edition],
            ),
            status=_status(folded),
            notes=cell.prose("\n".join(filter(None, (cells["comment"], cells["comments"],
                                                     cells["privatecomment"],
                                                     cells["privatecomments"])))),
            shelves=[name for name in collections if not _is_built_in(name)],
            tags=cell.parts(cells["tags"]),
            copies=cell.positive(cells["copies"]),
            acquired_date=_day(cells.first("acquired", "dateacquired"), context.order),
            reading=_reading(cells, folded, context.order),
            warnings=warnings,
        )  # fmt: skip


class LibraryThing(LibraryThingRows, TableFormat):
    """The reader of LibraryThing's tables: TSV of 49 columns, and the CSV of 2014.

    Numbers and dates stand in brackets. DVDs share the list with books and are left out.
    """

    name = "librarything"
    signature = frozenset(
        {"bookid", "primaryauthor", "sortcharacter", "secondaryauthorroles", "lcclassification",
         "deweywording", "workid", "lendingpatron", "entrydate", "isbns", "authorfirstlast",
         "authorlastfirst", "otherauthors", "dateentered", "dateended", "ddc", "lcc"}
    )  # fmt: skip
    columns = frozenset(
        {"title", "primaryauthorrole", "secondaryauthor", "publication", "date", "review",
         "rating", "comment", "privatecomment", "summary", "media", "physicaldescription",
         "weight", "height", "thickness", "length", "dimensions", "pagecount", "lccn", "acquired",
         "datestarted", "dateread", "barcode", "bcid", "tags", "collections", "languages",
         "originallanguages", "isbn", "subjects", "deweydecimal", "othercallnumber", "copies",
         "source", "fromwhere", "oclc", "lendingstatus", "lendingstart", "lendingend", "series",
         "language1", "language2", "originallanguage", "stars", "comments", "privatecomments"}
    )  # fmt: skip


def _unbracketed(text: str) -> str:
    match = _BRACKETS.match(text)
    return match[1].strip() if match else text


def _day(text: str, order: str) -> str | None:
    return cell.day(_unbracketed(text), order)


def _edition(cells: Cells, number: str, warnings: list[str]) -> EditionRecord:
    # "[]" is an empty cell: 181 of 422 rows.
    own = _unbracketed(cells["isbn"])
    all_numbers = cell.parts(_unbracketed(cells["isbns"]))
    thirteen = next((text for text in all_numbers if len(text) == 13), "")
    found, asin = numbers(own or next(iter(all_numbers), ""), thirteen, warnings)
    media = cells["media"]
    publication = cells["publication"]
    pages = _PAGES.search(publication)
    publisher = _PUBLISHER.match(publication)
    oclc = cells["oclc"]
    known = {"librarything": [number] if number else [], "oclc": [oclc] if oclc else []}
    return EditionRecord(
        source="librarything",
        record_id=number or f"row {cells.number}",
        isbns=found,
        asin=asin or (None if found else cell.asin(cells["asin"])),
        book_format=book_format(media or publication),
        format_detail=media or None,
        publisher=_publisher(publisher[1]) if publisher else None,
        # "?" is an unknown year.
        release_date=cell.day(cell.filled(cells["date"])),
        language=language_code(next(iter(cell.parts(cells.first("languages", "language1"))), None)),
        page_count=cell.positive(cells["pagecount"]) or (int(pages[1]) or None if pages else None),
        identifiers={scheme: values for scheme, values in known.items() if values},
    )


def _publisher(text: str) -> str | None:
    return None if text.lower() in _UNKNOWN_PUBLISHERS else cell.one_line(text)


def _people(cells: Cells) -> list[Contributor]:
    first = people(cells.first("primaryauthor", "authorlastfirst", "authorfirstlast"), "last-first")
    first = [_with_role(person, cells["primaryauthorrole"]) for person in first]
    # "Gill, Tatiana|Hardy, Janet" stands beside "Illustrator|Foreword".
    names = cell.parts(cells["secondaryauthor"].replace(";", "|"), "|")
    roles = cells["secondaryauthorroles"].replace(";", "|").split("|")
    others = [
        _with_role(person, roles[place] if place < len(roles) else "")
        for place, name in enumerate(names)
        for person in people(name, "last-first")
    ]
    return with_others(with_others(first, others), people(cells["otherauthors"], "last-first"))


def _with_role(person: Contributor, role: str) -> Contributor:
    role = role.strip()
    if not role or role.casefold() in ("author", "autor", "auteur", "autore"):
        return person
    return Contributor(name=person.name, role=role)


def _is_built_in(name: str) -> bool:
    folded = fold(name)
    # "To read" and "Currently reading" are built in, too.
    return folded in _OWN | _WANTED | _GIVEN_AWAY or cell.reading_status(name) is not None


def _status(collections: set[str]) -> Status | None:
    """Return what the collections say; a catalogue without them is of books that are there."""
    if collections & _OWN or not collections:
        return "own"
    return "want" if collections & _WANTED else None


def _reading(cells: Cells, collections: set[str], order: str) -> ImportedReading | None:
    # A real list says "toread" by tag alone.
    words = [*collections, *cell.parts(cells["tags"])]
    status: ReadingStatus | None = next(filter(None, map(cell.reading_status, words)), None)
    finished = _day(cells.first("dateread", "dateended"), order)
    if finished or collections & _GIVEN_AWAY:
        status = "finished"
    return reading(
        status,
        started=_day(cells["datestarted"], order),
        finished=finished,
        rating=cell.rating(cells.first("rating", "stars")),
        review=cell.prose(cells["review"]),
    )
