"""The cheap questions before the dear ones: may a title say anything of a series at all?

An import reads thousands of titles a second, and most of them have no number, no bracket and no
word that could mark a volume.
"""

from __future__ import annotations

import re

MARKING_WORDS = frozenset(
    "vol vols volume volumes volumen book books bk bks part parts pt tome tomes tomo tomos tomi"
    " band bands bd bde teil teile buch libro libros livre livres livro livros deel delen boek"
    " parte partes partie parties arc chapter chapters issue issues season seasons saison staffel"
    " temporada"
    " stagione seizoen kapitel chapitre hoofdstuk heft folge omnibus compendium deluxe boxset"
    " box boxed collector collectors".split()
)
KIND_WORDS = frozenset(
    "omnibus in edition deluxe box boxed boxset slipcase coffret schuber cofanetto art artbook"
    " illustrations book databook guide guidebook fanbook short side gaiden prequel light manga"
    " complete unabridged large audiobook audio".split()
)
_SPLIT = str.maketrans(dict.fromkeys("()[]{}:;,.!?-/'\"#&~*+_", " "))


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text in lower case, for asking whether a marker may stand in it."""
    return frozenset(text.lower().translate(_SPLIT).split())


# Without any of these a title says nothing about a series; most titles stop here.
_SIGNS = re.compile(r"[0-9()\[\]#]")
_FOREIGN_SIGNS = re.compile(
    r"[½¼¾№Ⅰ-Ⅻ①-⑳【】〈《「巻卷冊册集部第제권부상하上中下前後編篇話外番画๐-๙]"
    r"|том|книга|часть|сезон|глава|выпуск|hörbuch|capítulo|시즌|เล่ม|(?<=[^\x00-\u024f])\s?[IVX]{1,4}\b"
    r"|ファンブック|ガイドブック|短編集|ライトノベル|漫画版|完全版|愛蔵版|외전|단편집|ранобэ",
    re.IGNORECASE,
)
_ROMAN_NUMBERS = frozenset(
    "ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xvii xviii xix xx".split()
)
_WORDS = MARKING_WORDS | KIND_WORDS - {"in"} - {"art", "short", "light", "side", "large"}
_PAIRED_WORDS = re.compile(r"\b(?:art book|short stor|light novel|side stor|large print|fan book)")


def may_say_more(flat: str) -> bool:
    """Return False only where no reader below would find anything; this is the fast lane."""
    if _SIGNS.search(flat) or not (flat.isascii() or not _FOREIGN_SIGNS.search(flat)):
        return True
    words = words_of(flat)
    roman = flat[-1:] in "IVXivx" and flat.rpartition(" ")[2].lower() in _ROMAN_NUMBERS
    return roman or not _WORDS.isdisjoint(words) or bool(_PAIRED_WORDS.search(flat.lower()))
