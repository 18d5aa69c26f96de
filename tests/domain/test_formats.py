from __future__ import annotations

import pytest

from booktrack.domain.formats import book_format


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Mass Market Paperback", "paperback"),
        ("mass_market", "paperback"),
        ("Broché", "paperback"),
        ("Taschenbuch", "paperback"),
        ("Capa comum", "paperback"),
        ("Tankobon", "paperback"),
        ("Tankobon Hardcover", "hardcover"),
        ("Gebundene Ausgabe", "hardcover"),
        ("School & Library Binding", "hardcover"),
        ("Kindle Edition", "ebook"),
        ("E-Book", "ebook"),
        ("EBook", "ebook"),
        ("Electronic resource", "ebook"),
        ("epub, kfx", "ebook"),
        ("Audible Audio", "audiobook"),
        ("Audio CD", "audiobook"),
        ("Digital Audiobook", "audiobook"),
        ("Audio Cassette", "audiobook"),
        ("Comic", "comic"),
        ("コミック", "comic"),
        ("文庫", "paperback"),
        ("твёрдый переплёт", "hardcover"),
    ],
)
def test_the_words_of_shops_and_catalogues_name_a_format(words: str, expected: str) -> None:
    assert book_format(words) == expected


@pytest.mark.parametrize(
    "words", ["", None, "Unknown Binding", "CD-ROM", "Sheet music", "Spiral-bound", "Comical"]
)
def test_other_words_name_no_format(words: str | None) -> None:
    assert book_format(words) == "unknown"
