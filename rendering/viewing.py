"""How a clip is seen: each request asks the gate, then gets the file's own short-lived address; while the clip is being
made, a piece of its preview.
"""

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.permissions import Act
from accounts.tenancy import signed_in
from consent.gate import Action
from projects.media import signed_url
from rendering.disclosure import verify
from rendering.files import CUT_OUT, CUT_OUT_CREDENTIALS, beside_clip, preview_key
from rendering.gating import ask
from rendering.models import Render
from rendering.previewing import preview_ask
from rendering.selectors import access_render
from rendering.states import ACTIVE, RenderState

VERIFIED_SECONDS = 3600
FILE_NAME_CHARACTERS = 60


@never_cache
@require_GET
@login_required
def video(request: HttpRequest, render_id: str) -> HttpResponse:
    """The clip, to be watched."""
    return redirect(signed_url(_opened(request, render_id, Action.VIEW).output_key))


@never_cache
@require_GET
@login_required
def download(request: HttpRequest, render_id: str) -> HttpResponse:
    """The clip, to be kept."""
    made = _opened(request, render_id, Action.DOWNLOAD, act=Act.DOWNLOAD)
    return redirect(signed_url(made.output_key, download_name=download_name(made)))


@never_cache
@require_GET
@login_required
def cut_out(request: HttpRequest, render_id: str, kind: str) -> HttpResponse:
    """The transparent clip, "webm", or the signed credentials that lie beside it, "c2pa"."""
    made = _opened(request, render_id, Action.DOWNLOAD, act=Act.DOWNLOAD)
    key = beside_clip(made, CUT_OUT if kind == "webm" else CUT_OUT_CREDENTIALS)
    if not key:
        raise Http404
    return redirect(signed_url(key, download_name=download_name(made, kind)))


@never_cache
@require_GET
@login_required
def poster(request: HttpRequest, render_id: str) -> HttpResponse:
    """The clip's first frame."""
    made = _opened(request, render_id, Action.VIEW)
    return redirect(signed_url(beside_clip(made, "poster.jpg") or str(made.clip.portrait.image.name)))


@never_cache
@require_GET
@login_required
def captions(request: HttpRequest, render_id: str) -> HttpResponse:
    """The words with their times; not redirected, because a browser takes them from the page's own site only."""
    key = beside_clip(_opened(request, render_id, Action.VIEW), "captions.vtt")
    if not key:
        raise Http404
    with default_storage.open(key, "rb") as file:
        return HttpResponse(file.read(), content_type="text/vtt; charset=utf-8")


@never_cache
@require_GET
@login_required
def captions_download(request: HttpRequest, render_id: str, kind: str) -> HttpResponse:
    """The captions as a file to keep: "vtt" or "srt"."""
    made = _opened(request, render_id, Action.DOWNLOAD, act=Act.DOWNLOAD)
    key = beside_clip(made, f"captions.{kind}") if kind in {"vtt", "srt"} else ""
    if not key:
        raise Http404
    return redirect(signed_url(key, download_name=download_name(made, kind)))


@never_cache
@require_GET
@login_required
def preview(request: HttpRequest, render_id: str) -> HttpResponse:
    """How much can be watched of a clip that is being made. Whoever asks looks on, so that from now on it is stored."""
    made = _being_made(request, render_id)
    preview_ask(render=made)
    return JsonResponse({"attempt": made.attempt, "pieces": made.preview_pieces})


@never_cache
@require_GET
@login_required
def preview_piece(request: HttpRequest, render_id: str, attempt: int, number: int) -> HttpResponse:
    """One piece; not redirected, so that there is no address which outlives a withdrawal by even a minute."""
    made = _being_made(request, render_id)
    if attempt != made.attempt or number >= made.preview_pieces:
        raise Http404
    try:
        with default_storage.open(preview_key(made, attempt, number), "rb") as file:
            return HttpResponse(file.read(), content_type="video/mp4")
    except FileNotFoundError as error:  # the attempt ended just now
        raise Http404 from error


@never_cache
@require_GET
@login_required
def disclosure(request: HttpRequest, render_id: str) -> HttpResponse:
    """What the file says of itself, read from the file."""
    made = _opened(request, render_id, Action.VIEW)
    return render(request, "rendering/disclosure.html", {"said": said_by_file(made)})


def said_by_file(made: Render) -> dict[str, Any]:
    """What a published clip's file says of itself: label, source type, credentials."""
    said = cache.get_or_set(f"disclosure:{made.output_key}", lambda: _verified(made.output_key), VERIFIED_SECONDS)
    return said or {}


def download_name(made: Render, suffix: str = "mp4") -> str:
    """Under which name a clip is saved."""
    name = slugify(made.clip.title)[:FILE_NAME_CHARACTERS].strip("-") or "clip"
    return f"{name}.{suffix}"


def _opened(request: HttpRequest, render_id: str, action: Action, *, act: Act = Act.VIEW) -> Render:
    """The published render, if its door opens and the gate lets `action` happen; else Http404."""
    made = access_render(signed_in(request), render_id, act=act)
    if made.state != RenderState.PUBLISHED:
        raise Http404
    if not ask(made.clip, action, made_at=made.created_at).allowed:
        raise Http404
    return made


def _being_made(request: HttpRequest, render_id: str) -> Render:
    """The render that is waiting or running, if its door opens and the gate lets it be viewed; else Http404."""
    made = access_render(signed_in(request), render_id)
    if made.state not in ACTIVE:
        raise Http404
    if not ask(made.clip, Action.VIEW, made_at=made.created_at).allowed:
        raise Http404
    return made


def _verified(key: str) -> dict[str, Any]:
    """The file has to lie on this machine to be examined."""
    with tempfile.NamedTemporaryFile(suffix=".mp4") as copy, default_storage.open(key, "rb") as source:
        for chunk in iter(lambda: source.read(1 << 20), b""):
            copy.write(chunk)
        copy.flush()
        found = verify(Path(copy.name), keys=Path(settings.LIKENESS_KEYS_DIR))
    return found.as_dict()
