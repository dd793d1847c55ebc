"""The API's description is valid, and nothing in it was guessed."""

import json

import pytest
from django.core.management import call_command


@pytest.fixture(scope="module")
def description(tmp_path_factory):
    target = tmp_path_factory.mktemp("api") / "openapi.json"
    call_command("spectacular", "--validate", "--fail-on-warn", "--format=openapi-json", "--file", str(target))
    return json.loads(target.read_text("utf-8"))


def _operations(description):
    return {
        operation["operationId"]: operation
        for path in description["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    }


def test_it_is_openapi_3_1(description):
    assert description["openapi"] == "3.1.0"


def test_every_operation_says_what_it_is_and_how_it_can_fail(description):
    for name, operation in _operations(description).items():
        assert operation["summary"], name
        assert operation["description"], name
        assert {"401", "403", "429", "500"} <= set(operation["responses"]), name


def test_every_error_has_an_example_of_each_kind(description):
    for response in description["components"]["responses"].values():
        assert response["content"]["application/problem+json"]["examples"]


def test_every_creating_operation_can_be_sent_again(description):
    creating = {
        name: operation
        for path in description["paths"].values()
        for method, operation in path.items()
        if method == "post"
        for name in [operation["operationId"]]
        if "201" in operation["responses"] and name != "createUpload"
    }

    for name, operation in creating.items():
        assert "Idempotency-Key" in {parameter["name"] for parameter in operation["parameters"]}, name


def test_scopes_stand_at_the_operations(description):
    assert "Scope: `renders:write`" in _operations(description)["requestRender"]["description"]
