"""Whatever is done, the next `get_series` says what a naive recount of the books says."""

import itertools
import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from booktrack import NotFound
from support.libraries import open_library

POSITIONS = ["1", "2", "3", "4", "5", "1-3", "4-5", "0", "1.5"]
STATUSES = ["own", "want", "missing"]

OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(POSITIONS), st.sampled_from(STATUSES)),
        st.tuples(st.just("mark"), st.sampled_from(POSITIONS), st.sampled_from(STATUSES)),
        st.tuples(st.just("remove"), st.sampled_from(POSITIONS), st.none()),
        st.tuples(st.just("mark_volume"), st.integers(1, 6), st.sampled_from(["own", "want"])),
        st.tuples(st.just("import"), st.lists(st.integers(6, 9), min_size=1), st.none()),
        st.tuples(st.just("undo"), st.none(), st.none()),
    ),
    max_size=12,
)


class Shelf:
    """A library of one series beside the plainest model of it: a status for each printed place."""

    def __init__(self, library):
        self.library = library
        self.model = {}
        self.books = {}
        self.past = []

    def do(self, operation, place, value):
        before = (dict(self.model), dict(self.books))
        count = len(self.library.history(limit=1000)["transactions"])
        getattr(self, operation)(place, value)
        if operation != "undo" and len(self.library.history(limit=1000)["transactions"]) > count:
            self.past.append(before)

    def add(self, place, status):
        book = self.library.add(title=f"Bleach, Vol. {place}", authors="Kubo", status=status)
        self.model[place] = status
        self.books[place] = book["id"]

    def mark(self, place, status):
        if place in self.books:
            (edition,) = self.library.get_book(self.books[place])["editions"]
            self.library.mark(edition["id"], status)
            self.model[place] = status

    def remove(self, place, _):
        if place in self.books:
            self.library.remove_book(self.books.pop(place))
            del self.model[place]

    def mark_volume(self, number, status):
        place = str(number)
        inside = number in self.owned() and self.model.get(place) != "own"
        if not self.exists() or inside:
            return
        self.library.mark_volumes("Bleach", number, status)
        self.model[place] = status
        if place not in self.books:
            self.books[place] = self.library.search(title=f"Bleach, Vol. {place}", limit=1)[
                "results"
            ][0]["id"]

    def exists(self):
        return bool(self.library.list_series()["total"])

    def __getattr__(self, name):
        # "import" is a word of the language.
        if name == "import":
            return self.take_in
        raise AttributeError(name)

    def take_in(self, numbers, _):
        fresh = [str(n) for n in dict.fromkeys(numbers) if str(n) not in self.model]
        if fresh:
            rows = [f'"Bleach, Vol. {place}",Tite Kubo,Bleach,{place},own' for place in fresh]
            text = "\n".join(["Title,Author,Series,Volume,Status", *rows])
            self.library.import_file(text.encode(), format="table")
            for place in fresh:
                (found,) = [
                    book for book in self.library.list_books(series="Bleach", limit=100)["books"]
                    if book["series_position_label"] == place
                ]  # fmt: skip
                self.books[place] = found["id"]
                self.model[place] = "own"

    def undo(self, *_):
        if self.past:
            entries = self.library.history(limit=1000)["transactions"]
            undoable = [one for one in entries if not one["undone_by"] and "undo" not in one["why"]]
            self.library.undo(undoable[0]["id"])
            self.model, self.books = self.past.pop()

    def owned(self):
        return {
            number
            for place, status in self.model.items()
            if status == "own"
            for number in covered(place)
        }

    def check(self):
        try:
            series = self.library.get_series("Bleach")
        except NotFound:
            assert not self.model
            return
        owned = self.owned()
        there = {number for place in self.model for number in covered(place)}
        expected = set(range(1, max(owned, default=0) + 1)) | there
        whole = [place for place in series["owned"] if place.isdecimal()]
        assert set(map(int, whole)) == owned
        assert set(map(int, series["missing"])) == expected - owned
        halves = {p for p in series["owned"] if not p.isdecimal()}
        assert halves == {p for p, status in self.model.items() if "." in p and status == "own"}
        wanted = {
            place
            for place, status in self.model.items()
            if status == "want"
            for place in (map(str, covered(place)) if covered(place) else [place])
        }
        assert set(series["wanted"]) == wanted - {str(number) for number in owned}
        assert series["owned_count"] == len(owned)


def covered(place):
    if "." in place:
        return []
    first, _, last = place.partition("-")
    return list(range(int(first), int(last or first) + 1))


@settings(max_examples=40, deadline=None)
@given(OPERATIONS)
def test_status_stays_in_step_with_a_naive_recount(operations):
    folder = Path(tempfile.mkdtemp())
    try:
        with open_library(folder / "library.json") as library:
            shelf = Shelf(library)
            for operation in operations:
                shelf.do(*operation)
                shelf.check()
    finally:
        shutil.rmtree(folder)


def test_every_pair_of_marks_is_seen_at_once(tmp_path):
    with open_library(tmp_path / "library.json") as library:
        shelf = Shelf(library)
        shelf.add("1-3", "own")
        for first, second in itertools.product(STATUSES, STATUSES):
            for status in (first, second):
                shelf.mark("1-3", status)
                shelf.add("2", status)
                shelf.check()
