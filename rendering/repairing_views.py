"""Repairs: chosen one by one, looked at before and after, used or thrown away."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import Act
from accounts.tenancy import signed_in
from projects.forms import error_text
from projects.models import Portrait
from projects.selectors import access_portrait
from rendering.engine.errors import EngineError
from rendering.engine.restoration import available_steps
from rendering.engine.restoration.identity import MOST_APART, MOST_MOVED, recogniser_ready
from rendering.repairing import NothingRepairedError, portrait_repair, repair_discard

UNPROCESSABLE = 422
_STEPS = {
    "tone": ("Light and colour", "Black and white given back, the tint of old prints off, a dark face lightened."),
    "scratches": ("Scratches and dust", "Thin marks and specks, filled from what is beside them."),
    "noise": ("Grain and blocks", "Grain and the squares of strong compression taken out."),
    "enlarge": ("A small face", "The picture made larger, until the face is 240 pixels tall."),
    "sharpen": ("A soft face", "The detail that there is, raised a little."),
    "upscale": (
        "A small face, drawn larger",
        "A trained network draws its lines while the picture grows: clearer than enlarging alone, smoother than skin "
        "is. Best for drawings and clean photos; fine lines are guesses.",
    ),
    "gfpgan": ("Draw the face anew", "A trained network draws it. What the photo did not show are guesses."),
}
# Which advice a repair answers
_FOR = {
    "tone": ("photo-faded", "photo-cast", "face-dark"),
    "noise": ("photo-grainy", "photo-blocks"),
    "upscale": ("face-small",),
    "enlarge": ("face-small",),
    "sharpen": ("face-soft", "face-blurred"),
}


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def repair(request: HttpRequest, portrait_id: str) -> HttpResponse:
    """Choose what shall be repaired; nothing is done unasked."""
    user = signed_in(request)
    portrait = access_portrait(user, portrait_id, act=Act.CREATE)
    context: dict[str, Any] = {"portrait": portrait, "chosen": request.POST.getlist("steps")}
    if request.method == "POST":
        try:
            repaired = portrait_repair(
                organization=portrait.organization, acting_user=user, portrait=portrait, steps=context["chosen"]
            )
        except NothingRepairedError as nothing:
            context["notes"] = nothing.notes
        except EngineError as error:
            context["error"] = error_text(error)
        except ValidationError as error:
            context["error"] = " ".join(error.messages)
        else:
            return redirect("rendering:compare", repaired.pk)
    context["steps"] = steps_offered(portrait)
    return render(request, "rendering/repair.html", context, status=UNPROCESSABLE if "error" in context else 200)


@never_cache
@require_GET
@login_required
def compare(request: HttpRequest, portrait_id: str) -> HttpResponse:
    """A repaired picture beside what it was made of, and how far the face has changed."""
    repaired = access_portrait(signed_in(request), portrait_id)
    before = repaired.repaired_from
    if before is None or before.erased_at or repaired.erased_at or not isinstance(repaired.repairs, dict):
        raise Http404
    context = {
        "portrait": repaired,
        "before": before,
        "notes": repaired.repairs.get("notes", []),
        "change": change_told(repaired.repairs.get("change") or {}),
    }
    return render(request, "rendering/compare.html", context)


@require_POST
@login_required
def discard(request: HttpRequest, portrait_id: str) -> HttpResponse:
    """Throw a repaired picture away, and go back to the original."""
    user = signed_in(request)
    repaired = access_portrait(user, portrait_id, act=Act.CREATE)
    back = repaired.repaired_from_id
    try:
        repair_discard(organization=repaired.organization, acting_user=user, portrait=repaired)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("projects:portrait", repaired.pk)
    messages.success(request, "The repaired picture was thrown away. This is the original.")
    return redirect("projects:portrait", back) if back else redirect("rendering:clip_new")


def steps_offered(portrait: Portrait) -> list[dict[str, Any]]:
    codes = {piece["code"] for piece in portrait.advice}
    return [
        {
            "id": step,
            "title": _STEPS[step][0],
            "help": _STEPS[step][1],
            "advised": bool(codes & set(_FOR.get(step, ()))),
        }
        for step in available_steps(settings.LIKENESS_MODELS_DIR)
    ]


def change_told(change: dict[str, Any]) -> dict[str, Any]:
    """How far the face has changed, for people: by the recogniser where it is, else by its shape alone."""
    if change.get("moved") is None:
        return {}
    return {
        "moved": 100 * change["moved"],
        "most_moved": 100 * MOST_MOVED,
        "apart": change.get("apart"),
        "most_apart": MOST_APART,
        "recogniser": change.get("apart") is not None or recogniser_ready(),
    }
