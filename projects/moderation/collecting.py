"""What wants a decision, from wherever it arises, into the one queue. The apps above add their sources here."""

from collections.abc import Callable, Iterable

from django.db.models import Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.scopes import across_tenants
from consent import gate
from consent.models import Appeal, AppealState, ConsentEvent, LikenessReport, ReportState, Subject, SubjectKind
from projects.moderation.models import Case, CaseKind
from projects.moderation.opening import case_open
from projects.moderation.services import statement_renewed

_sources: list[Callable[[], None]] = []


def on_collect(source: Callable[[], None]) -> Callable[[], None]:
    """Have `source` open its cases whenever the queue is looked at; for AppConfig.ready()."""
    if source not in _sources:
        _sources.append(source)
    return source


@across_tenants("the desk is for all organisations")
def cases_collect() -> None:
    """Open a case for everything that has none; as often as anybody likes."""
    for source in (_reports, _statements, _refusals, *_sources):
        source()


def not_queued(keys: Iterable[str]) -> set[str]:
    """Those of these keys that there is no case of yet."""
    keys = set(keys)
    return keys - set(Case.objects.filter(key__in=keys).values_list("key", flat=True))


def _reports() -> None:
    reports = {
        f"report:{report.pk}": report
        for report in LikenessReport.objects.filter(state=ReportState.OPEN).select_related("subject__organization")
    }
    for key in not_queued(reports):
        report = reports[key]
        subject = report.subject
        case_open(
            key=key,
            kind=CaseKind.REPORT,
            risk=5,
            summary="Somebody says that this is them, and that they did not agree.",
            organization=subject.organization if subject else None,
            subject=subject,
            report=report,
            due_at=report.due_at,
        )


def _statements() -> None:
    """Whom nobody can ask, on an editor's word alone: each statement that no moderator has looked at since."""
    reviews = (
        ConsentEvent.objects.filter(subject=OuterRef("pk"), scope=gate.REVIEW)
        .values("subject")
        .annotate(last=Max("sequence"))
        .values("last")
    )
    stated = (
        Subject.objects.filter(kind__in=(SubjectKind.DECEASED, SubjectKind.HISTORICAL))
        .exclude(statement="")
        .annotate(
            stated=Max("events__sequence", filter=Q(events__scope=gate.STATEMENT, events__state=gate.State.GRANTED)),
            reviewed=Coalesce(Subquery(reviews), 0),
        )
        .filter(stated__isnull=False)
    )
    fresh = [subject for subject in stated.select_related("organization") if subject.stated > subject.reviewed]
    subjects = {f"statement:{subject.pk}:{subject.stated}": subject for subject in fresh}
    for key in not_queued(subjects):
        subject = subjects[key]
        if statement_renewed(subject=subject):
            continue
        case_open(
            key=key,
            kind=CaseKind.STATEMENT,
            risk=3 if subject.kind == SubjectKind.DECEASED else 2,
            summary=f"Stated to be: {subject.get_kind_display().lower()}.",
            organization=subject.organization,
            subject=subject,
        )


def _refusals() -> None:
    appeals = {
        f"appeal:{appeal.pk}": appeal
        for appeal in Appeal.objects.filter(state=AppealState.OPEN).exclude(reason="").select_related("organization")
    }
    for key in not_queued(appeals):
        case_open(
            key=key,
            kind=CaseKind.REFUSAL,
            risk=2,
            summary="A registered picture was refused at upload; the organisation says why it may be used.",
            organization=appeals[key].organization,
            refusal=appeals[key],
        )
