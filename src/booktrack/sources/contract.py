"""The contract suite: what every source must do, booktrack's own and those of other packages.

    from booktrack.sources.contract import SourceContract

    class TestBookshop(SourceContract):
        source = Bookshop()
        isbn = "9780765326355"
        replies = {"/isbn/9780765326355": b'{"title": "The Way of Kings", ...}'}

pytest runs the inherited tests; this module does not need pytest. `replies` are recorded bodies
by path, or by path and query; what is not among them is answered with 404.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode, urlsplit

from booktrack.domain.records import WorkRecord
from booktrack.errors import InvalidInput, SourceError
from booktrack.sources.base import Ask, Flow, Reply, Source

T = TypeVar("T")

Replies = Mapping[str, bytes | Reply]

MAX_REQUESTS = 50
"""Requests of one flow; a source that needs more crawls, which most terms of use forbid."""

_CAPABILITIES = {"by_isbn", "by_isbns", "by_id", "search", "series", "cover"}
_OTHER = "9780306406157"
_STRANGE = (b"", b"null", b"[]", b"{}", b'"text"', b"7", b"[null]", b'{"a": {}}', b'{"cut": "of')


def reply(ask: Ask, body: bytes, status: int = 200, content_type: str | None = None) -> Reply:
    """Return the reply that a service would have given to this request."""
    kind = content_type or ("application/json" if body[:1] in (b"{", b"[") else "text/html")
    return Reply(status, {"content-type": kind}, body, "2026-01-01T00:00:00Z", ask.url, "test")


def play(flow: Flow[T], replies: Replies, limit: int = MAX_REQUESTS) -> tuple[T, list[Ask]]:
    """Return what a flow returns when it is answered with these, and what it asked."""
    asked: list[Ask] = []
    try:
        ask = next(flow)
        while True:
            asked.append(ask)
            _expect(len(asked) <= limit, f"a flow asked more than {limit} times: {ask.url}")
            ask = flow.send(_reply_to(ask, replies))
    except StopIteration as done:
        value: T = done.value
        return value, asked


def _reply_to(ask: Ask, replies: Replies) -> Reply:
    path = urlsplit(ask.url).path
    answer = replies.get(f"{path}?{urlencode(ask.params)}", replies.get(path))
    if answer is None:
        return reply(ask, b"<html>not found</html>", 404)
    return answer if isinstance(answer, Reply) else reply(ask, answer)


class SourceContract:
    """Inherit, name the source, an ISBN that it knows and its recorded replies."""

    source: ClassVar[Source]
    isbn: ClassVar[str | None] = None
    """An ISBN-13 that the replies answer."""
    record_id: ClassVar[str] = "1"
    """An id of the form that the source uses."""
    replies: ClassVar[Replies] = {}

    def test_it_says_what_it_is(self) -> None:
        """Its name, title, home page, hosts, capabilities and limits are there and sound."""
        source = self.source
        _expect(isinstance(source, Source), f"{source!r} lacks what a Source has")
        _expect(bool(re.fullmatch(r"[a-z][a-z0-9_]*", source.name)), f"odd name {source.name!r}")
        _expect(bool(source.title), "it has no title")
        _expect(source.home.startswith("https://"), f"odd home page {source.home!r}")
        _expect(source.capabilities <= _CAPABILITIES, f"odd {set(source.capabilities)}")
        for identified in (False, True):
            rate = source.limits.permitted(identified=identified)
            _expect(0 < rate < 100, f"odd limit of {rate} requests a second")

    def test_it_can_do_what_it_says_and_refuses_the_rest(self) -> None:
        """What it offers asks one of its hosts; what it does not offer is `InvalidInput`.

        A source that reads a file asks nobody, and names no hosts.
        """
        for name, start in self._flows().items():
            if name in self.source.capabilities:
                ask = next(start(), None)
                if ask is None:
                    _expect(not self.source.hosts, f"{name} asks none of its hosts")
                    continue
                _expect(isinstance(ask, Ask), f"{name} yields {ask!r}")
                host = urlsplit(ask.url).netloc
                _expect(host in self.source.hosts, f"{name} asks {host}")
            elif name != "by_isbns":
                _expect(_refuses(start), f"{name} is not offered and not refused")

    def test_not_found_is_nothing_and_no_error(self) -> None:
        """A 404 for an ISBN or an id is an empty answer; elsewhere it may be an error."""
        for name, start in self._offered():
            if name in ("by_isbn", "by_id"):
                found, _ = play(start(), {})
                _expect(not found, f"{name} answered 404 with {found!r}")
            else:
                _outcome(start(), {})

    def test_a_strange_answer_is_nothing_or_an_error_of_the_tree(self) -> None:
        """HTML, nothing, null and the like never end in a KeyError."""
        for _, start in self._offered():
            for ask in islice(start(), 1):
                path = urlsplit(ask.url).path
                for body in (*_STRANGE, b"<html>busy</html>", b"\xff\xfe"):
                    _outcome(start(), {path: body})

    def test_it_tells_refusals_from_answers(self) -> None:
        """Busy, down and refused are told by the status, if by nothing else."""
        ask = Ask(self.source.home)
        now = datetime(2026, 1, 1, tzinfo=UTC)
        for status, kinds in (
            (200, {None}),
            (404, {None}),
            (401, {"refused"}),
            (429, {"busy", "quota"}),
            (503, {"down"}),
        ):
            body = b"{}" if status < 400 else b"<html>no</html>"
            refusal = self.source.refusal(reply(ask, body, status), now)
            kind = refusal.kind if refusal else None
            _expect(kind in kinds, f"HTTP {status} is taken for {kind}")

    def test_a_known_isbn_is_found_with_all_that_a_record_needs(self) -> None:
        """The recorded ISBN is found, and its record is JSON that names its source."""
        for work in self._known():
            _expect(work.source == self.source.name, f"the record names {work.source!r}")
            _expect(bool(work.title), "the record has no title")
            json.dumps(work.model_dump(), allow_nan=False)
            for edition in work.editions:
                _expect(edition.source == self.source.name, f"an edition names {edition.source!r}")

    def test_a_record_of_another_isbn_does_not_count(self) -> None:
        """A record counts for an ISBN only if it carries it."""
        if self.isbn is None:
            return
        # The service answers the question for this number with the record of that one.
        swapped = {path.replace(self.isbn, _OTHER): body for path, body in self.replies.items()}
        found = _outcome(self.source.by_isbn(_OTHER), swapped)
        _expect(not found, f"the record of {self.isbn} was taken for {_OTHER}")

    def test_a_damaged_answer_is_an_answer_or_an_error_of_the_tree(self) -> None:
        """Each recorded field may be missing, null or of another type."""
        if self.isbn is None:
            return
        for path, body in self.replies.items():
            for damaged in _damages(body) if isinstance(body, bytes) else ():
                _outcome(self.source.by_isbn(self.isbn), {**self.replies, path: damaged})

    def _flows(self) -> dict[str, Callable[[], Flow[Any]]]:
        source = self.source
        return {
            "by_isbn": lambda: source.by_isbn(_OTHER),
            "by_isbns": lambda: source.by_isbns([_OTHER]),
            "by_id": lambda: source.by_id(self.record_id),
            "search": lambda: source.search(title="Dune"),
            "series": lambda: source.series("Dune"),
        }

    def _offered(self) -> list[tuple[str, Callable[[], Flow[Any]]]]:
        return [
            (name, start)
            for name, start in self._flows().items()
            if name in self.source.capabilities
        ]

    def _known(self) -> list[WorkRecord]:
        if self.isbn is None:
            return []
        found, _ = play(self.source.by_isbn(self.isbn), self.replies)
        carried = [isbn for work in found for edition in work.editions for isbn in edition.isbns]
        _expect(self.isbn in carried, f"{self.isbn} was not found")
        return found


def _refuses(start: Callable[[], Flow[Any]]) -> bool:
    try:
        start()
    except InvalidInput:
        return True
    return False


def _outcome(flow: Flow[T], replies: Replies) -> T | None:
    """Return what the flow returns, or None where it raises an error of the tree."""
    try:
        return play(flow, replies)[0]
    except SourceError:
        return None


def _damages(body: bytes) -> Iterator[bytes]:
    """Yield the JSON with each field left out, emptied, or of another type, one at a time."""
    try:
        whole = json.loads(body)
    except ValueError:
        return
    yield body[: len(body) // 2]
    for place in list(_places(whole)):
        for value in (_DROP, None, "text", -1, [], {}, [None], {"a": 1}):
            copy = json.loads(body)
            owner = copy
            for step in place[:-1]:
                owner = owner[step]
            if value is _DROP:
                del owner[place[-1]]
            else:
                owner[place[-1]] = value
            yield json.dumps(copy).encode()


_DROP = object()


def _places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every field; of a list only the first two items, they are alike."""
    if len(above) > 5:
        return
    items = value.items() if isinstance(value, dict) else enumerate(value[:2])
    for name, inner in items:
        yield (*above, name)
        if isinstance(inner, (dict, list)):
            yield from _places(inner, (*above, name))


def _expect(condition: bool, otherwise: str) -> None:
    if not condition:
        raise AssertionError(otherwise)
