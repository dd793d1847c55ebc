"""The API does what its description says, whatever is sent: schemathesis over every operation."""

from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.services import credits_grant
from config.wsgi import application
from tests.api import key_for
from tests.config.things import published_render, things_of
from tests.factories import OrganizationFactory

EXAMPLES = 12
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def quiet(settings):
    """Without a limit on requests; and the test's connection is kept, though the server thinks a request has ended."""
    settings.LIKENESS_API_RATE = 10**9
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _real(case: Any, things: dict[str, str]) -> None:
    """Name things that there are, so that what is behind the doors is met too."""
    for name in case.path_parameters or {}:
        case.path_parameters[name] = things[name]
    if isinstance(case.body, dict):
        for name, value in case.body.items():
            if isinstance(value, str) and f"{name}_id" in things:
                case.body[name] = things[f"{name}_id"]


def _broken(operation: Any, mode: GenerationMode, headers: dict[str, str], things: dict[str, str]) -> str:
    """What the operation answered that it should not; "" for nothing."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            _real(case, things)
        with transaction.atomic():
            response = case.call(headers={**(case.headers or {}), **headers})
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)

    try:
        check()
    except FailureGroup as group:
        return f"{operation.label}: " + "; ".join(f"{each.title}: {each.message}" for each in group.exceptions)
    except schemathesis.core.failures.Failure as failure:
        return f"{operation.label}: {failure}"
    return ""


@pytest.mark.django_db
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_no_answer_is_our_fault_or_undocumented(quiet, mode):
    organization = OrganizationFactory()
    credits_grant(organization=organization, seconds=10_000, reason="test")
    things = things_of(organization) | {"render_id": published_render(organization).pk}
    headers = {"Authorization": f"Bearer {key_for(organization).secret}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    # What deletes comes last: a row that is undone does not bring its file back.
    operations = sorted((found.ok() for found in schema.get_all_operations()), key=lambda one: one.method == "delete")

    assert len(operations) > 50
    assert "\n".join(text for each in operations if (text := _broken(each, mode, headers, things))) == ""
