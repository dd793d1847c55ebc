"""The first page, and the organisation's own. The ways in and out: accounts.entrance."""

from django.urls import path

from accounts import integrations, views

app_name = "accounts"

urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start, name="start"),
    path("organization/", views.organization_page, name="organization"),
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
