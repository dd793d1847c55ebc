"""Clips and credits: which clips the ledger speaks of, and how much is missing for one."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from accounts.billing.clips import ClipLink
from accounts.billing.selectors import seconds_to_spend
from accounts.models import Organization
from projects.models import Clip
from rendering.engine.errors import WordsError
from rendering.gating import estimated_seconds
from rendering.models import Render


@dataclass(frozen=True)
class Shortage:
    """Whole seconds that a clip takes at most, and that there are."""

    needed: int
    available: int

    @property
    def missing(self) -> int:
        return self.needed - self.available


def shortage_of(clip: Clip) -> Shortage | None:
    """What is missing to make the clip now; None where it can be paid for, or its words cannot be said."""
    available = seconds_to_spend(clip.organization)
    try:
        needed = math.ceil(estimated_seconds(clip))
    except WordsError:
        return None
    return Shortage(needed, int(available)) if needed > available else None


def clips_of_renders(organization: Organization, render_ids: Iterable[str]) -> dict[str, ClipLink]:
    """The clips of these renders that are still there, for the history of credits."""
    renders = Render.objects.filter(organization=organization, pk__in=render_ids).select_related("clip")
    return {
        render.pk: ClipLink(render.clip.title, reverse("rendering:clip", args=[render.clip_id])) for render in renders
    }
