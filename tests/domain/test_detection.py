"""Which series a book belongs to: names joined where they mean one, kept apart where not."""

from booktrack.domain.detection import Candidate, KnownSeries, detect
from booktrack.domain.records import SeriesClaim


def claim(name, position=None, *aliases, kind="unknown"):
    return SeriesClaim(name=name, position=position, aliases=list(aliases), kind=kind)


def titled(title, *authors, claims=()):
    return Candidate(title, authors, tuple(claims))


def places(detection):
    """Return (series name, position) of each candidate's primary place."""
    return [
        (detection.groups[found[0].group].name, found[0].position) if found else None
        for found in detection.placings
    ]


def test_an_explicit_marker_names_series_and_position():
    assert places(detect([titled("Bleach, Vol. 2", "Tite Kubo")])) == [("Bleach", "2")]


def test_a_book_without_any_series_has_no_place():
    assert places(detect([titled("Middlemarch", "George Eliot")])) == [None]


def test_siblings_confirm_a_bare_trailing_number():
    books = [titled("Wotakoi 1", "Fujita"), titled("Wotakoi 2", "Fujita")]
    assert places(detect(books)) == [("Wotakoi", "1"), ("Wotakoi", "2")]


def test_a_bare_trailing_number_without_siblings_belongs_to_the_title():
    assert places(detect([titled("Fahrenheit 451", "Ray Bradbury")])) == [None]


def test_the_librarys_own_series_confirms_it_too():
    known = [KnownSeries(7, ("Wotakoi", "ヲタクに恋は難しい"))]
    detection = detect([titled("Wotakoi 3", "Fujita")], lambda keys: known)
    assert places(detection) == [("Wotakoi", "3")]
    assert detection.groups[0].id == 7


def test_a_column_in_another_script_confirms_it():
    book = titled("Kusunoki's Glow-Up 1", "Mii", claims=[claim("楠木さん", None, "Kusunoki-san")])
    detection = detect([book])
    assert places(detection) == [("Kusunoki's Glow-Up", "1")]
    assert detection.groups[0].aliases == ["Kusunoki-san", "楠木さん"]


def test_a_column_of_the_same_script_does_not():
    book = titled("Catch 22", "Joseph Heller", claims=[claim("Modern Classics")])
    assert places(detect([book])) == [("Modern Classics", None)]


def test_differing_labels_of_one_series_come_out_as_one():
    books = [
        titled("Spy x Family, Vol. 1 (1)", claims=[claim("スパイファミリー", "1", "Spy X Family")]),
        titled("Spy x Family, Vol. 2 (2)", claims=[claim("Spy×Family", "2")]),
        titled("Spy x Family, Vol. 3", claims=[]),
    ]
    detection = detect(books)
    assert len(detection.groups) == 1
    assert places(detection) == [("Spy x Family", str(n)) for n in (1, 2, 3)]


def test_a_name_that_begins_alike_is_the_same_series():
    book = titled(
        "Plain Love, Volume 1", claims=[claim("Plain Love: She Has a Secret, He Has Another", "1")]
    )
    assert len(detect([book]).groups) == 1


def test_two_names_of_one_script_are_two_series():
    book = titled("The Hero of Ages (Mistborn, #3)", claims=[claim("The Cosmere", "7")])
    detection = detect([book])
    assert [(detection.groups[p.group].name, p.position) for p in detection.placings[0]] == [
        ("The Cosmere", "7"),
        ("Mistborn", "3"),
    ]


def test_manga_and_light_novel_of_one_name_stay_apart():
    books = [
        titled("Heroines! (Light Novel) Vol. 1", "A"),
        titled("Heroines! (Manga) Vol. 1", "A", "B"),
    ]
    kinds = {group.kind for group in detect(books).groups}
    assert kinds == {"light_novel", "manga"}


def test_a_book_that_does_not_say_its_kind_joins_the_only_one():
    books = [
        titled("Unless... (Manga) Vol. 1", "Musshu"),
        titled("Unless... Vol. 2", "Musshu"),
    ]
    detection = detect(books)
    assert [group.kind for group in detection.groups] == ["manga"]


def test_authors_decide_where_two_kinds_bear_the_name():
    books = [
        titled("Wolf (Light Novel) Vol. 1", "Hasekura"),
        titled("Wolf (Manga) Vol. 1", "Koume"),
        titled("Wolf Vol. 2", "Koume"),
    ]
    detection = detect(books)
    assert [detection.groups[p[0].group].kind for p in detection.placings] == [
        "light_novel",
        "manga",
        "manga",
    ]


def test_without_a_deciding_author_it_stays_by_itself():
    known = [
        KnownSeries(1, ("Wolf",), kind="light_novel", authors=("Hasekura",)),
        KnownSeries(2, ("Wolf",), kind="manga", authors=("Koume",)),
    ]
    (group,) = detect([titled("Wolf Vol. 2")], lambda keys: known).groups
    assert (group.id, group.kind) == (None, "unknown")


def test_the_librarys_authors_decide_too():
    known = [
        KnownSeries(1, ("Wolf",), kind="light_novel", authors=("Hasekura",)),
        KnownSeries(2, ("Wolf",), kind="manga", authors=("Koume",)),
    ]
    assert detect([titled("Wolf Vol. 2", "Koume")], lambda keys: known).groups[0].id == 2


def test_a_collectors_edition_counts_by_itself():
    books = [
        titled("Spice and Wolf, Vol. 1 (manga)", "Koume"),
        titled("Spice and Wolf Collector's Edition, Vol. 1 (manga)", "Koume"),
    ]
    lines = {group.edition_line for group in detect(books).groups}
    assert lines == {None, "collectors_edition"}


def test_an_omnibus_that_says_what_it_holds_stands_in_the_series():
    books = [titled("Bleach (3-in-1 Edition), Vol. 2"), titled("Bleach, Vol. 1")]
    detection = detect(books)
    assert len(detection.groups) == 1
    assert detection.placings[0][0].covers == ["4", "5", "6"]


def test_an_omnibus_that_does_not_say_counts_by_itself():
    books = [titled("Bleach Omnibus, Vol. 2"), titled("Bleach, Vol. 1")]
    assert {group.edition_line for group in detect(books).groups} == {None, "omnibus"}


def test_the_marker_wins_over_the_column_and_the_doubt_is_kept():
    book = titled("Horimiya, Vol. 8", claims=[claim("Horimiya", "7")])
    (placing,) = detect([book]).placings[0]
    assert (placing.position, placing.needs_review) == ("8", True)
    assert "the column says 7" in placing.reasons


def test_the_column_wins_over_brackets():
    book = titled("Mort (Discworld, #5)", claims=[claim("Discworld", "4")])
    (placing,) = detect([book]).placings[0]
    assert (placing.position, placing.needs_review) == ("4", True)


def test_two_numbers_in_one_title_ask_for_review():
    (placing,) = detect([titled("Horimiya, Vol. 08 (Horimiya, 7)")]).placings[0]
    assert (placing.position, placing.needs_review) == ("8", True)


def test_a_column_gives_the_position_that_the_title_lacks():
    book = titled("Small Gods", "Terry Pratchett", claims=[claim("Discworld", "13")])
    assert places(detect([book])) == [("Discworld", "13")]


def test_two_series_in_one_title_are_two_places():
    detection = detect([titled("The Shepherd's Crown (Discworld, #41; Tiffany Aching, #5)")])
    found = [(detection.groups[p.group].name, p.position) for p in detection.placings[0]]
    assert found == [("Discworld", "41"), ("Tiffany Aching", "5")]


def test_two_works_of_one_name_are_parted_where_they_claim_one_position():
    books = [
        titled("Fallen (Fallen, #1)", "Lauren Kate"),
        titled("Torment (Fallen, #2)", "Lauren Kate"),
        titled("Ashes (Fallen, #1)", "Somebody Else"),
    ]
    detection = detect(books)
    groups = [found[0].group for found in detection.placings]
    assert groups[0] == groups[1] != groups[2]


def test_a_comic_that_changes_hands_stays_one():
    books = [
        titled("Hellblazer, Vol. 1: Original Sins", "Jamie Delano"),
        titled("Hellblazer, Vol. 5: Dangerous Habits", "Garth Ennis"),
    ]
    assert len(detect(books).groups) == 1


def test_the_librarys_volume_of_another_author_parts_too():
    known = [
        KnownSeries(3, ("Fallen",), authors=("Lauren Kate",), taken=(("1", "fallen fallen 1"),))
    ]
    detection = detect([titled("Ashes (Fallen, #1)", "Somebody Else")], lambda keys: known)
    assert detection.groups[0].id is None


def test_chapters_are_not_volumes():
    assert places(detect([titled("One Piece, Chapter 50", "Eiichiro Oda")])) == [None]


def test_a_guidebook_has_a_label_and_no_number():
    book = titled("Naruto: The Official Guidebook", claims=[claim("Naruto")])
    (placing,) = detect([book]).placings[0]
    assert (placing.position, placing.slot) == (None, "special")


def test_a_series_of_marks_only_is_a_series():
    assert places(detect([titled("!!!, Vol. 1")])) == [("!!!", "1")]


def test_an_alias_in_another_case_is_no_alias():
    books = [titled("BLEACH, Vol. 1"), titled("Bleach, Vol. 2"), titled("Bleach, Vol. 3")]
    (group,) = detect(books).groups
    assert (group.name, group.aliases) == ("Bleach", [])


def test_the_same_series_claimed_twice_is_one_place_with_the_number():
    book = titled("Title", claims=[claim("Series"), claim("The Series", "2")])
    (placing,) = detect([book]).placings[0]
    assert placing.position == "2"


def volume(title, number, *claims):
    return Candidate(title, (), tuple(claims), number)


def test_a_volume_column_alone_confirms_a_bare_number():
    detection = detect([volume("Wotakoi 3", "3")])
    assert places(detection) == [("Wotakoi", "3")]
    assert detection.placings[0][0].confidence == "medium"


def test_a_volume_column_with_another_number_confirms_nothing():
    assert places(detect([volume("Catch 22", "1")])) == [None]


def test_a_volume_column_speaks_for_or_against_the_title():
    for number, doubtful in (("8", False), ("7", True)):
        (placing,) = detect([volume("Horimiya, Vol. 8", number)]).placings[0]
        assert (placing.position, placing.needs_review) == ("8", doubtful)
        assert any(f"the column says {number}" in reason for reason in placing.reasons)


def test_confidence_follows_from_what_was_read():
    books = [
        titled("Bleach, Vol. 2"),
        titled("Wotakoi 1"),
        titled("Wotakoi 2"),
        titled("Horimiya, Vol. 08 (Horimiya, 7)"),
        titled("Small Gods", claims=[claim("Discworld")]),
    ]
    found = [places[0].confidence for places in detect(books).placings]
    assert found == ["high", "medium", "medium", "low", "medium"]


def test_a_book_that_fits_two_kinds_asks():
    known = [
        KnownSeries(1, ("Wolf",), kind="light_novel", authors=("Hasekura",)),
        KnownSeries(2, ("Wolf",), kind="manga", authors=("Koume",)),
    ]
    books = [titled("Wolf Vol. 2"), titled("Dog Vol. 1")]
    (wolf,), (dog,) = detect(books, lambda keys: known).placings
    assert (wolf.needs_review, dog.needs_review) == (True, False)
    assert "light novel and manga of this name: it is not said which is meant" in wolf.reasons


def test_the_omnibus_words_of_a_column_are_no_name():
    books = [
        titled("One Piece: East Blue 1-2-3", claims=[claim("One Piece 3-in-1 Omnibus")]),
        titled("One Piece, Vol. 4"),
    ]
    detection = detect(books)
    assert [group.name for group in detection.groups] == ["One Piece"]
    assert detection.placings[0][0].covers == ["1", "2", "3"]


def test_the_second_of_a_three_in_one_column_holds_four_to_six():
    book = titled("One Piece: Syrup Village", claims=[claim("One Piece 3-in-1", "2")])
    (placing,) = detect([book]).placings[0]
    assert (placing.position, placing.covers) == ("4-6", ["4", "5", "6"])


def test_an_omnibus_column_that_does_not_say_its_size_counts_by_itself():
    detection = detect([titled("Fables Deluxe Book", claims=[claim("Fables Omnibus", "2")])])
    assert (detection.groups[0].name, detection.groups[0].edition_line) in {
        ("Fables", "omnibus"),
        ("Fables", "deluxe"),
    }
    assert detection.placings[0][0].covers == ["2"]
    (group,) = detect([titled("Rose Red", claims=[claim("Fables Omnibus", "2")])]).groups
    assert (group.name, group.edition_line) == ("Fables", "omnibus")


def test_what_a_user_joined_is_found_under_both_kinds():
    known = [KnownSeries(4, ("Wolf",), kind="manga", absorbed=(("light_novel", None),))]
    detection = detect([titled("Wolf (Light Novel) Vol. 1")], lambda keys: known)
    assert detection.groups[0].id == 4


def kinds(detection):
    """Return the kind of each candidate's primary series."""
    return [detection.groups[found[0].group].kind for found in detection.placings]


def test_a_volume_column_makes_a_series_of_books_with_one_title():
    detection = detect([volume("Naruto", "1"), volume("Naruto", "2"), volume("Naruto", "4")])
    assert places(detection) == [("Naruto", "1"), ("Naruto", "2"), ("Naruto", "4")]
    assert len(detection.groups) == 1
    assert detection.placings[0][0].reasons == ["the column says 1"]


def test_a_volume_column_of_a_lone_book_does_too():
    assert places(detect([volume("Naruto", "3")])) == [("Naruto", "3")]


def test_a_volume_column_joins_the_series_that_another_row_names():
    detection = detect([volume("Naruto", None, claim("Naruto", "1")), volume("Naruto", "2")])
    assert places(detection) == [("Naruto", "1"), ("Naruto", "2")]
    assert len(detection.groups) == 1


def test_a_volume_column_with_different_numbers_beats_the_number_of_the_title():
    detection = detect([volume("Catch 22", "1"), volume("Catch 22", "2")])
    assert places(detection) == [("Catch 22", "1"), ("Catch 22", "2")]


def test_years_and_words_in_a_volume_column_are_no_volumes():
    for cell in ("1984", "Spring"):
        assert places(detect([volume("Almanac", cell), volume("Almanac", cell)])) == [None, None]


def test_a_volume_column_gives_the_place_in_the_series_that_the_title_names():
    detection = detect([volume("War of the Twins (Legends Trilogy)", "2")])
    assert places(detection) == [("Legends Trilogy", "2")]


def test_a_number_that_belongs_to_the_title_is_no_position_in_a_series_of_its_stem():
    for title, stem in (
        ("Blade Runner 2049", "Blade Runner"),
        ("Fahrenheit 451", "Fahrenheit"),
        ("Apollo 13", "Apollo"),
    ):
        (placing,) = detect([titled(title, claims=[claim(stem)])]).placings[0]
        assert (placing.position, placing.covers) == (None, [])


def test_a_small_bare_number_after_the_series_name_is_a_position():
    assert places(detect([titled("Bleach 12", claims=[claim("Bleach")])])) == [("Bleach", "12")]


def test_a_sibling_or_a_column_confirms_a_larger_one():
    siblings = [titled("Conan 40", claims=[claim("Conan")]), titled("Conan 41")]
    assert places(detect(siblings)) == [("Conan", "40"), ("Conan", "41")]
    assert places(detect([titled("Conan 40", claims=[claim("Conan", "40")])])) == [("Conan", "40")]
    known = [KnownSeries(1, ("Conan",), taken=(("39", "conan 39"),))]
    assert places(detect([titled("Conan 40")], lambda keys: known)) == [("Conan", "40")]


def test_a_far_sibling_confirms_no_number_of_three_digits():
    books = [
        titled("Fahrenheit, Vol. 1"),
        titled("Fahrenheit 451", claims=[claim("Fahrenheit")]),
        titled("Conan 99"),
        titled("Conan 101"),
        titled("Middlemarch"),
    ]
    found = [place and place[1] for place in places(detect(books))]
    assert found == ["1", None, "99", "101", None]


def test_years_are_no_volumes_whatever_their_siblings():
    books = [titled("Blade Runner 2019"), titled("Blade Runner 2049")]
    assert places(detect(books)) == [None, None]


def test_a_column_in_another_script_confirms_two_digits_a_japanese_imprint_three():
    book = titled("Kusunoki 13", claims=[claim("楠木さん")])
    assert places(detect([book])) == [("Kusunoki", "13")]
    book = titled("ダンダダン 23 (ジャンプコミックス)", claims=[claim("ダンダダン")])
    assert places(detect([book])) == [("ダンダダン", "23")]


def test_cells_that_differ_keep_a_light_novel_from_what_does_not_say_its_kind():
    books = [
        titled("Ov, Vol. 1", claims=[claim("Ov")]),
        titled("Ov, Vol. 2", claims=[claim("Ov")]),
        titled("Ov (Light Novel) Vol. 3", claims=[claim("Ov", kind="light_novel")]),
    ]
    assert kinds(detect(books)) == ["unknown", "unknown", "light_novel"]


def test_a_comic_is_the_same_with_and_without_the_word_in_its_cell():
    books = [
        titled("Hellboy, Vol. 1", claims=[claim("Hellboy")]),
        titled("Hellboy, Vol. 2", claims=[claim("Hellboy", kind="comic")]),
    ]
    assert kinds(detect(books)) == ["comic", "comic"]


def test_two_first_volumes_are_two_series():
    books = [titled("Ov, Vol. 1"), titled("Ov, Vol. 2"), titled("Ov (Light Novel) Vol. 1")]
    assert kinds(detect(books)) == ["unknown", "unknown", "light_novel"]


def test_a_series_that_is_there_does_not_turn_into_the_light_novel():
    known = [KnownSeries(1, ("Ov",), taken=(("1", "ov vol 1"), ("2", "ov vol 2")))]
    for title in ("Ov (Light Novel) Vol. 1", "Ov (Light Novel) Vol. 3"):
        (group,) = detect([titled(title)], lambda keys: known).groups
        assert (group.id, group.kind) == (None, "light_novel")


def test_it_is_the_manga_where_no_volume_speaks_against_it():
    known = [KnownSeries(1, ("Ov",), taken=(("1", "ov vol 1"),))]
    (group,) = detect([titled("Ov, Vol. 2 (manga)")], lambda keys: known).groups
    assert (group.id, group.kind) == (1, "manga")


def test_what_is_kept_apart_stays_apart():
    known = [KnownSeries(1, ("Ov",)), KnownSeries(2, ("Ov",), kind="light_novel")]
    detection = detect(
        [titled("Ov, Vol. 5"), titled("Ov (Light Novel) Vol. 7")], lambda keys: known
    )
    assert [detection.groups[p[0].group].id for p in detection.placings] == [1, 2]


def test_a_book_that_is_there_stays_in_its_series_when_its_kind_becomes_known():
    known = [KnownSeries(1, ("Ov",), taken=(("1", "ov vol 1"),))]
    book = titled("Ov, Vol. 1 (manga)")
    (group,) = detect([book], lambda keys: known, lambda index: {1}).groups
    assert (group.id, group.kind) == (1, "manga")


def test_rows_with_one_series_cell_stay_together():
    books = [
        titled("Ov, Vol. 1 (manga)", claims=[claim("Ov")]),
        titled("Ov, Vol. 2", claims=[claim("Ov")]),
        titled("Ov, Vol. 1 (light novel)", claims=[claim("Ov", kind="light_novel")]),
    ]
    assert kinds(detect(books)) == ["manga", "manga", "light_novel"]


def test_a_series_name_may_say_its_kind():
    book = titled("Naruto", claims=[claim("Naruto (Light Novel)", "1")])
    (group,) = detect([book]).groups
    assert (group.name, group.kind) == ("Naruto", "light_novel")


def test_the_number_of_an_extra_fills_no_place():
    books = [
        titled("Zeta Vol. 1"),
        titled("Zeta Art Book Vol. 5", claims=[claim("Zeta", "5")]),
        titled("Zeta Side Stories, Vol. 3", claims=[claim("Zeta", "3")]),
        titled("Zeta Box Set 2", claims=[claim("Zeta", "2")]),
        titled("Zeta Art Book", claims=[claim("Zeta", "1")]),
        titled("The Art Book of It All", claims=[claim("Zeta", "4")]),
    ]
    detection = detect(books)
    assert [found[0].position for found in detection.placings] == ["1", *[None] * 5]
    assert len(detection.groups) == 1
    slots = [found[0].slot for found in detection.placings]
    assert slots == ["main", "special", "side", "special", "special", "special"]


def test_a_column_places_what_is_no_numbered_extra():
    books = [
        titled("Zeta: The Complete Short Stories", claims=[claim("Zeta", "18")]),
        titled("Zeta Guidebook", claims=[claim("Zeta", "2.5")]),
        titled("Zeta Guidebook 4", claims=[claim("Zeta Guidebooks", "4")]),
        titled("Zeta (Special Edition)", claims=[claim("Zeta", "4")]),
    ]
    found = [found[0] for found in detect(books).placings]
    assert [one.position for one in found] == ["18", "2.5", "4", "4"]
    assert [one.slot for one in found] == ["main", "special", "main", "main"]


def arc(part, number, column=None, **more):
    title = f"Ascendance of a Bookworm: Part {part} Volume {number}{more.pop('suffix', '')}"
    return titled(title, claims=[claim("Ascendance of a Bookworm", column, **more)])


def test_a_part_that_counts_from_one_is_one_series_by_itself():
    detection = detect([arc(1, 1, "1"), arc(1, 2), arc(2, 1, "1", kind="light_novel")])
    assert [len(found) for found in detection.placings] == [1, 1, 1]
    assert places(detection) == [
        ("Ascendance of a Bookworm: Part 1", "1"),
        ("Ascendance of a Bookworm: Part 1", "2"),
        ("Ascendance of a Bookworm: Part 2", "1"),
    ]


def test_a_column_that_counts_on_through_the_parts_is_the_place():
    detection = detect([arc(1, 1, "1"), arc(2, 1, "4"), arc(2, 2, "5", suffix=" (light novel)")])
    assert places(detection) == [("Ascendance of a Bookworm", text) for text in ("1", "4", "5")]
    assert len(detection.groups) == 1
    assert detection.groups[0].kind == "light_novel"


def test_a_part_with_a_column_of_another_name_is_one_series():
    book = titled("Bookworm: Part 1 Volume 1", claims=[claim("Ascendance", "1")])
    assert len(detect([book]).placings[0]) == 1
