"""Reports from anybody, and an organisation's page of what moderators decided about it."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.ids import is_id
from accounts.models import Organization
from accounts.permissions import Act, may
from accounts.scopes import across_tenants
from accounts.selectors import role_of
from accounts.tenancy import in_organization, signed_in
from accounts.throttling import client_address
from projects.models import Clip
from projects.moderation.forms import AbuseForm, AnswerForm, AppealForm, field_errors
from projects.moderation.models import Case, CaseState
from projects.moderation.reporting import abuse_report_create
from projects.moderation.selectors import access_case, cases_held, decisions_shown
from projects.moderation.services import CaseConflict, case_answer, case_appeal

UNPROCESSABLE = 422


@never_cache
@require_http_methods(["GET", "POST"])
@across_tenants("anybody may report any clip")
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
    """What moderators decided about the organisation, why, what they wait for, and how to appeal."""
    waiting = Case.objects.filter(organization=organization, state=CaseState.WAITING).select_related("clip", "portrait")
    context = {
        "organization": organization,
        "decisions": decisions_shown(organization),
        "held": cases_held(organization),
        "waiting": waiting,
        "answer_form": AnswerForm(auto_id=False),
        "appeal_form": AppealForm(auto_id=False),
        "may_answer": may(role_of(signed_in(request), organization), Act.ASK_CONSENT),
    }
    return render(request, "moderation/decisions.html", context)


@require_POST
@login_required
def answer(request: HttpRequest, case_id: str) -> HttpResponse:
    """Answer a moderator who asked for evidence."""
    return _said(request, case_id, AnswerForm(request.POST), case_answer, "Sent. A moderator reads it.")


@require_POST
@login_required
def appeal(request: HttpRequest, case_id: str) -> HttpResponse:
    """Appeal against a decision: a second moderator looks at it."""
    return _said(request, case_id, AppealForm(request.POST), case_appeal, "Sent. A second moderator looks at it.")


def _said(request: HttpRequest, case_id: str, form: Form, say: Callable[..., object], thanks: str) -> HttpResponse:
    user = signed_in(request)
    case = access_case(user, case_id, act=Act.ASK_CONSENT)
    if not form.is_valid() or case.organization is None:
        messages.error(request, "Nothing was sent: write something first.")
        return redirect("projects:decisions")
    try:
        say(organization=case.organization, acting_user=user, case=case, **form.cleaned_data)
    except (ValidationError, CaseConflict) as error:
        messages.error(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
    else:
        messages.success(request, thanks)
    return redirect("projects:decisions")
