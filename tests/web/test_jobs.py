"""Long work: answered at once, followed by events, ended at its next step."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest

from booktrack.errors import BooktrackError, Conflict, NotFound
from booktrack.web.jobs import Jobs
from support.web import served

LIST = b"ISBN,Title\n9780441013593,Dune\n9780553283686,Hyperion\n"


async def events_of(client, path):
    """Return `[(name, job)]` of all events until the stream ends."""
    found = []
    async with client.stream("GET", f"{path}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        async for line in stream.aiter_lines():
            if line.startswith("event: "):
                found.append([line[7:]])
            elif line.startswith("data: "):
                found[-1].append(json.loads(line[6:]))
    return found


async def test_an_import_is_a_job_with_progress_and_a_result(tmp_path):
    async with served(tmp_path) as client:
        begun = await client.post("/api/v1/imports", files={"file": ("books.csv", LIST)})
        assert begun.status_code == 202
        where = begun.headers["location"]
        assert where == f"/api/v1/jobs/{begun.json()['id']}"
        events = await events_of(client, where)
        assert events[-1][0] == "end"
        assert {name for name, _ in events[:-1]} <= {"progress"}
        job = (await client.get(where)).json()
        assert job == events[-1][1]
        assert (job["state"], job["kind"], job["problem"]) == ("done", "import", None)
        assert job["result"]["added"] + job["result"]["updated"] + job["result"]["unchanged"] == 2
        assert (await client.get("/api/v1/lookup/9780553283686?remote=never")).status_code == 200
        listed = (await client.get("/api/v1/jobs")).json()
        assert (listed["total"], listed["jobs"][0]["id"]) == (1, job["id"])


async def test_the_bytes_themselves_are_an_upload_too_and_are_repeated_once(tmp_path):
    async with served(tmp_path) as client:
        headers = {"Content-Type": "text/csv", "Idempotency-Key": "import-1"}
        first = await client.post("/api/v1/imports", content=LIST, headers=headers)
        again = await client.post("/api/v1/imports", content=LIST, headers=headers)
        assert again.json()["id"] == first.json()["id"]
        other = await client.post("/api/v1/imports", content=LIST + b"\n", headers=headers)
        assert other.status_code == 422
        await events_of(client, first.headers["location"])
        assert (await client.get("/api/v1/imports")).json()["total"] == 1


@pytest.mark.parametrize("cut_off", [False, True])
async def test_a_job_that_ended_with_its_server_is_begun_again(tmp_path, cut_off):
    path, key = "/api/v1/imports?enrich=false", {"Idempotency-Key": "one"}
    files = {"file": ("a.csv", "title\n" + "\n".join(f"Book {n}" for n in range(2_000)))}
    async with served(tmp_path) as client:
        first = (await client.post(path, files=files, headers=key)).json()
        if not cut_off:
            await events_of(client, f"/api/v1/jobs/{first['id']}")
    async with served(tmp_path) as client:
        again = await client.post(path, files=files, headers=key)
        assert again.status_code == 202
        assert ("idempotency-replayed" in again.headers) is not cut_off
        if cut_off:
            done = (await events_of(client, again.headers["location"]))[-1][1]
            assert done["result"]["added"] == 2_000


async def test_a_preview_changes_nothing_and_answers_at_once(tmp_path):
    async with served(tmp_path) as client:
        before = client.library.revision()
        told = await client.post("/api/v1/imports/preview", files={"file": ("b.csv", LIST)})
        assert (told.status_code, told.json()["preview"], told.json()["rows"]) == (200, True, 2)
        mapped = await client.post(
            "/api/v1/imports/preview?column=title=ISBN&column=isbn=Title",
            files={"file": ("b.csv", LIST)},
        )
        assert mapped.json()["mapping"]["title"] == "ISBN"
        assert client.library.revision() == before


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"%PDF-1.4"])
async def test_a_file_that_is_none_fails_the_job_or_is_refused(tmp_path, content):
    async with served(tmp_path) as client:
        begun = await client.post("/api/v1/imports", files={"file": ("b.csv", content)})
        if begun.status_code == 202:
            name, job = (await events_of(client, begun.headers["location"]))[-1]
            assert (name, job["state"], job["problem"]["code"]) == ("end", "failed", "invalid_file")
        else:
            assert (begun.status_code, begun.json()["code"]) == (422, "invalid_file")


async def test_a_refresh_is_a_job(tmp_path):
    async with served(tmp_path) as client:
        begun = await client.post("/api/v1/refreshes?limit=3")
        _, job = (await events_of(client, begun.headers["location"]))[-1]
        assert (job["state"], job["kind"]) == ("done", "refresh")


async def test_a_job_is_cancelled_at_its_next_step(tmp_path):
    async with served(tmp_path) as client:
        jobs = client.app.state.jobs
        go_on = threading.Event()

        def work(progress):
            progress({"done": 0, "total": 2, "what": "books"})
            go_on.wait(10)
            progress({"done": 1, "total": 2, "what": "books"})
            return "never"

        job = jobs.start("slow", work)
        path = f"/api/v1/jobs/{job.id}"
        following = asyncio.create_task(events_of(client, path))
        told = await client.post(f"{path}/cancel")
        assert told.status_code == 202
        go_on.set()
        events = await following
        assert events[-1][1]["state"] == "cancelled"
        assert events[-1][1]["result"] is None


async def test_there_is_no_such_job(tmp_path):
    async with served(tmp_path) as client:
        for path in ("/api/v1/jobs/none", "/api/v1/jobs/none/events"):
            assert (await client.get(path)).status_code == 404
        assert (await client.post("/api/v1/jobs/none/cancel")).status_code == 404


async def test_who_stops_listening_ends_the_stream_only(tmp_path):
    async with served(tmp_path) as client:
        jobs = client.app.state.jobs
        go_on = threading.Event()
        job = jobs.start("slow", lambda progress: go_on.wait(10))
        changes = job.changes(0.01)
        assert (await anext(changes))["state"] in ("queued", "running")
        await changes.aclose()
        assert not job._listeners
        go_on.set()


def test_a_job_that_fails_tells_the_problem_and_nothing_inside():
    jobs = Jobs()

    def refuse(progress):
        raise BooktrackError("told to the user")

    def break_down(progress):
        raise RuntimeError("the inside of the house")

    one, other = jobs.start("one", refuse), jobs.start("other", break_down)
    one.future.result(10)
    other.future.result(10)
    assert one.answer()["problem"] == {"code": "error", "detail": "told to the user"}
    assert other.answer()["problem"]["code"] == "internal_error"
    assert "of the house" not in other.answer()["problem"]["detail"]
    jobs.close()


def test_the_last_two_hundred_jobs_are_kept():
    jobs = Jobs()
    ids = []
    for number in range(230):
        job = jobs.start("quick", lambda progress, number=number: number)
        job.future.result(10)
        ids.append(job.id)
    assert [job.id for job in jobs.newest()] == ids[:-201:-1]
    with pytest.raises(NotFound):
        jobs.get(ids[0])
    jobs.close()


def test_a_server_that_ends_takes_no_more_jobs_and_ends_those_that_wait():
    jobs = Jobs()
    go_on = threading.Event()
    running = [jobs.start("slow", lambda progress: go_on.wait(10)) for _ in range(2)]
    waiting = jobs.start("waiting", lambda progress: None)
    threading.Timer(0.05, go_on.set).start()
    jobs.close()
    assert waiting.answer()["state"] == "cancelled"
    assert all(job.ended for job in running)
    with pytest.raises(Conflict):
        jobs.start("late", lambda progress: None)


def test_no_more_than_a_hundred_wait():
    jobs = Jobs()
    go_on = threading.Event()
    for _ in range(100):
        jobs.start("slow", lambda progress: go_on.wait(10))
    with pytest.raises(Conflict, match="100 jobs"):
        jobs.start("one more", lambda progress: None)
    go_on.set()
    jobs.close()
