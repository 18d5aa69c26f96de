"""The release calendar: what is listed and under which month, for whom, and what is left out."""

import os
import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from booktrack import InvalidDate, InvalidInput
from booktrack.domain.records import SeriesRecord, VolumeRecord
from support.libraries import NOW, Chronicle, open_library


def entries(months):
    return [entry for month in months.values() for entry in month]


def titles(months):
    return [entry["title"] for entry in entries(months)]


def one(months):
    (entry,) = entries(months)
    return entry


def tell(library, name, volumes, **fields):
    """Let a source tell the library of a series: {position: date or None}."""
    record = SeriesRecord(
        source="chronicle",
        record_id=name,
        fetched_at="2026-11-22T12:00:00Z",
        name=name,
        volumes=[
            VolumeRecord(position=position, title=f"{name} {position}", release_date=day)
            for position, day in volumes.items()
        ],
        **fields,
    )
    path = library.path
    with open_library(path, sources=[Chronicle(record)], offline=False) as other:
        other.search(series=name, remote="always")


@pytest.fixture
def berserk(library):
    library.add(title="Berserk 1", series="Berserk", position=1, status="own", language="en")
    return library


def test_an_entry_begins_with_the_five_fields_of_the_specification(library):
    book = library.add(
        title="Stormlight Archive Book 5",
        status="want",
        format="hardcover",
        release_date="2026-12-05",
    )
    months = library.release_calendar()
    assert list(months) == ["2026-12"]
    entry = one(months)
    assert list(entry.items())[:5] == [
        ("title", "Stormlight Archive Book 5"),
        ("release_date", "2026-12-05"),
        ("format", "hardcover"),
        ("owned", False),
        ("wanted", True),
    ]
    assert (entry["state"], entry["precision"]) == ("announced", "day")
    assert (entry["book_id"], entry["edition_id"]) == (book["id"], book["editions"][0]["id"])


def test_months_are_in_order_and_a_year_stands_before_its_months(library):
    for day in ("2027-03-01", "2026-12-31", "2027", "2027-01", "2024-02-29"):
        library.add(title=f"Book of {day}", status="want", release_date=day)
    months = library.release_calendar()
    assert list(months) == ["2024-02", "2026-12", "2027", "2027-01", "2027-03"]
    assert [entry["precision"] for entry in entries(months)] == [
        "day", "day", "year", "month", "day"
    ]  # fmt: skip
    assert one(library.release_calendar("2024-02-29", "2024-02-29"))["release_date"] == "2024-02-29"


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (None, None, 4),
        ("2026-12", "2026-12", 3),  # the first, the last, and the year that the month lies in
        ("2026-12-01", "2026-12-01", 2),
        ("2026-12-02", "2026-12-30", 1),
        ("2026", None, 4),
        ("2027", None, 1),
        (None, "2026-12-30", 2),
        (date(2026, 12, 1), datetime(2026, 12, 1, 23, 59, tzinfo=UTC), 2),
    ],
)
def test_start_and_end_are_included_whole(library, start, end, found):
    for day in ("2026-12-01", "2026-12-31", "2026", "2027-01-01"):
        library.add(title=f"Book of {day}", status="want", release_date=day)
    assert len(entries(library.release_calendar(start, end))) == found


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata"])
def test_no_time_zone_moves_a_date(tmp_path, monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        with open_library(tmp_path / "l.json", clock=None) as library:
            library.add(title="First", status="want", release_date="2099-12-01")
            months = library.release_calendar("2099-12-01")
            assert [(key, one(months)["release_date"]) for key in months] == [
                ("2099-12", "2099-12-01")
            ]
            assert "DTSTART;VALUE=DATE:20991201" in library.release_calendar_ics()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert os.environ.get("TZ") != zone


@pytest.mark.parametrize(
    ("hours", "state"), [(-12, "announced"), (0, "announced"), (13, "released")]
)
def test_the_readers_own_day_decides_what_is_out(tmp_path, hours, state):
    here = NOW.astimezone(timezone(timedelta(hours=hours)))
    with open_library(tmp_path / "l.json", clock=lambda: here) as library:
        library.add(title="Tomorrow", status="want", release_date="2026-11-23")
        assert one(library.release_calendar())["state"] == state


@pytest.mark.parametrize(
    ("status", "listed", "owned", "wanted"),
    [
        ("own", ["2027"], True, False),  # preordered; what is out and owned is left out
        ("want", ["2020", "2027"], False, True),
        ("missing", ["2020", "2027"], False, False),
    ],
)
def test_what_a_status_lists(library, status, listed, owned, wanted):
    for year in ("2020", "2027"):
        library.add(title=f"Book of {year}", status=status, release_date=year)
    months = library.release_calendar()
    assert list(months) == listed
    assert {(entry["owned"], entry["wanted"]) for entry in entries(months)} == {(owned, wanted)}


def test_what_was_read_without_being_owned_is_not_missing(library):
    header = "Title,Author,Exclusive Shelf,Year Published,Book Id,Date Added"
    rows = ["Read,Ann Leckie,read,2014,1,2020/01/02", "Wish,Ann Leckie,to-read,2015,2,2020/01/02"]
    library.import_file("\n".join([header, *rows]).encode(), format="goodreads")
    assert titles(library.release_calendar()) == ["Wish"]
    library.mark(
        library.search("Read", remote="never")["results"][0]["editions"][0]["id"], "missing"
    )
    assert sorted(titles(library.release_calendar())) == ["Read", "Wish"]


def test_a_book_without_a_date_or_with_another_edition_owned_is_left_out(library):
    library.add(title="No date", status="want")
    about = {"title": "Owned", "authors": "Brandon Sanderson"}
    book = library.add("9780765326355", **about, status="own", release_date="2010")
    library.add("9781429952040", **about, status="missing", release_date="2010-08")
    assert library.get_book(book["id"])["editions"][1]["release_date"] == "2010-08"
    assert library.release_calendar() == {}


def test_a_wanted_edition_of_an_owned_book_is_listed(library):
    library.add("9780765326355", title="Kings", status="own", release_date="2010-08-31")
    library.add(
        "9781429952040", title="Kings", status="want", release_date="2010-08-31", format="ebook"
    )
    entry = one(library.release_calendar())
    assert (entry["format"], entry["owned"], entry["wanted"]) == ("ebook", False, True)


def test_a_wanted_edition_without_a_date_takes_that_of_the_book(library):
    about = {"title": "Kings", "authors": "Brandon Sanderson"}
    library.add("9780765326355", **about, status="missing", release_date="2027-02-01")
    library.add("9781429952040", **about, status="want")
    entry = one(library.release_calendar())
    assert (entry["release_date"], entry["wanted"]) == ("2027-02-01", True)


def test_another_users_word_never_shows(library):
    library.add(title="Mine", status="want", release_date="2027")
    with open_library(library.path, user_id=2) as other:
        other.add(title="Theirs", status="want", release_date="2027")
        assert titles(other.release_calendar("2027")) == ["Theirs"]
    assert titles(library.release_calendar("2027")) == ["Mine"]


def test_what_others_own_is_not_missing_to_whom_it_means_nothing(library):
    with open_library(library.path, user_id=2) as other:
        other.add(title="Theirs", status="own", release_date="2001")
        other.add(title="Saga 1", series="Saga", position=1, status="own", release_date="2001")
        other.add(title="Saga 2", series="Saga", position=2, status="want", release_date="2027")
    assert library.release_calendar() == {}
    library.mark(2, "own")
    assert titles(library.release_calendar()) == ["Saga 2"]
    library.add(title="Both", status="missing", release_date="2003")
    assert titles(library.release_calendar("2003", "2003")) == ["Both"]


# --- series ----------------------------------------------------------------------------------


def test_volumes_of_a_tracked_series_are_listed_with_and_without_a_book(berserk):
    tell(berserk, "Berserk", {"1": "2020", "2": "2021-02", "3": "2026-12-01", "4": None})
    months = berserk.release_calendar()
    assert [(e["series_position"], e["release_date"], e["state"]) for e in entries(months)] == [
        (2, "2021-02", "released"),
        (3, "2026-12-01", "announced"),
    ]
    entry = entries(months)[1]
    assert (entry["book_id"], entry["edition_id"], entry["format"]) == (None, None, "unknown")
    assert (entry["title"], entry["why"]) == ("Berserk 3", "you track Berserk")


def test_of_an_untracked_series_only_what_is_wanted_is_listed(berserk):
    tell(berserk, "Berserk", {"1": "2020", "2": "2026-12-01"})
    berserk.add(title="Berserk 3", series="Berserk", position=3, status="want", release_date="2027")
    with open_library(berserk.path, user_id=2) as other:
        other.add(
            title="Berserk 4", series="Berserk", position=4, status="own", release_date="2027"
        )
    assert titles(berserk.release_calendar("2026-12")) == ["Berserk 2", "Berserk 3", "Berserk 4"]
    berserk.track_series("Berserk", False)
    assert titles(berserk.release_calendar()) == ["Berserk 3"]


def test_of_a_series_that_was_only_looked_up_nothing_is_missing(library):
    tell(library, "Berserk", {"1": "2020", "2": "2026-12-24"})
    assert titles(library.release_calendar()) == ["Berserk 2"]


def test_what_an_omnibus_fills_is_not_missing(library):
    library.add(title="Berserk, Vol. 1-3", series="Berserk", position="1-3", status="own")
    tell(library, "Berserk", {"2": "2021", "3": "2022", "4": "2023"})
    assert titles(library.release_calendar()) == ["Berserk 4"]


def test_excluded_volumes_and_extras_that_are_out_are_left_out(berserk):
    tell(berserk, "Berserk", {"2": "2021", "1.5": "2021", "3.5": "2026-12-24", "3": "2022"})
    berserk.exclude_volumes("Berserk", ["3"], why="told twice")
    assert titles(berserk.release_calendar()) == ["Berserk 2", "Berserk 3.5"]


def test_a_date_that_only_the_series_tells_is_that_of_its_book(berserk):
    book = berserk.add(title="Berserk 2", series="Berserk", position=2, status="missing")
    tell(berserk, "Berserk", {"2": "2026-12-24"})
    entry = one(berserk.release_calendar())
    assert (entry["book_id"], entry["release_date"]) == (book["id"], "2026-12-24")


def test_a_translation_in_the_library_does_not_hide_the_volume_that_is_read(berserk):
    berserk.add(title="Berserk 2 JP", series="Berserk", position=2, status="missing",
                language="ja", release_date="2015-01-01")  # fmt: skip
    store = berserk._ctx.store
    with store.transaction("say nothing of it") as tx:
        (status,) = tx.find("status", "1:missing")
        tx.remove("statuses", status)
    assert berserk.release_calendar() == {}
    tell(berserk, "Berserk", {"2": "2026-12-24"})
    entry = one(berserk.release_calendar())
    assert (entry["release_date"], entry["edition_id"]) == ("2026-12-24", None)
    assert entry["series_position"] == 2


def test_a_box_of_volumes_is_a_reprint(berserk):
    tell(berserk, "Berserk", {"Box Set 1": "2026-12-24"})
    assert berserk.release_calendar() == {}
    assert titles(berserk.release_calendar(reprints=True)) == ["Berserk Box Set 1"]


RHYTHM = {"1": "2026-01-10", "2": "2026-04-11", "3": "2026-07-12", "4": "2026-10-13"}


def test_the_next_volume_of_a_steady_series_is_estimated_and_said_to_be(berserk):
    tell(berserk, "Berserk", {**RHYTHM, "5": None}, publication_status="releasing")
    entry = entries(berserk.release_calendar("2026-11"))[0]
    assert (entry["title"], entry["release_date"]) == ("Berserk 5", "2027-01")
    assert (entry["state"], entry["precision"]) == ("estimated", "month")
    assert "rhythm" in entry["why"]
    assert berserk.release_calendar("2026-11", estimates=False) == {}


def test_the_next_volume_needs_no_listing_where_the_series_goes_on(berserk):
    tell(berserk, "Berserk", RHYTHM, publication_status="releasing")
    assert titles(berserk.release_calendar("2026-11")) == ["Berserk 5"]


@pytest.mark.parametrize("status", ["finished", "hiatus", "cancelled"])
def test_no_volume_is_estimated_of_a_series_that_does_not_go_on(berserk, status):
    tell(berserk, "Berserk", {**RHYTHM, "5": None}, publication_status=status)
    assert berserk.release_calendar("2026-11") == {}


def test_no_volume_is_estimated_beside_one_that_is_announced_or_beyond_the_total(berserk):
    tell(berserk, "Berserk", {**RHYTHM, "5": "2027-03"}, publication_status="releasing")
    assert [e["state"] for e in entries(berserk.release_calendar("2026-11"))] == ["announced"]
    tell(berserk, "Vinland", RHYTHM, publication_status="releasing", total=4)
    assert "Vinland 5" not in titles(berserk.release_calendar())


# --- authors ---------------------------------------------------------------------------------


@pytest.fixture
def upcoming(library):
    """A library that knows of an upcoming book of nobody in particular."""
    book = library.add(title="Next", authors="Ann Leckie", status="want", release_date="2027")
    edition = book["editions"][0]["id"]
    with open_library(library.path, user_id=2) as other:
        other.mark(edition, "want")
    store = library._ctx.store
    with store.transaction("forget the wish") as tx:
        for status_id, status in tx.all("statuses"):
            if status["user_id"] == 1:
                tx.remove("statuses", status_id)
    return library


def test_books_of_an_author_of_whom_one_is_owned_are_of_interest(upcoming):
    assert upcoming.release_calendar() == {}
    upcoming.add(title="Ancillary Justice", authors="Leckie, Ann", status="own")
    entry = one(upcoming.release_calendar())
    assert (entry["title"], entry["why"]) == ("Next", "you track Ann Leckie")
    upcoming.track_author("Ann Leckie", False)
    assert upcoming.release_calendar() == {}


def test_an_author_can_be_tracked_without_owning_anything(upcoming):
    told = upcoming.track_author("leckie, ann")
    assert told == {"name": "Ann Leckie", "tracked": True, "why": "you said so", "books": 0}
    assert titles(upcoming.release_calendar()) == ["Next"]
    assert upcoming.tracked_authors()["authors"] == [told]
    with open_library(upcoming.path, user_id=3) as other:
        assert other.release_calendar() == {}
        assert other.tracked_authors()["total"] == 0


def test_tracking_twice_writes_once_and_can_be_undone(library):
    library.track_author("Ann Leckie")
    before = library.history()["total"]
    library.track_author("Ann  LECKIE")
    assert library.history()["total"] == before
    library.undo(library.history()["transactions"][0]["id"])
    assert library.tracked_authors()["total"] == 0


@pytest.mark.parametrize("arguments", [("",), (" ",), (3,), ("Ann", "yes"), (None,)])
def test_a_name_that_is_none_changes_nothing(library, arguments):
    with pytest.raises(InvalidInput):
        library.track_author(*arguments)
    assert library.tracked_authors()["total"] == 0


@pytest.mark.parametrize(("tracked", "listed"), [(None, ["Next"]), (True, ["Next"]), (False, [])])
def test_what_the_user_misses_is_awaited_unless_its_author_is_not(library, tracked, listed):
    library.add(title="Next", authors="Ann Leckie", status="missing", release_date="2027")
    if tracked is not None:
        library.track_author("Ann Leckie", tracked)
    assert titles(library.release_calendar()) == listed


def test_an_untracked_series_is_brought_back_by_its_author_only_where_that_is_said(library):
    library.add(title="One", authors="Ann Leckie", series="Radch", position=1, status="own")
    library.add(
        title="Two",
        authors="Ann Leckie",
        series="Radch",
        position=2,
        status="missing",
        release_date="2027",
    )
    assert titles(library.release_calendar()) == ["Two"]
    library.track_series("Radch", False)
    assert titles(library.release_calendar()) == []
    library.track_author("Ann Leckie")
    assert titles(library.release_calendar()) == ["Two"]


# --- reprints and languages ------------------------------------------------------------------


@pytest.fixture
def editions(library):
    """One missing book: its first edition, a reprint, and a translation."""
    for isbn, day, language in (
        ("9780765326355", "2010-08-31", "en"),
        ("9780765365279", "2027-05-24", "en"),
        ("9783453317079", "2027-11-10", "de"),
    ):
        library.add(
            isbn,
            title="Kings",
            authors="Brandon Sanderson",
            status="missing",
            release_date=day,
            language=language,
        )
    library.add(title="Something owned", status="own", language="en")
    return library


def listed(months):
    return [entry["release_date"] for entry in entries(months)]


def test_reprints_and_other_languages_are_left_out_unless_asked_for(editions):
    assert listed(editions.release_calendar()) == ["2010-08-31"]
    assert listed(editions.release_calendar(reprints=True)) == ["2010-08-31", "2027-05-24"]
    for every in ("all", " ALL", ["en", "All"]):
        assert listed(editions.release_calendar(languages=every)) == ["2010-08-31", "2027-11-10"]
    assert listed(editions.release_calendar(languages=["German"])) == ["2027-11-10"]
    assert len(listed(editions.release_calendar(languages="all", reprints=True))) == 3


def test_the_setting_names_the_languages_and_an_argument_counts_more(editions):
    editions.update_settings(calendar_languages=["de"])
    assert listed(editions.release_calendar()) == ["2027-11-10"]
    assert listed(editions.release_calendar(languages="en")) == ["2010-08-31"]


def test_the_language_of_a_series_is_that_in_which_it_is_read(library):
    library.add(title="Else", status="own", language="en")
    library.add(title="Eins", series="Berserk", position=1, status="own", language="de")
    for language, month in (("en", "2027-01"), ("de", "2027-02")):
        library.add(
            title=f"Berserk 2 {language}",
            series="Berserk",
            position=2,
            status="missing",
            language=language,
            release_date=month,
        )
    assert listed(library.release_calendar("2027")) == ["2027-02"]


def test_a_wanted_edition_is_listed_in_any_language(editions):
    editions.mark("9783453317079", "want")
    assert listed(editions.release_calendar()) == ["2027-11-10"]


# --- what cannot be --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"start": "soon"}, InvalidDate),
        ({"start": 2026}, InvalidDate),
        ({"end": "2026-02-30"}, InvalidDate),
        ({"start": "2026-12", "end": "2026-11-30"}, InvalidInput),
        ({"languages": "klingon"}, InvalidInput),
        ({"languages": 3}, InvalidInput),
        ({"reprints": "yes"}, InvalidInput),
        ({"estimates": None}, InvalidInput),
    ],
)
def test_what_cannot_be_asked_is_refused(library, wrong, error):
    with pytest.raises(error):
        library.release_calendar(**wrong)
    with pytest.raises(error):
        library.release_calendar_ics(**wrong)


def test_what_changed_shows_at_once_whoever_changed_it(library):
    book = library.add(title="Moves", status="want", release_date="2027-01-01")
    assert list(library.release_calendar()) == ["2027-01"]
    with open_library(library.path) as other:
        other.edit_edition(book["editions"][0]["id"], release_date="2027-03-01")
    assert list(library.release_calendar()) == ["2027-03"]


def test_an_answer_is_kept_until_something_changes_that_it_was_made_of(library, monkeypatch):
    from booktrack.services.releases import _Releases

    made = []
    every = _Releases.all
    monkeypatch.setattr(_Releases, "all", lambda self: made.append(self) or every(self))
    edition = library.add(title="Kept", status="want", release_date="2027")["editions"][0]["id"]
    for change in (
        lambda: None,
        lambda: library.update_settings(cache_ttl=900),
        lambda: library.add_price(edition, 12.5, "EUR"),
        lambda: library.set_reading_goal(12),
    ):
        change()
        assert titles(library.release_calendar()) == ["Kept"]
    assert len(made) == 1
    for change in (
        lambda: library.mark(edition, "own"),
        lambda: library.track_author("Ann Leckie"),
        lambda: library.start_reading(1),
    ):
        change()
        assert titles(library.release_calendar()) == ["Kept"]
    assert len(made) == 4


def test_users_who_ask_in_turn_are_both_answered_from_what_was_kept(library, monkeypatch):
    from booktrack.services.releases import _Releases

    made = []
    every = _Releases.all
    monkeypatch.setattr(_Releases, "all", lambda self: made.append(self) or every(self))
    library.add(title="Mine", status="want", release_date="2027")
    for _ in range(3):
        for languages in (None, "en", "de", "all"):
            assert titles(library.release_calendar(languages=languages)) == ["Mine"]
    assert len(made) == 4
    library.release_calendar(reprints=True)
    library.release_calendar()  # the oldest made room
    assert len(made) == 6


def test_the_sample_librarys_calendar_holds_what_is_wanted_and_missing(sample):
    found = titles(sample.release_calendar())
    assert "The Way of Kings" in found
    assert "Oathbringer" in found
    assert "All Systems Red" not in found
