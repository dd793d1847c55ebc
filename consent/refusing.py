""" "Not me": reports of clips, the register of pictures that are refused at upload, and appeals against it.

The register keeps fingerprints of pictures, never a face's geometry: the default installation recognises a picture that
was registered, not a person in another picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.ids import is_id
from accounts.models import Organization, User
from accounts.names import visible
from accounts.permissions import Act
from accounts.selectors import access_organization
from accounts.services import audit_record, authorize
from consent import errors, gate
from consent.erasure import erasure_request
from consent.face_register import own_embedding, register_ready, registered_face
from consent.fingerprints import network_of
from consent.letter_texts import Text, report_decided, report_received
from consent.letters import letter_write
from consent.models import (
    Appeal,
    AppealState,
    ConsentRequest,
    ErasureCause,
    LikenessReport,
    OptOut,
    ReportState,
    Subject,
)
from consent.notices import known_language
from consent.selectors import ask_gate_for_face, forget_url
from consent.subjects import subject_moderate
from consent.telling import subject_shown

if TYPE_CHECKING:
    from rendering.engine.faces.fingerprint import Fingerprint

Box = tuple[float, float, float, float]

HOURS_TO_DECIDE = 48
REPORTS_AN_HOUR = 6


def report_create(
    *,
    clip_reference: str,
    name: str,
    email: str,
    message: str,
    photo: bytes = b"",
    ip: str = "",
    language: str = "en",
    recognise: bool = False,
) -> LikenessReport:
    """Somebody says that a clip shows them, or that a photo of them must not be used here; one of the two at least.

    The photo is looked at, its fingerprints are registered, and it is not kept. `recognise`: the person agrees to their
    face being recognised in other photos too, where this installation does that. Raises ValidationError by field,
    PhotoError for a file that is no photo, ConsentError where one network reports too often.
    """
    clip_reference, message, name = clip_reference.strip()[:300], message.strip()[:4000], visible(name)[:200]
    email = email.strip().lower()
    if email:
        validate_email(email)
    if not clip_reference and not photo:
        raise ValidationError({"clip_reference": "Say which clip it is, or give a photo of yourself."})
    network = network_of(ip)
    now = timezone.now()
    lately = LikenessReport.objects.filter(network=network, created_at__gt=now - timedelta(hours=1))
    if network and lately.count() >= REPORTS_AN_HOUR:
        raise errors.too_often()
    # Before the transaction: nobody else has to wait while faces are looked for.
    found, face = _looked_at(photo, recognise=recognise and register_ready()) if photo else ([], [])
    report = LikenessReport(
        clip_reference=clip_reference,
        subject=subject_shown(clip_reference) if clip_reference else None,
        name=name,
        email=email,
        language=known_language(language),
        message=message,
        network=network,
        created_at=now,
        due_at=now + timedelta(hours=HOURS_TO_DECIDE),
    )
    return _report_write(report, found, face)


@transaction.atomic
def _report_write(report: LikenessReport, found: list[dict[str, str]], face: list[float]) -> LikenessReport:
    report.save(force_insert=True)
    if found:
        agreed_at = report.created_at if face else None
        OptOut.objects.create(report=report, fingerprints=found, embedding=face, embedding_agreed_at=agreed_at)
    subject = report.subject
    if subject is not None:
        audit_record(
            organization=subject.organization,
            acting_user=None,
            action="report.received",
            object_id=report.pk,
            data={"subject": subject.pk},
        )
    _write_to_reporter(report, report_received(report, forget_url=forget_url(report) if face else ""), "received")
    return report


def _write_to_reporter(report: LikenessReport, text: Text, what: str) -> None:
    letter_write(
        organization=None,
        key=f"report-{what}:{report.pk}:{report.decided_at.isoformat() if report.decided_at else ''}"[:200],
        recipient=report.email,
        subject=text.subject,
        body=text.body,
    )


def _looked_at(data: bytes, *, recognise: bool) -> tuple[list[dict[str, str]], list[float]]:
    """The fingerprints of a photo, and the numbers of its one face where it shall be recognised."""
    from rendering.engine.faces import find_faces, read_photo  # noqa: PLC0415  the engine loads models
    from rendering.engine.faces.fingerprint import register  # noqa: PLC0415

    photo = read_photo(data)
    faces = find_faces(photo)
    found = [found.as_json() for found in register(photo, [face.box for face in faces])]
    return found, own_embedding(photo, faces) if recognise else []


@transaction.atomic
def report_decide(*, acting_user: User, report: LikenessReport, state: ReportState) -> LikenessReport:
    """A moderator's decision. Upheld: nothing may be made or shown of that subject any more, and its photos are erased.

    Dismissed: an opt-out that came with the report is lifted.
    """
    if not acting_user.is_staff:
        raise PermissionDenied("Only a moderator of this site can decide that.")
    now = timezone.now()
    LikenessReport.objects.filter(pk=report.pk).update(state=state, decided_at=now, decided_by=acting_user)
    report.refresh_from_db()
    if state == ReportState.DISMISSED:
        OptOut.objects.filter(report=report, lifted_at=None).update(lifted_at=now)
    subject = report.subject
    if subject is not None and state == ReportState.UPHELD:
        subject_moderate(
            organization=subject.organization,
            acting_user=acting_user,
            subject=subject,
            state=gate.Moderation.REFUSED,
            reason=f"Report {report.pk} was upheld: the person shown did not agree.",
        )
        erasure_request(subject=subject, cause=ErasureCause.REPORT)
    if state != ReportState.OPEN:
        _write_to_reporter(report, report_decided(report), "decided")
    return report


@dataclass(frozen=True)
class Refusal:
    """Why an upload is refused, written for who uploads."""

    code: str
    message: str
    advice: str


def upload_refusal(
    *,
    organization: Organization,
    acting_user: User,
    subject: Subject,
    photo: np.ndarray,
    photo_sha256: str,
    boxes: Sequence[Box],
) -> Refusal | None:
    """Why this photo, (H, W, 3) uint8, may not be uploaded as one of this subject; None where it may.

    `boxes`: of the faces in it, (x, y, w, h) px. To be asked before anything of the photo is stored.
    """
    return _refused_pupil(subject, photo_sha256) or _refused_picture(
        organization, acting_user, photo_sha256, photo, boxes
    )


def _refused_pupil(subject: Subject, photo_sha256: str) -> Refusal | None:
    asked = ConsentRequest.objects.filter(subject=subject).exclude(batch=None).exists()
    if not asked or ask_gate_for_face(subject, photo_sha256):
        return None
    return Refusal(
        "guardian-not-agreed",
        f"The guardian of {subject.name} has not agreed to this photo.",
        "Wait for the answer, or use the photo that the guardian was asked about.",
    )


def _refused_picture(
    organization: Organization, acting_user: User, photo_sha256: str, photo: np.ndarray, boxes: Sequence[Box]
) -> Refusal | None:
    from rendering.engine.faces.fingerprint import fingerprints  # noqa: PLC0415

    registered = OptOut.objects.filter(lifted_at=None)
    if not registered.exists():
        return None
    found = fingerprints(photo, boxes)
    same_picture = [opt_out for opt_out in registered.iterator() if _matches(found, opt_out)]
    same_face = registered_face(photo)
    for opt_out in (*same_picture, *([same_face] if same_face else [])):
        appeal, _ = Appeal.objects.get_or_create(
            organization=organization,
            opt_out=opt_out,
            photo_sha256=photo_sha256,
            defaults={"created_by": acting_user},
        )
        if appeal.state == AppealState.UPHELD:
            continue
        url = settings.LIKENESS_SITE_URL + reverse("consent:appeal", args=[appeal.pk])
        return Refusal(
            "face-registered",
            "Somebody has asked that this picture is not used here."
            if opt_out in same_picture
            else "Somebody in this picture has asked not to be shown here.",
            f"Choose another picture. If it is yours, or was registered by mistake, say so here: {url}",
        )
    return None


def _matches(found: "Sequence[Fingerprint]", opt_out: OptOut) -> bool:
    from rendering.engine.faces.fingerprint import Fingerprint, alike  # noqa: PLC0415

    known = [Fingerprint.from_json(value) for value in opt_out.fingerprints]
    return any(alike(one, other) for one in found for other in known)


def access_appeal(user: User, appeal_id: str, *, act: Act = Act.CREATE) -> Appeal:
    """The appeal, for a member of the organisation whose upload was refused, if their role may do `act`; or Http404."""
    if not is_id(appeal_id, "apl"):
        raise Http404
    appeal = Appeal.objects.select_related("organization").filter(pk=appeal_id).first()
    if appeal is None:
        raise Http404
    access_organization(user, appeal.organization_id, act=act)
    return appeal


@transaction.atomic
def appeal_write(*, organization: Organization, acting_user: User, appeal: Appeal, reason: str) -> Appeal:
    """Say why a refused picture may be used; a moderator decides. Raises PermissionDenied, ValidationError."""
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    if appeal.organization_id != organization.pk:
        raise PermissionDenied("This appeal belongs to another organisation.")
    reason = reason.strip()[:4000]
    if not reason:
        raise ValidationError({"reason": "Say why this picture may be used."})
    if appeal.state != AppealState.OPEN:
        raise ValidationError({"reason": "This was decided already."})
    Appeal.objects.filter(pk=appeal.pk).update(reason=reason)
    audit_record(
        organization=organization, acting_user=acting_user, action="appeal.written", object_id=appeal.pk, data={}
    )
    appeal.refresh_from_db()
    return appeal


@transaction.atomic
def appeal_decide(*, acting_user: User, appeal: Appeal, state: AppealState) -> Appeal:
    """A moderator's decision: upheld, and this organisation may upload this very picture."""
    if not acting_user.is_staff:
        raise PermissionDenied("Only a moderator of this site can decide that.")
    Appeal.objects.filter(pk=appeal.pk).update(state=state, decided_at=timezone.now(), decided_by=acting_user)
    audit_record(
        organization=appeal.organization,
        acting_user=acting_user,
        action="appeal.decided",
        object_id=appeal.pk,
        data={"state": str(state)},
    )
    appeal.refresh_from_db()
    return appeal
