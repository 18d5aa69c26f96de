"""The release calendar as an iCalendar feed: RFC 5545, with RFC 7986's name and refresh interval.

The feed is a function of the library and the day: no clock stands in it, so that a server can tell
by its bytes whether it changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version

from icalendar import Calendar, Timezone, TimezoneStandard, vDuration, vText
from icalendar.parser import Contentline

from booktrack.domain.dates import PartialDate
from booktrack.domain.releases import Release
from booktrack.services.calendar import listed, today_of
from booktrack.services.context import Context

_NAME = "Book releases"
_REFRESH = timedelta(hours=12)
# Where nothing says when an entry was written; a feed must still say something, and always this.
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# What TEXT may not hold (RFC 5545, section 3.3.11): control characters but tab and line break.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})
_LONGEST = 74  # octets of a line; section 3.1 allows 75, icalendar folds before the last one
_STATUS = {"announced": "CONFIRMED", "released": "CONFIRMED", "estimated": "TENTATIVE"}


def feed(
    ctx: Context,
    start: object,
    end: object,
    *,
    languages: Sequence[str] | str | None,
    reprints: bool,
    estimates: bool,
) -> str:
    """Return the calendar as the text of an .ics file, its lines ended by CRLF."""
    today = today_of(ctx)
    found = listed(ctx, start, end, languages=languages, reprints=reprints, estimates=estimates)
    calendar = Calendar()
    calendar.add("prodid", f"-//booktrack//release calendar {version('booktrack')}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, _NAME)
    calendar.add("refresh-interval", vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
    # What Outlook and Google read; not a standard's, so it is written as text.
    calendar.add("x-published-ttl", vText(f"PT{_REFRESH // timedelta(hours=1)}H"))
    library = _library_mark(ctx)
    events = [
        _event(one, period, today, library)
        for one in found
        if (period := _period(one, today)) is not None
    ]
    if not events:
        # RFC 5545, section 3.6: without any component it is no calendar. A zone shows nothing.
        calendar.add_component(_utc())
    head, last, rest = calendar.to_ical().decode().rpartition("END:VCALENDAR")
    return "".join([head, *events, last, rest])


def _library_mark(ctx: Context) -> str:
    """Return what tells the events of this library and user from those of all others.

    A library has no name but its place; at another place its feed has another address too.
    """
    where = hashlib.sha256(str(ctx.store.path).encode(errors="surrogateescape")).hexdigest()
    return f"user-{ctx.user_id}.{where[:16]}.booktrack"


def _period(one: Release, today: PartialDate) -> tuple[date, date] | None:
    """Return the first day and the day after the last, or None for what tells no time.

    What came out in some year, the day unknown, would only cover that whole year of a calendar.
    """
    if one.date is None:
        return None
    if one.date.precision == "year" and one.state(today) == "released":
        return None
    first, last = one.date.first_day(), one.date.last_day()
    if first is None or last is None:
        return None
    # DTEND is the day after, which the last day of all has not.
    return first, last if last == date.max else last + timedelta(days=1)


def _event(one: Release, period: tuple[date, date], today: PartialDate, library: str) -> str:
    """Return an event as lines.

    They are written here: as an `icalendar.Event` each takes ten times as long, and 17,000, which
    a large library holds, would take ten seconds.
    """
    state = one.state(today)
    changed = _changed(one, period, state, date.fromisoformat(today.text))
    moment = f"{changed:%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_identity(one)}@{library}",
        f"DTSTAMP:{moment}",
        f"LAST-MODIFIED:{moment}",
        # It must grow with each change (section 3.8.7.4). Seconds do, and need no count of
        # changes, which the history, that forgets, could not give for ever.
        f"SEQUENCE:{max(0, int((changed - _LONG_AGO).total_seconds()))}",
        f"DTSTART;VALUE=DATE:{_day(period[0])}",
        *([f"DTEND;VALUE=DATE:{_day(period[1])}"] if period[1] > period[0] else []),
        f"SUMMARY:{_text(_summary(one, state))}",
        f"DESCRIPTION:{_text(_description(one, state))}",
        f"STATUS:{_STATUS[state]}",
        "TRANSP:TRANSPARENT",
        f"CATEGORIES:Books,{state.capitalize()}",
        "END:VEVENT",
        "",
    ]
    return "\r\n".join(map(_folded, lines))


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")  # %Y does not fill up the year 476


def _folded(line: str) -> str:
    """Return a line with breaks where it is longer than 75 octets."""
    if line.isascii() and len(line) <= _LONGEST:
        return line
    return str(Contentline(line).to_ical(), "utf-8")  # type: ignore[no-untyped-call]  # it has none


def _identity(one: Release) -> str:
    """Return what stays when the title, the ISBN or the date changes: ids, never given twice.

    A volume that a source listed keeps its name when a book of it comes into the library.
    """
    if one.is_volume:
        place = hashlib.sha256(repr(one.place).encode()).hexdigest()
        return f"volume-{one.series_id}-{place[:16]}"
    return f"book-{one.book_id}" if one.edition_id is None else f"edition-{one.edition_id}"


def _changed(one: Release, period: tuple[date, date], state: str, day: date) -> datetime:
    """Return when the event changed last: the entry did, or its day came."""
    changed = _LONG_AGO
    if one.updated_at:
        changed = max(changed, _instant(one.updated_at))
    if state == "released":
        came = period[1] if period[1] == period[0] else period[1] - timedelta(days=1)
        return max(changed, datetime.combine(came, time.min, UTC))
    # A month that begins makes "announced" to "estimated".
    if period[0] <= day:
        return max(changed, datetime.combine(period[0], time.min, UTC))
    return changed


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).replace(microsecond=0)


def _summary(one: Release, state: str) -> str:
    text = one.title
    if one.book_format != "unknown":
        text += f" ({one.book_format})"
    if one.date is not None and one.date.precision != "day":
        text += f", {'in' if state == 'released' else 'expected'} {_said(one.date)}"
    return f"{text} (estimated)" if state == "estimated" else text


def _said(when: PartialDate) -> str:
    first = when.first_day()
    if first is None or when.month is None:
        return str(when.year)
    # Not strftime, whose month is in the language of the server.
    return f"{_MONTHS[when.month - 1]} {when.year}"


_MONTHS = (
    "January February March April May June July August September October November December"
).split()


def _description(one: Release, state: str) -> str:
    place = " ".join(filter(None, [one.series, one.label or one.position]))
    if one.date is not None and one.date.precision != "day":
        known = f"only the {one.date.precision} is known"
    else:
        known = "nobody has named the date" if state == "estimated" else ""
    lines = [
        ", ".join(one.authors),
        place,
        ", ".join(filter(None, [state, known])),
        f"ISBN {one.isbn_13}" if one.isbn_13 else "",
        one.why,
    ]
    return "\n".join(filter(None, lines))


def _text(text: str) -> str:
    """Return text as a value of the type TEXT (section 3.3.11)."""
    # Not icalendar's vText, which takes the "\N" of "C:\Novels" for a line break.
    lines = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return lines.translate(_ESCAPES)


def _utc() -> Timezone:
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "Etc/UTC")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - a zone's own start has none
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    zone.add_component(standard)
    return zone
