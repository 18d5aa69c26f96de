"""Which pictures are covers, and which address gives the best one."""

from dataclasses import replace

import pytest

from booktrack.domain.covers import Look, best_addresses, by_isbn, is_by_isbn, why_no_cover

COVER = Look(400, 600, "", chroma=180, spread=255, mostly=0.1)
GREY = replace(COVER, chroma=0)


@pytest.mark.parametrize(
    "look",
    [
        COVER,
        GREY,
        replace(COVER, width=43, height=58),  # Open Library's small size
        replace(COVER, width=600, height=600),  # an audiobook
        replace(COVER, width=900, height=600),
        replace(COVER, mostly=1.0, spread=0),  # a binding of one colour
        replace(GREY, mostly=0.9),  # black words on white, in a book's shape
        replace(GREY, width=575, height=750, mostly=0.3),
    ],
)
def test_a_cover_may_be_small_square_grey_or_of_one_colour(look: Look) -> None:
    assert why_no_cover(look) is None


@pytest.mark.parametrize(
    ("look", "said"),
    [
        (replace(COVER, width=1, height=1), "1x1 pixels small"),
        (replace(COVER, width=400, height=23), "400x23 pixels small"),
        (replace(COVER, width=40, height=400), "no cover's shape"),
        (replace(COVER, md5="0de4383ebad0adad5eeb8975cd796657"), "Google's"),
        (replace(COVER, md5="a64fa89d7ebc97075c1d363fc5fea71f"), "Google's"),
        (replace(COVER, opaque=False), "nothing is to be seen"),
        (replace(GREY, spread=3, mostly=1.0), "blank"),
        (replace(GREY, mostly=0.98), "nearly blank"),
        (replace(GREY, width=575, height=750, mostly=0.7), "looks like Google's"),
        (replace(GREY, width=128, height=167, mostly=0.7), "looks like Google's"),
    ],
)
def test_a_picture_that_stands_for_none_is_told(look: Look, said: str) -> None:
    assert said in str(why_no_cover(look))


GOOGLE = "https://books.google.com/books/content?id=abc&printsec=frontcover&img=1"
AMAZON = "https://m.media-amazon.com/images/I/51abc+d"
ANILIST = "https://s4.anilist.co/file/anilistcdn/media/manga/cover"


@pytest.mark.parametrize(
    ("address", "forms"),
    [
        (
            "http://covers.openlibrary.org/b/id/240727-S.jpg",
            ["https://covers.openlibrary.org/b/id/240727-L.jpg?default=false"],
        ),
        (
            "https://covers.openlibrary.org/b/id/240727.jpg?default=true",
            ["https://covers.openlibrary.org/b/id/240727-L.jpg?default=false"],
        ),
        (
            f"http://{GOOGLE[8:]}&zoom=1&edge=curl&imgtk=AF_1&source=gbs_api",
            [
                f"{GOOGLE}&zoom=1&imgtk=AF_1&source=gbs_api&fife=w800",
                f"{GOOGLE}&zoom=1&imgtk=AF_1&source=gbs_api",
            ],
        ),
        # From zoom=2 on these are pages from inside, for books that were scanned.
        (f"{GOOGLE}&zoom=6&imgtk=AF_1", [f"{GOOGLE}&zoom=1&fife=w800", f"{GOOGLE}&zoom=1"]),
        (f"{GOOGLE}&zoom=3&sig=ACf&edge=curl", [f"{GOOGLE}&zoom=3&sig=ACf&edge=curl"]),
        (f"{AMAZON}._SL500_.jpg", [f"{AMAZON}.jpg", f"{AMAZON}._SL500_.jpg"]),
        (f"{AMAZON}._SX331_BO1,204,203,200_.jpg", None),
        (f"{AMAZON}.jpg", [f"{AMAZON}.jpg"]),
        (
            f"{ANILIST}/medium/bx1-x.jpg",
            [f"{ANILIST}/large/bx1-x.jpg", f"{ANILIST}/medium/bx1-x.jpg"],
        ),
        (
            "https://cdn.myanimelist.net/images/manga/3/80661t.jpg",
            [
                "https://cdn.myanimelist.net/images/manga/3/80661l.jpg",
                "https://cdn.myanimelist.net/images/manga/3/80661t.jpg",
            ],
        ),
        (
            "https://cdn.myanimelist.net/images/manga/3/80661l.jpg",
            ["https://cdn.myanimelist.net/images/manga/3/80661l.jpg"],
        ),
        ("https://assets.hardcover.app/e/1.jpg", ["https://assets.hardcover.app/e/1.jpg"]),
        ("http://example.org/a.jpg", ["http://example.org/a.jpg"]),
        (" https://example.org/my cover.jpg ", ["https://example.org/my%20cover.jpg"]),
        ("https://books.google.com/plain.jpg", ["https://books.google.com/plain.jpg"]),
    ],
)
def test_the_largest_form_of_an_address_is_asked_first(
    address: str, forms: list[str] | None
) -> None:
    found = best_addresses(address)
    assert found == (forms or [f"{AMAZON}.jpg", address])


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "covers/a.jpg",
        "ftp://example.org/a.jpg",
        "data:image/png;base64,AAAA",
        "http://[::1/a.jpg",
        "https:///a.jpg",
        "https://example.org:0/a.jpg",
        "https://example.org:port/a.jpg",
        "https://user:secret@example.org/a.jpg",
        "https://example.org/a\nb.jpg",
        "https://example.org/" + "a" * 4_000,
        "https://covers.openlibrary.org/b/id/-1-L.jpg",
        "https://covers.openlibrary.org/b/id/0-M.jpg",
        f"{ANILIST}/medium/default.jpg",
        "https://s.gr-assets.com/assets/nophoto/book/111x148.png",
        "https://example.org/no-image.png",
        "https://example.org/image_not_available.png",
    ],
)
def test_what_is_no_address_or_names_a_placeholder_is_not_asked(address: str | None) -> None:
    assert best_addresses(address) == []


def test_a_first_cover_and_a_word_that_begins_alike_are_asked_for() -> None:
    assert best_addresses("https://covers.openlibrary.org/b/id/1-L.jpg")
    assert best_addresses("https://example.org/no-covering-fire.jpg")
    assert best_addresses("https://example.org/piano-cover.jpg")
    assert best_addresses("https://example.org/Volcano_image.png")


def test_an_isbn_is_asked_for_without_the_blank() -> None:
    assert best_addresses(by_isbn("9780765326355")) == [by_isbn("9780765326355")]
    assert is_by_isbn(by_isbn("9780765326355"))
    assert not is_by_isbn("https://covers.openlibrary.org/b/id/1-L.jpg")
    assert not is_by_isbn("https://example.org/b/isbn/1-L.jpg")
