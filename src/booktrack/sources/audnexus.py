"""Audnexus: what Audible's shop tells of a recording, gathered and kept by volunteers."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from booktrack.domain.identifiers import parse_asin
from booktrack.domain.languages import language_code
from booktrack.domain.records import EditionRecord, SeriesClaim, WorkRecord
from booktrack.errors import SourceChanged, SourceRefused
from booktrack.sources.audiobooks import (
    REGIONS,
    cast,
    checked_asin,
    checked_region,
    format_words,
    release_day,
    series_claim,
    work_title,
)
from booktrack.sources.audnexus_payloads import BookPayload, read_error
from booktrack.sources.base import Ask, BaseSource, Flow, Limits, Refusal, Reply, read
from booktrack.sources.fields import each_once, isbns_in

_REGIONS = frozenset(REGIONS) - {"br"}
_MAX_GENRES = 15


class Audnexus(BaseSource):
    """The books of one of Audible's marketplaces, by their number.

    Args:
        region: The marketplace: us, uk, de, fr, ca, it, au, in, jp or es.
        base_url: Where the service is, for tests.
    """

    name = "audnexus"
    title = "Audnexus"
    home = "https://audnex.us"
    limits = Limits(requests=100, seconds=60)
    capabilities = frozenset({"by_id"})

    def __init__(self, region: str = "us", base_url: str = "https://api.audnex.us") -> None:
        self._region = checked_region(region, _REGIONS)
        self._base = base_url.rstrip("/")
        self.hosts = frozenset({urlsplit(self._base).netloc})

    def refusal(self, reply: Reply, now: datetime) -> Refusal | None:
        """Return what the status says, with the pause that the body asks for."""
        if reply.status != 429:
            return super().refusal(reply, now)
        try:
            seconds = read_error(reply.json()).retry_after
        except SourceChanged:
            seconds = None  # a proxy before it answers in HTML
        return Refusal("busy", "Audnexus asks for a pause", retry_after=seconds)

    def by_id(self, record_id: str) -> Flow[WorkRecord | None]:
        """Return the recording of this ASIN; a podcast, which it refuses, is no book.

        Raises:
            InvalidInput: it is no ASIN.
        """
        asin = checked_asin(record_id)
        reply = yield Ask(f"{self._base}/books/{asin}", params={"region": self._region})
        if reply.missing:
            return None
        if reply.status in (400, 422):
            self._check_rejection(reply)
            return None
        book = read(BookPayload, reply.json(), self.name)
        return self._record(book, reply) if book.asin == asin and book.title else None

    def _check_rejection(self, reply: Reply) -> None:
        """Return where the number is a podcast's; the older form says only "Bad ASIN".

        Raises:
            SourceRefused: it did not take the question.
        """
        error = read_error(reply.json())
        if error.code == "CONTENT_TYPE_MISMATCH" or error.message == "Bad ASIN":
            return
        raise SourceRefused(
            f"Audnexus does not take the question {reply.url}: {error.message or reply.status}",
            source=self.name,
            status=reply.status,
        )

    def _record(self, book: BookPayload, reply: Reply) -> WorkRecord:
        printed = book.title or ""
        series = _series(book)
        title, subtitle = work_title(printed, book.subtitle, series)
        url = f"https://www.audible.{REGIONS[self._region]}/pd/{book.asin}"
        return WorkRecord(
            source=self.name,
            record_id=book.asin,
            url=url,
            fetched_at=reply.fetched_at,
            title=title,
            subtitle=subtitle,
            people=cast((one.name for one in book.authors), (one.name for one in book.narrators)),
            series=series,
            description=book.summary or book.description,
            genres=each_once(one.name for one in book.genres)[:_MAX_GENRES],
            editions=[
                EditionRecord(
                    source=self.name,
                    record_id=book.asin,
                    url=url,
                    fetched_at=reply.fetched_at,
                    isbns=isbns_in([book.isbn, book.asin]),
                    asin=parse_asin(book.asin),
                    title=printed,
                    book_format="audiobook",
                    format_detail=format_words(book.format_type),
                    publisher=book.publisher_name,
                    release_date=release_day(book.release_date),
                    language=language_code(book.language),
                    duration_minutes=book.runtime_length_min,
                    cover_url=book.image,
                    work_ids=[book.asin],
                )
            ],
        )


def _series(book: BookPayload) -> list[SeriesClaim]:
    words = f"{book.title} {book.subtitle or ''}"
    claims = (
        series_claim(one.name, one.position, one.asin, words)
        for one in (book.series_primary, book.series_secondary)
        if one
    )
    return [claim for claim in claims if claim]
