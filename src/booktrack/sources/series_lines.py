"""Series statements of library catalogues: "Idées ; 348", "NATO ASI series." then "vol. 24"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from booktrack.domain.records import SeriesClaim
from booktrack.domain.text import fold

_LABEL = (
    r"(?:vol(?:ume)?s?|v|bk|book|no|nr|num|number|n[°ºo]|bd|band|t|tome|tomo|deel|part|pt|issue"
    r"|heft|#)"
)
_NUMBER = r"(?P<number>\d{1,4}(?:\.\d{1,2})?(?:\s*[-–]\s*\d{1,4})?)"
_NUMBER_ITEM = re.compile(rf"\W*(?:{_LABEL}\W{{0,3}})?{_NUMBER}\W*", re.IGNORECASE)
# "v. 111, no. 352", "AA113": a place in a publisher's list that is no number of a volume.
_SHELF_ITEM = re.compile(rf"\W*(?:{_LABEL}\b\W.*\d.*|[A-Z]{{1,3}}-?\d+)\W*", re.IGNORECASE)
_NAME_AND_NUMBER = (
    re.compile(
        rf"(?P<name>.+?)\s*(?:--|—|;)\s*(?:{_LABEL}\W{{0,3}})?\[?{_NUMBER}\W*", re.IGNORECASE
    ),
    re.compile(rf"(?P<name>.+?)[\s,.:;]+\(?{_LABEL}\W{{0,3}}{_NUMBER}\W*", re.IGNORECASE),
    re.compile(rf"(?P<name>.+?)\s*(?:\({_NUMBER}\)|#\s*(?P<hash>\d{{1,4}}(?:\.\d+)?))\W*"),
)
_NOISE = re.compile(r"\s*\((?:un)?numbered\)", re.IGNORECASE)
_ENDS = " ,;:.-–—[]"


def read_series(items: Sequence[str]) -> list[SeriesClaim]:
    """Return the series that the items name, each once; those with a number come first.

    >>> [(one.name, one.position) for one in read_series(["Napoleonic library ;", "[31]"])]
    [('Napoleonic library', '31')]
    """
    found: dict[str, SeriesClaim] = {}
    latest: SeriesClaim | None = None
    for item in items:
        number = _NUMBER_ITEM.fullmatch(item)
        if number or _SHELF_ITEM.fullmatch(item):
            if latest is not None and number and latest.position is None:
                latest.position = _plain(number["number"])
            continue
        name, position = _split(item)
        if not name:
            continue
        latest = found.setdefault(_key(name), SeriesClaim(name=name))
        latest.position = latest.position or position
    return sorted(found.values(), key=lambda claim: claim.position is None)


def _split(item: str) -> tuple[str, str | None]:
    text = _NOISE.sub("", item).strip()
    for form in _NAME_AND_NUMBER:
        match = form.fullmatch(text)
        if match and match["name"].strip(_ENDS):
            number = match["number"] or match["hash"]
            return match["name"].strip(_ENDS), _plain(number)
    return text.strip(_ENDS), None


def _plain(number: str) -> str:
    bare = re.sub(r"\s*[-–]\s*", "-", number)
    return re.sub(r"^0+(?=\d)", "", bare)


def _key(name: str) -> str:
    """Return the form in which "The Pain series." and "Pain" are one."""
    words = fold(name).split()
    while len(words) > 1 and words[0] in ("the", "a"):
        words = words[1:]
    while len(words) > 1 and words[-1] in ("series", "collection"):
        words = words[:-1]
    return " ".join(words)
