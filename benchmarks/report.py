"""Figures as Markdown, for the terminal and for benchmarks/README.md."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

from benchmarks.figures import Figure

README = Path(__file__).with_name("README.md")


def table(title: str, figures: Iterable[Figure], *, judged: bool = True) -> Iterator[str]:
    """Yield the lines of a table under a heading, `judged` by what is wanted of the figures."""
    yield f"### {title}\n\n"
    yield "| work | booktrack | beside it | found | wanted, at most | |\n"
    yield "| --- | --- | --- | --- | --- | --- |\n"
    for one in figures:
        beside = ", ".join(f"{name} {value}" for name, value in one.rivals.items())
        verdict = _verdict(one.reached) if judged else ""
        cells = (one.work, one.booktrack, beside, one.found, one.wanted, verdict)
        yield f"| {' | '.join(cells)} |\n"
    yield "\n"


def _verdict(reached: bool | None) -> str:
    return "" if reached is None else "reached" if reached else "**missed**"


def machine() -> str:
    """Return a line that says where the figures come from."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, TinyDB {version('tinydb')}, "
        f"SQLite {sqlite3.sqlite_version}, rapidfuzz {version('rapidfuzz')}\n\n"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (info.read_text("utf-8").splitlines() if info.exists() else ())
        if line.startswith("model name")
    ]
    return names[0] if names else platform.processor() or platform.machine()


def write(found: str, section: str = "figures") -> None:
    """Put what was found between the section's marks in benchmarks/README.md, in place of that."""
    begin, end = f"<!-- {section}: begin -->\n", f"<!-- {section}: end -->\n"
    text = README.read_text("utf-8")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    README.write_text(f"{before}{begin}\n{found}{end}{after}", "utf-8")
