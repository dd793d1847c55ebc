"""The ledger of credits. Every function locks the organisation first, so that two of them never read one balance."""

import math

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import CreditEntry, CreditKind, Organization
from accounts.selectors import credits_available


class NotEnoughCredits(Exception):  # noqa: N818  a state of things, not a fault
    """The organisation has fewer seconds left than the clip would take."""

    def __init__(self, *, needed: int, available: int) -> None:
        super().__init__(
            f"This clip needs {needed} seconds of video, and {available} are left. "
            "Shorten the words, or ask the owner of your organisation for more seconds."
        )
        self.needed = needed
        self.available = available


class CreditsConflict(Exception):  # noqa: N818
    """A render's credits were settled in another way already, or were never held."""


def organization_lock(organization: Organization) -> None:
    """Hold the organisation's row to the end of the transaction (on SQLite it has the write lock already)."""
    # no_key: inserts that point at the organisation need not wait.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)


def credits_grant(*, organization: Organization, seconds: float, reason: str) -> CreditEntry:
    """Give the organisation seconds of video. A begun second counts as a whole one."""
    whole = _whole(seconds)
    return CreditEntry.objects.create(
        organization=organization, kind=CreditKind.GRANT, seconds=whole, delta=whole, reason=reason
    )


@transaction.atomic
def credits_hold(*, organization: Organization, render_id: str, seconds: float) -> CreditEntry:
    """Set aside what a render will take at most. A second hold for the same render gives the first one back.

    Raises NotEnoughCredits.
    """
    organization_lock(organization)
    held = _entries(organization, render_id).filter(kind=CreditKind.HOLD).first()
    if held is not None:
        return held
    needed, available = _whole(seconds), credits_available(organization)
    if needed > available:
        raise NotEnoughCredits(needed=needed, available=available)
    return CreditEntry.objects.create(
        organization=organization, kind=CreditKind.HOLD, seconds=needed, delta=-needed, render_id=render_id
    )


def credits_charge(*, organization: Organization, render_id: str, seconds: float) -> CreditEntry:
    """Take what a render used out of what was held for it, and give the rest back; never more than was held.

    Charging twice gives the first charge back. Raises CreditsConflict where nothing is held or it was released.
    """
    return _settle(organization, render_id, CreditKind.CHARGE, _whole(seconds))


def credits_release(*, organization: Organization, render_id: str) -> CreditEntry:
    """Give back all that was held for a render. Releasing twice gives the first release back.

    Raises CreditsConflict where nothing is held or it was charged.
    """
    return _settle(organization, render_id, CreditKind.RELEASE, 0)


@transaction.atomic
def _settle(organization: Organization, render_id: str, kind: CreditKind, used: int) -> CreditEntry:
    organization_lock(organization)
    entries = {entry.kind: entry for entry in _entries(organization, render_id)}
    if kind in entries:
        return entries[kind]
    if CreditKind.HOLD not in entries:
        raise CreditsConflict(f"No credits are held for {render_id}.")
    if len(entries) > 1:
        raise CreditsConflict(f"The credits held for {render_id} were settled before, in another way.")
    held = entries[CreditKind.HOLD].seconds
    seconds = min(used, held) if kind is CreditKind.CHARGE else held
    return CreditEntry.objects.create(
        organization=organization,
        kind=kind,
        seconds=seconds,
        delta=held - seconds if kind is CreditKind.CHARGE else held,
        render_id=render_id,
    )


def _entries(organization: Organization, render_id: str) -> QuerySet[CreditEntry]:
    return CreditEntry.objects.filter(organization=organization, render_id=render_id).exclude(kind=CreditKind.GRANT)


def _whole(seconds: float) -> int:
    if not math.isfinite(seconds) or seconds <= 0:
        raise ValueError(f"seconds of video are a positive number, not {seconds!r}")
    return math.ceil(seconds)
