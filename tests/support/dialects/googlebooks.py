"""Google Books' dialect: relevance searches, nothing without a key, reasons inside its errors."""

from __future__ import annotations

from collections.abc import Iterable

from support.dialects.openlibrary import Book
from support.upstream import Request, Response

KEY = "a-key-of-the-tests"


def error(status: int, reason: str, message: str = "no") -> Response:
    """Return an error as Google words it; the status alone says little."""
    told = {"message": message, "domain": "global", "reason": reason}
    return Response({"error": {"code": status, "message": message, "errors": [told]}}, status)


def volume(book: Book) -> dict[str, object]:
    return {
        "kind": "books#volume",
        "id": f"GOOGLE{book.number:06}",
        "volumeInfo": {
            "title": book.title,
            "authors": [book.author],
            "publisher": book.publisher,
            "publishedDate": "2005-08-02",
            "industryIdentifiers": [{"type": "ISBN_13", "identifier": book.isbn}],
            "pageCount": book.pages,
            "printType": "BOOK",
            "language": "en",
            "canonicalVolumeLink": f"https://books.google.com/books?id=GOOGLE{book.number:06}",
        },
        "saleInfo": {
            "country": "US",
            "saleability": "FOR_SALE",
            "isEbook": True,
            "listPrice": {"amount": 9.99, "currencyCode": "USD"},
            "retailPrice": {"amount": 8.99, "currencyCode": "USD"},
        },
    }


class GoogleBooksDialect:
    """Answers as the service does about these books: an `isbn:` search finds others too."""

    def __init__(self, books: Iterable[Book]) -> None:
        self._books = list(books)

    def __call__(self, request: Request) -> Response:
        if request.params.get("key") != KEY:
            return error(403, "forbidden", "API key not valid")
        if request.path != "/volumes":
            return error(404, "notFound")
        found = [volume(book) for book in self._books]
        return Response({"kind": "books#volumes", "totalItems": len(found), "items": found})
