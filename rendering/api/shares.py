"""Links by which people without an account watch a clip."""

from typing import Any

from django_filters.rest_framework import CharFilter, FilterSet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.pages import PageQuery, page_of
from accounts.api.problems import ProblemError
from accounts.api.scopes import Resource
from accounts.permissions import Act
from projects.models import Clip
from projects.selectors import access_clip
from projects.sharing.models import Share
from projects.sharing.selectors import access_share, share_url
from projects.sharing.services import MAX_DAYS, share_create, share_revoke
from rendering.sharing import why_not_shared

SHARES = dict.fromkeys(("GET", "POST", "DELETE"), (Act.DOWNLOAD,))


class ShareSerializer(serializers.ModelSerializer[Share]):
    clip = serializers.CharField(source="clip_id")
    url = serializers.SerializerMethodField(help_text="Where anybody who has it watches the clip.")

    class Meta:
        model = Share
        fields = ("id", "clip", "label", "url", "opened", "created_at", "expires_at", "revoked_at")
        read_only_fields = fields

    def get_url(self, share: Share) -> str:
        return share_url(share)


class ShareNewSerializer(serializers.Serializer[Any]):
    days = serializers.IntegerField(min_value=1, max_value=MAX_DAYS, default=30, help_text="For how long it works.")
    label = serializers.CharField(  # type: ignore[assignment]  # a field of that name
        max_length=100,
        default="",
        allow_blank=True,
        help_text="So that you tell your links apart; nobody else sees it.",
    )


class ShareFilter(FilterSet):
    clip = CharFilter(field_name="clip_id", max_length=24)

    class Meta:
        model = Share
        fields = ("clip",)


class SharesView(ApiView):
    resource = Resource.SHARES
    acts = SHARES
    queryset = Share.objects.none()
    filterset_class = ShareFilter

    @extend_schema(
        operation_id="listShares", summary="Links", parameters=[PageQuery], responses=page_of(ShareSerializer)
    )
    def get(self, request: Request) -> Response:
        """Newest first, those that ended among them."""
        return self.page(request, Share.objects.filter(organization=self.organization), ShareSerializer)


class ClipSharesView(ApiView):
    resource = Resource.SHARES
    acts = SHARES
    doors = {"clip": access_clip}

    @extend_schema(
        operation_id="createShare",
        summary="A link to a clip",
        request=ShareNewSerializer,
        responses={201: ShareSerializer},
        examples=[OpenApiExample("A week", value={"days": 7, "label": "The press"}, request_only=True)],
    )
    @idempotent()
    def post(self, request: Request, clip: Clip) -> Response:
        """Of a finished clip that may leave the house (else 409). Each view asks the gate anew: a link opens nothing
        once a consent was withdrawn.
        """
        values = self.read(request, ShareNewSerializer)
        if reasons := why_not_shared(clip):
            raise ProblemError("conflict", " ".join(reasons))
        share = share_create(organization=self.organization, acting_user=self.user, clip=clip, **values)
        return Response(ShareSerializer(share).data, status=201)


class ShareView(ApiView):
    resource = Resource.SHARES
    acts = SHARES
    doors = {"share": access_share}

    @extend_schema(operation_id="getShare", summary="One link", responses=ShareSerializer)
    def get(self, request: Request, share: Share) -> Response:
        """One link, and how often it was opened."""
        return Response(ShareSerializer(share).data)

    @extend_schema(operation_id="endShare", summary="End a link", request=None, responses={204: None})
    def delete(self, request: Request, share: Share) -> Response:
        """At once; done twice it is done once."""
        share_revoke(organization=self.organization, acting_user=self.user, share=share)
        return Response(status=204)
