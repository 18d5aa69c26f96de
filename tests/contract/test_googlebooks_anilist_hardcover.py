"""Google Books, AniList and Hardcover keep the contract that all sources keep."""

from __future__ import annotations

from typing import ClassVar

from booktrack.sources.anilist import AniList
from booktrack.sources.contract import SourceContract
from booktrack.sources.googlebooks import GoogleBooks
from booktrack.sources.hardcover import Hardcover
from support.conversations import body


class TestGoogleBooks(SourceContract):
    source = GoogleBooks(key="key")
    isbn = "9780765326355"
    replies: ClassVar = {
        "/books/v1/volumes": body(
            {
                "kind": "books#volumes",
                "totalItems": 1,
                "items": [
                    {
                        "id": "fXlaAAAAMAAJ",
                        "volumeInfo": {
                            "title": "The Way of Kings, Vol. 1",
                            "subtitle": "A Novel",
                            "authors": ["Brandon Sanderson"],
                            "publisher": "Tor",
                            "publishedDate": "2010-08-31",
                            "description": "<b>One</b>",
                            "industryIdentifiers": [
                                {"type": "ISBN_10", "identifier": "0765326353"},
                                {"type": "ISBN_13", "identifier": "9780765326355"},
                            ],
                            "pageCount": 1007,
                            "categories": ["Fiction / Fantasy / Epic"],
                            "imageLinks": {"thumbnail": "http://books.google.com/c?edge=curl"},
                            "language": "en",
                            "seriesInfo": {
                                "bookDisplayNumber": "1",
                                "volumeSeries": [{"seriesId": "zcorGwAAABDn0M"}],
                            },
                        },
                        "saleInfo": {
                            "country": "US",
                            "saleability": "FOR_SALE",
                            "isEbook": True,
                            "listPrice": {"amount": 9.99, "currencyCode": "USD"},
                            "offers": [{"retailPrice": {"amountInMicros": 9_990_000}}],
                        },
                    }
                ],
            }
        )
    }


class TestAniList(SourceContract):
    source = AniList()


class TestHardcover(SourceContract):
    source = Hardcover(token="token")
    isbn = "9780765326355"
    replies: ClassVar = {
        "/v1/graphql": body(
            {
                "data": {
                    "editions": [
                        {
                            "id": 30404517,
                            "title": "The Way of Kings",
                            "isbn_13": "9780765326355",
                            "isbn_10": "0765326353",
                            "edition_format": "Hardcover",
                            "reading_format_id": 1,
                            "pages": 1007,
                            "audio_seconds": None,
                            "release_date": "2010-08-31",
                            "publisher": {"name": "Tor Books"},
                            "language": {"language": "English", "code2": "en", "code3": "eng"},
                            "image": {"url": "https://assets.hardcover.app/cover.jpg"},
                            "book": {
                                "id": 386446,
                                "slug": "the-way-of-kings",
                                "title": "The Way of Kings",
                                "release_date": "2010-08-31",
                                "cached_tags": {"Genre": [{"tag": "Fantasy"}]},
                                "contributions": [
                                    {"contribution": None, "author": {"name": "Brandon Sanderson"}}
                                ],
                                "book_series": [
                                    {
                                        "position": 1,
                                        "details": "1",
                                        "featured": True,
                                        "series": {"id": 1, "name": "The Stormlight Archive"},
                                    }
                                ],
                                "editions": [{"id": 2, "isbn_13": "9781429992800"}],
                            },
                        }
                    ]
                }
            }
        )
    }
