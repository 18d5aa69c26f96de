"""The command `serve`."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

if TYPE_CHECKING:
    from booktrack.library import Library


class Opened(Protocol):
    """Opens the library that the command's options name, or the one at a path."""

    def __call__(
        self, json_output: bool, /, *, path: Path | None = None
    ) -> AbstractContextManager[Library]:
        """Return a context with the open library."""
        ...


def add_commands(app: typer.Typer, opened: Opened) -> None:
    """Give the command its word on the server; `opened` opens the library of the options."""

    @app.command()
    def serve(
        library: Annotated[
            Path | None, typer.Option("--library", "-l", help="The library's file.")
        ] = None,
        host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
        port: Annotated[int, typer.Option(help="The port; 0 takes a free one.")] = 8000,
        token: Annotated[
            str | None,
            typer.Option(
                envvar="BOOKTRACK_TOKEN",
                show_envvar=True,
                show_default=False,
                help="Refuse who does not show it; needed beyond this machine.",
            ),
        ] = None,
        allow_host: Annotated[
            list[str] | None,
            typer.Option(help="A name under which the server is reached; may be repeated."),
        ] = None,
        allow_origin: Annotated[
            list[str] | None,
            typer.Option(help="The origin of a page that may call; may be repeated."),
        ] = None,
    ) -> None:
        """Serve the library to web pages and programs on http://127.0.0.1:8000/api."""
        # Not at the top: the rest of the command works without the extra `web`.
        from booktrack.web.server import serve as run

        def announce(address: str) -> None:
            print(f"booktrack serves {served.path} on {address}/api/docs", file=sys.stderr)

        with opened(False, path=library) as served:
            run(
                served,
                host=host,
                port=port,
                token=token,
                allowed_hosts=allow_host or (),
                allowed_origins=allow_origin or (),
                announce=announce,
            )
