"""A preview plays on the clip's page while the clip is being made: pieces of the very clip, stored while somebody
watches.

The child leaves them in its scratch folder; from there they go to the storage, where every web process finds them, once
the page has asked. The row says how many may be watched, of which attempt; its state says whether any may. They are
gone from the storage before the attempt is over, whatever becomes of it.
"""

import logging
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connections

from accounts.scopes import within
from projects.retention.files import file_erase
from rendering import files
from rendering.models import Render
from rendering.states import ACTIVE, RenderState

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.2


def preview_ask(*, render: Render) -> None:
    """Somebody looks on: from now on the pieces of this render are stored, those that are there already too."""
    if not render.preview_wanted:
        Render.objects.filter(pk=render.pk, state__in=ACTIVE).update(preview_wanted=True)


def preview_show(*, render_id: str, attempt: int, pieces: int) -> bool:
    """So many pieces of `attempt` are stored. False: the attempt does not hold the render any more."""
    held = Render.objects.filter(pk=render_id, state=RenderState.RUNNING, attempt=attempt)
    return bool(held.update(preview_pieces=pieces))


def previews_clear() -> int:
    """Remove the pieces that a worker which vanished left of renders that have ended; returns of how many."""
    ended = Render.objects.filter(preview_wanted=True).exclude(state__in=ACTIVE)
    return sum(_clear(render) for render in ended)


def _clear(render: Render) -> bool:
    if not files.previews_erase(render):
        return False
    # Only now, so that what could not be removed is tried again. One that goes on is watched on.
    Render.objects.filter(pk=render.pk).exclude(state__in=ACTIVE).update(preview_wanted=False)
    return True


class Preview:
    """Stores the pieces that appear in `folder`, from a thread of its own, for as long as the context lasts; then none
    is left. A storage that refuses ends the preview, and not the render.
    """

    def __init__(self, render: Render, folder: Path) -> None:
        self._render, self._folder = render, folder
        self._wanted = render.preview_wanted
        self._stored = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"preview-{render.id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        if self._wanted:
            _clear(self._render)

    def _run(self) -> None:
        with within(self._render.organization_id):
            try:
                while not self._stop.wait(POLL_SECONDS):
                    if not all(map(self._store, self._pieces())):
                        break
            except Exception:
                logger.exception("Render %s: its preview cannot be stored, and ends", self._render.id)
        connections.close_all()

    def _pieces(self) -> list[Path]:
        """What is to be stored now, in order."""
        pieces = sorted(self._folder.glob("*.m4s"))
        if pieces and not self._wanted:
            self._wanted = Render.objects.filter(pk=self._render.pk, preview_wanted=True).exists()
        return pieces if self._wanted else []

    def _store(self, piece: Path) -> bool:
        """False: nobody may watch this attempt any more."""
        key = files.preview_key(self._render, self._render.attempt, self._stored)
        with piece.open("rb") as content:
            default_storage.save(key, File(content))
        self._stored += 1
        if preview_show(render_id=self._render.id, attempt=self._render.attempt, pieces=self._stored):
            piece.unlink()
            return True
        file_erase(key)
        return False
