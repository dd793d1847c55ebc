"""Secrets and signatures, by the Standard Webhooks form (standardwebhooks.com, version 1).

A secret is not stored: it is derived from the endpoint's salt and the installation's SECRET_KEY, so that a copy of the
database signs nothing. A new SECRET_KEY changes all secrets, as it ends all consent links.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from accounts.webhooks.models import WebhookEndpoint, WebhookEvent

PREFIX = "whsec_"


def secret_of(endpoint: WebhookEndpoint) -> str:
    """The secret that signs now: "whsec_" and 32 bytes in base 64."""
    return _secret(endpoint.pk, endpoint.salt)


def secrets_of(endpoint: WebhookEndpoint, *, at: datetime | None = None) -> list[str]:
    """All that sign at this moment, the newest first: after a rotation the old one too."""
    secrets = [secret_of(endpoint)]
    if endpoint.old_salt and endpoint.old_until and (at or timezone.now()) < endpoint.old_until:
        secrets.append(_secret(endpoint.pk, endpoint.old_salt))
    return secrets


def body_of(event: WebhookEvent) -> bytes:
    """What is sent: the same bytes with each try."""
    told = {"type": event.type, "timestamp": event.created_at.isoformat(), "data": event.data}
    return json.dumps(told, separators=(",", ":"), sort_keys=True).encode()


def headers_of(endpoint: WebhookEndpoint, event: WebhookEvent, *, at: datetime) -> dict[str, str]:
    """The headers of one try: the event's id, which is the same with each, the time, and a signature a secret."""
    body = body_of(event).decode()
    signatures = [Webhook(secret).sign(event.pk, at, body) for secret in secrets_of(endpoint, at=at)]
    return {
        "Content-Type": "application/json",
        "webhook-id": event.pk,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _secret(endpoint_id: str, salt: str) -> str:
    key = hmac.new(settings.SECRET_KEY.encode(), f"webhook:{endpoint_id}:{salt}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.b64encode(key).decode()
