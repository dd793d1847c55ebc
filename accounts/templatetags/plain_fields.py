"""What comes from packages, shown as ours is."""

import re

from django import template
from django.forms import BoundField, CheckboxInput
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def plain(field: BoundField) -> SafeString:
    """The control without a placeholder: the label above it says the same."""
    return field.as_widget(attrs={"placeholder": ""})


@register.filter
def is_tick(field: BoundField) -> bool:
    """Whether it is a box to tick, whose label is a sentence beside it."""
    return isinstance(field.field.widget, CheckboxInput)


# The first that is found counts: Edge says that it is Chrome too, Chrome that it is Safari too.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """What a person calls the program and the machine that a User-Agent header comes from."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or re.sub(r"[^\w ./()-]", "", user_agent)[:60] or "An unknown browser"
