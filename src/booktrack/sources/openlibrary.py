"""Open Library: works, editions, authors and covers, free and without a key.

Limits and traps are those of its policy page and server configuration: one request a second,
three for callers whose User-Agent names a contact; a 403 page in HTML for some that name none;
records that were merged or deleted answer with status 200.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from booktrack.domain.formats import book_format
from booktrack.domain.isbn import is_isbn, parse_isbn
from booktrack.domain.languages import language_code
from booktrack.domain.models import Contributor
from booktrack.domain.records import EditionRecord, SeriesClaim, WorkRecord
from booktrack.domain.text import fold_key
from booktrack.errors import SourceChanged, SourceRefused
from booktrack.sources.base import Ask, BaseSource, Flow, Limits, Refusal, Reply, read
from booktrack.sources.openlibrary_payloads import (
    AuthorPayload,
    EditionDoc,
    EditionPayload,
    EditionsPage,
    SearchPage,
    Thing,
    WorkDoc,
    WorkPayload,
)
from booktrack.sources.series_lines import read_series

P = TypeVar("P", bound=Thing)

MAX_EDITIONS = 100
"""Editions of one work that are taken; a classic has over a thousand."""

BATCH = 25
"""ISBNs in one call: what its maintainers ask for (internetarchive/openlibrary issue 11406)."""

_WORKS_A_CALL = 100
_MAX_PEOPLE = 8
_MAX_GENRES = 15
_MAX_TITLES = 20
_MAX_REDIRECTS = 5
_KEY = re.compile(r"/(?:books|works|authors|series)/OL\d+[A-Z]")
_FIELDS = (
    "key,title,subtitle,author_name,author_key,first_publish_year,subject,"
    "series_key,series_name,series_position,editions,editions.key,editions.title,editions.isbn,"
    "editions.language,editions.publisher,editions.publish_date,editions.format,editions.cover_i"
)
_ID_SCHEMES = {"goodreads": "goodreads", "librarything": "librarything", "amazon": "amazon"}


class OpenLibrary(BaseSource):
    """The Internet Archive's open catalogue.

    Args:
        base_url: Where the service is, for tests.
        covers_url: Where its pictures are.
        max_editions: Editions of one work that are taken.
    """

    name = "openlibrary"
    title = "Open Library"
    home = "https://openlibrary.org"
    limits = Limits(requests=1, identified=3)
    capabilities = frozenset({"by_isbn", "by_isbns", "by_id", "search", "cover"})

    def __init__(
        self,
        base_url: str = "https://openlibrary.org",
        covers_url: str = "https://covers.openlibrary.org",
        max_editions: int = MAX_EDITIONS,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._covers = covers_url.rstrip("/")
        self._max_editions = max_editions
        self.hosts = frozenset({urlsplit(self._base).netloc, urlsplit(self._covers).netloc})

    def refusal(self, reply: Reply, now: datetime) -> Refusal | None:
        """Return what the status says, and "refused" for its page on missing contacts."""
        if reply.status == 403:
            return Refusal("refused", "Open Library refuses callers that it cannot identify")
        return super().refusal(reply, now)

    def says_nothing(self, reply: Reply) -> bool:
        """Return whether the answer is an empty object, list or search."""
        if super().says_nothing(reply):
            return True
        found = reply.json()
        return isinstance(found, dict) and found.get("docs") == []

    # --- what can be asked ---------------------------------------------------------------

    def by_isbn(self, isbn: str) -> Flow[list[WorkRecord]]:
        """Return the work of the edition that carries the ISBN, with that edition first."""
        number = parse_isbn(isbn)
        found = yield from self._thing(f"/isbn/{number}", EditionPayload)
        # A redirect may lead to another book: what does not carry the number does not count.
        if found is None or number not in found[0].isbns:
            return []
        edition, reply = found
        work = None
        for key in edition.works[:1]:
            work = yield from self._work(key, (edition, reply), number)
        if work is None:
            work = yield from self._orphan(edition, reply, number)
        return [work] if work else []

    def by_isbns(self, isbns: Sequence[str]) -> Flow[dict[str, list[WorkRecord]]]:
        """Return the works of many ISBNs, in one request for 25 and one for 100 works."""
        numbers = list(dict.fromkeys(parse_isbn(isbn) for isbn in isbns))
        editions: dict[str, tuple[EditionPayload, Reply]] = {}
        for some in _chunks(numbers, BATCH):
            editions |= yield from self._details(some)
        keys = dict.fromkeys(key for edition, _ in editions.values() for key in edition.works[:1])
        works: dict[str, WorkDoc] = {}
        for some in _chunks([key for key in keys if _KEY.fullmatch(key)], _WORKS_A_CALL):
            page = yield from self._search({"q": f"key:({' OR '.join(some)})"}, len(some))
            works |= {doc.key: doc for doc in page[0].docs if doc.key}
        found: dict[str, list[WorkRecord]] = {number: [] for number in numbers}
        for number, (edition, reply) in editions.items():
            doc = next((works[key] for key in edition.works if key in works), None)
            record = self._from_details(edition, reply, number, doc)
            if record:
                found[number].append(record)
        return found

    def by_id(self, record_id: str) -> Flow[WorkRecord | None]:
        """Return a work by its id, "OL45804W"."""
        return (yield from self._work(f"/works/{record_id}", None, None))

    def search(
        self, *, title: str | None = None, author: str | None = None, limit: int = 10
    ) -> Flow[list[WorkRecord]]:
        """Return works by title or author, the best first."""
        asked = {"title": title, "author": author}
        terms = {name: text.strip() for name, text in asked.items() if text and text.strip()}
        if not terms:
            return []
        page, reply = yield from self._search(terms, limit)
        return [self._from_doc(doc, reply) for doc in page.docs if doc.key and doc.title]

    # --- requests ------------------------------------------------------------------------

    def _thing(self, key: str, model: type[P]) -> Flow[tuple[P, Reply] | None]:
        """Return a record, through merges; None where there is none or it was deleted."""
        for _ in range(_MAX_REDIRECTS):
            reply = yield Ask(f"{self._base}{key}.json")
            if reply.missing:
                return None
            self._expect_answer(reply)
            thing = read(Thing, reply.json(), self.name)
            if thing.type == "/type/delete":
                return None
            if thing.type != "/type/redirect":
                return read(model, reply.json(), self.name), reply
            key = self._checked_key(thing.location)
        raise SourceChanged(f"Open Library sends in a circle at {key}", source=self.name)

    def _search(self, terms: dict[str, str], limit: int) -> Flow[tuple[SearchPage, Reply]]:
        reply = yield Ask(
            f"{self._base}/search.json",
            params={**terms, "fields": _FIELDS, "limit": max(1, min(limit, 100))},
        )
        self._expect_answer(reply)
        return read(SearchPage, reply.json(), self.name), reply

    def _details(self, isbns: Sequence[str]) -> Flow[dict[str, tuple[EditionPayload, Reply]]]:
        reply = yield Ask(
            # Without ".json" it answers 404 since September 2026 (issue 13669), without
            # `format=json` in JavaScript.
            f"{self._base}/api/books.json",
            params={
                "bibkeys": ",".join(f"ISBN:{isbn}" for isbn in isbns),
                "jscmd": "details",
                "format": "json",
            },
        )
        self._expect_answer(reply)
        answer = reply.json()
        if reply.missing or not isinstance(answer, dict):
            raise SourceChanged("Open Library: /api/books.json is no object", source=self.name)
        found = {}
        damage = None
        for isbn in isbns:
            entry = answer.get(f"ISBN:{isbn}")
            if entry is None:
                continue
            payload = entry.get("details", entry) if isinstance(entry, dict) else entry
            try:
                edition = read(EditionPayload, payload, self.name)
            except SourceChanged as error:
                damage = error  # one book's damaged record does not hide the 24 others
                continue
            if isbn in edition.isbns:
                found[isbn] = edition, reply
        if damage is not None and not found:
            raise damage
        return found

    def _editions(self, key: str) -> Flow[list[tuple[EditionPayload, Reply]]]:
        """Return the editions of a work, page by page, up to the number that is taken."""
        found: list[tuple[EditionPayload, Reply]] = []
        offset = 0
        while offset < self._max_editions:
            limit = min(100, self._max_editions - offset)
            reply = yield Ask(
                f"{self._base}{key}/editions.json", params={"limit": limit, "offset": offset}
            )
            if reply.missing:
                break
            self._expect_answer(reply)
            page = read(EditionsPage, reply.json(), self.name)
            found += [(edition, reply) for edition in self._readable(page.entries)]
            offset += len(page.entries)
            if not page.entries or offset >= (page.size or 0):
                break
        return found

    def _readable(self, entries: Sequence[Any]) -> list[EditionPayload]:
        """Return the entries that can be read; where none can, the form has changed."""
        editions = []
        damage = None
        for entry in entries:
            try:
                editions.append(read(EditionPayload, entry, self.name))
            except SourceChanged as error:
                damage = error
        if damage is not None and not editions:
            raise damage
        return editions

    def _names(self, keys: Iterable[str]) -> Flow[list[str]]:
        """Return the names of authors or series, as far as they are known."""
        names = []
        for key in list(dict.fromkeys(keys))[:_MAX_PEOPLE]:
            if not _KEY.fullmatch(key):
                continue
            try:
                found = yield from self._thing(key, AuthorPayload)
            except SourceChanged:
                continue  # one author's damaged record does not hide the book
            name = (found[0].name or found[0].personal_name) if found else None
            names += [name] if name else []
        return names

    def _work(
        self, key: str, asked: tuple[EditionPayload, Reply] | None, isbn: str | None
    ) -> Flow[WorkRecord | None]:
        if not _KEY.fullmatch(key):
            return None
        found = yield from self._thing(key, WorkPayload)
        if found is None:
            return None
        work, reply = found
        key = work.key or key
        listed = yield from self._editions(key)
        editions = [*([asked] if asked else []), *listed]
        title = work.title or next((e.whole_title for e, _ in editions if e.whole_title), None)
        if title is None:
            raise SourceChanged(f"openlibrary: title is missing in {key}", source=self.name)
        people = yield from self._names(work.authors or _author_keys(editions[:1]))
        series = yield from self._series(work, asked[0] if asked else None, [e for e, _ in listed])
        return WorkRecord(
            source=self.name,
            record_id=_id(key) or None,
            url=f"{self._base}{key}",
            fetched_at=reply.fetched_at,
            title=title,
            subtitle=work.subtitle,
            people=_people(people, editions[0][0] if asked else None),
            alternate_titles=_other_titles(title, (edition for edition, _ in editions)),
            series=series,
            description=work.description or (asked[0].description if asked else None),
            genres=work.subjects[:_MAX_GENRES],
            first_published=_released(work.first_publish_date),
            identifiers={self.name: [_id(key)]},
            editions=self._edition_records(editions, isbn),
        )

    def _series(
        self, work: WorkPayload, asked: EditionPayload | None, others: Sequence[EditionPayload]
    ) -> Flow[list[SeriesClaim]]:
        """Return the series of the work, then of the edition that was asked for.

        Editions of other publishers name their imprints ("Bantam classics") as series: of them
        only numbered ones count, and those on which two agree.
        """
        claims: list[SeriesClaim] = []
        for link in work.series:
            for name in (yield from self._names([link.series] if link.series else [])):
                claims.append(SeriesClaim(name=name, position=link.position))
        claims += read_series(asked.series) if asked else []
        seen: dict[str, int] = {}
        for edition in others:
            for claim in read_series(edition.series):
                key = f"{fold_key(claim.name)} {claim.position}"
                seen[key] = seen.get(key, 0) + 1
                if claim.position is not None and seen[key] == 2:
                    claims.append(claim)
        named: dict[str, SeriesClaim] = {}
        for claim in claims:
            kept = named.setdefault(fold_key(claim.name), claim)
            kept.position = kept.position or claim.position
        return list(named.values())

    def _orphan(self, edition: EditionPayload, reply: Reply, isbn: str) -> Flow[WorkRecord | None]:
        """Return the work that an edition without one stands for (a quarter of them)."""
        names = yield from self._names(_author_keys([(edition, reply)]))
        return self._from_details(edition, reply, isbn, None, names)

    # --- records -------------------------------------------------------------------------

    def _from_details(
        self,
        edition: EditionPayload,
        reply: Reply,
        isbn: str,
        doc: WorkDoc | None,
        names: Sequence[str] = (),
    ) -> WorkRecord | None:
        title = (doc.title if doc else None) or edition.whole_title
        if title is None:
            return None
        key = (doc.key if doc else None) or next(iter(edition.works), None) or edition.key
        named = list(doc.author_name if doc else []) or list(names)
        named = named or [author.name for author in edition.authors if author.name]
        claims = _doc_series(doc) if doc else []
        known = {fold_key(claim.name) for claim in claims}
        claims += [one for one in read_series(edition.series) if fold_key(one.name) not in known]
        return WorkRecord(
            source=self.name,
            record_id=_id(key) or None,
            url=f"{self._base}{key}" if key else None,
            fetched_at=reply.fetched_at,
            title=title,
            subtitle=edition.subtitle,
            people=_people(named[:_MAX_PEOPLE], edition),
            alternate_titles=_other_titles(title, [edition]),
            series=claims,
            description=edition.description,
            genres=doc.subject[:_MAX_GENRES] if doc else [],
            first_published=_year(doc.first_publish_year) if doc else None,
            identifiers={self.name: [_id(key)]} if key and key.startswith("/works/") else {},
            editions=self._edition_records([(edition, reply)], isbn),
        )

    def _from_doc(self, doc: WorkDoc, reply: Reply) -> WorkRecord:
        key = doc.key or ""
        found = doc.editions.docs if doc.editions else []
        return WorkRecord(
            source=self.name,
            record_id=_id(key) or None,
            url=f"{self._base}{key}",
            fetched_at=reply.fetched_at,
            title=doc.title or "",
            subtitle=doc.subtitle,
            people=_people(doc.author_name[:_MAX_PEOPLE], None),
            series=_doc_series(doc),
            genres=doc.subject[:_MAX_GENRES],
            first_published=_year(doc.first_publish_year),
            identifiers={self.name: [_id(key)]},
            editions=[self._edition_from_doc(one, key, reply) for one in found],
        )

    def _edition_from_doc(self, doc: EditionDoc, work: str, reply: Reply) -> EditionRecord:
        words = doc.format[0] if doc.format else None
        edition = EditionPayload(publish_date=doc.publish_date[0] if doc.publish_date else None)
        return EditionRecord(
            source=self.name,
            record_id=_id(doc.key) or None,
            url=f"{self._base}{doc.key}" if doc.key else None,
            fetched_at=reply.fetched_at,
            isbns=list(dict.fromkeys(parse_isbn(one) for one in doc.isbn if is_isbn(one))),
            title=doc.title,
            book_format=book_format(words),
            format_detail=words,
            publisher=doc.publisher[0] if doc.publisher else None,
            release_date=edition.released,
            language=language_code(doc.language[0]) if len(doc.language) == 1 else None,
            cover_url=self._cover([doc.cover_i] if doc.cover_i else []),
            identifiers={self.name: [_id(doc.key)]} if doc.key else {},
            work_ids=[_id(work)],
        )

    def _edition_records(
        self, editions: Iterable[tuple[EditionPayload, Reply]], isbn: str | None
    ) -> list[EditionRecord]:
        """Return the editions, each once, the ISBN asked for in front of its edition's others."""
        records: dict[str, EditionRecord] = {}
        for number, (edition, reply) in enumerate(editions):
            records.setdefault(
                edition.key or f"#{number}", self._edition_record(edition, reply, isbn)
            )
        return list(records.values())

    def _edition_record(
        self, edition: EditionPayload, reply: Reply, isbn: str | None
    ) -> EditionRecord:
        isbns = sorted(edition.isbns, key=lambda one: one != isbn)
        return EditionRecord(
            source=self.name,
            record_id=_id(edition.key) or None,
            url=f"{self._base}{edition.key}" if edition.key else None,
            fetched_at=reply.fetched_at,
            isbns=isbns,
            title=edition.whole_title,
            book_format=book_format(edition.physical_format),
            format_detail=edition.physical_format,
            publisher=edition.publishers[0] if edition.publishers else None,
            release_date=edition.released,
            # Two languages are a bilingual book, or a mistake: neither is the language.
            language=language_code(edition.languages[0]) if len(edition.languages) == 1 else None,
            page_count=edition.number_of_pages,
            cover_url=self._cover(edition.covers),
            identifiers=_ids_of(edition),
            work_ids=[_id(key) for key in edition.works],
        )

    def _cover(self, ids: Sequence[int]) -> str | None:
        # By the picture's own id: by ISBN only 100 in five minutes are given away.
        return f"{self._covers}/b/id/{ids[0]}-L.jpg" if ids else None

    def _expect_answer(self, reply: Reply) -> None:
        if reply.status in (400, 422):
            raise SourceRefused(
                f"Open Library does not take the question {reply.url} (HTTP {reply.status})",
                source=self.name,
                status=reply.status,
            )

    def _checked_key(self, location: object) -> str:
        if isinstance(location, str) and _KEY.fullmatch(location):
            return location
        raise SourceChanged(
            f"openlibrary: location: a redirect names {location!r:.80}", source=self.name
        )


def _chunks(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _id(key: str | None) -> str:
    return (key or "").rpartition("/")[2]


def _author_keys(editions: Iterable[tuple[EditionPayload, Reply]]) -> list[str]:
    return [author.key for edition, _ in editions for author in edition.authors if author.key]


def _people(names: Iterable[str], edition: EditionPayload | None) -> list[Contributor]:
    people = [Contributor(name=name) for name in dict.fromkeys(names)]
    for person in edition.contributors if edition else []:
        if person.name and person.role and person.role.lower() != "author":
            people.append(Contributor(name=person.name, role=person.role))
    return people


def _other_titles(title: str, editions: Iterable[EditionPayload]) -> list[str]:
    """Return the titles under which a reader may know the work: those of its translations."""
    found = {fold_key(title): title}
    for edition in editions:
        for other in (edition.whole_title, *edition.other_titles):
            if other:
                found.setdefault(fold_key(other), other)
    return list(found.values())[1 : _MAX_TITLES + 1]


def _doc_series(doc: WorkDoc) -> list[SeriesClaim]:
    positions = [
        str(one).strip() or None if one is not None else None for one in doc.series_position
    ]
    # The lists are parallel; where one is shorter nobody knows which number is missing.
    if len(positions) != len(doc.series_name):
        positions = [None] * len(doc.series_name)
    return [
        SeriesClaim(name=name, position=position)
        for name, position in zip(doc.series_name, positions, strict=True)
    ]


def _ids_of(edition: EditionPayload) -> dict[str, list[str]]:
    ids = {OpenLibrary.name: [_id(edition.key)] if edition.key else []}
    ids |= {ours: edition.identifiers.get(theirs, []) for theirs, ours in _ID_SCHEMES.items()}
    ids |= {"oclc": edition.oclc_numbers, "lccn": edition.lccn}
    return {scheme: list(dict.fromkeys(values)) for scheme, values in ids.items() if values}


def _released(text: str | None) -> str | None:
    return EditionPayload(publish_date=text).released


def _year(year: int | None) -> str | None:
    return f"{year:04}" if year and year <= 9999 else None
