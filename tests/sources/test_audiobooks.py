from __future__ import annotations

import pytest

from booktrack.domain.records import SeriesClaim
from booktrack.errors import InvalidInput
from booktrack.sources.audiobooks import (
    REGIONS,
    cast,
    checked_asin,
    checked_region,
    format_words,
    release_day,
    series_claim,
    work_title,
)


@pytest.mark.parametrize(
    ("sequence", "position"),
    [
        ("1", "1"),
        ("0.5", "0.5"),
        ("0", "0"),
        ("1-2", "1-2"),
        ("Book 1", "1"),
        ("2, Dramatized Adaptation", "2"),
        ("Books 1-3", "1-3"),
        ("1.5", "1.5"),
        ("", None),
        (None, None),
        ("unknown", None),
    ],
)
def test_the_place_in_a_series_is_free_text(sequence: str | None, position: str | None) -> None:
    claim = series_claim("A Series", sequence, "B07C9N765Z", "A Title")
    assert claim is not None
    assert claim.position == position
    assert claim.identifiers == {"audible": ["B07C9N765Z"]}


def test_a_series_without_a_name_is_none() -> None:
    assert series_claim(None, "1", None, "A Title") is None
    claim = series_claim("A Series", "1", "not-an-asin", "A Title")
    assert claim is not None
    assert claim.identifiers == {}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Overlord, Vol. 1 (light novel)", "light_novel"),
        ("Overlord, Vol. 1 (manga)", "manga"),
        ("The Way of Kings", "unknown"),
    ],
)
def test_the_title_says_what_kind_of_series_it_is(words: str, kind: str) -> None:
    claim = series_claim("A Series", "1", None, words)
    assert claim is not None
    assert claim.kind == kind


STORMLIGHT = SeriesClaim(name="The Stormlight Archive", position="1")
POTTER = SeriesClaim(name="Harry Potter", position="1")
MUSHOKU = SeriesClaim(name="Mushoku Tensei: Jobless Reincarnation", position="1")
FORSAKEN = SeriesClaim(name="The Forsaken Series", position="1")
OVERLORD = SeriesClaim(name="Overlord", position="1")


@pytest.mark.parametrize(
    ("title", "subtitle", "series", "expected"),
    [
        # Swapped: the series stands where the title belongs.
        (
            "The Stormlight Archive, Book 1",
            "The Way of Kings",
            STORMLIGHT,
            ("The Way of Kings", None),
        ),
        ("Stormlight Archive: Book 1", "The Way of Kings", STORMLIGHT, ("The Way of Kings", None)),
        # Another place, or none to fill it: left as it is.
        (
            "The Stormlight Archive, Book 2",
            "Words of Radiance",
            STORMLIGHT,
            ("The Stormlight Archive, Book 2", "Words of Radiance"),
        ),
        (
            "The Stormlight Archive, Book 1",
            None,
            STORMLIGHT,
            ("The Stormlight Archive, Book 1", None),
        ),
        # The number is repeated behind the title.
        (
            "Harry Potter and the Sorcerer's Stone, Book 1",
            None,
            POTTER,
            ("Harry Potter and the Sorcerer's Stone", None),
        ),
        (
            "Harry Potter and the Sorcerer's Stone, Book 2",
            None,
            POTTER,
            ("Harry Potter and the Sorcerer's Stone, Book 2", None),
        ),
        ("Harry Potter, Book 1", None, POTTER, ("Harry Potter, Book 1", None)),
        # The series is repeated as the subtitle.
        ("Unknown", "The Forsaken Series, Book 1", FORSAKEN, ("Unknown", None)),
        ("Unknown", "A Tale of Horror", FORSAKEN, ("Unknown", "A Tale of Horror")),
        # One name cut in two.
        (
            "Mushoku Tensei",
            "Jobless Reincarnation (Light Novel), Vol. 1",
            MUSHOKU,
            ("Mushoku Tensei: Jobless Reincarnation (Light Novel), Vol. 1", None),
        ),
        # A volume with a name of its own is not swapped.
        (
            "Overlord, Vol. 1",
            "The Undead King",
            OVERLORD,
            ("Overlord, Vol. 1", "The Undead King"),
        ),
    ],
)
def test_titles_are_freed_of_the_series(
    title: str, subtitle: str | None, series: SeriesClaim, expected: tuple[str, str | None]
) -> None:
    assert work_title(title, subtitle, [series]) == expected


def test_without_a_series_a_title_stays_as_it_is() -> None:
    assert work_title("Saga, Book 1", "Sub", []) == ("Saga, Book 1", "Sub")


def test_the_role_of_an_author_stands_in_the_name() -> None:
    people = cast(
        ["Stanisław Lem", "Bill Johnston - translator", None],
        ["Alessandro Juliani", "Alessandro Juliani", None],
    )
    assert [(person.name, person.role) for person in people] == [
        ("Stanisław Lem", None),
        ("Bill Johnston", "translator"),
        ("Alessandro Juliani", "Narrator"),
    ]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("2015-11-20",), "2015-11-20"),
        (("2021-05-04T00:00:00.000Z",), "2021-05-04"),
        (("2200-01-01", "2018-09-25"), "2018-09-25"),
        (("2200-01-01",), None),
        ((None, ""), None),
        (("soon",), None),
    ],
)
def test_a_withdrawn_title_has_no_date(dates: tuple[str | None, ...], expected: str | None) -> None:
    assert release_day(*dates) == expected


def test_marketplaces_are_known_by_their_code() -> None:
    assert checked_region(" DE ", REGIONS) == "de"
    for wrong in ("xx", "", 7):
        with pytest.raises(InvalidInput, match=r"no marketplace.*us"):
            checked_region(wrong, REGIONS)


@pytest.mark.parametrize(
    ("text", "asin"),
    [("b08g9prs1k", "B08G9PRS1K"), (" 1705047572 ", "1705047572"), ("019285092X", "019285092X")],
)
def test_an_asin_may_be_an_isbn(text: str, asin: str) -> None:
    assert checked_asin(text) == asin


@pytest.mark.parametrize("text", ["", "Bookseller", "1705047573", "../library", "B08G9PRS1K/x"])
def test_what_is_no_asin_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="Not an ASIN"):
        checked_asin(text)


def test_the_shops_own_words_are_kept() -> None:
    assert format_words("original_recording") == "Audible Audio, original recording"
    assert format_words(None) == "Audible Audio"
