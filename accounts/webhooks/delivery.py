"""One try to deliver: claimed by compare-and-set, sent, written down, and tried again later if it did not arrive."""

import logging
import random
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.outbound import OutboundError, send
from accounts.scopes import across_tenants, within
from accounts.services import audit_record
from accounts.webhooks.models import DeliveryState, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from accounts.webhooks.signing import body_of, headers_of

logger = logging.getLogger(__name__)

# Seconds to wait after each try; together a day. Each is stretched by up to a fifth, so that a receiver that comes back
# is not met by all of them at once.
PAUSES = (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 21_600, 36_000)
JITTER = 0.2
TIMEOUT = 15.0
# Longer than a try can take: until then nobody else tries.
CLAIM = timedelta(seconds=60)
KEPT_ANSWER = 2000
# An endpoint to which nothing has arrived for so long is given up.
PATIENCE = timedelta(days=3)

Handler = Callable[[WebhookEndpoint], None]
_on_disabled: list[Handler] = []


def on_disabled(handler: Handler) -> Handler:
    """Have `handler` called, in the same transaction, when an endpoint is given up: somebody has to be told."""
    if handler not in _on_disabled:
        _on_disabled.append(handler)
    return handler


def deliver(delivery_id: str, seen_tries: int) -> bool:
    """Try once, unless somebody else has since the message was written, after `seen_tries`; whether it arrived."""
    delivery = _claim(delivery_id, seen_tries)
    if delivery is None:
        return False
    with within(delivery.organization_id):
        return _try(delivery)


@across_tenants("a message to a worker carries the id of a delivery, and nothing else")
def _claim(delivery_id: str, seen_tries: int) -> WebhookDelivery | None:
    mine = WebhookDelivery.objects.filter(pk=delivery_id, state=DeliveryState.PENDING, tries=seen_tries)
    if not mine.update(tries=seen_tries + 1, next_at=timezone.now() + CLAIM):
        return None
    return WebhookDelivery.objects.select_related("endpoint__organization", "event").get(pk=delivery_id)


def _try(delivery: WebhookDelivery) -> bool:
    endpoint, event = delivery.endpoint, delivery.event
    attempt = WebhookAttempt(
        organization_id=delivery.organization_id, delivery=delivery, number=delivery.tries, seconds=0.0
    )
    if endpoint.disabled_at is not None:
        attempt.error = "The endpoint is switched off."
        _record(delivery, attempt, arrived=False)
        return False
    began = time.monotonic()
    try:
        answer = send(
            "POST",
            endpoint.url,
            headers=headers_of(endpoint, event, at=timezone.now()),
            content=body_of(event),
            max_bytes=KEPT_ANSWER,
            seconds=TIMEOUT,
            cut=True,
        )
    except OutboundError as error:
        attempt.error = str(error)[:300]
    else:
        attempt.status = answer.status
        attempt.answer = answer.body.decode("utf-8", "replace").replace("\x00", "�")
    attempt.seconds = round(time.monotonic() - began, 3)
    arrived = attempt.status is not None and 200 <= attempt.status < 300
    _record(delivery, attempt, arrived=arrived)
    return arrived


@transaction.atomic
def _record(delivery: WebhookDelivery, attempt: WebhookAttempt, *, arrived: bool) -> None:
    attempt.save(force_insert=True)
    now = timezone.now()
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, tries=delivery.tries)
    endpoint = WebhookEndpoint.objects.select_for_update().filter(pk=delivery.endpoint_id).first()
    if endpoint is None:
        return
    if arrived:
        mine.update(state=DeliveryState.DELIVERED, delivered_at=now)
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=None)
        return
    since = endpoint.failing_since or now
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=since)
    # RFC 9110, 15.5.11: who answers 410 wants to hear nothing more.
    gone = attempt.status == 410
    if endpoint.disabled_at is None and (gone or now - since > PATIENCE):
        reason = "It answered 410 Gone." if gone else f"Nothing has arrived there for {PATIENCE.days} days."
        _disable(endpoint, reason)
    over = delivery.tries > len(PAUSES) or gone or endpoint.disabled_at is not None
    if over:
        mine.update(state=DeliveryState.FAILED)
    else:
        mine.update(next_at=now + pause_after(delivery.tries))


def pause_after(tries: int, *, chance: Callable[[], float] = random.random) -> timedelta:
    """How long to wait after so many tries."""
    return timedelta(seconds=PAUSES[tries - 1] * (1 + JITTER * chance()))


def _disable(endpoint: WebhookEndpoint, reason: str) -> None:
    now = timezone.now()
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(disabled_at=now, disabled_reason=reason)
    endpoint.disabled_at, endpoint.disabled_reason = now, reason
    audit_record(
        organization=endpoint.organization,
        acting_user=None,
        action="webhook.disabled",
        object_id=endpoint.pk,
        data={"reason": reason},
    )
    for handler in _on_disabled:
        handler(endpoint)
