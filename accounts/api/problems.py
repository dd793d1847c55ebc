"""Errors as problem details (RFC 9457): what is wrong, for a program by `code`, for a person in words.

The apps above this one register their own exceptions: `@problem_of.register`.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.core.signals import got_request_exception
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.acting import InPersonOnly
from accounts.billing.client import CardRefused, PaymentTrouble
from accounts.services import NotEnoughCredits

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """A sort of problem: what it is called and its status."""

    status: int
    title: str
    meaning: str


KINDS: dict[str, Kind] = {
    "malformed": Kind(400, "The request cannot be read", "The body is not JSON, or not of the form that is expected."),
    "bad-cursor": Kind(400, "Not a cursor of this list", "Begin again without one, or use next_cursor as it came."),
    "unauthenticated": Kind(401, "No valid key", "Send an API key: Authorization: Bearer lk_live_…"),
    "not-enough-credits": Kind(402, "Not enough credits", "The clip would take more seconds of video than are left."),
    "payment-refused": Kind(402, "The payment did not go through", "The bank said no; nothing was changed."),
    "forbidden": Kind(403, "Not allowed", "The role of the person who made the key does not allow this."),
    "in-person": Kind(403, "Only in person", "Somebody who is signed in does that on the site; no key can."),
    "scope-missing": Kind(403, "The key lacks a scope", "Make a key with the scope that is named."),
    "not-found": Kind(404, "Not found", "There is nothing here, or nothing for you."),
    "method-not-allowed": Kind(405, "Not that method", "The Allow header says which methods there are."),
    "conflict": Kind(409, "Not in this state", "It has changed, or was done already."),
    "consent-missing": Kind(409, "Consent is missing", "The person shown has not agreed; `url` is where they can."),
    "stopped": Kind(409, "Stopped by a moderator", "A moderator's decision does not let this happen."),
    "in-flight": Kind(409, "Still being worked on", "The first request with this Idempotency-Key is not done yet."),
    "gone": Kind(410, "Erased", "It was erased; only the fact that it was there is known."),
    "precondition-failed": Kind(412, "It has changed", "The ETag in If-Match is not the current one. Read it again."),
    "too-large": Kind(413, "Too large", "The body or the file is bigger than this installation takes."),
    "unsupported-media-type": Kind(415, "Not that media type", "Send JSON, or multipart/form-data for files."),
    "invalid": Kind(422, "Something is wrong with the values", "`errors` says which field and why."),
    "unusable-photo": Kind(422, "The photo cannot be used", "`reason` says why, `advice` what to do about it."),
    "unusable-sound": Kind(422, "The recording cannot be used", "`reason` says why, `advice` what to do about it."),
    "unusable-words": Kind(422, "The words cannot be spoken", "`reason` says why, `advice` what to do about it."),
    "other-body": Kind(
        422, "The key was used for something else", "One Idempotency-Key is for one request of one key."
    ),
    "too-many-requests": Kind(429, "Too many requests", "Wait for the seconds in Retry-After."),
    "payment-service": Kind(503, "The payment service is away", "Nothing was charged or changed; try again later."),
    "internal": Kind(500, "Our fault", "It was written down; try again later."),
}


@dataclass(frozen=True)
class Problem:
    """One problem. `detail` is for a person; `more` holds what programs need besides."""

    code: str
    detail: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return KINDS[self.code].status

    def as_dict(self) -> dict[str, Any]:
        kind = KINDS[self.code]
        return {
            "type": f"{settings.LIKENESS_SITE_URL}/api/v1/problems#{self.code}",
            "title": kind.title,
            "status": kind.status,
            "code": self.code,
            "detail": self.detail or kind.meaning,
            **self.more,
        }


class ProblemError(Exception):
    """Raised by API views."""

    def __init__(self, code: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail or code)
        self.problem = Problem(code, detail, more, headers or {})


@singledispatch
def problem_of(error: Exception) -> Problem | None:
    """The problem that an exception stands for; None: nobody foresaw it."""
    return None


@problem_of.register
def _(error: ProblemError) -> Problem:
    return error.problem


@problem_of.register
def _(error: Http404) -> Problem:
    return Problem("not-found")


@problem_of.register
def _(error: PermissionDenied) -> Problem:
    return Problem("forbidden", str(error))


@problem_of.register
def _(error: InPersonOnly) -> Problem:
    return Problem("in-person", str(error))


@problem_of.register
def _(error: ValidationError) -> Problem:
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return invalid([(name, text) for name, texts in by_field.items() for text in texts])


@problem_of.register
def _(error: NotEnoughCredits) -> Problem:
    return Problem("not-enough-credits", str(error), {"needed": error.needed, "available": error.available})


@problem_of.register
def _(error: PaymentTrouble) -> Problem:
    return Problem("payment-refused" if isinstance(error, CardRefused) else "payment-service", str(error))


@problem_of.register
def _(error: RequestDataTooBig) -> Problem:
    return Problem("too-large")


@problem_of.register
def _(error: SuspiciousOperation) -> Problem:
    return Problem("malformed", "The request holds something that no client sends.")


@problem_of.register
def _(error: exceptions.APIException) -> Problem:  # noqa: PLR0911  one line a kind
    match error:
        case exceptions.ValidationError():
            return invalid(list(_flat(error.detail)))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return Problem("unauthenticated", str(error.detail), headers={"WWW-Authenticate": 'Bearer realm="api"'})
        case exceptions.PermissionDenied():
            return Problem("forbidden", str(error.detail))
        case exceptions.NotFound():
            return Problem("not-found")
        case exceptions.MethodNotAllowed():
            return Problem("method-not-allowed", str(error.detail))
        case exceptions.UnsupportedMediaType():
            return Problem("unsupported-media-type", str(error.detail))
        case exceptions.Throttled():
            seconds = str(max(1, int(getattr(error, "wait", None) or 1)))
            return Problem("too-many-requests", headers={"Retry-After": seconds})
        case _:
            return Problem("malformed", str(error.detail))


def invalid(complaints: list[tuple[str, str]]) -> Problem:
    """Complaints as (field, text); field "" is the whole."""
    errors = [{"field": name, "detail": text} for name, text in complaints]
    return Problem("invalid", " ".join(dict.fromkeys(text for _, text in complaints)), {"errors": errors})


def _flat(detail: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(detail, dict):
        return [found for name, part in detail.items() for found in _flat(part, _joined(path, str(name)))]
    if isinstance(detail, list | tuple):
        nested = any(isinstance(part, dict | list) for part in detail)
        return [
            found
            for index, part in enumerate(detail)
            for found in _flat(part, _joined(path, str(index)) if nested else path)
        ]
    return [(path, str(detail))]


def _joined(path: str, name: str) -> str:
    if name == "non_field_errors":
        return path
    return f"{path}.{name}" if path else name


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's hook: every error of a view is a problem, those that nobody foresaw too."""
    problem = problem_of(error)
    if problem is None:
        logger.error("The API failed", exc_info=error)
        # As Django itself tells it: a test's client raises the error again.
        got_request_exception.send(sender=None, request=context.get("request"))
        problem = Problem("internal")
    set_rollback()
    return Response(
        problem.as_dict(),
        status=problem.status,
        headers=dict(problem.headers),
        content_type=MEDIA_TYPE,
    )


def problem_response(problem: Problem) -> JsonResponse:
    """The same outside of DRF: in a middleware."""
    return JsonResponse(
        problem.as_dict(), status=problem.status, content_type=MEDIA_TYPE, headers=dict(problem.headers)
    )
