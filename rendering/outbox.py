"""The relay: from the outboxes, of renders and of webhooks, to the broker, at least once."""

import logging

from django.db import transaction
from django.utils import timezone
from dramatiq.brokers.stub import StubBroker

from accounts.scopes import across_tenants
from accounts.webhooks.models import WebhookDelivery
from accounts.webhooks.outbox import ANNOUNCED_FOR, due
from rendering.actors import render as render_actor
from rendering.actors import webhook as webhook_actor
from rendering.broker import broker
from rendering.models import OutboxMessage

logger = logging.getLogger(__name__)

BATCH = 50


def relay() -> int:
    """Send what waits in the outbox; returns how many messages the broker took.

    Relays may run side by side: each takes rows that no other holds. Where the broker does not answer, the row stays,
    with the error, for the next round.
    """
    room = _room()
    if not room or not OutboxMessage.objects.filter(sent_at__isnull=True).exists():
        return 0
    sent = 0
    with transaction.atomic():
        for message in OutboxMessage.objects.select_for_update(skip_locked=True).filter(sent_at__isnull=True)[:room]:
            try:
                render_actor.send(message.render_id, message.attempt)
            except Exception as error:
                # Whatever the broker's library raises: the row must survive it.
                logger.warning("The broker took no message: %s", error)
                message.last_error = f"{type(error).__name__}: {error}"[:300]
                message.tries += 1
                message.save(update_fields=("last_error", "tries"))
                break
            message.sent_at = timezone.now()
            message.save(update_fields=("sent_at",))
            sent += 1
    return sent


@across_tenants("the relay carries everybody's events")
def relay_webhooks() -> int:
    """Have workers try what is due to be told; how many messages the broker took."""
    sent = 0
    for delivery in due()[:BATCH]:
        # Of two relays at once, the one that moves the date sends; a message that gets lost is written anew after it.
        mine = WebhookDelivery.objects.filter(pk=delivery.pk, next_at=delivery.next_at)
        if not mine.update(next_at=timezone.now() + ANNOUNCED_FOR):
            continue
        try:
            webhook_actor.send(delivery.pk, delivery.tries)
        except Exception as error:
            logger.warning("The broker took no message: %s", error)
            break
        sent += 1
    return sent


def _room() -> int:
    # A queue inside this process dies with it. Sending only what the worker can start at once leaves the rest in the
    # database, where another process finds it.
    here = broker()
    if isinstance(here, StubBroker):
        return 0 if here.queues[render_actor.queue_name].unfinished_tasks else 1
    return BATCH
