"""A whole library enriched from Open Library: few requests, at the full pace, within the limit."""

from __future__ import annotations

import pytest

from booktrack import _engine
from booktrack.sources.base import Limits
from booktrack.sources.openlibrary import OpenLibrary
from booktrack.sources.pacing import SHARE
from support import upstream as faults
from support.dialects.openlibrary import DUNE, Book, OpenLibraryDialect
from support.libraries import open_library
from support.upstream import Upstream


def isbn(number):
    body = f"978{number:09}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10
    return f"{body}{check}"


BOOKS = [
    Book(number, isbn(number), f"The Book of {number} Tales", f"Author{number} Writer{number}")
    for number in range(1, 1_001)
]


@pytest.fixture
def many(serve):
    server = serve(OpenLibraryDialect(BOOKS))
    yield server
    assert server.busiest(1.0) <= OpenLibrary.limits.identified


@pytest.fixture
def full(opened, many):
    library = opened(OpenLibrary(base_url=many.url))
    library.import_file("\n".join(book.isbn for book in BOOKS).encode())
    return library


def test_a_thousand_books_take_at_most_sixty_requests_at_the_full_pace(full, many):
    assert full.stale(limit=1)["total"] == 1_000
    steps = []
    report = full.refresh(limit=1_000, progress=steps.append)
    assert (report["asked"], report["left"]) == (1_000, 0)
    assert report["sources"] == {"openlibrary": {"code": "ok"}}
    assert len(many.requests) <= 60
    permitted = OpenLibrary.limits.permitted(identified=True) * SHARE
    assert 0.95 * permitted <= many.rate() <= permitted * 1.001
    assert [step["done"] for step in steps] == list(range(100, 1_001, 100))
    assert len(report["changed"]) == 1_000
    for book in (BOOKS[0], BOOKS[499], BOOKS[-1]):
        found = full.lookup(book.isbn, remote="never")
        assert (found["title"], found["authors"]) == (book.title, [book.author])
        assert found["editions"][0]["page_count"] == 528
        assert found["editions"][0]["status"] == "own"
    assert full.stale()["total"] == 0
    asked = len(many.requests)
    assert full.refresh(limit=1_000)["asked"] == 0
    assert len(many.requests) == asked


def test_a_refresh_that_breaks_off_keeps_what_was_done_and_goes_on(full, many, engine):
    def overload(step):
        if step["done"] == 300:
            many.fail(faults.answers(b"<html>", 503))

    report = full.refresh(limit=500, progress=overload)
    assert (report["asked"], report["left"]) == (300, 700)
    assert report["sources"]["openlibrary"]["code"] == "unavailable"
    assert full.check()["ok"]
    many.recover()
    report = full.refresh(limit=1_000)
    assert (report["asked"], report["left"]) == (700, 0)
    batches = [r.params["bibkeys"] for r in many.requests if r.path == "/api/books.json"]
    # What was answered before it broke off is not asked for again.
    assert len(set(batches)) == 40


def test_one_damaged_record_does_not_keep_the_others_from_being_refreshed(full, many):
    whole = many.dialect

    def damaged(request):
        response = whole(request)
        for key, entry in response.body.items() if request.path == "/api/books.json" else ():
            if key == f"ISBN:{BOOKS[7].isbn}":
                entry["details"]["title"] = ["not", "a", "text"]
        return response

    many.dialect = damaged
    report = full.refresh(limit=100)
    assert report["asked"] == 100
    assert len(report["changed"]) == 99
    assert full.stale(limit=1)["total"] == 900


class Quick(OpenLibrary):
    """Open Library on this machine, which may be asked as often as one likes."""

    limits = Limits(requests=1_000)


def test_the_engine_that_users_get_asks_a_real_server(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKTRACK_CACHE", str(tmp_path))
    engine = _engine.Engine()
    monkeypatch.setattr(_engine, "engine", engine)
    server = Upstream(OpenLibraryDialect([DUNE]))
    engine.run(server.start)
    sources = [Quick(base_url=server.url)]
    with open_library(tmp_path / "l.json", sources=sources, offline=False) as library:
        assert library.lookup(DUNE.isbn)["authors"] == ["Frank Herbert"]
    assert len(server.requests) == 5
    engine.run(server.stop)
    engine.close()
