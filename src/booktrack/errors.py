"""Every error that booktrack raises on purpose.

    BooktrackError                .code .details .to_dict()
    ├── InvalidInput (ValueError)
    │   ├── InvalidISBN
    │   ├── InvalidDate
    │   ├── InvalidPosition
    │   ├── InvalidDocument
    │   └── InvalidFile
    ├── NotFound (LookupError)
    ├── Conflict
    ├── MissingExtra (ImportError)
    ├── StoreError
    │   ├── StoreBusy
    │   ├── StoreReadOnly
    │   ├── StoreCorrupt
    │   └── StoreTooNew
    └── SourceError               .source
        ├── SourceRateLimited     .retry_after
        ├── SourceUnavailable
        ├── SourceRefused
        └── SourceChanged

A message says what was wrong, shows the offending value and tells what to do.
"""

from __future__ import annotations

from typing import Any, ClassVar


def shown(value: object, limit: int = 80) -> str:
    """Return the value as an error message may show it: quoted, on one line, never long."""
    try:
        text = repr(value[: limit + 1] if isinstance(value, (str, bytes)) else value)
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        text = "a whole number too long to show"
    except RecursionError:
        text = f"a {type(value).__name__} nested too deep to show"
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def shown_path(path: object) -> str:
    """Return a path as an error message shows it: whole, for its last part says the most.

    >>> shown_path("library.json")
    "'library.json'"
    """
    return shown(path if isinstance(path, (str, bytes)) else str(path), _LONGEST_PATH)


_LONGEST_PATH = 400
_LONGEST_DETAIL = 1_000
_LARGEST_NUMBER = 2**63  # what other languages read of JSON


def _tellable(value: Any) -> Any:
    """Return a detail of an error as JSON in UTF-8 can hold it; a text of megabytes is cut."""
    if isinstance(value, int) and abs(value) >= _LARGEST_NUMBER:
        return shown(value)
    if not isinstance(value, str):
        return value
    text = value if len(value) <= _LONGEST_DETAIL else f"{value[:_LONGEST_DETAIL]}…"
    return text.encode(errors="backslashreplace").decode()


class BooktrackError(Exception):
    """The root of the tree: `code` is stable and made for programs, the message is for people."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, **details: Any) -> None:
        # A file's name may hold bytes that are no text, and neither a log nor JSON takes them.
        self.message = message.encode(errors="backslashreplace").decode()
        super().__init__(self.message)
        self.details = {name: _tellable(value) for name, value in details.items()}

    def __str__(self) -> str:
        # KeyError, a LookupError, would show the message quoted.
        return self.message

    def to_dict(self) -> dict[str, Any]:
        """Return `{"code", "message", ...details}`, ready for JSON."""
        return {"code": self.code, "message": self.message, **self.details}


class InvalidInput(BooktrackError, ValueError):
    """What the caller gave cannot be used; nothing was changed."""

    code = "invalid_input"


class InvalidISBN(InvalidInput):
    """Not a book's number: wrong length, wrong check digit, or sheet music (979-0)."""

    code = "invalid_isbn"


class InvalidDate(InvalidInput):
    """Not a date of the form 2010, 2010-08 or 2010-08-31."""

    code = "invalid_date"


class InvalidPosition(InvalidInput):
    """Not a place in a series such as 1, 1.5 or 1-3."""

    code = "invalid_position"


class InvalidDocument(InvalidInput):
    """A document that does not fit its model or that JSON cannot hold."""

    code = "invalid_document"


class InvalidFile(InvalidInput):
    """A file that is missing, empty, binary, too large or of an unknown kind."""

    code = "invalid_file"


class NotFound(BooktrackError, LookupError):
    """No such book, edition, series or record."""

    code = "not_found"


class Conflict(BooktrackError):
    """What was asked contradicts what is there now."""

    code = "conflict"


class MissingExtra(BooktrackError, ImportError):
    """The function needs an optional part of booktrack; the message says how to install it."""

    code = "missing_extra"


class StoreError(BooktrackError):
    """The library file could not be read or written."""

    code = "store_error"


class StoreBusy(StoreError):
    """Another process held the library's lock for too long."""

    code = "store_busy"


class StoreReadOnly(StoreError):
    """The library was opened from a file or folder that may not be written."""

    code = "store_read_only"


class StoreCorrupt(StoreError):
    """The library file is damaged; the message names the file, the byte and the way back."""

    code = "store_corrupt"


class StoreTooNew(StoreError):
    """The library was written by a newer booktrack; it is left untouched."""

    code = "store_too_new"


class SourceError(BooktrackError):
    """A source outside could not answer."""

    code = "source_error"

    def __init__(self, message: str, *, source: str, **details: Any) -> None:
        super().__init__(message, source=source, **details)
        self.source = source


class SourceRateLimited(SourceError):
    """The source asks for a pause of `retry_after` seconds, or None where it did not say."""

    code = "rate_limited"

    def __init__(
        self, message: str, *, source: str, retry_after: float | None = None, **details: Any
    ) -> None:
        super().__init__(message, source=source, retry_after=retry_after, **details)
        self.retry_after = retry_after


class SourceUnavailable(SourceError):
    """The source is down, too slow or out of reach."""

    code = "unavailable"


class SourceRefused(SourceError):
    """The source refuses this caller: no key, no contact, no right."""

    code = "refused"


class SourceChanged(SourceError):
    """The source answered in a form that is not the documented one; the message names the field."""

    code = "changed"
