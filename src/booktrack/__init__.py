"""booktrack: a library that knows your books.

>>> import booktrack
>>> with booktrack.Library("library.json", offline=True) as library:
...     library.search("kings sanderson")["results"][0]["title"]
'The Way of Kings'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from booktrack.errors import (
    BooktrackError,
    Conflict,
    InvalidDate,
    InvalidDocument,
    InvalidFile,
    InvalidInput,
    InvalidISBN,
    InvalidPosition,
    MissingExtra,
    NotFound,
    SourceChanged,
    SourceError,
    SourceRateLimited,
    SourceRefused,
    SourceUnavailable,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreReadOnly,
    StoreTooNew,
)

if TYPE_CHECKING:
    from booktrack.library import Library
    from booktrack.library_safety import recover

    __version__: str

__all__ = [
    "BooktrackError",
    "Conflict",
    "InvalidDate",
    "InvalidDocument",
    "InvalidFile",
    "InvalidISBN",
    "InvalidInput",
    "InvalidPosition",
    "Library",
    "MissingExtra",
    "NotFound",
    "SourceChanged",
    "SourceError",
    "SourceRateLimited",
    "SourceRefused",
    "SourceUnavailable",
    "StoreBusy",
    "StoreCorrupt",
    "StoreError",
    "StoreReadOnly",
    "StoreTooNew",
    "__version__",
    "recover",
]


def __getattr__(name: str) -> Any:
    """Load what costs time when it is first asked for: the command's help needs none of it."""
    if name == "Library":
        from booktrack.library import Library

        return Library
    if name == "recover":
        from booktrack.library_safety import recover

        return recover
    if name == "__version__":
        from importlib.metadata import version

        return version("booktrack")
    raise AttributeError(f"module 'booktrack' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
