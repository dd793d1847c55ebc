"""Clips: what is wanted, how it stands, and asking for it to be made."""

import math
from typing import Any

from django.core.exceptions import ValidationError as NamedWrongly
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django_filters.rest_framework import CharFilter, ChoiceFilter, FilterSet, IsoDateTimeFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.pages import PageQuery, page_of
from accounts.api.problems import ProblemError
from accounts.api.schema import problems
from accounts.api.scopes import Resource
from accounts.billing.selectors import seconds_left, seconds_to_spend
from accounts.permissions import Act
from consent.facts import CLONE_PREFIX
from projects.models import Clip, Scene
from projects.retention.deleting import thing_delete
from projects.scenes import SceneWish
from projects.selectors import access_backdrop, access_clip, access_music, access_portrait, access_recording
from projects.services import clip_create
from rendering.api.serializers import (
    CLIP_STATES,
    NOT_REQUESTED,
    ClipConsentSerializer,
    ClipDetailSerializer,
    ClipNewSerializer,
    ClipSerializer,
    EstimateQuerySerializer,
    EstimateSerializer,
    LinkSerializer,
    RenderSerializer,
    StylesSerializer,
    VoicesSerializer,
)
from rendering.engine.motion import STYLES
from rendering.engine.speech import VOICES, check_words, estimate_seconds
from rendering.forms import title_of
from rendering.gating import ask_all
from rendering.models import Render
from rendering.services import InputsErased, request_render
from rendering.standing import consent_standing
from rendering.voices import voice_sample

EXAMPLE = {
    "portrait": "por_0123456789abcdef",
    "words": "Good morning from the museum.",
    "voice": "heart",
    "style": "presenter",
    "captions": True,
}


DIALOGUE = EXAMPLE | {
    "scenes": [{"portrait": "por_fedcba9876543210", "words": "Good morning to you.", "voice": "heart", "fade": 0.4}],
    "caption_names": True,
}


class ClipFilter(FilterSet):
    project = CharFilter(field_name="project_id", max_length=24)
    portrait = CharFilter(max_length=24, method="by_portrait")
    subject = CharFilter(max_length=24, method="by_subject")
    state = ChoiceFilter(choices=[(state, state) for state in CLIP_STATES], method="by_state")
    created_after = IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = Clip
        fields = ("project", "portrait", "subject", "state", "created_after", "created_before")

    def by_portrait(self, rows: QuerySet[Clip], name: str, value: str) -> QuerySet[Clip]:
        """In any of its scenes."""
        further = Scene.objects.filter(clip=OuterRef("pk"), portrait=value)
        return rows.filter(Q(portrait=value) | Exists(further))

    def by_subject(self, rows: QuerySet[Clip], name: str, value: str) -> QuerySet[Clip]:
        """In any of its scenes."""
        further = Scene.objects.filter(clip=OuterRef("pk"), portrait__subject=value)
        return rows.filter(Q(portrait__subject=value) | Exists(further))

    def by_state(self, rows: QuerySet[Clip], name: str, value: str) -> QuerySet[Clip]:
        """By the state of the newest render."""
        renders = Render.objects.filter(clip=OuterRef("pk"))
        if value == NOT_REQUESTED:
            return rows.filter(~Exists(renders))
        return rows.annotate(newest=Subquery(renders.values("state")[:1])).filter(newest=value)


class ClipsView(ApiView):
    resource = Resource.CLIPS
    queryset = Clip.objects.none()
    filterset_class = ClipFilter

    @extend_schema(operation_id="listClips", summary="Clips", parameters=[PageQuery], responses=page_of(ClipSerializer))
    def get(self, request: Request) -> Response:
        """The organisation's clips, newest first, each with its newest render."""
        # What a render tells of itself at length is read for one clip, not for a page of them.
        renders = Prefetch("renders", Render.objects.defer("report", "output_key", "worker"))
        rows = Clip.objects.filter(organization=self.organization).defer("lexicon").prefetch_related(renders)
        return self.page(request, rows, ClipSerializer)

    @extend_schema(
        operation_id="createClip",
        summary="A new clip",
        request=ClipNewSerializer,
        responses={201: ClipDetailSerializer},
        examples=[
            OpenApiExample("Words", value=EXAMPLE, request_only=True),
            OpenApiExample("A dialogue", value=DIALOGUE, request_only=True),
        ],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        """Says what is wanted: a picture with words in a voice, or with a recording, and further scenes after it. It is
        made when a render of it is asked for, and when everybody shown in it has agreed.
        """
        values = self.read(request, ClipNewSerializer)
        values["portrait"] = portrait = self.named(values, "portrait", access_portrait)
        if "recording" in values:
            values["recording"] = self.named(values, "recording", access_recording)
        if "backdrop" in values:
            values["backdrop"] = self.named(values, "backdrop", access_backdrop)
        if "music" in values:
            values["music"] = self.named(values, "music", access_music)
        values["scenes"] = [self._scene(index, dict(scene)) for index, scene in enumerate(values["scenes"])]
        words = "" if "recording" in values else values["words"]
        values["title"] = values["title"] or title_of(words, portrait)
        clip = clip_create(organization=self.organization, acting_user=self.user, **values)
        return Response(ClipDetailSerializer(clip).data, status=201)

    def _scene(self, index: int, values: dict[str, Any]) -> SceneWish:
        try:
            values["portrait"] = self.named(values, "portrait", access_portrait)
            if "recording" in values:
                values["recording"] = self.named(values, "recording", access_recording)
        except NamedWrongly as error:
            told = {f"scenes.{index}.{name}": texts for name, texts in error.message_dict.items()}
            raise NamedWrongly(told) from error
        return SceneWish(**values)


class ClipView(ApiView):
    resource = Resource.CLIPS
    doors = {"clip": access_clip}

    @extend_schema(operation_id="getClip", summary="One clip", responses=ClipDetailSerializer)
    def get(self, request: Request, clip: Clip) -> Response:
        """One clip, its newest render, and when its time is over."""
        return Response(ClipDetailSerializer(clip).data)

    @extend_schema(operation_id="deleteClip", summary="Delete a clip", request=None, responses={204: None})
    def delete(self, request: Request, clip: Clip) -> Response:
        """The clip with its renders and all of their files, with a certificate; a render in progress is stopped."""
        thing_delete(organization=self.organization, acting_user=self.user, thing=clip)
        return Response(status=204)


class ClipConsentView(ApiView):
    resource = Resource.CONSENT
    acts = {"POST": (Act.ASK_CONSENT,)}
    doors = {"clip": access_clip}

    @extend_schema(operation_id="getClipConsent", summary="What is agreed to", responses=ClipConsentSerializer)
    def get(self, request: Request, clip: Clip) -> Response:
        """What the persons shown have agreed to of what this clip needs, and what is missing."""
        return Response(ClipConsentSerializer(consent_standing(clip)).data)

    @extend_schema(
        operation_id="askClipConsent", summary="Ask for what is missing", request=None, responses=LinkSerializer
    )
    @problems(410)
    @idempotent()
    def post(self, request: Request, clip: Clip) -> Response:
        """The links on which the persons shown answer; a question that is open is not asked twice."""
        if clip.inputs_erased:
            raise InputsErased
        links = ask_all(organization=self.organization, acting_user=self.user, clip=clip)
        if not links:
            raise ProblemError("conflict", "Nobody can be asked about this subject. Record a statement instead.")
        told = [{"name": link.name, "url": link.url} for link in links]
        return Response({"url": links[0].url, "links": told})


class ClipRendersView(ApiView):
    resource = Resource.RENDERS
    acts = {"POST": (Act.RENDER,)}
    doors = {"clip": access_clip}

    @extend_schema(
        operation_id="listClipRenders",
        summary="A clip's renders",
        parameters=[PageQuery],
        responses=page_of(RenderSerializer),
    )
    def get(self, request: Request, clip: Clip) -> Response:
        """Every making of the clip, newest first."""
        return self.page(request, Render.objects.filter(clip=clip), RenderSerializer)

    @extend_schema(
        operation_id="requestRender", summary="Have a clip made", request=None, responses={201: RenderSerializer}
    )
    @problems(402, 410)
    @idempotent(one_transaction=False)
    def post(self, request: Request, clip: Clip) -> Response:
        """Asks the gate, holds the credits and queues the work. A clip that is being made is not made twice: its render
        is given back. Without consent the answer is 409 “consent-missing” with the address where it can be given.
        """
        made = request_render(organization=self.organization, acting_user=self.user, clip=clip)
        return Response(RenderSerializer(made).data, status=201)


class EstimateView(ApiView):
    resource = Resource.CLIPS
    acts = {"POST": (Act.VIEW,)}

    @extend_schema(
        operation_id="estimate",
        summary="How long words will take",
        request=EstimateQuerySerializer,
        responses=EstimateSerializer,
        examples=[OpenApiExample("Words", value={"words": EXAMPLE["words"], "voice": "heart"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """A careful guess of a clip's length; nothing is made or charged."""
        values = self.read(request, EstimateQuerySerializer)
        voice = values["voice"]
        if voice not in VOICES:
            raise ValidationError({"voice": [f"There is no voice “{voice}”."]})
        seconds = math.ceil(estimate_seconds(check_words(values["words"], voice=voice), voice=voice))
        available = seconds_left(self.organization)
        enough = seconds <= seconds_to_spend(self.organization)
        return Response({"seconds": seconds, "available": available, "enough": enough})


class VoicesView(ApiView):
    tag = "clips"

    @extend_schema(operation_id="listVoices", summary="Voices", responses=VoicesSerializer)
    def get(self, request: Request) -> Response:
        """The voices that can speak on this installation."""
        return Response(VoicesSerializer({"data": VOICES.values()}).data)


class VoiceSampleView(ApiView):
    tag = "clips"

    @extend_schema(
        operation_id="getVoiceSample",
        summary="A few words in a voice",
        responses={(200, "audio/wav"): OpenApiTypes.BINARY},
    )
    @problems(422)
    def get(self, request: Request, voice_id: str) -> HttpResponse:
        """As WAV. A copy of a person's voice says only what that person agreed to, so there is no sample of one."""
        if voice_id.startswith(CLONE_PREFIX):
            raise Http404
        return HttpResponse(voice_sample(voice_id).read_bytes(), content_type="audio/wav")


class StylesView(ApiView):
    tag = "clips"

    @extend_schema(operation_id="listStyles", summary="Styles", responses=StylesSerializer)
    def get(self, request: Request) -> Response:
        """The manners in which a picture can speak."""
        return Response(StylesSerializer({"data": STYLES.values()}).data)
