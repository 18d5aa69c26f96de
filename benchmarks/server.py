"""Print what the server does under load, beside the floor and a rival, all in one run.

    python -m benchmarks.server [--books 10000] [--quick] [--write] [--rival-python PYTHON]

`booktrack serve` runs as a user starts it, on a library of 10,000 books; wrk asks. The floor is the
same JSON served by a bare Starlette route, the rival a FastAPI and SQLModel app over SQLite with
the same books, in an environment of its own that is made for the run (`--rival-python` names one
that is there, `--without-rival` leaves it out). With BOOKTRACK_SHARED set the books are real.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from benchmarks.books import Row, load_rows
from benchmarks.figures import Figure, build
from benchmarks.load import Load, NoWrk, Request, load, wrk
from benchmarks.report import machine, table, write
from benchmarks.serving import Server
from booktrack import Library

_SERVERS = Path(__file__).parent / "servers"
_ROOT = Path(__file__).parents[1]
_MARKED = 200
_ASKED = 500
_PAGE = 50


@dataclass(frozen=True)
class Work:
    """One kind of request, to booktrack and to the rival."""

    name: str
    ours: list[Request]
    rivals: list[Request]


@dataclass(frozen=True)
class Effort:
    """How long and how often."""

    seconds: int = 2
    rounds: int = 5
    clients: int = 8
    many: int = 200
    asked_for_memory: int = 100_000
    started: int = 3
    warmed: int = 1


_QUICK = Effort(seconds=1, rounds=1, many=50, asked_for_memory=500, started=1, warmed=0)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print; with --write the README gets the figures, too."""
    options = _options(arguments)
    try:
        wrk()
    except NoWrk as error:
        sys.exit(str(error))
    folder = Path(tempfile.mkdtemp(prefix="booktrack-bench-", dir=options.folder))
    try:
        parts = [machine(), f"Load of the machine before the run: {os.getloadavg()[0]:.1f}\n\n"]
        sys.stdout.write("".join(parts))
        rows = load_rows(options.books)
        library = build(rows, folder)
        figures = _figures(options, _works(rows, library), library, folder)
        for line in table(f"The server with {options.books:,} books", figures):
            parts.append(line)
            sys.stdout.write(line)
            sys.stdout.flush()
        parts.append(f"And after it, the run's own part included: {os.getloadavg()[1]:.1f}\n\n")
        sys.stdout.write(parts[-1])
    finally:
        shutil.rmtree(folder)
    if options.write:
        write("".join(parts), "server")


def _works(rows: list[Row], path: Path) -> list[Work]:
    """Return what is asked: the same of both servers, other things each time."""
    chance = random.Random(3)
    # A few of the real rows are sheet music, which is no book.
    rows = [row for row in rows if not row.isbn.startswith("9790")]
    asked = [row.isbn for row in chance.sample(rows, min(_ASKED, len(rows)))]
    words = [" ".join(row.title.split()[:3]) for row in chance.sample(rows, min(_ASKED, len(rows)))]
    offsets = range(0, max(len(rows) - _PAGE, 1), max(len(rows) // 100, 1))
    with Library(path, offline=True) as library:
        series = [one["id"] for one in library.list_series(limit=10_000)["series"]]
    series = chance.sample(series, min(_ASKED, len(series)))
    marks = [
        (isbn, json.dumps({"status": status}))
        for status in ("own", "want")
        for isbn in asked[:_MARKED]
    ]
    others = [row.isbn for row in chance.sample(rows, len(rows))]
    return [
        Work(
            "lookup by ISBN, of books asked for again",
            [Request(f"/api/v1/lookup/{isbn}") for isbn in asked],
            [Request(f"/lookup/{isbn}") for isbn in asked],
        ),
        Work(
            "lookup by ISBN, of another book each time",
            [Request(f"/api/v1/lookup/{isbn}") for isbn in others],
            [Request(f"/lookup/{isbn}") for isbn in others],
        ),
        Work(
            "search by three words of a title",
            [Request(f"/api/v1/search?q={quote(text)}") for text in words],
            [Request(f"/search?query={quote(text)}") for text in words],
        ),
        Work(
            f"a page of {_PAGE} books",
            [Request(f"/api/v1/books?limit={_PAGE}&offset={at}") for at in offsets],
            [Request(f"/books?limit={_PAGE}&offset={at}") for at in offsets],
        ),
        Work(
            "a series with its volumes",
            [Request(f"/api/v1/series/{number}") for number in series],
            [Request(f"/series/{number}") for number in series],
        ),
        Work(
            "a durable mark",
            [Request(f"/api/v1/editions/{isbn}/status", "PUT", body) for isbn, body in marks],
            [Request(f"/editions/{isbn}/status", "PUT", body) for isbn, body in marks],
        ),
    ]


def _figures(
    options: argparse.Namespace, works: list[Work], library: Path, folder: Path
) -> Iterator[Figure]:
    effort: Effort = options.effort
    everything = works
    works = [work for work in works if options.only in work.name]
    yield _start(library, folder, effort)
    with ExitStack() as running:
        server = running.enter_context(_booktrack(library, folder))
        before = server.megabytes()
        floor = running.enter_context(_floor(server, works, folder))
        rival = None
        if not options.without_rival:
            python = options.rival_python or _rival_environment(folder)
            rival = running.enter_context(_rival(library, folder, python))
        for work in works:
            asked = [(server, work.ours), (floor, work.ours)]
            if rival:
                asked.append((rival, work.rivals))
            yield _row(work, *_in_turn(asked, folder, effort))
        yield _crowd(server, everything, folder, effort)
        yield _memory(server, before, everything[0], folder, effort)


def _in_turn(asked: list[tuple[Server, list[Request]]], folder: Path, effort: Effort) -> list[Load]:
    """Return the middle one of several short loads on each server, which take turns.

    What else the machine does then hinders them alike.
    """
    found: list[list[Load]] = [[] for _ in asked]
    for number in range(-effort.warmed, effort.rounds):
        for loads, (server, requests) in zip(found, asked, strict=True):
            one = load(
                server.port, requests, folder, seconds=effort.seconds, clients=effort.clients
            )
            # The first second is that in which caches and indexes are made.
            if number >= 0:
                loads.append(one)
    return [_middle(loads) for loads in found]


def _middle(loads: list[Load]) -> Load:
    return Load(
        sum(one.requests for one in loads),
        sum(one.seconds for one in loads),
        statistics.median(one.p50 for one in loads),
        statistics.median(one.p99 for one in loads),
        max(one.max for one in loads),
        sum(one.errors for one in loads),
    )


def _row(work: Work, ours: Load, floor: Load, rival: Load | None = None) -> Figure:
    slower = ours.p50 / floor.p50
    beside = {"floor": _said(floor)}
    found = f"{slower:.2f}x the floor's p50"
    lookup = work.name.startswith("lookup")
    reached = not ours.errors and (not lookup or slower <= 3)
    if rival:
        beside["FastAPI + SQLModel"] = _said(rival)
        found += f", {ours.per_second / rival.per_second:.1f}x the rival's requests"
        reached = reached and ours.per_second > rival.per_second and ours.p99 < rival.p99
    wanted = f"{'3x the floor, ' if lookup else ''}ahead of the rival"
    return Figure(work.name, _said(ours), beside, found, wanted, reached)


def _said(found: Load) -> str:
    text = (
        f"{found.per_second:,.0f}/s, p50 {found.p50 * 1000:.2f} ms, p99 {found.p99 * 1000:.2f} ms"
    )
    return text + (f", {found.errors} ERRORS" if found.errors else "")


def _crowd(server: Server, works: list[Work], folder: Path, effort: Effort) -> Figure:
    """Return how many clients at once fare, who ask everything, a mark in ten among it."""
    everything = [request for work in works[:-1] for request in work.ours[:90]]
    everything += works[-1].ours[: len(everything) // 9]
    random.Random(4).shuffle(everything)
    found = load(
        server.port, everything, folder, seconds=effort.seconds, clients=effort.many, threads=2
    )
    return Figure(
        f"{effort.many} clients at once, everything mixed",
        f"{found.per_second:,.0f}/s, p50 {found.p50 * 1000:.0f} ms, p99 {found.p99 * 1000:.0f} ms",
        {},
        f"{found.errors} errors in {found.requests:,}",
        "no error",
        found.errors == 0,
    )


def _memory(server: Server, before: float, lookup: Work, folder: Path, effort: Effort) -> Figure:
    """Return how the process grows by many requests, after a tenth as many have warmed it."""
    _ask(server, lookup, folder, effort.asked_for_memory // 10, effort)
    warm = server.megabytes()
    asked = _ask(server, lookup, folder, effort.asked_for_memory, effort)
    after = server.megabytes()
    return Figure(
        f"memory over {asked:,} requests",
        f"{warm:.0f} MB before, {after:.0f} MB after",
        {"just started": f"{before:.0f} MB"},
        f"{after - warm:+.1f} MB",
        "flat: 5 MB",
        after - warm <= 5,
    )


def _ask(server: Server, work: Work, folder: Path, count: int, effort: Effort) -> int:
    asked = 0
    while asked < count:
        found = load(server.port, work.ours, folder, seconds=effort.seconds, clients=effort.clients)
        asked += found.requests
    return asked


def _start(library: Path, folder: Path, effort: Effort) -> Figure:
    """Return how long it takes from the start of the process to its first answer of a book."""
    taken = []
    for _ in range(effort.started):
        with _booktrack(library, folder) as server:
            taken.append(server.start_seconds)
    best = sorted(taken)[len(taken) // 2]
    return Figure(
        "start to first answer", f"{best * 1000:,.0f} ms", {}, f"{best:.2f} s", "1 s", best < 1
    )


def _booktrack(library: Path, folder: Path) -> Server:
    return Server(
        [sys.executable, "-m", "booktrack", "serve", "--library", str(library), "--port", "{port}"],
        "/api/v1/books?limit=1",
        folder / "server.log",
        environment={"BOOKTRACK_OFFLINE": "1"},
    )


def _floor(server: Server, works: list[Work], folder: Path) -> Server:
    """Return the floor; its answers are those that booktrack gives."""
    answers = folder / "answers.json"
    given = {}
    for work in works:
        for one in work.ours:
            asked = server.get(one.path) if one.method == "GET" else None
            given[one.path] = asked or server.send(one.method, one.path, one.body)
    given["/"] = {}
    answers.write_text(json.dumps(given), "utf-8")
    return Server(
        [sys.executable, *_uvicorn("benchmarks.servers.floor:app")],
        "/",
        folder / "floor.log",
        environment={"FLOOR_ANSWERS": str(answers)},
        folder=_ROOT,
    )


def _rival(library: Path, folder: Path, python: Path) -> Server:
    return Server(
        [str(python), *_uvicorn("rival:app")],
        "/books?limit=1",
        folder / "rival.log",
        environment={
            "RIVAL_DATABASE": str(folder / "rival.sqlite3"),
            "RIVAL_LIBRARY": str(library),
        },
        folder=_SERVERS,
    )


def _uvicorn(app: str) -> list[str]:
    # As booktrack's own server runs: nothing is written for each request.
    return ["-m", "uvicorn", app, "--port", "{port}", "--no-access-log", "--log-level", "warning"]


def _rival_environment(folder: Path) -> Path:
    """Return the interpreter of a new environment that has what the rival needs."""
    place = folder / "rival"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    python = place / "bin" / "python"
    needed = _SERVERS / "requirements.txt"
    subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(needed)], check=True
    )
    return python


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.server", description=__doc__)
    parser.add_argument("--books", type=int, help="editions of the library (default 10000)")
    parser.add_argument("--quick", action="store_true", help="a small library, short loads")
    parser.add_argument("--write", action="store_true", help="put the figures into the README")
    parser.add_argument("--only", default="", help="a word of the kinds of request to measure")
    parser.add_argument("--folder", type=Path, help="where to work: the disk that is measured")
    parser.add_argument("--rival-python", type=Path, help="an interpreter that has its packages")
    parser.add_argument("--without-rival", action="store_true", help="booktrack and the floor only")
    options = parser.parse_args(arguments)
    options.effort = _QUICK if options.quick else Effort()
    options.books = options.books or (300 if options.quick else 10_000)
    return options


if __name__ == "__main__":
    main()
