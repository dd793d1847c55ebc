"""The register of faces: whoever must not be shown here is recognised in other photos too, if they agreed to it, and if
the operator has switched it on and installed a recogniser (requirements/restoration.txt). Off by default.

What is kept are 128 numbers a face (dlib's ResNet), biometric data: only of who agreed, for at most KEEP_DAYS, and gone
with a click on the address in their letter.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from consent.models import OptOut

if TYPE_CHECKING:
    from rendering.engine.faces import Face

# Distances between embeddings, see rendering.engine.restoration.identity: of the same person's repaired faces up to
# 0.40, of different people from 0.71 on photographs, from 0.50 on paintings. Measured on few people; provisional.
SAME_FACE = 0.45
# BIPA, 740 ILCS 14/15(a): destroyed within three years.
KEEP_DAYS = 3 * 365


def register_ready() -> bool:
    """Whether faces can be registered here: switched on, and a recogniser there."""
    if not settings.LIKENESS_FACE_REGISTER:
        return False
    from rendering.engine.restoration.identity import recogniser_ready  # noqa: PLC0415  the engine is slow to load

    return recogniser_ready()


def own_embedding(photo: np.ndarray, faces: "Sequence[Face]") -> list[float]:
    """The numbers of the one face in somebody's photo (H, W, 3) of themselves. Raises ValidationError."""
    if len(faces) != 1:
        raise ValidationError({"photo": "To be recognised, give a photo of yourself alone, with your face seen well."})
    from rendering.engine.restoration.identity import embedding  # noqa: PLC0415

    return [round(float(value), 6) for value in embedding(photo, faces[0])]


def registered_face(photo: np.ndarray) -> OptOut | None:
    """Whoever in the photo (H, W, 3) is registered; None where nobody is, or nobody can be recognised."""
    registered = list(standing())
    if not registered or not register_ready():
        return None
    from rendering.engine.faces import find_faces  # noqa: PLC0415
    from rendering.engine.restoration.identity import embedding  # noqa: PLC0415

    seen = [embedding(photo, face) for face in find_faces(photo)]
    for opt_out in registered:
        known = np.asarray(opt_out.embedding)
        if any(float(np.linalg.norm(one - known)) <= SAME_FACE for one in seen):
            return opt_out
    return None


def standing() -> QuerySet[OptOut]:
    """The faces that are registered now."""
    return OptOut.objects.filter(lifted_at=None, embedding_agreed_at__isnull=False).exclude(embedding=[])


def face_forget(opt_out: OptOut) -> None:
    """The face is recognised no more; the picture itself stays refused."""
    OptOut.objects.filter(pk=opt_out.pk).update(embedding=[], embedding_agreed_at=None)


def faces_purge(*, at: datetime | None = None) -> int:
    """Forget the faces that were kept long enough; how many there were."""
    over = (at or timezone.now()) - timedelta(days=KEEP_DAYS)
    old = OptOut.objects.filter(embedding_agreed_at__lte=over).exclude(embedding=[])
    return old.update(embedding=[], embedding_agreed_at=None)
