"""AniList's answers as models: `Media` is a whole series, most of its fields may be null."""

from __future__ import annotations

import re

from pydantic import Field

from booktrack.domain.dates import parse_date
from booktrack.sources.fields import (
    Address,
    CamelPayload,
    Count,
    Items,
    Key,
    Line,
    Lines,
    Markup,
    each_once,
)

# "Story & Art", "Original Creator", "Art (vol. 1)"; not "Assistant", "Translator (English)".
_WROTE = re.compile(
    r"(?:original )?(?:story|creator|art|author|illustration|script|writer)s?"
    r"(?: (?:&|and) (?:story|art|illustration)s?)?(?: \(.*)?",
    re.IGNORECASE,
)


class Titles(CamelPayload):
    """The names of a series; the English one is often missing."""

    english: Line = None
    romaji: Line = None
    native: Line = None

    @property
    def all(self) -> list[str]:
        """Each name once, the one to show first."""
        return each_once((self.english, self.romaji, self.native))


class Day(CamelPayload):
    """A date of which any part may be null."""

    year: Count = None
    month: Count = None
    day: Count = None

    @property
    def text(self) -> str | None:
        """The date as far as it is known."""
        found = parse_date(self.model_dump()) if self.year else None
        return found.text if found else None


class Cover(CamelPayload):
    """The first volume's cover, mostly."""

    extra_large: Address = None
    large: Address = None


class Name(CamelPayload):
    """A person's name."""

    full: Line = None
    native: Line = None


class Person(CamelPayload):
    """A person."""

    name: Name | None = None


class Credit(CamelPayload):
    """What a person did, in free text."""

    role: Line = None
    node: Person | None = None

    @property
    def author(self) -> str | None:
        """The person's name, if they wrote or drew the series."""
        name = self.node.name if self.node and _WROTE.fullmatch(self.role or "") else None
        return (name.full or name.native) if name else None


class Staff(CamelPayload):
    """The people."""

    edges: Items[Credit]


class Related(CamelPayload):
    """Another series, or an animation."""

    id: Key = None
    type: Line = None
    format: Line = None
    title: Titles | None = None


class Relation(CamelPayload):
    """ADAPTATION, SEQUEL, SIDE_STORY, SPIN_OFF and so on."""

    relation_type: Line = None
    node: Related | None = None


class Relations(CamelPayload):
    """What is related."""

    edges: Items[Relation]


class Media(CamelPayload):
    """A series; `volumes` is null while it runs."""

    id: Key
    id_mal: Key = None
    format: Line = None
    status: Line = None
    volumes: Count = None
    country_of_origin: Line = None
    title: Titles
    synonyms: Lines = Field(default_factory=list)
    start_date: Day | None = None
    end_date: Day | None = None
    description: Markup = None
    genres: Lines = Field(default_factory=list)
    site_url: Address = None
    cover_image: Cover | None = None
    staff: Staff | None = None
    relations: Relations | None = None
