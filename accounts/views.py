"""The first page, and the ways in and out."""

from typing import Any

from allauth.account.views import LoginView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import OrganizationForm
from accounts.models import Organization
from accounts.permissions import Act, may
from accounts.selectors import access_organization
from accounts.tenancy import choose_organization, current_membership, in_organization, signed_in

STUDIO = "rendering:studio"
SAMPLE_PORTRAIT = "sample/portrait.jpg"
SAMPLE_CLIP = "sample/clip.mp4"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What Likeness is, with the sample portrait; its clip plays where one was made."""
    sample = {"portrait": SAMPLE_PORTRAIT, "clip": SAMPLE_CLIP if finders.find(SAMPLE_CLIP) else ""}
    return render(request, "accounts/home.html", {"sample": sample})


class SignIn(LoginView):
    """Sign in and go where the person wanted to go, or to where they begin."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A part of a page that asks for itself after its reader has signed out gets no form in its place: the whole
        page is loaded again, and leads here.
        """
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().dispatch(request, *args, **kwargs)


@require_POST
@login_required
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign one's own account out on another device."""
    session = get_object_or_404(UserSession, user=signed_in(request), pk=session_id)
    session.end()
    messages.success(request, "That device is signed out.")
    return redirect("usersessions_list")


@login_required
@require_http_methods(["GET", "POST"])
def organization_new(request: HttpRequest) -> HttpResponse:
    """A studio for somebody who has an account and no studio."""
    form = OrganizationForm(request.POST or None)
    if form.is_valid():
        choose_organization(request, form.create_for(signed_in(request)))
        return redirect(STUDIO)
    return render(request, "accounts/organization_new.html", {"form": form})


@require_GET
@in_organization(act=None)
def start(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Where a person begins: the studio, or the organisation's page for a role that sees no clips."""
    membership = current_membership(request)
    sees_clips = membership is not None and may(membership.role, Act.VIEW)
    return redirect(STUDIO if sees_clips else "accounts:organization")


@require_POST
@login_required
def organization_switch(request: HttpRequest) -> HttpResponse:
    """Go over to another organisation that one belongs to."""
    organization = access_organization(signed_in(request), request.POST.get("organization", ""), act=None)
    choose_organization(request, organization)
    messages.success(request, f"You are in {organization.name} now.")
    return redirect("accounts:start")


@require_http_methods(["GET", "POST"])
@in_organization(act=None)
def organization_page(request: HttpRequest, organization: Organization) -> HttpResponse:
    """The organisation's name and kind, which administrators change, and one's own place in it."""
    user = signed_in(request)
    values = {"organization_name": organization.name, "organization_kind": organization.kind}
    form = OrganizationForm(request.POST or None, initial=values)
    if form.is_valid():
        form.change(organization, acting_user=user)
        messages.success(request, "Changed.")
        return redirect("accounts:organization")
    return render(request, "accounts/organization.html", {"form": form, "organization": organization})
