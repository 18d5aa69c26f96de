"""The OpenAPI document is true of every answer; its page needs nothing from elsewhere."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

import jsonschema_rs
import pytest

from booktrack.web.openapi import document, examples, problem_codes
from booktrack.web.operations import File, Upload
from booktrack.web.operations_all import OPERATIONS
from booktrack.web.routes.jobs import HANDLERS
from support.web import served

EVERY = [*OPERATIONS, *(one for one, _ in HANDLERS)]
DOCUMENT = document(EVERY)
SCHEMAS = DOCUMENT["components"]["schemas"]


def name_of(operation):
    return operation.id


def told(operation):
    return DOCUMENT["paths"][f"/api/v1{operation.path}"][operation.method.lower()]


def errors_of(schema, value):
    checker = checker_of(json.dumps(schema))
    return [f"{error.instance_path}: {error.message}" for error in checker.iter_errors(value)]


@cache
def checker_of(schema):
    rooted = {**json.loads(schema), "components": {"schemas": SCHEMAS}}
    return jsonschema_rs.Draft202012Validator(rooted)


def test_the_document_is_openapi_3_1():
    assert DOCUMENT["openapi"] == "3.1.0"
    names = [one["operationId"] for item in DOCUMENT["paths"].values() for one in item.values()]
    assert len(names) == len(set(names)) == len(EVERY) + 1
    for schema in SCHEMAS.values():
        jsonschema_rs.meta.validate(schema)


def test_every_reference_leads_somewhere():
    text = str(DOCUMENT)
    for name in set(re.findall(r"#/components/schemas/([\w.-]+)", text)):
        assert name in SCHEMAS


@pytest.mark.parametrize("operation", EVERY, ids=name_of)
def test_every_answer_has_an_example_that_fits_its_schema(operation):
    success = told(operation)["responses"][str(operation.status)]
    for about in success["content"].values():
        assert "example" in about, operation.id
        assert not errors_of(about["schema"], about["example"])


def test_every_problem_has_an_example_that_fits_its_schema():
    for operation in EVERY:
        problems = {s: one for s, one in told(operation)["responses"].items() if int(s) >= 400}
        assert {"400", "401", "403", "500"} <= set(problems)
        for status, about in problems.items():
            content = about["content"]["application/problem+json"]
            assert not errors_of(content["schema"], content["example"])
            assert content["example"]["status"] == int(status)


@pytest.mark.parametrize("operation", OPERATIONS, ids=name_of)
def test_every_body_has_an_example_that_its_model_takes(operation):
    if operation.body is None or isinstance(operation.body, Upload):
        return
    shown = operation.body.shown
    assert operation.body.model_validate(shown).arguments() is not None
    about = told(operation)["requestBody"]["content"]["application/json"]
    assert not errors_of(about["schema"], shown)


def test_every_name_of_a_path_is_a_parameter():
    for operation in EVERY:
        in_path = {one["name"] for one in told(operation)["parameters"] if one["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", operation.path))


def test_a_list_tells_its_total_and_can_be_paged():
    paged = [one for one in EVERY if {"limit", "offset"} <= set(one.params.model_fields)]
    assert len(paged) > 8
    for operation in paged:
        assert {"total", "limit", "offset"} <= set(operation.answer.model_fields)


def test_what_makes_something_takes_an_idempotency_key():
    making = [one for one in OPERATIONS if one.method == "POST" and one.status in (201, 202)]
    # A backup of the same library is the same backup.
    assert {one.id for one in making if not one.keyed} == {"make_backup"}


def test_every_code_that_is_answered_is_documented():
    codes = problem_codes()
    assert {"invalid_isbn", "not_found", "lost_update", "too_large", "store_busy"} <= set(codes)
    assert all(one["meaning"] for one in codes.values())


def test_no_example_is_left_over():
    answered = {one.id for one in OPERATIONS if not isinstance(one.answer, File)}
    assert answered <= set(examples())
    assert set(examples()) <= {one.id for one in OPERATIONS} | {
        "health",
        "export.json",
        "backup.json",
    }


async def test_the_documentation_comes_from_the_package_alone(tmp_path):
    async with served(tmp_path) as client:
        page = await client.get("/api/docs")
        assert page.headers["content-type"].startswith("text/html")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        linked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert linked
        for path in linked:
            assert path.startswith("/api/")
            assert (await client.get(path)).status_code == 200
        for name in ("docs.html", "docs.js", "docs.css", "login.html", "login.js"):
            text = files("booktrack.web").joinpath("ui", name).read_text("utf-8")
            assert not re.search(r"https?://|//cdn|<script>|style=|onclick|innerHTML", text), name
        served_document = (await client.get("/api/openapi.json")).json()
        assert served_document["paths"].keys() == DOCUMENT["paths"].keys()
        login = await client.get("/api/login")
        assert "password" in login.text


READING = [
    one
    for one in OPERATIONS
    if one.method == "GET" and one.sample and not isinstance(one.answer, File)
]


async def test_real_answers_fit_their_schemas(tmp_path):
    async with served(tmp_path) as client:
        library = client.library
        library.start_reading(1)
        library.lend(1, "Ann")
        library.report_series("Saga", "wrong total", total=10)
        library.import_file(b"ISBN\n9780441013593\n")
        library.add(title="Of which nothing is known", remote="never")
        for operation in READING:
            path = operation.path.format(**operation.sample.get("path", {}))
            answer = await client.get(f"/api/v1{path}")
            assert answer.status_code in (200, 422), answer.text
            if answer.status_code == 200:
                about = told(operation)["responses"]["200"]["content"]["application/json"]
                assert not errors_of(about["schema"], answer.json()), operation.id
