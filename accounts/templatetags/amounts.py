"""Seconds of video as people read them."""

from django import template

register = template.Library()


@register.filter
def spoken(seconds: int) -> str:
    """ "45 s", "5 min", "1 h 5 min 20 s"."""
    hours, rest = divmod(abs(int(seconds)), 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min"), (left, "s")) if number]
    return " ".join(parts) or "0 s"
