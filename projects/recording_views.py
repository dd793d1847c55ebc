"""A recording on its own page and inside a new clip: heard, cut, cleaned, written down."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Organization
from accounts.permissions import Act
from accounts.tenancy import in_organization, signed_in
from projects.forms import RecordingForm
from projects.media import signed_url
from projects.models import Recording
from projects.recording_forms import TranscriptForm, TrimForm
from projects.selectors import access_recording
from projects.views import UNPROCESSABLE, current_project
from rendering.engine.speech import missing_recogniser


@require_POST
@in_organization
def recording_new(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Take a recording in."""
    form, user = RecordingForm(request.POST, request.FILES), signed_in(request)
    recording = None
    if form.is_valid():
        project = current_project(organization, request)
        recording = form.save(organization=organization, acting_user=user, project=project)
    status = 200 if recording else UNPROCESSABLE
    if recording is None and (kept := request.POST.get("recording")):
        # A bad file does not push out the good one that was chosen before.
        recording = access_recording(user, kept)
    return _part(request, recording, status=status, recording_form=form)


@require_GET
@login_required
def recording(request: HttpRequest, recording_id: str) -> HttpResponse:
    """The recording's own page."""
    found = access_recording(signed_in(request), recording_id)
    return render(request, "projects/recording_page.html", recording_context(found, alone=True))


@require_GET
@login_required
def recording_sound(request: HttpRequest, recording_id: str) -> HttpResponse:
    """The recording itself, for members of the organisation that uploaded it."""
    return redirect(signed_url(str(access_recording(signed_in(request), recording_id).file.name)))


@require_POST
@login_required
def recording_trim(request: HttpRequest, recording_id: str) -> HttpResponse:
    """Another recording, cut and cleaned as wished, takes this one's place on the page."""
    user = signed_in(request)
    found = access_recording(user, recording_id, act=Act.CREATE)
    form = TrimForm(found, request.POST)
    edited = form.save(acting_user=user) if form.is_valid() else None
    if edited is None:
        return _part(request, found, status=UNPROCESSABLE, trim_form=form, trim_open=True)
    return _part(request, edited, trim_open=True)


@require_POST
@login_required
def recording_words(request: HttpRequest, recording_id: str) -> HttpResponse:
    """Keep the words that were typed; with "hear", write down what the machine hears."""
    user = signed_in(request)
    found = access_recording(user, recording_id, act=Act.CREATE)
    form = TranscriptForm(found, request.POST)
    kept = form.save(acting_user=user, hear="hear" in request.POST) if form.is_valid() else None
    if kept is None:
        return _part(request, found, status=UNPROCESSABLE, transcript_form=form, words_open=True)
    return _part(request, kept, words_open=True, words_kept=True)


def recording_context(recording: Recording | None, **more: Any) -> dict[str, Any]:
    """What projects/recording.html shows."""
    if recording is None:
        return {"recording": None, **more}
    return {
        "recording": recording,
        "trim_form": TrimForm(recording),
        "transcript_form": TranscriptForm(recording),
        "no_recogniser": missing_recogniser(recording.language),
        **more,
    }


def _part(request: HttpRequest, recording: Recording | None, *, status: int = 200, **more: Any) -> HttpResponse:
    context = recording_context(recording, alone="alone" in request.POST, **more)
    return render(request, "projects/recording.html", context, status=status)
