"""Copies, loans and notes: what a user tells of editions, seen by nobody else."""

from datetime import UTC, date, datetime

import pytest

from booktrack import Conflict, InvalidDate, InvalidInput, InvalidISBN, NotFound
from support.libraries import DUNE, WAY_OF_KINGS, WAY_OF_KINGS_EBOOK, Told, open_library, snapshot

TODAY = "2026-11-22"


@pytest.fixture
def second(sample):
    """The same library as another user sees it."""
    with open_library(sample.path, user_id=2) as opened:
        yield opened


def mine(library, isbn=WAY_OF_KINGS):
    return library.get_edition(isbn)


class TestCopies:
    def test_everything_that_is_told_is_kept(self, sample):
        told = {
            "copies": 3, "condition": "as new", "location": "attic, box 3",
            "acquired_date": "2011-08", "price_paid": 12, "price_paid_currency": "eur",
            "signed": True,
        }  # fmt: skip
        edition = sample.edit_copy(
            WAY_OF_KINGS, **told, shelves=["Fantasy"], tags=["gift", "Gift"], notes="from Ann"
        )
        assert edition["copy"] == {
            **told, "price_paid": 12.0, "price_paid_currency": "EUR",
            "loaned_to": None, "loaned_since": None,
        }  # fmt: skip
        assert (edition["shelves"], edition["tags"], edition["notes"]) == (
            ["Fantasy"], ["gift"], "from Ann"
        )  # fmt: skip
        assert mine(sample) == edition
        assert sample.check()["ok"]

    def test_an_owned_edition_is_one_copy(self, sample):
        assert mine(sample)["copy"]["copies"] == 1

    def test_what_is_not_owned_has_no_copy(self, sample):
        assert sample.mark(WAY_OF_KINGS_EBOOK, "want")["copy"] is None

    def test_a_book_may_be_paid_for_before_it_is_there(self, sample):
        sample.mark(WAY_OF_KINGS_EBOOK, "want", notes="preordered")
        edition = sample.edit_copy(WAY_OF_KINGS_EBOOK, price_paid=9.5, price_paid_currency="USD")
        assert (edition["status"], edition["copy"]["price_paid"], edition["copy"]["copies"]) == (
            "want", 9.5, 0
        )  # fmt: skip

    def test_who_tells_of_a_copy_of_what_nothing_was_said_of_owns_it(self, library):
        book = library.add(DUNE, title="Dune", status="own")
        with open_library(library.path, user_id=2) as other:
            assert other.edit_copy(DUNE, tags=["to borrow"])["status"] == "missing"
            assert other.get_book(book["id"])["editions"][0]["copy"] is None
        with open_library(library.path, user_id=3) as third:
            assert third.edit_copy(DUNE, condition="worn")["status"] == "own"
        with open_library(library.path, user_id=4) as fourth:
            given = fourth.edit_copy(DUNE, price_paid=0)
            assert (given["status"], given["copy"]["price_paid"]) == ("own", 0)

    @pytest.mark.parametrize("value", ["", 0, 0.0, [], "yes"])
    def test_what_is_neither_true_nor_false_is_not_signed(self, sample, value):
        with pytest.raises(InvalidInput, match="true or false"):
            sample.edit_copy(WAY_OF_KINGS, signed=value)

    def test_nothing_has_no_sign(self, sample):
        sample.edit_copy(WAY_OF_KINGS, price_paid=-0.0)
        assert str(mine(sample)["copy"]["price_paid"]) == "0.0"

    def test_a_day_may_be_a_date_of_python(self, sample):
        leap = date(2024, 2, 29)
        sample.edit_copy(WAY_OF_KINGS, acquired_date=datetime(2024, 2, 29, 23, 30, tzinfo=UTC))
        told = sample.lend(WAY_OF_KINGS, "Ann", since=leap)["copy"]
        assert (told["acquired_date"], told["loaned_since"]) == ("2024-02-29", "2024-02-29")
        seen = sample.add_price(WAY_OF_KINGS, 5, "EUR", date=leap)
        assert seen["latest"]["EUR"]["seen_at"] == "2024-02-29"

    @pytest.mark.parametrize(
        "huge", [10**400, -(10**400), 10**5_000], ids=["large", "low", "larger"]
    )
    def test_a_number_too_large_for_any_edition_is_refused(self, sample, huge):
        for say in (
            sample.price_history, sample.take_back, sample.remove_edition,
            lambda one: sample.mark(one, "own"), lambda one: sample.add_note(one, "x"),
            lambda one: sample.lend(one, "Ann"), lambda one: sample.edit_copy(one, copies=2),
            lambda one: sample.add_price(one, 1, "EUR"),
            lambda one: sample.edit_copy(WAY_OF_KINGS, copies=one),
            lambda one: sample.lend(WAY_OF_KINGS, "Ann", since=one),
        ):  # fmt: skip
            with pytest.raises(InvalidInput):
                say(huge)

    def test_the_history_keeps_no_long_name_of_an_edition(self, sample):
        sample.mark(" " * 500 + WAY_OF_KINGS_EBOOK, "own")
        assert len(sample.history(limit=1)["transactions"][0]["why"]) < 60

    def test_none_forgets(self, sample):
        sample.edit_copy(
            WAY_OF_KINGS, copies=2, price_paid=3, price_paid_currency="EUR", tags=["x"], signed=True
        )
        edition = sample.edit_copy(
            WAY_OF_KINGS, copies=None, price_paid=None, tags=None, signed=None
        )
        assert edition["tags"] == []
        assert edition["copy"] == {
            **dict.fromkeys(edition["copy"]), "copies": 1, "signed": False
        }  # fmt: skip

    def test_a_thousand_copies(self, sample):
        assert sample.edit_copy(WAY_OF_KINGS, copies=1000)["copy"]["copies"] == 1000

    def test_a_price_may_be_nothing_and_a_currency_unknown(self, sample):
        edition = sample.edit_copy(WAY_OF_KINGS, price_paid=0)
        assert (edition["copy"]["price_paid"], edition["copy"]["price_paid_currency"]) == (0, None)

    def test_saying_the_same_again_changes_nothing(self, sample):
        sample.edit_copy(WAY_OF_KINGS, copies=2)
        before = sample.history()["transactions"][0]["id"]
        sample.edit_copy(WAY_OF_KINGS, copies=2)
        assert sample.history()["transactions"][0]["id"] == before

    def test_it_can_be_taken_back(self, sample):
        before = mine(sample)
        sample.edit_copy(WAY_OF_KINGS, copies=7, location="cellar")
        sample.undo(sample.history()["transactions"][0]["id"])
        assert mine(sample) == before

    @pytest.mark.parametrize(
        ("fields", "error", "names"),
        [
            ({}, InvalidInput, "nothing to change"),
            ({"colour": "red"}, InvalidInput, "colour"),
            ({"copies": 0}, InvalidInput, "0"),
            ({"copies": -1}, InvalidInput, "-1"),
            ({"copies": 100_001}, InvalidInput, "100001"),
            ({"copies": 1.5}, InvalidInput, "1.5"),
            ({"copies": True}, InvalidInput, "True"),
            ({"signed": "yes"}, InvalidInput, "yes"),
            ({"price_paid": -1}, InvalidInput, "-1"),
            ({"price_paid": float("nan")}, InvalidInput, "nan"),
            ({"price_paid": 5, "price_paid_currency": "Euro"}, InvalidInput, "Euro"),
            ({"price_paid_currency": "EUR"}, InvalidInput, "EUR"),
            ({"acquired_date": "2026-12"}, InvalidDate, "2026-12"),
            ({"acquired_date": "2025-02-29"}, InvalidDate, "2025-02-29"),
            ({"acquired_date": "soon"}, InvalidDate, "soon"),
            ({"condition": ""}, InvalidInput, "condition"),
            ({"tags": [3]}, InvalidInput, "3"),
            ({"notes": "x" * 4001}, InvalidInput, "4000"),
            ({"status": "own"}, InvalidInput, "status"),
            ({"loaned_to": "Ann"}, InvalidInput, "loaned_to"),
        ],
    )
    def test_what_is_wrong_is_named_and_changes_nothing(self, sample, fields, error, names):
        before = snapshot(sample)
        with pytest.raises(error, match=names):
            sample.edit_copy(WAY_OF_KINGS, **{"location": "attic", **fields} if fields else {})
        assert snapshot(sample) == before

    def test_the_29th_of_february_and_a_year_are_dates(self, sample):
        for day in ("2024-02-29", "2026", "2026-11", TODAY):
            told = sample.edit_copy(WAY_OF_KINGS, acquired_date=day)
            assert told["copy"]["acquired_date"] == day

    def test_an_edition_that_is_not_there(self, sample):
        with pytest.raises(NotFound):
            sample.edit_copy(999, copies=2)
        with pytest.raises(InvalidISBN):
            sample.edit_copy("978", copies=2)


class TestLoans:
    def test_from_today_where_no_day_is_given(self, sample):
        lent = sample.lend(WAY_OF_KINGS, "Ann")
        assert (lent["copy"]["loaned_to"], lent["copy"]["loaned_since"]) == ("Ann", TODAY)

    def test_the_longest_comes_first(self, sample):
        own = [
            edition["isbn_13"]
            for book in sample.list_books(status="own", limit=5)["books"]
            for edition in book["editions"]
            if edition["status"] == "own"
        ]
        sample.lend(own[0], "Ann", since="2026-11-12")
        sample.lend(own[1], "Bo", since="2026")
        sample.lend(own[2], "Cy", since="2025-02-28")
        page = sample.loans()
        assert [one["copy"]["loaned_to"] for one in page["editions"]] == ["Cy", "Bo", "Ann"]
        assert [one["loaned_days"] for one in page["editions"]] == [632, None, 10]
        assert all(one["title"] and one["authors"] for one in page["editions"])
        assert sample.loans(limit=1, offset=1)["editions"] == page["editions"][1:2]
        assert page["total"] == 3

    def test_what_is_back_can_be_lent_again(self, sample):
        sample.lend(WAY_OF_KINGS, "Ann")
        assert sample.take_back(WAY_OF_KINGS)["copy"]["loaned_to"] is None
        assert sample.loans()["editions"] == []
        assert sample.lend(WAY_OF_KINGS, "Bo")["copy"]["loaned_to"] == "Bo"

    def test_the_same_person_again_keeps_the_day_unless_another_is_given(self, sample):
        sample.lend(WAY_OF_KINGS, "Ann", since="2026-10")
        assert sample.lend(WAY_OF_KINGS, "ann")["copy"]["loaned_since"] == "2026-10"
        again = sample.lend(WAY_OF_KINGS, "Ann", since="2026-10-05")
        assert again["copy"]["loaned_since"] == "2026-10-05"

    @pytest.mark.parametrize("date", ["2026-11-23", "2026-12", "2027"])
    def test_nobody_has_it_since_a_day_that_lies_ahead(self, sample, date):
        with pytest.raises(InvalidDate, match=date):
            sample.lend(WAY_OF_KINGS, "Ann", since=date)
        assert sample.loans()["total"] == 0

    def test_one_thing_is_lent_once(self, sample):
        sample.lend(WAY_OF_KINGS, "Ann")
        with pytest.raises(Conflict, match="Ann"):
            sample.lend(WAY_OF_KINGS, "Bo")
        sample.take_back(WAY_OF_KINGS)
        with pytest.raises(Conflict, match="nobody"):
            sample.take_back(WAY_OF_KINGS)

    def test_only_what_is_owned_can_be_lent(self, sample):
        with pytest.raises(Conflict, match="not owned"):
            sample.lend(WAY_OF_KINGS_EBOOK, "Ann")

    @pytest.mark.parametrize("name", ["", "  ", None, 5])
    def test_somebody_must_have_it(self, sample, name):
        with pytest.raises(InvalidInput):
            sample.lend(WAY_OF_KINGS, name)

    @pytest.mark.parametrize("page", [{"limit": 0}, {"offset": -1}, {"limit": "x"}])
    def test_a_page_is_a_page(self, sample, page):
        with pytest.raises(InvalidInput):
            sample.loans(**page)


class TestNotes:
    def found(self, library, query):
        return [
            (one["title"], one["match"]["field"], one["match"]["how"])
            for one in library.search(query)["results"]
            if one["match"]["field"] in ("notes", "tags")
        ]

    def test_a_note_of_several_lines_is_kept_once(self, sample):
        sample.edit_copy(WAY_OF_KINGS, notes="first\r\n\r\nlast")
        for note in ("to Ann,\nwith love", "to Ann,\r\nwith love", "with love", "last"):
            edition = sample.add_note(WAY_OF_KINGS, note)
        assert edition["notes"] == "first\r\n\r\nlast\nto Ann,\nwith love"
        assert sample.add_note(WAY_OF_KINGS, "to Ann,\nwith")["notes"].endswith("\nto Ann,\nwith")

    def test_notes_that_grow_too_long_say_so(self, sample):
        sample.edit_copy(WAY_OF_KINGS, notes="x" * 3_999)
        with pytest.raises(InvalidInput, match="at most 4000 characters, not 4001"):
            sample.add_note(WAY_OF_KINGS, "y")

    def test_a_note_is_found_by_its_words(self, sample):
        sample.add_note(WAY_OF_KINGS, "Signed copy")
        sample.add_note(WAY_OF_KINGS, "bought at the Łódź fair")
        assert self.found(sample, "signed copy") == [("The Way of Kings", "notes", "exact")]
        assert self.found(sample, "signed") == [("The Way of Kings", "notes", "prefix")]
        assert self.found(sample, "lodz fair") == [("The Way of Kings", "notes", "words")]
        assert self.found(sample, "copy fair") == [("The Way of Kings", "notes", "words")]
        assert self.found(sample, "sign") == self.found(sample, "signed poster") == []

    def test_a_tag_and_a_note_without_blanks(self, sample):
        sample.edit_copy(WAY_OF_KINGS, tags=["lettered"], notes="著者の署名本")
        assert self.found(sample, "lettered") == [("The Way of Kings", "tags", "exact")]
        assert self.found(sample, "署名") == [("The Way of Kings", "notes", "words")]

    def test_a_title_goes_before_a_note_that_mentions_it(self, sample):
        sample.add_note(WAY_OF_KINGS, "as good as East of Eden")
        results = sample.search("East of Eden")["results"]
        assert results[0]["title"] == "East of Eden"
        assert results[1]["match"]["field"] == "notes"

    def test_a_note_is_no_title_author_or_series(self, sample):
        sample.add_note(WAY_OF_KINGS, "zymurgy")
        for field in ("title", "author", "series"):
            assert sample.search(**{field: "zymurgy"})["results"] == []

    def test_what_was_said_no_longer_is_not_found(self, sample):
        sample.add_note(WAY_OF_KINGS, "lettered")
        assert self.found(sample, "lettered")
        sample.edit_copy(WAY_OF_KINGS, notes=None)
        assert self.found(sample, "lettered") == []

    def test_a_note_that_says_just_that_keeps_the_sources_from_being_asked(self, tmp_path):
        source = Told()
        with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
            library.add(DUNE, title="Dune", notes="lettered edition")
            assert library.search("Lettered Edition")["results"][0]["title"] == "Dune"
            assert source.questions == 0
            library.search("edition")
            assert source.questions == 1

    def test_lists_narrow_to_notes_and_tags(self, sample):
        sample.edit_copy(WAY_OF_KINGS, tags=["Gift"], notes="signed copy\nfrom Ann")
        for filters in ({"notes": "Signed Copy"}, {"tag": "gift"}, {"tag": "gift", "notes": "ann"}):
            (book,) = sample.list_books(**filters)["books"]
            assert book["title"] == "The Way of Kings"
        assert sample.list_books(tag="gi")["total"] == 0
        assert sample.list_books(notes="copy signed")["total"] == 0
        assert sample.list_books(tag="gift", status="missing")["total"] == 0
        with pytest.raises(InvalidInput):
            sample.list_books(tag="")


class TestAnotherUser:
    def test_sees_nothing_of_copies_loans_notes_and_what_was_paid(self, sample, second):
        sample.edit_copy(
            WAY_OF_KINGS, copies=4, condition="planted", location="planted", price_paid=77.77,
            price_paid_currency="CHF", tags=["planted"], notes="planted note",
        )  # fmt: skip
        sample.lend(WAY_OF_KINGS, "planted")
        seen = [
            second.get_edition(WAY_OF_KINGS),
            second.lookup(WAY_OF_KINGS),
            second.search("planted note"),
            second.list_books(limit=100),
            second.list_books(notes="planted"),
            second.list_books(tag="planted"),
            second.loans(),
            second.wanted(),
            second.missing_from_series("Stormlight Archive"),
            second.missing_from_author("Brandon Sanderson"),
            second.price_history(WAY_OF_KINGS),
            second.collection_worth(),
            second.history(),
            second.export("json"),
            second.export("csv"),
        ]
        for answer in seen:
            answer.pop("query", None)
        assert "planted" not in str(seen)
        assert "77.77" not in str(seen)
        assert second.collection_worth()["editions"] == 0

    def test_has_a_copy_and_a_loan_of_their_own(self, sample, second):
        second.edit_copy(WAY_OF_KINGS, copies=9)
        second.lend(WAY_OF_KINGS, "Bo")
        assert mine(sample)["copy"]["copies"] == 1
        sample.lend(WAY_OF_KINGS, "Ann")
        assert (mine(sample)["copy"]["loaned_to"], mine(second)["copy"]["loaned_to"]) == (
            "Ann", "Bo"
        )  # fmt: skip
        second.take_back(WAY_OF_KINGS)
        assert sample.loans()["total"] == 1

    def test_reads_no_words_of_their_history(self, sample, second):
        sample.lend(WAY_OF_KINGS, "planted")
        sample.edit_copy(WAY_OF_KINGS, copies=2)
        sample.add(title="A planted title", status="want")
        told = second.history()["transactions"]
        assert "planted" not in str(told)
        assert [(one["why"], one["changes"]) for one in told][:1] == [
            ("a change by another user", {"books": 1, "editions": 1})
        ]
        assert len(sample.history()["transactions"]) == len(told) + 2

    def test_takes_back_none_of_their_changes(self, sample, second):
        sample.add(title="Shared", status="want")
        sample.lend(WAY_OF_KINGS, "Ann")
        lent, added = (one["id"] for one in sample.history(limit=2)["transactions"])
        with pytest.raises(NotFound, match=str(lent)):
            second.undo(lent)
        with pytest.raises(Conflict, match="another user"):
            second.undo(added)
        assert sample.loans()["total"] == 1
        sample.undo(lent)
        assert sample.loans()["total"] == 0

    def test_finds_their_own_changes_behind_many_of_others(self, sample, second):
        second.mark(WAY_OF_KINGS, "want")
        for number in range(5):
            sample.edit_copy(WAY_OF_KINGS, copies=number + 2)
        (last,) = second.history(limit=1)["transactions"]
        assert last["why"] == f"mark {WAY_OF_KINGS} want"


class TestRoundTrip:
    @pytest.mark.parametrize("format", ["json", "csv"])
    def test_copies_loans_and_prices_come_back(self, sample, tmp_path, format):
        sample.edit_copy(
            WAY_OF_KINGS, copies=2, condition="as new", location="attic", acquired_date="2011",
            price_paid=12.5, price_paid_currency="EUR", signed=True, tags=["gift"], notes="a\nb",
        )  # fmt: skip
        sample.lend(WAY_OF_KINGS, "Ann", since="2026-10")
        sample.add_price(WAY_OF_KINGS, 5, "EUR", source="flea market", date="2020")
        sample.edit_edition(WAY_OF_KINGS, price=31, currency="USD")
        sample.edit_edition(WAY_OF_KINGS, price=33, currency="USD")
        before = sample.export(format)["content"]
        with open_library(tmp_path / "other.json") as other:
            other.import_file(before.encode())
            assert other.export(format)["content"] == before
            assert other.get_edition(WAY_OF_KINGS)["copy"] == mine(sample)["copy"]
            told = other.price_history(WAY_OF_KINGS)["prices"]
            assert told == sample.price_history(WAY_OF_KINGS)["prices"]
            report = other.import_file(before.encode())
            assert (report["added"], report["updated"]) == (0, 0)
            assert other.price_history(WAY_OF_KINGS)["prices"] == told


def test_the_history_comes_in_pages_and_tells_its_total(tmp_path):
    with open_library(tmp_path / "library.json") as library:
        for title in ("Dune", "Emma", "Ulysses"):
            library.add(title=title)
        first = library.history(limit=2)
        rest = library.history(limit=2, offset=2)
        assert (first["total"], len(first["transactions"]), len(rest["transactions"])) == (3, 2, 1)
        assert rest["transactions"][0]["id"] == 1
