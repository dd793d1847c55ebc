"""What a new organisation begins with."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.billing.mode import plans_are_sold
from accounts.credits import credits_grant
from accounts.models import Organization, User


def welcome_grant(*, organization: Organization, owner: User) -> None:
    """The seconds that everybody starts with. Where plans are sold they end with the trial, and are one person's once,
    however many organisations that person makes.
    """
    seconds = settings.LIKENESS_WELCOME_SECONDS
    if seconds <= 0:
        return
    if not plans_are_sold():
        credits_grant(organization=organization, seconds=seconds, reason="welcome")
        return
    credits_grant(
        organization=organization,
        seconds=seconds,
        reason="welcome",
        key=f"welcome:{owner.pk}",
        expires_at=timezone.now() + timedelta(days=days) if (days := settings.LIKENESS_TRIAL_DAYS) > 0 else None,
    )
