"""Publishers' lines: numbers that count a publisher's books, of which nobody means to own all.

"Things Fall Apart (African Writers Series, 1)" looks like a series and is none that has holes: the
118 books before number 119 are by other people. What tells a line from a series is that its
numbers lie far apart and that it is named like one, or that no two of its books share an author.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from booktrack.domain.names import name_key
from booktrack.domain.text import fold

# Words that name lines in the exports read; "The Dresden Files" has none of them.
_LINE_WORDS = re.compile(
    r"\b(?:classics?|library|masterworks|writers series|world s classics|bibliothek|bibliotheque"
    r"|taschenbuch|folio|pleiade|penguin|oxford|everyman|que sais je|very short introductions?"
    r"|for dummies|hard case crime|crime club|33 1 3|harlequin|mills boon|biblioteca|perennial"
    r"|reclams?)\b"
)
_FEW = 3
_FAR_APART = 4
_HIGH = 20


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
    if not numbers or max(numbers) < _HIGH or max(numbers) < _FAR_APART * len(numbers):
        return False
    if _LINE_WORDS.search(fold(name)):
        return True
    people = [authors for _, authors in found]
    known_apart = all(people) and len(set().union(*people)) == sum(map(len, people))
    return known_apart and len(numbers) >= _FEW
