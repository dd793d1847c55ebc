"""Errors as the clients of this interface know them: {kind, description, details}."""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.signals import got_request_exception
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.api.problems import Problem, problem_of
from rendering.services import ConsentMissing

logger = logging.getLogger(__name__)

KINDS = {
    "BadRequestError": 400,
    "AuthorizationError": 401,
    "InsufficientCreditsError": 402,
    "PermissionError": 403,
    "NotFoundError": 404,
    "MethodNotAllowedError": 405,
    "NotReadyError": 409,
    "UnsupportedMimeTypeError": 415,
    "TooManyRequestsError": 429,
    "ConsentRequiredError": 451,
    "ImageModerationError": 451,
    "AudioModerationError": 451,
    "TextModerationError": 451,
    "InternalServerError": 500,
}
_BY_STATUS = {
    400: "BadRequestError", 401: "AuthorizationError", 402: "InsufficientCreditsError", 403: "PermissionError",
    404: "NotFoundError", 405: "MethodNotAllowedError", 409: "NotReadyError", 410: "NotFoundError",
    412: "NotReadyError", 413: "BadRequestError", 415: "UnsupportedMimeTypeError", 422: "BadRequestError",
    429: "TooManyRequestsError",
}  # fmt: skip
# Photos that may not be shown at all, whatever their quality.
_REFUSED_PHOTOS = frozenset({"opted-out", "guardian-not-agreed"})


class DidError(Exception):
    """One error of the interface. `details` is anything that helps."""

    def __init__(self, kind: str, description: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(description)
        self.kind = kind
        self.description = description
        self.details = dict(details or {})


def body(kind: str, description: str, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"kind": kind, "description": description, "details": dict(details or {})}


def error_of(error: Exception) -> DidError:
    """What any exception is called here."""
    if isinstance(error, DidError):
        return error
    if isinstance(error, ConsentMissing) and not error.decision.missing:
        return DidError("ImageModerationError", str(error))
    if isinstance(error, ConsentMissing):
        missing = [str(scope) for scope in error.decision.missing]
        where = f" Ask here: {error.url}" if error.url else ""
        return DidError("ConsentRequiredError", f"{error}{where}", {"missing": missing, "url": error.url})
    problem = problem_of(error)
    if problem is None:
        return DidError("InternalServerError", "Our fault. It was written down; try again later.")
    return _of_problem(problem)


def _of_problem(problem: Problem) -> DidError:
    told = problem.as_dict()
    names = ("reason", "advice", "errors", "needed", "available")
    details = {name: told[name] for name in names if name in told}
    kind = _BY_STATUS.get(problem.status, "InternalServerError")
    if problem.code == "stopped" or told.get("reason") in _REFUSED_PHOTOS:
        kind = "ImageModerationError"
    return DidError(kind, str(told["detail"]), details)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's hook for the views of this interface."""
    found = error_of(error)
    if found.kind == "InternalServerError":
        logger.error("The talks interface failed", exc_info=error)
        got_request_exception.send(sender=None, request=context.get("request"))
    set_rollback()
    headers = dict(problem.headers) if (problem := problem_of(error)) else {}
    if found.kind == "AuthorizationError":
        headers = {"WWW-Authenticate": 'Basic realm="did"'}
    return Response(body(found.kind, found.description, found.details), status=KINDS[found.kind], headers=headers)
