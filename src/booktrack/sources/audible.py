"""Audible's catalogue: audiobooks with narrators, length, series and price, without a sign-in.

The interface is the shop's own and unpublished (documented by mkb79/Audible). A number that it
does not know, or not in this marketplace, answers with status 200 and a stub of the number alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from booktrack.domain.identifiers import parse_asin
from booktrack.domain.isbn import parse_isbn
from booktrack.domain.languages import language_code
from booktrack.domain.records import EditionRecord, SeriesClaim, WorkRecord
from booktrack.errors import SourceChanged, SourceRefused
from booktrack.sources.audible_payloads import ProductAnswer, ProductPayload, ProductsAnswer
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
from booktrack.sources.base import Ask, BaseSource, Flow, Limits, Refusal, Reply, read
from booktrack.sources.fields import each_once, isbns_in, read_each

MAX_RESULTS = 50
"""Products that one search may ask for."""

_GROUPS = (
    "product_attrs,product_desc,product_extended_attrs,contributors,series,media,price,"
    "category_ladders"
)
_PICTURES = "500,1024"
_NO_BOOKS = ("Podcast", "Periodical", "Subscription")
_MAX_GENRES = 15


class Audible(BaseSource):
    """The catalogue of one marketplace.

    Args:
        region: The marketplace: us, uk, de, fr, ca, it, au, in, jp, es or br.
        base_url: Where the service is, for tests.
    """

    name = "audible"
    title = "Audible"
    home = "https://www.audible.com"
    # None are published; one a second is what its gentler clients keep to.
    limits = Limits(requests=1)
    capabilities = frozenset({"by_isbn", "by_id", "search"})

    def __init__(self, region: str = "us", base_url: str | None = None) -> None:
        domain = REGIONS[checked_region(region, REGIONS)]
        self._base = (base_url or f"https://api.audible.{domain}").rstrip("/")
        self._shop = f"https://www.audible.{domain}"
        self.hosts = frozenset({urlsplit(self._base).netloc})

    def refusal(self, reply: Reply, now: datetime) -> Refusal | None:
        """Return what the status says; a web page with status 200 is a sign-in or maintenance."""
        if reply.status == 200 and reply.content_type == "text/html":
            return Refusal("down", "Audible shows a web page instead of its catalogue")
        return super().refusal(reply, now)

    def says_nothing(self, reply: Reply) -> bool:
        """Return whether the answer is a stub with nothing but its number, or an empty search."""
        answer = reply.json()
        if not isinstance(answer, dict) or not answer:
            return super().says_nothing(reply)
        return answer.get("products") == [] or _is_stub(answer.get("product"))

    def by_isbn(self, isbn: str) -> Flow[list[WorkRecord]]:
        """Return the recordings that carry the ISBN; few do, and the search finds others too."""
        number = parse_isbn(isbn)
        found = yield from self._products({"keywords": number}, 10)
        return [one for one in found if number in one.editions[0].isbns]

    def by_id(self, record_id: str) -> Flow[WorkRecord | None]:
        """Return the recording of this ASIN; a podcast is no book.

        Raises:
            InvalidInput: it is no ASIN.
        """
        asin = checked_asin(record_id)
        reply = yield Ask(
            f"{self._base}/1.0/catalog/products/{asin}",
            params={"response_groups": _GROUPS, "image_sizes": _PICTURES},
        )
        if reply.missing:
            return None
        answer = self._answer(reply)
        if _is_stub(answer.get("product")):
            return None
        product = read(ProductAnswer, answer, self.name).product
        return self._record(product, reply) if product.asin == asin else None

    def search(
        self, *, title: str | None = None, author: str | None = None, limit: int = 10
    ) -> Flow[list[WorkRecord]]:
        """Return recordings by title or author, the best first."""
        asked = {"title": title, "author": author}
        terms = {name: text.strip() for name, text in asked.items() if text and text.strip()}
        if not terms:
            return []
        return (yield from self._products(terms, limit))

    def _products(self, terms: dict[str, str], limit: int) -> Flow[list[WorkRecord]]:
        reply = yield Ask(
            f"{self._base}/1.0/catalog/products",
            params={
                **terms,
                "num_results": max(1, min(limit, MAX_RESULTS)),
                "response_groups": _GROUPS,
                "image_sizes": _PICTURES,
            },
        )
        if reply.missing:
            return []
        answer = read(ProductsAnswer, self._answer(reply), self.name)
        products = read_each(ProductPayload, answer.products, self.name)
        found = (self._record(one, reply) for one in products)
        return [record for record in found if record]

    def _answer(self, reply: Reply) -> dict[str, Any]:
        if reply.status in (400, 422):
            raise SourceRefused(
                f"Audible does not take the question {reply.url} (HTTP {reply.status})",
                source=self.name,
                status=reply.status,
            )
        answer = reply.json()
        if not isinstance(answer, dict):
            raise SourceChanged("Audible: the answer is no object", source=self.name)
        return answer

    def _record(self, product: ProductPayload, reply: Reply) -> WorkRecord | None:
        """Return the recording as a work; None for a podcast, and where it has no title."""
        if not product.asin or not product.title or not _is_book(product):
            return None
        series = _series(product)
        title, subtitle = work_title(product.title, product.subtitle, series)
        url = f"{self._shop}/pd/{product.asin}"
        return WorkRecord(
            source=self.name,
            record_id=product.asin,
            url=url,
            fetched_at=reply.fetched_at,
            title=title,
            subtitle=subtitle,
            people=cast(
                (one.name for one in product.authors), (one.name for one in product.narrators)
            ),
            series=series,
            description=product.publisher_summary or product.merchandising_summary,
            genres=_genres(product),
            editions=[self._edition(product, url, reply)],
        )

    def _edition(self, product: ProductPayload, url: str, reply: Reply) -> EditionRecord:
        asin = product.asin or ""
        price, currency = _price(product)
        return EditionRecord(
            source=self.name,
            record_id=asin,
            url=url,
            fetched_at=reply.fetched_at,
            isbns=isbns_in([product.isbn, asin]),
            asin=parse_asin(asin),
            title=product.title,
            book_format="audiobook",
            format_detail=format_words(product.format_type),
            publisher=product.publisher_name,
            release_date=release_day(product.release_date, product.issue_date),
            language=language_code(product.language),
            duration_minutes=product.runtime_length_min,
            cover_url=_cover(product),
            price=price,
            currency=currency,
            work_ids=[asin],
        )


def _is_stub(product: Any) -> bool:
    return isinstance(product, dict) and set(product) <= {"asin"}


def _is_book(product: ProductPayload) -> bool:
    kinds = (product.content_type, product.content_delivery_type)
    return not any(kind.startswith(_NO_BOOKS) for kind in kinds if kind)


def _series(product: ProductPayload) -> list[SeriesClaim]:
    """Return the series, the one under which the book is published first."""
    words = f"{product.title} {product.subtitle or ''}"
    listed = sorted(product.series, key=lambda one: one.title != product.publication_name)
    claims = (series_claim(one.title, one.sequence, one.asin, words) for one in listed)
    return [claim for claim in claims if claim]


def _genres(product: ProductPayload) -> list[str]:
    names = (step.name for one in product.category_ladders for step in one.ladder)
    return each_once(names)[:_MAX_GENRES]


def _price(product: ProductPayload) -> tuple[float | None, str | None]:
    """Return the price without a membership, else the lowest; credits are no money."""
    offers = (product.price.list_price, product.price.lowest_price) if product.price else ()
    for offer in offers:
        if offer and offer.base is not None:
            return offer.base, offer.currency_code
    return None, None


def _cover(product: ProductPayload) -> str | None:
    return product.product_images[max(product.product_images)] if product.product_images else None
