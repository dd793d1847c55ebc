"""The site's addresses; each app has its own."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

# The back office is entered as the site is: with the same limits on tries, and the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("accounts.entrance")),
    path("billing/", include("accounts.billing.urls")),
    path("", include("consent.urls")),
    path("", include("projects.urls")),
    path("", include("rendering.urls")),
    path("", include("projects.media")),
    path("api/v1/", include("config.api")),
    path("did/", include("rendering.did.urls")),
    path("admin/", admin.site.urls),
]
