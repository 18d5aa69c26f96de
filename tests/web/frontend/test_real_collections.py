"""Whole collections of real people on every page of the existing frontend."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from booktrack import Library
from support.frontend import (
    Browser,
    browser,
    check_book,
    encoded,
    with_query_in_raw_path,
    without_raw_path,
)
from support.libraries import open_library

COLLECTIONS = [
    "handylib/01.csv", "goodreads/01.csv", "goodreads/13.csv",
]  # fmt: skip


@pytest.fixture(scope="module", params=COLLECTIONS)
def collection(
    request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    """A collection, taken in once; these tests only look."""
    with open_library(tmp_path_factory.mktemp("real") / "library.json") as library:
        library.import_file(shared / "exports" / request.param, owned=True)
        yield library


@pytest.fixture
async def page(collection: Library) -> AsyncIterator[Browser]:
    async with browser(collection) as shown:
        yield shown


async def test_the_shelf_fits_every_page(page: Browser) -> None:
    shelf = await page.shelf()
    assert sum(map(len, shelf.values())) == (await page.get("/books"))["total_books"] > 0


async def test_every_series_of_the_shelf_has_a_page_and_its_card_stays_within_100_percent(
    page: Browser,
) -> None:
    shelf = await page.shelf()
    listed = {one["name"]: one for one in (await page.get("/series/"))["series"]}
    names = [name for name in shelf if name != "Standalone"]
    for name in names:
        told = await page.series(name)
        total = told["series"]["total_books"]
        assert total is None or len(shelf[name]) <= total
        assert listed[name]["id"] == told["series"]["id"]
        assert listed[name]["owned_books"] <= listed[name]["total_books"]
        assert 0 <= listed[name]["completion_percentage"] <= 100
    assert len({one["id"] for one in listed.values()}) == len(listed)


async def test_every_book_opens_by_the_key_that_its_card_has(page: Browser) -> None:
    shelf = await page.shelf()
    books = [book for books in shelf.values() for book in books]
    for book in books[:: max(1, len(books) // 40)]:
        told = await page.get(f"/books/isbn/{book['isbn']}")
        check_book(told)
        assert told["title"] == book["title"]
        assert [one["id"] for one in told["editions"]]
        assert told["editions"][0]["status"] == "own"


async def test_the_statistics_count_what_the_shelf_shows(page: Browser) -> None:
    shelf = await page.shelf()
    words = [book["reading_status"] for books in shelf.values() for book in books]
    stats = await page.get("/reading/stats")
    assert stats["books_read"] >= words.count("read")
    for status in ("unread", "reading", "read", "wishlist", "dnf"):
        for book in await page.get(f"/reading/books/status/{status}"):
            check_book(book)


@pytest.mark.parametrize("server", [lambda app: app, without_raw_path, with_query_in_raw_path])
async def test_series_with_a_slash_in_their_names_are_found_on_every_server(
    shared: Path, tmp_path: Path, server
) -> None:
    with open_library(tmp_path / "library.json") as library:
        library.import_file(shared / "exports" / "handylib/01.csv")
        async with browser(library, server) as page:
            names = [name for name in await page.shelf() if "/" in name]
            for name in names:
                assert (await page.series(name))["series"]["name"] == name


async def test_all_series_cards_may_ask_at_once(shared: Path, tmp_path: Path) -> None:
    with open_library(tmp_path / "library.json") as library:
        library.import_file(shared / "exports" / "handylib/01.csv")
        async with browser(library) as page:
            names = [name for name in await page.shelf() if name != "Standalone"]
            assert len(names) > 50
            began = time.monotonic()
            answers = await asyncio.gather(
                *(page.ask("GET", f"/series/{encoded(name)}") for name in names)
            )
            assert {answer.status_code for answer in answers} == {200}
            assert time.monotonic() - began < 5


async def test_a_whole_collection_is_taken_in_by_the_form_and_twice_changes_nothing(
    shared: Path, tmp_path: Path
) -> None:
    content = (shared / "exports" / "handylib/01.csv").read_bytes()
    with open_library(tmp_path / "library.json") as library:
        async with browser(library) as page:
            peek = await page.upload(
                "/books/import/csv/preview?format_type=handylib&limit=5", content, "HandyLib.csv"
            )
            assert len(peek["preview"]) == 5
            for row in peek["preview"]:
                assert set(row["original"]) == {"Title", "Author", "Series", "ISBN", "Format"}
                assert row["parsed"]["title"]
                assert isinstance(row["parsed"]["authors"], list)
            began = time.monotonic()
            done = await page.upload(
                "/books/import/csv?format_type=handylib&user_id=1", content, "HandyLib.csv"
            )
            assert time.monotonic() - began < 10
            assert done["success"] is True
            assert done["imported"] == done["total_rows"] > 300
            assert done["errors"] == []
            assert isinstance(done["books"], list)
            again = await page.upload(
                "/books/import",
                content,
                format="goodreads",
                field_mapping='{"published_date": "Finished Reading Date", "page_count": "x"}',
                skip_duplicates="true",
                enrich_metadata="true",
            )
            assert (again["imported"], again["failed"]) == (0, 0)
            assert again["skipped"] >= done["imported"]
            assert all(isinstance(one, str) for one in again["errors"])
