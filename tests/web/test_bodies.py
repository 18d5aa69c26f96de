"""Bodies that are too large or too slow are refused; real ones go to the disk as they come."""

from __future__ import annotations

import asyncio
import json

import pytest
from starlette.datastructures import Headers

from booktrack.web import bodies
from booktrack.web.problems import Problem
from support.web import served


def scope(path="/api/v1/books", kind="application/json", **headers):
    raw = [(b"content-type", kind.encode())]
    raw += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": path, "method": "POST", "headers": raw}


async def test_a_declared_length_that_is_too_large_is_refused_before_it_comes(tmp_path):
    async with served(tmp_path) as client:
        for length in (bodies.SMALL + 1, 10**15):
            answer = await client.post(
                "/api/v1/books",
                content=b"{}",
                headers={"Content-Type": "application/json", "Content-Length": str(length)},
            )
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
            assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "٣", "9" * 25])
async def test_a_length_that_is_none_is_refused(tmp_path, length):
    async with served(tmp_path) as client:
        answer = await client.post(
            "/api/v1/books", content=b"{}",
            headers={b"Content-Type": b"application/json", b"Content-Length": length.encode()},
        )  # fmt: skip
    assert answer.status_code in (400, 413)


async def test_a_body_that_grows_beyond_what_it_said_is_cut_off(tmp_path):
    async def endless():
        for _ in range(5_000):
            yield b" " * 1024

    async with served(tmp_path) as client:
        answer = await client.post(
            "/api/v1/books", content=endless(), headers={"Content-Type": "application/json"}
        )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_the_longest_review_may_come_in_escapes(tmp_path):
    content = json.dumps({"review": "\U0001f4d6" * 100_000})
    async with served(tmp_path) as client:
        answer = await client.post(
            "/api/v1/books/1/reading/abandon",
            content=content,
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code != 413, answer.text
        assert len((await client.get("/api/v1/readings/1")).json()["review"]) == 100_000


async def test_an_upload_beyond_its_limit_is_cut_off(tmp_path):
    large = b"x" * ((21 << 20) + 1)
    async with served(tmp_path) as client:
        for sent in (
            {"files": {"file": ("cover.png", large)}},
            {"content": large, "headers": {"Content-Type": "image/png"}},
        ):
            answer = await client.put("/api/v1/editions/1/cover", **sent)
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_library_as_json_may_be_larger_than_other_json(tmp_path):
    async with served(tmp_path) as client:
        copy = (await client.get("/api/v1/backup")).content
        padded = copy + b" " * (2 << 20)
        kind = {"Content-Type": "application/json"}
        back = await client.post("/api/v1/restore", content=padded, headers=kind)
        # It was read; that blanks were put behind it is what its own sum tells.
        assert (back.status_code, back.json()["code"]) == (422, "invalid_file")
        answer = await client.post("/api/v1/books", content=padded, headers=kind)
        assert answer.status_code == 413


async def test_a_body_that_stops_coming_is_given_up(monkeypatch):
    monkeypatch.setattr(bodies, "_SECONDS_OF_SILENCE", 0.01)

    async def silence():
        await asyncio.sleep(60)

    asked = scope(content_length="10")
    receive = bodies.limited(asked, Headers(scope=asked), silence, {})
    with pytest.raises(Problem) as slow:
        await receive()
    assert (slow.value.status, slow.value.code) == (408, "request_timeout")


async def test_a_body_that_drips_is_given_up_in_the_end(monkeypatch):
    monkeypatch.setattr(bodies, "_SECONDS_IN_ALL", 0.05)
    monkeypatch.setattr(bodies, "_BYTES_A_SECOND", 1e9)

    async def drip():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    asked = scope(transfer_encoding="chunked")
    receive = bodies.limited(asked, Headers(scope=asked), drip, {})
    with pytest.raises(Problem, match="too slowly"):
        await all_of(receive)


async def all_of(receive):
    while (await receive()).get("more_body"):
        pass


@pytest.mark.parametrize(
    "files",
    [
        {"other": ("b.csv", b"x")},
        [("file", ("a.csv", b"x")), ("file", ("b.csv", b"y"))],
    ],
)
async def test_a_form_without_the_one_file_is_a_problem(tmp_path, files):
    async with served(tmp_path) as client:
        answer = await client.post("/api/v1/imports", files=files)
    assert answer.status_code in (400, 422)
    assert isinstance(answer.json()["detail"], str)


@pytest.mark.parametrize(
    "content",
    [b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\n", b"nonsense"],
)
async def test_a_broken_form_is_a_problem(tmp_path, content):
    async with served(tmp_path) as client:
        for kind in ("multipart/form-data; boundary=x", "multipart/form-data"):
            answer = await client.post(
                "/api/v1/imports", content=content, headers={"Content-Type": kind}
            )
            assert answer.status_code in (400, 422)
            assert answer.headers["content-type"] == "application/problem+json"
