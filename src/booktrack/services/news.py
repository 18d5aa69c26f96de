"""The news: what was announced, moved or released, told from what the library's history holds.

What counts is the difference between two moments, not each change in between: a date that was
moved and moved back is no news, nor is what was undone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from booktrack.domain.dates import PartialDate, parse_date, require_date
from booktrack.domain.releases import Release, is_over, is_stand_in, language_of
from booktrack.domain.text import fold
from booktrack.errors import InvalidDate, InvalidInput, shown
from booktrack.services.answers import position_answer
from booktrack.services.calendar import asked_for, today_of
from booktrack.services.context import Context
from booktrack.services.release_shelves import instant
from booktrack.services.releases import releases
from booktrack.store.base import Change, Changes, Document, Reader

JSON = dict[str, Any]
Kind = Literal["announced", "dated", "moved", "released"]
_Key = tuple[str, int]

DAYS = 30
"""What `news()` looks back on where nobody says since when."""

TABLES = ("editions", "series")

_HAS_TIME = re.compile(r"\s*\d{4}-?\d{2}-?\d{2}[Tt ]\d")
# In another time zone, or a day earlier, the first and the last days of all are none.
_EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
_LATEST = datetime(9999, 12, 29, tzinfo=UTC)
_ORDER = ("announced", "dated", "moved", "released")


def news(ctx: Context, since: object, until: object) -> JSON:
    """Return `{since, until, complete, total, news}` of the time between two moments."""
    now = ctx.clock()
    begin = _moment(since, now) if since is not None else now - timedelta(days=DAYS)
    end = _moment(until, now, end=True) if until is not None else max(begin, now)
    if end < begin:
        began = begin.isoformat(timespec="seconds")
        raise InvalidInput(f"the news would end ({shown(until)}) before they begin ({began})")
    changes = ctx.store.changes(TABLES, since=begin)
    # A day that the moment lies in has begun already: what came out on it is no news.
    released_after = _partial((begin - timedelta(microseconds=1)).date())
    found = between(ctx, changes, until=end, released_after=released_after)
    return {
        "since": begin.isoformat(timespec="seconds"),
        "until": end.isoformat(timespec="seconds"),
        "complete": changes.complete,
        "total": len(found),
        "news": found,
    }


def _moment(value: object, now: datetime, *, end: bool = False) -> datetime:
    """Return the moment that is meant: a date begins, and ends, at midnight where the clock is.

    Raises:
        InvalidDate: it is none.
    """
    return min(max(_given(value, now, end=end), _EARLIEST), _LATEST)


def _given(value: object, now: datetime, *, end: bool) -> datetime:
    if isinstance(value, str) and _HAS_TIME.match(value):
        try:
            value = datetime.fromisoformat(value.strip().upper())
        except ValueError as error:
            raise InvalidDate(
                f"{shown(value)} is no moment; write it as 2026-11-22 or 2026-11-22T12:00:00Z"
            ) from error
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=now.tzinfo)
    given = require_date(value.isoformat() if isinstance(value, date) else value)  # type: ignore[arg-type]  # checked there
    day = given.last_day() if end else given.first_day()
    if day is None:
        raise InvalidDate(f"there is no news of the year {given.text}", value=given.text)
    if end:
        return datetime.combine(day, time(23, 59, 59), now.tzinfo)
    return datetime.combine(day, time.min, now.tzinfo)


def between(
    ctx: Context, changes: Changes, *, until: datetime, released_after: PartialDate
) -> list[JSON]:
    """Return the news that the changes make, and what came out after a day, in order.

    Args:
        ctx: the library; its releases of interest are those of now.
        changes: all changes since the beginning.
        until: the moment at which the news end.
        released_after: the day whose releases are known already.
    """
    with ctx.store.reading() as reader:
        found = releases(ctx, asked_for(ctx, None, reprints=False))
        today = min(today_of(ctx), _partial(until.astimezone(ctx.clock().tzinfo).date()))
        past = _Past(reader, changes, until, today)
        items = [item for one in found for item in _items(one, past, released_after)]
    return [_entry(item) for item in _each_once(items)]


@dataclass(frozen=True)
class _Item:
    kind: Kind
    release: Release
    before: PartialDate | None
    after: PartialDate | None
    at: str
    formats: tuple[str, ...] = ()


class _Past:
    """What was known at the beginning and at the end of the news, of what changed since."""

    def __init__(
        self, reader: Reader, changes: Changes, until: datetime, today: PartialDate
    ) -> None:
        self.today = today
        self._reader = reader
        self._made: dict[_Key, list[Change]] = defaultdict(list)
        # What a document was at the beginning and at the end, where it has changed since.
        self._before: dict[_Key, Document | None] = {}
        self._until: dict[_Key, Document | None] = {}
        for change in changes.made:
            key = change.table, change.doc_id
            self._before.setdefault(key, change.before)
            if instant(change.at) <= until:
                self._made[key].append(change)
            else:
                self._until.setdefault(key, change.before)

    def date(self, one: Release, *, end: bool) -> PartialDate | None:
        """Return when a release was to come, at the beginning or the end."""
        key = _key(one)
        if key is None or key not in (self._until if end else self._before):
            return self._real(one.date)
        return self._real(_said(self._document(key, end=end), one))

    def was_known(self, one: Release, *, end: bool) -> bool:
        """Return whether the release was in the library at all, be it without a date."""
        key = _key(one)
        document = self._document(key, end=end) if key else None
        if key is None or document is None or key[0] == "editions":
            return document is not None
        return _volume(document, one) is not None

    def was_bought(self, one: Release, day: PartialDate) -> bool:
        """Return whether it is owned and came into the library after it had come out."""
        made = self._made.get(("editions", one.edition_id or 0), []) if one.owned else []
        if not made or made[0].before is not None:
            return False
        return is_over(day, _partial(instant(made[0].at).date() - timedelta(days=1)))

    def was_asked(self, one: Release) -> bool:
        """Return whether volumes of its series had been told before: only then is one new."""
        series = self._document(("series", one.series_id or 0), end=False)
        return bool((series or {}).get("volumes"))

    def date_of_volume(self, one: Release) -> PartialDate | None:
        """Return when the same volume was to come before, by its series or another edition."""
        told = []
        if one.series_id is not None:
            told = [_volume(self._document(("series", one.series_id), end=False) or {}, one)]
        if one.book_id is not None:
            ids = self._reader.find("edition_book", str(one.book_id))
            editions = [self._document(("editions", id_), end=False) for id_ in ids]
            told += [each for each in editions if each and _may_share_language(each, one)]
        dates = [self._real(parse_date(each.get("release_date"))) for each in told if each]
        return min(filter(None, dates), default=None)

    def at(self, one: Release) -> str | None:
        """Return when what is known now was written, or None where it did not change."""
        key = _key(one)
        for change in reversed(self._made.get(key, []) if key else []):
            was, became = _told(change.before, one), _told(change.after, one)
            if was != became:
                return change.at
        return None

    def _document(self, key: _Key, *, end: bool) -> Document | None:
        there = self._until if end else self._before
        return there[key] if key in there else self._reader.get(*key)

    def _real(self, when: PartialDate | None) -> PartialDate | None:
        return None if when is None or is_stand_in(when, self.today) else when


def _key(one: Release) -> _Key | None:
    if one.edition_id is not None:
        return "editions", one.edition_id
    return ("series", one.series_id) if one.series_id is not None else None


def _told(document: Document | None, one: Release) -> tuple[Any, ...]:
    """Return what a document says of a release: whether it is there, and its date."""
    if document is None:
        return ()
    said = document if one.edition_id is not None else _volume(document, one)
    return () if said is None else (said.get("release_date"),)


def _said(document: Document | None, one: Release) -> PartialDate | None:
    told = _told(document, one)
    return parse_date(told[0]) if told else None


def _volume(series: Document, one: Release) -> Document | None:
    """Return what a series lists of the release's volume."""
    if one.place is None:
        return None
    for listed in series.get("volumes", ()):
        if (listed.get("position") or fold(listed.get("label") or "")) == one.place[1]:
            return dict(listed)
    return None


def _may_share_language(edition: Document, one: Release) -> bool:
    theirs = language_of(edition.get("language"), edition.get("isbn_13"))
    ours = language_of(one.language, one.isbn_13)
    return None in (theirs, ours) or theirs == ours


def _items(one: Release, past: _Past, released_after: PartialDate) -> Iterator[_Item]:
    """Yield what is new of one release: that it came out, else that it was announced or moved."""
    if one.guessed or not (one.followed or one.wanted or one.owned):
        return
    before, after = past.date(one, end=False), past.date(one, end=True)
    at = past.at(one)
    if after is not None and is_over(after, past.today):
        came_late = at and before and not is_over(before, released_after)
        if (not is_over(after, released_after) or came_late) and not past.was_bought(one, after):
            yield _Item("released", one, before, after, after.text)
        return
    if at is None or not past.was_known(one, end=True):
        return
    if before is None:
        # Another edition of a volume that was announced before is no new volume.
        before = past.date_of_volume(one)
    kind = _kind(before, after)
    if kind == "announced" and after is None:
        # A first look at a series tells of many volumes; those that are added later are new.
        kind = None if past.was_known(one, end=False) or not past.was_asked(one) else kind
    if kind is not None:
        yield _Item(kind, one, before, after, at)


def _kind(before: PartialDate | None, after: PartialDate | None) -> Kind | None:
    if before is None:
        return "announced"
    if after is None:
        return "moved"
    if after == before or before.text.startswith(after.text):
        return None  # the same, or less of it
    return "dated" if after.text.startswith(before.text) else "moved"


def _each_once(items: Iterable[_Item]) -> list[_Item]:
    """Return one item for a book in several formats, which come out together."""
    merged: dict[tuple[Any, ...], list[_Item]] = defaultdict(list)
    for item in items:
        one = item.release
        which = one.place or ("book", one.book_id or one.edition_id)
        merged[item.kind, which, item.before, item.after].append(item)
    each = [
        _Item(
            first.kind,
            first.release,
            first.before,
            first.after,
            min(item.at for item in same),
            tuple(sorted({item.release.book_format for item in same} - {"unknown"})),
        )
        for same in merged.values()
        for first in same[:1]
    ]
    return sorted(each, key=_order)


def _order(item: _Item) -> tuple[Any, ...]:
    one = item.release
    when = item.after or item.before
    return _ORDER.index(item.kind), when is None, when or item.at, one.series or "", one.title


def _entry(item: _Item) -> JSON:
    one = item.release
    return {
        "kind": item.kind,
        "title": one.title,
        "series": one.series,
        "volume": one.label or one.position,
        "before": item.before.text if item.before else None,
        "after": item.after.text if item.after else None,
        "at": item.at,
        "formats": list(item.formats),
        "owned": one.owned,
        "wanted": one.wanted,
        "authors": list(one.authors),
        "series_id": one.series_id,
        **position_answer(one.position, one.label),
        "book_id": one.book_id,
        "edition_id": one.edition_id,
        "isbn_13": one.isbn_13,
        "why": one.why,
    }


def _partial(day: date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)
