"""Compares booktrack's search with a full rapidfuzz scan of the same titles, in one run.

    python benchmarks/search.py [--entries 100000] [--queries 200] [--seed 1]

With BOOKTRACK_SHARED set the titles are those of its datasets/books_union.tsv.gz (repeated with a
suffix past their number), else synthetic ones.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import statistics
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from rapidfuzz import fuzz, process

from booktrack.domain.search import Entry, SearchIndex
from booktrack.domain.text import fold_key

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def main() -> None:
    """Print the figures side by side."""
    options = _options()
    rng = random.Random(options.seed)
    entries = load_entries(options.entries)
    titles = [entry.title for entry in entries]
    print(f"{len(entries):,} entries, {options.queries} queries with one or two typos")

    index = SearchIndex()
    build = _seconds(lambda: index.build(enumerate(entries)))
    first = _seconds(lambda: index.search("the way of kngs"))
    fallback = _seconds(lambda: index.search("thwayofkngs"))
    print(f"json.load of an equivalent file   {json_load_seconds(entries) * 1000:9.0f} ms")
    print(f"build                             {build * 1000:9.0f} ms")
    print(f"first search                      {first * 1000:9.0f} ms")
    print(f"first search of whole texts       {fallback * 1000:9.0f} ms")
    print(f"memory of the index               {index_megabytes(entries):9.0f} MB")

    asked = [(title, with_typos(title, rng)) for title in rng.sample(titles, options.queries)]
    ours = run(asked, lambda query: [titles[hit.doc_id] for hit in index.search(query)])
    scan = run(
        asked,
        lambda query: [
            title for title, _, _ in process.extract(query, titles, scorer=fuzz.WRatio, limit=10)
        ],
    )
    report("booktrack", ours)
    report("rapidfuzz WRatio", scan)
    print(f"p95 ratio                         {ours[1] / scan[1]:9.3f}")


def load_entries(count: int) -> list[Entry]:
    """Return that many entries: real ones while they last, then the same with a suffix."""
    shared = os.environ.get("BOOKTRACK_SHARED")
    rows = list(_real_rows(Path(shared))) if shared else list(_synthetic_rows())
    return [
        Entry(
            title if not (turn := at // len(rows)) else f"{title} {LETTERS[turn]}{turn}",
            series=(series,) if series else (),
            authors=tuple(authors.split(", ")),
            position=number or None,
        )
        for at, (title, authors, series, number) in (
            (at, rows[at % len(rows)]) for at in range(count)
        )
    ]


def _real_rows(shared: Path) -> Iterator[tuple[str, str, str, str]]:
    path = shared / "datasets" / "books_union.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            row = line.rstrip("\n").split("\t")
            yield row[1], row[2], row[7], row[8]


def _synthetic_rows() -> Iterator[tuple[str, str, str, str]]:
    rng = random.Random(0)
    words = ["".join(rng.choices(LETTERS, k=rng.randint(2, 9))) for _ in range(40_000)]
    for _ in range(66_000):
        title = " ".join(rng.choices(words, k=rng.randint(1, 8)))
        yield title.title(), " ".join(rng.choices(words, k=2)).title(), "", ""


def with_typos(title: str, rng: random.Random) -> str:
    """Return the title with one or two slips: swapped, missing, doubled, wrong, blank lost."""
    for _ in range(rng.choice((1, 2))):
        at = rng.randrange(max(1, len(title) - 1))
        slip = rng.choice(("swap", "miss", "double", "wrong", "blank"))
        if slip == "swap":
            title = title[:at] + title[at + 1 : at + 2] + title[at : at + 1] + title[at + 2 :]
        elif slip == "miss" and len(title) > 2:
            title = title[:at] + title[at + 1 :]
        elif slip == "double":
            title = title[: at + 1] + title[at:]
        elif slip == "wrong":
            title = title[:at] + rng.choice(LETTERS) + title[at + 1 :]
        else:
            title = title.replace(" ", "", 1)
    return title


def run(
    asked: list[tuple[str, str]], search: Callable[[str], list[str]]
) -> tuple[float, float, float]:
    """Return median and 95th percentile in seconds, and the share found in the first 10."""
    times, found = [], 0
    for title, query in asked:
        start = perf_counter()
        answer = search(query)
        times.append(perf_counter() - start)
        found += fold_key(title) in {fold_key(text) for text in answer}
    return statistics.median(times), statistics.quantiles(times, n=20)[-1], found / len(asked)


def report(name: str, figures: tuple[float, float, float]) -> None:
    """Print one line of the comparison."""
    median, p95, recall = figures
    print(
        f"{name:18} median {median * 1000:7.1f} ms   p95 {p95 * 1000:7.1f} ms"
        f"   found in first 10 {recall:6.1%}"
    )


def json_load_seconds(entries: list[Entry]) -> float:
    """Return the time of `json.load` on a file of books and editions with these titles."""
    books = {
        str(at): {
            "title": entry.title,
            "authors": entry.authors,
            "series": [{"name": name, "position": entry.position} for name in entry.series],
            "alternate_titles": [],
            "openlibrary_id": f"OL{at}W",
            "sources": {"title": {"source": "openlibrary", "record": f"OL{at}M"}},
            "updated_at": "2025-11-01T12:00:00Z",
        }
        for at, entry in enumerate(entries)
    }
    editions = {
        str(at): {
            "book_id": at,
            "isbn_13": f"978{at:010}",
            "isbn_10": f"{at:010}",
            "book_format": "hardcover",
            "publisher": "Some Publisher",
            "release_date": "2010-08-31",
            "language": "eng",
            "page_count": 400,
            "cover_url": f"https://covers.openlibrary.org/b/id/{at}-L.jpg",
            "price": {"amount": "29.99", "currency": "USD"},
            "sources": {"isbn_13": {"source": "openlibrary", "record": f"OL{at}M"}},
            "updated_at": "2025-11-01T12:00:00Z",
        }
        for at in range(len(entries))
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library.json"
        path.write_text(json.dumps({"books": books, "editions": editions}), encoding="utf-8")
        print(f"equivalent file                   {path.stat().st_size / 1e6:9.0f} MB")
        with path.open(encoding="utf-8") as file:
            return _seconds(lambda: json.load(file))


def index_megabytes(entries: list[Entry]) -> float:
    """Return the memory that the index takes beside the entries themselves."""
    tracemalloc.start()
    index = SearchIndex()
    index.build(enumerate(entries))
    index.search("the way of kngs")
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return size / 1e6


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
