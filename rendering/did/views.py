"""/did: what clients of the talks interface ask for, under the addresses that they know."""

import base64
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView, Door
from accounts.api.idempotency import idempotent
from accounts.api.scopes import Resource
from accounts.models import CreditEntry, CreditKind
from accounts.permissions import Act
from accounts.scopes import across_tenants
from accounts.selectors import credits_available
from consent.gate import Action
from projects.media import signed_url
from rendering.did import errors, sources
from rendering.did.authorization import DidAuthentication
from rendering.did.errors import DidError
from rendering.did.models import DidTalk, DidUpload, TalkKind, UploadKind
from rendering.did.notices import signing_secret
from rendering.did.talks import (
    access_talk,
    face_told,
    moment,
    talk_by_result,
    talk_create,
    talk_created,
    talk_delete,
    talk_told,
    talks_of,
)
from rendering.did.values import animation_wanted, bad, mapping, talk_wanted, text, truth
from rendering.did.voices import PROVIDERS, is_known, language_name, voice_for
from rendering.engine.speech import VOICES, Voice
from rendering.gating import ask
from rendering.selectors import latest_render
from rendering.states import RenderState

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
# Ours do not expire, and their field is a must.
NEVER = "2099-12-31T23:59:59.000Z"


class DidView(ApiView):
    """A view of this interface: its own spellings of a key, its own errors; else as the rest of the API."""

    schema = None  # type: ignore[assignment]  # it is described elsewhere, by those who made it
    authentication_classes = (DidAuthentication,)  # type: ignore[assignment]
    parser_classes = (JSONParser, MultiPartParser, FormParser)

    def get_exception_handler(self) -> Any:
        return errors.exception_handler


class TalksView(DidView):
    resource = Resource.RENDERS
    acts: ClassVar[Mapping[str, tuple[Act, ...]]] = {"POST": (Act.RENDER,)}
    kind: ClassVar[TalkKind] = TalkKind.TALK

    def get(self, request: Request) -> Response:
        """The newest first; `token` leads to the next ones."""
        talks = talks_of(self.organization, self.kind)
        limit = _limit(request.query_params.get("limit"))
        if token := request.query_params.get("token"):
            at, pk = _read_token(token)
            talks = talks.filter(created_at__lte=at).exclude(created_at=at, pk__gte=pk)
        found = list(talks[: limit + 1])
        more, found = len(found) > limit, found[:limit]
        answer: dict[str, Any] = {f"{self.kind}s": [talk_told(talk) for talk in found]}
        if more:
            answer["token"] = _token(found[-1])
        return Response(answer)

    @idempotent(one_transaction=False)
    def post(self, request: Request) -> Response:
        wanted = talk_wanted(request.data) if self.kind == TalkKind.TALK else animation_wanted(request.data)
        talk = talk_create(organization=self.organization, acting_user=self.user, wanted=wanted, kind=self.kind)
        return Response(talk_created(talk), status=201)


class AnimationsView(TalksView):
    kind = TalkKind.ANIMATION


class TalkView(DidView):
    resource = Resource.RENDERS
    doors: ClassVar[Mapping[str, Door]] = {"talk": access_talk}
    kind: ClassVar[TalkKind] = TalkKind.TALK

    def get(self, request: Request, talk: DidTalk) -> Response:
        self._check_kind(talk)
        return Response(talk_told(talk))

    def delete(self, request: Request, talk: DidTalk) -> Response:
        self._check_kind(talk)
        return Response(talk_delete(organization=self.organization, acting_user=self.user, talk=talk))

    def _check_kind(self, talk: DidTalk) -> None:
        if talk.kind != self.kind:
            raise Http404


class AnimationView(TalkView):
    kind = TalkKind.ANIMATION


class _UploadsView(DidView):
    """POST of a file, or of the address of one."""

    kind: ClassVar[UploadKind]
    field: ClassVar[str]

    def taken(self, request: Request) -> tuple[bytes, str]:
        """The bytes that were sent, and the name of their file."""
        upload = request.FILES.get(self.field) if request.FILES else None
        if upload is not None:
            if (upload.size or 0) > sources.MAX_BYTES[self.kind]:
                raise bad(f"The file is bigger than {sources.MAX_BYTES[self.kind] // 1_000_000} MB.")
            return upload.read(), upload.name or ""
        address = text(mapping(_plain(request.data), "The body").get("source_url"), "source_url")
        if not address:
            raise bad(f"The file is missing: send it as “{self.field}” of a form.")
        return sources.content_of(self.organization, address, self.kind)

    def keep(self, data: bytes, name: str) -> DidUpload:
        return sources.upload_create(
            organization=self.organization, acting_user=self.user, kind=self.kind, name=name, data=data
        )


class ImagesView(_UploadsView):
    resource = Resource.PORTRAITS
    kind = UploadKind.IMAGE
    field = "image"

    def post(self, request: Request) -> Response:
        """Keeps a picture for a day, and says which faces are on it."""
        data, name = self.taken(request)
        sources.checked_suffix(self.kind, data, limit=sources.MAX_BYTES[self.kind])
        wanted = mapping(_plain(request.data), "The body").get("detect_faces", True)
        faces, _ = _faces(data) if truth(wanted, "detect_faces") else ([], (0, 0))
        upload = self.keep(data, name)
        return Response({"url": sources.upload_url(upload), "id": upload.pk, "faces": faces}, status=201)


class AudiosView(_UploadsView):
    resource = Resource.RECORDINGS
    kind = UploadKind.AUDIO
    field = "audio"

    def post(self, request: Request) -> Response:
        """Keeps a sound for a day."""
        data, name = self.taken(request)
        sources.checked_suffix(self.kind, data, limit=sources.MAX_BYTES[self.kind])
        duration = _duration(data)
        upload = self.keep(data, name)
        return Response({"url": sources.upload_url(upload), "id": upload.pk, "duration": duration}, status=201)


class UploadView(DidView):
    """DELETE of an upload of one kind."""

    kind: ClassVar[UploadKind]
    acts: ClassVar[Mapping[str, tuple[Act, ...]]] = {"DELETE": (Act.CREATE,)}

    def delete(self, request: Request, upload_id: str) -> Response:
        upload = DidUpload.objects.filter(pk=upload_id, organization=self.organization, kind=self.kind).first()
        if upload is None:
            raise Http404
        sources.upload_delete(organization=self.organization, acting_user=self.user, upload=upload)
        return Response(status=204)


class ImageView(UploadView):
    resource = Resource.PORTRAITS
    kind = UploadKind.IMAGE


class AudioView(UploadView):
    resource = Resource.RECORDINGS
    kind = UploadKind.AUDIO


class FaceDetectionView(DidView):
    resource = Resource.PORTRAITS
    acts: ClassVar[Mapping[str, tuple[Act, ...]]] = {"POST": (Act.CREATE,)}

    def post(self, request: Request) -> Response:
        """Where faces are on a picture; nothing of it is kept."""
        values = mapping(request.data, "The body")
        data, _ = sources.content_of(self.organization, text(values.get("source_url"), "source_url"), UploadKind.IMAGE)
        faces, (width, height) = _faces(data)
        crops = [face["detection"] for face in faces]
        return Response(
            {"faceCrops": crops, "metadata": {"length": len(data), "width": width, "height": height}},
        )


class CreditsView(DidView):
    resource = Resource.ORGANIZATION

    def get(self, request: Request) -> Response:
        """What is left. A credit is a second of video here."""
        remaining = credits_available(self.organization)
        granted = CreditEntry.objects.filter(organization=self.organization, kind=CreditKind.GRANT)
        total = max(remaining, sum(granted.values_list("seconds", flat=True)))
        since = moment(self.organization.created_at)
        one = {
            "owner_id": self.organization.pk,
            "created_at": since,
            "modified_at": since,
            "valid_from": since,
            "expire_at": NEVER,
            "remaining": remaining,
            "total": total,
        }
        return Response({"credits": [one], "remaining": remaining, "total": total})


class WebhookSecretView(DidView):
    """Ours, not theirs: what the signatures of webhooks are checked with."""

    resource = Resource.WEBHOOKS
    acts: ClassVar[Mapping[str, tuple[Act, ...]]] = {"GET": (Act.INTEGRATE,)}

    def get(self, request: Request) -> Response:
        return Response({"secret": signing_secret(self.organization)})


class VoicesView(DidView):
    def get(self, request: Request) -> Response:
        """The voices that speak here; one that is asked for by another's name is told under that name."""
        provider = request.query_params.get("provider") or "microsoft"
        if provider not in PROVIDERS:
            raise bad(f"provider is one of: {', '.join(PROVIDERS)}.")
        asked = (request.query_params.get("id") or "").strip()
        if asked:
            found = [_voice(voice_for(asked), provider, called=asked)] if is_known(asked) else []
            return Response(found)
        return Response([_voice(voice, provider) for voice in VOICES.values()])


@never_cache
@require_safe
def result(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """The film of a talk, for whoever has its address, for a day; the gate is asked, and what it says holds."""
    with across_tenants("an address that was handed out opens one clip, whoever has it"):
        talk = talk_by_result(token)
        made = latest_render(talk.clip) if talk and talk.clip else None
        if made is None or made.state != RenderState.PUBLISHED:
            raise Http404
        if not ask(made.clip, Action.DOWNLOAD, made_at=made.created_at).allowed:
            raise Http404
        return redirect(signed_url(made.output_key))


def _faces(data: bytes) -> tuple[list[dict[str, Any]], tuple[int, int]]:
    """The faces on a picture as this interface tells them, and its size. Raises PhotoError for no picture."""
    from rendering.engine.faces import find_faces, read_photo  # noqa: PLC0415  loads models

    photo = read_photo(data)
    found = find_faces(photo)
    told = []
    for index, face in enumerate(found):
        box = [float(value) for value in face.box]
        whole = face_told(box, float(face.score), index=index, several=len(found) > 1)
        left, top, right, bottom = whole.pop("detection")
        whole.pop("mask_confidence")
        whole["face_id"] = str(index)
        whole["detection"] = {"left": left, "top": top, "right": right, "bottom": bottom}
        told.append(whole)
    return told, (photo.shape[1], photo.shape[0])


def _duration(data: bytes) -> float:
    """Of a sound, s. Raises SoundError."""
    from rendering.engine.speech import read_recording  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(data)
        return round(read_recording(path).duration, 3)


def _voice(voice: Voice, provider: str, *, called: str = "") -> dict[str, Any]:
    # By its English name: clients look for the word “English”, not for a tag.
    language = language_name(voice.language)
    return {
        "id": called or voice.id,
        "name": voice.name,
        "gender": voice.gender,
        "access": "public",
        "provider": provider,
        "language": f"{language} ({voice.accent})" if voice.accent else language,
        "languages": [{"language": language, "locale": voice.language, "accent": voice.accent}],
        "styles": [],
        "description": voice.character,
    }


def _plain(data: Any) -> Any:
    """A form's fields as plain values."""
    return {name: data.get(name) for name in data} if hasattr(data, "getlist") else data


def _limit(said: str | None) -> int:
    if not said:
        return DEFAULT_LIMIT
    if not said.isascii() or not said.isdigit() or not 1 <= int(said[:6]) <= MAX_LIMIT:
        raise bad(f"limit is a number from 1 to {MAX_LIMIT}.")
    return int(said)


def _token(talk: DidTalk) -> str:
    return base64.urlsafe_b64encode(json.dumps([talk.created_at.isoformat(), talk.pk]).encode()).decode()


def _read_token(token: str) -> tuple[Any, str]:
    try:
        at, pk = json.loads(base64.b64decode(token.encode(), altchars=b"-_", validate=True))
        when = parse_datetime(at)
    except (ValueError, TypeError) as error:
        raise DidError("BadRequestError", "This token is none of this list.") from error
    if when is None or when.tzinfo is None or not isinstance(pk, str) or "\x00" in pk:
        raise DidError("BadRequestError", "This token is none of this list.")
    return when, pk
