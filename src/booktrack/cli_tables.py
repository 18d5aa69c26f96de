"""What the `booktrack` command shows: tables on a wide terminal, blocks on a narrow one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from booktrack.domain.sparkline import BARS, PLAIN_BARS, sparkline

if TYPE_CHECKING:
    from booktrack.services.context import Progress

JSON = dict[str, Any]

_NARROWEST = 76  # columns of a terminal below which a table's words would be torn to pieces
_MOST_LINES = 20
ANSWERED = frozenset({"ok", "offline", "not_needed"})
"""How `sources` tells of those that failed in nothing."""
# An ISBN is copied from the screen: it never breaks, titles do.
_WHOLE = frozenset({"Editions", "ISBN", "Date", "Id", "No.", "When"})


def print_json(answer: JSON) -> None:
    """Print an answer for programs; where the output cannot hold a letter, escaped."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    print(json.dumps(answer, ensure_ascii=not encoding.startswith("utf"), indent=2))


def bars(values: Iterable[float | None]) -> str:
    """Return a row of numbers as a row of bars, of signs where the output can hold no bars."""
    try:
        BARS.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return sparkline(values, PLAIN_BARS)
    return sparkline(values)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their columns, or each row as a block where the terminal is narrow."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if console.width < _NARROWEST:
        _blocks(title, columns, rows)
        return
    grid = Table(title=title, title_justify="left")
    for column in columns:
        whole = column in _WHOLE
        grid.add_column(column, overflow="fold", no_wrap=whole, min_width=20 * (column == "Title"))
    for row in rows:
        # Text, not str: a title such as "[Oshi No Ko]" is no markup.
        grid.add_row(*(Text(cell) for cell in row))
    console.print(grid)


def _blocks(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(title)
    for row in rows:
        first, *rest = row
        print(f"\n{first}")
        for column, cell in zip(columns[1:], rest, strict=True):
            for number, line in enumerate(filter(None, cell.splitlines())):
                print(f"  {f'{column}: ' if column and not number else ''}{line}")


def show_books(books: Sequence[JSON], title: str, *, match: bool = False) -> None:
    """Print books with their editions, and with `match` why each was found."""
    if not books:
        print(f"{title}: nothing")
        return
    rows = []
    for book in books:
        lines = [book["title"], ", ".join(book["authors"])]
        if match:
            found = book["match"]
            lines.append(f"({found['field'].replace('_', ' ')}, {found['score']:.0%})")
        rows.append(
            [
                "\n".join(filter(None, lines)),
                _place(book),
                "\n".join(_edition_line(edition) for edition in book["editions"]),
            ]
        )
    table(title, ["Title", "Series", "Editions"], rows)


def _place(book: JSON) -> str:
    return f"{book['series'] or ''} {book['series_position_label'] or ''}".strip()


def _edition_line(edition: JSON) -> str:
    number = edition["isbn_13"] or edition["asin"] or "no ISBN"
    return f"{edition['status']:<7} {edition['format']:<9} {number}"


def show_page(page: JSON, what: str, show: Callable[[Sequence[JSON], str], None]) -> None:
    """Print one page of a list, saying which part of the whole it is."""
    shown = page[what]
    first, last = (page["offset"] + 1, page["offset"] + len(shown)) if shown else (0, 0)
    show(shown, f"{first}-{last} of {page['total']} {what}")


def show_book(book: JSON) -> None:
    """Print one book with its editions."""
    print(book["title"] + (f": {book['subtitle']}" if book["subtitle"] else ""))
    for line in (", ".join(book["authors"]), _place(book)):
        if line:
            print(f"  {line}")
    rows = [
        [
            edition["isbn_13"] or edition["asin"] or "no ISBN",
            edition["status"],
            edition["format"],
            edition["release_date"] or "",
            "\n".join(filter(None, [edition["publisher"], _price(edition), edition["notes"]])),
        ]
        for edition in book["editions"]
    ]
    table("Editions", ["ISBN", "Status", "Format", "Date", "About"], rows)


def _price(edition: JSON) -> str:
    if edition["price"] is None:
        return ""
    return f"{edition['price']:.2f} {edition['currency'] or ''}".strip()


def show_series_list(listed: Sequence[JSON], title: str) -> None:
    """Print series with what is owned and missing of each."""
    if not listed:
        print(f"{title}: nothing")
        return
    rows = [
        [
            f"#{one['id']}",
            f"{one['name']} ({one['kind'].replace('_', ' ')})"
            if one["kind"] != "unknown"
            else one["name"],
            _count(one),
            ", ".join(one["missing"]),
            ", ".join(one["announced"]),
        ]
        for one in listed
    ]
    table(title, ["Id", "Series", "Owned", "Missing", "Announced"], rows)


def _count(series: JSON) -> str:
    owned = series["owned_count"]
    if series["completeness"] == "contradiction":
        return f"{owned} ({series['contradiction']})"
    return f"{owned} of {'?' if series['total'] is None else series['total']}"


def show_series(series: JSON) -> None:
    """Print one series with its volumes."""
    print(f"{series['name']} ({series['kind'].replace('_', ' ')}): {_count(series)}")
    if series["aliases"]:
        print(f"  also: {'; '.join(series['aliases'])}")
    rows = [
        [volume["label"], volume["status"], volume["title"] or "", volume["release_date"] or ""]
        for volume in series["volumes"]
    ]
    table("Volumes", ["No.", "Status", "Title", "Date"], rows)


def show_missing(answer: JSON) -> None:
    """Print the missing volumes of a series and why each is listed."""
    print(f"{answer['series']['name']}: {_count(answer['series'])}")
    if not answer["volumes"]:
        print("  nothing is missing that is known to be out")
        return
    rows = [
        [volume["label"], volume["title"] or "", volume["release_date"] or "", volume["why"]]
        for volume in answer["volumes"]
    ]
    table("Missing", ["No.", "Title", "Date", "Because"], rows)


def show_nothing_found(found: JSON) -> None:
    """Print why a search found nothing: who could not be asked, and what may have been meant."""
    if found["hint"]:
        print(f"  {found['hint']}")
    if any(entry["code"] == "offline" for entry in found["sources"].values()):
        print("  offline: only the library was asked")
    for text in found["suggestions"]:
        print(f"  did you mean {text}?")


def show_silent(sources: JSON) -> None:
    """Print which sources could not be asked, and why."""
    for name, entry in sources.items():
        if entry["code"] not in ANSWERED:
            print(f"  {name} could not be asked: {entry.get('message', entry['code'])}")


def show_import(report: JSON) -> None:
    """Print what an import did, or in a preview would do."""
    would = "would be " if report["preview"] else ""
    print(
        f"{report['rows']} rows ({report['format']}): {report['added']} {would}added, "
        f"{report['updated']} {would}updated, {report['unchanged']} unchanged, "
        f"{len(report['skipped'])} skipped, {len(report['failed'])} failed"
    )
    for field, column in report["mapping"].items():
        print(f"  {field} was read from the column {column}")
    for kind, word in (("skipped", "skipped"), ("failed", "failed"), ("warnings", "note")):
        rows = report[kind]
        for row in rows[:_MOST_LINES]:
            print(f"  row {row['row']} {word}: {row['reason']}")
        if len(rows) > _MOST_LINES:
            print(f"  and {len(rows) - _MOST_LINES} more {word}; --json lists all")
    for effect in report.get("effects", []):
        if effect["outcome"] == "changed":
            for field, (before, after) in effect["changes"].items():
                print(f"  row {effect['row']} {effect['title']}: {field} {before} -> {after}")
        elif effect["outcome"] == "unsure":
            others = ", ".join(f"#{one['book_id']}" for one in effect["candidates"])
            print(f"  row {effect['row']} {effect['title']}: new, though {others} has its title")
    for one in report["vanished"]:
        print(f"  no longer in the file, kept: {one['title']}")


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Progress | None]:
    """Show a bar on a terminal; programs and pipes get none."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def move(step: JSON) -> None:
            bar.update(task, completed=step["done"], total=step["total"], description=step["what"])

        yield move
