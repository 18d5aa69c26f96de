"""The commands on covers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from booktrack.cli_owning import edition_of
from booktrack.cli_series import series_of
from booktrack.cli_tables import print_json, progress_bar, show_silent, table

if TYPE_CHECKING:
    from booktrack.library import Library

JSON = dict[str, Any]
Opened = Callable[[bool], AbstractContextManager["Library"]]

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
EditionArgument = Annotated[str, typer.Argument(help="An ISBN or an edition's id.")]
_ROWS = 30
_SOURCE = 4


def add_commands(app: typer.Typer, opened: Opened) -> None:
    """Give the command its words on covers; `opened` opens the library of the options."""
    covers = typer.Typer(help="Pictures of books and volumes.", no_args_is_help=True)
    app.add_typer(covers, name="covers")
    _add_downloads(covers, opened)
    _add_pictures(covers, opened)


def _add_downloads(covers: typer.Typer, opened: Opened) -> None:
    @covers.command()
    def download(
        series: Annotated[
            str | None, typer.Option(help="Only the volumes of a series, by name or #id.")
        ] = None,
        limit: Annotated[int, typer.Option(help="How many editions at most.")] = 100,
        json_output: JsonFlag = False,
    ) -> None:
        """Fetch missing pictures, those of books that you own first."""
        with opened(json_output) as library, progress_bar(json_output) as progress:
            if series is not None:
                found: JSON = library.download_missing_volume_covers(
                    series_of(series), progress=progress
                )
            else:
                found = library.download_covers(limit, progress=progress)
        if json_output:
            print_json(found)
        elif series is not None:
            _show_volumes(found)
        else:
            _show_downloads(found)
        if series is None and found["asked"] and not found["stored"] and _nobody(found["failed"]):
            raise typer.Exit(_SOURCE)

    @covers.command()
    def match(
        series: Annotated[str, typer.Argument(help="A series by name or #id.")],
        json_output: JsonFlag = False,
    ) -> None:
        """Show which volumes of a series have a picture; take in those put into the folder."""
        with opened(json_output) as library:
            found = library.match_existing_covers_to_volumes(series_of(series))
        print_json(found) if json_output else _show_volumes(found)


def _add_pictures(covers: typer.Typer, opened: Opened) -> None:
    @covers.command("set")
    def set_cover(
        edition: EditionArgument,
        picture: Annotated[str, typer.Argument(help="A picture's file, or its http(s) address.")],
        json_output: JsonFlag = False,
    ) -> None:
        """Give an edition your own picture, which no source replaces."""
        with opened(json_output) as library:
            found = library.set_cover(edition_of(edition), picture)
        print_json(found) if json_output else _show_picture(found)

    @covers.command()
    def remove(edition: EditionArgument, json_output: JsonFlag = False) -> None:
        """Remove an edition's picture."""
        with opened(json_output) as library:
            answer = library.remove_cover(edition_of(edition))
        if json_output:
            print_json(answer)
        else:
            print("removed" if answer["removed"] else "it had no cover; nothing was done")

    @covers.command()
    def show(
        edition: EditionArgument,
        width: Annotated[int | None, typer.Option(help="200 or 400 for a thumbnail.")] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Show what is known of an edition's picture."""
        with opened(json_output) as library:
            found = library.cover(edition_of(edition), width=width)
        print_json(found) if json_output else _show_picture(found)

    @covers.command()
    def path(
        isbn: Annotated[str, typer.Argument(help="An ISBN-10 or -13.")],
        json_output: JsonFlag = False,
    ) -> None:
        """Print where the picture of an ISBN stands, or where you may put one."""
        with opened(json_output) as library:
            found = library.get_cover_storage_path(isbn)
        print_json({"path": found}) if json_output else print(found)


def show_pictures(report: JSON) -> None:
    """Print what a check found in the folder of pictures."""
    for one in report["refused"]:
        print(f"  {one['path']} was not taken in: {one['why']}")
    if report["taken"]:
        print(f"{len(report['taken'])} pictures taken in")
    if report["removed"]:
        print(f"{len(report['removed'])} unused files removed")
    if report["unused"]:
        print(f"{len(report['unused'])} unused files of pictures; check --repair removes them")


def _show_picture(found: JSON) -> None:
    origin = "yours" if found["uploaded"] else found["source"] or "unknown"
    print(found["path"])
    size = f"{found['width']}x{found['height']} pixels, {found['bytes']:,} bytes"
    print(f"  {found['mime']}, {size}, {origin}")


def _show_volumes(found: JSON) -> None:
    if not found:
        print("no picture")
        return
    table("Covers", ("No.", "File"), [(position, path) for position, path in found.items()])


def _show_downloads(found: JSON) -> None:
    rows = [
        (one["title"], one["isbn_13"] or "", f"{one['width']}x{one['height']}", one["source"] or "")
        for one in found["covers"][:_ROWS]
    ]
    if rows:
        table("New covers", ("Title", "ISBN", "Pixels", "Source"), rows)
    print(f"{found['stored']} of {found['asked']} covers fetched, {found['left']} left")
    if found["without_address"]:
        print(f"of {found['without_address']} editions no source has told a cover")
    if any(entry["code"] == "offline" for entry in found["sources"].values()):
        print("  offline: no source was asked for any")
    show_silent(found["sources"])
    for one in found["failed"][:_ROWS]:
        said = one["problems"][-1]["message"] if one["problems"] else "nothing was found"
        print(f"  {one['title']}: {said}")


def _nobody(failed: list[JSON]) -> bool:
    """Return whether nobody could be asked, which is not the same as nothing found."""
    codes = {problem["code"] for one in failed for problem in one["problems"]}
    return bool(codes) and "no_cover" not in codes
