"""Refreshing: in the order of need, each entry by one process, nothing of the user's lost."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest

from booktrack import InvalidInput
from booktrack.domain.isbn import parse_isbn
from booktrack.errors import SourceRateLimited, SourceUnavailable
from support.libraries import (
    DUNE,
    NOW,
    ROOT,
    WAY_OF_KINGS,
    Batches,
    Down,
    Told,
    open_library,
    work,
)

WHOLE = {
    "publisher": "Ace",
    "release_date": "2005-08-02",
    "language": "en",
    "page_count": 528,
    "cover_url": "https://example.org/1.jpg",
}


def isbn(number):
    """Return one of a row of valid ISBNs."""
    body = f"978{number:09}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10
    return parse_isbn(f"{body}{check}")


def dune(**edition):
    return work("Dune", "Frank Herbert", isbn=DUNE, **edition)


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def move(self, **time):
        self.now += timedelta(**time)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def opened(tmp_path, clock):
    """Open the same file again and again, with other sources."""
    libraries = []

    def open_it(*sources, **options):
        options = {"offline": False, "clock": clock, "sources": list(sources), **options}
        libraries.append(open_library(tmp_path / "library.json", **options))
        return libraries[-1]

    yield open_it
    for library in libraries:
        library.close()


def told(library, what="publisher"):
    return library.lookup(DUNE, remote="never")["editions"][0][what]


def isbns_of(found):
    return [entry["isbn_13"] for entry in found["entries"]]


class Limited(Batches):
    name = "limited"

    def by_isbns(self, isbns):
        self.asked.append(list(isbns))
        raise SourceRateLimited("enough for today", source=self.name, retry_after=3600)
        yield


# --- stale -----------------------------------------------------------------------------------


def test_what_is_partial_goes_first_then_what_has_no_cover_then_what_is_old(opened, clock):
    first, second, third, whole = map(isbn, (1, 2, 3, 4))
    source = Batches(
        work("Old", "A", isbn=first, price=9.99, **WHOLE),
        work("Coverless", "B", isbn=second, **{**WHOLE, "cover_url": None}),
        work("Whole", "D", isbn=whole, price=9.99, **WHOLE),
    )
    library = opened(source)
    for number in (first, second):
        library.add(number)
    clock.move(days=200)
    library.add(third, title="Partial", remote="never")
    library.add(whole)
    found = library.stale()
    assert isbns_of(found) == [third, second, first]
    assert (found["total"], found["limit"]) == (3, 100)
    partial, coverless, old = found["entries"]
    assert {"publisher", "authors", "series"} <= set(partial["missing"])
    assert coverless["missing"] == ["cover_url", "price"]
    assert "publisher" in old["stale"]
    assert (old["title"], old["missing"]) == ("Old", [])


def test_among_equals_the_longest_not_asked_goes_first(opened, clock):
    source = Batches()
    library = opened(source)
    for number in (isbn(1), isbn(2), isbn(3)):
        library.add(number, title=f"Book {number}", remote="never")
    library.refresh(limit=2)
    assert isbns_of(library.stale()) == [isbn(3)]
    library.refresh()
    clock.move(days=31)
    assert isbns_of(library.stale()) == [isbn(1), isbn(2), isbn(3)]


def test_release_dates_near_today_of_tracked_series_go_before_others(opened):
    library = opened(Batches())
    for number, date in ((1, "2019-05"), (2, "2027-01-10"), (3, "2026"), (4, None)):
        library.add(
            isbn(number), title=f"Fables, Vol. {number}", authors="A", series="Fables",
            position=number, release_date=date, remote="never",
        )  # fmt: skip
    library.add(isbn(5), title="Alone", authors="B", release_date="2026-11-22", remote="never")
    assert isbns_of(library.stale()) == [isbn(n) for n in (2, 3, 1, 4, 5)]
    library.track_series("Fables", False)
    assert isbns_of(library.stale()) == [isbn(n) for n in (1, 2, 3, 4, 5)]


def test_only_what_is_owned_or_wanted_and_has_a_number_is_refreshed(opened):
    library = opened(Batches())
    library.add(isbn(1), title="Mine", remote="never")
    library.add(isbn(2), title="Wanted", status="want", remote="never")
    library.add(isbn(3), title="Missing", status="missing", remote="never")
    library.add(title="No number", remote="never")
    assert isbns_of(library.stale()) == [isbn(1), isbn(2)]
    assert opened(Batches(), user_id=2).stale()["total"] == 0


def test_the_list_is_cut_at_the_limit_and_tells_of_the_rest(opened):
    library = opened(Batches())
    for number in (1, 2, 3):
        library.add(isbn(number), title=f"Book {number}", remote="never")
    found = library.stale(limit=2)
    assert (len(found["entries"]), found["total"]) == (2, 3)


def test_what_is_stale_can_be_told_without_a_network(sample):
    found = sample.stale()
    assert found["total"] >= len(found["entries"]) > 0


@pytest.mark.parametrize("limit", [0, -1, 100_001, True, 2.5, "ten", None])
def test_a_limit_that_is_none_is_refused(library, limit):
    with pytest.raises(InvalidInput, match="limit"):
        library.stale(limit)
    with pytest.raises(InvalidInput, match="limit"):
        library.refresh(limit)


# --- refresh ---------------------------------------------------------------------------------


def test_what_changed_is_told_field_by_field(opened):
    library = opened(Batches(dune(**WHOLE)))
    book = library.add(DUNE, title="Dune", authors="Frank Herbert", remote="never")
    report = library.refresh()
    assert (report["asked"], report["left"]) == (1, 0)
    assert report["sources"] == {"told": {"code": "ok"}}
    (change,) = report["changed"]
    assert (change["book_id"], change["title"]) == (book["id"], "Dune")
    assert change["fields"] == {f"{DUNE} {name}": [None, value] for name, value in WHOLE.items()}
    assert told(library) == "Ace"


def test_a_refresh_that_brings_nothing_new_reports_no_change(opened, clock):
    library = opened(Batches(dune(**WHOLE)))
    library.add(DUNE)
    clock.move(days=200)
    assert library.refresh()["changed"] == []
    assert library.refresh()["asked"] == 0


def test_a_book_that_nobody_knows_is_not_asked_for_again_for_a_month(opened, clock):
    source = Batches()
    library = opened(source)
    library.add(DUNE, title="Dune", remote="never")
    assert library.refresh() | {"changed": []} == {
        "asked": 1, "changed": [], "sources": {"told": {"code": "ok"}}, "left": 0
    }  # fmt: skip
    clock.move(days=29)
    assert library.refresh()["asked"] == 0
    clock.move(days=2)
    assert library.refresh()["asked"] == 1
    assert source.asked == [[DUNE], [DUNE]]


def test_a_locked_value_is_never_lost(opened):
    library = opened(Batches(dune(**WHOLE)))
    book = library.add(DUNE, title="Dune", authors="Frank Herbert", remote="never")
    library.edit_edition(DUNE, publisher="Chilton")
    library.edit_book(book["id"], title="DUNE!")
    (change,) = library.refresh()["changed"]
    after = library.get_book(book["id"])
    assert (after["title"], told(library)) == ("DUNE!", "Chilton")
    assert f"{DUNE} publisher" not in change["fields"]
    assert told(library, "page_count") == 528


def test_a_record_of_another_book_is_not_believed(opened):
    class Mixed(Batches):
        def _of(self, isbn):
            return self.works

    library = opened(Mixed(work("Gardening", "Ann Lee", isbn=WAY_OF_KINGS)))
    library.add(DUNE, title="Dune", remote="never")
    assert library.refresh()["changed"] == []
    assert library.list_books()["total"] == 1


def test_entries_that_could_not_be_helped_do_not_stand_in_the_way(opened):
    source = Batches()
    library = opened(source)
    for number in range(1, 6):
        library.add(isbn(number), title=f"Book {number}", remote="never")
    asked = [library.refresh(limit=2)["left"] for _ in range(3)]
    assert asked == [3, 1, 0]
    assert [number for batch in source.asked for number in batch] == [isbn(n) for n in range(1, 6)]


def test_many_go_in_one_question_where_the_source_takes_them_and_in_small_parts_elsewhere(opened):
    one, many = Told(), Batches()
    one.name, many.name = "one", "many"
    library = opened(one, many)
    library.import_file("\n".join(isbn(number) for number in range(30)).encode())
    steps = []
    report = library.refresh(progress=steps.append)
    assert [len(batch) for batch in many.asked] == [30]
    assert one.questions == 30
    assert steps == [
        {"done": 25, "total": 60, "what": "asked one"},
        {"done": 30, "total": 60, "what": "asked one"},
        {"done": 60, "total": 60, "what": "asked many"},
    ]
    assert report["asked"] == 30


def test_an_interrupted_refresh_keeps_what_was_done_and_goes_on_there(opened):
    source = Told()
    library = opened(source)
    library.import_file("\n".join(isbn(number) for number in range(60)).encode())

    def interrupt(step):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.refresh(progress=interrupt)
    assert (source.questions, library.stale()["total"]) == (25, 35)
    assert library.check()["ok"]
    assert library.refresh()["asked"] == 35
    assert (source.questions, library.stale()["total"]) == (60, 0)


def test_an_interruption_while_the_source_is_asked_lets_the_entries_go(opened):
    class Interrupted(Batches):
        def by_isbns(self, isbns):
            os.kill(os.getpid(), signal.SIGINT)  # as Ctrl-C does, which the main thread is told
            return {}
            yield

    library = opened(Interrupted())
    library.add(DUNE, title="Dune", remote="never")
    with pytest.raises(KeyboardInterrupt):
        library.refresh()
    assert opened(Batches(dune(**WHOLE))).refresh()["asked"] == 1


# --- sources that fail -----------------------------------------------------------------------


def test_a_source_that_fails_releases_its_claim_and_the_others_go_on(opened, clock):
    limited, able = Limited(), Batches(dune(**WHOLE))
    library = opened(limited, able)
    library.add(DUNE, title="Dune", remote="never")
    report = library.refresh()
    assert report["sources"]["limited"]["code"] == "rate_limited"
    assert report["sources"]["limited"]["retry_after"] == 3600
    assert report["sources"]["told"] == {"code": "ok"}
    assert (report["asked"], told(library)) == (1, "Ace")
    before = len(limited.asked)
    clock.move(seconds=1)
    library.add(isbn(7), title="Another", remote="never")
    library.refresh()
    assert len(limited.asked) == before + 1


def test_a_source_that_fails_is_not_asked_for_the_rest_and_they_stay_due(opened):
    class Breaking(Told):
        name = "breaking"

        def by_isbn(self, number):
            self.questions += 1
            if self.questions > 30:
                raise SourceUnavailable("broken", source=self.name)
            return []
            yield

    source = Breaking()
    library = opened(source)
    library.import_file("\n".join(isbn(number) for number in range(100)).encode())
    report = library.refresh()
    assert source.questions == 31
    assert (report["asked"], report["left"]) == (25, 75)
    assert report["sources"]["breaking"]["code"] == "unavailable"
    assert library.stale()["total"] == 75


def test_when_nobody_can_be_asked_everything_stays_due(opened):
    library = opened(Down())
    library.add(DUNE, title="Dune", remote="never")
    report = library.refresh()
    assert (report["asked"], report["left"], report["changed"]) == (0, 1, [])
    assert report["sources"]["down"]["code"] == "unavailable"
    assert isbns_of(library.stale()) == [DUNE]


def test_offline_nobody_is_asked(opened):
    library = opened(Batches(dune(**WHOLE)), offline=True)
    library.add(DUNE, title="Dune")
    assert library.refresh() == {"asked": 0, "changed": [], "sources": {}, "left": 0}
    assert isbns_of(library.stale()) == [DUNE]


def test_only_the_named_sources_are_asked(opened):
    one, other = Batches(), Batches()
    other.name = "other"
    library = opened(one, other)
    library.add(DUNE, title="Dune", remote="never")
    assert library.refresh(sources=["other"])["sources"] == {"other": {"code": "ok"}}
    assert (one.asked, other.asked) == ([], [[DUNE]])


@pytest.mark.parametrize("sources", [["nobody"], "nobody", [7], 7, [""]])
def test_a_source_that_cannot_be_asked_is_refused(opened, sources):
    with pytest.raises(InvalidInput):
        opened(Batches()).refresh(sources=sources)


# --- two at once -----------------------------------------------------------------------------


class Meanwhile(Batches):
    """While it is asked, another process, here a thread, does something."""

    def __init__(self, *works, do):
        super().__init__(*works)
        self.do = do

    def by_isbns(self, isbns):
        thread = threading.Thread(target=self.do)
        thread.start()
        thread.join()
        return (yield from super().by_isbns(isbns))


def test_two_processes_never_refresh_the_same_entry_at_once(opened):
    second = Batches(dune(**WHOLE))
    other = opened(second)
    seen = []
    first = Meanwhile(dune(**WHOLE), do=lambda: seen.append(other.refresh()))
    library = opened(first)
    library.add(DUNE, title="Dune", remote="never")
    assert library.refresh()["asked"] == 1
    assert (seen[0]["asked"], seen[0]["left"], second.asked) == (0, 1, [])
    assert other.refresh()["asked"] == 0


DYING = """
import os, sys
from support.libraries import Batches, open_library

class Dying(Batches):
    def by_isbns(self, isbns):
        os._exit(9)
        yield

open_library(sys.argv[1], sources=[Dying()], offline=False).refresh()
"""


def test_a_claim_of_a_process_that_died_does_not_hold_for_ever(opened, clock):
    source = Batches(dune(**WHOLE))
    library = opened(source)
    library.add(DUNE, title="Dune", remote="never")
    done = subprocess.run(
        [sys.executable, "-c", DYING, library.path],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        check=False,
    )
    assert done.returncode == 9
    clock.move(minutes=10)
    assert library.refresh()["asked"] == 0
    clock.move(minutes=6)
    assert library.refresh()["asked"] == 1


def test_what_another_process_was_told_meanwhile_is_not_asked_again(opened):
    other = opened(Batches(dune(**WHOLE)))
    first, second = Batches(), Batches()
    first.name = "one"
    library = opened(first, second)
    library.add(DUNE, title="Dune", remote="never")
    steps = []

    def meanwhile(step):
        steps.append(step["done"])
        other.refresh()

    report = library.refresh(progress=meanwhile)
    assert (first.asked, second.asked, steps) == ([[DUNE]], [], [1, 2])
    assert report["sources"] == {"one": {"code": "ok"}}


def test_what_was_removed_meanwhile_does_not_come_back(opened):
    other = opened()
    source = Meanwhile(dune(**WHOLE), do=lambda: other.remove_book(book["id"]))
    library = opened(source)
    book = library.add(DUNE, title="Dune", remote="never")
    library.add(isbn(1), title="Another", remote="never")
    assert library.refresh()["changed"] == []
    assert library.list_books()["total"] == 1


def test_what_was_removed_before_it_was_its_turn_is_not_asked_for(opened):
    other = opened()
    first = Meanwhile(do=lambda: other.remove_book(book["id"]))
    second = Batches()
    second.name = "second"
    library = opened(first, second)
    book = library.add(DUNE, title="Dune", remote="never")
    library.refresh()
    assert second.asked == []


def test_a_refresh_can_be_undone_in_one_step(opened):
    library = opened(Batches(dune(**WHOLE)))
    library.add(DUNE, title="Dune", authors="Frank Herbert", remote="never")
    library.refresh()
    change = library.history(limit=1)["transactions"][0]
    assert change["why"] == "refresh 1 books from told"
    library.undo(change["id"])
    assert told(library) is None


def test_a_source_without_its_key_is_passed_over(opened):
    class Keyless(Batches):
        configured = False

    source = Keyless()
    library = opened(source)
    library.add(DUNE, title="Dune", remote="never")
    assert library.stale()["total"] == 0
    assert library.refresh() == {"asked": 0, "changed": [], "sources": {}, "left": 0}
    assert source.asked == []
