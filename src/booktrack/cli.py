"""The `booktrack` command: tables for people, `--json` for programs.

Exit codes: 0 done, 1 nothing found, 2 wrong input, 3 the library's file, 4 a source outside (also
where nothing was found and somebody could not be asked), 5 the output.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from booktrack import (
    cli_calendar,
    cli_covers,
    cli_files,
    cli_finding,
    cli_owning,
    cli_reading,
    cli_refresh,
    cli_server,
    cli_settings,
)
from booktrack.cli_series import add_commands, series_of
from booktrack.cli_tables import (
    ANSWERED,
    print_json,
    show_book,
    show_books,
    show_nothing_found,
    show_page,
    show_series,
    show_series_list,
    show_silent,
    table,
)
from booktrack.errors import BooktrackError, Conflict, InvalidInput, NotFound, SourceError

if TYPE_CHECKING:
    from booktrack.library import Library

JSON = dict[str, Any]

_NOTHING, _INPUT, _STORE, _SOURCE, _OUTPUT = 1, 2, 3, 4, 5

app = typer.Typer(
    help="Know your own books: what you have, want and miss.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_options: JSON = {}

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
RemoteOption = Annotated[str, typer.Option(help="auto, never or always ask the sources.")]
LimitOption = Annotated[int, typer.Option(help="How many at most.")]
OffsetOption = Annotated[int, typer.Option(help="How many to pass over.")]
KindOption = Annotated[str | None, typer.Option(help="novel, light_novel, manga or comic.")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code."""
    # What a command loads stays loaded. With Python's own threshold of 700 objects, looking for
    # garbage among it takes a fifth of the time to start.
    gc.set_threshold(50_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows no Japanese shows a mark in its place, and no traceback.
            stream.reconfigure(errors="replace")
    try:
        app(args=list(arguments) if arguments is not None else None, standalone_mode=True)
    except BooktrackError as error:
        _complain(error)
        sys.exit(_exit_code(error))
    except BrokenPipeError:
        # `booktrack books | head`: nobody reads on, which is no error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        print(f"booktrack: cannot write the answer: {error.strerror}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_OUTPUT)


def _exit_code(error: BooktrackError) -> int:
    if isinstance(error, NotFound):
        return _nothing(error.details.get("sources", {}))
    if isinstance(error, (InvalidInput, Conflict)):
        return _INPUT
    return _SOURCE if isinstance(error, SourceError) else _STORE


def _nothing(sources: JSON) -> int:
    """Return the code of "nothing found": another one where somebody could not be asked."""
    silent = any(entry["code"] not in ANSWERED for entry in sources.values())
    return _SOURCE if silent else _NOTHING


def _complain(error: BooktrackError) -> None:
    if _options.get("json"):
        print_json(error.to_dict())
    print(f"booktrack: {error.message}", file=sys.stderr)
    for hint in error.details.get("suggestions", []):
        print(f"  did you mean {hint}?", file=sys.stderr)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"booktrack {version('booktrack')}")
        raise typer.Exit


@app.callback()
def _common(
    library: Annotated[
        Path | None,
        typer.Option(
            "--library",
            "-l",
            help="The library's file; else BOOKTRACK_LIBRARY, else library.json here.",
        ),
    ] = None,
    user: Annotated[int, typer.Option(help="Whose status and notes.")] = 1,
    offline: Annotated[bool, typer.Option("--offline", help="Never ask the network.")] = False,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    _options.clear()
    _options.update(path=library, user_id=user, offline=offline)


@contextmanager
def _opened(json_output: bool, *, path: Path | None = None) -> Iterator[Library]:
    from booktrack.library import Library

    options = {name: value for name, value in _options.items() if name != "json"}
    options["path"] = path or options["path"]
    _options["json"] = json_output
    with Library(**options) as library:
        if options["path"] is not None and not options["path"].exists():
            print(
                f"booktrack: {options['path']} does not exist yet; the first change makes it",
                file=sys.stderr,
            )
        yield library


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(help="An ISBN, or words; typos are forgiven.")],
    title: Annotated[bool, typer.Option("--title", help="Only in titles.")] = False,
    author: Annotated[bool, typer.Option("--author", help="Only in authors.")] = False,
    series: Annotated[bool, typer.Option("--series", help="Only in series.")] = False,
    remote: RemoteOption = "auto",
    limit: LimitOption = 10,
    json_output: JsonFlag = False,
) -> None:
    """Find books by ISBN, title, author or series."""
    words = " ".join(query)
    chosen = [
        name
        for name, wanted in {"title": title, "author": author, "series": series}.items()
        if wanted
    ]
    if len(chosen) > 1:
        raise InvalidInput(f"choose one of {', '.join('--' + name for name in chosen)}")
    asked: JSON = {chosen[0]: words} if chosen else {"query": words}
    with _opened(json_output) as library:
        found = library.search(**asked, remote=remote, limit=limit)
    if json_output:
        print_json(found)
    else:
        show_books(found["results"], "Found", match=True)
        show_silent(found["sources"])
        if not found["results"]:
            show_nothing_found(found)
    if not found["results"]:
        raise typer.Exit(_nothing(found["sources"]))


@app.command()
def lookup(
    isbn: Annotated[str, typer.Argument(help="An ISBN-10 or ISBN-13.")],
    remote: RemoteOption = "auto",
    json_output: JsonFlag = False,
) -> None:
    """Show the book with an ISBN."""
    with _opened(json_output) as library:
        book = library.lookup(isbn, remote=remote)
    print_json(book) if json_output else show_book(book)


@app.command()
def add(
    isbn: Annotated[str | None, typer.Argument(help="Its ISBN; else give --title.")] = None,
    title: Annotated[str | None, typer.Option(help="The title.")] = None,
    author: Annotated[list[str] | None, typer.Option(help="An author; may be repeated.")] = None,
    series: Annotated[str | None, typer.Option(help="The series.")] = None,
    position: Annotated[str | None, typer.Option(help="The place in it: 3, 1.5, 1-3.")] = None,
    status: Annotated[str, typer.Option(help="own, want or missing.")] = "own",
    notes: Annotated[str | None, typer.Option(help="A note, such as 'signed copy'.")] = None,
    book_format: Annotated[str | None, typer.Option("--format", help="hardcover, ...")] = None,
    remote: RemoteOption = "auto",
    json_output: JsonFlag = False,
) -> None:
    """Add a book to the library."""
    fields = {"format": book_format} if book_format else {}
    with _opened(json_output) as library:
        book = library.add(
            isbn,
            title=title,
            authors=author,
            series=series,
            position=position,
            status=status,
            notes=notes,
            remote=remote,
            **fields,
        )
    print_json(book) if json_output else show_book(book)


@app.command()
def books(
    status: Annotated[str | None, typer.Option(help="own, want or missing.")] = None,
    author: Annotated[str | None, typer.Option(help="Only of this author.")] = None,
    series: Annotated[str | None, typer.Option(help="Only of this series.")] = None,
    shelf: Annotated[str | None, typer.Option(help="Only on this shelf.")] = None,
    notes: Annotated[str | None, typer.Option(help="Only with a note that says this.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only with this tag.")] = None,
    sort: Annotated[str, typer.Option(help="title, author, series, release_date, ...")] = "title",
    limit: LimitOption = 50,
    offset: OffsetOption = 0,
    json_output: JsonFlag = False,
) -> None:
    """List the books."""
    with _opened(json_output) as library:
        page = library.list_books(
            status=status,
            author=author,
            series=None if series is None else series_of(series),
            shelf=shelf,
            notes=notes,
            tag=tag,
            sort=sort,
            limit=limit,
            offset=offset,
        )
    print_json(page) if json_output else show_page(page, "books", show_books)


@app.command()
def series(
    name: Annotated[str | None, typer.Argument(help="A series by name or id.")] = None,
    kind: KindOption = None,
    completeness: Annotated[
        str | None, typer.Option(help="complete, incomplete, unknown_total, contradiction.")
    ] = None,
    limit: LimitOption = 50,
    offset: OffsetOption = 0,
    json_output: JsonFlag = False,
) -> None:
    """List the series, or show one with its volumes."""
    with _opened(json_output) as library:
        if name is None:
            page = library.list_series(
                kind=kind, completeness=completeness, limit=limit, offset=offset
            )
        else:
            page = library.get_series(series_of(name), kind=kind)
    if json_output:
        print_json(page)
    elif name is None:
        show_page(page, "series", show_series_list)
    else:
        show_series(page)


@app.command()
def history(limit: LimitOption = 20, json_output: JsonFlag = False) -> None:
    """List what was changed, newest first."""
    with _opened(json_output) as library:
        answer = library.history(limit=limit)
    if json_output:
        print_json(answer)
        return
    rows = [
        [str(one["id"]), one["at"], one["why"], "undone" if one["undone_by"] else ""]
        for one in answer["transactions"]
    ]
    table("Changes", ["Id", "When", "What", ""], rows)


@app.command()
def undo(
    transaction: Annotated[int, typer.Argument(help="The id that `booktrack history` shows.")],
    json_output: JsonFlag = False,
) -> None:
    """Take back a change, such as an import."""
    with _opened(json_output) as library:
        answer = library.undo(transaction)
    print_json(answer) if json_output else print(f"undone: {answer['why']}")


@app.command()
def backup(
    file: Annotated[
        Path | None, typer.Argument(help="Where to write it; else among the backups.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file.")] = False,
    json_output: JsonFlag = False,
) -> None:
    """Write the whole library to a file of its own."""
    with _opened(json_output) as library:
        done = library.backup(file, overwrite=overwrite)
    books = done["tables"].get("books", 0)
    print_json(done) if json_output else print(f"{books} books: {done['path']}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")], json_output: JsonFlag = False
) -> None:
    """Make the library what a backup holds; `booktrack undo` takes it back."""
    with _opened(json_output) as library:
        done = library.restore(file)
    if json_output:
        print_json(done)
    elif done["id"] is None:
        print("the library held the same already; nothing was changed")
    else:
        print(f"what was before is kept: {done['kept']}")
        print(f"booktrack undo {done['id']} brings it back")


@app.command()
def recover(json_output: JsonFlag = False) -> None:
    """Rebuild a damaged library; the damaged files are kept beside it."""
    from booktrack.library_safety import recover as rebuild

    _options["json"] = json_output
    report = rebuild(_options["path"])
    if json_output:
        print_json(report)
    elif not report["recovered"]:
        print("the library is whole; nothing was done")
    else:
        print(f"rebuilt from {report['base']}; the damaged files are in {report['kept']}")
        for one in report["left_out"]:
            print(f"  left out: {one['why']}")


@app.command()
def check(
    repair: Annotated[
        bool, typer.Option(help="Take in pictures put into the folder, remove unused ones.")
    ] = False,
    json_output: JsonFlag = False,
) -> None:
    """Check that the library's file and its pictures are consistent."""
    with _opened(json_output) as library:
        report = library.check(repair=repair)
    if json_output:
        print_json(report)
    else:
        for problem in report["problems"]:
            print(f"  {problem['message']}")
        cli_covers.show_pictures(report["covers"])
        print("the library is consistent" if report["ok"] else "the library has problems")
    if not report["ok"]:
        raise typer.Exit(_STORE)


add_commands(app, _opened)
for _module in (
    cli_finding, cli_owning, cli_reading, cli_calendar, cli_covers, cli_files, cli_settings,
    cli_server,
):  # fmt: skip
    _module.add_commands(app, _opened)
cli_refresh.add_commands(app, _opened, _complain)
