"""The subject's own pages, reports from anybody, and the pages of those who ask."""

from django.urls import path, re_path

from consent import organization_views, own_views, views

app_name = "consent"

urlpatterns = [
    path("consent/<str:token>/", views.answer, name="answer"),
    path("consent/<str:token>/voice/", views.voice, name="voice"),
    path("consent/<str:token>/receipt/", views.receipt_again, name="receipt_again"),
    path("consent/letters/<str:token>/", own_views.stop, name="stop"),
    # Tokens stand right behind /consent/ and /receipt/ or one word more: so the log knows what to leave out.
    path("receipt/all/<str:token>/", own_views.about_me, name="about_me"),
    path("receipt/all/<str:token>/everything.zip", own_views.about_me_export, name="about_me_export"),
    path("receipt/<str:token>/", views.receipt, name="receipt"),
    path("receipt/<str:token>/withdraw/", views.withdraw, name="withdraw"),
    re_path(r"^receipt/(?P<token>[^/]+)/receipt\.(?P<suffix>json|pdf)$", views.receipt_file, name="receipt_file"),
    path("consent/faces/<str:token>/", own_views.forget, name="forget"),
    path("not-me/", own_views.not_me, name="not_me"),
    path("consents/", organization_views.questions, name="questions"),
    path("consents/classes/new/", organization_views.class_new, name="class_new"),
    path("consents/classes/<str:batch_id>/", organization_views.class_page, name="class"),
    path("consents/spoken/", organization_views.spoken, name="spoken"),
    path("consents/selfies/", organization_views.selfies, name="selfies"),
    path("consents/appeals/<str:appeal_id>/", organization_views.appeal, name="appeal"),
    path("consents/about/<str:subject_id>/", organization_views.subject_page, name="subject"),
    path("consents/about/<str:subject_id>/link/", organization_views.subject_link, name="subject_link"),
    path("consents/<str:request_id>/", organization_views.request_page, name="request"),
    path("consents/<str:request_id>/terms/", organization_views.request_change, name="request_change"),
    path("consents/<str:request_id>/renew/", organization_views.request_renew, name="request_renew"),
    re_path(
        r"^consents/(?P<request_id>[^/]+)/receipt\.(?P<suffix>json|pdf)$",
        organization_views.request_receipt,
        name="request_receipt",
    ),
]
