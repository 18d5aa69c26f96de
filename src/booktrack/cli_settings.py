"""The commands on settings and backups."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from booktrack.cli_tables import print_json, table
from booktrack.errors import InvalidInput, shown

if TYPE_CHECKING:
    from booktrack.library import Library

JSON = dict[str, Any]
Opened = Callable[[bool], AbstractContextManager["Library"]]

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

_WORDS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
_NOTHING = ("", "none", "null")
_NOT_IN_ORDER = 3


def add_commands(app: typer.Typer, opened: Opened) -> None:
    """Give the command its words on settings; `opened` opens the library of the options."""
    group = typer.Typer(help="Show and change settings; without a word, show them all.")
    app.add_typer(group, name="settings")
    _add_showing(group, opened)
    _add_changing(group, opened)
    _add_keeping(group, opened)
    _add_outside(app, opened)
    _add_upkeep(app, opened)


def _add_showing(group: typer.Typer, opened: Opened) -> None:
    @group.callback(invoke_without_command=True)
    def settings(context: typer.Context, json_output: JsonFlag = False) -> None:
        """Show and change settings; without a word, show them all."""
        if context.invoked_subcommand is not None:
            return
        with opened(json_output) as library:
            answer = library.settings_info()
        if json_output:
            print_json({one["name"]: one["value"] for one in answer["settings"]})
        else:
            rows = [[one["name"], _text(one["value"]), one["origin"]] for one in answer["settings"]]
            table("Settings", ["Setting", "Value", "From"], rows)

    @group.command()
    def get(
        name: Annotated[str, typer.Argument(help="The setting.")], json_output: JsonFlag = False
    ) -> None:
        """Show one setting."""
        with opened(json_output) as library:
            one = _of(library, name)
        print_json({one["name"]: one["value"]}) if json_output else print(_text(one["value"]))

    @group.command()
    def info(
        name: Annotated[str | None, typer.Argument(help="Only this setting.")] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Say what each setting is and what it takes."""
        with opened(json_output) as library:
            answer = library.settings_info() if name is None else _of(library, name)
        if json_output:
            print_json(answer)
            return
        rows = [
            [one["name"], _takes(one), _text(one["default"]), one["doc"]]
            for one in (answer["settings"] if name is None else [answer])
        ]
        table("Settings", ["Setting", "Takes", "Default", "What it does"], rows)

    @group.command()
    def health(json_output: JsonFlag = False) -> None:
        """Say whether files, keys, backups and sources are in order, and what to do."""
        with opened(json_output) as library:
            answer = library.settings_health()
        if json_output:
            print_json(answer)
        else:
            print(answer["status"])
            for one in answer["problems"]:
                print(f"  {one['severity']}: {one['message']}")
        if not answer["healthy"]:
            raise typer.Exit(_NOT_IN_ORDER)


def _add_changing(group: typer.Typer, opened: Opened) -> None:
    @group.command("set")
    def set_one(
        name: Annotated[str, typer.Argument(help="The setting.")],
        value: Annotated[
            str | None,
            typer.Argument(help="Its value; none takes it away; - reads it from the input."),
        ] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Change a setting. Leave the value of a key out to be asked for it, unseen."""
        with opened(json_output) as library:
            one = _of(library, name)
            text = _asked_for(one) if value in (None, "-") else str(value)
            answer = library.update_settings(**{name: _value(one, text)})
            origin = _of(library, name)["origin"]
        print_json({name: answer[name]}) if json_output else print(_text(answer[name]))
        if origin == "environment":
            variable = one["variable"]
            print(f"booktrack: the environment's {variable} goes before it", file=sys.stderr)

    @group.command()
    def reset(
        names: Annotated[list[str] | None, typer.Argument(help="The settings.")] = None,
        everything: Annotated[
            bool, typer.Option("--all", help="All of them, your keys too.")
        ] = False,
        json_output: JsonFlag = False,
    ) -> None:
        """Set settings back to their defaults."""
        if bool(names) == everything:
            raise InvalidInput("name the settings to set back, or say --all")
        with opened(json_output) as library:
            answer = library.reset_settings(names or None)
        if json_output:
            print_json(answer)
        else:
            print(f"set back: {', '.join(names) if names else 'everything'}")


def _add_keeping(group: typer.Typer, opened: Opened) -> None:
    @group.command()
    def backup(
        file: Annotated[
            Path | None, typer.Argument(help="Where to write them; else among the backups.")
        ] = None,
        overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file.")] = False,
        json_output: JsonFlag = False,
    ) -> None:
        """Write the settings to a file, without keys."""
        with opened(json_output) as library:
            done = library.backup_settings(file, overwrite=overwrite)
        print_json(done) if json_output else print(done["path"])

    @group.command()
    def restore(
        file: Annotated[Path, typer.Argument(help="A backup of settings.")],
        json_output: JsonFlag = False,
    ) -> None:
        """Set what a backup of settings holds; `booktrack undo` takes it back."""
        with opened(json_output) as library:
            done = library.restore_settings(file)
        if json_output:
            print_json(done)
            return
        for name, (before, after) in done["changed"].items():
            print(f"{name}: {_text(before)} -> {_text(after)}")
        number = len(done["changed"])
        print(f"{number} {'setting' if number == 1 else 'settings'} changed")


def _add_outside(app: typer.Typer, opened: Opened) -> None:
    @app.command("validate-url")
    def validate_url(
        url: Annotated[str, typer.Argument(help="The address of a page.")],
        json_output: JsonFlag = False,
    ) -> None:
        """Say whether a page can be read, and which ISBNs stand on it."""
        with opened(json_output) as library:
            answer = library.validate_url(url)
        if json_output:
            print_json(answer)
        elif answer["valid"]:
            sample = ", ".join(answer["sample_isbns"])
            print(answer["warning"] or f"{answer['isbn_count']} ISBNs, such as {sample}")
        else:
            print(f"cannot be used: {answer['error']}")
        if not answer["valid"]:
            raise typer.Exit(1)

    @app.command("sync-skoolib")
    def sync_skoolib(json_output: JsonFlag = False) -> None:
        """Take in the books of your Skoolib page (the setting skoolib_url)."""
        with opened(json_output) as library:
            answer = library.sync_skoolib()
        print_json(answer) if json_output else print(answer["message"])

    @app.command("external")
    def external(
        switch: Annotated[str | None, typer.Argument(help="on or off; else how it is.")] = None,
        minutes: Annotated[int | None, typer.Option(help="Off for so long only.")] = None,
        json_output: JsonFlag = False,
    ) -> None:
        """Say whether sources on the network are asked, or switch them on or off."""
        if switch not in (None, "on", "off") or (minutes is not None and switch != "off"):
            raise InvalidInput(f"say on, or off with --minutes, not {shown(switch)}")
        with opened(json_output) as library:
            if switch == "on":
                answer = library.enable_external_metadata()
            elif switch == "off":
                answer = library.disable_external_metadata(minutes)
            else:
                answer = library.external_metadata_status()
        print_json(answer) if json_output else print(answer["message"])


def _add_upkeep(app: typer.Typer, opened: Opened) -> None:
    @app.command()
    def backups(json_output: JsonFlag = False) -> None:
        """List the backups that are kept."""
        with opened(json_output) as library:
            answer = library.backups()
        if json_output:
            print_json(answer)
            return
        rows = [[one["at"], f"{one['size']:,}", one["path"]] for one in answer["backups"]]
        table("Backups", ["When", "Bytes", "File"], rows)

    @app.command("syncs")
    def syncs(
        limit: Annotated[int, typer.Option(help="How many at most.")] = 20,
        offset: Annotated[int, typer.Option(help="How many to pass over.")] = 0,
        json_output: JsonFlag = False,
    ) -> None:
        """List what you took in from elsewhere, newest first."""
        with opened(json_output) as library:
            answer = library.sync_history(limit=limit, offset=offset)
        if json_output:
            print_json(answer)
            return
        rows = [
            [
                one["timestamp"],
                one["source"],
                f"{one['books_processed']} of {one['books_found']}",
                "; ".join(one["error_details"]),
            ]
            for one in answer["history"]
        ]
        table("Taken in", ["When", "From", "Books", "Problems"], rows)

    @app.command()
    def cache(json_output: JsonFlag = False) -> None:
        """Say what is kept of the answers of sources, and how often it was of use."""
        with opened(json_output) as library:
            answer = library.cache_stats()
        if json_output:
            print_json(answer)
            return
        rows = [
            [name.replace("_", " "), f"{one['size']:,}", f"{one['hit_rate']:.0%}"]
            for name, one in answer.items()
        ]
        table("Caches", ["Cache", "Size", "Of use"], rows)

    @app.command("remove-all-data")
    def remove_all_data(
        confirmation: Annotated[str, typer.Argument(help="The word DELETE.")],
        json_output: JsonFlag = False,
    ) -> None:
        """Remove every book and series; a backup is made first, and `booktrack undo` undoes it."""
        with opened(json_output) as library:
            done = library.remove_all_data(confirmation)
        if json_output:
            print_json(done)
        elif done["id"] is None:
            print("there was nothing to remove")
        else:
            print(f"removed {done['total']}; the backup is {done['backup']}")
            print(f"booktrack undo {done['id']} brings it back")


def _of(library: Library, name: str) -> JSON:
    """Return what is told of one setting."""
    told = {one["name"]: one for one in library.settings_info()["settings"]}
    if name not in told:
        raise InvalidInput(f"there is no setting {shown(name)}; there are {', '.join(told)}")
    found: JSON = told[name]
    return found


def _asked_for(one: JSON) -> str:
    """Return a value from the input: a key is typed unseen and stands in no shell's history."""
    if sys.stdin.isatty():
        typed: str = typer.prompt(one["name"], hide_input=one["secret"], err=True)
        return typed
    text = sys.stdin.readline().strip()
    if not text:
        # A script whose variable is empty must not take a key away.
        raise InvalidInput(f"no value came for {one['name']}; give one, or none to take it away")
    return text


def _value(one: JSON, text: str) -> Any:
    """Return a text of the command line as the value that the setting takes."""
    kind = one["type"]
    if text.strip().lower() in _NOTHING:
        return [] if kind == "list" and one["default"] == [] else None
    if kind == "boolean":
        return _WORDS.get(text.strip().lower(), text)
    if kind in ("integer", "number"):
        return _number(text)
    if kind == "list":
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind == "jobs":
        return _jobs(text)
    return text


def _number(text: str) -> Any:
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(text)
    return text  # the setting says what it takes


def _jobs(text: str) -> Any:
    """Return jobs of a text such as "refresh=on,backup=12", which is every 12 hours, or of JSON."""
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except ValueError as error:
            raise InvalidInput(f"this is not JSON: {shown(text)}") from error
    jobs: dict[str, JSON] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, said = part.partition("=")
        word = _WORDS.get(said.strip().lower())
        job = {"enabled": word} if word is not None else {"interval_hours": _number(said)}
        jobs.setdefault(name.strip(), {}).update(job)
    return jobs


def _text(value: Any) -> str:
    """Return a value as a person reads it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, dict):
        return "\n".join(f"{name}: {_job(job)}" for name, job in value.items())
    return str(value)


def _job(job: JSON) -> str:
    return f"every {job['interval_hours']:g} h" if job["enabled"] else "off"


def _takes(one: JSON) -> str:
    limits = one["limits"]
    if "least" in limits and one["type"] != "jobs":
        return f"{one['type']}, {limits['least']:g} to {limits['most']:g}"
    return "key or token, unseen" if one["secret"] else str(one["type"])
