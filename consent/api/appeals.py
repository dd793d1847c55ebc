"""Uploads that were refused because somebody asked not to be shown, and what speaks for them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.pages import PageQuery, page_of
from accounts.api.scopes import Resource
from accounts.permissions import Act
from consent.models import Appeal
from consent.refusing import access_appeal, appeal_write

CREATES = {"GET": (Act.CREATE,)}


class AppealSerializer(serializers.ModelSerializer[Appeal]):
    class Meta:
        model = Appeal
        fields = ("id", "photo_sha256", "reason", "state", "created_at", "decided_at")
        read_only_fields = fields


class AppealNewSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=4000, help_text="Why this picture may be used.")


class AppealsView(ApiView):
    resource = Resource.MODERATION
    tag = "appeals"
    acts = CREATES

    @extend_schema(
        operation_id="listAppeals",
        summary="Refused uploads",
        parameters=[PageQuery],
        responses=page_of(AppealSerializer),
    )
    def get(self, request: Request) -> Response:
        """Pictures that were refused, newest first; without a `reason` nobody has appealed yet."""
        return self.page(request, Appeal.objects.filter(organization=self.organization), AppealSerializer)


class AppealView(ApiView):
    resource = Resource.MODERATION
    tag = "appeals"
    acts = CREATES
    doors = {"appeal": access_appeal}

    @extend_schema(operation_id="getAppeal", summary="One refused upload", responses=AppealSerializer)
    def get(self, request: Request, appeal: Appeal) -> Response:
        """What was said for it, and what was decided."""
        return Response(AppealSerializer(appeal).data)

    @extend_schema(
        operation_id="writeAppeal",
        summary="Say what speaks for it",
        request=AppealNewSerializer,
        responses=AppealSerializer,
        examples=[OpenApiExample("Ours", value={"reason": "Our own painting, of 1890."}, request_only=True)],
    )
    @idempotent()
    def post(self, request: Request, appeal: Appeal) -> Response:
        """A moderator decides; until then it can be written anew."""
        reason = self.read(request, AppealNewSerializer)["reason"]
        written = appeal_write(organization=self.organization, acting_user=self.user, appeal=appeal, reason=reason)
        return Response(AppealSerializer(written).data)
