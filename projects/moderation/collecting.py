"""What wants a decision, from wherever it arises, into the one queue. The apps above add their sources here."""

from collections.abc import Callable

from consent.models import Appeal, AppealState, LikenessReport, ModerationState, ReportState, Subject, SubjectKind
from projects.moderation.models import CaseKind
from projects.moderation.services import case_open

_sources: list[Callable[[], None]] = []


def on_collect(source: Callable[[], None]) -> Callable[[], None]:
    """Have `source` open its cases whenever the queue is looked at; for AppConfig.ready()."""
    if source not in _sources:
        _sources.append(source)
    return source


def cases_collect() -> None:
    """Open a case for everything that has none; as often as anybody likes."""
    for source in (_reports, _statements, _appeals, *_sources):
        source()


def _reports() -> None:
    for report in LikenessReport.objects.filter(state=ReportState.OPEN).select_related("subject__organization"):
        subject = report.subject
        case_open(
            key=f"report:{report.pk}",
            kind=CaseKind.REPORT,
            risk=5,
            summary="Somebody says that this is them, and that they did not agree.",
            organization=subject.organization if subject else None,
            subject=subject,
            report=report,
            due_at=report.due_at,
        )


def _statements() -> None:
    """Whom nobody can ask, on an editor's word alone."""
    stated = Subject.objects.filter(
        kind__in=(SubjectKind.DECEASED, SubjectKind.HISTORICAL), moderation_state=ModerationState.NONE
    ).exclude(statement="")
    for subject in stated.select_related("organization"):
        case_open(
            key=f"statement:{subject.pk}",
            kind=CaseKind.STATEMENT,
            risk=3 if subject.kind == SubjectKind.DECEASED else 2,
            summary=f"Stated to be: {subject.get_kind_display().lower()}.",
            organization=subject.organization,
            subject=subject,
        )


def _appeals() -> None:
    for appeal in Appeal.objects.filter(state=AppealState.OPEN).exclude(reason="").select_related("organization"):
        case_open(
            key=f"appeal:{appeal.pk}",
            kind=CaseKind.PHOTO,
            risk=2,
            summary=f"Appeal {appeal.pk} against a refused upload; decide it under Appeals.",
            organization=appeal.organization,
        )
