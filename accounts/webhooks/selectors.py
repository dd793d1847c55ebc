"""Reading: the doors to endpoints and deliveries."""

from django.db.models import QuerySet
from django.http import Http404

from accounts.ids import is_id
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.selectors import access_organization
from accounts.webhooks.models import WebhookDelivery, WebhookEndpoint


def access_endpoint(user: User, endpoint_id: str, *, act: Act = Act.INTEGRATE) -> WebhookEndpoint:
    """The endpoint, for a member of its organisation whose role may do `act`; else Http404."""
    if not is_id(endpoint_id, "whe"):
        raise Http404
    endpoint = WebhookEndpoint.objects.select_related("organization").filter(pk=endpoint_id).first()
    if endpoint is None:
        raise Http404
    access_organization(user, endpoint.organization_id, act=act)
    return endpoint


def access_delivery(user: User, delivery_id: str, *, act: Act = Act.INTEGRATE) -> WebhookDelivery:
    """The delivery, for a member of its organisation whose role may do `act`; else Http404."""
    if not is_id(delivery_id, "whd"):
        raise Http404
    found = WebhookDelivery.objects.select_related("organization", "endpoint__organization", "event")
    delivery = found.filter(pk=delivery_id).first()
    if delivery is None:
        raise Http404
    access_organization(user, delivery.organization_id, act=act)
    return delivery


def endpoints_of(organization: Organization) -> QuerySet[WebhookEndpoint]:
    """The organisation's endpoints, newest first."""
    return WebhookEndpoint.objects.filter(organization=organization)


def deliveries_of(organization: Organization) -> QuerySet[WebhookDelivery]:
    """The log, newest first, with events, endpoints and tries."""
    rows = WebhookDelivery.objects.filter(organization=organization).select_related("event", "endpoint")
    return rows.prefetch_related("attempts")
