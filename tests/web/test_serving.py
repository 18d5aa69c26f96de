"""The server as it really runs: in processes of its own, with bad clients, late sources, an end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from stdnum import ean

from booktrack import Library
from support import slow_source
from support.libraries import DUNE, open_library
from support.servers import Client, Serving

SOON = 2.0
"""Seconds within which others are answered, on a machine that has other work too."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A library that knows Dune and some more."""
    path = tmp_path / "library.json"
    with open_library(path) as library:
        library.add(DUNE, title="Dune", authors=["Frank Herbert"])
        with library.transaction("many"):
            for at in range(200):
                library.add(title=f"Number {at}", authors=["A. Nyone"], notes="x" * 500)
    return path


def titles(library: Library) -> list[str]:
    return [book["title"] for book in library.list_books(limit=10_000)["books"]]


def add(client: Client, title: str) -> bool:
    """Return whether the book was acknowledged; a server that ends closes its connections."""
    try:
        status, _ = client.ask("POST", "/api/v1/books", {"title": title, "remote": "never"})
    except (ConnectionError, OSError):
        return False
    return status == 201


def assert_quick(server: Serving, times: int = 10) -> None:
    client = server.client()
    for _ in range(times):
        began = time.monotonic()
        assert client.get(f"/api/v1/lookup/{DUNE}?remote=never")["title"] == "Dune"
        assert time.monotonic() - began < SOON


def test_sigterm_loses_no_acknowledged_write(path: Path) -> None:
    acknowledged: list[str] = []
    underway = threading.Event()

    def write(server: Serving, name: str) -> None:
        client = server.client()
        for count in range(100_000):
            title = f"{name} {count}"
            if not add(client, title):
                return
            acknowledged.append(title)
            if len(acknowledged) > 30:
                underway.set()

    with Serving(path) as server, ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, server, name) for name in "ABCD"]
        assert underway.wait(30)
        server.terminate()
        code, said = server.wait()
        for writer in writers:
            writer.result()
    assert (code, said.strip()) == (0, "")
    with open_library(path) as library:
        assert set(acknowledged) <= set(titles(library))
        assert library.check()["ok"]


def test_what_was_begun_before_the_end_is_answered(path: Path) -> None:
    body = b'{"title": "At the last moment", "remote": "never"}'
    head = b"POST /api/v1/books HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with Serving(path) as server:
        with server.socket() as connection, connection.makefile("rb") as answers:
            connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body[:10])
            assert_quick(server, 1)  # so the half of the request has arrived
            server.terminate()
            connection.sendall(body[10:])
            answer = answers.read()
        assert server.wait() == (0, "")
    assert answer.startswith(b"HTTP/1.1 201 ")
    with open_library(path) as library:
        assert "At the last moment" in titles(library)


def test_slow_clients_delay_nobody(path: Path) -> None:
    half_heads = b"GET /api/v1/books HTTP/1.1\r\nHost: localh"
    half_bodies = (
        b"POST /api/v1/books HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b'Content-Length: 100\r\n\r\n{"title": '
    )
    # Asks for megabytes again and again, and reads nothing of it.
    unread = b"GET /api/v1/books?limit=10000 HTTP/1.1\r\nHost: localhost\r\n\r\n" * 9
    with Serving(path) as server, ExitStack() as held:
        for sent, clients in ((half_heads, 50), (half_bodies, 50), (unread, 5)):
            for _ in range(clients):
                connection = held.enter_context(server.socket())
                connection.sendall(sent)
        assert_quick(server)


@contextmanager
def late_upstream() -> Iterator[tuple[int, threading.Semaphore, threading.Event]]:
    """A service that answers when it is let; yields its port, who came, and what lets it."""
    came, let = threading.Semaphore(0), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came.release()
            let.wait(30)
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=upstream.serve_forever, daemon=True)
    thread.start()
    try:
        yield upstream.server_address[1], came, let
    finally:
        let.set()
        upstream.shutdown()
        upstream.server_close()
        thread.join()


def test_a_slow_source_delays_only_who_asks_it(path: Path, tmp_path: Path) -> None:
    unknown = [f"9780000000{at}" for at in range(10, 30)]
    isbns = [digits + ean.calc_check_digit(digits) for digits in unknown]

    def ask(isbn: str) -> int:
        return server.client().ask("GET", f"/api/v1/lookup/{isbn}")[0]

    with late_upstream() as (port, came, let):
        command = [slow_source.__file__, str(path), str(port)]
        environment = {"BOOKTRACK_OFFLINE": "0", "BOOKTRACK_CACHE": str(tmp_path / "cache")}
        with (
            Serving(path, command=command, **environment) as server,
            ThreadPoolExecutor(len(isbns)) as pool,
        ):
            waiting = [pool.submit(ask, isbn) for isbn in isbns]
            assert came.acquire(timeout=30)
            assert_quick(server)
            client = server.client()
            assert add(client, "While others wait")
            assert client.get("/api/v1/books?limit=1")["total"] == 202
            assert not any(one.done() for one in waiting)
            let.set()
            assert {one.result() for one in waiting} == {404}


def test_two_servers_and_a_notebook_agree_on_one_file(path: Path) -> None:
    rounds = 15
    with Serving(path) as one, Serving(path) as other, Library(path, offline=True) as notebook:
        clients = [one.client(), other.client()]

        def write(client: Client, name: str) -> None:
            for count in range(rounds):
                assert add(client, f"{name} {count}")

        with ThreadPoolExecutor(2) as pool:
            writers = [
                pool.submit(write, server.client(), name)
                for server, name in ((one, "one"), (other, "other"))
            ]
            for count in range(rounds):
                notebook.add(title=f"notebook {count}", authors=["N. B."], remote="never")
            for writer in writers:
                writer.result()
        wanted = {f"{who} {at}" for who in ("one", "other", "notebook") for at in range(rounds)}
        for client in clients:
            books = client.get("/api/v1/books?limit=10000")["books"]
            assert wanted <= {book["title"] for book in books}
            assert len({book["id"] for book in books}) == len(books)
        assert wanted <= set(titles(notebook))

        # Who was told that a change is made is the last to see the old state.
        status, book = clients[0].ask("PATCH", "/api/v1/books/1", {"title": "Dune Messiah"})
        assert (status, book["title"]) == (200, "Dune Messiah")
        assert clients[1].get("/api/v1/books/1")["title"] == "Dune Messiah"
        assert notebook.get_book(1)["title"] == "Dune Messiah"
        notebook.remove_book(2)
        assert [client.ask("GET", "/api/v1/books/2")[0] for client in clients] == [404, 404]
        assert notebook.check()["ok"]
