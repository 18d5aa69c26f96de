"""Print every figure of issue 3, booktrack beside its rivals.

    python -m benchmarks [--sizes 1000 10000 100000] [--quick] [--write]

With BOOKTRACK_SHARED set the books are those of its datasets/books_union.tsv.gz, else synthetic.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.books import load_rows
from benchmarks.figures import Bench, Effort, Figure, build, growth, importing
from benchmarks.report import machine, table, write

_QUICK = Effort(queries=20, opened=1, marked=10, looked_up=50, stock=1)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print; with --write the README gets the figures, too."""
    options = _options(arguments)
    effort = _QUICK if options.quick else Effort()
    folder = Path(tempfile.mkdtemp(prefix="booktrack-bench-", dir=options.folder))
    parts: list[str] = []
    try:
        _say(parts, [machine()])
        lookups = []
        for size in options.sizes:
            bench = _bench(size, folder / str(size), effort)
            # The figures are wanted of the largest library.
            judged = size == max(options.sizes)
            _say(parts, table(f"{size:,} editions", bench.figures(), judged=judged))
            lookups.append(bench.lookup_seconds)
        _say(parts, table("Growth and import", _others(lookups, options.rows, folder)))
    finally:
        shutil.rmtree(folder)
    if options.write:
        write("".join(parts))


def _bench(size: int, folder: Path, effort: Effort) -> Bench:
    folder.mkdir()
    rows = load_rows(size)
    return Bench(rows, build(rows, folder), effort)


def _others(lookups: list[float], rows: int, folder: Path) -> Iterator[Figure]:
    yield growth(lookups[0], lookups[-1])
    yield importing(rows, folder)


def _say(parts: list[str], lines: Iterable[str]) -> None:
    """Print the lines as they are found, and keep them."""
    for line in lines:
        parts.append(line)
        sys.stdout.write(line)
        sys.stdout.flush()


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", help="editions (default 1000 10000 100000)")
    parser.add_argument("--rows", type=int, help="rows of the import (default 10000)")
    parser.add_argument("--quick", action="store_true", help="small sizes, few repeats")
    parser.add_argument("--write", action="store_true", help="put the figures into the README")
    parser.add_argument("--folder", type=Path, help="where to work: the disk that is measured")
    options = parser.parse_args(arguments)
    options.sizes = options.sizes or ([300, 1_000] if options.quick else [1_000, 10_000, 100_000])
    options.rows = options.rows or (500 if options.quick else 10_000)
    return options


if __name__ == "__main__":
    main()
