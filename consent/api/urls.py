"""/api/v1: consent."""

from django.urls import path

from consent.api import appeals, views

_ONE = "consent-requests/<str:consent_request_id>"

urlpatterns = [
    path("subjects", views.SubjectsView.as_view(), name="subjects"),
    path("subjects/<str:subject_id>", views.SubjectView.as_view(), name="subject"),
    path("subjects/<str:subject_id>/statement", views.StatementView.as_view(), name="statement"),
    path("subjects/<str:subject_id>/link", views.SubjectLinkView.as_view(), name="subject_link"),
    path("appeals", appeals.AppealsView.as_view(), name="appeals"),
    path("appeals/<str:appeal_id>", appeals.AppealView.as_view(), name="appeal"),
    path("consent-requests", views.ConsentRequestsView.as_view(), name="consent_requests"),
    path(_ONE, views.ConsentRequestView.as_view(), name="consent_request"),
    path(f"{_ONE}/send", views.ConsentRequestSendView.as_view(), name="consent_request_send"),
    path(f"{_ONE}/renew", views.ConsentRequestRenewView.as_view(), name="consent_request_renew"),
    path(f"{_ONE}/terms", views.ConsentRequestTermsView.as_view(), name="consent_request_terms"),
    path(f"{_ONE}/receipt", views.ReceiptView.as_view(), name="receipt"),
    path(f"{_ONE}/receipt.pdf", views.ReceiptPdfView.as_view(), name="receipt_pdf"),
    path("classes", views.ClassesView.as_view(), name="classes"),
    path("classes/<str:batch_id>", views.ClassView.as_view(), name="class"),
]
