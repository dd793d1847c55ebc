"""The moderators' view of subjects, and of what was asked and answered, which nobody can change."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from accounts.admin import ReadOnly
from accounts.models import User
from consent.gate import Moderation
from consent.models import (
    Appeal,
    AppealState,
    ConsentEvent,
    ConsentRequest,
    ConsentTrace,
    ErasureRequest,
    Evidence,
    LikenessReport,
    OptOut,
    ReportState,
    Subject,
)
from consent.refusing import appeal_decide, report_decide
from consent.selectors import media_url
from consent.services import subject_moderate


@admin.register(Subject)
class SubjectAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "organization", "kind", "name", "year_of_death", "moderation_state", "created_at")
    list_filter = ("kind", "moderation_state")
    search_fields = ("id", "name")
    actions = ("approve", "question", "refuse")

    @admin.action(description="Approve clips of these subjects", permissions=["view"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Subject]) -> None:
        self._moderate(request, queryset, Moderation.APPROVED)

    @admin.action(description="Question the statements on these subjects", permissions=["view"])
    def question(self, request: HttpRequest, queryset: QuerySet[Subject]) -> None:
        self._moderate(request, queryset, Moderation.QUESTIONED)

    @admin.action(description="Refuse clips of these subjects", permissions=["view"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Subject]) -> None:
        self._moderate(request, queryset, Moderation.REFUSED)

    def _moderate(self, request: HttpRequest, subjects: QuerySet[Subject], state: Moderation) -> None:
        moderator = request.user
        if not isinstance(moderator, User):
            return
        for subject in subjects.select_related("organization"):
            subject_moderate(organization=subject.organization, acting_user=moderator, subject=subject, state=state)
        self.message_user(request, f"Marked as {state}: {len(subjects)}")


@admin.register(ConsentRequest)
class ConsentRequestAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "organization", "subject", "created_at", "expires_at")
    search_fields = ("id", "subject__id")


@admin.register(ConsentEvent)
class ConsentEventAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "organization", "subject", "sequence", "at", "scope", "state", "grantor_kind")
    list_filter = ("scope", "state", "grantor_kind")
    search_fields = ("id", "subject__id", "request__id")
    ordering = ("-at",)


@admin.register(ConsentTrace)
class ConsentTraceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("event", "ip", "delete_after")


@admin.register(Evidence)
class EvidenceAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "organization", "subject", "content_type", "document", "created_at")

    @admin.display(description="document")
    def document(self, evidence: Evidence) -> str:
        if not evidence.file_key:
            return "erased"
        return format_html('<a href="{}">open</a>', media_url(evidence.file_key))


@admin.register(ErasureRequest)
class ErasureRequestAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "organization", "subject", "cause", "created_at", "done_at", "attempts")
    list_filter = ("cause",)


@admin.register(LikenessReport)
class LikenessReportAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "state", "due_at", "clip_reference", "subject", "name", "email")
    list_filter = ("state",)
    actions = ("uphold", "dismiss")

    @admin.action(description="Uphold: stop and erase everything of this subject", permissions=["view"])
    def uphold(self, request: HttpRequest, queryset: QuerySet[LikenessReport]) -> None:
        self._decide(request, queryset, ReportState.UPHELD)

    @admin.action(description="Dismiss", permissions=["view"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[LikenessReport]) -> None:
        self._decide(request, queryset, ReportState.DISMISSED)

    def _decide(self, request: HttpRequest, reports: QuerySet[LikenessReport], state: ReportState) -> None:
        if not isinstance(request.user, User):
            return
        for report in reports.select_related("subject__organization"):
            report_decide(acting_user=request.user, report=report, state=state)
        self.message_user(request, f"Marked as {state}: {len(reports)}")


@admin.register(OptOut)
class OptOutAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "report", "created_at", "lifted_at")


@admin.register(Appeal)
class AppealAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "state", "organization", "opt_out", "reason", "created_at")
    list_filter = ("state",)
    actions = ("uphold", "dismiss")

    @admin.action(description="Let this picture through", permissions=["view"])
    def uphold(self, request: HttpRequest, queryset: QuerySet[Appeal]) -> None:
        self._decide(request, queryset, AppealState.UPHELD)

    @admin.action(description="Keep it refused", permissions=["view"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Appeal]) -> None:
        self._decide(request, queryset, AppealState.DISMISSED)

    def _decide(self, request: HttpRequest, appeals: QuerySet[Appeal], state: AppealState) -> None:
        if not isinstance(request.user, User):
            return
        for appeal in appeals.select_related("organization"):
            appeal_decide(acting_user=request.user, appeal=appeal, state=state)
        self.message_user(request, f"Marked as {state}: {len(appeals)}")
