"""E-mail, as rows that are sent: written in the transaction of what they tell, sent after it, sent again if it failed.

Letters to the person asked are in the language of the question; those to the organisation are in English.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Organization, Role, User
from accounts.scopes import across_tenants
from consent.fingerprints import text_sha256
from consent.models import ConsentRequest, Letter, LetterStop

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
# A letter that was sent is kept as proof that it was; its address and text only for so long.
KEEP_DAYS = 90


def letter_write(
    *,
    organization: Organization | None,
    key: str,
    recipient: str,
    subject: str,
    body: str,
    request: ConsentRequest | None = None,
) -> Letter | None:
    """Have an e-mail sent when the transaction commits; None where there is one with this key already, or no address.

    `key` says what it tells and to whom, such as "reminder:crq_…:7". An address in it is kept as its hash: the
    key stays when the letter is emptied.
    """
    if not recipient:
        return None
    letter, new = Letter.objects.get_or_create(
        key=key.replace(recipient, text_sha256(recipient)[:16])[:200],
        defaults={
            "organization": organization,
            "request": request,
            "recipient": recipient,
            "subject": " ".join(subject.split())[:300],
            "body": body,
        },
    )
    if not new:
        return None
    transaction.on_commit(partial(_send, letter.pk), robust=True)
    return letter


def letters_send() -> int:
    """Send what could not be sent before; how many were sent."""
    waiting = Letter.objects.filter(sent_at=None, attempts__lt=MAX_ATTEMPTS).values_list("pk", flat=True)
    return sum(_send(pk) for pk in waiting)


def letters_purge(*, at: datetime | None = None) -> int:
    """Take address and text out of old letters; how many there were."""
    old = Letter.objects.filter(created_at__lt=(at or timezone.now()) - timedelta(days=KEEP_DAYS))
    # Letters written before keys were hashed.
    old.filter(key__contains="@").update(key=F("id"))
    return old.exclude(recipient="", body="").update(recipient="", body="", subject="")


def _send(letter_id: str) -> bool:
    letter = Letter.objects.get(pk=letter_id)
    # Of two senders at once, the one that counts this attempt sends.
    mine = Letter.objects.filter(pk=letter_id, sent_at=None, attempts=letter.attempts).update(
        attempts=F("attempts") + 1
    )
    if not mine:
        return False
    try:
        send_mail(letter.subject, letter.body, settings.DEFAULT_FROM_EMAIL, [letter.recipient])
    except Exception:
        # A mail server that is away must not undo an answer or a withdrawal; the row stays to be sent.
        logger.exception("Letter %s could not be sent", letter_id)
        return False
    Letter.objects.filter(pk=letter_id).update(sent_at=timezone.now())
    return True


@across_tenants("who wants letters from nobody here said so to no organisation in particular")
def letters_unwanted(organization: Organization, email: str) -> bool:
    """Whether whoever reads this address wants no questions from this organisation."""
    stops = LetterStop.objects.filter(address=address_hash(email))
    return stops.filter(Q(organization=organization) | Q(organization=None)).exists()


@transaction.atomic
def letters_stop(*, organization: Organization | None, email: str) -> None:
    """Send no more questions to this address: from this organisation, or (None) from anybody here."""
    LetterStop.objects.get_or_create(organization=organization, address=address_hash(email))


@transaction.atomic
def letters_allow(*, email: str) -> None:
    """Take every stop for this address back."""
    LetterStop.objects.filter(address=address_hash(email)).delete()


def address_hash(email: str) -> str:
    """What is kept of an address that must not be written to; keyed, so that nobody finds it by trying addresses."""
    return salted_hmac("consent.letters.stop", email.strip().lower(), algorithm="sha256").hexdigest()


def receipt_reader(request: ConsentRequest) -> str:
    """Where the receipt went before; else where the question went."""
    sent = request.letters.filter(key=f"receipt:{request.pk}").first()
    return sent.recipient if sent else request.email


def organization_recipients(organization: Organization, *, besides: Iterable[User] = ()) -> tuple[str, ...]:
    """Who is told on the organisation's side: its owners, and whoever asked."""
    owners = User.objects.filter(memberships__organization=organization, memberships__role=Role.OWNER, is_active=True)
    return tuple(sorted({user.email for user in (*owners, *besides)}))
