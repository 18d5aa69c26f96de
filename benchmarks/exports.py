"""Print what became of every export file: its rows, why some were left out, and rows a second.

    BOOKTRACK_SHARED=../shared python -m benchmarks.exports [--write]

Each file is imported into a library of its own; the exports that one reader made over the years
also come one after another into one library.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.report import machine, write
from booktrack import Library

_BY_ONE_READER = "goodreads_series_b"
_NO_EXPORT = {"MANIFEST.tsv"}
_MOST_REASONS = 3
_COUNTED = ("rows", "added", "updated", "unchanged", "skipped", "failed")


@dataclass(frozen=True)
class Outcome:
    """What one import did with the rows of one file."""

    file: str
    format: str
    rows: int
    added: int
    updated: int
    unchanged: int
    skipped_why: Counter[str]
    failed_why: Counter[str]
    seconds: float

    @property
    def skipped(self) -> int:
        """How many rows were left out because they hold no book."""
        return self.skipped_why.total()

    @property
    def failed(self) -> int:
        """How many rows could not be read."""
        return self.failed_why.total()

    @property
    def lost(self) -> int:
        """How many rows the report says nothing of."""
        return self.rows - sum(getattr(self, name) for name in _COUNTED[1:])


def import_all(shared: Path, folder: Path) -> Iterator[Outcome]:
    """Yield what became of each file under `shared`/exports, in libraries made in `folder`."""
    exports = shared / "exports"
    for number, path in enumerate(export_files(exports)):
        with Library(folder / f"{number}.json", offline=True) as library:
            yield _imported(library, path, path.relative_to(exports).as_posix())
    with Library(folder / "reader.json", offline=True) as library:
        for path in sorted((exports / _BY_ONE_READER).glob("*.csv")):
            name = path.relative_to(exports).as_posix()
            yield _imported(library, path, f"{name}, after the earlier ones")


def export_files(exports: Path) -> list[Path]:
    """Return every export file under the folder."""
    found = (path for path in exports.rglob("*") if path.is_file())
    return sorted(path for path in found if path.name not in _NO_EXPORT)


def _imported(library: Library, path: Path, name: str) -> Outcome:
    start = perf_counter()
    report = library.import_file(path)
    seconds = perf_counter() - start
    return Outcome(
        file=name,
        format=report["format"],
        rows=report["rows"],
        added=report["added"],
        updated=report["updated"],
        unchanged=report["unchanged"],
        skipped_why=_reasons(report["skipped"]),
        failed_why=_reasons(report["failed"]),
        seconds=seconds,
    )


def _reasons(rows: list[dict[str, Any]]) -> Counter[str]:
    return Counter(row["reason"] for row in rows)


def table(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield the lines of a Markdown table with a row for each file and one for all of them."""
    yield "| format | file | rows | added | updated | same | skipped | failed | rows/s |\n"
    yield f"| --- | --- |{' ---: |' * 4} --- | --- | ---: |\n"
    totals: Counter[str] = Counter()
    seconds = 0.0
    files = 0
    for one in outcomes:
        files += 1
        seconds += one.seconds
        totals.update({name: getattr(one, name) for name in _COUNTED})
        yield _line(
            *(one.format, one.file, one.rows, one.added, one.updated, one.unchanged),
            *(_counted(one.skipped_why), _counted(one.failed_why), one.rows / one.seconds),
        )
    yield _line("", f"all {files} imports", *(totals[name] for name in _COUNTED),
                totals["rows"] / seconds if seconds else 0.0)  # fmt: skip


def _counted(reasons: Counter[str]) -> str:
    """Return how many there are and why: the commonest reasons in full."""
    if not reasons:
        return "0"
    named = reasons.most_common(_MOST_REASONS)
    others = reasons.total() - sum(count for _, count in named)
    said = [f"{count} {reason}" for reason, count in named]
    return f"{reasons.total()}: {'; '.join([*said, f'{others} others'] if others else said)}"


def _line(*cells: str | float) -> str:
    texts = (cell if isinstance(cell, str) else f"{cell:,.0f}" for cell in cells)
    return f"| {' | '.join(text.replace('|', '/') for text in texts)} |\n"


def main(arguments: list[str] | None = None) -> None:
    """Import every file and print the table; with --write the README gets it, too."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exports", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    options = parser.parse_args(arguments)
    shared = os.environ.get("BOOKTRACK_SHARED")
    if not shared or not export_files(Path(shared) / "exports"):
        parser.error("BOOKTRACK_SHARED must name the folder that holds exports/")
    parts = [machine()]
    with tempfile.TemporaryDirectory(prefix="booktrack-exports-") as folder:
        for line in table(import_all(Path(shared), Path(folder))):
            parts.append(line)
            sys.stdout.write(line)
            sys.stdout.flush()
    if options.write:
        write("".join(parts), "exports")


if __name__ == "__main__":
    main()
