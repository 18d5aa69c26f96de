"""The commands that take files in and give files out: import and export."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from booktrack.cli_tables import print_json, progress_bar, show_import
from booktrack.errors import Conflict, InvalidInput, shown

if TYPE_CHECKING:
    from booktrack.library import Library

JSON = dict[str, Any]
Opened = Callable[[bool], AbstractContextManager["Library"]]

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def add_commands(app: typer.Typer, opened: Opened) -> None:
    """Give the command its words on files; `opened` opens the library of the options."""

    @app.command("import")
    def import_(
        file: Annotated[Path, typer.Argument(help="An export file of another service.")],
        file_format: Annotated[str, typer.Option("--format", help="Told by the content.")] = "auto",
        preview: Annotated[bool, typer.Option("--preview", help="Change nothing.")] = False,
        enrich: Annotated[
            bool, typer.Option("--enrich", help="Ask the sources about the books afterwards.")
        ] = False,
        owned: Annotated[
            bool,
            typer.Option("--owned", help="Take books that the file says no status of for owned."),
        ] = False,
        failed: Annotated[
            Path | None, typer.Option(help="Write the failed rows here, to repair and import.")
        ] = None,
        column: Annotated[
            list[str] | None,
            typer.Option(
                metavar="FIELD=COLUMN",
                help="Which column of a table of another make a field is read from, such as "
                "title=Buch; nothing behind the = leaves it out. May be given again.",
            ),
        ] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Take in the books of an export file."""
        columns = _columns(column)
        if failed is not None and failed.exists():
            raise Conflict(f"{failed} is there already; name another file", path=str(failed))
        with opened(json_output) as library, progress_bar(json_output) as progress:
            report = library.import_file(
                file,
                format=file_format,
                preview=preview,
                enrich=enrich,
                progress=progress,
                columns=columns,
                owned=owned,
            )
        if failed is not None and report["failed_csv"] is not None:
            failed.write_text(report["failed_csv"], "utf-8", newline="")
        print_json(report) if json_output else show_import(report)

    @app.command()
    def export(
        export_format: Annotated[
            str,
            typer.Argument(
                metavar="FORMAT",
                help="csv, json, goodreads, calibre, isbn, markdown, html or bibtex.",
            ),
        ],
        file: Annotated[Path | None, typer.Argument(help="Else it is printed.")] = None,
        status: Annotated[str | None, typer.Option(help="own, want or missing.")] = None,
        author: Annotated[str | None, typer.Option(help="Only of this author.")] = None,
        series: Annotated[str | None, typer.Option(help="Only of this series.")] = None,
        shelf: Annotated[str | None, typer.Option(help="Only on this shelf.")] = None,
        overwrite: Annotated[
            bool, typer.Option("--overwrite", help="Replace a file that is there.")
        ] = False,
        json_output: JsonFlag = False,
    ) -> None:
        """Give out the books as a table, a list, or a whole library."""
        with opened(json_output) as library:
            report = library.export(
                export_format,
                file,
                status=status,
                author=author,
                series=series,
                shelf=shelf,
                overwrite=overwrite,
            )
        if json_output:
            print_json(report)
        elif file is None:
            sys.stdout.write(report["content"])
        else:
            print(f"{report['books']} books, {report['editions']} editions: {report['file']}")


def _columns(options: list[str] | None) -> dict[str, str] | None:
    """Return the columns by their fields, as given like "title=Buch"; None where none is given."""
    if not options:
        return None
    columns: dict[str, str] = {}
    for option in options:
        field, equals, name = option.partition("=")
        if not equals or field in columns:
            wrong = "names a field twice" if equals else "is not FIELD=COLUMN, such as title=Buch"
            raise InvalidInput(f"--column {shown(option)} {wrong}", column=option)
        columns[field] = name
    return columns
