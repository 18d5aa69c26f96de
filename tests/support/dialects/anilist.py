"""AniList's dialect: GraphQL by POST, errors beside data, a burst limiter."""

from __future__ import annotations

from support.upstream import Request, Response

FRIEREN = {
    "id": 118586,
    "idMal": 126287,
    "format": "MANGA",
    "status": "RELEASING",
    "volumes": None,
    "countryOfOrigin": "JP",
    "title": {
        "romaji": "Sousou no Frieren",
        "english": "Frieren: Beyond Journey's End",
        "native": "葬送のフリーレン",
    },
    "synonyms": ["Frieren at the Funeral"],
    "startDate": {"year": 2020, "month": 4, "day": 28},
    "endDate": {"year": None, "month": None, "day": None},
    "siteUrl": "https://anilist.co/manga/118586",
    "genres": ["Adventure"],
    "staff": {
        "edges": [{"role": "Story", "node": {"name": {"full": "Kanehito Yamada"}}}],
    },
    "relations": {"edges": []},
}


class AniListDialect:
    """Answers as the service does about one manga, found by any of its names."""

    def __call__(self, request: Request) -> Response:
        if request.method != "POST":
            return Response({"data": None, "errors": [{"message": "GET", "status": 405}]}, 405)
        name = request.json["variables"].get("name", "").lower()
        names = " ".join([*FRIEREN["title"].values(), *FRIEREN["synonyms"]]).lower()
        return Response({"data": {"Page": {"media": [FRIEREN] if name in names else []}}})
