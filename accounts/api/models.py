"""API keys, and the answers that are given again to a request that is sent again."""

from functools import partial

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id


class ApiKey(models.Model):
    """A key to one organisation. Of the secret only the SHA-256 is kept; it has 160 random bits, so that is enough.

    It acts for the person who made it, within its scopes, and never does more than that person's role allows today.
    One that was made through another key holds no more than that one (`made_with`), and ends with it.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "key"), editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="api_keys")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    hint = models.CharField(max_length=20, help_text="how the secret begins")
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="to within some minutes")
    revoked_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaced_by")
    made_with = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="made")

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @property
    def state(self) -> str:
        """ "active", "expired" or "revoked"."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= timezone.now():
            return "expired"
        return "active"


class IdempotentAnswer(models.Model):
    """What was answered to a request with an Idempotency-Key. `status` None: it is being worked on, until `busy_until`.

    `fingerprint` is the SHA-256 of method, address and body.
    """

    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    busy_until = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organization", "key"], name="one_answer_an_idempotency_key"),)

    def __str__(self) -> str:
        return f"{self.organization_id} {self.key}"
