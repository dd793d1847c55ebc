"""Talks: asked for, told about, deleted. A talk is a clip with a render; everything that holds for those holds here."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.ids import is_id, new_id
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.selectors import access_organization
from accounts.services import audit_record, authorize
from consent.gate import Action
from projects.batches.template import plain_value
from projects.lexicon import entries_in, lexicon_of
from projects.models import RECORDING_VOICE, Aspect, Clip, Portrait, Recording
from projects.moderation.selectors import stopped_because
from projects.retention.deleting import thing_delete
from projects.services import clip_create, silence_keep
from rendering.did.errors import DidError
from rendering.did.manner import direction_of, style_of
from rendering.did.models import DidTalk, TalkKind
from rendering.did.sources import portrait_from, recording_from
from rendering.did.values import TalkWanted
from rendering.did.voices import voice_for
from rendering.engine.speech import check_words
from rendering.forms import title_of
from rendering.gating import ask, ask_all
from rendering.models import Render
from rendering.selectors import latest_render
from rendering.services import ConsentMissing, request_render
from rendering.states import RenderState

RESULT_HOURS = 24
ANIMATION_SECONDS = 8.0
_SALT = "rendering.did.result"
_STATUS = {
    RenderState.QUEUED: "created",
    RenderState.RUNNING: "started",
    RenderState.PUBLISHED: "done",
    RenderState.FAILED: "error",
    RenderState.CANCELLED: "error",
    RenderState.REFUSED: "rejected",
}
PENDING = ("created", "started")
# What a render ends with, by the beginning of its code, as a kind of this interface.
_ERROR_KINDS = (("face", "FaceError"), ("photo", "SourceError"), ("sound", "SourceError"), ("recording", "SourceError"))


def talk_create(
    *, organization: Organization, acting_user: User, wanted: TalkWanted, kind: TalkKind = TalkKind.TALK
) -> DidTalk:
    """Have a talk made. Raises DidError, ConsentMissing (after asking), NotEnoughCredits, EngineError."""
    authorize(organization=organization, acting_user=acting_user, act=Act.RENDER)
    portrait = portrait_from(organization=organization, acting_user=acting_user, source_url=wanted.source_url)
    recording = _recording(organization, acting_user, wanted, kind, portrait)
    values = _clip_values(wanted, kind, portrait, recording)
    _ask_first(organization, acting_user, portrait, recording, values)
    with transaction.atomic():
        clip = clip_create(
            organization=organization, acting_user=acting_user, portrait=portrait, recording=recording, **values
        )
        request_render(organization=organization, acting_user=acting_user, clip=clip)
        talk = DidTalk.objects.create(
            id=new_id("tlk" if kind == TalkKind.TALK else "anm"),
            organization=organization,
            created_by=acting_user,
            kind=kind,
            clip=clip,
            name=wanted.name,
            source_url=wanted.source_url,
            driver_url=wanted.driver_url,
            webhook=wanted.webhook,
            user_data=wanted.user_data,
            config=wanted.config,
            unused=list(wanted.unused),
        )
        audit_record(
            organization=organization,
            acting_user=acting_user,
            action=f"did.{kind}-requested",
            object_id=talk.pk,
            data={"clip": clip.pk},
        )
    return talk


def _recording(
    organization: Organization, acting_user: User, wanted: TalkWanted, kind: TalkKind, portrait: Portrait
) -> Recording | None:
    if kind == TalkKind.ANIMATION:
        return silence_keep(
            organization=organization, acting_user=acting_user, project=portrait.project, seconds=ANIMATION_SECONDS
        )
    if not wanted.audio_url:
        return None
    return recording_from(
        organization=organization, acting_user=acting_user, audio_url=wanted.audio_url, project=portrait.project
    )


def _clip_values(wanted: TalkWanted, kind: TalkKind, portrait: Portrait, recording: Recording | None) -> dict[str, Any]:
    silent = kind == TalkKind.ANIMATION
    voice, words = RECORDING_VOICE, ""
    if recording is None:
        voice = voice_for(wanted.voice_id, wanted.language).id
        words = wanted.words if wanted.ssml else plain_value(wanted.words)
        lexicon = entries_in(words, lexicon_of(portrait.organization))
        words = check_words(words, voice=voice, lexicon=lexicon)
    return {
        "words": words,
        "voice": voice,
        "style": style_of(wanted.driver_url, silent=silent),
        "direction": "" if silent else direction_of(wanted.expressions, wanted.voice_config),
        # Without stitching its clients expect the face, cut out of the picture.
        "aspect": Aspect.PHOTO if wanted.stitch or silent else Aspect.SQUARE,
        "captions": wanted.subtitles,
        "title": wanted.name or title_of(words, portrait),
    }


def _ask_first(
    organization: Organization,
    acting_user: User,
    portrait: Portrait,
    recording: Recording | None,
    values: Mapping[str, Any],
) -> None:
    """No clip is left behind where nobody agreed; the question is. Raises ConsentMissing."""
    draft = Clip(organization=organization, project=portrait.project, portrait=portrait, recording=recording, **values)
    decision = ask(draft, Action.SUBMIT)
    if decision.allowed:
        return
    stopped = bool(stopped_because(draft, Action.SUBMIT))
    links = () if stopped else ask_all(organization=organization, acting_user=acting_user, clip=draft)
    raise ConsentMissing(decision, links)


def access_talk(user: User, talk_id: str, *, act: Act = Act.VIEW) -> DidTalk:
    """The talk or animation, for a member of its organisation whose role may do `act`; else Http404."""
    if not is_id(talk_id, "tlk") and not is_id(talk_id, "anm"):
        raise Http404
    found = DidTalk.objects.select_related("organization", "clip__portrait__subject", "clip__recording")
    talk = found.filter(pk=talk_id).exclude(clip=None).first()
    if talk is None:
        raise Http404
    access_organization(user, talk.organization_id, act=act)
    return talk


def talks_of(organization: Organization, kind: TalkKind) -> QuerySet[DidTalk]:
    """The organisation's talks, or animations, newest first."""
    talks = DidTalk.objects.filter(organization=organization, kind=kind).exclude(clip=None)
    return talks.select_related("organization", "clip__portrait__subject", "clip__recording")


def talk_delete(*, organization: Organization, acting_user: User, talk: DidTalk) -> dict[str, Any]:
    """Remove the talk with its clip; what it was. Raises DidError while it is being made."""
    authorize(organization=organization, acting_user=acting_user, act=Act.DELETE)
    told = talk_told(talk)
    if told["status"] in PENDING:
        raise DidError("NotReadyError", "This talk is being made. It can be deleted when that is over.")
    if talk.clip is not None:
        thing_delete(organization=organization, acting_user=acting_user, thing=talk.clip)
    DidTalk.objects.filter(pk=talk.pk).delete()
    audit_record(
        organization=organization, acting_user=acting_user, action=f"did.{talk.kind}-deleted", object_id=talk.pk
    )
    return told


def talk_created(talk: DidTalk) -> dict[str, Any]:
    """The short answer to a request for a talk."""
    return {
        "id": talk.pk,
        "object": str(talk.kind),
        "created_at": moment(talk.created_at),
        "created_by": talk.created_by_id,
        "status": "created",
    }


def talk_told(talk: DidTalk) -> dict[str, Any]:
    """The talk as its clients know it. `audio_url` and `started_at` are there from the beginning, empty until they are
    known; `result_url` is there once there is a result: there are clients that wait for it to appear.
    """
    clip = talk.clip
    made = latest_render(clip) if clip else None
    status = _status(talk, made)
    link = result_url(talk) if status == "done" else ""
    answer: dict[str, Any] = {
        "id": talk.pk,
        "object": str(talk.kind),
        "user_id": talk.created_by_id,
        "created_by": talk.created_by_id,
        "created_at": moment(talk.created_at),
        "started_at": moment(made.started_at) if made and made.started_at else "",
        "modified_at": moment(_modified(talk, made)),
        "status": status,
        "source_url": talk.source_url,
        "driver_url": talk.driver_url or "bank://natural",
        "audio_url": link,
        "config": talk.config,
        "metadata": _metadata(talk, made, status),
        "face": _face(clip) if clip else {},
    }
    answer |= {name: value for name in ("name", "user_data", "webhook") if (value := getattr(talk, name))}
    if status == "done" and made:
        answer |= {"result_url": link, "duration": made.report.get("duration", 0.0)}
    if status in ("error", "rejected"):
        answer["error"] = _error(made)
    return answer


def _status(talk: DidTalk, made: Render | None) -> str:
    if made is None or talk.clip is None:
        return "created"
    status = _STATUS[RenderState(made.state)]
    if status == "done" and not ask(talk.clip, Action.DOWNLOAD, made_at=made.created_at).allowed:
        return "rejected"
    return status


def _error(made: Render | None) -> dict[str, Any]:
    code = made.error_code if made else ""
    if made is None or made.state == RenderState.CANCELLED:
        return {"kind": "UnknownError", "description": "It was cancelled.", "details": {}}
    if made.state in (RenderState.REFUSED, RenderState.PUBLISHED):
        told = made.error_message or "The consent that it was made with does not hold any more."
        return {"kind": "ConsentRequiredError", "description": told, "details": {"code": code}}
    kind = next((kind for begin, kind in _ERROR_KINDS if code.startswith(begin)), "UnknownError")
    return {"kind": kind, "description": made.error_message, "details": {"code": code, "advice": made.error_advice}}


def _metadata(talk: DidTalk, made: Render | None, status: str) -> dict[str, Any]:
    """What is known of the film; `unused` is ours: what was asked for and has no counterpart here."""
    clip = talk.clip
    metadata: dict[str, Any] = {
        "driver_url": talk.driver_url or "bank://natural",
        "mouth_open": False,
        "num_faces": len(clip.portrait.faces) if clip else 0,
        "unused": talk.unused,
    }
    if status == "done" and made:
        report = made.report
        metadata |= {
            "num_frames": report.get("frames", 0),
            "processing_fps": report.get("fps", 0),
            "resolution": report.get("resolution", []),
            "size_kib": round(float(report.get("bytes", 0) or 0) / 1024, 1),
        }
    return metadata


def _face(clip: Clip) -> dict[str, Any]:
    """The face that speaks, in px of the picture."""
    faces = clip.portrait.faces
    if not faces:
        return {}
    chosen = faces[min(clip.portrait.face_index, len(faces) - 1)]
    return face_told(chosen["box"], float(chosen["score"]), index=clip.portrait.face_index, several=len(faces) > 1)


def face_told(box: list[float], score: float, *, index: int, several: bool) -> dict[str, Any]:
    """A face (x, y, w, h px) as this interface tells it."""
    x, y, width, height = box
    return {
        "mask_confidence": -1,
        "detection": [x, y, x + width, y + height],
        "overlap": "NO" if not several else "UNKNOWN",
        "size": round(max(width, height)),
        "top_left": [round(x), round(y)],
        "face_id": index,
        "detect_confidence": round(score, 4),
    }


def result_url(talk: DidTalk) -> str:
    """An address that shows the film for a day, to whoever has it; the gate is asked each time it is used."""
    token = dumps([talk.pk, int((timezone.now() + timedelta(hours=RESULT_HOURS)).timestamp())], salt=_SALT)
    return settings.LIKENESS_SITE_URL + reverse("did:result", args=[token, f"{talk.pk}.mp4"])


def talk_by_result(token: str) -> DidTalk | None:
    """The talk that a result's address is for; None for one that is forged or whose day is over."""
    try:
        talk_id, until = loads(token, salt=_SALT)
    except (BadSignature, ValueError):
        return None
    if not isinstance(until, int) or timezone.now().timestamp() >= until:
        return None
    return DidTalk.objects.select_related("clip").filter(pk=str(talk_id)).exclude(clip=None).first()


def _modified(talk: DidTalk, made: Render | None) -> datetime:
    return (made.finished_at or made.started_at or made.created_at) if made else talk.created_at


def moment(at: datetime) -> str:
    """As its clients parse it: milliseconds, UTC as Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
