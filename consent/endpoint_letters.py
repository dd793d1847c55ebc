"""The letter that says that a webhook's endpoint was given up."""

from django.conf import settings
from django.urls import reverse

from accounts.webhooks.models import WebhookEndpoint
from consent.letters import letter_write, organization_recipients


def endpoint_given_up(endpoint: WebhookEndpoint) -> None:
    """Tell the owners that nothing is sent there any more, why, and where it is switched on again."""
    page = settings.LIKENESS_SITE_URL + reverse("accounts:webhook", args=[endpoint.pk])
    at = endpoint.disabled_at.isoformat() if endpoint.disabled_at else ""
    for recipient in organization_recipients(endpoint.organization):
        letter_write(
            organization=endpoint.organization,
            key=f"webhook-disabled:{endpoint.pk}:{at}:{recipient}"[:200],
            recipient=recipient,
            subject="A webhook was switched off",
            body=(
                "Hello,\n\nyour program at this address is told nothing any more:\n\n"
                f"{endpoint.url}\n\n{endpoint.disabled_reason}\n\n"
                "What was tried, and what came back, stands in the log. There you can also switch it on again; what "
                f"happened meanwhile is not sent later:\n\n{page}\n"
            ),
        )
