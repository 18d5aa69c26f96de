"""All operations, in the order of the document."""

from __future__ import annotations

from booktrack.web import (
    operations_books,
    operations_covers,
    operations_files,
    operations_owning,
    operations_pages,
    operations_reading,
    operations_series,
    operations_settings,
)
from booktrack.web.operations import Operation

OPERATIONS: list[Operation] = [
    *operations_books.OPERATIONS,
    *operations_series.OPERATIONS,
    *operations_owning.OPERATIONS,
    *operations_reading.OPERATIONS,
    *operations_pages.OPERATIONS,
    *operations_covers.OPERATIONS,
    *operations_files.OPERATIONS,
    *operations_settings.OPERATIONS,
]
