"""A copy of everything that an organisation has, to take along: a ZIP of its pictures, recordings and clips, with what
is known of them as JSON. The apps above add what they have.
"""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from accounts.models import AuditEvent, Membership, Organization, User
from accounts.permissions import Act, may
from accounts.selectors import role_of
from accounts.services import audit_record
from consent.models import ConsentEvent, ConsentRequest, Subject
from projects.models import Clip, Portrait, Project, Recording, Scene
from projects.moderation.models import Decision
from projects.moderation.selectors import pictures_taken_down
from projects.retention.models import DeletionCertificate, RetentionPolicy

_CHUNK = 1 << 20


@dataclass(frozen=True)
class TakenAlong:
    """A stored file, and what it is called in the copy."""

    key: str
    name: str


# Gets the organisation; gives the files that an app has of it.
Source = Callable[[Organization], Iterable[TakenAlong]]
_sources: list[Source] = []


def on_export(source: Source) -> Source:
    """Have `source` asked for its files; a decorator, or for AppConfig.ready()."""
    if source not in _sources:
        _sources.append(source)
    return source


def may_export(user: User, organization: Organization) -> bool:
    """Owners may, also while the organisation is suspended: what they brought here is theirs."""
    return may(role_of(user, organization), Act.OWN)


@transaction.atomic
def export_record(*, organization: Organization, acting_user: User) -> None:
    """That somebody took a copy stands in the log."""
    audit_record(
        organization=organization, acting_user=acting_user, action="organization.exported", object_id=organization.pk
    )


def export_write(organization: Organization, target: IO[bytes]) -> None:
    """Write the copy as a ZIP. What a moderator took down is named in the data and not among the files."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        data = json.dumps(_data_of(organization), cls=DjangoJSONEncoder, indent=1, ensure_ascii=False)
        archive.writestr("data.json", data, zipfile.ZIP_DEFLATED)
        for source in (_own_files, *_sources):
            for file in source(organization):
                _copy(archive, file)


def _copy(archive: zipfile.ZipFile, file: TakenAlong) -> None:
    if not default_storage.exists(file.key):
        return
    with default_storage.open(file.key, "rb") as stored, archive.open(file.name, "w") as member:
        while chunk := stored.read(_CHUNK):
            member.write(chunk)


def _own_files(organization: Organization) -> Iterator[TakenAlong]:
    portraits = list(Portrait.objects.filter(organization=organization, erased_at=None))
    taken_down = pictures_taken_down(portraits)
    for portrait in portraits:
        if portrait.pk not in taken_down:
            yield TakenAlong(str(portrait.image.name), f"pictures/{portrait.pk}{_suffix(portrait.image.name)}")
    for recording in Recording.objects.filter(organization=organization, erased_at=None):
        yield TakenAlong(str(recording.file.name), f"recordings/{recording.pk}{_suffix(recording.file.name)}")


def _suffix(key: str | None) -> str:
    return f".{(key or '').rpartition('.')[2]}"


def _data_of(organization: Organization) -> dict[str, Any]:
    own = {"organization": organization}

    def rows(model: Any, *fields: str, **also: Any) -> list[dict[str, Any]]:
        return list(model._default_manager.filter(**own, **also).order_by("pk").values(*fields))

    return {
        "organization": {
            "id": organization.pk,
            "name": organization.name,
            "kind": organization.kind,
            "created_at": organization.created_at,
        },
        "members": rows(Membership, "user__email", "user__full_name", "role", "created_at"),
        "projects": rows(Project, "id", "name", "created_at"),
        "subjects": rows(Subject, "id", "kind", "name", "statement", "statement_source", "created_at"),
        "pictures": rows(Portrait, "id", "project_id", "subject_id", "name", "sha256", "created_at", "erased_at"),
        "recordings": rows(Recording, "id", "project_id", "name", "sha256", "duration", "created_at", "erased_at"),
        "clips": rows(
            Clip, "id", "project_id", "portrait_id", "recording_id", "title", "words", "voice", "style", "created_at"
        ),
        "scenes": rows(Scene, "id", "clip_id", "place", "portrait_id", "recording_id", "words", "voice", "style"),
        "questions": rows(ConsentRequest, "id", "subject_id", "purpose", "created_at", "expires_at", "holds_until"),
        "consent": rows(ConsentEvent, "id", "subject_id", "request_id", "scope", "state", "grantor_kind", "at", "hash"),
        "decisions": list(
            Decision.objects.filter(case__organization=organization).values("id", "verdict", "reason", "at")
        ),
        "retention": rows(RetentionPolicy, "project_id", "days", "ends_on"),
        "certificates": rows(DeletionCertificate, "sequence", "object_id", "data_class", "cause", "at", "signed"),
        "log": rows(AuditEvent, "sequence", "actor_id", "action", "object_id", "data", "at", "hash"),
    }
