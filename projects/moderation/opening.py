"""Putting something into the moderators' queue, once."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Organization
from accounts.services import audit_record
from consent.models import Appeal, LikenessReport, Subject
from projects.models import Backdrop, Clip, Portrait
from projects.moderation.models import Case, CaseKind
from projects.moderation.selectors import said_sha256, upload_sha256
from projects.moderation.telling import held_tell

RISK_STEP = timedelta(days=1)


def case_open(
    *,
    key: str,
    kind: CaseKind,
    risk: int,
    summary: str,
    organization: Organization | None,
    subject: Subject | None = None,
    portrait: Portrait | None = None,
    backdrop: Backdrop | None = None,
    clip: Clip | None = None,
    report: LikenessReport | None = None,
    refusal: Appeal | None = None,
    holds: bool = False,
    due_at: datetime | None = None,
) -> Case:
    """Put something into the queue; what is in it, or was decided, under this key is given back as it is.

    `holds`: nothing is made of the picture in this organisation until a moderator has decided.
    """
    if clip is not None:
        portrait = clip.portrait
    if portrait is not None:
        subject = portrait.subject
    picture = upload_sha256(portrait) if portrait else backdrop.sha256 if backdrop else ""
    now = timezone.now()
    case, new = Case.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "risk": risk,
            "summary": summary[:500],
            "organization": organization,
            "subject": subject,
            "portrait": portrait,
            "backdrop": backdrop,
            "clip": clip,
            "report": report,
            "refusal": refusal,
            "photo_sha256": picture,
            "said_sha256": said_sha256(clip) if clip else "",
            "holds": holds,
            "opened_at": now,
            "due_at": due_at,
            "rank_at": now - risk * RISK_STEP,
        },
    )
    if new and holds and organization is not None:
        audit_record(
            organization=organization,
            acting_user=None,
            action="moderation.held",
            object_id=case.pk,
            data={
                "kind": str(kind),
                **({"portrait": portrait.pk} if portrait else {}),
                **({"backdrop": backdrop.pk} if backdrop else {}),
            },
        )
        held_tell(case, organization)
    return case
