"""What organisations keep and want, to be looked at."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.admin import ReadOnly
from projects.models import Clip, Portrait, Project, Recording


@admin.register(Project)
class ProjectAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "organization", "name", "created_at")
    search_fields = ("id", "name")


@admin.register(Portrait)
class PortraitAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "organization", "subject", "name", "width", "height", "created_at")
    search_fields = ("id", "sha256", "name")


@admin.register(Recording)
class RecordingAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "organization", "name", "duration", "created_at")
    search_fields = ("id", "sha256", "name")


@admin.register(Clip)
class ClipAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "organization", "portrait", "title", "voice", "style", "created_at")
    search_fields = ("id", "title")
