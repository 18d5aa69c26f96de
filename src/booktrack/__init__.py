"""booktrack: a library that knows your books.

    >>> import booktrack
    >>> with booktrack.Library("library.json", offline=True) as library:
    ...     library.search("kings sanderson")["results"][0]["title"]
    'The Way of Kings'
"""

from importlib.metadata import version

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
from booktrack.library import Library

__version__ = version("booktrack")

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
]
