"""What an API key may do: a resource and a level, such as "clips:write". Writing includes reading."""

from collections.abc import Collection
from enum import StrEnum


class Resource(StrEnum):
    """What a scope is about; each part of the API belongs to one."""

    ORGANIZATION = "organization"
    MEMBERS = "members"
    KEYS = "keys"
    BILLING = "billing"
    AUDIT = "audit"
    PROJECTS = "projects"
    PORTRAITS = "portraits"
    RECORDINGS = "recordings"
    CLIPS = "clips"
    RENDERS = "renders"
    SHARES = "shares"
    BATCHES = "batches"
    CONSENT = "consent"
    MODERATION = "moderation"
    RETENTION = "retention"
    WEBHOOKS = "webhooks"


class Level(StrEnum):
    READ = "read"
    WRITE = "write"


# The ledger is written by what is done, never by a request.
_ONLY_READ = frozenset({Resource.AUDIT})

SCOPES: tuple[str, ...] = tuple(
    f"{resource}:{level}"
    for resource in Resource
    for level in Level
    if not (level is Level.WRITE and resource in _ONLY_READ)
)


def covers(scopes: frozenset[str], resource: Resource, level: Level) -> bool:
    """Whether these scopes hold what is asked for."""
    return f"{resource}:{level}" in scopes or (level is Level.READ and f"{resource}:{Level.WRITE}" in scopes)


def beyond(wanted: Collection[str], scopes: Collection[str]) -> list[str]:
    """Those of the scopes `wanted` that are not held with `scopes`."""
    held = {*scopes, *(scope.replace(f":{Level.WRITE}", f":{Level.READ}") for scope in scopes)}
    return sorted(set(wanted) - held)
