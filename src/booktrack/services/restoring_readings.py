"""Taking in the readings that booktrack's own files tell of: each once, and the later word counts.

A reading has no number of its own outside its library. It is known again by its dates, or by its
place in a file of which the one before brought it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from booktrack.domain.reading import MEASURES, are_one, with_session
from booktrack.services.reading_shelf import own_readings
from booktrack.services.writing import is_older, put
from booktrack.store.base import Document, Transaction

JSON = dict[str, Any]
Readings = dict[int, Document]

_OF_READING = ("status", "started_at", "finished_at")
_TOLD = ("rating", "review", "page", "percent", "minutes", "read_count", "source")
_NOTED = ("of_edition", "updated_at", "imported", "identifiers")
_STANDING = (*_OF_READING, "paused_at", *MEASURES)
_OPINION = ("rating", "review", "read_count")


class RestoringReadings:
    """The readings of one own file on their way into the library."""

    def __init__(self, tx: Transaction, source: str, user_id: int, now: str) -> None:
        self._tx = tx
        self._source = source
        self._user_id = user_id
        self._now = now
        self._taken: set[int] = set()

    def take(self, book_id: int, edition_ids: list[int], first: int, readings: list[JSON]) -> bool:
        """Return whether the readings of a row changed anything; `first` is the first one's place.

        Those that stand here as they stand in the file go first: what has gone on here since is
        then found among the rest.
        """
        told = {str(number): one for number, one in enumerate(readings, first)}
        found = own_readings(self._tx, self._user_id, book_id)
        mine = {id_: one for id_, one in found.items() if id_ not in self._taken}
        same = {mark: self._claimed(mine, self._same(mine, mark, told[mark])) for mark in told}
        changed = False
        for mark, one in told.items():
            known = same[mark] or self._claimed(mine, self._gone_on(mine, mark, one))
            own = edition_ids if one.get("of_edition") else []
            changed |= self._put(book_id, own, mark, one, known)
        return changed

    # --- which reading is meant ----------------------------------------------------------------

    def _same(self, mine: Readings, mark: str, told: JSON) -> int | None:
        """Return the reading of these dates that is most like it."""
        alike = [
            (not self._has(mark, one), sum(one.get(name) != told.get(name) for name in _TOLD), id_)
            for id_, one in mine.items()
            if all(one.get(name) == told.get(name) for name in _OF_READING)
        ]
        return min(alike)[-1] if alike else None

    def _gone_on(self, mine: Readings, mark: str, told: JSON) -> int | None:
        """Return the reading that is at another point here than in the file."""
        start = told.get("started_at")
        alike = [
            (not self._has(mark, one), not _begins(one, start), id_)
            for id_, one in mine.items()
            if self._has(mark, one)
            or _begins(one, start)
            or (self._source not in one.get("identifiers", {}) and _may_be(one, told))
        ]
        return min(alike)[-1] if alike else None

    def _claimed(self, mine: Readings, reading_id: int | None) -> int | None:
        if reading_id is not None:
            self._taken.add(reading_id)
            del mine[reading_id]
        return reading_id

    def _has(self, mark: str, reading: Document) -> bool:
        return mark in reading.get("identifiers", {}).get(self._source, [])

    # --- what is written -----------------------------------------------------------------------

    def _put(
        self, book_id: int, edition_ids: list[int], mark: str, one: JSON, known: int | None
    ) -> bool:
        told = {name: value for name, value in one.items() if name not in _NOTED}
        noted = {
            "imported": {**one.get("imported", {}), self._source: told},
            "identifiers": {**one.get("identifiers", {}), self._source: [mark]},
        }
        if known is None:
            own = {"user_id": self._user_id, "book_id": book_id,
                   "edition_id": edition_ids[0] if edition_ids else None}  # fmt: skip
            at = one.get("updated_at", self._now)
            fresh = self._tx.insert("readings", {**told, **noted, **own, "updated_at": at})
            self._taken.add(fresh)
            return True
        before = self._tx.get("readings", known) or {}
        after = {
            name: value
            for name, value in {**before, **self._news(before, one, told)}.items()
            if value is not None
        }
        if after == before:
            return False
        for name, said in noted.items():
            after[name] = {**before.get(name, {}), **said}
        return put(self._tx, "readings", known, before, after, one.get("updated_at", self._now))

    def _news(self, before: Document, one: JSON, told: JSON) -> JSON:
        """Return what the file says and what stands here does not, unless that was said later."""
        if "updated_at" in one and is_older(one, before):
            return {}
        earlier = before.get("imported", {}).get(self._source)
        if earlier is None and not is_older(before, one):
            # A table does not tell when it was said: it fills gaps.
            return {name: told.get(name) for name in _OPINION if before.get(name) is None}
        said_before = earlier or {name: before.get(name) for name in _STANDING}
        news = {
            name: told.get(name)
            for name in {**told, **said_before}
            if told.get(name) != said_before.get(name)
        }
        if any(news.get(name) is not None for name in MEASURES):
            news = dict.fromkeys(MEASURES) | news
        news.pop("sessions", None)
        log = _joined_log(before, said_before, told)
        return {**news, "sessions": log} if log else news


def _begins(reading: Document, start: str | None) -> bool:
    return start is not None and reading.get("started_at") == start


def _may_be(mine: Document, told: JSON) -> bool:
    """Whether the reading here may be what became of the one in the file."""
    if told["status"] == "want_to_read":
        # Who has read it since did so after the wish.
        return "updated_at" not in told or is_older(told, mine)
    return are_one(mine, told)


def _joined_log(before: Document, earlier: JSON, told: JSON) -> list[JSON]:
    """Return the log of both: without what the file told of before and tells of no more."""
    theirs: Iterable[Mapping[str, Any]] = told.get("sessions", ())
    gone = [one for one in earlier.get("sessions", ()) if one not in theirs]
    log = [one for one in before.get("sessions", ()) if one not in gone]
    for one in theirs:
        if one not in log:
            log = with_session(log, one)
    return log
