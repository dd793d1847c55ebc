"""manage.py worker: make clips that a broker announces, and keep the queue honest meanwhile."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from rendering.management.terminal import wait_to_be_stopped
from rendering.queue import EmbeddedQueue


class Command(BaseCommand):
    help = "Makes clips until it is told to stop (SIGTERM or Ctrl-C); renders in progress are given back then."
    requires_system_checks = ()  # they load the pages, and with them the engine

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--threads", type=int, default=1, help="renders at a time; one for each GPU (default 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        settings.LIKENESS_QUEUE = {"spare": True, **settings.LIKENESS_QUEUE}
        queue = EmbeddedQueue(threads=options["threads"])
        self.stdout.write("The worker is ready.")
        self.stdout.flush()
        wait_to_be_stopped()
        queue.stop()
        self.stdout.write("The worker has stopped.")
