"""The queue of cases and the page of each, in the back office. Views parse, ask who it is, call one service, render."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.timesince import timesince
from unfold.admin import ModelAdmin
from unfold.decorators import display

from accounts.admin import ReadOnly
from accounts.services import audit_record
from accounts.tenancy import signed_in
from consent.models import Evidence
from projects.media import signed_url
from projects.models import Portrait
from projects.moderation.collecting import cases_collect
from projects.moderation.figures import figures
from projects.moderation.forms import DecisionForm, ReversalForm, field_errors
from projects.moderation.models import TO_DO, Case, CaseState, Decision
from projects.moderation.selectors import verdicts_for
from projects.moderation.services import CaseConflict, case_decide, decision_reverse
from projects.parts import portraits_in
from rendering.desk.evidence import backdrop_of, case_context, clip_key
from rendering.desk.menu import moderates

# The law's clock does not stop while an organisation is asked: so long before its end a case is back in the queue.
CLOCK_WARNING = timedelta(hours=24)


def to_do() -> Q:
    """What somebody at the desk should look at now."""
    return Q(state__in=TO_DO) | Q(state=CaseState.WAITING, due_at__lt=timezone.now() + CLOCK_WARNING)


class StateFilter(admin.SimpleListFilter):
    """What is to be done, unless others are asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((str(value), str(label)) for value, label in CaseState.choices), ("all", "All")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for number, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": "To do"} if number == 0 else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value()) if self.value() else queryset.filter(to_do())


@admin.register(Case)
class CaseAdmin(ReadOnly, ModelAdmin):
    """Riskiest and oldest first: a step of risk counts as a day of waiting."""

    list_display = ("what", "urgency", "clock", "age", "organization", "standing")
    list_filter = (StateFilter, "kind", "risk")
    list_filter_submit = False
    search_fields = ("id", "organization__id", "organization__name", "clip__id", "subject__id")
    ordering = ("rank_at", "id")
    list_select_related = ("organization",)
    list_per_page = 50
    actions = None
    change_list_template = "admin/moderation/queue.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return moderates(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return moderates(request)

    @display(description="Case", header=True)
    def what(self, case: Case) -> list[str]:
        return [case.get_kind_display(), case.summary]

    @display(description="Risk", ordering="risk", label={"5": "danger", "4": "danger", "3": "warning", "2": "info"})
    def urgency(self, case: Case) -> str:
        return str(case.risk)

    @display(
        description="Clock", ordering="due_at", label={"overdue": "danger", "today": "danger", "running": "warning"}
    )
    def clock(self, case: Case) -> tuple[str, str] | str:
        if case.due_at is None or case.state == CaseState.DECIDED:
            return ""
        left = case.due_at - timezone.now()
        if left < timedelta():
            return "overdue", f"overdue since {timesince(case.due_at, depth=1)}"
        return "today" if left < timedelta(hours=12) else "running", f"{timesince(timezone.now() - left, depth=1)} left"

    @display(description="Waiting", ordering="opened_at")
    def age(self, case: Case) -> str:
        return timesince(case.opened_at, depth=1)

    @display(description="State", ordering="state", label={"appealed": "warning", "open": "primary"})
    def standing(self, case: Case) -> tuple[str, str]:
        return case.state, case.get_state_display() + (", held" if case.holds and case.state in TO_DO else "")

    def get_urls(self) -> list[URLPattern]:
        """Every address is behind the door of the desk."""
        door = self.admin_site.admin_view
        return [
            path("figures/", door(self.figures), name="moderation_figures"),
            path("<str:case_id>/media/<str:what>/", door(self.media_file), name="moderation_media"),
            path("<str:case_id>/picture/<str:portrait_id>/", door(self.picture), name="moderation_picture"),
            path("<str:case_id>/evidence/<str:evidence_id>/", door(self.evidence), name="moderation_evidence"),
            path("<str:case_id>/reverse/<str:decision_id>/", door(self.reverse), name="moderation_reverse"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if moderates(request) and request.method == "GET":
            cases_collect()
        context = {**(extra_context or {}), "title": "Cases", "figures": figures() if moderates(request) else None}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One case with everything around it; POST decides, and goes on to the next one."""
        # The list writes addresses in which an underscore is quoted.
        case = _opened(request, unquote(object_id))
        moderator = signed_in(request)
        verdicts = verdicts_for(case, moderator)
        form = DecisionForm(request.POST or None, verdicts=verdicts, has_words=bool(case.said_sha256))
        if form.is_valid() and self._decided(request, case, form):
            return _to_next(case)
        context = {
            **self.admin_site.each_context(request),
            **case_context(case, moderator),
            "title": case.get_kind_display(),
            "subtitle": case.id,
            "form": form,
            "verdicts": verdicts,
            "reversal": ReversalForm(),
            "following": _next(case),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/moderation/case.html", context, status=200 if not form.errors else 422)

    def _decided(self, request: HttpRequest, case: Case, form: DecisionForm) -> bool:
        try:
            case_decide(acting_user=signed_in(request), case=case, **form.cleaned_data)
        except (CaseConflict, PermissionDenied) as refused:
            form.add_error(None, str(refused))
            return False
        except ValidationError as error:
            field_errors(form, error)
            return False
        told = "The organisation was told." if case.organization else ""
        messages.success(request, f"{case}: decided. {told}".strip())
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
        elif request.method == "POST":
            messages.error(request, "Say why it is reversed: the organisation reads it.")
        return redirect("admin:projects_case_change", case_id)

    def media_file(self, request: HttpRequest, case_id: str, what: str) -> HttpResponse:
        """The photo, the clip or the recording of a case: a moderator sees what nobody else may see any more."""
        case = _opened(request, case_id)
        recording = case.clip.recording if case.clip else None
        backdrop = backdrop_of(case)
        keys = {
            "photo": str(case.portrait.image.name) if case.portrait else "",
            "backdrop": str(backdrop.image.name) if backdrop else "",
            "clip": clip_key(case),
            "recording": str(recording.file.name) if recording and recording.erased_at is None else "",
        }
        if not keys.get(what):
            raise Http404
        return redirect(signed_url(keys[what]))

    def picture(self, request: HttpRequest, case_id: str, portrait_id: str) -> HttpResponse:
        """A picture of the person whom the case is about, or of somebody else in its clip."""
        case = _opened(request, case_id)
        portrait = get_object_or_404(Portrait, pk=portrait_id)
        if portrait.subject_id != case.subject_id and not (case.clip and portrait in portraits_in(case.clip)):
            raise Http404
        return redirect(signed_url(str(portrait.image.name)))

    def evidence(self, request: HttpRequest, case_id: str, evidence_id: str) -> HttpResponse:
        """A document of the person shown, by an address that lives a minute; that it was opened stands in the log."""
        case = _opened(request, case_id)
        document = get_object_or_404(Evidence, pk=evidence_id, subject=case.subject)
        if not document.file_key:
            raise Http404
        audit_record(
            organization=document.organization,
            acting_user=signed_in(request),
            action="evidence.opened",
            object_id=document.pk,
            data={"case": case.pk},
        )
        # Saved, not shown: somebody unknown made this file.
        suffix = document.file_key.rpartition(".")[2]
        return redirect(signed_url(document.file_key, download_name=f"{document.pk}.{suffix}"))

    def figures(self, request: HttpRequest) -> HttpResponse:
        """How the desk is doing."""
        if not moderates(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "title": "Figures", "figures": figures(), "opts": self.opts}
        return TemplateResponse(request, "admin/moderation/figures.html", context)


def _next(case: Case) -> Case | None:
    """The case that comes after this one in the queue, or the first one."""
    waiting = Case.objects.filter(to_do()).exclude(pk=case.pk).order_by("rank_at", "id")
    later = waiting.filter(Q(rank_at__gt=case.rank_at) | Q(rank_at=case.rank_at, pk__gt=case.pk))
    return later.first() or waiting.first()


def _to_next(case: Case) -> HttpResponse:
    following = _next(case)
    if following is None:
        return redirect("admin:projects_case_changelist")
    return redirect(reverse("admin:projects_case_change", args=[following.pk]))


def _opened(request: HttpRequest, case_id: str) -> Case:
    if not moderates(request):
        raise PermissionDenied
    cases = Case.objects.select_related(
        "organization",
        "subject",
        "portrait__subject",
        "backdrop",
        "clip__backdrop",
        "clip__recording",
        "clip__portrait__subject",
        "report",
        "refusal",
    )
    return get_object_or_404(cases, pk=case_id)
