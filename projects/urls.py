"""Pictures and recordings."""

from django.urls import path

from projects import lexicon_views as lexicon
from projects import placing_views, views
from projects import recording_views as recordings
from projects.moderation import views as moderation
from projects.retention import views as retention

app_name = "projects"

urlpatterns = [
    path("portraits/", views.portrait_new, name="portrait_new"),
    path("portraits/picture/", views.picture, name="picture"),
    path("portraits/<str:portrait_id>/", views.portrait, name="portrait"),
    path("portraits/<str:portrait_id>/image/", views.portrait_image, name="portrait_image"),
    path("portraits/<str:portrait_id>/points/", placing_views.points, name="points"),
    path("portraits/<str:portrait_id>/points/trial/", placing_views.points_trial, name="points_trial"),
    path("report/<str:clip_id>/", moderation.report, name="report"),
    path("retention/", retention.policy, name="retention"),
    path("closing/", retention.closing, name="closing"),
    path("closing/begin/", retention.closing_begin, name="closing_begin"),
    path("closing/end/", retention.closing_end, name="closing_end"),
    path("closing/export/", retention.export, name="export"),
    path("closing/account/", retention.account, name="account_close"),
    path("decisions/", moderation.decisions, name="decisions"),
    path("decisions/<str:case_id>/answer/", moderation.answer, name="decision_answer"),
    path("decisions/<str:case_id>/appeal/", moderation.appeal, name="decision_appeal"),
    path("lexicon/", lexicon.lexicon, name="lexicon"),
    path("lexicon/<str:entry_id>/remove/", lexicon.lexicon_entry_remove, name="lexicon_remove"),
    path("lexicon/<str:entry_id>/sound/", lexicon.lexicon_sound, name="lexicon_sound"),
    path("recordings/", recordings.recording_new, name="recording_new"),
    path("recordings/<str:recording_id>/", recordings.recording, name="recording"),
    path("recordings/<str:recording_id>/sound/", recordings.recording_sound, name="recording_sound"),
    path("recordings/<str:recording_id>/trim/", recordings.recording_trim, name="recording_trim"),
    path("recordings/<str:recording_id>/words/", recordings.recording_words, name="recording_words"),
]
