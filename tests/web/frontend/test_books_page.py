"""The shelf and the pages of books: what blanks a page never comes, whatever the library holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from booktrack import Library
from support.frontend import Browser, browser, check_book
from support.libraries import DUNE, WAY_OF_KINGS, Told, open_library, work

FANTASTIC = "9780140328721"


@pytest.fixture
def library(tmp_path: Path):
    with open_library(tmp_path / "library.json") as opened:
        yield opened


@pytest.fixture
async def page(library: Library) -> AsyncIterator[Browser]:
    async with browser(library) as shown:
        yield shown


async def test_an_empty_library_is_an_empty_shelf(page: Browser) -> None:
    assert (await page.get("/books/"))["series"] == {}


@pytest.mark.parametrize("path", ["/books/", "/books", "/books/test", "/books/test/"])
async def test_the_shelf_is_served_with_and_without_a_slash(page: Browser, path: str) -> None:
    answer = await page.ask("GET", path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"


async def test_books_of_no_series_stand_under_standalone_exactly(library, page) -> None:
    library.add(DUNE, title="Dune", authors=["Frank Herbert"])
    assert list(await page.shelf()) == ["Standalone"]


async def test_a_series_that_is_called_standalone_is_not_taken_for_that_group(
    library, page
) -> None:
    library.add(title="One", series="Standalone", position=1)
    library.add(title="Another", authors=["A"])
    shelf = await page.shelf()
    assert sorted(shelf) == ["Standalone", "Standalone (series)"]
    assert (await page.series("Standalone (series)"))["stats"]["owned_volumes"] == 1


async def test_only_owned_books_are_on_the_shelf(library, page) -> None:
    library.add(DUNE, title="Dune", status="want")
    library.add(title="Owned")
    assert [book["title"] for book in (await page.shelf())["Standalone"]] == ["Owned"]


async def test_a_book_of_which_only_the_title_is_known_blanks_no_page(library, page) -> None:
    library.add(title="Bare")
    ((book,),) = (await page.shelf()).values()
    assert (book["authors"], book["categories"], book["pricing"]) == ([], [], [])
    assert book["page_count"] is None
    told = await page.get(f"/books/isbn/{book['isbn']}")
    assert told["editions"][0]["id"]


async def test_a_price_without_a_currency_is_left_out_since_it_would_blank_the_page(
    library, page
) -> None:
    library.add(DUNE, title="Dune", price=9.99)
    library.add(WAY_OF_KINGS, title="The Way of Kings", price=29.99, currency="USD")
    books = {book["title"]: book for book in (await page.shelf())["Standalone"]}
    assert books["Dune"]["pricing"] == []
    assert books["The Way of Kings"]["pricing"][0]["currency"] == "USD"


async def test_two_books_with_one_isbn_have_keys_of_their_own(tmp_path) -> None:
    told = Told(work("Dune", "Frank Herbert", isbn=DUNE))
    with open_library(tmp_path / "l.json", sources=[told], offline=False) as library:
        rows = (
            b"Book Id,Title,Author,ISBN13,Exclusive Shelf,My Rating,Owned Copies\n"
            b"1,Dune,Frank Herbert,9780441013593,read,5,1\n"
            b"2,Cooking Quietly,Ada Cook,9780441013593,read,4,1\n"
        )
        library.import_file(rows)
        async with browser(library) as page:
            books = (await page.shelf())["Standalone"]
            assert len({book["isbn"] for book in books}) == len(books) == 2
            for book in books:
                assert (await page.get(f"/books/isbn/{book['isbn']}"))["title"] == book["title"]


async def test_reading_is_told_in_the_frontends_words(library, page) -> None:
    titles = ["unread", "reading", "paused", "read", "dnf", "wish"]
    ids = {title: library.add(title=title)["id"] for title in titles}
    library.update_progress(ids["reading"], percent=40)
    library.start_reading(ids["paused"])
    library.pause_reading(ids["paused"])
    library.finish_reading(ids["read"], rating=0.5, date="2024-03-01")
    library.start_reading(ids["dnf"])
    library.abandon_reading(ids["dnf"])
    library.add_to_wishlist(ids["wish"])
    books = {book["title"]: book for book in (await page.shelf())["Standalone"]}
    words = {title: book["reading_status"] for title, book in books.items()}
    assert words == {
        "unread": "unread", "reading": "reading", "paused": "reading", "read": "read",
        "dnf": "dnf", "wish": "wishlist",
    }  # fmt: skip
    assert books["reading"]["reading_progress_percentage"] == 40
    assert books["paused"]["reading_progress_percentage"] is None
    assert books["read"]["personal_rating"] == 1
    assert books["read"]["last_updated"] == "2024-03-01T12:00:00+00:00"
    assert books["read"]["times_read"] == 1


@pytest.mark.parametrize("date", ["2024", "2024-03", "2024-03-01"])
async def test_a_date_of_any_precision_is_the_same_day_and_year_around_the_world(
    library, page, date: str
) -> None:
    book = library.add(title="Read once")["id"]
    library.finish_reading(book, date=date)
    ((told,),) = (await page.shelf()).values()
    assert told["date_finished"] == date
    finished = datetime.fromisoformat(told["last_updated"])
    for hours in (-11, 11):
        there = finished.astimezone(timezone(timedelta(hours=hours)))
        assert there.date().isoformat().startswith(date)


async def test_the_shelf_is_made_anew_only_when_something_changed(library, page) -> None:
    library.add(DUNE, title="Dune")
    first = await page.ask("GET", "/books/")
    etag = {"If-None-Match": first.headers["etag"]}
    assert (await page.ask("GET", "/books/", headers=etag)).status_code == 304
    library.add(title="More")
    again = await page.ask("GET", "/books/", headers=etag)
    assert (again.status_code, again.json()["total_books"]) == (200, 2)


async def test_another_users_books_do_not_show(tmp_path) -> None:
    with open_library(tmp_path / "l.json") as mine:
        mine.add(DUNE, title="Dune", notes="mine alone")
        mine.finish_reading(DUNE, rating=5, review="a secret")
    with open_library(tmp_path / "l.json", user_id=2) as library:
        async with browser(library) as page:
            assert await page.shelf() == {}
            told = await page.get(f"/books/isbn/{DUNE}")
            assert "secret" not in str(told)
            assert "mine alone" not in str(told)
            assert told["editions"][0]["status"] == "missing"


# --- one book --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/books/isbn/0441013597",
        "/books/isbn/9780441013593",
        "/books/isbn/978-0-441-01359-3",
        "/books/1",
        "/books/9780441013593",
        "/books/details/1",
        "/books/details?isbn=9780441013593",
        "/library/9780441013593",
    ],
)
async def test_a_book_is_found_by_either_isbn_and_by_its_id(library, page, path) -> None:
    library.add(DUNE, title="Dune", authors=["Frank Herbert"])
    told = await page.get(path)
    check_book(told)
    assert told["title"] == "Dune"
    assert told["editions"][0]["isbn_13"] == DUNE


@pytest.mark.parametrize("path", ["/books/isbn/9780441013593", "/books/77", "/books/details/77"])
async def test_an_unknown_book_is_404_with_a_text(page: Browser, path: str) -> None:
    assert (await page.refused("GET", path)).status_code == 404


async def test_the_selected_edition_is_the_owned_one(library, page) -> None:
    book = library.add(DUNE, title="Dune", authors=["Frank Herbert"], status="want")
    library.add(
        "9780593099322", title="Dune", authors=["Frank Herbert"], format="hardcover", status="own"
    )
    editions = (await page.get(f"/books/{book['id']}"))["editions"]
    assert [one["status"] for one in editions] == ["own", "want"]


async def test_who_said_what_of_a_book_is_listed_by_source(library, page) -> None:
    library.add(DUNE, title="Dune", publisher="Ace")
    told = await page.get(f"/books/{DUNE}/metadata-sources")
    assert (told["isbn"], told["total_sources"]) == (DUNE, 1)
    assert told["sources"]["user"]["publisher"] == "Ace"


async def test_enriching_asks_the_sources(tmp_path) -> None:
    told = Told(work("Dune", "Frank Herbert", isbn=DUNE, publisher="Ace", page_count=604))
    with open_library(tmp_path / "l.json", sources=[told], offline=False) as library:
        library.add(DUNE, title="Dune", remote="never")
        async with browser(library) as page:
            answer = await page.get(f"/books/enrich/{DUNE}")
            assert answer["sources"]["told"]["code"] == "ok"
            assert answer["book"]["page_count"] == 604


# --- taking in and out -----------------------------------------------------------------------


async def test_an_isbn_alone_is_asked_for_and_added(tmp_path) -> None:
    told = Told(work("Dune", "Frank Herbert", isbn=DUNE))
    with open_library(tmp_path / "l.json", sources=[told], offline=False) as library:
        async with browser(library) as page:
            body = {"isbn": DUNE, "source": "open_library"}
            done = await page.send("POST", "/library/add", body)
            assert (done["success"], done["already_exists"]) == (True, False)
            assert done["book"]["title"] == "Dune"
            assert (await page.send("POST", "/library/add", body))["already_exists"] is True
            assert sum(map(len, (await page.shelf()).values())) == 1


async def test_what_nobody_knows_is_an_error_not_a_success_that_says_false(page: Browser) -> None:
    answer = await page.refused("POST", "/library/add", {"isbn": FANTASTIC})
    assert answer.status_code == 404


@pytest.mark.parametrize("body", [{}, {"isbn": None}, {"isbn": ""}, {"isbn": "12"}, {"isbn": 5}])
async def test_no_isbn_is_refused(page: Browser, body) -> None:
    assert (await page.refused("POST", "/library/add", body)).status_code == 422


@pytest.mark.parametrize("content", [b"[1]", b"{", b'"x"', b"\xff"])
async def test_a_body_that_is_no_object_is_refused_with_a_text(page: Browser, content) -> None:
    answer = await page.refused("POST", "/library/add", content=content)
    assert answer.status_code in (400, 422)


async def test_a_whole_book_of_the_offline_queue_is_added_without_any_source(page) -> None:
    book = {
        "isbn": FANTASTIC, "isbn10": "0140328726", "isbn13": FANTASTIC, "title": "Fantastic Mr Fox",
        "authors": ["Roald Dahl"], "series": "Standalone", "series_position": None,
        "publisher": "Puffin", "published_date": "Unknown", "page_count": 0, "language": "en",
        "thumbnail_url": "/api/covers/x", "cover_url": "", "description": "", "categories": ["x"],
        "pricing": [], "metadata_source": "google_books", "added_date": "2024-01-01T00:00:00Z",
        "last_updated": "2024-01-01T00:00:00Z", "reading_status": "unread", "times_read": 0,
        "something_new": {"a": [1]},
    }  # fmt: skip
    done = await page.send("POST", "/library/add", book)
    assert done["already_exists"] is False
    ((told,),) = (await page.shelf()).values()
    assert (told["title"], told["publisher"], told["series"]) == (
        "Fantastic Mr Fox",
        "Puffin",
        None,
    )


async def test_taking_out_leaves_what_is_known(library, page) -> None:
    library.add(DUNE, title="Dune")
    await page.send("DELETE", f"/library/{DUNE}")
    assert await page.shelf() == {}
    assert (await page.get(f"/books/isbn/{DUNE}"))["editions"][0]["status"] == "missing"
    await page.refused("DELETE", f"/library/{WAY_OF_KINGS}")


async def test_removing_a_book_removes_it(library, page) -> None:
    library.add(DUNE, title="Dune")
    await page.send("DELETE", f"/books/{DUNE}")
    await page.refused("GET", f"/books/{DUNE}")


async def test_selecting_an_edition_owns_it_where_it_says_so(library, page) -> None:
    library.add(DUNE, title="Dune", status="want")
    body = {"book_id": 1, "isbn": DUNE, "mark_as_owned": False}
    await page.send("POST", "/books/select-edition", body)
    assert await page.shelf() == {}
    await page.send("POST", "/books/select-edition", {**body, "mark_as_owned": True})
    assert list(await page.shelf()) == ["Standalone"]


# --- correcting ------------------------------------------------------------------------------


async def test_the_form_of_the_later_version_corrects_book_edition_and_place(library, page) -> None:
    library.add(DUNE, title="Dnue", authors=["F. Herbert"])
    form = {
        "title": "Dune", "authors": ["Frank Herbert"], "series_name": "Dune", "series_position": 1,
        "isbn_13": DUNE, "publisher": "Ace", "published_date": "2005-08-02", "page_count": 604,
        "description": "Sand.", "cover_url": "",
    }  # fmt: skip
    assert (await page.send("PUT", "/books/1/metadata", form))["success"] is True
    ((book,),) = (await page.shelf()).values()
    assert (book["title"], book["series"], book["series_position"]) == ("Dune", "Dune", 1)
    assert (book["publisher"], book["page_count"], book["description"]) == ("Ace", 604, "Sand.")
    await page.send(
        "PUT", "/books/1/metadata", {**form, "series_name": "", "series_position": None}
    )
    assert list(await page.shelf()) == ["Standalone"]


async def test_a_result_of_the_search_is_applied(library, page) -> None:
    library.add(DUNE, title="Dune")
    found = {"title": "Dune", "authors": ["Frank Herbert"], "isbn_13": DUNE, "isbn_10": None,
             "publisher": "Ace", "release_date": "2005", "page_count": None, "description": None,
             "cover_url": None, "source": "open_library", "series_name": None,
             "series_position": None}  # fmt: skip
    done = await page.send("POST", "/books/1/apply-metadata", found)
    assert done["book"]["published_date"] == "2005"


async def test_a_source_that_names_no_series_takes_a_book_out_of_none(library, page) -> None:
    library.add(DUNE, title="Dune", series="Dune", position=1)
    for said in (None, ""):
        found = {"title": "Dune", "publisher": "Ace", "series_name": said, "series_position": None}
        done = await page.send("POST", "/books/1/apply-metadata", found)
        assert (done["book"]["series"], done["book"]["publisher"]) == ("Dune", "Ace")
        assert done["book"]["series_position"] == 1


@pytest.mark.parametrize("asin", ["", "B00B7NPRY8"])
async def test_a_book_without_an_isbn_is_corrected_though_the_form_sends_its_key_as_one(
    library, page, asin: str
) -> None:
    library.import_file(f"Title,Author,ASIN\nDnue,Frank Herbert,{asin}\n".encode(), owned=True)
    shown = await page.get("/books/1")
    form = {
        "title": "Dune", "authors": shown["authors"], "series_name": shown["series"],
        "series_position": None, "isbn_13": shown["isbn"], "publisher": "Ace",
        "published_date": None, "description": None, "cover_url": None,
    }  # fmt: skip
    done = await page.send("PUT", "/books/1/metadata", form)
    assert (done["book"]["title"], done["book"]["publisher"]) == ("Dune", "Ace")
    assert done["book"]["isbn"] == shown["isbn"]
    assert done["book"]["isbn_13"] is None


@pytest.mark.parametrize(
    "form", [{}, {"title": ""}, {"page_count": -4}, {"published_date": "soon"}, {"isbn_13": "12"}]
)
async def test_a_form_that_says_nothing_or_nonsense_changes_nothing(library, page, form) -> None:
    library.add(DUNE, title="Dune")
    before = await page.get("/books/1")
    await page.refused("PUT", "/books/1/metadata", form)
    assert await page.get("/books/1") == before


@pytest.mark.parametrize("sha", ["0" * 64, "..%2f..%2fetc%2fpasswd", "x"])
async def test_no_picture_comes_from_a_path(page: Browser, sha: str) -> None:
    await page.refused("GET", f"/covers/{sha}")


async def test_no_price_of_another_currency_is_printed_with_a_dollar_sign(library, page) -> None:
    library.add(DUNE, title="Dune", price=9.99, currency="EUR")
    library.add(WAY_OF_KINGS, title="The Way of Kings", price=29.99, currency="USD")
    (edition,) = (await page.get(f"/books/isbn/{DUNE}"))["editions"]
    assert (edition["price"], edition["pricing"][0]["currency"]) == (None, "EUR")
    (edition,) = (await page.get(f"/books/isbn/{WAY_OF_KINGS}"))["editions"]
    assert edition["price"] == 29.99
