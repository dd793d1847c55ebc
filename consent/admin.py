"""Subjects, and what was asked and answered: to be looked at. Moderators decide in cases, with a reason and a second
moderator beside them; nothing here changes anything.
"""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.admin import ReadOnly
from consent.models import (
    Appeal,
    ConsentEvent,
    ConsentRequest,
    ConsentTrace,
    ErasureRequest,
    Evidence,
    LikenessReport,
    OptOut,
    Subject,
)


@admin.register(Subject)
class SubjectAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "organization", "kind", "name", "year_of_death", "moderation_state", "created_at")
    list_filter = ("kind", "moderation_state")
    search_fields = ("id", "name", "organization__id")
    list_select_related = ("organization",)


@admin.register(ConsentRequest)
class ConsentRequestAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "organization", "subject", "created_at", "expires_at")
    search_fields = ("id", "subject__id")
    list_select_related = ("organization", "subject")


@admin.register(ConsentEvent)
class ConsentEventAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "organization", "subject", "sequence", "at", "scope", "state", "grantor_kind")
    list_filter = ("scope", "state", "grantor_kind")
    search_fields = ("id", "subject__id", "request__id")
    ordering = ("-at",)
    list_select_related = ("organization", "subject")


@admin.register(ConsentTrace)
class ConsentTraceAdmin(ReadOnly, ModelAdmin):
    list_display = ("event", "ip", "delete_after")


@admin.register(Evidence)
class EvidenceAdmin(ReadOnly, ModelAdmin):
    """That there is a document. Moderators open it from its case, which the audit log then tells."""

    list_display = ("id", "organization", "subject", "content_type", "created_at")
    exclude = ("file_key",)


@admin.register(ErasureRequest)
class ErasureRequestAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "organization", "subject", "cause", "created_at", "done_at", "attempts")
    list_filter = ("cause",)


@admin.register(LikenessReport)
class LikenessReportAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "state", "due_at", "clip_reference", "subject", "name", "email")
    list_filter = ("state",)


@admin.register(OptOut)
class OptOutAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "report", "created_at", "lifted_at")


@admin.register(Appeal)
class AppealAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "state", "organization", "opt_out", "reason", "created_at")
    list_filter = ("state",)
