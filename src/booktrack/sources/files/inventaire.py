"""Inventaire: the CSV of an inventory."""

from __future__ import annotations

from typing import Any

from booktrack.domain.languages import language_code
from booktrack.domain.models import Contributor
from booktrack.domain.records import EditionRecord, ImportedRow, WorkRecord
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import Cells, TableFormat, unreadable
from booktrack.sources.files.book_cells import numbers, people, with_others
from booktrack.sources.files.claims import series_claims


class Inventaire(TableFormat):
    """The reader of Inventaire's CSV: every item is a copy that its owner has."""

    name = "inventaire"
    title = "Inventaire"
    required = frozenset({"editiontitle"})
    signature = frozenset(
        {"itemurl", "itemtransaction", "itemvisibility", "editionurl", "editiontitle",
         "workslabels", "worksurls", "authorslabels", "serieslabels", "worksseriesordinals"}
    )  # fmt: skip
    columns = frozenset(
        {"itemdetails", "itemnotes", "itemcreated", "shelves", "editionisbn13", "editionisbn10",
         "editionsubtitle", "editionpublicationdate", "editioncover", "editionnumberofpages",
         "editionlanguage", "originallanguage", "authorsurls", "translatorslabels",
         "translatorsurls", "seriesurls", "genresurls", "genreslabels", "subjectsurls",
         "subjectslabels", "publisherurls", "publisherlabel"}
    )  # fmt: skip
    dates = ("editionpublicationdate", "itemcreated")

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the book of one row."""
        title = cell.one_line(cells.first("editiontitle", "workslabels"))
        if not title:
            return unreadable(cells, "no title")
        warnings: list[str] = []
        found, asin = numbers(cells["editionisbn10"], cells["editionisbn13"], warnings)
        item = cells["itemurl"].rpartition("/")[2]
        work_label = cell.one_line(cells["workslabels"])
        translators = people(cells["translatorslabels"], "first-last")
        edition = EditionRecord(
            source=self.name,
            record_id=item or f"row {cells.number}",
            url=cell.web_address(cells["editionurl"]),
            isbns=found,
            asin=asin,
            publisher=cell.one_line(cells["publisherlabel"]),
            release_date=cell.day(cells["editionpublicationdate"], context.order),
            language=language_code(cells["editionlanguage"]),
            page_count=cell.positive(cells["editionnumberofpages"]),
            cover_url=cell.web_address(cells["editioncover"]),
        )
        return ImportedRow(
            row=cells.number,
            key=f"inventaire:{item}" if item else None,
            work=WorkRecord(
                source=self.name,
                record_id=edition.record_id,
                title=title,
                subtitle=cell.one_line(cells["editionsubtitle"]),
                people=with_others(
                    people(cells["authorslabels"], "first-last"),
                    [Contributor(name=one.name, role="Translator") for one in translators],
                ),
                alternate_titles=[work_label] if work_label and work_label != title else [],
                series=series_claims(cells["serieslabels"], cells["worksseriesordinals"]),
                genres=cell.parts(cells["genreslabels"]),
                editions=[edition],
            ),
            status="own",
            notes=cell.prose("\n".join(filter(None, (cells["itemdetails"], cells["itemnotes"])))),
            shelves=cell.parts(cells["shelves"]),
            acquired_date=cell.day(cells["itemcreated"], context.order),
            warnings=warnings,
        )
