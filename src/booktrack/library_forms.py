"""The methods of `Library` that do what the buttons and forms of a page ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from booktrack.services.context import Context

if TYPE_CHECKING:
    from booktrack.services.reading_inputs import Day

JSON = dict[str, Any]


class FormMethods:
    """Taking in and out, correcting, making and removing, each in one step."""

    _ctx: Context

    def put_on_shelf(self, edition: str, *, status: str = "own", **book: Any) -> JSON:
        """Return `{"already", "book"}` after saying that the user owns or wants an edition.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     library.put_on_shelf("9780765326355")["already"]
        True

        Args:
            edition: Its ISBN, ASIN or key.
            status: "own" or "want"; a wish does not take an owned book off the shelf.
            **book: What is known of it, should the library not know it: title, authors, series,
                position, publisher, release_date, language, page_count, cover_url. Without a
                title the sources are asked.

        Raises:
            NotFound: Nobody knows it and no title was given.
            InvalidISBN: It is no number of an edition.
        """
        from booktrack.services import page_forms

        return page_forms.put_on_shelf(self._ctx, edition, status, book)

    def take_off_shelf(self, edition: str) -> JSON:
        """Return the book after saying that the user has an edition no more.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     book = library.take_off_shelf("9780765326355")
        >>> book["editions"][0]["status"]
        'want'

        Raises:
            NotFound: The library has no such edition.
        """
        from booktrack.services import page_forms

        return page_forms.take_off_shelf(self._ctx, edition)

    def edit_page(self, book: int | str, **fields: Any) -> JSON:
        """Return the book after correcting it, its first edition and its place in one step.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     page = library.edit_page("9780765326355", page_count=1007, position=1)
        >>> page["editions"][0]["page_count"], page["series"]
        (1007, 'Stormlight Archive')

        Args:
            book: Its id, or the ISBN or key of the edition that is meant.
            **fields: title, subtitle, authors, description, genres; isbn_13, format, publisher,
                release_date, language, page_count, cover_url, price, currency; series (made
                where it is not there, None takes the book out) and position.

        Raises:
            NotFound: The library has no such book.
            InvalidInput: There is no such field, or a value is wrong.
        """
        from booktrack.services import page_forms

        return page_forms.edit_page(self._ctx, book, fields)

    def create_series(self, name: str, **fields: Any) -> JSON:
        """Return a new series without books.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     library.create_series("Wayward Children", total=10)["missing"][:3]
        ['1', '2', '3']

        Args:
            name: Its name.
            **fields: kind, total, publication_status, authors, description, publisher, genres,
                tags.

        Raises:
            Conflict: There is a series of this name.
            InvalidInput: There is no such field, or a value is wrong.
        """
        from booktrack.services import series_forms

        return series_forms.create_series(self._ctx, name, fields)

    def edit_series(self, series: int | str, **fields: Any) -> JSON:
        """Return the series after a form was sent: what differs becomes the user's word.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     series = library.edit_series("Saga", total=11, description="A family on the run.")
        >>> series["total_source"]
        'user'

        Args:
            series: Its id, label or name.
            **fields: name, kind, total (None: nobody knows), publication_status, authors,
                description, publisher, genres, tags.

        Raises:
            NotFound: There is no such series.
            Conflict: Another series bears the new name.
            InvalidInput: There is no such field, or a value is wrong.
        """
        from booktrack.services import series_forms

        return series_forms.edit_series(self._ctx, series, fields)

    def remove_series(self, series: int | str) -> JSON:
        """Return `{"id", "name", "removed", "books"}` after removing a series; its books stay.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     _ = library.create_series("Wayward Children")
        ...     library.remove_series("Wayward Children")["removed"]["series"]
        1

        Raises:
            NotFound: There is no such series.
        """
        from booktrack.services import series_forms

        return series_forms.remove_series(self._ctx, series)

    def add_volume(
        self, series: int | str, position: float | str, *, status: str = "missing", **fields: Any
    ) -> JSON:
        """Return the series after putting a book at a place where none stands.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     series = library.add_volume("Stormlight Archive", 3, title="Oathbringer")
        >>> series["missing"]
        ['3', '5']

        Args:
            series: Its id, label or name.
            position: 3 or 1.5.
            status: "own", "want" or "missing".
            **fields: title, subtitle, authors, description, isbn_13, publisher, release_date,
                page_count, cover_url, format, language; blank ones are not known.

        Raises:
            NotFound: There is no such series.
            Conflict: A book stands there already.
            InvalidInput: A value is wrong.
        """
        from booktrack.services import volume_forms

        return volume_forms.add_volume(self._ctx, series, position, status, fields)

    def edit_volume(self, series: int | str, number: float | str, **fields: Any) -> JSON:
        """Return the series after correcting the book of a volume; blank fields stay as they are.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     series = library.edit_volume("Saga", 1, publisher="Image")
        ...     library.series_page("Saga")["volumes"][0]["publisher"]
        'Image'

        Args:
            series: Its id, label or name.
            number: Its number, as `series_page` tells it.
            **fields: As for `add_volume`, and status.

        Raises:
            NotFound: There is no such series or volume.
            Conflict: The volume is part of an omnibus.
        """
        from booktrack.services import volume_forms

        return volume_forms.edit_volume(self._ctx, series, number, fields)

    def mark_volume(self, series: int | str, number: float | str, status: str) -> JSON:
        """Return the series after saying that one volume is owned, wanted or missing.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     library.mark_volume("Stormlight Archive", 3, "want")["wanted"]
        ['3', '5']

        Args:
            series: Its id, label or name.
            number: Its number, as `series_page` tells it.
            status: "own", "want" or "missing".

        Raises:
            NotFound: There is no such series or volume.
            Conflict: The volume is owned within an omnibus.
        """
        from booktrack.services import volume_forms

        return volume_forms.mark_volume(self._ctx, series, number, status)

    def remove_volume(self, series: int | str, number: float | str) -> JSON:
        """Return the series without a volume: its book stays in the library, on its own.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     library.remove_volume("Stormlight Archive", 5)["missing"]
        ['3']

        Raises:
            NotFound: There is no such series or volume.
            Conflict: The volume is part of an omnibus.
        """
        from booktrack.services import volume_forms

        return volume_forms.remove_volume(self._ctx, series, number)

    def say_reading(
        self,
        book: int | str,
        *,
        status: str | None = None,
        page: int | None = None,
        percent: float | None = None,
        started_at: Day = None,
        finished_at: Day = None,
        rating: float | None = None,
        review: str | None = None,
    ) -> JSON:
        """Return the book's page after a form on its reading was sent, in one step.

        >>> import booktrack
        >>> with booktrack.Library("library.json") as library:
        ...     page = library.say_reading("9780765326355", status="reading", percent=40)
        >>> page["reading"]["status"], page["reading"]["percent"]
        ('reading', 40.0)

        Args:
            book: Its id, or the ISBN, ASIN or key of one of its editions.
            status: want_to_read, reading, paused, finished, abandoned, or "unread", which takes
                the last reading away; None follows from the rest.
            page: The last page that was read.
            percent: The share that was read, 0 to 100.
            started_at: When it was begun.
            finished_at: When it was finished or given up.
            rating: 0.5 to 5 stars.
            review: What the reader thinks of it.

        Raises:
            NotFound: The library has no such book.
            InvalidInput: A value is wrong, or nothing was said.
            Conflict: The reading is in no state for it.
        """
        from booktrack.services import reading_forms

        return reading_forms.say_reading(
            self._ctx,
            book,
            status=status,
            place={"page": page, "percent": percent},
            dates={"started_at": started_at, "finished_at": finished_at},
            rating=rating,
            review=review,
        )
