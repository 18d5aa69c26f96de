"""What the server does by itself: what is switched on and due, and nothing twice at once."""

from datetime import UTC, datetime, timedelta

import anyio
import pytest

from booktrack import NotFound
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
