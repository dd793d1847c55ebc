"""The moderators' desk: the queue of cases, a page for each with all that a decision needs, and the figures."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince

from accounts.admin import ReadOnly
from accounts.models import AuditEvent, User
from accounts.tenancy import signed_in
from consent.models import LikenessReport
from projects.media import signed_url
from projects.moderation.collecting import cases_collect
from projects.moderation.forms import DecisionForm, ReversalForm, field_errors
from projects.moderation.models import Case, CaseState, Decision
from projects.moderation.selectors import figures, is_moderator
from projects.moderation.services import CaseConflict, case_decide, decision_reverse
from projects.retention.models import DeletionCertificate, LegalHold, RetentionPolicy, SweepRun
from rendering.models import Render
from rendering.states import RenderState

HISTORY = 20


class StateFilter(admin.SimpleListFilter):
    """Open cases, unless others are asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((str(value), str(label)) for value, label in CaseState.choices[1:]), ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        for number, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": "Open"} if number == 0 else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() or CaseState.OPEN)


@admin.register(Case)
class CaseAdmin(ReadOnly, admin.ModelAdmin):
    """Riskiest and oldest first: a step of risk counts as a day of waiting."""

    list_display = ("id", "kind", "risk", "age", "due", "organization", "summary", "state")
    list_filter = (StateFilter, "kind", "risk")
    search_fields = ("id", "organization__id", "clip__id", "subject__id")
    ordering = ("rank_at", "id")
    list_select_related = ("organization",)
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_moderator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_moderator(request)

    @admin.display(description="waiting", ordering="opened_at")
    def age(self, case: Case) -> str:
        return timesince(case.opened_at)

    @admin.display(description="to be decided by", ordering="due_at")
    def due(self, case: Case) -> str:
        if case.due_at is None:
            return ""
        over = case.due_at < timezone.now() and case.state != CaseState.DECIDED
        return format_html("<strong>{}</strong>", "overdue") if over else f"{case.due_at:%d %b %H:%M}"

    def get_urls(self) -> list[URLPattern]:
        """Every address is behind the door of the desk."""
        door = self.admin_site.admin_view
        return [
            path("figures/", door(self.figures), name="moderation_figures"),
            path("<str:case_id>/media/<str:what>/", door(self.media_file), name="moderation_media"),
            path("<str:case_id>/reverse/<str:decision_id>/", door(self.reverse), name="moderation_reverse"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if _is_moderator(request) and request.method == "GET":
            cases_collect()
        figures_url = reverse("admin:moderation_figures")
        return super().changelist_view(request, {**(extra_context or {}), "figures_url": figures_url})

    change_list_template = "admin/moderation/queue.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One case with everything around it; POST decides."""
        # The list writes addresses in which an underscore is quoted.
        case = _opened(request, unquote(object_id))
        form = DecisionForm(request.POST or None)
        if form.is_valid() and self._decided(request, case, form):
            return redirect("admin:projects_case_changelist")
        context = {
            **self.admin_site.each_context(request),
            **_case_context(case),
            "title": str(case),
            "form": form,
            "reversal": ReversalForm(),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/moderation/case.html", context)

    def _decided(self, request: HttpRequest, case: Case, form: DecisionForm) -> bool:
        try:
            case_decide(acting_user=signed_in(request), case=case, **form.cleaned_data)
        except CaseConflict as conflict:
            form.add_error(None, str(conflict))
            return False
        except ValidationError as error:
            field_errors(form, error)
            return False
        messages.success(request, f"{case}: decided. The organisation was told.")
        return True

    def reverse(self, request: HttpRequest, case_id: str, decision_id: str) -> HttpResponse:
        """A second moderator takes a decision back."""
        case = _opened(request, case_id)
        form = ReversalForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            decision = get_object_or_404(Decision, pk=decision_id, case=case)
            try:
                decision_reverse(acting_user=signed_in(request), decision=decision, **form.cleaned_data)
            except (CaseConflict, PermissionDenied) as error:
                messages.error(request, str(error))
            else:
                messages.success(request, "Reversed. The case is open again, and the organisation was told.")
        return redirect("admin:projects_case_change", case_id)

    def media_file(self, request: HttpRequest, case_id: str, what: str) -> HttpResponse:
        """The photo or the clip of a case: a moderator sees what nobody else may see any more."""
        case = _opened(request, case_id)
        keys = {"photo": str(case.portrait.image.name) if case.portrait else "", "clip": _clip_key(case)}
        if not keys.get(what):
            raise Http404
        return redirect(signed_url(keys[what]))

    def figures(self, request: HttpRequest) -> HttpResponse:
        """How the desk is doing."""
        if not _is_moderator(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "title": "Figures", "figures": figures(), "opts": self.opts}
        return TemplateResponse(request, "admin/moderation/figures.html", context)


def _is_moderator(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and is_moderator(request.user)


def _opened(request: HttpRequest, case_id: str) -> Case:
    if not _is_moderator(request):
        raise PermissionDenied
    cases = Case.objects.select_related("organization", "subject", "portrait", "clip__recording", "report")
    return get_object_or_404(cases, pk=case_id)


def _case_context(case: Case) -> dict[str, Any]:
    """What stands on a case's page."""
    subject = case.subject
    return {
        "case": case,
        "clip_shown": bool(_clip_key(case)),
        "renders": Render.objects.filter(clip=case.clip)[:HISTORY] if case.clip else [],
        "events": subject.events.order_by("-sequence")[:HISTORY] if subject else [],
        "evidence": subject.evidence.all() if subject else [],
        "other_reports": LikenessReport.objects.filter(subject=subject).order_by("-created_at")[:HISTORY]
        if subject
        else [],
        "abuse_reports": case.abuse_reports.all()[:HISTORY],
        "decisions": case.decisions.select_related("decided_by", "reversal", "reverses"),
        "organization_decisions": Decision.objects.filter(case__organization=case.organization)
        .exclude(case=case)
        .select_related("case")
        .order_by("-at")[:HISTORY]
        if case.organization
        else [],
        "log": AuditEvent.objects.filter(organization=case.organization).order_by("-sequence")[:HISTORY]
        if case.organization
        else [],
    }


def _clip_key(case: Case) -> str:
    if case.clip is None:
        return ""
    published = Render.objects.filter(clip=case.clip, state=RenderState.PUBLISHED).first()
    return published.output_key if published else ""


@admin.register(RetentionPolicy)
class RetentionPolicyAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "organization", "project", "days", "ends_on", "changed_at")


@admin.register(LegalHold)
class LegalHoldAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "organization", "project", "subject", "placed_at", "lifted_at")


@admin.register(DeletionCertificate)
class DeletionCertificateAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "organization", "sequence", "at", "object_id", "data_class", "cause")
    list_filter = ("data_class", "cause")
    search_fields = ("object_id",)


@admin.register(SweepRun)
class SweepRunAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("started_at", "finished_at", "erased", "held", "failed", "orphans", "missing")
