"""What was read, counted from the library; goals; readings of export files."""

import csv
import io

import pytest

from booktrack import InvalidInput, NotFound
from support.libraries import DUNE, WAY_OF_KINGS, open_library

GOODREADS = (
    "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,"
    "Publisher,Binding,Number of Pages,Year Published,Original Publication Year,Date Read,"
    "Date Added,Bookshelves,Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,"
    "Private Notes,Read Count,Owned Copies\n"
)


def goodreads(number, title, shelf, *, rating=0, pages="", read="", count=0):
    """Return a row as Goodreads writes it."""
    return (
        f'{number},"{title}","Ann Lee","Lee, Ann",,="",="",{rating},4.0,P,Paperback,{pages},2000,'
        f'2000,{read},2023/01/01,,,{shelf},,,,{count},0\n'
    )  # fmt: skip


@pytest.fixture
def imported(library, tmp_path):
    """A library with readings as an export file tells them."""
    path = tmp_path / "goodreads_library_export.csv"
    path.write_text(
        GOODREADS
        + goodreads(1, "Once", "read", rating=4, pages=100, read="2024/02/29", count=1)
        + goodreads(2, "Thrice", "read", rating=5, pages=200, read="2024/12/31", count=3)
        + goodreads(3, "Sometime", "read", pages=300, count=1)
        + goodreads(4, "Unfinished", "currently-reading", pages=400, count=1)
        + goodreads(5, "Some day", "to-read", pages=500)
    )
    report = library.import_file(str(path))
    assert (report["added"], report["failed"]) == (5, [])
    return library


class TestImportedReadings:
    def test_count_as_often_as_the_file_says(self, imported):
        told = imported.reading_stats()
        assert (told["books"], told["titles"], told["rereads"], told["undated"]) == (5, 3, 2, 3)
        assert (told["pages"], told["average_rating"]) == (100 + 3 * 200 + 300, 4.5)
        assert told["by_status"] == {
            "want_to_read": 1, "reading": 1, "paused": 0, "finished": 3, "abandoned": 0,
        }  # fmt: skip

    def test_count_in_their_year_once(self, imported):
        told = imported.reading_stats(2024)
        assert (told["books"], told["pages"], told["undated"]) == (2, 300, 0)
        assert told["by_month"]["2024-12"]["books"] == 1

    def test_the_next_reading_is_the_fourth(self, imported):
        book = imported.search(title="Thrice")["results"][0]["id"]
        assert imported.readings(book)["readings"][0]["reread"] == 2
        assert imported.start_reading(book)["reread"] == 3

    def test_without_a_date_are_in_no_streak(self, imported):
        assert imported.reading_stats()["streak"]["days_read"] == 2

    def test_importing_again_counts_nothing_twice(self, imported, tmp_path):
        before = imported.reading_stats()
        imported.import_file(str(tmp_path / "goodreads_library_export.csv"))
        assert imported.reading_stats() == before

    def test_what_was_read_since_survives_importing_again(self, imported, tmp_path):
        book = imported.search(title="Unfinished")["results"][0]["id"]
        imported.update_progress(book, percent=50, date="2026-11-01")
        imported.finish_reading(book, rating=3)
        before = imported.readings(book)
        imported.import_file(str(tmp_path / "goodreads_library_export.csv"))
        assert imported.readings(book) == before


STORYGRAPH = (
    "Title,Authors,Contributors,ISBN/UID,Format,Read Status,Date Added,Last Date Read,Dates Read,"
    "Read Count,Moods,Pace,Character- or Plot-Driven?,Strong Character Development?,"
    "Loveable Characters?,Diverse Characters?,Flawed Characters?,Star Rating,Review,"
    "Content Warnings,Content Warning Description,Tags,Owned?\n"
)


def storygraph(title, status, *, dates="", rating="", count=1):
    """Return a row as The StoryGraph writes it."""
    last = dates.rpartition(", ")[2].rpartition("-")[2]
    return (
        f'{title},Ann Lee,,,paperback,{status},2023/01/01,{last},"{dates}",{count},'
        f",,,,,,,{rating},,,,,No\n"
    )


class TestReadingsBeforeTheLast:
    def told(self, library, dates, count, status="read"):
        row = storygraph("Again", status, dates=dates, count=count)
        return library.import_file((STORYGRAPH + row).encode())

    def spans(self, library):
        listed = library.readings(1)["readings"]
        return [(one["started_at"], one["finished_at"], one["reread"]) for one in listed]

    def test_are_readings_of_their_own_in_their_years(self, library):
        self.told(library, "2021/05/01-2021/05/10, 2023/06/01, 2024/02/20-2024/02/29", 4)
        assert self.spans(library) == [
            ("2024-02-20", "2024-02-29", 3),
            (None, "2023-06-01", 1),
            ("2021-05-01", "2021-05-10", 0),
        ]
        told = library.reading_stats()
        assert (told["books"], told["rereads"], told["undated"]) == (4, 3, 1)
        assert {year: one["books"] for year, one in told["by_year"].items()} == {
            "2021": 1, "2023": 1, "2024": 1,
        }  # fmt: skip
        library.undo(library.history(limit=1)["transactions"][0]["id"])
        assert library.reading_stats()["books"] == 0

    def test_come_once_however_the_file_grows(self, library):
        self.told(library, "2021/05/01-2021/05/10", 1)
        self.told(library, "2021/05/01-2021/05/10, 2023/06/01", 2)
        self.told(library, "2021/05/01-2021/05/10, 2023/06/01", 2, "currently-reading")
        again = self.told(library, "2021/05/01-2021/05/10, 2023/06/01", 2, "currently-reading")
        assert again["id"] is None
        assert library.reading_stats()["books"] == 2

    def test_of_goodreads_is_the_one_before_the_book_is_read_again(self, library):
        for shelf in ("read", "currently-reading", "currently-reading"):
            row = goodreads(1, "Again", shelf, pages=100, read="2024/02/29", count=1)
            report = library.import_file((GOODREADS + row).encode())
        assert report["id"] is None
        assert [(one["status"], one["finished_at"]) for one in library.readings(1)["readings"]] == [
            ("reading", None), ("finished", "2024-02-29")
        ]  # fmt: skip
        row = goodreads(1, "Again", "read", pages=100, read="2024/05/05", count=2)
        library.import_file((GOODREADS + row).encode())
        told = library.reading_stats(2024)
        assert (told["books"], told["rereads"], told["pages"]) == (2, 1, 200)

    def test_of_an_older_file_change_nothing(self, library):
        for day, count in (("2023/05/01", 1), ("2024/02/29", 2), ("2023/05/01", 1)):
            row = goodreads(1, "Again", "read", pages=100, read=day, count=count)
            library.import_file((GOODREADS + row).encode())
        assert [one[1] for one in self.spans(library)] == ["2024-02-29", "2023-05-01"]

    def test_stay_as_their_reader_corrected_them(self, library):
        self.told(library, "2021/05/01-2021/05/10, 2023/06/01", 2)
        first = library.readings(1)["readings"][1]["id"]
        library.edit_reading(first, finished_at="2022", started_at=None, rating=2)
        assert self.told(library, "2021/05/01-2021/05/10, 2023/06/01", 2)["id"] is None
        assert self.spans(library)[1] == (None, "2022", 0)

    def test_are_not_doubled_where_they_were_told_by_hand(self, library):
        book = library.add(title="Again", authors="Ann Lee", status="missing")["id"]
        library.finish_reading(book, date="2021-05", rating=5)
        self.told(library, "2021/05/01-2021/05/10, 2023/06/01", 2)
        assert library.reading_stats()["books"] == 2

    @pytest.mark.parametrize(
        "table",
        [
            "title,authors,isbn10,isbn13,publisher,read_dates,dropped_dates,currently_reading,"
            'shelves,owned\nAgain,Ann Lee,,9780441013593,P,"2023-06-01,2021-05-10",,,,true\n',
            "title,subtitle,author,description,status,favourite,deleted,rating,pages,"
            "publication_year,isbn,olid,tags,my_review,notes,book_format,readings,date_added,"
            "date_modified\nAgain,,Ann Lee,,finished,false,false,,100,2000,9780441013593,,,,,"
            "paperback,2021-05-01|2021-05-10|0;2023-05-20|2023-06-01|0,2020-01-01,2020-01-01\n",
        ],
    )
    def test_of_other_services_too(self, library, table):
        report = library.import_file(table.encode())
        assert (report["format"] in ("jelu", "openreads"), report["failed"]) == (True, [])
        assert [one[1] for one in self.spans(library)] == ["2023-06-01", "2021-05-10"]


class TestTheSameReadingInTwoPlaces:
    @pytest.fixture
    def files(self, tmp_path):
        """What one person exported from two services."""
        rows = {
            "goodreads_library_export.csv": GOODREADS
            + goodreads(1, "Once", "read", rating=4, pages=100, read="2024/02/29", count=1)
            + goodreads(2, "Again", "read", pages=200, read="2023/05/01", count=1)
            + goodreads(3, "Sometime", "read", pages=300, count=1)
            + goodreads(4, "Now", "currently-reading", pages=400, count=1)
            + goodreads(5, "Wished", "to-read", pages=500),
            "storygraph.csv": STORYGRAPH
            + storygraph("Once", "read", dates="2024/02/20-2024/02/29", rating="4.25")
            + storygraph("Again", "read", dates="2025/05/01")
            + storygraph("Sometime", "read", dates="2022/03/04", rating="3.5")
            + storygraph("Now", "currently-reading")
            + storygraph("Wished", "read", dates="2024/06/01"),
        }
        for name, text in rows.items():
            (tmp_path / name).write_text(text)
        return [str(tmp_path / name) for name in rows]

    @pytest.mark.parametrize("order", [1, -1])
    def test_counts_once_in_either_order_however_often(self, library, files, order):
        for file in files[::order] * 2:
            assert library.import_file(file)["failed"] == []
        told = library.reading_stats()
        assert (told["books"], told["titles"], told["rereads"]) == (5, 4, 1)
        assert told["by_status"]["finished"] == 4
        (once,) = library.readings(library.search(title="Once")["results"][0]["id"])["readings"]
        assert (once["started_at"], once["finished_at"]) == ("2024-02-20", "2024-02-29")
        assert once["rating"] == (4.0 if order == 1 else 4.25)
        (some,) = library.readings(library.search(title="Sometime")["results"][0]["id"])["readings"]
        assert (some["finished_at"], some["rating"]) == ("2022-03-04", 3.5)
        assert library.readings(status="reading")["total"] == 1

    def test_counts_once_beside_what_the_user_told(self, library, files):
        book = library.add(title="Once", authors="Ann Lee", page_count=100)["id"]
        library.start_reading(book, date="2024-02-19")
        library.finish_reading(book, date="2024-02-29", rating=5)
        mine = library.readings(book)["readings"][0]
        for file in files:
            library.import_file(file)
        (once,) = library.readings(book)["readings"]
        assert (once["id"], once["rating"], once["started_at"]) == (mine["id"], 5.0, "2024-02-19")


def test_sessions_survive_an_export_and_an_import(library, tmp_path):
    book = library.add(DUNE, title="Dune", page_count=300)["id"]
    library.update_progress(book, page=50, chapter=2, date="2026-11-01", note="slow")
    library.add_session(book, minutes=30, to_page=80)
    library.pause_reading(book)
    path = tmp_path / "all.json"
    library.export("json", str(path))
    with open_library(tmp_path / "other.json") as other:
        other.import_file(str(path))
        (reading,) = other.readings()["readings"]
        (mine,) = library.readings()["readings"]
        assert reading == {**mine, "updated_at": reading["updated_at"]}
        assert other.import_file(str(path))["unchanged"] == 1


class TestStatistics:
    def test_of_a_new_library_are_zero(self, library):
        told = library.reading_stats()
        numbers = ("books", "pages", "minutes", "total_books", "books_read", "books_reading",
                   "books_unread", "books_wishlist", "books_dnf", "total_pages_read",
                   "reading_streak_days", "books_this_year", "books_this_month")  # fmt: skip
        assert {told[name] for name in numbers} == {0}
        assert (told["average_rating"], told["average_days"], told["by_year"]) == (None, None, {})

    def test_by_author_series_format_and_language(self, library):
        first = library.add(WAY_OF_KINGS, title="The Way of Kings", authors="Brandon Sanderson",
                            series="Stormlight", position=1, format="hardcover", language="en",
                            page_count=1000)["id"]  # fmt: skip
        second = library.add(title="Dune", authors=["Frank Herbert"], page_count=400)["id"]
        library.finish_reading(first, rating=5, date="2024-02-01")
        library.update_progress(second, percent=25, date="2024-02-10")
        told = library.reading_stats(2024)
        assert told["by_series"] == {
            "Stormlight": {"books": 1, "pages": 1000, "minutes": 0, "average_rating": 5.0}
        }
        assert {name: one["pages"] for name, one in told["by_author"].items()} == {
            "Brandon Sanderson": 1000, "Frank Herbert": 100,
        }  # fmt: skip
        assert list(told["by_format"]) == ["hardcover", "unknown"]
        assert list(told["by_language"]) == ["en", "unknown"]

    def test_two_series_of_one_name_are_told_apart(self, library):
        for kind in ("manga", "light novel"):
            book = library.add(title=f"Spice and Wolf, Vol. 1 ({kind})", authors="Isuna Hasekura")
            library.finish_reading(book["id"])
        assert set(library.reading_stats()["by_series"]) == {
            "Spice and Wolf (manga)", "Spice and Wolf (light novel)",
        }  # fmt: skip

    def test_how_things_stand_is_the_sum_of_its_parts(self, library):
        ids = [library.add(title=f"Book {number}")["id"] for number in range(7)]
        library.add(title="Wanted", status="want")
        library.start_reading(ids[0])
        library.pause_reading(ids[0])
        library.start_reading(ids[1])
        library.finish_reading(ids[2], date="2026-11-01")
        library.finish_reading(ids[3], date="2026")
        library.abandon_reading(ids[4])
        library.add_to_wishlist(ids[5])
        told = library.reading_stats(2020)
        parts = {name: told[f"books_{name}"]
                 for name in ("read", "reading", "unread", "wishlist", "dnf")}  # fmt: skip
        assert parts == {"read": 2, "reading": 2, "unread": 1, "wishlist": 1, "dnf": 1}
        assert told["total_books"] == sum(parts.values())
        assert (told["books"], told["books_this_year"], told["books_this_month"]) == (0, 2, 1)

    def test_a_book_that_is_read_again_counts_twice(self, library):
        book = library.add(title="Dune", page_count=300)["id"]
        library.finish_reading(book, date="2024-01-01")
        library.start_reading(book, date="2024-06-01")
        library.finish_reading(book, date="2024-06-30")
        told = library.reading_stats(2024)
        assert (told["books"], told["titles"], told["rereads"], told["pages"]) == (2, 1, 1, 600)

    def test_a_date_that_a_hand_wrote_wrong_stops_nothing(self, library):
        book = library.add(title="Dune", page_count=300)["id"]
        reading = library.finish_reading(book, date="2024-01-01")["id"]
        with library._ctx.store.transaction("by hand") as tx:
            tx.put("readings", reading, {**tx.get("readings", reading), "started_at": "2023-02-29"})
        assert library.reading_stats()["average_days"] is None

    @pytest.mark.parametrize("year", [0, 10_000, "2024", True, 2024.0])
    def test_what_is_no_year_is_refused(self, library, year):
        for work in (library.reading_stats, library.reading_goal, library.remove_reading_goal,
                     lambda one: library.set_reading_goal(5, year=one)):  # fmt: skip
            with pytest.raises(InvalidInput):
                work(year)


class TestGoals:
    def test_a_year_against_its_goal(self, library):
        for number in range(3):
            library.finish_reading(library.add(title=f"Book {number}")["id"], date="2026-03-01")
        goal = library.set_reading_goal(12)
        assert goal == {
            "year": 2026, "books": 12, "finished": 3, "percent": 25.0, "remaining": 9,
            "expected": 10, "ahead": -7,
        }  # fmt: skip
        assert library.reading_goal() == library.reading_stats()["goal"] == goal
        assert library.reading_stats(2024)["goal"]["books"] is None

    def test_can_be_changed_and_given_up(self, library):
        library.set_reading_goal(12, year=2024)
        assert library.set_reading_goal(10, year=2024)["books"] == 10
        assert library.remove_reading_goal(2024) == {"year": 2024, "removed": {"goals": 1}}
        with pytest.raises(NotFound):
            library.remove_reading_goal(2024)

    def test_the_same_goal_again_writes_nothing(self, library):
        library.set_reading_goal(12)
        revision = library.revision()
        library.set_reading_goal(12)
        assert library.revision() == revision

    @pytest.mark.parametrize("books", [0, -1, 1.5, "12", True, None, 100_001])
    def test_what_is_no_goal_is_refused(self, library, books):
        with pytest.raises(InvalidInput):
            library.set_reading_goal(books)


class TestAskedAgain:
    """What was gathered for statistics is kept until something changes."""

    def test_sees_every_change(self, library, tmp_path):
        book = library.add(title="Dune", page_count=300)["id"]
        assert library.reading_stats()["books"] == 0
        library.finish_reading(book, date="2024-02-29")
        assert library.reading_stats()["books"] == 1
        with open_library(library.path) as other:
            assert other.reading_stats(2024)["books"] == 1
            other.remove_reading(other.readings()["readings"][0]["id"])
        assert library.reading_stats()["books"] == 0
        library.undo(library.history()["transactions"][0]["id"])
        assert library.reading_stats()["books"] == 1

    def test_keeps_nothing_of_a_change_that_is_taken_back(self, library):
        book = library.add(title="Dune")["id"]
        before = library.reading_stats()

        def change():
            with library.transaction("no"):
                library.finish_reading(book)
                assert library.reading_stats()["books"] == 1
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            change()
        assert library.reading_stats() == before

    def test_gives_an_answer_of_its_own(self, library):
        library.reading_stats()["by_status"]["finished"] = 99
        assert library.reading_stats()["by_status"]["finished"] == 0


def test_a_thousand_readings_are_counted(library):
    with library.transaction("many"):
        store = library._ctx.store
        with store.transaction("many") as tx:
            for number in range(1000):
                book = tx.insert("books", {"title": f"Book {number}", "authors": ["A"]})
                edition = tx.insert("editions", {"book_id": book, "page_count": 300})
                tx.insert("readings", {
                    "user_id": 1, "book_id": book, "edition_id": edition, "status": "finished",
                    "started_at": "2024-01-01", "finished_at": f"2024-{number % 12 + 1:02}-10",
                })  # fmt: skip
    assert library.reading_stats()["pages"] == 300_000


def test_a_thousand_readings_of_one_book_are_told_apart(library):
    book = library.add(title="Again", page_count=100)["id"]
    with library._ctx.store.transaction("many") as tx:
        for number in range(1000):
            tx.insert("readings", {
                "user_id": 1, "book_id": book, "edition_id": 1, "status": "finished",
                "finished_at": f"2024-{number % 12 + 1:02}-10",
            })  # fmt: skip
    listed = library.readings(book, limit=1000)["readings"]
    assert sorted(one["reread"] for one in listed) == [*range(1000)]


def test_a_book_that_is_read_again_goes_to_goodreads_as_such(library):
    book = library.add(title="Dune", page_count=300)["id"]
    library.finish_reading(book, date="2024-01-01", rating=4.5)
    library.start_reading(book, date="2024-06-01")
    rows = csv.DictReader(io.StringIO(library.export("goodreads")["content"]))
    (row,) = rows
    assert (row["Exclusive Shelf"], row["Read Count"], row["My Rating"]) == (
        "currently-reading", "1", "4"
    )  # fmt: skip
