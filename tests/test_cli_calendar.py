"""`booktrack calendar`, `news`, `track-author` and `authors`."""

import json
from datetime import date

import pytest
from icalendar import Calendar

from booktrack import Library, cli_calendar
from booktrack.cli import main


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command on a library with three books; return (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("BOOKTRACK_OFFLINE", "1")
    with Library("library.json") as opened:
        opened.add(title="Coming", authors="Ann Leckie", status="want", release_date="2099-02")
        opened.add(title="Out", status="missing", release_date="2001-05-06", format="ebook")
        opened.add(title="Mine", status="own", release_date="2002")

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            main(list(map(str, arguments)))
        shown = capsys.readouterr()
        return left.value.code or 0, shown.out, shown.err

    return call


def test_the_calendar_shows_what_comes_and_then_what_is_out(run):
    code, out, _ = run("calendar")
    assert code == 0
    assert out.index("To come: 1") < out.index("2099-02") < out.index("announced")
    assert out.index("announced") < out.index("Out, and missing or wanted: 1")
    assert out.index("Out, and missing") < out.index("2001-05-06") < out.index("miss ")
    assert "the next 12 months" not in out
    assert "Mine" not in out


def test_the_months_ahead_are_drawn(run):
    this_month = date.today().isoformat()[:7]  # noqa: DTZ011 - as the command sees it
    with Library("library.json") as library:
        library.add(title="Soon", status="own", release_date=this_month)
    out = run("calendar")[1]
    # On the last day of a month all of it is out.
    assert "the next 12 months: █▁▁▁▁▁▁▁▁▁▁▁" in out or "Soon" not in out


def test_an_entry_is_one_line_on_a_terminal_of_80_columns(run, monkeypatch):
    with Library("library.json") as library:
        for position in ("1", "2", "3"):
            library.add(
                title={"1": "The Long Way", "2": "Wayfarers"}.get(position, "Wayfarers, Vol. 3"),
                authors="Becky Chambers",
                series="Wayfarers",
                position=position,
                status="want",
                format="hardcover",
                release_date=f"2099-0{position}-05" if position != "3" else "2016-10-20",
            )
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("calendar")[1].splitlines()
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if "│" in line]
    assert rows == [
        ["2099-01-05", "The Long Way (Wayfarers 1)", "hardcover", "want", "announced"],
        ["2099-02", "Coming", "", "want", "announced"],
        ["2099-02-05", "Wayfarers (no. 2)", "hardcover", "want", "announced"],
        ["2016-10-20", "Wayfarers, Vol. 3", "hardcover", "want"],
        ["2001-05-06", "Out", "ebook", "miss"],
    ]


def test_the_calendar_for_programs_is_that_of_the_function(run):
    months = json.loads(run("calendar", "2001", "2099", "--json")[1])
    assert list(months) == ["2001-05", "2099-02"]
    with Library("library.json") as library:
        assert library.release_calendar() == months


def test_a_long_past_is_cut_unless_a_start_is_given(run, monkeypatch):
    monkeypatch.setattr(cli_calendar, "_RELEASED", 0)
    out = run("calendar")[1]
    assert "2001-05-06" not in out
    assert "1 that came out before" in out
    assert "2001-05-06" in run("calendar", "1900")[1]


def test_nothing_to_list_is_said(run):
    assert "nothing comes out" in run("calendar", "2050", "2051")[1]


def test_wishes_are_passed_on(run):
    with Library("library.json") as library:
        library.add(title="Drüben", status="missing", release_date="2003", language="de")
        library.add(title="Read", status="own", language="en")
    assert "Drüben" not in run("calendar")[1]
    assert "Drüben" in run("calendar", "--language", "all", "--no-estimates", "--reprints")[1]


def test_a_feed_is_written_and_replaced(run, tmp_path):
    for _ in range(2):
        code, out, _ = run("calendar", "--ics", "books.ics")
        assert (code, out) == (0, "2 releases in books.ics\n")
    assert len(Calendar.from_ical((tmp_path / "books.ics").read_bytes()).walk("VEVENT")) == 2
    assert not list(tmp_path.glob(".*"))


def test_a_feed_is_printed(run):
    feed = run("calendar", "--ics", "-")[1]
    assert feed.startswith("BEGIN:VCALENDAR\r\n")
    assert feed.endswith("END:VCALENDAR\r\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["calendar", "soon"], "soon"),
        (["calendar", "2026", "2025"], "2025"),
        (["calendar", "--language", "klingon"], "klingon"),
        (["calendar", "--ics", "no/such/folder.ics"], "folder.ics"),
        (["news", "tomorrow"], "tomorrow"),
        (["track-author", " "], "author"),
        (["authors", "--limit", "0"], "limit"),
    ],
)
def test_wrong_input_exits_with_2(run, arguments, said):
    code, _, error = run(*arguments)
    assert (code, said in error) == (2, True)


def test_news_are_listed(run):
    out = run("news")[1]
    assert "announced" in out
    assert "Coming" in out
    found = json.loads(run("news", "2001", "--json")[1])
    assert [one["kind"] for one in found["news"]] == ["announced", "released"]
    assert "no news since 2098" in run("news", "2098")[1]


def test_a_move_shows_what_was(run):
    with Library("library.json") as library:
        library.edit_edition(1, release_date="2099-07")
        library.add(title="Other", status="want", release_date="2099")
    out = run("news")[1]
    assert "2099-07" in out


def test_a_forgotten_past_is_said(run):
    with Library("library.json") as library:
        store = library._ctx.store
        store.checkpoint()
        store._history.path.unlink()
        library.track_author("Ann Leckie")
    assert "the history does not reach back so far" in run("news", "2001")[1]


def test_authors_are_tracked_and_listed(run):
    assert "Ann Leckie" in run("authors")[1]
    assert "Ann Leckie is not tracked" in run("track-author", "leckie, ann", "--off")[1]
    assert "Ann Leckie" not in run("authors")[1]
    assert json.loads(run("authors", "--json")[1])["total"] == 0
    assert json.loads(run("track-author", "Ann Leckie", "--json")[1])["tracked"] is True
