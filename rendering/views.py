"""The studio: clips, making them, watching them come about. What a finished clip is watched by: rendering.viewing."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.kinds import KINDS
from accounts.models import Organization, OrganizationKind, User
from accounts.permissions import Act
from accounts.services import NotEnoughCredits
from accounts.tenancy import in_organization, signed_in
from consent.gate import Action
from projects.lexicon import entries_in, lexicon_of
from projects.models import Clip, Portrait, Project
from projects.moderation.selectors import UNSEEN, stopped_because, stops_on
from projects.recording_views import recording_context
from projects.retention.classes import DataClass
from projects.retention.selectors import deletion_of
from projects.scenes import wishes_of
from projects.selectors import access_clip, access_portrait
from projects.services import MAX_SEED, clip_create
from projects.views import UNPROCESSABLE, picture_context
from rendering import files
from rendering.engine.errors import WordsError
from rendering.engine.motion import STYLES, read_direction
from rendering.engine.speech import check_words, estimate_seconds
from rendering.engine.video.caption_drawing import LOOKS
from rendering.forms import ClipForm, fresh_number, sent_before
from rendering.gating import ask
from rendering.models import Render
from rendering.scene_forms import SceneForm, pictures_for, scenes_of, sent_scenes
from rendering.selectors import access_render
from rendering.services import ConsentMissing, InputsErased, cancel_render, request_render
from rendering.spending import shortage_of
from rendering.standing import (
    ConsentStanding,
    clip_deletions,
    clips_with_renders,
    consent_standing,
    progress_of,
    renders_of,
    standing_of,
)
from rendering.states import RenderState
from rendering.voices import length_advice, voice_choice, voice_shown

CLIPS_A_PAGE = 24
NO_CAPTIONS = "", "None", "They still come as files, and as a track that players can show"


@require_GET
@in_organization
def studio(request: HttpRequest, organization: Organization) -> HttpResponse:
    """All clips of the organisation, newest first."""
    page = Paginator(clips_with_renders(organization), CLIPS_A_PAGE).get_page(request.GET.get("page"))
    stopped = stops_on(list(page), Action.SUBMIT)
    deletions = clip_deletions(organization, list(page))
    clips = [
        {
            "clip": clip,
            "standing": standing_of(clip, renders_of(clip), stopped.get(clip.pk, ())),
            "poster": "" if UNSEEN & set(stopped.get(clip.pk, ())) else _poster(clip),
            "deletion": deletions.get(clip.pk),
        }
        for clip in page
    ]
    context = {
        "organization": organization,
        "page": page,
        "clips": clips,
    }
    return render(request, "rendering/studio.html", context)


@require_http_methods(["GET", "POST"])
@in_organization
def clip_new(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Say what is wanted; then it is made, or the person shown is asked."""
    user = signed_in(request)
    addresses = {"estimate": reverse("rendering:estimate"), "heard": reverse("rendering:heard")}
    if request.method == "GET":
        scenes = scenes_of(user, access_clip(user, request.GET["clip"])) if request.GET.get("clip") else []
        form = ClipForm(user, addresses, initial=_first_values(request, organization), scenes=scenes)
        return _clip_form(request, organization, form)
    scenes = sent_scenes(user, _project_of(user, request.POST.get("portrait", "")), request.POST)
    form = ClipForm(user, addresses, request.POST, request.FILES, scenes=scenes)
    if form.is_valid():
        if form.sent_before():
            return redirect("rendering:studio")
        clip = form.save(organization=organization)
        if clip is not None:
            return _render_and_show(request, clip)
    return _clip_form(request, organization, form, status=UNPROCESSABLE)


@require_POST
@in_organization
def estimate(request: HttpRequest, organization: Organization) -> HttpResponse:
    """How long the words will be, and what the voice cannot say, shown beside them while they are typed."""
    context = _estimate(organization, request.POST.get("words", ""), request.POST.get("voice", ""))
    return render(request, "rendering/estimate.html", context)


@require_POST
@login_required
def heard(request: HttpRequest) -> HttpResponse:
    """What was understood of a direction, shown beside it while it is typed."""
    context = _heard(request.POST.get("direction", ""), request.POST.get("style", ""))
    return render(request, "rendering/heard.html", context)


@never_cache
@require_GET
@login_required
def clip(request: HttpRequest, clip_id: str) -> HttpResponse:
    """One clip: being made, waiting for consent, ready, or why not."""
    found = access_clip(signed_in(request), clip_id)
    return render(request, "rendering/clip.html", _clip_context(found))


@never_cache
@require_GET
@login_required
def clip_state(request: HttpRequest, clip_id: str) -> HttpResponse:
    """The part of a clip's page that lives: asked for again and again until there is something else to see."""
    found = access_clip(signed_in(request), clip_id)
    context = _clip_context(found)
    if context["panel"] != request.GET.get("panel"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, context["panel_template"], context)


@require_POST
@login_required
def clip_render(request: HttpRequest, clip_id: str) -> HttpResponse:
    """Make the clip, or make it again after it failed."""
    return _render_and_show(request, access_clip(signed_in(request), clip_id, act=Act.RENDER))


@require_POST
@login_required
def clip_take(request: HttpRequest, clip_id: str) -> HttpResponse:
    """Another take: the same picture and words with another seed, as a clip of its own."""
    user = signed_in(request)
    old = access_clip(user, clip_id, act=Act.CREATE)
    if old.inputs_erased:
        messages.error(request, str(InputsErased()))
        return redirect("rendering:clip", clip_id)
    if sent_before(user.pk, clip_id, request.POST.get("once") or fresh_number()):
        return redirect("rendering:studio")
    names = (
        "portrait",
        "words",
        "recording",
        "voice",
        "style",
        "direction",
        "aspect",
        "captions",
        "caption_look",
        "commercial",
        "public",
        "topic",
        "head",
        "background",
        "background_colour",
        "backdrop",
        "music",
        "music_level",
        "title_card",
        "end_card",
        "title",
        "layout",
        "caption_names",
    )
    values = {name: getattr(old, name) for name in names} | {"scenes": wishes_of(old)}
    seed = secrets.randbelow(MAX_SEED)
    return _render_and_show(request, clip_create(organization=old.organization, acting_user=user, seed=seed, **values))


@require_POST
@login_required
def render_cancel(request: HttpRequest, render_id: str) -> HttpResponse:
    """Stop a render that is not finished."""
    user = signed_in(request)
    found = access_render(user, render_id, act=Act.RENDER)
    if cancel_render(organization=found.organization, acting_user=user, render=found):
        messages.success(request, "Stopped. Nothing was charged.")
    return redirect("rendering:clip", found.clip_id)


def _render_and_show(request: HttpRequest, clip: Clip) -> HttpResponse:
    """Ask for the clip to be made, and go to its page, which says what is missing where something is."""
    try:
        request_render(organization=clip.organization, acting_user=signed_in(request), clip=clip)
    except InputsErased as error:
        messages.error(request, str(error))
    except (ConsentMissing, NotEnoughCredits):
        pass  # the clip's page says what is missing, for as long as it is
    return redirect("rendering:clip", clip.pk)


def _first_values(request: HttpRequest, organization: Organization) -> dict[str, Any]:
    """What a new form begins with: the defaults of the organisation's kind, a portrait, or another clip that shall be
    changed.
    """
    if not (clip_id := request.GET.get("clip")):
        defaults = KINDS[OrganizationKind(organization.kind)]
        return {
            "portrait": request.GET.get("portrait", ""),
            "style": defaults.style,
            "commercial": defaults.commercial,
            "public": defaults.public,
        }
    old = access_clip(signed_in(request), clip_id)
    names = ("words", "title", "voice", "style", "direction", "aspect", "commercial", "public", "background")
    return {
        **{name: getattr(old, name) for name in names},
        "portrait": "" if old.portrait.erased_at else old.portrait_id,
        **({"background_colour": old.background_colour} if old.background_colour else {}),
        **{name: getattr(old, name) for name in ("music_level", "title_card", "end_card", "layout", "caption_names")},
        "music": old.music_id if old.music and not old.music.erased_at else "",
        "backdrop": old.backdrop_id if old.backdrop and not old.backdrop.erased_at else "",
        "recording": old.recording_id if old.recording and not old.recording.erased_at else "",
        "source": "recording" if old.recording_id else "words",
        "captions": old.caption_look if old.captions else "",
    }


def _clip_form(request: HttpRequest, organization: Organization, form: ClipForm, *, status: int = 200) -> HttpResponse:
    user, portrait_id = signed_in(request), form["portrait"].value()
    portrait = access_portrait(user, portrait_id) if portrait_id else None
    words = str(form["words"].value() or "")
    context = {
        "form": form,
        "styles": STYLES.values(),
        "looks": [NO_CAPTIONS, *((look.id, look.title, look.description) for look in LOOKS.values())],
        "choice": voice_choice(chosen=str(form["voice"].value() or ""), organization=organization),
        "chosen_voice": str(form["voice"].value() or ""),
        "typed": len(words.strip()),
        "backdrop": form.backdrop_shown(),
        **recording_context(form.recording_shown()),
        "music": form.music_shown(),
        "portrait_errors": form.errors.get("portrait"),
        "scenes": _scenes_shown(organization, form, portrait),
        **_estimate(organization, words, str(form["voice"].value() or "")),
        **_heard(str(form["direction"].value() or ""), str(form["style"].value() or "")),
        **picture_context(organization, portrait=portrait),
    }
    return render(request, "rendering/clip_new.html", context, status=status)


def _scenes_shown(
    organization: Organization, form: ClipForm, portrait: Portrait | None
) -> list[tuple[SceneForm, list[Portrait]]]:
    """Each further scene, with the pictures to choose from in it."""
    project = portrait.project if portrait else None
    return [(scene, pictures_for(organization, project, scene.portrait_shown)) for scene in form.scenes]


def _project_of(user: User, portrait_id: str) -> Project | None:
    return access_portrait(user, portrait_id).project if portrait_id else None


def _estimate(organization: Organization, words: str, voice: str) -> dict[str, Any]:
    if not words.strip() or not voice:
        return {}
    try:
        checked = check_words(words, voice=voice, lexicon=entries_in(words, lexicon_of(organization)))
        seconds = estimate_seconds(checked, voice=voice)
    except WordsError as error:
        return {"words_problem": error.message, "words_advice": error.advice}
    return {"seconds": max(1, round(seconds)), "length_advice": length_advice(seconds)}


def _heard(direction: str, style: str) -> dict[str, Any]:
    if not direction.strip() or style not in STYLES:
        return {}
    return {"reading": read_direction(direction, STYLES[style])}


def _clip_context(clip: Clip) -> dict[str, Any]:
    renders = renders_of(clip)
    latest = renders[0] if renders else None
    shown = next((made for made in renders if _may_be_seen(clip, made)), None)
    stopped = stopped_because(clip, Action.VIEW) or stopped_because(clip, Action.SUBMIT)
    context: dict[str, Any] = {
        "clip": clip,
        "subject": clip.portrait.subject,
        "scenes": [(scene, voice_shown(scene.voice), STYLES.get(scene.style)) for scene in clip.scenes],
        "standing": standing_of(clip, renders, stopped),
        "voice": voice_shown(clip.voice),
        "style": STYLES.get(clip.style),
        "poster": "" if stopped_because(clip, Action.VIEW) else _poster(clip),
        "once": fresh_number(),
        "latest": latest,
        "shown": shown,
        "captions": shown is not None and bool(files.beside_clip(shown, "captions.vtt")),
        "captions_language": voice.language if (voice := voice_shown(clip.voice)) else "und",
        "consent": consent_standing(clip),
        "stopped": stopped,
        "deletion": deletion_of(clip, DataClass.CLIP if shown else DataClass.DRAFT),
    }
    if latest is not None and latest.is_active:
        return context | _panel("progress") | {"progress": progress_of(latest)}
    if shown is not None:
        return context | _panel("player")
    if context["consent"].decision.allowed:
        return context | _panel("ready") | {"shortage": shortage_of(clip)}
    consent: ConsentStanding = context["consent"]
    if consent.parts:
        asks_open = any(part.can_still_be_asked for part in consent.parts)
        return context | _panel("consent_several") | {"asks_open": asks_open}
    return context | _panel("consent") | {"letter": consent.letter}


def _panel(name: str) -> dict[str, Any]:
    return {"panel": name, "panel_template": f"rendering/panel_{name}.html"}


def _may_be_seen(clip: Clip, made: Render) -> bool:
    return made.state == RenderState.PUBLISHED and ask(clip, Action.VIEW, made_at=made.created_at).allowed


def _poster(clip: Clip) -> str:
    """The picture that stands for a clip: of its newest finished render, else the portrait."""
    for made in renders_of(clip):
        if made.state == RenderState.PUBLISHED:
            return reverse("rendering:poster", args=[made.pk])
    return reverse("projects:portrait_image", args=[clip.portrait_id])
