"""A recording after it came in: cut, cleaned, written down; and music to lie under a clip."""

from typing import Any

from django.http import HttpResponseRedirect
from django_filters.rest_framework import CharFilter, FilterSet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.pages import PageQuery, page_of
from accounts.api.schema import problems
from accounts.api.scopes import Resource
from projects.api.intake import content_of
from projects.api.serializers import RecordingSerializer
from projects.api.views import REDIRECT, media_redirect
from projects.models import TITLE_LENGTH, Music, Recording
from projects.music import RIGHTS_LENGTH, music_upload
from projects.recordings import (
    LANGUAGES,
    MOST_LETTERS,
    recording_edit,
    transcript_hear,
    transcript_set,
    transcript_text,
)
from projects.retention.deleting import thing_delete
from projects.selectors import access_music, access_project, access_recording


class EditSerializer(serializers.Serializer[Any]):
    start = serializers.FloatField(min_value=0, max_value=100_000, default=0.0, help_text="s")
    end = serializers.FloatField(
        min_value=0, max_value=100_000, default=None, allow_null=True, help_text="s; null: to its end"
    )
    denoise = serializers.BooleanField(default=False, help_text="Take away steady noise: hiss, hum, a fan.")


class WordSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    start = serializers.FloatField(help_text="s")
    end = serializers.FloatField(help_text="s")


class TranscriptSerializer(serializers.Serializer[Any]):
    language = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    words = WordSerializer(many=True, help_text="Each with the time at which it is heard.")


class LanguageSerializer(serializers.Serializer[Any]):
    language = serializers.ChoiceField(choices=list(LANGUAGES), default="en")


class TranscriptNewSerializer(LanguageSerializer):
    text = serializers.CharField(max_length=MOST_LETTERS, allow_blank=True, help_text="What is said, as it is read.")


class RecordingEditsView(ApiView):
    resource = Resource.RECORDINGS
    doors = {"recording": access_recording}

    @extend_schema(
        operation_id="editRecording",
        summary="Cut and clean a recording",
        request=EditSerializer,
        responses={201: RecordingSerializer},
        examples=[OpenApiExample("The first ten seconds", value={"end": 10.0, "denoise": True}, request_only=True)],
    )
    @idempotent(one_transaction=False)
    def post(self, request: Request, recording: Recording) -> Response:
        """Another recording, of what it was cut from: two edits do not add up. A cut recording is asked about again, as
        cutting can turn a no into a yes. With nothing to do, the original is given back.
        """
        values = self.read(request, EditSerializer)
        edited = recording_edit(organization=self.organization, acting_user=self.user, recording=recording, **values)
        return Response(RecordingSerializer(edited).data, status=201)


class RecordingWordsView(ApiView):
    resource = Resource.RECORDINGS
    doors = {"recording": access_recording}

    @extend_schema(operation_id="getRecordingWords", summary="What it says", responses=TranscriptSerializer)
    def get(self, request: Request, recording: Recording) -> Response:
        """For captions; empty until somebody, or the machine, wrote it down."""
        return Response(TranscriptSerializer(_told(recording)).data)

    @extend_schema(
        operation_id="setRecordingWords",
        summary="Write down what it says",
        request=TranscriptNewSerializer,
        responses=TranscriptSerializer,
    )
    def put(self, request: Request, recording: Recording) -> Response:
        """Each word gets the time at which it is heard; words that stood there before keep theirs."""
        values = self.read(request, TranscriptNewSerializer)
        kept = transcript_set(organization=self.organization, acting_user=self.user, recording=recording, **values)
        return Response(TranscriptSerializer(_told(kept)).data)


class RecordingHearView(ApiView):
    resource = Resource.RECORDINGS
    doors = {"recording": access_recording}

    @extend_schema(
        operation_id="hearRecordingWords",
        summary="Let the machine write it down",
        request=LanguageSerializer,
        responses=TranscriptSerializer,
    )
    @idempotent()
    def post(self, request: Request, recording: Recording) -> Response:
        """Replaces what stood there. 422 with the reason “recogniser-missing” where no recogniser is installed."""
        language = self.read(request, LanguageSerializer)["language"]
        kept = transcript_hear(
            organization=self.organization, acting_user=self.user, recording=recording, language=language
        )
        return Response(TranscriptSerializer(_told(kept)).data)


def _told(recording: Recording) -> dict[str, Any]:
    words = [{"text": text, "start": start, "end": end} for text, start, end in recording.transcript]
    return {"language": recording.language, "text": transcript_text(recording), "words": words}


class MusicSerializer(serializers.ModelSerializer[Music]):
    project = serializers.CharField(source="project_id")

    class Meta:
        model = Music
        fields = ("id", "project", "name", "rights", "sha256", "duration", "created_at", "erased_at")
        read_only_fields = fields


class MusicNewSerializer(serializers.Serializer[Any]):
    project = serializers.CharField(max_length=24)
    sound = serializers.FileField(required=False, help_text="The music; or `upload`.")
    upload = serializers.CharField(required=False, max_length=300, help_text="What POST /uploads named.")
    name = serializers.CharField(max_length=TITLE_LENGTH, default="Music")
    rights = serializers.CharField(max_length=RIGHTS_LENGTH, help_text="Where it is from, and its licence.")


class MusicFilter(FilterSet):
    project = CharFilter(field_name="project_id", max_length=24)

    class Meta:
        model = Music
        fields = ("project",)


class MusicsView(ApiView):
    resource = Resource.RECORDINGS
    tag = "music"
    queryset = Music.objects.none()
    filterset_class = MusicFilter
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="listMusic", summary="Music", parameters=[PageQuery], responses=page_of(MusicSerializer)
    )
    def get(self, request: Request) -> Response:
        """To lie under clips, newest first."""
        return self.page(request, Music.objects.filter(organization=self.organization), MusicSerializer)

    @extend_schema(
        operation_id="uploadMusic",
        summary="Upload music",
        request={"multipart/form-data": MusicNewSerializer},
        responses={201: MusicSerializer},
    )
    @idempotent(one_transaction=False)
    def post(self, request: Request) -> Response:
        """With a word on why it may be used; the same file in a project is kept once."""
        values = self.read(request, MusicNewSerializer)
        music = music_upload(
            organization=self.organization,
            acting_user=self.user,
            project=self.named(values, "project", access_project),
            name=values["name"],
            rights=values["rights"],
            data=content_of(self.user, self.organization, values, "sound"),
        )
        return Response(MusicSerializer(music).data, status=201)


class MusicView(ApiView):
    resource = Resource.RECORDINGS
    tag = "music"
    doors = {"music": access_music}

    @extend_schema(operation_id="getMusic", summary="One piece", responses=MusicSerializer)
    def get(self, request: Request, music: Music) -> Response:
        """One piece of music."""
        return Response(MusicSerializer(music).data)

    @extend_schema(operation_id="deleteMusic", summary="Delete music", request=None, responses={204: None})
    def delete(self, request: Request, music: Music) -> Response:
        """The file goes in every version, with a certificate."""
        thing_delete(organization=self.organization, acting_user=self.user, thing=music)
        return Response(status=204)


class MusicSoundView(ApiView):
    resource = Resource.RECORDINGS
    tag = "music"
    doors = {"music": access_music}

    @extend_schema(operation_id="getMusicSound", summary="The music itself", responses={302: REDIRECT})
    @problems(410)
    def get(self, request: Request, music: Music) -> HttpResponseRedirect:
        """Redirects to the file."""
        return media_redirect(music.file.name, gone=music.erased_at is not None)
