"""Kept answers: the same bytes while nothing changes, never a moment longer."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from booktrack.web import create_app
from booktrack.web.keeping import Kept
from support.libraries import DUNE, open_library


@dataclass
class Answer:
    body: bytes


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def library(tmp_path: Path):
    with open_library(tmp_path / "library.json") as library:
        library.add(DUNE, title="Dune", authors=["Frank Herbert"])
        yield library


@pytest.fixture
async def client(library) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(library))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


def test_an_answer_is_kept_until_the_library_changes(library) -> None:
    kept: Kept[Answer] = Kept(library)
    moment = kept.moment()
    kept.put(b"/a", moment, Answer(b"old"))
    assert kept.moment_at_hand() == moment
    assert kept.get(b"/a", moment) == Answer(b"old")
    assert kept.get(b"/b", moment) is None
    library.mark(DUNE, "want")
    assert kept.moment_at_hand() != moment
    assert kept.get(b"/a", kept.moment()) is None


def test_an_answer_worked_out_while_the_library_changed_is_for_nobody(library) -> None:
    kept: Kept[Answer] = Kept(library)
    before = kept.moment()
    library.mark(DUNE, "want")
    kept.put(b"/a", before, Answer(b"of either"))
    assert kept.get(b"/a", kept.moment()) is None


def test_an_answer_is_kept_for_seconds_only(library) -> None:
    clock = Clock()
    kept: Kept[Answer] = Kept(library, clock)
    moment = kept.moment()
    kept.put(b"/a", moment, Answer(b"a"))
    clock.now = 9.9
    assert kept.get(b"/a", moment)
    clock.now = 10.1
    assert not kept.get(b"/a", moment)


def test_what_is_kept_is_bounded(library) -> None:
    kept: Kept[Answer] = Kept(library)
    moment = kept.moment()
    kept.put(b"/huge", moment, Answer(bytes(1 << 20)))
    assert kept.get(b"/huge", moment) is None
    for number in range(200):
        kept.put(b"/%d" % number, moment, Answer(bytes(400_000)))
        kept.put(b"/%d" % number, moment, Answer(bytes(400_000)))
    there = [number for number in range(200) if kept.get(b"/%d" % number, moment)]
    assert 0 < len(there) * 400_000 <= 32 << 20
    assert there[-1] == 199


async def test_a_change_by_anyone_shows_at_once(library, client) -> None:
    async def status() -> str:
        reply = await client.get(f"/api/v1/lookup/{DUNE}")
        return reply.json()["editions"][0]["status"]

    assert [await status(), await status()] == ["own", "own"]
    await client.put(f"/api/v1/editions/{DUNE}/status", json={"status": "want"})
    assert [await status(), await status()] == ["want", "want"]
    with open_library(library.path) as other:
        other.mark(DUNE, "missing")
    assert [await status(), await status()] == ["missing", "missing"]


@pytest.mark.parametrize("path", ["/api/v1/books", "/api/v1/books/1"])
async def test_a_kept_answer_has_its_version(library, client, path) -> None:
    first, second = await client.get(path), await client.get(path)
    assert (first.content, first.headers) == (second.content, second.headers)
    known = {"If-None-Match": first.headers["etag"]}
    again = await client.get(path, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    head = await client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(first.content))
    library.edit_book(1, title="Dune Messiah")
    changed = await client.get(path, headers=known)
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


async def test_addresses_that_differ_in_an_escape_are_kept_apart(library, client) -> None:
    library.add(title="One", series="A/B", position=1)
    library.add(title="Two", series="A", position=1)
    for name, wanted in (("A%2FB", "A/B"), ("A", "A"), ("A%2FB", "A/B"), ("A", "A")):
        assert (await client.get(f"/api/v1/series/{name}")).json()["name"] == wanted


async def test_errors_are_not_kept(library, client) -> None:
    assert (await client.get("/api/v1/books/2")).status_code == 404
    library.add(title="The second")
    assert (await client.get("/api/v1/books/2")).status_code == 200


def test_a_loop_is_told_when_it_would_have_to_wait(library) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with library._ctx.store.reading():
            held.set()
            done.wait(30)

    revision = library.revision()
    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(30)
    assert library.revision_at_hand() is None
    done.set()
    thread.join()
    assert library.revision_at_hand() == revision
    with open_library(library.path) as other:
        other.mark(DUNE, "want")
        assert library.revision_at_hand() is None
        assert library.revision() == library.revision_at_hand() == revision + 1
    library.close()
    assert library.revision_at_hand() is None
