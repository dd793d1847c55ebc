"""Files that come in: with the request itself, or put away before, straight into the object store where there is one.

What was put away is looked at in the same way when it is used; until then it belongs to nothing, and the daily sweep
removes it like any other orphan.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, dumps, loads
from django.http import Http404

from accounts.ids import new_id
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.selectors import access_organization
from projects.retention.files import file_erase

_SALT = "projects.api.upload"
# The form is good for so long; what was put away can be used for a day.
FORM_SECONDS = 900
USE_SECONDS = 86_400


@dataclass(frozen=True)
class Upload:
    """A place for one file. `token` names it, and cannot be made up."""

    organization_id: str
    key: str
    token: str


@dataclass(frozen=True)
class Form:
    """Where and with which fields to send the file, as the field “file” of a multipart form."""

    url: str
    fields: dict[str, str]
    direct: bool


def upload_new(organization: Organization) -> Upload:
    """A place for a file that is going to be sent."""
    key = f"org/{organization.pk}/uploads/{new_id('upl')}"
    return Upload(organization.pk, key, dumps([organization.pk, key], salt=_SALT))


def access_upload(user: User, token: str, *, act: Act = Act.CREATE) -> Upload:
    """The place, for a member of its organisation whose role may do `act`; else Http404."""
    try:
        organization_id, key = loads(token, salt=_SALT, max_age=USE_SECONDS)
    except (BadSignature, ValueError) as error:
        raise Http404 from error
    access_organization(user, organization_id, act=act)
    return Upload(organization_id, key, token)


def form_of(upload: Upload, *, site_url: str) -> Form:
    """How to send the file: to the object store by a presigned form, or to this site at `site_url`."""
    storage: Any = default_storage
    if not hasattr(storage, "bucket"):
        return Form(site_url, {}, direct=False)
    signed = storage.connection.meta.client.generate_presigned_post(
        storage.bucket_name,
        storage._normalize_name(upload.key),
        Conditions=[["content-length-range", 1, max_bytes()]],
        ExpiresIn=FORM_SECONDS,
    )
    return Form(signed["url"], signed["fields"], direct=True)


def put_away(upload: Upload, file: File) -> None:
    """Keep what was sent through the site; a second file in the same place is refused."""
    if default_storage.exists(upload.key):
        raise ValidationError({"file": "There is a file already. Ask for another place."})
    default_storage.save(upload.key, file)


def content_of(user: User, organization: Organization, values: dict[str, Any], field: str) -> bytes:
    """The bytes that the request holds in `field`, or that its `upload` names. Raises ValidationError by field.

    What was put away is gone then: it is kept as what it was uploaded for, or not at all.
    """
    file, token = values.pop(field, None), values.pop("upload", None)
    if (file is None) == (token is None):
        raise ValidationError({field: f"Send the file as “{field}”, or name an “upload”; one of the two."})
    if file is not None:
        content: bytes = file.read()
        return content
    try:
        upload = access_upload(user, token)
    except Http404:
        upload = None
    if upload is None or upload.organization_id != organization.pk or not default_storage.exists(upload.key):
        raise ValidationError({"upload": "There is no such upload, or it was used."})
    if default_storage.size(upload.key) > max_bytes():
        file_erase(upload.key)
        raise ValidationError({"upload": f"A file may have up to {settings.LIKENESS_MAX_UPLOAD_MB} MB."})
    with default_storage.open(upload.key, "rb") as kept:
        content = kept.read()
    file_erase(upload.key)
    return content


def max_bytes() -> int:
    return int(settings.LIKENESS_MAX_UPLOAD_MB * 1_000_000)
