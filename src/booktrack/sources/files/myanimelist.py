"""MyAnimeList and AniList: what somebody reads, series by series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from booktrack.domain.models import ReadingStatus
from booktrack.domain.records import EditionRecord, ImportedRow, SeriesClaim, WorkRecord
from booktrack.errors import InvalidFile
from booktrack.sources.files import cells as cell
from booktrack.sources.files.base import (
    Cells,
    FileText,
    RecordFormat,
    not_a_book,
    placeholder,
    unreadable,
)
from booktrack.sources.files.book_cells import reading
from booktrack.sources.files.documents import as_text, json_documents, xml_elements

_IS_SERIES = "this row is a whole series: which volumes are owned is not in the file"


def _series_row(
    cells: Cells, source: str, number: str, title: str, total: int | None, warnings: list[str]
) -> ImportedRow:
    """Return a row whose book stands for a manga series as a whole, without a position in it."""
    known = {source: [number]} if number else {}
    claim = SeriesClaim(name=title, kind="manga", total=total, identifiers=known)
    edition = EditionRecord(
        source=source, record_id=number or f"row {cells.number}", book_format="comic"
    )
    work = WorkRecord(
        source=source,
        record_id=edition.record_id,
        title=title,
        series=[claim],
        identifiers=known,
        editions=[edition],
    )
    return ImportedRow(
        row=cells.number,
        key=f"{source}:{number}" if number else None,
        work=work,
        warnings=[_IS_SERIES, *warnings],
    )


class MyAnimeList(RecordFormat):
    """The reader of MyAnimeList's XML, and of tools that write it.

    A row is a series. `manga_volumes` is 0 where it is not known yet, and the volumes that are
    read tell nothing of those that are owned: readers of scans count chapters only.
    """

    name = "mal_xml"
    title = "MyAnimeList (XML)"

    def sniff(self, file: FileText) -> float:
        """Return 1 for MyAnimeList's root element, else 0."""
        return 1.0 if file.kind == "xml" and "<myanimelist" in file.text[:50_000] else 0.0

    def records(self, file: FileText) -> Iterator[dict[str, str]]:
        """Yield the fields of each manga, and of each anime to be left out."""
        for tag in ("manga", "anime"):
            if f"<{tag}>" in file.text:
                # The totals in `myinfo` disagree with the rows in real files, so they are not read.
                for element in xml_elements(file.text, tag, 1, self.title):
                    yield {child.tag: (child.text or "").strip() for child in element}

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the series of one row."""
        if cells["seriesanimedbid"]:
            return not_a_book(cells, "not a book: anime")
        title = cell.one_line(cells["mangatitle"])
        number = cells["mangamangadbid"]
        if not title:
            return unreadable(cells, "no title")
        row = _series_row(
            cells, "mal", number, title, cell.positive(cells["mangavolumes"]), warnings=[]
        )
        row.tags = cell.parts(cells["mytags"])
        row.notes = cell.prose(cells["mycomments"])
        row.reading = reading(
            cell.reading_status(cells["mystatus"]),
            started=cell.day(cells["mystartdate"]),
            finished=cell.day(cells["myfinishdate"]),
            rating=cell.rating(cells["myscore"], best=10),
            count=cell.positive(cells["mytimesread"]),
        )
        return row


# AniList's numbers of its list states.
_ANILIST: dict[str, ReadingStatus] = {
    "0": "reading", "1": "want_to_read", "2": "finished", "3": "abandoned", "4": "paused",
    "5": "reading",
}  # fmt: skip


class AniListJSON(RecordFormat):
    """The reader of AniList's data request, which names its series by number only."""

    name = "anilist_json"
    title = "AniList (data request)"

    def sniff(self, file: FileText) -> float:
        """Return 1 for AniList's lists, else 0."""
        head = file.text[:20_000]
        own = '"lists"' in head and '"series_type"' in head and '"series_id"' in head
        return 1.0 if file.kind == "json" and own else 0.0

    def records(self, file: FileText) -> Iterator[dict[str, str]]:
        """Yield the fields of each entry."""
        for document in json_documents(file.text, self.title):
            lists = document.get("lists") if isinstance(document, dict) else None
            if not isinstance(lists, list):
                raise InvalidFile(f'This is not a {self.title} file: it has no list "lists".')
            for entry in lists:
                fields = entry if isinstance(entry, dict) else {}
                yield {name: as_text(value) for name, value in fields.items()}

    def row(self, cells: Cells, context: Any) -> ImportedRow:
        """Return the series of one entry."""
        number = cells["seriesid"]
        if cells["seriestype"] == "0":
            return not_a_book(cells, "not a book: anime")
        if not number:
            return unreadable(cells, "no series id")
        title = placeholder("AniList manga", number)
        row = _series_row(cells, "anilist", number, title, None, ["the file names no title"])
        row.notes = cell.prose(cells["notes"])
        row.reading = reading(
            _ANILIST.get(cells["status"]),
            started=_day(cells["startedon"]),
            finished=_day(cells["finishedon"]),
            rating=cell.rating(cells["score"], best=100),
            count=(cell.whole(cells["repeat"]) or 0) + 1,
        )
        return row


def _day(text: str) -> str | None:
    """Return the day of 20191011; AniList writes 20190000 for a year."""
    if len(text) != 8 or not text.isdecimal():
        return None
    return cell.day(f"{text[:4]}-{text[4:6]}-{text[6:]}")
