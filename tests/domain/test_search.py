from __future__ import annotations

import pytest

from booktrack.domain.search import Entry, Hit, SearchIndex
from booktrack.errors import InvalidInput

STORMLIGHT = ("The Stormlight Archive", "Stormlight")
SANDERSON = ("Brandon Sanderson",)
BOOKS = (
    {
        1: Entry("The Way of Kings", (), STORMLIGHT, SANDERSON, "1"),
        2: Entry("Words of Radiance", (), STORMLIGHT, SANDERSON, "2"),
        3: Entry("Oathbringer", (), STORMLIGHT, SANDERSON, "3"),
        4: Entry(
            "Ookami to Koushinryou", ("狼と香辛料", "Spice and Wolf"), (), ("Isuna Hasekura",)
        ),
        5: Entry("Hikaru no Go, Vol. 1", ("ヒカルの碁",), ("Hikaru no Go",), ("Yumi Hotta",), "1"),
        6: Entry("葬送のフリーレン 3", ("Frieren",), ("葬送のフリーレン",), ("山田鐘人",), "3"),
        7: Entry("It", (), (), ("Stephen King",)),
        8: Entry("It Ends with Us", (), (), ("Colleen Hoover",)),
        9: Entry("86", (), ("86--EIGHTY-SIX",), ("Asato Asato",), "1"),
        10: Entry("1984", (), (), ("George Orwell",)),
        11: Entry("2666", (), (), ("Roberto Bolaño",)),
        12: Entry("Spider-Man", (), (), ("Stan Lee",)),
        13: Entry("Les Misérables", (), (), ("Victor Hugo",)),
        14: Entry(
            "Crime and Punishment", ("Преступление и наказание",), (), ("Fyodor Dostoevsky",)
        ),
        15: Entry("!!!", (), (), ()),
        16: Entry("S.P.Q.R.", (), (), ("Mary Beard",)),
        17: Entry("Catch-22", (), (), ("Joseph Heller",)),
        18: Entry("King", (), (), ("Jonathan Eig",)),
        19: Entry("나루토 1", (), ("나루토",), ("키시모토 마사시",), "1"),
        20: Entry("Gilead", (), (), ("Marilynne Robinson",)),
    }
    | {
        100 + number: Entry(
            f"One Piece, Vol. {number}", (), ("One Piece",), ("Eiichiro Oda",), str(number)
        )
        for number in range(1, 31)
    }
    | {
        200 + number: Entry("Citrus", (), ("Citrus",), ("Saburouta",), str(number))
        for number in range(1, 11)
    }
    | {
        300 + number: Entry(
            "One Piece Omnibus",
            (),
            ("One Piece",),
            ("Eiichiro Oda",),
            f"{3 * number - 2}-{3 * number}",
        )
        for number in range(1, 6)
    }
)


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    built = SearchIndex()
    built.build(BOOKS.items())
    return built


def first(index: SearchIndex, query: str) -> Hit:
    return index.search(query)[0]


@pytest.mark.parametrize(
    ("query", "doc_id"),
    [
        ("the way of kings", 1),
        ("THE WAY OF KINGS!", 1),
        ("Ｔｈｅ Ｗａｙ ｏｆ Ｋｉｎｇｓ", 1),
        ("les miserables", 13),
        ("spiderman", 12),
        ("spider man", 12),
        ("Spider–Man", 12),
        ("spqr", 16),
        ("oath bringer", 3),
        ("!!!", 15),
        ("it", 7),
        ("86", 9),
        ("1984", 10),
        ("2666", 11),
        ("catch 22", 17),
        ("King", 18),
        ("преступление и наказание", 14),
        ("one piece vol 12", 112),
    ],
)
def test_a_title_is_found_exactly_whatever_its_typography(
    index: SearchIndex, query: str, doc_id: int
) -> None:
    hit = first(index, query)
    assert (hit.doc_id, hit.how) == (doc_id, "exact")
    assert hit.score >= 0.97


@pytest.mark.parametrize(
    ("query", "doc_id", "how"),
    [
        ("way of ki", 1, "words"),
        ("the way of ki", 1, "prefix"),
        ("way kings", 1, "words"),
        ("kings of way the", 1, "words"),
        ("wayof kings", 1, "words"),
        ("the wayofkings", 1, "exact"),
        ("stan lee spiderman", 12, "words"),
        ("kings sanderson", 1, "words"),
        ("dostoevsky crime", 14, "words"),
        ("orwell 1984", 10, "words"),
        ("spice wolf", 4, "words"),
        ("oathbringer a novel", 3, "typo"),
    ],
)
def test_words_are_found_in_any_order_and_field(
    index: SearchIndex, query: str, doc_id: int, how: str
) -> None:
    hit = first(index, query)
    assert hit.doc_id == doc_id
    assert hit.how == how


@pytest.mark.parametrize(
    ("query", "doc_id"),
    [
        ("way of kigns", 1),
        ("teh way of kings", 1),
        ("the wya of kngs", 1),
        ("thewayofkigns", 1),
        ("wordsxof sanderson", 2),
        ("wodsof sanderson", 2),
        ("oathbriger", 3),
        ("othbringre", 3),
        ("xathbringer", 3),
        ("oath bringr", 3),
        ("glied", 20),
        ("gliaed", 20),
        ("misserables", 13),
        ("престпление наказанье", 14),
        ("dostoyevsky", 14),
        ("1948", 10),
        ("spidre man", 12),
        ("hikaru no og", 5),
    ],
)
def test_one_or_two_typos_do_not_hide_a_book(index: SearchIndex, query: str, doc_id: int) -> None:
    hit = first(index, query)
    assert (hit.doc_id, hit.how) == (doc_id, "typo")
    assert hit.score < 0.95


@pytest.mark.parametrize(
    ("query", "doc_id"),
    [
        ("狼", 4),
        ("香辛料", 4),
        ("ヒカル", 5),
        ("ﾋｶﾙ", 5),
        ("フリーレン", 6),
        ("フリーレン 3巻", 6),
        ("葬送フリーレン", 6),
        ("나루토", 19),
        ("ookami", 4),
        ("frieren", 6),
    ],
)
def test_titles_without_blanks_are_found_by_their_parts_and_romaji(
    index: SearchIndex, query: str, doc_id: int
) -> None:
    assert first(index, query).doc_id == doc_id


@pytest.mark.parametrize(
    ("query", "doc_id"),
    [
        ("one piece 12", 112),
        ("one piece 1", 101),
        ("one piece #02", 102),
        ("one peice 21", 121),
        ("citrus vol 3", 203),
        ("citrus 10", 210),
        ("stormlight 2", 2),
        ("sanderson 3", 3),
        ("one piece omnibus 4-6", 302),
    ],
)
def test_a_number_raises_its_volume_to_the_top(index: SearchIndex, query: str, doc_id: int) -> None:
    assert first(index, query).doc_id == doc_id


def test_an_omnibus_that_holds_the_volume_comes_next(index: SearchIndex) -> None:
    assert [hit.doc_id for hit in index.search("one piece 12", limit=2)] == [112, 304]


def test_a_position_without_a_number_covers_none() -> None:
    index = SearchIndex()
    index.put(1, Entry("Citrus", (), ("Citrus",), (), "Extra"))
    assert first(index, "citrus 3").score < 0.8


def test_a_volume_that_is_not_there_gives_its_series(index: SearchIndex) -> None:
    hit = first(index, "one piece 99")
    assert (hit.field, hit.text, hit.how) == ("series", "One Piece", "words")
    assert hit.score < 0.8


def test_a_series_comes_in_the_order_of_its_positions(index: SearchIndex) -> None:
    hits = index.search("citrus")
    assert [hit.doc_id for hit in hits] == list(range(201, 211))


def test_an_exact_title_stands_before_an_author_of_that_name(index: SearchIndex) -> None:
    assert [hit.doc_id for hit in index.search("king")][:2] == [18, 7]


def test_a_hit_says_why_and_how_well(index: SearchIndex) -> None:
    assert index.search("Spice and Wolf") == [
        Hit(4, 0.995, "alternate_title", "Spice and Wolf", "exact")
    ]
    assert first(index, "stephen king")[2:] == ("author", "Stephen King", "exact")
    assert first(index, "the stormlight archive")[2:] == (
        "series",
        "The Stormlight Archive",
        "exact",
    )


@pytest.mark.parametrize(("kind", "doc_ids"), [("title", [18, 1]), ("author", [7]), ("series", [])])
def test_a_kind_restricts_the_fields(index: SearchIndex, kind: str, doc_ids: list[int]) -> None:
    assert [hit.doc_id for hit in index.search("king", kind=kind)] == doc_ids  # type: ignore[arg-type] - a parametrized literal


def test_an_unknown_kind_is_refused(index: SearchIndex) -> None:
    with pytest.raises(InvalidInput, match="'publisher'"):
        index.search("king", kind="publisher")  # type: ignore[arg-type] - that is the point


@pytest.mark.parametrize(
    "query", ["zzqxv", "zz qx", "qwertyuiop asdfgh", "", "   ", "\u200b", "999", "???"]
)
def test_nonsense_finds_nothing(index: SearchIndex, query: str) -> None:
    assert index.search(query) == []


def test_volume_3_is_never_a_typo_of_volume_4(index: SearchIndex) -> None:
    index = SearchIndex()
    index.put(1, Entry("Citrus 4", (), (), ()))
    assert all(hit.score < 0.8 for hit in index.search("citrus 3"))


def test_suggestions_name_the_nearest_texts(index: SearchIndex) -> None:
    assert index.search("gold") == []
    assert index.suggest("gold", limit=1) == ["Gilead"]
    assert "Brandon Sanderson" in index.suggest("brendan anders")
    assert index.suggest("zzzzzzqq") == []
    assert index.suggest("") == []
    assert index.suggest("gold", limit=0) == []


def test_the_limit_is_kept(index: SearchIndex) -> None:
    assert len(index.search("one piece", limit=4)) == 4
    assert index.search("one piece", limit=-1) == []


def test_an_empty_index_answers_nothing() -> None:
    index = SearchIndex()
    assert (len(index), index.search("king"), index.suggest("king")) == (0, [], [])


def test_put_replaces_and_remove_forgets() -> None:
    index = SearchIndex()
    index.put(1, BOOKS[1])
    assert first(index, "kigns").doc_id == 1
    assert index.suggest("way of kims") == ["The Way of Kings"]
    index.put(1, BOOKS[20])
    index.put(2, BOOKS[20])
    assert index.search("way of kings") == []
    assert [hit.doc_id for hit in index.search("gilaed")] == [1, 2]
    assert index.suggest("way of kims") == []
    index.remove(1)
    index.remove(1)
    assert 1 not in index
    assert 2 in index
    assert len(index) == 1
    assert [hit.doc_id for hit in index.search("gilead")] == [2]
    assert index.suggest("gold") == ["Gilead"]


def test_one_key_under_two_spellings_keeps_both_books() -> None:
    index = SearchIndex()
    index.build([(1, Entry("Spider-Man")), (2, Entry("SPIDERMAN")), (3, Entry("Spider-Man"))])
    assert {hit.doc_id for hit in index.search("spidrmann")} == {1, 2, 3}


def test_an_exact_title_is_found_among_thousands_that_hold_its_words() -> None:
    index = SearchIndex()
    index.build(
        (doc_id, Entry(f"The {doc_id % 7} Italian it {doc_id}", (), (), ("A B",), None))
        for doc_id in range(1, 3001)
    )
    index.put(5000, Entry("It"))
    index.put(5001, Entry("The", (), ("It",), (), "1-3"))
    assert first(index, "it").doc_id == 5000
    assert first(index, "the")[:2] == (5001, 1.0)


def test_an_entry_without_the_field_asked_for_is_no_hit() -> None:
    index = SearchIndex()
    index.put(1, Entry("Gilead"))
    assert index.search("gilead", kind="author") == []
