"""Searching from the page: a list always, so that no failure starts a storm of questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from booktrack import Library
from booktrack.errors import StoreBusy
from support.frontend import browser, check_book
from support.libraries import DUNE, WAY_OF_KINGS, Down, Told, open_library, work


def check_results(results) -> None:
    """Look at results as the page reads them."""
    for one in results:
        assert isinstance(one["book"]["authors"], list)
        assert isinstance(one["book"]["isbn"], str)
        assert isinstance(one["source"], str)
        assert one["source"]
        assert 0 <= one["score"] <= 1


QUERIES = ["way of kings", DUNE, "0441013597", "978-0-441-01359-3", "9780441013590", "xyzzy", "",
           " ", "a" * 5_000, "\x00", "%", "日本", "123", "'\"<script>", "😀"]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("offline", [True, False])
async def test_every_question_is_answered_with_a_list(tmp_path, query: str, offline: bool) -> None:
    with open_library(tmp_path / "l.json", sources=[Down()], offline=offline) as library:
        library.add(WAY_OF_KINGS, title="The Way of Kings", remote="never")
        async with browser(library) as page:
            told = await page.ask("GET", "/search/books", params={"query": query})
            assert told.status_code == 200
            check_results(told.json()["results"])


async def test_no_question_at_all_is_answered_with_a_list(tmp_path: Path) -> None:
    with open_library(tmp_path / "l.json") as library:
        async with browser(library) as page:
            assert (await page.get("/search/books"))["results"] == []
            assert (await page.get("/search/books?query=x&max_results=many"))["results"] == []


async def test_a_library_that_cannot_answer_is_an_empty_list_with_the_reason(tmp_path) -> None:
    class Busy(Library):
        def search(self, *args, **kwargs):
            raise StoreBusy("another process holds the lock")

    with Busy(tmp_path / "l.json", offline=True) as library:
        async with browser(library) as page:
            told = await page.get("/search/books?query=dune")
            assert (told["results"], told["error"]) == ([], "another process holds the lock")


async def test_what_was_found_can_be_added_as_it_was_shown(tmp_path: Path) -> None:
    told = Told(work("Dune", "Frank Herbert", isbn=DUNE), work("Dune Messiah", "Frank Herbert"))
    with open_library(tmp_path / "l.json", sources=[told], offline=False) as library:
        async with browser(library) as page:
            results = (await page.get("/search/books?query=Dune&max_results=20"))["results"]
            check_results(results)
            for one in results:
                body = {"isbn": one["book"]["isbn"], "source": one["source"]}
                await page.send("POST", "/library/add", body)
            ((first, *_),) = (await page.shelf()).values()
            check_book(first)


OTHER_DUNE = "9780593099322"


async def test_a_scanned_edition_is_the_one_that_is_added(tmp_path: Path) -> None:
    with open_library(tmp_path / "l.json") as library:
        book = library.add(DUNE, title="Dune", authors=["Frank Herbert"])["id"]
        other = library.add(OTHER_DUNE, title="Dune (2019)", status="missing")["id"]
        library.merge_books(book, other)
        async with browser(library) as page:
            (one,) = (await page.get(f"/search/books?query={OTHER_DUNE}"))["results"]
            assert one["book"]["isbn"] == OTHER_DUNE
            done = await page.send("POST", "/library/add", {"isbn": one["book"]["isbn"]})
            assert done["already_exists"] is False
            said = {one["isbn_13"]: one["status"] for one in library.get_book(book)["editions"]}
            assert said == {DUNE: "own", OTHER_DUNE: "own"}


@pytest.mark.parametrize("status", ["own", "want"])
async def test_a_book_that_is_there_is_added_by_the_edition_that_is_meant(
    tmp_path: Path, status: str
) -> None:
    with open_library(tmp_path / "l.json") as library:
        book = library.add(DUNE, title="Dune", status="missing")["id"]
        other = library.add(OTHER_DUNE, title="Dune (2019)", status=status)["id"]
        library.merge_books(book, other)
        async with browser(library) as page:
            (one,) = (await page.get("/search/books?query=dune"))["results"]
            done = await page.send("POST", "/library/add", {"isbn": one["book"]["isbn"]})
            assert done["already_exists"] is (status == "own")
            said = {one["isbn_13"]: one["status"] for one in library.get_book(book)["editions"]}
            assert said == {DUNE: "missing", OTHER_DUNE: "own"}


async def test_a_candidate_without_a_number_has_no_add_button(tmp_path: Path) -> None:
    told = Told(work("Quite Another Thing", "Somebody"))
    with open_library(tmp_path / "l.json", sources=[told], offline=False) as library:
        async with browser(library) as page:
            assert (await page.get("/search/books?query=dune"))["results"] == []


async def test_the_later_versions_editor_gets_flat_results(tmp_path: Path) -> None:
    told = Told(work("Dune", "Frank Herbert", isbn=DUNE, series="Dune", position="1"))
    with open_library(tmp_path / "l.json", sources=[told], offline=False) as library:
        async with browser(library) as page:
            for query, how in (("Dune", "title"), ("Frank Herbert", "author"), (DUNE, "isbn")):
                path = f"/series/search-metadata?query={query}&search_type={how}&max_results=10"
                found = await page.get(path)
                assert found["success"] is True
                assert found["results"][0]["isbn_13"] == DUNE
                assert found["results"][0]["series_name"] == "Dune"
            assert (await page.get("/series/search-metadata?query=12&search_type=isbn"))[
                "results"
            ] == []


async def test_the_plain_list_of_the_later_version(tmp_path: Path) -> None:
    with open_library(tmp_path / "l.json") as library:
        library.add(DUNE, title="Dune")
        async with browser(library) as page:
            assert [one["title"] for one in await page.get("/books/search?q=dune")] == ["Dune"]


async def test_what_only_the_words_found_is_added_as_it_was_shown(tmp_path: Path) -> None:
    class ByWords(Told):
        capabilities = frozenset({"search"})

    told = ByWords(work("Dune and all that came after it", "Frank Herbert", isbn=DUNE))
    with open_library(tmp_path / "l.json", sources=[told], offline=False) as library:
        async with browser(library) as page:
            (one,) = (await page.get("/search/books?query=sand dune"))["results"]
            assert library.list_books()["total"] == 0
            await page.send("POST", "/library/add", {"isbn": one["book"]["isbn"], "source": "told"})
            ((book,),) = (await page.shelf()).values()
            assert book["isbn"] == DUNE


@pytest.mark.parametrize("patience", [0.5, 600])
@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("GET", "/search/books?query=sand", 10),
        ("GET", "/books/search?q=sand", 10),
        ("GET", "/series/search-metadata?query=sand&search_type=title", 10),
        ("POST", "/library/add", 20),
        ("POST", "/series/Saga/refresh", 20),
        ("GET", f"/books/enrich/{DUNE}", 20),
    ],
)
async def test_a_page_that_gives_up_is_answered_before_whatever_the_users_patience(
    tmp_path: Path, method: str, path: str, most: float, patience: float
) -> None:
    class Watched(Told):
        """Tells how long it would have been waited for."""

        capabilities = frozenset({"by_isbn", "search", "series"})

        def series(self, name: str):
            return []
            yield

    waited: list[float] = []
    library = open_library(tmp_path / "l.json", sources=[Watched()], offline=False)
    run = library._ctx.asker._run

    def running(work):
        manner = library._ctx.asker._manner()
        waited.append(manner.patience)
        return run(work)

    library._ctx.asker._run = running
    with library:
        library.add(WAY_OF_KINGS, title="The Way of Kings", series="Saga", remote="never")
        library.update_settings(patience=patience)
        async with browser(library) as page:
            await page.ask(method, path, **({"json": {"isbn": DUNE}} if method == "POST" else {}))
    assert waited
    assert set(waited) == {min(patience, most)}
