"""The commands on copies, loans and prices."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from booktrack.library import Library

Opened = Callable[[bool], AbstractContextManager["Library"]]


def add_commands(app: typer.Typer, opened: Opened) -> None:
    """Give the command its words on owning; `opened` opens the library of the options."""
