"""What the apps up to this one hold of persons, and how it is erased. Those above declare theirs themselves."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Q

from accounts.api.idempotency import answers_purge
from accounts.api.models import IdempotentAnswer
from accounts.billing.models import BillingAccount, Checkout, MeterReport, StripeEvent, Subscription
from accounts.models import Invitation, Organization, User
from accounts.scopes import across_tenants
from accounts.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEvent
from accounts.webhooks.outbox import purge as webhooks_purge
from consent.face_register import faces_purge
from consent.letters import letters_purge
from consent.models import (
    Appeal,
    AppealState,
    ConsentBatch,
    ConsentEvent,
    ConsentRequest,
    ConsentTrace,
    Evidence,
    Letter,
    LetterStop,
    LikenessReport,
    OptOut,
    ReportState,
    SelfieCheck,
    SelfieState,
    SpokenProof,
    Subject,
)
from consent.services import traces_purge
from projects.batches.models import Batch, BatchRow
from projects.erasure import ERASED_NAME, backdrop_erase, music_erase, portrait_erase, recording_erase
from projects.models import Backdrop, LexiconEntry, Music, Portrait, Project, Recording, Scene
from projects.moderation.models import AbuseReport, Block, Case, CaseAnswer, CaseState, Decision
from projects.retention.classes import DEFAULTS, DataClass
from projects.retention.files import file_erase
from projects.retention.models import Closing, LegalHold
from projects.retention.registry import Erased, Files, Holding, Kept, Purged, declare, declare_files
from projects.sharing.models import Share

# Ids, numbers and dates; a model may only stand here if nothing in it is about a person.
WITHOUT_PERSONAL_DATA = frozenset(
    {
        "auth.Permission",
        "auth.Group",
        "auth.Group_permissions",
        "contenttypes.ContentType",
        "accounts.User_groups",
        "accounts.User_user_permissions",
        "accounts.Membership",
        "accounts.ApiKey",
        "accounts.WebhookEndpoint",
        "accounts.CreditEntry",
        "accounts.AuditEvent",
        "consent.Challenge",
        "consent.ErasureRequest",
        "projects.RetentionPolicy",
        "projects.DeletionCertificate",
        "projects.SweepRun",
        "rendering.OutboxMessage",
    }
)

_REVERSAL_DAYS = 30
_INVITATION_DAYS = 30
_BY_LAW = "what was paid for is a business record, which the law has kept for years; it holds ids, states and dates"
_LOG_DAYS = max(rule.days for (_, data_class), rule in DEFAULTS.items() if data_class is DataClass.LOG)


def _measures_erase(portrait: Portrait, at: datetime) -> Erased:
    placed: dict[str, list[float]] | None = None if portrait.placed is None else {}
    Portrait.objects.filter(pk=portrait.pk).update(faces=[], fingerprints=[], advice=[], placed=placed)
    return Erased("boxes, angles, advice and placed points of the faces emptied; other landmarks were never stored")


def _request_erase(request: ConsentRequest, at: datetime) -> Erased:
    erased = Erased("row emptied of names, words and addresses; samples removed in every version")
    for key in (request.voice_sample_key, request.photo_key, request.recording_key):
        if key and not Portrait.objects.filter(image=key).exists() and not Recording.objects.filter(file=key).exists():
            erased.add(file_erase(key))
    # One of words and recording has to stand where one did (the table says so).
    words = {"words": ERASED_NAME} if request.words else {}
    ConsentRequest.objects.filter(pk=request.pk).update(
        subject_name=ERASED_NAME, voice_label="", purpose="", audience="", email="", **words
    )
    return erased


def _evidence_erase(document: Evidence, at: datetime) -> Erased:
    erased = Erased("file removed from the storage in every version; row emptied")
    erased.add(file_erase(document.file_key))
    Evidence.objects.filter(pk=document.pk).update(file_key="")
    return erased


def _subject_erase(subject: Subject, at: datetime) -> Erased:
    Subject.objects.filter(pk=subject.pk).update(
        name=ERASED_NAME, guardian_name="", statement="", statement_source="", year_of_death=None
    )
    return Erased("row emptied of names and statements")


def _project_erase(project: Project, at: datetime) -> Erased:
    if LegalHold.objects.filter(project=project).exists():
        # That something was held in it, and why, has to stay known.
        Project.objects.filter(pk=project.pk).update(name=ERASED_NAME)
        return Erased("row emptied")
    project.delete()
    return Erased("row deleted", rows=[project.pk])


def _batch_erase(batch: ConsentBatch, at: datetime) -> Erased:
    ConsentBatch.objects.filter(pk=batch.pk).update(name=ERASED_NAME)
    return Erased("row emptied")


def _traces_purge(at: datetime) -> int:
    return traces_purge(at=at)


def _answers_purge(at: datetime) -> int:
    return answers_purge(at=at)


def _webhooks_purge(at: datetime) -> int:
    return webhooks_purge(at=at)


def _letters_purge(at: datetime) -> int:
    return letters_purge(at=at)


def _sessions_purge(at: datetime) -> int:
    return Session.objects.filter(expire_date__lt=at).delete()[0]


def _user_sessions_purge(at: datetime) -> int:
    """Where and with what somebody was signed in, once they are not any more."""
    return UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()[0]


def _invitations_purge(at: datetime) -> int:
    """Addresses of people who were invited, once nothing waits for them."""
    return Invitation.objects.filter(expires_at__lt=at - timedelta(days=_INVITATION_DAYS)).delete()[0]


def _confirmations_purge(at: datetime) -> int:
    return EmailConfirmation.objects.filter(created__lt=at - timedelta(days=_LOG_DAYS)).delete()[0]


def _log_entries_purge(at: datetime) -> int:
    return LogEntry.objects.filter(action_time__lt=at - timedelta(days=_LOG_DAYS)).delete()[0]


def _reports_purge(at: datetime) -> int:
    """Decided reports lose who sent them and what they wrote; that there was one, and what was decided, stays."""
    over = LikenessReport.objects.exclude(state=ReportState.OPEN).filter(decided_at__lt=at - timedelta(days=_LOG_DAYS))
    return over.exclude(name="", email="", message="", network="").update(name="", email="", message="", network="")


def _spoken_purge(at: datetime) -> int:
    """The recording went with the decision; the name is in the event."""
    decided = SpokenProof.objects.exclude(decided_at=None).filter(decided_at__lt=at - timedelta(days=_LOG_DAYS))
    return decided.exclude(typed_name="").update(typed_name="")


def _selfies_purge(at: datetime) -> int:
    """What came of a selfie without an answer, once the link is over; the name of a decided one is in the event."""
    tried = SelfieCheck.objects.filter(state=SelfieState.TRIED, request__expires_at__lt=at).delete()[0]
    decided = SelfieCheck.objects.exclude(decided_at=None).filter(decided_at__lt=at - timedelta(days=_LOG_DAYS))
    return tried + decided.exclude(typed_name="").update(typed_name="")


def _opt_outs_purge(at: datetime) -> int:
    # A second moderator may still reverse what lifted it.
    over = at - timedelta(days=_REVERSAL_DAYS)
    lifted = OptOut.objects.filter(lifted_at__lte=over).exclude(fingerprints=[], embedding=[])
    forgotten = lifted.update(fingerprints=[], embedding=[], embedding_agreed_at=None)
    return forgotten + faces_purge(at=at)


def _appeals_purge(at: datetime) -> int:
    over = Appeal.objects.exclude(state=AppealState.OPEN).filter(decided_at__lt=at - timedelta(days=_LOG_DAYS))
    return over.exclude(reason="").update(reason="")


def _case_answers_purge(at: datetime) -> int:
    """What organisations wrote about cases that are decided, and were not touched for so long."""
    lately = Decision.objects.filter(at__gte=at - timedelta(days=_LOG_DAYS))
    over = CaseAnswer.objects.filter(case__state=CaseState.DECIDED).exclude(case__decisions__in=lately)
    return over.exclude(text="").update(text="")


def _blocks_purge(at: datetime) -> int:
    """What a picture looks like is kept for as long as it is taken down, and a second moderator's time of reversal."""
    over = Block.objects.filter(lifted_at__lte=at - timedelta(days=_REVERSAL_DAYS))
    return over.exclude(fingerprints=[]).update(fingerprints=[])


def _abuse_reports_purge(at: datetime) -> int:
    settled = Q(case=None) | Q(case__state=CaseState.DECIDED)
    over = AbuseReport.objects.filter(settled, created_at__lt=at - timedelta(days=_LOG_DAYS))
    return over.exclude(signed_name="", message="", email="", network="").update(
        signed_name="", message="", email="", network=""
    )


def _known(keys: list[str]) -> set[str]:
    known = set(Portrait.objects.filter(image__in=keys).values_list("image", flat=True))
    known |= set(Recording.objects.filter(file__in=keys).values_list("file", flat=True))
    known |= set(Backdrop.objects.filter(image__in=keys, erased_at=None).values_list("image", flat=True))
    known |= set(SpokenProof.objects.filter(file_key__in=keys).values_list("file_key", flat=True))
    known |= set(Music.objects.filter(file__in=keys, erased_at=None).values_list("file", flat=True))
    known |= set(Evidence.objects.filter(file_key__in=keys).values_list("file_key", flat=True))
    for name in ("photo_key", "recording_key", "voice_sample_key"):
        asked = ConsentRequest.objects.filter(**{f"{name}__in": keys}).exclude(subject_name=ERASED_NAME)
        known |= set(asked.values_list(name, flat=True))
    return known


def _expected() -> Iterator[str]:
    yield from Portrait.objects.order_by("pk").values_list("image", flat=True).iterator()
    yield from Recording.objects.filter(erased_at=None).order_by("pk").values_list("file", flat=True).iterator()
    yield from Backdrop.objects.filter(erased_at=None).order_by("pk").values_list("image", flat=True).iterator()
    yield from Music.objects.filter(erased_at=None).order_by("pk").values_list("file", flat=True).iterator()
    yield from Evidence.objects.exclude(file_key="").order_by("pk").values_list("file_key", flat=True).iterator()


def _variants_erase(batch: Batch, at: datetime) -> Erased:
    rows = list(batch.rows.values_list("pk", flat=True))
    batch.delete()
    return Erased(
        "script and table deleted; clips that were made of them have dates of their own", rows=[batch.pk, *rows]
    )


@across_tenants("a rule is declared once for every organisation's rows")
def declare_all() -> None:
    """For AppConfig.ready(). The order is that of the sweep: what hangs on other things comes before those."""
    declare(
        Holding(Batch, DataClass.DRAFT, _variants_erase, project="project"),
        Kept(BatchRow, DataClass.DRAFT, "goes with its batch: it is deleted by the same eraser"),
        Holding(
            Portrait,
            DataClass.PHOTO,
            portrait_erase,
            project="project",
            subjects=("subject",),
            standing=Q(erased_at=None) | Q(clips=None, scenes=None),
        ),
        Holding(
            Portrait,
            DataClass.BIOMETRICS,
            _measures_erase,
            project="project",
            subjects=("subject",),
            standing=~Q(faces=[]),
        ),
        Holding(
            Recording,
            DataClass.RECORDING,
            recording_erase,
            project="project",
            subjects=("clips__portrait__subject", "scenes__portrait__subject"),
            standing=Q(erased_at=None) | Q(clips=None, scenes=None),
        ),
        Holding(
            Backdrop,
            DataClass.PHOTO,
            backdrop_erase,
            project="project",
            standing=Q(erased_at=None) | Q(clips=None),
        ),
        Holding(
            Music,
            DataClass.RECORDING,
            music_erase,
            project="project",
            standing=Q(erased_at=None) | Q(clips=None),
        ),
        Holding(
            Project,
            DataClass.DRAFT,
            _project_erase,
            project="pk",
            standing=Q(portraits=None, recordings=None, backdrops=None, music=None, clips=None) & ~Q(name=ERASED_NAME),
        ),
        Holding(
            ConsentRequest,
            DataClass.EVIDENCE,
            _request_erase,
            made="holds_until",
            subjects=("subject",),
            standing=~Q(subject_name=ERASED_NAME),
        ),
        Holding(
            Evidence,
            DataClass.EVIDENCE,
            _evidence_erase,
            subjects=("subject",),
            standing=~Q(file_key="") & Q(subject__portraits=None),
        ),
        Holding(ConsentBatch, DataClass.EVIDENCE, _batch_erase, standing=~Q(name=ERASED_NAME)),
        Holding(
            Subject,
            DataClass.EVIDENCE,
            _subject_erase,
            standing=~Q(name=ERASED_NAME)
            & Q(portraits=None)
            & ~Q(requests__in=ConsentRequest.objects.exclude(subject_name=ERASED_NAME)),
        ),
        Purged(IdempotentAnswer, DataClass.LOG, _answers_purge),
        Purged(WebhookEvent, DataClass.LOG, _webhooks_purge),
        # These go with their event.
        Purged(WebhookDelivery, DataClass.LOG, _webhooks_purge),
        Purged(WebhookAttempt, DataClass.LOG, _webhooks_purge),
        Purged(ConsentTrace, DataClass.LOG, _traces_purge),
        Purged(Letter, DataClass.LOG, _letters_purge),
        Purged(Session, DataClass.LOG, _sessions_purge),
        Purged(Invitation, DataClass.LOG, _invitations_purge),
        Purged(UserSession, DataClass.LOG, _user_sessions_purge),
        Purged(EmailConfirmation, DataClass.LOG, _confirmations_purge),
        Purged(LogEntry, DataClass.LOG, _log_entries_purge),
        Purged(LikenessReport, DataClass.EVIDENCE, _reports_purge),
        Purged(SpokenProof, DataClass.RECORDING, _spoken_purge),
        Purged(SelfieCheck, DataClass.BIOMETRICS, _selfies_purge),
        Purged(Appeal, DataClass.EVIDENCE, _appeals_purge),
        Kept(Case, DataClass.LOG, "ids and hashes: what had to be decided, told without names"),
        Purged(CaseAnswer, DataClass.LOG, _case_answers_purge),
        Purged(Block, DataClass.BIOMETRICS, _blocks_purge),
        Purged(AbuseReport, DataClass.LOG, _abuse_reports_purge),
        Purged(OptOut, DataClass.BIOMETRICS, _opt_outs_purge),
        Kept(Scene, DataClass.CLIP, "goes with its clip: the database deletes it with that"),
        Kept(Share, DataClass.CLIP, "goes with its clip: the database deletes it with that"),
        Kept(
            ConsentEvent,
            DataClass.EVIDENCE,
            "append-only: the proof that somebody agreed, or did not; a chain with a link taken out proves nothing",
        ),
        Kept(LetterStop, DataClass.LOG, "a keyed hash of an address, for as long as its reader wants no questions"),
        Kept(Decision, DataClass.LOG, "why something was stopped, told without names, so that it can be answered for"),
        Kept(Closing, DataClass.LOG, "when the organisation was closed, and at whose wish: ids and dates"),
        Kept(LegalHold, DataClass.LOG, "what was kept beyond its date, and why, has to stay known"),
        *(Kept(model, DataClass.ACCOUNT, _BY_LAW) for model in (BillingAccount, Subscription, Checkout, MeterReport)),
        Kept(StripeEvent, DataClass.LOG, "an event's id and kind, so that it is never handled twice"),
        Kept(LexiconEntry, DataClass.ACCOUNT, "the organisation's own settings, removed by hand"),
        Kept(EmailAddress, DataClass.ACCOUNT, "goes with its user"),
        Kept(Authenticator, DataClass.ACCOUNT, "goes with its user, or when the second factor is removed"),
        Kept(User, DataClass.ACCOUNT, "until the account is closed, see projects.retention.leaving"),
        Kept(Organization, DataClass.ACCOUNT, "until the account is closed, see projects.retention.closing"),
    )
    declare_files(Files(_known, _expected))
