"""Cases, decisions and what these stop; and reports from people without an account."""

from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.ids import ID_LENGTH, new_id
from accounts.models import Organization
from consent.models import Appeal, LikenessReport, Subject


class CaseKind(models.TextChoices):
    TAKE_DOWN = "take-down", "Take-down request"
    REPORT = "report", "“Not me” report"
    ABUSE = "abuse", "Report of a clip"
    WORDS = "words", "Flagged words"
    PHOTO = "photo", "Flagged photo"
    STATEMENT = "statement", "Statement about somebody who cannot be asked"
    REFUSAL = "refusal", "Appeal against a refused upload"
    RENDER = "render", "Render that a rule stopped"


class CaseState(models.TextChoices):
    OPEN = "open", "Open"
    WAITING = "waiting", "Waiting for evidence"
    DECIDED = "decided", "Decided"
    APPEALED = "appealed", "Appealed against"


# The whole table: a change that is not here does not happen. Decided, or appealed against, it goes back to open by a
# second moderator's reversal; an appeal ends with that, or with a second moderator's confirmation.
TRANSITIONS: dict[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset({CaseState.WAITING, CaseState.DECIDED}),
    CaseState.WAITING: frozenset({CaseState.OPEN, CaseState.DECIDED}),
    CaseState.DECIDED: frozenset({CaseState.OPEN, CaseState.APPEALED}),
    CaseState.APPEALED: frozenset({CaseState.OPEN, CaseState.DECIDED}),
}
# In these somebody at the desk has something to do.
TO_DO = (CaseState.OPEN, CaseState.APPEALED)
# In these a decision has not been found yet: what the case holds stays held.
UNDECIDED = (CaseState.OPEN, CaseState.WAITING)


def sources(target: CaseState) -> tuple[CaseState, ...]:
    """The states from which `target` may be reached: what stands in the WHERE of the UPDATE that makes the change."""
    return tuple(state for state, targets in TRANSITIONS.items() if target in targets)


class Case(models.Model):
    """Something that wants a decision. `key` says what of, so that nothing is opened twice.

    `rank_at` orders the queue, earliest first: when it was opened, a day earlier for each step of risk. `holds`:
    nothing is made of this picture in this organisation until it is decided. The hashes are those of what it is about:
    they outlive picture and clip, so that deleting these is no way around a decision.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "cas"), editable=False)
    key = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=CaseKind.choices)
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    risk = models.PositiveSmallIntegerField(help_text="1 (look at it some day) to 5 (now)")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="moderation_cases"
    )
    subject = models.ForeignKey(Subject, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    portrait = models.ForeignKey(
        "projects.Portrait", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    backdrop = models.ForeignKey(
        "projects.Backdrop", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    clip = models.ForeignKey("projects.Clip", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    report = models.ForeignKey(LikenessReport, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    refusal = models.ForeignKey(Appeal, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    photo_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    said_sha256 = models.CharField(max_length=64, blank=True, help_text="of the words or the recording")
    holds = models.BooleanField(default=False, help_text="nothing is made of the picture until this is decided")
    summary = models.CharField(max_length=500, help_text="what was found; without names")
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(null=True, blank=True)
    rank_at = models.DateTimeField()

    class Meta:
        ordering = ("rank_at", "id")
        permissions = (("moderate_case", "Can decide cases"),)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(condition=Q(risk__gte=1, risk__lte=5), name="case_risk_one_to_five"),
        )
        indexes = (models.Index(name="case_queue", fields=("state", "rank_at")),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.id}"


class Verdict(models.TextChoices):
    APPROVE = "approve", "Approve: nothing is wrong"
    ASK = "ask", "Ask for evidence"
    RESTRICT = "restrict", "Restrict: nothing new of this picture, no downloads"
    TAKE_DOWN = "take-down", "Take down, identical copies too"
    SUSPEND = "suspend", "Suspend the organisation"
    KEEP = "keep", "Keep the picture refused"
    CONFIRM = "confirm", "Confirm: the decision stands"
    ERASE = "erase", "Uphold and erase for good (a second moderator, after a take-down)"


class Decision(models.Model):
    """A moderator's decision. The organisation reads the `reason`. A reversal is a decision that `reverses` one."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "dcs"), editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.TextField(help_text="shown to the organisation; without names")
    subject_before = models.CharField(max_length=10, blank=True, help_text="the moderation state before, to go back to")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal")

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.pk


class CaseAnswer(models.Model):
    """What the organisation says: to a question for evidence, or, with a `decision`, in appeal against it."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "ans"), editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="appeal")
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.pk


class BlockKind(models.TextChoices):
    RESTRICT = "restrict", "Restricted"
    TAKE_DOWN = "take-down", "Taken down"


class Block(models.Model):
    """What a decision stops, by hash: a picture, or a picture saying just this. Without an organisation: everywhere.

    `fingerprints` are perceptual: what looks like this picture, and is another file, waits for a moderator.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "blk"), editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="blocks")
    kind = models.CharField(max_length=10, choices=BlockKind.choices)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    photo_sha256 = models.CharField(max_length=64, db_index=True)
    said_sha256 = models.CharField(max_length=64, blank=True, help_text="of the words or the recording; empty: any")
    fingerprints = models.JSONField(default=list, help_text="see rendering.engine.faces.fingerprint")
    lifted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.pk


class AbuseReason(models.TextChoices):
    INTIMATE = "intimate", "It is an intimate picture, or shows a child in a sexual way"
    FRAUD = "fraud", "It deceives people: fraud, or words that somebody never said"
    HATE = "hate", "It threatens or humiliates somebody"
    RIGHTS = "rights", "It uses something that is mine"
    OTHER = "other", "Something else"


class AbuseReport(models.Model):
    """A stranger's report of a clip. `takedown`: a request that has to be acted on within 48 hours, signed by name."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "abr"), editable=False)
    clip = models.ForeignKey("projects.Clip", on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=10, choices=AbuseReason.choices)
    takedown = models.BooleanField(default=False)
    signed_name = models.CharField(max_length=200, blank=True)
    message = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    network = models.CharField(max_length=45, blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="abuse_reports")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("created_at", "id")
        indexes = (models.Index(name="abuse_network", fields=("network", "created_at")),)

    def __str__(self) -> str:
        return self.pk
