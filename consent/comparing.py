"""Whether the face in a selfie is the one in the photo that is asked about, as far as this machine can tell.

Bytes and arrays go in, a word comes out: nothing of the selfie is written anywhere, and nothing of it is kept. What was
measured is told in docs/consent.md.
"""

from collections.abc import Sequence
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from consent import errors

if TYPE_CHECKING:
    from rendering.engine.faces import Face

MOST_BYTES = 15_000_000
# Distances between embeddings. Eight portraits, darkened, turned, blurred, mirrored, lit from the side and so on: the
# same face up to 0.35; different faces from 0.50 (paintings). King (2017) takes 0.6 for photographs. What lies between
# the two is for a person. Few pictures, and never two photographs of one person: provisional.
SAME, ANOTHER = 0.45, 0.60
METHOD = f"dlib's face recognition ResNet (King 2017), distance at most {SAME:g} the same, above {ANOTHER:g} another"


class Outcome(StrEnum):
    MATCHED = "matched"
    UNSURE = "unsure"
    DIFFERS = "differs"


def can_compare() -> bool:
    """Whether there is a recogniser of faces on this machine (requirements/restoration.txt)."""
    from rendering.engine.restoration.identity import recogniser_ready  # noqa: PLC0415  the engine is slow to load

    return recogniser_ready()


def compare(selfie: bytes, photo: bytes) -> Outcome:
    """What a recogniser says to the face in a selfie and the one in the photo.

    Raises ConsentError: selfie-unusable (no picture, or too big a file), selfie-no-face, selfie-faces, selfie-same (it
    is the photo itself), selfie-useless (the photo that is asked about shows no face, or several people).
    """
    from rendering.engine.errors import PhotoError  # noqa: PLC0415
    from rendering.engine.faces import find_faces, read_photo  # noqa: PLC0415

    if len(selfie) > MOST_BYTES:
        raise errors.selfie_unusable()
    try:
        taken = read_photo(selfie)
    except PhotoError as error:
        raise errors.selfie_unusable() from error
    try:
        asked = read_photo(photo)
    except PhotoError as error:
        raise errors.selfie_useless() from error
    faces = find_faces(taken)
    if not faces:
        raise errors.selfie_no_face()
    if len(faces) > 1:
        raise errors.selfie_faces()
    shown = find_faces(asked)
    known = _of_one_person(asked, shown)
    if _same_picture(taken, faces, asked, shown):
        raise errors.selfie_same()
    from rendering.engine.restoration.identity import embedding  # noqa: PLC0415

    seen = embedding(taken, faces[0])
    return judged(min(float(np.linalg.norm(seen - one)) for one in known))


def judged(distance: float) -> Outcome:
    """What a distance between two embeddings says."""
    if distance <= SAME:
        return Outcome.MATCHED
    return Outcome.UNSURE if distance <= ANOTHER else Outcome.DIFFERS


def _of_one_person(photo: np.ndarray, faces: "Sequence[Face]") -> list[np.ndarray]:
    """The embeddings of the faces in the photo. A repaired photo stands beside the original: the same person, twice."""
    from rendering.engine.restoration.identity import embedding  # noqa: PLC0415

    known = [embedding(photo, face) for face in faces]
    if not known or any(float(np.linalg.norm(one - other)) > SAME for one, other in combinations(known, 2)):
        raise errors.selfie_useless()
    return known


def _same_picture(taken: np.ndarray, faces: "Sequence[Face]", asked: np.ndarray, shown: "Sequence[Face]") -> bool:
    """Whether the "selfie" is the photo itself, perhaps smaller, cut, or mirrored: that would show nothing."""
    from rendering.engine.faces.fingerprint import alike, fingerprints, register  # noqa: PLC0415

    known = register(asked, [face.box for face in shown])
    given = fingerprints(taken, [face.box for face in faces])
    return any(alike(one, other) for one in given for other in known)
