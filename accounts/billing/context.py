"""What every template can ask: how much the organisation that a page is about can still make."""

import math
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.billing.selectors import seconds_to_spend
from accounts.tenancy import current_membership


@dataclass(frozen=True)
class Credits:
    """`left`: whole seconds that a clip may take at most; `unlimited`: there is no such number."""

    left: int = 0
    unlimited: bool = False


def spending(request: HttpRequest) -> dict[str, Any]:
    """`credits.left` and `credits.unlimited`; nothing is looked up on a page that does not ask."""
    return {"credits": SimpleLazyObject(lambda: _credits(request))}


def _credits(request: HttpRequest) -> Credits:
    known = hasattr(request, "user") and hasattr(request, "session")
    membership = current_membership(request) if known else None
    if membership is None:
        return Credits()
    left = seconds_to_spend(membership.organization)
    return Credits(unlimited=True) if math.isinf(left) else Credits(left=int(left))
