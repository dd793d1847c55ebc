"""The first page, and the organisation's own. The ways in and out: accounts.entrance."""

from django.urls import path

from accounts import audit_views, integrations, members_views, views

app_name = "accounts"

urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start, name="start"),
    path("organization/", views.organization_page, name="organization"),
    path("organization/members/", members_views.members, name="members"),
    path("organization/members/<int:membership_id>/", members_views.member_change, name="member"),
    path("organization/leave/", members_views.leave, name="leave"),
    path("organization/invitations/<str:invitation_id>/", members_views.invitation_change, name="invitation_change"),
    path("invitations/<str:token>/", members_views.invitation, name="invitation"),
    path("organization/audit/", audit_views.audit, name="audit"),
    path("organization/audit/export/", audit_views.export, name="audit_export"),
    path("organization/switch/", views.organization_switch, name="organization_switch"),
    path("integrations/keys/", integrations.keys, name="api_keys"),
    path("integrations/keys/<str:key_id>/rotate/", integrations.key_rotate, name="api_key_rotate"),
    path("integrations/keys/<str:key_id>/revoke/", integrations.key_revoke, name="api_key_revoke"),
    path("integrations/webhooks/", integrations.webhooks, name="webhooks"),
    path("integrations/webhooks/<str:endpoint_id>/", integrations.webhook, name="webhook"),
    path("integrations/webhooks/<str:endpoint_id>/do/", integrations.webhook_do, name="webhook_do"),
    path("integrations/deliveries/<str:delivery_id>/", integrations.delivery, name="webhook_delivery"),
    path(
        "integrations/deliveries/<str:delivery_id>/again/", integrations.delivery_again, name="webhook_delivery_again"
    ),
    path("studio/new/", views.organization_new, name="organization_new"),
]
