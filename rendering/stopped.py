"""Renders that a rule stopped, for the moderators' queue."""

from datetime import timedelta

from django.utils import timezone

from projects.moderation.collecting import not_queued
from projects.moderation.models import CaseKind
from projects.moderation.opening import case_open
from rendering.models import Render
from rendering.services import MODERATED
from rendering.states import RenderState

# A no by the person shown needs no moderator, and a moderator's own no does not come back to the desk. The gate's no
# does: somebody tried to pass it.
_SETTLED = ("consent-withdrawn", MODERATED)
LOOK_BACK = timedelta(days=30)


def stopped_renders() -> None:
    """Open a case for each render that the gate refused lately, after it had been asked for."""
    lately = Render.objects.filter(state=RenderState.REFUSED, created_at__gt=timezone.now() - LOOK_BACK)
    refused = lately.exclude(error_code__in=_SETTLED)
    keys = {f"render:{pk}": pk for pk in refused.values_list("pk", flat=True)}
    for key in not_queued(keys):
        render = Render.objects.select_related("organization", "clip__portrait__subject", "clip__recording").get(
            pk=keys[key]
        )
        case_open(
            key=key,
            kind=CaseKind.RENDER,
            risk=2,
            summary=f"Stopped: {render.error_code}.",
            organization=render.organization,
            clip=render.clip,
        )
