"""The page on which a person drags eyes, mouth and chin to where they are, and sees the face move."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Act
from accounts.tenancy import signed_in
from projects.forms import error_text
from projects.placing import TrialBusyError, first_points, may_be_moved, portrait_place, trial
from projects.placing_form import PointsForm
from projects.selectors import access_portrait
from rendering.engine.errors import PhotoError

UNPROCESSABLE, BUSY = 422, 503


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def points(request: HttpRequest, portrait_id: str) -> HttpResponse:
    """Place the points of a portrait, and keep them."""
    user = signed_in(request)
    portrait = access_portrait(user, portrait_id, act=Act.CREATE)
    if portrait.erased_at is not None:
        return redirect("projects:portrait", portrait.pk)
    form = PointsForm(request.POST) if request.method == "POST" else PointsForm.of(first_points(portrait))
    if form.is_bound and form.is_valid():
        try:
            placed = portrait_place(
                organization=portrait.organization, acting_user=user, portrait=portrait, points=form.points()
            )
        except PhotoError as error:
            form.add_error(None, error_text(error))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("projects:portrait", placed.pk)
    context = {"portrait": portrait, "form": form, "moves": may_be_moved(portrait)}
    return render(request, "projects/points.html", context, status=UNPROCESSABLE if form.errors else 200)


@never_cache
@require_POST
@login_required
def points_trial(request: HttpRequest, portrait_id: str) -> HttpResponse:
    """The face on these points, moving, as a small picture; or in words why they make no face."""
    portrait = access_portrait(signed_in(request), portrait_id, act=Act.CREATE)
    form = PointsForm(request.POST)
    if portrait.erased_at is not None or not form.is_valid():
        return HttpResponse("Give every point two numbers.", status=UNPROCESSABLE, content_type="text/plain")
    try:
        return HttpResponse(trial(portrait, form.points()), content_type="image/webp")
    except PhotoError as error:
        return HttpResponse(error_text(error), status=UNPROCESSABLE, content_type="text/plain; charset=utf-8")
    except TrialBusyError:
        return HttpResponse("One moment…", status=BUSY, content_type="text/plain", headers={"Retry-After": "1"})
