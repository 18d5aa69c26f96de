"""Open Library's dialect: redirects from ISBNs, works, editions, authors, search and batches."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from support.upstream import Request, Response

PAGE = b"<!DOCTYPE html><html><body><h1>Not Found</h1></body></html>"


@dataclass(frozen=True)
class Book:
    """One work with one edition; its number makes its keys: /works/OL7W, /books/OL7M."""

    number: int
    isbn: str
    title: str
    author: str
    publisher: str = "Ace"
    date: str = "August 2, 2005"
    pages: int = 528

    def edition(self) -> dict[str, object]:
        return {
            "type": {"key": "/type/edition"},
            "key": f"/books/OL{self.number}M",
            "works": [{"key": f"/works/OL{self.number}W"}],
            "authors": [{"key": f"/authors/OL{self.number}A"}],
            "title": self.title,
            "isbn_13": [self.isbn],
            "publishers": [self.publisher],
            "publish_date": self.date,
            "number_of_pages": self.pages,
            "physical_format": "Paperback",
            "languages": [{"key": "/languages/eng"}],
            "covers": [self.number],
        }

    def work(self) -> dict[str, object]:
        return {
            "type": {"key": "/type/work"},
            "key": f"/works/OL{self.number}W",
            "title": self.title,
            "authors": [
                {
                    "type": {"key": "/type/author_role"},
                    "author": {"key": f"/authors/OL{self.number}A"},
                }
            ],
            "subjects": ["Science fiction"],
        }

    def found(self) -> dict[str, object]:
        return {
            "key": f"/works/OL{self.number}W",
            "title": self.title,
            "author_name": [self.author],
            "author_key": [f"OL{self.number}A"],
            "first_publish_year": 1965,
            "editions": {
                "numFound": 1,
                "docs": [
                    {
                        "key": f"/books/OL{self.number}M",
                        "title": self.title,
                        "isbn": [self.isbn],
                        "publisher": [self.publisher],
                        "language": ["eng"],
                    }
                ],
            },
        }


DUNE = Book(1, "9780441013593", "Dune", "Frank Herbert")
MARTIAN = Book(2, "9780553418026", "The Martian", "Andy Weir", "Broadway", "2014-10-28", 387)


class OpenLibraryDialect:
    """Answers as the service does about these books."""

    def __init__(self, books: Iterable[Book]) -> None:
        self._by_isbn = {book.isbn: book for book in books}
        self._by_number = {book.number: book for book in self._by_isbn.values()}

    def __call__(self, request: Request) -> Response:
        if request.path == "/api/books.json":
            return self._details(request.params["bibkeys"])
        if request.path == "/search.json":
            return self._search(request.params)
        if found := re.fullmatch(r"/isbn/(\d{13})\.json", request.path):
            book = self._by_isbn.get(found[1])
            if book is None:
                return _nothing()
            return Response(b"", 302, {"Location": f"/books/OL{book.number}M.json"})
        if found := re.fullmatch(r"/(\w+)/OL(\d+)[MWA](/editions)?\.json", request.path):
            book = self._by_number.get(int(found[2]))
            return (
                _nothing() if book is None else Response(_thing(book, found[1] + (found[3] or "")))
            )
        return _nothing()

    def _details(self, bibkeys: str) -> Response:
        asked = [key.removeprefix("ISBN:") for key in bibkeys.split(",")]
        return Response(
            {
                f"ISBN:{isbn}": {
                    "bib_key": f"ISBN:{isbn}",
                    "info_url": f"https://openlibrary.org/books/OL{book.number}M/",
                    "details": {
                        **book.edition(),
                        "authors": [{"key": f"/authors/OL{book.number}A", "name": book.author}],
                    },
                }
                for isbn in asked
                if (book := self._by_isbn.get(isbn))
            }
        )

    def _search(self, params: dict[str, str]) -> Response:
        keys = {int(number) for number in re.findall(r"/works/OL(\d+)W", params.get("q", ""))}
        docs = [
            book.found()
            for book in self._by_number.values()
            if (keys and book.number in keys)
            or (params.get("title", "\0").lower() in book.title.lower())
            or (params.get("author", "\0").lower() in book.author.lower())
        ]
        return Response({"numFound": len(docs), "docs": docs[: int(params["limit"])]})


def _thing(book: Book, kind: str) -> dict[str, object]:
    return {
        "books": book.edition(),
        "works": book.work(),
        "works/editions": {"size": 1, "entries": [book.edition()]},
        "authors": {
            "type": {"key": "/type/author"},
            "key": f"/authors/OL{book.number}A",
            "name": book.author,
        },
    }[kind]


def _nothing() -> Response:
    return Response(PAGE, 404, {"Content-Type": "text/html"})
