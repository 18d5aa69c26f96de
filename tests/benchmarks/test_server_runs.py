"""The server's benchmark runs, at a size at which its figures mean nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORK = (
    "start to first answer",
    "a durable mark",
    "50 clients at once",
    "memory over",
)


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "BOOKTRACK_SHARED"}
    command = (sys.executable, "-m", "benchmarks.server", "--quick", "--without-rival")
    return subprocess.run(
        [*command, "--books", "40", "--only", "mark", "--folder", str(folder)],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed: apt-get install wrk")
def test_one_command_prints_every_figure_of_the_server(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode == 0, done.stderr
    for name in WORK:
        assert name in done.stdout
    assert "ERRORS" not in done.stdout
    assert "0 errors in" in done.stdout
    assert not list(tmp_path.iterdir())


def test_it_says_how_to_get_the_load_generator_where_it_is_missing(tmp_path: Path) -> None:
    done = run(tmp_path, PATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.strip() == "the load generator wrk is missing: apt-get install wrk"
