"""JSON and XML files as records, within bounds that a hostile file cannot cross."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from booktrack.errors import InvalidFile
from booktrack.sources.files.tables import MAX_ROWS

# A LibraryThing book has about fifteen lists and objects, an AniList row one.
_MAX_CONTAINERS = 2_000_000
_MAX_VALUES = 10_000_000
_MAX_DEPTH = 60
_MAX_INSIDE = 10_000
_CONTROL = re.compile(r"[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f]")


def json_documents(text: str, title: str) -> list[Any]:
    """Return the JSON documents of a text; a file may hold several, one after another.

    Raises:
        InvalidFile: The text is no JSON, or nested or filled beyond any real export.
    """
    if text.count("{") + text.count("[") > _MAX_CONTAINERS or text.count(",") > _MAX_VALUES:
        raise InvalidFile(f"This is not a {title} file: it holds more values than any library.")
    decoder = json.JSONDecoder()
    found: list[Any] = []
    at = 0
    # One real file is five documents, one after another.
    while at < len(text) and len(found) <= MAX_ROWS:
        if text[at] in " \t\n,\ufeff":
            at += 1
            continue
        try:
            document, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise InvalidFile(f"This is not a {title} file: {_complaint(error)}.") from error
        found.append(document)
    return found


def _complaint(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "its JSON is nested too deeply"
    if isinstance(error, json.JSONDecodeError):
        return f"its JSON is damaged at line {error.lineno}: {error.msg}"
    return f"its JSON cannot be read: {error}"


def as_text(value: Any, separator: str = ", ") -> str:
    """Return a JSON value as a cell: lists and objects as their values, null as nothing."""
    if isinstance(value, str):
        # JSON can escape what UTF-8 cannot hold.
        return _CONTROL.sub("", value).strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return separator.join(filter(None, (as_text(one, separator) for one in value)))
    return "" if value is None else str(value)


def xml_elements(text: str, tag: str, depth: int, title: str) -> Iterator[Element]:
    """Yield the elements of a name at a depth, one at a time; the root's depth is 0.

    Raises:
        InvalidFile: The text is no well-formed XML, declares entities, or is nested too deeply.
    """
    # An encoding that the text declares was its bytes'; the text itself is given as UTF-8.
    body = re.sub(r"^(\s*<\?xml[^>]*?)\s+encoding=[\"'][^\"']*[\"']", r"\1", text, count=1)
    parser = iterparse(io.BytesIO(body.strip().encode()), events=("start", "end"))
    path: list[Element] = []
    found = inside = 0
    try:
        for event, element in parser:
            if event == "start":
                path.append(element)
                inside += 1
                if len(path) > _MAX_DEPTH or inside > _MAX_INSIDE:
                    raise InvalidFile(
                        f"This is not a {title} file: its XML is nested too deeply, or one of its "
                        f"records holds more than {_MAX_INSIDE:,} values."
                    )
                continue
            path.pop()
            if len(path) > depth:
                continue
            if len(path) == depth and element.tag == tag:
                found += 1
                if found > MAX_ROWS:
                    raise InvalidFile(f"The file has more than {MAX_ROWS:,} rows.")
                yield element
            element.clear()
            inside = 0
            if path:
                # Else the parent keeps an empty shell of each of them.
                path[-1].remove(element)
    except InvalidFile:
        raise
    except DefusedXmlException as error:
        raise InvalidFile(
            f"This {title} file declares entities, which no export needs: it is not read."
        ) from error
    except (ParseError, ValueError) as error:
        raise InvalidFile(f"This is not a {title} file: its XML is damaged: {error}.") from error
