"""/did: the addresses that clients of the talks interface know, with and without a slash at the end."""

from django.urls import path, re_path

from rendering.did import views

app_name = "did"

urlpatterns = [
    re_path(r"^talks/?$", views.TalksView.as_view(), name="talks"),
    re_path(r"^talks/(?P<talk_id>[^/]+)/?$", views.TalkView.as_view(), name="talk"),
    re_path(r"^animations/?$", views.AnimationsView.as_view(), name="animations"),
    re_path(r"^animations/(?P<talk_id>[^/]+)/?$", views.AnimationView.as_view(), name="animation"),
    re_path(r"^images/?$", views.ImagesView.as_view(), name="images"),
    re_path(r"^images/face-detection/?$", views.FaceDetectionView.as_view(), name="face_detection"),
    re_path(r"^images/(?P<upload_id>[^/]+)/?$", views.ImageView.as_view(), name="image"),
    re_path(r"^audios/?$", views.AudiosView.as_view(), name="audios"),
    re_path(r"^audios/(?P<upload_id>[^/]+)/?$", views.AudioView.as_view(), name="audio"),
    re_path(r"^credits/?$", views.CreditsView.as_view(), name="credits"),
    re_path(r"^tts/voices/?$", views.VoicesView.as_view(), name="voices"),
    re_path(r"^webhook-secret/?$", views.WebhookSecretView.as_view(), name="webhook_secret"),
    path("results/<str:token>/<str:name>", views.result, name="result"),
]
