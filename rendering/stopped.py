"""Renders that a rule stopped, for the moderators' queue."""

from datetime import timedelta

from django.utils import timezone

from projects.moderation.models import CaseKind
from projects.moderation.services import case_open
from rendering.models import Render
from rendering.states import RenderState

# A no by the person shown needs no moderator; the gate's own no does, as somebody tried to pass it.
_SETTLED = ("consent-withdrawn",)
LOOK_BACK = timedelta(days=30)


def stopped_renders() -> None:
    """Open a case for each render that the gate refused lately, after it had been asked for."""
    refused = Render.objects.filter(state=RenderState.REFUSED, created_at__gt=timezone.now() - LOOK_BACK)
    for render in refused.exclude(error_code__in=_SETTLED).select_related("organization", "clip__portrait__subject"):
        case_open(
            key=f"render:{render.pk}",
            kind=CaseKind.RENDER,
            risk=2,
            summary=f"Stopped: {render.error_code}.",
            organization=render.organization,
            clip=render.clip,
        )
