"""What the server does by itself: what is switched on and due, and nothing twice at once."""

import threading
from datetime import UTC, datetime, timedelta

import anyio
import pytest

from booktrack import Library, NotFound
from booktrack.errors import StoreBusy
from booktrack.web.calls import Workers
from booktrack.web.jobs import Jobs
from booktrack.web.upkeep import Upkeep
from support.libraries import DUNE, open_library


class Clock:
    def __init__(self):
        self.now = datetime.now(UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def library(tmp_path):
    with open_library(tmp_path / "library.json") as opened:
        opened.add(DUNE, title="Dune")
        yield opened


@pytest.fixture
def upkeep(library, clock):
    jobs = Jobs()
    yield Upkeep(library, Workers(), jobs, clock)
    jobs.close()


SWITCHED = {
    "refresh": {"enabled": False, "interval_hours": 1.0},
    "covers": {"enabled": False, "interval_hours": 1.0},
    "backup": {"enabled": True, "interval_hours": 24.0},
    "sync": {"enabled": False, "interval_hours": 1.0},
    "nothing_such": {"enabled": True, "interval_hours": 1.0},
}


def test_only_what_is_switched_on_and_due_is_begun(library, upkeep, clock):
    assert upkeep.begin_due(SWITCHED) == []
    clock.now += timedelta(hours=24)
    assert upkeep.begin_due(SWITCHED) == ["backup"]
    upkeep.last("backup").future.result(timeout=20)
    assert library.backups()["total"] == 1


def test_a_job_is_due_again_an_interval_after_it_began(upkeep, clock):
    upkeep.start("backup").future.result(timeout=20)
    clock.now += timedelta(hours=23)
    assert upkeep.begin_due(SWITCHED) == []
    clock.now += timedelta(hours=2)
    assert upkeep.begin_due(SWITCHED) == ["backup"]


def test_a_job_that_many_others_came_after_is_not_due_before_its_time(upkeep, clock):
    clock.now += timedelta(days=-30)
    since = Upkeep(upkeep._library, Workers(), upkeep._jobs, clock)
    clock.now += timedelta(days=30)
    job = since.start("backup")
    job.future.result(timeout=20)
    for _ in range(210):
        upkeep._jobs.start("other", lambda progress: None).future.result(timeout=20)
    assert since.last("backup") is job
    assert since.begin_due(SWITCHED) == []


@pytest.mark.parametrize("name", ["refresh", "covers", "backup"])
def test_every_job_does_its_work(upkeep, name):
    job = upkeep.start(name)
    job.future.result(timeout=20)
    assert job.answer()["state"] == "done", job.answer()


def test_a_sync_tells_what_is_not_set(upkeep):
    job = upkeep.start("sync")
    job.future.result(timeout=20)
    assert "skoolib_url" in str(job.answer()["problem"])


def test_a_job_that_there_is_not_is_told(upkeep):
    with pytest.raises(NotFound, match="backup"):
        upkeep.start("nothing")


async def test_the_work_ends_with_the_server(upkeep):
    with anyio.fail_after(5):
        async with upkeep.running(None):
            await anyio.sleep(0)


async def test_what_is_due_is_begun_by_itself(library, upkeep, clock):
    clock.now += timedelta(hours=25)
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(upkeep.run, 0.01)
            while upkeep.last("backup") is None:
                await anyio.sleep(0.01)
            group.cancel_scope.cancel()
    upkeep.last("backup").future.result(timeout=20)
    assert library.backups()["total"] == 1


async def test_a_library_that_is_busy_puts_the_work_off(tmp_path, clock, caplog):
    class Busy(Library):
        def get_settings(self):
            raise StoreBusy("another process holds the lock")

    with Busy(tmp_path / "l.json", offline=True) as library:
        upkeep = Upkeep(library, Workers(), Jobs(), clock)
        with anyio.fail_after(20):
            async with anyio.create_task_group() as group:
                group.start_soon(upkeep.run, 0.01)
                while caplog.text.count("put off") < 2:
                    await anyio.sleep(0.01)
                group.cancel_scope.cancel()


def test_a_job_that_runs_is_not_begun_twice(upkeep):
    gate = threading.Event()
    upkeep._work["backup"] = lambda progress: gate.wait(20)
    first = upkeep.start("backup")
    assert upkeep.start("backup") is first
    gate.set()
