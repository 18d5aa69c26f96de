from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from booktrack.domain.records import WorkRecord
from booktrack.errors import InvalidISBN, SourceChanged, SourceRefused
from booktrack.sources.base import Ask, Reply
from booktrack.sources.contract import play, reply
from booktrack.sources.openlibrary import OpenLibrary
from booktrack.sources.series_lines import read_series

ISBN = "9780765326355"
OTHER = "9780140143508"


def answers(**things: Any) -> dict[str, bytes]:
    """Return bodies by path: `answers(books_OL1M={...})` answers /books/OL1M.json."""
    return {
        f"/{name.replace('_', '/')}.json": json.dumps(thing).encode()
        for name, thing in things.items()
    }


def edition(**fields: Any) -> dict[str, Any]:
    return {"key": "/books/OL1M", "title": "The Way of Kings", "isbn_13": [ISBN]} | fields


def work(**fields: Any) -> dict[str, Any]:
    return {"key": "/works/OL1W", "title": "The Way of Kings"} | fields


def found(replies: dict[str, bytes], isbn: str = ISBN, **options: Any) -> list[WorkRecord]:
    return play(OpenLibrary(**options).by_isbn(isbn), replies)[0]


def one(replies: dict[str, bytes], **options: Any) -> WorkRecord:
    (record,) = found(replies, **options)
    return record


def lone(**fields: Any) -> WorkRecord:
    """Return what becomes of an edition that has no work."""
    return one(answers(isbn_9780765326355=edition(**fields)))


def test_a_lookup_brings_the_work_its_editions_and_its_authors() -> None:
    replies = answers(
        isbn_9780765326355=edition(
            works=[{"key": "/works/OL1W"}],
            publish_date="August 31, 2010",
            publishers=["Tor"],
            physical_format="Hardcover",
            number_of_pages=1007,
            languages=[{"key": "/languages/eng"}],
            covers=[-1, 8300000],
            identifiers={"goodreads": ["7235533"], "amazon": [""]},
            oclc_numbers=["1"],
        ),
        works_OL1W=work(
            authors=[{"author": {"key": "/authors/OL1A"}, "type": "/type/author_role"}],
            first_publish_date="2010",
            subjects=["Fantasy"],
            description={"type": "/type/text", "value": "Roshar.\r\n"},
        ),
        authors_OL1A={"key": "/authors/OL1A", "name": "Brandon Sanderson"},
    )
    replies["/works/OL1W/editions.json"] = json.dumps(
        {
            "size": 2,
            "entries": [
                edition(works=[{"key": "/works/OL1W"}]),
                {"key": "/books/OL2M", "title": "Der Weg der Könige", "isbn_10": ["3453267176"]},
            ],
        }
    ).encode()
    record = one(replies)
    assert (record.title, record.record_id) == ("The Way of Kings", "OL1W")
    assert record.url == "https://openlibrary.org/works/OL1W"
    assert [(person.name, person.role) for person in record.people] == [("Brandon Sanderson", None)]
    assert record.description == "Roshar."
    assert record.first_published == "2010"
    assert record.genres == ["Fantasy"]
    assert record.alternate_titles == ["Der Weg der Könige"]
    assert record.identifiers == {"openlibrary": ["OL1W"]}
    first, second = record.editions
    assert first.model_dump(exclude_defaults=True) == {
        "source": "openlibrary",
        "record_id": "OL1M",
        "url": "https://openlibrary.org/books/OL1M",
        "fetched_at": "2026-01-01T00:00:00Z",
        "isbns": [ISBN],
        "title": "The Way of Kings",
        "book_format": "hardcover",
        "format_detail": "Hardcover",
        "publisher": "Tor",
        "release_date": "2010-08-31",
        "language": "en",
        "page_count": 1007,
        "cover_url": "https://covers.openlibrary.org/b/id/8300000-L.jpg",
        "identifiers": {"openlibrary": ["OL1M"], "goodreads": ["7235533"], "oclc": ["1"]},
        "work_ids": ["OL1W"],
    }
    assert second.isbns == ["9783453267176"]
    assert second.book_format == "unknown"


def test_the_number_asked_for_stands_first_among_those_of_an_edition() -> None:
    both = edition(isbn_13=[], isbn_10=["0140143505", "0765326353", "0000000001"])
    record = one(answers(isbn_9780765326355=both))
    assert record.editions[0].isbns == [ISBN, OTHER]


@pytest.mark.parametrize("where", ["isbn_13", "isbn_10", "isbn"])
def test_a_record_with_another_number_does_not_count(where: str) -> None:
    assert found(answers(isbn_9780765326355=edition(isbn_13=[]) | {where: [OTHER]})) == []


def test_a_number_among_the_identifiers_counts() -> None:
    assert found(
        answers(isbn_9780765326355=edition(isbn_13=None, identifiers={"isbn_10": ["0765326353"]}))
    )


def test_no_isbn_is_refused_before_anybody_is_asked() -> None:
    with pytest.raises(InvalidISBN):
        play(OpenLibrary().by_isbn("123"), {})


def test_an_unknown_number_is_nothing() -> None:
    assert found({}) == []


# --- merged and deleted records --------------------------------------------------------------


def redirect(kind: str, target: Any) -> dict[str, Any]:
    return {"key": f"/{kind}/OL9X", "type": {"key": "/type/redirect"}, "location": target}


def test_records_that_were_merged_are_followed() -> None:
    replies = answers(
        isbn_9780765326355=redirect("books", "/books/OL1M"),
        books_OL1M=edition(works=[{"key": "/works/OL9W"}]),
        works_OL9W=redirect("works", "/works/OL1W"),
        works_OL1W=work(authors=[{"author": {"key": "/authors/OL9A"}}]),
        authors_OL9A=redirect("authors", "/authors/OL1A"),
        authors_OL1A={"name": "Brandon Sanderson"},
    )
    record = one(replies)
    assert record.record_id == "OL1W"
    assert record.people[0].name == "Brandon Sanderson"


def test_a_deleted_edition_is_nothing_and_a_deleted_work_leaves_the_edition() -> None:
    deleted = {"key": "/x", "type": {"key": "/type/delete"}}
    assert found(answers(isbn_9780765326355=deleted)) == []
    record = one(
        answers(isbn_9780765326355=edition(works=[{"key": "/works/OL1W"}]), works_OL1W=deleted)
    )
    assert record.editions[0].record_id == "OL1M"


@pytest.mark.parametrize("target", [None, 7, "MChB", "https://evil.example/", "/works/../../x"])
def test_a_redirect_to_no_record_is_a_change(target: Any) -> None:
    with pytest.raises(SourceChanged, match="location"):
        found(answers(isbn_9780765326355=redirect("books", target)))


def test_redirects_in_a_circle_end() -> None:
    with pytest.raises(SourceChanged, match="circle"):
        found(
            answers(
                isbn_9780765326355=redirect("books", "/books/OL9M"),
                books_OL9M=redirect("books", "/books/OL9M"),
            )
        )


def test_the_location_of_an_edition_is_a_shelf_mark() -> None:
    assert lone(location=["MChB"]).title == "The Way of Kings"


# --- every field may be written in several ways ----------------------------------------------


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"title": "idiot", "title_prefix": "The "}, "The idiot"),
        ({"title": "île des perroquets", "title_prefix": "L'"}, "L'île des perroquets"),
        ({"title": None, "full_title": "The Idiot"}, "The Idiot"),
        ({"title": {"type": "/type/text", "value": "Dune"}}, "Dune"),
    ],
)
def test_titles_are_put_together(fields: dict[str, Any], title: str) -> None:
    assert lone(**fields).title == title


def test_an_edition_without_any_title_is_nothing() -> None:
    assert found(answers(isbn_9780765326355=edition(title=None))) == []


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("August 31, 2010", "2010-08-31"),
        ("November 2006", "2006-11"),
        ("1997", "1997"),
        ("December 31, 1899", "1899-12-31"),
        ("not yet", None),
        ({"value": "2010"}, "2010"),
        (None, None),
    ],
)
def test_dates_are_as_precise_as_they_are_written(written: Any, date: str | None) -> None:
    assert lone(publish_date=written).editions[0].release_date == date


@pytest.mark.parametrize(
    ("written", "pages"), [(252, 252), ("252 p.", 252), (0, None), ("xxv", None), (10**9, None)]
)
def test_pages_are_a_number_or_unknown(written: Any, pages: int | None) -> None:
    assert lone(number_of_pages=written).editions[0].page_count == pages


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ([{"key": "/languages/fre"}], "fr"),
        (["/languages/fre"], "fr"),
        ([{"key": "/languages/fre"}, {"key": "/languages/eng"}], None),
        ([{"key": "/languages/und"}], None),
        ([], None),
    ],
)
def test_one_language_is_the_language(written: Any, code: str | None) -> None:
    assert lone(languages=written).editions[0].language == code


@pytest.mark.parametrize("written", [["Orbit"], [{"name": "Orbit"}], "Orbit"])
def test_publishers_are_names_or_objects(written: Any) -> None:
    assert lone(publishers=written).editions[0].publisher == "Orbit"


@pytest.mark.parametrize("covers", [[-1], [None], [], None])
def test_no_cover_is_no_address(covers: Any) -> None:
    assert lone(covers=covers).editions[0].cover_url is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", 5),
        ("isbn_13", {"a": 1}),
        ("number_of_pages", [3]),
        ("number_of_pages", True),
        ("covers", "none"),
        ("languages", "eng"),
        ("languages", [5]),
        ("identifiers", ["x"]),
        ("authors", "Sanderson"),
    ],
)
def test_a_field_of_an_unknown_form_is_named(field: str, value: Any) -> None:
    with pytest.raises(SourceChanged, match=field):
        lone(**{field: value})


def test_a_work_without_a_title_takes_that_of_an_edition() -> None:
    replies = answers(
        isbn_9780765326355=edition(works=[{"key": "/works/OL1W"}]), works_OL1W=work(title=None)
    )
    assert one(replies).title == "The Way of Kings"
    untitled = answers(
        isbn_9780765326355=edition(title=None, works=[{"key": "/works/OL1W"}]),
        works_OL1W=work(title=None),
    )
    with pytest.raises(SourceChanged, match="title"):
        found(untitled)


def test_authors_are_those_of_the_work_else_of_the_edition() -> None:
    people = {"authors_OL1A": {"name": "One"}, "authors_OL2A": {"personal_name": "Two"}}
    own = edition(works=["/works/OL1W"], authors=["/authors/OL2A", None, {"key": "/authors/OL3A"}])
    bare = one(answers(isbn_9780765326355=own, works_OL1W=work(), **people))
    assert [person.name for person in bare.people] == ["Two"]
    full = one(
        answers(
            isbn_9780765326355=own,
            works_OL1W=work(authors=[{"author": "/authors/OL1A"}, {"author": "x"}]),
            **people,
        )
    )
    assert [person.name for person in full.people] == ["One"]


def test_contributors_keep_their_roles() -> None:
    record = lone(
        contributors=[
            {"role": "Translator", "name": "Constance Garnett"},
            {"role": "Author", "name": "Fyodor Dostoevsky"},
            {"name": "Nobody"},
        ]
    )
    assert [(person.name, person.role) for person in record.people] == [
        ("Constance Garnett", "Translator")
    ]


def test_a_damaged_author_does_not_hide_the_book() -> None:
    replies = answers(isbn_9780765326355=edition(authors=[{"key": "/authors/OL1A"}]))
    replies["/authors/OL1A.json"] = b"<html>"
    assert one(replies).people == []


# --- editions ---------------------------------------------------------------------------------


def pages(total: int) -> dict[str, bytes]:
    replies = answers(isbn_9780765326355=edition(works=[{"key": "/works/OL1W"}]), works_OL1W=work())
    for offset in range(0, total, 100):
        entries = [{"key": f"/books/OL{n}M"} for n in range(offset, min(offset + 100, total))]
        page = json.dumps({"size": total, "entries": entries}).encode()
        for limit in (100, 50):
            replies[f"/works/OL1W/editions.json?limit={limit}&offset={offset}"] = page
    return replies


@pytest.mark.parametrize(("most", "requests"), [(100, 1), (250, 3), (1000, 3)])
def test_editions_are_asked_for_page_by_page_up_to_the_number_taken(
    most: int, requests: int
) -> None:
    (record,), asked = play(OpenLibrary(max_editions=most).by_isbn(ISBN), pages(260))
    assert sum("editions" in ask.url for ask in asked) == requests
    assert len(record.editions) == 260 if most == 1000 else len(record.editions) >= most


def test_a_work_without_a_page_of_editions_has_the_one_asked_for() -> None:
    assert len(one(pages(0)).editions) == 1


def test_one_damaged_edition_does_not_hide_the_others_but_many_are_a_change() -> None:
    replies = pages(0)
    path = "/works/OL1W/editions.json"
    good = {"key": "/books/OL2M"}
    replies[path] = json.dumps({"size": 2, "entries": [{"title": 5}, good]}).encode()
    assert [edition.record_id for edition in one(replies).editions] == ["OL1M", "OL2M"]
    replies[path] = json.dumps({"size": 1, "entries": [{"title": 5}]}).encode()
    with pytest.raises(SourceChanged, match="title"):
        found(replies)


def test_an_id_brings_the_work_and_a_wrong_one_nothing() -> None:
    replies = pages(3)
    record, _ = play(OpenLibrary().by_id("OL1W"), replies)
    assert record is not None
    assert len(record.editions) == 3
    assert play(OpenLibrary().by_id("OL2W"), replies)[0] is None
    assert play(OpenLibrary().by_id("../admin"), replies) == (None, [])


# --- series -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "claims"),
    [
        (["Stormlight Archive (1)"], [("Stormlight Archive", "1")]),
        (["Collection Idées -- 48"], [("Collection Idées", "48")]),
        (["Idées ; 348"], [("Idées", "348")]),
        (["Living in Our World, Vol. 1"], [("Living in Our World", "1")]),
        (["Napoleonic library ;", "[31]"], [("Napoleonic library", "31")]),
        (["NATO ASI series.", "vol. 24"], [("NATO ASI series", "24")]),
        (["Old Kingdom #1.5"], [("Old Kingdom", "1.5")]),
        (["Old Kingdom, book 03"], [("Old Kingdom", "3")]),
        (["Old Kingdom ; 1-3"], [("Old Kingdom", "1-3")]),
        (
            ["The Library of America -- 292", "Library of America -- 292."],
            [("The Library of America", "292")],
        ),
        (["Pain series", "Pain"], [("Pain series", None)]),
        (["Imprint", "Abhorsen ; 1"], [("Abhorsen", "1"), ("Imprint", None)]),
        (["Bulletins of paleontology,", "v. 111, no. 352"], [("Bulletins of paleontology", None)]),
        (["Ann Arbor paperbacks,", "AA113"], [("Ann Arbor paperbacks", None)]),
        (["Encyclopedia of management (Unnumbered)"], [("Encyclopedia of management", None)]),
        (["12", "Area 51"], [("Area 51", None)]),
        (["De quoi vivaient-ils?"], [("De quoi vivaient-ils?", None)]),
        (["Rozprawy,", "nr. 151", "Rozprawy ;", "nr. 151."], [("Rozprawy", "151")]),
        (["--", ";"], []),
        ([], []),
    ],
)
def test_series_statements_give_name_and_number(
    items: list[str], claims: list[tuple[str, str | None]]
) -> None:
    assert [(claim.name, claim.position) for claim in read_series(items)] == claims


def test_the_series_of_the_work_comes_before_that_of_the_edition() -> None:
    replies = answers(
        isbn_9780765326355=edition(
            works=[{"key": "/works/OL1W"}], series=["The stormlight archive", "Tor fantasy ; 7"]
        ),
        works_OL1W=work(
            series=[{"series": {"key": "/series/OL1L"}, "position": "1"}, {"position": "2"}, "x"]
        ),
        series_OL1L={"key": "/series/OL1L", "name": "The Stormlight Archive"},
    )
    assert [(claim.name, claim.position) for claim in one(replies).series] == [
        ("The Stormlight Archive", "1"),
        ("Tor fantasy", "7"),
    ]


def test_other_editions_name_a_series_only_together_and_by_number() -> None:
    replies = pages(0)
    entries = [
        {"key": "/books/OL2M", "series": ["Bantam classics"]},
        {"key": "/books/OL3M", "series": ["Bantam classics", "Old Kingdom ; 1"]},
        {"key": "/books/OL4M", "series": ["Old Kingdom -- 1"]},
    ]
    replies["/works/OL1W/editions.json"] = json.dumps({"size": 3, "entries": entries}).encode()
    assert [(claim.name, claim.position) for claim in one(replies).series] == [("Old Kingdom", "1")]


# --- search and batch -------------------------------------------------------------------------


DOC = {
    "key": "/works/OL1W",
    "title": "Dune",
    "author_name": ["Frank Herbert"],
    "author_key": ["OL1A"],
    "first_publish_year": 1965,
    "series_key": ["OL1L"],
    "series_name": ["Dune"],
    "series_position": ["1"],
    "isbn": ["9780425043769"],
    "editions": {
        "docs": [
            {
                "key": "/books/OL5M",
                "title": "Dune",
                "isbn": ["9780441172719", "x"],
                "language": ["eng"],
                "publisher": ["Ace"],
                "publish_date": ["1990"],
                "format": ["Paperback"],
                "cover_i": 11,
            },
            {},
        ]
    },
}


def test_a_search_gives_works_with_the_editions_that_it_names() -> None:
    records, asked = play(
        OpenLibrary().search(title=" Dune ", author="Herbert", limit=5),
        answers(search={"docs": [DOC, {"title": "no key"}, {"key": "/works/OL2W"}]}),
    )
    assert asked[0].params["title"] == "Dune"
    assert asked[0].params["author"] == "Herbert"
    assert asked[0].params["limit"] == 5
    (record,) = records
    assert record.first_published == "1965"
    assert [(claim.name, claim.position) for claim in record.series] == [("Dune", "1")]
    first, bare = record.editions
    assert first.isbns == ["9780441172719"]  # not the mixed ones of the work
    assert (first.book_format, first.language, first.release_date) == ("paperback", "en", "1990")
    assert first.cover_url == "https://covers.openlibrary.org/b/id/11-L.jpg"
    assert bare.record_id is None


def test_a_search_for_nothing_asks_nobody() -> None:
    assert play(OpenLibrary().search(title=" "), {}) == ([], [])


def test_numbers_of_series_that_do_not_match_their_names_are_not_guessed() -> None:
    doc = DOC | {"series_name": ["Dune", "SF Masterworks"], "series_position": [1]}
    records, _ = play(OpenLibrary().search(title="Dune"), answers(search={"docs": [doc]}))
    assert [claim.position for claim in records[0].series] == [None, None]


@pytest.mark.parametrize("status", [400, 422])
def test_a_question_that_it_does_not_take_is_not_an_empty_answer(status: int) -> None:
    flow = OpenLibrary().search(title="the")
    ask = next(flow)
    with pytest.raises(SourceRefused, match="does not take"):
        flow.send(reply(ask, b'{"detail": []}', status))


def details(*isbns: str) -> bytes:
    return json.dumps(
        {
            f"ISBN:{isbn}": {
                "bib_key": f"ISBN:{isbn}",
                "details": edition(
                    isbn_13=[isbn],
                    works=[{"key": "/works/OL1W"}],
                    authors=[{"key": "/authors/OL1A", "name": "Edition Author"}],
                    series=["Dune ; 1", "SF ; 2"],
                ),
            }
            for isbn in isbns
        }
    ).encode()


def test_many_numbers_are_asked_in_one_call_with_their_works() -> None:
    replies = {"/api/books.json": details(ISBN)} | answers(search={"docs": [DOC]})
    result, asked = play(OpenLibrary().by_isbns([ISBN, OTHER, ISBN]), replies)
    assert len(asked) == 2
    assert asked[0].params["bibkeys"] == f"ISBN:{ISBN},ISBN:{OTHER}"
    assert result[OTHER] == []
    (record,) = result[ISBN]
    assert record.title == "Dune"
    assert [person.name for person in record.people] == ["Frank Herbert"]
    assert [(claim.name, claim.position) for claim in record.series] == [("Dune", "1"), ("SF", "2")]
    assert record.editions[0].isbns == [ISBN]


def test_a_batch_without_its_works_keeps_what_the_editions_say() -> None:
    replies = {"/api/books.json": details(ISBN)} | answers(search={"docs": []})
    result, _ = play(OpenLibrary().by_isbns([ISBN]), replies)
    assert result[ISBN][0].people[0].name == "Edition Author"
    assert result[ISBN][0].record_id == "OL1W"


def test_a_batch_entry_with_another_number_or_no_title_does_not_count() -> None:
    wrong = json.loads(details(OTHER))
    wrong[f"ISBN:{ISBN}"] = wrong[f"ISBN:{OTHER}"]
    result, _ = play(
        OpenLibrary().by_isbns([ISBN]), {"/api/books.json": json.dumps(wrong).encode()}
    )
    assert result == {ISBN: []}
    untitled = {f"ISBN:{ISBN}": {"details": edition(title=None)}}
    result, _ = play(
        OpenLibrary().by_isbns([ISBN]), {"/api/books.json": json.dumps(untitled).encode()}
    )
    assert result == {ISBN: []}


def test_a_batch_call_that_is_gone_is_a_change_and_not_nothing() -> None:
    with pytest.raises(SourceChanged):
        play(OpenLibrary().by_isbns([ISBN]), {"/api/books.json": b"[]"})
    gone = Reply(404, {}, b"null", "now", "https://openlibrary.org/api/books.json", "openlibrary")
    with pytest.raises(SourceChanged):
        play(OpenLibrary().by_isbns([ISBN]), {"/api/books.json": gone})


def test_a_thousand_numbers_take_fifty_requests() -> None:
    isbns = []
    for number in range(1000):
        body = f"978030{number:06}"
        check = -sum((1, 3)[place % 2] * int(digit) for place, digit in enumerate(body)) % 10
        isbns.append(f"{body}{check}")

    def answer(ask: Ask) -> Reply:
        if "search" in ask.url:
            assert ask.params["limit"] == ask.params["q"].count("/works/") <= 100
            return reply(ask, b'{"docs": []}')
        wanted = [key.removeprefix("ISBN:") for key in ask.params["bibkeys"].split(",")]
        assert len(wanted) <= 25
        entries = json.loads(details(*wanted))
        for isbn in wanted:
            entries[f"ISBN:{isbn}"]["details"]["works"] = [{"key": f"/works/OL{isbn}W"}]
        return reply(ask, json.dumps(entries).encode())

    flow = OpenLibrary().by_isbns(isbns)
    requests = 0
    ask = next(flow)
    while True:
        requests += 1
        try:
            ask = flow.send(answer(ask))
        except StopIteration as done:
            found_all = done.value
            break
    assert requests == 50
    assert all(found_all[isbn] for isbn in isbns)


def test_its_page_for_callers_without_a_contact_is_a_refusal() -> None:
    source = OpenLibrary()
    page = reply(Ask(source.home), b"<html>403 Forbidden</html>", 403)
    refusal = source.refusal(page, datetime.now(UTC))
    assert refusal is not None
    assert refusal.kind == "refused"


@pytest.mark.parametrize(
    ("body", "nothing"),
    [
        (b"{}", True),
        (b'{"docs": []}', True),
        (b'{"docs": [1]}', False),
        (b'{"title": "x"}', False),
        (b"7", False),
    ],
)
def test_an_empty_answer_is_told_from_a_full_one(body: bytes, nothing: bool) -> None:
    assert OpenLibrary().says_nothing(reply(Ask("https://openlibrary.org"), body)) is nothing


def test_another_address_can_stand_in_for_the_service() -> None:
    source = OpenLibrary(base_url="http://127.0.0.1:8000/", covers_url="http://127.0.0.1:8001")
    assert source.hosts == {"127.0.0.1:8000", "127.0.0.1:8001"}
    assert next(source.by_isbn(ISBN)).url == f"http://127.0.0.1:8000/isbn/{ISBN}.json"
