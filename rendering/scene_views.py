"""Pieces of the new clip's page: another scene, and the pictures to choose from in it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Organization
from accounts.tenancy import in_organization, signed_in
from projects.models import Project
from projects.selectors import access_portrait, projects_of
from rendering.scene_forms import SceneForm, fresh_key, is_key, pictures_for


@require_GET
@in_organization
def scene_new(request: HttpRequest, organization: Organization) -> HttpResponse:
    """An empty scene, to stand after the others."""
    project = _project(request, organization)
    form = SceneForm(signed_in(request), project, fresh_key(), initial={"style": request.GET.get("style", "presenter")})
    return render(request, "rendering/scene.html", scene_context(organization, project, form))


@require_GET
@in_organization
def scene_pictures(request: HttpRequest, organization: Organization) -> HttpResponse:
    """The pictures of a scene once more, because one was added."""
    key = request.GET.get("scene", "")
    key = key if is_key(key) else fresh_key()
    project = _project(request, organization)
    chosen = request.GET.get(f"scene-{key}-portrait", "")
    form = SceneForm(signed_in(request), project, key, initial={"portrait": chosen})
    return render(request, "rendering/scene_pictures.html", scene_context(organization, project, form))


def scene_context(organization: Organization, project: Project | None, form: SceneForm) -> dict[str, Any]:
    """What rendering/scene.html shows."""
    return {"scene": form, "pictures": pictures_for(organization, project, form.portrait_shown)}


def _project(request: HttpRequest, organization: Organization) -> Project | None:
    """The project that the clip's first picture lies in, else the newest."""
    chosen = request.GET.get("portrait", "")
    return access_portrait(signed_in(request), chosen).project if chosen else projects_of(organization).first()
