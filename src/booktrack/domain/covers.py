"""Covers: which address gives the best picture, and which pictures are none.

Services answer "there is no cover" with a picture that says so. Their addresses and status look
like any other's, so the picture itself is judged by what was measured on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

THUMBNAIL_WIDTHS = (200, 400)
"""Pixels; a list shows the small one, a page of one book the other."""

GOOD_WIDTH = 300
"""Pixels from which a picture is good enough not to look for a larger one."""

HOSTS = frozenset(
    {
        "covers.openlibrary.org",
        "books.google.com",
        "m.media-amazon.com",
        "images-na.ssl-images-amazon.com",
        "i.gr-assets.com",
        "s4.anilist.co",
        "cdn.myanimelist.net",
        "assets.hardcover.app",
    }
)
"""Where the services that booktrack knows keep their pictures."""

# MD5 of Google's "image not available", as calibre knows them (metadata/sources/google.py).
_KNOWN = frozenset({"0de4383ebad0adad5eeb8975cd796657", "a64fa89d7ebc97075c1d363fc5fea71f"})

_LONGEST_ADDRESS = 3_900  # what asks for a larger form stays under the Gateway's 4,000
_LEAST_SIDE = 24  # pixels; Open Library's blank is 1x1, its smallest real covers are 43 wide
_LONGEST_SHAPE = 5.0  # a spine or a banner
_NO_COLOUR = 16  # of 255: what JPEG makes of grey
_BLANK_RANGE = 8
# Google's picture is 575x750 at every zoom: grey words on one light tone.
_GOOGLE_SHAPE = 575 / 750
_SHAPE_TOLERANCE = 0.012
_MOSTLY = 0.6
_NEARLY_ALL = 0.97

_NAMED = re.compile(
    r"(?<![a-z])no[-_]?(?:photo|image|img|cover|pic)\b|image[-_]not[-_]available"
    r"|/cover/(?:\w+/)?default\.(?:jpg|png)|/b/id/(?:-\d+|0)(?:-[SML])?\.jpg",
    re.IGNORECASE,
)
_AMAZON_SIZE = re.compile(r"\._[A-Z0-9,_\-]+_(?=\.(?:jpe?g|png|gif|webp)$)", re.IGNORECASE)
_AMAZON_HOSTS = ("media-amazon.com", "ssl-images-amazon.com", "images-amazon.com", "gr-assets.com")
_OPEN_LIBRARY_SIZE = re.compile(r"(?:-[SML])?\.jpg$", re.IGNORECASE)
_ANILIST_SIZE = re.compile(r"/cover/(?:small|medium)/")

_MYANIMELIST_SIZE = re.compile(r"(/\d+)[tm]?(\.(?:jpg|webp))$")


@dataclass(frozen=True)
class Look:
    """What was measured on a picture.

    `chroma` is how far nearly all of its pixels are from grey, `spread` the range of its tones
    (both of 255), `mostly` the share of the commonest tone, `opaque` whether anything shows.
    """

    width: int
    height: int
    md5: str
    chroma: int
    spread: int
    mostly: float
    opaque: bool = True


def why_no_cover(look: Look) -> str | None:
    """Return why a picture that a service sent is no cover, or None where it may be one.

    >>> why_no_cover(Look(1, 1, "", chroma=0, spread=0, mostly=1.0))
    'it is 1x1 pixels small'
    """
    short, long = sorted((look.width, look.height))
    if look.md5 in _KNOWN:
        return 'it is Google\'s "image not available"'
    if short < _LEAST_SIDE:
        return f"it is {look.width}x{look.height} pixels small"
    if long > _LONGEST_SHAPE * short:
        return f"it is {look.width}x{look.height} pixels, which is no cover's shape"
    if not look.opaque:
        return "nothing is to be seen on it"
    if look.chroma > _NO_COLOUR:
        return None
    if look.spread <= _BLANK_RANGE:
        return "it is blank"
    if look.mostly >= _NEARLY_ALL:
        return "it is nearly blank"
    shape = look.width / look.height
    if look.mostly >= _MOSTLY and abs(shape - _GOOGLE_SHAPE) <= _SHAPE_TOLERANCE:
        return 'it looks like Google\'s "image not available"'
    return None


def best_addresses(address: str | None) -> list[str]:
    """Return where to ask for the picture of an address: its largest form first.

    An address that names a placeholder has none.

    >>> best_addresses("http://covers.openlibrary.org/b/id/240727-S.jpg")
    ['https://covers.openlibrary.org/b/id/240727-L.jpg?default=false']
    """
    if not address or _NAMED.search(address):
        return []
    return list(dict.fromkeys(_forms(address.strip().replace(" ", "%20"))))


def by_isbn(isbn: str) -> str:
    """Return where Open Library has the cover of an ISBN; only 100 may be asked for in 5 minutes.

    >>> by_isbn("9780765326355")
    'https://covers.openlibrary.org/b/isbn/9780765326355-L.jpg?default=false'
    """
    return f"https://covers.openlibrary.org/b/isbn/{isbn}-L.jpg?default=false"


def is_by_isbn(address: str) -> bool:
    """Return whether Open Library counts an address among the 100."""
    return "covers.openlibrary.org/b/" in address and "/b/id/" not in address


def _forms(address: str) -> list[str]:
    """Return the forms of one address, the largest first; each service names sizes its own way."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return []
    named = parts.username is not None or parts.password is not None
    if parts.scheme not in ("http", "https") or not host or port == 0 or named:
        return []
    if len(address) > _LONGEST_ADDRESS or not address.isprintable():
        return []
    secure = parts._replace(scheme="https")
    if host == "covers.openlibrary.org":
        # Without `default=false` it sends a blank picture for what it does not have.
        path = _OPEN_LIBRARY_SIZE.sub("-L.jpg", parts.path)
        return [urlunsplit(secure._replace(path=path, query="default=false"))]
    if host.startswith("books.google.") and parts.query:
        return _google_forms(urlunsplit(secure))
    if host.endswith(_AMAZON_HOSTS):
        whole = secure._replace(path=_AMAZON_SIZE.sub("", parts.path))
        return [urlunsplit(whole), urlunsplit(secure)]
    if host == "s4.anilist.co":
        large = secure._replace(path=_ANILIST_SIZE.sub("/cover/large/", parts.path))
        return [urlunsplit(large), urlunsplit(secure)]
    if host == "cdn.myanimelist.net":
        large = secure._replace(path=_MYANIMELIST_SIZE.sub(r"\1l\2", parts.path))
        return [urlunsplit(large), urlunsplit(secure)]
    return [address]


def _google_forms(address: str) -> list[str]:
    """Return Google's front cover, scaled up to 800 pixels, then as it is given.

    The sizes above `zoom=1` are pages from inside for books that were scanned, `edge=curl` draws
    a curl over the corner, and with a signature nothing may be changed.
    """
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if "sig" in query:
        return [address]
    query.pop("edge", None)
    if query.get("zoom", "1") != "1":
        query["zoom"] = "1"
        query.pop("imgtk", None)  # it is good for the zoom it was made for
    front = urlunsplit(parts._replace(query=urlencode(query)))
    large = urlunsplit(parts._replace(query=urlencode({**query, "fife": "w800"})))
    return [large, front]
