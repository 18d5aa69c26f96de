"""Reading, imports, Amazon, jobs and logs, as the existing frontend calls them."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from concurrent.futures import wait
from pathlib import Path

import pytest

from booktrack import Library
from booktrack.web.logs import without_secrets
from support.frontend import Browser, browser, check_book
from support.libraries import DUNE, WAY_OF_KINGS, Batches, open_library, work

PASSWORD = "correct-horse-battery-staple"
ROWS = (
    b"Title,Author,ISBN,Series,Volume\r\n"
    b'"Dune, part one\nof two",Frank Herbert,9780441013593,Dune,1\r\n'
    b",,,,\r\n"
    b"Ubik,Philip K. Dick,,,\r\n"
)


@pytest.fixture
def library(tmp_path: Path):
    with open_library(tmp_path / "library.json") as opened:
        opened.add(WAY_OF_KINGS, title="The Way of Kings", page_count=1007)
        yield opened


@pytest.fixture
async def page(library: Library) -> AsyncIterator[Browser]:
    async with browser(library) as shown:
        yield shown


# --- reading ---------------------------------------------------------------------------------


async def test_progress_in_the_frontends_words_and_in_the_old_servers(library, page) -> None:
    body = {
        "isbn": WAY_OF_KINGS, "reading_status": "reading", "reading_progress_pages": 100,
        "date_started": "2026-01-02",
    }  # fmt: skip
    done = await page.send("PUT", "/reading/progress", body)
    assert (done["success"], done["book"]["reading_progress_pages"]) == (True, 100)
    edition = library.book_page(WAY_OF_KINGS)["editions"][0]["id"]
    old = {"edition_id": edition, "current_page": 200, "total_pages": 1007}
    assert (await page.send("PUT", "/reading/progress", old))["book"][
        "reading_progress_pages"
    ] == 200
    whole = {
        "isbn": WAY_OF_KINGS, "reading_status": "read", "date_finished": "2026-02-01",
        "personal_rating": 4, "personal_notes": "Long.",
    }  # fmt: skip
    book = (await page.send("PUT", "/reading/progress", whole))["book"]
    assert (book["reading_status"], book["personal_rating"]) == ("read", 4)
    assert (book["date_started"], book["date_finished"]) == ("2026-01-02", "2026-02-01")
    assert (await page.get("/reading/stats"))["books_read"] == 1
    again = await page.send("PUT", "/reading/progress", whole)
    assert again["book"]["times_read"] == 1
    await page.send("PUT", "/reading/progress", {"isbn": WAY_OF_KINGS, "reading_status": "unread"})
    assert (await page.get("/reading/stats"))["books_read"] == 0


@pytest.mark.parametrize(
    "body",
    [{}, {"isbn": WAY_OF_KINGS}, {"isbn": "12", "reading_status": "read"},
     {"isbn": DUNE, "reading_status": "read"}, {"isbn": WAY_OF_KINGS, "reading_status": "eaten"},
     {"isbn": WAY_OF_KINGS, "reading_progress_percentage": -1},
     {"isbn": WAY_OF_KINGS, "personal_rating": 9},
     {"isbn": WAY_OF_KINGS, "date_finished": "someday"},
     {"isbn": WAY_OF_KINGS, "reading_status": ["read"]}],
)  # fmt: skip
async def test_wrong_progress_is_refused_and_changes_nothing(library, page, body) -> None:
    await page.refused("PUT", "/reading/progress", body)
    assert library.readings()["total"] == 0


async def test_starting_finishing_and_wishing(page: Browser) -> None:
    for path, status in (
        ("add-to-wishlist", "wishlist"),
        ("start-reading", "reading"),
        ("finish-reading?rating=4", "read"),
    ):
        done = await page.send("POST", f"/reading/books/{WAY_OF_KINGS}/{path}")
        check_book(done["book"])
        assert done["book"]["reading_status"] == status
        (listed,) = await page.get(f"/reading/books/status/{status}")
        assert listed["isbn"] == WAY_OF_KINGS
    assert (await page.get("/reading/books/status/currently_reading")) == []
    await page.refused("GET", "/reading/books/status/eaten")
    await page.refused("POST", f"/reading/books/{WAY_OF_KINGS}/finish-reading?rating=many")


async def test_the_statistics_have_every_number_that_is_read(page: Browser) -> None:
    stats = await page.get("/reading/stats")
    for name in (
        "total_books", "books_read", "books_reading", "books_unread", "books_wishlist",
        "books_dnf", "reading_streak_days", "books_this_year", "books_this_month",
    ):  # fmt: skip
        assert isinstance(stats[name], int), name


# --- imports ---------------------------------------------------------------------------------


async def test_a_preview_changes_nothing_and_shows_both_sides(library, page) -> None:
    told = await page.upload(
        "/books/import/csv/preview?format_type=handylib&limit=5", ROWS, "a.txt"
    )
    assert (told["filename"], told["total_rows_in_file"]) == ("a.txt", "3")
    first, blank, _ = told["preview"]
    assert first["original"]["Author"] == "Frank Herbert"
    assert (first["parsed"]["isbn_13"], first["parsed"]["series_position"]) == (DUNE, 1)
    assert blank["parsed"] is None
    assert blank["original"]["Title"] == ""
    assert library.list_books()["total"] == 1


async def test_both_kinds_of_imports_tell_errors_in_their_own_form(page: Browser) -> None:
    bad = b"Book Id,Title,Author,ISBN13,Exclusive Shelf\n1,,,,read\n2,Ubik,Philip K. Dick,,read\n"
    one = await page.upload("/books/import/csv?format_type=handylib&user_id=1", bad)
    assert all({"row", "error", "title"} == set(error) for error in one["errors"])
    assert (one["imported"], len(one["errors"])) == (1, one["failed"])
    other = await page.upload("/books/import", bad, format="csv", field_mapping="{}")
    assert all(isinstance(error, str) for error in other["errors"])
    assert len(other["errors"]) == other["failed"]


@pytest.mark.parametrize(
    "mapping", ["{}", "", '{"title": "Nowhere"}', '{"title": 5}', '{"published_date": "Read on"}']
)
async def test_a_mapping_of_another_file_does_no_harm(page: Browser, mapping: str) -> None:
    done = await page.upload("/books/import", ROWS, format="hardcover", field_mapping=mapping)
    assert (done["imported"], done["failed"]) == (2, 0)


async def test_a_mapping_that_a_person_chose_counts(page: Browser) -> None:
    rows = b"Was,Wer,Nummer\nDune,Frank Herbert,9780441013593\n"
    mapping = '{"title": "Was", "author": "Wer", "isbn": "Nummer"}'
    done = await page.upload("/books/import", rows, format="csv", field_mapping=mapping)
    assert done["imported"] == 1
    titles = [book["title"] for books in (await page.shelf()).values() for book in books]
    assert sorted(titles) == ["Dune", "The Way of Kings"]


async def test_what_goodreads_calls_read_is_on_the_shelf_and_its_wishes_are_not(page) -> None:
    rows = (
        b"Book Id,Title,Author,ISBN,ISBN13,My Rating,Exclusive Shelf,Owned Copies\n"
        b'1,Dune,Frank Herbert,"=""0441013597""","=""9780441013593""",5,read,0\n'
        b'2,Ubik,Philip K. Dick,"=""""","=""""",0,to-read,0\n'
    )
    await page.upload("/books/import", rows, format="goodreads", field_mapping="{}")
    books = [book for books in (await page.shelf()).values() for book in books]
    assert {book["title"]: book["reading_status"] for book in books} == {
        "Dune": "read", "The Way of Kings": "unread",
    }  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 99, b"{}", b"PK\x03\x04" + b"x" * 50])
@pytest.mark.parametrize(
    "path", ["/books/import", "/books/import/csv", "/books/import/csv/preview"]
)
async def test_what_is_no_export_is_refused_with_a_text(page: Browser, path, content) -> None:
    await page.refused("POST", path, files={"file": ("x.csv", content)})


@pytest.mark.parametrize("more", [{"json": {}}, {"data": {"file": "text"}}, {"content": b"x"}, {}])
async def test_no_file_is_refused_with_a_text(page: Browser, more) -> None:
    await page.refused("POST", "/books/import", **more)


async def test_an_import_is_enriched_afterwards_as_a_job(tmp_path: Path) -> None:
    source = Batches(work("Dune", "Frank Herbert", isbn=DUNE, publisher="Ace"))
    with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
        async with browser(library) as page:
            await page.upload("/books/import/csv", ROWS)
            (job,) = [one for one in page.app.state.jobs.newest() if one.kind == "enrich"]
            job.future.result(timeout=20)
            assert source.asked
            told = await page.get(f"/books/isbn/{DUNE}")
            assert told["publisher"] == "Ace"


async def test_what_is_imported_during_an_enrichment_is_enriched_by_the_same_job(
    tmp_path: Path,
) -> None:
    begun, go = threading.Event(), threading.Event()
    limits = []

    class Watched(Library):
        def refresh(self, limit=100, **more):
            limits.append(limit)
            begun.set()
            assert go.wait(20)
            return super().refresh(limit, **more)

    with Watched(tmp_path / "l.json", offline=True) as library:
        async with browser(library) as page:
            await page.upload("/books/import", ROWS)
            assert begun.wait(20)
            await page.upload("/books/import", b"Title,Author\nHyperion,Dan Simmons\n")
            await page.upload("/books/import/csv", b"Title,Author\nIlium,Dan Simmons\n")
            (job,) = page.app.state.jobs.newest()
            go.set()
            job.future.result(timeout=20)
            assert limits == [2, 2]
            await page.upload("/books/import", b"Title,Author\nOlympos,Dan Simmons\n")
            (last, _) = page.app.state.jobs.newest()
            last.future.result(timeout=20)
            assert limits == [2, 2, 1]


async def test_a_cancelled_enrichment_keeps_no_later_one_from_beginning(page: Browser) -> None:
    await page.upload("/books/import", ROWS)
    (job,) = page.app.state.jobs.newest()
    job.cancel()
    wait([job.future], timeout=20)
    await page.upload("/books/import", b"Title,Author\nHyperion,Dan Simmons\n")
    (last, _) = page.app.state.jobs.newest()
    last.future.result(timeout=20)
    assert last.answer()["state"] == "done"


# --- Amazon ----------------------------------------------------------------------------------


async def test_nothing_is_connected_at_first(page: Browser) -> None:
    status = await page.get("/amazon/status")
    assert (status["audible_authenticated"], status["kindle_authenticated"]) == (False, False)
    assert await page.get("/amazon/sync-jobs?limit=5") == []


@pytest.mark.parametrize("service", ["audible", "kindle"])
@pytest.mark.parametrize("more", [{}, {"cvf_code": "1234", "auth_session_id": "x"}])
async def test_a_password_is_never_accepted_kept_or_logged(
    library, page, caplog, service: str, more
) -> None:
    caplog.set_level(logging.DEBUG)
    body = {"username": "me@example.org", "password": PASSWORD, "marketplace": "us", **more}
    answer = await page.ask("POST", f"/amazon/{service}/auth", json=body)
    told = answer.json()
    assert told["success"] is False
    assert not told["requires_2fa"]
    assert "password" in told["error"]
    assert "amazon" in told["error"].lower()
    assert PASSWORD not in answer.text
    assert PASSWORD not in caplog.text
    assert PASSWORD not in (await page.ask("GET", "/logs")).text
    for file in Path(library.path).parent.rglob("*"):
        assert not file.is_file() or PASSWORD.encode() not in file.read_bytes()
    assert (await page.get("/amazon/status"))[f"{service}_authenticated"] is False


async def test_what_is_not_connected_is_told_in_error(page: Browser) -> None:
    for service in ("audible", "kindle"):
        told = await page.send("POST", f"/amazon/{service}/sync")
        assert (told["success"], bool(told["error"])) == (False, True)
        assert (await page.ask("DELETE", f"/amazon/{service}/auth")).status_code == 200
    await page.refused("POST", "/amazon/netflix/sync")


async def test_the_server_reads_no_folder_that_a_page_names(page: Browser) -> None:
    told = await page.send("POST", "/amazon/kindle/scan", {"device_path": "/etc"})
    assert (told["success"], bool(told["error"])) == (False, True)


@pytest.mark.parametrize("kind", ["csv", "json"])
async def test_a_kindle_file_is_taken_in_and_listed(shared: Path, tmp_path: Path, kind) -> None:
    (first, *_) = sorted((shared / "exports" / "kindle_data_request").iterdir())
    with open_library(tmp_path / "l.json") as library:
        async with browser(library) as page:
            told = await page.upload(f"/amazon/kindle/import/{kind}", first.read_bytes())
            assert told["success"] is True
            assert told["items_found"] > 0
            (job,) = await page.get("/amazon/sync-jobs?limit=20")
            assert (job["service"], job["status"]) == ("kindle", "completed")
            assert (await page.get("/amazon/status"))["kindle_last_sync"]
            wrong = await page.upload(f"/amazon/kindle/import/{kind}", b"\x00" * 40)
            assert (wrong["success"], bool(wrong["error"])) == (False, True)


# --- jobs and logs ---------------------------------------------------------------------------


async def test_jobs_are_a_bare_list_with_every_field(page: Browser) -> None:
    jobs = await page.get("/jobs")
    assert {one["name"] for one in jobs} >= {"refresh", "covers", "backup"}
    for one in jobs:
        assert one["status"] in {"idle", "running", "completed", "failed", "rate_limited"}
        assert isinstance(one["enabled"], bool)
        assert one["interval_hours"] > 0


async def test_a_job_is_changed_and_begun(page: Browser) -> None:
    told = await page.send("PUT", "/jobs/refresh", {"enabled": True, "interval_hours": 12})
    assert (told["job"]["enabled"], told["job"]["interval_hours"]) == (True, 12)
    await page.send("POST", "/jobs/backup/trigger")
    page.app.state.upkeep.last("backup").future.result(timeout=20)
    (backup,) = [one for one in await page.get("/jobs") if one["name"] == "backup"]
    assert (backup["status"], backup["last_error"]) == ("completed", None)
    assert backup["last_run"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("PUT", "/jobs/nothing", {"enabled": True}), ("POST", "/jobs/nothing/trigger", None),
     ("PUT", "/jobs/refresh", {"interval_hours": -1}), ("PUT", "/jobs/refresh", {"enabled": "x"}),
     ("PUT", "/jobs/refresh", {})],
)  # fmt: skip
async def test_a_wrong_word_on_a_job_is_refused(page: Browser, method, path, body) -> None:
    await page.refused(method, path, body)


async def test_the_log_is_shown_and_cleared(page: Browser) -> None:
    await page.send("DELETE", "/logs")
    logging.getLogger("booktrack.test").warning("a line\nand %s", "token=abcdef123456")
    (line,) = (await page.get("/logs"))["logs"]
    assert set(line) == {"id", "timestamp", "level", "source", "message"}
    assert (line["level"], line["source"]) == ("warning", "booktrack.test")
    assert "\n" not in line["message"]
    assert "abcdef" not in line["message"]
    await page.send("DELETE", "/logs")
    assert (await page.get("/logs"))["logs"] == []


@pytest.mark.parametrize(
    "text",
    ["Authorization: Bearer PLANTED.value", "https://x.example/?api_key=PLANTED&q=1",
     '{"password": "PLANTED"}', "hardcover_token=PLANTED", "key=PLANTED",
     "http://user:PLANTED@example.org/", "Cookie: session=PLANTED", "'x-api-key': 'PLANTED'"],
)  # fmt: skip
def test_secrets_are_taken_out_of_lines(text: str) -> None:
    assert "PLANTED" not in without_secrets(text)


def test_an_ordinary_line_stays_as_it_is() -> None:
    text = "asked openlibrary for 9780441013593: The Keys to the Kingdom"
    assert without_secrets(text) == text


# --- the whole ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/nothing", "/books/1/2/3", "/settings/nothing", "/amazon/x/y"])
async def test_an_unknown_address_is_told_with_a_text(page: Browser, path: str) -> None:
    assert (await page.refused("GET", path)).status_code == 404


async def test_both_slashes_are_served_without_a_redirect(page: Browser) -> None:
    for path in ("/books", "/settings", "/series", "/jobs", "/logs", "/amazon/status",
                 "/settings/cache/stats", "/reading/stats"):  # fmt: skip
        for one in (path, f"{path}/"):
            assert (await page.ask("GET", one)).status_code == 200, one


@pytest.mark.parametrize("mapping", ["{", "[]", '"x"', "5"])
async def test_a_mapping_that_is_no_object_is_refused(page: Browser, mapping: str) -> None:
    await page.refused(
        "POST", "/books/import", files={"file": ("x.csv", ROWS)}, data={"field_mapping": mapping}
    )


async def test_columns_that_are_not_in_an_unknown_table_are_told(page: Browser) -> None:
    rows = b"Was,Wer\nDune,Frank Herbert\n"
    answer = await page.refused(
        "POST", "/books/import", files={"file": ("x.csv", rows)},
        data={"field_mapping": '{"title": "Titel"}'},
    )  # fmt: skip
    assert answer.status_code == 422


async def test_an_import_without_the_wish_for_it_is_not_enriched(page: Browser) -> None:
    await page.upload("/books/import", ROWS, field_mapping="{}", enrich_metadata="false")
    assert page.app.state.jobs.newest() == []


async def test_a_server_that_ends_takes_an_import_in_and_begins_no_job(page: Browser) -> None:
    page.app.state.jobs.closing = True
    done = await page.upload("/books/import/csv", ROWS)
    assert done["imported"] == 2
    assert page.app.state.jobs.newest() == []


async def test_an_error_in_the_log_says_what_it_was(page: Browser) -> None:
    await page.send("DELETE", "/logs")
    try:
        raise OSError("disk\nfull")
    except OSError:
        logging.getLogger("booktrack.test").exception("it failed")
    (line,) = (await page.get("/logs?level=error"))["logs"]
    assert line["message"] == "it failed: OSError: disk\\nfull"
