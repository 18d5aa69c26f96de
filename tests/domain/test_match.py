"""Whether two descriptions mean one work."""

import pytest

from booktrack.domain.match import Work, are_alike, best_match, match_works

DUNE = Work("Dune", ("Frank Herbert",))


def test_an_identifier_in_common_is_enough_for_like_titles():
    one = Work("Dune", identifiers=frozenset({"isbn:9780441013593"}))
    two = Work("Dune: Deluxe", identifiers=frozenset({"isbn:9780441013593"}))
    assert match_works(one, two).verdict == "strong"


def test_an_identifier_in_common_does_not_join_two_titles():
    one = Work("Dune", ("Frank Herbert",), identifiers=frozenset({"isbn:1"}))
    two = Work("Gardening in Wales", ("Ann Lee",), identifiers=frozenset({"isbn:1"}))
    assert match_works(one, two).verdict == "none"


def test_title_and_author_in_any_spelling_are_strong():
    assert match_works(DUNE, Work("DUNE!", ("Herbert, Frank",))).verdict == "strong"


def test_a_title_alone_is_weak():
    match = match_works(DUNE, Work("Dune"))
    assert (match.verdict, match.penalties) == ("weak", {"authors unknown": 0.15})


def test_one_title_by_two_authors_is_two_books():
    match = match_works(Work("Legacy", ("Ann Lee",)), Work("Legacy", ("Bo Ray",)))
    assert (match.verdict, list(match.penalties)) == ("weak", ["authors"])


def test_a_subtitle_costs_little():
    match = match_works(DUNE, Work("Dune: A Novel of Sand and Spice", ("Frank Herbert",)))
    assert match.verdict == "strong"
    assert match.score == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Memoirs: The Early Years", "Memoirs"),
        ("Memoirs: The Early Years", "Memoirs: The Early Years: With Letters"),
        ("Memoirs: of a Clown", "Memoirs : Tales of a Clown"),
    ],
)
def test_more_of_one_subtitle_costs_little(first, second):
    for one, two in ((first, second), (second, first)):
        assert match_works(Work(one, ("Ann Lee",)), Work(two, ("Ann Lee",))).score == 0.95


def test_two_subtitles_of_one_series_are_two_books():
    one, two = Work("The Sandman: Overture", ("N",)), Work("The Sandman: A Game of You", ("N",))
    assert match_works(one, two).verdict in ("weak", "none")


def test_a_book_known_by_its_isbn_may_have_two_subtitles():
    assert are_alike("Babel: An Arcane History", "Babel: Or the Necessity of Violence")


def test_a_likely_title_by_the_author_is_medium():
    one = Work("The Left Hand of Darkness", ("Ursula K. Le Guin",), series=("Hainish",))
    two = Work("Left Hand of Darkness", ("Ursula Le Guin", "Ursula K. Le Guin"), series=("SF",))
    match = match_works(one, two)
    assert match.verdict == "medium"
    assert set(match.penalties) == {"title", "series"}


@pytest.mark.parametrize(
    ("one", "two", "why"),
    [
        (Work("Bleach, Vol. 2"), Work("Bleach, Vol. 3"), "another number in the title"),
        (Work("X", position="2"), Work("X", position="3"), "another position"),
        (Work("X", kind="manga"), Work("X", kind="light_novel"), "another kind"),
    ],
)
def test_numbers_and_kinds_are_compared_before_strings(one, two, why):
    match = match_works(one, two)
    assert (match.verdict, match.score, match.penalties) == ("none", 0.0, {why: 1.0})


def test_leading_zeros_do_not_part_volumes():
    one, two = Work("Bleach 02", ("Tite Kubo",)), Work("Bleach 2", ("Tite Kubo",))
    assert match_works(one, two).verdict in ("strong", "medium")


def test_an_unknown_position_is_a_small_doubt():
    match = match_works(Work("Dune", ("F. Herbert",), position="1"), Work("Dune", ("F. Herbert",)))
    assert match.penalties == {"position unknown": 0.1}


def test_alternate_titles_count():
    one = Work("Spice and Wolf", ("Isuna Hasekura",), alternate_titles=("狼と香辛料",))
    assert match_works(one, Work("狼と香辛料", ("Isuna Hasekura",))).verdict == "strong"


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("Mort (Discworld, #4)", "Mort", True),
        ("The Way of Kings", "Way of Kings", True),
        ("The Left Hand of Darkness", "Left Hand of Darknes", True),
        ("Bleach, Vol. 1", "Bleach, Vol. 2", False),
        ("Mort", "Sourcery", False),
    ],
)
def test_titles_that_may_mean_one_book(first, second, alike):
    assert are_alike(first, second) is alike


def test_the_best_of_several_offers_is_found_by_place():
    offers = [Work("Gardening", ("Ann Lee",)), Work("Dune", ("Frank Herbert",)), Work("Dune")]
    place, match = best_match(DUNE, offers)
    assert (place, match.verdict) == (1, "strong")


def test_nothing_alike_is_no_match():
    assert best_match(DUNE, [Work("Gardening", ("Ann Lee",))]) is None


def test_two_series_of_one_name_have_each_their_own_first_volume():
    one = Work("Naruto", ("Kishimoto",), series=("Naruto",), series_id=1, position="1")
    two = Work("Naruto", ("Kishimoto",), series=("The Naruto Series",), series_id=2, position="1")
    assert match_works(one, two).penalties == {"another series of the name": 1.0}
    other = Work("Naruto", ("Kishimoto",), series=("Shonen Jump",), series_id=3, position="1")
    assert match_works(one, other).verdict == "strong"
    assert match_works(one, one).verdict == "strong"
