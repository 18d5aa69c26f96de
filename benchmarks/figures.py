"""The rows of issue 3's table, measured one after the other on one library."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from benchmarks.books import Row, load_rows, with_check_digit, write_export
from benchmarks.rivals import SQLite, Stock
from benchmarks.timing import Times, megabytes_after, repeated, seconds_in_fresh_process, times
from benchmarks.typos import compare, with_typos
from booktrack import Library

_MARKED = 100
_LOOKED_UP = 500


@dataclass(frozen=True)
class Figure:
    """One kind of work: what booktrack takes, what its rivals take, and what was wanted.

    `found` is in the terms of `wanted`.
    """

    work: str
    booktrack: str
    rivals: dict[str, str] = field(default_factory=dict)
    found: str = ""
    wanted: str = ""
    reached: bool | None = None


@dataclass(frozen=True)
class Effort:
    """How often things are done."""

    queries: int = 200
    opened: int = 5
    marked: int = _MARKED
    looked_up: int = _LOOKED_UP
    stock: int = 3
    """Marks of stock TinyDB, one of which takes seconds on a large file; the rest it does once."""


def build(rows: list[Row], folder: Path) -> Path:
    """Return the library of these editions, made by importing them."""
    export = folder / "export.csv"
    write_export(rows, export)
    path = folder / "library.json"
    with _open(path) as library:
        report = library.import_file(export)
        if report["failed"]:
            raise RuntimeError(f"rows were not imported: {report['failed'][:3]}")
        # So that every one of them has a status to change, here and in the rivals' copies.
        library.mark_many([row.isbn for row in _chosen(rows, _MARKED)], "missing")
    return path


def _open(path: Path | str) -> Library:
    return Library(path, offline=True)


def _chosen(rows: list[Row], count: int) -> list[Row]:
    return random.Random(1).sample(rows, min(count, len(rows)))


class Bench:
    """The measurements on one library."""

    def __init__(self, rows: list[Row], path: Path, effort: Effort) -> None:
        self._rows = rows
        self._path = path
        self._effort = effort
        self.lookup_seconds = 0.0

    def figures(self) -> Iterator[Figure]:
        """Yield the figures; those that change the library come last."""
        loaded = self._in_fresh_processes(load)
        size = self._path.stat().st_size / 1e6
        yield Figure(f"json.load of the file ({size:,.1f} MB)", ms(loaded.median))
        yield self._opening(loaded)
        yield self._memory(size)
        yield self._first_search(loaded)
        stock = Stock(self._path, self._path.with_name("tinydb.json"))
        sqlite = SQLite(self._path, self._path.with_name("library.sqlite"))
        with _open(self._path) as library:
            yield self._lookup(library, stock, sqlite)
            yield self._search(library)
            yield self._mark(library, stock, sqlite)
            yield self._add(library, stock, sqlite)
        stock.close()
        sqlite.close()

    def _in_fresh_processes(self, work: Callable[..., object], *arguments: str) -> Times:
        # What this process holds would slow its garbage collector, and so json.load above all.
        runs = range(self._effort.opened)
        return Times([seconds_in_fresh_process(work, str(self._path), *arguments) for _ in runs])

    def _opening(self, loaded: Times) -> Figure:
        taken = self._in_fresh_processes(open_and_look_up, self._rows[0].isbn)
        return _against(
            "open the library and look one book up", taken.median, "json.load", loaded.median, 0.5
        )

    def _memory(self, size: float) -> Figure:
        grown = megabytes_after(open_and_look_up, str(self._path), self._rows[0].isbn)
        return Figure(
            "memory of an open library after one lookup",
            f"{grown:,.1f} MB",
            {"file": f"{size:,.1f} MB"},
            f"{grown / size:.2f}x the file",
            "3x",
            grown <= 3 * size,
        )

    def _first_search(self, loaded: Times) -> Figure:
        fresh = [_open(self._path) for _ in range(self._effort.opened)]
        taken = times(lambda library: library.search("the way of kngs", remote="never"), fresh)
        for library in fresh:
            library.close()
        return _against("first search after opening", taken.median, "json.load", loaded.median, 3)

    def _lookup(self, library: Library, stock: Stock, sqlite: SQLite) -> Figure:
        isbns = [row.isbn for row in _chosen(self._rows, self._effort.looked_up)]
        library.lookup(isbns[0], remote="never")
        ours = times(lambda isbn: library.lookup(isbn, remote="never"), isbns)
        theirs = times(sqlite.lookup, isbns)
        stocks = times(stock.lookup, isbns[:1])
        self.lookup_seconds = ours.median
        return Figure(
            "lookup by ISBN, with editions and series",
            f"{ms(ours.median)} (p95 {ms(ours.p95)})",
            {"SQLite": ms(theirs.median), "TinyDB": ms(stocks.median)},
            ms(ours.median),
            "1 ms",
            ours.median <= 0.001,
        )

    def _search(self, library: Library) -> Figure:
        rng = random.Random(2)
        titles = _titles(library)
        chosen = rng.sample(titles, min(self._effort.queries, len(titles)))
        asked = [(title, with_typos(title, rng)) for title in chosen]

        def ours(query: str) -> list[str]:
            return [book["title"] for book in library.search(query, remote="never")["results"]]

        def scan(query: str) -> list[str]:
            return [hit[0] for hit in process.extract(query, titles, scorer=fuzz.WRatio, limit=10)]

        (taken, found), (scanned, there) = compare(asked, ours), compare(asked, scan)
        return Figure(
            "search by title with one or two typos, p95",
            f"{ms(taken.p95)} (median {ms(taken.median)}, found {found:.1%})",
            {"WRatio scan": f"{ms(scanned.p95)} (found {there:.1%})"},
            f"{taken.p95 / scanned.p95:.2f}x the scan",
            "0.2x, found as often",
            taken.p95 <= scanned.p95 / 5 and found >= there,
        )

    def _mark(self, library: Library, stock: Stock, sqlite: SQLite) -> Figure:
        isbns = [row.isbn for row in _chosen(self._rows, self._effort.marked)]
        ids = [_edition_id(library, isbn) for isbn in isbns]
        ours = times(lambda isbn: library.mark(isbn, "own"), isbns)
        theirs = times(lambda edition: sqlite.mark(edition, "own"), ids)
        stocks = times(lambda edition: stock.mark(edition, "own"), ids[: self._effort.stock])
        figure = _against("durable mark", ours.median, "SQLite", theirs.median, 2)
        faster = stocks.median / ours.median
        return Figure(
            figure.work,
            figure.booktrack,
            {**figure.rivals, "TinyDB": ms(stocks.median)},
            f"{figure.found}, {faster:,.0f}x faster than TinyDB",
            f"{figure.wanted}, 500x faster than TinyDB",
            bool(figure.reached) and faster >= 500,
        )

    def _add(self, library: Library, stock: Stock, sqlite: SQLite) -> Figure:
        book, edition = self._documents(library)
        fresh = [
            (with_check_digit(f"9798{99_999_999 - at}"), f"{row.title} Anew", row.author)
            for at, row in enumerate(_chosen(self._rows, self._effort.marked))
        ]

        def add(new: tuple[str, str, str]) -> None:
            isbn, title, author = new
            library.add(isbn, title=title, authors=[author], remote="never")

        def insert(rival: Stock | SQLite, new: tuple[str, str, str]) -> None:
            isbn, title, author = new
            rival.add(book | {"title": title, "authors": [author]}, edition | {"isbn_13": isbn})

        ours = times(add, fresh)
        theirs = times(partial(insert, sqlite), fresh)
        stocks = times(partial(insert, stock), fresh[:1])
        figure = _against(
            "durable add of a book with an edition", ours.median, "SQLite", theirs.median, 3
        )
        figure.rivals["TinyDB"] = ms(stocks.median)
        return figure

    def _documents(self, library: Library) -> tuple[dict[str, Any], dict[str, Any]]:
        found = _edition_id(library, self._rows[0].isbn)
        tables = load(str(self._path))
        edition = tables["editions"][str(found)]
        return tables["books"][str(edition["book_id"])], edition


def load(path: str) -> Any:
    """Return what json.load makes of the file."""
    with Path(path).open(encoding="utf-8") as file:
        return json.load(file)


def open_and_look_up(path: str, isbn: str) -> Library:
    """Return the library, opened, after one book was looked up in it."""
    library = _open(path)
    library.lookup(isbn, remote="never")
    return library


def _titles(library: Library) -> list[str]:
    total = library.list_books(limit=1)["total"]
    pages = (library.list_books(limit=10_000, offset=at) for at in range(0, total, 10_000))
    return [book["title"] for page in pages for book in page["books"]]


def take_in(export: str, path: str) -> None:
    """Make the library of an export."""
    with _open(path) as library:
        library.import_file(export)


def _edition_id(library: Library, isbn: str) -> int:
    editions = library.lookup(isbn, remote="never")["editions"]
    return int(next(edition["id"] for edition in editions if edition["isbn_13"] == isbn))


def _against(work: str, ours: float, rival: str, theirs: float, most: float) -> Figure:
    return Figure(
        work,
        ms(ours),
        {rival: ms(theirs)},
        f"{ours / theirs:.2f}x {rival}",
        f"{most:g}x",
        ours <= most * theirs,
    )


def growth(first: float, last: float) -> Figure:
    """Return how much longer a lookup takes in the largest library than in the smallest."""
    return Figure(
        "lookup, largest against smallest library",
        ms(last),
        {"smallest": ms(first)},
        f"{last / first:.2f}x",
        "2x",
        last <= 2 * first,
    )


def importing(count: int, folder: Path) -> Figure:
    """Return how fast an export of that many rows is taken in, beside reading it alone."""
    export = folder / "import.csv"
    write_export(load_rows(count), export)

    def read() -> list[dict[str, str]]:
        with export.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    reading = count / repeated(read, 5).median
    # Once a process, as a person imports: a second time would find names and titles remembered.
    runs = [
        seconds_in_fresh_process(take_in, str(export), str(folder / f"imported{number}.json"))
        for number in range(3)
    ]
    ours = count / Times(runs).median
    # 3,000 where csv.DictReader reads 50,000: what that machine would need elsewhere.
    return Figure(
        f"import of {count:,} rows",
        f"{ours:,.0f} rows/s",
        {"csv.DictReader": f"{reading:,.0f} rows/s"},
        f"{ours:,.0f} rows/s, 1/{reading / ours:,.0f} of DictReader",
        "3,000 rows/s, 1/17 of DictReader",
        ours >= 3000 and reading / ours <= 50 / 3,
    )


def ms(seconds: float) -> str:
    """Return a time in milliseconds."""
    return f"{seconds * 1000:,.3f} ms" if seconds < 0.1 else f"{seconds * 1000:,.0f} ms"
