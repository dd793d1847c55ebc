"""A request that is sent again with the same Idempotency-Key is done once, and answered the same.

Only what worked is remembered: a request that was refused changed nothing, and may be tried again with its key.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, wraps
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.models import IdempotentAnswer
from accounts.api.problems import ProblemError
from accounts.models import Organization

HEADER = "Idempotency-Key"
MAX_LENGTH = 255
KEPT = timedelta(hours=24)
# How long a request may take before its key is free again: whoever worked on it has died.
BUSY = timedelta(minutes=3)
_SEAL = "accounts.api.idempotency"
_KEPT_HEADERS = ("Location", "Link")

Handler = Callable[..., Response]


def idempotent(*, one_transaction: bool = True) -> Callable[[Handler], Handler]:
    """For a handler of POST. With `one_transaction` the work and its remembered answer are committed together; without,
    for what stores files or keeps something though it says no, the service behind has to find its own earlier work.

    Answers are sealed: some hold a secret that is shown once and kept nowhere else.
    """

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            key = request.headers.get(HEADER)
            if key is None:
                return handler(view, request, *args, **kwargs)
            if not key.strip() or len(key) > MAX_LENGTH or not key.isprintable():
                raise ProblemError("malformed", f"An {HEADER} has 1 to {MAX_LENGTH} printable characters.")
            claimed = _claim(view.organization, key, _fingerprint(request, view.caller.id))
            if claimed.status is not None:
                return _again(claimed)
            try:
                if not one_transaction:
                    return _remember(claimed, handler(view, request, *args, **kwargs))
                with transaction.atomic():
                    return _remember(claimed, handler(view, request, *args, **kwargs))
            except BaseException:
                IdempotentAnswer.objects.filter(pk=claimed.pk, status=None, busy_until=claimed.busy_until).delete()
                raise

        once.is_idempotent = True  # type: ignore[attr-defined]  # a mark on the function
        return once

    return decorate


def answers_purge(*, at: datetime | None = None) -> int:
    """Forget answers that are older than a day; how many there were."""
    return IdempotentAnswer.objects.filter(expires_at__lte=at or timezone.now()).delete()[0]


def _claim(organization: Organization, key: str, fingerprint: str) -> IdempotentAnswer:
    now = timezone.now()
    IdempotentAnswer.objects.filter(organization=organization, key=key, expires_at__lte=now).delete()
    try:
        with transaction.atomic():
            return IdempotentAnswer.objects.create(
                organization=organization,
                key=key,
                fingerprint=fingerprint,
                busy_until=now + BUSY,
                expires_at=now + KEPT,
            )
    except IntegrityError:
        known = IdempotentAnswer.objects.filter(organization=organization, key=key).first()
    if known is None:
        # It was given up between the two lines: as if it were still at work.
        raise ProblemError("in-flight", headers={"Retry-After": "1"})
    if known.fingerprint != fingerprint:
        raise ProblemError("other-body")
    if known.status is not None:
        return known
    taken = IdempotentAnswer.objects.filter(pk=known.pk, status=None, busy_until__lt=now).update(busy_until=now + BUSY)
    if not taken:
        raise ProblemError("in-flight", headers={"Retry-After": "1"})
    known.refresh_from_db()
    return known


def _remember(claimed: IdempotentAnswer, response: Response) -> Response:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    IdempotentAnswer.objects.filter(pk=claimed.pk).update(
        status=response.status_code,
        body="" if response.data is None else _sealed(JSONRenderer().render(response.data)),
        headers=headers,
    )
    return response


def _again(known: IdempotentAnswer) -> Response:
    data = json.loads(_opened(known.body)) if known.body else None
    headers = {**known.headers, "Idempotency-Replayed": "true"}
    return Response(data, status=known.status, headers=headers)


def _sealed(answer: bytes) -> str:
    return _seal(settings.SECRET_KEY).encrypt(answer).decode()


def _opened(body: str) -> bytes:
    """What was sealed. After SECRET_KEY was exchanged, an answer sealed with the one before opens too."""
    try:
        return MultiFernet([_seal(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]).decrypt(body)
    except InvalidToken as error:
        raise ProblemError(
            "conflict", "This was done before; what was answered then cannot be read any more. Look at what there is."
        ) from error


@cache
def _seal(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{_SEAL}{secret}".encode()).digest()))


def _fingerprint(request: Request, caller_id: str) -> str:
    """Of what was sent and by which key or person, not of how: the boundaries of a form differ each time it is sent.
    What was answered to one key is no other key's to read: it may hold a secret.
    """
    digest = hashlib.sha256(f"{caller_id} {request.method} {request.get_full_path()}\n".encode())
    data = request.data
    if hasattr(data, "lists"):
        for name, values in sorted(data.lists()):
            for value in values:
                digest.update(json.dumps([name, _content(value)]).encode())
    else:
        digest.update(json.dumps(data, sort_keys=True).encode())
    return digest.hexdigest()


def _content(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return f"text:{value}"
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return f"file:{digest.hexdigest()}"
