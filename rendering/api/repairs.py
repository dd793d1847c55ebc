"""Repairs of a picture: what can be done, doing it, how far the face has changed, and throwing it away again."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.problems import ProblemError
from accounts.api.schema import problems
from accounts.api.scopes import Resource
from accounts.permissions import Act
from projects.api.serializers import PortraitSerializer
from projects.models import Portrait
from projects.selectors import access_portrait
from rendering.repairing import NothingRepairedError, portrait_repair, repair_discard
from rendering.repairing_views import change_told, steps_offered

CREATES = {"GET": (Act.CREATE,), "DELETE": (Act.CREATE,)}


class StepSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()
    help = serializers.CharField()
    advised = serializers.BooleanField(help_text="Whether this picture needs it.")


class StepsSerializer(serializers.Serializer[Any]):
    data = StepSerializer(many=True)  # type: ignore[assignment]  # a field of that name


class RepairNewSerializer(serializers.Serializer[Any]):
    steps = serializers.ListField(child=serializers.CharField(max_length=40), allow_empty=False, max_length=20)


class ChangeSerializer(serializers.Serializer[Any]):
    moved = serializers.FloatField(help_text="By how much the face's points moved, % of its width.")
    most_moved = serializers.FloatField(help_text="Beyond which a repair is taken back.")
    apart = serializers.FloatField(allow_null=True, help_text="What a recogniser says, where there is one.")
    most_apart = serializers.FloatField()


class ComparisonSerializer(serializers.Serializer[Any]):
    before = serializers.CharField(help_text="The portrait that it was made of.")
    after = serializers.CharField()
    notes = serializers.ListField(child=serializers.CharField(), help_text="Step by step, what was done.")
    change = ChangeSerializer(allow_null=True)


class RepairsView(ApiView):
    resource = Resource.PORTRAITS
    acts = CREATES
    doors = {"portrait": access_portrait}

    @extend_schema(operation_id="listRepairs", summary="What can be repaired", responses=StepsSerializer)
    def get(self, request: Request, portrait: Portrait) -> Response:
        """The repairs of this installation, and which of them this picture needs."""
        return Response(StepsSerializer({"data": steps_offered(portrait)}).data)

    @extend_schema(
        operation_id="repairPortrait",
        summary="Repair a picture",
        request=RepairNewSerializer,
        responses={201: PortraitSerializer},
        examples=[OpenApiExample("An old print", value={"steps": ["tone", "scratches"]}, request_only=True)],
    )
    @idempotent(one_transaction=False)
    def post(self, request: Request, portrait: Portrait) -> Response:
        """The repaired picture, as one of its own: consent to the one is not consent to the other. It takes a few
        seconds. 409 where nothing was to be repaired, or a repair would have changed who is seen and was taken back.
        """
        steps = self.read(request, RepairNewSerializer)["steps"]
        try:
            repaired = portrait_repair(
                organization=self.organization, acting_user=self.user, portrait=portrait, steps=steps
            )
        except NothingRepairedError as nothing:
            raise ProblemError("conflict", " ".join(["Nothing was changed.", *_texts(nothing.notes)])) from nothing
        return Response(PortraitSerializer(repaired).data, status=201)


class RepairView(ApiView):
    resource = Resource.PORTRAITS
    acts = {"DELETE": (Act.CREATE,)}
    doors = {"portrait": access_portrait}

    @extend_schema(operation_id="getRepair", summary="What a repair did", responses=ComparisonSerializer)
    @problems(409)
    def get(self, request: Request, portrait: Portrait) -> Response:
        """Of a repaired picture: which one it was, what was done, and how far the face has changed."""
        if portrait.repaired_from_id is None or not isinstance(portrait.repairs, dict):
            raise ProblemError("conflict", "This is no repaired picture.")
        told = {
            "before": portrait.repaired_from_id,
            "after": portrait.pk,
            "notes": _texts(portrait.repairs.get("notes", [])),
            "change": change_told(portrait.repairs.get("change") or {}) or None,
        }
        return Response(ComparisonSerializer(told).data)

    @extend_schema(
        operation_id="discardRepair", summary="Throw a repaired picture away", request=None, responses={204: None}
    )
    def delete(self, request: Request, portrait: Portrait) -> Response:
        """The original stays. Not one on which clips or questions hang."""
        repair_discard(organization=self.organization, acting_user=self.user, portrait=portrait)
        return Response(status=204)


def _texts(notes: list[dict[str, Any]]) -> list[str]:
    return [str(note.get("message", "")) for note in notes]
