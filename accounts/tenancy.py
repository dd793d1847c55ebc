"""Which organisation a page is about when its address names no object that belongs to one."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import Organization, User
from accounts.selectors import organizations_of

P = ParamSpec("P")


def signed_in(request: HttpRequest) -> User:
    """The user of a request that has passed `login_required`."""
    if not isinstance(request.user, User):
        raise TypeError("only a view behind login_required may ask who is signed in")
    return request.user


def in_organization(
    view: Callable[Concatenate[HttpRequest, Organization, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Hands the view the signed-in user's organisation, the first by name; who has none is led to make one."""

    @login_required
    @wraps(view)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        organization = organizations_of(signed_in(request)).first()
        if organization is None:
            return redirect("accounts:organization_new")
        return view(request, organization, *args, **kwargs)

    return opened
