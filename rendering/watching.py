"""The public page of a shared clip. Each view asks the gate, and gets the file's own short-lived address.

A link that is forged, ended, revoked, or leads to what may not be watched any more: all look the same.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import Act
from accounts.scopes import across_tenants
from accounts.tenancy import signed_in
from consent.gate import Action
from projects.media import signed_url
from projects.parts import portraits_in
from projects.selectors import access_clip
from projects.sharing.forms import ShareForm
from projects.sharing.models import Share
from projects.sharing.selectors import access_share, live_shares, share_by_token, share_url
from projects.sharing.services import share_create, share_opened, share_revoke
from rendering.files import beside_clip
from rendering.gating import ask
from rendering.models import Render
from rendering.sharing import why_not_shared
from rendering.states import RenderState

GONE = 410
UNPROCESSABLE = 422
Watching = Callable[[HttpRequest, Share, Render], HttpResponse]


def _shared(view: Watching) -> Callable[..., HttpResponse]:
    """Opens the share's door for a stranger; what must not be found by search engines says so."""

    @wraps(view)
    @never_cache
    @require_GET
    @across_tenants("whoever has a share's address may watch its clip")
    def opened(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        share = share_by_token(token)
        made = _watchable(share) if share else None
        if share is None or made is None:
            response = render(request, "rendering/watch_gone.html", status=GONE)
        else:
            response = view(request, share, made, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return opened


def _watchable(share: Share) -> Render | None:
    """The newest published render that may be seen, and may leave the house."""
    clip = share.clip
    for made in Render.objects.filter(clip=clip, state=RenderState.PUBLISHED):
        actions = (Action.VIEW, Action.DOWNLOAD)
        if all(ask(clip, action, made_at=made.created_at).allowed for action in actions):
            return made
    return None


@_shared
def watch(request: HttpRequest, share: Share, made: Render) -> HttpResponse:
    """The page."""
    share_opened(share=share)
    shown = portraits_in(share.clip)
    context = {
        "clip": share.clip,
        "token": request.resolver_match.kwargs["token"] if request.resolver_match else "",
        "organization": share.organization,
        "living": any(portrait.subject.is_living for portrait in shown),
        "several": len({portrait.subject_id for portrait in shown}) > 1,
        "made": made,
        "captions": beside_clip(made, "captions.vtt"),
        "poster": beside_clip(made, "poster.jpg"),
    }
    return render(request, "rendering/watch.html", context)


@_shared
def watch_video(request: HttpRequest, share: Share, made: Render) -> HttpResponse:
    """The clip, to be watched."""
    return redirect(signed_url(made.output_key))


@_shared
def watch_poster(request: HttpRequest, share: Share, made: Render) -> HttpResponse:
    """The clip's first frame; never the photo that it was made of."""
    return redirect(signed_url(_beside(made, "poster.jpg")))


@_shared
def watch_captions(request: HttpRequest, share: Share, made: Render) -> HttpResponse:
    """The words with their times; not redirected, because a browser takes them from the page's own site only."""
    with default_storage.open(_beside(made, "captions.vtt"), "rb") as file:
        return HttpResponse(file.read(), content_type="text/vtt; charset=utf-8")


def _beside(made: Render, name: str) -> str:
    if not (key := beside_clip(made, name)):
        raise Http404
    return key


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def shares(request: HttpRequest, clip_id: str) -> HttpResponse:
    """The links to a clip; POST makes one."""
    user = signed_in(request)
    clip = access_clip(user, clip_id, act=Act.DOWNLOAD)
    reasons = why_not_shared(clip)
    form = ShareForm(request.POST or None)
    if not reasons and form.is_valid():
        try:
            share_create(organization=clip.organization, acting_user=user, clip=clip, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "The link is ready. Copy it below.")
            return redirect("rendering:shares", clip_id)
    context = {
        "clip": clip,
        "form": form,
        "allowed": not reasons,
        "reasons": reasons,
        "shares": [(share, share_url(share)) for share in live_shares(clip)],
    }
    return render(request, "rendering/shares.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@login_required
def share_end(request: HttpRequest, share_id: str) -> HttpResponse:
    """End a link."""
    user = signed_in(request)
    share = access_share(user, share_id)
    share_revoke(organization=share.organization, acting_user=user, share=share)
    messages.success(request, "The link does not work any more.")
    return redirect("rendering:shares", share.clip_id)
