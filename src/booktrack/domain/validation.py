"""Whether what an API says of a series may be believed, judged by what is known and owned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from booktrack.domain.loose_series import LooseSeries
from booktrack.domain.models import PublicationStatus, SeriesKind
from booktrack.domain.series_names import series_key
from booktrack.domain.text import fold, script

# A count of chapters is many times that of volumes: a volume holds about nine.
_CHAPTERS_A_VOLUME = 3
_MANY = 50
_ALIKE = 85.0
_RUNNING = frozenset({"releasing", "hiatus", "not_yet_released"})


@dataclass(frozen=True)
class Known:
    """What the library knows of the series before the API is heard.

    `earlier` holds what was said of the total before, with its source; `user_total` what the user
    says; `has_override` tells a user's "unknown" from no word of the user.
    """

    names: tuple[str, ...]
    kind: SeriesKind = "unknown"
    edition_line: str | None = None
    status: PublicationStatus = "unknown"
    languages: frozenset[str] = frozenset()
    owned: tuple[int, ...] = ()
    total: int | None = None
    total_source: str | None = None
    user_total: int | None = None
    has_override: bool = False
    earlier: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Suspect:
    """A value that should not be believed, and why; `blocks` the total where it is about it."""

    field: str
    value: Any
    code: str
    reason: str
    blocks: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "field": self.field, "value": self.value, "code": self.code, "reason": self.reason
        }  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What is accepted, what is suspect, and the data as they should be used."""

    accepted: dict[str, Any]
    suspect: list[Suspect]
    corrected: dict[str, Any]
    falls_back: bool


def validate(said: LooseSeries, known: Known) -> Verdict:
    """Return what may be believed of an API's words.

    A suspect total is replaced by one that the library heard before, where what is owned does not
    contradict it; else nobody knows it, and what is owned is the least that there is.

    >>> known = Known(("Citrus",), owned=tuple(range(1, 10)))
    >>> verdict = validate(LooseSeries(total=1, says_total=True), known)
    >>> verdict.suspect[0].code, verdict.corrected["total"], verdict.corrected["at_least"]
    ('owned_exceeds_total', None, 9)
    """
    suspect = [one for rule in _RULES for one in rule(said, known)]
    fields = {
        "total": said.total, "publication_status": said.status, "kind": said.kind,
        "language": said.language, "edition_line": said.edition_line,
        "name": said.names[0] if said.names else None,
    }  # fmt: skip
    wrong = {one.field for one in suspect}
    wrong |= {"total"} if any(one.blocks for one in suspect) else set()
    accepted = {
        name: value for name, value in fields.items() if value is not None and name not in wrong
    }
    total, source = _total(accepted, said, known)
    corrected = {
        "name": known.names[0],
        "total": total,
        "total_source": source,
        "at_least": max(known.owned, default=0),
        "publication_status": accepted.get("publication_status", known.status),
        "kind": known.kind if known.kind != "unknown" else accepted.get("kind", "unknown"),
        "edition_line": known.edition_line,
    }
    return Verdict(accepted, suspect, corrected, "total" not in accepted)


def _total(
    accepted: dict[str, Any], said: LooseSeries, known: Known
) -> tuple[int | None, str | None]:
    if known.has_override:
        return known.user_total, "user"
    if "total" in accepted:
        return accepted["total"], said.source or "api"
    # An earlier word that what is owned contradicts is no help either.
    if known.total is not None and known.total >= max(known.owned, default=0):
        return known.total, known.total_source
    return None, None


# --- the rules ---------------------------------------------------------------------------------


def _nothing(said: LooseSeries, known: Known) -> Iterator[Suspect]:
    if said == LooseSeries(source=said.source):
        yield Suspect("total", None, "nothing_said", "the data say nothing of a series")


def _total_null(said: LooseSeries, known: Known) -> Iterator[Suspect]:
    if said.total == 0:
        yield Suspect("total", 0, "zero", "a series of no volumes: 0 stands for unknown")
    elif said.total is None and said.status in _RUNNING:
        yield Suspect(
            "total", None, "total_unknown_while_running",
            "the series is still running: no total means that nobody knows it yet",
        )  # fmt: skip


def _owned_more(said: LooseSeries, known: Known) -> Iterator[Suspect]:
    highest = max(known.owned, default=0)
    if said.total and max(highest, len([n for n in known.owned if n > 0])) > said.total:
        yield Suspect(
            "total", said.total, "owned_exceeds_total",
            f"volume {highest} is owned, so there are not only {said.total}",
        )  # fmt: skip


def _listed_more(said: LooseSeries, known: Known) -> Iterator[Suspect]:
    highest = max(said.listed, default=0)
    if said.total and highest > said.total:
        yield Suspect(
            "total", said.total, "listed_exceeds_total",
            f"the data list volume {highest} and say that there are {said.total}",
        )  # fmt: skip


def _chapters(said: LooseSeries, known: Known) -> Iterator[Suspect]:
    if not said.total:
        return
    earlier = max((value for _, value in known.earlier), default=0)
    if said.chapters and _near(said.total, said.chapters):
        reason = f"{said.total} is the number of chapters ({said.chapters}), not of volumes"
    elif said.total >= _MANY and earlier and said.total >= _CHAPTERS_A_VOLUME * earlier:
        reason = f"{said.total} is far above the {earlier} known: it looks like chapters"
    else:
        return
    yield Suspect("total", said.total, "chapters_as_volumes", reason)


def _near(total: int, chapters: int) -> bool:
    """Whether a total counts chapters, give or take an extra; a one-shot is one of both."""
    return total > 1 and (total == chapters or (chapters >= _MANY and total >= 0.9 * chapters))


def _kind(said: LooseSeries, known: Known) -> Iterator[Suspect]:
    if said.other_medium is not None:
        yield Suspect(
            "kind", said.other_medium, "wrong_kind", f"{said.other_medium} is not a series of books"
        )
    elif said.kind not in (None, "unknown", known.kind) and known.kind != "unknown":
        yield Suspect(
            "kind", said.kind, "wrong_kind",
            f"the data are about a {_words(said.kind)}, the series is a {_words(known.kind)}",
        )  # fmt: skip


def _words(kind: str | None) -> str:
    return (kind or "").replace("_", " ")


def _language(said: LooseSeries, known: Known) -> Iterator[Suspect]:
    if said.language and known.languages and said.language not in known.languages:
        mine = ", ".join(sorted(known.languages))
        yield Suspect(
            "language", said.language, "wrong_language",
            f"the data count editions in {said.language}, those in the library are in {mine}",
        )  # fmt: skip


def _line(said: LooseSeries, known: Known) -> Iterator[Suspect]:
    if said.edition_line != known.edition_line:
        theirs, mine = said.edition_line or "plain edition", known.edition_line or "plain edition"
        # Most data are about the plain edition and do not say so; then only a total misleads.
        if said.edition_line or said.total:
            yield Suspect(
                "edition_line", said.edition_line, "wrong_edition_line",
                f"the data are about the {_words(theirs)}, the series is the {_words(mine)}",
            )  # fmt: skip


def _drop(said: LooseSeries, known: Known) -> Iterator[Suspect]:
    if not said.total:
        return
    higher = [(value, source) for source, value in known.earlier if value > said.total]
    if higher:
        value, source = max(higher)
        yield Suspect(
            "total", said.total, "drop", f"{source} said {value} before: volumes do not vanish"
        )


def _against_user(said: LooseSeries, known: Known) -> Iterator[Suspect]:
    if known.has_override and said.total and said.total != known.user_total:
        mine = known.user_total if known.user_total is not None else "nobody knows"
        yield Suspect("total", said.total, "against_override", f"you say {mine}")


def _name(said: LooseSeries, known: Known) -> Iterator[Suspect]:
    if not said.names or _is_same_name(said.names, known.names):
        return
    yield Suspect(
        "name", said.names[0], "another_name",
        f"the data are about {said.names[0]!r}, which is not known as a name of {known.names[0]!r}",
        blocks=False,
    )  # fmt: skip


def _is_same_name(theirs: Sequence[str], mine: Sequence[str]) -> bool:
    """Whether a name is shared, is nearly the same, or cannot be compared for its script."""
    keys = {series_key(name) for name in mine}
    return any(
        series_key(name) in keys
        or all(script(name) != script(other) for other in mine)
        or any(fuzz.ratio(fold(name), fold(other)) >= _ALIKE for other in mine)
        for name in theirs
    )


_RULES: tuple[Callable[[LooseSeries, Known], Iterator[Suspect]], ...] = (
    _nothing, _total_null, _owned_more, _listed_more, _chapters, _kind, _language, _line, _drop,
    _against_user, _name,
)  # fmt: skip
