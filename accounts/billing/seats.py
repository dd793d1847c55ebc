"""How many people may belong to an organisation."""

from django.core.exceptions import ValidationError

from accounts.billing.catalogue import PLANS, TRIAL_SEATS
from accounts.billing.mode import plans_are_sold
from accounts.billing.models import STANDING, Subscription
from accounts.models import Membership, Organization


def seats_of(organization: Organization) -> int | None:
    """How many members the organisation's plan allows; None: as many as they like."""
    if not plans_are_sold():
        return None
    plans = Subscription.objects.filter(organization=organization, status__in=STANDING, ended_at=None)
    seats = [PLANS[plan].seats for plan in plans.values_list("plan", flat=True) if plan in PLANS]
    return max(seats, default=TRIAL_SEATS)


def seat_check(organization: Organization) -> None:
    """Raises ValidationError where one member more is too many. To be asked with the organisation locked.

    Nobody is put out: after a change to a smaller plan the members stay, and no new one can be let in.
    """
    seats = seats_of(organization)
    if seats is not None and Membership.objects.filter(organization=organization).count() >= seats:
        raise ValidationError(
            f"The plan of this organisation has room for {seats} people, and they are here already. "
            "Its owner can change the plan."
        )
