"""Reading: the door to a render, and renders with all that making them needs."""

from django.db.models import QuerySet
from django.http import Http404

from accounts.ids import is_id
from accounts.models import User
from accounts.permissions import Act
from accounts.selectors import access_organization
from projects.models import Clip
from rendering.models import Render


def access_render(user: User, render_id: str, *, act: Act = Act.VIEW) -> Render:
    """The render with its inputs, for a member whose role may do `act`; else Http404."""
    return _access(user, render_id, with_inputs(), act)


def access_render_alone(user: User, render_id: str, *, act: Act = Act.VIEW) -> Render:
    """The same without its inputs: to say how it stands, which is asked for again and again."""
    return _access(user, render_id, Render.objects.all(), act)


def _access(user: User, render_id: str, rows: QuerySet[Render], act: Act) -> Render:
    if not is_id(render_id, "rnd"):
        raise Http404
    render = rows.filter(pk=render_id).first()
    if render is None:
        raise Http404
    access_organization(user, render.organization_id, act=act)
    return render


def with_inputs() -> QuerySet[Render]:
    """Renders with their clip, portrait, subject and recording, in one query."""
    return Render.objects.select_related(
        "organization", "clip__portrait__subject", "clip__recording", "clip__backdrop", "clip__music"
    )


def latest_render(clip: Clip) -> Render | None:
    """The clip's newest render, whatever became of it."""
    return with_inputs().filter(clip=clip).first()
