"""The sweeper: what a worker that vanished left behind."""

import logging
import shutil
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from accounts.scopes import across_tenants
from rendering import files, services
from rendering.configuration import configuration, scratch_folder
from rendering.models import Render
from rendering.previewing import previews_clear
from rendering.states import RenderState
from rendering.takes import takes_clear

logger = logging.getLogger(__name__)


@across_tenants("leases run out in every organisation")
def sweep() -> int:
    """Requeue (or, after the allowance, fail) renders whose lease ran out, announce lost ones again, clear this
    machine's scratch folder, the previews that were left and the takes of what was erased; returns how many renders
    were touched. Any number of sweepers may run: each change is compare-and-set.
    """
    touched = _expired() + _unheard()
    _clear_scratch()
    previews_clear()
    takes_clear()
    return touched


def _expired() -> int:
    touched = 0
    for render in Render.objects.filter(state=RenderState.RUNNING, lease_until__lt=timezone.now()):
        if services.lose_attempt(render_id=render.id, attempt=render.attempt):
            logger.warning("Render %s: the worker of attempt %d vanished", render.id, render.attempt)
            files.remove_attempt(render, render.attempt)
            touched += 1
    return touched


def _unheard() -> int:
    """Queued renders whose last message was sent long ago: the broker lost it, or the process that held it ended."""
    long_ago = timezone.now() - timedelta(seconds=configuration().resend_after)
    unheard = (
        Render.objects.filter(state=RenderState.QUEUED)
        .exclude(outbox_messages__sent_at__isnull=True)
        .annotate(last_sent=Max("outbox_messages__sent_at"))
        .filter(last_sent__lt=long_ago)
    )
    for render in unheard:
        services.announce_again(render=render)
    return len(unheard)


def _clear_scratch() -> None:
    if not scratch_folder().is_dir():
        return
    for folder in scratch_folder().iterdir():
        render_id, _, attempt = folder.name.rpartition(".")
        if not attempt.isdecimal():
            continue  # a folder that is not ours, such as a file system's lost+found
        if not Render.objects.filter(pk=render_id, state=RenderState.RUNNING, attempt=int(attempt)).exists():
            shutil.rmtree(folder, ignore_errors=True)
