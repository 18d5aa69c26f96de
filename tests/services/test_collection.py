"""Adding, listing, editing, removing, and saying what is owned."""

import pytest

from booktrack import Conflict, InvalidDate, InvalidInput, InvalidISBN, InvalidPosition, NotFound
from support.libraries import DUNE, WAY_OF_KINGS, Told, open_library, snapshot, work


class TestAdding:
    def test_a_book_by_its_title(self, library):
        book = library.add(title="Elantris", authors=["Brandon Sanderson"], notes="signed copy")
        (edition,) = book["editions"]
        assert (book["title"], book["authors"], book["series"]) == (
            "Elantris", ["Brandon Sanderson"], None
        )  # fmt: skip
        assert (edition["status"], edition["notes"], edition["source"]) == (
            "own", "signed copy", "user"
        )  # fmt: skip
        assert library.get_book(book["id"]) == book

    def test_the_series_is_read_from_the_title(self, library):
        book = library.add(title="Mort (Discworld, #4)", authors="Terry Pratchett")
        assert (book["title"], book["series"], book["series_position"]) == ("Mort", "Discworld", 4)

    def test_a_given_series_counts(self, library):
        book = library.add(title="Edgedancer", series="Stormlight", position="2.5")
        assert (book["series"], book["series_position"]) == ("Stormlight", 2.5)

    def test_an_unknown_position_stays_unknown(self, library):
        book = library.add(title="Edgedancer", series="Stormlight")
        assert (book["series_position"], book["series_position_label"]) == (None, None)

    def test_the_second_volume_joins_the_series_of_the_first(self, library):
        first = library.add(title="Bleach, Vol. 1", authors="Tite Kubo")
        second = library.add(title="Bleach, Vol. 2", authors="Tite Kubo")
        assert first["series_id"] == second["series_id"]
        assert first["id"] != second["id"]

    def test_another_edition_joins_the_book(self, library):
        first = library.add("9780765326355", title="The Way of Kings", authors="Brandon Sanderson",
                            format="hardcover")  # fmt: skip
        second = library.add("9780765365279", title="The Way of Kings",
                             authors="Sanderson, Brandon", format="paperback")  # fmt: skip
        assert first["id"] == second["id"]
        assert [one["format"] for one in second["editions"]] == ["hardcover", "paperback"]

    def test_one_title_by_two_authors_is_two_books(self, library):
        first = library.add(title="Legacy", authors="Ann Lee")
        second = library.add(title="Legacy", authors="Bo Ray")
        assert first["id"] != second["id"]

    def test_a_title_without_author_never_joins(self, library):
        first = library.add(title="Legacy", authors="Ann Lee")
        assert library.add(title="Legacy")["id"] != first["id"]

    def test_by_isbn_alone_a_source_is_asked(self, tmp_path):
        source = Told(work("Dune", "Frank Herbert", isbn=DUNE))
        with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
            book = library.add(DUNE, status="want")
        assert (book["title"], book["editions"][0]["status"]) == ("Dune", "want")

    def test_by_isbn_alone_that_nobody_knows_asks_for_the_title(self, library):
        with pytest.raises(NotFound, match="add it with its title"):
            library.add(DUNE)

    def test_an_isbn_that_is_another_book_is_a_conflict(self, sample):
        before = snapshot(sample)
        with pytest.raises(Conflict, match="The Way of Kings"):
            sample.add(WAY_OF_KINGS, title="Gardening in Wales")
        assert snapshot(sample) == before

    def test_an_isbn_that_is_there_keeps_its_title(self, sample):
        book = sample.add(WAY_OF_KINGS, title="way of kings (Stormlight, #1)", notes="again")
        assert (book["title"], book["editions"][0]["notes"]) == ("The Way of Kings", "again")

    def test_an_isbn_10_becomes_both(self, library):
        (edition,) = library.add("0765326353", title="The Way of Kings")["editions"]
        assert (edition["isbn_13"], edition["isbn_10"]) == (WAY_OF_KINGS, "0765326353")

    @pytest.mark.parametrize(
        ("arguments", "error", "names"),
        [
            ({}, InvalidInput, "title"),
            ({"title": ""}, InvalidInput, "title"),
            ({"title": 7}, InvalidInput, "7"),
            ({"title": "x" * 5000}, InvalidInput, "5000"),
            ({"title": "X", "status": "lost"}, InvalidInput, "lost"),
            ({"title": "X", "authors": 7}, InvalidInput, "7"),
            ({"title": "X", "position": "3"}, InvalidInput, "series"),
            ({"title": "X", "series": "S", "position": "first-ish?!"}, InvalidPosition, "first"),
            ({"title": "X", "isbn": "9780765326356"}, InvalidISBN, "9780765326356"),
            ({"title": "X", "format": "scroll"}, InvalidInput, "scroll"),
            ({"title": "X", "release_date": "2010-02-30"}, InvalidDate, "2010-02-30"),
            ({"title": "X", "price": -1}, InvalidInput, "-1"),
            ({"title": "X", "price": float("nan")}, InvalidInput, "nan"),
            ({"title": "X", "page_count": 0}, InvalidInput, "0"),
            ({"title": "X", "colour": "red"}, InvalidInput, "colour"),
            ({"title": "X", "cover_url": "javascript:alert(1)"}, InvalidInput, "javascript"),
            ({"title": "X", "cover_url": "file:///etc/passwd"}, InvalidInput, "file:"),
            ({"title": "X", "cover_url": "http://["}, InvalidInput, "http"),
            ({"title": "X", "currency": "$"}, InvalidInput, "$"),
            ({"title": "X", "currency": "dollars"}, InvalidInput, "dollars"),
            ({"title": "X", "notes": 7}, InvalidInput, "7"),
            ({"isbn": DUNE, "series": "S"}, InvalidInput, "title"),
            ({"title": "X", "remote": "perhaps"}, InvalidInput, "perhaps"),
        ],
    )
    def test_what_is_wrong_is_named_and_changes_nothing(self, library, arguments, error, names):
        before = snapshot(library)
        with pytest.raises(error) as caught:
            library.add(**arguments)
        assert names in str(caught.value)
        assert snapshot(library) == before


class TestMarking:
    def test_by_isbn_and_by_id(self, sample):
        edition = sample.mark("0-7653-2635-3", "want")
        assert edition["status"] == "want"
        assert sample.mark(edition["id"], "own")["status"] == "own"

    def test_notes_stay_unless_new_ones_are_given(self, sample):
        sample.mark(WAY_OF_KINGS, "own", notes="signed copy")
        assert sample.mark(WAY_OF_KINGS, "want")["notes"] == "signed copy"
        assert sample.mark(WAY_OF_KINGS, "want", notes="")["notes"] is None

    def test_many_or_none(self, sample):
        before = snapshot(sample)
        with pytest.raises(NotFound, match="99999"):
            sample.mark_many([WAY_OF_KINGS, 99999], "missing")
        assert snapshot(sample) == before
        done = sample.mark_many([WAY_OF_KINGS, "9781429952040", WAY_OF_KINGS], "own")
        assert (done["total"], done["changed"]) == (2, 1)

    def test_a_note_is_added_once(self, sample):
        sample.add_note(WAY_OF_KINGS, "signed copy")
        sample.add_note(WAY_OF_KINGS, "preordered")
        assert sample.add_note(WAY_OF_KINGS, "signed copy")["notes"] == "signed copy\npreordered"

    @pytest.mark.parametrize(
        ("edition", "status", "error", "names"),
        [
            (WAY_OF_KINGS, "borrowed", InvalidInput, "borrowed"),
            (WAY_OF_KINGS, None, InvalidInput, "None"),
            (99999, "own", NotFound, "99999"),
            (DUNE, "own", NotFound, DUNE),
            ("9780765326356", "own", InvalidISBN, "9780765326356"),
            (None, "own", InvalidInput, "None"),
            (True, "own", InvalidInput, "True"),
        ],
    )
    def test_what_is_wrong_is_named_and_changes_nothing(
        self, sample, edition, status, error, names
    ):
        before = snapshot(sample)
        with pytest.raises(error) as caught:
            sample.mark(edition, status)
        assert names in str(caught.value)
        assert snapshot(sample) == before

    @pytest.mark.parametrize("editions", [[], "9780765326355", b"\x01\x02", 7, None])
    def test_many_needs_a_list(self, sample, editions):
        with pytest.raises(InvalidInput):
            sample.mark_many(editions, "own")

    @pytest.mark.parametrize("note", ["", "  ", None, 7, "x" * 5000])
    def test_a_note_must_say_something(self, sample, note):
        with pytest.raises(InvalidInput):
            sample.add_note(WAY_OF_KINGS, note)

    def test_another_users_word_never_shows(self, sample, tmp_path):
        sample.mark(WAY_OF_KINGS, "own", notes="mine")
        with open_library(sample.path, user_id=2) as theirs:
            edition = theirs.lookup(WAY_OF_KINGS)["editions"][0]
            assert (edition["status"], edition["notes"]) == ("missing", None)
            theirs.mark(WAY_OF_KINGS, "want")
        assert sample.lookup(WAY_OF_KINGS)["editions"][0]["status"] == "own"


class TestListing:
    def test_pages_hold_each_book_once(self, sample):
        total = sample.list_books(limit=1)["total"]
        seen = []
        for offset in range(0, total, 10):
            seen += [one["id"] for one in sample.list_books(limit=10, offset=offset)["books"]]
        assert len(seen) == total == len(set(seen))

    def test_past_the_end_is_an_empty_page(self, sample):
        assert sample.list_books(offset=10_000)["books"] == []

    @pytest.mark.parametrize("sort", ["title", "series", "added", "id"])
    def test_descending_is_the_other_way_round(self, sample, sort):
        up = [one["id"] for one in sample.list_books(sort=sort, limit=1000)["books"]]
        down = [
            one["id"] for one in sample.list_books(sort=sort, limit=1000, descending=True)["books"]
        ]
        assert down == up[::-1]

    @pytest.mark.parametrize("descending", [False, True])
    def test_what_has_no_date_or_author_comes_last(self, sample, descending):
        sample.add(title="Undated")
        for sort in ("release_date", "author"):
            books = sample.list_books(sort=sort, limit=1000, descending=descending)["books"]
            assert books[-1]["title"] == "Undated"

    def test_numbers_in_titles_count_as_numbers(self, library):
        for number in (10, 2, 1):
            library.add(title=f"Bleach, Vol. {number}", authors="Tite Kubo")
        for sort in ("title", "series"):
            books = library.list_books(sort=sort)["books"]
            assert [book["series_position"] for book in books] == [1, 2, 10]

    def test_authors_stand_by_surname_whatever_their_case(self, library):
        for name in ("nanashi", "Zora Neale Hurston", "Étienne Abel"):
            library.add(title="X", authors=name)
        books = library.list_books(sort="author")["books"]
        assert [book["authors"][0] for book in books] == [
            "Étienne Abel", "Zora Neale Hurston", "nanashi"
        ]  # fmt: skip

    @pytest.mark.parametrize("language", ["en", "EN", "English", "eng"])
    def test_a_language_may_be_named_in_any_way(self, sample, language):
        assert sample.list_books(language=language)["total"] > 30

    def test_series_stand_in_reading_order(self, sample):
        books = sample.list_books(series="The Murderbot Diaries", sort="series")["books"]
        positions = [book["series_position"] for book in books]
        assert positions == sorted(positions)

    def test_by_status(self, sample):
        wanted = sample.list_books(status="want")
        assert wanted["total"] == sample.wanted()["total"] > 0
        assert all(
            any(edition["status"] == "want" for edition in book["editions"])
            for book in wanted["books"]
        )

    def test_missing_is_what_nothing_was_said_of(self, sample):
        book = sample.add(title="Loose", status="missing")
        missing = sample.list_books(status="missing", limit=1000)["books"]
        assert book["id"] in [one["id"] for one in missing]

    def test_by_author_in_any_spelling(self, sample):
        assert sample.list_books(author="Sanderson, Brandon")["total"] >= 4

    def test_by_format_language_and_shelf(self, sample):
        both = sample.list_books(format="audiobook", language="en")
        assert both["total"] == 1
        assert sample.list_books(shelf="no such shelf")["total"] == 0

    def test_filters_narrow_each_other(self, sample):
        author = sample.list_books(author="Brandon Sanderson")["total"]
        assert 0 < sample.list_books(author="Brandon Sanderson", status="want")["total"] < author
        series = sample.list_books(series="Stormlight Archive", author="Brandon Sanderson")
        assert series["total"] == author

    @pytest.mark.parametrize(
        "arguments",
        [
            {"limit": 0},
            {"limit": "many"},
            {"offset": -1},
            {"sort": "colour"},
            {"status": "lost"},
            {"format": "scroll"},
            {"author": ""},
            {"series": ""},
            {"descending": "yes"},
            {"shelf": 5},
            {"shelf": []},
            {"language": 5},
            {"language": "klingonese"},
        ],
    )
    def test_what_is_wrong_is_refused(self, sample, arguments):
        with pytest.raises(InvalidInput):
            sample.list_books(**arguments)

    def test_a_series_that_does_not_exist(self, sample):
        with pytest.raises(NotFound):
            sample.list_books(series=99999)


class TestEditing:
    def test_an_edit_locks_the_field_against_sources(self, tmp_path):
        source = Told(work("Dune", "Frank Herbert", isbn=DUNE, publisher="Ace", page_count=400))
        with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
            book = library.lookup(DUNE)
            library.edit_book(book["id"], title="Dune!")
            library.edit_edition(DUNE, publisher="Chilton")
            source.works = [work("Dune (new)", "Frank Herbert", isbn=DUNE, publisher="Orb")]
            after = library.lookup(DUNE, remote="always")
        assert (after["title"], after["editions"][0]["publisher"]) == ("Dune!", "Chilton")

    def test_unlocking_lets_sources_speak_again(self, library):
        book = library.add(title="Dune")
        library.edit_book(book["id"], title="Doon")
        document = library._ctx.store.get("books", book["id"])
        assert document["locked"] == ["title"]
        library.unlock(book["id"])
        assert "locked" not in library._ctx.store.get("books", book["id"])

    def test_unlocking_one_field_leaves_the_other(self, library):
        book = library.add(title="Dune")
        library.edit_book(book["id"], title="Doon", subtitle="Sand")
        library.unlock(book["id"], ["title"])
        assert library._ctx.store.get("books", book["id"])["locked"] == ["subtitle"]

    def test_who_said_what_is_told_with_what_others_say(self, tmp_path):
        source = Told(work("Dune", "Frank Herbert", isbn=DUNE, publisher="Ace"))
        with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
            book = library.lookup(DUNE)
            library.edit_edition(DUNE, publisher="Chilton")
            told = library.provenance(book["id"])
        assert told["book"]["title"]["source"] == "told"
        publisher = told["editions"][0]["fields"]["publisher"]
        assert (publisher["value"], publisher["source"], publisher["locked"]) == (
            "Chilton",
            "user",
            True,
        )
        assert [one["value"] for one in publisher["rejected"]] == ["Ace"]

    def test_an_isbn_that_stands_elsewhere_is_a_conflict(self, sample):
        with pytest.raises(Conflict, match=WAY_OF_KINGS):
            sample.edit_edition("9781429952040", isbn_13=WAY_OF_KINGS)

    @pytest.mark.parametrize(
        ("changes", "names"),
        [({}, "nothing"), ({"colour": "red"}, "colour"), ({"title": None}, "title"),
         ({"authors": 7}, "7")],
    )  # fmt: skip
    def test_a_wrong_edit_is_refused(self, sample, changes, names):
        before = snapshot(sample)
        with pytest.raises(InvalidInput, match=names):
            sample.edit_book(1, **changes)
        assert snapshot(sample) == before

    @pytest.mark.parametrize("fields", [5, [""], [7]])
    def test_what_is_unlocked_is_a_list_of_fields(self, sample, fields):
        with pytest.raises(InvalidInput):
            sample.unlock(1, fields)

    @pytest.mark.parametrize("book_id", [99999, "1", None, True])
    def test_a_book_that_does_not_exist(self, sample, book_id):
        for call in (
            lambda: sample.get_book(book_id),
            lambda: sample.edit_book(book_id, title="X"),
            lambda: sample.unlock(book_id),
            lambda: sample.provenance(book_id),
            lambda: sample.remove_book(book_id),
        ):
            with pytest.raises((NotFound, InvalidInput)):
                call()


class TestRemoving:
    def test_a_book_goes_with_its_editions_and_what_was_said_of_them(self, sample):
        (book,) = sample.search(isbn=WAY_OF_KINGS)["results"]
        gone = sample.remove_book(book["id"])
        assert gone["removed"] == {"books": 1, "editions": 2, "statuses": 2, "readings": 0}
        with pytest.raises(NotFound):
            sample.lookup(WAY_OF_KINGS)
        assert sample.check()["ok"]

    def test_an_edition_goes_alone(self, sample):
        sample.remove_edition("9781429952040")
        assert [one["isbn_13"] for one in sample.lookup(WAY_OF_KINGS)["editions"]] == [WAY_OF_KINGS]

    def test_the_volume_of_a_removed_book_is_missing_again(self, sample):
        before = sample.get_series("The Broken Earth")
        (book,) = sample.search(series="The Broken Earth", limit=1)["results"]
        sample.remove_book(book["id"])
        after = sample.get_series("The Broken Earth")
        assert (before["completeness"], after["completeness"]) == ("complete", "incomplete")
        assert after["missing"] == ["1"]


class TestHistory:
    def test_what_was_done_is_listed_and_can_be_taken_back(self, sample):
        before = sample.lookup(WAY_OF_KINGS)["editions"][0]["status"]
        sample.mark(WAY_OF_KINGS, "missing")
        last = sample.history(limit=1)["transactions"][0]
        assert last["why"] == f"mark {WAY_OF_KINGS} missing"
        sample.undo(last["id"])
        assert sample.lookup(WAY_OF_KINGS)["editions"][0]["status"] == before

    def test_what_was_changed_since_is_a_conflict(self, sample):
        sample.mark(WAY_OF_KINGS, "missing")
        first = sample.history(limit=1)["transactions"][0]["id"]
        sample.mark(WAY_OF_KINGS, "want")
        with pytest.raises(Conflict):
            sample.undo(first)

    @pytest.mark.parametrize("transaction", [99999, "1", None])
    def test_an_unknown_transaction(self, sample, transaction):
        with pytest.raises((NotFound, InvalidInput)):
            sample.undo(transaction)


class TestMissingFromAuthor:
    def test_lists_the_known_books_that_are_not_owned(self, library):
        library.add(title="Mort", authors="Terry Pratchett")
        library.add(title="Sourcery", authors="Terry Pratchett", status="missing")
        library.add(title="Dune", authors="Frank Herbert", status="missing")
        answer = library.missing_from_author("pratchett, terry")
        assert [book["title"] for book in answer["books"]] == ["Sourcery"]
        assert (answer["total"], answer["owned"]) == (1, 1)

    def test_a_typo_is_forgiven(self, library):
        library.add(title="Sourcery", authors="Terry Pratchett", status="want")
        assert library.missing_from_author("Tery Pratchet")["author"] == "Terry Pratchett"

    def test_what_an_owned_omnibus_holds_is_not_missing(self, library):
        library.add(title="Bleach Vols. 1-3", authors="Tite Kubo", series="Bleach", position="1-3")
        library.add(title="Bleach, Vol. 2", authors="Tite Kubo", status="want")
        assert library.missing_from_author("Tite Kubo")["books"] == []

    @pytest.mark.parametrize("author", ["", None, "Zzyzx Qqq"])
    def test_nobody(self, library, author):
        with pytest.raises((InvalidInput, NotFound)):
            library.missing_from_author(author)
