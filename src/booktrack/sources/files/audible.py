"""Audible: the library as audible-cli and Libation export it."""

from __future__ import annotations

import re
from typing import Any

from booktrack.domain.identifiers import parse_asin
from booktrack.domain.isbn import is_isbn, parse_isbn
from booktrack.domain.languages import language_code
from booktrack.domain.models import Contributor, Status
from booktrack.domain.records import EditionRecord, ImportedRow, SeriesClaim, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import Cells, TableFormat, not_a_book, unreadable
from booktrack.sources.files.book_cells import people, reading, with_others
from booktrack.sources.files.claims import series_claims

_NOTHING = frozenset({"-", "none", "null"})
# So that no pattern is tried on a page of blanks.
_LONGEST_ORDER = 1000
_ORDERED = re.compile(r"\s*([^:]*?)\s+:\s+(.+)")


def _filled(text: str) -> str:
    return "" if text.lower() in _NOTHING else text


def _cast(cells: Cells) -> list[Contributor]:
    narrators = people(_filled(cells["narrators"]), "first-last")
    return with_others(
        people(_filled(cells["authors"]), "first-last"),
        [Contributor(name=one.name, role="Narrator") for one in narrators],
    )


def _edition(asin: str, cells: Cells, **values: Any) -> EditionRecord:
    """Return the recording of an ASIN; old ones have an ISBN-10 in its place."""
    return EditionRecord(
        source="audible",
        record_id=asin or f"row {cells.number}",
        isbns=[parse_isbn(asin)] if is_isbn(asin) else [],
        asin=parse_asin(asin) if asin else None,
        book_format="audiobook",
        format_detail="Audible Audio",
        **values,
    )


class AudibleCli(TableFormat):
    """The reader of `audible library export`: tab-separated, CSV or JSON.

    It knows the first series only. `rating` is the community's, so it is no one's own.
    """

    name = "audible"
    title = "Audible (audible-cli)"
    required = frozenset({"asin", "title"})
    signature = frozenset(
        {"narrators", "seriestitle", "seriessequence", "runtimelengthmin", "isfinished",
         "percentcomplete", "numratings", "extendedproductdescription"}
    )  # fmt: skip
    columns = frozenset(
        {"asin", "title", "subtitle", "authors", "genres", "rating", "dateadded", "releasedate",
         "coverurl", "purchasedate"}
    )  # fmt: skip
    dates = ("dateadded", "releasedate", "purchasedate")

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(cells["title"])
        if not title:
            return unreadable(cells, "no title")
        asin = cells["asin"]
        edition = _edition(
            asin,
            cells,
            release_date=cell.day(_filled(cells["releasedate"]), context.order),
            duration_minutes=cell.positive(cells["runtimelengthmin"]),
            cover_url=cell.web_address(cells["coverurl"]),
        )
        begun = (cell.decimal(cells["percentcomplete"]) or 0) > 0
        done = cell.says_yes(cells["isfinished"])
        bought = cells.first("purchasedate", "dateadded")
        return ImportedRow(
            row=cells.number,
            key=f"audible:{asin}" if asin else None,
            work=WorkRecord(
                source="audible",
                record_id=edition.record_id,
                title=title,
                subtitle=cell.one_line(_filled(cells["subtitle"])),
                people=_cast(cells),
                series=series_claims(
                    _filled(cells["seriestitle"]), _filled(cells["seriessequence"])
                ),
                description=cell.prose(_filled(cells["extendedproductdescription"])),
                genres=cell.parts(_filled(cells["genres"])),
                editions=[edition],
            ),
            status="own",
            acquired_date=cell.day(_filled(bought), context.order),
            reading=reading("finished" if done else "reading" if begun else None),
        )


class Libation(TableFormat):
    """The reader of Libation's CSV or JSON.

    `Series Order` holds "1 : Name, 2 : Other". Titles of the Audible Plus catalogue are
    borrowed, so they have no status; podcasts are left out.
    """

    name = "libation"
    title = "Libation"
    signature = frozenset(
        {"audibleproductid", "seriesorder", "seriesnames", "lengthinminutes", "bookliberatedstatus",
         "mylibationtags", "coveridlarge", "pdfliberatedstatus", "isaudibleplus",
         "communityratingoverall", "myratingoverall"}
    )  # fmt: skip
    columns = frozenset(
        {"account", "dateaddedtolibrary", "dateadded", "absentfromlastscan", "locale", "title",
         "subtitle", "authors", "narrators", "description", "publisher", "haspdf", "coverid",
         "communityratingperformance", "communityratingstory", "isabridged", "datepublished",
         "categories", "myratingperformance", "myratingstory", "contenttype", "language",
         "lastdownloaded", "lastdownloadedversion", "isfinished", "isspatial", "includeduntil"}
    )  # fmt: skip
    dates = ("dateaddedtolibrary", "dateadded", "datepublished")

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(cells["title"])
        if not title:
            return unreadable(cells, "no title")
        kind = cells["contenttype"].lower()
        if kind in ("podcast", "parent", "episode"):
            return not_a_book(cells, f"not a book: {cells['contenttype']}")
        asin = cells["audibleproductid"]
        edition = _edition(
            asin,
            cells,
            publisher=cell.one_line(cells["publisher"]),
            release_date=cell.day(cells["datepublished"], context.order),
            language=language_code(cells["language"]),
            duration_minutes=cell.positive(cells["lengthinminutes"]),
        )
        read = reading(
            "finished" if cell.says_yes(cells["isfinished"]) else None,
            rating=cell.rating(cells["myratingoverall"]),
        )
        borrowed = cell.says_yes(cells["isaudibleplus"])
        status: Status | None = None if borrowed else "own"
        return ImportedRow(
            row=cells.number,
            key=f"audible:{asin}" if asin else None,
            work=WorkRecord(
                source="audible",
                record_id=edition.record_id,
                title=title,
                subtitle=cell.one_line(cells["subtitle"]),
                people=_cast(cells),
                series=_series(cells),
                description=cell.prose(cells["description"]),
                genres=cell.parts(cells["categories"], ";"),
                editions=[edition],
            ),
            status=status,
            tags=cell.parts(cells["mylibationtags"].replace(" ", ",")),
            acquired_date=cell.day(cells.first("dateaddedtolibrary", "dateadded"), context.order),
            reading=read,
        )


def _series(cells: Cells) -> list[SeriesClaim]:
    """Return the claims of "1 : Name, 2 : Other"; a name may hold a comma, an order none."""
    claims: list[SeriesClaim] = []
    # Only a comma before the next "2 : " parts two series.
    for part in re.split(r",\s*(?=[^,:]*\s:\s)", cells["seriesorder"][:_LONGEST_ORDER]):
        match = _ORDERED.fullmatch(part)
        if match:
            claims.extend(series_claims(match[2], _filled(match[1])))
    return claims or series_claims(cells["seriesnames"])
