"""What the API can do, as a table: from it come the routes, and the OpenAPI document.

An operation names a function of `Library` and says what it is given and what it answers. Nothing
else is known of it anywhere: a function that gains an argument gains it in one model here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, ClassVar, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from booktrack.library import Library

JSON = dict[str, Any]


class Given(BaseModel):
    """What a request gives; an argument that it leaves out is left to the function."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, defer_build=True)

    def arguments(self) -> JSON:
        """Return what was given, by the names of the function's arguments."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def _kinds(annotation: Any) -> tuple[Any, ...]:
    return (annotation, *get_args(annotation))


class Params(Given):
    """What stands in the path and behind the question mark."""

    @classmethod
    @cache
    def lists(cls) -> frozenset[str]:
        """Return the names of those that may be given several times."""
        return frozenset(
            name
            for name, field in cls.model_fields.items()
            if any(get_origin(kind) is list for kind in _kinds(field.annotation))
        )


class Body(Given):
    """A JSON body."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True, defer_build=True)

    shown: ClassVar[JSON] = {}
    """An example of the body."""


class Changes(Body):
    """A JSON body with at least one field."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})


def _whole(value: object) -> object:
    # JSON knows one kind of number: 3.0 is whole there.
    return int(value) if isinstance(value, float) and value.is_integer() else value


Int = Annotated[int, BeforeValidator(_whole)]
"""A whole number in a body."""


class Nothing(Params):
    """No parameters."""


def _digits(value: object) -> object:
    # pydantic also takes "1_0", " 1" and "1.0" for whole numbers; no schema says so.
    if isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii():
        return int(value) if len(value) < 19 else value
    return value if isinstance(value, int) else object()


def _yes_or_no(value: object) -> object:
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


Whole = Annotated[int, BeforeValidator(_digits)]
YesOrNo = Annotated[bool, Field(strict=True), BeforeValidator(_yes_or_no)]
Limit = Annotated[Whole, Field(ge=1, le=10_000, description="How many at most.", examples=[2])]
Offset = Annotated[Whole, Field(ge=0, le=10**9, description="How many to pass over.")]
Id = Annotated[Whole, Field(ge=1, le=2**53, examples=[1])]


PartialDate = Annotated[
    str,
    Field(
        pattern=r"^[1-9]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$",
        description="2010, 2010-08 or 2010-08-31.",
        examples=["2010-08-31"],
    ),
]


def _edition(value: object) -> object:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
        return int(value)
    return value


EditionName = Annotated[
    int | str,
    BeforeValidator(_edition),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "description": "The edition's id (up to nine digits), or its ISBN or ASIN.",
            "examples": ["9780765326355"],
        }
    ),
]
BookName = Annotated[
    int | str,
    BeforeValidator(_edition),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "description": "The book's id (up to nine digits), or the ISBN of an edition of it.",
            "examples": ["9780765326355"],
        }
    ),
]
SeriesName = Annotated[
    str,
    Field(
        description="The series' id, or its name or an alias, percent-encoded: `/` is `%2F`.",
        examples=["Saga"],
    ),
]


class Page(Params):
    """One page of a list."""

    limit: Limit = 50
    offset: Offset = 0


class SeriesParams(Params):
    """A series in the path."""

    series: SeriesName
    by: Annotated[
        str,
        Field(
            pattern="^(auto|name)$",
            description="auto takes a number for an id; name takes it for a name, such as 86.",
        ),
    ] = "auto"

    def arguments(self) -> JSON:
        """Return the arguments, the series by its id where it is a number."""
        given = super().arguments()
        by = given.pop("by", "auto")
        text = given.get("series")
        if by == "auto" and isinstance(text, str) and _is_id(text):
            given["series"] = int(text)
        return given


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


class NameParams(SeriesParams):
    """A series in the path that is always meant by its name."""

    def arguments(self) -> JSON:
        """Return the name as `series_name`."""
        return {"series_name": self.series}


class EditionParams(Params):
    """An edition in the path."""

    edition: EditionName


class BookParams(Params):
    """A book in the path, by its id."""

    book_id: Id


@dataclass(frozen=True)
class Upload:
    """A file as the body, by multipart or as the bytes themselves."""

    argument: str
    what: str
    media: tuple[str, ...] = ("application/octet-stream",)
    largest: int = 128 << 20


@dataclass(frozen=True)
class File:
    """An answer that is no JSON.

    Args:
        media: The media types that it may be of.
        render: Returns media type, headers and body of what the function returned.
    """

    media: tuple[str, ...]
    render: Callable[[Any, JSON], tuple[str, dict[str, str], bytes]]


@dataclass(frozen=True)
class Operation:
    """One thing that the API does.

    Args:
        method: The HTTP method.
        path: Below /api/v1, with names in braces.
        function: The method of `Library`, which names the operation too.
        summary: What it does, in a line.
        answer: The model of the answer, or a `File`.
        params: The model of path and query.
        body: The model of the body, or an `Upload`.
        status: Of the answer.
        errors: Statuses of problems beside those that the rest implies.
        version: How the answer's ETag is made: "revision" for lists, "content" for one thing.
        current: The function that gives the thing as it is, for If-Match.
        keyed: Whether an Idempotency-Key is taken.
        job: The kind of the job that does it, where it takes long.
        location: Returns the address of what was made, from the answer.
        name: The operation's name, where the function's own is another one's already.
        call: Calls the function, where what was given is not what it takes.
        tag: The subject; the table's own by default.
        sample: A request that works on the sample library, for the document's example.
    """

    method: str
    path: str
    function: str
    summary: str
    answer: Any
    params: type[Params] = Nothing
    body: type[Body] | Upload | None = None
    status: int = 200
    errors: tuple[int, ...] = ()
    version: str | None = None
    current: str | None = None
    keyed: bool = False
    job: str | None = None
    location: Callable[[JSON], str] | None = None
    name: str | None = None
    call: Callable[[Library, JSON], Any] | None = None
    tag: str = ""
    sample: JSON = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The operation's name in the document: that of the function."""
        return self.name or self.function

    @property
    def statuses(self) -> list[int]:
        """Return the statuses of the problems that it may be answered with."""
        found = {400, 401, 403, 422, 429, 500, 503, *self.errors}
        if "{" in self.path:
            found.add(404)
        if self.body is not None:
            found |= {408, 413, 415}
        # A name of several series is a conflict, too.
        if self.method != "GET" or "series" in self.params.model_fields:
            found.add(409)
        return sorted(found)


def tagged(tag: str, *operations: Operation) -> list[Operation]:
    """Return the operations under their subject."""
    return [replace(one, tag=tag) for one in operations]
