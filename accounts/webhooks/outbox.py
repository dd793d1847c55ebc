"""Writing what is to be told, in the transaction in which it happened; finding what is due."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import AuditEvent, Organization
from accounts.webhooks.catalogue import told_of
from accounts.webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent

# A message to a worker may get lost with its broker: until then nobody else is told to try.
ANNOUNCED_FOR = timedelta(seconds=60)
BATCH = 100
KEEP_DAYS = 30


def announce(line: AuditEvent) -> None:
    """Write what this line of the audit log means for the organisation's endpoints. Called with every line: it asks the
    database only for lines that are told at all.
    """
    for event_type, data in told_of(line.action, line.object_id, line.data):
        endpoints = [
            endpoint
            for endpoint in WebhookEndpoint.objects.filter(organization_id=line.organization_id, disabled_at=None)
            if event_type in endpoint.event_types
        ]
        if endpoints:
            event_write(line.organization, event_type, data, endpoints)


def event_write(
    organization: Organization, event_type: str, data: dict[str, object], endpoints: list[WebhookEndpoint]
) -> list[WebhookDelivery]:
    """One event, and its delivery to each of these endpoints."""
    event = WebhookEvent.objects.create(organization=organization, type=event_type, data=data)
    return WebhookDelivery.objects.bulk_create(
        WebhookDelivery(organization=organization, endpoint=endpoint, event=event) for endpoint in endpoints
    )


def due() -> QuerySet[WebhookDelivery]:
    """Deliveries that may be tried now, the longest waiting first."""
    return WebhookDelivery.objects.filter(state=DeliveryState.PENDING, next_at__lte=timezone.now()).order_by("next_at")


def purge(*, at: datetime | None = None) -> int:
    """Forget events, their deliveries and tries, that are older than a month; how many events there were."""
    over = (at or timezone.now()) - timedelta(days=KEEP_DAYS)
    return WebhookEvent.objects.filter(created_at__lt=over).delete()[1].get("accounts.WebhookEvent", 0)
