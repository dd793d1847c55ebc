"""Webhook endpoints, and the log of what was sent to them."""

from typing import Any

from django_filters.rest_framework import CharFilter, FilterSet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.pages import PageQuery, page_of
from accounts.api.scopes import Resource
from accounts.permissions import Act
from accounts.webhooks.catalogue import EVENT_TYPES
from accounts.webhooks.models import URL_LENGTH, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from accounts.webhooks.selectors import access_delivery, access_endpoint, deliveries_of, endpoints_of
from accounts.webhooks.services import (
    delivery_replay,
    endpoint_change,
    endpoint_create,
    endpoint_delete,
    endpoint_test,
    secret_rotate,
)
from accounts.webhooks.signing import secret_of

TYPES = list(EVENT_TYPES)
INTEGRATES = dict.fromkeys(("GET", "POST", "PATCH", "DELETE"), (Act.INTEGRATE,))


class EndpointSerializer(serializers.ModelSerializer[WebhookEndpoint]):
    event_types = serializers.ListField(child=serializers.CharField())
    enabled = serializers.SerializerMethodField()

    class Meta:
        model = WebhookEndpoint
        fields: tuple[str, ...] = (
            "id",
            "url",
            "description",
            "event_types",
            "enabled",
            "disabled_reason",
            "failing_since",
            "created_at",
        )
        read_only_fields = fields

    def get_enabled(self, endpoint: WebhookEndpoint) -> bool:
        return endpoint.disabled_at is None


class EndpointSecretSerializer(EndpointSerializer):
    secret = serializers.SerializerMethodField(help_text="With which to check signatures. Only shown here.")

    class Meta(EndpointSerializer.Meta):
        fields = (*EndpointSerializer.Meta.fields, "secret")
        read_only_fields = fields

    def get_secret(self, endpoint: WebhookEndpoint) -> str:
        return secret_of(endpoint)


class EndpointNewSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=URL_LENGTH, help_text="Begins with https://")
    event_types = serializers.ListField(child=serializers.ChoiceField(choices=TYPES), allow_empty=False)
    description = serializers.CharField(max_length=200, default="", allow_blank=True)


class EndpointChangeSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=URL_LENGTH, required=False)
    event_types = serializers.ListField(child=serializers.ChoiceField(choices=TYPES), allow_empty=False, required=False)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    enabled = serializers.BooleanField(required=False)


class EventTypeSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    description = serializers.CharField()


class EventTypesSerializer(serializers.Serializer[Any]):
    data = EventTypeSerializer(many=True)  # type: ignore[assignment]  # a field of that name


class AttemptSerializer(serializers.ModelSerializer[WebhookAttempt]):
    class Meta:
        model = WebhookAttempt
        fields = ("number", "at", "seconds", "status", "error", "answer")
        read_only_fields = fields


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    endpoint = serializers.CharField(source="endpoint_id")
    event = serializers.CharField(source="event_id", help_text="The webhook-id that was sent.")
    type = serializers.CharField(source="event.type")
    data = serializers.JSONField(source="event.data")  # type: ignore[assignment]  # a field of that name
    replays = serializers.CharField(source="replays_id", allow_null=True)
    attempts = AttemptSerializer(many=True)

    class Meta:
        model = WebhookDelivery
        fields = (
            "id",
            "endpoint",
            "event",
            "type",
            "data",
            "state",
            "tries",
            "next_at",
            "created_at",
            "delivered_at",
            "replays",
            "attempts",
        )
        read_only_fields = fields


class EventTypesView(ApiView):
    tag = "webhooks"

    @extend_schema(operation_id="listEventTypes", summary="What is told", responses=EventTypesSerializer)
    def get(self, request: Request) -> Response:
        """The types of events that an endpoint can be told of."""
        return Response(EventTypesSerializer({"data": EVENT_TYPES.values()}).data)


class EndpointsView(ApiView):
    resource = Resource.WEBHOOKS
    acts = INTEGRATES

    @extend_schema(
        operation_id="listWebhookEndpoints",
        summary="Endpoints",
        parameters=[PageQuery],
        responses=page_of(EndpointSerializer),
    )
    def get(self, request: Request) -> Response:
        """Where events are sent, newest first."""
        return self.page(request, endpoints_of(self.organization), EndpointSerializer)

    @extend_schema(
        operation_id="createWebhookEndpoint",
        summary="A new endpoint",
        request=EndpointNewSerializer,
        responses={201: EndpointSecretSerializer},
        examples=[
            OpenApiExample(
                "Clips and consent",
                value={"url": "https://example.org/likeness", "event_types": ["clip.ready", "consent.granted"]},
                request_only=True,
            )
        ],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        """The answer holds the secret with which to check signatures, by the Standard Webhooks form."""
        values = self.read(request, EndpointNewSerializer)
        endpoint = endpoint_create(organization=self.organization, acting_user=self.user, **values)
        return Response(EndpointSecretSerializer(endpoint).data, status=201)


class EndpointView(ApiView):
    resource = Resource.WEBHOOKS
    acts = INTEGRATES
    doors = {"endpoint": access_endpoint}

    @extend_schema(operation_id="getWebhookEndpoint", summary="One endpoint", responses=EndpointSerializer)
    def get(self, request: Request, endpoint: WebhookEndpoint) -> Response:
        """One endpoint."""
        return Response(EndpointSerializer(endpoint).data)

    @extend_schema(
        operation_id="changeWebhookEndpoint",
        summary="Change an endpoint",
        request=EndpointChangeSerializer,
        responses=EndpointSerializer,
    )
    def patch(self, request: Request, endpoint: WebhookEndpoint) -> Response:
        """What is not named stays. Switched on again, it gets what happens from then on."""
        values = self.read(request, EndpointChangeSerializer)
        changed = endpoint_change(organization=self.organization, acting_user=self.user, endpoint=endpoint, **values)
        return Response(EndpointSerializer(changed).data)

    @extend_schema(
        operation_id="deleteWebhookEndpoint", summary="Delete an endpoint", request=None, responses={204: None}
    )
    def delete(self, request: Request, endpoint: WebhookEndpoint) -> Response:
        """With its log."""
        endpoint_delete(organization=self.organization, acting_user=self.user, endpoint=endpoint)
        return Response(status=204)


class EndpointRotateView(ApiView):
    resource = Resource.WEBHOOKS
    acts = INTEGRATES
    doors = {"endpoint": access_endpoint}

    @extend_schema(
        operation_id="rotateWebhookSecret",
        summary="A new secret",
        request=None,
        responses=EndpointSecretSerializer,
    )
    @idempotent()
    def post(self, request: Request, endpoint: WebhookEndpoint) -> Response:
        """For a day both secrets sign."""
        rotated = secret_rotate(organization=self.organization, acting_user=self.user, endpoint=endpoint)
        return Response(EndpointSecretSerializer(rotated).data)


class EndpointTestView(ApiView):
    resource = Resource.WEBHOOKS
    acts = INTEGRATES
    doors = {"endpoint": access_endpoint}

    @extend_schema(
        operation_id="testWebhookEndpoint", summary="Send a test", request=None, responses={201: DeliverySerializer}
    )
    @idempotent()
    def post(self, request: Request, endpoint: WebhookEndpoint) -> Response:
        """An event “webhook.test”."""
        sent = endpoint_test(organization=self.organization, acting_user=self.user, endpoint=endpoint)
        return Response(DeliverySerializer(sent).data, status=201)


class DeliveryFilter(FilterSet):
    endpoint = CharFilter(field_name="endpoint_id", max_length=24)
    type = CharFilter(field_name="event__type", max_length=40)

    class Meta:
        model = WebhookDelivery
        fields = ("endpoint", "type", "state")


class DeliveriesView(ApiView):
    resource = Resource.WEBHOOKS
    acts = INTEGRATES
    queryset = WebhookDelivery.objects.none()
    filterset_class = DeliveryFilter

    @extend_schema(
        operation_id="listWebhookDeliveries",
        summary="The log",
        parameters=[PageQuery],
        responses=page_of(DeliverySerializer),
    )
    def get(self, request: Request) -> Response:
        """What was sent in the last month, newest first, with every try and what came back."""
        return self.page(request, deliveries_of(self.organization), DeliverySerializer)


class DeliveryView(ApiView):
    resource = Resource.WEBHOOKS
    acts = INTEGRATES
    doors = {"delivery": access_delivery}

    @extend_schema(operation_id="getWebhookDelivery", summary="One delivery", responses=DeliverySerializer)
    def get(self, request: Request, delivery: WebhookDelivery) -> Response:
        """One delivery with its tries."""
        return Response(DeliverySerializer(delivery).data)


class DeliveryReplayView(ApiView):
    resource = Resource.WEBHOOKS
    acts = INTEGRATES
    doors = {"delivery": access_delivery}

    @extend_schema(
        operation_id="replayWebhookDelivery",
        summary="Send it once more",
        request=None,
        responses={201: DeliverySerializer},
    )
    @idempotent()
    def post(self, request: Request, delivery: WebhookDelivery) -> Response:
        """The same event with the same webhook-id, so that a receiver can tell."""
        again = delivery_replay(organization=self.organization, acting_user=self.user, delivery=delivery)
        return Response(DeliverySerializer(again).data, status=201)
