from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from booktrack.domain.dates import PartialDate, parse_date, parse_date_range, require_date

days = st.dates(min_value=datetime.date(102, 1, 1))


def _partial(day: datetime.date, precision: int) -> PartialDate:
    return PartialDate(*(day.year, day.month, day.day)[:precision])


partials = st.builds(_partial, days, st.integers(1, 3))


@given(partials)
def test_the_stored_text_reads_back_as_the_same_date(date: PartialDate) -> None:
    assert parse_date(date.text) == date
    assert require_date(date.text) == date


# strftime does not pad a year below 1000, and 8 digits beyond 2999 are an id, not a date.
near_days = st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31))


@given(near_days, st.sampled_from(["%Y/%m/%d", "%Y-%m-%dT%H:%M:%S+02:00", "[%Y-%m-%d]", "%Y%m%d"]))
def test_a_written_day_is_read_as_that_day(day: datetime.date, form: str) -> None:
    assert parse_date(day.strftime(form)) == _partial(day, 3)


@given(st.dates(datetime.date(1000, 1, 1)), st.sampled_from(["mdy", "dmy"]))
def test_the_order_decides_a_slash_date_and_without_it_none_is_guessed(
    day: datetime.date, order: str
) -> None:
    first, second = (day.month, day.day) if order == "mdy" else (day.day, day.month)
    text = f"{first}/{second}/{day.year}"
    assert parse_date(text, order) == _partial(day, 3)
    unaided = parse_date(text)
    assert unaided in (_partial(day, 3), _partial(day, 1))


@given(partials, partials)
def test_dates_have_one_order(one: PartialDate, other: PartialDate) -> None:
    assert (one < other) + (one == other) + (one > other) == 1
    if one < other:
        first, last = one.first_day(), other.last_day()
        assert first is not None
        assert last is not None
        assert first <= last


@given(partials, partials)
def test_a_span_keeps_its_ends(one: PartialDate, other: PartialDate) -> None:
    assert parse_date_range(f"{one.text} to {other.text}") == (one, other)


anything = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789-/. TZ:年月日augJan", max_size=25),
    st.integers(),
    st.floats(),
    st.none(),
    st.dictionaries(st.sampled_from(["year", "month", "day", "value"]), st.integers()),
)


@given(anything, st.sampled_from([None, "mdy", "dmy", "ymd", "ydm", "year", "excel", "?"]))
def test_anything_is_read_without_an_error(value: object, order: str | None) -> None:
    date = parse_date(value, order)
    assert date is None or parse_date(date.text) == date


@given(st.text(max_size=60))
def test_any_span_is_read_without_an_error(text: str) -> None:
    first, last = parse_date_range(text)
    assert all(date is None or require_date(date.text) == date for date in (first, last))
