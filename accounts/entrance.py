"""The ways in and out: django-allauth's pages, under addresses of this house."""

from allauth.account import urls as account_urls
from allauth.account import views as account_views
from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts import views

_OURS = {"account_login", "account_logout", "account_signup", "account_reset_password_from_key"}

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-out/", account_views.logout, name="account_logout"),
    path("sign-up/", account_views.signup, name="account_signup"),
    # allauth's own pattern knows only ids without an underscore.
    re_path(
        r"^account/password/reset/key/(?P<uidb36>[0-9A-Za-z_]+)-(?P<key>.+)/$",
        account_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("account/", include([one for one in account_urls.urlpatterns if one.name not in _OURS])),
    path("account/two-step/", include("allauth.mfa.urls")),
    path("account/sessions/<int:session_id>/end/", views.session_end, name="usersessions_end"),
    path("account/sessions/", include("allauth.usersessions.urls")),
]
