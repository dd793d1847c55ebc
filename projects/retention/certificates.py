"""Deletion certificates: written in the transaction of the deletion, chained and signed, checkable by anybody."""

import base64
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.utils import timezone

from accounts.chain import chain_hash
from accounts.models import Organization, User
from consent.signing import canonical, public_key, sign_record
from projects.retention.classes import DataClass
from projects.retention.models import DeletionCause, DeletionCertificate
from projects.retention.registry import Erased


def certificate_write(
    *,
    organization: Organization,
    acting_user: User | None,
    object_id: str,
    data_class: DataClass,
    cause: DeletionCause,
    erased: Erased,
) -> DeletionCertificate:
    """Say that something was deleted. The organisation has to be locked by whoever calls."""
    last = DeletionCertificate.objects.filter(organization=organization).order_by("-sequence").first()
    certificate = DeletionCertificate(
        organization=organization,
        sequence=last.sequence + 1 if last else 1,
        object_id=object_id,
        data_class=data_class,
        cause=cause,
        method=erased.method,
        files=[file.as_json() for file in erased.files],
        rows=erased.rows,
        actor_id=acting_user.pk if acting_user else "",
        at=timezone.now(),
        previous_hash=last.hash if last else "",
    )
    certificate.hash = chain_hash(certificate.previous_hash, certificate.hashed_fields())
    record = {"what": "deletion certificate", **certificate.hashed_fields(), "hash": certificate.hash}
    certificate.signed = sign_record(record, keys=settings.LIKENESS_KEYS_DIR, at=certificate.at)
    certificate.save(force_insert=True)
    return certificate


def certificate_breaks(organization: Organization) -> list[int]:
    """Sequence numbers of the certificates that do not fit the one before, their own hash or this site's signature."""
    breaks, previous_hash, expected = [], "", 1
    ours = base64.b64encode(public_key(settings.LIKENESS_KEYS_DIR)).decode()
    for certificate in DeletionCertificate.objects.filter(organization=organization).order_by("sequence").iterator():
        intact = (
            certificate.sequence == expected
            and certificate.previous_hash == previous_hash
            and certificate.hash == chain_hash(previous_hash, certificate.hashed_fields())
            and certificate.signed["record"]["hash"] == certificate.hash
            and certificate.signed["signature"]["public_key"] == ours
            and _signature_fits(certificate.signed)
        )
        if not intact:
            breaks.append(certificate.sequence)
        previous_hash, expected = certificate.hash, certificate.sequence + 1
    return breaks


def _signature_fits(signed: dict[str, Any]) -> bool:
    signature = signed["signature"]
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(signature["public_key"])).verify(
            base64.b64decode(signature["value"]),
            canonical({name: part for name, part in signed.items() if name != "signature"}),
        )
    except (InvalidSignature, ValueError):
        return False
    return True
