"""The commands that bring a library up to date: stale and refresh, once or again and again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from booktrack.cli_tables import print_json, progress_bar, show_silent, table
from booktrack.errors import BooktrackError, InvalidInput, StoreBusy, shown

if TYPE_CHECKING:
    from booktrack.library import Library

JSON = dict[str, Any]
Opened = Callable[[bool], AbstractContextManager["Library"]]

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
LimitOption = Annotated[int, typer.Option(help="How many editions at most.")]

_PAUSE = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s*([smhd])", re.IGNORECASE)
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SHORTEST = 60.0
_ROWS = 30
_SOURCE = 4


def add_commands(
    app: typer.Typer, opened: Opened, complain: Callable[[BooktrackError], None]
) -> None:
    """Give the command its words on refreshing; `opened` opens the library of the options."""

    @app.command()
    def stale(limit: LimitOption = 50, json_output: JsonFlag = False) -> None:
        """List what is partial, lacks a cover or a price, or is old, in the order of need."""
        with opened(json_output) as library:
            found = library.stale(limit)
        print_json(found) if json_output else _show_stale(found)

    @app.command()
    def refresh(
        limit: LimitOption = 100,
        source: Annotated[
            list[str] | None, typer.Option(help="Only this source; may be repeated.")
        ] = None,
        every: Annotated[
            str | None, typer.Option(help="Again after each 30m, 6h or 1d, until Ctrl-C.")
        ] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Ask the sources for what is partial or old; what needs it most goes first."""

        def once() -> JSON:
            # Opened each time: the file is free for other programs between two of them.
            with opened(json_output) as library, progress_bar(json_output) as progress:
                report = library.refresh(limit, sources=source or None, progress=progress)
            print_json(report) if json_output else _show_refresh(report)
            return report

        report = _repeat(once, _pause(every), complain)
        answered = report and (report["asked"] or report.get("series"))
        if report and report["sources"] and not answered:
            raise typer.Exit(_SOURCE)


def wait(seconds: float) -> None:
    """Return after so many seconds; tests put another in its place."""
    time.sleep(seconds)


def _pause(text: str | None) -> float | None:
    """Return the seconds that "30m", "6h" or "1d" stand for, None for None.

    Raises:
        InvalidInput: it is no such text, or less than a minute.
    """
    if text is None:
        return None
    found = _PAUSE.fullmatch(text.strip())
    if found is None:
        raise InvalidInput(f"{shown(text)} is no length of time; write 30m, 6h or 1d")
    seconds = float(found[1]) * _UNITS[found[2].lower()]
    if seconds < _SHORTEST:
        raise InvalidInput(f"{shown(text)} is too often; a minute (1m) is the least")
    return seconds


def _repeat(
    once: Callable[[], JSON], every: float | None, complain: Callable[[BooktrackError], None]
) -> JSON | None:
    """Return the report; with a pause, do it again and again until Ctrl-C, then None."""
    if every is None:
        return once()
    try:
        while True:
            try:
                once()
            except StoreBusy as error:
                complain(error)  # another program holds the file now; next time it may not
            wait(every)
    except KeyboardInterrupt:
        return None


def _show_stale(found: JSON) -> None:
    """Print what needs asking, in the order of need."""
    if not found["entries"]:
        print("nothing needs asking")
        return
    rows = [
        [
            one["title"],
            one["isbn_13"],
            ", ".join(map(_words, one["missing"])),
            ", ".join(map(_words, one["stale"])),
        ]
        for one in found["entries"]
    ]
    title = f"1-{len(rows)} of {found['total']} editions"
    table(title, ["Title", "ISBN", "Missing", "Old"], rows)


def _show_refresh(report: JSON) -> None:
    """Print what a refresh changed, field by field."""
    print(
        f"{report['asked']} editions asked for, {len(report['changed'])} books changed, "
        f"{report['left']} left"
    )
    if report.get("series"):
        print(f"  {report['series']} tracked series asked for")
    rows = _changes(report["changed"])
    if rows:
        table("Changes", ["Title", "Field", "Before", "Now"], rows[:_ROWS])
    if len(rows) > _ROWS:
        print(f"  and {len(rows) - _ROWS} more; --json lists all")
    show_silent(report["sources"])
    if told := report.get("webhook"):
        said = "was told" if told["code"] == "ok" else f"was not told ({told['message']}):"
        print(f"  the webhook {said} {told['news']} news")


def _changes(changed: Sequence[JSON]) -> list[list[str]]:
    return [
        [book["title"], _words(name), _text(before), _text(now)]
        for book in changed
        for name, (before, now) in book["fields"].items()
    ]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
