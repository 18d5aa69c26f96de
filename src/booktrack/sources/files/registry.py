"""Which formats there are, which one a file has, and its rows."""

from __future__ import annotations

from collections.abc import Mapping

from booktrack.domain.records import ImportedFile
from booktrack.errors import InvalidFile, shown
from booktrack.sources.files.audible import AudibleCli, Libation
from booktrack.sources.files.babelio import Babelio
from booktrack.sources.files.base import FileFormat, FileText
from booktrack.sources.files.bookbuddy import BookBuddy
from booktrack.sources.files.booktrack_csv import BooktrackCSV
from booktrack.sources.files.booktrack_json import BooktrackJSON
from booktrack.sources.files.bookwyrm import BookWyrm
from booktrack.sources.files.calibre import Calibre, CalibreXML
from booktrack.sources.files.delicious_library import DeliciousLibrary
from booktrack.sources.files.goodreads import Goodreads
from booktrack.sources.files.guessed import GuessedTable
from booktrack.sources.files.handylib import HandyLib
from booktrack.sources.files.hardcover import Hardcover
from booktrack.sources.files.inventaire import Inventaire
from booktrack.sources.files.isbn_list import ISBNList, SkoolibPage
from booktrack.sources.files.jelu import Jelu
from booktrack.sources.files.kindle import KindleCache, KindleList, KindleOrders
from booktrack.sources.files.libib import Libib
from booktrack.sources.files.librarything import LibraryThing
from booktrack.sources.files.librarything_json import LibraryThingJSON
from booktrack.sources.files.myanimelist import AniListJSON, MyAnimeList
from booktrack.sources.files.openlibrary_log import OpenLibraryLog
from booktrack.sources.files.openreads import Openreads
from booktrack.sources.files.storygraph import StoryGraph
from booktrack.sources.files.text import MAX_BYTES, decode

FORMATS: tuple[FileFormat, ...] = (
    BooktrackCSV(),
    BooktrackJSON(),
    Goodreads(),
    HandyLib(),
    StoryGraph(),
    LibraryThing(),
    LibraryThingJSON(),
    Calibre(),
    CalibreXML(),
    BookBuddy(),
    Libib(),
    Hardcover(),
    Babelio(),
    Openreads(),
    BookWyrm(),
    Jelu(),
    Inventaire(),
    OpenLibraryLog(),
    DeliciousLibrary(),
    MyAnimeList(),
    AniListJSON(),
    KindleOrders(),
    KindleCache(),
    KindleList(),
    AudibleCli(),
    Libation(),
    ISBNList(),
    SkoolibPage(),
    GuessedTable(),
)
"""Every format that is read; of equally sure ones the first is taken."""

_SURE_ENOUGH = 0.2


def format_names() -> list[str]:
    """Return the names that `read_export` takes as a format, but for "auto"."""
    return [reader.name for reader in FORMATS]


def detect(
    data: bytes, *, name: str | None = None, max_bytes: int = MAX_BYTES
) -> list[tuple[str, float]]:
    """Return the formats that the file may have, the surest first, each with 0 to 1.

    Raises:
        InvalidFile: The file is empty, too large or not text.
    """
    return _ranked(FileText(decode(data, name=name, max_bytes=max_bytes), name))


def read_export(
    data: bytes,
    format: str = "auto",
    *,
    name: str | None = None,
    columns: Mapping[str, str] | None = None,
    max_bytes: int = MAX_BYTES,
) -> ImportedFile:
    r"""Return the rows of an export file.

    Args:
        data: The file's bytes.
        format: One of `format_names()`, or "auto" to tell it by the content.
        name: The file's name, for messages only.
        columns: Which column of an unknown table is which, such as {"title": "Buch"}; the rest is
            guessed, and the answer's mapping says how. Given, the file is read as such a table.
        max_bytes: The largest size that is read.

    Raises:
        InvalidFile: The file is empty, too large, not text or of no known format, `format` is
            none or has columns of its own, or `columns` names a field or a column that there is
            not; the message says which and what would do.

    >>> export = b"Book Id,Title,Author,My Rating,Exclusive Shelf\n1,Ubik,Philip K. Dick,5,read"
    >>> found = read_export(export)
    >>> found.format, found.rows[0].work.title, found.rows[0].reading.rating
    ('goodreads', 'Ubik', 5.0)
    """
    file = FileText(decode(data, name=name, max_bytes=max_bytes), name)
    if columns is not None:
        if format not in ("auto", GuessedTable.name):
            own = _named(format).title
            raise InvalidFile(f"The columns of {own} are known; leave out {shown(format)}.")
        return GuessedTable(columns).read(file)
    if format != "auto":
        return _named(format).read(file)
    # By content only: people rename their files, and services call theirs "export.csv".
    ranked = _ranked(file)
    if not ranked or ranked[0][1] < _SURE_ENOUGH:
        raise InvalidFile(_unknown(file), formats=format_names())
    return _named(ranked[0][0]).read(file)


def _ranked(file: FileText) -> list[tuple[str, float]]:
    found = [(reader.name, round(reader.sniff(file), 3)) for reader in FORMATS]
    return sorted((pair for pair in found if pair[1] > 0), key=lambda pair: -pair[1])


def _named(name: str) -> FileFormat:
    for reader in FORMATS:
        if reader.name == name:
            return reader
    known = ", ".join(format_names())
    raise InvalidFile(
        f"No such format: {shown(name)}. Known are: auto, {known}.", formats=format_names()
    )


def _unknown(file: FileText) -> str:
    label = f"The file {file.name!r}" if file.name else "The file"
    known = ", ".join(reader.title for reader in FORMATS)
    if file.header:
        header = ", ".join(shown(cell, 40) for cell in file.header[:40])
        seen = f"its first line holds {header}"
    else:
        seen = f"it is {file.kind.upper()} and begins with {shown(file.text[:60].strip())}"
    told = ' Or say which column is which, such as {"title": "Buch"}.' if file.header else ""
    return f"{label} is of no known kind: {seen}. Known are: {known}.{told}"
