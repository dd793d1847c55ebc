"""What is on record, to be looked at. Moderators decide in their queue (projects.moderation), nobody decides here."""

from django.contrib import admin
from django.utils.html import format_html

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
from consent.selectors import media_url


@admin.register(Subject)
class SubjectAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "organization", "kind", "name", "year_of_death", "moderation_state", "created_at")
    list_filter = ("kind", "moderation_state")
    search_fields = ("id", "name")


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


@admin.register(OptOut)
class OptOutAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "report", "created_at", "lifted_at")


@admin.register(Appeal)
class AppealAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "state", "organization", "opt_out", "reason", "created_at")
    list_filter = ("state",)
