"""The `booktrack` command: tables for people, `--json` for programs.

Exit codes: 0 done, 1 nothing found, 2 wrong input, 3 the library's file, 4 a source outside.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from booktrack.errors import BooktrackError, Conflict, InvalidInput, NotFound, SourceError

if TYPE_CHECKING:
    from booktrack.library import Library
    from booktrack.services.context import Progress

JSON = dict[str, Any]

_WHOLE = frozenset({"Editions", "ISBN", "Date", "Id", "No.", "When"})
_NOTHING, _INPUT, _STORE, _SOURCE = 1, 2, 3, 4

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
    try:
        app(args=list(arguments) if arguments is not None else None, standalone_mode=True)
    except BooktrackError as error:
        _complain(error)
        sys.exit(_exit_code(error))


def _exit_code(error: BooktrackError) -> int:
    if isinstance(error, NotFound):
        return _NOTHING
    if isinstance(error, (InvalidInput, Conflict)):
        return _INPUT
    return _SOURCE if isinstance(error, SourceError) else _STORE


def _complain(error: BooktrackError) -> None:
    if _options.get("json"):
        _print_json(error.to_dict())
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
def _opened(json_output: bool) -> Iterator[Library]:
    from booktrack.library import Library

    options = {name: value for name, value in _options.items() if name != "json"}
    _options["json"] = json_output
    with Library(**options) as library:
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
        _print_json(found)
    else:
        _show_books(found["results"], "Found", match=True)
        _show_silent(found["sources"])
        for text in found["suggestions"]:
            print(f"  did you mean {text}?")
    if not found["results"]:
        raise typer.Exit(_NOTHING)


@app.command()
def lookup(
    isbn: Annotated[str, typer.Argument(help="An ISBN-10 or ISBN-13.")],
    remote: RemoteOption = "auto",
    json_output: JsonFlag = False,
) -> None:
    """Show the book with an ISBN."""
    with _opened(json_output) as library:
        book = library.lookup(isbn, remote=remote)
    _print_json(book) if json_output else _show_book(book)


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
    _print_json(book) if json_output else _show_book(book)


@app.command()
def mark(
    editions: Annotated[list[str], typer.Argument(help="ISBNs or edition ids, then the status.")],
    notes: Annotated[str | None, typer.Option(help="Replaces the notes.")] = None,
    json_output: JsonFlag = False,
) -> None:
    """Say that you own, want or miss editions: booktrack mark 9780765326355 own."""
    *names, status = editions
    if not names:
        raise InvalidInput("name editions and then own, want or missing")
    with _opened(json_output) as library:
        marked = library.mark_many([_edition(name) for name in names], status, notes)
    if json_output:
        _print_json(marked)
    else:
        print(f"{marked['changed']} of {marked['total']} changed to {status}")


def _edition(name: str) -> int | str:
    return int(name) if name.isdecimal() and len(name) < 10 else name


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="An export file of another service.")],
    file_format: Annotated[str, typer.Option("--format", help="Told by the content.")] = "auto",
    preview: Annotated[bool, typer.Option("--preview", help="Change nothing.")] = False,
    json_output: JsonFlag = False,
) -> None:
    """Take in the books of an export file."""
    with _opened(json_output) as library, _progress(json_output) as progress:
        report = library.import_file(file, format=file_format, preview=preview, progress=progress)
    if json_output:
        _print_json(report)
        return
    _show_import(report)


@app.command()
def books(
    status: Annotated[str | None, typer.Option(help="own, want or missing.")] = None,
    author: Annotated[str | None, typer.Option(help="Only of this author.")] = None,
    series: Annotated[str | None, typer.Option(help="Only of this series.")] = None,
    shelf: Annotated[str | None, typer.Option(help="Only on this shelf.")] = None,
    sort: Annotated[str, typer.Option(help="title, author, series, release_date, ...")] = "title",
    limit: LimitOption = 50,
    offset: OffsetOption = 0,
    json_output: JsonFlag = False,
) -> None:
    """List the books."""
    with _opened(json_output) as library:
        page = library.list_books(
            status=status, author=author, series=_series(series), shelf=shelf, sort=sort,
            limit=limit, offset=offset,
        )  # fmt: skip
    _print_json(page) if json_output else _show_page(page, "books", _show_books)


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
            page = library.get_series(_series(name) or name, kind=kind)
    if json_output:
        _print_json(page)
    elif name is None:
        _show_page(page, "series", _show_series_list)
    else:
        _show_series(page)


def _series(name: str | None) -> int | str | None:
    # A series may be called "86": a number is an id only where no series bears it as a name, so
    # an id is written with a leading "#".
    if name is not None and name.startswith("#") and name[1:].isdecimal():
        return int(name[1:])
    return name


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
    with _opened(json_output) as library:
        if author is not None:
            answer = library.missing_from_author(author)
        elif name is not None:
            answer = library.missing_from_series(_series(name) or name, kind=kind)
        else:
            answer = _with_holes(library)
    if json_output:
        _print_json(answer)
    elif author is not None:
        _show_books(answer["books"], f"Missing from {answer['author']}")
    elif name is not None:
        _show_missing(answer)
    else:
        _show_series_list(answer["series"], "Series with missing volumes")


def _with_holes(library: Library) -> JSON:
    found: list[JSON] = []
    offset = 0
    while page := library.list_series(limit=1_000, offset=offset)["series"]:
        found += [one for one in page if one["missing"]]
        offset += len(page)
    return {"total": len(found), "limit": max(1, len(found)), "offset": 0, "series": found}


@app.command()
def wanted(
    limit: LimitOption = 50, offset: OffsetOption = 0, json_output: JsonFlag = False
) -> None:
    """List the books that you want."""
    with _opened(json_output) as library:
        page = library.wanted(limit=limit, offset=offset)
    _print_json(page) if json_output else _show_page(page, "books", _show_books)


@app.command()
def history(limit: LimitOption = 20, json_output: JsonFlag = False) -> None:
    """List what was changed, newest first."""
    with _opened(json_output) as library:
        answer = library.history(limit=limit)
    if json_output:
        _print_json(answer)
        return
    rows = [
        [str(one["id"]), one["at"], one["why"], "undone" if one["undone_by"] else ""]
        for one in answer["transactions"]
    ]
    _table("Changes", ["Id", "When", "What", ""], rows)


@app.command()
def undo(
    transaction: Annotated[int, typer.Argument(help="The id that `booktrack history` shows.")],
    json_output: JsonFlag = False,
) -> None:
    """Take back a change, such as an import."""
    with _opened(json_output) as library:
        answer = library.undo(transaction)
    _print_json(answer) if json_output else print(f"undone: {answer['why']}")


@app.command()
def check(json_output: JsonFlag = False) -> None:
    """Check that the library's file is consistent."""
    with _opened(json_output) as library:
        report = library.check()
    if json_output:
        _print_json(report)
    else:
        for problem in report["problems"]:
            print(f"  {problem}")
        print("the library is consistent" if report["ok"] else "the library has problems")
    if not report["ok"]:
        raise typer.Exit(_STORE)


# --- showing -----------------------------------------------------------------------------------


def _print_json(answer: JSON) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=2))


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left")
    for column in columns:
        # An ISBN is copied from the screen: it never breaks, titles do.
        table.add_column(column, overflow="fold", no_wrap=column in _WHOLE)
    for row in rows:
        # Text, not str: a title such as "[Oshi No Ko]" is no markup.
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def _show_books(books: Sequence[JSON], title: str, *, match: bool = False) -> None:
    if not books:
        print(f"{title}: nothing")
        return
    columns = ["Title", "Authors", "Series", "No.", "Editions"] + (["Because"] if match else [])
    rows = []
    for book in books:
        row = [
            book["title"],
            ", ".join(book["authors"]),
            book["series"] or "",
            book["series_position_label"] or "",
            "\n".join(_edition_line(edition) for edition in book["editions"]),
        ]
        if match:
            row.append(f"{book['match']['field']}, {book['match']['score']:.0%}")
        rows.append(row)
    _table(title, columns, rows)


def _edition_line(edition: JSON) -> str:
    number = edition["isbn_13"] or edition["asin"] or "no ISBN"
    return f"{edition['status']:<7} {edition['format']:<9} {number}"


def _show_page(page: JSON, what: str, show: Callable[[Sequence[JSON], str], None]) -> None:
    shown = page[what]
    first, last = (page["offset"] + 1, page["offset"] + len(shown)) if shown else (0, 0)
    show(shown, f"{first}-{last} of {page['total']} {what}")


def _show_book(book: JSON) -> None:
    place = f"{book['series'] or ''} {book['series_position_label'] or ''}".strip()
    print(book["title"] + (f": {book['subtitle']}" if book["subtitle"] else ""))
    for line in (", ".join(book["authors"]), place):
        if line:
            print(f"  {line}")
    rows = [
        [
            edition["status"],
            edition["format"],
            edition["isbn_13"] or edition["asin"] or "",
            edition["release_date"] or "",
            edition["publisher"] or "",
            _price(edition),
            edition["notes"] or "",
        ]
        for edition in book["editions"]
    ]
    _table("Editions", ["Status", "Format", "ISBN", "Date", "Publisher", "Price", "Notes"], rows)


def _price(edition: JSON) -> str:
    if edition["price"] is None:
        return ""
    return f"{edition['price']:.2f} {edition['currency'] or ''}".strip()


def _show_series_list(listed: Sequence[JSON], title: str) -> None:
    if not listed:
        print(f"{title}: nothing")
        return
    rows = [
        [
            f"#{one['id']}",
            one["name"],
            one["kind"].replace("_", " "),
            _count(one),
            ", ".join(one["missing"]),
            ", ".join(one["announced"]),
        ]
        for one in listed
    ]
    _table(title, ["Id", "Series", "Kind", "Owned", "Missing", "Announced"], rows)


def _count(series: JSON) -> str:
    owned = series["owned_count"]
    if series["completeness"] == "contradiction":
        return f"{owned} ({series['contradiction']})"
    if series["total"] is None:
        return f"{owned} of ?"
    return f"{owned} of {series['total']}"


def _show_series(series: JSON) -> None:
    print(f"{series['name']} ({series['kind'].replace('_', ' ')}): {_count(series)}")
    if series["aliases"]:
        print(f"  also: {'; '.join(series['aliases'])}")
    rows = [
        [volume["label"], volume["status"], volume["title"] or "", volume["release_date"] or ""]
        for volume in series["volumes"]
    ]
    _table("Volumes", ["No.", "Status", "Title", "Date"], rows)


def _show_missing(answer: JSON) -> None:
    print(f"{answer['series']['name']}: {_count(answer['series'])}")
    if not answer["volumes"]:
        print("  nothing is missing that is known to be out")
        return
    rows = [
        [volume["label"], volume["title"] or "", volume["release_date"] or "", volume["why"]]
        for volume in answer["volumes"]
    ]
    _table("Missing", ["No.", "Title", "Date", "Because"], rows)


def _show_silent(sources: JSON) -> None:
    for name, entry in sources.items():
        if entry["code"] not in ("ok", "offline"):
            print(f"  {name} could not be asked: {entry.get('message', entry['code'])}")


def _show_import(report: JSON) -> None:
    would = "would be " if report["preview"] else ""
    print(
        f"{report['rows']} rows ({report['format']}): {report['added']} {would}added, "
        f"{report['updated']} {would}updated, {report['unchanged']} unchanged, "
        f"{len(report['skipped'])} skipped, {len(report['failed'])} failed"
    )
    for kind in ("skipped", "failed"):
        for row in report[kind][:20]:
            print(f"  row {row['row']} {kind}: {row['reason']}")
        if len(report[kind]) > 20:
            print(f"  and {len(report[kind]) - 20} more {kind}; --json lists all")


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress | None]:
    """Show a bar on a terminal; programs and pipes get none."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def move(step: JSON) -> None:
            bar.update(task, completed=step["done"], total=step["total"], description=step["what"])

        yield move
