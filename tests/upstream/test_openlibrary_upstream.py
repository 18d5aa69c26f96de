"""Open Library on a real server that can fail in every way, asked by the whole product.

Whatever it does, the answer is right or says what could not be asked, the limit is kept (the
fixture `shelf` counts), other sources answer as ever, and nothing false is stored.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import format_datetime

import pytest

from booktrack import NotFound
from booktrack.sources.openlibrary import OpenLibrary
from support import upstream as faults
from support.dialects.openlibrary import DUNE, MARTIAN, PAGE
from support.faults import FAULTS, HTML
from support.libraries import Told, snapshot, work
from support.virtual_time import BEGIN

spoiled = pytest.mark.parametrize(("fault", "code"), FAULTS.values(), ids=FAULTS.keys())


def code_of(error):
    return error.value.details["sources"]["openlibrary"]["code"]


EDITION = {
    "isbn_13": DUNE.isbn,
    "publisher": "Ace",
    "release_date": "2005-08-02",
    "page_count": 528,
    "format": "paperback",
    "language": "en",
}


def whole(book, authors=("Frank Herbert",)):
    """Return whether the answer says of the book what the service knows, and nothing else."""
    (edition,) = book["editions"]
    same = {name: edition[name] for name in EDITION} == EDITION
    return same and (book["title"], book["authors"]) == ("Dune", list(authors))


# --- the service as it should be ---------------------------------------------------------------


def test_a_lookup_is_right_and_the_second_one_asks_nobody(library, shelf):
    book = library.lookup(DUNE.isbn)
    assert whole(book)
    assert book["asked"] == {"openlibrary": {"code": "ok"}}
    asked = len(shelf.requests)
    assert asked == 5
    assert library.lookup(DUNE.isbn)["asked"] == {}
    assert len(shelf.requests) == asked
    agent = shelf.requests[0].headers["user-agent"]
    assert agent.startswith("booktrack/")
    assert agent.endswith("(me@example.org)")


def test_a_search_is_right_and_the_second_one_asks_nobody(library, shelf):
    found = library.search("dune")
    assert found["sources"] == {"openlibrary": {"code": "ok"}}
    assert [book["title"] for book in found["results"]] == ["Dune"]
    library.search("dune")
    assert shelf.paths == ["/search.json"]


def test_a_book_that_is_unknown_there_is_asked_for_once(library, shelf):
    for _ in range(2):
        with pytest.raises(NotFound) as caught:
            library.lookup("9780765326355")
        assert code_of(caught) == "ok"
    assert shelf.paths == ["/isbn/9780765326355.json"]


def test_a_caller_without_a_contact_keeps_to_the_lower_limit(opened, shelf, monkeypatch):
    monkeypatch.delenv("BOOKTRACK_CONTACT")
    library = opened(OpenLibrary(base_url=shelf.url))
    assert whole(library.lookup(DUNE.isbn))
    assert shelf.busiest(1.0) == 1


def test_many_who_ask_at_once_share_the_limit(library, shelf):
    def ask(book):
        try:
            return library.lookup(book.isbn)["title"]
        except NotFound as error:
            return error.details["sources"]["openlibrary"]["code"]

    with ThreadPoolExecutor(8) as pool:
        answered = list(pool.map(ask, [DUNE, MARTIAN] * 4))
    assert set(answered) <= {"Dune", "The Martian", "unavailable", "late"}
    assert {"Dune", "The Martian"} <= {library.lookup(b.isbn)["title"] for b in (DUNE, MARTIAN)}
    assert shelf.busiest(1.0) <= 3


# --- every fault -------------------------------------------------------------------------------


@spoiled
def test_what_could_not_be_asked_is_told_and_nothing_is_stored(
    library, shelf, engine, elapsed, fault, code
):
    library.add(title="The Martian", authors="Andy Weir", remote="never")
    before = snapshot(library)
    shelf.fail(fault)
    with pytest.raises(NotFound) as caught:
        library.lookup(DUNE.isbn)
    assert code_of(caught) == code
    assert "could not ask openlibrary" in str(caught.value)
    found = library.search("dune")
    assert found["results"] == []
    # Where a pause was asked for, it is what stands in the way by now.
    assert found["sources"]["openlibrary"]["code"] in (code, "rate_limited")
    # Twice the eight seconds of an answer; a server that trickles ends a little later.
    assert elapsed() < 30
    assert shelf.sent < 40 * 2**20
    assert snapshot(library) == before
    assert library.check()["ok"]
    shelf.recover()
    engine.run(hours)
    assert whole(library.lookup(DUNE.isbn))


async def hours():
    await asyncio.sleep(2 * 3600)


@spoiled
def test_one_source_that_fails_changes_nothing_for_the_others(opened, shelf, fault, code):
    shelf.fail(fault)
    told = Told(work("Dune", "Frank Herbert", isbn=DUNE.isbn, publisher="Ace"))
    alone = opened(told, name="alone")
    alone.lookup(DUNE.isbn)
    both = opened(OpenLibrary(base_url=shelf.url), told, name="both")
    book = both.lookup(DUNE.isbn)
    assert book["asked"]["openlibrary"]["code"] == code
    assert book["asked"]["told"] == {"code": "ok"}
    assert book["sources"] == ["told"]
    expected, stored = snapshot(alone), snapshot(both)
    assert stored == expected


@pytest.mark.parametrize("path", ["/isbn", "/books", "/works", "/works/OL1W/editions", "/authors"])
@pytest.mark.parametrize(
    "name", ["503", "HTML", "null", "truncated JSON", "dropped in the body", "429 for an hour"]
)
def test_a_fault_in_the_middle_leaves_nothing_false(library, shelf, name, path):
    fault, code = FAULTS[name]
    shelf.fail(fault, path=path)
    found = library.search(isbn=DUNE.isbn)
    if found["results"]:
        # An author's damaged record does not hide the book.
        assert (path, code) == ("/authors", "changed")
        assert whole(found["results"][0], authors=[])
    else:
        assert found["sources"]["openlibrary"]["code"] == code
        assert library.list_books()["total"] == 0


@spoiled
def test_a_refresh_that_cannot_ask_changes_nothing_and_leaves_it_due(library, shelf, fault, code):
    library.add(DUNE.isbn, title="Dune", authors="Frank Herbert", remote="never")
    before = snapshot(library)
    due = library.stale()
    shelf.fail(fault)
    report = library.refresh()
    assert report["sources"]["openlibrary"]["code"] == code
    assert (report["asked"], report["changed"], report["left"]) == (0, [], 1)
    assert snapshot(library) == before
    assert library.stale() == due


# --- what passes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        faults.answers(HTML, 503),
        faults.answers(HTML, 500),
        faults.answers({}, 429),
        faults.answers({}, 429, retry_after="2"),
        faults.answers({}, 429, retry_after=format_datetime(BEGIN + timedelta(seconds=3))),
        faults.answers({}, 503, retry_after="1"),
        faults.drops,
        faults.drops_in_the_body,
    ],
)
def test_what_passes_within_seconds_is_waited_for(library, shelf, fault):
    shelf.fail(fault, times=1)
    assert whole(library.lookup(DUNE.isbn))
    assert len(shelf.requests) == 6


def test_a_burst_of_failures_is_survived(library, shelf):
    shelf.fail(faults.answers(HTML, 503), times=2)
    assert whole(library.lookup(DUNE.isbn))


def test_a_connection_that_was_closed_meanwhile_is_opened_anew(library, shelf):
    shelf.fail(faults.closes_after_answering)
    assert whole(library.lookup(DUNE.isbn))


@pytest.mark.parametrize(
    ("pause", "seconds"),
    [("2", 2), (format_datetime(BEGIN + timedelta(seconds=4)), 3), ("0", 0), ("soon", 0)],
)
def test_a_pause_that_is_asked_for_is_kept(library, shelf, pause, seconds):
    shelf.fail(faults.answers({}, 429, retry_after=pause), times=1)
    assert whole(library.lookup(DUNE.isbn))
    first, second, *_ = shelf.requests
    assert second.at - first.at > seconds - 0.01


def test_a_long_pause_is_reported_and_kept_for_every_question(library, shelf, engine):
    shelf.fail(faults.answers({}, 429, retry_after="3600"), times=1)
    with pytest.raises(NotFound) as caught:
        library.lookup(DUNE.isbn)
    assert caught.value.details["sources"]["openlibrary"]["retry_after"] == 3600
    with pytest.raises(NotFound) as caught:
        library.lookup(MARTIAN.isbn)
    assert 3590 < caught.value.details["sources"]["openlibrary"]["retry_after"] <= 3600
    assert library.search("dune herbert")["sources"]["openlibrary"]["code"] == "rate_limited"
    assert len(shelf.requests) == 1
    engine.run(hours)
    assert whole(library.lookup(DUNE.isbn))


def test_an_answer_is_given_within_the_stated_time(library, shelf, elapsed):
    shelf.fail(faults.never_answers)
    with pytest.raises(NotFound) as caught:
        library.lookup(DUNE.isbn)
    assert 8 <= elapsed() < 9
    assert code_of(caught) == "unavailable"


def test_a_redirect_to_another_port_of_this_machine_is_not_followed(library, shelf, serve):
    inside = serve(shelf.dialect)
    shelf.fail(faults.redirects(f"{inside.url}/books/OL1M.json"), path="/isbn")
    with pytest.raises(NotFound) as caught:
        library.lookup(DUNE.isbn)
    assert code_of(caught) == "changed"
    assert inside.requests == []
    assert library.list_books()["total"] == 0


def test_a_redirect_to_another_book_is_not_believed(library, shelf):
    shelf.fail(faults.redirects("/books/OL2M.json"), path=f"/isbn/{DUNE.isbn}")
    with pytest.raises(NotFound) as caught:
        library.lookup(DUNE.isbn)
    assert code_of(caught) == "ok"
    assert library.list_books()["total"] == 0


def test_a_redirect_loop_ends(library, shelf):
    shelf.fail(faults.redirects("/b"), path="/isbn")
    shelf.fail(faults.redirects(f"/isbn/{DUNE.isbn}.json"), path="/b")
    with pytest.raises(NotFound) as caught:
        library.lookup(DUNE.isbn)
    assert code_of(caught) == "changed"
    assert len(shelf.requests) == 6


def test_a_page_not_found_in_html_means_that_there_is_no_such_book(library, shelf):
    shelf.fail(faults.answers(PAGE, 404, content_type="text/html; charset=utf-8"))
    with pytest.raises(NotFound) as caught:
        library.lookup(DUNE.isbn)
    assert code_of(caught) == "ok"


def test_what_is_known_is_answered_though_the_service_is_down(library, shelf):
    library.lookup(DUNE.isbn)
    shelf.fail(faults.answers(HTML, 503))
    book = library.lookup(DUNE.isbn, remote="always")
    assert whole(book)
