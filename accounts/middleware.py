"""The tenant scope of a request, and when a device was last seen."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.scopes import EVERYTHING, Ids, ScopeError, resolved_by
from accounts.tenancy import request_memberships

BACK_OFFICE = "/admin/"


class TenantScopeMiddleware:
    """Whoever is signed in touches the rows of their own organisations; staff, in the back office, of all of them.

    A stranger has no scope: a page that is opened by a token, or for everybody, says itself why it may look
    (accounts.scopes.across_tenants).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with resolved_by(lambda: _ids_of(request)):
            return self.get_response(request)


def _ids_of(request: HttpRequest) -> Ids:
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        raise ScopeError("Nobody is signed in: this page has to say whose rows it touches (accounts.scopes).")
    if user.is_staff and request.path.startswith(BACK_OFFICE):
        return EVERYTHING
    return frozenset(one.organization_id for one in request_memberships(request))


SEEN_SECONDS = 600


class DeviceSeenMiddleware:
    """Notes every ten minutes that somebody's device is in use: their page of devices shows it.

    allauth's own would write with every request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and cache.add(f"device-seen:{key}", "yes", SEEN_SECONDS):
            UserSession.objects.filter(session_key=key).update(last_seen_at=timezone.now())
        return self.get_response(request)
