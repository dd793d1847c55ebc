"""/api/v1: projects and what is in them."""

from django.urls import path

from projects.api import (
    desk,
    lexicon,
    placing,
    problems,  # noqa: F401  registers them
    recordings,
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
    path("portraits/<str:portrait_id>/points", placing.PortraitPointsView.as_view(), name="portrait_points"),
    path("portraits/<str:portrait_id>/points/trial", placing.PortraitTrialView.as_view(), name="portrait_trial"),
    path("recordings", views.RecordingsView.as_view(), name="recordings"),
    path("recordings/<str:recording_id>", views.RecordingView.as_view(), name="recording"),
    path("recordings/<str:recording_id>/sound", views.RecordingSoundView.as_view(), name="recording_sound"),
    path("recordings/<str:recording_id>/edits", recordings.RecordingEditsView.as_view(), name="recording_edits"),
    path("recordings/<str:recording_id>/words", recordings.RecordingWordsView.as_view(), name="recording_words"),
    path("recordings/<str:recording_id>/words/hear", recordings.RecordingHearView.as_view(), name="recording_hear"),
    path("music", recordings.MusicsView.as_view(), name="musics"),
    path("music/<str:music_id>", recordings.MusicView.as_view(), name="music"),
    path("music/<str:music_id>/sound", recordings.MusicSoundView.as_view(), name="music_sound"),
    path("lexicon", lexicon.LexiconView.as_view(), name="lexicon"),
    path("lexicon/<str:entry_id>", lexicon.LexiconEntryView.as_view(), name="lexicon_entry"),
    path("lexicon/<str:entry_id>/sound", lexicon.LexiconSoundView.as_view(), name="lexicon_sound"),
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
