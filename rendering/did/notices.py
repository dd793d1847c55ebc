"""Telling a talk's own webhook how it ended: the same JSON as a GET gives, signed by the Standard Webhooks form, and
tried for a day.

What is due is read from the database each time, so that nothing has to be told twice to be told once: a try is claimed
by compare-and-set, and a process that is killed in the middle leaves a try to be made again.
"""

import base64
import hashlib
import hmac
import json
import logging
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from accounts.models import Organization
from accounts.outbound import OutboundError, send
from accounts.scopes import across_tenants, within
from accounts.webhooks.delivery import CLAIM, KEPT_ANSWER, PAUSES, TIMEOUT, pause_after
from accounts.webhooks.signing import PREFIX
from rendering.did.models import DidTalk, NoticeState
from rendering.did.talks import talk_told
from rendering.models import Render
from rendering.states import ACTIVE

logger = logging.getLogger(__name__)

AT_ONCE = 20


@across_tenants("talks of all organisations are told by one loop")
def notices_send() -> int:
    """Tell what has ended and is due; how many tries were made."""
    tries = 0
    for talk in _due()[:AT_ONCE]:
        try:
            tries += _tell(talk)
        except Exception:
            # One address that breaks something is no reason for the others to wait.
            logger.exception("The webhook of %s could not be called", talk.pk)
    return tries


def _due() -> QuerySet[DidTalk]:
    """Talks with a webhook whose clip is made, or will not be, and that may be told now."""
    renders = Render.objects.filter(clip=OuterRef("clip"))
    talks = DidTalk.objects.filter(notice=NoticeState.PENDING, tell_at__lte=timezone.now()).exclude(webhook="")
    ended = talks.annotate(newest=Subquery(renders.order_by("-created_at", "-id").values("state")[:1]))
    return (
        ended.filter(Exists(renders))
        .exclude(newest__in=ACTIVE)
        .select_related("organization", "clip__portrait__subject", "clip__recording")
        .order_by("tell_at")
    )


def _tell(talk: DidTalk) -> int:
    """One try, unless another process makes it."""
    now = timezone.now()
    mine = DidTalk.objects.filter(pk=talk.pk, notice=NoticeState.PENDING, tells=talk.tells)
    if not mine.update(tells=talk.tells + 1, tell_at=now + CLAIM):
        return 0
    talk.tells += 1
    with within(talk.organization_id):
        arrived, gone = _sent(talk, now)
        state = NoticeState.PENDING
        if arrived:
            state = NoticeState.DELIVERED
        elif gone or talk.tells > len(PAUSES):
            state = NoticeState.FAILED
        again = timezone.now() + (pause_after(talk.tells) if state == NoticeState.PENDING else CLAIM)
        DidTalk.objects.filter(pk=talk.pk, tells=talk.tells).update(notice=state, tell_at=again)
    return 1


def _sent(talk: DidTalk, at: datetime) -> tuple[bool, bool]:
    """Whether it arrived, and whether its receiver wants to hear nothing more (410)."""
    body = json.dumps(talk_told(talk), separators=(",", ":")).encode()
    try:
        answer = send(
            "POST",
            talk.webhook,
            headers=signed_headers(talk.organization, f"{talk.pk}.ended", body, at=at),
            content=body,
            max_bytes=KEPT_ANSWER,
            seconds=TIMEOUT,
            cut=True,
        )
    except OutboundError as error:
        logger.info("The webhook of %s was not reached: %s", talk.pk, error)
        return False, False
    return 200 <= answer.status < 300, answer.status == 410


def signed_headers(organization: Organization, message_id: str, body: bytes, *, at: datetime) -> dict[str, str]:
    """The headers of one message; with each try of the same the same id."""
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(signing_secret(organization)).sign(message_id, at, body.decode()),
    }


def signing_secret(organization: Organization) -> str:
    """By which the organisation's receivers know that a message is from here; it is derived, and stored nowhere."""
    key = hmac.new(settings.SECRET_KEY.encode(), f"did-webhook:{organization.pk}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.b64encode(key).decode()
