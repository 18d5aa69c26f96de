"""The commands on reading: `booktrack reading ...` and `booktrack stats`."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from booktrack.cli_reading_tables import (
    goal_line,
    reading_line,
    show_books_read,
    show_reading,
    show_readings,
    show_stats,
)
from booktrack.cli_tables import print_json, show_page
from booktrack.errors import InvalidInput, shown

if TYPE_CHECKING:
    from booktrack.library import Library

JSON = dict[str, Any]
Opened = Callable[[bool], AbstractContextManager["Library"]]

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
BookArgument = Annotated[str, typer.Argument(help="A book by its id or an ISBN of it.")]
DateOption = Annotated[str | None, typer.Option(help="2024-02-29, 2024-02 or 2024; else today.")]
NoteOption = Annotated[str | None, typer.Option(help="A note on what was read.")]
ReviewOption = Annotated[str | None, typer.Option(help="What you think of it.")]
LimitOption = Annotated[int, typer.Option(help="How many at most.")]
OffsetOption = Annotated[int, typer.Option(help="How many to pass over.")]


def book_of(name: str) -> int | str:
    """Return the id that "12" and "#12" mean, or the ISBN: that has ten digits or more."""
    digits = name.removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else name


def add_commands(app: typer.Typer, opened: Opened) -> None:
    """Give the command its words on reading; `opened` opens the library of the options."""
    reading = typer.Typer(help="Follow what you read.", no_args_is_help=True)
    app.add_typer(reading, name="reading")
    _add_places(reading, opened)
    _add_ends(reading, opened)
    _add_lists(reading, opened)
    _add_goal(reading, opened)

    @app.command()
    def stats(
        year: Annotated[int | None, typer.Argument(help="Only this year.")] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Show what you read: by month, author, series, format and language."""
        with opened(json_output) as library:
            told = library.reading_stats(year)
        print_json(told) if json_output else show_stats(told)


def _add_places(reading: typer.Typer, opened: Opened) -> None:
    @reading.command()
    def start(
        book: BookArgument,
        date: DateOption = None,
        edition: Annotated[str | None, typer.Option(help="The edition, by id or ISBN.")] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Begin a book, go on with a paused one, or read a finished one again."""
        with opened(json_output) as library:
            chosen = None if edition is None else book_of(edition)
            answer = library.start_reading(book_of(book), date=date, edition=chosen)
        show_reading(answer, json_output)

    @reading.command()
    def progress(
        book: BookArgument,
        place: Annotated[str | None, typer.Argument(help="A page, 45% or 90min.")] = None,
        chapter: Annotated[int | None, typer.Option(help="The chapter.")] = None,
        date: DateOption = None,
        note: NoteOption = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Say how far you are: booktrack reading progress 9780765326355 45%."""
        with opened(json_output) as library:
            answer = library.update_progress(
                book_of(book), **_place_of(place), chapter=chapter, date=date, note=note
            )
        show_reading(answer, json_output)

    @reading.command()
    def session(
        book: BookArgument,
        minutes: Annotated[int | None, typer.Option(help="How long it was.")] = None,
        from_page: Annotated[int | None, typer.Option("--from", help="The first page.")] = None,
        to_page: Annotated[int | None, typer.Option("--to", help="The last page.")] = None,
        date: DateOption = None,
        note: NoteOption = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Note a sitting: booktrack reading session 12 --minutes 45 --to 120."""
        with opened(json_output) as library:
            answer = library.add_session(
                book_of(book),
                date=date,
                minutes=minutes,
                from_page=from_page,
                to_page=to_page,
                note=note,
            )
        show_reading(answer, json_output)


_PLACE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%|([0-9]+)\s*m(?:in)?|([0-9]+)")


def _place_of(text: str | None) -> JSON:
    """Return the measure that "120", "45%" or "90min" is of."""
    if text is None:
        return {}
    found = _PLACE.fullmatch(text.strip().lower())
    if found is None:
        raise InvalidInput(
            f"a place is a page (120), a share (45%) or a time (90min), not {shown(text)}"
        )
    percent, minutes, page = found.groups()
    if percent is not None:
        return {"percent": float(percent)}
    return {"page": int(page)} if minutes is None else {"minutes": int(minutes)}


def _add_ends(reading: typer.Typer, opened: Opened) -> None:
    @reading.command()
    def pause(book: BookArgument, date: DateOption = None, json_output: JsonFlag = False) -> None:
        """Lay a book aside."""
        with opened(json_output) as library:
            answer = library.pause_reading(book_of(book), date=date)
        show_reading(answer, json_output)

    @reading.command()
    def finish(
        book: BookArgument,
        rating: Annotated[float | None, typer.Option(help="0.5 to 5 stars.")] = None,
        review: ReviewOption = None,
        date: DateOption = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Say that you finished a book: booktrack reading finish 12 --rating 4.5."""
        with opened(json_output) as library:
            answer = library.finish_reading(book_of(book), rating=rating, review=review, date=date)
        show_reading(answer, json_output)

    @reading.command()
    def abandon(
        book: BookArgument,
        review: ReviewOption = None,
        date: DateOption = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Give a book up."""
        with opened(json_output) as library:
            answer = library.abandon_reading(book_of(book), date=date, review=review)
        show_reading(answer, json_output)

    @reading.command()
    def rate(
        book: BookArgument,
        rating: Annotated[float | None, typer.Argument(help="Left out: no rating.")] = None,
        review: ReviewOption = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Rate a book that you read: booktrack reading rate 12 4.5."""
        with opened(json_output) as library:
            answer = library.rate(book_of(book), rating, review=review)
        show_reading(answer, json_output)

    @reading.command()
    def wish(book: BookArgument, json_output: JsonFlag = False) -> None:
        """Say that you want to read a book."""
        with opened(json_output) as library:
            answer = library.add_to_wishlist(book_of(book))
        print_json(answer) if json_output else print(reading_line(answer["reading"]))


def _add_lists(reading: typer.Typer, opened: Opened) -> None:
    @reading.command("list")
    def list_readings(
        book: Annotated[str | None, typer.Argument(help="Only those of this book.")] = None,
        status: Annotated[str | None, typer.Option(help="reading, finished, ...")] = None,
        limit: LimitOption = 50,
        offset: OffsetOption = 0,
        json_output: JsonFlag = False,
    ) -> None:
        """List readings, the last first."""
        with opened(json_output) as library:
            page = library.readings(
                None if book is None else book_of(book), status=status, limit=limit, offset=offset
            )
        print_json(page) if json_output else show_page(page, "readings", show_readings)

    @reading.command()
    def books(
        status: Annotated[
            str,
            typer.Argument(help="want_to_read, reading, paused, finished, abandoned or unread."),
        ],
        limit: LimitOption = 50,
        offset: OffsetOption = 0,
        json_output: JsonFlag = False,
    ) -> None:
        """List books by what you do with them."""
        with opened(json_output) as library:
            page = library.books_by_status(status, limit=limit, offset=offset)
        print_json(page) if json_output else show_page(page, "books", show_books_read)

    @reading.command()
    def edit(
        reading_id: Annotated[int, typer.Argument(help="The number that `reading list` shows.")],
        changes: Annotated[list[str], typer.Argument(help="started_at=2024-02 rating=4 ...")],
        json_output: JsonFlag = False,
    ) -> None:
        """Correct a reading: booktrack reading edit 3 finished_at=2024-03-01 review=."""
        with opened(json_output) as library:
            answer = library.edit_reading(reading_id, **dict(map(_change_of, changes)))
        show_reading(answer, json_output)

    @reading.command()
    def remove(
        reading_id: Annotated[int, typer.Argument(help="The number that `reading list` shows.")],
        json_output: JsonFlag = False,
    ) -> None:
        """Remove a reading; `booktrack undo` brings it back."""
        with opened(json_output) as library:
            answer = library.remove_reading(reading_id)
        print_json(answer) if json_output else print(f"reading {reading_id} is removed")


_NUMBERS = {"page": int, "minutes": int, "chapter": int, "read_count": int,
            "percent": float, "rating": float}  # fmt: skip


def _change_of(text: str) -> tuple[str, Any]:
    name, mark, value = text.partition("=")
    if not mark:
        raise InvalidInput(f"a change is written as field=value, not {shown(text)}")
    if not value:
        return name, None
    if name == "edition":
        return name, book_of(value)
    try:
        return name, _NUMBERS.get(name, str)(value)
    except ValueError as error:
        raise InvalidInput(f"{name} is a number, not {shown(value)}") from error


def _add_goal(reading: typer.Typer, opened: Opened) -> None:
    @reading.command()
    def goal(
        books: Annotated[int | None, typer.Argument(help="How many; else show it.")] = None,
        year: Annotated[int | None, typer.Option(help="The year; else this one.")] = None,
        remove: Annotated[bool, typer.Option("--remove", help="Give it up.")] = False,
        json_output: JsonFlag = False,
    ) -> None:
        """Set or show how many books you want to finish in a year."""
        if remove and books is not None:
            raise InvalidInput("set a goal or remove it, not both")
        with opened(json_output) as library:
            if remove:
                answer = library.remove_reading_goal(year)
            elif books is None:
                answer = library.reading_goal(year)
            else:
                answer = library.set_reading_goal(books, year=year)
        if json_output:
            print_json(answer)
        elif remove:
            print(f"{answer['year']} has no goal any more")
        else:
            print(goal_line(answer))
