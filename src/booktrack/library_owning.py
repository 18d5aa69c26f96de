"""The methods of `Library` on what a user owns, wants and misses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from booktrack.services import collection
from booktrack.services import series as series_service
from booktrack.services.context import Context

JSON = dict[str, Any]


class OwningMethods:
    """Saying what is owned, copies, loans and prices."""

    _ctx: Context

    def mark(self, edition: int | str, status: str, notes: str | None = None) -> JSON:
        """Return the edition after saying that the user owns, wants or misses it.

        Args:
            edition: Its id or ISBN.
            status: "own", "want" or "missing".
            notes: Replaces the notes; None leaves them.

        Raises:
            NotFound: The library has no such edition.
            InvalidInput: There is no such status.
        """
        return collection.mark(self._ctx, edition, status, notes)

    def mark_many(
        self, editions: Iterable[int | str], status: str, notes: str | None = None
    ) -> JSON:
        """Return `{"total", "changed", "editions"}` after marking all, or none if one is wrong.

        Raises:
            NotFound: The library has no such edition.
            InvalidInput: There is no such status, or no edition was named.
        """
        return collection.mark_many(self._ctx, editions, status, notes)

    def add_note(self, edition: int | str, note: str) -> JSON:
        """Return the edition with a line added to its notes; the same line is kept once.

        Raises:
            NotFound: The library has no such edition.
            InvalidInput: The note is empty or longer than 4,000 characters.
        """
        return collection.add_note(self._ctx, edition, note)

    def wanted(self, *, limit: int = 50, offset: int = 0) -> JSON:
        """Return `{"total", "limit", "offset", "books"}`: the books with a wanted edition."""
        return collection.wanted(self._ctx, limit=limit, offset=offset)

    def missing_from_series(self, series: int | str, *, kind: str | None = None) -> JSON:
        """Return `{"series", "total", "missing", "announced", "volumes"}`: what is not owned.

        Only released main volumes are missing; each says why it is listed.

        Args:
            series: Its id, name or alias, typos forgiven.
            kind: novel, light_novel, manga or comic, where several series bear the name.

        Raises:
            NotFound: There is none; `details["suggestions"]` names the nearest.
            Conflict: Several bear the name; `details["choices"]` lists them.
        """
        return series_service.missing_from_series(self._ctx, series, kind)

    def missing_from_author(self, author: str) -> JSON:
        """Return `{"author", "total", "owned", "books"}`: the known books that are not owned.

        Raises:
            NotFound: The library has no such author; `details["suggestions"]` names the nearest.
        """
        return collection.missing_from_author(self._ctx, author)
