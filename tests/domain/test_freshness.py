"""What is missing or old, whom to ask for it, and in which order."""

from datetime import UTC, datetime

import pytest

from booktrack.domain.freshness import Need, Policy, needs, urgency, worth_asking

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY, LAST_WEEK, LAST_MONTH, LAST_YEAR = (
    "2026-11-22T09:00:00+00:00",
    "2026-11-14T09:00:00+00:00",
    "2026-10-22T09:00:00+00:00",
    "2025-11-22T09:00:00+00:00",
)
WHOLE_BOOK = {"authors": ["Frank Herbert"], "memberships": [{"series_id": 1}]}
WHOLE = {
    "cover_url": "https://example.org/1.jpg",
    "release_date": "1965-08-01",
    "publisher": "Chilton",
    "page_count": 412,
    "language": "en",
    "price": 9.99,
}


def told_at(at, *fields, source="openlibrary", asked=None, **more):
    """Return a whole edition of which a source said some fields at an instant."""
    origin = {"source": source, "at": at, "fields": list(fields)}
    return {**WHOLE, "origins": [origin], "asked": {source: asked or at}, **more}


def names(book, edition, why, **more):
    return [need.field for need in needs(book, edition, NOW, **more) if need.why == why]


def test_a_whole_and_new_entry_needs_nothing():
    edition = told_at(TODAY, *WHOLE)
    assert needs(WHOLE_BOOK, edition, NOW) == []
    assert needs(WHOLE_BOOK, WHOLE, NOW) == []


def test_a_price_is_no_reason_to_ask_where_the_user_wants_none():
    edition = told_at(LAST_YEAR, "price", price=9.99) | {"publisher": None}
    rule = Policy(ask_prices=False)
    assert [need.field for need in needs(WHOLE_BOOK, edition, NOW, rule)] == ["publisher"]
    assert "price" in [need.field for need in needs(WHOLE_BOOK, edition, NOW)]
    assert not needs(WHOLE_BOOK, {**WHOLE, "price": None}, NOW, rule)


def test_what_nobody_has_told_is_missing():
    found = needs({"title": "Dune"}, {}, NOW)
    assert {need.why for need in found} == {"missing"}
    assert [need.field for need in found] == [
        "cover_url", "release_date", "publisher", "page_count", "language", "authors", "series",
        "price",
    ]  # fmt: skip


@pytest.mark.parametrize("field", ["cover_url", "publisher", "price"])
def test_a_field_that_the_user_decided_is_never_asked_for(field):
    assert names(WHOLE_BOOK, {**WHOLE, field: None}, "missing") == [field]
    assert names(WHOLE_BOOK, {**WHOLE, field: None, "locked": [field]}, "missing") == []


def test_authors_that_the_user_took_away_are_not_asked_for():
    assert names({**WHOLE_BOOK, "authors": []}, WHOLE, "missing") == ["authors"]
    assert names({**WHOLE_BOOK, "authors": [], "locked": ["authors"]}, WHOLE, "missing") == []


def test_a_book_of_which_a_source_named_no_series_stands_alone():
    alone = {"authors": ["Andy Weir"]}
    assert names(alone, WHOLE, "missing") == ["series"]
    assert names(alone, {**WHOLE, "asked": {"openlibrary": LAST_YEAR}}, "missing") == []


@pytest.mark.parametrize(
    ("field", "at", "old"),
    [
        ("price", LAST_WEEK, True),
        ("price", TODAY, False),
        ("publisher", LAST_MONTH, False),
        ("publisher", LAST_YEAR, True),
        ("release_date", LAST_WEEK, False),
    ],
)
def test_a_value_ages_by_its_kind(field, at, old):
    edition = told_at(at, field, source="googlebooks")
    assert names(WHOLE_BOOK, edition, "stale") == ([field] if old else [])


@pytest.mark.parametrize("date", ["2027-03-02", "2027", "2026-12"])
def test_the_date_of_a_volume_to_come_ages_in_days(date):
    edition = told_at(LAST_WEEK, "release_date", release_date=date)
    assert needs(WHOLE_BOOK, edition, NOW) == [Need("release_date", "stale", 3)]


def test_how_long_values_last_can_be_chosen():
    edition = told_at(LAST_WEEK, "publisher")
    assert names(WHOLE_BOOK, edition, "stale", policy=Policy(other=1)) == ["publisher"]


def test_a_locked_value_does_not_age():
    assert names(WHOLE_BOOK, told_at(LAST_YEAR, "price", locked=["price"]), "stale") == []


def test_what_a_file_said_does_not_age():
    edition = told_at(LAST_YEAR, "publisher", source="goodreads") | {"asked": {}}
    assert needs(WHOLE_BOOK, edition, NOW) == []


def test_the_number_of_an_edition_does_not_age():
    assert needs(WHOLE_BOOK, told_at(LAST_YEAR, "isbn_13", "book_format", "title"), NOW) == []


def test_asking_again_makes_a_value_new_though_the_answer_was_kept_from_earlier():
    assert needs(WHOLE_BOOK, told_at(LAST_YEAR, "publisher", asked=TODAY), NOW) == []


def test_of_two_that_say_the_same_the_later_word_counts():
    edition = told_at(LAST_YEAR, "publisher")
    edition["origins"].append({"source": "hardcover", "at": TODAY, "fields": ["publisher"]})
    edition["asked"]["hardcover"] = TODAY
    assert needs(WHOLE_BOOK, edition, NOW) == []


@pytest.mark.parametrize(
    ("at", "old"),
    [("2026-11-22", False), ("2020-01-01", True), ("yesterday", True), (None, True)],
)
def test_an_instant_that_is_none_makes_no_trouble(at, old):
    edition = told_at(at, "publisher", asked=LAST_YEAR)
    assert names(WHOLE_BOOK, edition, "stale") == (["publisher"] if old else [])


def missing(*fields):
    return [Need(name, "missing", 30) for name in fields]


@pytest.mark.parametrize(
    ("source", "wanted", "asked", "worth"),
    [
        ("openlibrary", missing("publisher"), {}, True),
        ("openlibrary", missing("publisher"), {"openlibrary": LAST_WEEK}, False),
        ("openlibrary", missing("publisher"), {"openlibrary": LAST_MONTH}, True),
        ("openlibrary", missing("publisher"), {"hardcover": TODAY}, True),
        ("openlibrary", missing("price"), {}, False),
        ("googlebooks", missing("price"), {}, True),
        ("googlebooks", [Need("price", "stale", 7)], {"googlebooks": LAST_WEEK}, True),
        ("openlibrary", [], {}, False),
    ],
)
def test_who_may_have_something_new(source, wanted, asked, worth):
    assert worth_asking(source, wanted, asked, NOW) is worth


@pytest.mark.parametrize(
    ("wanted", "rank"),
    [
        (missing("series", "cover_url"), 0),
        (missing("authors"), 0),
        (missing("cover_url"), 1),
        (missing("price"), 1),
        ([Need("publisher", "stale", 180)], 2),
        ([], 2),
    ],
)
def test_partial_entries_go_before_those_without_cover_or_price_and_those_before_old_ones(
    wanted, rank
):
    assert urgency(wanted) == rank
