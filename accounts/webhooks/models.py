"""Where events are sent, what is to be sent, and how each try went."""

from functools import partial

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id

URL_LENGTH = 2000


class WebhookEndpoint(models.Model):
    """An address of the organisation's own. Its secret follows from `salt` and the installation's own key: see
    accounts.webhooks.signing. After a rotation `old_salt` signs too, until `old_until`.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "whe"), editable=False)
    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.CASCADE, related_name="webhook_endpoints"
    )
    url = models.CharField(max_length=URL_LENGTH)
    description = models.CharField(max_length=200, blank=True)
    event_types = models.JSONField(default=list)
    salt = models.CharField(max_length=64)
    old_salt = models.CharField(max_length=64, blank=True)
    old_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, help_text="empty once something arrived")
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.url


class WebhookEvent(models.Model):
    """Something that happened, as it is told: ids and states, nothing personal."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "evt"), editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="webhook_events")
    type = models.CharField(max_length=40)
    data = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class DeliveryState(models.TextChoices):
    PENDING = "pending", "On its way"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Given up"


class WebhookDelivery(models.Model):
    """One event to one endpoint. It is the outbox: `next_at` says from when it may be tried, or tried again."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "whd"), editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(WebhookEvent, on_delete=models.CASCADE, related_name="deliveries")
    replays = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name_plural = "webhook deliveries"
        constraints = (
            models.CheckConstraint(name="delivery_state_known", condition=Q(state__in=DeliveryState.values)),
        )
        indexes = (
            models.Index(name="delivery_due", fields=("next_at",), condition=Q(state="pending")),
            models.Index(name="delivery_log", fields=("organization", "-created_at", "-id")),
        )

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint_id}"


class WebhookAttempt(models.Model):
    """One try: what came back, cut short. `status` None: nothing did, and `error` says why."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["delivery", "number"], name="one_row_a_try"),)

    def __str__(self) -> str:
        return f"{self.delivery_id} try {self.number}"
