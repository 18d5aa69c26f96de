"""What a form on a book's reading says, all of it in one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from booktrack.errors import InvalidInput
from booktrack.services import inputs, reading, reading_edits, reading_lists
from booktrack.services.context import Context
from booktrack.services.pages import book_page, labels_of, page_of
from booktrack.services.reading_inputs import Day

JSON = dict[str, Any]

STATUSES = ("want_to_read", "reading", "paused", "finished", "abandoned", "unread")


def say_reading(
    ctx: Context,
    book: int | str,
    *,
    status: str | None,
    place: Mapping[str, Any],
    dates: Mapping[str, Day],
    rating: float | None,
    review: str | None,
) -> JSON:
    """Return the book's page after everything that the form says was written down."""
    if status is not None:
        inputs.one_of(status, STATUSES, "reading status")
    at = {name: value for name, value in place.items() if value is not None}
    said = {name: value for name, value in dates.items() if value is not None}
    if status is None and not at and not said and rating is None and review is None:
        raise InvalidInput("the form says nothing of the reading")
    with ctx.store.transaction(f"reading of {book}", user_id=ctx.user_id) as tx:
        book_id = int(page_of(ctx, tx, book, labels_of(ctx))["id"])
        if status == "unread":
            _forget(ctx, book_id)
        else:
            _say(ctx, book_id, status or _implied(ctx, book_id, at, said), at, said)
            _judge(ctx, book_id, rating, review)
    return book_page(ctx, book_id)


def _last(ctx: Context, book_id: int) -> JSON | None:
    found = reading_lists.list_readings(ctx, book_id, status=None, limit=1, offset=0)["readings"]
    return found[0] if found else None


def _implied(
    ctx: Context, book_id: int, at: Mapping[str, Any], said: Mapping[str, Any]
) -> str | None:
    """Return the status that goes with what was said, None where there is one already."""
    last = _last(ctx, book_id)
    if "finished_at" in said:
        return "finished"
    if at or (said and last is None):
        return "reading"
    return None


def _say(
    ctx: Context,
    book_id: int,
    status: str | None,
    at: Mapping[str, Any],
    said: Mapping[str, Any],
) -> None:
    started, finished = said.get("started_at"), said.get("finished_at")
    if status == "want_to_read":
        reading.add_to_wishlist(ctx, book_id)
        return
    if status in ("reading", "paused"):
        reading.start_reading(ctx, book_id, date=started, edition=None)
    if at and status in ("reading", "paused", "abandoned"):
        reading.update_progress(
            ctx, book_id, page=at.get("page"), percent=at.get("percent"), minutes=None,
            chapter=None, date=None, note=None,
        )  # fmt: skip
    if status == "paused":
        reading.pause_reading(ctx, book_id, date=None)
    elif status == "finished":
        _finish(ctx, book_id, started, finished)
    elif status == "abandoned":
        reading.abandon_reading(ctx, book_id, date=finished, review=None)
    last = _last(ctx, book_id)
    if last is not None and started is not None and last["started_at"] != started:
        reading_edits.edit_reading(ctx, last["id"], {"started_at": started})


def _finish(ctx: Context, book_id: int, started: Day, finished: Day) -> None:
    last = _last(ctx, book_id)
    if last is not None and last["status"] == "finished":
        # A form that is sent again corrects the date; a re-read is begun first.
        if finished is not None and last["finished_at"] != finished:
            reading_edits.edit_reading(ctx, last["id"], {"finished_at": finished})
        return
    if started is not None:
        reading.start_reading(ctx, book_id, date=started, edition=None)
    reading.finish_reading(ctx, book_id, rating=None, review=None, date=finished)


def _judge(ctx: Context, book_id: int, rating: float | None, review: str | None) -> None:
    if rating is not None:
        reading.rate(ctx, book_id, rating, review=review)
    elif review is not None:
        last = _last(ctx, book_id)
        if last is None:
            raise InvalidInput("a review belongs to a reading: say the status or a rating too")
        reading_edits.edit_reading(ctx, last["id"], {"review": review})


def _forget(ctx: Context, book_id: int) -> None:
    last = _last(ctx, book_id)
    if last is not None:
        reading_edits.remove_reading(ctx, last["id"])
