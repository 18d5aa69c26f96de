"""Books come out as a file, for booktrack itself, for other services and for people."""

import csv
import html
import io
import json
import stat
import sys
from datetime import datetime, timedelta, timezone

import pytest

from booktrack import Conflict, InvalidFile, InvalidInput, MissingExtra, NotFound
from booktrack.sources.files.registry import read_export
from support.libraries import NOW, open_library, snapshot


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def shelves(library):
    """A library with a bit of everything."""
    library.add("9780765326355", title="The Way of Kings", authors="Brandon Sanderson",
                series="Stormlight Archive", position=1, format="hardcover", publisher="Tor",
                release_date="2010-08-31", price=9.99, currency="USD",
                notes="signed copy\nsecond line")  # fmt: skip
    library.add("9781429952040", title="The Way of Kings", authors="Brandon Sanderson",
                series="Stormlight Archive", position=1, format="ebook", status="want")  # fmt: skip
    library.add(title="=cmd|calc", authors=["A. Lee", "B. Kim"], status="missing")
    return library


class TestTheOwnTable:
    def test_has_a_row_for_each_edition_with_what_the_user_said(self, shelves):
        report = shelves.export("csv")
        first, second, third = rows_of(report["content"])
        assert (report["books"], report["editions"], report["file"]) == (2, 3, None)
        assert (first["Title"], first["Series"], first["Position"], first["Status"]) == (
            "The Way of Kings", "Stormlight Archive", "1", "own"
        )  # fmt: skip
        assert first["Notes"] == "signed copy\nsecond line"
        assert (first["Book"], second["Book"], third["Book"]) == ("1", "1", "2")
        assert (second["Format"], second["Status"]) == ("ebook", "want")

    def test_holds_no_cell_that_a_spreadsheet_runs(self, shelves):
        third = rows_of(shelves.export("csv")["content"])[2]
        assert third["Title"] == "'=cmd|calc"

    def test_filters(self, shelves):
        assert shelves.export("csv", status="want")["editions"] == 1
        assert shelves.export("csv", author="A. Lee")["books"] == 1
        assert shelves.export("csv", series="Stormlight Archive")["editions"] == 2
        assert shelves.export("csv", shelf="none")["books"] == 0

    def test_a_reread_and_a_second_series_are_kept(self, library, tmp_path):
        library.add(title="Emma", authors="Jane Austen", series="Classics", position=1)
        store = library._ctx.store
        with store.transaction("test") as tx:
            for finished in ("2019", "2020-01-02"):
                tx.insert("readings", {"user_id": 1, "book_id": 1, "edition_id": None,
                                       "status": "finished", "finished_at": finished})  # fmt: skip
            series = tx.insert("series", {"name": "Novels", "kind": "novel", "tracked": True})
            book = tx.get("books", 1)
            place = {**book["memberships"][0], "series_id": series, "position": "2"}
            tx.put("books", 1, {**book, "memberships": [*book["memberships"], place]})
        for kind in ("csv", "json"):
            with open_library(tmp_path / f"{kind}.json") as other:
                other.import_file(library.export(kind)["content"].encode())
                dates = [one["finished_at"] for _, one in other._ctx.store.all("readings")]
                assert dates == ["2019", "2020-01-02"]
                (more,) = other.get_book(1)["more_series"]
                assert (more["series"], more["series_position"]) == ("Novels", 2)


class TestTheOwnJSON:
    def test_holds_what_is_known_of_series(self, library, tmp_path):
        library.add(title="Bleach, Vol. 3", authors="Tite Kubo", series="Bleach", position=3)
        library.override_series("Bleach", total=74, kind="manga", why="counted")
        library.track_series("Bleach", False)
        content = library.export("json")["content"]
        with open_library(tmp_path / "other.json") as other:
            other.import_file(content.encode())
            series = other.get_series("Bleach")
            assert (series["total"], series["kind"], series["tracked"]) == (74, "manga", False)

    def test_of_a_filter_names_only_the_series_of_its_books(self, shelves):
        shelves.add(title="Bleach, Vol. 3", authors="Tite Kubo", series="Bleach", position=3)
        content = json.loads(shelves.export("json", author="Tite Kubo")["content"])
        assert [one["name"] for one in content["series"]] == ["Bleach"]
        assert len(json.loads(shelves.export("json")["content"])["series"]) == 2

    def test_what_a_user_said_of_a_book_in_a_series_names_the_book_there(self, library, tmp_path):
        library.add(title="Something", authors="A. Lee")
        library.add(title="Bleach, Vol. 3", authors="Tite Kubo", series="Bleach", position=3)
        store = library._ctx.store
        with store.transaction("test") as tx:
            series = tx.get("series", 1)
            said = {"book 2": {"value": {"position": "4"}}, "book 99": {"value": {}},
                    "total": {"value": 9}}  # fmt: skip
            tx.put("series", 1, {**series, "overrides": said})
            tx.put("books", 1, {**tx.get("books", 1), "not_in_series": [1, 77]})
        content = library.export("json", author="Tite Kubo")["content"]
        assert list(json.loads(content)["series"][0]["overrides"]) == ["book 1", "total"]
        with open_library(tmp_path / "other.json") as other:
            other.add(title="Before", authors="B. Kim")
            other.import_file(library.export("json")["content"].encode())
            (_, series) = next(iter(other._ctx.store.all("series")))
            assert set(series["overrides"]) == {"book 3", "total"}
            assert other._ctx.store.get("books", 2)["not_in_series"] == [1]

    def test_carries_the_goals_of_years(self, library, tmp_path):
        library.set_reading_goal(52, year=2025)
        library.set_reading_goal(20, year=2024)
        with open_library(library.path, user_id=2) as stranger:
            stranger.set_reading_goal(1, year=2023)
        content = library.export("json")["content"]
        with open_library(tmp_path / "other.json") as other:
            report = other.import_file(content.encode())
            assert report["notes"] == [
                "the goal of 2024 is 20 books", "the goal of 2025 is 52 books"
            ]  # fmt: skip
            assert other.export("json")["content"] == content
            assert other.import_file(content.encode())["id"] is None
            assert other.reading_goal(2023)["books"] is None
            other.undo(other.history()["transactions"][0]["id"])
            assert other.reading_goal(2024)["books"] is None
        assert "goals" not in json.loads(library.export("json", author="A. Lee")["content"])

    def test_of_two_goals_for_a_year_the_later_one_counts(self, library, tmp_path):
        library.set_reading_goal(20, year=2024)
        content = library.export("json")["content"].encode()
        later = datetime(2026, 11, 22, 12, 5, tzinfo=timezone(timedelta(hours=-8)))
        with open_library(tmp_path / "other.json", clock=lambda: later) as other:
            other.set_reading_goal(99, year=2024)
            assert (other.import_file(content)["notes"], other.reading_goal(2024)["books"]) == (
                [], 99
            )  # fmt: skip
            library.import_file(other.export("json")["content"].encode())
        assert library.reading_goal(2024)["books"] == 99

    @pytest.mark.parametrize(
        "goals", [5, [None], [{"year": 0, "books": 1}], [{"books": 3}], [{"year": 1, "more": 2}]]
    )
    def test_a_damaged_goal_is_named(self, library, goals):
        content = {"booktrack": {"version": 1}, "series": [], "books": [], "goals": goals}
        (note,) = library.import_file(json.dumps(content).encode())["notes"]
        assert note.startswith("goal 1 is not as booktrack wrote it")

    @pytest.mark.parametrize("when", ["yesterday", None, "2020-01-01T00:00:00"])
    def test_a_goal_of_unknown_time_gives_way(self, library, when):
        library.set_reading_goal(20, year=2024)
        goal = {"year": 2024, "books": 3, **({"updated_at": when} if when else {})}
        content = {"booktrack": {"version": 1}, "series": [], "books": [], "goals": [goal]}
        library.import_file(json.dumps(content).encode())
        assert library.reading_goal(2024)["books"] == 20

    def test_a_stand_in_for_a_volume_follows_its_series(self, library, tmp_path):
        library.add(title="Bleach, Vol. 3", authors="Tite Kubo", series="Bleach", position=3)
        library.mark_volumes("Bleach", ["1"], "want")
        content = library.export("json")["content"]
        with open_library(tmp_path / "other.json") as other:
            other.add(title="Dune 1", authors="Frank Herbert", series="Dune", position=1)
            other.import_file(content.encode())
            assert other.check()["ok"]
            assert "2/1" in json.dumps(snapshot(other)["books"][3]["identifiers"])


class TestReadingsOfTheOwnFiles:
    """An own file that comes back later: each reading once, and the later word counts."""

    @pytest.fixture
    def clock(self):
        return Clock()

    @pytest.fixture
    def read(self, tmp_path, clock):
        """A library with readings of every kind; the clock goes on when it is told."""
        with open_library(tmp_path / "read.json", clock=clock) as library:
            for title in ("Dune", "Emma", "Momo"):
                library.add(title=title, authors="A. Lee", page_count=500)
            library.start_reading(1, date="2023-01-01")
            library.add_session(1, date="2023-01-06", minutes=40, to_page=200)
            library.finish_reading(1, date="2023-02", rating=4.25, review="one\ntwo")
            library.start_reading(1, date="2024-01-01")
            library.pause_reading(1, date="2024-01-03")
            library.update_progress(2, percent=10, date="2024-05-01")
            library.add_to_wishlist(3)
            yield library

    @pytest.mark.parametrize("kind", ["csv", "json"])
    def test_of_an_earlier_day_takes_nothing_back(self, read, clock, kind):
        content = read.export(kind)["content"].encode()
        clock.go_on()
        read.update_progress(1, page=300)
        read.finish_reading(2, rating=5)
        read.start_reading(3)
        read.edit_reading(1, rating=None)
        read.edit_reading(1, rating=3, sessions=[])
        before = snapshot(read)["readings"]
        read.import_file(content)
        assert snapshot(read)["readings"] == before

    def test_of_a_later_day_is_followed(self, read, clock, tmp_path):
        with open_library(tmp_path / "other.json", clock=clock) as other:
            other.import_file(read.export("json")["content"].encode())
            for change in (
                lambda: read.update_progress(1, page=300),
                lambda: read.update_progress(1, percent=80),
                lambda: read.finish_reading(2, rating=5),
                lambda: read.start_reading(3),
                lambda: read.edit_reading(1, sessions=[{"date": "2023-01-07", "to_page": 9}]),
                lambda: read.remove_reading(2),
            ):
                clock.go_on()
                change()
                other.import_file(read.export("json")["content"].encode())
            mine, theirs = (
                [{**one, "id": 0, "reread": 0} for one in library.readings()["readings"]]
                for library in (read, other)
            )
            # What the file lists no more is kept, as everywhere.
            assert [one for one in theirs if one not in mine] == [
                one for one in theirs if one["started_at"] == "2024-01-01"
            ]
            assert [one for one in mine if one not in theirs] == []

    def test_join_what_was_told_by_hand(self, read, clock, tmp_path):
        clock.go_on(-1)
        with open_library(tmp_path / "other.json", clock=clock) as other:
            for title in ("Dune", "Emma", "Momo"):
                other.add(title=title, authors="A. Lee", page_count=500)
            other.start_reading(1, date="2023-01-01")
            other.add_session(1, date="2023-01-02", minutes=5)
            other.finish_reading(1, date="2023")
            other.update_progress(2, page=7, date="2024-05-01")
            clock.go_on(1)
            other.import_file(read.export("json")["content"].encode())
            assert other.readings()["total"] == read.readings()["total"]
            first = other.readings(1, status="finished")["readings"][0]
            assert (first["finished_at"], first["rating"]) == ("2023-02", 4.25)
            assert [one["date"] for one in first["sessions"]] == ["2023-01-02", "2023-01-06"]
            assert other.readings(2)["readings"][0]["page"] == 50


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def go_on(self, hours=1):
        self.now += timedelta(hours=hours)


class TestOtherShapes:
    def test_goodreads_reads_it_back(self, shelves):
        text = shelves.export("goodreads")["content"]
        assert len(rows_of(text)[0]) == 24
        found = read_export(text.encode())
        assert (found.format, [row.error for row in found.rows]) == ("goodreads", [None] * 3)
        assert found.rows[0].work.title == "The Way of Kings (Stormlight Archive, #1)"
        assert [row.status for row in found.rows] == ["own", "want", None]

    def test_a_reading_is_on_goodreads_shelf(self, library):
        library.add(title="Emma", authors="Jane Austen", isbn="9780765326355")
        with library._ctx.store.transaction("test") as tx:
            tx.insert("readings", {"user_id": 1, "book_id": 1, "edition_id": 1, "rating": 4.0,
                                   "status": "finished", "finished_at": "2020-01-02"})  # fmt: skip
            tx.put("books", 1, {**tx.get("books", 1), "first_published": "-0400"})
        (row,) = rows_of(library.export("goodreads")["content"])
        assert (row["Exclusive Shelf"], row["Date Read"], row["My Rating"]) == (
            "read", "2020/01/02", "4"
        )  # fmt: skip
        # A spreadsheet would take -400 for a formula.
        assert row["Original Publication Year"] == "'-400"

    def test_calibre_reads_it_back(self, shelves):
        found = read_export(shelves.export("calibre")["content"].encode())
        assert found.format == "calibre"
        assert found.rows[0].work.series[0].position == "1"
        assert found.rows[0].work.editions[0].isbns == ["9780765326355"]

    def test_calibre_sorts_a_title_without_its_article(self, shelves):
        first = rows_of(shelves.export("calibre")["content"])[0]
        assert (first["title_sort"], first["author_sort"]) == (
            "Way of Kings, The", "Sanderson, Brandon"
        )  # fmt: skip

    def test_isbns_one_a_line(self, shelves):
        assert shelves.export("isbn")["content"] == "9780765326355\n9781429952040\n"

    def test_markdown_and_html_show_titles_as_they_are(self, library):
        library.add(title="<script>*x*</script> [a](b)", authors="A & B", notes="<i>")
        library.add(title="Bare")
        plain = library.export("markdown")["content"]
        assert "\\<script\\>\\*x\\*\\</script\\> \\[a\\](b)" in plain
        page = library.export("html")["content"]
        assert "<script>" not in page
        assert html.escape("<script>*x*</script> [a](b)") in page

    def test_a_book_without_editions_is_listed_without(self, library):
        library.add("9780765326355", title="Emma")
        library.remove_edition("9780765326355")
        assert "**Emma**" in library.export("markdown")["content"]
        assert "Emma" in library.export("html")["content"]
        assert library.export("csv")["editions"] == 0

    def test_bibtex_is_escaped_by_a_library_that_knows_how(self, shelves):
        pytest.importorskip("bibtexparser", reason="the extra `bibtex` is not installed")
        shelves.add(title="100% {Odd} & Fähig", authors=["Simon and Schuster"])
        text = shelves.export("bibtex")["content"]
        assert "@book{sanderson2010the," in text
        assert "100\\% \\{Odd\\} \\& F" in text
        assert "Simon \\& Schuster" in text

    def test_bibtex_without_its_extra_says_how_to_install_it(self, shelves, monkeypatch):
        monkeypatch.setitem(sys.modules, "bibtexparser.entrypoint", None)
        with pytest.raises(MissingExtra, match=r"booktrack\[bibtex\]"):
            shelves.export("bibtex")

    def test_entries_of_one_author_and_year_have_keys_of_their_own(self, library):
        pytest.importorskip("bibtexparser", reason="the extra `bibtex` is not installed")
        library.add("9780765326355", title="葬送", authors="山田")
        library.add("9781429952040", title="葬送 二", authors="山田")
        text = library.export("bibtex")["content"]
        assert ("@book{book," in text, "@book{book-2," in text) == (True, True)

    def test_no_such_format(self, shelves):
        with pytest.raises(InvalidInput, match="myspace"):
            shelves.export("myspace")

    def test_no_such_series(self, shelves):
        with pytest.raises(NotFound):
            shelves.export("csv", series="Nothing of the kind")


class TestTheFile:
    def test_is_written_whole_with_the_usual_rights(self, shelves, tmp_path):
        target = tmp_path / "books.csv"
        report = shelves.export("csv", target)
        assert (report["file"], report["content"]) == (str(target), None)
        assert target.read_bytes().decode() == shelves.export("csv")["content"]
        assert stat.S_IMODE(target.stat().st_mode) & 0o077 == stat.S_IMODE(_plain(tmp_path)) & 0o077
        assert [path.name for path in tmp_path.glob(".books*")] == []

    def test_that_is_there_is_replaced_only_when_told(self, shelves, tmp_path):
        target = tmp_path / "books.csv"
        target.write_text("mine")
        target.chmod(0o640)
        with pytest.raises(Conflict, match="overwrite"):
            shelves.export("csv", target)
        assert target.read_text() == "mine"
        shelves.export("csv", str(target), overwrite=True)
        assert target.read_text() != "mine"
        assert stat.S_IMODE(target.stat().st_mode) == 0o640

    def test_a_folder_is_never_written_over(self, shelves, tmp_path):
        with pytest.raises(InvalidFile, match="folder"):
            shelves.export("csv", tmp_path, overwrite=True)

    def test_a_folder_that_is_missing(self, shelves, tmp_path):
        with pytest.raises(InvalidFile, match="make it first"):
            shelves.export("csv", tmp_path / "no" / "books.csv")

    @pytest.mark.parametrize("name", ["library.json", "library.json.journal"])
    def test_the_library_itself_is_never_written_over(self, shelves, tmp_path, name):
        with pytest.raises(Conflict, match="the library itself"):
            shelves.export("json", tmp_path / name, overwrite=True)

    @pytest.mark.parametrize("name", [7, "a\0b", object()])
    def test_what_is_no_path(self, shelves, name):
        with pytest.raises(InvalidInput):
            shelves.export("csv", name)

    def test_a_write_that_fails_leaves_the_old_file(self, shelves, tmp_path):
        from booktrack.services.exporting import replace_file

        target = tmp_path / "books.csv"
        target.mkdir()
        with pytest.raises(InvalidFile, match="cannot write"):
            replace_file(target, b"new")
        assert list(tmp_path.glob(".books*")) == []


def _plain(folder):
    path = folder / "plain"
    path.touch()
    return path.stat().st_mode


class TestATableForNotebooks:
    def test_has_a_row_for_each_edition(self, shelves):
        from booktrack.services import dataframes

        first, second, third = dataframes.rows(shelves._ctx)
        assert (first["title"], first["series"], first["series_position"], first["status"]) == (
            "The Way of Kings", "Stormlight Archive", 1, "own"
        )  # fmt: skip
        assert (second["format"], second["price"]) == ("ebook", None)
        assert (third["authors"], third["series"], third["reading_status"]) == (
            "A. Lee; B. Kim", None, None
        )  # fmt: skip
        assert list(first) == list(dataframes.COLUMNS)

    def test_is_pandas_own(self, shelves):
        pytest.importorskip("pandas", reason="the extra `notebook` is not installed")
        frame = shelves.to_dataframe(series="Stormlight Archive")
        assert (len(frame), set(frame["series"])) == (2, {"Stormlight Archive"})

    def test_without_pandas_says_how_to_install_it(self, shelves, monkeypatch):
        monkeypatch.setitem(sys.modules, "pandas", None)
        with pytest.raises(MissingExtra, match=r"booktrack\[notebook\]"):
            shelves.to_dataframe()
