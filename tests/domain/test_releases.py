"""Release dates: what is certain of them, which edition counts, and when the next one may come."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booktrack.domain.cadence import next_release
from booktrack.domain.dates import PartialDate, require_date
from booktrack.domain.releases import (
    Dated,
    Release,
    each_place_once,
    first_day,
    first_editions,
    in_languages,
    is_over,
    is_stand_in,
    language_of,
    last_day,
    release_state,
)

TODAY = PartialDate(2026, 11, 22)


def edition(number: int, date: str, book_format: str = "hardcover", language: str | None = "en"):
    return Dated(number, require_date(date), book_format, language)


@pytest.mark.parametrize(
    ("date", "state"),
    [
        ("2026-11-21", "released"),
        ("2026-11-22", "released"),
        ("2026-11-23", "announced"),
        ("2026-10", "released"),
        ("2026-11", "estimated"),  # the month is not over: it may be out, or not
        ("2026-12", "announced"),
        ("2026", "estimated"),
        ("2027", "announced"),
        ("2025", "released"),
        ("-0400", "released"),
        ("2028-02-29", "announced"),
        ("2049-12-31", "estimated"),
        ("2049-01-01", "estimated"),
        ("2049-06-15", "announced"),
        ("2027-12-31", "announced"),
    ],
)
def test_a_date_tells_whether_a_book_is_out(date: str, state: str) -> None:
    assert release_state(require_date(date), TODAY) == state


def test_a_guess_is_told_as_one_until_it_has_passed() -> None:
    assert release_state(PartialDate(2027, 1), TODAY, guessed=True) == "estimated"
    assert release_state(PartialDate(2026, 10), TODAY, guessed=True) == "released"


@pytest.mark.parametrize(
    ("date", "today", "over"),
    [
        ("2026-02", "2026-02-28", True),
        ("2028-02", "2028-02-28", False),
        ("2028-02", "2028-02-29", True),
        ("2026", "2026-12-30", False),
        ("2026", "2026-12-31", True),
    ],
)
def test_a_month_is_over_on_its_own_last_day(date: str, today: str, over: bool) -> None:
    assert is_over(require_date(date), require_date(today)) is over


def test_stand_ins_are_far_away() -> None:
    assert not is_stand_in(PartialDate(2031, 12, 31), TODAY)
    assert is_stand_in(PartialDate(2032, 12, 31), TODAY)
    assert not is_stand_in(PartialDate(2099, 6), TODAY)
    assert not is_stand_in(PartialDate(2099), TODAY)
    assert is_stand_in(PartialDate(9999), TODAY)
    assert is_stand_in(PartialDate(9999, 6, 1), TODAY)


@pytest.mark.parametrize(
    ("language", "isbn", "told"),
    [
        ("fr", "9784101010014", "fr"),
        (None, "9784101010014", "ja"),
        (None, "9791197912310", "ko"),
        (None, "9783161484100", None),  # Germany's publishers print in English too
        (None, "9780765326355", None),
        (None, None, None),
    ],
)
def test_a_number_tells_the_language_where_its_country_prints_in_one(
    language: str | None, isbn: str | None, told: str | None
) -> None:
    assert language_of(language, isbn) == told


def test_a_reprint_is_what_came_after_another_edition_of_the_language() -> None:
    editions = [
        edition(1, "2010-08-31"),
        edition(2, "2010-08-31", "ebook"),
        edition(3, "2011-05-24", "paperback"),
        edition(4, "2027-01-05", "hardcover", "de"),
        edition(5, "2028", "paperback", "de"),
    ]
    assert [one.edition_id for one in first_editions(editions)] == [1, 2, 4]


def test_what_may_be_the_same_day_is_no_reprint_and_the_better_known_one_stays() -> None:
    editions = [edition(1, "2010"), edition(2, "2010-08-31"), edition(3, "2010-08", "ebook")]
    assert [one.edition_id for one in first_editions(editions)] == [2, 3]
    assert [one.edition_id for one in first_editions(editions[::-1])] == [2, 3]


def test_an_edition_of_unknown_form_is_left_out_where_another_is_known() -> None:
    editions = [edition(1, "2010", "unknown"), edition(2, "2010", "paperback")]
    assert [one.edition_id for one in first_editions(editions)] == [2]
    assert [one.edition_id for one in first_editions(editions[:1])] == [1]


def test_an_unknown_language_is_no_reason_to_leave_an_edition_out() -> None:
    editions = [edition(1, "2010", language=None), edition(2, "2011", language="de")]
    assert [one.edition_id for one in in_languages(editions, {"en"})] == [1]
    assert in_languages(editions, None) == editions


dates = st.builds(PartialDate, st.integers(1990, 2030), st.none() | st.integers(1, 12)) | st.builds(
    PartialDate, st.integers(1990, 2030), st.integers(1, 12), st.integers(1, 28)
)
editions = st.lists(
    st.builds(
        Dated,
        st.integers(1, 50),
        dates,
        st.sampled_from(["hardcover", "ebook", "unknown"]),
        st.sampled_from([None, "en", "de"]),
    ),
    unique_by=lambda one: one.edition_id,
    max_size=8,
)


@settings(max_examples=80)
@given(editions)
def test_some_edition_is_always_the_first_and_order_does_not_matter(found: list[Dated]) -> None:
    first = first_editions(found)
    assert bool(first) == bool(found)
    assert first_editions(found[::-1]) == first
    assert first_editions(first) == first


@given(dates)
def test_a_date_lies_between_its_first_and_last_day(date: PartialDate) -> None:
    assert first_day(date) <= last_day(date)
    assert is_over(date, PartialDate(2031, 1, 1))


@pytest.mark.parametrize(
    ("release", "listed"),
    [
        (Release("B", None, followed=True), False),
        (Release("B", PartialDate(2027), followed=True), True),
        (Release("B", PartialDate(2027), wanted=True), True),
        (Release("B", PartialDate(2027), owned=True), True),
        (Release("B", PartialDate(2027)), False),
        (Release("B", PartialDate(2020), followed=True), False),
        (Release("B", PartialDate(2020), missing=True), True),
        (Release("B", PartialDate(2020), wanted=True), True),
        (Release("B", PartialDate(2020), owned=True, missing=True), False),
    ],
)
def test_listed_is_what_comes_and_what_is_out_and_not_owned(release: Release, listed: bool) -> None:
    assert release.is_listed(TODAY) is listed


def test_a_release_without_a_date_is_announced() -> None:
    release = Release("B", None, series_id=3, position=None, label="Guide Book")
    assert (release.state(TODAY), release.place) == ("announced", (3, "guide book"))
    assert Release("B", None, series_id=3).place is None
    assert release.dated(PartialDate(2027)).state(TODAY) == "estimated"


def test_one_release_of_a_place_is_known_as_its_volume() -> None:
    def of(edition_id: int, position: str | None = "2", listed_first: bool = True) -> Release:
        return Release(
            f"B{edition_id}",
            None,
            book_id=7,
            edition_id=edition_id,
            series_id=3,
            position=position,
            listed_first=listed_first,
        )

    found = [of(5), of(4), of(6), of(3, listed_first=False), of(8, "9"), of(1, None)]
    found.append(Release("a volume", None, series_id=3, position="10"))
    assert [(one.title, one.is_volume) for one in each_place_once(found)] == [
        ("B5", False),
        ("B4", True),
        ("B6", False),
        ("B3", False),
        ("B8", True),
        ("B1", False),  # no place
        ("a volume", True),
    ]


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (["2026-01", "2026-04", "2026-07", "2026-10"], "2027-01"),
        (["2025-12-02", "2026-03-03", "2026-07-07", "2026-10-06"], "2027-01"),
        (["2026-04", "2026-07", "2026-10"], None),  # two intervals are no rhythm
        (["2024-10", "2025-04", "2026-02", "2026-08"], "2027"),
        (["2015-01", "2016-01", "2017-01", "2018-01"], None),  # its guess has passed
        (["2020-01", "2022-09", "2024-01", "2026-10"], None),
        (["2017", "2018", "2019", "2020"], None),  # years tell no months
        (["2026-01", "2026-01", "2026-01", "2026-01"], None),
        ([], None),
    ],
)
def test_the_next_volume_is_guessed_where_the_series_keeps_a_rhythm(
    months: list[str], expected: str | None
) -> None:
    guess = next_release(map(require_date, months), TODAY)
    assert (guess.text if guess else None) == expected


def test_no_guess_lies_in_a_month_that_has_begun() -> None:
    volumes = [PartialDate(2026, month) for month in (2, 5, 8)] + [PartialDate(2025, 11)]
    assert next_release(volumes, TODAY) is None
    assert next_release(volumes, PartialDate(2026)) is not None
