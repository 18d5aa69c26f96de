"""The title reader on real lists: the spec author's own shelf, and 66,659 titles of readers."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from booktrack.domain.titles import parse_title, series_cell, series_key


def dataset(shared: Path) -> Iterator[dict[str, str]]:
    packed = shared / "datasets" / "books_union.tsv.gz"
    with gzip.open(packed, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


def test_the_volume_of_every_handylib_row_is_read_right(shared: Path) -> None:
    path = shared / "exports" / "handylib" / "01.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row, parse_title(row["Title"])) for row in csv.DictReader(file)]
    stems = Counter(series_key(p.candidate.stem) for _, p in rows if p.candidate)
    wrong = []
    for row, first in rows:
        names = list(series_cell(row["Series"]).names)
        if first.candidate and (stems[series_key(first.candidate.stem)] > 1 or names):
            names.append(first.candidate.stem)
        parsed = parse_title(row["Title"], series_names=names)
        trailing = re.search(r"(?:^|\s)(\d+)$", row["Title"])
        truth = row["Volume"] or (str(int(trailing[1])) if trailing else parsed.start)
        if parsed.start != truth:
            wrong.append(f"{row['Title']}: {parsed.start}, not {truth}")
    assert len(rows) == 314
    assert not wrong, "\n".join(wrong)


def test_well_formed_goodreads_titles_are_read_right(shared: Path) -> None:
    total, wrong = 0, []
    for row in dataset(shared):
        # The data set cuts two series of one title in the wrong place; those are no truth.
        if row["series"] and not re.search(r"[;#]", row["series"]):
            total += 1
            parsed = parse_title(row["title"])
            same = series_key(parsed.series or "") == series_key(row["series"])
            place = parsed.start if parsed.start == parsed.end else f"{parsed.start}-{parsed.end}"
            if not same or place != row["number"]:
                wrong.append(f"{row['title']}: {parsed.series} {place}")
    assert total > 7_000
    assert len(wrong) <= 0.005 * total, "\n".join(wrong)
