from __future__ import annotations

from typing import Any

import pytest

from booktrack.domain.merge import (
    Facts,
    book_values,
    edition_values,
    merge,
    provenance,
    release,
)
from booktrack.domain.models import Book, Contributor, Edition
from booktrack.domain.records import EditionRecord, SeriesClaim, WorkRecord


def said(
    source: str, at: str | None = "2026-01-01", record: str | None = "1", **values: Any
) -> Facts:
    return Facts(source, record, at, values)


def chosen(field: str, *facts: Facts) -> Any:
    """Return the value that wins, whichever way round the facts come."""
    there, back = merge({}, facts), merge({}, reversed(facts))
    assert there == back
    return there[field]


def test_the_first_word_is_taken_with_its_origin() -> None:
    merged = merge({"book_id": 3}, [said("openlibrary", publisher="Tor", page_count=1007)])
    assert merged == {
        "book_id": 3,
        "publisher": "Tor",
        "page_count": 1007,
        "origins": [
            {
                "source": "openlibrary",
                "record": "1",
                "at": "2026-01-01",
                "fields": ["page_count", "publisher"],
            }
        ],
        "alternatives": {},
    }


def test_what_loses_is_kept_as_an_alternative() -> None:
    merged = merge({}, [said("openlibrary", page_count=1007), said("handylib", page_count=1001)])
    assert merged["page_count"] == 1007
    assert merged["alternatives"] == {
        "page_count": [{"value": 1001, "source": "handylib", "record": "1", "at": "2026-01-01"}]
    }


def test_two_sources_that_agree_beat_a_preferred_one() -> None:
    assert (
        chosen(
            "page_count",
            said("openlibrary", page_count=700),
            said("googlebooks", page_count=720),
            said("handylib", page_count=720.0),
        )
        == 720
    )


def test_agreement_looks_past_case_accents_and_punctuation() -> None:
    assert (
        chosen(
            "publisher",
            said("openlibrary", publisher="Orbit"),
            said("googlebooks", publisher="Hodder & Stoughton"),
            said("handylib", publisher="Hodder and Stoughton"),
        )
        == "Hodder & Stoughton"
    )


def test_two_records_of_one_source_are_one_voice() -> None:
    assert (
        chosen(
            "page_count",
            said("openlibrary", page_count=700),
            said("handylib", record="1", page_count=720),
            said("handylib", record="2", page_count=720),
        )
        == 700
    )


@pytest.mark.parametrize(
    ("field", "better", "worse"),
    [
        ("release_date", "openlibrary", "googlebooks"),
        ("publisher", "googlebooks", "handylib"),
        ("page_count", "openlibrary", "goodreads"),
        ("price", "googlebooks", "handylib"),
        ("price", "audible", "handylib"),
        ("price", "audible", "openlibrary"),
        ("description", "googlebooks", "openlibrary"),
        ("description", "openlibrary", "anilist"),
        ("title", "handylib", "openlibrary"),
        ("duration_minutes", "audible", "hardcover"),
        ("publisher", "animenewsnetwork", "a_plug_in"),
    ],
)
def test_each_field_has_its_preferred_sources(field: str, better: str, worse: str) -> None:
    values: dict[str, Any] = {
        "release_date": ("2009", "2010"),
        "publisher": ("Tor", "Gollancz"),
        "price": (9.99, 8.0),
    }
    good, bad = values.get(field, ("one", "another"))
    assert chosen(field, said(better, **{field: good}), said(worse, **{field: bad})) == good


def test_a_date_is_borne_out_by_a_less_precise_one_and_stands_for_both() -> None:
    assert (
        chosen(
            "release_date",
            said("openlibrary", release_date="2010"),
            said("goodreads", release_date="2010-08-31"),
        )
        == "2010-08-31"
    )
    assert (
        chosen(
            "release_date",
            said("openlibrary", release_date="2011"),
            said("goodreads", release_date="2010-08-31"),
            said("handylib", release_date="2010-08"),
        )
        == "2010-08-31"
    )


def test_of_equals_the_more_precise_the_newer_and_the_first_name_win() -> None:
    assert (
        chosen(
            "release_date",
            said("goodreads", release_date="2010"),
            said("handylib", release_date="2011-05"),
        )
        == "2011-05"
    )
    assert (
        chosen(
            "publisher",
            said("goodreads", at="2026-01-01", publisher="Tor"),
            said("handylib", at="2026-02-01", publisher="Gollancz"),
        )
        == "Gollancz"
    )
    assert (
        chosen("publisher", said("storygraph", publisher="Tor"), said("goodreads", publisher="Ace"))
        == "Ace"
    )


@pytest.mark.parametrize("nothing", [None, "", [], {}, "unknown"])
def test_an_empty_value_never_beats_one(nothing: Any) -> None:
    assert (
        chosen(
            "book_format",
            said("handylib", book_format="ebook"),
            said("openlibrary", book_format=nothing),
        )
        == "ebook"
    )


def test_the_users_own_word_beats_every_source() -> None:
    facts = [
        said("openlibrary", publisher="Orbit"),
        said("googlebooks", publisher="Orbit"),
        said("user", at=None, record=None, publisher="Tor"),
    ]
    assert chosen("publisher", *facts) == "Tor"
    assert chosen("authors", said("user", authors=["A"]), said("openlibrary", authors=["B"])) == [
        "A"
    ]


def test_a_locked_field_keeps_its_value_and_notes_what_is_said() -> None:
    document = {"publisher": "My own", "locked": ["publisher"]}
    merged = merge(document, [said("openlibrary", publisher="Tor", language="en")])
    assert merged["publisher"] == "My own"
    assert merged["language"] == "en"
    assert [claim["value"] for claim in merged["alternatives"]["publisher"]] == ["Tor"]


def test_a_refreshed_record_takes_back_what_it_said_before() -> None:
    before = merge({}, [said("openlibrary", at="2026-01-01", publisher="Tro", page_count=5)])
    after = merge(before, [said("openlibrary", at="2026-02-01", publisher="Tor")])
    assert after["publisher"] == "Tor"
    assert after["page_count"] == 5
    assert after["alternatives"] == {}


def test_lists_are_unions_in_the_order_of_the_better_source() -> None:
    facts = [
        said("openlibrary", genres=["Fantasy", "Epic"], alternate_titles=["Der Weg der Könige"]),
        said("hardcover", genres=["epic", "Adventure"], alternate_titles=["La voie des rois"]),
    ]
    assert chosen("genres", *facts) == ["epic", "Adventure", "Fantasy"]
    assert chosen("alternate_titles", *facts) == ["Der Weg der Könige", "La voie des rois"]


def test_authors_are_joined_by_person_and_contributors_by_person_and_role() -> None:
    assert chosen(
        "authors",
        said("handylib", authors=["L. J. Ross"]),
        said("openlibrary", authors=["L.J. Ross", "Ann Other"]),
    ) == ["L. J. Ross", "Ann Other"]
    translator = {"name": "Constance Garnett", "role": "Translator"}
    editor = {"name": "Garnett, Constance", "role": "Editor"}
    assert chosen(
        "contributors",
        said("openlibrary", contributors=[translator]),
        said("googlebooks", contributors=[editor, {**translator, "role": "translator"}]),
    ) == [translator, editor]


def test_identifiers_are_joined_scheme_by_scheme() -> None:
    assert chosen(
        "identifiers",
        said("openlibrary", identifiers={"goodreads": ["1"], "oclc": ["x"]}),
        said("goodreads", identifiers={"goodreads": ["2", "1"]}),
    ) == {"goodreads": ["1", "2"], "oclc": ["x"]}


def test_a_currency_comes_from_a_record_with_the_same_price() -> None:
    google = said("googlebooks", price=9.99, currency="EUR")
    file = said("handylib", price=9.0, currency="USD")
    assert chosen("currency", google, file) == "EUR"
    bare = said("googlebooks", price=9.99)
    assert chosen("currency", bare, file) is None
    assert chosen("currency", bare, said("handylib", price=9.99, currency="USD")) == "USD"


def test_the_words_of_a_format_come_with_the_format() -> None:
    assert (
        chosen(
            "format_detail",
            said("openlibrary", book_format="paperback", format_detail="Mass Market Paperback"),
            said("handylib", book_format="hardcover", format_detail="Hardback"),
        )
        == "Mass Market Paperback"
    )
    assert (
        chosen("format_detail", said("openlibrary", format_detail="Sheet music")) == "Sheet music"
    )


def test_what_was_meant_by_a_locked_field_is_locked_with_it() -> None:
    document = {"price": 5.0, "currency": "EUR", "locked": ["price"]}
    merged = merge(document, [said("googlebooks", price=9.99, currency="USD")])
    assert (merged["price"], merged["currency"]) == (5.0, "EUR")


def test_a_value_without_origin_yields_to_a_source_and_is_not_lost() -> None:
    merged = merge({"publisher": "Old", "language": "en"}, [said("openlibrary", publisher="Tor")])
    assert merged["publisher"] == "Tor"
    assert merged["language"] == "en"
    assert merged["alternatives"]["publisher"][0]["value"] == "Old"
    assert merge({"publisher": "TOR"}, [said("openlibrary", publisher="Tor")])["alternatives"] == {}


def test_the_given_document_is_not_changed() -> None:
    document: dict[str, Any] = {"genres": ["a"], "identifiers": {"x": ["1"]}}
    merged = merge(document, [said("openlibrary", genres=["b"], identifiers={"x": ["2"]})])
    merged["genres"].append("c")
    assert document == {"genres": ["a"], "identifiers": {"x": ["1"]}}


def test_a_field_has_a_dozen_claims_at_most() -> None:
    merged = merge({}, [said(f"source{n:02}", publisher=f"Publisher {n}") for n in range(40)])
    assert len(merged["alternatives"]["publisher"]) == 11


def test_a_field_can_be_decided_anew_from_what_is_known() -> None:
    merged = merge({}, [said("openlibrary", publisher="Tor"), said("goodreads", publisher="Ace")])
    assert merge({**merged, "publisher": "Ace"}, [], ["publisher"])["publisher"] in ("Tor", "Ace")


def test_an_unlocked_field_goes_back_to_what_the_sources_say() -> None:
    document = merge({}, [said("openlibrary", publisher="Tor", page_count=5)])
    edited = merge(
        document, [said("user", at="2026-03-01", record=None, publisher="Mine", title="T")]
    )
    edited["locked"] = ["publisher", "title", "page_count"]
    freed = release(edited, ["publisher", "title"])
    assert freed["publisher"] == "Tor"
    assert freed["title"] == "T"
    assert freed["locked"] == ["page_count"]
    assert "publisher" not in freed["alternatives"]


def test_provenance_tells_who_said_what() -> None:
    merged = merge(
        {"locked": ["page_count"], "page_count": 4, "title": "T"},
        [
            said(
                "openlibrary", publisher="Tor", page_count=5, genres=["a"], identifiers={"x": ["1"]}
            ),
            said("goodreads", publisher="TOR", genres=["b"], identifiers={"x": ["2"]}),
            said("handylib", publisher="Ace"),
        ],
    )
    told = provenance(merged)
    assert told["publisher"] == {
        "value": "Tor",
        "source": "openlibrary",
        "record": "1",
        "at": "2026-01-01",
        "also": ["goodreads"],
        "locked": False,
        "rejected": [{"value": "Ace", "source": "handylib", "record": "1", "at": "2026-01-01"}],
    }
    assert told["page_count"]["locked"]
    assert [claim["value"] for claim in told["page_count"]["rejected"]] == [5]
    assert told["genres"]["rejected"] == []
    assert told["genres"]["also"] == ["goodreads"]
    assert told["identifiers"]["rejected"] == []
    assert "title" not in told


def test_provenance_of_a_value_that_nobody_said_names_nobody() -> None:
    merged = merge({}, [said("openlibrary", publisher="Tor")])
    told = provenance(
        {
            **merged,
            "publisher": "Other",
            "origins": [],
            "alternatives": {"publisher": [{"value": "Tor", "source": "openlibrary"}]},
        }
    )
    assert told["publisher"]["source"] is None
    assert told["publisher"]["also"] == []


WORK = WorkRecord(
    source="openlibrary",
    record_id="OL1W",
    title="The Idiot",
    people=[
        Contributor(name="Fyodor Dostoevsky"),
        Contributor(name="Constance Garnett", role="Translator"),
    ],
    series=[SeriesClaim(name="World's classics")],
    first_published="1869",
    identifiers={"openlibrary": ["OL9M", "OL1W"], "googlebooks": ["abc"]},
)


def test_a_books_values_fit_its_document() -> None:
    values = book_values(WORK)
    assert values["authors"] == ["Fyodor Dostoevsky"]
    assert values["contributors"] == [{"name": "Constance Garnett", "role": "Translator"}]
    assert values["openlibrary_id"] == "OL1W"
    assert values["google_books_id"] == "abc"
    assert "subtitle" not in values
    Book.check(merge({}, [Facts("openlibrary", "OL1W", None, values)]))


def test_an_editions_values_fit_its_document() -> None:
    record = EditionRecord(source="openlibrary", isbns=["9780140143508"], book_format="ebook")
    values = edition_values(record)
    assert values == {
        "isbn_13": "9780140143508",
        "isbn_10": "0140143505",
        "book_format": "ebook",
        "source": "openlibrary",
    }
    Edition.check(merge({"book_id": 1}, [Facts("openlibrary", None, None, values)]))
    assert edition_values(EditionRecord(source="x")) == {"source": "x"}
    assert "isbn_10" not in edition_values(EditionRecord(source="x", isbns=["9798400900136"]))


def test_an_origin_of_a_value_that_is_gone_says_nothing() -> None:
    merged = merge({}, [said("openlibrary", publisher="Tor")])
    again = merge({**merged, "publisher": None}, [said("goodreads", publisher="Ace")])
    assert again["publisher"] == "Ace"


def test_a_number_in_the_place_of_a_title_gives_way_to_any_title():
    listed = Facts("isbn_list", "1", None, {"title": "[ISBN 9780441013593]"})
    told = Facts("openlibrary", "OL1W", None, {"title": "Dune"})
    for facts in ([listed, told], [told, listed]):
        assert merge({}, facts)["title"] == "Dune"
    assert merge({}, [listed])["title"] == "[ISBN 9780441013593]"
