"""The commands on what comes out: calendar, news and authors."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from booktrack.cli_tables import bars, print_json, table
from booktrack.domain.text import fold
from booktrack.errors import InvalidFile, shown

if TYPE_CHECKING:
    from booktrack.library import Library

JSON = dict[str, Any]
Opened = Callable[[bool], AbstractContextManager["Library"]]

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
_RELEASED = 10  # rows of what is out already; the table is for what comes
_MONTHS = 12


def add_commands(app: typer.Typer, opened: Opened) -> None:
    """Give the command its words on what comes out; `opened` opens the library of the options."""
    _add_calendar(app, opened)
    _add_news(app, opened)
    _add_authors(app, opened)


def _add_calendar(app: typer.Typer, opened: Opened) -> None:
    @app.command()
    def calendar(
        start: Annotated[str | None, typer.Argument(help="First day, month or year.")] = None,
        end: Annotated[str | None, typer.Argument(help="Last day, month or year.")] = None,
        language: Annotated[
            list[str] | None, typer.Option(help="Only this one; may be repeated; all for all.")
        ] = None,
        reprints: Annotated[bool, typer.Option(help="List reprints too.")] = False,
        estimates: Annotated[bool, typer.Option(help="List guesses for next volumes.")] = True,
        ics: Annotated[
            str | None, typer.Option(help="Write a feed for calendar programs; - prints it.")
        ] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """List what comes out when, and what is out and still missing or wanted."""
        wish: JSON = {"languages": language or None, "reprints": reprints, "estimates": estimates}
        with opened(json_output or ics == "-") as library:
            if ics is not None:
                _write(library.release_calendar_ics(start, end, **wish), ics)
                return
            months = library.release_calendar(start, end, **wish)
            today = library.today()
        if json_output:
            print_json(months)
        else:
            _show(months, today, all_released=start is not None)


def _write(feed: str, name: str) -> None:
    """Write the feed whole or not at all: a calendar program may read it at any moment.

    Raises:
        InvalidFile: it cannot be written.
    """
    if name == "-":
        sys.stdout.buffer.write(feed.encode())
        return
    target = Path(name).expanduser()
    fresh = target.with_name(f".{target.name}.new")
    try:
        fresh.write_bytes(feed.encode())
        os.replace(fresh, target)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise InvalidFile(f"{shown(name)} cannot be written: {error.strerror}") from error
    events = feed.splitlines().count("BEGIN:VEVENT")  # a title that says so stands behind its name
    print(f"{events} releases in {target}")


def _show(months: dict[str, list[JSON]], today: str, *, all_released: bool) -> None:
    """Print what comes, the soonest first, then what is out already, the latest first."""
    entries = [one for month in months.values() for one in month]
    if not entries:
        print("nothing comes out that is known, and nothing is missing")
        return
    coming = [one for one in entries if one["state"] != "released"]
    released = [one for one in reversed(entries) if one["state"] == "released"]
    if coming:
        rows = [[one["release_date"], *_about(one), one["state"]] for one in coming]
        table(f"To come: {len(coming)}", ["Date", "Title", "Format", "You", "State"], rows)
        counts = _counts(coming, today)
        if any(counts):
            print(f"  the next {_MONTHS} months: {bars(counts)}")
    if released:
        shown_now = released if all_released else released[:_RELEASED]
        rows = [[one["release_date"], *_about(one)] for one in shown_now]
        title = f"Out, and missing or wanted: {len(released)}"
        table(title, ["Date", "Title", "Format", "You"], rows)
        if len(released) > len(shown_now):
            hidden = len(released) - len(shown_now)
            print(f"  and {hidden} that came out before: booktrack calendar 1900 lists all")


def _about(one: JSON) -> list[str]:
    return [_title(one), "" if one["format"] == "unknown" else one["format"], _stake(one)]


def _stake(one: JSON) -> str:
    """Return in a word what `why` says in a sentence, which would fill four lines."""
    if one["owned"]:
        return "own"
    if one["wanted"]:
        return "want"
    return "miss" if one["state"] == "released" else "await"


def _title(one: JSON) -> str:
    """Return the title with the place in a series, unless it says so itself: "Saga, Vol. 3"."""
    series, label = one["series"] or "", one["series_position_label"] or ""
    told = fold(one["title"])
    missing = [text for text in (series, label) if text and not _says(told, fold(text))]
    if not missing:
        return str(one["title"])
    number = f"no. {label}" if label[:1].isdigit() else label
    return f"{one['title']} ({f'{series} {label}'.strip() if series in missing else number})"


def _says(told: str, text: str) -> bool:
    return f" {text} " in f" {told} "


def _counts(coming: Iterable[JSON], today: str) -> list[int]:
    """Return how much comes out in each month from today's on."""
    dates = [one["release_date"] for one in coming]
    this_year, this_month, _ = map(int, today.split("-"))
    first = this_year * 12 + this_month - 1
    counts = []
    for number in range(first, first + _MONTHS):
        year, month = divmod(number, 12)
        counts.append(sum(text.startswith(f"{year:04}-{month + 1:02}") for text in dates))
    return counts


def _add_news(app: typer.Typer, opened: Opened) -> None:
    @app.command()
    def news(
        since: Annotated[
            str | None, typer.Argument(help="A date or moment; without, 30 days ago.")
        ] = None,
        until: Annotated[str | None, typer.Argument(help="A date or moment; without, now.")] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """List what was announced, moved or released since a date."""
        with opened(json_output) as library:
            found = library.news(since, until)
        print_json(found) if json_output else _show_news(found)


def _show_news(found: JSON) -> None:
    if not found["news"]:
        print(f"no news since {found['since'][:10]}")
    else:
        rows = [
            [
                one["kind"],
                _title(one),
                one["before"] if one["kind"] in ("moved", "dated") else "",
                one["after"] or "no date",
                ", ".join(one["formats"]),
            ]
            for one in found["news"]
        ]
        columns = ["News", "Title", "Was", "Date", "Formats"]
        table(f"{found['total']} news since {found['since'][:10]}", columns, rows)
    if not found["complete"]:
        print("  the history does not reach back so far; there may have been more")


def _add_authors(app: typer.Typer, opened: Opened) -> None:
    @app.command("track-author")
    def track_author(
        name: Annotated[str, typer.Argument(help="The author.")],
        off: Annotated[bool, typer.Option("--off", help="Track the author no more.")] = False,
        json_output: JsonFlag = False,
    ) -> None:
        """Say that upcoming books of an author are of interest, or with --off that they are not."""
        with opened(json_output) as library:
            told = library.track_author(name, not off)
        if json_output:
            print_json(told)
        else:
            said = "tracked" if told["tracked"] else "not tracked"
            print(f"{told['name']} is {said}; you own or want {told['books']} of the books")

    @app.command()
    def authors(
        limit: Annotated[int, typer.Option(help="How many at most.")] = 50,
        offset: Annotated[int, typer.Option(help="How many to pass over.")] = 0,
        json_output: JsonFlag = False,
    ) -> None:
        """List the authors whose upcoming books are of interest."""
        with opened(json_output) as library:
            page = library.tracked_authors(limit=limit, offset=offset)
        if json_output:
            print_json(page)
            return
        rows = [[one["name"], str(one["books"]), one["why"]] for one in page["authors"]]
        table(f"{page['total']} tracked authors", ["Author", "Books", "Because"], rows)
