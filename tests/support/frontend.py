"""A browser's side of the existing frontend: how it calls, and what it reads of every answer."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import httpx

from booktrack import Library
from booktrack.web import create_app

JSON = dict[str, Any]

READING = {"unread", "reading", "read", "wishlist", "dnf"}
VOLUME = {"owned", "wanted", "missing"}
FORM = {
    "name": "",
    "author": "",
    "description": "",
    "total_books": 0,
    "publisher": "",
    "status": "ongoing",
    "genres": [],
    "tags": [],
}
VOLUME_FORM = {
    "position": 1,
    "title": "",
    "subtitle": "",
    "isbn_13": "",
    "isbn_10": "",
    "publisher": "",
    "published_date": "",
    "page_count": 0,
    "description": "",
    "cover_url": "",
    "status": "missing",
}


def without_raw_path(app: Any) -> Any:
    """Return the app behind a server that hands on the decoded path only."""

    async def served(scope: Any, receive: Any, send: Any) -> None:
        await app({name: one for name, one in scope.items() if name != "raw_path"}, receive, send)

    return served


def with_query_in_raw_path(app: Any) -> Any:
    """Return the app behind a server that leaves the query in the raw path."""

    async def served(scope: Any, receive: Any, send: Any) -> None:
        raw = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        await app({**scope, "raw_path": raw}, receive, send)

    return served


@asynccontextmanager
async def browser(library: Library, server: Any = lambda app: app) -> AsyncIterator[Browser]:
    """Return a browser that shows the frontend on a library."""
    app = create_app(library)
    transport = httpx.ASGITransport(server(app))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost/api", timeout=30
    ) as client:
        try:
            yield Browser(client, app)
        finally:
            app.state.jobs.close()


class Browser:
    """What the pages do."""

    def __init__(self, client: httpx.AsyncClient, app: Any) -> None:
        self.client = client
        self.app = app

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Return an answer; a redirect would be one."""
        return await self.client.request(method, path, **more)

    async def get(self, path: str) -> Any:
        """Return what a page got."""
        answer = await self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def send(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Return what an acknowledged change answered."""
        given = {"json": body} if body is not None else {}
        answer = await self.ask(method, path, **given, **more)
        assert 200 <= answer.status_code < 300, answer.text
        return answer.json()

    async def refused(
        self, method: str, path: str, body: Any = None, **more: Any
    ) -> httpx.Response:
        """Return a refusal, whose text every page can print."""
        given = {"json": body} if body is not None else {}
        answer = await self.ask(method, path, **given, **more)
        assert 400 <= answer.status_code < 500, answer.text
        assert isinstance(answer.json()["detail"], str), answer.text
        assert answer.json()["detail"], answer.text
        return answer

    async def upload(
        self, path: str, content: bytes, name: str = "books.csv", **fields: str
    ) -> Any:
        """Return what an import answered."""
        return await self.send("POST", path, files={"file": (name, content)}, data=fields)

    async def shelf(self) -> dict[str, list[JSON]]:
        """Return the books by series, as every page reads them."""
        series: dict[str, list[JSON]] = (await self.get("/books/"))["series"]
        check_shelf(series)
        return series

    async def series(self, name: str) -> JSON:
        """Return a series as its pages read it."""
        told: JSON = await self.get(f"/series/{encoded(name)}")
        check_series(told)
        return told


def encoded(name: str) -> str:
    """Return the name as `encodeURIComponent` writes it."""
    return quote(name, safe="!'()*-._~")


def check_shelf(series: dict[str, list[JSON]]) -> None:
    """Look for everything that blanks a page or shows nonsense on one."""
    keys: list[str] = []
    for name, books in series.items():
        assert books, name
        for book in books:
            check_book(book)
            assert book["series"] == (None if name == "Standalone" else name)
            keys.append(book["isbn"])
    assert len(keys) == len(set(keys))


def check_book(book: JSON) -> None:
    """Look at one book as the cards read it."""
    assert isinstance(book["title"], str)
    assert book["title"]
    for name in ("authors", "categories"):
        assert isinstance(book[name], list), name
        assert all(isinstance(one, str) for one in book[name])
    assert isinstance(book["isbn"], str)
    assert book["isbn"]
    for name in ("page_count", "reading_progress_pages", "reading_progress_percentage",
                 "personal_rating"):  # fmt: skip
        assert book[name] != 0 or book[name] is None, name
    assert book["personal_rating"] is None or 1 <= book["personal_rating"] <= 5
    assert book["series_position"] is None or math.isfinite(book["series_position"])
    assert book["reading_status"] in READING
    for name in ("added_date", "last_updated"):
        assert isinstance(book[name], str), name
        assert book[name][:4].isdecimal()
    for price in book["pricing"]:
        assert isinstance(price["price"], (int, float))
        assert len(price["currency"]) == 3
        assert price["currency"].isalpha()
    for name in ("cover_url", "thumbnail_url"):
        assert book[name] is None or book[name].startswith(("http", "/api/")), name


def check_series(told: JSON) -> None:
    """Look at a series as its page, its card and the forms read it."""
    series, volumes, stats = told["series"], told["volumes"], told["stats"]
    assert not told.get("error")
    assert isinstance(series["id"], int)
    assert isinstance(series["name"], str)
    assert isinstance(series["genres"], list)
    assert isinstance(series["tags"], list)
    assert series["total_books"] is None or series["total_books"] > 0
    positions = [volume["position"] for volume in volumes]
    assert all(isinstance(one, (int, float)) for one in positions)
    assert len(positions) == len(set(positions))
    for volume in volumes:
        assert isinstance(volume["title"], str)
        assert volume["status"] in VOLUME
        assert volume["page_count"] != 0
        if volume["status"] == "owned":
            assert isinstance(volume["owned_book"]["authors"], list)
            assert volume["owned_book"]["isbn"]
    words = [volume["status"] for volume in volumes]
    assert stats["total_volumes"] == len(volumes)
    assert stats["owned_volumes"] == words.count("owned")
    assert stats["wanted_volumes"] == words.count("wanted")
    assert stats["missing_volumes"] == words.count("missing")
    assert 0 <= stats["completion_percentage"] <= 100
