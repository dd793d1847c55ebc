"""What every template can ask: which organisation a page is about, and what its reader may do there."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.permissions import Act, may
from accounts.tenancy import current_membership, request_memberships


def tenancy(request: HttpRequest) -> dict[str, Any]:
    """`tenancy.organization` (None for strangers), `.role`, `.memberships`, and `.may.manage_members` and so on."""
    return {"tenancy": SimpleLazyObject(lambda: _tenancy(request))}


def _tenancy(request: HttpRequest) -> dict[str, Any]:
    # Pages for our own mistakes are rendered for requests that never came through the middleware.
    known = hasattr(request, "user") and hasattr(request, "session")
    membership = current_membership(request) if known else None
    role = membership.role if membership else ""
    return {
        "organization": membership.organization if membership else None,
        "membership": membership,
        "role": role,
        "memberships": request_memberships(request) if known else [],
        "may": {act.value.replace("-", "_"): may(role, act) for act in Act},
    }
