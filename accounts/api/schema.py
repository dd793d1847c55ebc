"""The OpenAPI description: what every operation has in common is added here, once."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_parameter_type
from rest_framework.parsers import MultiPartParser

from accounts.api.idempotency import HEADER as IDEMPOTENCY_HEADER
from accounts.api.problems import KINDS, MEDIA_TYPE

_WRITES = ("POST", "PUT", "PATCH", "DELETE")

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `code` is for programs, `title` and `detail` are for people.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": sorted(KINDS)},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "with code “invalid”: what is wrong with which field",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
        "advice": {"type": "string", "description": "what to do about it"},
        "reason": {"type": "string", "description": "more exactly, for programs"},
        "missing": {
            "type": "array",
            "items": {"type": "string"},
            "description": "with “consent-missing”: what the person shown has not agreed to",
        },
        "url": {"type": "string", "description": "with “consent-missing”: where the person shown can agree"},
        "scope": {"type": "string", "description": "with “scope-missing”: the scope that the key needs"},
        "needed": {"type": "integer"},
        "available": {"type": "integer"},
    },
}


class _KeyScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of an organisation: `lk_live_…`"}


class _SessionScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        text = "Signed in on the site, in the same browser; what writes needs the CSRF token besides."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": text}


def problem_responses() -> dict[str, Any]:
    """The components to which the operations refer: one a status, with an example of each kind."""
    found: dict[str, Any] = {}
    for code, kind in KINDS.items():
        response = found.setdefault(
            f"Problem{kind.status}",
            {
                "description": kind.title,
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}},
            },
        )
        value = {
            "type": f"https://likeness.example/api/v1/problems#{code}",
            "title": kind.title,
            "status": kind.status,
            "code": code,
            "detail": kind.meaning,
        }
        response["content"][MEDIA_TYPE]["examples"][code] = {"value": value}
        if kind.status == 429:
            response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "s"}}
    return found


class ApiSchema(AutoSchema):
    """Adds the errors that any operation can end with, and the headers that it understands.

    A handler's own errors stand at the handler: `@problems(402, 409)`.
    """

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        handler = getattr(self.view, self.method.lower())
        for status in sorted(self._statuses(handler, operation)):
            operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/Problem{status}"})
        operation["responses"] = dict(sorted(operation["responses"].items()))
        operation["parameters"] = [*operation.get("parameters", []), *self._headers(handler)]
        if not operation["parameters"]:
            del operation["parameters"]
        return operation

    def _statuses(self, handler: Any, operation: dict[str, Any]) -> set[int]:
        statuses = {401, 403, 429, 500} if self._needs_caller() else {429, 500}
        statuses |= set(getattr(handler, "problem_statuses", ()))
        if "{" in self.path:
            statuses.add(404)
        if operation.get("parameters"):
            statuses |= {422} if self.method in _WRITES else {400, 422}
        if self.method in _WRITES:
            statuses |= {400, 409, 413, 415, 422}
        if self.method in _WRITES and self._takes_if_match():
            statuses.add(412)
        return statuses

    def _needs_caller(self) -> bool:
        return bool(self.view.authentication_classes)

    def _takes_if_match(self) -> bool:
        return hasattr(self.view, "get")

    def _headers(self, handler: Any) -> list[Any]:
        found = []
        if getattr(handler, "is_idempotent", False):
            text = "Sent again with the same key, the request is done once and answered the same, for a day."
            found.append(_header(IDEMPOTENCY_HEADER, text, maxLength=255, minLength=1, pattern=r"^[!-~]+$"))
        if self.method in ("PUT", "PATCH", "DELETE") and self._takes_if_match():
            found.append(_header("If-Match", "The ETag that was read: 412 if it has changed since."))
        return found

    def get_filter_backends(self) -> list[Any]:
        from django_filters.rest_framework import DjangoFilterBackend  # noqa: PLC0415  loads the models

        return [DjangoFilterBackend] if getattr(self.view, "filterset_class", None) and self.method == "GET" else []

    def map_parsers(self) -> list[Any]:
        if MultiPartParser in self.view.parser_classes:
            return [MultiPartParser.media_type]
        return super().map_parsers()

    def get_tags(self) -> list[str]:
        resource = getattr(self.view, "resource", None)
        return [str(getattr(self.view, "tag", "") or resource or "about")]

    def get_description(self) -> str:  # type: ignore[override]  # as its own parent has it
        """The handler's docstring, and which scope it needs."""
        text = super().get_description()
        resource = getattr(self.view, "resource", None)
        if resource is None:
            return text
        level = "write" if self.method in _WRITES else "read"
        return f"{text}\n\nScope: `{resource}:{level}`".strip()


def problems(*statuses: int) -> Any:
    """Says which errors, besides those that anything can end with, a handler answers with."""

    def note(handler: Any) -> Any:
        handler.problem_statuses = statuses
        return handler

    return note


def _header(name: str, description: str, **constraints: Any) -> Any:
    return build_parameter_type(
        name=name, schema={"type": "string", **constraints}, location="header", description=description
    )
