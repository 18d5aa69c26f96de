"""All operations, in the order of the document."""

from __future__ import annotations

from booktrack.web import operations_books
from booktrack.web.operations import Operation

OPERATIONS: list[Operation] = [*operations_books.OPERATIONS]
