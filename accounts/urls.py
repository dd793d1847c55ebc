"""The first page, and the ways in and out."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="sign_out"),
    path("sign-up/", views.sign_up, name="sign_up"),
    path("start/", views.start, name="start"),
    path("organization/", views.organization_page, name="organization"),
    path("organization/switch/", views.organization_switch, name="organization_switch"),
    path("studio/new/", views.organization_new, name="organization_new"),
]
