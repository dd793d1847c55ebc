"""A link to a clip, for people without an account."""

from functools import partial

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id
from accounts.models import Organization


class Share(models.Model):
    """Whoever has its address watches the clip until it ends or is revoked, as long as the gate lets them.

    The address is the id, signed: it is not stored, and cannot be guessed from the id. `opened` counts how often the
    page was opened; by whom is not kept.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "shr"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="shares")
    clip = models.ForeignKey("projects.Clip", on_delete=models.CASCADE, related_name="shares")
    label = models.CharField(max_length=100, blank=True, help_text="for whom it is; seen in the studio only")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.pk
