"""The numbers of the queue in one place, with defaults that suit one machine; `settings.LIKENESS_QUEUE` changes
them.
"""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class QueueConfiguration:
    """Seconds unless the name says otherwise."""

    pipeline: str = "rendering.pipeline.run"
    """Dotted name of the function that the child runs."""
    queue: str = "renders"
    """The broker's queue that this process sends to and its worker takes from."""
    device: str = "cpu"
    """The torch device of this worker's renders."""
    spare: bool = False
    """Whether a thread that has made a clip keeps a child ready for the next one, which holds some 300 MB meanwhile."""
    lease: float = 20.0
    beat: float = 2.0
    """A worker renews its lease, looks whether it still holds it, and writes its progress this often."""
    deadline: float = 1200.0
    """One attempt may take this long. It must stay under the broker's patience (RabbitMQ gives a consumer 30
    minutes).
    """
    memory_mb: int = 8192
    """What a child may hold resident before it is stopped."""
    max_attempts: int = 3
    relay_poll: float = 0.25
    webhook_poll: float = 1.0
    sweep_poll: float = 5.0
    retention_poll: float = 600.0
    """How often it is asked whether the daily retention sweep is due."""
    batch_poll: float = 2.0
    batch_ahead: int = 20
    """So many clips of one batch are in the queue at a time; the others wait, and single clips get their turn."""
    billing_poll: float = 60.0
    """How often usage is reported, and late news of subscriptions is asked for."""
    resend_after: float = 60.0
    """A queued render whose message was sent this long ago and never claimed is announced again (a broker lost it)."""
    message_time_limit: float = 1500.0
    """Dramatiq's own limit on an actor: the last resort, longer than `deadline`, shorter than the broker's patience."""


def configuration() -> QueueConfiguration:
    """As the settings say now (tests change them)."""
    return QueueConfiguration(**getattr(settings, "LIKENESS_QUEUE", {}))


def embedded() -> bool:
    """Whether renders run inside this process (stub broker) instead of in workers behind a broker."""
    return bool(settings.DRAMATIQ_BROKER == "stub")


def scratch_folder() -> Path:
    """Where attempts do their work, one folder each; nothing in it outlives its attempt."""
    return Path(settings.LIKENESS_DATA_DIR) / "scratch"
