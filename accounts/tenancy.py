"""Which organisation a page is about when its address names no object that belongs to one."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, overload

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from accounts.models import Membership, Organization, User
from accounts.permissions import Act, may
from accounts.selectors import memberships_of

P = ParamSpec("P")
OrganizationView = Callable[Concatenate[HttpRequest, Organization, P], HttpResponseBase]
RequestView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

SESSION_KEY = "organization"
_NOT_YOURS = "Your role in {organization} does not open this page. Ask one of its owners."


def signed_in(request: HttpRequest) -> User:
    """The user of a request that has passed `login_required`."""
    if not isinstance(request.user, User):
        raise TypeError("only a view behind login_required may ask who is signed in")
    return request.user


def request_memberships(request: HttpRequest) -> list[Membership]:
    """The memberships of the request's user, by the organisations' names; read once a request and user."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return []
    kept: tuple[str, list[Membership]] | None = getattr(request, "_memberships", None)
    if kept is None or kept[0] != user.pk:
        kept = (user.pk, list(memberships_of(user)))
        request._memberships = kept  # type: ignore[attr-defined]  # for this request alone
    return kept[1]


def memberships_changed(request: HttpRequest) -> None:
    """Have the memberships read anew: this request changed them."""
    request.__dict__.pop("_memberships", None)


def current_membership(request: HttpRequest) -> Membership | None:
    """The membership in the organisation that the person chose last, else in the first by name; None without any."""
    memberships = request_memberships(request)
    chosen = request.session.get(SESSION_KEY)
    return next((one for one in memberships if one.organization_id == chosen), memberships[0] if memberships else None)


def choose_organization(request: HttpRequest, organization: Organization) -> None:
    """Make it the organisation that pages are about, until the person chooses another one or signs out."""
    request.session[SESSION_KEY] = organization.pk


@overload
def in_organization(view: OrganizationView[P]) -> RequestView[P]: ...
@overload
def in_organization(*, act: Act | None) -> Callable[[OrganizationView[P]], RequestView[P]]: ...
def in_organization(
    view: OrganizationView[P] | None = None, *, act: Act | None = Act.VIEW
) -> RequestView[P] | Callable[[OrganizationView[P]], RequestView[P]]:
    """Hands the view the signed-in user's current organisation, where their role may do `act` (None: any member).

    Who belongs to none is led to make one. Who belongs to it and may not is told so (403): there is nothing to hide.
    """

    def decorated(inner: OrganizationView[P]) -> RequestView[P]:
        @login_required
        @wraps(inner)
        def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            membership = current_membership(request)
            if membership is None:
                return redirect("accounts:organization_new")
            if act is not None and not may(membership.role, act):
                raise PermissionDenied(_NOT_YOURS.format(organization=membership.organization.name))
            return inner(request, membership.organization, *args, **kwargs)

        return opened

    return decorated if view is None else decorated(view)
