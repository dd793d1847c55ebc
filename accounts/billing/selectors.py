"""What the plan's page shows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Sum

from accounts.billing.allowance import allowance, is_unlimited, overage_used
from accounts.billing.catalogue import OVERAGE, PACKS, PLANS, Pack, Plan, plans_for
from accounts.billing.client import PaymentTrouble, asking_stripe
from accounts.billing.clips import ClipLink, clips_of
from accounts.billing.mode import plans_are_sold
from accounts.billing.models import BillingAccount, Subscription, SubscriptionStatus
from accounts.billing.prices import Price, amount_text, prices
from accounts.billing.seats import seats_of
from accounts.billing.subscriptions import subscription_of
from accounts.models import CreditEntry, CreditKind, Organization
from accounts.selectors import Balance, credits_balance, credits_held

ENTRIES_A_PAGE = 20
INVOICES_A_PAGE = 12


@dataclass(frozen=True)
class Standing:
    """Where an organisation stands with its credits and its plan."""

    balance: Balance
    held: int
    unlimited: bool
    subscription: Subscription | None
    plan: Plan | None
    used_in_period: int
    overage_cap: int
    overage_used: int
    members: int
    seats: int | None

    @property
    def unpaid_until(self) -> datetime | None:
        """Until when what is left of the last month can be used although a payment failed."""
        since = self.subscription.past_due_since if self.subscription else None
        return since + timedelta(days=settings.LIKENESS_BILLING_GRACE_DAYS) if since else None

    @property
    def included(self) -> int:
        if self.plan is None or self.subscription is None:
            return 0
        trial = self.subscription.status == SubscriptionStatus.TRIALING
        return self.plan.trial_seconds if trial else self.plan.included_seconds


@dataclass(frozen=True)
class Offer:
    """A plan or a pack with what it costs; without a price when Stripe cannot be asked."""

    product: Plan | Pack
    price: Price | None
    current: bool = False
    bigger: bool = False


@dataclass(frozen=True)
class HistoryLine:
    """One entry of the ledger, with what was available after it."""

    entry: CreditEntry
    balance: int
    clip: ClipLink | None


@dataclass(frozen=True)
class InvoiceLine:
    """An invoice at Stripe; its addresses are Stripe's own, and open without a log-in for whoever has them."""

    number: str
    date: datetime
    status: str
    total: str
    page: str
    pdf: str


def standing_of(organization: Organization) -> Standing:
    """Everything of an organisation's credits, in a handful of queries."""
    subscription = subscription_of(organization) if plans_are_sold() else None
    account = BillingAccount.objects.filter(organization=organization).first()
    return Standing(
        balance=credits_balance(organization),
        held=credits_held(organization),
        unlimited=is_unlimited(organization),
        subscription=subscription,
        plan=PLANS.get(subscription.plan) if subscription else None,
        used_in_period=_charged_since(organization, subscription.period_start) if subscription else 0,
        overage_cap=account.overage_cap_seconds if account else 0,
        overage_used=overage_used(organization, subscription) if subscription else 0,
        members=organization.memberships.count(),
        seats=seats_of(organization),
    )


def seconds_to_spend(organization: Organization) -> float:
    """What a clip may take now at most, with what may be made beyond the plan; math.inf without limits."""
    return credits_balance(organization).available + allowance(organization).seconds


NO_LIMIT = 10**9
"""More seconds than anybody can make: for sums where there is no limit."""


def seconds_left(organization: Organization) -> int:
    """As `seconds_to_spend`, in whole seconds; NO_LIMIT without limits."""
    return int(min(seconds_to_spend(organization), NO_LIMIT))


def offers(
    organization: Organization, subscription: Subscription | None
) -> tuple[list[Offer], list[Offer], Price | None]:
    """Plans, packs, and the price of a second beyond the plan."""
    try:
        known = prices()
    except PaymentTrouble:
        known = {}
    now = PLANS.get(subscription.plan) if subscription else None
    plans = [
        Offer(
            plan,
            known.get(plan.id),
            current=plan is now,
            bigger=now is None or plan.included_seconds > now.included_seconds,
        )
        for plan in plans_for(organization.kind)
    ]
    return plans, [Offer(pack, known.get(pack.id)) for pack in PACKS.values()], known.get(OVERAGE)


def history_page(organization: Organization, number: Any) -> tuple[Any, list[HistoryLine]]:
    """A page of the ledger, the newest first."""
    entries = CreditEntry.objects.filter(organization=organization).order_by("-id")
    page = Paginator(entries, ENTRIES_A_PAGE).get_page(number)
    shown = list(page)
    if not shown:
        return page, []
    balance = entries.filter(id__lte=shown[0].pk).aggregate(sum=Sum("delta"))["sum"]
    clips, lines = clips_of(organization, (entry.render_id for entry in shown)), []
    for entry in shown:
        lines.append(HistoryLine(entry, balance, clips.get(entry.render_id)))
        balance -= entry.delta
    return page, lines


def invoices_page(organization: Organization, after: str) -> tuple[list[InvoiceLine], str]:
    """Invoices at Stripe, the newest first, and where the next page begins ("" at the end). Raises PaymentTrouble."""
    account = BillingAccount.objects.filter(organization=organization).first()
    if account is None or not account.stripe_customer_id:
        return [], ""
    params: Any = {"customer": account.stripe_customer_id, "limit": INVOICES_A_PAGE}
    if after:
        params["starting_after"] = after
    with asking_stripe() as client:
        listed = client.v1.invoices.list(params)
    lines = [_invoice(invoice.to_dict()) for invoice in listed.data if invoice.status != "draft"]
    return lines, listed.data[-1].id if listed.has_more and listed.data else ""


def _invoice(invoice: dict[str, Any]) -> InvoiceLine:
    return InvoiceLine(
        number=invoice.get("number") or "",
        date=datetime.fromtimestamp(invoice["created"], UTC),
        status=invoice["status"],
        total=amount_text(Decimal(invoice["total"]), invoice["currency"]),
        page=invoice.get("hosted_invoice_url") or "",
        pdf=invoice.get("invoice_pdf") or "",
    )


def _charged_since(organization: Organization, moment: datetime) -> int:
    charges = CreditEntry.objects.filter(organization=organization, kind=CreditKind.CHARGE, at__gte=moment)
    return charges.aggregate(sum=Sum("seconds"))["sum"] or 0
