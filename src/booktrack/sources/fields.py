"""How fields of answers are written, and reading them without trusting any.

A field may be missing, null, empty or of a neighbouring type (a number for a text); what is of
another kind altogether is refused, so that a service's new form is noticed and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from booktrack.domain.isbn import is_isbn, parse_isbn
from booktrack.domain.text import clean, fold_key
from booktrack.errors import SourceChanged
from booktrack.sources.base import read
from booktrack.sources.html_text import plain_text

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

_LONGEST_LINE = 2000
_LONGEST_KEY = 100


def _line(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)  # a title such as 1984
    if not isinstance(value, str) or len(value) > _LONGEST_LINE:
        raise ValueError("a line of text is due")
    return clean(value) or None


def _title(value: Any) -> str:
    line = _line(value)
    if line is None:
        raise ValueError("a title is due")
    return line


def _lines(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [line for line in map(_line, items) if line]


def _markup(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError("a text is due")
    return plain_text(value) or None if value else None


def _count(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:7])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | None):
        raise ValueError("a whole number is due")
    # 0 stands for "unknown" everywhere: pages, volumes, seconds.
    return value if value and 0 < value <= 1_000_000 else None


def _key(value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if value > 0 else None
    if value is not None and not (isinstance(value, str) and len(value) <= _LONGEST_KEY):
        raise ValueError("an id is due")
    return clean(value) or None if value else None


def _amount(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise ValueError("an amount is due")
    return float(value) if value is not None and 0 <= value < 1e9 else None


def _address(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError("an address is due")
    # Pictures are shown on pages that were fetched over https, where http is blocked.
    secure = f"https://{value[7:]}" if value and value.startswith("http://") else value
    return secure if secure and secure.startswith("https://") and len(secure) < 2000 else None


def _items(value: Any) -> Any:
    """Read null as an empty list, and leave out what is null in one."""
    if value is None:
        return []
    return [one for one in value if one is not None] if isinstance(value, list) else value


Line = Annotated[str | None, BeforeValidator(_line)]
Title = Annotated[str, BeforeValidator(_title)]
Lines = Annotated[list[str], BeforeValidator(_lines)]
Markup = Annotated[str | None, BeforeValidator(_markup)]
"""A text of several lines, its HTML taken away."""
Count = Annotated[int | None, BeforeValidator(_count)]
"""A positive whole number."""
Key = Annotated[str | None, BeforeValidator(_key)]
"""An id, as text although it may be sent as a number."""
Amount = Annotated[float | None, BeforeValidator(_amount)]
Address = Annotated[str | None, BeforeValidator(_address)]
"""The address of a picture or page, over https."""
Items = Annotated[list[T], BeforeValidator(_items), Field(default_factory=list)]


class Payload(BaseModel):
    """Unknown fields are the ordinary case: they are left out."""

    model_config = ConfigDict(extra="ignore", defer_build=True)


class CamelPayload(Payload):
    """The same where the service writes `pageCount` for `page_count`."""

    model_config = ConfigDict(alias_generator=to_camel)


def read_each(model: type[M], entries: Sequence[Any], source: str) -> list[M]:
    """Return the entries that can be read, so that a damaged one hides no other.

    Raises:
        SourceChanged: none can be.
    """
    found = []
    damage = None
    for entry in entries:
        try:
            found.append(read(model, entry, source))
        except SourceChanged as error:
            damage = error
    if damage is not None and not found:
        raise damage
    return found


def isbns_in(texts: Iterable[str | None]) -> list[str]:
    """Return the ISBN-13s of the texts that are ISBNs, each once.

    >>> isbns_in(["0316452505", "9780316452502", "PKEY:BT0000447969", None])
    ['9780316452502']
    """
    return list(dict.fromkeys(parse_isbn(text) for text in texts if text and is_isbn(text)))


def each_once(texts: Iterable[str | None], *known: str | None) -> list[str]:
    """Return the texts without those that are spelt alike or are known already.

    >>> each_once(["Sci-fi", "Fantasy", "sci-fi", None], "fantasy")
    ['Sci-fi']
    """
    seen = {fold_key(text): "" for text in known if text}
    kept = seen | {}
    for text in texts:
        if text:
            kept.setdefault(fold_key(text), text)
    return [text for text in kept.values() if text]
