"""Renders, to be looked at; and the desk, whose pages register themselves."""

from django.contrib import admin
from unfold.admin import ModelAdmin
from unfold.decorators import display

from accounts.admin import ReadOnly
from rendering.desk import cases, keeping  # noqa: F401  their classes register themselves
from rendering.models import Render

admin.site.index_title = "Back office"


@admin.register(Render)
class RenderAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "organization", "clip", "standing", "attempt", "stage", "created_at", "finished_at")
    list_filter = ("state",)
    search_fields = ("id", "clip__id", "organization__id")
    list_select_related = ("organization", "clip")

    @display(
        description="State",
        ordering="state",
        label={"published": "success", "failed": "danger", "refused": "warning", "running": "info", "queued": "info"},
    )
    def standing(self, render: Render) -> tuple[str, str]:
        return render.state, render.get_state_display()
