"""The methods of `Library` on what a user reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from booktrack.services.context import Context

if TYPE_CHECKING:
    from booktrack.services.reading_inputs import Day

JSON = dict[str, Any]


class ReadingMethods:
    """Readings, sessions, goals and statistics.

    A book is named by its id, or by an ISBN of one of its editions. A date is "2024",
    "2024-02" or "2024-02-29", a `datetime.date`, or an instant with its offset
    ("2024-02-29T23:30:00-05:00"), which counts for the day that the library's clock showed; left
    out, it is today where the clock is. A date more than a day ahead is refused.

    The answer is the reading: `{"id", "book_id", "edition_id", "isbn_13", "title", "authors",
    "status", "started_at", "paused_at", "finished_at", "rating", "review", "page", "page_count",
    "percent", "minutes", "duration_minutes", "chapter", "sessions": [...], "reread",
    "read_count", "updated_at"}`. `minutes` is the place in an audiobook; `reread` counts the
    readings of the book before this one; `finished_at` is the end of an abandoned one, too.
    """

    _ctx: Context

    def start_reading(
        self, book: int | str, *, date: Day = None, edition: int | str | None = None
    ) -> JSON:
        """Return the reading that begins or, where the book is being read, goes on.

        After a finished or abandoned reading it is another one: a re-read.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     reading = library.start_reading("9780765326355", date="2024-02-28")
        >>> reading["title"], reading["status"], reading["started_at"], reading["reread"]
        ('The Way of Kings', 'reading', '2024-02-28', 0)

        Args:
            book: Its id or an ISBN of it.
            date: When it was begun; today. It corrects the start of a book that is being read, and
                leaves that of a paused one.
            edition: The edition that is read, by id or ISBN; else the one that `book` names, one
                that is owned, or the first. In another edition than before the reading goes on
                at the same percentage.

        Raises:
            NotFound: The library has no such book or edition.
            Conflict: The edition is of another book.
            InvalidDate: The date is none, or in the future.
        """
        from booktrack.services import reading

        return reading.start_reading(self._ctx, book, date=date, edition=edition)

    def update_progress(
        self,
        book: int | str,
        *,
        page: int | None = None,
        percent: float | None = None,
        minutes: int | None = None,
        chapter: int | None = None,
        date: Day = None,
        note: str | None = None,
    ) -> JSON:
        """Return the reading at its new place, with `clamped`: what was past the end.

        What is past the end of the edition is cut off there. The other measures are derived from
        the edition's page count and duration. The place of an earlier date than the last one goes
        into the log and moves nothing. A book that is not being read is begun, a paused or
        abandoned one is taken up again; the end is not a finish, which `finish_reading` tells.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     length = library.lookup("9780765326355")["editions"][0]["page_count"]
        ...     reading = library.update_progress("9780765326355", page=length // 2)
        ...     past = library.update_progress("9780765326355", page=99_999)
        >>> 49 < reading["percent"] <= 50, past["page"] == length, past["clamped"]
        (True, True, ['page'])

        Args:
            book: Its id or an ISBN of it.
            page: The last page that was read.
            percent: The share that was read, 0 to 100.
            minutes: The place in an audiobook.
            chapter: The last chapter that was read; it says nothing of the percentage.
            date: When; today.
            note: A note on what was read.

        Raises:
            NotFound: The library has no such book.
            Conflict: The book was finished; with a date in that reading it is added there.
            InvalidInput: No place was given, or one is below zero.
        """
        from booktrack.services import reading

        return reading.update_progress(
            self._ctx,
            book,
            page=page,
            percent=percent,
            minutes=minutes,
            chapter=chapter,
            date=date,
            note=note,
        )

    def add_session(
        self,
        book: int | str,
        *,
        date: Day = None,
        minutes: int | None = None,
        from_page: int | None = None,
        to_page: int | None = None,
        note: str | None = None,
    ) -> JSON:
        """Return the reading with one more session in its log, and `clamped`, as `update_progress`.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     reading = library.add_session(1, date="2024-02-29", minutes=45, to_page=30)
        >>> reading["page"], reading["sessions"][0]["minutes"]
        (30, 45)

        Args:
            book: Its id or an ISBN of it.
            date: When; today.
            minutes: The time that was spent, at most a day.
            from_page: The page at which it began.
            to_page: The page at which it ended; it moves the place as `update_progress` does.
            note: A note on what was read.

        Raises:
            NotFound: The library has no such book.
            Conflict: The book was finished, and the date does not lie in that reading.
            InvalidInput: A number is wrong, or the session goes back.
        """
        from booktrack.services import reading

        return reading.add_session(
            self._ctx,
            book,
            date=date,
            minutes=minutes,
            from_page=from_page,
            to_page=to_page,
            note=note,
        )

    def pause_reading(self, book: int | str, *, date: Day = None) -> JSON:
        """Return the reading that is under way, paused; `start_reading` goes on with it.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     reading = library.start_reading(1, date="2024-02-28")
        ...     library.pause_reading(1, date="2024-02-29")["status"]
        'paused'

        Raises:
            NotFound: The library has no such book.
            Conflict: It is not being read.
            InvalidDate: The date is none, before the start, or in the future.
        """
        from booktrack.services import reading

        return reading.pause_reading(self._ctx, book, date=date)

    def finish_reading(
        self,
        book: int | str,
        *,
        rating: float | None = None,
        review: str | None = None,
        date: Day = None,
    ) -> JSON:
        """Return the reading that is finished now; one that was finished before stays as it was.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     reading = library.start_reading(1, date="2024-02-28")
        ...     reading = library.finish_reading(1, rating=4.5, date="2024-03-01")
        >>> reading["status"], reading["percent"], reading["rating"]
        ('finished', 100.0, 4.5)

        Args:
            book: Its id or an ISBN of it; it need not have been begun.
            rating: 0.5 to 5 stars, in halves or quarters.
            review: What the reader thinks of it, at most 100,000 characters.
            date: When it was finished; today.

        Raises:
            NotFound: The library has no such book.
            InvalidDate: The date is none, surely before the start, or in the future.
            InvalidInput: The rating or the review is none.
            Conflict: It was finished on another date.
        """
        from booktrack.services import reading

        return reading.finish_reading(self._ctx, book, rating=rating, review=review, date=date)

    def abandon_reading(
        self, book: int | str, *, date: Day = None, review: str | None = None
    ) -> JSON:
        """Return the reading that is given up, with its place.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     reading = library.update_progress(1, percent=20, date="2024-02-28")
        ...     reading = library.abandon_reading(1, date="2024-02-29")
        >>> reading["status"], reading["percent"], reading["finished_at"]
        ('abandoned', 20.0, '2024-02-29')

        Raises:
            NotFound: The library has no such book.
            Conflict: It was finished.
            InvalidDate: The date is none, surely before the start, or in the future.
        """
        from booktrack.services import reading

        return reading.abandon_reading(self._ctx, book, date=date, review=review)

    def rate(self, book: int | str, rating: float | None, *, review: str | None = None) -> JSON:
        """Return the last reading of a book with the user's rating; None takes it away.

        A book without a reading gets a finished one of unknown date.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     reading = library.rate(1, 5)
        >>> reading["rating"], reading["status"], reading["finished_at"]
        (5.0, 'finished', None)

        Raises:
            NotFound: The library has no such book, or there is no rating to take away.
            InvalidInput: The rating is not one from 0.5 to 5 in halves or quarters.
        """
        from booktrack.services import reading

        return reading.rate(self._ctx, book, rating, review=review)

    def get_reading(self, reading_id: int) -> JSON:
        """Return a reading by its id.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     reading = library.start_reading(1)
        ...     library.get_reading(reading["id"]) == reading
        True

        Raises:
            NotFound: The user has no such reading.
        """
        from booktrack.services import reading_edits

        return reading_edits.get_reading(self._ctx, reading_id)

    def edit_reading(self, reading_id: int, **changes: Any) -> JSON:
        """Return a reading after a correction.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     reading = library.finish_reading(1, date="2024-03-01")
        ...     library.edit_reading(reading["id"], finished_at="2024-02")["finished_at"]
        '2024-02'

        Args:
            reading_id: The reading.
            **changes: status, started_at, finished_at, rating, review, edition, page, percent,
                minutes, chapter, read_count, sessions (the whole log); None takes a value away.

        Raises:
            NotFound: The user has no such reading.
            InvalidInput: There is no such field, or a value is wrong.
            Conflict: The status does not go with a date, or the edition is of another book.
        """
        from booktrack.services import reading_edits

        return reading_edits.edit_reading(self._ctx, reading_id, changes)

    def remove_reading(self, reading_id: int) -> JSON:
        """Return `{"id", "removed": {table: count}}` after removing a reading; `undo` restores it.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.remove_reading(library.start_reading(1)["id"])["removed"]
        {'readings': 1}

        Raises:
            NotFound: The user has no such reading.
        """
        from booktrack.services import reading_edits

        return reading_edits.remove_reading(self._ctx, reading_id)

    def readings(
        self,
        book: int | str | None = None,
        *,
        status: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> JSON:
        """Return `{"total", "limit", "offset", "readings"}`: of a book or of all, the last first.

        What is being read comes before what is finished; wishes come last.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     first = library.finish_reading(1, date="2023")
        ...     again = library.start_reading(1, date="2024-02-29")
        ...     found = library.readings(1)["readings"]
        >>> [(one["status"], one["reread"]) for one in found]
        [('reading', 1), ('finished', 0)]

        Args:
            book: Only those of this book, by id or ISBN.
            status: Only those that are want_to_read, reading, paused, finished or abandoned.
            limit: Readings a page, 1 to 10,000.
            offset: How many to pass over.

        Raises:
            NotFound: The library has no such book.
            InvalidInput: An argument is wrong.
        """
        from booktrack.services import reading_lists

        return reading_lists.list_readings(
            self._ctx, book, status=status, limit=limit, offset=offset
        )

    def books_by_status(self, status: str, *, limit: int = 50, offset: int = 0) -> JSON:
        """Return `{"total", "limit", "offset", "books"}`: each book with its `reading`.

        A book stands in one status: that of the reading under way, else of a later wish to read
        it again, else of the last reading. The last read come first.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     reading = library.start_reading(1)
        ...     [book["title"] for book in library.books_by_status("reading")["books"]]
        ['The Way of Kings']

        Args:
            status: want_to_read, reading, paused, finished or abandoned; "unread" lists what the
                user owns and has no reading of, with `reading` None.
            limit: Books a page, 1 to 10,000.
            offset: How many to pass over.

        Raises:
            InvalidInput: An argument is wrong.
        """
        from booktrack.services import reading_lists

        return reading_lists.books_by_status(self._ctx, status, limit=limit, offset=offset)

    def add_to_wishlist(self, book: int | str) -> JSON:
        """Return the book with its `reading`, which is want_to_read from now on.

        Where the user neither owns nor wants an edition of it, the edition becomes `want`.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     book = library.add_to_wishlist(1)
        >>> book["reading"]["status"], book["editions"][0]["status"]
        ('want_to_read', 'own')

        Raises:
            NotFound: The library has no such book.
            Conflict: It is being read.
        """
        from booktrack.services import reading

        return reading.add_to_wishlist(self._ctx, book)

    def set_reading_goal(self, books: int, *, year: int | None = None) -> JSON:
        """Return a year against the goal that it has from now on.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     reading = library.finish_reading(1, date="2024-02-29")
        ...     goal = library.set_reading_goal(20, year=2024)
        >>> goal["books"], goal["finished"], goal["percent"], goal["remaining"]
        (20, 1, 5.0, 19)

        Args:
            books: How many books to finish, 1 to 100,000; a re-read counts as one.
            year: The year; this one.

        Returns:
            `{"year", "books", "finished", "percent", "remaining", "expected", "ahead"}`:
            `expected` is what an even pace has finished by today, `ahead` what is finished beyond
            it, below zero where it is behind.

        Raises:
            InvalidInput: A number is wrong.
        """
        from booktrack.services import reading_stats

        return reading_stats.set_goal(self._ctx, books, year)

    def reading_goal(self, year: int | None = None) -> JSON:
        """Return a year against its goal, as `set_reading_goal`; `books` is None without one.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.reading_goal(2024)["books"] is None
        True

        Raises:
            InvalidInput: The year is none.
        """
        from booktrack.services import reading_stats

        return reading_stats.goal(self._ctx, year)

    def remove_reading_goal(self, year: int | None = None) -> JSON:
        """Return `{"year", "removed": {table: count}}` after giving up the goal of a year.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     goal = library.set_reading_goal(20, year=2024)
        ...     library.remove_reading_goal(2024)
        {'year': 2024, 'removed': {'goals': 1}}

        Raises:
            NotFound: It has none.
        """
        from booktrack.services import reading_stats

        return reading_stats.remove_goal(self._ctx, year)

    def reading_stats(self, year: int | None = None) -> JSON:
        """Return what was read in a year, or in all, and how things stand now.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     reading = library.start_reading(1, date="2024-02-28")
        ...     reading = library.finish_reading(1, rating=4.5, date="2024-03-01")
        ...     stats = library.reading_stats(2024)
        >>> stats["books"], stats["average_rating"], stats["average_days"]
        (1, 4.5, 3.0)
        >>> stats["by_month"]["2024-03"]["books"], list(stats["by_author"])
        (1, ['Brandon Sanderson'])

        Args:
            year: Only this year; None is all time, those of unknown date included.

        Returns:
            `{"year", "books", "titles", "rereads", "pages", "minutes", "average_rating",
            "ratings": {stars: books}, "average_days", "undated", "without_month", "by_year",
            "by_month", "by_author", "by_series", "by_format", "by_language", "streak", "goal",
            "by_status": {status: books}, ...}`.

            `books` are finished readings, a re-read counting again and those that an import only
            counted too; `titles` are different books. Each `by_...` is `{name: {"books",
            "pages", "minutes", "average_rating"}}`, months as "2024-03": all twelve of a year.
            What is dated by the year alone is in no month (`without_month`). Pages count on the
            day they were read, what no log tells of on the day of the finish. `minutes` are those
            of sessions, and of audiobooks. `average_days` counts the first day and the last.
            `streak` is `{"current", "current_since", "longest", "longest_from", "longest_to",
            "days_read"}`, in days on which something was begun, read or finished; one that
            reached yesterday goes on. `goal` is that of the year, or of this one.

            How things stand now, whatever the year, each book in one place as `books_by_status`
            lists it: `by_status`, `unread`, `total_books`, which is the sum of `books_read`,
            `books_reading` (paused too), `books_unread`, `books_wishlist` and `books_dnf`; with
            `total_pages_read`, `reading_streak_days`, `books_this_year`, `books_this_month`.

        Raises:
            InvalidInput: The year is none.
        """
        from booktrack.services import reading_stats

        return reading_stats.reading_stats(self._ctx, year)
