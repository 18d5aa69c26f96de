"""The commands that correct series: audit, override, mark-volumes, reconcile, fix-series."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from booktrack.cli_tables import print_json, table
from booktrack.errors import InvalidInput, shown

if TYPE_CHECKING:
    from booktrack.library import Library

JSON = dict[str, Any]
Opened = Callable[[bool], AbstractContextManager["Library"]]

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
PreviewFlag = Annotated[bool, typer.Option("--preview", help="Change nothing.")]
SeriesArgument = Annotated[str, typer.Argument(help="A series by name or #id.")]


def series_of(name: str) -> int | str:
    """Return the id that "#12" means, or the name: a series may be called "86"."""
    return int(name[1:]) if name.startswith("#") and name[1:].isdecimal() else name


def add_commands(app: typer.Typer, opened: Opened) -> None:
    """Give the command its words on series; `opened` opens the library of the options."""
    _add_words(app, opened)
    _add_repairs(app, opened)


def _add_repairs(app: typer.Typer, opened: Opened) -> None:
    @app.command("series-audit")
    def series_audit(json_output: JsonFlag = False) -> None:
        """List all that is wrong or doubtful about series, with what mends it."""
        with opened(json_output) as library:
            audit = library.series_audit()
        if json_output:
            print_json(audit)
        elif not audit["problems"]:
            print("nothing is wrong with the series")
        else:
            _show_problems(audit["problems"], f"{audit['total']} problems")

    @app.command()
    def reconcile(
        series: Annotated[str | None, typer.Argument(help="A series; else all.")] = None,
        preview: PreviewFlag = False,
        json_output: JsonFlag = False,
    ) -> None:
        """Bring series and books together again; what is doubtful is left to you."""
        with opened(json_output) as library:
            if series is None:
                done = library.reconcile_all(preview=preview)
            else:
                name = series_of(series)
                done = library.reconcile_series_with_owned_books(name, preview=preview)
        print_json(done) if json_output else _show_done(done)

    @app.command("fix-series")
    def fix_series(
        series: Annotated[str | None, typer.Argument(help="Else all books without one.")] = None,
        preview: PreviewFlag = False,
        json_output: JsonFlag = False,
    ) -> None:
        """Read titles anew for their series and place."""
        with opened(json_output) as library:
            name = None if series is None else series_of(series)
            done = library.fix_series(name, preview=preview)
        print_json(done) if json_output else _show_done(done)


def _add_words(app: typer.Typer, opened: Opened) -> None:
    @app.command()
    def override(
        series: SeriesArgument,
        field: Annotated[str, typer.Argument(help="name, kind, total, publication_status, ...")],
        value: Annotated[str | None, typer.Argument(help="Left out: clear the override.")] = None,
        why: Annotated[str | None, typer.Option(help="A note on the reason.")] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Put your word on a series above every source: booktrack override Saga total 12."""
        with opened(json_output) as library:
            if value is None:
                answer = library.clear_override(series_of(series), field)
            else:
                said = {field: _value(field, value)}
                answer = library.override_series(series_of(series), why=why, **said)
        if json_output:
            print_json(answer)
        else:
            told = "sources decide" if value is None else f"{answer.get(field)} is kept"
            print(f"{answer['name']}: {field}: {told}")

    @app.command("mark-volumes")
    def mark_volumes(
        series: SeriesArgument,
        volumes: Annotated[str, typer.Argument(help="1-9, '1, 3', all or rest.")],
        status: Annotated[str, typer.Argument(help="own, want or missing.")],
        json_output: JsonFlag = False,
    ) -> None:
        """Say that you own, want or miss volumes: booktrack mark-volumes Saga 1-9 own."""
        with opened(json_output) as library:
            marked = library.mark_volumes(series_of(series), volumes, status)
        if json_output:
            print_json(marked)
            return
        print(f"{marked['changed']} of {marked['total']} changed to {status}")
        for one in marked["skipped"]:
            print(f"  {one['position']} left alone: {one['reason']}")


def _value(field: str, value: str) -> Any:
    if field == "order":
        return [one.strip() for one in value.split(",")]
    if field != "total" or value == "unknown":
        return None if field == "total" else value
    if not value.isdecimal():
        raise InvalidInput(f"the total is a whole number or `unknown`, not {shown(value)}")
    return int(value)


def _show_done(done: JSON) -> None:
    would = "would change" if done["preview"] else "changed"
    print(f"{would}: {len(done['changed'])}, left to you: {len(done['left'])}")
    for one in done["changed"]:
        print(f"  {one['text']}")
    if done["left"]:
        _show_problems(done["left"], "Left to you")


def _show_problems(problems: list[JSON], title: str) -> None:
    rows = [
        [
            f"#{one['series_id'] or '?'}",
            one["code"].replace("_", " "),
            one["problem"],
            f"{one['fix']['call']}({_arguments(one['fix']['arguments'])})",
        ]
        for one in problems
    ]
    table(title, ["Id", "What", "Problem", "Mended by"], rows)


def _arguments(arguments: JSON) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())
