"""The commands on what is owned, wanted and missing, on copies, loans and prices."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from booktrack.cli_series import series_of
from booktrack.cli_tables import (
    print_json,
    show_books,
    show_missing,
    show_page,
    show_series_list,
)
from booktrack.errors import InvalidInput

if TYPE_CHECKING:
    from booktrack.library import Library

JSON = dict[str, Any]
Opened = Callable[[bool], AbstractContextManager["Library"]]

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
LimitOption = Annotated[int, typer.Option(help="How many at most.")]
OffsetOption = Annotated[int, typer.Option(help="How many to pass over.")]
KindOption = Annotated[str | None, typer.Option(help="novel, light_novel, manga or comic.")]


def add_commands(app: typer.Typer, opened: Opened) -> None:
    """Give the command its words on owning; `opened` opens the library of the options."""
    _add_marks(app, opened)
    _add_lists(app, opened)


def _add_marks(app: typer.Typer, opened: Opened) -> None:
    @app.command()
    def mark(
        editions: Annotated[
            list[str], typer.Argument(help="ISBNs or edition ids, then the status.")
        ],
        notes: Annotated[str | None, typer.Option(help="Replaces the notes.")] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Say that you own, want or miss editions: booktrack mark 9780765326355 own."""
        *names, status = editions
        if not names:
            raise InvalidInput("name editions and then own, want or missing")
        with opened(json_output) as library:
            marked = library.mark_many([edition_of(name) for name in names], status, notes)
        if json_output:
            print_json(marked)
        else:
            print(f"{marked['changed']} of {marked['total']} changed to {status}")


def edition_of(name: str) -> int | str:
    """Return the id that up to nine digits are, else the ISBN."""
    return int(name) if name.isdecimal() and len(name) < 10 else name


def _add_lists(app: typer.Typer, opened: Opened) -> None:
    @app.command()
    def missing(
        name: Annotated[str | None, typer.Argument(help="A series by name or #id.")] = None,
        author: Annotated[str | None, typer.Option(help="What is missing from an author.")] = None,
        kind: KindOption = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Show what is missing from a series, from an author, or from all series."""
        if name is not None and author is not None:
            raise InvalidInput("give a series or --author, not both")
        with opened(json_output) as library:
            if author is not None:
                answer = library.missing_from_author(author)
            elif name is not None:
                answer = library.missing_from_series(series_of(name), kind=kind)
            else:
                answer = _with_holes(library)
        if json_output:
            print_json(answer)
        elif author is not None:
            show_books(answer["books"], f"Missing from {answer['author']}")
        elif name is not None:
            show_missing(answer)
        else:
            show_series_list(answer["series"], "Series with missing volumes")

    @app.command()
    def wanted(
        limit: LimitOption = 50, offset: OffsetOption = 0, json_output: JsonFlag = False
    ) -> None:
        """List the books that you want."""
        with opened(json_output) as library:
            page = library.wanted(limit=limit, offset=offset)
        print_json(page) if json_output else show_page(page, "books", show_books)


def _with_holes(library: Library) -> JSON:
    found: list[JSON] = []
    offset = 0
    while page := library.list_series(limit=1_000, offset=offset)["series"]:
        found += [one for one in page if one["missing"]]
        offset += len(page)
    return {"total": len(found), "limit": max(1, len(found)), "offset": 0, "series": found}
