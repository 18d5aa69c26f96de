"""Google Books: editions with prices, one volume an edition, by a free key.

Limits and traps are those of facts that others measured: 1,000 requests a day and key, none at
all without one since 2026; `isbn:` is a search by relevance that answers with other books; up to
80 % of good requests got a 503 in summer 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from booktrack.domain.isbn import parse_isbn
from booktrack.domain.languages import language_code
from booktrack.domain.models import Contributor
from booktrack.domain.positions import try_position
from booktrack.domain.records import EditionRecord, SeriesClaim, WorkRecord
from booktrack.domain.titles import parse_title
from booktrack.errors import InvalidInput, SourceChanged, SourceRefused, shown
from booktrack.sources.base import DAY, Ask, BaseSource, Flow, Limits, Refusal, Reply, read
from booktrack.sources.fields import each_once, read_each
from booktrack.sources.googlebooks_payloads import Volume, VolumeInfo, error_in
from booktrack.sources.keys import secret_from

VARIABLE = "BOOKTRACK_GOOGLE_KEY"

_KEY_HINT = (
    f"get a free one at https://console.cloud.google.com (Books API) and set {VARIABLE} or the "
    "setting google_books_api_key"
)
_FALLBACK_COUNTRY = "US"
_MOST_RESULTS = 40
_MAX_GENRES = 15
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


def next_reset(now: datetime, zone: str = "America/Los_Angeles") -> datetime:
    """Return the next midnight in California, when Google counts requests anew.

    >>> next_reset(datetime(2026, 7, 1, 12, tzinfo=UTC)).isoformat()
    '2026-07-02T07:00:00+00:00'
    """
    try:
        there: tzinfo = ZoneInfo(zone)
    except ZoneInfoNotFoundError:
        # Some systems have no zones: winter time, which is an hour late in summer, is safe.
        there = timezone(timedelta(hours=-8))
    tomorrow = now.astimezone(there).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, there).astimezone(UTC)


class GoogleBooks(BaseSource):
    """The volumes of Google's catalogue and shop.

    Args:
        key: The key of the user's own project; without one nothing is asked.
        country: Two letters; decides the currency, by default the caller's address does.
        base_url: Where the service is, for tests.

    Raises:
        InvalidInput: the country is not two letters.
    """

    name = "googlebooks"
    title = "Google Books"
    home = "https://books.google.com"
    limits = Limits(requests=1, per_day=1000, resets=next_reset)
    capabilities = frozenset({"by_isbn", "by_id", "search"})

    def __init__(
        self,
        key: str | None = None,
        country: str | None = None,
        base_url: str = "https://www.googleapis.com/books/v1",
    ) -> None:
        self._key = key
        self._country = _checked_country(country) if country else None
        self._base = base_url.rstrip("/")
        self.hosts = frozenset({urlsplit(self._base).netloc})

    @property
    def configured(self) -> bool:
        """Whether there is a key: without one Google answers nobody."""
        return bool(self._key)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Return the source with the key of the environment, else of the settings."""
        return cls(**{**settings, "key": secret_from(settings, "key", VARIABLE)})

    def refusal(self, reply: Reply, now: datetime) -> Refusal | None:
        """Return what the reason says; the status alone is ambiguous."""
        if reply.status < 400 or reply.missing or reply.status >= 500:
            return super().refusal(reply, now)
        error = error_in(reply)
        if "unknownLocation" in error.reasons:
            return None  # the flow names a country and asks again
        if error.is_daily:
            return self._spent(error.gives_nothing, now)
        if error.reasons & {"rateLimitExceeded", "userRateLimitExceeded"}:
            return Refusal("busy", f"{self.title} asks for a pause")
        if reply.status in (400, 403) and error.message:
            hint = f"; {_KEY_HINT}" if "key" in error.message.lower() else ""
            return Refusal("refused", f"{self.title} refuses: {error.message}{hint}")
        return super().refusal(reply, now)

    def says_nothing(self, reply: Reply) -> bool:
        """Return whether the search found no volume.

        Raises:
            SourceChanged: the answer is no answer, and is not kept as one.
        """
        page = reply.json()
        return not (isinstance(page, dict) and "volumeInfo" in page) and not self._items(page)

    # --- what can be asked ---------------------------------------------------------------

    def by_isbn(self, isbn: str) -> Flow[list[WorkRecord]]:
        """Return the volumes that carry the ISBN; print and ebook share one at times."""
        number = parse_isbn(isbn)
        found = yield from self._search(f"isbn:{number}", 10)
        # The search answers with other books where it does not know this one.
        return [
            record
            for record in found
            if any(number in edition.isbns for edition in record.editions)
        ]

    def by_id(self, record_id: str) -> Flow[WorkRecord | None]:
        """Return a volume by its id, "OPy6E5ZhXs0C"; it tells more than a search does."""
        if not _ID.fullmatch(record_id):
            return None
        reply = yield from self._asked(f"/volumes/{record_id}", {})
        return None if reply.missing else self._record(read(Volume, reply.json(), self.name), reply)

    def search(
        self, *, title: str | None = None, author: str | None = None, limit: int = 10
    ) -> Flow[list[WorkRecord]]:
        """Return volumes by title or author, the best first."""
        asked = {"intitle": title, "inauthor": author}
        terms = {name: _quoted(text) for name, text in asked.items() if text}
        query = " ".join(f"{name}:{text}" for name, text in terms.items() if text)
        if not query:
            return []
        return (yield from self._search(query, limit))

    # --- requests ------------------------------------------------------------------------

    def _search(self, query: str, limit: int) -> Flow[list[WorkRecord]]:
        # More than 40 is answered with HTTP 400.
        most = max(1, min(limit, _MOST_RESULTS))
        reply = yield from self._asked(
            "/volumes", {"q": query, "maxResults": most, "printType": "books"}
        )
        if reply.missing:
            return []
        volumes = read_each(Volume, self._items(reply.json()), self.name)
        return [self._record(volume, reply) for volume in volumes]

    def _items(self, page: Any) -> list[Any]:
        """Return the volumes of a search; nothing found is told without any `items`."""
        items = page.get("items") if isinstance(page, dict) else None
        if isinstance(items, list):
            return items
        if isinstance(page, dict) and items is None and "totalItems" in page:
            return []
        raise SourceChanged(
            f"{self.name} answered in a new form: neither items nor totalItems is there",
            source=self.name,
            field="items",
        )

    def _asked(self, path: str, params: dict[str, str | int]) -> Flow[Reply]:
        if not self._key:
            raise SourceRefused(
                f"Google Books answers nobody without a key; {_KEY_HINT}", source=self.name
            )
        reply = yield self._question(path, params)
        if _is_unlocated(reply) and not self._country:
            # From now on: else every question would cost two of the day's thousand.
            self._country = _FALLBACK_COUNTRY
            reply = yield self._question(path, params)
        if _is_unlocated(reply) or reply.status in (400, 403):
            raise SourceRefused(
                f"Google Books does not take the question {reply.url} (HTTP {reply.status}); "
                "set the setting `country` of googlebooks to your country's two letters",
                source=self.name,
                status=reply.status,
            )
        return reply

    def _question(self, path: str, params: dict[str, str | int]) -> Ask:
        return Ask(
            f"{self._base}{path}",
            params=params | ({"country": self._country} if self._country else {}),
            secret_params={"key": self._key} if self._key else {},
            keep=3 * DAY,  # prices
        )

    def _spent(self, gives_nothing: bool, now: datetime) -> Refusal:
        why = (
            f"gives this key no requests at all; {_KEY_HINT}"
            if gives_nothing
            else "has given all that this key may ask today"
        )
        return Refusal("quota", f"{self.title} {why}", until=next_reset(now))

    # --- records -------------------------------------------------------------------------

    def _record(self, volume: Volume, reply: Reply) -> WorkRecord:
        info = volume.volume_info
        known = {self.name: [volume.id]} if volume.id else {}
        return WorkRecord(
            source=self.name,
            record_id=volume.id,
            url=info.canonical_volume_link or info.info_link,
            fetched_at=reply.fetched_at,
            title=info.title,
            subtitle=info.subtitle,
            # Japanese catalogues leave "NTV=": half of a parallel title.
            people=[
                Contributor(name=name)
                for name in each_once(author.strip("= ") for author in info.authors)
            ],
            series=_series(info),
            description=info.description,
            genres=_genres(info.categories),
            identifiers=known,
            editions=[self._edition(volume, reply)],
        )

    def _edition(self, volume: Volume, reply: Reply) -> EditionRecord:
        info, sale = volume.volume_info, volume.sale_info
        # False is no proof of paper: an ebook that is not sold in this country has it too.
        is_ebook = sale is not None and sale.is_ebook is True
        price, currency = (sale.price if sale else None) or (None, None)
        return EditionRecord(
            source=self.name,
            record_id=volume.id,
            url=info.canonical_volume_link or info.info_link,
            fetched_at=reply.fetched_at,
            isbns=info.isbns,
            title=info.title,
            book_format="ebook" if is_ebook else "unknown",
            format_detail="Google Play ebook" if is_ebook else None,
            publisher=info.publisher,
            release_date=info.released,
            language=language_code(info.language),
            page_count=info.page_count,
            cover_url=info.image_links.best if info.image_links else None,
            price=price,
            currency=currency,
            identifiers={self.name: [volume.id]} if volume.id else {},
            work_ids=[volume.id] if volume.id else [],
        )


def _checked_country(country: str) -> str:
    code = country.strip().upper() if isinstance(country, str) else ""
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise InvalidInput(f"A country is named by two letters such as DE, not {shown(country)}")
    return code


def _is_unlocated(reply: Reply) -> bool:
    return reply.status == 403 and "unknownLocation" in error_in(reply).reasons


def _quoted(text: str) -> str:
    words = " ".join(text.replace('"', " ").split())
    return f'"{words}"' if words else ""


def _series(info: VolumeInfo) -> list[SeriesClaim]:
    """Return the series of a numbered volume, if its title names what Google does not."""
    place = try_position(info.series_info.book_display_number) if info.series_info else None
    if info.series_info is None or place is None:
        return []
    parsed = parse_title(info.title)
    name, number = parsed.series, parsed.start
    if name is None and parsed.candidate is not None:
        name, number = parsed.candidate.stem, parsed.candidate.position.text
    if name is None or number not in (None, place.start):
        return []
    ids = [one.series_id for one in info.series_info.volume_series if one.series_id]
    known = {"googlebooks": ids} if ids else {}
    return [SeriesClaim(name=name, position=place.text, identifiers=known)]


def _genres(categories: list[str]) -> list[str]:
    """Return each step of "Fiction / Science Fiction / General" once."""
    steps = [step.strip() for path in categories for step in path.split(" / ")]
    return each_once(step for step in steps if step != "General")[:_MAX_GENRES]
