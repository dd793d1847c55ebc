"""How subjects, questions and answers look in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from consent import gate
from consent.classes import ClassLine
from consent.models import ConsentBatch, ConsentEvent, ConsentRequest, Subject, SubjectKind
from consent.selectors import RequestState, receipt_url, request_state, request_url

STATES = [state.value for state in RequestState]
SCOPES = [scope.value for scope in gate.ALL_SCOPES]


class SubjectSerializer(serializers.ModelSerializer[Subject]):
    can_be_asked = serializers.BooleanField(source="is_living", help_text="Whether somebody living can be asked.")

    class Meta:
        model = Subject
        fields = (
            "id",
            "kind",
            "name",
            "language",
            "guardian_name",
            "year_of_death",
            "statement",
            "statement_source",
            "can_be_asked",
            "moderation_state",
            "created_at",
        )
        read_only_fields = fields


class SubjectNewSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=SubjectKind.choices)
    name = serializers.CharField(max_length=200)
    language = serializers.CharField(max_length=16, default="en")
    guardian_name = serializers.CharField(max_length=200, default="", allow_blank=True)
    year_of_death = serializers.IntegerField(
        default=None, allow_null=True, min_value=-4000, max_value=3000, help_text="Of somebody who has died."
    )


class SubjectLinkSerializer(serializers.Serializer[Any]):
    authority = serializers.ChoiceField(
        choices=sorted({grantor.value for found in gate.LINK_GRANTORS.values() for grantor in found}),
        default="",
        allow_blank=True,
        help_text="Who decides.",
    )
    name = serializers.CharField(max_length=200, default="", allow_blank=True)


class StatementNewSerializer(serializers.Serializer[Any]):
    statement = serializers.CharField(max_length=4000, help_text="Why clips of them may be made.")
    source = serializers.CharField(  # type: ignore[assignment]  # a field of that name
        max_length=4000, default="", allow_blank=True, help_text="What that rests on."
    )
    authority = serializers.ChoiceField(
        choices=[grantor.value for grantor in gate.Grantor if grantor is not gate.Grantor.MODERATOR],
        default="",
        allow_blank=True,
        help_text="Of the dead: on whose word.",
    )
    evidence = serializers.FileField(required=False, help_text="The document that shows it: PDF, JPEG or PNG.")


class EventSerializer(serializers.ModelSerializer[ConsentEvent]):
    class Meta:
        model = ConsentEvent
        fields = ("id", "scope", "state", "text", "grantor_kind", "at", "expires_at", "hash")
        read_only_fields = fields


class ConsentRequestSerializer(serializers.ModelSerializer[ConsentRequest]):
    subject = serializers.CharField(source="subject_id")
    state = serializers.SerializerMethodField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=SCOPES))
    answers = serializers.SerializerMethodField()
    link = serializers.SerializerMethodField(help_text="Where the person answers; null once it cannot be answered.")
    withdrawal_link = serializers.SerializerMethodField(
        help_text="The person's receipt, where they take it back; null before there was an answer."
    )
    email = serializers.CharField(help_text="Where the link was sent; empty where it was not, or was erased.")
    class_id = serializers.CharField(source="batch_id", allow_null=True)
    renews = serializers.CharField(source="renews_id", allow_null=True)

    class Meta:
        model = ConsentRequest
        fields = (
            "id",
            "subject",
            "subject_name",
            "state",
            "scopes",
            "answers",
            "link",
            "withdrawal_link",
            "words",
            "topic",
            "voice",
            "voice_kind",
            "purpose",
            "audience",
            "language",
            "email",
            "photo_sha256",
            "class_id",
            "renews",
            "created_at",
            "expires_at",
            "holds_until",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, request: ConsentRequest) -> str:
        return request_state(request).value

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_answers(self, request: ConsentRequest) -> dict[str, str]:
        """By scope: granted, refused or withdrawn."""
        return {event.scope: event.state for event in sorted(request.events.all(), key=lambda event: event.sequence)}

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_link(self, request: ConsentRequest) -> str | None:
        return request_url(request) if request_state(request) is RequestState.OPEN else None

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_withdrawal_link(self, request: ConsentRequest) -> str | None:
        return receipt_url(request) if request.events.all() else None


class SendSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField()


class TermsSerializer(serializers.Serializer[Any]):
    """What may be asked anew of the same picture, voice and words."""

    topic = serializers.CharField(max_length=200, default="", allow_blank=True)
    uses = serializers.ListField(
        child=serializers.ChoiceField(choices=[gate.Scope.COMMERCIAL.value, gate.Scope.PUBLIC.value]), default=list
    )
    purpose = serializers.CharField(max_length=500, default="", allow_blank=True)
    audience = serializers.CharField(max_length=300, default="", allow_blank=True)
    language = serializers.CharField(max_length=16, default="en")
    email = serializers.EmailField(default="", allow_blank=True)
    clone = serializers.BooleanField(default=False, help_text="Whether a copy of their voice may be made.")
    voice_recording = serializers.FileField(required=False, help_text="Of the person, for a copy of their voice.")


class ClassSerializer(serializers.ModelSerializer[ConsentBatch]):
    class Meta:
        model = ConsentBatch
        fields: tuple[str, ...] = ("id", "name", "created_at")
        read_only_fields = fields


class PupilSerializer(serializers.Serializer[ClassLine]):
    subject = serializers.CharField(source="request.subject_id")
    name = serializers.CharField()
    request = serializers.CharField(source="request.id")
    state = serializers.ChoiceField(choices=STATES)
    available = serializers.BooleanField(help_text="Whether clips of the pupil can be made.")
    link = serializers.CharField(allow_blank=True)


class ClassOverviewSerializer(ClassSerializer):
    pupils = PupilSerializer(many=True)

    class Meta(ClassSerializer.Meta):
        fields = (*ClassSerializer.Meta.fields, "pupils")
        read_only_fields = fields


class ClassNewSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    pupils = serializers.CharField(
        max_length=50_000, help_text="One a line: name, guardian's name, guardian's e-mail, file name of the photo."
    )
    photos = serializers.ListField(child=serializers.FileField(), allow_empty=False, max_length=100)
    topic = serializers.CharField(max_length=200)
    voice = serializers.CharField(max_length=60, default="heart")
    purpose = serializers.CharField(max_length=500, default="", allow_blank=True)
    audience = serializers.CharField(max_length=300, default="", allow_blank=True)
    language = serializers.CharField(max_length=16, default="en")
