"""Plan, credits, invoices; and where Stripe tells what happened."""

from django.urls import path

from accounts.billing import views

app_name = "billing"

urlpatterns = [
    path("", views.page, name="page"),
    path("invoices/", views.invoices, name="invoices"),
    path("plan/", views.plan, name="plan"),
    path("change/", views.change, name="change"),
    path("pack/", views.pack, name="pack"),
    path("cards/", views.portal, name="portal"),
    path("cancel/", views.cancel, name="cancel"),
    path("resume/", views.resume, name="resume"),
    path("limit/", views.limit, name="limit"),
    path("done/", views.done, name="done"),
    path("stripe/", views.webhook, name="webhook"),
]
