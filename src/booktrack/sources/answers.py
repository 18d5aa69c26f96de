"""Which answers are kept, under which key, and when an old one may serve."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from booktrack.errors import SourceChanged
from booktrack.sources.base import Ask, Reply, Source, canonical
from booktrack.sources.cache import Cache, Entry

_KEPT_HEADERS = ("content-type", "etag", "last-modified")


class Answers:
    """The cache as the Gateway sees it: replies by question instead of rows by key."""

    def __init__(self, cache: Cache, now: Callable[[], datetime]) -> None:
        self._cache = cache
        self._now = now
        self.questions = 0
        """How often an answer was looked for since the process began."""
        self.served = 0
        """How often one was there that could be used."""

    def get(self, source: Source, key: str) -> Entry | None:
        """Return what is kept, fresh or not; what is no answer any more is forgotten."""
        return (self._known(source, key) or (None, True))[0]

    def fresh(self, key: str, most: float | None = None) -> Entry | None:
        """Return what may be used without asking, at most so many seconds old, or None."""
        kept = self._cache.get(key)
        served = kept is not None and kept.fresh(self._now().timestamp(), most)
        self.questions += 1
        self.served += served
        return kept if served else None

    def instead(self, source: Source, key: str) -> Reply | None:
        """Return the old answer that serves while the source cannot be asked, or None."""
        kept, nothing = self._known(source, key) or (None, True)
        # An old "not found" is no answer: "could not ask" must not look like it.
        return None if kept is None or nothing else recalled(source, kept, stale=True)

    def _known(self, source: Source, key: str) -> tuple[Entry, bool] | None:
        """Return what is kept and whether it says that there is nothing."""
        kept = self._cache.get(key)
        if kept is None:
            return None
        reply = recalled(source, kept)
        try:
            return kept, reply.missing or source.says_nothing(reply)
        except SourceChanged:
            # An older booktrack kept it, for which it was an answer.
            self._cache.forget([key])
            return None

    def counts(self) -> dict[str, int]:
        """Return how many answers are kept, their bytes, and how often they were of use."""
        answers, size = self._cache.held()
        return {
            "answers": answers,
            "bytes": size,
            "questions": self.questions,
            "served": self.served,
        }

    def keep(self, source: Source, ask: Ask, key: str, reply: Reply) -> None:
        """Keep an answer; what is neither one nor "not found" is not kept."""
        if reply.status != 200 and not reply.missing:
            return
        nothing = reply.missing or source.says_nothing(reply)
        if not (ask.keep_missing if nothing else ask.keep):
            return
        self._cache.put(
            key,
            Entry(
                status=reply.status,
                headers={
                    name: reply.headers[name] for name in _KEPT_HEADERS if name in reply.headers
                },
                body=reply.body,
                url=reply.url,
                fetched_at=reply.fetched_at,
                stored=self._now().timestamp(),
                keep=ask.keep_missing if nothing else ask.keep,
            ),
        )

    def forget(self, keys: Iterable[str]) -> None:
        """Forget answers that turned out to be none, so that they are asked for again."""
        self._cache.forget(keys)


def key_of(source: Source, ask: Ask) -> str:
    """Return the key of a question; its secrets have no part in it."""
    said = [source.name, ask.method, ask.url, ask.params, ask.json, ask.headers, ask.accept]
    told = canonical([dict(part) if isinstance(part, Mapping) else part for part in said])
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def recalled(source: Source, kept: Entry, *, stale: bool = False) -> Reply:
    """Return a kept answer as the reply that it was."""
    return Reply(
        kept.status, kept.headers, kept.body, kept.fetched_at, kept.url, source.name, stale
    )


def conditions(kept: Entry | None) -> dict[str, str]:
    """Return the headers that ask for an answer only if it is another than the kept one."""
    asked = {}
    if kept and "etag" in kept.headers:
        asked["If-None-Match"] = kept.headers["etag"]
    if kept and "last-modified" in kept.headers:
        asked["If-Modified-Since"] = kept.headers["last-modified"]
    return asked
