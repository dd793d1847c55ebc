"""/api/v1: the organisation."""

from django.urls import path

from accounts.api import views, webhooks

urlpatterns = [
    path("me", views.MeView.as_view(), name="me"),
    path("organization", views.OrganizationView.as_view(), name="organization"),
    path("members", views.MembersView.as_view(), name="members"),
    path("credits", views.CreditsView.as_view(), name="credits"),
    path("webhook-event-types", webhooks.EventTypesView.as_view(), name="event_types"),
    path("webhook-endpoints", webhooks.EndpointsView.as_view(), name="endpoints"),
    path("webhook-endpoints/<str:endpoint_id>", webhooks.EndpointView.as_view(), name="endpoint"),
    path("webhook-endpoints/<str:endpoint_id>/rotate", webhooks.EndpointRotateView.as_view(), name="endpoint_rotate"),
    path("webhook-endpoints/<str:endpoint_id>/test", webhooks.EndpointTestView.as_view(), name="endpoint_test"),
    path("webhook-deliveries", webhooks.DeliveriesView.as_view(), name="deliveries"),
    path("webhook-deliveries/<str:delivery_id>", webhooks.DeliveryView.as_view(), name="delivery"),
    path("webhook-deliveries/<str:delivery_id>/replay", webhooks.DeliveryReplayView.as_view(), name="delivery_replay"),
    path("credits/entries", views.CreditEntriesView.as_view(), name="credit_entries"),
]
