"""Where django-allauth asks this house: who is counted together, and where people go."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.throttling import client_address


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own, with proxies believed only where the settings say so, and one more limit on passwords."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "0.0.0.0"  # noqa: S104  no address to listen on: a socket has none to show

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user, or None. Raises ValidationError, before the password is looked at, after too many wrong ones."""
        login = str(credentials.get("email") or credentials.get("username") or "").lower()
        here = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed_here",
            key=f"{ratelimit.get_ip(request)} {login}",
        )
        if not here:
            raise self.validation_error("too_many_login_attempts")
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            # One right password is no leave to go on guessing: only this try is not counted.
            here.rollback()
        return user

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:start")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:start")
