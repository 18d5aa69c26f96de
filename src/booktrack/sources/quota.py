"""What a service gives in a day: counted for all processes, and not asked for beyond.

The count and a service's own "no more today" stand in the cache's file, one row an account. Where
that file cannot be used, each process counts for itself.
"""

from __future__ import annotations

import hashlib
import math
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from booktrack.errors import SourceRateLimited
from booktrack.sources.base import Ask, Source, canonical
from booktrack.sources.cache import Cache


@dataclass(frozen=True)
class _Day:
    """An account's day: when it ends, the requests in it, until when nothing is given.

    Both times are Unix times, 0 where there is none.
    """

    ends: float = 0.0
    requests: int = 0
    stopped: float = 0.0

    def joined(self, other: _Day) -> _Day:
        """Return what two counts of one account come to, if each may have missed some."""
        last, first = (self, other) if self.ends >= other.ends else (other, self)
        missed = first.requests if first.ends == last.ends else 0
        return _Day(last.ends, max(last.requests, missed), max(self.stopped, other.stopped))

    def at(self, now: float, ends: float) -> _Day:
        """Return what of it still counts now, in the day that ends then."""
        requests = self.requests if self.ends == ends else 0
        return _Day(ends, requests, self.stopped if self.stopped > now else 0.0)


class Quota:
    """The days of all sources; `cache` is the file that the processes share."""

    def __init__(self, cache: Cache, now: Callable[[], datetime]) -> None:
        self._cache = cache
        self._now = now
        self._days: dict[str, _Day] = {}

    def check(self, source: Source, ask: Ask) -> None:
        """Return if the source gives anything today.

        Raises:
            SourceRateLimited: it does not, until `retry_after` seconds from now.
        """
        account = _account(source, ask)
        written = self._cache.run(lambda db: _read(db, account))
        self._expect_some(source, self._today(source, account, written))

    def take(self, source: Source, ask: Ask) -> None:
        """Count a request that is about to be sent.

        Raises:
            SourceRateLimited: the day's requests are spent; it must not be sent.
        """
        most = source.limits.per_day
        if most is None:
            self.check(source, ask)
            return

        def one_more(day: _Day) -> _Day:
            left = day.requests < most and not day.stopped
            return replace(day, requests=day.requests + 1) if left else day

        self._expect_some(source, self._change(source, ask, one_more))

    def stop(self, source: Source, ask: Ask, until: datetime) -> None:
        """Take no request of this account before the moment, in this process or another."""
        moment = until.timestamp()
        self._change(source, ask, lambda day: replace(day, stopped=max(day.stopped, moment)))

    def _change(self, source: Source, ask: Ask, change: Callable[[_Day], _Day]) -> _Day:
        """Return the day as it was before the change."""
        account = _account(source, ask)

        def work(db: sqlite3.Connection) -> tuple[_Day, _Day]:
            with db:
                # Two processes must not both take the last request.
                db.execute("BEGIN IMMEDIATE")
                before = self._today(source, account, _read(db, account))
                after = change(before)
                _write(db, account, after, self._now().timestamp())
            return before, after

        done = self._cache.run(work)
        if done is None:
            before = self._today(source, account, None)
            done = before, change(before)
        self._days[account] = done[1]
        return done[0]

    def _today(self, source: Source, account: str, written: _Day | None) -> _Day:
        now = self._now()
        counted = source.limits.per_day is not None
        ends = source.limits.resets(now).timestamp() if counted else 0.0
        own = self._days.get(account, _Day()).at(now.timestamp(), ends)
        # The file may have been locked or made anew since: what this process knows counts too.
        return own.joined((written or _Day()).at(now.timestamp(), ends))

    def _expect_some(self, source: Source, day: _Day) -> None:
        most = source.limits.per_day
        spent = most is not None and day.requests >= most
        if not spent and not day.stopped:
            return
        left = max(day.stopped, day.ends if spent else 0.0) - self._now().timestamp()
        why = f"has answered {most} requests, its limit," if spent else "gives no more"
        seconds = max(1, math.ceil(left))
        raise SourceRateLimited(
            f"{source.title} {why} today; it may be asked again in {seconds} s",
            source=source.name,
            retry_after=seconds,
        )


def _account(source: Source, ask: Ask) -> str:
    # Services count by key: who sets another one must not wait for the old one's next day. Of a
    # key, 64 bits of its digest tell nothing.
    secrets = [dict(ask.secret_params), dict(ask.secret_headers)]
    digest = hashlib.sha256(canonical([source.name, secrets]).encode("utf-8", "surrogatepass"))
    return f"{source.name} {digest.hexdigest()[:16]}"


def _read(db: sqlite3.Connection, account: str) -> _Day | None:
    row = db.execute(
        "SELECT ends, requests, stopped FROM days WHERE account = ?", (account,)
    ).fetchone()
    return _Day(*row) if row else None


def _write(db: sqlite3.Connection, account: str, day: _Day, now: float) -> None:
    db.execute("DELETE FROM days WHERE ends <= ? AND stopped <= ?", (now, now))
    db.execute(
        "INSERT OR REPLACE INTO days VALUES (?, ?, ?, ?)",
        (account, day.ends, day.requests, day.stopped),
    )
