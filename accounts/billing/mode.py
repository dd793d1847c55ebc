"""Whether this installation sells anything."""

from django.conf import settings


def plans_are_sold() -> bool:
    """False on an installation that serves its own house: there, its operator grants credits, and no page shows a
    price.
    """
    return bool(settings.STRIPE_SECRET_KEY)
