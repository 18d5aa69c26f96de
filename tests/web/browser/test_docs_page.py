"""The project's own pages in a real Chromium: they draw, they ask nobody else, they complain of
nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from booktrack.web.operations_all import OPERATIONS
from support.chromium import Browser, found
from support.libraries import DUNE, open_library
from support.servers import Serving

pytestmark = pytest.mark.skipif(
    found() is None, reason="no Chromium is installed: apt-get install chromium"
)

TOKEN = "a token that no page may guess"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("library") / "library.json"
    with open_library(path) as library:
        library.add(DUNE, title="Dune", authors=["Frank Herbert"])
    return path


@pytest.fixture(scope="module")
def server(library: Path) -> Iterator[Serving]:
    with Serving(library) as server:
        yield server


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


def drawn(browser: Browser, server: Serving) -> str:
    """Open the documentation and return its text."""
    browser.open(f"http://127.0.0.1:{server.port}/api/docs")
    browser.wait_for("document.querySelectorAll('#operations pre').length > 0")
    return browser.value("document.body.innerText")


def test_the_documentation_names_every_operation(browser: Browser, server: Serving) -> None:
    text = drawn(browser, server)
    for operation in OPERATIONS:
        assert f"/api/v1{operation.path}" in text
        assert operation.summary in text
    assert browser.complaints() == []


def test_the_documentation_asks_this_server_only(browser: Browser, server: Serving) -> None:
    drawn(browser, server)
    asked = {urlsplit(address) for address in browser.requests()}
    assert {address.path for address in asked} >= {"/api/docs.js", "/api/openapi.json"}
    assert {address.netloc for address in asked} == {f"127.0.0.1:{server.port}"}


def test_the_documentation_is_searched_by_a_word(browser: Browser, server: Serving) -> None:
    drawn(browser, server)
    browser.value(
        "const field = document.getElementById('filter'); field.value = 'barcode';"
        "field.dispatchEvent(new Event('input', { bubbles: true }))"
    )
    text = browser.value("document.getElementById('operations').innerText")
    assert "/api/v1/scan/{code}" in text
    assert "/api/v1/duplicates" not in text


def test_a_page_of_the_server_may_read_and_write(browser: Browser, server: Serving) -> None:
    drawn(browser, server)
    status = browser.value(
        f"fetch('/api/v1/editions/{DUNE}/status', {{ method: 'PUT', headers: "
        "{ 'Content-Type': 'application/json' }, body: '{\"status\": \"want\"}' })"
        ".then((answer) => answer.json()).then((edition) => edition.status)"
    )
    assert status == "want"


def test_a_page_of_a_stranger_may_neither_read_nor_write(
    browser: Browser, server: Serving, library: Path, tmp_path: Path
) -> None:
    with open_library(library) as held:
        before = held.revision()
    # Of a file the origin is opaque, as that of a page in a frame that a stranger boxed in.
    page = tmp_path / "stranger.html"
    page.write_text("<title>stranger</title>", "utf-8")
    browser.open(page.as_uri())
    ask = (
        "fetch('http://127.0.0.1:%d/api/v1/%s', %s).then((answer) => answer.type, () => 'refused')"
    )
    assert browser.value(ask % (server.port, "books", "{}")) == "refused"
    form = (
        "{ method: 'POST', mode: 'no-cors', headers: { 'Content-Type': 'text/plain' }, "
        'body: \'{"title": "Planted"}\' }'
    )
    assert browser.value(ask % (server.port, "books", form)) in ("opaque", "refused")
    with open_library(library) as held:
        assert held.revision() == before


def test_who_shows_the_token_once_reads_the_documentation(browser: Browser, library: Path) -> None:
    with Serving(library, BOOKTRACK_TOKEN=TOKEN) as server:
        browser.open(f"http://127.0.0.1:{server.port}/api/login")
        log_in = (
            "document.getElementById('token').value = %r;"
            "document.getElementById('login').requestSubmit()"
        )
        browser.value(log_in % "wrong")
        browser.wait_for("document.querySelector('#said.error') !== null")
        browser.value(log_in % TOKEN)
        browser.wait_for("document.getElementById('said').innerText.includes('logged in')")
        assert "/api/v1/books" in drawn(browser, server)
        assert TOKEN not in browser.value("document.cookie")
