"""A stranger's report of a clip: no account, not too often, into the queue at once."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.services import audit_record
from consent.fingerprints import network_of
from projects.models import Clip
from projects.moderation.models import UNDECIDED, AbuseReason, AbuseReport, Case, CaseKind
from projects.moderation.opening import case_open
from projects.moderation.telling import takedown_received

# A network may be a household or a whole telephone company: neighbours must not keep out who asks in the law's form.
REPORTS_AN_HOUR = 6
TAKEDOWNS_AN_HOUR = 30
# TAKE IT DOWN Act, sec. 3: as soon as possible, and not later than 48 hours after a valid request.
HOURS_TO_TAKE_DOWN = 48
_RISKS = {AbuseReason.INTIMATE: 5, AbuseReason.FRAUD: 4, AbuseReason.HATE: 4, AbuseReason.RIGHTS: 2}


@transaction.atomic
def abuse_report_create(
    *,
    clip: Clip,
    reason: str,
    message: str,
    email: str = "",
    takedown: bool = False,
    signed_name: str = "",
    ip: str = "",
) -> AbuseReport:
    """Report a clip. A request to take it down is signed with a name and has an address for the answer.

    Raises ValidationError by field, or under no field where one network reports too often.
    """
    message, signed_name = message.strip()[:4000], " ".join(signed_name.split())[:200]
    email, network, now = email.strip().lower(), network_of(ip), timezone.now()
    if reason not in AbuseReason.values:
        raise ValidationError({"reason": "Say what is wrong with the clip."})
    if email:
        validate_email(email)
    if takedown and not signed_name:
        raise ValidationError({"signed_name": "Sign the request with your name."})
    if takedown and not email:
        raise ValidationError({"email": "Give an e-mail address: the law asks for a way to reach you."})
    lately = AbuseReport.objects.filter(network=network, takedown=takedown, created_at__gt=now - timedelta(hours=1))
    if network and lately.count() >= (TAKEDOWNS_AN_HOUR if takedown else REPORTS_AN_HOUR):
        raise ValidationError("There were many reports from your network in the last hour. Try again in an hour.")
    kind = CaseKind.TAKE_DOWN if takedown else CaseKind.ABUSE
    about = f"{kind}:{clip.pk}:{'' if takedown else reason}:"
    case = case_open(
        # Many reports are one case; after a decision the next one opens another.
        key=about + str(_number(about)),
        kind=kind,
        risk=5 if takedown else _RISKS.get(AbuseReason(reason), 2),
        summary=f"Reported: {AbuseReason(reason).label}.",
        organization=clip.organization,
        clip=clip,
        due_at=now + timedelta(hours=HOURS_TO_TAKE_DOWN) if takedown else None,
    )
    report = AbuseReport.objects.create(
        clip=clip,
        reason=reason,
        takedown=takedown,
        signed_name=signed_name,
        message=message,
        email=email,
        network=network,
        case=case,
        created_at=now,
    )
    if takedown:
        takedown_received(report, clip.organization)
    audit_record(
        organization=clip.organization,
        acting_user=None,
        action="report.received",
        object_id=report.pk,
        data={"clip": clip.pk, "reason": reason, "takedown": takedown},
    )
    return report


def _number(about: str) -> int:
    """Which case of these reports is the one that still waits for a decision, or would be the next."""
    cases = Case.objects.filter(key__startswith=about)
    undecided = cases.filter(state__in=UNDECIDED).first()
    return int(undecided.key.rpartition(":")[2]) if undecided else cases.count()
