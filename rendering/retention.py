"""How clips go when their time is over: their renders with every file of every attempt, then the row; and the daily
sweep, which a worker makes.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organization
from accounts.scopes import across_tenants
from consent.erasure import erasures_run
from consent.gate import Action
from consent.letters import letters_send
from consent.reminding import lapsed_erase, reminders_write
from consent.selfies import selfies_lapse
from consent.speaking import spoken_lapse
from projects.models import Clip
from projects.retention.classes import DataClass
from projects.retention.closing import closings_run
from projects.retention.exporting import TakenAlong, on_export
from projects.retention.files import folder_erase
from projects.retention.models import SweepRun
from projects.retention.registry import Erased, Files, Holding, Kept, declare, declare_files, declare_first
from projects.retention.sweep import sweep
from projects.retention.warnings import warnings_write
from rendering.files import CLIP, folder_of
from rendering.gating import ask
from rendering.models import Render
from rendering.services import render_abandon
from rendering.states import ACTIVE, RenderState
from rendering.takes import takes_clear

_KEY = re.compile(r"org/[^/]+/renders/(?P<render>[^/]+)/(?P<attempt>\d+)/[^/]+")


def clip_erase(clip: Clip, at: datetime) -> Erased:
    """The clip with its words, its renders and all of their files; a render that is being made is stopped."""
    erased = Erased("files removed from the storage in every version; rows of clip and renders deleted")
    renders = list(Render.objects.filter(clip=clip))
    for render in renders:
        render_abandon(render_id=render.pk)
        erased.add(*folder_erase(folder_of(render)))
        cache.delete(f"disclosure:{render.output_key}")
    erased.rows = [clip.pk, *(render.pk for render in renders)]
    clip.delete()
    return erased


SWEEP_EVERY = timedelta(days=1)
# A sweep that has no end after this long was cut short.
SWEEP_PATIENCE = timedelta(hours=1)


def sweep_is_due() -> bool:
    """Whether the last sweep is a day old, or was cut short."""
    last = SweepRun.objects.first()
    if last is None:
        return True
    return timezone.now() - last.started_at > (SWEEP_EVERY if last.finished_at else SWEEP_PATIENCE)


@across_tenants("dates fall due in every organisation")
def sweep_when_due() -> None:
    """The daily round: what is over its date, what withdrawals left to erase, warnings, reminders of consent that runs
    out, and letters that could not be sent. Twice is once.
    """
    if sweep_is_due():
        closings_run()
        sweep()
        erasures_run()
        warnings_write()
        reminders_write()
        lapsed_erase()
        spoken_lapse()
        selfies_lapse()
        letters_send()


def _known(keys: list[str]) -> set[str]:
    """Keys of renders that were published from just this attempt, or that are being made."""
    matches = {key: match for key in keys if (match := _KEY.fullmatch(key))}
    ids = {match["render"] for match in matches.values()}
    renders = {render.pk: render for render in Render.objects.filter(pk__in=ids)}
    return {key for key, match in matches.items() if _belongs(renders.get(match["render"]), key)}


def _belongs(render: Render | None, key: str) -> bool:
    if render is None:
        return False
    return render.state in ACTIVE or (bool(render.output_key) and key.startswith(render.output_key.removesuffix(CLIP)))


def _expected() -> Iterator[str]:
    published = Render.objects.filter(state=RenderState.PUBLISHED).order_by("pk")
    yield from published.values_list("output_key", flat=True).iterator()


def clips_taken_along(organization: Organization) -> Iterator[TakenAlong]:
    """The finished clips for an organisation's copy of everything, as far as the gate lets them leave."""
    published = Render.objects.filter(organization=organization, state=RenderState.PUBLISHED)
    for render in published.select_related("clip__organization", "clip__portrait__subject", "clip__recording"):
        if ask(render.clip, Action.DOWNLOAD, made_at=render.created_at).allowed:
            yield TakenAlong(render.output_key, f"clips/{render.clip_id}-{render.pk}.mp4")


@across_tenants("a rule is declared once for every organisation's rows")
def declare_all() -> None:
    """For AppConfig.ready(). Clips go before the pictures and recordings that they are made of."""
    subjects = ("portrait__subject", "further__portrait__subject")
    # A clip that was never finished, or whose render is not shown any more, is a draft.
    published = Q(renders__in=Render.objects.filter(state=RenderState.PUBLISHED))
    declare_first(
        Holding(Clip, DataClass.CLIP, clip_erase, project="project", subjects=subjects, standing=published),
        Holding(Clip, DataClass.DRAFT, clip_erase, project="project", subjects=subjects, standing=~published),
    )
    declare(Kept(Render, DataClass.CLIP, "goes with its clip: it is deleted by the same eraser"))
    declare_files(Files(_known, _expected, takes_clear))
    on_export(clips_taken_along)
