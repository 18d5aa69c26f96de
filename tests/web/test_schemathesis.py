"""Schemathesis over the whole OpenAPI document: no 500, no undeclared answer, no untrue schema.

CONTRIBUTING.md has the command of a long session; here are a few examples of each operation, the
same each time.
"""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from booktrack.web import create_app
from booktrack.web.operations_all import OPERATIONS
from support.web import sample_library

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
BRIEF = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
TAGS = sorted({one.tag for one in OPERATIONS} | {"jobs", "health"})


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    library = sample_library(tmp_path_factory.mktemp("api"))
    app = create_app(library)
    yield schemathesis.openapi.from_asgi("/api/openapi.json", app)
    app.state.jobs.close()
    library.close()


@pytest.mark.parametrize("tag", TAGS)
def test_every_answer_is_a_declared_one(api, tag):
    operations = [one.ok() for one in api.include(tag=tag).get_all_operations()]
    assert operations
    for operation in operations:
        check(operation)


def check(operation):
    @given(case=operation.as_strategy())
    @BRIEF
    def answer(case):
        case.call_and_validate(checks=CHECKS)

    answer()


def test_going_on_from_answers_stays_declared(api):
    machine = api.as_state_machine()

    class Walk(machine):
        def validate_response(self, response, case, **kwargs):
            case.validate_response(response, checks=CHECKS)

    Walk.run(settings=settings(BRIEF, max_examples=2, stateful_step_count=5))
