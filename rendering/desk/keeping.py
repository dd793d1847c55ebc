"""Retention in the back office: what was deleted, and legal holds, which an operator places and lifts here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin
from unfold.decorators import display

from accounts.admin import ReadOnly
from accounts.models import Organization, User
from accounts.tenancy import signed_in
from consent.models import Subject
from projects.models import Project
from projects.moderation.forms import field_errors
from projects.retention.models import DeletionCertificate, LegalHold, RetentionPolicy, SweepRun
from projects.retention.policies import hold_lift, hold_place, may_hold


class HoldForm(forms.Form):
    """Ids, as they stand on the pages of what shall be held: a list of all organisations would tell too much."""

    organization = forms.CharField(label="Organisation", help_text="Its id: org_…", max_length=40)
    project = forms.CharField(label="Only this project", help_text="prj_…, or empty", required=False, max_length=40)
    subject = forms.CharField(label="Only this person", help_text="sub_…, or empty", required=False, max_length=40)
    reason = forms.CharField(
        label="Which law or proceedings ask for it",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="It stays on record after the hold is lifted. Name no private person.",
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        organization = Organization.objects.filter(pk=values.get("organization", "")).first()
        if organization is None:
            self.add_error("organization", "There is no organisation with this id.")
            return values
        found: dict[str, Any] = {"organization": organization, "project": None, "subject": None}
        for name, model in (("project", Project), ("subject", Subject)):
            if key := values.get(name):
                found[name] = model._default_manager.filter(pk=key, organization=organization).first()
                if found[name] is None:
                    self.add_error(name, "This organisation has none with this id.")
        return {**values, **found}


class LiftForm(forms.Form):
    reason = forms.CharField(label="Why it ends", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


@admin.register(LegalHold)
class LegalHoldAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "organization", "covers", "placed_at", "standing")
    list_select_related = ("organization", "project", "subject")
    search_fields = ("id", "organization__id", "project__id", "subject__id")
    change_list_template = "admin/retention/holds.html"

    @display(description="Covers")
    def covers(self, hold: LegalHold) -> str:
        return hold.subject_id or hold.project_id or "everything"

    @display(description="State", label={"standing": "warning", "lifted": ""})
    def standing(self, hold: LegalHold) -> tuple[str, str]:
        return ("lifted", f"lifted {hold.lifted_at:%d %b %Y}") if hold.lifted_at else ("standing", "standing")

    def get_urls(self) -> list[URLPattern]:
        door = self.admin_site.admin_view
        return [
            path("place/", door(self.place), name="hold_place"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {**(extra_context or {}), "may_hold": _may(request), "title": "Legal holds"}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def place(self, request: HttpRequest) -> HttpResponse:
        """Place a hold."""
        if not _may(request):
            raise PermissionDenied
        form = HoldForm(request.POST or None)
        if form.is_valid():
            try:
                hold = hold_place(acting_user=signed_in(request), **form.cleaned_data)
            except ValidationError as error:
                field_errors(form, error)
            else:
                messages.success(request, f"{hold.pk} stands: nothing that it covers is deleted.")
                return redirect("admin:projects_legalhold_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": "Place a legal hold",
            "form": form,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/retention/hold_form.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One hold: who placed it and why; POST lifts it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        hold = get_object_or_404(
            LegalHold.objects.select_related("organization", "placed_by", "lifted_by"), pk=unquote(object_id)
        )
        form = LiftForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            hold_lift(acting_user=signed_in(request), hold=hold, **form.cleaned_data)
            messages.success(request, "Lifted. What is over its date goes with the next sweep.")
            return redirect("admin:projects_legalhold_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": f"Legal hold {hold.pk}",
            "hold": hold,
            "form": form,
            "may_hold": _may(request),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/retention/hold.html", context)


def _may(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and may_hold(request.user)


@admin.register(RetentionPolicy)
class RetentionPolicyAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "organization", "project", "days", "ends_on", "changed_at")


@admin.register(DeletionCertificate)
class DeletionCertificateAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "organization", "sequence", "at", "object_id", "data_class", "cause")
    list_filter = ("data_class", "cause")
    search_fields = ("object_id", "organization__id")


@admin.register(SweepRun)
class SweepRunAdmin(ReadOnly, ModelAdmin):
    list_display = ("started_at", "finished_at", "erased", "held", "failed", "orphans", "missing")
