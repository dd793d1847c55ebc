"""The site's addresses; each app has its own."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("consent.urls")),
    path("", include("projects.urls")),
    path("", include("rendering.urls")),
    path("", include("projects.media")),
    path("api/v1/", include("config.api")),
    path("admin/", admin.site.urls),
]
