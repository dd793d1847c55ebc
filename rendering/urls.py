"""The studio."""

from django.urls import path

from rendering import repairing_views, scene_views, viewing, views, voice_views, watching
from rendering.batching import actions as batch_actions
from rendering.batching import views as batching

app_name = "rendering"

urlpatterns = [
    path("studio/", views.studio, name="studio"),
    path("clips/new/", views.clip_new, name="clip_new"),
    path("clips/new/estimate/", views.estimate, name="estimate"),
    path("clips/new/heard/", views.heard, name="heard"),
    path("clips/new/scene/", scene_views.scene_new, name="scene_new"),
    path("clips/new/scene/pictures/", scene_views.scene_pictures, name="scene_pictures"),
    path("voices/", voice_views.voices, name="voices"),
    path("voices/<str:voice_id>/sample/", voice_views.sample, name="voice_sample"),
    path("clips/<str:clip_id>/", views.clip, name="clip"),
    path("clips/<str:clip_id>/state/", views.clip_state, name="clip_state"),
    path("clips/<str:clip_id>/render/", views.clip_render, name="clip_render"),
    path("clips/<str:clip_id>/take/", views.clip_take, name="clip_take"),
    path("batches/", batching.batches, name="batches"),
    path("batches/new/", batching.batch_new, name="batch_new"),
    path("batches/example.csv", batching.example, name="batch_example"),
    path("batches/<str:batch_id>/", batching.batch, name="batch"),
    path("batches/<str:batch_id>/state/", batching.batch_state, name="batch_state"),
    path("batches/<str:batch_id>/change/", batching.batch_edit, name="batch_edit"),
    path("batches/<str:batch_id>/rows.csv", batching.rows, name="batch_rows"),
    path("batches/<str:batch_id>/clips.zip", batching.download, name="batch_download"),
    path("batches/<str:batch_id>/start/", batch_actions.start, name="batch_start"),
    path("batches/<str:batch_id>/pause/", batch_actions.pause, name="batch_pause"),
    path("batches/<str:batch_id>/resume/", batch_actions.resume, name="batch_resume"),
    path("batches/<str:batch_id>/cancel/", batch_actions.cancel, name="batch_cancel"),
    path("batches/<str:batch_id>/delete/", batch_actions.delete, name="batch_delete"),
    path("batches/<str:batch_id>/recheck/", batch_actions.recheck, name="batch_recheck"),
    path("batches/<str:batch_id>/correct/", batch_actions.correct, name="batch_correct"),
    path("batches/<str:batch_id>/again/", batch_actions.again, name="batch_again"),
    path("batches/<str:batch_id>/skip/", batch_actions.skip, name="batch_skip"),
    path("batches/<str:batch_id>/ask/", batch_actions.ask_all, name="batch_ask"),
    path("batch-rows/<str:row_id>/ask/", batch_actions.ask_row, name="batch_row_ask"),
    path("clips/<str:clip_id>/shares/", watching.shares, name="shares"),
    path("shares/<str:share_id>/end/", watching.share_end, name="share_end"),
    path("watch/<str:token>/", watching.watch, name="watch"),
    path("watch/<str:token>/video/", watching.watch_video, name="watch_video"),
    path("watch/<str:token>/poster/", watching.watch_poster, name="watch_poster"),
    path("watch/<str:token>/captions/", watching.watch_captions, name="watch_captions"),
    path("portraits/<str:portrait_id>/repair/", repairing_views.repair, name="repair"),
    path("portraits/<str:portrait_id>/compare/", repairing_views.compare, name="compare"),
    path("portraits/<str:portrait_id>/discard/", repairing_views.discard, name="discard"),
    path("renders/<str:render_id>/cancel/", views.render_cancel, name="render_cancel"),
    path("renders/<str:render_id>/preview/", viewing.preview, name="preview"),
    path("renders/<str:render_id>/preview/<int:attempt>/<int:number>/", viewing.preview_piece, name="preview_piece"),
    path("renders/<str:render_id>/video/", viewing.video, name="video"),
    path("renders/<str:render_id>/download/", viewing.download, name="download"),
    path("renders/<str:render_id>/cut-out.webm", viewing.cut_out, {"kind": "webm"}, name="cut_out"),
    path("renders/<str:render_id>/cut-out.c2pa", viewing.cut_out, {"kind": "c2pa"}, name="cut_out_credentials"),
    path("renders/<str:render_id>/poster/", viewing.poster, name="poster"),
    path("renders/<str:render_id>/captions/", viewing.captions, name="captions"),
    path("renders/<str:render_id>/captions.<str:kind>", viewing.captions_download, name="captions_download"),
    path("renders/<str:render_id>/disclosure/", viewing.disclosure, name="disclosure"),
]
