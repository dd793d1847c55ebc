"""Where an uploaded file comes from: out of the form, or out of the object store it was put into before."""

from typing import Any

from rest_framework.exceptions import ValidationError

from accounts.models import Organization


def content_of(organization: Organization, values: dict[str, Any], field: str) -> bytes:
    """The bytes of `field`. Raises ValidationError where there are none."""
    file = values.pop(field, None)
    if file is None:
        raise ValidationError({field: ["Send the file."]})
    content: bytes = file.read()
    return content
