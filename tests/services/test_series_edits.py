"""What users say of series: it stands above every source, is undone as a whole, and is kept."""

import pytest

from booktrack import Conflict, InvalidInput, InvalidPosition, NotFound
from support.libraries import snapshot
from support.series import own, told


def undo_last(library):
    return library.undo(library.history(limit=1)["transactions"][0]["id"])


def test_an_override_says_who_when_and_why(library):
    own(library, "Bleach", 1)
    series = library.override_series("Bleach", total=74, kind="manga", why="counted")
    assert series["overrides"]["total"] == {
        "value": 74, "who": 1, "at": "2026-11-22T12:00:00+00:00", "why": "counted"
    }  # fmt: skip
    assert (series["total"], series["total_source"], series["kind"]) == (74, "user", "manga")


def test_a_source_that_disagrees_is_shown_and_not_obeyed(library):
    own(library, "Bleach", 1)
    library.override_series(
        "Bleach", total=74, name="BLEACH!", kind="comic", publication_status="hiatus"
    )
    told(library, "Bleach", total=75, kind="manga", publication_status="finished")
    series = library.get_series("Bleach")
    assert (series["name"], series["total"], series["kind"], series["publication_status"]) == (
        "BLEACH!", 74, "comic", "hiatus"
    )  # fmt: skip
    assert series["total_disagreements"] == ["anilist says 75"]
    assert [text.partition(":")[0] for text in series["disagreements"]] == [
        "name", "kind", "publication_status"
    ]  # fmt: skip


def test_clearing_lets_the_sources_speak_again(library):
    own(library, "Bleach", 1)
    told(library, "Bleach", total=75, kind="manga")
    library.override_series("Bleach", total=74, kind="comic")
    assert library.clear_override("Bleach", "total")["total"] == 75
    series = library.clear_override("Bleach")
    assert (series["kind"], series["overrides"]) == ("manga", {})


def test_what_is_not_overridden_cannot_be_cleared(library):
    own(library, "Bleach", 1)
    with pytest.raises(InvalidInput, match="there is nothing"):
        library.clear_override("Bleach", ["total"])


@pytest.mark.parametrize(
    "fields",
    [{}, {"colour": "red"}, {"total": 0}, {"total": "many"}, {"total": True}, {"kind": "opera"},
     {"name": " "}, {"name": 3}, {"publication_status": "asleep"}, {"order": []}, {"order": 5},
     {"edition_line": ""}],
)  # fmt: skip
def test_a_wrong_override_is_refused_and_changes_nothing(library, fields):
    own(library, "Bleach", 1)
    before = snapshot(library)
    with pytest.raises(InvalidInput):
        library.override_series("Bleach", **fields)
    assert snapshot(library) == before


def test_an_override_can_say_that_nobody_knows(library):
    own(library, "Bleach", 1)
    told(library, "Bleach", total=75)
    series = library.override_series("Bleach", total=None, edition_line=None)
    assert (series["total"], series["completeness"]) == (None, "unknown_total")


def test_a_new_name_is_shown_everywhere_and_the_old_one_still_finds_it(library):
    (book,) = own(library, "Bleach", 1)
    library.rename_series("Bleach", "Bleach the Manga")
    assert library.get_book(book["id"])["series"] == "Bleach the Manga"
    assert library.get_series("Bleach")["aliases"] == ["Bleach"]
    own(library, "Bleach", 2)
    assert library.list_series()["total"] == 1
    library.clear_override("Bleach the Manga", "name")
    assert library.get_book(book["id"])["series"] == "Bleach"


def test_lists_and_choices_go_by_what_the_user_said(library):
    own(library, "Wolf (Manga)", 1)
    own(library, "Wolf (Light Novel)", 1)
    own(library, "Zebra", 1)
    library.override_series("Zebra", kind="comic", name="Aardvark")
    assert [one["name"] for one in library.list_series(kind="comic")["series"]] == ["Aardvark"]
    assert library.list_series()["series"][0]["name"] == "Aardvark"
    library.override_series(2, name="Wolf!", kind="novel")
    with pytest.raises(Conflict) as caught:
        library.get_series("wolf")
    assert [(one["name"], one["kind"]) for one in caught.value.details["choices"]] == [
        ("Wolf", "manga"), ("Wolf!", "novel")
    ]  # fmt: skip
    assert library.get_series("Wolf!")["id"] == 2
    assert library.get_series("wolf", kind="novel")["id"] == 2


def test_every_change_of_a_series_is_one_undo(library):
    books = own(library, "Bleach", 1, 2, 3)
    own(library, "Naruto", 1)
    changes = [
        lambda: library.override_series("Bleach", total=9, name="B"),
        lambda: library.exclude_volumes("Bleach", "2-4"),
        lambda: library.set_position(books[0]["id"], "Bleach", 7),
        lambda: library.leave_series(books[0]["id"], "Bleach"),
        lambda: library.split_series("Bleach", [books[0]["id"]], name="Other"),
        lambda: library.merge_series("Bleach", "Naruto"),
        lambda: library.mark_volumes("Bleach", "1-9", "want"),
        lambda: library.report_series("Bleach", "wrong"),
    ]
    for change in changes:
        before = snapshot(library)
        change()
        assert snapshot(library) != before
        undo_last(library)
        assert snapshot(library) == before


# --- places ----------------------------------------------------------------------------------


def test_a_place_that_the_user_set_survives_an_import_and_shows_what_it_says(library):
    (book,) = own(library, "Bleach", 3, authors="Kubo")
    library.set_position(book["id"], "Bleach", 4, why="the cover says so")
    library.import_file(b'Title,Author,Series,Volume,ISBN\n"Bleach, Vol. 3",Kubo,Bleach,3,\n')
    own(library, "Bleach", 3, authors="Kubo")
    library.fix_series("Bleach")
    library.reconcile_all()
    assert library.get_series("Bleach")["owned"] == ["4"]
    assert library.get_book(book["id"])["series_position"] == 4


def test_a_source_that_puts_a_locked_book_elsewhere_is_noted(library):
    isbn = "9780765326355"
    book = library.add(isbn, title="The Way of Kings", series="Stormlight", position=1)
    library.set_position(book["id"], "Stormlight", 2)
    again = library.add(isbn, title="The Way of Kings", series="Stormlight", position=1)
    assert again["series_position"] == 2
    document = library._ctx.store.get("books", book["id"])
    assert document["memberships"][0]["reasons"] == ["said by you", "user says 1"]
    library.add(isbn, title="The Way of Kings", series="Stormlight", position=1)
    assert library._ctx.store.get("books", book["id"]) == document


def test_a_book_can_be_put_into_a_second_series(library):
    (book,) = own(library, "Mistborn", 1)
    own(library, "Cosmere", 1)
    answer = library.set_position(book["id"], "Cosmere", "7")
    assert (answer["series"], answer["more_series"][0]["series_position"]) == ("Mistborn", 7)


def test_a_book_that_left_a_series_stays_out_until_it_is_put_back(library):
    (book,) = own(library, "Bleach", 1)
    answer = library.leave_series(book["id"], "Bleach")
    assert answer["series"] is None
    own(library, "Bleach", 1)
    library.fix_series()
    library.reconcile_series_with_owned_books("Bleach")
    assert library.get_book(book["id"])["series"] is None
    library.clear_override("Bleach", f"book {book['id']}")
    assert library.get_book(book["id"])["series_position"] == 1


def test_clearing_puts_a_book_back_to_where_the_sources_had_it(library):
    (book,) = own(library, "Bleach", 1)
    library.set_position(book["id"], "Bleach", 2)
    library.set_position(book["id"], "Bleach", 3)
    library.clear_override("Bleach")
    own(library, "Bleach", 1)
    assert library.get_series("Bleach")["owned"] == ["1"]


def test_clearing_takes_a_book_out_of_a_series_that_only_the_user_named(library):
    (book,) = own(library, "Mistborn", 1)
    own(library, "Cosmere", 1)
    library.set_position(book["id"], "Cosmere", 7)
    library.clear_override("Cosmere")
    assert library.get_book(book["id"])["more_series"] == []


def test_clearing_a_word_on_a_book_that_is_gone_is_no_error(library):
    (book, _) = own(library, "Bleach", 1, 2)
    library.set_position(book["id"], "Bleach", 5)
    library.remove_book(book["id"])
    assert library.clear_override("Bleach")["overrides"] == {}


@pytest.mark.parametrize("position", ["everywhere", "", "3-1", True])
def test_a_place_that_is_none_is_refused(library, position):
    (book,) = own(library, "Bleach", 1)
    with pytest.raises(InvalidPosition):
        library.set_position(book["id"], "Bleach", position)


def test_a_book_or_series_that_is_not_there(library):
    (book,) = own(library, "Bleach", 1)
    own(library, "Naruto", 1)
    with pytest.raises(NotFound):
        library.set_position(99, "Bleach", 1)
    with pytest.raises(NotFound):
        library.set_position(book["id"], 99, 1)
    with pytest.raises(NotFound, match="is not in series"):
        library.leave_series(book["id"], "Naruto")
    with pytest.raises(InvalidInput):
        library.leave_series("one", "Naruto")


# --- joining and parting -----------------------------------------------------------------------


def test_merging_moves_everything_and_the_other_name_finds_it(library):
    own(library, "Naruto", 1, 2, authors="Masashi Kishimoto")
    own(library, "NARUTO -ナルト-", 3, authors="岸本斉史")
    told(library, "NARUTO -ナルト-", total=72, publication_status="finished",
         identifiers={"anilist": ["30011"]}, volumes=[1, 72])  # fmt: skip
    series = library.merge_series("Naruto", "NARUTO -ナルト-")
    assert (series["owned"], series["total"]) == (["1", "2", "3"], 72)
    assert "NARUTO -ナルト-" in series["aliases"]
    assert library.list_series()["total"] == 1
    own(library, "NARUTO -ナルト-", 4)
    told(library, "Naruto", total=72, identifiers={"anilist": ["30011"]})
    assert library.list_series()["total"] == 1
    assert library.get_series("Naruto")["owned"] == ["1", "2", "3", "4"]


def test_a_merge_of_two_kinds_holds_for_later_imports(library):
    library.add(title="Wolf (Manga), Vol. 1", authors="A")
    library.add(title="Wolf (Light Novel), Vol. 2", authors="A")
    ids = [one["id"] for one in library.list_series()["series"]]
    library.merge_series(*ids)
    library.add(title="Wolf (Light Novel), Vol. 3", authors="A")
    assert library.get_series("Wolf")["owned"] == ["1", "2", "3"]
    assert list(library.clear_override("Wolf")["overrides"]) == [f"merged {ids[1]}"]


def test_a_merge_keeps_the_users_words_on_both(library):
    (book,) = own(library, "One", 1)
    own(library, "One", 2)
    own(library, "Two", 4)
    library.leave_series(book["id"], "One")
    library.override_series("One", total=3)
    library.override_series("Two", total=4)
    library.exclude_volumes("One", 3)
    series = library.merge_series("Two", "One")
    assert (series["total"], series["excluded"]) == (4, ["3"])
    own(library, "One", 1)
    assert library.get_book(book["id"])["series"] is None


def test_a_book_of_both_stands_once_and_with_its_number(library):
    (book,) = own(library, "Two", 4)
    own(library, "One", 1)
    library.set_position(book["id"], "One", None)
    library.merge_series("One", "Two")
    answer = library.get_book(book["id"])
    assert (answer["series_position"], answer["more_series"]) == (4, [])


def test_a_series_does_not_merge_with_itself(library):
    own(library, "Bleach", 1)
    with pytest.raises(Conflict):
        library.merge_series("Bleach", "bleach")
    with pytest.raises(NotFound):
        library.merge_series("Bleach", "Zzyzx")


def test_a_split_holds_for_later_imports(library):
    library.add(title="Wolf, Vol. 1", authors="A")
    novel = library.add(title="Wolf, Vol. 2", authors="A")
    new = library.split_series("Wolf", [novel["id"]], kind="light_novel")
    assert (new["name"], new["kind"], new["owned"]) == ("Wolf", "light_novel", ["2"])
    library.add(title="Wolf, Vol. 2", authors="A")
    assert library.get_book(novel["id"])["series_id"] == new["id"]
    assert library.get_book(novel["id"])["more_series"] == []


@pytest.mark.parametrize("books", [[], "12", 5, [None], ["one"]])
def test_a_split_names_books(library, books):
    own(library, "Bleach", 1)
    with pytest.raises(InvalidInput):
        library.split_series("Bleach", books)


def test_a_split_takes_only_books_of_the_series(library):
    own(library, "Bleach", 1)
    (other,) = own(library, "Naruto", 1)
    with pytest.raises(NotFound):
        library.split_series("Bleach", [other["id"]])
    with pytest.raises(InvalidInput):
        library.split_series("Naruto", [other["id"]], kind="opera")


# --- marking -----------------------------------------------------------------------------------


def test_own_1_to_9_and_want_the_rest(library):
    listed = [(number, "2020-01-01") for number in range(1, 11)] + [(11, "2027-01-01")]
    told(library, "Citrus", total=12, publication_status="releasing", volumes=listed)
    marked = library.mark_volumes("Citrus", "1-9", "own")
    assert (marked["total"], marked["changed"], len(marked["created"])) == (9, 9, 9)
    marked = library.mark_volumes("Citrus", "rest", "want")
    assert marked["series"]["wanted"] == ["10", "11", "12"]
    assert marked["series"]["owned"] == [str(number) for number in range(1, 10)]


def test_marking_twice_changes_nothing(library):
    own(library, "Bleach", 1)
    library.mark_volumes("Bleach", "1-3", "own")
    before = snapshot(library)
    assert library.mark_volumes("Bleach", [1, "2", 3.0], "own")["changed"] == 0
    assert snapshot(library) == before


def test_a_volume_that_was_wanted_is_the_one_that_is_owned(library):
    own(library, "Bleach", 1, status="missing")
    own(library, "Bleach", 1, format="ebook", status="want")
    library.mark_volumes("Bleach", 1, "own")
    statuses = {edition["format"]: edition["status"] for edition in library.get_book(1)["editions"]}
    assert statuses == {"unknown": "missing", "ebook": "own"}


def test_owned_volumes_can_be_wanted_or_missed_again(library):
    own(library, "Bleach", 1, 2, 3)
    assert library.mark_volumes("Bleach", "1, 2", "want")["series"]["owned"] == ["3"]
    assert library.mark_volumes("Bleach", "all", "missing")["changed"] == 3
    assert library.get_series("Bleach")["missing"] == ["1", "2", "3"]


def test_a_volume_inside_an_omnibus_is_left_alone(library):
    own(library, "Bleach", "1-3")
    marked = library.mark_volumes("Bleach", 2, "want")
    assert marked["skipped"] == [{"position": "2", "reason": "owned as part of an omnibus"}]
    assert marked["series"]["owned"] == ["1", "2", "3"]


def test_a_volume_that_is_not_there_is_missing_already(library):
    own(library, "Bleach", 1)
    assert library.mark_volumes("Bleach", 5, "missing")["created"] == []


def test_the_first_record_of_a_marked_volume_fills_it_in(library):
    own(library, "Stormlight", 1)
    library.mark_volumes("Stormlight", 2, "own")
    book = library.add("9780765326362", title="Words of Radiance", authors="Brandon Sanderson",
                       series="Stormlight", position=2)  # fmt: skip
    assert book["title"] == "Words of Radiance"
    assert [edition["isbn_13"] for edition in book["editions"]] == ["9780765326362"]
    assert library.list_books()["total"] == 2
    again = library.add(title="Words of Radiance 2", series="Stormlight", position=2)
    assert again["id"] != book["id"]


def test_a_marked_volume_that_was_moved_is_filled_in_where_it_stands(library):
    own(library, "Stormlight", 1)
    own(library, "The Archive", 5)
    library.mark_volumes("Stormlight", "2, 3", "own")
    (second,) = library.search(title="Stormlight, Vol. 2", limit=1)["results"]
    library.set_position(second["id"], "Stormlight", 4)
    library.merge_series("The Archive", "Stormlight")
    titles = {4: "Rhythm of War", 3: "Oathbringer"}
    books = [
        library.add(title=title, authors="B", series="The Archive", position=number)
        for number, title in titles.items()
    ]
    assert library.list_books()["total"] == 4
    assert books[0]["id"] == second["id"]
    assert library.get_series("The Archive")["owned"] == ["1", "3", "4", "5"]


def test_a_marked_volume_takes_what_a_source_lists_of_it(library):
    own(library, "Bleach", 1)
    told(library, "Bleach", volumes=[(2, "2005-01-01")])
    library.mark_volumes("Bleach", 2, "want")
    (book,) = library.wanted()["books"]
    assert (book["title"], book["editions"][0]["release_date"]) == ("Bleach, Vol. 2", "2005-01-01")


@pytest.mark.parametrize(
    "volumes", [None, True, "", [], "nothing", "9-1", "1-100000", {}, [None], object()]
)
def test_what_is_no_volume_is_refused(library, volumes):
    own(library, "Bleach", 1)
    before = snapshot(library)
    with pytest.raises(InvalidInput):
        library.mark_volumes("Bleach", volumes, "own")
    assert snapshot(library) == before


def test_a_volume_that_was_left_out_comes_in_again(library):
    own(library, "Bleach", 1, 3)
    library.exclude_volumes("Bleach", ["2", "Guide Book"])
    assert library.get_series("Bleach")["missing"] == []
    series = library.include_volumes("Bleach", "2")
    assert (series["missing"], series["excluded"]) == (["2"], ["Guide Book"])
    assert library.include_volumes("Bleach", 77)["excluded"] == ["Guide Book"]
