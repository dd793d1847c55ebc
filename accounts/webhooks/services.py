"""Writing: endpoints, their secrets, and sending something once more."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Organization, User
from accounts.outbound import OutboundError, check_url
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from accounts.webhooks.catalogue import EVENT_TYPES, TEST
from accounts.webhooks.models import URL_LENGTH, WebhookDelivery, WebhookEndpoint
from accounts.webhooks.outbox import event_write

MAX_ENDPOINTS = 20
# So long both secrets sign, for the receiver to change over.
OVERLAP = timedelta(hours=24)


@transaction.atomic
def endpoint_create(
    *, organization: Organization, acting_user: User, url: str, event_types: Collection[str], description: str = ""
) -> WebhookEndpoint:
    """A new endpoint. Raises PermissionDenied, or ValidationError by field."""
    authorize(organization=organization, acting_user=acting_user, act=Act.INTEGRATE)
    if WebhookEndpoint.objects.filter(organization=organization).count() >= MAX_ENDPOINTS:
        raise ValidationError({"url": f"There are {MAX_ENDPOINTS} endpoints already. Delete one first."})
    endpoint = WebhookEndpoint.objects.create(
        organization=organization,
        url=_url(url),
        event_types=_types(event_types),
        description=_description(description),
        salt=secrets.token_hex(16),
    )
    _audit(endpoint, acting_user, "webhook.created", event_types=endpoint.event_types)
    return endpoint


@transaction.atomic
def endpoint_change(
    *,
    organization: Organization,
    acting_user: User,
    endpoint: WebhookEndpoint,
    url: str | None = None,
    event_types: Collection[str] | None = None,
    description: str | None = None,
    enabled: bool | None = None,
) -> WebhookEndpoint:
    """Change what is given. Switched on again, it gets what happens from now on. Raises as `endpoint_create`."""
    endpoint = _own(organization, acting_user, endpoint)
    if url is not None:
        endpoint.url = _url(url)
    if event_types is not None:
        endpoint.event_types = _types(event_types)
    if description is not None:
        endpoint.description = _description(description)
    if enabled is True:
        endpoint.disabled_at, endpoint.disabled_reason, endpoint.failing_since = None, "", None
    if enabled is False and endpoint.disabled_at is None:
        endpoint.disabled_at, endpoint.disabled_reason = timezone.now(), "Somebody of the organisation switched it off."
    endpoint.save()
    _audit(
        endpoint,
        acting_user,
        "webhook.changed",
        event_types=endpoint.event_types,
        enabled=endpoint.disabled_at is None,
    )
    return endpoint


@transaction.atomic
def endpoint_delete(*, organization: Organization, acting_user: User, endpoint: WebhookEndpoint) -> None:
    """Remove an endpoint with its log."""
    endpoint = _own(organization, acting_user, endpoint)
    _audit(endpoint, acting_user, "webhook.deleted")
    endpoint.delete()


@transaction.atomic
def secret_rotate(*, organization: Organization, acting_user: User, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """A new secret; for a day both sign."""
    endpoint = _own(organization, acting_user, endpoint)
    endpoint.old_salt, endpoint.old_until = endpoint.salt, timezone.now() + OVERLAP
    endpoint.salt = secrets.token_hex(16)
    endpoint.save(update_fields=("salt", "old_salt", "old_until"))
    _audit(endpoint, acting_user, "webhook.secret-rotated")
    return endpoint


@transaction.atomic
def endpoint_test(*, organization: Organization, acting_user: User, endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Send an event that says that it is a test."""
    endpoint = _own(organization, acting_user, endpoint)
    _require_enabled(endpoint)
    _audit(endpoint, acting_user, "webhook.tested")
    return event_write(organization, TEST, {"endpoint": endpoint.pk}, [endpoint])[0]


@transaction.atomic
def delivery_replay(*, organization: Organization, acting_user: User, delivery: WebhookDelivery) -> WebhookDelivery:
    """Send the same event to the same endpoint once more, with its id, so that a receiver can tell."""
    endpoint = _own(organization, acting_user, delivery.endpoint)
    _require_enabled(endpoint)
    again = WebhookDelivery.objects.create(
        organization=organization, endpoint=endpoint, event=delivery.event, replays=delivery
    )
    _audit(endpoint, acting_user, "webhook.replayed", delivery=delivery.pk)
    return again


def _own(organization: Organization, acting_user: User, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """The endpoint as it is now, locked."""
    authorize(organization=organization, acting_user=acting_user, act=Act.INTEGRATE)
    if endpoint.organization_id != organization.pk:
        raise PermissionDenied("This endpoint belongs to another organisation.")
    return WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)


def _require_enabled(endpoint: WebhookEndpoint) -> None:
    if endpoint.disabled_at is not None:
        raise ValidationError("This endpoint is switched off. Switch it on first.")


def _url(url: str) -> str:
    url = url.strip()
    try:
        check_url(url[: URL_LENGTH + 1])
    except OutboundError as error:
        raise ValidationError({"url": str(error)}) from error
    return url


def _types(event_types: Collection[str]) -> list[str]:
    if not event_types or not set(event_types) <= set(EVENT_TYPES):
        raise ValidationError({"event_types": f"Choose at least one of: {', '.join(EVENT_TYPES)}."})
    return [event_type for event_type in EVENT_TYPES if event_type in event_types]


def _description(text: str) -> str:
    return " ".join(text.split())[:200]


def _audit(endpoint: WebhookEndpoint, acting_user: User, action: str, **data: Any) -> None:
    audit_record(
        organization=endpoint.organization,
        acting_user=acting_user,
        action=action,
        object_id=endpoint.pk,
        data=data,
    )
