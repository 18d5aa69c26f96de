"""The methods of `Library` that ask sources beyond one question, and let the user choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from booktrack.services import collection
from booktrack.services.context import Context, Progress

JSON = dict[str, Any]


class SourceMethods:
    """Refreshing what is partial or old, and choosing among what sources say."""

    _ctx: Context

    def stale(self, limit: int = 100) -> JSON:
        """Return `{"total", "limit", "entries"}`: what needs asking, in the order of need.

        Partial entries come first, then those without cover or price, then the oldest; among
        equals those whose release date is near. Each entry is `{"book_id", "edition_id",
        "isbn_13", "title", "missing": [field], "stale": [field]}`.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.stale(limit=1)["entries"][0]["missing"]
        ['cover_url', 'publisher', 'page_count']

        Raises:
            InvalidInput: The limit is none.
        """
        from booktrack.services import refresh

        return refresh.stale(self._ctx, limit)

    def refresh(
        self,
        limit: int = 100,
        *,
        sources: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> JSON:
        """Return `{"asked", "changed", "sources", "left"}` after asking for what needs it most.

        Works in batches within each source's limits; what was done stays done when it is
        interrupted, and locked values stay. `changed` lists `{"book_id", "title", "fields":
        {name: [before, after]}}`. Tracked series are asked for new volumes too: `series` then
        tells how many answered. Where a webhook is set, it is told the news: `webhook` is
        `{"code": "ok", "news": number}`, or with a `message` why it was not; the next refresh
        tells it again.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.refresh(limit=10)["changed"]
        []

        Args:
            limit: How many editions at most.
            sources: Only these.
            progress: Called after each batch with `{"done", "total", "what"}`.

        Raises:
            InvalidInput: The limit is none, or a source that cannot be asked.
        """
        from booktrack.services import refresh

        return refresh.refresh(self._ctx, limit, progress, sources)

    def candidates(self, book_id: int) -> JSON:
        """Return `{"book", "editions"}`: the fields on which sources differ, with every value.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     book = library.lookup("9780765326355")
        ...     sorted(library.candidates(book["id"]))
        ['book', 'editions']

        Returns:
            `{"book": {field: [{"value", "source", "record", "at"}...]}, "editions": [{"id",
            "fields": {...}}]}`, the value in use first.

        Raises:
            NotFound: There is no such book.
        """
        from booktrack.services import choosing

        return choosing.candidates(self._ctx, collection.checked_id(book_id, "book"))

    def choose(
        self,
        book_id: int | None = None,
        *,
        field: str | None = None,
        source: str | None = None,
        edition: int | str | None = None,
        record: Mapping[str, Any] | None = None,
    ) -> JSON:
        """Return the book after taking another value, or a record that was left out.

        The record of a series, as `search(series=...)` lists them, gives the series instead.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     edition = library.edit_edition("9780765326355", price=10, currency="EUR")
        ...     book = library.choose(1, field="price", source="curated", edition="9780765326355")
        ...     book["editions"][0]["price"], book["editions"][0]["currency"]
        (29.99, 'USD')

        Args:
            book_id: The book; for a record None makes a book of its own.
            field: The field whose value is chosen, with `source`; it is locked from then on.
            source: The source that said it.
            edition: The edition, by id or ISBN, where the field is one of an edition.
            record: A candidate's `record`, as `search` gave it, instead of field and source.

        Raises:
            NotFound: There is no such book, or the source said nothing of the field.
            InvalidInput: Neither a field and its source nor a record was given.
        """
        from booktrack.errors import InvalidInput
        from booktrack.services import choosing

        if book_id is not None:
            collection.checked_id(book_id, "book")
        if record is not None and field is None and source is None:
            return choosing.choose_record(self._ctx, record, book_id)
        if record is not None or book_id is None or field is None or source is None:
            raise InvalidInput("choose a book's field and source, or a record")
        return choosing.choose_value(self._ctx, book_id, field, source, edition)
