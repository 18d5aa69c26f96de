"""What every document of the library is: checked on the way in, lean on the way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from booktrack.errors import InvalidDocument, shown

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
DateText = Annotated[str, StringConstraints(pattern=r"^-?\d{4}(-\d{2}(-\d{2})?)?$")]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Part(BaseModel):
    """A part of a document; unknown fields are refused, so that a typo is never kept."""

    # Built when first used: the command starts sooner, and most runs need a few models only.
    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class Document(Part):
    """A document of one table; `dump` gives what is stored."""

    table: ClassVar[str]
    always: ClassVar[frozenset[str]] = frozenset()
    last: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def check(cls, document: dict[str, Any]) -> Self:
        """Return the document as a model.

        Raises:
            InvalidDocument: a field is missing, unknown or of the wrong kind.
        """
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise InvalidDocument(
                f"{cls.__name__}.{field}: {first['msg']}, got {shown(first.get('input'))}",
                table=cls.table,
                field=field,
            ) from error

    def dump(self) -> dict[str, Any]:
        """Return the JSON form: the specification's fields always, others where they say something.

        What a person reads first stands first; where values come from stands last.
        """
        # Not `model_dump`, which makes every field, of which most say nothing, and all its parts.
        told = self.__dict__
        return {
            name: _plain(told[name], _lean)
            for name in self._order()
            if (told[name] is not None and not _is_empty(told[name])) or name in self.always
        }

    @classmethod
    def _order(cls) -> list[str]:
        if cls not in _ORDER:
            names = cls.model_fields
            _ORDER[cls] = [
                *(name for name in names if name not in cls.last),
                *(name for name in names if name in cls.last),
            ]
        return _ORDER[cls]


_ORDER: dict[type[Document], list[str]] = {}


def _plain(value: Any, form: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> Any:
    """Return the JSON form of a value, which shares nothing; `form` is that of parts in lists."""
    if type(value) is str or value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        return str(value)  # of a subclass, which JSON encoders refuse
    if isinstance(value, (list, tuple)):
        return [
            one
            if type(one) is str
            else _plain(form(one.__dict__) if isinstance(one, Part) else one)
            for one in value
        ]
    fields = value.__dict__ if isinstance(value, Part) else value
    return {name: _plain(part) for name, part in fields.items()}


def _lean(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a part without those that say nothing."""
    return {
        name: value for name, value in fields.items() if not _is_empty(value) or name == "value"
    }


def _is_empty(value: Any) -> bool:
    # A price of 0 says something, though 0 == False.
    return not value and (value is None or value is False or value == [] or value == {})
