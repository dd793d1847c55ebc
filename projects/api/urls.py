"""/api/v1: projects and what is in them."""

from django.urls import path

from projects.api import (
    desk,
    problems,  # noqa: F401  registers them
    uploads,
    views,
)

urlpatterns = [
    path("projects", views.ProjectsView.as_view(), name="projects"),
    path("projects/<str:project_id>", views.ProjectView.as_view(), name="project"),
    path("projects/<str:project_id>/retention", desk.ProjectRetentionView.as_view(), name="project_retention"),
    path("portraits", views.PortraitsView.as_view(), name="portraits"),
    path("portraits/advice", views.AdviceView.as_view(), name="portrait_advice"),
    path("portraits/<str:portrait_id>", views.PortraitView.as_view(), name="portrait"),
    path("portraits/<str:portrait_id>/image", views.PortraitImageView.as_view(), name="portrait_image"),
    path("portraits/<str:portrait_id>/consent-requests", views.PortraitAskView.as_view(), name="portrait_ask"),
    path("recordings", views.RecordingsView.as_view(), name="recordings"),
    path("recordings/<str:recording_id>", views.RecordingView.as_view(), name="recording"),
    path("recordings/<str:recording_id>/sound", views.RecordingSoundView.as_view(), name="recording_sound"),
    path("uploads", uploads.UploadsView.as_view(), name="uploads"),
    path("uploads/<str:upload_id>", uploads.UploadView.as_view(), name="upload"),
    path("backdrops", uploads.BackdropsView.as_view(), name="backdrops"),
    path("backdrops/<str:backdrop_id>", uploads.BackdropView.as_view(), name="backdrop"),
    path("backdrops/<str:backdrop_id>/image", uploads.BackdropImageView.as_view(), name="backdrop_image"),
    path("moderation/cases", desk.CasesView.as_view(), name="cases"),
    path("moderation/cases/<str:case_id>", desk.CaseView.as_view(), name="case"),
    path("moderation/cases/<str:case_id>/answer", desk.CaseAnswerView.as_view(), name="case_answer"),
    path("moderation/cases/<str:case_id>/appeal", desk.CaseAppealView.as_view(), name="case_appeal"),
    path("retention", desk.RetentionView.as_view(), name="retention"),
]
