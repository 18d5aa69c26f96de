"""The commands on reading: lines and tables for people, JSON for programs."""

import os
import shutil
import subprocess
import sys

import pytest

from support.command import asked
from support.libraries import ROOT, WAY_OF_KINGS, open_library


def said(run, *arguments):
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    return out


def test_a_book_from_its_start_to_its_end(run):
    assert said(run, "reading", "start", "1", "--date", "2024-02-28") == (
        "The Way of Kings: reading, since 2024-02-28\n"
    )
    assert said(run, "reading", "progress", WAY_OF_KINGS, "45%", "--date", "2024-02-29") == (
        "The Way of Kings: reading, page 453 of 1007 (45%), since 2024-02-28\n"
    )
    assert "page 500 of 1007" in said(
        run, "reading", "session", "#1", "--minutes", "30", "--to", "500", "--note", "on a train"
    )
    assert "paused, page 500" in said(run, "reading", "pause", "1")
    done = said(run, "reading", "finish", "1", "--rating", "4.5", "--review", "Stormy.")
    assert done.startswith("The Way of Kings: finished, 2")
    assert done.endswith(", 4.5 stars\n")
    assert "reading (no. 2)" in said(run, "reading", "start", "1")


def test_places_of_other_measures(run):
    assert "minute 90, since" in said(run, "reading", "progress", "1", "90min")
    assert "page 12 of 1007 (1.1%)" in said(run, "reading", "progress", "1", " 12 ")
    assert asked(run, "reading", "progress", "1", "--chapter", "3")["chapter"] == 3
    past = said(run, "reading", "progress", "1", "99999")
    assert past.endswith("\n  the page is past the end and was cut off there\n")


def test_a_place_of_a_chapter_alone(run):
    assert "reading, chapter 3, since" in said(run, "reading", "progress", "1", "--chapter", "3")


@pytest.mark.parametrize("place", ["abc", "%", "1.5", "--", "5 pages"])
def test_what_is_no_place_exits_with_2(run, place):
    code, _, err = run("reading", "progress", "1", "--", place)
    assert (code, repr(place) in err) == (2, True)


def test_abandon_rate_and_wish(run):
    run("reading", "progress", "1", "20%")
    assert "abandoned, page 201" in said(run, "reading", "abandon", "1", "--review", "Long.")
    assert said(run, "reading", "rate", "1", "1").endswith(", 1 star\n")
    assert asked(run, "reading", "rate", "1")["rating"] is None
    assert said(run, "reading", "wish", "2") == "Words of Radiance: want to read\n"
    assert asked(run, "reading", "wish", "3")["reading"]["status"] == "want_to_read"


def test_lists_and_corrections(run):
    assert said(run, "reading", "list") == "0-0 of 0 readings: nothing\n"
    run("reading", "finish", "1", "--date", "2024-03-01")
    run("reading", "start", "2")
    assert run("reading", "start", "2", "--edition", WAY_OF_KINGS)[0] == 2
    shown = said(run, "reading", "list")
    assert (shown.index("Words of Radiance") < shown.index("The Way of Kings"), "#1" in shown) == (
        True, True
    )  # fmt: skip
    assert asked(run, "reading", "list", "1", "--status", "finished")["total"] == 1
    assert "finished, 2024-03-01" in said(run, "reading", "books", "finished")
    assert "unread" in said(run, "reading", "books", "unread", "--limit", "1")
    told = asked(run, "reading", "edit", "1", "rating=4", "finished_at=2024", "edition=1",
                 "page=", "percent=20", "review=")  # fmt: skip
    assert (told["rating"], told["finished_at"], told["review"]) == (4.0, "2024", None)
    assert said(run, "reading", "remove", "1") == "reading 1 is removed\n"
    assert asked(run, "reading", "remove", "2")["removed"] == {"readings": 1}


@pytest.mark.parametrize("change", ["rating", "rating=good", "title=Dune", "sessions=3"])
def test_a_wrong_correction_exits_with_2(run, change):
    run("reading", "finish", "1")
    assert run("reading", "edit", "1", change)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("start", "99"), 1), (("start", "Dune"), 2), (("pause", "1"), 2),
        (("finish", "1", "--rating", "6"), 2), (("start", "1", "--date", "2023-02-29"), 2),
        (("books", "read"), 2), (("remove", "1"), 1), (("goal", "5", "--remove"), 2),
        (("goal", "--remove"), 1),
    ],
)  # fmt: skip
def test_what_is_wrong_says_so_by_its_exit_code(run, arguments, code):
    assert run("reading", *arguments)[0] == code


def test_a_goal(run):
    assert said(run, "reading", "goal", "--year", "2024") == "2024: 0 finished, no goal\n"
    assert said(run, "reading", "goal", "2", "--year", "2024") == (
        "2024: 0 of 2 books (0%), 2 behind\n"
    )
    for book in (1, 2, 3):
        run("reading", "finish", book, "--date", "2024-05-01")
        told = said(run, "reading", "goal", "--year", "2024")
        assert told.endswith({1: "1 behind\n", 2: "on pace\n", 3: "1 ahead\n"}[book])
    assert asked(run, "reading", "goal", "--year", "2024")["finished"] == 3
    assert said(run, "reading", "goal", "--remove", "--year", "2024") == (
        "2024 has no goal any more\n"
    )


class TestStats:
    def test_of_nothing(self, run):
        shown = said(run, "stats")
        assert shown.startswith("In all: 0 books, 0 pages, 0 minutes\n")
        assert "By " not in shown
        assert "▁▁▁▁▁▁▁▁▁▁▁▁" not in said(run, "stats", "2024")

    def test_with_tables_and_bars(self, run):
        run("reading", "start", "1", "--date", "2024-02-28")
        run("reading", "session", "1", "--date", "2024-02-29", "--minutes", "45", "--to", "500")
        run("reading", "finish", "1", "--date", "2024-03-01", "--rating", "4.5")
        run("reading", "finish", "2", "--date", "2022")
        shown = said(run, "stats", "2024")
        assert shown.startswith("2024: 1 book, 1,007 pages, 45 minutes\n")
        assert "books   ▁▁█▁▁▁▁▁▁▁▁▁  by month, 2024-01 to 2024-12" in shown
        assert "pages   ▁██▁▁▁▁▁▁▁▁▁" in shown
        for words in ("the longest 3 days to 2024-03-01", "average rating 4.5 (4.5:1)",
                      "3 days a book", "By author", "Brandon Sanderson", "By series",
                      "By format", "By language"):  # fmt: skip
            assert words in shown
        assert "books   █▁█  by year, 2022 to 2024" in said(run, "stats")

    def test_of_re_reads_and_of_unknown_dates(self, run):
        run("reading", "rate", "1", "4")
        run("reading", "start", "1", "--date", "2024-01-01")
        run("reading", "finish", "1", "--date", "2024-02-01")
        shown = said(run, "stats")
        assert "1 title, 1 re-read" in shown
        assert "1 book of unknown date" in shown

    def test_of_many_authors_shows_the_first_ten(self, run):
        with open_library("library.json") as library, library.transaction("rate all"):
            for book in library.list_books(limit=100)["books"]:
                library.rate(book["id"], 4)
        assert "more; --json lists all" in said(run, "stats")

    def test_as_json(self, run):
        told = asked(run, "stats", "2024")
        assert (told["year"], len(told["by_month"]), told["books_unread"]) == (2024, 12, 40)

    def test_of_another_user(self, run):
        run("reading", "finish", "1")
        code, out, _ = run("--user", "2", "stats")
        assert (code, out.startswith("In all: 0 books")) == (0, True)

    @pytest.mark.parametrize("year", ["0", "many"])
    def test_of_no_year_exits_with_2(self, run, year):
        assert run("stats", year)[0] == 2


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_bars_are_signs_where_the_terminal_has_no_bars(tmp_path, encoding):
    shutil.copy(ROOT / "library.json", tmp_path)
    with open_library(tmp_path / "library.json") as library:
        library.finish_reading(1, date="2024-02-29")
    shown = subprocess.run(
        [sys.executable, "-m", "booktrack", "--offline", "stats", "2024"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": encoding, "TERM": "dumb"},
        capture_output=True,
        check=True,
    ).stdout.decode(encoding)
    assert "books   _#__________  by month" in shown
    assert "?" not in shown
