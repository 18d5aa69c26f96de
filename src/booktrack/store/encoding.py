"""Documents as the bytes that stand in the file: checked on the way in, decoded on demand."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import msgspec

from booktrack.domain.models import MODELS
from booktrack.errors import InvalidDocument, shown
from booktrack.store.base import Document

LARGEST_ID = 2**53  # what JavaScript, the front end's language, can tell apart
# Deeper than any model; a dict that contains itself stops here instead of at the recursion limit.
_DEEPEST = 64
_TABLE_NAME_LENGTH = 100
_SCALARS = frozenset({str, int, bool, type(None)})

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(dict[str, Any])


def decode(raw: bytes | msgspec.Raw) -> Document:
    """Return the document as a fresh dict that belongs to the caller."""
    return _decoder.decode(raw)


def encode(table: str, document: Mapping[str, Any]) -> bytes:
    """Return the document as it is stored: validated by its table's model, on one line.

    A table without a model (somebody's own, written with TinyDB) takes every JSON object.

    Raises:
        InvalidDocument: it does not fit its model, or JSON cannot hold it.
    """
    if not isinstance(document, Mapping):
        raise InvalidDocument(f"{table}: a document is a dict, got {shown(document)}", table=table)
    plain = dict(document)
    _refuse_what_is_not_json(plain, table, 0)
    model = MODELS.get(table)
    if model is not None:
        plain = model.check(plain).dump()
    try:
        return _encode(plain)
    except UnicodeEncodeError as error:
        raise InvalidDocument(
            f"{table}: {shown(error.object)} holds half of a character (a lone surrogate), which "
            "no file can hold",
            table=table,
        ) from error


def _encode(plain: Document) -> bytes:
    try:
        return _encoder.encode(plain)
    except TypeError:
        # A text or number with a class of its own, such as a member of an enumeration.
        return _encoder.encode(json.loads(json.dumps(plain)))


def canonical(raw: bytes | msgspec.Raw) -> bytes:
    """Return the bytes as this module would have written them, to compare two documents by."""
    return _encoder.encode(_decoder.decode(raw))


def check_table_name(table: str) -> str:
    """Return the name of a table if it can be one.

    Raises:
        InvalidDocument: it is empty, too long, no text, or reserved for booktrack (`_meta`).
    """
    well_formed = isinstance(table, str) and table.encode(errors="replace").decode() == table
    if not well_formed or not 0 < len(table) <= _TABLE_NAME_LENGTH or table == "_meta":
        raise InvalidDocument(f"{shown(table)} cannot be the name of a table")
    return table


def _refuse_what_is_not_json(value: object, where: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise InvalidDocument(f"{where} is nested more than {_DEEPEST} deep", field=where)
    if isinstance(value, dict):
        for name, part in value.items():
            if not isinstance(name, str):
                raise InvalidDocument(f"{where} has the key {shown(name)}: keys are text")
            # Most parts are scalars; an import of 10,000 rows looks at a million of them.
            if type(part) not in _SCALARS:
                _refuse_what_is_not_json(part, f"{where}.{name}", depth + 1)
    elif isinstance(value, list | tuple):
        for part in value:
            if type(part) not in _SCALARS:
                _refuse_what_is_not_json(part, where, depth + 1)
    else:
        _refuse_scalar(value, where)


def _refuse_scalar(value: object, where: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidDocument(f"{where} is {value}, which JSON cannot hold", field=where)
    if value is not None and not isinstance(value, str | int | float):
        raise InvalidDocument(
            f"{where} is a {type(value).__name__}, which JSON cannot hold: {shown(value)}",
            field=where,
        )
