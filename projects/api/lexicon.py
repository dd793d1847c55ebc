"""How words are said in this organisation's clips."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.pages import PageQuery, page_of
from accounts.api.schema import problems
from accounts.api.scopes import Resource
from accounts.permissions import Act
from projects.lexicon import lexicon_remove, lexicon_set
from projects.models import LexiconEntry
from projects.selectors import access_lexicon_entry
from projects.services import wav_of

CHANGES = {"DELETE": (Act.CREATE,)}


class EntrySerializer(serializers.ModelSerializer[LexiconEntry]):
    class Meta:
        model = LexiconEntry
        fields = ("id", "written", "said", "created_at")
        read_only_fields = fields


class SaidSerializer(serializers.Serializer[Any]):
    said = serializers.CharField(max_length=200, help_text="In other words, or in IPA between slashes: /ˈlaɪknəs/")


class EntryNewSerializer(SaidSerializer):
    written = serializers.CharField(
        max_length=100, help_text="As it stands in the text. In small letters it holds for every spelling."
    )


class LexiconView(ApiView):
    resource = Resource.CLIPS
    tag = "lexicon"

    @extend_schema(
        operation_id="listLexicon", summary="The lexicon", parameters=[PageQuery], responses=page_of(EntrySerializer)
    )
    def get(self, request: Request) -> Response:
        """What is said how, newest first."""
        return self.page(request, LexiconEntry.objects.filter(organization=self.organization), EntrySerializer)

    @extend_schema(
        operation_id="setLexicon",
        summary="Say how a word is said",
        request=EntryNewSerializer,
        responses=EntrySerializer,
        examples=[OpenApiExample("SQL", value={"written": "SQL", "said": "sequel"}, request_only=True)],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        """In clips that are described from now on. A word that is there already is said in the new way. How a word is
        said belongs to what the person shown agrees to.
        """
        values = self.read(request, EntryNewSerializer)
        entry = lexicon_set(organization=self.organization, acting_user=self.user, **values)
        return Response(EntrySerializer(entry).data)


class LexiconEntryView(ApiView):
    resource = Resource.CLIPS
    tag = "lexicon"
    acts = CHANGES
    doors = {"entry": access_lexicon_entry}

    @extend_schema(operation_id="getLexiconEntry", summary="One entry", responses=EntrySerializer)
    def get(self, request: Request, entry: LexiconEntry) -> Response:
        """One entry."""
        return Response(EntrySerializer(entry).data)

    @extend_schema(
        operation_id="changeLexiconEntry",
        summary="Say it otherwise",
        request=SaidSerializer,
        responses=EntrySerializer,
    )
    def patch(self, request: Request, entry: LexiconEntry) -> Response:
        """In clips that are described from now on."""
        said = self.read(request, SaidSerializer)["said"]
        changed = lexicon_set(organization=self.organization, acting_user=self.user, written=entry.written, said=said)
        return Response(EntrySerializer(changed).data)

    @extend_schema(operation_id="removeLexiconEntry", summary="Forget an entry", request=None, responses={204: None})
    def delete(self, request: Request, entry: LexiconEntry) -> Response:
        """Clips that were described with it keep it."""
        lexicon_remove(organization=self.organization, acting_user=self.user, entry=entry)
        return Response(status=204)


class LexiconSoundView(ApiView):
    resource = Resource.CLIPS
    tag = "lexicon"
    doors = {"entry": access_lexicon_entry}

    @extend_schema(
        operation_id="hearLexiconEntry",
        summary="How it sounds",
        responses={(200, "audio/wav"): OpenApiTypes.BINARY},
    )
    @problems(422)
    def get(self, request: Request, entry: LexiconEntry) -> HttpResponse:
        """In the voice that is always there, as WAV."""
        from rendering.engine.speech import synthesise  # noqa: PLC0415  loads voices

        sound = synthesise(entry.written, lexicon={entry.written: entry.said}).sound
        return HttpResponse(wav_of(sound), content_type="audio/wav")
