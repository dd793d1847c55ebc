"""Calling the talks interface as its clients do, and checking what comes back against the interface's own schemas."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema
from django.test import Client

from accounts.models import Organization
from accounts.services import credits_grant
from projects.models import Portrait
from rendering.did.models import DidUpload, UploadKind
from rendering.did.sources import upload_create, upload_url
from tests.api import key_for
from tests.factories import PortraitFactory, statement_for

SCHEMAS = json.loads((Path(__file__).parent / "interface.json").read_text())
# What its own answers hold besides what the published schemas name, and clients read.
KNOWN_BESIDES = {
    "talk": {"object", "duration", "name", "user_data", "face", "error"},
}
JPEG = b"\xff\xd8\xff\xe0 not a whole picture"
WAV_HEAD = b"RIFF"


def check(name: str, answer: Any) -> Any:
    """The answer, if it is as the interface says."""
    jsonschema.validate(_plain(name, answer), SCHEMAS[name])
    return answer


def _plain(name: str, answer: Any) -> Any:
    """Without what is known besides; empty texts stand for what is not known yet, and are no addresses."""
    if name == "talks":
        return {**answer, "talks": [_plain("talk", talk) for talk in answer["talks"]]}
    if name != "talk":
        return answer
    besides = KNOWN_BESIDES["talk"]
    return {key: value for key, value in answer.items() if key not in besides and value != ""}


def basic(user: str, password: str = "") -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def did_client(organization: Organization, **options: Any) -> Client:
    """A client with a key of the organisation, in the commonest spelling."""
    return Client(headers={"Authorization": basic(key_for(organization, **options).secret)})


def post(client: Client, path: str, body: object) -> Any:
    return client.post(f"/did{path}", body, content_type="application/json")


def invented_source(*, seconds: int = 600, data: bytes = JPEG) -> tuple[Portrait, str]:
    """A figure that never lived, in an organisation with seconds, and the address of an upload of its picture."""
    portrait = PortraitFactory(subject__kind="fictional", sha256=hashlib.sha256(data).hexdigest())
    statement_for(portrait.subject)
    if seconds:
        credits_grant(organization=portrait.organization, seconds=seconds, reason="test")
    return portrait, upload_url(uploaded(portrait, data))


def uploaded(portrait: Portrait, data: bytes = JPEG, kind: UploadKind = UploadKind.IMAGE) -> DidUpload:
    """An upload in the portrait's organisation."""
    return upload_create(
        organization=portrait.organization, acting_user=portrait.created_by, kind=kind, name="face.jpg", data=data
    )


def talk_body(source_url: str, **changes: Any) -> dict[str, Any]:
    script = {
        "type": "text",
        "input": "Hello from the museum.",
        "provider": {"type": "microsoft", "voice_id": "en-US-JennyNeural"},
    }
    return {"source_url": source_url, "script": script, **changes}
