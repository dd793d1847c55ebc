"""Renders: how far they are, stopping them, and what came of them."""

from django.core.files.storage import default_storage
from django.http import HttpResponse, HttpResponseRedirect
from django_filters.rest_framework import CharFilter, FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.pages import PageQuery, page_of
from accounts.api.problems import ProblemError
from accounts.api.schema import problems
from accounts.api.scopes import Resource
from accounts.permissions import Act
from consent.gate import Action
from projects.api.views import REDIRECT, media_redirect
from rendering.api.serializers import RenderSerializer
from rendering.files import CUT_OUT, CUT_OUT_CREDENTIALS, HEAD, beside_clip
from rendering.gating import ask
from rendering.models import Render
from rendering.selectors import access_render, access_render_alone
from rendering.services import ConsentMissing, cancel_render
from rendering.states import RenderState
from rendering.viewing import download_name, said_by_file


class RenderFilter(FilterSet):
    clip = CharFilter(field_name="clip_id", max_length=24)

    class Meta:
        model = Render
        fields = ("clip", "state")


class RendersView(ApiView):
    resource = Resource.RENDERS
    queryset = Render.objects.none()
    filterset_class = RenderFilter

    @extend_schema(
        operation_id="listRenders", summary="Renders", parameters=[PageQuery], responses=page_of(RenderSerializer)
    )
    def get(self, request: Request) -> Response:
        """The organisation's renders, newest first."""
        rows = Render.objects.filter(organization=self.organization).defer("report", "output_key", "worker")
        return self.page(request, rows, RenderSerializer)


class RenderView(ApiView):
    resource = Resource.RENDERS
    doors = {"render": access_render_alone}

    @extend_schema(operation_id="getRender", summary="One render", responses=RenderSerializer)
    def get(self, request: Request, render: Render) -> Response:
        """How far it is, or how it ended."""
        return Response(RenderSerializer(render).data)


class RenderCancelView(ApiView):
    resource = Resource.RENDERS
    acts = {"POST": (Act.RENDER,)}
    doors = {"render": access_render}

    @extend_schema(operation_id="cancelRender", summary="Stop a render", request=None, responses=RenderSerializer)
    @idempotent()
    def post(self, request: Request, render: Render) -> Response:
        """Nothing is charged. 409 where it had ended already."""
        if not cancel_render(organization=self.organization, acting_user=self.user, render=render):
            render.refresh_from_db()
            if render.state != RenderState.CANCELLED:
                raise ProblemError("conflict", f"This render has ended: {render.state}.")
        render.refresh_from_db()
        return Response(RenderSerializer(render).data)


class VideoView(ApiView):
    resource = Resource.RENDERS
    doors = {"render": access_render}

    @extend_schema(operation_id="getVideo", summary="The clip, to be watched", responses={302: REDIRECT})
    @problems(409)
    def get(self, request: Request, render: Render) -> HttpResponseRedirect:
        """Asks the gate, then redirects to the file."""
        require_published(render, Action.VIEW)
        return media_redirect(render.output_key)


class DownloadView(ApiView):
    resource = Resource.RENDERS
    acts = {"GET": (Act.DOWNLOAD,)}
    doors = {"render": access_render}

    @extend_schema(operation_id="downloadVideo", summary="The clip, to be kept", responses={302: REDIRECT})
    @problems(409)
    def get(self, request: Request, render: Render) -> HttpResponseRedirect:
        """Asks the gate, then redirects to the file, which is saved under the clip's title."""
        require_published(render, Action.DOWNLOAD)
        return media_redirect(render.output_key, download_name=download_name(render))


class PosterView(ApiView):
    resource = Resource.RENDERS
    doors = {"render": access_render}

    @extend_schema(operation_id="getPoster", summary="The clip's first frame", responses={302: REDIRECT})
    @problems(409, 410)
    def get(self, request: Request, render: Render) -> HttpResponseRedirect:
        """Redirects to a JPEG."""
        require_published(render, Action.VIEW)
        return media_redirect(beside_clip(render, "poster.jpg"))


class HeadView(ApiView):
    resource = Resource.RENDERS
    acts = {"GET": (Act.DOWNLOAD,)}
    doors = {"render": access_render}

    @extend_schema(operation_id="downloadHead", summary="The talking head", responses={302: REDIRECT})
    @problems(409, 410)
    def get(self, request: Request, render: Render) -> HttpResponseRedirect:
        """Redirects to a GLB file, where the clip was made with one."""
        require_published(render, Action.DOWNLOAD)
        return media_redirect(beside_clip(render, HEAD), download_name=download_name(render, "glb"))


class CutOutView(ApiView):
    resource = Resource.RENDERS
    acts = {"GET": (Act.DOWNLOAD,)}
    doors = {"render": access_render}

    @extend_schema(operation_id="downloadCutOut", summary="The transparent clip", responses={302: REDIRECT})
    @problems(409, 410)
    def get(self, request: Request, render: Render) -> HttpResponseRedirect:
        """Redirects to a WebM, where the clip was made without a background."""
        require_published(render, Action.DOWNLOAD)
        return media_redirect(beside_clip(render, CUT_OUT), download_name=download_name(render, "webm"))


class CutOutCredentialsView(ApiView):
    resource = Resource.RENDERS
    acts = {"GET": (Act.DOWNLOAD,)}
    doors = {"render": access_render}

    @extend_schema(
        operation_id="downloadCutOutCredentials",
        summary="The transparent clip's credentials",
        responses={302: REDIRECT},
    )
    @problems(409, 410)
    def get(self, request: Request, render: Render) -> HttpResponseRedirect:
        """Redirects to the signed C2PA manifest that lies beside the WebM."""
        require_published(render, Action.DOWNLOAD)
        return media_redirect(beside_clip(render, CUT_OUT_CREDENTIALS), download_name=download_name(render, "c2pa"))


class SubtitlesView(ApiView):
    resource = Resource.RENDERS
    acts = {"GET": (Act.DOWNLOAD,)}
    doors = {"render": access_render}

    @extend_schema(operation_id="downloadSubtitles", summary="The words as SubRip", responses={302: REDIRECT})
    @problems(409, 410)
    def get(self, request: Request, render: Render) -> HttpResponseRedirect:
        """Redirects to a .srt file."""
        require_published(render, Action.DOWNLOAD)
        return media_redirect(beside_clip(render, "captions.srt"), download_name=download_name(render, "srt"))


class CaptionsView(ApiView):
    resource = Resource.RENDERS
    doors = {"render": access_render}

    @extend_schema(
        operation_id="getCaptions",
        summary="The words with their times",
        responses={(200, "text/vtt"): OpenApiTypes.STR},
    )
    @problems(409, 410)
    def get(self, request: Request, render: Render) -> HttpResponse:
        """WebVTT; clips made of a recording have none."""
        require_published(render, Action.VIEW)
        key = beside_clip(render, "captions.vtt")
        if not key:
            raise ProblemError("gone", "This clip has no captions.")
        with default_storage.open(key, "rb") as file:
            return HttpResponse(file.read(), content_type="text/vtt")


class DisclosureView(ApiView):
    resource = Resource.RENDERS
    doors = {"render": access_render}

    @extend_schema(
        operation_id="getDisclosure",
        summary="What the file says of itself",
        responses={200: OpenApiResponse(OpenApiTypes.OBJECT, description="Label, source type and credentials")},
    )
    @problems(409)
    def get(self, request: Request, render: Render) -> Response:
        """That it was generated, by what, and with whose signature; read from the file."""
        require_published(render, Action.VIEW)
        return Response(said_by_file(render))


def require_published(render: Render, action: Action) -> None:
    """Raises ProblemError where there is no clip, ConsentMissing where the gate does not let `action` happen now."""
    if render.state != RenderState.PUBLISHED:
        raise ProblemError("conflict", f"There is no clip: this render is {render.get_state_display().lower()}.")
    decision = ask(render.clip, action, made_at=render.created_at)
    if not decision.allowed:
        raise ConsentMissing(decision)
