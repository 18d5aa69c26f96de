"""Reading a number as people write it: 3, 03, ３, III, Three, troisième, третья, 第三, ½."""

from __future__ import annotations

import re
from functools import lru_cache

from booktrack.domain.text import fold

# Full-width forms, dashes and quotes as their ASCII twin: one character for one, so that a place
# found in the flat text is the same place in the printed one.
_TWINS = {0xFF01 + offset: chr(0x21 + offset) for offset in range(94)}
_TWINS |= dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
_TWINS |= dict.fromkeys(map(ord, "～〜∼"), "~")
_TWINS |= dict.fromkeys(map(ord, "’‘ʼ＇"), "'")
_TWINS |= {ord("“"): '"', ord("”"): '"', 0x3000: " ", 0xA0: " "}
_TWINS |= {
    ord(wide): narrow for wide, narrow in zip("٠١٢٣٤٥٦٧٨٩๐๑๒๓๔๕๖๗๘๙", "0123456789" * 2, strict=True)
}

_ROMAN_CHARS = {char: number for number, char in enumerate("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ", 1)}
_CIRCLED = {chr(0x2460 + offset): offset + 1 for offset in range(20)}
_HALVES = {"½": "5", "¼": "25", "¾": "75"}
_ROMAN = re.compile(r"(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_ROMAN_VALUE = {"i": 1, "v": 5, "x": 10, "l": 50}

_HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_HAN_DIGITS |= {"〇": 0, "壱": 1, "壹": 1, "弐": 2, "貳": 2, "贰": 2, "両": 2, "兩": 2, "两": 2}
_HAN_DIGITS |= {"参": 3, "參": 3, "叁": 3, "伍": 5}
_HAN_TENS = {"十": 10, "拾": 10, "百": 100}
HAN = "零一二三四五六七八九〇壱壹弐貳贰両兩两参參叁伍十拾百"

_WORDS = """
one|un|une|eins|ein|uno|una|een|um|uma|один|одна|first|premier|première|erste|erster|erstes
two|deux|zwei|dos|due|twee|dois|duas|два|две|second|seconde|deuxième|zweite|zweiter|zweites
three|trois|drei|tres|tre|drie|três|три|third|troisième|dritte|dritter|drittes
four|quatre|vier|cuatro|quattro|quatro|четыре|fourth|quatrième|vierte|vierter|viertes
five|cinq|fünf|cinco|cinque|vijf|пять|fifth|cinquième|fünfte|fünfter|fünftes
six|sechs|seis|sei|zes|шесть|sixth|sixième|sechste|sechster|sechstes
seven|sept|sieben|siete|sette|zeven|sete|семь|seventh|septième|siebte|siebter|siebtes
eight|huit|acht|ocho|otto|oito|восемь|eighth|huitième|achte|achter|achtes
nine|neuf|neun|nueve|nove|negen|девять|ninth|neuvième|neunte|neunter|neuntes
ten|dix|zehn|diez|dieci|tien|dez|десять|tenth|dixième|zehnte|zehnter|zehntes
eleven|onze|elf|once|undici|одиннадцать|eleventh|onzième|elfte|elfter|elftes
twelve|douze|zwölf|doce|dodici|twaalf|doze|двенадцать|twelfth|douzième|zwölfte|zwölfter|zwölftes
thirteen|treize|dreizehn|trece|tredici|dertien|treze|тринадцать|thirteenth
fourteen|quatorze|vierzehn|catorce|quattordici|veertien|catorze|четырнадцать|fourteenth
fifteen|quinze|fünfzehn|quince|quindici|vijftien|пятнадцать|fifteenth
sixteen|seize|sechzehn|dieciséis|sedici|zestien|dezesseis|шестнадцать|sixteenth
seventeen|dix-sept|siebzehn|diecisiete|diciassette|zeventien|dezessete|семнадцать|seventeenth
eighteen|dix-huit|achtzehn|dieciocho|diciotto|achttien|dezoito|восемнадцать|eighteenth
nineteen|dix-neuf|neunzehn|diecinueve|diciannove|negentien|dezenove|девятнадцать|nineteenth
twenty|vingt|zwanzig|veinte|venti|twintig|vinte|двадцать|twentieth
"""
_MORE_ORDINALS = """
primero|primera|primer|primo|prima|eerste|primeiro|primeira|первый|первая|первое
segundo|segunda|secondo|seconda|tweede|второй|вторая|второе
tercero|tercera|tercer|terzo|terza|derde|terceiro|terceira|третий|третья|третье
cuarto|cuarta|quarto|quarta|vierde|четвёртый|четвёртая|четвёртое|четвертый|четвертая
quinto|quinta|vijfde|пятый|пятая|пятое
sexto|sexta|sesto|sesta|zesde|шестой|шестая|шестое
séptimo|séptima|settimo|settima|zevende|sétimo|sétima|седьмой|седьмая|седьмое
octavo|octava|ottavo|ottava|achtste|oitavo|oitava|восьмой|восьмая|восьмое
noveno|novena|nono|nona|negende|девятый|девятая|девятое
décimo|décima|decimo|decima|tiende|десятый|десятая|десятое
"""
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}


def _numbered(lines: str) -> dict[str, int]:
    rows = enumerate(lines.split(), 1)
    return {fold(word): number for number, row in rows for word in row.split("|")}


_NUMBER_WORDS = _numbered(_WORDS) | _numbered(_MORE_ORDINALS) | _TENS


def flatten(text: str) -> str:
    """Return the text with ASCII digits, brackets, dashes and quotes, as long as it was.

    >>> flatten("第３巻（完）")
    '第3巻(完)'
    """
    return text if text.isascii() else text.translate(_TWINS)


@lru_cache(maxsize=8192)
def read_numeral(token: str) -> str | None:
    """Return the number as a position text ("3", "1.5", "0.5"), or None for any other word.

    Leading zeros go, ".0" goes, "1.10" stays what it is: some series number so.

    >>> [read_numeral(token) for token in ("03", "1.0", "IV", "Twenty-One", "三", "1½", "Blue")]
    ['3', '1', '4', '21', '3', '1.5', None]
    """
    flat = flatten(token).strip()
    if flat[:1].isdigit() and flat.isascii():
        return _decimal(flat)
    if flat[-1:] in _HALVES:
        whole = flat[:-1].strip() or "0"
        return f"{int(whole)}.{_HALVES[flat[-1]]}" if _is_digits(whole) else None
    number = _whole(flat)
    return None if number is None else str(number)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _decimal(flat: str) -> str | None:
    whole, _, rest = flat.replace(",", ".").partition(".")
    if not _is_digits(whole) or len(whole) > 6 or (rest and not _is_digits(rest)):
        return None
    return f"{int(whole)}.{rest}" if rest.strip("0") else str(int(whole))


def _whole(flat: str) -> int | None:
    if flat in _ROMAN_CHARS:
        return _ROMAN_CHARS[flat]
    if flat in _CIRCLED:
        return _CIRCLED[flat]
    if flat and all(char in HAN for char in flat):
        return _han(flat)
    # A person writes "Book II" or "tome ii", never "Book iI".
    if (flat.isupper() or flat.islower()) and _ROMAN.fullmatch(flat.lower()):
        return _roman(flat.lower())
    return _word(fold(flat))


def _roman(letters: str) -> int:
    values = [_ROMAN_VALUE[char] for char in letters]
    following = [*values[1:], 0]
    pairs = zip(values, following, strict=True)
    return sum(-value if value < after else value for value, after in pairs)


def _han(text: str) -> int:
    if not any(char in _HAN_TENS for char in text):
        return int("".join(str(_HAN_DIGITS[char]) for char in text[:6]))
    total, digit = 0, 0
    for char in text:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        else:
            total, digit = total + (digit or 1) * _HAN_TENS[char], 0
    return total + digit


def _word(folded: str) -> int | None:
    if folded in _NUMBER_WORDS:
        return _NUMBER_WORDS[folded]
    tens, _, ones = folded.partition(" ")
    if tens in _TENS and _NUMBER_WORDS.get(ones, 10) < 10:
        return _TENS[tens] + _NUMBER_WORDS[ones]
    return None
