"""What a source is: it asks by yielding and is answered by `send`, and does no I/O of its own.

    def by_isbn(self, isbn):
        reply = yield Ask(f"https://example.org/isbn/{isbn}.json")
        if reply.missing:
            return []
        return [self._record(read(_Payload, reply.json(), self.name))]

`Gateway.run(source, source.by_isbn(isbn))` drives it over the network, a test drives it with
recorded replies. A source describes its limits; the Gateway keeps them.
"""

from __future__ import annotations

import json as stdlib_json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import Any, ClassVar, Literal, Protocol, Self, TypeVar, runtime_checkable

import msgspec
from pydantic import BaseModel, ValidationError

from booktrack.domain.records import SeriesRecord, WorkRecord
from booktrack.errors import InvalidInput, SourceChanged, SourceError, shown

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

Flow = Generator["Ask", "Reply", T]
"""A conversation with a service that ends in a T."""

Capability = Literal["by_isbn", "by_isbns", "by_id", "search", "series", "cover"]

HOUR = 3600.0
DAY = 24 * HOUR


@dataclass(frozen=True)
class Ask:
    """One request, as a source words it.

    Keys and tokens stand in `secret_params` and `secret_headers` alone: these are sent to the
    source's own hosts only, and stay out of cache keys, logs and errors.
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    params: Mapping[str, str | int] = field(default_factory=dict)
    json: Any = None
    content: bytes | None = None
    """A body that is sent byte by byte, as signed ones must be, in place of `json`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: Literal["json", "xml", "image", "any"] = "json"
    secret_params: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    keep: float = 7 * DAY
    """Seconds for which an answer may be used again without asking."""
    keep_missing: float = DAY
    """The same for "there is no such book"."""
    max_bytes: int = 10 * 1024 * 1024
    """What one answer may hold, unpacked; Open Library's largest pages stay under 2 MB. Of 0 it is
    not read at all: its status says everything."""
    only_reads: bool = False
    """A POST that changes nothing (GraphQL): it may be cached and repeated as a GET may."""

    @property
    def repeatable(self) -> bool:
        """Whether asking twice does no harm."""
        return self.method == "GET" or self.only_reads


@dataclass(frozen=True)
class Reply:
    """What came back; `url` is where the redirects ended, without secrets."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    fetched_at: str
    url: str
    source: str
    stale: bool = False
    """An old answer, given because the service cannot be asked now."""

    @property
    def missing(self) -> bool:
        """Whether the service says that there is no such thing."""
        return self.status in (404, 410)

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters, or an empty text."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is shown by a replacement character."""
        return self.body.decode("utf-8-sig", "replace")

    @cached_property
    def _decoded(self) -> Any:
        return msgspec.json.decode(self.body.removeprefix(b"\xef\xbb\xbf"))

    def json(self) -> Any:
        """Return the body read as JSON.

        Raises:
            SourceChanged: it is HTML, empty, cut off, or otherwise not JSON.
        """
        try:
            return self._decoded
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            kind = self.content_type or "no content type"
            begins = shown(self.text[:60].strip())
            raise SourceChanged(
                f"{self.source} answered {self.url} with something that is not JSON "
                f"({kind}, {len(self.body)} bytes, begins {begins})",
                source=self.source,
                url=self.url,
            ) from error


@dataclass(frozen=True)
class Refusal:
    """An answer that is none: why the service did not say anything about books.

    `busy` and `down` may pass within seconds, `quota` lasts until `until`, `refused` until the
    user changes something (a key, a contact), `changed` until booktrack does.
    """

    kind: Literal["busy", "down", "quota", "refused", "changed"]
    message: str
    retry_after: float | None = None
    until: datetime | None = None


def next_midnight(now: datetime) -> datetime:
    """Return the next midnight in UTC, when most services count a new day's requests.

    >>> next_midnight(datetime(2026, 7, 1, 12, tzinfo=UTC)).isoformat()
    '2026-07-02T00:00:00+00:00'
    """
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time.min, UTC)


@dataclass(frozen=True)
class Limits:
    """What a service permits: so many requests in so many seconds, and in a day.

    `identified` is the number for callers that name a contact, where it differs; `resets` tells
    when the service's day ends.
    """

    requests: float
    seconds: float = 1.0
    identified: float | None = None
    per_day: int | None = None
    resets: Callable[[datetime], datetime] = next_midnight

    def permitted(self, *, identified: bool) -> float:
        """Return the requests per second that the service allows this caller."""
        number = self.identified if identified and self.identified is not None else self.requests
        return number / self.seconds


@runtime_checkable
class Source(Protocol):
    """A service that knows books. The methods named in `capabilities` work, the others refuse."""

    name: ClassVar[str]
    """Stable, lower case: stands in the library as the origin of values."""
    title: ClassVar[str]
    home: ClassVar[str]
    limits: ClassVar[Limits]
    capabilities: ClassVar[frozenset[Capability]]
    local: ClassVar[bool]
    """Whether it knows by itself and never asks the network: it answers offline too."""
    hosts: frozenset[str]
    """The hosts that it asks; redirects may lead elsewhere only to public addresses."""

    @property
    def configured(self) -> bool:
        """Whether it has the key or token without which it answers nobody."""
        ...

    def by_isbn(self, isbn: str) -> Flow[list[WorkRecord]]:
        """Return the works with an edition that carries this ISBN-13, usually one or none."""
        ...

    def by_isbns(self, isbns: Sequence[str]) -> Flow[dict[str, list[WorkRecord]]]:
        """Return the same for many ISBNs, each asked one a key, in as few requests as it takes."""
        ...

    def by_id(self, record_id: str) -> Flow[WorkRecord | None]:
        """Return the work that the source files under its own id."""
        ...

    def search(
        self, *, title: str | None = None, author: str | None = None, limit: int = 10
    ) -> Flow[list[WorkRecord]]:
        """Return works that may be meant, best first."""
        ...

    def series(self, name: str) -> Flow[list[SeriesRecord]]:
        """Return the series that may be meant by the name, best first."""
        ...

    def refusal(self, reply: Reply, now: datetime) -> Refusal | None:
        """Return why the reply is no answer, or None where it is one, be it "not found"."""
        ...

    def says_nothing(self, reply: Reply) -> bool:
        """Return whether a reply with status 200 means "no such book"; it is kept shorter."""
        ...


class BaseSource:
    """What most sources have in common: override what a service does in its own way."""

    name: ClassVar[str]
    title: ClassVar[str]
    home: ClassVar[str]
    limits: ClassVar[Limits]
    capabilities: ClassVar[frozenset[Capability]] = frozenset()
    local: ClassVar[bool] = False
    hosts: frozenset[str] = frozenset()

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Return the source as the user set it up; `settings` are those under its own name."""
        return cls(**settings)

    @property
    def configured(self) -> bool:
        """Return true: most services ask for no key."""
        return True

    def by_isbn(self, isbn: str) -> Flow[list[WorkRecord]]:
        """Refuse: the source does not know ISBNs."""
        raise self._cannot("by ISBN")

    def by_isbns(self, isbns: Sequence[str]) -> Flow[dict[str, list[WorkRecord]]]:
        """Return what `by_isbn` finds for each; sources with a batch call override this."""
        found = {}
        for isbn in dict.fromkeys(isbns):
            found[isbn] = yield from self.by_isbn(isbn)
        return found

    def by_id(self, record_id: str) -> Flow[WorkRecord | None]:
        """Refuse: the source has no ids that can be asked for."""
        raise self._cannot("by id")

    def search(
        self, *, title: str | None = None, author: str | None = None, limit: int = 10
    ) -> Flow[list[WorkRecord]]:
        """Refuse: the source cannot be searched."""
        raise self._cannot("by title or author")

    def series(self, name: str) -> Flow[list[SeriesRecord]]:
        """Refuse: the source does not know series."""
        raise self._cannot("by series")

    def refusal(self, reply: Reply, now: datetime) -> Refusal | None:
        """Return what the status alone says; 400, 404, 410 and 422 are left to the flow."""
        del now
        if reply.status == 429:
            return Refusal("busy", f"{self.title} asks for a pause")
        if reply.status == 408 or reply.status >= 500:
            return Refusal("down", f"{self.title} is down (HTTP {reply.status})")
        if reply.status in (401, 403):
            return Refusal("refused", f"{self.title} refuses this caller (HTTP {reply.status})")
        return None

    def says_nothing(self, reply: Reply) -> bool:
        """Return whether the body is an empty list or object."""
        return reply.body.strip() in (b"{}", b"[]")

    def _cannot(self, how: str) -> InvalidInput:
        able = ", ".join(sorted(self.capabilities)) or "nothing"
        return InvalidInput(f"{self.title} cannot be asked {how}; it offers {able}")


def read(model: type[M], payload: object, source: str) -> M:
    """Return the payload as a model.

    Raises:
        SourceChanged: it does not fit; the message names the field and shows its value.
    """
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole answer"
        raise SourceChanged(
            f"{source} answered in a new form: {where}: {first['msg']}, "
            f"got {shown(first.get('input'))}",
            source=source,
            field=where,
        ) from error


def as_sources_entry(error: SourceError | None) -> dict[str, Any]:
    """Return how an answer's `sources` names the outcome: `{"code": "ok"}` or the error's own.

    >>> as_sources_entry(None)
    {'code': 'ok'}
    """
    if error is None:
        return {"code": "ok"}
    return {name: value for name, value in error.to_dict().items() if name != "source"}


def canonical(value: object) -> str:
    """Return the JSON of a value with its keys in order: equal values give equal texts."""
    return stdlib_json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
