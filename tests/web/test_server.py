"""`booktrack serve` on a real port: how it begins, whom it refuses, how it ends."""

from __future__ import annotations

import concurrent.futures
import io
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from PIL import Image

from booktrack import BooktrackError, InvalidInput
from booktrack.web.server import serve
from support.libraries import open_library
from support.web import SAMPLE, Process

TOKEN = "a-token-of-the-tests"


@pytest.fixture
def path(tmp_path):
    return shutil.copy(SAMPLE, tmp_path / "library.json")


def run(*arguments, **env):
    return subprocess.run(
        [sys.executable, "-m", "booktrack", *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=30, env={**os.environ, **env},
    )  # fmt: skip


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_beyond_this_machine_the_command_wants_a_token(path, host):
    done = run("serve", "--library", path, "--host", host)
    assert done.returncode == 2
    assert "BOOKTRACK_TOKEN" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--token", " "], "token"),
        (["--allow-origin", "example.org"], "origin"),
    ],
)
def test_wrong_options_are_refused_before_anything_listens(path, arguments, said):
    done = run("serve", "--library", path, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told(path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("serve", "--library", path, "--port", taken.getsockname()[1])
    assert done.returncode not in (0, 2)
    assert "cannot listen" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_a_token_from_the_environment_others_are_served(path):
    with Process(path, "--host", "0.0.0.0", env={"BOOKTRACK_TOKEN": TOKEN}) as server:
        url = f"http://127.0.0.1:{server.port}/api/v1/books"
        assert httpx.get(url).status_code == 401
        shown = {"Authorization": f"Bearer {TOKEN}"}
        assert httpx.get(url, headers=shown).status_code == 200
        httpx.get(f"{url}?author=planted-secret&nonsense=planted-secret", headers=shown)
        # Any numeric address may be meant; a name was perhaps rebound.
        assert httpx.get(url, headers={**shown, "Host": "192.168.7.7"}).status_code == 200
        assert httpx.get(url, headers={**shown, "Host": "evil.example"}).status_code == 400
        code, said = server.end()
    assert code == 0
    assert TOKEN not in said
    assert "planted-secret" not in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_and_every_acknowledged_write_is_there(path, number):
    with Process(path) as server, httpx.Client(base_url=server.url) as client:
        kept = []

        def write():
            for n in range(10_000):
                try:
                    answer = client.post(
                        "/api/v1/editions/1/notes", json={"note": f"note {n}"}, timeout=5
                    )
                except httpx.HTTPError:
                    return
                if answer.status_code != 200:
                    return
                kept.append(f"note {n}")

        writer = threading.Thread(target=write)
        writer.start()
        while len(kept) < 20:
            time.sleep(0.005)
        code, said = server.end(number)
        writer.join(10)
    assert code == 0
    assert "Traceback" not in said
    with open_library(path) as library:
        notes = library.get_edition(1)["notes"].splitlines()
    assert set(kept) <= set(notes)


def test_who_listens_to_a_job_does_not_keep_the_server_from_ending(path):
    with Process(path) as server:
        begun = httpx.post(f"{server.url}/api/v1/refreshes?limit=1")
        where = f"{server.url}{begun.headers['location']}/events"
        with httpx.stream("GET", where) as stream:
            assert stream.status_code == 200
            began = time.monotonic()
            code, _ = server.end()
            assert time.monotonic() - began < 10
    assert code == 0


def test_two_servers_and_a_notebook_on_one_file_lose_nothing(path):
    with Process(path) as one, Process(path) as other, open_library(path) as notebook:

        def write(server, name):
            with httpx.Client(base_url=server.url) as client:
                for n in range(15):
                    answer = client.post(
                        "/api/v1/books", json={"title": f"{name} {n}", "remote": "never"}
                    )
                    assert answer.status_code == 201

        with concurrent.futures.ThreadPoolExecutor() as pool:
            work = [pool.submit(write, one, "one"), pool.submit(write, other, "other")]
            for n in range(15):
                notebook.add(title=f"notebook {n}", remote="never")
            for each in work:
                each.result(60)
        wanted = {f"{name} {n}" for name in ("one", "other", "notebook") for n in range(15)}
        for server in (one, other):
            page = httpx.get(f"{server.url}/api/v1/books?limit=1000").json()
            titles = [book["title"] for book in page["books"]]
            assert wanted <= set(titles)
            assert len(titles) == len(set(titles)) == page["total"]
        assert notebook.list_books()["total"] == page["total"]
        marked = httpx.put(f"{one.url}/api/v1/editions/1/status", json={"status": "want"})
        assert marked.status_code == 200
        assert httpx.get(f"{other.url}/api/v1/editions/1").json()["status"] == "want"
        assert notebook.get_edition(1)["status"] == "want"


def test_a_slow_client_delays_nobody(path):
    with Process(path) as server:
        head = (
            "POST /api/v1/books HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: 1000\r\n\r\n{"
        )
        slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(60)]
        try:
            for number, client in enumerate(slow):
                client.sendall(head.encode() if number % 2 else b"GET /api/v1/boo")
            began = time.monotonic()
            for _ in range(20):
                assert httpx.get(f"{server.url}/api/v1/books?limit=1").status_code == 200
            assert time.monotonic() - began < 5
        finally:
            for client in slow:
                client.close()


def test_what_is_no_http_is_refused_and_ends_nothing(path):
    with Process(path) as server:
        for sent in (
            b"\x16\x03\x01\x02\x00\x01\x00\x01",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
            b"GET /api/v1/books HTTP/1.1\r\n\r\n",
            b"GET /api/v1/books HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n",
            b"POST /api/v1/books HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
                client.sendall(sent)
                answer = client.recv(4096)
                assert not answer or answer.split()[1] in (b"400", b"415", b"431", b"422")
        assert httpx.get(f"{server.url}/api/health").status_code == 200


def test_what_other_packages_say_of_a_title_is_a_line_of_the_log(path):
    with Process(path) as server:
        added = {"title": "\u30b3 \u4eba", "remote": "never"}
        assert httpx.post(f"{server.url}/api/v1/books", json=added).status_code == 201
        assert httpx.get(f"{server.url}/api/v1/exports/bibtex").status_code == 200
        server.child.send_signal(signal.SIGTERM)
        said = server.child.communicate(timeout=30)[1]
    assert all(line.startswith("20") for line in said.splitlines() if line), said


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_memory_of_a_large_picture_is_given_back(path):
    small, large = io.BytesIO(), io.BytesIO()
    for file, side in ((small, 100), (large, 7_000)):
        Image.new("RGB", (side, side)).save(file, "PNG", compress_level=1)
    with Process(path) as server:
        resident = []
        for picture in (small, large, large):
            files = {"file": picture.getvalue()}
            answer = httpx.post(f"{server.url}/api/v1/scan", files=files, timeout=60)
            assert answer.status_code == 404
            resident.append(_resident(server.child.pid))
        assert resident[2] - resident[0] < 100 << 20


def _resident(process):
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def quiet_logs():
    """Give the loggers back as they were: a server of this process takes them for itself."""
    loggers = [logging.getLogger(name) for name in ("booktrack", "uvicorn.error")]
    before = [(one.level, one.propagate, list(one.handlers)) for one in loggers]
    yield
    for logger, (level, propagate, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.propagate = propagate
        logger.handlers = handlers


def test_who_connects_and_never_asks_is_let_go(path, quiet_logs, monkeypatch):
    monkeypatch.setattr("booktrack.web.server._IDLE_SECONDS", 0.2)
    ends = []

    def drip(address):
        for first in (b"", b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", httpx.URL(address).port)) as client:
                client.settimeout(0.1)
                client.sendall(first)
                ends.append(_let_go(client))
        os.kill(os.getpid(), signal.SIGTERM)

    with open_library(path) as library:
        serve(
            library,
            port=0,
            announce=lambda address: threading.Thread(target=drip, args=(address,)).start(),
        )
    assert ends == [True, True]


def _let_go(client):
    """Return whether the server hangs up on who sends a request sign by sign."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            client.sendall(b"G")
            if not client.recv(4096):
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


def test_a_server_of_this_process_ends_by_a_signal_and_gives_the_signals_back(
    path, quiet_logs, capfd
):
    former = signal.getsignal(signal.SIGTERM)
    seen = []

    def ask(address):
        seen.append(httpx.get(f"{address}/api/health").status_code)
        logging.getLogger("booktrack.test").error(
            "a line\nand another", exc_info=ValueError("x\ny")
        )
        os.kill(os.getpid(), signal.SIGTERM)

    def announce(address):
        threading.Thread(target=ask, args=(address,)).start()

    with open_library(path) as library:
        serve(library, port=0, announce=announce)
        with (
            socket.create_server(("127.0.0.1", 0)) as taken,
            pytest.raises(BooktrackError, match="cannot listen"),
        ):
            serve(library, port=taken.getsockname()[1])
        for port in (-1, 65536):
            with pytest.raises(InvalidInput):
                serve(library, port=port)
        assert library.get_edition(1)
    assert seen == [200]
    assert signal.getsignal(signal.SIGTERM) is former
    lines = capfd.readouterr().err.splitlines()
    assert any("a line\\nand another" in line for line in lines)
    assert all(line.startswith(("    ", "20")) for line in lines if line)
