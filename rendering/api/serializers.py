"""How clips and renders look in the API."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.rows import RowSerializer
from consent import gate
from projects.models import (
    CARD_LENGTH,
    LONGEST_FADE,
    MOST_SCENES,
    TITLE_LENGTH,
    Aspect,
    Clip,
    Ground,
    Layout,
    Scene,
)
from projects.retention.classes import DataClass
from projects.retention.selectors import deletion_of
from projects.services import MAX_SEED
from rendering.engine.speech.music import LEVELS
from rendering.engine.video import LOOKS
from rendering.models import Render
from rendering.standing import renders_of
from rendering.states import RenderState

NOT_REQUESTED = "not-requested"
CLIP_STATES = [NOT_REQUESTED, *RenderState.values]


class ErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    advice = serializers.CharField(allow_blank=True)


class RenderSerializer(RowSerializer[Render]):
    clip = serializers.CharField(source="clip_id")
    progress = serializers.FloatField(help_text="0 to 1")
    error = serializers.SerializerMethodField(help_text="Why it ended without a clip; else null.")

    class Meta:
        model = Render
        fields = (
            "id",
            "clip",
            "state",
            "stage",
            "progress",
            "error",
            "seconds_held",
            "seconds_charged",
            "created_at",
            "started_at",
            "finished_at",
        )
        read_only_fields = fields

    @extend_schema_field(ErrorSerializer(allow_null=True))
    def get_error(self, render: Render) -> dict[str, str] | None:
        if not render.error_code:
            return None
        return {"code": render.error_code, "message": render.error_message, "advice": render.error_advice}


class SceneSerializer(RowSerializer[Scene]):
    portrait = serializers.CharField(source="portrait_id")
    recording = serializers.CharField(source="recording_id", allow_null=True)
    fade = serializers.FloatField(help_text="Seconds in which the scene before passes over into it; 0 is a cut.")

    class Meta:
        model = Scene
        fields = ("portrait", "words", "recording", "voice", "style", "direction", "fade")
        read_only_fields = fields


class ClipSerializer(RowSerializer[Clip]):
    project = serializers.CharField(source="project_id")
    portrait = serializers.CharField(source="portrait_id")
    recording = serializers.CharField(source="recording_id", allow_null=True)
    backdrop = serializers.CharField(source="backdrop_id", allow_null=True)
    music = serializers.CharField(source="music_id", allow_null=True)
    scenes = serializers.SerializerMethodField(help_text="What comes after its first scene.")
    state = serializers.SerializerMethodField(help_text="Of the newest render.")
    render = serializers.SerializerMethodField(help_text="The newest render; null before one was asked for.")

    class Meta:
        model = Clip
        fields: tuple[str, ...] = (
            "id",
            "project",
            "portrait",
            "title",
            "state",
            "render",
            "words",
            "recording",
            "voice",
            "style",
            "direction",
            "aspect",
            "captions",
            "caption_look",
            "commercial",
            "public",
            "topic",
            "head",
            "background",
            "background_colour",
            "backdrop",
            "music",
            "music_level",
            "title_card",
            "end_card",
            "scenes",
            "layout",
            "caption_names",
            "seed",
            "created_at",
        )
        read_only_fields = fields

    @extend_schema_field(SceneSerializer(many=True))
    def get_scenes(self, clip: Clip) -> list[Any]:
        return list(SceneSerializer(clip.later_scenes, many=True).data)

    @extend_schema_field(serializers.ChoiceField(choices=CLIP_STATES))
    def get_state(self, clip: Clip) -> str:
        renders = renders_of(clip)
        return str(renders[0].state) if renders else NOT_REQUESTED

    @extend_schema_field(RenderSerializer(allow_null=True))
    def get_render(self, clip: Clip) -> dict[str, Any] | None:
        renders = renders_of(clip)
        return self._renders.to_representation(renders[0]) if renders else None

    @cached_property
    def _renders(self) -> RenderSerializer:
        # One for all clips of a page: making a serializer takes longer than using it.
        return RenderSerializer()


class ClipDetailSerializer(ClipSerializer):
    deletes_at = serializers.SerializerMethodField(help_text="When its time is over; null where no date ends it.")

    class Meta(ClipSerializer.Meta):
        fields = (*ClipSerializer.Meta.fields, "deletes_at")
        read_only_fields = fields

    def to_representation(self, instance: Clip) -> dict[str, Any]:
        prefetch_related_objects([instance], "renders")
        return super().to_representation(instance)

    @extend_schema_field({"type": ["string", "null"], "format": "date-time"})
    def get_deletes_at(self, clip: Clip) -> str | None:
        published = any(render.state == RenderState.PUBLISHED for render in renders_of(clip))
        deletion = deletion_of(clip, DataClass.CLIP if published else DataClass.DRAFT)
        return deletion.at.isoformat() if deletion else None


class SceneNewSerializer(serializers.Serializer[Any]):
    portrait = serializers.CharField(max_length=24, help_text="Of the same project as the first one.")
    words = serializers.CharField(max_length=20_000, default="", allow_blank=True, help_text="Or a recording.")
    recording = serializers.CharField(max_length=24, required=False)
    voice = serializers.CharField(max_length=60, default="heart")
    style = serializers.CharField(max_length=40, default="neutral")  # type: ignore[assignment]  # a field of that name
    direction = serializers.CharField(max_length=500, default="", allow_blank=True)
    fade = serializers.FloatField(
        min_value=0,
        max_value=LONGEST_FADE,
        default=0.0,
        help_text="Seconds in which the scene before passes over into it; 0 is a cut.",
    )


class ClipNewSerializer(serializers.Serializer[Any]):
    portrait = serializers.CharField(max_length=24)
    words = serializers.CharField(max_length=20_000, default="", allow_blank=True, help_text="Or a recording.")
    recording = serializers.CharField(max_length=24, required=False)
    voice = serializers.CharField(max_length=60, default="heart")
    style = serializers.CharField(max_length=40, default="neutral")  # type: ignore[assignment]  # a field of that name
    direction = serializers.CharField(max_length=500, default="", allow_blank=True)
    aspect = serializers.ChoiceField(choices=Aspect.choices, default=Aspect.PHOTO)
    captions = serializers.BooleanField(default=False)
    commercial = serializers.BooleanField(default=False, help_text="For advertising: asked for separately.")
    public = serializers.BooleanField(default=False, help_text="To be posted publicly: asked for separately.")
    topic = serializers.CharField(
        max_length=200, default="", allow_blank=True, help_text="Within which the words lie, where consent is to one."
    )
    caption_look = serializers.ChoiceField(choices=list(LOOKS), default="plain")
    head = serializers.BooleanField(default=False, help_text="With the head as a GLB file.")
    background = serializers.ChoiceField(choices=Ground.choices, default=Ground.KEEP)
    background_colour = serializers.CharField(
        max_length=7, default="", allow_blank=True, help_text="#rrggbb, for the background “colour”."
    )
    backdrop = serializers.CharField(max_length=24, required=False, help_text="For the background “picture”.")
    music = serializers.CharField(max_length=24, required=False, help_text="To lie under it.")
    music_level = serializers.ChoiceField(choices=list(LEVELS), default="medium")
    title_card = serializers.CharField(
        max_length=CARD_LENGTH, default="", allow_blank=True, help_text="Words shown before it; asked about too."
    )
    end_card = serializers.CharField(max_length=CARD_LENGTH, default="", allow_blank=True, help_text="And after it.")
    scenes = serializers.ListField(
        child=SceneNewSerializer(),
        default=list,
        max_length=MOST_SCENES - 1,
        help_text="What comes after the scene above. Everybody shown in it has to agree.",
    )
    layout = serializers.ChoiceField(
        choices=Layout.choices,
        default=Layout.TURNS,
        help_text="“together”: two portraits in one picture, of whom one speaks and the other listens.",
    )
    caption_names = serializers.BooleanField(default=False, help_text="Who speaks stands in the caption files.")
    seed = serializers.IntegerField(min_value=0, max_value=MAX_SEED, default=0)
    title = serializers.CharField(max_length=TITLE_LENGTH, default="", allow_blank=True)


class ScopeLineSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=["yes", "no", "open"])


class PersonConsentSerializer(serializers.Serializer[Any]):
    subject = serializers.CharField(source="subject.id")
    name = serializers.CharField(source="subject.name")
    allowed = serializers.BooleanField(source="decision.allowed")
    missing = serializers.ListField(
        child=serializers.ChoiceField(choices=[scope.value for scope in gate.ALL_SCOPES]), source="decision.missing"
    )
    reasons = serializers.ListField(child=serializers.CharField(), source="decision.reasons")
    request = serializers.CharField(source="request.id", allow_null=True, default=None)
    state = serializers.CharField(allow_blank=True)
    link = serializers.CharField(allow_blank=True)
    giver = serializers.CharField()


class ClipConsentSerializer(serializers.Serializer[Any]):
    allowed = serializers.BooleanField(source="decision.allowed")
    missing = serializers.ListField(
        child=serializers.ChoiceField(choices=[scope.value for scope in gate.ALL_SCOPES]), source="decision.missing"
    )
    reasons = serializers.ListField(child=serializers.CharField(), source="decision.reasons")
    lines = ScopeLineSerializer(many=True)
    request = serializers.CharField(source="request.id", allow_null=True, default=None)
    state = serializers.CharField(allow_blank=True, help_text="Of the newest question about exactly this.")
    link = serializers.CharField(allow_blank=True, help_text="Where the person shown can answer.")
    giver = serializers.CharField(help_text="Who can say yes.")
    parts = PersonConsentSerializer(
        many=True, help_text="The same of each person and voice; empty for a clip of one person in one voice."
    )


class NamedLinkSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    url = serializers.URLField()


class LinkSerializer(serializers.Serializer[Any]):
    url = serializers.URLField(help_text="Where the person shown can agree; of several, the first.")
    links = NamedLinkSerializer(many=True, help_text="Where each person who has not agreed yet can.")


class EstimateQuerySerializer(serializers.Serializer[Any]):
    words = serializers.CharField(max_length=20_000)
    voice = serializers.CharField(max_length=60, default="heart")


class EstimateSerializer(serializers.Serializer[Any]):
    seconds = serializers.IntegerField(help_text="How long the clip will be, at most; what is held for it.")
    available = serializers.IntegerField(help_text="Seconds of video that are left.")
    enough = serializers.BooleanField()


class VoiceSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()
    accent = serializers.CharField()
    gender = serializers.CharField()
    character = serializers.CharField()
    basic = serializers.BooleanField()


class VoicesSerializer(serializers.Serializer[Any]):
    data = VoiceSerializer(many=True)  # type: ignore[assignment]  # a field of that name


class StyleSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()


class StylesSerializer(serializers.Serializer[Any]):
    data = StyleSerializer(many=True)  # type: ignore[assignment]  # a field of that name
