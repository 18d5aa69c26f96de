from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import anyio
import pytest

from booktrack.errors import SourceRateLimited
from booktrack.sources.pacing import Pace, retry_after
from support.virtual_time import BEGIN, VirtualLoop, loop_time, now

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "asyncio", {"loop_factory": VirtualLoop}


async def turns(pace: Pace, number: int, patience: float = 60.0) -> list[float]:
    """Return when each of many callers, who all came at once, got a turn."""
    given = []

    async def caller() -> None:
        await pace.turn(patience)
        given.append(loop_time())

    async with anyio.create_task_group() as group:
        for _ in range(number):
            group.start_soon(caller)
    return sorted(given)


def apart(moments: list[float]) -> list[float]:
    return [round(later - earlier, 3) for earlier, later in pairwise(moments)]


@pytest.mark.parametrize(("per_second", "gap"), [(1, 1.25), (3, 0.417), (100 / 60, 0.75)])
async def test_turns_are_evenly_spaced_at_four_fifths_of_the_limit(
    per_second: float, gap: float
) -> None:
    given = await turns(Pace("x", per_second, now), 12)
    assert apart(given) == pytest.approx([gap] * 11, abs=0.002)


async def test_a_pause_stops_those_who_stand_in_the_queue_and_lets_no_crowd_out_after_it() -> None:
    pace = Pace("x", 1, now)

    async def busy() -> None:
        await anyio.sleep(3)
        pace.pause(BEGIN + timedelta(seconds=33))

    async with anyio.create_task_group() as group:
        group.start_soon(busy)
        given = await turns(pace, 8)
    before = [moment for moment in given if moment < 3]
    after = [moment for moment in given if moment >= 3]
    assert len(before) == 3
    assert after[0] == pytest.approx(33, abs=0.001)
    assert min(apart(after)) >= 1.249


async def test_a_pause_longer_than_a_minute_is_reported_and_not_waited_for() -> None:
    pace = Pace("openlibrary", 1, now)
    pace.pause(now() + timedelta(seconds=3600))
    with pytest.raises(SourceRateLimited, match="openlibrary asked for a pause") as caught:
        await pace.turn(1000)
    assert caught.value.retry_after == 3600
    assert loop_time() < 0.001


async def test_a_pause_longer_than_the_callers_patience_is_reported() -> None:
    pace = Pace("x", 1, now)
    pace.pause(now() + timedelta(seconds=20))
    with pytest.raises(SourceRateLimited):
        await pace.turn(8)
    await pace.turn(30)
    assert loop_time() == pytest.approx(20)


async def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    pace = Pace("x", 1, now)
    pace.pause(now() + timedelta(seconds=20))
    pace.pause(now() + timedelta(seconds=5))
    assert pace.left() == pytest.approx(20, abs=0.001)


NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        (" 0 ", 0.0),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90.0),
        ("Sun, 01 Mar 2026 12:01:30 -0000", 90.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("99999999999999999999", 999999999.0),
        (None, None),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("٣", None),
    ],
)
def test_retry_after_is_read_in_both_of_its_forms(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after(header, NOON) == seconds
