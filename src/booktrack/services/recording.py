"""Putting what a record says into the library, whether it was typed, imported or fetched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from booktrack.domain.detection import Candidate, Detection, Group, KnownSeries, Placing, detect
from booktrack.domain.identifiers import identifier_key
from booktrack.domain.match import Work, match_works
from booktrack.domain.merge import (
    SERVICES,
    Facts,
    book_values,
    corrected,
    edition_values,
    merge,
)
from booktrack.domain.models import Series, SeriesKind
from booktrack.domain.records import EditionRecord, WorkRecord
from booktrack.domain.series_choices import absorbed, shown_kind, shown_line, shown_name
from booktrack.domain.series_names import series_key
from booktrack.domain.text import clean, fold, fold_key, script
from booktrack.services.price_notes import insert_edition
from booktrack.services.writing import put
from booktrack.store.base import Document, Reader, Transaction


@dataclass(frozen=True)
class Recorded:
    """Where a work went: its book, its editions in the record's order, and what that changed.

    `added` says that the book or an edition of it is new.
    """

    book_id: int
    edition_ids: list[int]
    added: bool
    changed: bool


def detect_series(reader: Reader, works: Sequence[WorkRecord]) -> Detection:
    """Return the series of each work, looked up among the library's own."""

    def home(index: int) -> list[int]:
        found = (find_edition(reader, edition, works[index]) for edition in works[index].editions)
        book = reader.get("books", _book_of(reader, found) or 0) or {}
        return [membership["series_id"] for membership in book.get("memberships", [])]

    return detect(
        [candidate(work) for work in works], lambda keys: known_series(reader, keys), home
    )


def candidate(work: WorkRecord) -> Candidate:
    """Return the work as series detection sees it."""
    return Candidate(work.title, work.authors, tuple(work.series), work.volume)


def known_series(reader: Reader, keys: Iterable[str]) -> list[KnownSeries]:
    """Return the library's series of which a name has one of the keys."""
    ids = sorted({found for key in keys for found in reader.find("series_name", key)})
    documents = reader.get_many("series", ids)
    known = [known_one(reader, series_id, document) for series_id, document in documents.items()]
    return [
        _of_any_kind(one, known) if "kind" in documents[one.id].get("overrides", {}) else one
        for one in known
    ]


def _of_any_kind(mine: KnownSeries, known: Sequence[KnownSeries]) -> KnownSeries:
    """Return a series whose kind the user set: what titles say of it counts no more.

    The kinds of other series of the name are theirs.
    """
    keys = set(map(series_key, mine.names))
    theirs = {
        one.kind for one in known if one.id != mine.id and keys & set(map(series_key, one.names))
    }
    kinds: list[SeriesKind] = [
        kind for kind in get_args(SeriesKind) if kind not in theirs | {mine.kind}
    ]
    both = tuple((kind, mine.edition_line) for kind in kinds)
    return replace(mine, absorbed=(*mine.absorbed, *both))


def known_one(reader: Reader, series_id: int, document: Document) -> KnownSeries:
    """Return a series as detection sees it."""
    books = reader.get_many("books", reader.find("series", str(series_id))).values()
    return KnownSeries(
        id=series_id,
        names=(document["name"], *(alias["name"] for alias in document.get("aliases", []))),
        kind=shown_kind(document),
        edition_line=shown_line(document),
        authors=tuple(document.get("authors", ())),
        taken=tuple(
            (membership["position"], fold(book["title"]))
            for book in books
            for membership in book["memberships"]
            if membership["series_id"] == series_id
            and membership.get("position")
            # A stand-in's title is made up: it tells no two works apart.
            and VOLUME not in book.get("identifiers", {})
        ),
        absorbed=tuple(absorbed(document)),
    )


def record_series(tx: Transaction, groups: Sequence[Group], now: str) -> list[int]:
    """Store the groups and return their series ids, in order."""
    return [_record_group(tx, group, now) for group in groups]


def _record_group(tx: Transaction, group: Group, now: str) -> int:
    if group.id is None:
        document = Series(
            name=clean(group.name),
            kind=group.kind,
            edition_line=group.edition_line,
            authors=group.authors,
            updated_at=now,
        ).dump()
        document["aliases"] = [_alias(name) for name in group.aliases]
        return tx.insert("series", document)
    before = tx.get("series", group.id) or {}
    after = dict(before)
    names = {fold(before["name"])} | {fold(alias["name"]) for alias in before.get("aliases", [])}
    new = [name for name in group.aliases if fold(name) not in names]
    after["aliases"] = before.get("aliases", []) + [_alias(name) for name in new]
    if before.get("kind", "unknown") == "unknown":
        after["kind"] = group.kind
    known = {fold(author) for author in before.get("authors", [])}
    after["authors"] = before.get("authors", []) + [
        author for author in group.authors if fold(author) not in known
    ]
    put(tx, "series", group.id, before, after, now)
    return group.id


def _alias(name: str) -> Document:
    return {"name": clean(name), "script": script(name)}


def record_work(
    tx: Transaction,
    work: WorkRecord,
    placings: Sequence[Placing],
    series_ids: Sequence[int],
    now: str,
    *,
    title: str | None = None,
    book_id: int | None = None,
) -> Recorded:
    """Store a work with its editions: into the book that it is, else as a new one.

    Args:
        tx: the open transaction.
        work: what the record says; editions are matched by identifier first.
        placings: its places in series, as `detect_series` gave them.
        series_ids: the ids of the detection's groups.
        now: the instant to write down.
        title: the title without series and number, where reading it gave one.
        book_id: the book, where the caller knows which it is.
    """
    memberships = [membership_of(placing, series_ids) for placing in placings]
    found = [find_edition(tx, edition, work) for edition in work.editions]
    added = False
    if book_id is None:
        book_id = _book_of(tx, found) or _stand_in(tx, memberships)
        if book_id is not None and not any(found):
            found, added = _fill_in(tx, book_id, found, title or work.title), True
    book_id = book_id or find_book(tx, work, memberships, title)
    facts = _facts(work, book_values(work) | ({"title": title} if title else {}))
    added = added or book_id is None
    changed = False
    if book_id is None:
        document = merge({"added_at": now}, [facts])
        book_id = tx.insert(
            "books", _placed(tx, document, memberships, work.source) | {"updated_at": now}
        )
    else:
        before = tx.get("books", book_id) or {}
        told = corrected(before, facts, now)
        after = _placed(tx, merge(before, told), memberships, work.source)
        changed = put(tx, "books", book_id, before, after, now)
    edition_ids = []
    for record, edition_id in zip(work.editions, found, strict=True):
        edition_id = edition_id or same_edition(tx, book_id, record)
        added = added or edition_id is None
        one, one_changed = _record_edition(tx, book_id, edition_id, record, now)
        edition_ids.append(one)
        changed = changed or one_changed
    return Recorded(book_id, edition_ids, added, changed)


VOLUME = "booktrack_volume"
"""The scheme that names a book made for a volume of which nothing but its number was known."""


def volume_mark(series_id: int, position: str) -> str:
    """Return the identifier of the book that stands in for a volume until it is told of."""
    return f"{series_id}/{position}"


def _stand_in(reader: Reader, memberships: Sequence[Document]) -> int | None:
    for one in memberships:
        key = f"{VOLUME}:{volume_mark(one['series_id'], one['position'] or '')}"
        for book_id, book in reader.get_many("books", reader.find("book_identifier", key)).items():
            if not book.get("origins"):
                return book_id
    return None


def _fill_in(
    tx: Transaction, book_id: int, found: Sequence[int | None], title: str
) -> list[int | None]:
    """Empty a stand-in for the record that tells of it; return the editions with its own one."""
    before = tx.get("books", book_id) or {}
    kept = {name: value for name, value in before.items() if name in _OF_STAND_IN}
    tx.put("books", book_id, {**kept, "title": title})
    own = tx.find("edition_book", str(book_id))[:1]
    return [*(own if found[:1] == [None] else found[:1]), *found[1:]]


_OF_STAND_IN = ("memberships", "not_in_series", "added_at")


def find_edition(
    reader: Reader, record: EditionRecord, work: WorkRecord, apart: Collection[int] = ()
) -> int | None:
    """Return the edition that bears one of the record's identifiers and is of the same work.

    The service's own id counts before the ISBN: services switch the ISBN under one id, and one
    ISBN may stand on two books.
    """
    for key in _own_keys(record):
        for edition_id in reader.find("identifier", key):
            if edition_id not in apart:
                return edition_id
    for isbn in record.isbns[:1]:
        for edition_id in reader.find("identifier", identifier_key("isbn", isbn)):
            if edition_id not in apart and _is_of_work(reader, edition_id, work):
                return edition_id
    return None


def _own_keys(record: EditionRecord) -> list[str]:
    keys = [
        identifier_key(scheme, value)
        for scheme, values in sorted(record.identifiers.items())
        if scheme != "isbn"
        for value in values
    ]
    return keys + ([identifier_key("asin", record.asin)] if record.asin else [])


def _is_of_work(reader: Reader, edition_id: int, work: WorkRecord) -> bool:
    """Whether an edition with the right ISBN is of this work: publishers do use a number twice."""
    edition = reader.get("editions", edition_id)
    book = reader.get("books", edition["book_id"]) if edition else None
    if book is None:
        return False
    here = Work(book["title"], tuple(book.get("authors", ())))
    there = Work(work.title, work.authors)
    shared = set(map(fold, here.authors)) & set(map(fold, there.authors))
    if shared or not here.authors or not there.authors:
        return True
    return match_works(here, there).verdict != "none" or fold(here.title) in fold(there.title)


def _book_of(reader: Reader, edition_ids: Iterable[int | None]) -> int | None:
    for edition_id in edition_ids:
        edition = reader.get("editions", edition_id) if edition_id is not None else None
        if edition is not None:
            return int(edition["book_id"])
    return None


def find_book(
    reader: Reader,
    work: WorkRecord,
    memberships: Sequence[Document],
    title: str | None = None,
    apart: Collection[int] = (),
) -> int | None:
    """Return the book that is the same work by title, author and position; never by title alone.

    The books in `apart` are known to be others.
    """
    ids: set[int] = set()
    for key in _work_keys(work):
        ids.update(reader.find("book_identifier", key))
    ids_by_id = sorted(ids.difference(apart))
    if ids_by_id:
        return ids_by_id[0]
    for text in (title, work.title):
        if text:
            ids.update(reader.find("title", fold_key(text)))
    wanted = _work(reader, title or work.title, work.authors, memberships)
    for book_id, book in reader.get_many("books", sorted(ids.difference(apart))).items():
        offered = _work(
            reader, book["title"], tuple(book.get("authors", ())), book.get("memberships", [])
        )
        if match_works(wanted, offered).verdict in ("strong", "medium"):
            return book_id
    return None


def _work_keys(work: WorkRecord) -> list[str]:
    return [
        identifier_key(scheme, value)
        for scheme, values in sorted(work.identifiers.items())
        for value in values
    ]


def _work(
    reader: Reader, title: str, authors: tuple[str, ...], memberships: Sequence[Document]
) -> Work:
    first = memberships[0] if memberships else {}
    series = reader.get("series", first["series_id"]) if first else None
    # A user moved "Bleach, Vol. 3" to 4: its own title still tells which volume it is.
    moved = first.get("locked") and any(map(str.isdecimal, title))
    return Work(
        title=title,
        authors=authors,
        series=(series["name"],) if series else (),
        series_id=first.get("series_id"),
        position=None if moved else first.get("position"),
        kind=shown_kind(series) if series else "unknown",
    )


def same_edition(
    reader: Reader, book_id: int, record: EditionRecord, apart: Collection[int] = ()
) -> int | None:
    """Return the book's edition that a record without a new identifier must mean.

    A service that names a number means that edition and no other; a row of the owner's file
    means the copy on the shelf, also where that was typed in without its number.
    """
    if record.source in SERVICES and (record.isbns or record.asin):
        return None
    ids = [one for one in reader.find("edition_book", str(book_id)) if one not in apart]
    for edition_id, edition in reader.get_many("editions", ids).items():
        if edition.get("book_format", "unknown") != record.book_format:
            continue
        numbers = (edition.get("isbn_13"), edition.get("asin"))
        if record.isbns and edition.get("isbn_13") and record.isbns[0] not in numbers:
            continue
        if record.asin and edition.get("asin") and record.asin not in numbers:
            continue
        theirs = edition.get("identifiers", {})
        if any(
            scheme in theirs and not set(values) & set(theirs[scheme])
            for scheme, values in record.identifiers.items()
        ):
            continue
        return edition_id
    return None


def _record_edition(
    tx: Transaction, book_id: int, edition_id: int | None, record: EditionRecord, now: str
) -> tuple[int, bool]:
    facts = _facts(record, edition_values(record))
    if edition_id is None:
        document = merge({"book_id": book_id}, [facts])
        return insert_edition(tx, document | {"updated_at": now}, now), True
    before = tx.get("editions", edition_id) or {}
    after = merge(before, corrected(before, facts, now))
    return edition_id, put(tx, "editions", edition_id, before, after, now)


def _facts(record: WorkRecord | EditionRecord, values: dict[str, Any]) -> Facts:
    return Facts(record.source, record.record_id, record.fetched_at, values)


def membership_of(placing: Placing, series_ids: Sequence[int] | Mapping[int, int]) -> Document:
    """Return the membership that a placing makes, by the ids of the detection's groups."""
    return {
        "series_id": series_ids[placing.group],
        "position": placing.position,
        "label": placing.label,
        "sort_key": placing.sort_key,
        "covers": placing.covers,
        "coverage": placing.coverage,
        "slot": placing.slot,
        "needs_review": placing.needs_review,
        "reasons": placing.reasons,
        "locked": False,
    }


def _placed(
    reader: Reader, book: Document, memberships: Sequence[Document], source: str
) -> Document:
    """Return the book with its memberships: what a user has said of them stays as it is."""
    kept = {one["series_id"]: one for one in book.get("memberships", [])}
    if "memberships" in book.get("locked", []):
        return book
    for membership in memberships:
        series_id = membership["series_id"]
        before = kept.get(series_id)
        if before is not None and before.get("locked"):
            kept[series_id] = _contradicted(before, membership, source)
        elif series_id not in book.get("not_in_series", ()) and not (
            before is not None and _says_less(membership, before)
        ):
            kept[series_id] = membership
    return with_memberships(reader, book, list(kept.values()))


def _contradicted(mine: Document, theirs: Document, source: str) -> Document:
    """Return the user's place with a note of what a source says instead."""
    said = f"{source} says {theirs['position']}"
    reasons = mine.get("reasons", [])
    if theirs["position"] in (None, mine.get("position")) or said in reasons:
        return mine
    return {**mine, "reasons": [*reasons, said]}


def _says_less(new: Document, old: Document) -> bool:
    return new["position"] is None and old.get("position") is not None


def with_memberships(reader: Reader, book: Document, memberships: list[Document]) -> Document:
    """Return the book in these series, the primary one first, with the fields that repeat it."""
    first = memberships[0] if memberships else None
    series = reader.get("series", first["series_id"]) if first else None
    position = first.get("position") if first else None
    placed = book | {
        "memberships": memberships,
        "series_name": shown_name(series) if series else None,
        "series_position": position,
    }
    if first and position and VOLUME in book.get("identifiers", {}):
        mark = {VOLUME: [volume_mark(first["series_id"], position)]}
        placed["identifiers"] = book["identifiers"] | mark
    return placed
