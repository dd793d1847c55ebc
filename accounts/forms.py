"""What a person fills in to have an account and to get into it."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from accounts.backends import sign_in_is_refused
from accounts.kinds import KINDS
from accounts.models import Organization, User
from accounts.names import clean_name
from accounts.services import organization_change, organization_create, user_create
from accounts.throttling import SIGN_UP_ADDRESS, neighbourhood

_DO_NOT_BELONG_TOGETHER = "This e-mail address and password do not belong together. Check both and try again."
_TOO_MANY_TRIES = "Those were too many tries. Wait for a quarter of an hour, then try again."
_TOO_MANY_ACCOUNTS = "Too many accounts were asked for from your network. Wait for an hour, then try again."
_NAME_NEEDED = "Tell us your name."
_STUDIO_NEEDED = "Give your studio a name."


class SignInForm(AuthenticationForm):
    """Django's own form, in this house's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.error_messages = {
            **self.error_messages,
            "invalid_login": _DO_NOT_BELONG_TOGETHER,
            "too_many_tries": _TOO_MANY_TRIES,
        }
        self.fields["username"].label = "E-mail address"
        self.fields["username"].widget.attrs.update({"autocomplete": "email", "inputmode": "email"})

    def get_invalid_login_error(self) -> ValidationError:
        """Why nobody was let in."""
        refused = sign_in_is_refused(self.request, self.cleaned_data["username"])
        code = "too_many_tries" if refused else "invalid_login"
        return ValidationError(self.error_messages[code], code=code)


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


class SignUpForm(OrganizationForm):
    """A new person and their studio, made together or not at all."""

    # The person first, then the studio, which the form inherits.
    field_order = ("full_name", "email", "password")

    full_name = forms.CharField(
        label="Your name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _NAME_NEEDED},
    )
    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Type your e-mail address; you sign in with it."},
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 10 characters. A few words in a row are easy to keep in mind.",
        error_messages={"required": "Choose a password."},
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_full_name(self) -> str:
        return clean_name(self.cleaned_data["full_name"], complaint=_NAME_NEEDED)

    def clean(self) -> dict[str, Any] | None:
        # Every try counts, the failed ones too: each of them says whether there is an account with an address.
        if not SIGN_UP_ADDRESS.count(neighbourhood(self.request)):
            raise ValidationError(_TOO_MANY_ACCOUNTS)
        return super().clean()

    def create(self) -> User | None:
        """The new user, or None with the reasons beside the fields."""
        values = self.cleaned_data
        try:
            with transaction.atomic():
                user = user_create(email=values["email"], password=values["password"], full_name=values["full_name"])
                self.create_for(user)
        except ValidationError as error:
            # The password's validators name no field.
            self.add_error(None if hasattr(error, "error_dict") else "password", error)
            return None
        return user
