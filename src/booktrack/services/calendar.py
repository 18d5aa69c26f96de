"""The release calendar: what comes out when, and what is out and still missing or wanted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from booktrack.domain.dates import PartialDate, require_date
from booktrack.domain.languages import language_code
from booktrack.domain.releases import Day, Release, first_day, last_day
from booktrack.errors import InvalidInput, shown
from booktrack.services import inputs
from booktrack.services.answers import position_answer
from booktrack.services.context import Context
from booktrack.services.release_shelves import Wishes
from booktrack.services.releases import releases

JSON = dict[str, Any]

EVERY_LANGUAGE = "all"
_EARLIEST: Day = (-10_000, 1, 1)
_LATEST: Day = (10_000, 12, 31)


def release_calendar(
    ctx: Context,
    start: object,
    end: object,
    *,
    languages: Sequence[str] | str | None,
    reprints: bool,
    estimates: bool,
) -> dict[str, list[JSON]]:
    """Return the entries by month, a year-only date under its year, in the order of time."""
    today = today_of(ctx)
    months: dict[str, list[JSON]] = {}
    for one in listed(ctx, start, end, languages=languages, reprints=reprints, estimates=estimates):
        if one.date is not None:
            month = PartialDate(one.date.year, one.date.month).text
            months.setdefault(month, []).append(entry(one, today))
    return months


def listed(
    ctx: Context,
    start: object = None,
    end: object = None,
    *,
    languages: Sequence[str] | str | None = None,
    reprints: bool = False,
    estimates: bool = True,
) -> list[Release]:
    """Return the releases that the calendar lists, in the order of time.

    Raises:
        InvalidDate: the start or the end is no date.
        InvalidInput: the end lies before the start, or a language is none.
    """
    first, last = span(start, end)
    wishes = asked_for(ctx, languages, reprints=reprints)
    inputs.flag(estimates, "estimates")
    today = today_of(ctx)
    kept = [
        one
        for one in releases(ctx, wishes)
        if one.date is not None
        and one.is_listed(today)
        and (estimates or not one.guessed)
        and last_day(one.date) >= first
        and first_day(one.date) <= last
    ]
    return sorted(kept, key=_order)


def today_of(ctx: Context) -> PartialDate:
    """Return the calendar date where the user's clock is."""
    return require_date(ctx.today())


def span(start: object, end: object) -> tuple[Day, Day]:
    """Return the first and the last day that are meant; "2025-11" is a whole month.

    Raises:
        InvalidDate: one of them is no date.
        InvalidInput: the end lies before the start.
    """
    first = _EARLIEST if start is None else first_day(_given_date(start))
    last = _LATEST if end is None else last_day(_given_date(end))
    if last < first:
        raise InvalidInput(f"the calendar would end ({shown(end)}) before it starts ({start})")
    return first, last


def _given_date(value: object) -> PartialDate:
    # A moment means the day that its own clock shows: a release date has no time zone.
    if isinstance(value, datetime):
        value = value.date()
    return require_date(value.isoformat() if isinstance(value, date) else value)  # type: ignore[arg-type]  # checked there


def asked_for(ctx: Context, languages: Sequence[str] | str | None, *, reprints: bool) -> Wishes:
    """Return what the user asks to see, as the settings say where no language is given.

    Raises:
        InvalidInput: a language is none that is known.
    """
    inputs.flag(reprints, "reprints")
    if languages is None:
        languages = ctx.settings("calendar_languages")
    names = [languages] if isinstance(languages, str) else inputs.texts(languages, "a language")
    if EVERY_LANGUAGE in {name.strip().lower() for name in names}:
        return Wishes(every_language=True, reprints=reprints)
    codes = frozenset(map(_language, names))
    return Wishes(codes or None, reprints=reprints)


def _language(name: str) -> str:
    code = language_code(name)
    if code is None:
        raise InvalidInput(
            f"{shown(name)} is no language that is known; write a code such as en or ja, or "
            f"{EVERY_LANGUAGE!r}"
        )
    return code


def _order(one: Release) -> tuple[Any, ...]:
    return one.date, one.series or "", one.title, one.book_id or 0, one.edition_id or 0


def entry(one: Release, today: PartialDate) -> JSON:
    """Return one release: the specification's five fields, then which book it is and why."""
    return {
        "title": one.title,
        "release_date": one.date.text if one.date else None,
        "format": one.book_format,
        "owned": one.owned,
        "wanted": one.wanted,
        "state": one.state(today),
        "precision": one.date.precision if one.date else None,
        "why": one.why,
        "authors": list(one.authors),
        "series": one.series,
        "series_id": one.series_id,
        **position_answer(one.position, one.label),
        "book_id": one.book_id,
        "edition_id": one.edition_id,
        "isbn_13": one.isbn_13,
        "language": one.language,
        "publisher": one.publisher,
        "cover_url": one.cover_url,
    }
