"""Who a password lets in: Django's own answer, which cannot be asked for without end."""

from dataclasses import dataclass
from typing import Any, Self

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User
from accounts.throttling import SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS, SIGN_IN_HERE, Limit, neighbourhood


@dataclass(frozen=True)
class _Tries:
    """Whose tries a request counts among; without a request, as in a shell, the account's only."""

    account: str
    address: str

    @classmethod
    def of(cls, request: HttpRequest | None, email: str) -> Self:
        return cls(email.strip().lower(), neighbourhood(request) if request else "")

    def counted(self) -> list[tuple[Limit, str]]:
        return [
            (SIGN_IN_ACCOUNT, self.account),
            (SIGN_IN_HERE, f"{self.address} {self.account}"),
            (SIGN_IN_ADDRESS, self.address),
        ]

    def count(self) -> bool:
        """Count one try everywhere; False when it is one too many anywhere."""
        within = [limit.count(who) for limit, who in self.counted()]
        return all(within)

    def was_right(self) -> None:
        SIGN_IN_ACCOUNT.forget(self.account)
        SIGN_IN_HERE.forget(f"{self.address} {self.account}")
        # Not forgotten: one right password is no leave to go on guessing another's.
        SIGN_IN_ADDRESS.take_back(self.address)


def sign_in_is_refused(request: HttpRequest | None, email: str) -> bool:
    """Whether too many passwords were tried for this account, or from where the request comes."""
    return any(limit.reached(who) for limit, who in _Tries.of(request, email).counted())


class CountedBackend(ModelBackend):
    """For every door with a password, the back office's too."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The user, or None. Raises PermissionDenied, before the password is looked at, after too many wrong ones."""
        email = username or kwargs.get("email")
        if email is None or password is None:
            return None
        tries = _Tries.of(request, email)
        # Counted first: a hundred tries at the same moment are a hundred tries.
        if not tries.count():
            raise PermissionDenied
        user = super().authenticate(request, username=email, password=password)
        if user is not None:
            tries.was_right()
        return user
