"""The books that the benchmarks are about: real ones where BOOKTRACK_SHARED is set."""

from __future__ import annotations

import csv
import gzip
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORDS_OF_A_TURN = ("Redux", "Revisited", "Returned", "Renewed", "Recast")
_SHELVES = ("read", "to-read", "read", "currently-reading", "read")
_COLUMNS = (
    "Book Id", "Title", "Author", "Author l-f", "Additional Authors", "ISBN", "ISBN13",
    "My Rating", "Average Rating", "Publisher", "Binding", "Number of Pages", "Year Published",
    "Original Publication Year", "Date Read", "Date Added", "Bookshelves",
    "Bookshelves with positions", "Exclusive Shelf", "My Review", "Spoiler", "Private Notes",
    "Read Count", "Owned Copies",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One edition."""

    isbn: str
    title: str
    author: str
    publisher: str
    year: str
    pages: str
    series: str
    number: str

    @property
    def printed_title(self) -> str:
        """The title as Goodreads prints it, with series and number; many rows have it so."""
        bare = self.number and "#" not in self.title
        return f"{self.title} ({self.series}, #{self.number})" if bare else self.title


def load_rows(count: int) -> list[Row]:
    """Return that many editions, the same ones for the same number.

    Past the real ones they come again with another ISBN prefix and a word more in the title, so
    that they are of books of their own.
    """
    shared = os.environ.get("BOOKTRACK_SHARED")
    rows = list(_real_rows(Path(shared)) if shared else _synthetic_rows())
    random.Random(0).shuffle(rows)
    return [_of_turn(rows[at % len(rows)], at // len(rows), at) for at in range(count)]


def _of_turn(row: Row, turn: int, at: int) -> Row:
    if not turn:
        return row
    word = _WORDS_OF_A_TURN[turn % len(_WORDS_OF_A_TURN)]
    title = f"{word} {LETTERS[turn % 26]} {row.title}"
    return replace(row, isbn=with_check_digit(f"9798{at:08d}"), title=title)


def with_check_digit(twelve: str) -> str:
    """Return the ISBN-13 that these twelve digits begin."""
    digits = [int(digit) for digit in twelve]
    return f"{twelve}{-(sum(digits[::2]) + 3 * sum(digits[1::2])) % 10}"


def _real_rows(shared: Path) -> Iterator[Row]:
    path = shared / "datasets" / "books_union.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            isbn, title, author, publisher, year, pages, _, series, number, *_ = line.split("\t")
            year = year if year.isdecimal() else ""  # a few are "?"
            yield Row(isbn, title, author, publisher, year, pages, series, number)


def _synthetic_rows() -> Iterator[Row]:
    rng = random.Random(0)
    words = ["".join(rng.choices(LETTERS, k=rng.randint(2, 9))).title() for _ in range(40_000)]
    for at in range(66_000):
        in_series = at % 8 == 0
        yield Row(
            isbn=with_check_digit(f"9781{at:08d}"),
            title=" ".join(rng.choices(words, k=rng.randint(1, 8))),
            author=" ".join(rng.choices(words, k=2)),
            publisher=rng.choice(words[:200]),
            year=str(rng.randint(1950, 2025)),
            pages=str(rng.randint(80, 900)),
            series=f"{words[at // 80]} Chronicles" if in_series else "",
            number=str(at // 8 % 10 + 1) if in_series else "",
        )


def write_export(rows: list[Row], path: Path) -> None:
    """Write the rows as Goodreads exports them: every real column, some read, some to be read."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, _COLUMNS, restval="")
        table.writeheader()
        table.writerows(_cells(at, row) for at, row in enumerate(rows, 1))


def _cells(at: int, row: Row) -> dict[str, str]:
    shelf = _SHELVES[at % len(_SHELVES)]
    read = shelf == "read"
    return {
        "Book Id": str(at),
        "Title": row.printed_title,
        "Author": row.author,
        "ISBN": '=""',
        "ISBN13": f'="{row.isbn}"',
        "My Rating": str(at % 6) if read else "0",
        "Average Rating": "3.98",
        "Publisher": row.publisher,
        "Binding": ("Paperback", "Hardcover", "Kindle Edition")[at % 3],
        "Number of Pages": row.pages,
        "Year Published": row.year,
        "Original Publication Year": row.year,
        "Date Read": f"2023/{at % 12 + 1:02d}/{at % 28 + 1:02d}" if read else "",
        "Date Added": f"2022/{at % 12 + 1:02d}/{at % 28 + 1:02d}",
        "Bookshelves": "" if read else shelf,
        "Exclusive Shelf": shelf,
        "Read Count": "1" if read else "0",
        "Owned Copies": str(at % 2),
    }
