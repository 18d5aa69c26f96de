"""Print how many titles booktrack reads right: their series and their place in it.

    python -m benchmarks.titles

Two kinds of figures: the labelled tables of tests/domain, by their form; and, with
BOOKTRACK_SHARED set, every file of its exports. There the file's own Series and Volume columns
are the label: the titles are read without these columns and compared. A file whose columns say
nothing shows only how many books stand in a series.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from booktrack.domain.detection import Candidate, detect
from booktrack.domain.positions import try_position
from booktrack.domain.records import SeriesClaim, WorkRecord
from booktrack.domain.titles import parse_title, series_key
from booktrack.errors import BooktrackError
from booktrack.sources.files.registry import read_export

TABLES = Path(__file__).parent.parent / "tests" / "domain"
_WANTED = {"plain": "99.5 %", "hard": "92 %", "none": "100 %"}


@dataclass(frozen=True)
class Share:
    """How many of how many titles were read right."""

    right: int
    total: int

    def __str__(self) -> str:
        share = 100 * self.right / self.total if self.total else 100.0
        return f"{self.right} of {self.total} ({share:.1f} %)"


def main() -> None:
    """Print both tables as Markdown."""
    print("### Labelled titles\n\n| form | series and position right | wanted, at least |")
    print("| --- | --- | --- |")
    for form, share in sorted(labelled().items()):
        print(f"| {form} | {share} | {_WANTED.get(form, '')} |")
    shared = os.environ.get("BOOKTRACK_SHARED")
    if shared is None:
        print("\nBOOKTRACK_SHARED is unset: no export files")
        return
    print("\n### Export files, titles read without the columns\n")
    print("| file | books | in a series | series as the column | position as the column |")
    print("| --- | --- | --- | --- | --- |")
    for name, works in _exports(Path(shared) / "exports"):
        print(f"| {name} | {len(works)} | {' | '.join(map(str, against_columns(works)))} |")


def labelled() -> dict[str, Share]:
    """Return the share of right readings of the tables in tests/domain, by form."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for row in _rows("titles_labelled.tsv"):
        parsed = parse_title(row["title"])
        place = parsed.start if parsed.start == parsed.end else f"{parsed.start}-{parsed.end}"
        total[row["form"]] += 1
        right[row["form"]] += place == row["position"] and (
            series_key(parsed.series or "") == series_key(row["series"])
        )
    for row in _rows("titles_without_position.tsv"):
        total["none"] += 1
        right["none"] += parse_title(row["title"]).start is None
    return {form: Share(right[form], count) for form, count in total.items()}


def _rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def against_columns(works: Sequence[WorkRecord]) -> tuple[Share, Share, Share]:
    """Return how many books stand in a series, and how many titles say what the columns say."""
    candidates = [Candidate(work.title, work.authors) for work in works]
    read = detect(candidates)
    named = detect(
        [Candidate(work.title, work.authors, tuple(work.series), work.volume) for work in works]
    )
    series, positions = Counter[bool](), Counter[bool]()
    for work, placings, parsed in zip(works, read.placings, read.parsed, strict=True):
        # Only a title that names a series or a number can be read against a column.
        if not work.series or (parsed.series is None and parsed.candidate is None):
            continue
        claim = work.series[0]
        found = placings[0] if placings else None
        keys = {series_key(name) for name in (claim.name, *claim.aliases)}
        group = read.groups[found.group] if found else None
        series[bool(group and _same(group.name, group.aliases, keys, claim))] += 1
        column = try_position(claim.position)
        if column is not None:
            positions[found is not None and column.text == found.position] += 1
    placed = sum(bool(one) for one in named.placings)
    return (
        Share(placed, len(works)),
        Share(series[True], series.total()),
        Share(positions[True], positions.total()),
    )


def _same(name: str, aliases: Sequence[str], keys: set[str], claim: SeriesClaim) -> bool:
    return any(series_key(one) in keys for one in (name, *aliases)) or not any(
        one.isascii() for one in (claim.name, *claim.aliases)
    )


def _exports(folder: Path) -> Iterator[tuple[str, list[WorkRecord]]]:
    for path in sorted(folder.glob("*/*.*")):
        name = path.relative_to(folder).as_posix()
        try:
            rows = read_export(path.read_bytes(), "auto", name=path.name).rows
        except BooktrackError as error:
            print(f"| {name} | {error.code} | | | |")
            continue
        yield name, [row.work for row in rows if row.work is not None]


if __name__ == "__main__":
    main()
