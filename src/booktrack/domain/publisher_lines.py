"""Publishers' lines: numbers that count a publisher's books, of which nobody means to own all.

"Things Fall Apart (African Writers Series, 1)" looks like a series and is none that has holes: the
118 books before number 119 are by other people. What tells a line from a series is that no two of
its books share an author and that its numbers lie far apart; where a shelf holds too few to tell,
the name does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from booktrack.domain.names import name_key
from booktrack.domain.text import fold

# Lines by their own names: one book of theirs is enough to know that nothing is missing.
_LINES = re.compile(
    r"\b(?:african writers series|object lessons|33 1 3|331 3|everymans? library|everyman"
    r"|penguin (?:essentials|classics|modern classics|english library|popular classics|great ideas"
    r"|little black classics|red classics|clothbound classics|drop caps|horror|science fiction"
    r"|modern|deco|orange|shorts|specials|60s)|pocket penguins?|penguins? pocket|penguin pockets"
    r"|puffin classics|great ideas|little black classics|pelican books|king penguin"
    r"|oxford worlds classics|worlds classics|vintage (?:classics|minis|international)"
    r"|very short introductions?|for dummies|que sais je|pleiade|folio (?:classique|sf|policier)"
    r"|jai lu|livre de poche|10 18|petite bibliotheque|decouvertes gallimard"
    r"|fischer (?:klassik|taschenbuch)|reclams?|insel (?:bucherei|taschenbuch)|edition suhrkamp"
    r"|bibliothek suhrkamp|suhrkamp taschenbuch|die andere bibliothek|zeit bibliothek|manesse"
    r"|rowohlts monographien|beck wissen|rororo|s?f masterworks|fantasy masterworks|sf meisterwerke"
    r"|modern library|library of america|loeb classical library|i tatti|harvard classics"
    r"|great books of the western world|virago modern classics|nyrb classics"
    r"|new york review books classics|british library crime classics|hard case crime"
    r"|mills boon|silhouette (?:desire|romance)|harper perennial|bantam classics"
    r"|signet classics|dover thrift|norton critical|wordsworth classics|barnes noble classics"
    r"|collins classics|macmillan collectors library|canongate (?:myths|classics)"
    r"|biblioteca adelphi|piccola biblioteca|oscar mondadori|letras hispanicas"
    r"|biblioteca universal|alianza (?:editorial|bolsillo)|cambridge companions?"
    r"|bloomsbury revelations|routledge classics|faber stories|art of the novella)\b"
)
# Words that lines like and series have too: "The Invisible Library" is a story in eight volumes.
_LINE_WORDS = re.compile(
    r"\b(?:classics?|klassiker|klassik|classiques?|clasicos|classici|library|masterworks|masterpieces"
    r"|essentials|writers series|bibliothek|bibliotheque|biblioteca|taschenbuch|penguins?|oxford"
    r"|folio|perennial|harlequin|persephone|ladybird|eyewitness|austral|urania|crime club"
    r"|golden books?|book of the month|readers digest|national geographic"
    r"|monographs?|studies|lecture notes|companions?|introductions?|handbooks?)\b"
)
_FAR_APART = 4
_FEW = 3
_HIGH = 20
# Who reads a story begins with its first volume.
_HIGH_WITHOUT_FIRST = 10


@lru_cache(maxsize=4096)
def _names_a_line(name: str) -> tuple[bool, bool]:
    folded = fold(name)
    return bool(_LINES.search(folded)), bool(_LINE_WORDS.search(folded))


def is_publishers_line(name: str, books: Iterable[tuple[int, tuple[str, ...]]]) -> bool:
    """Return whether the numbers are a publisher's: then what lies between is not missing.

    Args:
        name: the name of the series.
        books: the number and the authors of each book that the library has of it.

    >>> is_publishers_line("African Writers Series", [(119, ("Ngugi",))])
    True
    >>> is_publishers_line("One Piece", [(113, ("Eiichiro Oda",))])
    False
    """
    found = [(number, {name_key(author) for author in authors}) for number, authors in books]
    numbers = {number for number, _ in found}
    people = [authors for _, authors in found]
    shared = len(set().union(*people)) < sum(map(len, people))
    if not numbers:
        return False
    surely, perhaps = _names_a_line(name)
    if surely:
        # Somebody's own series may bear such a name too: one author and hardly a hole.
        return not shared or max(numbers) >= _FAR_APART * len(numbers)
    if max(numbers) < _FAR_APART * len(numbers):
        return False
    if perhaps and max(numbers) >= _HIGH:
        return True
    # Two books by two people prove nothing: a comic changes hands.
    least = _HIGH if 1 in numbers else _HIGH_WITHOUT_FIRST
    return all(people) and not shared and len(numbers) >= _FEW and max(numbers) >= least
