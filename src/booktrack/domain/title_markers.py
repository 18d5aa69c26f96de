"""The words that mark a place in a series, in eleven languages, and the words for formats."""

from __future__ import annotations

import re
from typing import Literal

from booktrack.domain.numerals import HAN
from booktrack.domain.positions import DIGITS, NUMBERS
from booktrack.domain.text import fold
from booktrack.domain.title_hints import KIND_WORDS, words_of

_STRONG = (
    r"volumes?|volumen|volúmenes|vols?|books?|bks?|tomes?|tomos?|tomi|bände|band|bde?|buch|libros?"
    r"|livres?|livros?|delen|deel|boek|том|книги|книга|кн|เล่ม(?:ที่)?|folge|tankobon"
)
_PART = r"parts?|pt|teile?|partes?|parties?|части|часть|ч|arc"
_EDITION_LINE = (
    r"omnibus|compendium|deluxe(?:\sedition)?|collector'?s\sedition|(?:box(?:ed)?\s?set|boxset)"
)
_UNITS = {
    "chapter": r"chapters?|chap|ch|chapitre|kapitel|capítulo|capitulo|capitolo|hoofdstuk|глава",
    "issue": r"issues?|heft|numéro|выпуск|fascículo",
    "season": r"seasons?|saison|staffel|temporada|stagione|seizoen|сезон|시즌",
}
_NUMBER = r"no|nr|n(?=\.)|n[º°]|number|nummer|numero|número|№"
_WORD = r"[^\W\d_]{1,14}(?:-[^\W\d_]{1,8})?(?![\w])"

# One search finds every marker; the group that matched tells how far to trust it.
MARKER = re.compile(
    rf"(?<!\w)(?:(?P<strong>{_STRONG})|(?P<part>{_PART})|(?P<line>{_EDITION_LINE})"
    r"(?:,?\s(?:volume|vol|book)(?=[\s.]))?"
    + "".join(rf"|(?P<{unit}>{words})" for unit, words in _UNITS.items())
    + rf"|(?P<number>{_NUMBER})|(?P<hash>#)|(?P<letter>t|v))"
    rf"(?:\.?\s?[#:]?\s?(?P<digits>{NUMBERS})|\.?\s(?P<word>{_WORD}(?:\s(?:and|&|-)\s{_WORD})?))",
    re.IGNORECASE,
)
# "3. Band", "3 том", "Second Book", "Première partie", "3e deel".
ORDINAL = re.compile(
    r"(?<![\w#])(?:(?P<digits>[0-9]{1,3})(?P<suffix>\.|e|er|re|ère|ème|nd|rd|th|st|º|ª|°|-?[яйе]|-?ий)?"
    rf"|(?P<word>{_WORD}))\s(?P<noun>band|teil|buch|deel|boek|том|книга|часть|tome|tomo|libro|livro"
    r"|volume|partie|parte|book|part)(?!\w)",
    re.IGNORECASE,
)
_CJK_NUMBER = rf"[0-9]{{1,4}}(?:\.[0-9])?(?:[-~・][0-9]{{1,4}})?|[{HAN}]{{1,4}}|[Ⅰ-Ⅻ]|[①-⑳]"
CJK_MARKER = re.compile(
    rf"(?:第|제)\s?(?P<ordinal>{_CJK_NUMBER})\s?(?:(?P<volume>[巻卷冊册集辑輯권])"
    r"|(?P<part>[部編篇부])|(?P<chapter>[話话章回節화장])|(?P<issue>[号號期호]))(?![가-힣])"
    r"|(?<![全全총전第0-9.])(?P<count>[0-9]{1,4}(?:\.[0-9])?(?:[-~・][0-9]{1,4})?)\s?(?P<unit>[巻卷册](?![ぁ-んァ-ヶ])|권(?![가-힣])"
    r"|話(?!売)|话|화(?![가-힣])|부(?![가-힣]))(?!セット|分|合本|本)"
    rf"|(?<=\s)(?P<kanji>[{HAN}]{{1,4}})[巻卷](?!\w)"
    rf"|(?:(?<=[\s:,])|^)[巻卷][のノ之]?\s?(?P<after>{_CJK_NUMBER})(?!\w)"
)
CJK_TOTAL = re.compile(rf"(?:全|総|共|전|총)\s?([0-9]{{1,4}}|[{HAN}]{{1,4}})\s?[巻卷冊册권部]")
# 上 and 下 close a title after a blank or in brackets; inside one they are ordinary letters.
CJK_HALF = re.compile(
    r"(?:(?<=\s)|[(〈<《「\[])(?P<half>[上中下前後]|상|중|하)(?:[巻卷冊册編篇]|권)?[)〉>》」\]]?$"
    r"|(?P<counted>[上中下]|상|하)(?:[巻卷冊册]|권)$"
)
HALVES = {"上": "1", "前": "1", "상": "1", "中": "2", "중": "2", "下": "2", "後": "2", "하": "2"}

TOTAL = re.compile(
    rf"\s?(?:of|von|sur|de|di|van|из|/)\s?(?P<total>[0-9]{{1,3}}|{_WORD})(?=$|[\s:,.;()\]-])",
    re.IGNORECASE,
)
OF_SERIES = re.compile(
    r"\s(?:of|in|from|de la|de los|de las|de|der|des|dell[ae']|del|di|von|aus|van|uit|da|do|du"
    r"|из серии|из|цикла|серии)\s(?:the\s|het\s|de\s|la\s)?(?P<name>\S.*)$",
    re.IGNORECASE,
)
ENDS_NUMBER = re.compile(r"\s?(?:$|[:,.;()\[\]{}|~!?\"«»„【】〈〉·/-])")
IN_ONE = re.compile(r"(?<!\w)(?P<count>[2-9]|two|three)\s?-?in-?\s?(?:1|one)(?!\w)", re.IGNORECASE)
INCLUDES = re.compile(
    rf"(?:includes?|collects?|collecting|contains?|enthält|contiene|contient)\s"
    rf"(?:vol(?:ume)?s?|books?|bände?|tomes?|tomos)\.?\s?(?P<numbers>{NUMBERS})",
    re.IGNORECASE,
)
TRAILING = re.compile(
    rf"(?P<joint>\s[-~:]\s?|\s?[:,]\s?|\s|(?<=[!?])|(?<=[^\x00-\u024f]))#?(?P<number>{NUMBERS}|(?<=\s)[IVX]{{1,5}}|[Ⅰ-Ⅻ①-⑳])$"
)
FOLLOWED = re.compile(rf"^(?P<stem>.*?\S)\s(?P<number>{DIGITS})(?::|\s[:-]\s|\s\([^()]{{1,20}}\):)")
COLON_NUMBER = re.compile(rf"\s?:\s?(?P<number>{DIGITS})$")
BRACKET_NUMBER = re.compile(r"(?<=\S)\s?\((?P<number>[0-9]{1,3})\)(?=\s?[~:<-])")
ROMAN_PART = re.compile(r"(?<=[^\x00-\u024f])\s?(?P<number>[Ⅱ-Ⅻ]|I{2,3}|IV|V)(?=\s?[:·\-~])")

IMPRINT = re.compile(
    r"コミックス|コミック|文庫|ノベル[スズ]|ブックス|新書|叢書|選書|comics?|DIGITAL|コレ$|BOOKS|文库|丛书"
    r"|ＣＯＭＩＣＳ",
    re.IGNORECASE,
)
SERIAL = re.compile(r"分冊版|連載版|単話|話売り|プチキス")
COLLECTIVE_NAME = re.compile(
    r"(?:\b(?:series|trilogy|saga|chronicles|cycle|duology|quartet|tetralogy|sequence)|シリーズ)"
    r"(?:\s?[:,-]\s?(?:light novels?|manga|novels?|comics))?$",
    re.IGNORECASE,
)
EDITION = re.compile(
    r"\b(?:edition|edición|edicion|édition|edizione|ausgabe|editie|edição|издание|ed)\.?$"
    r"|^(?:annotated|illustrated|paperback|hardcover|signed|reissue|reprint|abridged|import)$|版$",
    re.IGNORECASE,
)


def _kinds(table: str) -> dict[str, str]:
    rows = (line.split(":") for line in table.strip().splitlines())
    return {fold(word): kind for kind, words in rows for word in words.split(",")}


# What a bracket may hold apart from a name; the keys are folded.
BRACKET_KINDS = _kinds(
    """
manga: manga, the manga, manga edition, mangá, manhwa, manhua, マンガ, 漫画, 漫画版, コミック版
manga: 만화, манга
light_novel: light novel, light novels, the light novel, ln, ライトノベル, ラノベ
light_novel: novela ligera, 라이트노벨, ранобэ, 轻小说, 輕小說
novel: novel, novels, a novel, the novel, roman, novela, romanzo, romance, 小説, 소설, роман
comic: comic, comics, the comic, comic book, graphic novel, graphic novels, bd, コミック
comic: 코믹스, fumetto, webtoon
omnibus: omnibus, omnibus edition, 3 in 1, 2 in 1, 3 in 1 edition, 2 in 1 edition, 4 in 1
omnibus: 3 in 1 omnibus, 合本版
collectors_edition: collector s edition, collectors edition, collector's edition, 愛蔵版, 完全版
deluxe: deluxe, deluxe edition
box_set: box set, boxed set, boxset, box, coffret, schuber, cofanetto
artbook: artbook, art book, 画集
guidebook: guidebook, guide, fanbook, official guide
short_stories: short stories, short story, short story collection, novella, 短編集
side_story: side stories, side story, spin off, 外伝, 番外編
prequel: prequel, the prequel
special: special, special edition, limited edition, specials, 特装版, 限定版
complete: complete, complete edition, complete collection, complete series, the complete series
complete: 完結
audio: audio, audiobook, audio cd, audio book, hörbuch, livre audio, audiolibro
unabridged: unabridged, unabridged edition, ungekürzt
abridged: abridged
large_print: large print, large print edition
ebook: ebook, kindle edition, kindle, e book
"""
)
_KIND_IN_TITLE = (
    ("omnibus", r"\bomnibus\b|\b[2-9]-in-(?:1|one)\b|合本版"),
    ("collectors_edition", r"\bcollector'?s'? edition\b|愛蔵版|完全版"),
    ("deluxe", r"\bdeluxe\b"),
    (
        "box_set",
        r"\bbox(?:ed)? ?set\b|\bslipcase\b|\bcoffret\b|\bschuber\b|\bcofanetto\b|全[0-9]*巻セット",
    ),
    ("artbook", r"\bart ?book\b|\billustrations$|画集|イラスト集|アートブック"),
    (
        "guidebook",
        r"\bguide ?book\b|\bfan ?book\b|\bofficial guide\b|\bcharacter (?:book|guide)\b"
        r"|\bdata ?book\b|ファンブック|ガイドブック|公式ガイド|設定資料集",
    ),
    ("short_stories", r"\bshort stor(?:y|ies)\b|短編集|短篇集|단편집"),
    ("side_story", r"\bside stor(?:y|ies)\b|\bgaiden\b|外伝|番外編|番外篇|외전"),
    ("prequel", r"\bprequel\b"),
    ("light_novel", r"\blight novel\b|ライトノベル|라이트노벨|ранобэ|轻小说"),
    (
        "manga",
        r"[(:-] ?manga\b|\bmanga\)|\bthe manga\b|\bofficial manga\b|\bmanga collection\b|漫画版",
    ),
    ("complete", r"\bcomplete (?:\w+ )?(?:collection|series|saga|trilogy|edition|manga)\b|完結"),
    ("unabridged", r"\bunabridged\b"),
    ("large_print", r"\blarge print\b"),
    ("audio", r"\baudiobook\b|\baudio cd\b|\bhörbuch\b"),
)
_ANY_KIND = re.compile(
    r"omnibus|in-(?:1|one)\b|edition|deluxe|box|slipcase|coffret|schuber|cofanetto|\bart"
    r"|illustrations|book\b|guide|short stor|side stor|gaiden|prequel|light novel|manga|complete"
    r"|abridged|large print|audio|hörbuch|ранобэ|[全合愛画外番短漫完設公ァガイアラ단외라轻]"
)
_KIND_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KIND_IN_TITLE)

# Kinds whose books stand beside the main line: a label, no main number (SERIES.md, H).
BESIDE: dict[str, Literal["side", "special"]] = {
    "artbook": "special",
    "guidebook": "special",
    "box_set": "special",
    "side_story": "side",
    "short_stories": "side",
    "prequel": "side",
    "special": "special",
}
# "Ascendance of a Bookworm: Part 2", whose volumes begin at 1 again.
ARC = re.compile(
    r".[,:]?\s(?:part|arc|season|phase|chapter|act)\s"
    r"(?:[0-9]{1,2}|[ivx]{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)(?!\w)",
    re.IGNORECASE,
)
# "Short Stories" may be a work of its own, a guide or an art book is about another.
ALWAYS_BESIDE = frozenset({"artbook", "guidebook", "box_set"})
LABEL_WORDS = re.compile(
    r"(?:specials?|side stor(?:y|ies)|extras?|omake|bonus|annual|prequel|short stor(?:y|ies)"
    r"|novella|fan ?book|guide ?book|art ?book|companion|one-?shot|anthology|gaiden|外伝"
    r"|番外編|短編集|特別編|artbook|prologue|epilogue|interlude|se|sp)(?:\s?(?:#\s?)?[0-9]{1,3})?",
    re.IGNORECASE,
)


def kinds_in(text: str) -> frozenset[str]:
    """Return the format and edition words of a title or a name, each under one spelling.

    >>> sorted(kinds_in("Bleach (3-in-1 Edition), Vol. 3"))
    ['omnibus']
    """
    if text.isascii() and KIND_WORDS.isdisjoint(words_of(text)):
        return frozenset()
    lowered = text.lower()
    if not _ANY_KIND.search(lowered):
        return frozenset()
    return frozenset(kind for kind, pattern in _KIND_PATTERNS if pattern.search(lowered))
