"""/api/v1: clips and renders."""

from django.urls import path

from rendering.api import (
    batches,
    clips,
    events,
    problems,  # noqa: F401  registers them
    renders,
)

urlpatterns = [
    path("voices", clips.VoicesView.as_view(), name="voices"),
    path("styles", clips.StylesView.as_view(), name="styles"),
    path("estimate", clips.EstimateView.as_view(), name="estimate"),
    path("clips", clips.ClipsView.as_view(), name="clips"),
    path("clips/<str:clip_id>", clips.ClipView.as_view(), name="clip"),
    path("clips/<str:clip_id>/consent", clips.ClipConsentView.as_view(), name="clip_consent"),
    path("clips/<str:clip_id>/renders", clips.ClipRendersView.as_view(), name="clip_renders"),
    path("renders", renders.RendersView.as_view(), name="renders"),
    path("renders/<str:render_id>", renders.RenderView.as_view(), name="render"),
    path("renders/<str:render_id>/cancel", renders.RenderCancelView.as_view(), name="render_cancel"),
    path("renders/<str:render_id>/events", events.RenderEventsView.as_view(), name="render_events"),
    path("renders/<str:render_id>/video", renders.VideoView.as_view(), name="video"),
    path("renders/<str:render_id>/download", renders.DownloadView.as_view(), name="download"),
    path("renders/<str:render_id>/poster", renders.PosterView.as_view(), name="poster"),
    path("renders/<str:render_id>/head", renders.HeadView.as_view(), name="head"),
    path("renders/<str:render_id>/captions", renders.CaptionsView.as_view(), name="captions"),
    path("renders/<str:render_id>/disclosure", renders.DisclosureView.as_view(), name="disclosure"),
    path("batches", batches.BatchesView.as_view(), name="batches"),
    path("batches/<str:clip_batch_id>", batches.BatchView.as_view(), name="batch"),
    path("batches/<str:clip_batch_id>/rows", batches.BatchRowsView.as_view(), name="batch_rows"),
    path("batches/<str:clip_batch_id>/start", batches.BatchStartView.as_view(), name="batch_start"),
    path("batches/<str:clip_batch_id>/pause", batches.BatchPauseView.as_view(), name="batch_pause"),
    path("batches/<str:clip_batch_id>/resume", batches.BatchResumeView.as_view(), name="batch_resume"),
    path("batches/<str:clip_batch_id>/cancel", batches.BatchCancelView.as_view(), name="batch_cancel"),
    path("batches/<str:clip_batch_id>/recheck", batches.BatchRecheckView.as_view(), name="batch_recheck"),
    path("batches/<str:clip_batch_id>/corrections", batches.BatchCorrectionsView.as_view(), name="batch_correct"),
    path("batches/<str:clip_batch_id>/again", batches.BatchAgainView.as_view(), name="batch_again"),
    path("batches/<str:clip_batch_id>/skip", batches.BatchSkipView.as_view(), name="batch_skip"),
    path("batches/<str:clip_batch_id>/consent", batches.BatchConsentView.as_view(), name="batch_consent"),
    path("batches/<str:clip_batch_id>/clips.zip", batches.BatchClipsView.as_view(), name="batch_clips"),
]
