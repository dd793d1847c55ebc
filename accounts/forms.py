"""What a person fills in to have an account and to get into it."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm, SignupForm
from allauth.core import context
from django import forms
from django.db import transaction
from django.http import HttpRequest

from accounts.kinds import KINDS
from accounts.members import INVITED, invitation_accept, invitation_by_token
from accounts.models import Organization, User
from accounts.names import clean_name
from accounts.services import organization_change, organization_create

_NAME_NEEDED = "Tell us your name."
_STUDIO_NEEDED = "Give your studio a name."


class SignInForm(LoginForm):
    """allauth's form, in this house's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        self.fields["login"].widget.attrs.update({"autocomplete": "username webauthn", "inputmode": "email"})
        self.fields["password"].help_text = ""
        self.fields["remember"].label = "Stay signed in on this device"


class ForgottenPasswordForm(ResetPasswordForm):
    """allauth's form, in this house's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"


class OrganizationForm(forms.Form):
    """A studio for somebody who has an account and belongs to none."""

    organization_name = forms.CharField(
        label="Name of your studio",
        max_length=200,
        help_text="People who are asked for consent see this name.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _STUDIO_NEEDED},
    )
    organization_kind = forms.ChoiceField(
        label="Who it is for",
        choices=[(kind.value, defaults.title) for kind, defaults in KINDS.items()],
        help_text="It decides how long things are kept at first, and what a new clip begins with. Both can be changed.",
    )

    def clean_organization_name(self) -> str:
        return clean_name(self.cleaned_data["organization_name"], complaint=_STUDIO_NEEDED)

    def create_for(self, user: User) -> Organization:
        """Make the studio with `user` as its owner."""
        values = self.cleaned_data
        return organization_create(name=values["organization_name"], kind=values["organization_kind"], owner=user)

    def change(self, organization: Organization, *, acting_user: User) -> None:
        """Give an organisation this name and kind."""
        values = self.cleaned_data
        organization_change(
            organization=organization,
            acting_user=acting_user,
            name=values["organization_name"],
            kind=values["organization_kind"],
        )


class SignUpForm(OrganizationForm, SignupForm):
    """A new person and their studio, made together or not at all."""

    # The person first, then the studio, which the form inherits.
    field_order = ("full_name", "email", "password1", "organization_name", "organization_kind")

    full_name = forms.CharField(
        label="Your name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _NAME_NEEDED},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"
        self.fields["email"].error_messages["required"] = "Type your e-mail address; you sign in with it."
        self.fields["password1"].help_text = "At least 10 characters. A few words in a row are easy to keep in mind."
        self.fields["password1"].error_messages["required"] = "Choose a password."
        self.invitation_token = _invited_by_link()
        if self.invitation_token:
            # Somebody invited joins what is there; an organisation of their own can be made later.
            invitation = invitation_by_token(self.invitation_token)
            del self.fields["organization_name"], self.fields["organization_kind"]
            self.fields["email"].initial = invitation.email if invitation else ""
            self.fields["email"].disabled = True

    def clean_full_name(self) -> str:
        return clean_name(self.cleaned_data["full_name"], complaint=_NAME_NEEDED)

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        """The new user, who owns a new studio."""
        user: User = super().save(request)
        return user

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        user.full_name = self.cleaned_data["full_name"]
        user.save(update_fields=["full_name"])
        if self.invitation_token:
            invitation_accept(token=self.invitation_token, acting_user=user)
        else:
            self.create_for(user)


def _invited_by_link() -> str:
    """The token of the open invitation whose link this browser opened, "" for none."""
    request = context.request
    token = str(request.session.get(INVITED, "")) if request else ""
    invitation = invitation_by_token(token) if token else None
    return token if invitation is not None and invitation.is_open else ""
