"""Writing and finding API keys. A secret is shown once, when the key is made."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone

from accounts.api.models import ApiKey
from accounts.api.scopes import SCOPES
from accounts.ids import is_id
from accounts.models import Membership, Organization, User
from accounts.permissions import Act
from accounts.scopes import across_tenants
from accounts.selectors import access_organization
from accounts.services import audit_record, authorize

PREFIX = "lk_live_"
# Crockford's base 32: 32 characters hold 160 bits.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SECRET_LENGTH = 32
_HINT_LENGTH = len(PREFIX) + 4
MAX_KEYS = 50
MAX_DAYS = 730
# After a rotation both secrets work for a while, so that nothing has to be changed at the same moment.
OVERLAP = timedelta(hours=24)
_USE_NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class NewKey:
    """A key with its secret, which nobody can read again."""

    key: ApiKey
    secret: str


@transaction.atomic
def api_key_create(
    *, organization: Organization, acting_user: User, name: str, scopes: Collection[str], days: int | None = 365
) -> NewKey:
    """A new key of `acting_user` to the organisation; `days` None: it does not expire.

    Raises PermissionDenied, or ValidationError by field.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.INTEGRATE)
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise ValidationError({"name": "Give the key a name of up to 100 characters, such as that of its program."})
    if not scopes or not set(scopes) <= set(SCOPES):
        raise ValidationError({"scopes": f"Choose at least one of: {', '.join(SCOPES)}."})
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise ValidationError({"days": f"A key can be good for 1 to {MAX_DAYS} days, or without end."})
    if active_keys(organization).count() >= MAX_KEYS:
        raise ValidationError({"name": f"There are {MAX_KEYS} keys already. Revoke one that is not used any more."})
    made = _make(organization, acting_user, name, sorted(set(scopes)), days)
    _audit(made.key, acting_user, "api-key.created", scopes=made.key.scopes)
    return made


@transaction.atomic
def api_key_rotate(*, organization: Organization, acting_user: User, key: ApiKey) -> NewKey:
    """A new secret with the same name, scopes and time to live; the old one works for another day."""
    authorize(organization=organization, acting_user=acting_user, act=Act.INTEGRATE)
    _require_own(organization, key)
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if key.state != "active" or key.replaced_by.exists():
        raise ValidationError("This key was revoked, has expired, or was replaced already. Make a new one.")
    days = max(1, (key.expires_at - key.created_at).days) if key.expires_at else None
    made = _make(organization, acting_user, key.name, key.scopes, days, replaces=key)
    until = timezone.now() + OVERLAP
    ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=until), pk=key.pk).update(expires_at=until)
    _audit(made.key, acting_user, "api-key.rotated", replaces=key.pk)
    return made


@transaction.atomic
def api_key_revoke(*, organization: Organization, acting_user: User, key: ApiKey) -> bool:
    """End a key at once. False: it was revoked before."""
    authorize(organization=organization, acting_user=acting_user, act=Act.INTEGRATE)
    _require_own(organization, key)
    if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        return False
    _audit(key, acting_user, "api-key.revoked")
    return True


def access_api_key(user: User, key_id: str, *, act: Act = Act.INTEGRATE) -> ApiKey:
    """The key, for a member of its organisation whose role may do `act`; else Http404."""
    if not is_id(key_id, "key"):
        raise Http404
    key = ApiKey.objects.select_related("organization").filter(pk=key_id).first()
    if key is None:
        raise Http404
    access_organization(user, key.organization_id, act=act)
    return key


def keys_of(organization: Organization) -> QuerySet[ApiKey]:
    """The organisation's keys, newest first, with who made them."""
    return ApiKey.objects.filter(organization=organization).select_related("created_by")


def active_keys(organization: Organization) -> QuerySet[ApiKey]:
    """Those that open something now."""
    return keys_of(organization).filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)


@across_tenants("a key says to which organisation it belongs")
def key_of_secret(secret: str) -> tuple[ApiKey, str] | None:
    """The active key with this secret, and the role that its maker has today ("" for none); None for no such key."""
    if not secret.startswith(PREFIX) or len(secret) != len(PREFIX) + _SECRET_LENGTH:
        return None
    role = Membership.objects.filter(user=OuterRef("created_by"), organization=OuterRef("organization")).values("role")
    found = (
        ApiKey.objects.filter(sha256=_hash(secret))
        .select_related("organization", "created_by")
        .annotate(role_now=Subquery(role[:1]))
        .first()
    )
    if found is None or found.state != "active" or not found.created_by.is_active:
        return None
    return found, found.role_now or ""


def note_use(key: ApiKey) -> None:
    """Remember that the key was used; written every few minutes at most, not with each request."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > _USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)


def _make(
    organization: Organization,
    acting_user: User,
    name: str,
    scopes: list[str],
    days: int | None,
    replaces: ApiKey | None = None,
) -> NewKey:
    secret = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_SECRET_LENGTH))
    now = timezone.now()
    key = ApiKey.objects.create(
        organization=organization,
        created_by=acting_user,
        name=name,
        hint=secret[:_HINT_LENGTH],
        sha256=_hash(secret),
        scopes=scopes,
        created_at=now,
        expires_at=now + timedelta(days=days) if days is not None else None,
        replaces=replaces,
    )
    return NewKey(key, secret)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _require_own(organization: Organization, key: ApiKey) -> None:
    if key.organization_id != organization.pk:
        raise Http404


def _audit(key: ApiKey, acting_user: User, action: str, **data: object) -> None:
    audit_record(organization=key.organization, acting_user=acting_user, action=action, object_id=key.pk, data=data)
