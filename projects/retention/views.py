"""The page on which an organisation says how long it keeps things."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Organization
from accounts.permissions import Act, may
from accounts.selectors import role_of
from accounts.tenancy import in_organization, signed_in
from projects.retention.forms import PolicyForm
from projects.selectors import access_project, projects_of

UNPROCESSABLE = 422


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
