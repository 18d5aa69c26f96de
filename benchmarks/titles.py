"""Print how many titles booktrack reads right: their series and their place in it.

    python -m benchmarks.titles

Two kinds of figures: the labelled tables of tests/domain, by their form; and, with
BOOKTRACK_SHARED set, every file of its exports, read as an import reads it. What is right says
the file's own Series and Volume columns, and where there are none the end of the title, if it has
the form "Title (Series, #3)" and nothing else in brackets.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from booktrack.domain.detection import Candidate, detect
from booktrack.domain.positions import try_position
from booktrack.domain.records import WorkRecord
from booktrack.domain.titles import parse_title, series_key
from booktrack.errors import BooktrackError
from booktrack.sources.files.registry import read_export

TABLES = Path(__file__).parent.parent / "tests" / "domain"
_BRACKETS = re.compile(r"[^()#\[\]]+ \(([^()#;]+?),? #([1-9]\d?(?:\.[1-9])?)\)")
_WANTED = {"plain": "99.5 %", "hard": "92 %", "none": "100 %"}


@dataclass(frozen=True)
class Share:
    """How many of how many titles were read right."""

    right: int
    total: int

    def __str__(self) -> str:
        if not self.total:
            return "no label"
        share = 100 * self.right / self.total
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
    print("\n### Export files\n")
    print("| file | books | in a series | in the right one | at the right place |")
    print("| --- | --- | --- | --- | --- |")
    for name, works in _exports(Path(shared) / "exports"):
        print(f"| {name} | {len(works)} | {' | '.join(map(str, of_file(works)))} |")


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


def of_file(works: Sequence[WorkRecord]) -> tuple[Share, Share, Share]:
    """Return how many books stand in a series, and how many in the right one and place."""
    found = detect(
        [Candidate(work.title, work.authors, tuple(work.series), work.volume) for work in works]
    )
    series, positions = Counter[bool](), Counter[bool]()
    for work, placings in zip(works, found.placings, strict=True):
        names, place = _label(work)
        if not names:
            continue
        groups = [found.groups[one.group] for one in placings]
        keys = {series_key(name) for name in names}
        series[
            any(series_key(one) in keys for group in groups for one in (group.name, *group.aliases))
        ] += 1
        if place is not None:
            positions[place in [one.position for one in placings]] += 1
    placed = sum(bool(one) for one in found.placings)
    return (
        Share(placed, len(works)),
        Share(series[True], series.total()),
        Share(positions[True], positions.total()),
    )


def _label(work: WorkRecord) -> tuple[list[str], str | None]:
    """Return the names of the series and the place as the columns have them, else the brackets."""
    if work.series:
        claim = work.series[0]
        column = try_position(claim.position)
        return [claim.name, *claim.aliases], column.text if column else None
    match = _BRACKETS.fullmatch(work.title)
    return ([match[1]], match[2]) if match else ([], None)


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
