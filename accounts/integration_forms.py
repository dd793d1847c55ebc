"""What is filled in for an API key, and for a webhook's endpoint."""

from typing import Any

from django import forms

from accounts.api.scopes import SCOPES, Resource
from accounts.webhooks.catalogue import EVENT_TYPES
from accounts.webhooks.models import URL_LENGTH, WebhookEndpoint

_TITLES = {
    Resource.ORGANIZATION: "The organisation: its name, members, credits",
    Resource.PROJECTS: "Projects",
    Resource.PORTRAITS: "Pictures",
    Resource.RECORDINGS: "Recordings",
    Resource.CLIPS: "Clips",
    Resource.RENDERS: "Making clips, which spends credits",
    Resource.SHARES: "Links by which anybody watches a clip",
    Resource.BATCHES: "Batches",
    Resource.CONSENT: "Asking for consent",
    Resource.MODERATION: "Moderators’ decisions",
    Resource.RETENTION: "How long things are kept",
    Resource.WEBHOOKS: "Webhooks",
    Resource.MEMBERS: "Letting editors, reviewers and viewers in, and go",
    Resource.KEYS: "Making keys that can do no more than this one",
    Resource.BILLING: "Plan and invoices, which spends money",
    Resource.AUDIT: "The audit log",
}
# What a program needs that makes clips.
_USUAL = frozenset(
    {
        Resource.PROJECTS,
        Resource.PORTRAITS,
        Resource.RECORDINGS,
        Resource.CLIPS,
        Resource.RENDERS,
        Resource.BATCHES,
        Resource.CONSENT,
    }
)
_LEVELS = {"": "Nothing", "read": "Read", "write": "Read and change"}
_DAYS = {"30": "30 days", "90": "90 days", "365": "A year", "730": "Two years", "": "Until it is revoked"}


class KeyForm(forms.Form):
    """A name, a time, and a level for each part of the API."""

    name = forms.CharField(
        label="Which program is it for?",
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "For example: our website", "autocomplete": "off"}),
        error_messages={"required": "Give the key a name, so that you know later what it is for."},
    )
    days = forms.ChoiceField(
        label="How long it is good for", choices=list(_DAYS.items()), initial="365", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for resource, title in _TITLES.items():
            levels = {level: text for level, text in _LEVELS.items() if not level or f"{resource}:{level}" in SCOPES}
            self.fields[resource.value] = forms.ChoiceField(
                label=title,
                choices=list(levels.items()),
                required=False,
                initial="write" if resource in _USUAL else "",
            )

    @property
    def levels(self) -> list[forms.BoundField]:
        """The fields of the levels."""
        return [self[resource.value] for resource in _TITLES]

    def values(self) -> dict[str, Any]:
        """What the service asks for."""
        data = self.cleaned_data
        scopes = [f"{resource}:{level}" for resource in Resource if (level := data[resource.value])]
        return {"name": data["name"], "days": int(data["days"]) if data["days"] else None, "scopes": scopes}


class EndpointForm(forms.Form):
    """Where to send, and what."""

    url = forms.CharField(
        label="Address",
        max_length=URL_LENGTH,
        help_text="Of your own program. It begins with https:// and lies in the open internet.",
        widget=forms.TextInput(
            attrs={"placeholder": "https://example.org/likeness", "autocomplete": "off", "inputmode": "url"}
        ),
        error_messages={"required": "Give the address of your program."},
    )
    description = forms.CharField(label="What it is for", max_length=200, required=False)
    event_types = forms.MultipleChoiceField(
        label="What to tell",
        choices=[(event.type, event.description) for event in EVENT_TYPES.values()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )

    @classmethod
    def of(cls, endpoint: WebhookEndpoint, data: Any = None) -> "EndpointForm":
        """The form of an endpoint that is there."""
        names = ("url", "description", "event_types")
        return cls(data, initial={name: getattr(endpoint, name) for name in names})
