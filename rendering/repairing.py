"""Repairs of a portrait, when a person asks for them: the repaired picture is kept beside the original, as one of its
own, so that consent to the one is not taken for consent to the other, and the original can be gone back to.

They run inside the request, in a process of their own, and one at a time: a second or three, and the site's threads
only wait. Nothing is left behind by one that was cut short.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.ids import new_id
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from consent.models import ConsentRequest
from consent.refusing import upload_refusal
from projects.models import Portrait
from projects.moderation.flagging import portrait_look
from projects.retention.files import file_erase
from projects.uploads import stored
from rendering.engine.errors import EngineError, PhotoError

CHILD = "rendering.repairing_child"
DEADLINE = 90.0  # s; a large photo takes four, with GFPGAN on a slow machine thirty
PATIENCE = 8.0  # s for the one before
_one_repair = threading.Semaphore(1)


class NothingRepairedError(Exception):
    """Nothing was there to be repaired, or what was done was taken back; `notes` say so step by step."""

    def __init__(self, notes: list[dict[str, Any]]) -> None:
        super().__init__("Nothing was changed.")
        self.notes = notes


def portrait_repair(
    *, organization: Organization, acting_user: User, portrait: Portrait, steps: Collection[str]
) -> Portrait:
    """The portrait repaired by `steps`, as a portrait of its own that knows which one it is a repair of.

    The same repair of the same portrait is made once. Raises NothingRepairedError, PhotoError (busy, too long, a
    picture somebody objected to), EngineError (GFPGAN that cannot run), PermissionDenied, ValidationError by field.
    """
    from rendering.engine.faces import read_photo  # noqa: PLC0415  loads models
    from rendering.engine.restoration import available_steps  # noqa: PLC0415

    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    if portrait.organization_id != organization.pk:
        raise ValidationError("This belongs to another organisation.")
    if portrait.erased_at is not None:
        raise ValidationError("This picture was erased. Upload it again, or choose another one.")
    possible = available_steps(settings.LIKENESS_MODELS_DIR)
    if not steps or set(steps) - set(possible):
        raise ValidationError({"steps": f"Choose one or more of: {', '.join(possible)}."})
    asked = [step for step in possible if step in steps]
    for same in portrait.repaired.filter(organization=organization, erased_at=None):
        if same.repairs.get("asked") == asked:
            return same
    told, content = _repaired(portrait, asked)
    if "faces" not in told:
        raise NothingRepairedError(told["notes"])
    width, height = told["size"]
    scale = width / portrait.width
    placed = None if portrait.placed is None else _scaled(portrait.placed, scale)
    faces = told["faces"] if placed is None else [_scaled_face(face, scale) for face in portrait.faces]
    sha256 = hashlib.sha256(content).hexdigest()
    refusal = upload_refusal(
        organization=organization,
        acting_user=acting_user,
        subject=portrait.subject,
        photo=read_photo(content),
        photo_sha256=sha256,
        boxes=[tuple(face["box"]) for face in faces],
    )
    if refusal is not None:
        raise PhotoError(refusal.code, refusal.message, refusal.advice)
    fresh = Portrait(
        id=new_id("por"),
        organization=organization,
        created_by=acting_user,
        project=portrait.project,
        subject=portrait.subject,
        name=portrait.name,
        sha256=sha256,
        width=width,
        height=height,
        faces=faces,
        face_index=told["face_index"] if placed is None else 0,
        placed=placed,
        advice=told["advice"],
        source_types=sorted({*portrait.source_types, told["source_type"]}),
        root_sha256=portrait.root_sha256 or portrait.sha256,
        repaired_from=portrait,
        repairs={"asked": asked, "notes": told["notes"], "change": told["change"]},
    )
    key = f"org/{organization.pk}/portraits/{fresh.pk}.png"
    with stored(key, content) as fresh.image.name, transaction.atomic():
        fresh.full_clean(validate_unique=False, validate_constraints=False)
        fresh.save(force_insert=True)
        audit_record(
            organization=organization,
            acting_user=acting_user,
            action="portrait.repaired",
            object_id=fresh.pk,
            data={"of": portrait.pk, "steps": asked},
        )
        portrait_look(fresh)
    return fresh


def repair_discard(*, organization: Organization, acting_user: User, portrait: Portrait) -> None:
    """Throw a repaired picture away; the original stays. Raises PermissionDenied, and ValidationError where it is no
    repair, or clips or questions hang on it.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    if portrait.organization_id != organization.pk or not portrait.root_sha256:
        raise ValidationError("This is no repaired picture.")
    asked = ConsentRequest.objects.filter(photo_sha256=portrait.sha256, subject=portrait.subject)
    if portrait.is_in_a_clip or portrait.repaired.exists() or asked.exists():
        raise ValidationError("Clips or questions hang on this picture, so it stays until its time is over.")
    key = str(portrait.image.name)
    with transaction.atomic():
        audit_record(
            organization=organization,
            acting_user=acting_user,
            action="portrait.repair-discarded",
            object_id=portrait.pk,
            data={},
        )
        portrait.delete()
        transaction.on_commit(lambda: file_erase(key))


def _repaired(portrait: Portrait, steps: list[str]) -> tuple[dict[str, Any], bytes]:
    """What the child tells, and the repaired PNG (empty where nothing was repaired)."""
    if not _one_repair.acquire(timeout=PATIENCE):
        raise PhotoError("repair-busy", "Another picture is being repaired just now.", "Try again in a moment.")
    try:
        with tempfile.TemporaryDirectory(prefix="repair-") as folder:
            photo, target = Path(folder) / "photo", Path(folder) / "repaired.png"
            with portrait.image.open("rb") as file:
                photo.write_bytes(file.read())
            asked = {
                "photo": str(photo),
                "target": str(target),
                "steps": steps,
                "box": portrait.faces[portrait.face_index if portrait.placed is None else 0]["box"],
                "placed": portrait.placed is not None,
                "models": str(settings.LIKENESS_MODELS_DIR) if settings.LIKENESS_MODELS_DIR else "",
                "keys": str(settings.LIKENESS_KEYS_DIR),
                "stated": portrait.source_types,
            }
            told = _run(asked)
            return told, target.read_bytes() if "faces" in told else b""
    finally:
        _one_repair.release()


def _run(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        ended = subprocess.run(
            (sys.executable, "-m", CHILD),
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
            cwd=settings.BASE_DIR,
        )
        told: dict[str, Any] = json.loads(ended.stdout)
    except subprocess.TimeoutExpired as late:
        raise PhotoError(
            "repair-too-long", "The repair took too long and was stopped.", "Choose fewer repairs, or a smaller photo."
        ) from late
    except ValueError as nothing:
        raise PhotoError(
            "repair-failed", "The repair did not work; the photo is as it was.", "Try other repairs."
        ) from nothing
    if error := told.get("error"):
        raise EngineError(error["code"], error["message"], error["advice"])
    return told


def _scaled(points: dict[str, list[float]], scale: float) -> dict[str, list[float]]:
    return {name: [scale * value for value in place] for name, place in points.items()}


def _scaled_face(face: dict[str, Any], scale: float) -> dict[str, Any]:
    return face | {"box": [scale * value for value in face["box"]]}
