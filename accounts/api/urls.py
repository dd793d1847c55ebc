"""/api/v1: the organisation."""

from django.urls import path

from accounts.api import audit_views, billing, key_views, members, views, webhooks

urlpatterns = [
    path("me", views.MeView.as_view(), name="me"),
    path("organization", views.OrganizationView.as_view(), name="organization"),
    path("members", views.MembersView.as_view(), name="members"),
    path("members/<str:member_id>", members.MemberView.as_view(), name="member"),
    path("invitations", members.InvitationsView.as_view(), name="invitations"),
    path("invitations/<str:invitation_id>", members.InvitationView.as_view(), name="invitation"),
    path("invitations/<str:invitation_id>/send", members.InvitationSendView.as_view(), name="invitation_send"),
    path("keys", key_views.KeysView.as_view(), name="keys"),
    path("keys/<str:key_id>", key_views.KeyView.as_view(), name="key"),
    path("keys/<str:key_id>/rotate", key_views.KeyRotateView.as_view(), name="key_rotate"),
    path("audit", audit_views.AuditView.as_view(), name="audit"),
    path("audit/export", audit_views.AuditExportView.as_view(), name="audit_export"),
    path("audit/verification", audit_views.AuditVerificationView.as_view(), name="audit_verification"),
    path("billing", billing.StandingView.as_view(), name="billing"),
    path("billing/offers", billing.OffersView.as_view(), name="offers"),
    path("billing/invoices", billing.InvoicesView.as_view(), name="invoices"),
    path("billing/checkouts", billing.CheckoutsView.as_view(), name="checkouts"),
    path("billing/portal", billing.PortalView.as_view(), name="portal"),
    path("billing/limit", billing.LimitView.as_view(), name="overage_limit"),
    path("billing/plan/preview", billing.PlanPreviewView.as_view(), name="plan_preview"),
    path("billing/plan/change", billing.PlanChangeView.as_view(), name="plan_change"),
    path("billing/plan/cancel", billing.PlanCancelView.as_view(), name="plan_cancel"),
    path("billing/plan/resume", billing.PlanResumeView.as_view(), name="plan_resume"),
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
