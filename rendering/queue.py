"""The running parts of the queue: relay and sweeper as loops, and all of it inside one process for the embedded
deployment.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import close_old_connections, connections
from dramatiq import Worker

from accounts.billing.upkeep import upkeep as billing_upkeep
from accounts.row_security import refuse_unsafe_start
from rendering.actors import WEBHOOKS_QUEUE
from rendering.actors import render as render_actor
from rendering.actors import retention as retention_actor
from rendering.batching.running import drive
from rendering.configuration import configuration, embedded
from rendering.did.notices import notices_send
from rendering.outbox import relay, relay_webhooks
from rendering.retention import sweep_is_due
from rendering.sweeper import sweep

__all__ = ["EmbeddedQueue", "Loop", "relay", "start_embedded_worker", "start_workers", "sweep"]

logger = logging.getLogger(__name__)

WEBHOOK_THREADS = 4
STOP_SECONDS = 15.0
"""How long a stopping worker may take: its children end within a few seconds of being told."""


class Loop:
    """Calls `work` again and again, `pause` seconds apart, in a thread of its own, until stopped; survives its
    errors.
    """

    def __init__(self, work: Callable[[], int], *, pause: float, name: str) -> None:
        self._work = work
        self._pause = pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stop.wait(self._pause):
            try:
                close_old_connections()
                self._work()
            except Exception:
                # The database may be away for a while; the loop has to be there when it is back.
                logger.exception("%s failed, and will try again", self._thread.name)
        connections.close_all()


class EmbeddedQueue:
    """Relay, sweeper and, where the broker is in this process, the worker."""

    def __init__(self, *, threads: int) -> None:
        refuse_unsafe_start()
        limits = configuration()
        self._workers = start_workers(threads=threads) if threads else ()
        self._loops = (
            Loop(relay, pause=limits.relay_poll, name="relay"),
            Loop(relay_webhooks, pause=limits.webhook_poll, name="webhooks"),
            Loop(sweep, pause=limits.sweep_poll, name="sweeper"),
            Loop(drive, pause=limits.batch_poll, name="batches"),
            Loop(notices_send, pause=limits.webhook_poll, name="talks"),
            Loop(announce_retention, pause=limits.retention_poll, name="retention"),
            Loop(billing_upkeep, pause=limits.billing_poll, name="billing"),
        )
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """Renders in progress are given back, their children ended."""
        for loop in self._loops:
            loop.stop()
        for worker in self._workers:
            worker.stop(timeout=int(STOP_SECONDS * 1000))


def announce_retention() -> int:
    """Have a worker make the daily retention sweep, if it is due; the database remembers when the last one was."""
    if not sweep_is_due():
        return 0
    retention_actor.send()
    return 1


def start_workers(*, threads: int) -> tuple[Worker, Worker]:
    """Dramatiq's workers in this process: one render a thread, one message fetched at a time; and beside them threads
    for webhooks, which would wait behind a render of minutes.
    """
    broker = render_actor.broker
    # Dramatiq warns of a second worker on one broker, which is meant: they take from different queues.
    broker.logger.addFilter(lambda record: "same type twice" not in record.getMessage())
    others = broker.get_declared_queues() - {WEBHOOKS_QUEUE}
    renders = Worker(broker, queues=others, worker_threads=threads, worker_timeout=200)
    # A message fetched ahead would wait too, while another worker idles.
    renders.queue_prefetch = threads
    webhooks = Worker(broker, queues={WEBHOOKS_QUEUE}, worker_threads=WEBHOOK_THREADS, worker_timeout=200)
    for worker in (renders, webhooks):
        worker.start()
    return renders, webhooks


@contextmanager
def start_embedded_worker(*, threads: int = 1) -> Iterator[EmbeddedQueue]:
    """The whole queue inside this process, for as long as the context lasts.

    With a real broker only the relay and the sweeper run here: the work is done where `manage.py worker` runs.
    """
    queue = EmbeddedQueue(threads=threads if embedded() else 0)
    try:
        yield queue
    finally:
        queue.stop()
