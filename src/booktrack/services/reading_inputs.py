"""Checking what readers tell: days, places in a book, ratings and reviews."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any

from booktrack.domain.dates import PartialDate, require_date
from booktrack.domain.reading import is_rating
from booktrack.errors import InvalidDate, InvalidInput, shown
from booktrack.services import inputs
from booktrack.services.context import Context

JSON = dict[str, Any]
Day = str | date | None

_MOST = 1_000_000
_LONGEST_REVIEW = 100_000
_DAY = len("2026-11-22")


def day(ctx: Context, value: Day) -> str | None:
    """Return the date that a reader gives, None for None.

    A date is taken as it is written, whole or in part. An instant with its offset, as programs
    write one ("2026-11-22T23:30:00-05:00"), is the day that the library's clock showed then.

    Raises:
        InvalidDate: it is none, or lies in the future: more than a day ahead, since elsewhere it
            may be tomorrow already.
    """
    if value is None:
        return None
    found = _date_of(ctx, value)
    first = found.first_day()
    if first is None:
        raise InvalidDate(f"Nobody can tell what was read in {found.text}.", value=found.text)
    if first > ctx.clock().date() + timedelta(1):
        raise InvalidDate(
            f"{found.text} is in the future; what was read has a date up to today, {ctx.today()}.",
            value=found.text,
        )
    return found.text


def _date_of(ctx: Context, value: str | date) -> PartialDate:
    if isinstance(value, str):
        text = value.strip()
        moment = _instant(text) if len(text) > _DAY + 1 else None
        if moment is None:
            return require_date(value)
        value = moment
    if isinstance(value, datetime):
        zone = ctx.clock().tzinfo
        try:
            # Without an offset it is a time on the reader's own clock.
            value = value if value.tzinfo is None or zone is None else value.astimezone(zone)
        except OverflowError as error:
            raise InvalidDate(f"{value} is outside the calendar.", value=shown(value)) from error
    if not isinstance(value, date):
        raise InvalidDate(
            f"Not a date: {shown(value)}; write it as 2010, 2010-08 or 2010-08-31.",
            value=shown(value),
        )
    return PartialDate(value.year, value.month, value.day)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def stars(value: object) -> float:
    """Return a rating of half a star to five, in quarters.

    Raises:
        InvalidInput: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not is_rating(value):
        raise InvalidInput(
            f"a rating is a number from 0.5 to 5 in steps of a half or a quarter, "
            f"not {shown(value)}",
            value=shown(value),
        )
    return float(value)


def review(value: object) -> str | None:
    """Return a review as it was written, line breaks included; an empty one is none.

    Raises:
        InvalidInput: it is no text, or longer than 100,000 characters.
    """
    if not isinstance(value, str) or len(value) > _LONGEST_REVIEW:
        raise InvalidInput(
            f"a review is a text of at most {_LONGEST_REVIEW} characters, not {shown(value)}"
        )
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"the review is not valid Unicode: {shown(value)}") from error
    return value.strip() or None


def percent(value: object) -> float:
    """Return a share in percent of 0 or more.

    Raises:
        InvalidInput: it is none.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not math.isfinite(value)
        or value < 0
    ):
        raise InvalidInput(
            f"the percentage is a number from 0 to 100, not {shown(value)}", value=shown(value)
        )
    return float(value)


def count(value: object, what: str) -> int:
    """Return a whole number from 0.

    Raises:
        InvalidInput: it is none.
    """
    return inputs.whole(value, what, least=0, most=_MOST)


def measures(page: object, share: object, minutes: object, chapter: object) -> JSON:
    """Return the places that were given, by the name of their measure.

    Raises:
        InvalidInput: none was given, or one is no place.
    """
    given: JSON = {}
    if page is not None:
        given["page"] = count(page, "the page")
    if share is not None:
        given["percent"] = percent(share)
    if minutes is not None:
        given["minutes"] = count(minutes, "the minute")
    if chapter is not None:
        given["chapter"] = count(chapter, "the chapter")
    if not given:
        raise InvalidInput("say how far it is read: a page, a percentage, a minute or a chapter")
    return given
