"""The commands on barcodes and duplicates: scan, duplicates, merge-books."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from booktrack.cli_tables import print_json, show_book, table

if TYPE_CHECKING:
    from booktrack.library import Library

Opened = Callable[[bool], AbstractContextManager["Library"]]

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def add_commands(app: typer.Typer, opened: Opened) -> None:
    """Give the command its words on barcodes and duplicates; `opened` opens the library."""

    @app.command()
    def scan(
        code: Annotated[
            list[str] | None, typer.Argument(help="What the scanner gives, add-on and all.")
        ] = None,
        image: Annotated[Path | None, typer.Option(help="A picture of the barcode.")] = None,
        remote: Annotated[str, typer.Option(help="auto, never or always ask.")] = "auto",
        json_output: JsonFlag = False,
    ) -> None:
        """Show the book with this barcode."""
        if (image is None) == (not code):
            raise typer.BadParameter("give the code, or --image with a picture of it")
        with opened(json_output) as library:
            if image is not None:
                book = library.scan_image(image, remote=remote)
            else:
                book = library.scan(" ".join(code or ()), remote=remote)
        print_json(book) if json_output else show_book(book)

    @app.command()
    def duplicates(
        limit: Annotated[int, typer.Option(help="How many at most.")] = 50,
        offset: Annotated[int, typer.Option(help="How many to pass over.")] = 0,
        json_output: JsonFlag = False,
    ) -> None:
        """List the books that look like one."""
        with opened(json_output) as library:
            found = library.duplicates(limit=limit, offset=offset)
        if json_output:
            print_json(found)
        elif not found["pairs"]:
            print("no two books look like one")
        else:
            rows = [
                [*(f"{book['id']}  {book['title']}" for book in pair["books"]), pair["verdict"]]
                for pair in found["pairs"]
            ]
            table(
                f"{found['total']} pairs; merge-books ID ID joins one", ["Book", "Book", ""], rows
            )

    @app.command("merge-books")
    def merge_books(
        into: Annotated[int, typer.Argument(help="The id of the book that stays.")],
        other: Annotated[int, typer.Argument(help="The id of the book that goes.")],
        json_output: JsonFlag = False,
    ) -> None:
        """Join two books that are one; undo takes it back."""
        with opened(json_output) as library:
            book = library.merge_books(into, other)
        print_json(book) if json_output else show_book(book)
