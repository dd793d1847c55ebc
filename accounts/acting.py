"""Through what somebody acts, where it is not the site itself: the audit log says which API key it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import PermissionDenied

_through: ContextVar[str] = ContextVar("accounts.acting.through", default="")


@contextmanager
def acting_through(key_id: str) -> Iterator[None]:
    """What is written in the block was done with this key, for the person who made it."""
    token = _through.set(key_id)
    try:
        yield
    finally:
        _through.reset(token)


class InPersonOnly(PermissionDenied):
    """A key wanted to do what only a person who is signed in may."""


def require_person(why: str) -> None:
    """Raises InPersonOnly where a key is at work; `why` tells its owner what to do instead."""
    if through():
        raise InPersonOnly(why)


def through() -> str:
    """The id of the key that is at work, "" for none."""
    return _through.get()
