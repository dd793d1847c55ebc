"""The pages of who belongs to an organisation, and the page behind an invitation's link."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.members import (
    INVITED,
    access_invitation,
    access_membership,
    invitation_accept,
    invitation_by_token,
    invitation_create,
    invitation_resend,
    invitation_revoke,
    invitation_url,
    members_of,
    membership_change,
    membership_leave,
    membership_remove,
    ownership_transfer,
    standing_invitations,
)
from accounts.models import Organization, Role
from accounts.permissions import ROLE_DESCRIPTIONS, Act, may, may_give
from accounts.selectors import role_of
from accounts.tenancy import choose_organization, in_organization, memberships_changed, signed_in

UNPROCESSABLE = 422


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address",
        error_messages={"required": "Type the address that the letter goes to."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label="Role", initial=Role.EDITOR)

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, f"{role.label}: {ROLE_DESCRIPTIONS[role]}") for role in roles]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]  # a choice field


@never_cache
@require_http_methods(["GET", "POST"])
@in_organization
def members(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Who belongs to the organisation and who is invited; POST invites somebody."""
    user = signed_in(request)
    role = role_of(user, organization)
    roles = [one for one in Role if may_give(role, one)]
    form = InvitationForm(request.POST or None, roles=roles)
    if form.is_valid():
        try:
            invitation, token = invitation_create(organization=organization, acting_user=user, **form.cleaned_data)
            _tell_sent(request, invitation.email, token)
            return redirect("accounts:members")
        except ValidationError as error:
            for field, complaints in getattr(error, "message_dict", {"email": error.messages}).items():
                form.add_error(field if field in form.fields else None, complaints)
    context = {
        "organization": organization,
        "form": form,
        "members": members_of(organization),
        "invitations": standing_invitations(organization) if may(role, Act.MANAGE_MEMBERS) else (),
        "roles": roles,
    }
    return render(request, "accounts/members.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_POST
@login_required
def member_change(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Another role for a member; or, by the button that was pressed, let them go or make them the owner."""
    user = signed_in(request)
    membership = access_membership(user, membership_id)
    given: dict[str, Any] = {"organization": membership.organization, "acting_user": user, "membership": membership}
    name = membership.user.get_full_name()
    match request.POST.get("do"):
        case "remove":
            _try(request, lambda: membership_remove(**given), f"{name} does not belong here any more.")
        case "transfer":
            _try(request, lambda: ownership_transfer(**given), f"{name} is the owner now.")
        case _:
            role = request.POST.get("role", "")
            _try(request, lambda: membership_change(**given, role=role), f"{name}’s role is changed.")
    memberships_changed(request)
    return redirect("accounts:start" if membership.user_id == user.pk else "accounts:members")


@require_POST
@in_organization(act=None)
def leave(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Leave the organisation."""
    user = signed_in(request)
    if not _try(
        request,
        lambda: membership_leave(organization=organization, acting_user=user),
        f"You have left {organization.name}.",
    ):
        return redirect("accounts:organization")
    memberships_changed(request)
    return redirect("accounts:start")


@require_POST
@login_required
def invitation_change(request: HttpRequest, invitation_id: str) -> HttpResponse:
    """Send an invitation again, or take it back."""
    user = signed_in(request)
    invitation = access_invitation(user, invitation_id)
    given: dict[str, Any] = {"organization": invitation.organization, "acting_user": user, "invitation": invitation}
    if request.POST.get("do") == "revoke":
        invitation_revoke(**given)
        messages.success(request, f"The invitation of {invitation.email} is taken back; its link opens nothing now.")
        return redirect("accounts:members")
    try:
        _tell_sent(request, invitation.email, invitation_resend(**given))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("accounts:members")


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody is invited to; POST accepts. Strangers sign in or make an account first, and come back."""
    found = invitation_by_token(token)
    if request.method == "POST" and request.user.is_authenticated:
        try:
            membership = invitation_accept(token=token, acting_user=signed_in(request))
            choose_organization(request, membership.organization)
            request.session.pop(INVITED, None)
            messages.success(request, f"Welcome to {membership.organization.name}.")
            return redirect("accounts:start")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("accounts:invitation", token)
    if found is not None and found.is_open:
        # The form of a new account asks for it, and makes no organisation then.
        request.session[INVITED] = token
    context = {
        "invitation": found,
        "description": ROLE_DESCRIPTIONS[Role(found.role)] if found else "",
        "is_right_address": found is not None and getattr(request.user, "email", "") == found.email,
    }
    return render(request, "accounts/invitation.html", context, status=200 if found and found.is_open else 410)


def _try(request: HttpRequest, work: Callable[[], object], done: str) -> bool:
    """Do it and say so, or say why not."""
    try:
        work()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    messages.success(request, done)
    return True


def _tell_sent(request: HttpRequest, email: str, token: str) -> None:
    if settings.LIKENESS_MAIL_GOES_OUT:
        messages.success(request, f"A letter to {email} is on its way. Its link works for a week.")
        return
    # No letter leaves this machine: whoever invites passes the link on.
    messages.success(request, f"No mail server is set up. Pass this link on to {email}: {invitation_url(token)}")
