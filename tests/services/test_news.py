"""The news: what was announced, moved and released, told from the history."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from booktrack import InvalidDate, InvalidInput
from booktrack.domain.records import SeriesRecord, VolumeRecord
from support.libraries import NOW, Chronicle, open_library


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def on(self, text):
        self.now = datetime.fromisoformat(text).replace(hour=12, tzinfo=NOW.tzinfo)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def library(tmp_path, clock):
    with open_library(tmp_path / "library.json", clock=clock) as opened:
        yield opened


def add(library, title="Wind and Truth", day=None, status="want", **fields):
    given = {"release_date": day} if day else {}
    book = library.add(title=title, status=status, **given, **fields)
    return book["editions"][-1]["id"]


def told(found):
    return [(one["kind"], one["title"], one["before"], one["after"]) for one in found["news"]]


def tell(library, clock, volumes, name="Berserk", **fields):
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
    options = {"sources": [Chronicle(record)], "offline": False, "clock": clock}
    with open_library(library.path, **options) as other:
        other.search(series=name, remote="always")


def test_a_new_date_is_announced_then_moved_then_known_to_the_day_and_then_out(library, clock):
    edition = add(library, day="2027-01-05")
    clock.on("2026-12-01")
    library.edit_edition(edition, release_date="2027-03")
    clock.on("2026-12-10")
    library.edit_edition(edition, release_date="2027-03-09")
    clock.on("2027-03-10")
    title = "Wind and Truth"
    assert told(library.news("2026-11-22", "2026-11-30")) == [
        ("announced", title, None, "2027-01-05")
    ]
    assert told(library.news("2026-12-01", "2026-12-05")) == [
        ("moved", title, "2027-01-05", "2027-03")
    ]
    assert told(library.news("2026-12-05", "2026-12-31")) == [
        ("dated", title, "2027-03", "2027-03-09")
    ]
    assert told(library.news("2027-03-09")) == [("released", title, "2027-03-09", "2027-03-09")]
    assert told(library.news("2027-03-10")) == []


def test_what_counts_is_the_difference_between_two_moments(library, clock):
    edition = add(library, day="2027-01-05")
    clock.on("2026-12-01")
    library.edit_edition(edition, release_date="2027-03-01")
    clock.on("2026-12-02")
    library.edit_edition(edition, release_date="2027-01-05")
    assert told(library.news("2026-12-01")) == []
    assert len(told(library.news("2026-12-01", "2026-12-01"))) == 1


def test_what_was_undone_is_no_news(library, clock):
    add(library, day="2027-01-05")
    library.undo(library.history()["transactions"][0]["id"])
    assert library.news()["news"] == []


@pytest.mark.parametrize("cleared", ["release_date"])
def test_a_date_that_is_withdrawn_is_moved_to_nowhere(library, clock, cleared):
    edition = add(library, day="2027-01-05")
    clock.on("2026-12-01")
    library.edit_edition(edition, **{cleared: None})
    assert told(library.news("2026-12-01")) == [("moved", "Wind and Truth", "2027-01-05", None)]


def test_a_removed_book_and_a_corrected_past_are_no_news(library, clock):
    gone = library.add(title="Gone", status="want", release_date="2027")
    old = add(library, "Old", "1999-05-01")
    clock.on("2026-12-01")
    library.remove_book(gone["id"])
    library.edit_edition(old, release_date="1998-05-01")
    assert told(library.news("2026-12-01")) == []


def test_a_date_that_was_ahead_and_turns_out_to_have_passed_is_released(library, clock):
    edition = add(library, day="2027-06-01")
    clock.on("2026-12-20")
    library.edit_edition(edition, release_date="2026-11-30")
    assert told(library.news("2026-12-15")) == [
        ("released", "Wind and Truth", "2027-06-01", "2026-11-30")
    ]


def test_a_month_is_released_when_it_is_over(library, clock):
    add(library, day="2026-12")
    clock.on("2026-12-30")
    assert told(library.news("2026-12-01")) == []
    clock.on("2026-12-31")
    assert [one[0] for one in told(library.news("2026-12-31"))] == ["released"]


def test_what_is_owned_already_is_released_too(library, clock):
    add(library, day="2026-12-05", status="own")
    clock.on("2026-12-06")
    (one,) = library.news("2026-12-05")["news"]
    assert (one["kind"], one["owned"], one["at"]) == ("released", True, "2026-12-05")


def test_what_is_bought_after_it_came_out_is_no_news(library, clock):
    add(library, "Bought", "2026-11-20", status="own")
    add(library, "Learned of", "2026-11-20")
    assert [one[1] for one in told(library.news())] == ["Learned of"]


def test_formats_that_come_out_together_are_one_of_the_news(library):
    about = {"title": "Kings", "authors": "Brandon Sanderson", "status": "want"}
    library.add("9780765326355", **about, release_date="2027-02-01", format="hardcover")
    library.add("9781429952040", **about, release_date="2027-02-01", format="ebook")
    (one,) = library.news()["news"]
    assert one["formats"] == ["ebook", "hardcover"]


def test_another_edition_of_an_announced_book_is_no_new_book(library, clock):
    about = {"title": "Kings", "authors": "Brandon Sanderson", "status": "want"}
    library.add("9780765326355", **about, release_date="2027-02-01", format="hardcover")
    clock.on("2026-12-01")
    library.add("9781429952040", **about, release_date="2027-02-01", format="ebook")
    assert told(library.news("2026-12-01")) == []


def test_a_date_far_away_that_stands_for_none_is_none(library, clock):
    edition = add(library, day="2049-12-31")
    assert told(library.news()) == []
    clock.on("2026-12-01")
    library.edit_edition(edition, release_date="2027-05-01")
    assert told(library.news("2026-12-01")) == [("announced", "Wind and Truth", None, "2027-05-01")]


# --- series ----------------------------------------------------------------------------------


@pytest.fixture
def berserk(library, clock):
    add(library, "Berserk 1", status="own", series="Berserk", position=1)
    tell(library, clock, {"1": "2020", "2": "2026-12-05"}, publication_status="releasing")
    clock.on("2026-12-01")
    return library


def test_volumes_that_a_source_lists_later_are_announced(berserk, clock):
    tell(berserk, clock, {"2": "2026-12-24", "3": "2027-04", "4": None})
    assert told(berserk.news("2026-12-01")) == [
        ("announced", "Berserk 3", None, "2027-04"),
        ("announced", "Berserk 4", None, None),
        ("moved", "Berserk 2", "2026-12-05", "2026-12-24"),
    ]
    one = berserk.news("2026-12-01")["news"][0]
    assert (one["series"], one["volume"], one["series_position"]) == ("Berserk", "3", 3)


def test_a_first_look_at_a_series_announces_only_what_has_a_date_ahead(library, clock):
    tell(library, clock, {"1": "2020", "2": "2027-04", "3": None}, "Vinland")
    assert told(library.news()) == [("announced", "Vinland 2", None, "2027-04")]


def test_a_volume_that_becomes_a_book_is_not_announced_again(berserk):
    add(berserk, "Berserk 2", "2026-12-05", series="Berserk", position=2)
    assert told(berserk.news("2026-12-01")) == []


def test_the_date_of_a_volume_that_becomes_a_book_may_move(berserk):
    add(berserk, "Berserk 2", "2026-12-24", series="Berserk", position=2)
    assert told(berserk.news("2026-12-01")) == [("moved", "Berserk 2", "2026-12-05", "2026-12-24")]


def test_untracked_series_make_no_news(berserk, clock):
    tell(berserk, clock, {"3": "2027-04"})
    berserk.track_series("Berserk", False)
    assert told(berserk.news("2026-12-01")) == []


def test_a_volume_comes_out_without_any_change_of_the_library(berserk, clock):
    clock.on("2026-12-05")
    assert told(berserk.news("2026-12-02")) == [
        ("released", "Berserk 2", "2026-12-05", "2026-12-05")
    ]


# --- since when ------------------------------------------------------------------------------


def test_another_user_reads_their_own_news(library, clock):
    add(library, day="2027-01-05")
    with open_library(library.path, user_id=2, clock=clock) as other:
        assert other.news()["news"] == []


@pytest.mark.parametrize(
    "since",
    [
        None,
        "2026-11-22",
        "2026-11",
        "2026",
        "2026-11-22T12:00:00Z",
        "2026-11-22T13:00:00+01:00",
        date(2026, 11, 22),
        NOW,
        NOW.replace(tzinfo=None),
        NOW.astimezone(timezone(timedelta(hours=-9))),
    ],
)
def test_since_is_a_date_or_a_moment(library, since):
    add(library, day="2027-01-05")
    assert library.news(since)["total"] == 1


@pytest.mark.parametrize("since", ["2026-11-22T12:00:01Z", "2026-11-23", "2027"])
def test_what_came_before_is_not_told(library, since):
    add(library, day="2027-01-05")
    assert library.news(since)["news"] == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("yesterday",), InvalidDate),
        (("the day before yesterday",), InvalidDate),
        (("2026-02-30T10:00:00",), InvalidDate),
        (("1" * 40,), InvalidDate),
        ((20261122,), InvalidDate),
        (("-0400",), InvalidDate),
        (("2026-11-22", "2026-11-21"), InvalidInput),
    ],
)
def test_what_is_no_time_is_refused(library, arguments, error):
    with pytest.raises(error):
        library.news(*arguments)


def test_an_end_before_the_beginning_shows_both(library):
    with pytest.raises(InvalidInput, match=r"2020.*2026-10-23"):
        library.news(until="2020")


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("0001", "9999"),
        (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
        (date.min, date.max),
        ("2026-11-22t12:00:00z", "2026-11-22 13:00"),  # at the clock's -11 hours
    ],
)
def test_the_whole_of_time_may_be_asked_for(library, clock, since, until):
    clock.now = NOW.astimezone(timezone(timedelta(hours=13)))
    add(library, day="2027-01-05")
    clock.now = NOW.astimezone(timezone(timedelta(hours=-11)))
    assert library.news(since, until)["total"] == 1


def test_a_history_that_does_not_reach_back_is_said_to(sample):
    assert sample.news("2020")["complete"] is False
    sample.mark("9781429952040", "own")
    assert sample.news(NOW.isoformat())["complete"] is False  # the oldest that is kept is meant
    sample.mark("9781429952040", "want")
    entry = sample.news()
    assert (entry["complete"], entry["total"]) == (False, len(entry["news"]))


def test_a_library_that_remembers_all_says_so(library):
    assert library.news("1999")["complete"] is True
    add(library, day="2027-01-05")
    assert library.news("1999")["complete"] is True
