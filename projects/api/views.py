"""Projects, pictures and recordings."""

from typing import Any

from django.http import HttpResponseRedirect
from django_filters.rest_framework import BooleanFilter, CharFilter, FilterSet
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.pages import PageQuery, page_of
from accounts.api.problems import ProblemError
from accounts.api.schema import problems
from accounts.api.scopes import Resource
from accounts.permissions import Act
from consent.api.serializers import ConsentRequestSerializer
from consent.gate import Scope
from consent.selectors import access_subject
from consent.services import consent_request_create
from projects.api.intake import content_of
from projects.api.serializers import (
    AdvisedSerializer,
    AskSerializer,
    PhotoSerializer,
    PortraitNewSerializer,
    PortraitSerializer,
    ProjectNewSerializer,
    ProjectSerializer,
    RecordingNewSerializer,
    RecordingSerializer,
)
from projects.media import signed_url
from projects.models import RECORDING_VOICE, Portrait, Project, Recording
from projects.retention.deleting import thing_delete
from projects.selectors import access_portrait, access_project, access_recording, projects_of
from projects.services import check_photo_size, portrait_upload, project_create, recording_upload

REDIRECT = OpenApiResponse(description="A redirect to an address that works for a minute")


class ProjectsView(ApiView):
    resource = Resource.PROJECTS

    @extend_schema(
        operation_id="listProjects", summary="Projects", parameters=[PageQuery], responses=page_of(ProjectSerializer)
    )
    def get(self, request: Request) -> Response:
        """The organisation's projects, newest first."""
        return self.page(request, projects_of(self.organization), ProjectSerializer)

    @extend_schema(
        operation_id="createProject",
        summary="A new project",
        request=ProjectNewSerializer,
        responses={201: ProjectSerializer},
        examples=[OpenApiExample("Spring", value={"name": "Spring"}, request_only=True)],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        """A folder for pictures, recordings and clips that belong together."""
        values = self.read(request, ProjectNewSerializer)
        project = project_create(organization=self.organization, acting_user=self.user, **values)
        return Response(ProjectSerializer(project).data, status=201)


class ProjectView(ApiView):
    resource = Resource.PROJECTS
    doors = {"project": access_project}

    @extend_schema(operation_id="getProject", summary="One project", responses=ProjectSerializer)
    def get(self, request: Request, project: Project) -> Response:
        """One project."""
        return Response(ProjectSerializer(project).data)

    @extend_schema(operation_id="deleteProject", summary="Delete a project", request=None, responses={204: None})
    def delete(self, request: Request, project: Project) -> Response:
        """Only an empty one can be deleted."""
        thing_delete(organization=self.organization, acting_user=self.user, thing=project)
        return Response(status=204)


class PortraitFilter(FilterSet):
    project = CharFilter(field_name="project_id", max_length=24)
    subject = CharFilter(field_name="subject_id", max_length=24)
    erased = BooleanFilter(field_name="erased_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Portrait
        fields = ("project", "subject", "erased")


class PortraitsView(ApiView):
    resource = Resource.PORTRAITS
    queryset = Portrait.objects.none()
    filterset_class = PortraitFilter
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="listPortraits",
        summary="Pictures",
        parameters=[PageQuery],
        responses=page_of(PortraitSerializer),
    )
    def get(self, request: Request) -> Response:
        """The organisation's pictures, newest first."""
        return self.page(request, Portrait.objects.filter(organization=self.organization), PortraitSerializer)

    @extend_schema(
        operation_id="uploadPortrait",
        summary="Upload a picture",
        request={"multipart/form-data": PortraitNewSerializer},
        responses={201: PortraitSerializer},
    )
    @idempotent(one_transaction=False)
    def post(self, request: Request) -> Response:
        """The same picture of the same subject in a project is kept once. A picture without a usable face is refused,
        with advice; with `points` a person says where the face is.
        """
        values = self.read(request, PortraitNewSerializer)
        project = self.named(values, "project", access_project)
        subject = self.named(values, "subject", access_subject)
        portrait = portrait_upload(
            organization=self.organization,
            acting_user=self.user,
            project=project,
            subject=subject,
            data=content_of(self.user, self.organization, values, "photo"),
            name=values.get("name", subject.name),
            face_index=values.get("face_index"),
            placed=values.get("points"),
        )
        return Response(PortraitSerializer(portrait).data, status=201)


class PortraitView(ApiView):
    resource = Resource.PORTRAITS
    doors = {"portrait": access_portrait}

    @extend_schema(operation_id="getPortrait", summary="One picture", responses=PortraitSerializer)
    def get(self, request: Request, portrait: Portrait) -> Response:
        """One picture, with the faces that were found in it."""
        return Response(PortraitSerializer(portrait).data)

    @extend_schema(operation_id="deletePortrait", summary="Delete a picture", request=None, responses={204: None})
    def delete(self, request: Request, portrait: Portrait) -> Response:
        """The file goes in every version, with a certificate. Clips that were made of it stay."""
        thing_delete(organization=self.organization, acting_user=self.user, thing=portrait)
        return Response(status=204)


class PortraitImageView(ApiView):
    resource = Resource.PORTRAITS
    doors = {"portrait": access_portrait}

    @extend_schema(operation_id="getPortraitImage", summary="The picture itself", responses={302: REDIRECT})
    @problems(410)
    def get(self, request: Request, portrait: Portrait) -> HttpResponseRedirect:
        """Redirects to the file."""
        return media_redirect(portrait.image.name, gone=portrait.erased_at is not None)


class PortraitAskView(ApiView):
    resource = Resource.CONSENT
    acts = {"POST": (Act.ASK_CONSENT,)}
    doors = {"portrait": access_portrait}

    @extend_schema(
        operation_id="askConsent",
        summary="Ask the person shown",
        request=AskSerializer,
        responses={201: ConsentRequestSerializer},
        examples=[
            OpenApiExample(
                "Words",
                value={"words": "Good morning from the museum.", "voice": "heart", "email": "mira@example.org"},
                request_only=True,
            )
        ],
    )
    @problems(410)
    @idempotent()
    def post(self, request: Request, portrait: Portrait) -> Response:
        """Whether this picture may say these words, or this recording, or anything on a topic."""
        values = self.read(request, AskSerializer)
        if portrait.erased_at is not None:
            raise ProblemError("gone", "This picture was erased. Upload it again.")
        recording = None
        if "recording" in values:
            recording = self.named(values, "recording", access_recording, Act.ASK_CONSENT)
            del values["recording"]
        asked = consent_request_create(
            organization=self.organization,
            acting_user=self.user,
            subject=portrait.subject,
            photo_key=str(portrait.image.name),
            photo_sha256=portrait.sha256,
            recording_key=str(recording.file.name) if recording else "",
            recording_sha256=recording.sha256 if recording else "",
            uses=[Scope(use) for use in values.pop("uses")],
            **{**values, "voice": RECORDING_VOICE if recording else values["voice"]},
        )
        return Response(ConsentRequestSerializer(asked).data, status=201)


class AdviceView(ApiView):
    resource = Resource.PORTRAITS
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="advisePhoto",
        summary="What a picture is good for",
        request={"multipart/form-data": PhotoSerializer},
        responses=AdvisedSerializer,
    )
    def post(self, request: Request) -> Response:
        """Looks at a picture as an upload is looked at, and says what would be wrong; nothing is kept."""
        values = self.read(request, PhotoSerializer)
        data = values["photo"].read()
        check_photo_size(data)
        return Response(AdvisedSerializer(_advised(data, values.get("face_index"))).data)


def _advised(data: bytes, index: int | None) -> dict[str, Any]:
    from rendering.engine.faces import find_faces, read_photo  # noqa: PLC0415  loads models
    from rendering.engine.faces.advice import advise, usable  # noqa: PLC0415

    photo = read_photo(data)
    faces = find_faces(photo)
    advice = advise(photo, faces, index)
    return {"usable": usable(advice), "faces": faces, "advice": advice}


class RecordingFilter(FilterSet):
    project = CharFilter(field_name="project_id", max_length=24)

    class Meta:
        model = Recording
        fields = ("project",)


class RecordingsView(ApiView):
    resource = Resource.RECORDINGS
    queryset = Recording.objects.none()
    filterset_class = RecordingFilter
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="listRecordings",
        summary="Recordings",
        parameters=[PageQuery],
        responses=page_of(RecordingSerializer),
    )
    def get(self, request: Request) -> Response:
        """The organisation's recordings, newest first."""
        return self.page(request, Recording.objects.filter(organization=self.organization), RecordingSerializer)

    @extend_schema(
        operation_id="uploadRecording",
        summary="Upload a recording",
        request={"multipart/form-data": RecordingNewSerializer},
        responses={201: RecordingSerializer},
    )
    @idempotent(one_transaction=False)
    def post(self, request: Request) -> Response:
        """Any sound file; the same file in a project is kept once."""
        values = self.read(request, RecordingNewSerializer)
        recording = recording_upload(
            organization=self.organization,
            acting_user=self.user,
            project=self.named(values, "project", access_project),
            name=values["name"],
            data=content_of(self.user, self.organization, values, "sound"),
        )
        return Response(RecordingSerializer(recording).data, status=201)


class RecordingView(ApiView):
    resource = Resource.RECORDINGS
    doors = {"recording": access_recording}

    @extend_schema(operation_id="getRecording", summary="One recording", responses=RecordingSerializer)
    def get(self, request: Request, recording: Recording) -> Response:
        """One recording."""
        return Response(RecordingSerializer(recording).data)

    @extend_schema(operation_id="deleteRecording", summary="Delete a recording", request=None, responses={204: None})
    def delete(self, request: Request, recording: Recording) -> Response:
        """The file goes in every version, with a certificate."""
        thing_delete(organization=self.organization, acting_user=self.user, thing=recording)
        return Response(status=204)


class RecordingSoundView(ApiView):
    resource = Resource.RECORDINGS
    doors = {"recording": access_recording}

    @extend_schema(operation_id="getRecordingSound", summary="The sound itself", responses={302: REDIRECT})
    @problems(410)
    def get(self, request: Request, recording: Recording) -> HttpResponseRedirect:
        """Redirects to the file, 24 kHz mono WAV."""
        return media_redirect(recording.file.name, gone=recording.erased_at is not None)


def media_redirect(key: str | None, *, gone: bool = False, download_name: str = "") -> HttpResponseRedirect:
    """To the file's own short-lived address, which no cache keeps."""
    if gone or not key:
        raise ProblemError("gone")
    response = HttpResponseRedirect(signed_url(key, download_name=download_name or None))
    response.headers["Cache-Control"] = "no-store"
    return response
