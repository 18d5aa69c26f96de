"""One document out of what several records say, field by field, with nothing forgotten.

What a record said of a field is a claim. Claims that say the document's value stand in
`origins`, all others in `alternatives`, so the document itself holds every claim, and its values
follow from the claims alone: it does not matter which record came first or how often.

The winner of a field is the user's own word, else the value on which most sources agree, else
that of the source preferred for the field, else the more precise, else the newer one, else that of
the source whose name comes first. Lists are unions. A locked field keeps its value; what sources
say of it is only noted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from booktrack.domain.isbn import to_isbn10
from booktrack.domain.names import name_key
from booktrack.domain.records import EditionRecord, WorkRecord
from booktrack.domain.text import fold_key

JSON = dict[str, Any]

USER = "user"
LIBRARY = "library"
"""The source of values that were in the document before anybody said where they come from."""

MAX_CLAIMS = 12
"""Claims kept of one field: more sources than booktrack has."""

SERVICES = (
    "openlibrary",
    "googlebooks",
    "hardcover",
    "animenewsnetwork",
    "audible",
    "audnexus",
    "anilist",
    "curated",
)
_PREFERRED: dict[str, tuple[str, ...]] = {
    # Open Library's descriptions are often one line of a cataloguer; Google cuts pictures small.
    "description": ("googlebooks", "hardcover", "audible", "openlibrary"),
    "price": ("googlebooks", "audible"),
    "duration_minutes": ("audible", "audnexus", "hardcover"),
    "genres": ("hardcover", "googlebooks", "openlibrary"),
}
# How the owner's own list names a book is how the owner looks for it, translations above all.
_OWNERS_WORDS = frozenset({"title", "subtitle", "authors"})
# `currency` says what `price` means, `format_detail` what `book_format` was read from: they come
# from a record that says the same of the first, never from another one.
_LEADER = {"currency": "price", "format_detail": "book_format"}
FOLLOWER = {leader: follower for follower, leader in _LEADER.items()}
# What a file that knows a number only has in the place of a title: "[ISBN 9780441013593]".
_STAND_IN = re.compile(r"\[(?:ISBN|AniList manga|Open Library) [\w-]+\]")
_DATES = frozenset({"release_date", "first_published"})
_EXACT = frozenset({"cover_url", "isbn_10", "isbn_13", "asin", "currency"})
_PEOPLE = frozenset({"authors", "contributors"})
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class Facts:
    """What one record says of a document: `values` by field name, empty ones say nothing."""

    source: str
    record: str | None
    at: str | None
    values: Mapping[str, Any]


@dataclass(frozen=True)
class _Said:
    value: Any
    source: str
    record: str | None
    at: str | None

    @property
    def by(self) -> tuple[str, str]:
        return self.source, self.record or ""

    def claim(self) -> JSON:
        return {
            "value": _copy(self.value),
            "source": self.source,
            "record": self.record,
            "at": self.at,
        }


def merge(document: Mapping[str, Any], facts: Iterable[Facts], fields: Iterable[str] = ()) -> JSON:
    """Return the document with what the facts say; the one given is not changed.

    Args:
        document: A book's or an edition's; `locked` names the fields that keep their values.
        facts: What records say of it.
        fields: Fields to decide anew from the claims that are there, whatever the facts say.

    >>> merged = merge({}, [Facts("goodreads", "1", None, {"publisher": "Tor"})])
    >>> merged["publisher"], merged["origins"][0]["source"]
    ('Tor', 'goodreads')
    """
    spoken = list(facts)
    concerned = set(fields)
    if len(spoken) == 1 and not concerned and (first := _first_word(document, spoken[0])):
        return first
    return _merged(document, spoken, concerned)


def _first_word(document: Mapping[str, Any], fact: Facts) -> JSON | None:
    """Return what `_merged` would where one record is all that was ever said, else None.

    Nearly every document of an import is such a one, and there is nothing to rank in it.
    """
    if any(document.get(name) for name in ("origins", "alternatives", "locked")):
        return None
    result: JSON = _copy(dict(document))
    named = []
    for name, value in fact.values.items():
        if _is_empty(value):
            continue
        if name in document and not _is_empty(document[name]):
            return None
        if isinstance(value, (list, dict)):
            if _repeats(name, value):
                return None
            value = _copy(value)
        named.append(name)
        result[name] = value
    result["origins"] = []
    if named:
        origin = {"source": fact.source, "record": fact.record, "at": fact.at}
        result["origins"].append(origin | {"fields": sorted(named)})
    result["alternatives"] = {}
    return result


def _merged(document: Mapping[str, Any], spoken: list[Facts], fields: set[str]) -> JSON:
    named = {name for fact in spoken for name, value in fact.values.items() if not _is_empty(value)}
    result: JSON = _copy(dict(document))
    claims = _claims_of(result)
    for name in named | fields:
        claims.setdefault(name, [])
        if not claims[name] and not _is_empty(result.get(name)):
            claims[name].append(_Said(result[name], LIBRARY, None, None))
        claims[name] += [
            _said(fact, name) for fact in spoken if not _is_empty(fact.values.get(name))
        ]
    claims = {name: _latest(name, said) for name, said in claims.items()}
    concerned = named | fields
    concerned |= {FOLLOWER[name] for name in concerned if name in FOLLOWER}
    # Leaders first: "price" is decided before "currency" asks who said it.
    for name in sorted(concerned, key=lambda name: (name in _LEADER, name)):
        _decide(result, name, claims)
    _store(result, claims)
    return result


def _said(fact: Facts, name: str) -> _Said:
    return _Said(fact.values[name], fact.source, fact.record, fact.at)


def release(document: Mapping[str, Any], fields: Iterable[str]) -> JSON:
    """Return the document with these fields unlocked and the user's own word on them forgotten.

    A field of which nobody else said anything keeps its value.
    """
    freed = set(fields)
    result: JSON = _copy(dict(document))
    claims = _claims_of(result)
    result["locked"] = [name for name in result.get("locked", []) if name not in freed]
    known = {}
    for name in freed & claims.keys():
        others = [said for said in claims[name] if said.source != USER]
        known[name] = others or claims[name]
    _store(result, claims | known)
    return merge(result, [], [name for name in known if claims[name]])


def provenance(document: Mapping[str, Any]) -> dict[str, JSON]:
    """Return by field who said its value, and what was said otherwise.

    Each is `{"value", "source", "record", "at", "also": [source], "locked", "rejected": [claim]}`;
    `also` names the other sources that say the same, a claim is `{"value", "source", "record",
    "at"}`.
    """
    locked = set(document.get("locked", []))
    answer = {}
    for name, said in sorted(_claims_of(document).items()):
        value = document.get(name)
        ranked = _ranked(name, said)
        same = [one for one in ranked if _agrees(name, one, value)]
        best = same[0] if same else None
        answer[name] = {
            "value": _copy(value),
            "source": best.source if best else None,
            "record": best.record if best else None,
            "at": best.at if best else None,
            "also": sorted({one.source for one in same} - {best.source if best else ""}),
            "locked": name in locked,
            "rejected": [one.claim() for one in ranked if one not in same],
        }
    return answer


def book_values(record: WorkRecord) -> JSON:
    """Return what a record says of a book, by the document's field names, without empty ones.

    Series are not among them: their places are decided by comparing with the series known.
    """
    identifiers = record.identifiers
    return _filled(
        {
            "title": record.title,
            "subtitle": record.subtitle,
            "authors": [person.name for person in record.people if person.role is None],
            "contributors": [
                person.model_dump() for person in record.people if person.role is not None
            ],
            "alternate_titles": record.alternate_titles,
            "description": record.description,
            "genres": record.genres,
            "first_published": record.first_published,
            # The same scheme names editions, whose ids end in M.
            "openlibrary_id": _first(
                [one for one in identifiers.get("openlibrary", []) if one.endswith("W")]
            ),
            "google_books_id": _first(identifiers.get("googlebooks")),
            "identifiers": identifiers,
        }
    )


def edition_values(record: EditionRecord) -> JSON:
    """Return what a record says of an edition, as `book_values` does of a book."""
    isbn = _first(record.isbns)
    return _filled(
        {
            "isbn_13": isbn,
            "isbn_10": to_isbn10(isbn) if isbn else None,
            "asin": record.asin,
            "title": record.title,
            "book_format": record.book_format,
            "format_detail": record.format_detail,
            "publisher": record.publisher,
            "release_date": record.release_date,
            "language": record.language,
            "page_count": record.page_count,
            "duration_minutes": record.duration_minutes,
            "cover_url": record.cover_url,
            "price": record.price,
            "currency": record.currency,
            "source": record.source,
            "identifiers": record.identifiers,
        }
    )


def corrected(document: Mapping[str, Any], fact: Facts, now: str) -> list[Facts]:
    """Return what a record without a date says, dated where it said something else before.

    The rows of export files bear no date; of two words of one row the later one counts.

    >>> before = merge({}, [Facts("goodreads", "1", None, {"publisher": "Zed"})])
    >>> said = corrected(before, Facts("goodreads", "1", None, {"publisher": "Ace"}), "2026-11-22")
    >>> merge(before, said)["publisher"]
    'Ace'
    """
    if fact.at is not None or not document.get("origins"):
        return [fact]
    by = (fact.source, fact.record or "")
    said = {
        name: claim.value
        for name, claims in _claims_of(document).items()
        for claim in claims
        if claim.by == by
    }
    changed = {
        name: value
        for name, value in fact.values.items()
        if name in said and not _is_empty(value) and _text(said[name]) != _text(value)
    }
    if not changed:
        return [fact]
    rest = {name: value for name, value in fact.values.items() if name not in changed}
    return [
        Facts(fact.source, fact.record, None, rest),
        Facts(fact.source, fact.record, now, changed),
    ]


def facts_of(document: Mapping[str, Any], fields: Iterable[str]) -> list[Facts]:
    """Return all that was ever said of these fields, to say it of another document.

    A value of which nobody said where it comes from is the library's own.
    """
    claims = _claims_of(document)
    facts = []
    for name in fields:
        said = claims.get(name, [])
        if not said and not _is_empty(document.get(name)):
            said = [_Said(document[name], LIBRARY, None, None)]
        facts += [Facts(one.source, one.record, one.at, {name: one.value}) for one in said]
    return facts


# --- claims ----------------------------------------------------------------------------------


def _claims_of(document: Mapping[str, Any]) -> dict[str, list[_Said]]:
    claims: dict[str, list[_Said]] = {}
    for origin in document.get("origins", []):
        for name in origin["fields"]:
            if not _is_empty(document.get(name)):
                said = _Said(
                    document[name], origin["source"], origin.get("record"), origin.get("at")
                )
                claims.setdefault(name, []).append(said)
    for name, alternatives in document.get("alternatives", {}).items():
        claims.setdefault(name, []).extend(
            _Said(one["value"], one["source"], one.get("record"), one.get("at"))
            for one in alternatives
        )
    return claims


def _latest(name: str, claims: list[_Said]) -> list[_Said]:
    """Return one claim a record, its newest; a refreshed record takes back what it said before."""
    if len(claims) < 2:
        return claims
    latest: dict[tuple[str, str], _Said] = {}
    for said in sorted(claims, key=lambda said: (said.at or "", _text(said.value))):
        latest[said.by] = said
    # What was there before is forgotten once a record has said the same, even if that record says
    # something else by now: the order in which its two words came must not matter.
    known = {_norm(name, said.value) for said in claims if said.source != LIBRARY}
    return [
        said
        for said in latest.values()
        if said.source != LIBRARY or _norm(name, said.value) not in known
    ]


def _store(document: JSON, claims: Mapping[str, list[_Said]]) -> None:
    origins: dict[tuple[str, str, str], tuple[_Said, list[str]]] = {}
    alternatives: dict[str, list[JSON]] = {}
    for name in sorted(claims):
        value = _text(document.get(name))
        ranked = _ranked(name, claims[name])[:MAX_CLAIMS]
        for said in ranked:
            if _text(said.value) == value:
                origins.setdefault((*said.by, said.at or ""), (said, []))[1].append(name)
            else:
                alternatives.setdefault(name, []).append(said.claim())
    document["origins"] = [
        {"source": said.source, "record": said.record, "at": said.at, "fields": names}
        for _, (said, names) in sorted(origins.items())
    ]
    document["alternatives"] = alternatives


# --- the decision ----------------------------------------------------------------------------


def _decide(document: JSON, name: str, claims: Mapping[str, list[_Said]]) -> None:
    locked = document.get("locked", [])
    leader = _LEADER.get(name)
    said = claims.get(name, [])
    if name in locked or leader in locked or not said:
        return
    if leader is not None and claims.get(leader):
        value = document.get(leader)
        agreeing = {one.by for one in claims[leader] if _agrees(leader, one, value)}
        said = [one for one in said if one.by in agreeing]
    document[name] = _copy(_winner(name, said)) if said else None


def _winner(name: str, claims: list[_Said]) -> Any:
    ranked = _ranked(name, claims)
    if ranked[0].source == USER or not isinstance(ranked[0].value, (list, dict)):
        return ranked[0].value
    if isinstance(ranked[0].value, dict):
        schemes = sorted({scheme for said in ranked for scheme in said.value})
        return {
            scheme: _union(name, [said.value.get(scheme, []) for said in ranked])
            for scheme in schemes
        }
    return _union(name, [said.value for said in ranked])


def _union(name: str, lists: Iterable[Iterable[Any]]) -> list[Any]:
    """Return every item once, in the order in which the better record has them."""
    found: dict[str, Any] = {}
    for items in lists:
        for item in items:
            found.setdefault(_item_key(name, item), item)
    return list(found.values())


def _repeats(name: str, value: Any) -> bool:
    """Return whether a list says one thing twice, so that its union is another list."""
    if isinstance(value, dict):
        return any(_repeats(name, items) for items in value.values())
    return isinstance(value, list) and len(value) > 1 and len(_union(name, [value])) < len(value)


def _ranked(name: str, claims: Iterable[_Said]) -> list[_Said]:
    """Return the claims, the best first; every rule but the last may leave two of them equal."""
    claims = list(claims)
    if len(claims) < 2:
        return claims

    def merit(said: _Said) -> tuple[bool, bool, int, int, int]:
        stands_in = name == "title" and bool(_STAND_IN.fullmatch(str(said.value)))
        agreement = _agreement(name, said, claims)
        precision = len(said.value) if name in _DATES else 0
        rank = _preference(name, said.source)
        return stands_in, said.source != USER, -agreement, rank, -precision

    ranked = sorted(claims, key=lambda said: (*said.by, _text(said.value)))
    ranked.sort(key=lambda said: said.at or "", reverse=True)
    ranked.sort(key=merit)
    return ranked


def _agreement(name: str, said: _Said, claims: Iterable[_Said]) -> int:
    """Return how many sources bear the value out: 2010 bears out 2010-08-31, not the reverse."""
    if isinstance(said.value, (list, dict)):
        return 0
    mine = _norm(name, said.value)
    return len(
        {
            other.source
            for other in claims
            if other.source != LIBRARY and _bears_out(name, _norm(name, other.value), mine)
        }
    )


def _bears_out(name: str, theirs: str, mine: str) -> bool:
    return theirs == mine or (name in _DATES and mine.startswith(f"{theirs}-"))


def _preference(name: str, source: str) -> int:
    """Return the source's place for the field, the best lowest: services, others, own lists."""
    order = _PREFERRED.get(name, SERVICES)
    services = len(SERVICES) + len(order)
    if source == LIBRARY:
        return services + 2
    if source in order:
        return order.index(source)
    if source in SERVICES:
        return len(order) + SERVICES.index(source)
    # What is no service that is known here is a file that the owner imported, or a plug-in.
    return -1 if name in _OWNERS_WORDS else services


def _agrees(name: str, said: _Said, value: Any) -> bool:
    """Return whether a claim says what the document says; a union says what each part says."""
    if isinstance(said.value, list) and isinstance(value, list):
        items = {_item_key(name, item) for item in value}
        return all(_item_key(name, item) in items for item in said.value)
    if isinstance(said.value, dict) and isinstance(value, dict):
        return all(
            set(values) <= set(value.get(scheme, [])) for scheme, values in said.value.items()
        )
    return value is not None and _norm(name, said.value) == _norm(name, value)


def _norm(name: str, value: Any) -> str:
    """Return the form in which two sources agree: case, accents and punctuation do not matter."""
    if isinstance(value, str):
        return value if name in _EXACT or name in _DATES else fold_key(value)
    return _text(float(value)) if isinstance(value, (int, float)) else _text(value)


def _item_key(name: str, item: Any) -> str:
    key: Callable[[str], str] = name_key if name in _PEOPLE else fold_key
    if isinstance(item, dict):
        return f"{key(item['name'])}\n{fold_key(item.get('role') or '')}"
    return str(item) if name == "identifiers" else key(str(item))


def _text(value: Any) -> str:
    """Return a text that is equal for equal values alone: 5 and 5.0 are two, as in the file."""
    # Most values are texts; an import of 60,000 rows comes here several million times.
    return f'"{value}' if isinstance(value, str) else _ENCODER.encode(value)


def _copy(value: Any) -> Any:
    """Return a copy of a JSON value, several times as fast as `copy.deepcopy`."""
    if isinstance(value, dict):
        return {name: _copy(part) for name, part in value.items()}
    return [_copy(part) for part in value] if isinstance(value, list) else value


def _is_empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value or value == "unknown"
    return value is None or value == [] or value == {}


def _filled(values: JSON) -> JSON:
    return {name: value for name, value in values.items() if not _is_empty(value)}


def _first(values: list[str] | None) -> str | None:
    return values[0] if values else None
