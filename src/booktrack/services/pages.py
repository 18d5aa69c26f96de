"""What a page shows in one piece: the shelf of owned books, and one book with all about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from booktrack.domain.identifiers import identifier_key
from booktrack.domain.isbn import parse_isbn
from booktrack.domain.series_choices import shown_kind, shown_line, shown_name
from booktrack.domain.series_labels import Named, series_labels
from booktrack.errors import InvalidInput, InvalidISBN, NotFound, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers, position_answer
from booktrack.services.collector import collector_at_rest
from booktrack.services.context import Context
from booktrack.services.cover_documents import of_edition
from booktrack.services.finding import editions_with_isbn
from booktrack.services.reading_lists import all_readings, by_book
from booktrack.services.reading_shelf import ReadingAnswers, own_readings
from booktrack.store.base import Document, Reader, Store

JSON = dict[str, Any]

STANDALONE = "Standalone"
"""Where pages list books of no series: no series has this label."""

_NAMED_BY_ID = "edition-"
_AT_ONCE = 500
_COUNTS = ("rows", "added", "updated", "unchanged", "skipped", "failed")

_labels: WeakKeyDictionary[Store, tuple[int, dict[int, str]]] = WeakKeyDictionary()


def labels_of(ctx: Context) -> dict[int, str]:
    """Return the name under which pages list each series, by id."""
    revision = ctx.store.catch_up()
    # What a transaction changed itself is in no revision yet.
    kept = None if ctx.store.in_transaction() else _labels.get(ctx.store)
    if kept is None or kept[0] != revision:
        named = {
            id_: Named(shown_name(one), shown_kind(one), shown_line(one))
            for id_, one in ctx.store.all("series")
        }
        kept = (revision, series_labels(named, {STANDALONE, "Standalone Books"}))
        if not ctx.store.in_transaction():
            # What a transaction reads of its own may still be taken back.
            _labels[ctx.store] = kept
    return kept[1]


def shelf(ctx: Context) -> JSON:
    """Return `{total, revision, books}`: every book of which the user owns an edition."""
    with collector_at_rest():  # it would go through all these documents twice for nothing
        return _shelf(ctx)


def _shelf(ctx: Context) -> JSON:
    revision = ctx.store.catch_up()
    labels = labels_of(ctx)
    said: dict[int, Document] = {}
    for part in parts(ctx.store.find("status", f"{ctx.user_id}:own")):
        for status in ctx.store.get_many("statuses", part).values():
            said[status["edition_id"]] = status
    owned: dict[int, dict[int, Document]] = {}
    for part in parts(sorted(said)):
        for id_, edition in ctx.store.get_many("editions", part).items():
            owned.setdefault(edition["book_id"], {})[id_] = edition
    readings = by_book(all_readings(ctx.store, ctx.user_id).items())
    cards: list[JSON] = []
    for part in parts(sorted(owned)):
        with ctx.store.reading() as reader:
            told = ReadingAnswers(reader, ctx.user_id)
            pictures = bool(reader.count("covers"))
            for book_id, book in reader.get_many("books", part).items():
                card = _card(book_id, book, owned[book_id], said, labels)
                card["reading"] = told.summary(readings.get(book_id, {}))
                card["cover"] = picture_of(reader, owned[book_id]) if pictures else None
                cards.append(card)
    _tell_keys_apart(cards)
    return {"total": len(cards), "revision": revision, "books": cards}


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids in parts: nobody else gets at the library while one of them is read."""
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _tell_keys_apart(cards: Iterable[JSON]) -> None:
    """Give each card a key of its own: publishers have used one ISBN twice."""
    seen: set[str] = set()
    for card in cards:
        if card["key"] in seen:
            card["key"] = f"{_NAMED_BY_ID}{card['edition_id']}"
        seen.add(card["key"])


def book_page(ctx: Context, key: int | str) -> JSON:
    """Return one book with its editions, texts and the user's last reading.

    Raises:
        NotFound: the library has no such book.
    """
    ctx.store.catch_up()
    labels = labels_of(ctx)
    with ctx.store.reading() as reader:
        return page_of(ctx, reader, key, labels)


def page_of(ctx: Context, reader: Reader, key: int | str, labels: Mapping[int, str]) -> JSON:
    """Return one book as a page shows it, inside of one reading of the library."""
    named, book_id = _book_of_key(ctx, reader, key)
    answer = Answers(reader, ctx.user_id, ctx.today()).book(book_id)
    book = reader.get("books", book_id) or {}
    order = {"own": 0, "want": 1, "missing": 2}
    editions = sorted(
        answer["editions"], key=lambda one: (order[one["status"]], one["id"] != named, one["id"])
    )
    for edition in editions:
        edition["cover"] = picture_of(reader, [edition["id"]])
    ids = [one["id"] for one in editions]
    return {
        **answer,
        "key": _key(editions[0]["id"], editions[0]) if editions else None,
        "label": labels.get(answer["series_id"]) if answer["series_id"] is not None else None,
        "description": book.get("description"),
        "genres": book.get("genres", []),
        "added_at": book.get("added_at"),
        "editions": editions,
        "cover": picture_of(reader, ids),
        "reading": ReadingAnswers(reader, ctx.user_id).summary(
            own_readings(reader, ctx.user_id, book_id)
        ),
    }


def find_edition(ctx: Context, reader: Reader, key: object) -> int:
    """Return the edition that a page names: by ISBN, ASIN or `edition-<id>`.

    Of several with one number it is one that the user owns.

    Raises:
        NotFound: the library has none.
        InvalidISBN: it is neither.
    """
    text = str(key).strip()
    if text.startswith(_NAMED_BY_ID) and text.removeprefix(_NAMED_BY_ID).isdecimal():
        id_ = int(text.removeprefix(_NAMED_BY_ID)[:18])
        found = [id_] if reader.get("editions", id_) is not None else []
    else:
        found = _numbered(reader, text)
    if not found:
        raise NotFound(f"the library has no edition {shown(text)}", edition=text)
    answer = Answers(reader, ctx.user_id, ctx.today())
    mine = [id_ for id_ in found if (answer.status_of(id_) or {}).get("status") == "own"]
    return (mine or found)[0]


def _numbered(reader: Reader, text: str) -> list[int]:
    """Return the editions with this ISBN or ASIN.

    Raises:
        InvalidISBN: it is neither.
    """
    try:
        isbn = parse_isbn(text)
    except InvalidISBN as error:
        try:
            key = identifier_key("asin", text)
        except InvalidInput:
            raise error from None
        return reader.find("identifier", key)
    return editions_with_isbn(reader, isbn)


def _book_of_key(ctx: Context, reader: Reader, key: int | str) -> tuple[int | None, int]:
    if isinstance(key, int) or (key.isdecimal() and len(key) < 10):
        return None, int(key)
    edition_id = find_edition(ctx, reader, key)
    return edition_id, int((reader.get("editions", edition_id) or {})["book_id"])


def _key(edition_id: int, edition: Mapping[str, Any]) -> str:
    return str(edition.get("isbn_13") or edition.get("asin") or f"{_NAMED_BY_ID}{edition_id}")


def picture_of(reader: Reader, edition_ids: Iterable[int]) -> str | None:
    """Return the SHA-256 of the first picture that the library has of these editions."""
    found = (of_edition(reader, id_) for id_ in edition_ids)
    return next((str(one["sha256"]) for one in found if one), None)


def _card(
    book_id: int,
    book: Document,
    owned: Mapping[int, Document],
    said: Mapping[int, Document],
    labels: Mapping[int, str],
) -> JSON:
    edition_id = min(owned, key=lambda id_: (not owned[id_].get("isbn_13"), id_))
    edition, status = owned[edition_id], said[edition_id]
    covers = (one.get("cover_url") for one in (edition, *owned.values()))
    first = next(iter(book.get("memberships", ())), None)
    place = first or {}
    return {
        "key": _key(edition_id, edition),
        "book_id": book_id,
        "edition_id": edition_id,
        "title": book["title"],
        "subtitle": book.get("subtitle"),
        "authors": book.get("authors", []),
        "series": labels.get(first["series_id"]) if first else None,
        "series_id": first["series_id"] if first else None,
        **position_answer(place.get("position"), place.get("label")),
        "isbn_13": edition.get("isbn_13"),
        "isbn_10": edition.get("isbn_10"),
        "asin": edition.get("asin"),
        "format": edition.get("book_format", "unknown"),
        "publisher": edition.get("publisher"),
        "release_date": edition.get("release_date"),
        "language": edition.get("language"),
        "page_count": edition.get("page_count"),
        "cover_url": next((url for url in covers if url), None),
        "price": edition.get("price"),
        "currency": edition.get("currency"),
        "source": edition.get("source"),
        "description": book.get("description"),
        "genres": book.get("genres", []),
        "notes": status.get("notes"),
        "tags": status.get("tags", []),
        "added_at": status.get("acquired_date") or book.get("added_at") or status.get("updated_at"),
        "updated_at": status.get("updated_at") or book.get("updated_at"),
    }


def imports(ctx: Context, limit: int, offset: int, formats: Sequence[str] | None) -> JSON:
    """Return `{total, limit, offset, imports}`: the files that the user took in, newest first."""
    inputs.whole(limit, "limit", least=1, most=10_000)
    inputs.whole(offset, "offset", least=0, most=10**9)
    names = None if formats is None else inputs.texts(formats, "a format")
    ctx.store.catch_up()
    found = [
        {
            "id": id_,
            "format": one["format"],
            "at": one["at"],
            **{name: one.get(name, 0) for name in _COUNTS},
        }
        for id_, one in ctx.store.all("imports")
        if one["user_id"] == ctx.user_id and (names is None or one["format"] in names)
    ]
    found.reverse()
    return {
        "total": len(found),
        "limit": limit,
        "offset": offset,
        "imports": found[offset : offset + limit],
    }
