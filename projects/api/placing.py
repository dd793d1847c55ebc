"""Points on a face, placed by a program or a person: for a pet, a mug, a drawing."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.problems import ProblemError
from accounts.api.schema import problems
from accounts.api.scopes import Resource
from accounts.permissions import Act
from projects.api.serializers import PointsField, PortraitSerializer
from projects.models import Portrait
from projects.placing import TrialBusyError, first_points, may_be_moved, portrait_place, trial
from projects.selectors import access_portrait

CREATES = {"GET": (Act.CREATE,)}
EXAMPLE = {
    "points": {
        "right_eye": [310, 405],
        "left_eye": [420, 402],
        "mouth_right": [325, 520],
        "mouth_left": [405, 518],
        "chin": [366, 590],
    }
}


class PointsSerializer(serializers.Serializer[Any]):
    points = extend_schema_field({"type": "object", "additionalProperties": True})(PointsField)(
        help_text="By name, each [x, y] in px of the kept picture; left and right are those of the face."
    )


class FirstPointsSerializer(PointsSerializer):
    moves = serializers.BooleanField(help_text="Whether a trial may move the face: nobody is shown who did not agree.")


class PortraitPointsView(ApiView):
    resource = Resource.PORTRAITS
    acts = CREATES
    doors = {"portrait": access_portrait}

    @extend_schema(operation_id="getPoints", summary="Points to begin with", responses=FirstPointsSerializer)
    @problems(410, 422)
    def get(self, request: Request, portrait: Portrait) -> Response:
        """Those placed before, else those of the face that was found, else a guess."""
        _require_picture(portrait)
        return Response({"points": first_points(portrait), "moves": may_be_moved(portrait)})

    @extend_schema(
        operation_id="placePoints",
        summary="Say where the face is",
        request=PointsSerializer,
        responses=PortraitSerializer,
        examples=[OpenApiExample("Five points", value=EXAMPLE, request_only=True)],
    )
    @problems(410)
    @idempotent(one_transaction=False)
    def post(self, request: Request, portrait: Portrait) -> Response:
        """The picture with its face there, as one of its own: clips that were made of the first stay what they are."""
        _require_picture(portrait)
        points = self.read(request, PointsSerializer)["points"]
        placed = portrait_place(organization=self.organization, acting_user=self.user, portrait=portrait, points=points)
        return Response(PortraitSerializer(placed).data)


class PortraitTrialView(ApiView):
    resource = Resource.PORTRAITS
    doors = {"portrait": access_portrait}

    @extend_schema(
        operation_id="tryPoints",
        summary="The face on these points, moving",
        request=PointsSerializer,
        responses={(200, "image/webp"): OpenApiTypes.BINARY},
        examples=[OpenApiExample("Five points", value=EXAMPLE, request_only=True)],
    )
    @problems(410)
    def post(self, request: Request, portrait: Portrait) -> HttpResponse:
        """A small WebP; nothing is kept. Of somebody living who has not agreed it is a still picture. One at a time on
        an installation: 429 while another is drawn.
        """
        _require_picture(portrait)
        points = self.read(request, PointsSerializer)["points"]
        try:
            return HttpResponse(trial(portrait, points), content_type="image/webp")
        except TrialBusyError as error:
            raise ProblemError("too-many-requests", "Another is being drawn.", headers={"Retry-After": "1"}) from error


def _require_picture(portrait: Portrait) -> None:
    if portrait.erased_at is not None:
        raise ProblemError("gone", "This picture was erased. Upload it again.")
