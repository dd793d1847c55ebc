"""What the talks interface keeps besides clips: uploads that pass, and what a client said when it asked for a talk."""

from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id
from accounts.models import Organization

URL_LENGTH = 2000


class UploadKind(models.TextChoices):
    IMAGE = "image", "Image"
    AUDIO = "audio", "Audio"


class DidUpload(models.Model):
    """A picture or a sound that waits to be used in a talk, for a day; with its talk it becomes a portrait or a
    recording like any other.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="did_uploads")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=UploadKind.choices)
    name = models.CharField(max_length=200)
    file_key = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.id


class TalkKind(models.TextChoices):
    TALK = "talk", "Talk"
    ANIMATION = "animation", "Animation"


class NoticeState(models.TextChoices):
    PENDING = "pending", "To be told"
    DELIVERED = "delivered", "Told"
    FAILED = "failed", "Given up"


class DidTalk(models.Model):
    """A talk, or a silent animation: the clip it is, and what its client said that comes back in answers.

    Where it stands is where the clip's newest render stands. Without a clip it was deleted.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "tlk"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="did_talks")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=9, choices=TalkKind.choices)
    clip = models.ForeignKey("projects.Clip", on_delete=models.SET_NULL, null=True, related_name="did_talks")
    name = models.CharField(max_length=200, blank=True)
    source_url = models.CharField(max_length=URL_LENGTH)
    driver_url = models.CharField(max_length=200, blank=True)
    webhook = models.CharField(max_length=URL_LENGTH, blank=True)
    user_data = models.CharField(max_length=1000, blank=True)
    config = models.JSONField(default=dict)
    unused = models.JSONField(default=list, help_text="what was asked for and has no counterpart here")
    notice = models.CharField(max_length=9, choices=NoticeState.choices, default=NoticeState.PENDING)
    tells = models.PositiveSmallIntegerField(default=0, help_text="how often its webhook was tried")
    tell_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (models.CheckConstraint(name="did_talk_kind_known", condition=Q(kind__in=TalkKind.values)),)
        indexes = (
            models.Index(name="did_talks_listed", fields=("organization", "kind", "created_at")),
            models.Index(name="did_talks_to_tell", fields=("tell_at",), condition=Q(notice="pending") & ~Q(webhook="")),
        )

    def __str__(self) -> str:
        return self.id
