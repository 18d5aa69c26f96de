"""Records out of Hardcover's answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from booktrack.domain.identifiers import parse_asin
from booktrack.domain.records import (
    EditionRecord,
    SeriesClaim,
    SeriesRecord,
    VolumeRecord,
    WorkRecord,
)
from booktrack.domain.text import fold_key
from booktrack.sources.base import Reply
from booktrack.sources.fields import each_once
from booktrack.sources.hardcover_payloads import (
    Book,
    Document,
    Edition,
    Place,
    Series,
    SeriesBook,
    told_day,
)

NAME = "hardcover"
HOME = "https://hardcover.app"

_MAX_GENRES = 15
_MAX_TITLES = 20


def work_record(
    book: Book, editions: Sequence[Edition], asked: str | None, reply: Reply
) -> WorkRecord:
    """Return a work with these editions, the ISBN asked for in front of its edition's others."""
    book_id = book.canonical_id or book.id
    return WorkRecord(
        source=NAME,
        record_id=book_id,
        url=_page("books", book.slug),
        fetched_at=reply.fetched_at,
        title=book.title,
        subtitle=_subtitle(
            book.subtitle, [place.series.name for place in book.book_series if place.series]
        ),
        people=book.people,
        alternate_titles=each_once((one.title for one in editions), book.title)[:_MAX_TITLES],
        series=series_claims(book.book_series),
        description=book.description,
        genres=book.genres,
        first_published=told_day(book.release_date),
        identifiers={NAME: [book_id]} if book_id else {},
        editions=[edition_record(one, book_id, asked, reply) for one in editions],
    )


def edition_record(
    edition: Edition, book_id: str | None, asked: str | None, reply: Reply
) -> EditionRecord:
    """Return an edition."""
    seconds = edition.audio_seconds
    return EditionRecord(
        source=NAME,
        record_id=edition.id,
        fetched_at=reply.fetched_at,
        isbns=sorted(edition.isbns, key=lambda one: one != asked),
        asin=parse_asin(edition.asin) if edition.asin else None,
        title=edition.title,
        book_format=edition.book_format,
        format_detail=edition.format_words,
        publisher=edition.publisher.name if edition.publisher else None,
        release_date=told_day(edition.release_date),
        language=edition.language_code,
        page_count=edition.pages if (edition.pages or 0) <= 100_000 else None,
        duration_minutes=max(1, round(seconds / 60)) if seconds else None,
        cover_url=edition.image.url if edition.image else None,
        identifiers={NAME: [edition.id]} if edition.id else {},
        work_ids=[book_id] if book_id else [],
    )


def series_claims(places: Iterable[Place]) -> list[SeriesClaim]:
    """Return the series of a work, the featured one first."""
    claims = []
    for place in sorted(places, key=lambda one: not one.featured):
        series = place.series
        if series is None or series.name is None:
            continue
        known = {NAME: [series.id]} if series.id else {}
        claims.append(SeriesClaim(name=series.name, position=place.text, identifiers=known))
    return claims


def found_record(document: Document, reply: Reply) -> WorkRecord:
    """Return a work as a search tells of it, without its editions."""
    featured = series_claims([document.featured_series] if document.featured_series else [])
    others = each_once(document.series_names, *(claim.name for claim in featured))
    return WorkRecord(
        source=NAME,
        record_id=document.id,
        url=_page("books", document.slug),
        fetched_at=reply.fetched_at,
        title=document.title,
        subtitle=_subtitle(document.subtitle, document.series_names),
        people=document.people,
        alternate_titles=each_once(document.alternative_titles, document.title)[:_MAX_TITLES],
        series=[*featured, *(SeriesClaim(name=name) for name in others)],
        description=document.description,
        genres=each_once(document.genres)[:_MAX_GENRES],
        first_published=told_day(document.release_date),
        identifiers={NAME: [document.id]} if document.id else {},
    )


def series_record(series: Series, reply: Reply) -> SeriesRecord:
    """Return a series with its books.

    The number of whole positions is its total only when librarians call it complete: before, it
    counts what is listed by now.
    """
    volumes: dict[str, VolumeRecord] = {}
    for listed in series.book_series:
        volume = _volume(listed)
        if volume is not None:
            # The most read book of a position comes first; others there are its duplicates.
            volumes.setdefault(volume.position or f"{volume.record_id} {volume.title}", volume)
    return SeriesRecord(
        source=NAME,
        record_id=series.id,
        url=_page("series", series.slug),
        fetched_at=reply.fetched_at,
        name=series.name,
        publication_status="finished" if series.is_completed else "unknown",
        total=series.primary_books_count if series.is_completed else None,
        authors=[series.author.name] if series.author and series.author.name else [],
        identifiers={NAME: [series.id]} if series.id else {},
        volumes=list(volumes.values()),
    )


def _volume(listed: SeriesBook) -> VolumeRecord | None:
    """Return a book as a volume; boxes, halves and merged duplicates are none."""
    book = listed.book
    if book is None or listed.compilation or book.canonical_id or book.is_partial_book:
        return None
    position = listed.text
    whole = position is not None and position.isdigit()
    return VolumeRecord(
        position=position,
        label=None if position else listed.details or book.title,
        title=book.title,
        authors=[person.name for person in book.people if person.role is None],
        release_date=told_day(book.release_date),
        cover_url=book.image.url if book.image else None,
        slot="main" if whole else "side" if position else "special",
        record_id=book.id,
        url=_page("books", book.slug),
    )


def _subtitle(text: str | None, series: Iterable[str | None]) -> str | None:
    """Return the subtitle unless it is the name of a series, as it often is."""
    names = {fold_key(name) for name in series if name}
    return text if text and fold_key(text) not in names else None


def _page(kind: str, slug: str | None) -> str | None:
    return f"{HOME}/{kind}/{slug}" if slug else None
