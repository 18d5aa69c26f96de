"""Beginning, following and ending readings."""

import pytest

from booktrack import Conflict, InvalidDate, InvalidInput, InvalidISBN, NotFound
from support.libraries import DUNE, WAY_OF_KINGS, WAY_OF_KINGS_EBOOK, open_library, snapshot

TODAY = "2026-11-22"


@pytest.fixture
def book(library):
    """A paperback of 300 pages."""
    return library.add(DUNE, title="Dune", authors="Frank Herbert", page_count=300)["id"]


@pytest.fixture
def audiobook(library):
    """An audiobook of ten hours."""
    book = library.add(title="Dune Messiah", format="audiobook")
    store = library._ctx.store
    edition_id = book["editions"][0]["id"]
    with store.transaction("tell its length") as tx:
        tx.put("editions", edition_id, {**tx.get("editions", edition_id), "duration_minutes": 600})
    return book["id"]


def refused(library, error, work):
    """Return the message of an error that changed nothing."""
    before = snapshot(library)
    with pytest.raises(error) as raised:
        work()
    assert snapshot(library) == before
    return str(raised.value)


class TestStarting:
    def test_today_where_the_clock_is(self, library, book):
        reading = library.start_reading(book)
        assert (reading["status"], reading["started_at"], reading["finished_at"]) == (
            "reading", TODAY, None
        )  # fmt: skip
        assert (reading["isbn_13"], reading["page_count"], reading["reread"]) == (DUNE, 300, 0)

    def test_by_isbn(self, library, book):
        assert library.start_reading("0-441-01359-7")["book_id"] == book
        assert library.start_reading(int(DUNE))["book_id"] == book

    def test_by_asin(self, library, book):
        store = library._ctx.store
        with store.transaction("a Kindle book") as tx:
            tx.insert("editions", {"book_id": book, "asin": "B00B7NPRY8", "book_format": "ebook"})
        reading = library.start_reading("b00b7npry8")
        assert (reading["book_id"], reading["isbn_13"]) == (book, None)
        refused(library, NotFound, lambda: library.start_reading("B00B7NPRY9"))

    def test_twice_changes_nothing(self, library, book):
        library.start_reading(book, date="2026-11-01")
        before = snapshot(library)
        assert library.start_reading(book)["started_at"] == "2026-11-01"
        assert snapshot(library) == before

    def test_with_another_date_corrects_the_start(self, library, book):
        first = library.start_reading(book)
        again = library.start_reading(book, date="2026-11")
        assert (again["id"], again["started_at"]) == (first["id"], "2026-11")

    def test_after_the_end_is_a_reading_of_its_own(self, library, book):
        library.finish_reading(book, date="2020", rating=3)
        again = library.start_reading(book)
        library.abandon_reading(book)
        third = library.start_reading(book)
        assert [again["reread"], third["reread"]] == [1, 2]
        assert (again["rating"], again["page"], again["status"]) == (None, None, "reading")
        assert library.readings(book)["total"] == 3

    def test_a_wish_becomes_the_reading(self, library, book):
        wish = library.add_to_wishlist(book)["reading"]
        assert library.start_reading(book)["id"] == wish["id"]

    def test_the_edition_that_is_owned_is_meant(self, library):
        book = library.add(WAY_OF_KINGS, title="The Way of Kings", status="missing",
                           authors="Brandon Sanderson", page_count=1000)  # fmt: skip
        library.add(WAY_OF_KINGS_EBOOK, title="The Way of Kings", authors="Brandon Sanderson",
                    format="ebook")  # fmt: skip
        assert library.start_reading(book["id"])["isbn_13"] == WAY_OF_KINGS_EBOOK
        chosen = library.start_reading(book["id"], edition=WAY_OF_KINGS)
        assert (chosen["isbn_13"], library.readings()["total"]) == (WAY_OF_KINGS, 1)

    def test_an_edition_of_another_book_is_refused(self, library, book):
        library.add(WAY_OF_KINGS, title="The Way of Kings")
        text = refused(library, Conflict, lambda: library.start_reading(book, edition=WAY_OF_KINGS))
        assert "not one of 'Dune'" in text

    def test_a_book_without_an_edition(self, library, book):
        library.remove_edition(DUNE)
        reading = library.update_progress(book, page=12)
        assert (reading["edition_id"], reading["page"], reading["percent"]) == (None, 12, None)

    @pytest.mark.parametrize(
        ("book", "error"),
        [
            (99, NotFound), (-1, NotFound), ("9780306406157", NotFound), ("Dune", InvalidISBN),
            (None, InvalidInput), (True, InvalidInput), (1.0, InvalidInput), ([1], InvalidInput),
        ],
    )  # fmt: skip
    def test_an_unknown_book_is_refused(self, library, book, error):
        for work in (library.start_reading, library.finish_reading, library.pause_reading,
                     library.abandon_reading, library.add_to_wishlist, library.add_session,
                     lambda name: library.rate(name, 4),
                     lambda name: library.update_progress(name, page=1)):  # fmt: skip
            refused(library, error, lambda work=work: work(book))


class TestProgress:
    @pytest.mark.parametrize(
        ("told", "page", "percent"),
        [
            ({"page": 150}, 150, 50.0),
            ({"percent": 33.3}, 100, 33.3),
            ({"percent": 0}, 0, 0.0),
            ({"page": 0}, 0, 0.0),
            ({"page": 299}, 299, 99.6),
            ({"page": 150, "percent": 10}, 150, 50.0),
        ],
    )
    def test_by_page_or_percent(self, library, book, told, page, percent):
        reading = library.update_progress(book, **told)
        assert (reading["page"], reading["percent"], reading["clamped"]) == (page, percent, [])
        assert (reading["status"], reading["started_at"]) == ("reading", TODAY)

    def test_by_minutes_of_an_audiobook(self, library, audiobook):
        reading = library.update_progress(audiobook, minutes=150)
        assert (reading["minutes"], reading["duration_minutes"], reading["percent"]) == (
            150, 600, 25.0
        )  # fmt: skip
        assert library.update_progress(audiobook, percent=50)["minutes"] == 300

    def test_by_chapter(self, library, book):
        library.update_progress(book, page=30)
        reading = library.update_progress(book, chapter=4)
        assert (reading["chapter"], reading["page"], reading["percent"]) == (4, 30, 10.0)

    def test_a_minute_of_a_printed_book_leaves_its_page(self, library, book):
        library.update_progress(book, page=30)
        reading = library.update_progress(book, minutes=90)
        assert (reading["minutes"], reading["page"], reading["percent"]) == (90, 30, 10.0)

    def test_what_is_past_the_end_is_cut_off(self, library, book, audiobook):
        assert library.update_progress(book, page=301)["page"] == 300
        over = library.update_progress(book, percent=180)
        assert (over["percent"], over["page"], over["clamped"]) == (100.0, 300, ["percent"])
        assert library.update_progress(audiobook, minutes=601)["minutes"] == 600

    def test_the_end_is_no_finish(self, library, book):
        reading = library.update_progress(book, page=300)
        assert (reading["status"], reading["percent"]) == ("reading", 100.0)

    def test_follows_a_corrected_page_count(self, library, book):
        library.update_progress(book, page=280)
        library.edit_edition(DUNE, page_count=250)
        (reading,) = library.readings(book)["readings"]
        assert (reading["page"], reading["percent"]) == (250, 100.0)

    def test_of_an_edition_of_unknown_length(self, library):
        book = library.add(title="A pamphlet")["id"]
        assert library.update_progress(book, page=9_999)["percent"] is None
        reading = library.update_progress(book, percent=40)
        assert (reading["page"], reading["percent"]) == (None, 40.0)

    @pytest.mark.parametrize(
        "told",
        [
            {}, {"note": "nothing else"}, {"page": -1}, {"page": 1.5}, {"page": "12"},
            {"page": True}, {"percent": -0.1}, {"percent": float("nan")}, {"percent": True},
            {"percent": float("inf")}, {"percent": "50"}, {"minutes": -1}, {"chapter": -1},
            {"page": 10**9}, {"page": 10, "note": 7}, {"page": 10, "note": "x" * 5000},
        ],
    )  # fmt: skip
    def test_what_is_no_place_is_refused(self, library, book, told):
        refused(library, InvalidInput, lambda: library.update_progress(book, **told))

    def test_out_of_order_goes_into_the_log_and_moves_nothing(self, library, book):
        library.update_progress(book, page=50, date="2026-11-03")
        library.update_progress(book, page=200, date="2026-11-20")
        late = library.update_progress(book, page=120, date="2026-11-10", note="late")
        assert (late["page"], late["percent"]) == (200, 66.6)
        assert [one["to_page"] for one in late["sessions"]] == [50, 120, 200]
        assert late["started_at"] == "2026-11-03"

    def test_before_the_start_moves_the_start(self, library, book):
        library.update_progress(book, page=50)
        assert library.update_progress(book, page=20, date="2026-11-01")["started_at"] == (
            "2026-11-01"
        )

    def test_an_unknown_start_stays_unknown(self, library, book):
        reading = library.start_reading(book)
        library.edit_reading(reading["id"], started_at=None)
        assert library.update_progress(book, page=20)["started_at"] is None

    def test_sent_twice_is_one_session(self, library, book):
        library.update_progress(book, page=50)
        before = snapshot(library)
        assert len(library.update_progress(book, page=50)["sessions"]) == 1
        assert snapshot(library) == before

    def test_takes_a_paused_book_up_again(self, library, book):
        library.start_reading(book, date="2026-11-01")
        library.pause_reading(book, date="2026-11-10")
        early = library.update_progress(book, page=40, date="2026-11-05")
        assert (early["status"], early["page"]) == ("paused", 40)
        again = library.update_progress(book, page=50)
        assert (again["status"], again["paused_at"]) == ("reading", None)

    def test_takes_an_abandoned_book_up_again(self, library, book):
        library.update_progress(book, page=40, date="2026-11-01")
        library.abandon_reading(book, date="2026-11-05")
        there = library.update_progress(book, page=30, date="2026-11-03")
        assert (there["status"], there["page"]) == ("abandoned", 30)
        again = library.update_progress(book, page=50)
        assert (again["status"], again["finished_at"], again["page"]) == ("reading", None, 50)
        assert library.readings()["total"] == 1

    def test_of_a_finished_book_is_refused_but_in_its_time(self, library, book):
        library.start_reading(book, date="2026-10-01")
        library.finish_reading(book, date="2026-10-20")
        text = refused(library, Conflict, lambda: library.update_progress(book, page=10))
        assert "finished on 2026-10-20" in text
        refused(library, Conflict, lambda: library.add_session(book, date="2026-10-21"))
        there = library.update_progress(book, page=100, date="2026-10-10")
        assert (there["status"], there["percent"], len(there["sessions"])) == ("finished", 100.0, 1)

    def test_of_a_re_read_may_belong_to_the_first_reading(self, library, book):
        first = library.start_reading(book, date="2020-01-01")
        library.finish_reading(book, date="2020-02-01")
        again = library.start_reading(book, date="2026-11-01")
        assert library.update_progress(book, page=9, date="2020-01-15")["id"] == first["id"]
        assert library.update_progress(book, page=9, date="2026-11-02")["id"] == again["id"]
        moved = library.update_progress(book, page=9, date="2023-05-01")
        assert (moved["id"], moved["started_at"]) == (again["id"], "2023-05-01")

    def test_in_another_edition_goes_on_at_the_same_share(self, library):
        book = library.add(WAY_OF_KINGS, title="The Way of Kings", page_count=1000,
                           authors="Brandon Sanderson")["id"]  # fmt: skip
        library.add(WAY_OF_KINGS_EBOOK, title="The Way of Kings", authors="Brandon Sanderson",
                    format="ebook", page_count=500)  # fmt: skip
        library.update_progress(WAY_OF_KINGS, page=400)
        there = library.start_reading(WAY_OF_KINGS_EBOOK)
        assert (there["page"], there["percent"], there["page_count"]) == (200, 40.0, 500)
        assert library.update_progress(WAY_OF_KINGS, page=500)["percent"] == 50.0
        assert library.update_progress(book, page=600)["percent"] == 60.0


class TestSessions:
    def test_move_the_place(self, library, book):
        reading = library.add_session(book, minutes=45, from_page=1, to_page=30, note="on a train")
        assert (reading["page"], reading["percent"]) == (30, 10.0)
        assert reading["sessions"] == [
            {
                "date": TODAY, "minutes": 45, "from_page": 1, "to_page": 30, "percent": None,
                "at_minute": None, "chapter": None, "note": "on a train",
            }
        ]  # fmt: skip

    def test_two_of_a_kind_are_two(self, library, book):
        library.add_session(book, minutes=20)
        assert len(library.add_session(book, minutes=20)["sessions"]) == 2

    def test_without_a_number_say_that_one_read(self, library, book):
        assert library.add_session(book)["sessions"][0]["date"] == TODAY

    def test_end_where_the_book_ends(self, library, book):
        reading = library.add_session(book, from_page=290, to_page=310)
        assert (reading["page"], reading["clamped"]) == (300, ["to_page"])

    @pytest.mark.parametrize(
        "told",
        [{"minutes": -1}, {"minutes": 1441}, {"from_page": 30, "to_page": 20}, {"to_page": -1},
         {"minutes": 1.5}, {"date": "yesterday"}],
    )  # fmt: skip
    def test_that_cannot_be_are_refused(self, library, book, told):
        refused(library, InvalidInput, lambda: library.add_session(book, **told))


class TestPausing:
    def test_and_going_on(self, library, book):
        first = library.start_reading(book, date="2026-11-01")
        paused = library.pause_reading(book, date="2026-11-10")
        assert (paused["status"], paused["paused_at"]) == ("paused", "2026-11-10")
        assert library.pause_reading(book)["paused_at"] == "2026-11-10"
        assert library.pause_reading(book, date="2026-11-11")["paused_at"] == "2026-11-11"
        again = library.start_reading(book)
        assert (again["id"], again["started_at"], again["paused_at"]) == (
            first["id"], "2026-11-01", None
        )  # fmt: skip

    def test_going_on_later_leaves_the_start(self, library, book):
        library.start_reading(book, date="2026-11-01")
        library.pause_reading(book, date="2026-11-10")
        again = library.start_reading(book, date="2026-11-20")
        assert (again["status"], again["started_at"]) == ("reading", "2026-11-01")

    def test_what_is_not_being_read_is_refused(self, library, book):
        refused(library, Conflict, lambda: library.pause_reading(book))
        library.finish_reading(book)
        refused(library, Conflict, lambda: library.pause_reading(book))

    def test_before_the_start_is_refused(self, library, book):
        library.start_reading(book, date="2026-11-10")
        refused(library, InvalidDate, lambda: library.pause_reading(book, date="2026-11-09"))


class TestFinishing:
    def test_with_a_rating_and_a_review(self, library, book):
        library.start_reading(book, date="2024-02-29")
        reading = library.finish_reading(book, rating=4.5, review=" Sand.\nMore sand. ",
                                         date="2024-03-01")  # fmt: skip
        assert (reading["status"], reading["started_at"], reading["finished_at"]) == (
            "finished", "2024-02-29", "2024-03-01"
        )  # fmt: skip
        assert (reading["rating"], reading["review"]) == (4.5, "Sand.\nMore sand.")
        assert (reading["page"], reading["percent"]) == (300, 100.0)

    def test_a_book_that_was_never_begun(self, library, book):
        reading = library.finish_reading(book)
        assert (reading["started_at"], reading["finished_at"]) == (None, TODAY)

    def test_twice_changes_nothing(self, library, book):
        library.finish_reading(book, rating=4, date="2024-03-01")
        before = snapshot(library)
        assert library.finish_reading(book)["finished_at"] == "2024-03-01"
        assert library.finish_reading(book, date="2024")["finished_at"] == "2024-03-01"
        assert snapshot(library) == before

    def test_a_date_that_says_more_is_taken(self, library, book):
        library.finish_reading(book, date="2024")
        assert library.finish_reading(book, date="2024-03-01")["finished_at"] == "2024-03-01"

    def test_on_another_date_is_refused(self, library, book):
        library.finish_reading(book, date="2024-03-01")
        text = refused(library, Conflict, lambda: library.finish_reading(book, date="2025-03-01"))
        assert "start_reading begins another reading" in text

    def test_before_the_start_is_refused(self, library, book):
        library.start_reading(book, date="2024-03-01")
        text = refused(library, InvalidDate,
                       lambda: library.finish_reading(book, date="2024-02-29"))  # fmt: skip
        assert "2024-02-29, is before the start, 2024-03-01" in text
        refused(library, InvalidDate, lambda: library.finish_reading(book, date="2024-02"))
        assert library.finish_reading(book, date="2024")["finished_at"] == "2024"

    def test_what_was_abandoned(self, library, book):
        library.abandon_reading(book, date="2024-03-01")
        reading = library.finish_reading(book, date="2024-05-01")
        assert (reading["status"], reading["finished_at"]) == ("finished", "2024-05-01")
        assert library.readings()["total"] == 1

    @pytest.mark.parametrize(
        "rating", [0, 0.25, 5.5, -1, 4.3, True, "4", float("nan"), float("inf"), [4]]
    )
    def test_a_rating_off_the_scale_is_refused(self, library, book, rating):
        refused(library, InvalidInput, lambda: library.finish_reading(book, rating=rating))

    @pytest.mark.parametrize("review", [7, "x" * 100_001, "\ud800"])
    def test_a_review_that_is_none_is_refused(self, library, book, review):
        refused(library, InvalidInput, lambda: library.finish_reading(book, review=review))

    def test_can_be_undone(self, library, book):
        library.update_progress(book, page=100)
        before = snapshot(library)
        library.finish_reading(book, rating=5)
        library.undo(library.history()["transactions"][0]["id"])
        assert snapshot(library)["readings"] == before["readings"]


class TestAbandoning:
    def test_keeps_the_place(self, library, book):
        library.update_progress(book, page=90, date="2026-11-01")
        reading = library.abandon_reading(book, review="Too dry.")
        assert (reading["status"], reading["page"], reading["percent"]) == ("abandoned", 90, 30.0)
        assert (reading["finished_at"], reading["review"]) == (TODAY, "Too dry.")
        assert library.abandon_reading(book)["id"] == reading["id"]

    def test_keeps_its_date(self, library, book):
        library.abandon_reading(book, date="2024")
        assert library.abandon_reading(book)["finished_at"] == "2024"
        assert library.abandon_reading(book, date="2025")["finished_at"] == "2025"

    def test_a_finished_book_is_refused(self, library, book):
        library.rate(book, 2)
        assert "unknown day" in refused(library, Conflict, lambda: library.abandon_reading(book))


class TestRating:
    def test_goes_to_the_reading_under_way_or_the_last_one(self, library, book):
        library.finish_reading(book, date="2020")
        library.start_reading(book)
        assert library.rate(book, 3.5)["status"] == "reading"
        library.add_to_wishlist(library.add(title="Another")["id"])
        library.finish_reading(book)
        assert library.rate(book, 5, review="Better.")["review"] == "Better."
        assert [one["rating"] for one in library.readings(book)["readings"]] == [5.0, None]

    def test_of_a_book_without_a_reading_says_that_it_was_read(self, library, book):
        library.add_to_wishlist(book)
        reading = library.rate(book, 4)
        assert (reading["status"], reading["finished_at"], reading["rating"]) == (
            "finished", None, 4.0
        )  # fmt: skip

    def test_is_taken_away_by_none(self, library, book):
        library.finish_reading(book, rating=4, review="Good.")
        reading = library.rate(book, None)
        assert (reading["rating"], reading["review"]) == (None, "Good.")

    def test_that_is_not_there_cannot_be_taken_away(self, library, book):
        refused(library, NotFound, lambda: library.rate(book, None))


class TestWishes:
    def test_the_edition_becomes_wanted_where_nothing_was_said(self, library):
        book = library.add(DUNE, title="Dune", status="missing")
        told = library.add_to_wishlist(DUNE)
        assert (told["reading"]["status"], told["editions"][0]["status"]) == (
            "want_to_read", "want"
        )  # fmt: skip
        assert library.books_by_status("want_to_read")["books"][0]["id"] == book["id"]
        assert library.wanted()["total"] == 1

    def test_an_owned_book_stays_owned(self, library, book):
        told = library.add_to_wishlist(book)
        assert (told["reading"]["started_at"], told["editions"][0]["status"]) == (None, "own")

    def test_twice_is_one(self, library, book):
        library.add_to_wishlist(book)
        before = snapshot(library)
        library.add_to_wishlist(book)
        assert snapshot(library) == before

    def test_a_finished_book_is_wished_for_again(self, library, book):
        library.finish_reading(book, date="2020")
        assert library.add_to_wishlist(book)["reading"]["reread"] == 1
        assert library.books_by_status("finished")["total"] == 0

    def test_what_is_being_read_is_refused(self, library, book):
        library.start_reading(book)
        refused(library, Conflict, lambda: library.add_to_wishlist(book))

    def test_a_book_without_an_edition(self, library, book):
        library.remove_edition(DUNE)
        assert library.add_to_wishlist(book)["editions"] == []


class TestCorrecting:
    def test_each_field(self, library, book):
        reading = library.update_progress(book, page=10)["id"]
        told = library.edit_reading(
            reading, status="finished", started_at="2024-02", finished_at="2024-02-29", rating=0.5,
            review="No.", chapter=3, read_count=2, edition=DUNE,
            sessions=[{"date": "2024-02-20", "to_page": 50, "note": " a "},
                      {"date": "2024-02-10", "percent": 130, "minutes": None}],
        )  # fmt: skip
        assert (told["status"], told["started_at"], told["finished_at"]) == (
            "finished", "2024-02", "2024-02-29"
        )  # fmt: skip
        assert (told["rating"], told["review"], told["chapter"], told["reread"]) == (
            0.5, "No.", 3, 1
        )  # fmt: skip
        assert [(one["percent"], one["to_page"], one["note"]) for one in told["sessions"]] == [
            (100.0, None, None), (None, 50, "a")
        ]  # fmt: skip

    def test_another_measure_takes_the_place_of_the_first(self, library, book):
        reading = library.update_progress(book, page=10)["id"]
        assert library.edit_reading(reading, percent=50)["page"] == 150
        assert library.edit_reading(reading, page=400)["page"] == 300
        assert library.edit_reading(reading, page=None)["percent"] is None

    def test_a_status_lets_go_of_dates_that_it_does_not_know(self, library, book):
        reading = library.finish_reading(book, date="2024")["id"]
        assert library.edit_reading(reading, status="reading")["finished_at"] is None
        assert library.edit_reading(reading, status="paused")["status"] == "paused"
        library.edit_reading(reading, started_at="2023")
        assert library.edit_reading(reading, status="want_to_read")["started_at"] is None

    def test_no_value_takes_one_away(self, library, book):
        reading = library.finish_reading(book, rating=4, date="2024")["id"]
        told = library.edit_reading(reading, rating=None, finished_at=None, edition=None)
        assert (told["rating"], told["finished_at"], told["isbn_13"]) == (None, None, DUNE)

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({}, InvalidInput), ({"title": "x"}, InvalidInput), ({"status": "read"}, InvalidInput),
            ({"status": None}, InvalidInput), ({"rating": 6}, InvalidInput),
            ({"finished_at": "2024-02-30"}, InvalidDate), ({"started_at": "2025"}, InvalidDate),
            ({"page": -1}, InvalidInput), ({"percent": -1}, InvalidInput),
            ({"sessions": "x"}, InvalidInput), ({"sessions": [1]}, InvalidInput),
            ({"sessions": [{}]}, InvalidInput), ({"sessions": [{"note": "x"}]}, InvalidInput),
            ({"sessions": [{"date": "2024", "pages": 3}]}, InvalidInput),
            ({"sessions": [{"date": "2024", "to_page": -3}]}, InvalidInput),
            ({"status": "reading", "finished_at": "2024-05"}, Conflict),
            ({"status": "want_to_read", "started_at": "2024-05"}, Conflict),
            ({"edition": "9780306406157"}, NotFound),
        ],
    )  # fmt: skip
    def test_what_is_wrong_changes_nothing(self, library, book, changes, error):
        reading = library.finish_reading(book, date="2024-01-01")["id"]
        refused(library, error, lambda: library.edit_reading(reading, **changes))

    def test_removing(self, library, book):
        reading = library.finish_reading(book)["id"]
        assert library.remove_reading(reading) == {"id": reading, "removed": {"readings": 1}}
        refused(library, NotFound, lambda: library.remove_reading(reading))
        assert library.readings()["readings"] == []

    @pytest.mark.parametrize("name", [0, -1, True, "1", 1.0, None])
    def test_a_reading_is_named_by_its_number(self, library, name):
        refused(library, InvalidInput, lambda: library.remove_reading(name))


class TestLists:
    def test_what_is_being_read_comes_first_then_the_last(self, library):
        ids = [library.add(title=f"Book {number}")["id"] for number in range(4)]
        library.finish_reading(ids[0], date="2024-05")
        library.finish_reading(ids[1], date="2025-01-01")
        library.start_reading(ids[2], date="2020")
        library.add_to_wishlist(ids[3])
        found = library.readings()
        assert [one["title"] for one in found["readings"]] == [
            "Book 2", "Book 1", "Book 0", "Book 3"
        ]  # fmt: skip
        assert [one["title"] for one in library.readings(limit=2, offset=1)["readings"]] == [
            "Book 1", "Book 0"
        ]  # fmt: skip
        assert library.readings(status="finished")["total"] == 2
        assert library.readings(ids[2])["total"] == 1

    def test_a_book_stands_in_one_status(self, library, book):
        library.finish_reading(book, date="2020")
        library.start_reading(book)
        told = {
            status: library.books_by_status(status)["total"]
            for status in ("want_to_read", "reading", "paused", "finished", "abandoned", "unread")
        }
        assert [status for status, total in told.items() if total] == ["reading"]
        (listed,) = library.books_by_status("reading")["books"]
        assert (listed["title"], listed["reading"]["reread"]) == ("Dune", 1)

    def test_unread_is_what_is_owned_and_was_never_begun(self, library, book):
        library.add(title="Wanted", status="want")
        (listed,) = library.books_by_status("unread")["books"]
        assert (listed["id"], listed["reading"]) == (book, None)

    @pytest.mark.parametrize(
        "arguments",
        [{"status": "read"}, {"status": None}, {"limit": 0}, {"limit": 10_001}, {"offset": -1},
         {"limit": "5"}, {"offset": True}],
    )  # fmt: skip
    def test_wrong_arguments_are_refused(self, library, arguments):
        with pytest.raises(InvalidInput):
            library.books_by_status(**{"status": "reading", **arguments})
        if arguments != {"status": None}:
            with pytest.raises(InvalidInput):
                library.readings(**arguments)


def test_another_users_readings_never_show(tmp_path):
    path = tmp_path / "library.json"
    with open_library(path) as ada, open_library(path, user_id=2) as ben:
        book = ada.add(DUNE, title="Dune")["id"]
        mine = ada.finish_reading(book, rating=5, review="Mine.")
        ada.set_reading_goal(12, year=2026)
        assert ben.readings()["total"] == 0
        assert ben.books_by_status("finished")["total"] == 0
        assert ben.books_by_status("unread")["total"] == 0
        assert ben.reading_goal(2026)["books"] is None
        told = ben.reading_stats()
        assert (told["books"], told["pages"], told["total_books"], told["ratings"]) == (0, 0, 0, {})
        for work in (ben.edit_reading, ben.remove_reading):
            changes = {"rating": 1} if work == ben.edit_reading else {}
            refused(ben, NotFound, lambda work=work, changes=changes: work(mine["id"], **changes))
        theirs = ben.start_reading(book)
        assert (theirs["id"] != mine["id"], theirs["reread"]) == (True, 0)
        assert ada.readings()["readings"] == [mine]
        ben.set_reading_goal(3, year=2026)
        assert ada.reading_goal(2026)["books"] == 12


def test_a_removed_book_takes_its_readings_along(library, book):
    library.finish_reading(book)
    library.remove_book(book)
    assert (library.readings()["total"], library.check()["ok"]) == (0, True)


def test_a_removed_edition_leaves_the_reading(library, book):
    library.update_progress(book, page=150)
    library.remove_edition(DUNE)
    (reading,) = library.readings(book)["readings"]
    assert (reading["edition_id"], reading["isbn_13"], reading["page"]) == (None, None, 150)
    assert library.check()["ok"]


class TestOnAPage:
    """What `shelf` and `book_page` tell of a reading."""

    def test_the_reading_that_stands_for_the_book(self, library, book):
        library.finish_reading(book, date="2020", rating=4)
        library.start_reading(book)
        library.update_progress(book, page=150)
        (card,) = library.shelf()["books"]
        assert card["reading"] == library.book_page(DUNE)["reading"]
        told = card["reading"]
        assert (told["status"], told["page"], told["percent"]) == ("reading", 150, 50.0)
        assert (told["rating"], told["times_read"], told["started_at"]) == (4.0, 1, TODAY)

    def test_nothing_where_there_is_none(self, library, book):
        assert library.book_page(DUNE)["reading"] is None
        library.add_to_wishlist(book)
        told = library.book_page(DUNE)["reading"]
        assert (told["status"], told["rating"], told["times_read"]) == ("want_to_read", None, 0)
