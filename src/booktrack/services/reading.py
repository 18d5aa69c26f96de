"""Beginning, pausing and ending readings, and how far each has got."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from booktrack.domain.reading import (
    CLOSED,
    OPEN,
    Length,
    clamped,
    is_latest,
    last_date,
    reading_on,
    surely_before,
    with_session,
)
from booktrack.errors import Conflict, InvalidDate, InvalidInput, NotFound
from booktrack.services import inputs
from booktrack.services import reading_inputs as told
from booktrack.services.answers import Answers
from booktrack.services.context import Context
from booktrack.services.owning import set_status
from booktrack.services.reading_inputs import Day
from booktrack.services.reading_shelf import Shelf
from booktrack.store.base import Document, Transaction

JSON = dict[str, Any]


def start_reading(
    ctx: Context, book: int | str, *, date: Day = None, edition: int | str | None = None
) -> JSON:
    """Return the reading that begins or goes on; after the end of one it is another one."""
    given = told.day(ctx, date)
    with change(ctx, f"start reading {book}") as tx:
        shelf = Shelf(tx, ctx, book)
        chosen = shelf.named if edition is None else shelf.edition(edition)
        reading_id, reading = shelf.current()
        if reading.get("status") in CLOSED:
            reading_id, reading = None, shelf.fresh()
        start: str | None = given or ctx.today()
        if reading.get("status") == "paused" or (reading.get("status") == "reading" and not given):
            start = reading.get("started_at")
        reading = shelf.in_edition(reading, chosen)
        return shelf.write(reading_id, {**reading, **_under_way(start)})


def _under_way(start: str | None) -> JSON:
    return {"status": "reading", "started_at": start, "paused_at": None, "finished_at": None}


def update_progress(
    ctx: Context,
    book: int | str,
    *,
    page: int | None = None,
    percent: float | None = None,
    minutes: int | None = None,
    chapter: int | None = None,
    date: Day = None,
    note: str | None = None,
) -> JSON:
    """Return the reading with its new place; what is past the end is cut off there."""
    given = told.measures(page, percent, minutes, chapter)
    day = told.day(ctx, date)
    text = inputs.note(note)
    with change(ctx, f"progress in {book}") as tx:
        shelf = Shelf(tx, ctx, book)
        reading_id, reading = _to_report(ctx, shelf, day)
        length = shelf.length(reading.get("edition_id"))
        said, cut = clamped(given, length)
        session = {
            "date": day or ctx.today(),
            "to_page": said.get("page"),
            "percent": said.get("percent"),
            "at_minute": said.get("minutes"),
            "chapter": said.get("chapter"),
            "note": text,
        }
        answer = shelf.write(
            reading_id, _reported(reading, session, length, now=day is None, once=True)
        )
        return {**answer, "clamped": cut}


def add_session(
    ctx: Context,
    book: int | str,
    *,
    date: Day = None,
    minutes: int | None = None,
    from_page: int | None = None,
    to_page: int | None = None,
    note: str | None = None,
) -> JSON:
    """Return the reading with one more session in its log."""
    day = told.day(ctx, date)
    given: JSON = {"note": inputs.note(note)}
    if minutes is not None:
        given["minutes"] = inputs.whole(minutes, "the minutes", least=0, most=24 * 60)
    for name, value in (("from_page", from_page), ("to_page", to_page)):
        if value is not None:
            given[name] = told.count(value, "the page")
    if from_page is not None and to_page is not None and to_page < from_page:
        raise InvalidInput(f"a session goes on, not back: from page {from_page} to {to_page}")
    with change(ctx, f"session with {book}") as tx:
        shelf = Shelf(tx, ctx, book)
        reading_id, reading = _to_report(ctx, shelf, day)
        length = shelf.length(reading.get("edition_id"))
        # Minutes are the time that was spent here, and no place in an audiobook.
        pages, cut = clamped({n: v for n, v in given.items() if n != "minutes"}, length)
        session = {**given, **pages, "date": day or ctx.today()}
        answer = shelf.write(reading_id, _reported(reading, session, length, now=day is None))
        return {**answer, "clamped": cut}


def _to_report(ctx: Context, shelf: Shelf, day: str | None) -> tuple[int | None, JSON]:
    """Return the reading that a report of a day belongs to, under way where it is no old one.

    Raises:
        Conflict: the book was finished, and the day does not lie in that reading.
    """
    reading_id, reading = shelf.current()
    status = reading.get("status")
    if day is not None and _is_none_of(reading, day):
        earlier = reading_on(shelf.readings, day)
        if earlier is not None:
            return earlier, shelf.in_edition(shelf.readings[earlier], shelf.named)
    if status == "finished":
        at = reading.get("finished_at") or "an unknown day"
        raise Conflict(
            f"{shelf.title} was finished on {at}; start_reading begins another reading, and a "
            "date before the finish adds to that one",
            reading_id=reading_id,
        )
    start = reading.get("started_at") if status in (*OPEN, *CLOSED) else day or ctx.today()
    if start and day and surely_before(day, start):
        start = day
    under_way = _under_way(start)
    paused = reading.get("paused_at")
    if status == "paused" and day and paused and surely_before(day, paused):
        under_way |= {"status": "paused", "paused_at": paused}
    return reading_id, {**shelf.in_edition(reading, shelf.named), **under_way}


def _is_none_of(reading: Document, day: str) -> bool:
    """Whether a day cannot belong to the reading that stands for the book."""
    if reading.get("status") not in OPEN:
        return True
    start = reading.get("started_at")
    return start is not None and surely_before(day, start)


def _reported(
    reading: JSON, session: JSON, length: Length, *, now: bool, once: bool = False
) -> JSON:
    """Return the reading after a session; where the reader stands only the latest one says.

    What is reported of now is the latest, even where the last one was dated tomorrow elsewhere.
    """
    session = {name: value for name, value in session.items() if value is not None}
    log = reading.get("sessions", [])
    after = dict(reading)
    if now or is_latest(log, session["date"]):
        place = {
            "page": session.get("to_page"),
            "percent": session.get("percent"),
            "minutes": session.get("at_minute"),
        }
        told_of = {name: value for name, value in place.items() if value is not None}
        # A minute of unknown share of the whole says nothing of the page.
        if told_of.keys() - {"minutes"} or (told_of and length.minutes):
            after |= place
        after |= told_of
        if "chapter" in session:
            after["chapter"] = session["chapter"]
    if not (once and session in log):  # sent twice, it was read once
        after["sessions"] = with_session(log, session)
    return after


def pause_reading(ctx: Context, book: int | str, *, date: Day = None) -> JSON:
    """Return the reading that is under way, paused."""
    day = told.day(ctx, date)
    with change(ctx, f"pause {book}") as tx:
        shelf = Shelf(tx, ctx, book)
        reading_id, reading = shelf.current()
        if reading.get("status") not in OPEN:
            raise Conflict(
                f"{shelf.title} is not being read; start_reading begins", reading_id=reading_id
            )
        if reading["status"] == "paused" and day is None:
            day = reading.get("paused_at")
        paused = day or _not_before(reading, ctx.today())
        start = reading.get("started_at")
        if start and surely_before(paused, start):
            raise InvalidDate(f"the pause, {paused}, is before the start, {start}", value=paused)
        return shelf.write(reading_id, {**reading, "status": "paused", "paused_at": paused})


def _not_before(reading: Document, day: str) -> str:
    """Return the day, or a later start: who flies west ends a book on a day before its start."""
    start = reading.get("started_at")
    return start if start and surely_before(day, start) else day


def finish_reading(
    ctx: Context,
    book: int | str,
    *,
    rating: float | None = None,
    review: str | None = None,
    date: Day = None,
) -> JSON:
    """Return the reading that is finished now; finishing twice changes nothing."""
    opinion = _opinion(rating, review)
    day = told.day(ctx, date)
    with change(ctx, f"finish {book}") as tx:
        shelf = Shelf(tx, ctx, book)
        reading_id, reading = shelf.current()
        if reading.get("status") == "finished":
            at = reading.get("finished_at")
            if at and day and (surely_before(at, day) or surely_before(day, at)):
                raise Conflict(
                    f"{shelf.title} was finished on {at}; start_reading begins another reading, "
                    "edit_reading corrects the date",
                    reading_id=reading_id,
                )
            # Of two dates that agree the longer one says more: 2024-03-01 of 2024.
            exact = max(at or "", day or "", key=len) or None
            return shelf.write(reading_id, {**reading, **opinion, "finished_at": exact})
        ended = {"status": "finished", "finished_at": day or _not_before(reading, ctx.today())}
        return shelf.write(reading_id, {**reading, **opinion, **ended, "paused_at": None})


def abandon_reading(
    ctx: Context, book: int | str, *, date: Day = None, review: str | None = None
) -> JSON:
    """Return the reading that is given up, with its place."""
    opinion = _opinion(None, review)
    day = told.day(ctx, date)
    with change(ctx, f"abandon {book}") as tx:
        shelf = Shelf(tx, ctx, book)
        reading_id, reading = shelf.current()
        status = reading.get("status")
        if status == "finished":
            raise Conflict(
                f"{shelf.title} was finished on {reading.get('finished_at') or 'an unknown day'}; "
                "edit_reading corrects that",
                reading_id=reading_id,
            )
        at = reading.get("finished_at") if status == "abandoned" else None
        ended = {"status": "abandoned",
                 "finished_at": day or at or _not_before(reading, ctx.today())}  # fmt: skip
        return shelf.write(reading_id, {**reading, **opinion, **ended, "paused_at": None})


def rate(ctx: Context, book: int | str, rating: float | None, *, review: str | None = None) -> JSON:
    """Return the last reading of a book with the rating; None takes it away."""
    opinion = {"rating": None, **_opinion(rating, review)}
    with change(ctx, f"rate {book}") as tx:
        shelf = Shelf(tx, ctx, book)
        begun = {
            doc_id: one for doc_id, one in shelf.readings.items() if one["status"] != "want_to_read"
        }
        if not begun:
            if rating is None and review is None:
                raise NotFound(f"there is no reading of {shelf.title}", book_id=shelf.book_id)
            # Who rates a book has read it, whenever that was.
            return shelf.write(None, {**shelf.fresh(), "status": "finished", **opinion})
        reading_id = max(begun, key=lambda doc_id: (
            begun[doc_id]["status"] in OPEN, last_date(begun[doc_id]), doc_id
        ))  # fmt: skip
        return shelf.write(reading_id, {**begun[reading_id], **opinion})


def _opinion(rating: float | None, review: str | None) -> JSON:
    given: JSON = {}
    if rating is not None:
        given["rating"] = told.stars(rating)
    if review is not None:
        given["review"] = told.review(review)
    return given


def add_to_wishlist(ctx: Context, book: int | str) -> JSON:
    """Return the book that the user wants to read, with `reading`."""
    with change(ctx, f"wish for {book}") as tx:
        shelf = Shelf(tx, ctx, book)
        reading_id, reading = shelf.current()
        status = reading.get("status")
        if status in OPEN:
            raise Conflict(f"{shelf.title} is being read already", reading_id=reading_id)
        if status in CLOSED:
            reading_id, reading = None, shelf.fresh()
        answer = shelf.write(reading_id, {**reading, "status": "want_to_read"})
        answers = Answers(tx, ctx.user_id, ctx.today())
        said = {one["status"] for one in answers.editions_of(shelf.book_id)}
        edition_id = shelf.named or reading.get("edition_id")
        if edition_id is not None and not said & {"own", "want"}:
            set_status(tx, ctx, edition_id, {"status": "want"})
            answers = Answers(tx, ctx.user_id, ctx.today())
        return {**answers.book(shelf.book_id), "reading": answer}


def change(ctx: Context, why: str) -> AbstractContextManager[Transaction]:
    """Return a transaction of the user."""
    return ctx.store.transaction(why, user_id=ctx.user_id)
