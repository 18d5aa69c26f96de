"""The operations on what a user owns and wants: copies, loans, prices."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from booktrack.web import shapes, shapes_owning
from booktrack.web.operations import (
    JSON,
    Body,
    Changes,
    EditionParams,
    Int,
    Operation,
    Page,
    PartialDate,
    tagged,
)
from booktrack.web.operations_books import Status, Text

Day = PartialDate | None
Note = Annotated[str | None, Field(max_length=4_000)]
Amount = Annotated[float, Field(ge=0, le=1e9)]


class Mark(Body):
    """The status of an edition; notes replace those that are there."""

    shown: ClassVar[JSON] = {"status": "own", "notes": "signed copy"}

    status: Status
    notes: Note = None


class Marks(Body):
    """Editions by id or ISBN, and their status."""

    shown: ClassVar[JSON] = {"editions": ["9780765326355", 2], "status": "own"}

    editions: Annotated[list[str | int], Field(min_length=1, max_length=10_000)]
    status: Status
    notes: Note = None


class NewNote(Body):
    """A line for the notes."""

    shown: ClassVar[JSON] = {"note": "signed copy"}

    note: Annotated[str, Field(min_length=1, max_length=4_000)]


class CopyEdit(Changes):
    """What the user has of an edition; null forgets a field."""

    shown: ClassVar[JSON] = {"copies": 2, "signed": True, "price_paid": 24.0,
                             "price_paid_currency": "USD"}  # fmt: skip

    copies: Annotated[Int | None, Field(ge=1, le=100_000)] = None
    condition: Note = None
    location: Note = None
    acquired_date: Day = None
    price_paid: Amount | None = None
    price_paid_currency: Annotated[str | None, Field(min_length=3, max_length=3)] = None
    signed: bool | None = None
    shelves: list[Text] | None = None
    tags: list[Text] | None = None
    notes: Note = None


class Loan(Body):
    """Who has it, and since when."""

    shown: ClassVar[JSON] = {"to": "Ann", "since": "2026-10-03"}

    to: Text
    since: Day = None


class NewPrice(Body):
    """What an edition costs somewhere."""

    shown: ClassVar[JSON] = {"price": 19.5, "currency": "EUR", "source": "flea market"}

    price: Amount
    currency: Annotated[str | None, Field(min_length=3, max_length=3)]
    source: Text = "user"
    date: Day = None


_EDITION: JSON = {"path": {"edition": "9780765326355"}}

OPERATIONS: list[Operation] = tagged(
    "owning",
    Operation(
        "PUT", "/editions/{edition}/status", "mark", "Say that you own, want or miss an edition",
        shapes.Edition, EditionParams, Mark, version="content", current="get_edition",
        sample=_EDITION,
    ),
    Operation(
        "POST", "/statuses", "mark_many", "Mark many editions, or none if one is wrong",
        shapes.Marked, body=Marks, errors=(404,), sample={"query": {}},
    ),
    Operation(
        "POST", "/editions/{edition}/notes", "add_note", "Add a line to an edition's notes",
        shapes.Edition, EditionParams, NewNote, current="get_edition", keyed=True, sample=_EDITION,
    ),
    Operation(
        "PATCH", "/editions/{edition}/copy", "edit_copy", "Tell more of the copies that you have",
        shapes.Edition, EditionParams, CopyEdit, version="content", current="get_edition",
        sample=_EDITION,
    ),
    Operation(
        "PUT", "/editions/{edition}/loan", "lend", "Note who has an edition now",
        shapes.Edition, EditionParams, Loan, version="content", current="get_edition",
        sample=_EDITION,
    ),
    Operation(
        "GET", "/loans", "loans", "What is lent, the longest first",
        shapes_owning.Loans, Page, version="revision", sample={"query": {}},
    ),
    Operation(
        "DELETE", "/editions/{edition}/loan", "take_back", "Note that a loan has ended",
        shapes.Edition, EditionParams, version="content", current="get_edition",
        sample={**_EDITION, "before": [("PUT", "/editions/9780765326355/loan", Loan.shown)]},
    ),
    Operation(
        "GET", "/wanted", "wanted", "The books with a wanted edition",
        shapes_owning.Wanted, Page, version="revision", sample={"query": {"limit": 1}},
    ),
    Operation(
        "POST", "/editions/{edition}/prices", "add_price", "Note what an edition costs somewhere",
        shapes_owning.PriceHistory, EditionParams, NewPrice, status=201, keyed=True,
        sample=_EDITION,
    ),
    Operation(
        "GET", "/editions/{edition}/prices", "price_history", "What an edition costs and cost",
        shapes_owning.PriceHistory, EditionParams, version="content", sample=_EDITION,
    ),
    Operation(
        "GET", "/worth", "collection_worth", "What the owned copies cost today, by currency",
        shapes_owning.Worth, version="revision", sample={"query": {}},
    ),
)  # fmt: skip
