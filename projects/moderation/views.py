"""Reports from anybody, and an organisation's page of what moderators decided about it."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.ids import is_id
from accounts.models import Organization
from accounts.permissions import Act
from accounts.tenancy import in_organization, signed_in
from accounts.throttling import client_address
from projects.models import Clip
from projects.moderation.forms import AbuseForm, EvidenceForm, field_errors
from projects.moderation.models import Case, CaseState
from projects.moderation.reporting import abuse_report_create
from projects.moderation.selectors import access_case, decisions_about
from projects.moderation.services import CaseConflict, case_answer

UNPROCESSABLE = 422


@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, clip_id: str) -> HttpResponse:
    """Report a clip, without an account. Nothing of the clip is shown: the number alone gives nothing away."""
    clip = _clip(clip_id)
    form = AbuseForm(request.POST or None)
    if form.is_valid():
        try:
            made = abuse_report_create(clip=clip, ip=client_address(request), **form.cleaned_data)
        except ValidationError as error:
            field_errors(form, error)
        else:
            return render(request, "moderation/reported.html", {"report": made})
    context = {"form": form, "clip_id": clip_id}
    return render(request, "moderation/report.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _clip(clip_id: str) -> Clip:
    """The clip with this public id; the reporter needs no right to see it."""
    clip = Clip.objects.select_related("organization", "portrait__subject").filter(pk=clip_id).first()
    if not is_id(clip_id, "clp") or clip is None:
        raise Http404
    return clip


@never_cache
@require_GET
@in_organization
def decisions(request: HttpRequest, organization: Organization) -> HttpResponse:
    """What moderators decided about the organisation, why, and what they wait for."""
    waiting = Case.objects.filter(organization=organization, state=CaseState.WAITING)
    context = {"decisions": decisions_about(organization)[:50], "waiting": waiting, "form": EvidenceForm()}
    return render(request, "moderation/decisions.html", context)


@require_POST
@in_organization
def answer(request: HttpRequest, organization: Organization, case_id: str) -> HttpResponse:
    """Answer a moderator who asked for evidence."""
    user = signed_in(request)
    case = access_case(user, case_id, act=Act.ASK_CONSENT)
    form = EvidenceForm(request.POST)
    if form.is_valid() and case.organization is not None:
        # It may have been decided meanwhile; the page says how.
        with suppress(ValidationError, CaseConflict):
            case_answer(organization=case.organization, acting_user=user, case=case, **form.cleaned_data)
    return redirect("projects:decisions")
