"""Google Books' answers as models, and what its errors say."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import Field

from booktrack.domain.dates import parse_date
from booktrack.errors import SourceChanged
from booktrack.sources.base import Reply
from booktrack.sources.fields import (
    Address,
    Amount,
    CamelPayload,
    Count,
    Items,
    Key,
    Line,
    Lines,
    Markup,
    Title,
    isbns_in,
)


class Identifier(CamelPayload):
    """A number: `ISBN_10`, `ISBN_13`, `ISSN` or `OTHER` ("PKEY:...", "UOM:...")."""

    type: Line = None
    identifier: Line = None


class ImageLinks(CamelPayload):
    """The cover by size; a search has the two smallest only."""

    extra_large: Address = None
    large: Address = None
    medium: Address = None
    small: Address = None
    thumbnail: Address = None
    small_thumbnail: Address = None

    @property
    def best(self) -> str | None:
        """The largest picture, without the curled corner that `edge=curl` draws into it."""
        sizes = (self.extra_large, self.large, self.medium, self.small)
        found = next((url for url in (*sizes, self.thumbnail, self.small_thumbnail) if url), None)
        return _without_curl(found) if found else None


def _without_curl(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    kept = [pair for pair in parse_qsl(parts.query) if pair != ("edge", "curl")]
    return urlunsplit(parts._replace(query=urlencode(kept)))


class SeriesVolume(CamelPayload):
    """A place in a series that has an opaque id and no name."""

    series_id: Key = None


class SeriesInfo(CamelPayload):
    """The number that is printed on a volume, mostly on comics."""

    book_display_number: Line = None
    volume_series: Items[SeriesVolume]


class VolumeInfo(CamelPayload):
    """What a volume is."""

    title: Title
    subtitle: Line = None
    authors: Lines = Field(default_factory=list)
    publisher: Line = None
    published_date: Line = None
    description: Markup = None
    industry_identifiers: Items[Identifier]
    page_count: Count = None
    categories: Lines = Field(default_factory=list)
    image_links: ImageLinks | None = None
    language: Line = None
    info_link: Address = None
    canonical_volume_link: Address = None
    series_info: SeriesInfo | None = None

    @property
    def isbns(self) -> list[str]:
        """The ISBN-13s that the volume carries."""
        return isbns_in(one.identifier for one in self.industry_identifiers)

    @property
    def released(self) -> str | None:
        """The date as far as it is told; "2019-10-03T00:00:00+02:00" is the 3rd."""
        found = parse_date(self.published_date) if self.published_date else None
        return found.text if found else None


class Sum(CamelPayload):
    """An amount of money; offers tell it in millionths."""

    amount: Amount = None
    amount_in_micros: Amount = None
    currency_code: Line = None

    @property
    def told(self) -> float | None:
        """The amount in units of the currency."""
        if self.amount is None and self.amount_in_micros is not None:
            return self.amount_in_micros / 1_000_000
        return self.amount


class Offer(CamelPayload):
    """One way of buying."""

    list_price: Sum | None = None
    retail_price: Sum | None = None


class SaleInfo(Offer):
    """How the ebook is sold in one country; `isEbook` is false where it is not sold."""

    saleability: Line = None
    is_ebook: bool | None = None
    offers: Items[Offer]

    @property
    def price(self) -> tuple[float, str | None] | None:
        """What a reader in that country pays, and in which currency."""
        if self.saleability == "FREE":
            return 0.0, None
        if self.saleability not in ("FOR_SALE", "FOR_PREORDER"):
            return None
        for offer in (self, *self.offers):
            for sum_ in (offer.retail_price, offer.list_price):
                if sum_ is not None and sum_.told is not None:
                    return sum_.told, sum_.currency_code
        return None


class Volume(CamelPayload):
    """A volume: one edition; Google knows no works."""

    id: Key
    volume_info: VolumeInfo
    sale_info: SaleInfo | None = None


class ErrorItem(CamelPayload):
    """An entry of an error; the same status has many reasons."""

    reason: Line = None


class ErrorBody(CamelPayload):
    """What went wrong."""

    message: Line = None
    errors: Items[ErrorItem]
    details: Items[Any]

    @property
    def reasons(self) -> set[str]:
        """The machine's words for it: "rateLimitExceeded", "unknownLocation"."""
        return {item.reason for item in self.errors if item.reason}

    @property
    def is_daily(self) -> bool:
        """Whether a day's quota is spent, not a minute's."""
        if self.reasons & {"dailyLimitExceeded", "dailyLimitExceededUnreg", "quotaExceeded"}:
            return True
        return "per day" in (self.message or "").lower() or self._quota("unit").startswith("1/d")

    @property
    def gives_nothing(self) -> bool:
        """Whether the quota is none at all, as it is for callers without a key."""
        return self._quota("limit_value") == "0"

    def _quota(self, name: str) -> str:
        for detail in self.details:
            metadata = detail.get("metadata") if isinstance(detail, dict) else None
            if isinstance(metadata, dict) and f"quota_{name}" in metadata:
                return str(metadata[f"quota_{name}"])
        return ""


def error_in(reply: Reply) -> ErrorBody:
    """Return the error that a reply tells of; a page in HTML tells nothing."""
    try:
        body = reply.json()
        error = body.get("error") if isinstance(body, dict) else None
        return ErrorBody.model_validate(error if isinstance(error, dict) else {})
    except (SourceChanged, ValueError):
        return ErrorBody.model_validate({})
