"""Every service on a real server that can fail in every way, alone and beside the others.

Open Library's own tests go further; these hold for all: the answer is right or says what could not
be asked, the limit is kept, one that fails changes nothing for the others, nothing false is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from booktrack.sources.anilist import AniList
from booktrack.sources.audible import Audible
from booktrack.sources.googlebooks import GoogleBooks
from booktrack.sources.openlibrary import OpenLibrary
from support import upstream as faults
from support.dialects import anilist, audible, googlebooks
from support.dialects.anilist import AniListDialect
from support.dialects.audible import AudibleDialect
from support.dialects.googlebooks import GoogleBooksDialect
from support.dialects.openlibrary import DUNE, MARTIAN, OpenLibraryDialect
from support.faults import FAULTS
from support.libraries import snapshot
from support.upstream import Dialect, Upstream


@dataclass
class Service:
    """A service, how it is asked, and what is right."""

    name: str
    dialect: Dialect
    source: Callable[[str], Any]
    told: dict[str, Any]
    otherwise: dict[str, str]
    """Faults of which this service's source tells by another code."""

    def ask(self, library):
        """Return what was found and how it went."""
        if self.name == "anilist":
            found = library.search(series="Frieren at the Funeral")
            return found["series"], found["sources"].get(self.name)
        found = library.search(isbn=DUNE.isbn)
        asked = found["results"][0]["asked"] if found["results"] else found["sources"]
        return found["results"], asked.get(self.name)

    def is_right(self, found):
        (one,) = found
        flat = {**one, **(one["editions"][0] if "editions" in one else {})}
        return {name: flat[name] for name in self.told} == self.told


WEB_PAGE = {"HTML": "unavailable"}
SERVICES = {
    service.name: service
    for service in (
        Service(
            "openlibrary",
            OpenLibraryDialect([DUNE, MARTIAN]),
            lambda url: OpenLibrary(base_url=url),
            {"title": "Dune", "authors": ["Frank Herbert"], "page_count": 528},
            {},
        ),
        Service(
            "googlebooks",
            GoogleBooksDialect([DUNE, MARTIAN]),
            lambda url: GoogleBooks(key=googlebooks.KEY, base_url=url),
            {"title": "Dune", "format": "ebook", "page_count": 528, "currency": "USD"},
            {},
        ),
        Service(
            "audible",
            AudibleDialect([DUNE, MARTIAN]),
            lambda url: Audible(base_url=url),
            {"title": "Dune", "format": "audiobook", "price": 35.0, "currency": "USD"},
            WEB_PAGE,
        ),
        Service(
            "anilist",
            AniListDialect(),
            lambda url: AniList(base_url=url),
            {"name": "Frieren: Beyond Journey's End", "kind": "manga", "total": None},
            {},
        ),
    )
}


@pytest.fixture
def start(serve):
    """Start a service; after the test its limit must have been kept."""
    started: list[tuple[Upstream, Any]] = []

    def start_it(service: Service) -> tuple[Upstream, Any]:
        server = serve(service.dialect)
        started.append((server, service.source(server.url)))
        return started[-1]

    yield start_it
    for server, source in started:
        limits = source.limits
        permitted = limits.identified or limits.requests
        assert server.busiest(limits.seconds) <= permitted


every_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES.keys())
# What Open Library's tests show of the connection holds for all.
others_faults = pytest.mark.parametrize(
    "fault",
    [
        "429", "429 for an hour", "403", "500", "503", "no answer", "dropped in the body",
        "HTML", "HTML said to be JSON", "an empty body", "null", "a text", "truncated JSON",
        "50 MB", "redirected to itself", "redirected inside",
    ],
)  # fmt: skip


@every_service
def test_the_answer_is_right_and_the_second_question_asks_nobody(opened, start, service):
    server, source = start(service)
    library = opened(source)
    found, how = service.ask(library)
    assert how == {"code": "ok"}
    assert service.is_right(found)
    asked = len(server.requests)
    found, how = service.ask(library)
    assert how is None
    assert service.is_right(found)
    assert len(server.requests) == asked


@pytest.mark.parametrize("service", list(SERVICES.values())[1:], ids=list(SERVICES)[1:])
@others_faults
def test_what_could_not_be_asked_is_told_and_is_asked_again_when_it_is_back(
    opened, start, engine, service, fault
):
    server, source = start(service)
    library = opened(source)
    before = snapshot(library)
    spoil, code = FAULTS[fault]
    server.fail(spoil)
    found, how = service.ask(library)
    assert (found, how["code"]) == ([], service.otherwise.get(fault, code))
    assert snapshot(library) == before
    server.recover()
    engine.run(hours)
    found, how = service.ask(library)
    assert service.is_right(found)


async def hours():
    await asyncio.sleep(2 * 3600)


@every_service
@pytest.mark.parametrize("fault", ["429 for an hour", "no answer", "truncated JSON"])
def test_one_that_fails_changes_nothing_for_the_others(opened, start, service, fault):
    able = [start(one) for one in SERVICES.values() if one.name != service.name]
    server, source = start(service)
    server.fail(FAULTS[fault][0])
    without = opened(*(one for _, one in able), name="without")
    beside = opened(*(one for _, one in able), source, name="beside")
    for one in SERVICES.values():
        found, how = one.ask(without)
        found_beside, how_beside = one.ask(beside)
        if one.name == service.name:
            # The others may have told all that it was to be asked for.
            assert how_beside is None or how_beside["code"] != "ok"
        else:
            assert how_beside == how
            assert [each["id"] for each in found_beside] == [each["id"] for each in found]
    assert snapshot(beside) == snapshot(without)


def test_what_several_know_becomes_one_book_with_all_its_editions(opened, start):
    library = opened(*(start(one)[1] for one in SERVICES.values()))
    book = library.lookup(DUNE.isbn)
    assert {name: how["code"] for name, how in book["asked"].items()} == {
        "openlibrary": "ok", "googlebooks": "ok", "audible": "ok"
    }  # fmt: skip
    assert (book["title"], book["authors"]) == ("Dune", ["Frank Herbert"])
    assert book["sources"] == ["audible", "googlebooks", "openlibrary"]
    assert library.list_books()["total"] == 1


# --- what one service alone does -----------------------------------------------------------------


def test_googles_key_is_sent_and_stands_in_no_file(opened, start, tmp_path):
    server, source = start(SERVICES["googlebooks"])
    library = opened(source)
    assert library.lookup(DUNE.isbn)["title"] == "Dune"
    assert {request.params["key"] for request in server.requests} == {googlebooks.KEY}
    library.close()
    for file in (file for file in tmp_path.rglob("*") if file.is_file()):
        assert googlebooks.KEY.encode() not in file.read_bytes()


def test_when_googles_day_is_used_up_it_is_left_alone(opened, start, engine):
    server, source = start(SERVICES["googlebooks"])
    library = opened(source)
    server.fail(faults.answers(googlebooks.error(403, "dailyLimitExceeded").body, 403), times=1)
    for _ in range(3):
        found = library.search(isbn=DUNE.isbn)
        assert found["sources"]["googlebooks"]["code"] == "rate_limited"
        assert found["sources"]["googlebooks"]["retry_after"] > 3600
    assert len(server.requests) == 1


def test_google_finds_other_books_by_an_isbn_that_it_does_not_know(opened, start):
    _, source = start(SERVICES["googlebooks"])
    library = opened(source)
    found = library.search(isbn="9780765326355")
    assert (found["results"], found["sources"]) == ([], {"googlebooks": {"code": "ok"}})
    assert library.list_books()["total"] == 0


def test_anilists_errors_come_with_status_200(opened, start):
    server, source = start(SERVICES["anilist"])
    library = opened(source)
    error = {"message": "Internal Server Error", "status": 500}
    server.fail(faults.answers({"data": None, "errors": [error]}))
    found, how = SERVICES["anilist"].ask(library)
    assert (found, how["code"]) == ([], "unavailable")
    assert anilist.FRIEREN["volumes"] is None


def test_a_stub_of_audible_is_no_book(opened, start):
    server, source = start(SERVICES["audible"])
    library = opened(source)
    stub = {"asin": audible.product(DUNE)["asin"]}
    server.fail(faults.answers({"products": [stub], "total_results": 1}))
    found, how = SERVICES["audible"].ask(library)
    assert (found, how) == ([], {"code": "ok"})
    assert library.list_books()["total"] == 0
