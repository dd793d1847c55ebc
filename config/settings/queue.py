"""Which broker carries the renders. The database holds the truth; the broker only gives hints."""

from config.settings.environment import env

__all__ = ["DRAMATIQ_BROKER", "LIKENESS_QUEUE", "RABBITMQ_URL"]

RABBITMQ_URL = env.str("RABBITMQ_URL", default="")
# "stub" (worker threads inside the site's own process) or "rabbitmq".
DRAMATIQ_BROKER = env.str("DRAMATIQ_BROKER", default="rabbitmq" if RABBITMQ_URL else "stub")

# What rendering.configuration.QueueConfiguration calls `lease` is LIKENESS_RENDER_LEASE, and so on; it has the
# defaults.
_READERS = {
    "pipeline": env.str,
    "queue": env.str,
    "device": env.str,
    "spare": env.bool,
    "lease": env.float,
    "beat": env.float,
    "deadline": env.float,
    "memory_mb": env.int,
    "max_attempts": env.int,
    "relay_poll": env.float,
    "webhook_poll": env.float,
    "sweep_poll": env.float,
    "retention_poll": env.float,
    "billing_poll": env.float,
    "resend_after": env.float,
    "message_time_limit": env.float,
}
LIKENESS_QUEUE = {
    name: read(variable)
    for name, read in _READERS.items()
    if (variable := f"LIKENESS_RENDER_{name.upper()}") in env.ENVIRON
}
