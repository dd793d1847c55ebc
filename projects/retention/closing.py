"""Closing an organisation, or a person's own account: by the same erasers as by date, whatever the date is.

An organisation is closed after a time of grace, in which any owner can take it back; an account is closed at once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.api.models import ApiKey
from accounts.billing.models import LIVE, Subscription
from accounts.billing.subscriptions import subscriptions_end
from accounts.credits import organization_lock
from accounts.models import Membership, Organization, User
from accounts.permissions import Act
from accounts.scopes import across_tenants
from accounts.services import audit_record, authorize
from accounts.webhooks.models import WebhookEndpoint
from consent.letters import letter_write, organization_recipients
from projects.retention.classes import ADJUSTABLE
from projects.retention.models import Closing, DeletionCause
from projects.retention.registry import holdings
from projects.retention.sweep import Outcome, rows_of, thing_erase
from projects.sharing.models import Share

logger = logging.getLogger(__name__)

CLOSED_NAME = "(closed)"
GRACE_DAYS = 14

# Called with the organisation in the transaction that ends it, so that each app ends what it has running for it.
Ender = Callable[[Organization], None]
_enders: list[Ender] = []


def on_close(ender: Ender) -> Ender:
    """Have `ender` called when an organisation is closed; a decorator, or for AppConfig.ready()."""
    if ender not in _enders:
        _enders.append(ender)
    return ender


@dataclass(frozen=True)
class Closed:
    """What went, and what a legal hold keeps: those are tried again when it is closed once more."""

    erased: int
    held: int


@transaction.atomic
def closing_ask(*, organization: Organization, acting_user: User) -> Closing:
    """Have the organisation closed after the days of grace; asked again, the closing that stands is given back.

    Raises PermissionDenied, ValidationError while a plan runs: it would go on to be charged.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.OWN)
    organization_lock(organization)
    if (standing := closing_of(organization)) is not None:
        return standing
    # One that ends with its month is ended with the closing, should that come first.
    running = Subscription.objects.filter(organization=organization, status__in=LIVE, ended_at=None)
    if running.filter(cancel_at_period_end=False).exists():
        raise ValidationError("A plan is running. End it first, under “Plan and credits”, so that nothing is charged.")
    closing = Closing.objects.create(
        organization=organization, asked_by=acting_user, due_at=timezone.now() + timedelta(days=GRACE_DAYS)
    )
    audit_record(
        organization=organization,
        acting_user=acting_user,
        action="organization.closing",
        object_id=closing.pk,
        data={"due_at": closing.due_at.isoformat()},
    )
    _tell(
        closing,
        "asked",
        f"{organization.name} will be closed on {closing.due_at:%d %B %Y}",
        "One of its owners asked for that. Everything in it is then deleted for good. Until then any owner can take "
        "it back, and save a copy of everything",
    )
    return closing


@transaction.atomic
def closing_cancel(*, organization: Organization, acting_user: User) -> bool:
    """Take the closing back. False: there was none."""
    authorize(organization=organization, acting_user=acting_user, act=Act.OWN)
    organization_lock(organization)
    closing = closing_of(organization)
    if closing is None:
        return False
    Closing.objects.filter(pk=closing.pk).update(cancelled_at=timezone.now())
    audit_record(
        organization=organization, acting_user=acting_user, action="organization.closing-ended", object_id=closing.pk
    )
    _tell(closing, "ended", f"{organization.name} stays open", "An owner took the closing back. Its settings")
    return True


def closing_of(organization: Organization) -> Closing | None:
    """The closing that is under way, if there is one."""
    return Closing.objects.filter(organization=organization, cancelled_at=None, done_at=None).first()


@across_tenants("time runs for all organisations")
def closings_run(*, at: datetime | None = None) -> int:
    """Close what is due; how many were closed. What a legal hold keeps is tried again at the next round."""
    due = Closing.objects.filter(cancelled_at=None, done_at=None, due_at__lte=at or timezone.now())
    done = 0
    for closing in due.select_related("organization", "asked_by"):
        try:
            closed = _close(closing.organization, closing.asked_by)
        except Exception:
            logger.exception("%s could not be closed, and is tried again", closing.organization_id)
            continue
        done += not closed.held
    return done


def organization_close(*, organization: Organization, acting_user: User) -> Closed:
    """Delete the organisation's clips, drafts, pictures and recordings now. The evidence of consent stays for its time,
    as the persons shown may still need it. Where nothing is held, its name goes and its members leave it. First its
    plan is ended, so that nobody goes on paying.

    Many small transactions: called again after it broke off, it goes on. Raises PermissionDenied, PaymentTrouble.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.OWN)
    return _close(organization, acting_user)


def _close(organization: Organization, acting_user: User) -> Closed:
    subscriptions_end(organization=organization, acting_user=acting_user)
    erased = held = 0
    for holding in holdings():
        if holding.data_class not in ADJUSTABLE:
            continue
        for pk in list(rows_of(organization, holding).values_list("pk", flat=True).distinct()):
            outcome = thing_erase(
                organization=organization,
                holding=holding,
                pk=pk,
                due_at=None,
                cause=DeletionCause.CLOSED,
                acting_user=acting_user,
            )
            erased += outcome is Outcome.ERASED
            held += outcome is Outcome.HELD
    if not held:
        _leave(organization, acting_user)
    return Closed(erased, held)


@transaction.atomic
def _leave(organization: Organization, acting_user: User) -> None:
    organization_lock(organization)
    now = timezone.now()
    for ender in _enders:
        ender(organization)
    ApiKey.objects.filter(organization=organization, revoked_at=None).update(revoked_at=now)
    WebhookEndpoint.objects.filter(organization=organization).delete()
    Share.objects.filter(organization=organization, revoked_at=None).update(revoked_at=now)
    Closing.objects.filter(organization=organization, cancelled_at=None, done_at=None).update(done_at=now)
    audit_record(
        organization=organization, acting_user=acting_user, action="organization.closed", object_id=organization.pk
    )
    Organization.objects.filter(pk=organization.pk).update(name=CLOSED_NAME)
    Membership.objects.filter(organization=organization).delete()


def _tell(closing: Closing, what: str, subject: str, text: str) -> None:
    organization = closing.organization
    for recipient in organization_recipients(organization):
        letter_write(
            organization=organization,
            key=f"closing:{closing.pk}:{what}:{recipient}"[:200],
            recipient=recipient,
            subject=subject,
            body=f"{text}: {settings.LIKENESS_SITE_URL}{reverse('projects:closing')}\n",
        )
