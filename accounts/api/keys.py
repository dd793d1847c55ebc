"""Writing and finding API keys. A secret is shown once, when the key is made."""

import hashlib
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone

from accounts.acting import InPersonOnly, through
from accounts.api.models import ApiKey
from accounts.api.scopes import SCOPES, Resource, beyond
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

    Made through another key it holds no more than that one, makes no keys itself, and ends when that one does, at the
    latest. Raises PermissionDenied, or ValidationError by field.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.INTEGRATE)
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise ValidationError({"name": "Give the key a name of up to 100 characters, such as that of its program."})
    if not scopes or not set(scopes) <= set(SCOPES):
        raise ValidationError({"scopes": f"Choose at least one of: {', '.join(SCOPES)}."})
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise ValidationError({"days": f"A key can be good for 1 to {MAX_DAYS} days, or without end."})
    parent = _at_work(organization)
    if parent is not None:
        _check_within(parent, scopes)
    if active_keys(organization).count() >= MAX_KEYS:
        raise ValidationError({"name": f"There are {MAX_KEYS} keys already. Revoke one that is not used any more."})
    until = parent.expires_at if parent else None
    made = _make(organization, acting_user, name, sorted(set(scopes)), days, made_with=parent, until=until)
    _audit(made.key, acting_user, "api-key.created", scopes=made.key.scopes)
    return made


@transaction.atomic
def api_key_rotate(*, organization: Organization, acting_user: User, key: ApiKey) -> NewKey:
    """A new secret with the same name, scopes and time to live; the old one works for another day.

    A key renews only those that it made, not itself: whoever found it would keep it for good.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.INTEGRATE)
    _require_own(organization, key)
    parent = _at_work(organization)
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if parent is not None and not _is_made_by(parent, key):
        raise InPersonOnly("A key renews the keys that it made. Rotate this one on the page “API keys”.")
    if key.state != "active" or key.replaced_by.exists():
        raise ValidationError("This key was revoked, has expired, or was replaced already. Make a new one.")
    days = max(1, (key.expires_at - key.created_at).days) if key.expires_at else None
    until = parent.expires_at if parent else None
    made = _make(
        organization,
        acting_user,
        key.name,
        key.scopes,
        days,
        replaces=key,
        made_with=parent or key.made_with,
        until=until,
    )
    until = timezone.now() + OVERLAP
    ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=until), pk=key.pk).update(expires_at=until)
    _audit(made.key, acting_user, "api-key.rotated", replaces=key.pk)
    return made


@transaction.atomic
def api_key_revoke(*, organization: Organization, acting_user: User, key: ApiKey) -> bool:
    """End a key at once, and with it those that were made through it. False: it was revoked before.

    A key ends itself and those that it made.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.INTEGRATE)
    _require_own(organization, key)
    parent = _at_work(organization)
    if parent is not None and key.pk != parent.pk and not _is_made_by(parent, key):
        raise InPersonOnly("A key ends itself and the keys that it made. Revoke this one on the page “API keys”.")
    made = ApiKey.objects.filter(organization=organization, made_with__in=[one.pk for one in _lineage(key)])
    ended = [one for one in (key, *made) if _end(one, acting_user)]
    return key in ended


def _end(key: ApiKey, acting_user: User) -> bool:
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
    """The organisation's keys, newest first, with who made them, and through which key."""
    return ApiKey.objects.filter(organization=organization).select_related("created_by", "made_with")


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
    made_with: ApiKey | None = None,
    until: datetime | None = None,
) -> NewKey:
    secret = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_SECRET_LENGTH))
    now = timezone.now()
    ends = [end for end in (now + timedelta(days=days) if days is not None else None, until) if end is not None]
    key = ApiKey.objects.create(
        organization=organization,
        created_by=acting_user,
        name=name,
        hint=secret[:_HINT_LENGTH],
        sha256=_hash(secret),
        scopes=scopes,
        created_at=now,
        expires_at=min(ends, default=None),
        replaces=replaces,
        made_with=made_with,
    )
    return NewKey(key, secret)


def _at_work(organization: Organization) -> ApiKey | None:
    """The key through which this is asked for; None for a person on the site."""
    return ApiKey.objects.get(pk=key_id, organization=organization) if (key_id := through()) else None


def _check_within(parent: ApiKey, scopes: Collection[str]) -> None:
    """Nothing is handed on that is not held. Raises ValidationError."""
    if more := beyond(scopes, parent.scopes):
        raise ValidationError({"scopes": f"The key that asks does not have these itself: {', '.join(more)}."})
    if any(scope.startswith(f"{Resource.KEYS}:") for scope in scopes):
        raise ValidationError({"scopes": "Keys that make keys are made on the site, on the page “API keys”."})


def _is_made_by(parent: ApiKey, key: ApiKey) -> bool:
    """Whether `parent`, or a key that it took the place of, made `key`."""
    return key.made_with_id in {one.pk for one in _lineage(parent)}


def _lineage(key: ApiKey) -> Iterator[ApiKey]:
    one: ApiKey | None = key
    while one is not None:
        yield one
        one = one.replaces


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _require_own(organization: Organization, key: ApiKey) -> None:
    if key.organization_id != organization.pk:
        raise Http404


def _audit(key: ApiKey, acting_user: User, action: str, **data: object) -> None:
    audit_record(organization=key.organization, acting_user=acting_user, action=action, object_id=key.pk, data=data)
