"""The OpenAPI 3.1 document, made of the table of operations and the models that it names."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from booktrack import __version__, errors
from booktrack.web.endpoints import PREFIX
from booktrack.web.idempotency import KEY
from booktrack.web.operations import Body, File, Operation, Upload
from booktrack.web.problems import FRAMEWORK_CODES, MEDIA_TYPE, status_of
from booktrack.web.routes.health import Health

JSON = dict[str, Any]

_REF = "#/components/schemas/{model}"
_OWN_CODES = {
    "lost_update": (409, "What you change was changed by somebody else since you read it."),
    "if_match_not_taken": (400, "This address takes no If-Match."),
    "invalid_json": (400, "The body is no JSON."),
    "wrong_host": (400, "The server does not answer under this name."),
    "foreign_origin": (403, "A page of another site may not do this."),
    "invalid_idempotency_key": (400, "The Idempotency-Key is none."),
    "idempotency_mismatch": (422, "The Idempotency-Key was used for another request."),
    "idempotency_in_progress": (409, "The first request with this key is under way."),
    "idempotency_unknown": (409, "The server ended while it did this; look whether it was done."),
}
_HEADERS = {
    "If-Match": "The ETag of what you read; a change since then is answered with 409.",
    "If-None-Match": "The ETag of what you have; where it still holds the answer is 304.",
    "Idempotency-Key": "Names the request, so that sending it again does not do it again.",
}


def document(operations: Iterable[Operation]) -> JSON:
    """Return the document."""
    table = list(operations)
    schemas = _schemas(table)
    paths: JSON = {"/api/health": {"get": _health()}}
    for one in table:
        paths.setdefault(PREFIX + one.path, {})[one.method.lower()] = _operation(one, schemas)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "booktrack",
            "version": __version__,
            "summary": "Knows your books: what you have, want, miss and read.",
            "description": _DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"basic": []}, {"session": []}, {}],
        "tags": [{"name": tag} for tag in dict.fromkeys(one.tag for one in table)],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic", "description": "Any user name."},
                "session": {"type": "apiKey", "in": "cookie", "name": "booktrack_session"},
            },
        },
        "x-problem-codes": problem_codes(),
    }


_DESCRIPTION = """One operation for each function of the library. Lists are paged by `limit` and
`offset` and tell their `total`. Every error is `application/problem+json` with a stable `code`.
Edits take `If-Match`, requests that make something take an `Idempotency-Key`, and what takes long
is answered with 202 and a job to follow."""


def problem_codes() -> JSON:
    """Return `{code: {"status", "meaning"}}` of every problem."""
    codes = {
        code: {"status": status, "meaning": f"{HTTPStatus(status).phrase}."}
        for status, code in FRAMEWORK_CODES.items()
    }
    for kind in _tree(errors.BooktrackError):
        meaning = (kind.__doc__ or "").strip().splitlines()[0]
        # Made without its constructor, which wants what it cannot know: only its class counts.
        codes[kind.code] = {"status": status_of(kind.__new__(kind)), "meaning": meaning}
    for code, (status, meaning) in _OWN_CODES.items():
        codes[code] = {"status": status, "meaning": meaning}
    return dict(sorted(codes.items()))


def _tree(kind: type[errors.BooktrackError]) -> Iterable[type[errors.BooktrackError]]:
    yield kind
    for one in kind.__subclasses__():
        if one.__module__ == errors.__name__:
            yield from _tree(one)


def _schemas(table: list[Operation]) -> JSON:
    models: dict[type[BaseModel], Any] = {Health: "serialization"}
    for one in table:
        if isinstance(one.answer, type) and issubclass(one.answer, BaseModel):
            models[one.answer] = "serialization"
        if isinstance(one.body, type):
            models[one.body] = "validation"
    _, found = models_json_schema(list(models.items()), ref_template=_REF)
    schemas: JSON = _in_words_of_json_schema(found["$defs"])
    schemas["Problem"] = _PROBLEM
    return schemas


_PROBLEM: JSON = {
    "type": "object",
    "description": "What is wrong (RFC 9457); some problems have further members.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "description": "Where the documentation tells of it."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, and what to do."},
        "code": {"type": "string", "description": "Stable, made for programs."},
    },
}


def _health() -> JSON:
    return {
        "operationId": "health",
        "summary": "Whether the server is ready, and what is wrong",
        "tags": ["health"],
        "security": [{}],
        "responses": {
            "200": {
                "description": "It is ready.",
                "content": {
                    "application/json": {
                        "schema": _ref(Health.__name__),
                        "example": examples().get("health"),
                    }
                },
            },
            **_problems([400, 403, 500, 503]),
        },
    }


def _operation(one: Operation, schemas: JSON) -> JSON:
    told: JSON = {
        "operationId": one.id,
        "summary": one.summary,
        "tags": [one.tag],
        "parameters": _parameters(one),
        "responses": {str(one.status): _success(one, schemas), **_problems(one.statuses)},
    }
    if one.version and one.method == "GET":
        told["responses"]["304"] = {"description": "What you have still holds."}
    if one.body is not None:
        told["requestBody"] = _body(one.body)
    return told


def _parameters(one: Operation) -> list[JSON]:
    schema = _in_words_of_json_schema(one.params.model_json_schema(ref_template=_REF))
    required = schema.get("required", [])
    found = []
    for name, about in schema.get("properties", {}).items():
        in_path = f"{{{name}}}" in one.path
        told = _without_null(about)
        entry = {
            "name": name,
            "in": "path" if in_path else "query",
            "required": in_path or name in required,
            "schema": told,
        }
        if "description" in told:
            entry["description"] = told.pop("description")
        if in_path and name in one.sample.get("path", {}):
            entry["example"] = one.sample["path"][name]
        found.append(entry)
    for header in _headers(one):
        kind: JSON = {"type": "string"}
        if header == "Idempotency-Key":
            kind["pattern"] = KEY.pattern
        found.append(
            {"name": header, "in": "header", "schema": kind, "description": _HEADERS[header]}
        )
    return found


def _headers(one: Operation) -> Iterable[str]:
    if one.method == "GET" and one.version:
        yield "If-None-Match"
    if one.current:
        yield "If-Match"
    if one.keyed:
        yield "Idempotency-Key"


_KEYWORDS = {"ge": "minimum", "le": "maximum"}


def _in_words_of_json_schema(about: Any) -> Any:
    """Return a schema in which pydantic has left no word of its own.

    It does so for bounds that stand around a validator of ours.
    """
    if isinstance(about, dict):
        return {
            _KEYWORDS.get(name, name) if isinstance(value, (int, float)) else name: (
                _in_words_of_json_schema(value)
            )
            for name, value in about.items()
        }
    return [_in_words_of_json_schema(one) for one in about] if isinstance(about, list) else about


def _without_null(about: JSON) -> JSON:
    """Return the schema of a parameter, which is left out and never null."""
    told = {name: value for name, value in about.items() if name not in ("title", "default")}
    kinds = [kind for kind in told.pop("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1:
        told = {**kinds[0], **told}
    elif kinds:
        told["anyOf"] = kinds
    if about.get("default") is not None:
        told["default"] = about["default"]
    if told.get("type") == "string" and "enum" not in told:
        told.setdefault("minLength", 1)
    return told


def _success(one: Operation, schemas: JSON) -> JSON:
    answer: JSON = {"description": one.summary, "headers": {}}
    if isinstance(one.answer, File):
        answer["content"] = {media: _text(one, media) for media in one.answer.media}
    else:
        answer["content"] = {"application/json": {"schema": _schema_of(one.answer)}}
        example = examples().get(one.id, one.sample.get("answer"))
        if example is not None:
            answer["content"]["application/json"]["example"] = example
    if one.version:
        answer["headers"]["ETag"] = {"schema": {"type": "string"}, "description": "Its version."}
    if one.location or one.job:
        answer["headers"]["Location"] = {"schema": {"type": "string"}, "description": "Where."}
    if one.job:
        answer["links"] = {
            name: {"operationId": name, "parameters": {"job_id": "$response.body#/id"}}
            for name in ("get_job", "cancel_job")
        }
    answer |= _links(one)
    return {name: value for name, value in answer.items() if value}


def _links(one: Operation) -> JSON:
    """Return where to go on from what was made."""
    for name, parameter, follow in (
        ("add", "book_id", ("get_book", "edit_book", "remove_book", "provenance")),
        ("start_reading", "reading_id", ("get_reading", "edit_reading", "remove_reading")),
        ("create_series", "series", ("get_series", "override_series", "remove_series")),
    ):
        if one.id == name:
            return {"links": {other: _link(other, parameter) for other in follow}}
    return {}


def _link(name: str, parameter: str) -> JSON:
    return {"operationId": name, "parameters": {parameter: "$response.body#/id"}}


def _text(one: Operation, media: str) -> JSON:
    if media == "text/event-stream":
        return {"schema": _EVENT, "example": one.sample["answer"]}
    binary = media.startswith("image/")
    about: JSON = {"schema": {"type": "object" if media == "application/json" else "string"}}
    if binary:
        about["schema"]["contentMediaType"] = media
        about["example"] = "(the bytes of the picture)"
    example = examples().get(one.id)
    if media == "application/json":
        about["example"] = examples()[f"{one.id}.json"]
    elif isinstance(example, str) and not binary:
        about["example"] = example
    return about


_EVENT: JSON = {
    "type": "object",
    "description": "One event: `progress` at each step, then `end`; the data are the job as JSON.",
    "required": ["data"],
    "properties": {
        "id": {"type": "string"},
        "event": {"type": "string", "enum": ["progress", "end"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}


def _schema_of(answer: Any) -> JSON:
    if isinstance(answer, type) and issubclass(answer, BaseModel):
        return _ref(answer.__name__)
    return TypeAdapter(answer).json_schema(mode="serialization", ref_template=_REF)


def _ref(name: str) -> JSON:
    return {"$ref": _REF.format(model=name)}


def _body(body: type[Body] | Upload) -> JSON:
    if isinstance(body, Upload):
        binary = {"type": "string", "format": "binary"}
        form = {"type": "object", "required": ["file"], "properties": {"file": binary}}
        content: JSON = {"multipart/form-data": {"schema": form}}
        content |= {media: {"schema": binary} for media in body.media}
        return {"required": True, "content": content}
    about: JSON = {"schema": _ref(body.__name__)}
    if body.shown:
        about["example"] = body.shown
    return {"required": True, "content": {"application/json": about}}


def _problems(statuses: Iterable[int]) -> JSON:
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {
                MEDIA_TYPE: {
                    "schema": _ref("Problem"),
                    "example": {
                        "type": f"/api/docs#{FRAMEWORK_CODES[status]}",
                        "title": HTTPStatus(status).phrase,
                        "status": status,
                        "detail": "what is wrong, and what to do",
                        "code": FRAMEWORK_CODES[status],
                    },
                }
            },
        }
        for status in statuses
    }


@cache
def examples() -> JSON:
    """Return the answers that `scripts/build_api_examples` took down, by operation."""
    told: JSON = json.loads(files("booktrack.web").joinpath("ui/examples.json").read_text("utf-8"))
    return told
