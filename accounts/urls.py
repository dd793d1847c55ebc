"""The first page, and the organisation's own. The ways in and out: accounts.entrance."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start, name="start"),
    path("organization/", views.organization_page, name="organization"),
    path("organization/switch/", views.organization_switch, name="organization_switch"),
    path("studio/new/", views.organization_new, name="organization_new"),
]
