"""The methods of `Library` on what comes out: the calendar and the news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from booktrack.services.context import Context

JSON = dict[str, Any]


class CalendarMethods:
    """Release dates, and what changed about them."""

    _ctx: Context

    def release_calendar(
        self,
        start: str | date | None = None,
        end: str | date | None = None,
        *,
        languages: Sequence[str] | str | None = None,
        reprints: bool = False,
        estimates: bool = True,
    ) -> dict[str, list[JSON]]:
        """Return `{"2026-12": [entry...]}`: what comes out, and what is out and not owned.

        Listed are upcoming books of tracked series and authors, everything upcoming that is
        wanted or owned already, and released books that are wanted or of which no edition is
        owned or was read. A date that is known to the month stands under its month without a
        day, one known to the year under its year ("2026"). A release date is a calendar date: no
        time zone moves it.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     book = library.add(
        ...         title="Isles of the Emberdark", status="want", release_date="2099-02"
        ...     )
        ...     entry = library.release_calendar("2099")["2099-02"][0]
        >>> entry["title"], entry["release_date"], entry["wanted"], entry["state"]
        ('Isles of the Emberdark', '2099-02', True, 'announced')

        Args:
            start: The first day, month or year; None begins with the oldest.
            end: The last one, wholly included; None ends with the latest.
            languages: Codes or names of languages; "all" leaves none out; None takes the setting
                `calendar_languages`, else those that the user reads of each series. Editions of
                which the language is unknown are kept.
            reprints: List what came out after another edition of the same language too.
            estimates: List the next volume of a series that keeps a rhythm, with a guess.

        Returns:
            Months in the order of time. Each entry is `{"title", "release_date", "format",
            "owned", "wanted", "state", "precision", "why", "authors", "series", "series_id",
            "series_position", "series_position_label", "book_id", "edition_id", "isbn_13",
            "language", "publisher", "cover_url"}`. `state` is "released" when the last day that
            the date can mean has come, "announced" while its first one lies ahead, "estimated"
            between the two and where the date is a guess; `precision` is "day", "month" or
            "year". A volume of which the library has no book has null as `book_id` and
            `edition_id`, and the format "unknown".

        Raises:
            InvalidDate: The start or the end is no date.
            InvalidInput: The end lies before the start, or a language is none.
        """
        from booktrack.services import calendar

        return calendar.release_calendar(
            self._ctx, start, end, languages=languages, reprints=reprints, estimates=estimates
        )

    def release_calendar_ics(
        self,
        start: str | date | None = None,
        end: str | date | None = None,
        *,
        languages: Sequence[str] | str | None = None,
        reprints: bool = False,
        estimates: bool = True,
    ) -> str:
        """Return the release calendar as a feed (RFC 5545) that calendar programs subscribe to.

        Each release is an all-day event without a time zone. One that is known to the month lies
        over the whole month, one announced for a year over the year: no day is made up. What came
        out in a year and no more is known of it stands in no feed. Guesses are tentative. An
        event keeps its UID when its title, date or ISBN changes, and when a book is added of a
        volume that a source had listed; the same library gives the same feed, byte by byte, until
        something changes.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     book = library.add(
        ...         title="Isles of the Emberdark", status="want", release_date="2099-02"
        ...     )
        ...     feed = library.release_calendar_ics("2099")
        >>> [line for line in feed.splitlines() if line.startswith("DT") and "VALUE" in line]
        ['DTSTART;VALUE=DATE:20990201', 'DTEND;VALUE=DATE:20990301']

        Args:
            start: As in `release_calendar`, like the others.
            end: The last day, month or year, wholly included.
            languages: Codes or names of languages, "all", or None for those of the user.
            reprints: List what came out after another edition of the same language too.
            estimates: List the guesses for the next volumes too.

        Raises:
            InvalidDate: The start or the end is no date.
            InvalidInput: The end lies before the start, or a language is none.
        """
        from booktrack.services import calendar_feed

        return calendar_feed.feed(
            self._ctx, start, end, languages=languages, reprints=reprints, estimates=estimates
        )

    def news(self, since: str | date | None = None, until: str | date | None = None) -> JSON:
        """Return what was announced, moved and released between two moments, from the history.

        What counts is the difference between the two: a date that was moved and moved back is no
        news. Which books are of interest is decided as in the calendar, as of now.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     book = library.add(title="Emberdark", status="want", release_date="2099-02")
        ...     item = library.news()["news"][0]
        >>> item["kind"], item["title"], item["after"]
        ('announced', 'Emberdark', '2099-02')

        Args:
            since: A date, which begins at midnight, or a moment ("2026-11-22T12:00:00Z"); None
                looks back 30 days.
            until: A date, wholly included, or a moment; None means now.

        Returns:
            `{"since", "until", "complete", "total", "news"}`. Each of the news is `{"kind",
            "title", "series", "volume", "before", "after", "at", "formats", "owned", "wanted",
            "authors", "series_id", "series_position", "series_position_label", "book_id",
            "edition_id", "isbn_13", "why"}`. `kind` is "announced" (new, or its first date),
            "dated" (a date became more precise: 2026-11 became 2026-11-24), "moved" (`after` is
            null where the date was withdrawn) or "released" (`at` is then the date). `complete`
            is false where the history does not reach back so far.

        Raises:
            InvalidDate: One of them is no date.
            InvalidInput: The end lies before the beginning.
        """
        from booktrack.services import news

        return news.news(self._ctx, since, until)

    def track_author(self, name: str, tracked: bool = True) -> JSON:
        """Return `{"name", "tracked", "why", "books"}` after saying whether an author is tracked.

        Without a word from the user, authors are tracked of whom they own or want a book.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.track_author("sanderson, brandon", tracked=False)["name"]
        'Brandon Sanderson'

        Args:
            name: The author, in any order of names; one of whom no book is there may be tracked.
            tracked: Whether upcoming books are of interest.

        Raises:
            InvalidInput: The name is empty, or tracked is neither true nor false.
        """
        from booktrack.services import authors

        return authors.track_author(self._ctx, name, tracked)

    def tracked_authors(self, *, limit: int = 50, offset: int = 0) -> JSON:
        """Return `{"total", "limit", "offset", "authors"}`: whose upcoming books are of interest.

        >>> import booktrack
        >>> with booktrack.Library("library.json", offline=True) as library:
        ...     library.tracked_authors(limit=1)["authors"][0]["why"]
        'you own or want a book'

        Args:
            limit: Authors a page, 1 to 10,000.
            offset: How many to pass over.

        Returns:
            By name, `{"name", "tracked", "why", "books"}` each; `books` counts those of which an
            edition is owned or wanted. Authors that the user does not track are left out.

        Raises:
            InvalidInput: The limit or the offset is out of range.
        """
        from booktrack.services import authors

        return authors.tracked_authors(self._ctx, limit=limit, offset=offset)
