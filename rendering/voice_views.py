"""The voices on a page: chosen by language and gender, and heard."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from accounts.models import Organization
from accounts.tenancy import in_organization
from consent.facts import CLONE_PREFIX
from rendering.engine.errors import EngineError
from rendering.voices import voice_choice, voice_sample


@require_GET
@in_organization
def voices(request: HttpRequest, organization: Organization) -> HttpResponse:
    """The voices in a language, as cards to choose from."""
    chosen = request.GET.get("voice", "")
    choice = voice_choice(
        language=request.GET.get("voice_language", ""),
        gender=request.GET.get("voice_gender", ""),
        chosen=chosen,
        organization=organization,
    )
    return render(request, "rendering/voices.html", {"choice": choice, "chosen_voice": chosen})


@require_GET
@login_required
@cache_control(private=True, max_age=86_400)
def sample(request: HttpRequest, voice_id: str) -> HttpResponseBase:
    """A few words in a voice."""
    if voice_id.startswith(CLONE_PREFIX):
        raise Http404  # a copy of a person's voice says only what that person agreed to
    try:
        place = voice_sample(voice_id)
    except EngineError as error:
        raise Http404(error.message) from error
    return FileResponse(place.open("rb"), content_type="audio/wav")
