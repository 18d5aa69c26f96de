"""What holds of every log of reading, in whatever order it was told."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from booktrack.domain.reading import Length, clamped, counts, place, surely_before, with_session
from booktrack.domain.reading_log import gains, longest_streak, streaks

days = st.dates(date(2023, 12, 25), date(2024, 3, 5))
partial = days.flatmap(lambda day: st.sampled_from([day.isoformat()[:cut] for cut in (4, 7, 10)]))
pages = st.integers(0, 500)
sessions = st.lists(
    st.fixed_dictionaries(
        {"date": partial},
        optional={
            "to_page": pages, "from_page": pages, "percent": st.floats(0, 100),
            "minutes": st.integers(0, 300), "at_minute": pages,
        },
    ),
    max_size=12,
)  # fmt: skip
lengths = st.builds(Length, st.none() | st.integers(0, 400), st.none() | st.integers(0, 400))


@given(sessions, lengths, st.sampled_from(["reading", "finished", "abandoned"]), pages)
def test_a_reading_never_comes_to_more_pages_than_the_book_has(log, length, status, page):
    reading = {"status": status, "page": page, "finished_at": "2024", "sessions": []}
    for one in log:
        reading["sessions"] = with_session(reading["sessions"], one)
    found = gains(reading, length)
    total = sum(gain.pages for gain in found)
    assert all(gain.pages >= 0 and gain.minutes >= 0 for gain in found)
    if length.pages:
        assert total <= length.pages
        assert status != "finished" or total == length.pages


@given(st.permutations(list(range(6))), sessions)
def test_a_log_is_in_order_however_it_was_told(order, log):
    told = []
    for number in order:
        if number < len(log):
            told = with_session(told, log[number])
    assert not any(
        surely_before(later["date"], earlier["date"]) for earlier, later in pairwise(told)
    )


@given(pages, lengths)
def test_a_clamped_place_lies_in_the_book(page, length):
    said, cut = clamped({"page": page}, length)
    there = place({"status": "reading", **said}, length)
    assert there.page == said["page"]
    assert there.percent is None or 0 <= there.percent <= 100
    assert (there.percent == 100) == bool(length.pages and page >= length.pages)
    assert bool(cut) == bool(length.pages and page > length.pages)


@given(st.floats(0, 100), st.integers(1, 5_000))
def test_a_share_is_a_page_of_the_book_and_the_last_one_at_the_end_only(share, whole):
    there = place({"status": "reading", "percent": share}, Length(whole))
    assert 0 <= there.page <= whole
    assert (there.page == whole) == (share >= 100)


@given(st.lists(days, max_size=40))
def test_streaks_are_the_days_apart(told):
    runs = streaks(told)
    assert sum(run.days for run in runs) == len(set(told))
    assert all(b.first - a.last > timedelta(1) for a, b in pairwise(runs))
    assert longest_streak(runs).days == max((run.days for run in runs), default=0)


statuses = st.sampled_from(["finished", "reading", "abandoned", "want_to_read"])
readings_told = st.tuples(statuses, st.none() | st.integers(0, 5), st.none() | partial)


@given(st.lists(readings_told, max_size=6))
def test_no_reading_is_counted_twice(told):
    readings = {
        number: {"status": status, "read_count": count, "finished_at": at}
        for number, (status, count, at) in enumerate(told, 1)
    }
    found = counts(readings)
    finished = [number for number in readings if readings[number]["status"] == "finished"]
    most = max([readings[number]["read_count"] or 0 for number in finished], default=0)
    total = len(finished) + sum(one.uncounted for one in found.values())
    assert max(most, len(finished)) <= total <= most + len(finished)
