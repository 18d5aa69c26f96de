"""Every recorded answer of Open Library is read, or refused by an error of the tree."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booktrack.domain.isbn import is_isbn, parse_isbn
from booktrack.domain.records import EditionRecord, WorkRecord
from booktrack.domain.text import clean
from booktrack.errors import SourceChanged, SourceError
from booktrack.sources.contract import play
from booktrack.sources.openlibrary import OpenLibrary

ISBN = "9780765326355"


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "recorded" / "openlibrary"


def bodies(path: Path) -> Iterator[bytes]:
    """Yield what a file records: itself, or one record a line."""
    data = path.read_bytes()
    if path.suffix == ".jsonl":
        yield from data.splitlines()
    elif path.name == "dump_editions_rows.txt":
        yield from (line.rpartition(b"\t")[2] for line in data.splitlines())
    else:
        yield data


def outcomes(body: bytes, isbn: str = ISBN) -> list[Any]:
    """Return what each question makes of the body as its answer, None for an error of the tree."""
    source = OpenLibrary()
    found = []
    for flow, path in (
        (source.by_isbn(isbn), f"/isbn/{isbn}.json"),
        (source.by_isbns([isbn]), "/api/books.json"),
        (source.by_id("OL1W"), "/works/OL1W.json"),
        (source.search(title="Dune"), "/search.json"),
    ):
        try:
            found.append(play(flow, {path: body})[0])
        except SourceError:
            found.append(None)
    return found


def recorded_edition(body: bytes) -> tuple[dict[str, Any], WorkRecord]:
    """Return an edition as recorded and as read."""
    raw = json.loads(body)
    isbns = [parse_isbn(text) for text in isbns_of(raw)]
    records = outcomes(body, isbns[0])[0]
    assert records, f"{raw['key']} was not read"
    return raw, records[0]


def isbns_of(raw: dict[str, Any]) -> list[str]:
    return [text for text in raw.get("isbn_13", []) + raw.get("isbn_10", []) if is_isbn(text)]


def all_editions(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.glob("*edition*")):
        for body in bodies(path):
            if path.name != "work_editions_sabriel.json" and isbns_of(json.loads(body)):
                yield body


def test_every_file_is_read_without_an_error_outside_the_tree(folder: Path) -> None:
    read = 0
    for path in sorted(folder.iterdir()):
        for body in bodies(path):
            outcomes(body)
            read += 1
    assert read >= 50


def test_every_recorded_edition_gives_what_its_file_says(folder: Path) -> None:
    read = 0
    for body in all_editions(folder):
        raw, record = recorded_edition(body)
        edition = record.editions[0]
        assert record.title.endswith(clean(raw["title"]))
        assert set(edition.isbns) == {parse_isbn(text) for text in isbns_of(raw)}
        publishers = raw.get("publishers", [])
        assert edition.publisher == (clean(publishers[0]) if publishers else None)
        assert edition.page_count == (raw.get("number_of_pages") or None)
        assert edition.format_detail == raw.get("physical_format")
        assert edition.record_id == raw["key"].removeprefix("/books/")
        covers = [one for one in raw.get("covers", []) if one and one > 0]
        assert (edition.cover_url or "").endswith(f"/{covers[0]}-L.jpg" if covers else "")
        assert bool(edition.cover_url) == bool(covers)
        if "publish_date" in raw:
            assert (edition.release_date or "????")[:4] in raw["publish_date"]
        read += 1
    assert read >= 200


@pytest.mark.parametrize(
    ("file", "field", "value"),
    [
        ("edition_sabriel_hardcover.json", "book_format", "hardcover"),
        ("edition_OL10185166M.json", "release_date", "1899-12-31"),
        ("edition_audio_cassette_OL10098417M.json", "book_format", "audiobook"),
        ("edition_unknown_binding_OL10028483M.json", "book_format", "unknown"),
        ("edition_unknown_binding_OL10028483M.json", "format_detail", "Unknown Binding"),
        ("edition_mass_market_OL10100248M.json", "book_format", "paperback"),
        ("edition_OL8984046M_mass_market_fr.json", "language", "fr"),
        ("edition_OL8984046M_mass_market_fr.json", "release_date", "1999-09-01"),
        ("edition_OL8984046M_mass_market_fr.json", "page_count", None),
        ("edition_no_date_OL10076004M.json", "release_date", None),
        (
            "edition_OL1002068M.json",
            "isbns",
            ["9780203281116", "9780415145060", "9780415145077"],
        ),
    ],
)
def test_single_values_of_recorded_editions(
    folder: Path, file: str, field: str, value: object
) -> None:
    _, record = recorded_edition((folder / file).read_bytes())
    assert record.editions[0].model_dump()[field] == value


@pytest.mark.parametrize(
    ("file", "series"),
    [
        ("edition_OL10104899M.json", ("Living in Our World", "1")),
        ("edition_OL1011741M.json", ("NATO ASI series", "24")),
        ("edition_OL16388474M.json", ("Collection Idées", "48")),
        ("edition_OL4992860M.json", ("Idées", "348")),
        ("edition_OL3187531M.json", None),
    ],
)
def test_series_of_recorded_editions(
    folder: Path, file: str, series: tuple[str, str] | None
) -> None:
    body = (folder / file).read_bytes()
    raw = json.loads(body)
    if not isbns_of(raw):
        body = json.dumps(raw | {"isbn_13": [ISBN]}).encode()
    _, record = recorded_edition(body)
    if series is None:
        assert record.series
    else:
        assert (record.series[0].name, record.series[0].position) == series


def test_a_recorded_work_with_its_recorded_editions(folder: Path) -> None:
    replies = {
        "/works/OL15832982W.json": (folder / "work_sabriel.json").read_bytes(),
        "/works/OL15832982W/editions.json": (folder / "work_editions_sabriel.json").read_bytes(),
        "/authors/OL382982A.json": b'{"name": "Garth Nix"}',
    }
    record, _ = play(OpenLibrary().by_id("OL15832982W"), replies)
    assert record is not None
    raw = json.loads(replies["/works/OL15832982W/editions.json"])
    assert record.title == "Sabriel"
    assert record.first_published == "1995"
    assert [person.name for person in record.people] == ["Garth Nix"]
    assert len(record.editions) == len({entry["key"] for entry in raw["entries"]})
    spanish = next(one for one in record.editions if one.record_id == "OL9142127M")
    assert (spanish.language, spanish.release_date) == ("es", "2006-11")
    assert spanish.isbns == ["9788478710539"]


def test_merged_and_deleted_records(folder: Path) -> None:
    work = (folder / "work_redirect_OL100005W.json").read_bytes()
    replies = {
        "/works/OL100005W.json": work,
        "/works/OL27448W.json": b'{"key": "/works/OL27448W", "title": "The Lord of the Rings"}',
    }
    record, asked = play(OpenLibrary().by_id("OL100005W"), replies)
    assert record is not None
    assert record.record_id == "OL27448W"
    assert asked[1].url.endswith("/works/OL27448W.json")
    deleted = {"/works/OL1W.json": (folder / "work_deleted_OL1000619W.json").read_bytes()}
    assert play(OpenLibrary().by_id("OL1W"), deleted)[0] is None


def test_a_recorded_search(folder: Path) -> None:
    body = (folder / "search_dune_fields.json").read_bytes()
    records, _ = play(OpenLibrary().search(title="Dune"), {"/search.json": body})
    assert len(records) == len(json.loads(body)["docs"])
    assert records[0].record_id == "OL893414W"
    assert records[0].first_published == "1965"
    assert next(person.name for person in records[0].people) == "Frank Herbert"
    assert records[0].editions == []  # the mixed ISBNs of a work belong to no edition
    empty = (folder / "search_empty.json").read_bytes()
    assert play(OpenLibrary().search(title="Dune"), {"/search.json": empty})[0] == []


def test_recorded_batch_answers(folder: Path) -> None:
    for file, isbn, title in (
        ("api_books_data_use_of_weapons.json", "9780316030571", "Use of Weapons"),
        ("api_books_data_ombres_errantes.json", None, None),
    ):
        body = (folder / file).read_bytes()
        key = next(iter(json.loads(body))).removeprefix("ISBN:")
        number = isbn or parse_isbn(key)
        found, _ = play(
            OpenLibrary().by_isbns([number]),
            {"/api/books.json": body, "/search.json": b'{"docs": []}'},
        )
        (record,) = found[number]
        assert title is None or record.title == title
        assert record.people
        assert number in record.editions[0].isbns
    script = (folder / "api_books_viewapi_js_wrapped.txt").read_bytes()
    with pytest.raises(SourceChanged, match="not JSON"):
        play(OpenLibrary().by_isbns(["9782859406370"]), {"/api/books.json": script})


CHANGES = st.sampled_from([..., None, "text", -1, 3.5, True, [], {}, [None], [{}], {"key": None}])


@settings(max_examples=100)
@given(seed=st.integers(0, 10**6), change=CHANGES)
def test_a_mutated_answer_is_read_or_refused(folder: Path, seed: int, change: Any) -> None:
    chance = random.Random(seed)
    path = chance.choice(sorted(folder.glob("*.json*")))
    value = json.loads(chance.choice(list(bodies(path))))
    owner, name = value, None
    while isinstance(owner, (dict, list)) and owner:
        name = chance.choice(list(owner) if isinstance(owner, dict) else range(len(owner)))
        if not isinstance(owner[name], (dict, list)) or not owner[name] or chance.random() < 0.4:
            break
        owner = owner[name]
    if name is not None:
        if change is ...:
            del owner[name]
        else:
            owner[name] = change
    isbn = (
        next(map(parse_isbn, isbns_of(value)), ISBN)
        if isinstance(value, dict)
        and all(
            isinstance(value.get(field, []), list)
            and all(isinstance(one, str) for one in value.get(field, []))
            for field in ("isbn_10", "isbn_13")
        )
        else ISBN
    )
    for found in outcomes(json.dumps(value).encode(), isbn):
        assert found is None or isinstance(found, (list, dict, WorkRecord, EditionRecord))
