"""The page on which an organisation says how long it keeps things."""

import tempfile

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Organization
from accounts.permissions import Act, may
from accounts.selectors import role_of
from accounts.tenancy import in_organization, signed_in
from projects.retention.closing import GRACE_DAYS, closing_ask, closing_cancel, closing_of
from projects.retention.exporting import export_record, export_write
from projects.retention.forms import ClosingForm, PolicyForm
from projects.retention.leaving import account_close, owned_alone
from projects.retention.policies import holds_on
from projects.retention.selectors import closing_counts
from projects.selectors import access_project, projects_of

UNPROCESSABLE = 422


@never_cache
@require_GET
@in_organization(act=Act.OWN)
def closing(request: HttpRequest, organization: Organization) -> HttpResponse:
    """What closing the organisation means, a copy to take along, and the way to ask for it or take it back."""
    context = {
        "organization": organization,
        "closing": closing_of(organization),
        "grace_days": GRACE_DAYS,
        "counts": closing_counts(organization),
        "held": bool(holds_on(organization)),
        "form": ClosingForm(organization),
    }
    return render(request, "retention/closing.html", context)


@require_POST
@in_organization(act=Act.OWN)
@reauthentication_required
def closing_begin(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Ask for the organisation to be closed."""
    form = ClosingForm(organization, request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was closed: type the name of the organisation exactly as it stands.")
        return redirect("projects:closing")
    try:
        begun = closing_ask(organization=organization, acting_user=signed_in(request))
    except (ValidationError, PermissionDenied) as error:
        messages.error(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
    else:
        messages.success(request, f"It closes on {begun.due_at:%d %B %Y}. Until then you can take it back.")
    return redirect("projects:closing")


@require_POST
@in_organization(act=Act.OWN)
def closing_end(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Take the closing back."""
    if closing_cancel(organization=organization, acting_user=signed_in(request)):
        messages.success(request, "Taken back. The organisation stays open.")
    return redirect("projects:closing")


@require_POST
@in_organization(act=Act.OWN)
def export(request: HttpRequest, organization: Organization) -> HttpResponse:
    """A copy of everything; also while the organisation is suspended."""
    export_record(organization=organization, acting_user=signed_in(request))
    target = tempfile.TemporaryFile()  # noqa: SIM115  the answer reads and closes it
    export_write(organization, target)
    target.seek(0)
    name = f"likeness-{timezone.localdate():%Y-%m-%d}.zip"
    answer = FileResponse(target, as_attachment=True, filename=name, content_type="application/zip")
    answer.headers["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]  # a file is answered as any page is


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Closing one's own account: what it means, and the way to do it."""
    user = signed_in(request)
    if request.method == "POST":
        return account_end(request)
    return render(request, "retention/account.html", {"alone": owned_alone(user)})


@reauthentication_required
def account_end(request: HttpRequest) -> HttpResponse:
    """Close the account; only after the password, or another proof, was given just now."""
    try:
        account_close(acting_user=signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("projects:account_close")
    logout(request)
    messages.success(request, "Your account is closed. What named you is erased.")
    return redirect("accounts:home")


@require_http_methods(["GET", "POST"])
@in_organization
def policy(request: HttpRequest, organization: Organization) -> HttpResponse:
    """How long the organisation, or the project in ?project=, keeps each class of data; administrators change it."""
    user = signed_in(request)
    project_id = request.GET.get("project", "")
    project = access_project(user, project_id) if project_id else None
    owner = project.organization if project else organization
    form = PolicyForm(request.POST or None, organization=owner, project=project)
    may_change = may(role_of(user, owner), Act.ADMINISTER)
    for field in form.fields.values():
        field.disabled = not may_change
    if form.is_valid() and form.save(acting_user=user):
        messages.success(request, "Kept. The dates of deletion follow from it at once.")
        return redirect(request.get_full_path())
    context = {"form": form, "project": project, "projects": projects_of(owner), "may_change": may_change}
    return render(request, "projects/retention.html", context, status=UNPROCESSABLE if form.is_bound else 200)
