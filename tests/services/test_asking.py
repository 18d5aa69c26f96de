"""Asking several sources at once: each fails by itself, even by a mistake in its own code."""

import asyncio
import os
import signal

import anyio
import pytest

from booktrack import NotFound, _engine
from booktrack.services import asking
from booktrack.sources.calls import Answer
from support.libraries import DUNE, Told, open_library, snapshot, work


class Mistaken(Told):
    name = "mistaken"
    title = "Mistaken"

    def by_isbn(self, isbn):
        raise KeyError("publisher")
        yield

    def search(self, **asked):
        raise KeyError("publisher")
        yield


@pytest.fixture
def opened(tmp_path):
    libraries = []

    def open_it(*sources):
        path = tmp_path / "library.json"
        libraries.append(open_library(path, sources=list(sources), offline=False))
        return libraries[-1]

    yield open_it
    for library in libraries:
        library.close()


def test_a_mistake_in_a_plug_in_does_not_hide_what_the_others_know(opened, caplog):
    told = Told(work("Dune", "Frank Herbert", isbn=DUNE))
    book = opened(Mistaken(), told).lookup(DUNE)
    assert book["title"] == "Dune"
    assert book["asked"]["told"] == {"code": "ok"}
    entry = book["asked"]["mistaken"]
    assert entry["code"] == "source_error"
    assert "KeyError: 'publisher'" in entry["message"]
    assert "the source mistaken made a mistake" in caplog.text


def test_a_mistake_is_not_the_same_as_nothing_found(opened):
    library = opened(Mistaken())
    before = snapshot(library)
    with pytest.raises(NotFound, match=r"could not ask mistaken \(source_error\)"):
        library.lookup(DUNE)
    assert library.search("dune")["sources"]["mistaken"]["code"] == "source_error"
    assert snapshot(library) == before


def test_a_source_that_makes_a_mistake_leaves_a_refresh_due(opened):
    library = opened(Mistaken())
    library.add(DUNE, title="Dune", remote="never")
    report = library.refresh()
    assert (report["asked"], report["left"]) == (0, 1)
    assert report["sources"]["mistaken"]["code"] == "source_error"


def test_an_interruption_ends_what_is_under_way(monkeypatch):
    engine = _engine.Engine()
    ended = []

    async def for_ever():
        os.kill(os.getpid(), signal.SIGINT)  # as Ctrl-C does, which the main thread is told
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.append(True)

    with pytest.raises(KeyboardInterrupt):
        engine.run(for_ever)
    engine.close()  # waits for what is under way
    assert ended == [True]


class Slow:
    """A gateway in which one source never comes to an end."""

    def __init__(self, source):
        self._source = source

    async def answer(self, source, flow, *, budget, keep=None):
        if source is self._source:
            await anyio.sleep_forever()
        try:
            next(flow())
        except StopIteration as done:
            return Answer(done.value)


def test_a_good_answer_waits_for_the_others_a_moment_only(tmp_path, monkeypatch):
    full = work(
        "Dune", "Frank Herbert", isbn=DUNE, publisher="Ace", release_date="1990-09-01",
        page_count=535, cover_url="https://covers.example.org/1.jpg",
    )  # fmt: skip
    monkeypatch.setattr(asking, "_GRACE", 0.0)
    slow = Told()
    slow.name = "slow"
    asker = asking.Asker(lambda: [Told(full), slow], lambda: Slow(slow), _engine.engine.run)
    asked = asker.by_isbn(DUNE, enough=bool)
    assert [one.title for one in asked.found] == ["Dune"]
    assert asked.sources == {"told": {"code": "ok"}, "slow": {"code": "not_needed"}}


def test_who_has_not_answered_in_time_is_late():
    slow = Told()
    asker = asking.Asker(
        lambda: [slow],
        lambda: Slow(slow),
        _engine.engine.run,
        manner=lambda: asking.Manner(patience=-0.5),
    )
    assert asker.by_isbn(DUNE).sources == {"told": {"code": "late"}}
