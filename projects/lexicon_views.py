"""The organisation's lexicon: what is said how, and a way to hear it."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Organization
from accounts.permissions import Act
from accounts.tenancy import in_organization, signed_in
from projects.lexicon import lexicon_remove
from projects.lexicon_forms import LexiconForm
from projects.models import LexiconEntry
from projects.selectors import access_lexicon_entry
from projects.services import wav_of
from projects.views import UNPROCESSABLE
from rendering.engine.errors import EngineError
from rendering.engine.speech import synthesise


@require_http_methods(["GET", "POST"])
@in_organization
def lexicon(request: HttpRequest, organization: Organization) -> HttpResponse:
    """All entries, and a form for another."""
    form = LexiconForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and form.save(organization=organization, acting_user=signed_in(request)):
            return redirect("projects:lexicon")
        status = UNPROCESSABLE
    entries = LexiconEntry.objects.filter(organization=organization)
    return render(request, "projects/lexicon.html", {"entries": entries, "form": form}, status=status)


@require_POST
@login_required
def lexicon_entry_remove(request: HttpRequest, entry_id: str) -> HttpResponse:
    """Forget an entry."""
    user = signed_in(request)
    entry = access_lexicon_entry(user, entry_id, act=Act.CREATE)
    lexicon_remove(organization=entry.organization, acting_user=user, entry=entry)
    return redirect("projects:lexicon")


@require_GET
@login_required
def lexicon_sound(request: HttpRequest, entry_id: str) -> HttpResponse:
    """How an entry sounds, in the voice that is always here."""
    entry = access_lexicon_entry(signed_in(request), entry_id)
    try:
        sound = synthesise(entry.written, lexicon={entry.written: entry.said}).sound
    except EngineError as error:
        raise Http404(error.message) from error
    return HttpResponse(wav_of(sound), content_type="audio/wav")
