"""The life of a render: its states, and which may follow which."""

from django.db import models


class RenderState(models.TextChoices):
    """Where a render stands. The order is the order of a good day, then the ways it can end otherwise."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Rendering"
    PUBLISHED = "published", "Ready"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    REFUSED = "refused", "Refused"


# The whole table: a change that is not here does not happen. Going back from running to queued is an attempt that was
# lost or given back; published goes to refused when the person shown withdraws consent.
TRANSITIONS: dict[RenderState, frozenset[RenderState]] = {
    RenderState.QUEUED: frozenset(
        {RenderState.RUNNING, RenderState.FAILED, RenderState.CANCELLED, RenderState.REFUSED},
    ),
    RenderState.RUNNING: frozenset(
        {
            RenderState.PUBLISHED,
            RenderState.QUEUED,
            RenderState.FAILED,
            RenderState.CANCELLED,
            RenderState.REFUSED,
        },
    ),
    RenderState.PUBLISHED: frozenset({RenderState.REFUSED}),
    RenderState.FAILED: frozenset(),
    RenderState.CANCELLED: frozenset(),
    RenderState.REFUSED: frozenset(),
}

ACTIVE = (RenderState.QUEUED, RenderState.RUNNING)
"""A render that still holds credits and may still cost time. A clip has at most one."""


def sources(target: RenderState) -> tuple[RenderState, ...]:
    """The states from which `target` may be reached: what stands in the WHERE of the UPDATE that makes the change."""
    return tuple(state for state, targets in TRANSITIONS.items() if target in targets)
