"""The six formats of an edition, read from the words that shops, libraries and people use."""

from __future__ import annotations

from functools import lru_cache

from booktrack.domain.models import BookFormat
from booktrack.domain.text import fold

# In the order in which they decide: "Digital Audiobook" is an audiobook, "Kindle (comics)" an
# ebook, "Tankobon Hardcover" a hardcover. Words after their seller's or catalogue's own spelling.
_WORDS: tuple[tuple[BookFormat, str], ...] = (
    (
        "audiobook",
        "audiobook|audio book|audio|audible|audible audio|audio cd|audio cassette|mp3|mp3 cd|m4b"
        "|podiobook|spoken word|hörbuch|hörkassette|hörspiel|livre audio|audiolibro|audiolivro"
        "|luisterboek|аудиокнига|オーディオブック|有声书|有聲書|오디오북",
    ),
    (
        "ebook",
        "ebook|e book|ebooks|kindle|kindle edition|nook|kobo|digital|digital book|electronic"
        "|electronic resource|electronic book|epub|kepub|mobi|azw|azw3|kfx|pdf|livre numérique"
        "|libro electrónico|libro digital|elektronisches buch|format kindle|kindle ausgabe"
        "|электронная книга|kindle版|電子書籍|电子书|電子書|전자책",
    ),
    (
        "hardcover",
        "hardcover|hard cover|hardback|hard back|hardbound|hard bound|casebound|case bound"
        "|library binding|turtleback|board book|leather bound|leatherbound|cloth|cloth bound"
        "|gebundene ausgabe|gebunden|pappbilderbuch|relié|cartonné|couverture rigide|tapa dura"
        "|capa dura|encuadernado|copertina rigida|rilegato|gebonden|harde kaft|oprawa twarda"
        "|inbunden|innbundet|indbundet|твердый переплет|твердая обложка|ハードカバー"
        "|精装|精裝|양장",
    ),
    (
        "paperback",
        "paperback|paper back|softcover|soft cover|softback|soft bound|softbound|mass market"
        "|mass market paperback|trade paperback|pocket book|pocket|perfect paperback|flexibound"
        "|taschenbuch|broschiert|broschur|kartoniert|broché|poche|couverture souple|tapa blanda"
        "|rústica|bolsillo|capa comum|capa mole|brochura|copertina flessibile|brossura|tascabile"
        "|ingenaaid|zachte kaft|oprawa miękka|häftad|heftet|hæftet|мягкая обложка|мягкий переплет"
        "|ペーパーバック|文庫|新書|平装|平裝|페이퍼백|tankobon|tankōbon|tankoubon|単行本",
    ),
    (
        "comic",
        "comic|comics|comic book|graphic novel|manga|manhwa|manhua|bande dessinée|cbz|cbr"
        "|コミック|コミックス|漫画|만화",
    ),
)


def _table() -> tuple[tuple[BookFormat, frozenset[str], frozenset[str]], ...]:
    rows = []
    for book_format, words in _WORDS:
        folded = [fold(word) for word in words.split("|")]
        spaced = frozenset(f" {word} " for word in folded if word[0] < "\u3000")
        rows.append((book_format, spaced, frozenset(w for w in folded if w[0] >= "\u3000")))
    return tuple(rows)


_TABLE = _table()


@lru_cache(maxsize=1024)
def book_format(text: str | None) -> BookFormat:
    """Return the format that the words name, or "unknown" where they name none of the six.

    "Unknown Binding", "CD-ROM", "Spiral-bound" or "Sheet music" are unknown: the words belong
    into `format_detail`.

    >>> book_format("Mass Market Paperback"), book_format("Gebundene Ausgabe")
    ('paperback', 'hardcover')
    """
    folded = fold((text or "").replace("_", " "))
    padded = f" {folded} "
    for name, spaced, unspaced in _TABLE:
        # Japanese, Chinese and Korean write no blanks: "Kindleコミック" holds the word.
        if any(word in padded for word in spaced) or any(word in folded for word in unspaced):
            return name
    return "unknown"
