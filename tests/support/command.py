"""The `booktrack` command as tests run it: in this process, on a copy of the sample library."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from booktrack.cli import main

Run = Callable[..., tuple[int, str, str]]


def command(capsys: pytest.CaptureFixture[str], *options: str) -> Run:
    """Return what runs the command with its arguments, for (exit code, output, errors)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main([*options, *map(str, arguments)])
        shown = capsys.readouterr()
        code = left.value.code
        return code if isinstance(code, int) else 0, shown.out, shown.err

    return run


def asked(run: Run, *arguments: object) -> Any:
    """Return what the command prints for programs."""
    code, out, err = run(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)
