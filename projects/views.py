"""Pictures and recordings: taken in, and shown again to those who may see them."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Organization
from accounts.tenancy import in_organization, signed_in
from projects.forms import PortraitForm
from projects.looking import looked_at
from projects.media import signed_url
from projects.models import Portrait, Project
from projects.moderation.selectors import pictures_taken_down
from projects.retention.classes import DataClass
from projects.retention.selectors import deletions_of
from projects.selectors import access_portrait, portraits_of, projects_of
from projects.services import project_create

FIRST_PROJECT = "First project"
ON_SHELF = 12
UNPROCESSABLE = 422
PICTURES_CHANGED = "pictures-changed"  # the event at which a page asks for its pictures again


@require_GET
@in_organization
def picture(request: HttpRequest, organization: Organization) -> HttpResponse:
    """The part of a page that holds the chosen picture: another one was clicked."""
    portrait = access_portrait(signed_in(request), request.GET.get("portrait", ""))
    return render(request, "projects/picture.html", picture_context(organization, portrait=portrait))


@require_POST
@in_organization
def portrait_new(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Take a picture in. What is wrong with it stands beside the field; the browser keeps the file."""
    form = PortraitForm(organization, request.POST, request.FILES)
    portrait = None
    if form.is_valid():
        user = signed_in(request)
        portrait = form.save(acting_user=user, project=current_project(organization, request))
    if portrait is None:
        template = "projects/picture.html" if request.htmx else "projects/portrait_new.html"  # type: ignore[attr-defined]
        return render(request, template, picture_context(organization, form=form), status=UNPROCESSABLE)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{reverse('rendering:clip_new')}?portrait={portrait.pk}")
    response = render(request, "projects/picture.html", picture_context(organization, portrait=portrait))
    response.headers["HX-Trigger"] = PICTURES_CHANGED
    return response


@require_GET
@login_required
def portrait(request: HttpRequest, portrait_id: str) -> HttpResponse:
    """One picture: what it is good for, what can be done with it, and what was done."""
    found = access_portrait(signed_in(request), portrait_id)
    context = {
        "portrait": found,
        "looked": looked_at(found),
        "deletion": deletions_of(found.organization, [found], DataClass.PHOTO).get(found.pk),
        "others": found.repaired.filter(erased_at=None),
    }
    return render(request, "projects/portrait.html", context)


@require_GET
@login_required
def portrait_image(request: HttpRequest, portrait_id: str) -> HttpResponse:
    """The picture itself, for members of the organisation that uploaded it, unless a moderator took it down."""
    found = access_portrait(signed_in(request), portrait_id)
    if pictures_taken_down([found]):
        raise Http404
    return redirect(signed_url(str(found.image.name)))


def current_project(organization: Organization, request: HttpRequest) -> Project:
    """The project that new things go into: the newest, or the first one, made now."""
    return projects_of(organization).first() or project_create(
        organization=organization, acting_user=signed_in(request), name=FIRST_PROJECT
    )


def picture_context(
    organization: Organization, *, portrait: Portrait | None = None, form: PortraitForm | None = None
) -> dict[str, Any]:
    """What projects/picture.html shows: the chosen portrait, those uploaded before, and a form for another."""
    project = projects_of(organization).first()
    kept = list(portraits_of(project)[:ON_SHELF]) if project else []
    taken_down = pictures_taken_down(kept)
    kept = [each for each in kept if each.pk not in taken_down]
    shown = [*kept, *([portrait] if portrait else [])]
    deletions = deletions_of(organization, shown, DataClass.PHOTO)
    return {
        "portrait": portrait,
        "looked": looked_at(portrait) if portrait else None,
        "deletion": deletions.get(portrait.pk) if portrait else None,
        # A shelf with nothing but the chosen one says nothing, and one above a form with errors hides them.
        "shelf": [(each, deletions.get(each.pk)) for each in kept] if kept != [portrait] and form is None else [],
        "picture_form": form or PortraitForm(organization, initial={"kind": "other"}),
    }
