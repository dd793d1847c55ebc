"""The relay: from the outbox to the broker, at least once, in the order in which renders were asked for."""

import logging

from django.db import transaction
from django.utils import timezone
from dramatiq.brokers.stub import StubBroker

from rendering.actors import render as render_actor
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


def _room() -> int:
    # A queue inside this process dies with it. Sending only what the worker can start at once leaves the rest in the
    # database, where another process finds it.
    here = broker()
    if isinstance(here, StubBroker):
        return 0 if here.queues[render_actor.queue_name].unfinished_tasks else 1
    return BATCH
