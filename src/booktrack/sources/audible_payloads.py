"""Audible's catalogue as models.

The catalogue leaves out what it does not know, the library writes null for it, and what a title
lacks in this marketplace may be missing altogether: every field is optional.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from booktrack.sources.fields import Amount, Count, Items, Line, Markup, Payload


def _pictures(value: Any) -> dict[int, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("pictures by their size are due")
    return {
        int(size): url
        for size, url in value.items()
        if size.isdecimal() and len(size) < 6 and isinstance(url, str) and url.startswith("https:")
    }


Pictures = Annotated[dict[int, str], BeforeValidator(_pictures)]


class PersonPayload(Payload):
    """An author or narrator; the role of others stands in the name: "Name - translator"."""

    name: Line = None


class SeriesPayload(Payload):
    """A series and the place in it: "1", "0.5", "1-2", "Book 1", "2, Dramatized Adaptation", ""."""

    asin: Line = None
    title: Line = None
    sequence: Line = None


class SumPayload(Payload):
    """An amount of money."""

    base: Amount = None
    currency_code: Line = None


class PricePayload(Payload):
    """What a title costs without a membership, and at least; `credit_price` is no money."""

    list_price: SumPayload | None = None
    lowest_price: SumPayload | None = None


class StepPayload(Payload):
    """One step of a way through the shop's categories."""

    name: Line = None


class LadderPayload(Payload):
    """A way through the categories, the widest first."""

    ladder: Items[StepPayload]


class ProductPayload(Payload):
    """A product of the catalogue: a recording, a podcast, or a stub that holds its ASIN only."""

    asin: Line = None
    isbn: Line = None
    title: Line = None
    subtitle: Line = None
    authors: Items[PersonPayload]
    narrators: Items[PersonPayload]
    series: Items[SeriesPayload]
    publication_name: Line = None
    publisher_name: Line = None
    publisher_summary: Markup = None
    merchandising_summary: Markup = None
    language: Line = None
    release_date: Line = None
    issue_date: Line = None
    runtime_length_min: Count = None
    format_type: Line = None
    content_type: Line = None
    content_delivery_type: Line = None
    product_images: Pictures = Field(default_factory=dict)
    price: PricePayload | None = None
    category_ladders: Items[LadderPayload]


class ProductAnswer(Payload):
    """The answer to a question for one ASIN."""

    product: ProductPayload


class ProductsAnswer(Payload):
    """The answer to a search; each product is read by itself, so that one bad one is one."""

    products: list[Any]
