"""Who is shown, and the documents that show who may speak for those who cannot be asked."""

from functools import partial

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id
from accounts.models import Organization
from consent import gate


class SubjectKind(models.TextChoices):
    SELF = gate.SubjectKind.SELF, "Myself"
    OTHER = gate.SubjectKind.OTHER, "Another adult"
    MINOR = gate.SubjectKind.MINOR, "A child or teenager under 18"
    DECEASED = gate.SubjectKind.DECEASED, "Somebody who has died"
    HISTORICAL = gate.SubjectKind.HISTORICAL, "A historical person"
    FICTIONAL = gate.SubjectKind.FICTIONAL, "A figure that never lived"
    BRAND = gate.SubjectKind.BRAND, "A brand's mascot or logo"
    ANIMAL = gate.SubjectKind.ANIMAL, "An animal"


class ModerationState(models.TextChoices):
    NONE = gate.Moderation.NONE, "Not looked at"
    QUESTIONED = gate.Moderation.QUESTIONED, "Questioned"
    APPROVED = gate.Moderation.APPROVED, "Approved"
    REFUSED = gate.Moderation.REFUSED, "Refused"


class Subject(models.Model):
    """The person or figure in a portrait."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "sub"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="subjects")
    kind = models.CharField(max_length=10, choices=SubjectKind.choices)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=16, default="en")
    guardian_name = models.CharField(max_length=200, blank=True, help_text="or whoever else is asked for them")
    decided_by = models.CharField(
        max_length=16,
        blank=True,
        choices=[
            (kind.value, kind.value)
            for kind in (gate.Grantor.EXECUTOR, gate.Grantor.RIGHTS_HOLDER, gate.Grantor.FAMILY)
        ],
        help_text="who is asked by a link about somebody who cannot be; empty: a statement stands for them",
    )
    year_of_death = models.SmallIntegerField(null=True, blank=True)
    statement = models.TextField(blank=True, help_text="the latest statement; as it was made it stands in its event")
    statement_source = models.TextField(blank=True)
    moderation_state = models.CharField(
        max_length=10,
        choices=ModerationState.choices,
        default=ModerationState.NONE,
        editable=False,
        help_text="for lists; what counts is the latest review among the events",
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def is_living(self) -> bool:
        """Whether the person shown lives, so that nobody's statement can stand for them."""
        return self.kind in gate.LIVING_KINDS

    @property
    def can_be_asked(self) -> bool:
        """Whether a link can go to somebody: the person, a guardian, or who decides for them."""
        return self.is_living or bool(self.decided_by)

    @property
    def asked_as(self) -> gate.Grantor:
        """In which capacity somebody is asked. Raises ValueError where nobody can be."""
        if self.kind == SubjectKind.MINOR:
            return gate.Grantor.GUARDIAN
        return gate.Grantor.SUBJECT if self.is_living else gate.Grantor(self.decided_by)


class Evidence(models.Model):
    """A document that shows who may decide for a subject: a will, a certificate of inheritance, a contract.

    It lies in the private storage and is looked at by moderators; its SHA-256 stands in the statement that rests on it.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "evd"), editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="consent_evidence")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="evidence")
    file_key = models.CharField(max_length=200, blank=True, help_text="empty once the document was erased")
    content_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="empty where it came with an answer on a link",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.pk
