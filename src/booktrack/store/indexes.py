"""Indexes: which documents stand under a key. TinyDB has none, so they are kept beside it.

| index             | table    | keys |
| ----------------- | -------- | ---- |
| identifier        | editions | `isbn:<13>`, `asin:<B...>`, `<scheme>:<value>` of each other one |
| edition_book      | editions | the id of its book |
| book_identifier   | books    | `openlibrary:<id>`, `google_books:<id>`, `<scheme>:<value>` |
| series            | books    | the id of each series it belongs to |
| author            | books    | `domain.names.name_key` of each author |
| title             | books    | `domain.text.fold_key` of the title and each alternate title |
| edition_status    | statuses | the id of its edition |
| status            | statuses | `<user_id>:<status>` |
| noted             | statuses | `<user_id>:<word>` of each word of the notes and tags |
| reading_book      | readings | the id of its book |
| reading_status    | readings | `<user_id>:<status>` |
| series_name       | series   | `domain.series_names.series_key` of the name and each alias |
| series_identifier | series   | `<scheme>:<value>` of every identifier |
| fingerprint       | imports  | the fingerprint of the file |
| goal              | goals    | `<user_id>:<year>` |
| edition_price     | prices   | the id of its edition |
| cover             | covers   | `edition:<id>`, or `volume:<series id>:<position>` |
| picture           | covers   | the SHA-256 of the file |

An index is built when it is first asked, by decoding only the fields that it needs, and then
follows every change.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import GenericAlias
from typing import Any, NamedTuple

import msgspec

from booktrack.domain.names import name_key
from booktrack.domain.series_names import series_key
from booktrack.domain.text import fold, fold_key
from booktrack.store.encoding import LARGEST_ID
from booktrack.store.sections import Section

Identifiers = dict[str, list[str]]


class _Edition(msgspec.Struct, gc=False):
    isbn_13: str | None = None
    asin: str | None = None
    identifiers: Identifiers | None = None


class _OfBook(msgspec.Struct, gc=False):
    book_id: int


class _Membership(msgspec.Struct, gc=False):
    series_id: int


class _InSeries(msgspec.Struct, gc=False):
    memberships: tuple[_Membership, ...] = ()


class _Book(msgspec.Struct, gc=False):
    openlibrary_id: str | None = None
    google_books_id: str | None = None
    identifiers: Identifiers | None = None


class _Authors(msgspec.Struct, gc=False):
    authors: tuple[str, ...] = ()


class _Titles(msgspec.Struct, gc=False):
    title: str
    alternate_titles: tuple[str, ...] = ()


class _OfEdition(msgspec.Struct, gc=False):
    edition_id: int


class _UserStatus(msgspec.Struct, gc=False):
    user_id: int
    status: str


class _Noted(msgspec.Struct, gc=False):
    user_id: int
    notes: str | None = None
    tags: tuple[str, ...] = ()


class _Alias(msgspec.Struct, gc=False):
    name: str


class _Series(msgspec.Struct, gc=False):
    name: str
    aliases: tuple[_Alias, ...] = ()


class _Identified(msgspec.Struct, gc=False):
    identifiers: Identifiers | None = None


class _Import(msgspec.Struct, gc=False):
    fingerprint: str


class _Goal(msgspec.Struct, gc=False):
    user_id: int
    year: int


class _Pictured(msgspec.Struct, gc=False):
    edition_id: int | None = None
    series_id: int | None = None
    position: str | None = None


class _Picture(msgspec.Struct, gc=False):
    sha256: str


Key = str | int


class Definition(NamedTuple):
    """What an index holds: of which table, which fields, and the keys made of them."""

    table: str
    fields: type[msgspec.Struct]
    keys: Callable[[Any], Iterable[Key]]
    numbers: bool = False


def _identifiers(found: Identifiers | None) -> Iterator[str]:
    for scheme, values in (found or {}).items():
        for value in values:
            yield f"{scheme}:{value}"


def _edition_keys(edition: _Edition) -> Iterator[str]:
    if edition.isbn_13:
        yield f"isbn:{edition.isbn_13}"
    if edition.asin:
        yield f"asin:{edition.asin}"
    yield from _identifiers(edition.identifiers)


def _book_keys(book: _Book) -> Iterator[str]:
    if book.openlibrary_id:
        yield f"openlibrary:{book.openlibrary_id}"
    if book.google_books_id:
        yield f"google_books:{book.google_books_id}"
    yield from _identifiers(book.identifiers)


def _user_status(found: _UserStatus) -> tuple[str]:
    return (f"{found.user_id}:{found.status}",)


def _noted_keys(found: _Noted) -> Iterator[str]:
    if found.notes or found.tags:
        # Loaded where there are notes: it brings the comparing of typos with it.
        from booktrack.domain.search_words import index_words

        for text in (found.notes or "", *found.tags):
            for word in index_words(fold(text)):
                yield f"{found.user_id}:{word}"


def _author_keys(found: _Authors) -> Iterator[str]:
    return map(name_key, found.authors)


def _series_name_keys(found: _Series) -> Iterator[str]:
    return map(series_key, (found.name, *(alias.name for alias in found.aliases)))


def _cover_keys(found: _Pictured) -> Iterator[str]:
    if found.edition_id is not None:
        yield f"edition:{found.edition_id}"
    if found.series_id is not None:
        yield f"volume:{found.series_id}:{found.position}"


DEFINITIONS: Mapping[str, Definition] = {
    "identifier": Definition("editions", _Edition, _edition_keys),
    "edition_book": Definition("editions", _OfBook, lambda found: (found.book_id,), True),
    "book_identifier": Definition("books", _Book, _book_keys),
    "series": Definition(
        "books", _InSeries, lambda found: (part.series_id for part in found.memberships), True
    ),
    "author": Definition("books", _Authors, _author_keys),
    "title": Definition(
        "books", _Titles, lambda found: map(fold_key, (found.title, *found.alternate_titles))
    ),
    "edition_status": Definition("statuses", _OfEdition, lambda found: (found.edition_id,), True),
    "status": Definition("statuses", _UserStatus, _user_status),
    "noted": Definition("statuses", _Noted, _noted_keys),
    "reading_book": Definition("readings", _OfBook, lambda found: (found.book_id,), True),
    "reading_status": Definition("readings", _UserStatus, _user_status),
    "series_name": Definition("series", _Series, _series_name_keys),
    "series_identifier": Definition(
        "series", _Identified, lambda found: _identifiers(found.identifiers)
    ),
    "fingerprint": Definition("imports", _Import, lambda found: (found.fingerprint,)),
    "goal": Definition("goals", _Goal, lambda found: (f"{found.user_id}:{found.year}",)),
    "edition_price": Definition("prices", _OfEdition, lambda found: (found.edition_id,), True),
    "cover": Definition("covers", _Pictured, _cover_keys),
    "picture": Definition("covers", _Picture, lambda found: (found.sha256,)),
}


def definition(name: str) -> Definition:
    """Return the definition of an index.

    Raises:
        KeyError: there is no such index; this is a mistake in the program, not in its input.
    """
    if name not in DEFINITIONS:
        raise KeyError(f"no index {name!r}; there are {', '.join(DEFINITIONS)}")
    return DEFINITIONS[name]


class Index:
    """The ids under each key, ascending, following every change."""

    def __init__(self, what: Definition) -> None:
        self.table = what.table
        self._what = what
        # One id is kept bare: most keys have one, and a list for each would cost 56 bytes.
        self._ids: dict[Key, int | list[int]] = {}
        self._one = msgspec.json.Decoder(what.fields)
        self._many = msgspec.json.Decoder(GenericAlias(dict, (int, what.fields)), strict=False)

    def build(self, section: Section) -> None:
        """Take in a whole table, whose ids are greater than all that are there."""
        for key, doc_id in self._pairs(section):
            self._add(key, doc_id)

    def find(self, key: str) -> list[int]:
        """Return the ids under the key."""
        return self._found(key)

    def change(self, doc_id: int, before: bytes | None, after: bytes | None) -> None:
        """Follow one document."""
        new = self._keys(after)
        if before is not None:
            old = self._keys(before)
            for key in old - new:
                self._remove(key, doc_id)
            new -= old
        for key in new:
            self._add(key, doc_id)

    def as_dict(self) -> dict[str, list[int]]:
        """Return all keys with their ids, to compare an index with a recount."""
        return {str(key): self.find(str(key)) for key in self._ids}

    def _pairs(self, section: Section) -> Iterator[tuple[Key, int]]:
        keys_of = self._what.keys
        for chunk in section.chunks():
            for doc_id, fields in self._many.decode(chunk).items():
                for key in keys_of(fields):
                    yield key, doc_id

    def _found(self, key: Key) -> list[int]:
        found = self._ids.get(key)
        if found is None:
            return []
        return [found] if isinstance(found, int) else found.copy()

    def _keys(self, raw: bytes | None) -> set[Key]:
        return set() if raw is None else set(self._what.keys(self._one.decode(raw)))

    def _add(self, key: Key, doc_id: int) -> None:
        there = self._ids.get(key)
        if there is None:
            self._ids[key] = doc_id
        elif isinstance(there, int):
            if there != doc_id:
                self._ids[key] = [min(there, doc_id), max(there, doc_id)]
        elif there[-1] < doc_id:
            there.append(doc_id)
        elif there[bisect_left(there, doc_id)] != doc_id:
            insort(there, doc_id)

    def _remove(self, key: Key, doc_id: int) -> None:
        there = self._ids.get(key)
        if isinstance(there, list):
            # Not list.remove, which would compare the 100,000 ids of "1:own" one by one.
            del there[bisect_left(there, doc_id)]
            if len(there) == 1:
                self._ids[key] = there[0]
        elif there == doc_id:
            del self._ids[key]


class NumberIndex(Index):
    """An index whose keys are ids: of the snapshot it keeps two arrays, of the changes dicts.

    A dict of 100,000 numbers takes 12 MB, the arrays 1.6 MB.
    """

    def __init__(self, what: Definition) -> None:
        super().__init__(what)
        self._keys_there = array("q")
        self._ids_there = array("q")
        self._gone: set[tuple[Key, int]] = set()

    def build(self, section: Section) -> None:
        """Take in a whole table, before any change."""
        keys, ids = array("q"), array("q")
        for key, doc_id in self._pairs(section):
            if abs(int(key)) > LARGEST_ID:
                self._add(key, doc_id)  # leads nowhere, but must not end the reading of the others
                continue
            keys.append(int(key))
            ids.append(doc_id)
        # Sorting is stable, so the ids of one key stay ascending.
        order = sorted(range(len(keys)), key=keys.__getitem__)
        self._keys_there = array("q", [keys[place] for place in order])
        self._ids_there = array("q", [ids[place] for place in order])

    def find(self, key: str) -> list[int]:
        """Return the ids under the key."""
        if not key.isdecimal():
            return []
        number = int(key)
        there = self._there(number)
        if self._gone:
            there = [doc_id for doc_id in there if (number, doc_id) not in self._gone]
        fresh = self._found(number)
        return sorted({*there, *fresh}) if there and fresh else there or fresh

    def as_dict(self) -> dict[str, list[int]]:
        """Return all keys with their ids, to compare an index with a recount."""
        keys = {str(key): self.find(str(key)) for key in {*self._keys_there, *self._ids}}
        return {key: ids for key, ids in keys.items() if ids}

    def _there(self, number: int) -> list[int]:
        first = bisect_left(self._keys_there, number)
        last = bisect_right(self._keys_there, number, first)
        # A book that names a series twice stands there twice.
        return list(dict.fromkeys(self._ids_there[first:last]))

    def _add(self, key: Key, doc_id: int) -> None:
        if (key, doc_id) in self._gone:
            self._gone.discard((key, doc_id))
        else:
            super()._add(key, doc_id)

    def _remove(self, key: Key, doc_id: int) -> None:
        if doc_id in self._found(key):
            super()._remove(key, doc_id)
        else:
            self._gone.add((key, doc_id))


def index_of(name: str) -> Index:
    """Return an empty index of that name.

    Raises:
        KeyError: there is no such index.
    """
    what = definition(name)
    return NumberIndex(what) if what.numbers else Index(what)
