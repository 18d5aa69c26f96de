"""AniList: whole series of manga and light novels, with their names in every script.

It knows no volumes, ISBNs or prices; the number of volumes is null while a series runs. Its terms
forbid mass collection, so only what a user asked for is asked, a page a question. 90 requests a
minute are promised, 30 given since 2025, and a burst limiter stops 28 in 12 s (AniList/docs,
rate-limiting).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from booktrack.domain.models import PublicationStatus, SeriesKind
from booktrack.domain.records import RelatedSeries, SeriesRecord
from booktrack.errors import SourceChanged
from booktrack.sources.anilist_payloads import Cover, Credit, Media, Relation
from booktrack.sources.base import Ask, BaseSource, Flow, Limits, Refusal, Reply
from booktrack.sources.fields import each_once, read_each
from booktrack.sources.graphql import data_of, faults_in, has_data, question

_FIELDS = """
  id idMal format status(version: 2) volumes countryOfOrigin
  title { romaji english native } synonyms
  startDate { year month day } endDate { year month day }
  description(asHtml: false) genres siteUrl coverImage { extraLarge large }
  staff(sort: [RELEVANCE], perPage: 12) { edges { role node { name { full native } } } }
  relations { edges { relationType(version: 2) node {
    id type format title { romaji english native }
  } } }
"""
_BY_NAME = f"""query ($name: String, $limit: Int) {{
  Page(page: 1, perPage: $limit) {{ media(search: $name, type: MANGA, sort: [SEARCH_MATCH]) {{
    {_FIELDS}
  }} }}
}}"""
_BY_ID = f"query ($id: Int) {{ Media(id: $id, type: MANGA) {{ {_FIELDS} }} }}"

_MOST_FOUND = 10
_MAX_ALIASES = 40
_PAUSE = 60.0
"""Seconds to wait after a 429 that does not say; those that do say this."""

_KINDS: dict[str | None, SeriesKind] = {
    "MANGA": "manga",
    "ONE_SHOT": "manga",
    "NOVEL": "light_novel",
}
_STATUSES: dict[str | None, PublicationStatus] = {
    "FINISHED": "finished",
    "RELEASING": "releasing",
    "HIATUS": "hiatus",
    "CANCELLED": "cancelled",
    "NOT_YET_RELEASED": "not_yet_released",
}
_LANGUAGES = {"JP": "ja", "KR": "ko", "CN": "zh", "TW": "zh"}


class AniList(BaseSource):
    """Series of manga and light novels.

    Args:
        base_url: Where the service is, for tests.
    """

    name = "anilist"
    title = "AniList"
    home = "https://anilist.co"
    limits = Limits(requests=30, seconds=60)
    capabilities = frozenset({"series"})

    def __init__(self, base_url: str = "https://graphql.anilist.co") -> None:
        self._url = base_url
        self.hosts = frozenset({urlsplit(base_url).netloc})

    def refusal(self, reply: Reply, now: datetime) -> Refusal | None:
        """Return what status and errors say; errors may come with status 200."""
        faults = faults_in(reply)
        if reply.status == 200 and (not faults or has_data(reply)):
            return None
        status, message = reply.status, faults[0].message if faults else ""
        if status == 200:
            status = faults[0].status or 400
        if status in (404, 410):
            return None
        if status == 429:
            said = "retry-after" in reply.headers
            return Refusal("busy", "AniList asks for a pause", retry_after=None if said else _PAUSE)
        if status == 403 and "disabled" in message.lower():
            return Refusal("down", f"AniList is switched off: {message}")
        if 400 <= status < 500 and status not in (401, 403, 408):
            return Refusal("changed", f"AniList does not take the question: {message}")
        return super().refusal(replace(reply, status=status), now)

    def says_nothing(self, reply: Reply) -> bool:
        """Return whether nothing was found.

        Raises:
            SourceChanged: the answer is no answer, and is not kept as one.
        """
        return _is_unknown(reply) or not _media_in(reply)

    # --- what can be asked ---------------------------------------------------------------

    def series(self, name: str) -> Flow[list[SeriesRecord]]:
        """Return the series that may be meant, best first; names in any script are found."""
        asked = " ".join(name.split())
        if not asked:
            return []
        reply = yield self._question(_BY_NAME, {"name": asked, "limit": _MOST_FOUND})
        return self._records(reply)

    def series_by_id(self, record_id: str) -> Flow[SeriesRecord | None]:
        """Return a series by its id at AniList, "105398"."""
        if not (record_id.isascii() and record_id.isdigit() and len(record_id) < 10):
            return None
        reply = yield self._question(_BY_ID, {"id": int(record_id)})
        return next(iter(self._records(reply)), None)

    # --- answers -------------------------------------------------------------------------

    def _question(self, query: str, variables: dict[str, Any]) -> Ask:
        return question(self._url, query, variables, {})

    def _records(self, reply: Reply) -> list[SeriesRecord]:
        if _is_unknown(reply):
            return []
        found = _media_in(reply)
        return [self._record(one, reply) for one in read_each(Media, found, self.name)]

    def _record(self, media: Media, reply: Reply) -> SeriesRecord:
        names = media.title.all or media.synonyms
        if not names or not media.id:
            raise SourceChanged(
                f"{self.name} answered in a new form: title: {media.id} has none",
                source=self.name,
                field="title",
            )
        return SeriesRecord(
            source=self.name,
            record_id=media.id,
            url=media.site_url or f"{self.home}/manga/{media.id}",
            fetched_at=reply.fetched_at,
            name=names[0],
            aliases=each_once((*names, *media.synonyms), names[0])[:_MAX_ALIASES],
            kind=_KINDS.get(media.format, "unknown"),
            publication_status=_STATUSES.get(media.status, "unknown"),
            total=media.volumes,
            total_language=_LANGUAGES.get(media.country_of_origin or ""),
            authors=_authors(media.staff.edges if media.staff else []),
            description=media.description,
            genres=media.genres,
            started=media.start_date.text if media.start_date else None,
            ended=media.end_date.text if media.end_date else None,
            cover_url=_picture(media.cover_image),
            identifiers=_identifiers(media),
            related=_related(media.relations.edges if media.relations else []),
        )


def _is_unknown(reply: Reply) -> bool:
    return reply.missing or any(fault.status == 404 for fault in faults_in(reply))


def _media_in(reply: Reply) -> list[Any]:
    """Return the entries of `Page` or the one of `Media`, unread."""
    data = data_of(reply, AniList.name)
    if "Media" in data:
        return [data["Media"]] if data["Media"] is not None else []
    page = data.get("Page")
    found = page.get("media") if isinstance(page, dict) else None
    if not isinstance(found, list):
        raise SourceChanged(
            "anilist answered in a new form: Page.media: a list is due",
            source=AniList.name,
            field="Page.media",
        )
    return [entry for entry in found if entry is not None]


def _authors(credits: Iterable[Credit]) -> list[str]:
    return each_once(credit.author for credit in credits)


def _identifiers(media: Media) -> dict[str, list[str]]:
    ids = {"anilist": media.id, "mal": media.id_mal}
    return {scheme: [value] for scheme, value in ids.items() if value}


def _picture(cover: Cover | None) -> str | None:
    return (cover.extra_large or cover.large) if cover else None


def _related(edges: Iterable[Relation]) -> list[RelatedSeries]:
    """Return the books among what is related; most are animations."""
    found = []
    for edge in edges:
        node = edge.node
        names = node.title.all if node and node.title else []
        if node is None or not names or node.type != "MANGA" or not edge.relation_type:
            continue
        found.append(
            RelatedSeries(
                relation=edge.relation_type,
                name=names[0],
                kind=_KINDS.get(node.format, "unknown"),
                record_id=node.id,
            )
        )
    return found
