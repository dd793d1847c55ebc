"""Batches that were checked, with seconds to spend."""

from accounts.services import credits_grant
from projects.batches.models import Batch, BatchRow
from projects.models import Portrait
from rendering.batching.checking import check_for
from rendering.batching.running import batch_start
from tests.factories_batches import batch_of, invented_portrait

GRANTED = 600


def checked_batch(portrait: Portrait | None = None, *, seconds: int = GRANTED, **values) -> Batch:
    """A batch whose dry run is through, in an organisation with that many seconds."""
    portrait = portrait or invented_portrait()
    if seconds:
        credits_grant(organization=portrait.organization, seconds=seconds, reason="test")
    batch = batch_of(portrait, **values)
    check_for(batch, seconds=60)
    batch.refresh_from_db()
    return batch


def started_batch(portrait: Portrait | None = None, **values) -> Batch:
    """Such a batch, started by whoever made it."""
    batch = checked_batch(portrait, **values)
    return batch_start(organization=batch.organization, acting_user=batch.created_by, batch=batch, digest=batch.digest)


def states(batch: Batch) -> dict[int, str]:
    """The rows' states by their numbers."""
    return dict(BatchRow.objects.filter(batch=batch).values_list("number", "state"))
