"""The feed: valid when it is read back, honest in what it does not know, stable in its names."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from booktrack.domain.records import SeriesRecord, VolumeRecord
from support.libraries import NOW, Chronicle, open_library


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def library(tmp_path, clock):
    with open_library(tmp_path / "library.json", clock=clock) as opened:
        yield opened


def add(library, title="Wind and Truth", day="2026-12-06", **fields):
    book = library.add(title=title, status="want", release_date=day, **fields)
    return book["editions"][0]["id"]


def events(feed):
    return {str(event["SUMMARY"]): event for event in Calendar.from_ical(feed).walk("VEVENT")}


def event(feed):
    (found,) = events(feed).values()
    return found


def test_the_feed_is_a_calendar_with_a_name_and_a_refresh_interval(library):
    add(library)
    feed = library.release_calendar_ics()
    calendar = Calendar.from_ical(feed)
    assert calendar["VERSION"] == "2.0"
    assert "booktrack" in calendar["PRODID"]
    assert "METHOD" not in calendar  # RFC 5546 would demand an organizer
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=12)
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n" in feed
    assert "X-PUBLISHED-TTL:PT12H\r\n" in feed
    assert calendar["NAME"] == calendar["X-WR-CALNAME"]


@pytest.mark.parametrize(
    ("day", "first", "after"),
    [
        ("2026-12-06", date(2026, 12, 6), date(2026, 12, 7)),
        ("2028-02-29", date(2028, 2, 29), date(2028, 3, 1)),
        ("2028-02", date(2028, 2, 1), date(2028, 3, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2027", date(2027, 1, 1), date(2028, 1, 1)),
        ("2019-03", date(2019, 3, 1), date(2019, 4, 1)),
    ],
)
def test_each_event_lies_over_all_the_days_that_the_date_can_mean(library, day, first, after):
    add(library, day=day)
    found = event(library.release_calendar_ics())
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (first, after)
    assert found["DTSTART"].params["VALUE"] == "DATE"
    assert found["TRANSP"] == "TRANSPARENT"


def test_the_last_day_of_all_is_an_event_too(library):
    add(library, day="9999-12-31")
    found = event(library.release_calendar_ics())
    assert found["DTSTART"].dt == date(9999, 12, 31)
    assert "DTEND" not in found


@pytest.mark.parametrize("day", ["2019", "-0400", "-0400-01-01"])
def test_what_tells_no_time_stands_in_no_feed(library, day):
    add(library, day=day)
    assert events(library.release_calendar_ics()) == {}
    assert len(library.release_calendar()) == 1


def test_an_empty_feed_is_a_whole_calendar(library):
    feed = library.release_calendar_ics()
    assert [part.name for part in Calendar.from_ical(feed).subcomponents] == ["VTIMEZONE"]


def test_what_is_known_and_what_is_guessed_shows(library):
    add(library, "In a month", "2027-02", format="hardcover")
    add(library, "A stand-in", "2049-12-31")
    add(library, "Out", "2020-01-02", authors="Ann Leckie")
    found = events(library.release_calendar_ics())
    assert set(found) == {
        "In a month (hardcover), expected February 2027",
        "A stand-in (estimated)",
        "Out",
    }
    assert found["A stand-in (estimated)"]["STATUS"] == "TENTATIVE"
    assert found["Out"]["STATUS"] == "CONFIRMED"
    assert found["Out"]["DESCRIPTION"].splitlines() == ["Ann Leckie", "released", "you want it"]


def test_an_event_keeps_its_name_and_counts_its_changes(library, clock):
    edition = add(library)
    before = event(library.release_calendar_ics())
    clock.now += timedelta(days=1, hours=3)
    library.edit_edition(edition, release_date="2027-01", isbn_13="9781250319180")
    after = event(library.release_calendar_ics())
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"] >= 0
    assert after["LAST-MODIFIED"].dt == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert after["DTSTAMP"].dt == after["LAST-MODIFIED"].dt
    assert after["DTSTART"].dt == date(2027, 1, 1)


def test_the_day_on_which_it_comes_out_is_a_change(library, clock):
    add(library)
    before = event(library.release_calendar_ics())
    clock.now = datetime(2026, 12, 6, 9, tzinfo=UTC)
    after = event(library.release_calendar_ics())
    assert (after["UID"], after["DTSTART"]) == (before["UID"], before["DTSTART"])
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt == datetime(2026, 12, 6, tzinfo=UTC)


def test_the_month_in_which_it_is_due_is_a_change(library, clock):
    add(library, day="2026-12")
    before = event(library.release_calendar_ics())
    assert (before["STATUS"], before["SUMMARY"]) == (
        "CONFIRMED", "Wind and Truth, expected December 2026"
    )  # fmt: skip
    clock.now = datetime(2026, 12, 2, tzinfo=UTC)
    after = event(library.release_calendar_ics())
    assert after["STATUS"] == "TENTATIVE"
    assert after["LAST-MODIFIED"].dt == datetime(2026, 12, 1, tzinfo=UTC)
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_a_volume_without_a_book_and_a_book_without_a_fitting_edition_have_names_too(library):
    add(library, "Berserk 1", "2020", series="Berserk", position=1, language="en")
    add(library, "Berserk 2", "2015", series="Berserk", position=2, language="ja")
    store = library._ctx.store
    with store.transaction("let a source list volumes") as tx:
        tx.remove("statuses", 2)
        listed = [
            {"position": text, "release_date": "2026-12-24", "source": "told"} for text in "23"
        ]
        tx.put("series", 1, {**tx.get("series", 1), "volumes": listed})
    names = [str(one["UID"]) for one in events(library.release_calendar_ics("2026-12")).values()]
    assert sorted(name.partition("@")[0].rpartition("-")[0] for name in names) == [
        "book", "volume-1"
    ]  # fmt: skip


class Listed:
    """A library with a tracked series of which sources tell, some days after another."""

    def __init__(self, library, clock):
        self.library, self.clock = library, clock

    def tell(self, volumes):
        record = SeriesRecord(
            source="chronicle",
            record_id="Berserk",
            fetched_at=self.clock.now.isoformat(),
            name="Berserk",
            volumes=[VolumeRecord(position=at, release_date=day) for at, day in volumes.items()],
        )
        told = {"sources": [Chronicle(record)], "offline": False, "clock": self.clock}
        with open_library(self.library.path, **told) as other:
            other.search(series="Berserk", remote="always")
        self.clock.now += timedelta(days=1)

    def add(self, position, day, status="want", **fields):
        fields = {"series": "Berserk", "position": position, "release_date": day, **fields}
        title = f"Berserk {position}"
        book = self.library.add(title=title, status=status, authors="Kentaro Miura", **fields)
        self.clock.now += timedelta(days=1)
        return book["editions"][-1]["id"]

    def names(self):
        feed = Calendar.from_ical(self.library.release_calendar_ics("2027"))
        return sorted(str(one["UID"]).partition("@")[0] for one in feed.walk("VEVENT"))


@pytest.fixture
def listed(library, clock):
    return Listed(library, clock)


def test_a_listed_volume_keeps_its_name_when_a_book_of_it_is_added(listed):
    listed.add("1", "2020", "own")
    listed.tell({"2": "2027-05", "3": "2027-11"})
    before = listed.names()
    edition = listed.add("2", "2027-05-06")
    listed.library.edit_edition(edition, release_date="2027-06-01", isbn_13="9781250319180")
    listed.tell({"2": "2027-05", "3": "2027-12", "4": None})
    assert listed.names() == before
    assert all(name.startswith("volume-") for name in before)


def test_a_book_keeps_its_name_when_a_source_lists_its_volume_later(listed):
    listed.add("1", "2020", "own")
    edition = listed.add("2", "2027-05-06")
    assert listed.names() == [f"edition-{edition}"]
    listed.tell({"2": "2027-05"})
    listed.tell({"2": "2027-05"})
    assert listed.names() == [f"edition-{edition}"]


def test_two_editions_of_a_listed_volume_have_two_names(listed):
    listed.add("1", "2020", "own")
    listed.tell({"2": "2027-05"})
    (volume,) = listed.names()
    listed.add("2", "2027-05-06", format="hardcover", isbn="9781250319180")
    second = listed.add("2", "2027-05-06", format="ebook", isbn="9781429952040")
    assert listed.names() == [f"edition-{second}", volume]


def test_nothing_in_the_feed_depends_on_when_it_is_asked_for(library, clock):
    add(library)
    add(library, "Other", "2027")
    feed = library.release_calendar_ics()
    clock.now += timedelta(hours=7)
    assert library.release_calendar_ics() == feed
    with open_library(library.path, clock=clock) as other:
        assert other.release_calendar_ics() == feed


def test_two_users_and_two_libraries_name_their_events_apart(library, tmp_path, clock):
    edition = add(library)
    names = {str(event(library.release_calendar_ics())["UID"])}
    with open_library(library.path, user_id=2, clock=clock) as other:
        other.mark(edition, "want")
        names.add(str(event(other.release_calendar_ics())["UID"]))
    with open_library(tmp_path / "second.json", clock=clock) as second:
        add(second)
        names.add(str(event(second.release_calendar_ics())["UID"]))
    assert len(names) == 3


TITLES = [
    "Semi;colon, comma \\ backslash",
    "BEGIN:VEVENT",
    "七つの大罪" * 40,
    "e\u0301" * 90,
    "Tab\tand \U0001f409" * 20,
    "x" * 400,
]


@pytest.mark.parametrize("title", TITLES)
def test_every_title_comes_back_and_no_line_is_too_long(library, title):
    add(library, title, authors="Someone; Else, Jr.")
    feed = library.release_calendar_ics()
    assert_well_formed(feed)
    assert str(event(feed)["SUMMARY"]) == library.release_calendar()["2026-12"][0]["title"]


def assert_well_formed(feed):
    assert feed.endswith("END:VCALENDAR\r\n")
    assert not re.search(r"[^\r]\n|\r[^\n]", feed)
    lines = feed.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() is not None for line in lines)  # no letter is torn apart
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", feed)
    lines = feed.split("\r\n")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=120).filter(str.strip))
def test_any_text_makes_a_feed_that_is_read_back(library, text):
    from booktrack.domain.dates import PartialDate
    from booktrack.domain.releases import Release
    from booktrack.services.calendar_feed import _event, _period

    release = Release(text, PartialDate(2026, 12, 6), wanted=True, authors=(text,), why=text)
    today = PartialDate(2026, 11, 22)
    written = _event(release, _period(release, today), today, "here")
    feed = f"BEGIN:VCALENDAR\r\n{written}END:VCALENDAR\r\n"
    assert_well_formed(feed)
    read = event(feed)
    kept = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    assert summary(feed) == kept
    if "\\N" not in kept:  # which icalendar reads as a line break
        assert str(read["SUMMARY"]) == kept


def summary(feed):
    """Return the summary as a program reads it that was written by the standard's text."""
    (value,) = re.findall(r"^SUMMARY:(.*)\r$", feed.replace("\r\n ", ""), re.MULTILINE)
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def test_a_backslash_before_a_letter_stays_one(library):
    add(library, r"C:\Novels and C:\new")
    assert summary(library.release_calendar_ics()) == r"C:\Novels and C:\new"


def test_each_event_is_as_icalendar_would_write_it(library):
    with library.transaction("many"):
        for number in range(40):
            add(library, f"Book {number}, the one; with \U0001f409 {'x' * number}", "2027-02")
    feed = library.release_calendar_ics()
    again = Calendar.from_ical(feed).to_ical(sorted=False).decode()
    assert sorted(again.splitlines()) == sorted(feed.splitlines())
