"""{% kept_until thing "recording" %}: when a thing is deleted, beside the thing."""

from typing import Any

from django import template
from django.db.models import Model

from projects.retention.classes import DataClass
from projects.retention.selectors import deletion_of

register = template.Library()


@register.inclusion_tag("projects/kept_until.html")
def kept_until(thing: Model | None, data_class: str) -> dict[str, Any]:
    """The date of deletion of a thing of this class; nothing where no date ends it."""
    return {"deletion": deletion_of(thing, DataClass(data_class)) if thing is not None else None}
