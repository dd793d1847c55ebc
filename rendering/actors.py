"""What the broker's messages call."""

import dramatiq

from accounts.webhooks.delivery import TIMEOUT, deliver
from rendering import worker
from rendering.broker import broker, stopping
from rendering.configuration import configuration
from rendering.retention import sweep_when_due


@dramatiq.actor(
    broker=broker(),
    actor_name="render",
    queue_name=configuration().queue,
    max_retries=0,
    time_limit=int(configuration().message_time_limit * 1000),
)
def render(render_id: str, attempt: int) -> None:
    """Make the clip of `render_id`, which had had `attempt` attempts when the message was written."""
    worker.run_render(render_id, seen_attempt=attempt, stop=stopping)


@dramatiq.actor(
    broker=broker(),
    actor_name="retention",
    queue_name=f"{configuration().queue}.retention",
    max_retries=0,
    time_limit=int(configuration().message_time_limit * 1000),
)
def retention() -> None:
    """Delete what is over its date, and warn of what soon will be. Cut short, it goes on at the next call."""
    sweep_when_due()


WEBHOOKS_QUEUE = f"{configuration().queue}.webhooks"


@dramatiq.actor(
    broker=broker(),
    actor_name="webhook",
    queue_name=WEBHOOKS_QUEUE,
    max_retries=0,
    time_limit=int(2 * TIMEOUT * 1000),
)
def webhook(delivery_id: str, tries: int) -> None:
    """Try to deliver an event that had been tried so often when the message was written."""
    deliver(delivery_id, tries)
