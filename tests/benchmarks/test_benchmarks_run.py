"""The benchmarks' one command runs, at a size at which its figures mean nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RIVALS = ("SQLite", "TinyDB", "json.load", "WRatio scan", "csv.DictReader")
WORK = (
    "durable mark",
    "durable add",
    "lookup by ISBN",
    "search by title",
    "first search",
    "open the library",
    "memory",
    "import of 20 rows",
)


def test_one_command_prints_every_figure_beside_its_rivals(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "BOOKTRACK_SHARED"}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks", "--quick", "--sizes", "30"),
            *("--rows", "20", "--folder", str(tmp_path)),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    for name in (*RIVALS, *WORK):
        assert name in done.stdout
    assert not list(tmp_path.iterdir())
