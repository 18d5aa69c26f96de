"""Audible's dialect: a catalogue searched by keywords, of which few products carry an ISBN."""

from __future__ import annotations

from collections.abc import Iterable

from support.dialects.openlibrary import Book
from support.upstream import Request, Response


def product(book: Book) -> dict[str, object]:
    return {
        "asin": f"B0{book.number:08}",
        "isbn": book.isbn,
        "title": book.title,
        "authors": [{"asin": None, "name": book.author}],
        "narrators": [{"name": "Simon Vance"}],
        "publisher_name": book.publisher,
        "language": "english",
        "release_date": "2005-08-02",
        "runtime_length_min": 1263,
        "format_type": "unabridged",
        "content_type": "Product",
        "content_delivery_type": "SinglePartBook",
        "price": {"list_price": {"base": 35.0, "currency_code": "USD", "type": "list"}},
    }


class AudibleDialect:
    """Answers as the service does about these books."""

    def __init__(self, books: Iterable[Book]) -> None:
        self._books = list(books)

    def __call__(self, request: Request) -> Response:
        if request.path != "/1.0/catalog/products":
            return Response({"error_code": "000100", "message": "no"}, 404)
        found = [product(book) for book in self._books]
        return Response({"product_filters": [], "products": found, "total_results": len(found)})
