"""/api/v1: the organisation."""

from django.urls import path

from accounts.api import views

urlpatterns = [
    path("me", views.MeView.as_view(), name="me"),
    path("organization", views.OrganizationView.as_view(), name="organization"),
    path("members", views.MembersView.as_view(), name="members"),
    path("credits", views.CreditsView.as_view(), name="credits"),
    path("credits/entries", views.CreditEntriesView.as_view(), name="credit_entries"),
]
