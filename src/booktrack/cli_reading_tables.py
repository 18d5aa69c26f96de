"""What the commands on reading show: lines, tables, and rows of bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from booktrack.cli_tables import bars, print_json, table

JSON = dict[str, Any]

_MOST_YEARS = 40
_MOST = 10  # lines of a table of authors, of which `--json` lists all


def show_reading(reading: JSON, json_output: bool) -> None:
    """Print one reading, and which of the places that were told is past the end."""
    if json_output:
        print_json(reading)
        return
    print(reading_line(reading))
    for name in reading.get("clamped", []):
        print(f"  the {name.replace('_', ' ')} is past the end and was cut off there")


def reading_line(reading: JSON) -> str:
    """Return a book and what is done with it in one line."""
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


def show_readings(readings: Sequence[JSON], title: str) -> None:
    """Print readings with the numbers by which they are corrected."""
    rows = [[str(one["id"]), *_titled(one, one["book_id"]), _status(one)] for one in readings]
    _show_rows(title, ["No.", "Title", "Reading"], rows)


def show_books_read(books: Sequence[JSON], title: str) -> None:
    """Print books by what is done with them."""
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


def goal_line(goal: JSON) -> str:
    """Return a year against its goal in one line."""
    if goal["books"] is None:
        return f"{goal['year']}: {goal['finished']} finished, no goal"
    ahead = goal["ahead"]
    pace = "on pace" if not ahead else f"{abs(ahead)} {'ahead' if ahead > 0 else 'behind'}"
    share = f"{goal['percent']:g}%"
    return f"{goal['year']}: {goal['finished']} of {goal['books']} books ({share}), {pace}"


def show_stats(told: JSON) -> None:
    """Print what was read: in short, by month or year, and by kind."""
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
    lines = [goal_line(told["goal"])]
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
        days = told["average_days"]
        lines.append(f"{days:g} {'day' if days == 1 else 'days'} a book")
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
            print(f"  {measure:<8}{bars(values)}  by {name}, {keys[0]} to {keys[-1]}")
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
