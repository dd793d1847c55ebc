"""What is told: which line of the audit log is which event.

Everything that happens is a line there, in the transaction in which it happens: so nothing is told that did not happen,
and nothing that happened is forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

TEST = "webhook.test"

Data = Mapping[str, Any]


@dataclass(frozen=True)
class EventType:
    """`action` is that of the audit log, `when` which of its lines; `names` are the data that are told."""

    type: str
    description: str
    action: str
    object_name: str
    when: Callable[[Data], bool] = lambda data: True
    names: tuple[str, ...] = ()


def _agreed(data: Data) -> bool:
    return "granted" in data.values()


_TYPES = (
    EventType("clip.created", "A clip was described; it is not made yet.", "clip.created", "clip"),
    EventType("clip.requested", "A clip is to be made.", "render.requested", "render", names=("clip", "seconds")),
    EventType("clip.ready", "A clip can be watched.", "render.published", "render", names=("clip", "seconds")),
    EventType("clip.failed", "A clip could not be made.", "render.failed", "render", names=("clip", "reason")),
    EventType("clip.cancelled", "A clip was stopped.", "render.cancelled", "render", names=("clip",)),
    EventType("clip.refused", "The gate did not let it be made.", "render.refused", "render", names=("clip", "reason")),
    EventType(
        "clip.withdrawn",
        "A clip is gone because consent was withdrawn.",
        "render.unpublished",
        "render",
        names=("clip", "reason"),
    ),
    EventType(
        "clip.taken_down",
        "A moderator took a clip or picture down.",
        "moderation.decided",
        "case",
        when=lambda data: data.get("verdict") == "take-down",
        names=("clip", "verdict"),
    ),
    EventType("moderation.decided", "A moderator decided.", "moderation.decided", "case", names=("clip", "verdict")),
    EventType(
        "moderation.reversed", "A decision was undone.", "moderation.reversed", "case", names=("clip", "verdict")
    ),
    EventType("consent.requested", "Somebody was asked.", "consent.requested", "consent_request", names=("subject",)),
    EventType(
        "consent.granted",
        "Somebody agreed, to all or a part.",
        "consent.answered",
        "consent_request",
        when=_agreed,
        names=("*",),
    ),
    EventType(
        "consent.refused",
        "Somebody said no to everything.",
        "consent.answered",
        "consent_request",
        when=lambda data: not _agreed(data),
        names=("*",),
    ),
    EventType(
        "consent.withdrawn", "Somebody took it back.", "consent.withdrawn", "consent_request", names=("affected",)
    ),
    EventType("portrait.uploaded", "A picture came in.", "portrait.uploaded", "portrait", names=("project", "subject")),
    EventType("data.erased", "Something was erased, with a certificate.", "retention.erased", "object", names=("*",)),
)

EVENT_TYPES: dict[str, EventType] = {event.type: event for event in _TYPES}


def told_of(action: str, object_id: str, data: Data) -> list[tuple[str, dict[str, Any]]]:
    """The events, type and data, that a line of the audit log is; mostly none. Ids and states, nothing personal."""
    return [
        (event.type, {event.object_name: object_id, **_named(event, data)})
        for event in _TYPES
        if event.action == action and event.when(data)
    ]


def _named(event: EventType, data: Data) -> dict[str, Any]:
    if event.names == ("*",):
        # An answer: scope by scope.
        key = "answers" if event.action == "consent.answered" else "details"
        return {key: {name: value for name, value in data.items() if name != "api_key"}}
    return {name: data[name] for name in event.names if data.get(name) not in (None, "")}
