"""What an API key may do: a resource and a level, such as "clips:write". Writing includes reading."""

from enum import StrEnum


class Resource(StrEnum):
    """What a scope is about; each part of the API belongs to one."""

    ORGANIZATION = "organization"
    PROJECTS = "projects"
    PORTRAITS = "portraits"
    RECORDINGS = "recordings"
    CLIPS = "clips"
    RENDERS = "renders"
    BATCHES = "batches"
    CONSENT = "consent"
    MODERATION = "moderation"
    RETENTION = "retention"
    WEBHOOKS = "webhooks"


class Level(StrEnum):
    READ = "read"
    WRITE = "write"


# Members and credits can be looked at through a key; who belongs to an organisation is decided on the site.
_ONLY_READ = frozenset({Resource.ORGANIZATION})

SCOPES: tuple[str, ...] = tuple(
    f"{resource}:{level}"
    for resource in Resource
    for level in Level
    if not (level is Level.WRITE and resource in _ONLY_READ)
)


def covers(scopes: frozenset[str], resource: Resource, level: Level) -> bool:
    """Whether these scopes hold what is asked for."""
    return f"{resource}:{level}" in scopes or (level is Level.READ and f"{resource}:{Level.WRITE}" in scopes)
