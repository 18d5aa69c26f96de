"""The commands on reading: `booktrack reading ...` and `booktrack stats`."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from booktrack.cli_tables import print_json, show_page, table
from booktrack.domain.sparkline import sparkline
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

_MOST_YEARS = 40
_MOST = 10  # lines of a table of authors, of which `--json` lists all


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
        print_json(told) if json_output else _show_stats(told)


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
        _show(answer, json_output)

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
        _show(answer, json_output)

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
        _show(answer, json_output)


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
        _show(answer, json_output)

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
        _show(answer, json_output)

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
        _show(answer, json_output)

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
        _show(answer, json_output)

    @reading.command()
    def wish(book: BookArgument, json_output: JsonFlag = False) -> None:
        """Say that you want to read a book."""
        with opened(json_output) as library:
            answer = library.add_to_wishlist(book_of(book))
        print_json(answer) if json_output else print(_line(answer["reading"]))


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
        print_json(page) if json_output else show_page(page, "readings", _show_readings)

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
        print_json(page) if json_output else show_page(page, "books", _show_books)

    @reading.command()
    def edit(
        reading_id: Annotated[int, typer.Argument(help="The number that `reading list` shows.")],
        changes: Annotated[list[str], typer.Argument(help="started_at=2024-02 rating=4 ...")],
        json_output: JsonFlag = False,
    ) -> None:
        """Correct a reading: booktrack reading edit 3 finished_at=2024-03-01 review=."""
        with opened(json_output) as library:
            answer = library.edit_reading(reading_id, **dict(map(_change_of, changes)))
        _show(answer, json_output)

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
            print(_goal_line(answer))


# --- what people see ---------------------------------------------------------------------------


def _show(reading: JSON, json_output: bool) -> None:
    if json_output:
        print_json(reading)
        return
    print(_line(reading))
    for name in reading.get("clamped", []):
        print(f"  the {name.replace('_', ' ')} is past the end and was cut off there")


def _line(reading: JSON) -> str:
    return f"{reading['title']}: {_status(reading)}"


def _status(reading: JSON) -> str:
    """Return what is done with a book, how far and since when: "reading, page 30 of 300 (10%)"."""
    told = [reading["status"].replace("_", " ")]
    if reading["reread"] and reading["status"] != "want_to_read":
        told[0] += f" (no. {reading['reread'] + 1})"
    if reading["status"] not in ("finished", "want_to_read"):
        told += filter(None, [_place(reading)])
    if reading["finished_at"]:
        told.append(reading["finished_at"])
    elif reading["started_at"]:
        told.append(f"since {reading['started_at']}")
    if reading["rating"] is not None:
        told.append(_stars(reading["rating"]))
    return ", ".join(told)


def _place(reading: JSON) -> str:
    share = "" if reading["percent"] is None else f"{reading['percent']:g}%"
    for name, whole in (("page", "page_count"), ("minutes", "duration_minutes")):
        if reading[name] is not None:
            end = f" of {reading[whole]}" if reading[whole] else ""
            word = "page" if name == "page" else "minute"
            return f"{word} {reading[name]}{end}{f' ({share})' if share else ''}"
    return share or (f"chapter {reading['chapter']}" if reading["chapter"] is not None else "")


def _stars(rating: float) -> str:
    return f"{rating:g} stars" if rating != 1 else "1 star"


def _show_readings(readings: Any, title: str) -> None:
    rows = [[str(one["id"]), *_titled(one, one["book_id"]), _status(one)] for one in readings]
    _show_rows(title, ["No.", "Title", "Reading"], rows)


def _show_books(books: Any, title: str) -> None:
    rows = [
        [*_titled(one, one["id"]), _status(one["reading"]) if one["reading"] else "unread"]
        for one in books
    ]
    _show_rows(title, ["Title", "Reading"], rows)


def _titled(one: JSON, book_id: int) -> list[str]:
    return ["\n".join(filter(None, [one["title"], ", ".join(one["authors"]), f"#{book_id}"]))]


def _show_rows(title: str, columns: list[str], rows: list[list[str]]) -> None:
    if rows:
        table(title, columns, rows)
    else:
        print(f"{title}: nothing")


def _goal_line(goal: JSON) -> str:
    if goal["books"] is None:
        return f"{goal['year']}: {goal['finished']} finished, no goal"
    ahead = goal["ahead"]
    pace = "on pace" if not ahead else f"{abs(ahead)} {'ahead' if ahead > 0 else 'behind'}"
    share = f"{goal['percent']:g}%"
    return f"{goal['year']}: {goal['finished']} of {goal['books']} books ({share}), {pace}"


def _show_stats(told: JSON) -> None:
    when = "In all" if told["year"] is None else str(told["year"])
    print(f"{when}: {_count(told['books'], 'book')}, {_count(told['pages'], 'page')}, "
          f"{_count(told['minutes'], 'minute')}")  # fmt: skip
    for line in _lines(told):
        print(f"  {line}")
    _show_periods(told)
    for kind in ("author", "series", "format", "language"):
        _show_kind(kind, told[f"by_{kind}"])


def _lines(told: JSON) -> list[str]:
    streak, now = told["streak"], told["by_status"]
    lines = [_goal_line(told["goal"])]
    if streak["longest"]:
        longest = f"{_count(streak['longest'], 'day')} to {streak['longest_to']}"
        lines.append(f"streak: {_count(streak['current'], 'day')}, the longest {longest}")
    lines.append(
        f"now: {now['reading']} reading, {now['paused']} paused, {now['finished']} finished, "
        f"{now['abandoned']} abandoned, {now['want_to_read']} to read, {told['unread']} unread"
    )
    if told["rereads"]:
        lines.insert(0, f"{_count(told['titles'], 'title')}, {_count(told['rereads'], 're-read')}")
    if told["average_rating"] is not None:
        stars = " ".join(f"{name}:{count}" for name, count in told["ratings"].items())
        lines.append(f"average rating {told['average_rating']:g} ({stars})")
    if told["average_days"] is not None:
        lines.append(f"{told['average_days']:g} days a book")
    if told["undated"]:
        lines.append(f"{_count(told['undated'], 'book')} of unknown date")
    return lines


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _show_periods(told: JSON) -> None:
    """Print months of a year, else years, with a row of bars for each measure."""
    name = "month" if told["year"] is not None else "year"
    periods = told[f"by_{name}"]
    if not periods:
        return
    keys = [*periods] if name == "month" else _years(periods)
    for measure in ("books", "pages", "minutes"):
        values = [periods[key][measure] if key in periods else 0 for key in keys]
        if any(values):
            print(f"  {measure:<8}{sparkline(values)}  by {name}, {keys[0]} to {keys[-1]}")
    _show_table(name, {key: one for key, one in periods.items() if any(_numbers(one))})


def _years(told: JSON) -> list[str]:
    """Return the years from the first to the last, those without a book too."""
    years = [int(year) for year in told]
    first = max(min(years), max(years) - _MOST_YEARS)
    return [f"{year:04}" for year in range(first, max(years) + 1)]


def _numbers(tally: JSON) -> list[int]:
    return [tally["books"], tally["pages"], tally["minutes"]]


def _show_kind(kind: str, tallies: JSON) -> None:
    shown_first = dict(list(tallies.items())[:_MOST])
    _show_table(kind, shown_first)
    if len(tallies) > _MOST:
        print(f"  and {len(tallies) - _MOST} more; --json lists all")


def _show_table(kind: str, tallies: JSON) -> None:
    if not tallies:
        return
    rows = [
        [
            name,
            *(f"{number:,}" if number else "" for number in _numbers(one)),
            "" if one["average_rating"] is None else f"{one['average_rating']:g}",
        ]
        for name, one in tallies.items()
    ]
    table(f"By {kind}", [kind.capitalize(), "Books", "Pages", "Minutes", "Rating"], rows)
