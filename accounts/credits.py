"""The ledger of credits. Every function locks the organisation first, so that two of them never read one balance.

There are seconds that stay (packs, what an operator grants) and seconds that expire (a plan's month, a trial). A hold
takes the expiring ones first; what comes back of it is given back to those that stay first. docs/billing.md.
"""

import math
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.billing.allowance import OVERAGE_REASON, allowance
from accounts.billing.models import MeterReport
from accounts.models import CreditEntry, CreditKind, Organization
from accounts.scopes import across_tenants
from accounts.selectors import Balance, credits_balance


class NotEnoughCredits(Exception):  # noqa: N818  a state of things, not a fault
    """The organisation has fewer seconds left than the clip would take."""

    def __init__(self, *, needed: int, available: int) -> None:
        super().__init__(
            f"This clip needs {needed} seconds of video, and {available} are left. "
            "Shorten the words, or ask the owner of your organisation for more seconds."
        )
        self.needed = needed
        self.available = available


class CreditsConflict(Exception):  # noqa: N818  as above
    """A render's credits were settled in another way already, or were never held."""


def organization_lock(organization: Organization) -> None:
    """Hold the organisation's row to the end of the transaction (on SQLite it has the write lock already)."""
    # no_key: inserts that point at the organisation need not wait.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)


@transaction.atomic
def credits_grant(
    *,
    organization: Organization,
    seconds: float,
    reason: str,
    key: str | None = None,
    expires_at: datetime | None = None,
) -> CreditEntry:
    """Give the organisation seconds of video, until `expires_at` if that is said. A begun second counts as a whole one.

    With a `key`, granting twice gives the first grant back. Expiring seconds that are there already end with the new
    ones.
    """
    whole = _whole(seconds)
    organization_lock(organization)
    if key is not None:
        with across_tenants("a key is good for one grant in all organisations together, such as a person's trial"):
            before = CreditEntry.objects.filter(key=key).first()
        if before is not None:
            return before
    _expire_what_is_over(organization)
    return CreditEntry.objects.create(
        organization=organization,
        kind=CreditKind.GRANT,
        seconds=whole,
        delta=whole,
        expiring=whole if expires_at else 0,
        expires_at=expires_at,
        reason=reason,
        key=key,
    )


@transaction.atomic
def credits_hold(*, organization: Organization, render_id: str, seconds: float) -> CreditEntry:
    """Set aside what a render will take at most. A second hold for the same render gives the first one back.

    What is missing is lent where the organisation may make more than its plan holds. Raises NotEnoughCredits.
    """
    organization_lock(organization)
    held = _entries(organization, render_id).filter(kind=CreditKind.HOLD).first()
    if held is not None:
        return held
    needed, balance = _whole(seconds), _expire_what_is_over(organization)
    if needed > balance.available:
        _cover(organization, render_id, needed=needed, available=balance.available)
    return CreditEntry.objects.create(
        organization=organization,
        kind=CreditKind.HOLD,
        seconds=needed,
        delta=-needed,
        expiring=-min(needed, balance.expiring),
        render_id=render_id,
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
def credits_expire(*, organization: Organization, reason: str) -> CreditEntry | None:
    """End the expiring seconds that are left; what is held for a render at the time is not touched. None: there are
    none.
    """
    organization_lock(organization)
    balance = credits_balance(organization)
    return _expire(organization, balance.expiring + balance.over, reason)


@transaction.atomic
def credits_tidy(*, organization: Organization) -> bool:
    """Take seconds whose time is over out of the ledger; whether there were any."""
    organization_lock(organization)
    return bool(_expire_what_is_over(organization).over)


@transaction.atomic
def credits_revoke(*, organization: Organization, seconds: int, reason: str, key: str) -> CreditEntry:
    """Take seconds back that stay otherwise, as far as they are still there; once a key, as with a grant."""
    organization_lock(organization)
    if before := CreditEntry.objects.filter(key=key).first():
        return before
    balance = _expire_what_is_over(organization)
    taken = min(seconds, balance.staying)
    return CreditEntry.objects.create(
        organization=organization, kind=CreditKind.REVOKE, seconds=taken, delta=-taken, reason=reason, key=key
    )


@transaction.atomic
def _settle(organization: Organization, render_id: str, kind: CreditKind, used: int) -> CreditEntry:
    organization_lock(organization)
    entries = {entry.kind: entry for entry in _entries(organization, render_id)}
    if kind in entries:
        return entries[kind]
    if CreditKind.HOLD not in entries:
        raise CreditsConflict(f"No credits are held for {render_id}.")
    if CreditKind.CHARGE in entries or CreditKind.RELEASE in entries:
        raise CreditsConflict(f"The credits held for {render_id} were settled before, in another way.")
    held = entries[CreditKind.HOLD]
    spent = min(used, held.seconds)
    rest = held.seconds - spent
    expiring_rest = max(0, -held.expiring - spent)
    settled = CreditEntry.objects.create(
        organization=organization,
        kind=kind,
        seconds=spent if kind is CreditKind.CHARGE else held.seconds,
        delta=rest,
        expiring=expiring_rest,
        render_id=render_id,
    )
    if cover := entries.get(CreditKind.COVER):
        _uncover(organization, cover, rest=rest - expiring_rest)
    return settled


def _cover(organization: Organization, render_id: str, *, needed: int, available: int) -> None:
    """Lend a hold what it is short of, or raise NotEnoughCredits."""
    allowed, short = allowance(organization), needed - available
    if short > allowed.seconds:
        raise NotEnoughCredits(needed=needed, available=available + int(allowed.seconds))
    CreditEntry.objects.create(
        organization=organization,
        kind=CreditKind.COVER,
        seconds=short,
        delta=short,
        render_id=render_id,
        reason=allowed.reason,
    )


def _uncover(organization: Organization, cover: CreditEntry, *, rest: int) -> None:
    """Take a loan back as far as the balance allows, and have the remainder billed.

    `rest` is what came back to the seconds that stay: the loan was among those, so it is taken from them. Beyond that,
    seconds that became available meanwhile pay for the loan, those that expire first.
    """
    balance = credits_balance(organization)
    returned = min(cover.seconds, balance.available)
    expiring = min(max(0, returned - rest), balance.expiring)
    if returned:
        CreditEntry.objects.create(
            organization=organization,
            kind=CreditKind.UNCOVER,
            seconds=returned,
            delta=-returned,
            expiring=-expiring,
            render_id=cover.render_id,
            reason=cover.reason,
        )
    if cover.reason == OVERAGE_REASON and returned < cover.seconds:
        MeterReport.objects.create(
            organization=organization, render_id=cover.render_id, seconds=cover.seconds - returned
        )


def _expire_what_is_over(organization: Organization) -> Balance:
    """The balance, after expired seconds were taken out of the ledger."""
    balance = credits_balance(organization)
    if balance.over:
        _expire(organization, balance.over, "the time of these seconds is over")
    return balance


def _expire(organization: Organization, seconds: int, reason: str) -> CreditEntry | None:
    if not seconds:
        return None
    return CreditEntry.objects.create(
        organization=organization,
        kind=CreditKind.EXPIRY,
        seconds=seconds,
        delta=-seconds,
        expiring=-seconds,
        reason=reason,
    )


def _entries(organization: Organization, render_id: str) -> QuerySet[CreditEntry]:
    return CreditEntry.objects.filter(organization=organization, render_id=render_id).exclude(render_id="")


def _whole(seconds: float) -> int:
    if not math.isfinite(seconds) or seconds <= 0:
        raise ValueError(f"seconds of video are a positive number, not {seconds!r}")
    return math.ceil(seconds)
