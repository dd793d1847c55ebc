"""A row of a batch as the clip that it would be."""

from projects.batches.models import BatchRow
from projects.models import Clip


def draft_clip(row: BatchRow) -> Clip:
    """The clip that the row would be, not saved: for the gate, and for the question to the person shown."""
    if row.portrait is None:
        raise ValueError("a row without a picture is no clip")
    return Clip(
        organization=row.batch.organization,
        project=row.batch.project,
        portrait=row.portrait,
        words=row.words,
        voice=row.voice,
        style=row.style,
        direction=row.direction,
        aspect=row.aspect,
        captions=row.captions,
        commercial=row.commercial,
        public=row.public,
        topic=row.topic,
        title=row.title,
    )
