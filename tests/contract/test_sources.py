"""booktrack's own sources keep the contract that it ships for all sources."""

from __future__ import annotations

import json
from typing import ClassVar

import pytest

from booktrack.sources.base import Ask, BaseSource, Limits
from booktrack.sources.contract import SourceContract, play
from booktrack.sources.openlibrary import OpenLibrary


def body(value: object) -> bytes:
    return json.dumps(value).encode()


class TestOpenLibrary(SourceContract):
    source = OpenLibrary()
    isbn = "9780765326355"
    record_id = "OL1W"
    replies: ClassVar = {
        "/isbn/9780765326355.json": body(
            {
                "key": "/books/OL1M",
                "type": {"key": "/type/edition"},
                "title": "The Way of Kings",
                "isbn_13": ["9780765326355"],
                "isbn_10": ["0765326353"],
                "works": [{"key": "/works/OL1W"}],
                "authors": [{"key": "/authors/OL1A"}],
                "publishers": ["Tor"],
                "publish_date": "August 31, 2010",
                "physical_format": "Hardcover",
                "number_of_pages": 1007,
                "languages": [{"key": "/languages/eng"}],
                "covers": [-1, 8_300_000],
                "series": ["Stormlight Archive (1)"],
                "identifiers": {"goodreads": ["7235533"]},
                "description": {"type": "/type/text", "value": "..."},
                "contributors": [{"role": "Illustrator", "name": "Ben McSweeney"}],
            }
        ),
        "/works/OL1W.json": body(
            {
                "key": "/works/OL1W",
                "type": {"key": "/type/work"},
                "title": "The Way of Kings",
                "authors": [{"author": {"key": "/authors/OL1A"}, "type": "/type/author_role"}],
                "series": [{"series": {"key": "/series/OL1L"}, "position": "1"}],
                "subjects": ["Fantasy"],
                "first_publish_date": "2010",
            }
        ),
        "/works/OL1W/editions.json": body(
            {"size": 1, "entries": [{"key": "/books/OL2M", "isbn_13": ["9781429952040"]}]}
        ),
        "/authors/OL1A.json": body({"key": "/authors/OL1A", "name": "Brandon Sanderson"}),
        "/series/OL1L.json": body({"key": "/series/OL1L", "name": "The Stormlight Archive"}),
    }


class Careless(BaseSource):
    """A source that does everything wrong."""

    name, title, home = "Careless!", "", "http://careless.example"
    limits = Limits(requests=0)
    capabilities = frozenset({"by_isbn", "search"})

    def by_isbn(self, isbn):
        reply = yield Ask("https://elsewhere.example/book")
        return [reply.json()["title"]]

    def search(self, *, title=None, author=None, limit=10):
        while True:
            yield Ask("https://elsewhere.example/search")

    def by_id(self, record_id):
        return iter(())

    def refusal(self, reply, now):
        return None


class CarelessContract(SourceContract):
    source = Careless()
    isbn = "9780765326355"
    replies: ClassVar = {"/book": b'{"title": 3}'}


CHECKS = [name for name in dir(SourceContract) if name.startswith("test_")]


@pytest.mark.parametrize("name", CHECKS)
def test_the_contract_catches_a_careless_source(name: str) -> None:
    with pytest.raises(Exception, match=r".+"):
        getattr(CarelessContract(), name)()


class Silent(BaseSource):
    name, title, home = "silent", "Silent", "https://silent.example"
    limits = Limits(requests=1)
    hosts = frozenset({"silent.example"})


class TestSilent(SourceContract):
    source = Silent()


def test_a_recorded_reply_is_found_by_path_and_query() -> None:
    def flow():
        first = yield Ask("https://silent.example/a", params={"page": 1})
        second = yield Ask("https://silent.example/a", params={"page": 2})
        return first.body, second.body

    assert play(flow(), {"/a?page=2": b"two", "/a": b"one"})[0] == (b"one", b"two")
