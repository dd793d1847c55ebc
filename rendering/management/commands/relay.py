"""manage.py relay: carry messages from the outbox to the broker, where no worker or site does it."""

from typing import Any

from accounts.row_security import refuse_unsafe_start
from rendering.configuration import configuration, embedded
from rendering.management.terminal import BadInput, TerminalCommand, wait_to_be_stopped
from rendering.queue import Loop, relay, relay_webhooks, sweep


class Command(TerminalCommand):
    help = "Carries messages from the outbox to the broker and sweeps expired leases, until it is told to stop."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if embedded():
            raise BadInput(
                "There is no broker to carry messages to: this installation makes clips inside the site's own process.",
                "Set RABBITMQ_URL, or use `manage.py worker`.",
            )
        refuse_unsafe_start()
        limits = configuration()
        loops = (
            Loop(relay, pause=limits.relay_poll, name="relay"),
            Loop(relay_webhooks, pause=limits.webhook_poll, name="webhooks"),
            Loop(sweep, pause=limits.sweep_poll, name="sweeper"),
        )
        for loop in loops:
            loop.start()
        wait_to_be_stopped()
        for loop in loops:
            loop.stop()
