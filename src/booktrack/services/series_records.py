"""Putting what sources say of whole series into the library: totals, volumes, status, names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from booktrack.domain.identifiers import identifier_key
from booktrack.domain.models import Series
from booktrack.domain.positions import try_position
from booktrack.domain.records import SeriesRecord, VolumeRecord
from booktrack.domain.series_names import series_key
from booktrack.domain.text import clean, fold, script
from booktrack.services.context import Context
from booktrack.services.writing import put
from booktrack.store.base import Document, Reader

JSON = dict[str, Any]

# Enough to see a source change its mind; older words of the same source say nothing more.
_OBSERVATIONS = 5


def is_meant(record: SeriesRecord, name: str) -> bool:
    """Return whether a record bears the name that was asked for, in any script."""
    return series_key(name) in {series_key(one) for one in (record.name, *record.aliases)}


def record_series_records(ctx: Context, records: Sequence[SeriesRecord], why: str) -> list[int]:
    """Store what sources say of series and return their ids, each once."""
    if not records:
        return []
    kinds = {record.kind for record in records} - {"unknown"}
    with ctx.store.transaction(why, user_id=ctx.user_id) as tx:
        now = ctx.now()
        ids = []
        for record in records:
            found = find_series(tx, record, several_kinds=len(kinds) > 1)
            if found is None:
                new = merged_series({"name": clean(record.name), "tracked": True}, record)
                ids.append(tx.insert("series", new | {"updated_at": now}))
            else:
                before = tx.get("series", found) or {}
                put(tx, "series", found, before, merged_series(before, record), now)
                ids.append(found)
    return list(dict.fromkeys(ids))


def find_series(reader: Reader, record: SeriesRecord, *, several_kinds: bool = False) -> int | None:
    """Return the library's series that a record is about: by its id there, else by name and kind.

    A manga and a light novel of one name are two series. A kind that nobody told fits another,
    but not where there are `several_kinds` of the name: which of them is meant is unknown then.
    """
    for scheme, values in sorted(record.identifiers.items()):
        for value in values:
            for found in reader.find("series_identifier", identifier_key(scheme, value)):
                return found
    keys = dict.fromkeys(series_key(name) for name in (record.name, *record.aliases))
    ids = list(dict.fromkeys(id_ for key in keys for id_ in reader.find("series_name", key)))
    alike = {
        id_: one for id_, one in reader.get_many("series", ids).items() if _may_be(one, record)
    }
    of_kind = [id_ for id_, one in alike.items() if one.get("kind", "unknown") == record.kind]
    if of_kind:
        return of_kind[0]
    others = {one.get("kind", "unknown") for one in alike.values()}
    if several_kinds or (record.kind == "unknown" and len(others) > 1):
        return None
    fitting = [
        id_ for id_, one in alike.items() if "unknown" in (record.kind, one.get("kind", "unknown"))
    ]
    return fitting[0] if fitting else None


def _may_be(series: Document, record: SeriesRecord) -> bool:
    """Return whether nothing but its name speaks against that a record is about a series."""
    if series.get("edition_line"):
        return False
    known = series.get("identifiers", {})
    if any(scheme in known for scheme in record.identifiers):
        return False  # another id of the same catalogue is another series
    return _may_share_authors(series.get("authors", []), record.authors)


def _may_share_authors(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Return False where both are known, written in one script, without a word in common.

    One word is enough: "Kentaro Miura" is "Kentarou Miura" elsewhere.
    """
    if not ours or not theirs or not set(map(script, ours)) & set(map(script, theirs)):
        return True
    return bool(set(fold(" ".join(ours)).split()) & set(fold(" ".join(theirs)).split()))


def merged_series(before: Document, record: SeriesRecord) -> Document:
    """Return a series with what a record says; what a user has overridden stands beside it."""
    after: Document = {**before}
    if before.get("kind", "unknown") == "unknown":
        after["kind"] = record.kind
    if record.publication_status != "unknown":
        after["publication_status"] = record.publication_status
    after["aliases"] = _with_aliases(before, record)
    known = {fold(author) for author in before.get("authors", [])}
    after["authors"] = before.get("authors", []) + [
        author for author in record.authors if fold(author) not in known
    ]
    after["identifiers"] = {
        scheme: list(
            dict.fromkeys(
                [*before.get("identifiers", {}).get(scheme, []),
                 *record.identifiers.get(scheme, [])]
            )
        )
        for scheme in sorted({*before.get("identifiers", {}), *record.identifiers})
    }  # fmt: skip
    after["totals"] = _with_total(before.get("totals", []), record)
    after["volumes"] = _with_volumes(before.get("volumes", []), record)
    return Series.check(after).dump()


def _with_aliases(before: Document, record: SeriesRecord) -> list[JSON]:
    aliases = list(before.get("aliases", []))
    known = {fold(before["name"]), *(fold(alias["name"]) for alias in aliases)}
    for name in map(clean, (record.name, *record.aliases)):
        if name and fold(name) not in known:
            known.add(fold(name))
            aliases.append({"name": name, "script": script(name)})
    return aliases


def _with_total(totals: Sequence[JSON], record: SeriesRecord) -> list[JSON]:
    if not record.total:
        return list(totals)
    new = {
        "value": record.total,
        "scope": record.total_scope,
        "source": record.source,
        "seen_at": (record.fetched_at or "")[:10] or None,
    }
    if record.total_language:
        new["language"] = record.total_language
    same = ("value", "scope", "source", "language")
    kept = [one for one in totals if any(one.get(name) != new.get(name) for name in same)]
    own = [one for one in kept if one["source"] == record.source]
    for old in own[: max(0, len(own) - _OBSERVATIONS + 1)]:
        kept.remove(old)
    return [*kept, new]


def _with_volumes(volumes: Sequence[JSON], record: SeriesRecord) -> list[JSON]:
    """Return the known volumes with those of the record.

    What the same source said earlier is replaced; what another one said is completed.
    """
    known = {_place(one.get("position"), one.get("label")): dict(one) for one in volumes}
    for volume in record.volumes:
        told = _known_volume(volume, record)
        place = _place(told.get("position"), told.get("label"))
        there = known.get(place)
        if there is None:
            known[place] = {**told, "listed_at": record.fetched_at}
            continue
        since = there.get("listed_at") or there.get("seen_at")
        mine = there["source"] == record.source
        both = {**there, **told} if mine else {**told, **there}
        known[place] = {**both, "listed_at": since}
    return sorted(known.values(), key=_order)


def _known_volume(volume: VolumeRecord, record: SeriesRecord) -> JSON:
    position = try_position(volume.position)
    told = {
        "position": position.text if position else None,
        "label": volume.label or (None if position else volume.position or volume.title),
        "title": volume.title,
        "release_date": volume.release_date,
        "cover_url": volume.cover_url,
        "isbn_13": volume.isbn_13,
        "slot": volume.slot,
        "source": record.source,
        "seen_at": (record.fetched_at or "")[:10] or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _place(position: str | None, label: str | None) -> tuple[str, str]:
    return ("position", position) if position is not None else ("label", fold(label or ""))


def _order(volume: JSON) -> tuple[Any, ...]:
    position = try_position(volume.get("position"))
    return (position is None, position.sort_key if position else (), volume.get("label") or "")
