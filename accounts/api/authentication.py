"""Who calls: a program with an API key, or a person who is signed in on the site."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from accounts.api.keys import key_of_secret, note_use
from accounts.api.limits import count
from accounts.api.models import ApiKey
from accounts.api.scopes import Level, Resource, covers
from accounts.models import Membership, Organization, User
from accounts.permissions import Act, may
from accounts.scopes import across_tenants
from accounts.tenancy import current_membership, request_memberships
from accounts.throttling import neighbourhood

ORGANIZATION_HEADER = "Likeness-Organization"


@dataclass(frozen=True)
class Caller:
    """`role` is what the user has in the organisation today; `scopes` None: a person, bound by the role alone."""

    organization: Organization
    user: User
    role: str
    scopes: frozenset[str] | None = None
    key: ApiKey | None = None

    def has(self, resource: Resource, level: Level) -> bool:
        return self.scopes is None or covers(self.scopes, resource, level)

    def may(self, *acts: Act) -> bool:
        """Whether the role allows one of these."""
        return any(may(self.role, act) for act in acts)

    @property
    def id(self) -> str:
        """Whose requests are counted together."""
        return self.key.pk if self.key else self.user.pk


@across_tenants("whose a key is, is known only once it is found")
def caller_of_secret(secret: str) -> Caller | None:
    """Who calls with this secret; None for one that opens nothing (any more)."""
    found = key_of_secret(secret)
    if found is None:
        return None
    key, role = found
    if not role:
        return None
    note_use(key)
    return Caller(key.organization, key.created_by, role, frozenset(key.scopes), key)


def note_wrong_key(request: Request) -> None:
    """Count it for the neighbourhood that it comes from. Raises Throttled where there are too many."""
    allowance = count(f"wrong-key:{neighbourhood(request._request)}", settings.LIKENESS_API_RATE)
    if allowance.left < 0:
        raise exceptions.Throttled(wait=allowance.resets_in)


class KeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer lk_live_…`."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        caller = caller_of_secret(secret.strip()) if scheme.lower() == "bearer" else None
        if caller is None:
            note_wrong_key(request)
            raise exceptions.AuthenticationFailed(
                "This is not a key that opens anything: it may be mistyped, expired or revoked, or who made it has "
                "left the organisation."
            )
        return caller.user, caller

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class SessionAuthentication(authentication.SessionAuthentication):
    """The site's own cookie, with its CSRF token. Which organisation: the header, else the one chosen on the site."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user: Any = found[0]
        membership = _membership_of(request)
        if membership is None:
            return None
        return user, Caller(membership.organization, user, membership.role)


def _membership_of(request: Request) -> Membership | None:
    wanted = request.headers.get(ORGANIZATION_HEADER)
    if not wanted:
        return current_membership(request._request)
    for membership in request_memberships(request._request):
        if membership.organization_id == wanted:
            return membership
    raise PermissionDenied("You are no member of the organisation that the request names.")
