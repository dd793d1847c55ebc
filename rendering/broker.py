"""The broker that carries `(render id, attempt)`: in this process, or RabbitMQ. It may lose, repeat and reorder at
will.

Dramatiq has one broker a process; the actors (rendering.actors) are declared on the one made here.
"""

import logging
import threading
from functools import cache

import dramatiq
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import close_old_connections
from dramatiq.broker import Broker, MessageProxy
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import Middleware, Retries, TimeLimit

logger = logging.getLogger(__name__)

stopping = threading.Event()
"""Set when this process's worker is told to stop: whoever holds a render gives it back."""


class DatabaseConnections(Middleware):
    """Connections that went stale between two messages are not met in the middle of the next one."""

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        close_old_connections()

    def after_process_message(
        self, broker: Broker, message: MessageProxy, *, result: object = None, exception: BaseException | None = None
    ) -> None:
        close_old_connections()


class GiveBackOnShutdown(Middleware):
    """Tells renders in progress that the worker goes. An event, not an exception thrown into a thread: that one waits
    for system calls, and could hit a transaction."""

    def before_worker_shutdown(self, broker: Broker, worker: dramatiq.Worker) -> None:
        stopping.set()

    def before_worker_boot(self, broker: Broker, worker: dramatiq.Worker) -> None:
        stopping.clear()


@cache
def broker() -> Broker:
    """This process's broker, as the settings choose it, made at the first call."""
    # Retries live in the database: a message that fails is gone, and the sweeper sees the render.
    middleware: list[Middleware] = [DatabaseConnections(), GiveBackOnShutdown(), TimeLimit(), Retries(max_retries=0)]
    chosen: Broker
    match settings.DRAMATIQ_BROKER:
        case "stub":
            chosen = StubBroker(middleware=middleware)
        case "rabbitmq":
            # Without confirmation a message that the server never took counts as sent.
            chosen = RabbitmqBroker(url=settings.RABBITMQ_URL, confirm_delivery=True, middleware=middleware)
        case other:
            raise ImproperlyConfigured(f"DRAMATIQ_BROKER is “stub” or “rabbitmq”, not {other!r}.")
    dramatiq.set_broker(chosen)
    return chosen
