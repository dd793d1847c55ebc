"""The desk in numbers: what is open, how old it is, what was decided."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from projects.moderation.models import TO_DO, AbuseReason, AbuseReport, Case, CaseState, Decision, Verdict

FIGURE_DAYS = 30
_AGES = (
    ("under 6 hours", timedelta(hours=6)),
    ("6 to 24 hours", timedelta(days=1)),
    ("1 to 2 days", timedelta(days=2)),
    ("2 to 7 days", timedelta(days=7)),
)
_OLDER = "over a week"


@dataclass(frozen=True)
class Bar:
    """One line of a diagram: `percent` is of the longest."""

    label: str
    count: int
    percent: int


@dataclass(frozen=True)
class Figures:
    """`oldest` and `typical` are times of waiting; `days` are (day, decisions), all of them, also those without."""

    open: int
    waiting: int
    appealed: int
    overdue: int
    soon_due: int
    oldest: timedelta | None
    typical: timedelta | None
    reversed: int
    decided: int
    by_kind: list[Bar]
    by_age: list[Bar]
    by_verdict: list[Bar]
    by_reason: list[Bar]
    days: list[Bar]

    @property
    def oldest_said(self) -> str:
        return _said(self.oldest)

    @property
    def typical_said(self) -> str:
        return _said(self.typical)


def figures(*, at: datetime | None = None) -> Figures:
    """Open cases and their age, and the decisions and reports of the last 30 days."""
    at = at or timezone.now()
    since = at - timedelta(days=FIGURE_DAYS)
    standing = Case.objects.exclude(state=CaseState.DECIDED)
    to_do = list(Case.objects.filter(state__in=TO_DO))
    lately = Decision.objects.filter(at__gt=since)
    decided = list(lately.filter(reverses=None).select_related("case"))
    waits = [(decision.at - decision.case.opened_at).total_seconds() for decision in decided]
    reports = AbuseReport.objects.filter(created_at__gt=since).values_list("reason", flat=True)
    return Figures(
        open=sum(case.state == CaseState.OPEN for case in to_do),
        waiting=standing.filter(state=CaseState.WAITING).count(),
        appealed=sum(case.state == CaseState.APPEALED for case in to_do),
        # The law's clock goes on while an organisation is asked.
        overdue=standing.filter(due_at__lt=at).count(),
        soon_due=standing.filter(due_at__gte=at, due_at__lt=at + timedelta(hours=12)).count(),
        oldest=at - min(case.opened_at for case in to_do) if to_do else None,
        typical=timedelta(seconds=round(median(waits))) if waits else None,
        reversed=lately.exclude(reverses=None).count(),
        decided=len(decided),
        by_kind=_bars(Counter(case.get_kind_display() for case in to_do).most_common()),
        by_age=_bars([(label, sum(_age(at - case.opened_at) == label for case in to_do)) for label in _labels()]),
        by_verdict=_bars(Counter(Verdict(decision.verdict).label.partition(":")[0] for decision in decided).items()),
        by_reason=_bars(Counter(AbuseReason(reason).label for reason in reports).most_common()),
        days=_bars(_days(at)),
    )


def _days(at: datetime) -> list[tuple[str, int]]:
    rows = (
        Decision.objects.filter(at__gt=at - timedelta(days=FIGURE_DAYS))
        .annotate(day=TruncDate("at"))
        .values("day")
        .annotate(count=Count("pk"))
    )
    counts = {row["day"]: int(row["count"]) for row in rows}
    days = [(at - timedelta(days=back)).date() for back in range(13, -1, -1)]
    return [(f"{day:%d %b}", counts.get(day, 0)) for day in days]


def _said(span: timedelta | None) -> str:
    """About how long, in its largest unit."""
    if span is None:
        return ""
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


def _labels() -> list[str]:
    return [*(label for label, _ in _AGES), _OLDER]


def _age(waited: timedelta) -> str:
    return next((label for label, limit in _AGES if waited < limit), _OLDER)


def _bars(counts: Iterable[tuple[str, int]]) -> list[Bar]:
    counts = list(counts)
    most = max((count for _, count in counts), default=0)
    return [Bar(str(label), count, round(100 * count / most) if most else 0) for label, count in counts]
