"""The studio."""

from django.urls import path

from rendering import viewing, views

app_name = "rendering"

urlpatterns = [
    path("studio/", views.studio, name="studio"),
    path("clips/new/", views.clip_new, name="clip_new"),
    path("clips/new/estimate/", views.estimate, name="estimate"),
    path("clips/new/heard/", views.heard, name="heard"),
    path("clips/<str:clip_id>/", views.clip, name="clip"),
    path("clips/<str:clip_id>/state/", views.clip_state, name="clip_state"),
    path("clips/<str:clip_id>/render/", views.clip_render, name="clip_render"),
    path("clips/<str:clip_id>/take/", views.clip_take, name="clip_take"),
    path("renders/<str:render_id>/cancel/", views.render_cancel, name="render_cancel"),
    path("renders/<str:render_id>/video/", viewing.video, name="video"),
    path("renders/<str:render_id>/download/", viewing.download, name="download"),
    path("renders/<str:render_id>/poster/", viewing.poster, name="poster"),
    path("renders/<str:render_id>/captions/", viewing.captions, name="captions"),
    path("renders/<str:render_id>/captions.<str:kind>", viewing.captions_download, name="captions_download"),
    path("renders/<str:render_id>/disclosure/", viewing.disclosure, name="disclosure"),
]
