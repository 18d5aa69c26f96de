"""Which editions and volumes want a picture, and where each may be asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from booktrack.domain.covers import GOOD_WIDTH, best_addresses
from booktrack.services.context import Context
from booktrack.services.cover_documents import unwanted_addresses
from booktrack.services.covers import is_there
from booktrack.services.pictures import Picture
from booktrack.store.base import Document

JSON = dict[str, Any]


@dataclass
class Target:
    """An edition, or a place of a series, that wants a picture."""

    key: str
    owner: JSON
    title: str
    isbn: str | None
    families: list[tuple[str | None, list[str]]]
    """The source and the forms of each address, the largest form first."""
    at: int = 0
    form: int = 0
    best: tuple[Picture, str, str | None] | None = None
    problems: list[JSON] = field(default_factory=list)

    @property
    def url(self) -> str | None:
        """The address to ask next, or None where all were asked or the best is good enough."""
        if self.best and self.best[0].width >= GOOD_WIDTH:
            return None
        return self.families[self.at][1][self.form] if self.at < len(self.families) else None

    def next_form(self) -> None:
        """Go on to a smaller form of the address, or to the next address."""
        self.form += 1
        if self.form >= len(self.families[self.at][1]):
            self.next_address()

    def next_address(self) -> None:
        """Go on to the next address: what is left of this one is smaller, or as bad."""
        self.at, self.form = self.at + 1, 0


def editions_without(ctx: Context) -> Iterator[Target]:
    """Return the editions without a picture: those that the user owns first, then those wanted."""
    order = {"own": 0, "want": 1}
    said = {
        one["edition_id"]: order.get(one["status"], 2)
        for _, one in ctx.store.all("statuses")
        if one["user_id"] == ctx.user_id
    }
    pictures = _by_edition(ctx)
    editions = sorted(ctx.store.all("editions"), key=lambda item: (said.get(item[0], 3), item[0]))
    for edition_id, edition in editions:
        if not _is_served(ctx, edition, pictures.get(edition_id)):
            yield target_of_edition(ctx, edition_id, edition)


def _by_edition(ctx: Context) -> dict[int, Document]:
    return {
        one["edition_id"]: one
        for _, one in ctx.store.all("covers")
        if one.get("edition_id") is not None and not one.get("removed")
    }


def _is_served(ctx: Context, edition: Document, picture: Document | None) -> bool:
    if picture is None or not is_there(ctx, picture):
        return False
    if picture.get("uploaded") or "cover_url" not in edition.get("locked", []):
        return True
    # The user chose another address since.
    return picture.get("url") in best_addresses(edition.get("cover_url"))


def target_of_edition(ctx: Context, edition_id: int, edition: Document) -> Target:
    """Return an edition as one that wants a picture, with every address that a source gave."""
    book = ctx.store.get("books", edition["book_id"]) or {}
    key = f"edition:{edition_id}"
    return Target(
        key=key,
        owner={"edition_id": edition_id},
        title=edition.get("title") or book.get("title") or "",
        isbn=edition.get("isbn_13"),
        families=families(_addresses(edition), unwanted_addresses(ctx.store, key)),
    )


def _addresses(edition: Document) -> Iterator[tuple[str | None, str | None]]:
    """Return who gave which address: the one in use first."""
    by = next(
        (one["source"] for one in edition.get("origins", []) if "cover_url" in one["fields"]),
        edition.get("source"),
    )
    mine = "cover_url" in edition.get("locked", [])
    yield ("user" if mine else by), edition.get("cover_url")
    for claim in edition.get("alternatives", {}).get("cover_url", []):
        yield claim["source"], claim["value"]


def families(
    given: Iterable[tuple[str | None, str | None]], unwanted: Collection[str]
) -> list[tuple[str | None, list[str]]]:
    """Return the forms of each address, without those of which the user wants no picture."""
    found: list[tuple[str | None, list[str]]] = []
    seen: set[str] = set()
    for source, address in given:
        forms = [one for one in best_addresses(address) if one not in seen]
        if forms and not set(unwanted).intersection(forms):
            seen.update(forms)
            found.append((source, forms))
    return found
