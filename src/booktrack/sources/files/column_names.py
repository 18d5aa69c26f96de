"""The names of columns in many languages, and which of our fields each of them means."""

from __future__ import annotations

from collections.abc import Sequence

from booktrack.domain.text import fold_key

# Our field: the names that people and services give its column, the surest first.
FIELDS: dict[str, str] = {
    "title": (
        "title|book title|titel|titre|título|titulo|titolo|название|書名|タイトル|题名|제목|name"
        "|book name|book|title of book|nombre|naam|buch|livre|libro"
    ),
    "subtitle": "subtitle|sub title|untertitel|sous titre|subtítulo|sottotitolo",
    "authors": (
        "authors|author|author s|autor|autoren|auteur|auteurs|autore|autori|autores|writer"
        "|writers|verfasser|schrijver|автор|著者|作者|저자|author name|author names|creator"
        "|creators|primary author|first author|by|author last first|author l f"
    ),
    "isbn13": "isbn13|isbn 13|ean|ean13|ean isbn13|gtin",
    "isbn": "isbn|isbn10|isbn 10|isbn uid|isbn issn|upc isbn10|isbn asin|barcode|code barre",
    "asin": "asin|amazon id|kindle asin",
    "publisher": (
        "publisher|publishers|verlag|éditeur|editeur|editorial|editora|editore"
        "|casa editrice|uitgever|издательство|出版社|출판사|publisher name|imprint"
    ),
    "published": (
        "publication date|published date|publish date|release date|date published|pub date"
        "|publication year|year published|publish year|pub year|year of publication"
        "|published|year|jahr|erscheinungsjahr|erscheinungsdatum|année|date de publication"
        "|date de parution|año|ano|anno|fecha de publicación|anno di pubblicazione|год|発行日"
        "|出版日|発売日|copyright|first published"
    ),
    "pages": (
        "pages|number of pages|page count|num pages|pagecount|no of pages|seiten|seitenzahl"
        "|nombre de pages|páginas|paginas|pagine|numero pagine|страниц|ページ数|页数|length"
    ),
    "format": (
        "format|binding|book format|edition type|einband|reliure|encuadernación|rilegatura"
        "|formato|formats|media|media type|cover type|medium"
    ),
    "language": (
        "language|languages|language code|lang|sprache|langue|idioma|lingua|taal|язык|言語|语言"
    ),
    "series": (
        "series|book series|series name|series title|serie|série|reihe|saga|serien|シリーズ|丛书"
    ),
    "volume": (
        "volume|vol|series index|series number|series position|series order|volume number"
        "|band|tome|tomo|number in series|book number|issue|bandnummer|nr|no|巻|巻数|卷"
    ),
    "status": (
        "read status|reading status|exclusive shelf|status|statut|estado|stato|lesestatus"
        "|shelf|state|статус"
    ),
    "rating": (
        "my rating|star rating|user rating|your rating|personal rating|rating|stars"
        "|bewertung|note|puntuación|valutazione|score|оценка|評価"
    ),
    "review": "my review|review|rezension|critique|reseña|recensione|отзыв|感想",
    "notes": (
        "private notes|notes|comments|comment|remarks|notizen|bemerkung|bemerkungen"
        "|remarques|notas|note personali|my notes|メモ"
    ),
    "tags": "tags|keywords|labels|schlagwörter|mots clés|etiquetas|etichette",
    "shelves": "bookshelves|bookshelf|shelves|lists|collections|collection|regal",
    "genres": (
        "genres|genre|category|categories|género|genere|kategorie|catégorie|subjects|subject"
    ),
    "description": (
        "description|summary|synopsis|beschreibung|résumé|resumen|descripción|trama|blurb"
    ),
    "cover": "cover url|cover|image url|image|cover image|thumbnail|imagefile|book image",
    "price": "list price|price|preis|prix|precio|prezzo|cost|価格|定価",
    "paid": "purchase price|price paid|kaufpreis|prix d achat",
    "currency": "currency|währung|devise|moneda|valuta|通貨",
    "started": (
        "date started|start date|started|started reading|begonnen|started reading date|began"
    ),
    "finished": (
        "date finished|date read|finish date|finished|last date read|end date|read date"
        "|completed|finished reading|finished reading date|date completed|gelesen am|lu le"
        "|read on|読了日"
    ),
    "acquired": (
        "purchase date|date purchased|date acquired|acquired|bought|gekauft am|date added"
        "|added|added date|added on|date d achat|購入日"
    ),
    "owned": (
        "owned|own|do you own|besitz|possédé|owned copies|in library|have|physically exists"
        "|ownership"
    ),
    "copies": "copies|quantity|anzahl|exemplaires|count",
    "location": (
        "location|physical location|place|standort|emplacement|ubicación|posizione|room"
        "|shelf location|call number"
    ),
    "condition": "condition|zustand|état",
    "goodreads": "goodreads id|book id|goodreads book id|goodreads url|goodreads",
    "google_books": "google books id|google volumeid|google volume id|google id",
    "openlibrary": (
        "openlibrary id|open library id|olid|openlibrary key|open library key|openlibrary"
    ),
}
_FIELD_OF: dict[str, tuple[str, int]] = {}
for _field, _names in FIELDS.items():
    for _rank, _name in enumerate(_names.split("|")):
        _FIELD_OF.setdefault(fold_key(_name), (_field, _rank))


def guess_columns(header: Sequence[str]) -> dict[str, str]:
    """Return the columns of a table by our fields, as far as their names tell.

    Where several columns may be one field, the surest name counts, then the first.

    >>> guess_columns(["Titel", "Verfasser", "ISBN-13", "Regal"])
    {'title': 'Titel', 'authors': 'Verfasser', 'isbn13': 'ISBN-13', 'shelves': 'Regal'}
    """
    best: dict[str, tuple[int, str]] = {}
    for name in header:
        field, rank = _FIELD_OF.get(fold_key(name), ("", 0))
        if field and rank < best.get(field, (1000, ""))[0]:
            best[field] = (rank, name)
    return {field: name for field, (_, name) in best.items()}
