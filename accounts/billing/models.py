"""What Stripe and this site know of each other: ids, states and dates; no name, no card, no address."""

from functools import partial

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id

STRIPE_ID_LENGTH = 100


class BillingAccount(models.Model):
    """How one organisation pays. It has a row as soon as there is something to remember."""

    organization = models.OneToOneField(
        "accounts.Organization", on_delete=models.PROTECT, primary_key=True, related_name="billing_account"
    )
    stripe_customer_id = models.CharField(max_length=STRIPE_ID_LENGTH, unique=True, null=True, blank=True)
    overage_cap_seconds = models.PositiveIntegerField(
        default=0, help_text="how many seconds beyond the plan may be made in a month; 0: none"
    )
    unlimited = models.BooleanField(default=False, help_text="set by the operator: nothing is counted against a limit")
    trial_taken_by = models.CharField(
        max_length=ID_LENGTH, blank=True, db_index=True, help_text="the person who began the trial of a plan"
    )
    trial_taken_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"billing of {self.organization_id}"


class SubscriptionStatus(models.TextChoices):
    """Stripe's states of a subscription."""

    INCOMPLETE = "incomplete", "Not paid yet"
    INCOMPLETE_EXPIRED = "incomplete_expired", "Never paid"
    TRIALING = "trialing", "Trial"
    ACTIVE = "active", "Active"
    PAST_DUE = "past_due", "Payment failed"
    CANCELED = "canceled", "Ended"
    UNPAID = "unpaid", "Not paid"
    PAUSED = "paused", "Paused"


# Those of which there is something to change or to pay.
LIVE = (
    SubscriptionStatus.TRIALING,
    SubscriptionStatus.ACTIVE,
    SubscriptionStatus.PAST_DUE,
    SubscriptionStatus.UNPAID,
    SubscriptionStatus.PAUSED,
)
# Those under which a plan's members and limits hold.
STANDING = (SubscriptionStatus.TRIALING, SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE)


class Subscription(models.Model):
    """A subscription as Stripe last told of it. `synced_at` is when the question was asked that this row answers."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="subscriptions")
    stripe_id = models.CharField(max_length=STRIPE_ID_LENGTH, unique=True)
    plan = models.CharField(max_length=40)
    status = models.CharField(max_length=20, choices=SubscriptionStatus.choices)
    item_id = models.CharField(max_length=STRIPE_ID_LENGTH, help_text="Stripe's item that the plan's price hangs on")
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    cancel_at_period_end = models.BooleanField(default=False)
    trial_end = models.DateTimeField(null=True, blank=True)
    past_due_since = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    synced_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=SubscriptionStatus.values), name="subscription_status_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan} ({self.status}) of {self.organization_id}"


class CheckoutState(models.TextChoices):
    OPEN = "open", "Open"
    PAID = "paid", "Paid"
    FAILED = "failed", "Not paid"
    REFUNDED = "refunded", "Refunded"


class Checkout(models.Model):
    """One visit to Stripe's checkout: for a plan, or for a pack of so many seconds."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "cho"), editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="checkouts")
    product = models.CharField(max_length=40, help_text="a plan's or a pack's name in the catalogue")
    seconds = models.PositiveIntegerField(default=0, help_text="what a pack held on the day; 0 for a plan")
    once = models.CharField(max_length=64, help_text="the form's number: sent twice, it leads to the same checkout")
    stripe_id = models.CharField(max_length=STRIPE_ID_LENGTH, unique=True)
    payment_intent = models.CharField(max_length=STRIPE_ID_LENGTH, blank=True, db_index=True)
    url = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=CheckoutState.choices, default=CheckoutState.OPEN)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-created_at",)
        constraints = (models.UniqueConstraint(fields=["organization", "once"], name="one_checkout_a_form"),)

    def __str__(self) -> str:
        return f"{self.product} ({self.state}) for {self.organization_id}"


class StripeEvent(models.Model):
    """An event that Stripe told of: handled once, whatever number of times it comes. What was in it is not kept."""

    id = models.CharField(primary_key=True, max_length=STRIPE_ID_LENGTH)
    kind = models.CharField(max_length=100)
    object_id = models.CharField(max_length=STRIPE_ID_LENGTH, blank=True)
    created_at = models.DateTimeField(help_text="by Stripe's clock")
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    handled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-received_at",)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class MeterReport(models.Model):
    """Seconds beyond the plan that Stripe has to be told of, once a render."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="meter_reports")
    render_id = models.CharField(max_length=ID_LENGTH, unique=True)
    seconds = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("at",)
        constraints = (models.CheckConstraint(condition=Q(seconds__gt=0), name="a_meter_report_has_seconds"),)

    def __str__(self) -> str:
        return f"{self.seconds} s of {self.render_id}"
