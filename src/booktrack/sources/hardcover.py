"""Hardcover: works with their editions and places in series, by the token of an account.

GraphQL over one address. Free accounts may ask 60 times a minute and 5,000 times a day, each
top-level field counts as one; `_like` and its kin are switched off, so names are found by
`search` (hardcover-docs, Getting-Started).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

from booktrack.domain.isbn import parse_isbn, to_isbn10
from booktrack.domain.records import SeriesRecord, WorkRecord
from booktrack.errors import SourceChanged, SourceError, SourceRefused
from booktrack.sources.base import Ask, BaseSource, Flow, Limits, Refusal, Reply
from booktrack.sources.fields import read_each
from booktrack.sources.graphql import data_of, faults_in, has_data, question
from booktrack.sources.hardcover_payloads import Book, Document, Edition, Hit, Series, hits_in
from booktrack.sources.hardcover_records import (
    HOME,
    NAME,
    found_record,
    series_record,
    work_record,
)
from booktrack.sources.keys import secret_from

VARIABLE = "BOOKTRACK_HARDCOVER_TOKEN"
BATCH = 50
"""ISBNs in one question."""

_TOKEN_HINT = (
    f"make one at {HOME}/account/api (the scope read:catalog is enough) and set {VARIABLE} or the "
    "setting hardcover_token"
)
_MOST_FOUND = 25
_MOST_SERIES = 3

_EDITION = """id title isbn_13 isbn_10 asin edition_format physical_format reading_format_id pages
  audio_seconds release_date publisher { name } language { language code2 code3 } image { url }"""
_BOOK = """id canonical_id slug title subtitle description release_date cached_tags
  contributions { contribution author { name } }
  book_series { position details featured compilation series { id name } }"""
_EDITIONS = f"editions(limit: 50, order_by: {{users_count: desc_nulls_last}}) {{ {_EDITION} }}"
_BY_ISBN = """query ($thirteen: [String!]!, $ten: [String!]!, $limit: Int!) {
  editions(
    where: {_or: [{isbn_13: {_in: $thirteen}}, {isbn_10: {_in: $ten}}]}, limit: $limit
  ) { %s book { %s } }
}"""
_ONE_ISBN = _BY_ISBN % (_EDITION, f"{_BOOK} {_EDITIONS}")
_MANY_ISBNS = _BY_ISBN % (_EDITION, _BOOK)
_BOOKS = (
    f"query ($ids: [Int!]!) {{ books(where: {{id: {{_in: $ids}}}}) {{ {_BOOK} {_EDITIONS} }} }}"
)
_SEARCH = """query ($words: String!, $kind: String!, $limit: Int!) {
  search(query: $words, query_type: $kind, per_page: $limit, page: 1) { results }
}"""
_SERIES = """query ($ids: [Int!]!) {
  series(where: {id: {_in: $ids}, canonical_id: {_is_null: true}}) {
    id name slug is_completed primary_books_count author { name }
    book_series(
      where: {
        compilation: {_eq: false}
        book: {canonical_id: {_is_null: true}, is_partial_book: {_eq: false}}
      }
      order_by: [{position: asc_nulls_last}, {book: {users_count: desc_nulls_last}}]
      limit: 300
    ) {
      position details compilation
      book {
        id canonical_id is_partial_book slug title release_date image { url }
        contributions { contribution author { name } }
      }
    }
  }
}"""


class Hardcover(BaseSource):
    """The catalogue that Hardcover's librarians keep.

    Args:
        token: Of the user's own account; without one nothing is asked.
        base_url: Where the service is, for tests.
    """

    name = NAME
    title = "Hardcover"
    home = HOME
    limits = Limits(requests=60, seconds=60, per_day=5000)
    capabilities = frozenset({"by_isbn", "by_isbns", "by_id", "search", "series"})

    def __init__(
        self, token: str | None = None, base_url: str = "https://api.hardcover.app/v1/graphql"
    ) -> None:
        # The account page shows the token with "Bearer " in front, ready to be copied.
        self._token = re.sub(r"^bearer\b\s*", "", (token or "").strip(), flags=re.IGNORECASE)
        self._url = base_url
        self.hosts = frozenset({urlsplit(base_url).netloc})

    @property
    def configured(self) -> bool:
        """Whether there is a token: without one Hardcover answers nobody."""
        return bool(self._token)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Return the source with the token of the environment, else of the settings."""
        return cls(**{**settings, "token": secret_from(settings, "token", VARIABLE)})

    def refusal(self, reply: Reply, now: datetime) -> Refusal | None:
        """Return what status and errors say; queries that do not fit are told with status 200."""
        faults = faults_in(reply)
        if reply.status == 200 and (not faults or has_data(reply)):
            return None
        message = faults[0].message if faults else f"HTTP {reply.status}"
        code = faults[0].code if faults else None
        if reply.status == 401 or code in ("invalid-jwt", "access-denied", "invalid-headers"):
            return Refusal("refused", f"Hardcover refuses the token: {message}; {_TOKEN_HINT}")
        if reply.status in (200, 400, 422) or code == "top_level_limit_exceeded":
            return Refusal("changed", f"Hardcover does not take the question: {message}")
        if reply.status == 403:
            return Refusal("refused", f"Hardcover refuses: {message}; {_TOKEN_HINT}")
        return super().refusal(reply, now)

    def says_nothing(self, reply: Reply) -> bool:
        """Return whether nothing was found.

        Raises:
            SourceChanged: the answer is no answer, and is not kept as one.
        """
        data = data_of(reply, self.name)
        if "search" in data:
            return not self._hits(reply)
        return not any(data.values())

    # --- what can be asked ---------------------------------------------------------------

    def by_isbn(self, isbn: str) -> Flow[list[WorkRecord]]:
        """Return the works with an edition of this ISBN; that edition stands first."""
        number = parse_isbn(isbn)
        found = yield from self._editions(_ONE_ISBN, [number], 10)
        return found.get(number, [])

    def by_isbns(self, isbns: Sequence[str]) -> Flow[dict[str, list[WorkRecord]]]:
        """Return the works of many ISBNs, in one request for 50, with the editions asked for."""
        numbers = list(dict.fromkeys(parse_isbn(isbn) for isbn in isbns))
        found: dict[str, list[WorkRecord]] = {number: [] for number in numbers}
        for start in range(0, len(numbers), BATCH):
            some = numbers[start : start + BATCH]
            found |= yield from self._editions(_MANY_ISBNS, some, 4 * BATCH)
        return found

    def by_id(self, record_id: str) -> Flow[WorkRecord | None]:
        """Return a work by its id, "427971"; of a merged one the work that it went into."""
        if not _is_id(record_id):
            return None
        found = yield from self._books([record_id])
        merged_into = found[0].record_id if found else None
        if merged_into and merged_into != record_id and _is_id(merged_into):
            found = (yield from self._books([merged_into])) or found
        return found[0] if found else None

    def search(
        self, *, title: str | None = None, author: str | None = None, limit: int = 10
    ) -> Flow[list[WorkRecord]]:
        """Return works by title or author, best first, with their editions."""
        words = " ".join(f"{title or ''} {author or ''}".split())
        if not words:
            return []
        reply = yield self._question(
            _SEARCH, {"words": words, "kind": "Book", "limit": max(1, min(limit, _MOST_FOUND))}
        )
        documents = [] if reply.missing else read_each(Document, self._hits(reply), self.name)
        ids = [one.id for one in documents if one.id and _is_id(one.id)]
        try:
            whole = (yield from self._books(ids)) if ids else []
        except SourceError:
            whole = []  # the search itself tells enough to choose by
        by_id = {one.record_id: one for one in whole}
        return [by_id.get(one.id) or found_record(one, reply) for one in documents]

    def series(self, name: str) -> Flow[list[SeriesRecord]]:
        """Return the series that may be meant, best first, with their books by position."""
        words = " ".join(name.split())
        if not words:
            return []
        reply = yield self._question(
            _SEARCH, {"words": words, "kind": "Series", "limit": _MOST_SERIES}
        )
        hits = [] if reply.missing else read_each(Hit, self._hits(reply), self.name)
        ids = [hit.id for hit in hits if hit.id and _is_id(hit.id)]
        return (yield from self._series(ids)) if ids else []

    def series_by_id(self, record_id: str) -> Flow[SeriesRecord | None]:
        """Return a series by its id, "1053"."""
        if not _is_id(record_id):
            return None
        return next(iter((yield from self._series([record_id]))), None)

    # --- requests ------------------------------------------------------------------------

    def _question(self, query: str, variables: dict[str, Any]) -> Ask:
        if not (self._token and self._token.isascii() and self._token.isprintable()):
            what = "a token that can be none" if self._token else "nobody without a token"
            raise SourceRefused(f"Hardcover answers {what}; {_TOKEN_HINT}", source=self.name)
        return question(self._url, query, variables, {"authorization": f"Bearer {self._token}"})

    def _editions(
        self, query: str, isbns: Sequence[str], limit: int
    ) -> Flow[dict[str, list[WorkRecord]]]:
        ten = [old for isbn in isbns if (old := to_isbn10(isbn))]
        reply = yield self._question(query, {"thirteen": list(isbns), "ten": ten, "limit": limit})
        found: dict[str, list[WorkRecord]] = {isbn: [] for isbn in isbns}
        editions = read_each(Edition, self._rows(reply, "editions"), self.name)
        for isbn in isbns:
            for book, some in _by_work([one for one in editions if isbn in one.isbns]):
                others = read_each(Edition, book.editions, self.name)
                known = {one.id for one in some}
                all_ = [*some, *(one for one in others if one.id not in known)]
                found[isbn].append(work_record(book, all_, isbn, reply))
        return found

    def _books(self, ids: Sequence[str]) -> Flow[list[WorkRecord]]:
        reply = yield self._question(_BOOKS, {"ids": [int(one) for one in ids]})
        return [
            work_record(book, read_each(Edition, book.editions, self.name), None, reply)
            for book in read_each(Book, self._rows(reply, "books"), self.name)
        ]

    def _series(self, ids: Sequence[str]) -> Flow[list[SeriesRecord]]:
        reply = yield self._question(_SERIES, {"ids": [int(one) for one in ids]})
        found = read_each(Series, self._rows(reply, "series"), self.name)
        order = {one: place for place, one in enumerate(ids)}
        ranked = sorted(found, key=lambda one: order.get(one.id or "", len(ids)))
        return [series_record(one, reply) for one in ranked]

    # --- answers -------------------------------------------------------------------------

    def _rows(self, reply: Reply, field: str) -> list[Any]:
        if reply.missing:
            return []
        rows = data_of(reply, self.name).get(field)
        if not isinstance(rows, list):
            raise self._changed(f"data.{field}")
        return rows

    def _hits(self, reply: Reply) -> list[Any]:
        found = data_of(reply, self.name).get("search")
        hits = hits_in(found.get("results")) if isinstance(found, dict) else None
        if hits is None:
            raise self._changed("search.results.hits")
        return hits

    def _changed(self, field: str) -> SourceChanged:
        return SourceChanged(
            f"{self.name} answered in a new form: {field}: a list is due",
            source=self.name,
            field=field,
        )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _by_work(editions: Sequence[Edition]) -> list[tuple[Book, list[Edition]]]:
    """Return the editions by their works: one ISBN may stand on two books."""
    works: dict[str, tuple[Book, list[Edition]]] = {}
    for number, edition in enumerate(editions):
        book = edition.book
        if book is None:
            continue
        key = book.canonical_id or book.id or f"#{number}"
        works.setdefault(key, (book, []))[1].append(edition)
    return list(works.values())
