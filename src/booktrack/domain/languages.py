"""Language codes: what catalogues, shops and files call a language, as ISO 639-1."""

from __future__ import annotations

import re

from booktrack.domain.text import fold

# ISO 639-1, then 639-2 (bibliographic and terminological), then names in English, in the language
# itself and in other languages that export files use.
_LANGUAGES = """
af afr|afrikaans
ar ara|arabic|arabisch|arabe|العربية
bg bul|bulgarian|български
bn ben|bengali
bs bos|bosnian
ca cat|catalan|català
cs cze ces|czech|čeština|tschechisch
cy wel cym|welsh|cymraeg
da dan|danish|dansk|dänisch
de ger deu|german|deutsch|allemand|alemán|tedesco|duits|alemão|немецкий|ドイツ語
el gre ell|greek|modern greek|ελληνικά|griechisch
en eng|english|englisch|anglais|inglés|inglese|engels|inglês|английский|英語|英文|영어
eo epo|esperanto
es spa|spanish|castilian|español|castellano|spanisch|espagnol|spagnolo|spaans|espanhol|испанский
et est|estonian|eesti
eu baq eus|basque|euskara
fa per fas|persian|farsi|فارسی
fi fin|finnish|suomi
fr fre fra|french|français|französisch|francés|francese|frans|francês|французский|フランス語
ga gle|irish|gaeilge
gl glg|galician|galego
he heb|hebrew|עברית
hi hin|hindi|हिन्दी
hr hrv scr|croatian|hrvatski
hu hun|hungarian|magyar
hy arm hye|armenian
id ind|indonesian|bahasa indonesia
is ice isl|icelandic|íslenska
it ita|italian|italiano|italienisch|italien|italiaans|итальянский
ja jpn|japanese|日本語|japanisch|japonais|japonés|giapponese|japans|японский
ka geo kat|georgian
kk kaz|kazakh
ko kor|korean|한국어|koreanisch|coréen|coreano|корейский|韓国語
la lat|latin|latein|latina
lt lit|lithuanian|lietuvių
lv lav|latvian|latviešu
mk mac mkd|macedonian
ml mal|malayalam
mr mar|marathi
ms may msa|malay|bahasa melayu
nb nob|norwegian bokmål|bokmål
nl dut nld|dutch|flemish|nederlands|niederländisch|néerlandais|holandés|olandese
nn nno|norwegian nynorsk|nynorsk
no nor|norwegian|norsk
pl pol|polish|polski|polnisch|polonais|polaco|polacco|польский
pt por|portuguese|português|portugiesisch|portugais|portugués|portoghese|brazilian portuguese
ro rum ron|romanian|română|moldavian
ru rus|russian|русский|russisch|russe|ruso|russo|ロシア語
sa san|sanskrit
sk slo slk|slovak|slovenčina
sl slv|slovenian|slovene|slovenščina
sq alb sqi|albanian|shqip
sr srp scc|serbian|српски|srpski
sv swe|swedish|svenska|schwedisch
sw swa|swahili
ta tam|tamil
te tel|telugu
th tha|thai|ไทย
tl tgl|tagalog
tr tur|turkish|türkçe|türkisch
uk ukr|ukrainian|українська
ur urd|urdu
vi vie|vietnamese|tiếng việt
yi yid|yiddish
zh chi zho|chinese|mandarin|中文|chinesisch|chinois|chino|cinese|китайский|中国語|cmn
"""


def _names() -> dict[str, str]:
    table = {}
    for line in _LANGUAGES.split("\n"):
        codes, _, names = line.partition("|")
        for word in (*codes.split(), *(name for name in names.split("|") if name)):
            table[fold(word)] = line[:2]
    return table


_NAMES = _names()
_REGION = re.compile(r"([a-z]{2,3})[-_][a-z0-9]{2,8}(?:[-_][a-z0-9]+)*", re.IGNORECASE)


def language_code(text: str | None) -> str | None:
    """Return the two-letter code of a language, or None where the text names none that is known.

    Codes of two and three letters, names in several languages, Open Library's keys and codes
    with a region are read; "und", "mul", "un" and the like are not a language.

    >>> language_code("/languages/ger"), language_code("German"), language_code("pt-BR")
    ('de', 'de', 'pt')
    """
    if not text:
        return None
    name = text.strip().rpartition("/")[2]
    region = _REGION.fullmatch(name)
    bare = region.group(1) if region else name.partition("(")[0]
    return _NAMES.get(fold(bare)) if bare.strip() else None
