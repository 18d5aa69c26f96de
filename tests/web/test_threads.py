"""The threads that work for the loop: every result comes back, to whom it belongs."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import threading
import weakref

import pytest

from booktrack.web.threads import Threads

NAME = "a thread of the tests"
told: contextvars.ContextVar[str] = contextvars.ContextVar("told")


@pytest.fixture
def threads():
    return Threads(3, NAME)


async def test_results_come_back_to_whom_they_belong(threads: Threads) -> None:
    found = await asyncio.gather(*(threads.run(lambda at=at: at * 2) for at in range(2_000)))
    assert found == [at * 2 for at in range(2_000)]


async def test_errors_come_back_too(threads: Threads) -> None:
    class Stopped(BaseException):
        pass

    def fail(error: BaseException) -> None:
        raise error

    for error in (ValueError("no"), Stopped()):
        with pytest.raises(type(error)) as raised:
            await threads.run(lambda error=error: fail(error))
        assert raised.value is error
    assert await threads.run(lambda: "still there") == "still there"


async def test_no_more_threads_work_than_were_wished(threads: Threads) -> None:
    at_work, most, lock = 0, 0, threading.Lock()
    together = threading.Barrier(3)

    def work() -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        together.wait(30)
        with lock:
            at_work -= 1

    await asyncio.gather(*(threads.run(work) for _ in range(9)))
    assert most == 3


async def test_work_sees_the_context_of_whom_it_is_for(threads: Threads) -> None:
    async def ask(name: str) -> str:
        told.set(name)
        return await threads.run(told.get)

    tasks = [asyncio.create_task(ask(name)) for name in "abc"]
    assert await asyncio.gather(*tasks) == ["a", "b", "c"]


async def test_work_that_nobody_waits_for_any_more_holds_nobody_up(threads: Threads) -> None:
    begun, let = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        let.wait(30)

    given_up = [asyncio.create_task(threads.run(slow)) for _ in range(9)]
    await asyncio.to_thread(begun.wait, 30)
    for task in given_up:
        task.cancel()
    await asyncio.gather(*given_up, return_exceptions=True)
    let.set()
    assert await threads.run(lambda: 1) == 1


def test_they_serve_one_loop_after_the_other(threads: Threads) -> None:
    for _ in range(3):
        assert asyncio.run(threads.run(lambda: 1)) == 1


def test_a_loop_that_ends_early_is_not_missed(threads: Threads) -> None:
    let = threading.Event()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(threads.run(lambda: let.wait(30)), 0.01)

    asyncio.run(give_up())
    let.set()
    assert asyncio.run(threads.run(lambda: 2)) == 2


def test_they_end_with_their_owner_and_keep_nothing_alive() -> None:
    class Held:
        pass

    held = Held()
    gone = weakref.ref(held)
    name = "a thread of this test alone"
    threads = Threads(2, name)
    asyncio.run(threads.run(lambda held=held: None))
    mine = [thread for thread in threading.enumerate() if thread.name == name]
    del held, threads
    gc.collect()
    for thread in mine:
        thread.join(30)
    assert [thread.is_alive() for thread in mine] == [False]
    assert gone() is None
