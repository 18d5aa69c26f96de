"""Search and lookup: the library first, then the sources; each result says why it matched."""

import pytest

from booktrack import InvalidInput, InvalidISBN, NotFound
from support.libraries import (
    DUNE,
    WAY_OF_KINGS,
    WAY_OF_KINGS_EBOOK,
    Down,
    Told,
    open_library,
    snapshot,
    work,
)


def titles(found):
    return [book["title"] for book in found["results"]]


class TestLookup:
    def test_the_specifications_example(self, sample):
        book = sample.lookup(WAY_OF_KINGS)
        assert (book["title"], book["authors"]) == ("The Way of Kings", ["Brandon Sanderson"])
        assert (book["series"], book["series_position"]) == ("Stormlight Archive", 1)
        told = [
            (one["isbn_13"], one["format"], one["release_date"], one["price"], one["status"])
            for one in book["editions"]
        ]
        assert told == [
            (WAY_OF_KINGS, "hardcover", "2010-08-31", 29.99, "own"),
            (WAY_OF_KINGS_EBOOK, "ebook", "2010-08-31", 9.99, "want"),
        ]

    @pytest.mark.parametrize(
        "isbn", ["978-0-7653-2635-5", "978 0 7653 2635 5", "0765326353", "0-7653-2635-3"]
    )
    def test_every_way_to_write_an_isbn(self, sample, isbn):
        assert sample.lookup(isbn)["title"] == "The Way of Kings"

    def test_the_series_stands_beside_the_book(self, sample):
        info = sample.lookup(WAY_OF_KINGS)["series_info"]
        assert (info["name"], info["total"]) == ("Stormlight Archive", 5)
        assert "volumes" not in info

    @pytest.mark.parametrize("isbn", ["9780765326356", "hello", "", "97807653263"])
    def test_a_wrong_isbn_is_refused_and_named(self, sample, isbn):
        before = snapshot(sample)
        with pytest.raises(InvalidISBN) as caught:
            sample.lookup(isbn)
        assert isbn in str(caught.value)
        assert snapshot(sample) == before

    def test_offline_the_answer_says_who_was_not_asked(self, tmp_path):
        library = open_library(tmp_path / "l.json", sources=[Told()])
        with library, pytest.raises(NotFound) as caught:
            library.lookup(DUNE)
        assert caught.value.details["sources"] == {"told": {"code": "offline"}}
        assert "told (offline)" in str(caught.value)

    def test_an_unknown_book_is_fetched_and_stored(self, tmp_path):
        source = Told(work("Dune", "Frank Herbert", isbn=DUNE, publisher="Ace"))
        with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
            book = library.lookup(DUNE)
            assert (book["title"], book["editions"][0]["publisher"]) == ("Dune", "Ace")
            assert book["editions"][0]["status"] == "missing"
            assert book["sources"] == ["told"]
            library.lookup(DUNE)
        assert source.questions == 1
        with open_library(tmp_path / "l.json") as again:
            assert again.lookup(DUNE)["title"] == "Dune"

    def test_a_record_that_does_not_carry_the_isbn_is_not_believed(self, tmp_path):
        source = Told(work("Another Book", "Somebody", isbn=WAY_OF_KINGS))
        with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
            with pytest.raises(NotFound) as caught:
                library.lookup(DUNE)
            assert library.list_books()["total"] == 0
        assert caught.value.details["sources"] == {"told": {"code": "ok"}}

    def test_a_source_that_is_down_is_named_and_the_others_count(self, tmp_path):
        sources = [Down(), Told(work("Dune", "Frank Herbert", isbn=DUNE))]
        with open_library(tmp_path / "l.json", sources=sources, offline=False) as library:
            assert library.lookup(DUNE)["title"] == "Dune"

    def test_when_all_are_down_that_is_not_the_same_as_nothing_found(self, tmp_path):
        library = open_library(tmp_path / "l.json", sources=[Down()], offline=False)
        with library, pytest.raises(NotFound) as caught:
            library.lookup(DUNE)
        assert caught.value.details["sources"]["down"]["code"] == "unavailable"
        assert "could not ask down" in str(caught.value)

    def test_never_asks_nobody(self, tmp_path):
        source = Told(work("Dune", "Frank Herbert", isbn=DUNE))
        library = open_library(tmp_path / "l.json", sources=[source], offline=False)
        with library, pytest.raises(NotFound):
            library.lookup(DUNE, remote="never")
        assert source.questions == 0

    def test_always_asks_again_and_adds_what_is_new(self, tmp_path):
        source = Told(work("Dune", "Frank Herbert", isbn=DUNE))
        with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
            library.lookup(DUNE)
            source.works = [work("Dune", "Frank Herbert", isbn=DUNE, page_count=412)]
            book = library.lookup(DUNE, remote="always")
        assert [edition["page_count"] for edition in book["editions"]] == [412]

    def test_a_way_to_ask_that_does_not_exist_is_refused(self, sample):
        with pytest.raises(InvalidInput, match="sometimes"):
            sample.lookup(WAY_OF_KINGS, remote="sometimes")


class TestSearch:
    @pytest.mark.parametrize(
        "query",
        ["the way of kings", "THE WAY OF KINGS!", "way of kigns", "wayof kings", "Ｗａｙ of Kings"],
    )
    def test_typos_case_width_and_marks_do_not_matter(self, sample, query):
        found = sample.search(query)
        assert titles(found)[0] == "The Way of Kings"
        assert found["results"][0]["match"]["field"] == "title"
        assert 0.5 < found["results"][0]["match"]["score"] <= 1

    def test_an_isbn_is_recognised(self, sample):
        found = sample.search("978-0-7653-2635-5")
        assert found["query"] == {"kind": "isbn", "isbn": WAY_OF_KINGS}
        assert found["results"][0]["match"]["how"] == "exact"

    def test_an_unknown_isbn_finds_nothing_and_says_so(self, sample):
        found = sample.search(DUNE)
        assert (found["results"], found["query"]["kind"]) == ([], "isbn")

    def test_a_title_that_is_a_number(self, sample):
        assert titles(sample.search("1984"))[0] == "1984"

    def test_accents_and_apostrophes(self, sample):
        assert titles(sample.search("letranger"))[0] == "L'Étranger"

    @pytest.mark.parametrize("query", ["葬送のフリーレン", "sousou no frieren", "frieren"])
    def test_native_romaji_and_english_names(self, sample, query):
        assert any("フリーレン" in title for title in titles(sample.search(query)))

    def test_by_author_only(self, sample):
        found = sample.search(author="sandersn")
        assert found["query"] == {"kind": "author", "author": "sandersn"}
        assert all("Brandon Sanderson" in book["authors"] for book in found["results"])

    def test_by_series_in_reading_order(self, sample):
        found = sample.search(series="broken earth")
        assert [book["series_position"] for book in found["results"]] == [1, 2, 3]

    def test_title_and_author_narrow_each_other(self, sample):
        found = sample.search(title="kings", author="Brandon Sanderson")
        assert titles(found) == ["The Way of Kings"]
        assert sample.search(title="kings", author="Jemisin")["results"] == []

    @pytest.mark.parametrize(
        ("query", "kind"),
        [
            ("the way of kings", "title"),
            ("コンビニ人間", "title"),
            ("brandon sanderson", "author"),
            ("murderbot diaries", "series"),
            ("zzqxv", "any"),
        ],
    )
    def test_what_was_asked_for_is_detected(self, sample, query, kind):
        assert sample.search(query)["query"] == {"kind": kind, "any": query}

    def test_nothing_found_says_so_with_suggestions(self, sample):
        found = sample.search("kingdom of ways and means")
        assert found["results"] == []
        assert isinstance(found["suggestions"], list)

    def test_the_number_of_results_is_limited(self, sample):
        assert len(sample.search("brandon sanderson", limit=2)["results"]) == 2

    @pytest.mark.parametrize("query", ["", "   ", None, 7, "\ud800", "x" * 5000])
    def test_an_empty_or_impossible_query_is_refused(self, sample, query):
        with pytest.raises(InvalidInput):
            sample.search(query)

    def test_a_limit_that_is_none_is_refused(self, sample):
        with pytest.raises(InvalidInput, match="limit"):
            sample.search("kings", limit=0)

    def test_what_was_added_a_moment_ago_is_found(self, sample):
        sample.search("anything")
        sample.add(title="A Memory Called Empire", authors="Arkady Martine")
        assert titles(sample.search("memory caled empire")) == ["A Memory Called Empire"]

    def test_what_was_removed_is_not(self, sample):
        (book,) = sample.search("1984", limit=1)["results"]
        sample.remove_book(book["id"])
        assert "1984" not in titles(sample.search("1984"))

    def test_a_renamed_alias_is_found(self, sample):
        sample.search("anything")
        sample.add(title="Sandlight, Vol. 1", series="Stormlight Archive", position="9")
        assert "Sandlight, Vol. 1" in titles(sample.search("sandlight"))

    def test_sources_are_asked_where_the_library_has_nothing_good(self, tmp_path):
        source = Told(work("Dune", "Frank Herbert", isbn=DUNE))
        with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
            found = library.search("dune herbert")
            assert titles(found) == ["Dune"]
            assert found["sources"] == {"told": {"code": "ok"}}
            again = library.search("dune herbert")
        assert (again["sources"], source.questions) == ({}, 1)

    def test_what_a_source_found_beside_the_point_is_a_candidate_only(self, tmp_path):
        source = Told(work("Gardening in Wales", "Ann Lee"))
        with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
            found = library.search("dune herbert")
            assert found["results"] == []
            (candidate,) = found["candidates"]
            assert candidate["record"]["title"] == "Gardening in Wales"
            assert candidate["verdict"] == "weak"
            assert candidate["penalties"]
            assert library.list_books()["total"] == 0
