"""The commands on what is owned, wanted and missing, on copies, loans and prices."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from booktrack.cli_owning_tables import (
    show_copy,
    show_lacking,
    show_loans,
    show_prices,
    show_worth,
)
from booktrack.cli_series import series_of
from booktrack.cli_tables import print_json, show_missing, show_page, show_series_list
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
    _add_copies(app, opened)
    _add_prices(app, opened)
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


EditionArgument = Annotated[str, typer.Argument(help="An ISBN or an edition's id.")]


def _add_copies(app: typer.Typer, opened: Opened) -> None:
    @app.command()
    def copy(
        edition: EditionArgument,
        copies: Annotated[int | None, typer.Option(help="How many you have.")] = None,
        condition: Annotated[str | None, typer.Option(help="Such as 'as new'.")] = None,
        location: Annotated[str | None, typer.Option(help="Where it stands.")] = None,
        acquired: Annotated[str | None, typer.Option(help="When: 2026, 2026-11 or a day.")] = None,
        paid: Annotated[float | None, typer.Option(help="What one copy cost.")] = None,
        currency: Annotated[str | None, typer.Option(help="Of that: EUR, USD, ...")] = None,
        signed: Annotated[
            bool | None, typer.Option("--signed/--not-signed", help="Whether it is signed.")
        ] = None,
        shelf: Annotated[list[str] | None, typer.Option(help="All its shelves; repeat.")] = None,
        tag: Annotated[list[str] | None, typer.Option(help="All its tags; repeat.")] = None,
        notes: Annotated[str | None, typer.Option(help="Replaces the notes.")] = None,
        clear: Annotated[
            list[str] | None, typer.Option(help="A field to forget: condition, tags, ...")
        ] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Show what you have of an edition, or tell more: booktrack copy 9780765326355 --signed."""
        given = {
            "copies": copies, "condition": condition, "location": location,
            "acquired_date": acquired, "price_paid": paid, "price_paid_currency": currency,
            "signed": signed, "shelves": shelf or None, "tags": tag or None, "notes": notes,
        }  # fmt: skip
        fields: JSON = {name: value for name, value in given.items() if value is not None}
        fields |= dict.fromkeys(clear or [])
        with opened(json_output) as library:
            if fields:
                answer = library.edit_copy(edition_of(edition), **fields)
            else:
                answer = library.get_edition(edition_of(edition))
        print_json(answer) if json_output else show_copy(answer)

    @app.command()
    def note(
        edition: EditionArgument,
        text: Annotated[str, typer.Argument(help="The line to add.")],
        json_output: JsonFlag = False,
    ) -> None:
        """Add a line to the notes of an edition: booktrack note 9780765326355 "signed copy"."""
        with opened(json_output) as library:
            answer = library.add_note(edition_of(edition), text)
        print_json(answer) if json_output else show_copy(answer)

    @app.command()
    def lend(
        edition: EditionArgument,
        to: Annotated[str, typer.Argument(help="Who has it now.")],
        since: Annotated[str | None, typer.Option(help="Since when; else today.")] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Note who has a book of yours: booktrack lend 9780765326355 Ann."""
        with opened(json_output) as library:
            answer = library.lend(edition_of(edition), to, since=since)
        print_json(answer) if json_output else show_copy(answer)

    @app.command("take-back")
    def take_back(edition: EditionArgument, json_output: JsonFlag = False) -> None:
        """Note that a book which was lent is back."""
        with opened(json_output) as library:
            answer = library.take_back(edition_of(edition))
        print_json(answer) if json_output else show_copy(answer)

    @app.command()
    def loans(
        limit: LimitOption = 50, offset: OffsetOption = 0, json_output: JsonFlag = False
    ) -> None:
        """List what is lent, to whom and since when."""
        with opened(json_output) as library:
            page = library.loans(limit=limit, offset=offset)
        print_json(page) if json_output else show_page(page, "editions", show_loans)


def _add_prices(app: typer.Typer, opened: Opened) -> None:
    @app.command()
    def prices(
        edition: EditionArgument,
        add: Annotated[float | None, typer.Option(help="A price that you have seen.")] = None,
        currency: Annotated[str | None, typer.Option(help="Of that: EUR, USD, ...")] = None,
        source: Annotated[str, typer.Option(help="Who asks it, such as a shop.")] = "user",
        date: Annotated[str | None, typer.Option(help="When it was seen; else now.")] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Show what an edition costs and cost, or add a price that you have seen."""
        if add is None and (currency is not None or date is not None or source != "user"):
            raise InvalidInput("--currency, --source and --date tell of a price: --add 9.99")
        with opened(json_output) as library:
            name = edition_of(edition)
            if add is None:
                answer = library.price_history(name)
            else:
                answer = library.add_price(name, add, currency, source=source, date=date)
        print_json(answer) if json_output else show_prices(answer)

    @app.command()
    def worth(json_output: JsonFlag = False) -> None:
        """Show what the books that you own cost today, in each currency."""
        with opened(json_output) as library:
            answer = library.collection_worth()
        print_json(answer) if json_output else show_worth(answer)


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
            show_lacking(answer["books"], f"Missing from {answer['author']}")
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
        print_json(page) if json_output else show_page(page, "books", show_lacking)


def _with_holes(library: Library) -> JSON:
    found: list[JSON] = []
    offset = 0
    while page := library.list_series(limit=1_000, offset=offset)["series"]:
        found += [one for one in page if one["missing"]]
        offset += len(page)
    return {"total": len(found), "limit": max(1, len(found)), "offset": 0, "series": found}
