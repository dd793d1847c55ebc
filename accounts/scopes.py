"""Whose rows may be touched now: the scope that the managers, and PostgreSQL's row-level security, hold on to.

A scope is a set of organisations, or everything. There is none until somebody says so: a request of somebody who is
signed in has their organisations (accounts.middleware), a worker has the organisation of its render, and work that
belongs to no tenant says why it may see all (`across_tenants`). A new thread begins without a scope.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import Organization

EVERYTHING = None
"""The set of all organisations, those included that do not exist yet."""

Ids = frozenset[str] | None


class _Scope:
    """A scope that may be looked up only when it is needed. Looking it up may ask the database itself."""

    def __init__(self, ids: Callable[[], Ids]) -> None:
        self._ids = ids
        self.is_being_resolved = False

    def ids(self) -> Ids:
        self.is_being_resolved = True
        try:
            return self._ids()
        finally:
            self.is_being_resolved = False


_active: ContextVar[_Scope | None] = ContextVar("tenant_scope", default=None)


class ScopeError(RuntimeError):
    """A tenant's rows were asked for, or written, outside any scope or outside the one that is active."""


def is_active() -> bool:
    """Whether there is a scope."""
    return _active.get() is not None


def active_ids() -> Ids:
    """The organisations whose rows may be touched; EVERYTHING for all. Raises ScopeError where no scope is active."""
    scope = _active.get()
    if scope is None:
        raise ScopeError(
            "No tenant scope is active. Pages behind a log-in have one; elsewhere enter accounts.scopes.within("
            "organization), or accounts.scopes.across_tenants('why') for work that belongs to no tenant."
        )
    return scope.ids()


def resolvable_ids() -> Ids:
    """The same for what cannot raise: no organisation at all where no scope is active, or it is being looked up."""
    scope = _active.get()
    if scope is None or scope.is_being_resolved:
        return frozenset()
    try:
        return scope.ids()
    except ScopeError:
        return frozenset()


@contextmanager
def within(*organizations: "Organization | str") -> Iterator[None]:
    """Only these organisations' rows may be touched, whatever was allowed outside."""
    ids = frozenset(one if isinstance(one, str) else one.pk for one in organizations)
    with resolved_by(lambda: ids):
        yield


@contextmanager
def across_tenants(why: str) -> Iterator[None]:
    """All organisations' rows may be touched, for a reason that is named where it is asked for.

    Also a decorator of functions. Not of generators: they run when they are consumed, outside.
    """
    if not why:
        raise ValueError("say why all tenants' rows may be touched")
    with resolved_by(lambda: EVERYTHING):
        yield


@contextmanager
def resolved_by(ids: Callable[[], Ids]) -> Iterator[None]:
    """A scope that is looked up when it is first needed, such as the organisations of a request's user."""
    token = _active.set(_Scope(ids))
    try:
        yield
    finally:
        _active.reset(token)


def narrow_to(organization: "Organization | str") -> None:
    """From here to the end of the scope around it: this organisation only. For a request that signs in by other means
    than a session, such as an API key.
    """
    ids = frozenset({organization if isinstance(organization, str) else organization.pk})
    _active.set(_Scope(lambda: ids))
