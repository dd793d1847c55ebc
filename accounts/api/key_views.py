"""API keys through the API: for a program that hands keys to others, and never more than it has."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.keys import (
    MAX_DAYS,
    NewKey,
    access_api_key,
    api_key_create,
    api_key_revoke,
    api_key_rotate,
    keys_of,
)
from accounts.api.models import ApiKey
from accounts.api.pages import PageQuery, page_of
from accounts.api.scopes import SCOPES, Resource
from accounts.api.serializers import KeySerializer
from accounts.permissions import Act

INTEGRATES = dict.fromkeys(("GET", "POST", "DELETE"), (Act.INTEGRATE,))
KEY_STATES = ["active", "expired", "revoked"]


class KeyDetailSerializer(KeySerializer):
    state = serializers.ChoiceField(choices=KEY_STATES)
    created_by = serializers.CharField(source="created_by_id", help_text="In whose name it acts.")
    replaces = serializers.CharField(source="replaces_id", allow_null=True)
    made_with = serializers.CharField(source="made_with_id", allow_null=True, help_text="The key that made it.")

    class Meta(KeySerializer.Meta):
        fields: tuple[str, ...] = (
            *KeySerializer.Meta.fields,
            "state",
            "created_by",
            "last_used_at",
            "revoked_at",
            "replaces",
            "made_with",
        )
        read_only_fields = fields


class KeySecretSerializer(serializers.Serializer[NewKey]):
    key = KeyDetailSerializer()
    secret = serializers.CharField(help_text="Only shown here: keep it.")


class KeyNewSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100, help_text="Of the program that it is for.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=list(SCOPES)), allow_empty=False)
    days = serializers.IntegerField(
        min_value=1,
        max_value=MAX_DAYS,
        default=365,
        allow_null=True,
        help_text="null: until it is revoked. A key made by another ends with that one at the latest.",
    )


class KeysView(ApiView):
    resource = Resource.KEYS
    acts = INTEGRATES

    @extend_schema(
        operation_id="listKeys", summary="API keys", parameters=[PageQuery], responses=page_of(KeyDetailSerializer)
    )
    def get(self, request: Request) -> Response:
        """Every key of the organisation, newest first, with when it was last used; never a secret."""
        return self.page(request, keys_of(self.organization), KeyDetailSerializer)

    @extend_schema(
        operation_id="createKey",
        summary="A new key",
        request=KeyNewSerializer,
        responses={201: KeySecretSerializer},
        examples=[
            OpenApiExample(
                "For a website",
                value={"name": "Our website", "scopes": ["clips:read", "renders:read"], "days": 30},
                request_only=True,
            )
        ],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        """Made through a key it holds no more scopes than that one, and none of `keys`; it ends when that one does, and
        is revoked with it.
        """
        values = self.read(request, KeyNewSerializer)
        made = api_key_create(organization=self.organization, acting_user=self.user, **values)
        return Response(KeySecretSerializer(made).data, status=201)


class KeyView(ApiView):
    resource = Resource.KEYS
    acts = INTEGRATES
    doors = {"key": access_api_key}

    @extend_schema(operation_id="getKey", summary="One key", responses=KeyDetailSerializer)
    def get(self, request: Request, key: ApiKey) -> Response:
        """One key, without its secret."""
        return Response(KeyDetailSerializer(key).data)

    @extend_schema(operation_id="revokeKey", summary="Revoke a key", request=None, responses={204: None})
    def delete(self, request: Request, key: ApiKey) -> Response:
        """It opens nothing any more, from now on, and neither do those that it made. A key ends itself and those that
        it made; others are ended in person (403 “in-person”).
        """
        api_key_revoke(organization=self.organization, acting_user=self.user, key=key)
        return Response(status=204)


class KeyRotateView(ApiView):
    resource = Resource.KEYS
    acts = INTEGRATES
    doors = {"key": access_api_key}

    @extend_schema(operation_id="rotateKey", summary="A new secret", request=None, responses={201: KeySecretSerializer})
    @idempotent()
    def post(self, request: Request, key: ApiKey) -> Response:
        """A new key in its place; the old secret works for another day. A key renews those that it made, never itself:
        else whoever found it could keep it for good.
        """
        made = api_key_rotate(organization=self.organization, acting_user=self.user, key=key)
        return Response(KeySecretSerializer(made).data, status=201)
