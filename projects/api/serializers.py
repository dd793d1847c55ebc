"""How projects, pictures, recordings, decisions and dates look in the API."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.rows import RowSerializer
from consent.gate import Scope
from projects.models import TITLE_LENGTH, Portrait, Project, Recording
from projects.moderation.models import Case, CaseAnswer, Decision
from projects.retention.classes import ADJUSTABLE, MAX_DAYS, DataClass


class ProjectSerializer(RowSerializer[Project]):
    class Meta:
        model = Project
        fields = ("id", "name", "created_at")
        read_only_fields = fields


class ProjectNewSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=TITLE_LENGTH)


class FaceSerializer(serializers.Serializer[Any]):
    box = serializers.ListField(child=serializers.FloatField(), help_text="x, y, width, height in px")
    yaw = serializers.FloatField(help_text="degrees")
    pitch = serializers.FloatField(help_text="degrees")
    roll = serializers.FloatField(help_text="degrees")
    score = serializers.FloatField()


class PortraitSerializer(RowSerializer[Portrait]):
    project = serializers.CharField(source="project_id")
    subject = serializers.CharField(source="subject_id")
    faces = FaceSerializer(many=True)
    repaired_from = serializers.CharField(source="repaired_from_id", allow_null=True)
    placed = serializers.SerializerMethodField(help_text="Whether the points on the face were placed by hand.")

    class Meta:
        model = Portrait
        fields = (
            "id",
            "project",
            "subject",
            "name",
            "sha256",
            "width",
            "height",
            "faces",
            "face_index",
            "placed",
            "repaired_from",
            "created_at",
            "erased_at",
        )
        read_only_fields = fields

    def get_placed(self, portrait: Portrait) -> bool:
        return portrait.placed is not None


class PointsField(serializers.JSONField):
    """Points by name, each [x, y] in px of the upright photo."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):
            try:
                data = json.loads(data)
            except ValueError:
                self.fail("invalid")
        try:
            return {str(name): (float(x), float(y)) for name, (x, y) in data.items()}
        except (AttributeError, TypeError, ValueError, OverflowError):
            raise serializers.ValidationError(
                'Points are an object of [x, y], such as {"left_eye": [310, 405]}.'
            ) from None


class PortraitNewSerializer(serializers.Serializer[Any]):
    project = serializers.CharField(max_length=24)
    subject = serializers.CharField(max_length=24)
    photo = serializers.FileField(required=False, help_text="The picture; or `upload`.")
    upload = serializers.CharField(required=False, max_length=300, help_text="What POST /uploads named.")
    name = serializers.CharField(max_length=TITLE_LENGTH, required=False, help_text="Else the subject's name.")
    face_index = serializers.IntegerField(
        min_value=0, max_value=1000, required=False, help_text="Which face speaks, 0 being the largest."
    )
    points = extend_schema_field({"type": "object", "additionalProperties": True})(PointsField)(
        required=False, help_text="For a face that is not found: points by name, each [x, y] in px."
    )


class PhotoSerializer(serializers.Serializer[Any]):
    photo = serializers.FileField()
    face_index = serializers.IntegerField(min_value=0, max_value=1000, required=False)


class AdviceSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=["good", "note", "warning", "problem"])
    message = serializers.CharField()
    box = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class AdvisedSerializer(serializers.Serializer[Any]):
    usable = serializers.BooleanField()
    faces = FaceSerializer(many=True)
    advice = AdviceSerializer(many=True)


class AskSerializer(serializers.Serializer[Any]):
    """A question about a portrait: the words, or a recording, or a topic."""

    words = serializers.CharField(max_length=20_000, default="", allow_blank=True)
    recording = serializers.CharField(max_length=24, required=False)
    voice = serializers.CharField(max_length=60, default="heart")
    topic = serializers.CharField(max_length=200, default="", allow_blank=True)
    uses = serializers.ListField(
        child=serializers.ChoiceField(choices=[Scope.COMMERCIAL.value, Scope.PUBLIC.value]), default=list
    )
    purpose = serializers.CharField(max_length=500, default="", allow_blank=True)
    audience = serializers.CharField(max_length=300, default="", allow_blank=True)
    language = serializers.CharField(max_length=16, default="", allow_blank=True)
    email = serializers.EmailField(default="", allow_blank=True, help_text="Where the link is sent; else it is yours.")


class RecordingSerializer(RowSerializer[Recording]):
    project = serializers.CharField(source="project_id")
    source = serializers.CharField(  # type: ignore[assignment]  # a field of that name
        source="source_id", allow_null=True, help_text="The recording that it was cut from."
    )

    class Meta:
        model = Recording
        fields = ("id", "project", "name", "sha256", "duration", "source", "created_at", "erased_at")
        read_only_fields = fields


class RecordingNewSerializer(serializers.Serializer[Any]):
    project = serializers.CharField(max_length=24)
    sound = serializers.FileField(required=False, help_text="The recording; or `upload`.")
    upload = serializers.CharField(required=False, max_length=300, help_text="What POST /uploads named.")
    name = serializers.CharField(max_length=TITLE_LENGTH, default="Recording")


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    reverses = serializers.CharField(source="reverses_id", allow_null=True)

    class Meta:
        model = Decision
        fields = ("id", "verdict", "reason", "at", "reverses")
        read_only_fields = fields


class CaseAnswerSerializer(serializers.ModelSerializer[CaseAnswer]):
    appeal_against = serializers.CharField(
        source="decision_id", allow_null=True, help_text="A decision; else an answer."
    )

    class Meta:
        model = CaseAnswer
        fields = ("id", "appeal_against", "text", "at")
        read_only_fields = fields


class CaseSerializer(serializers.ModelSerializer[Case]):
    clip = serializers.CharField(source="clip_id", allow_null=True)
    portrait = serializers.CharField(source="portrait_id", allow_null=True)
    subject = serializers.CharField(source="subject_id", allow_null=True)
    decisions = DecisionSerializer(many=True)
    answers = CaseAnswerSerializer(many=True)

    class Meta:
        model = Case
        fields = (
            "id",
            "kind",
            "state",
            "holds",
            "clip",
            "portrait",
            "subject",
            "decisions",
            "answers",
            "opened_at",
            "due_at",
        )
        read_only_fields = fields


class CaseTextSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=4000)


class RuleSerializer(serializers.Serializer[Any]):
    data_class = serializers.ChoiceField(choices=DataClass.choices)
    rule = serializers.CharField(help_text="In words.")
    days = serializers.IntegerField()
    adjustable = serializers.BooleanField()


class RetentionSerializer(serializers.Serializer[Any]):
    rules = RuleSerializer(many=True)
    ends_on = serializers.DateField(allow_null=True, help_text="The end of the term or campaign.")


class RetentionNewSerializer(serializers.Serializer[Any]):
    days = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MAX_DAYS),
        help_text=f"By class of data: {', '.join(ADJUSTABLE)}. What is not named keeps its default.",
    )
    ends_on = serializers.DateField(allow_null=True, default=None)
