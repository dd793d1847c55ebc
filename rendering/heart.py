"""The heart of an attempt: renews its lease from a thread of its own, whatever the worker is busy with."""

import logging
import threading
from time import monotonic
from types import TracebackType
from typing import Self

from django.db import connections

from accounts.scopes import within
from rendering import services
from rendering.configuration import configuration
from rendering.models import Render

logger = logging.getLogger(__name__)


class Heart:
    """Beats while the context lasts; `lost` is set once the attempt no longer holds the render, whatever the reason.

    `show` gives it what the next beat writes as the render's progress.
    """

    def __init__(self, render: Render) -> None:
        limits = configuration()
        self.lost = threading.Event()
        self._render = render
        self._beat = limits.beat
        # A worker that hangs must not hold its render for ever: half a deadline more than an attempt may take.
        self._last = monotonic() + 1.5 * limits.deadline
        self._stage, self._fraction = "", 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heart-{render.id}", daemon=True)

    def show(self, stage: str, fraction: float) -> None:
        self._stage, self._fraction = stage, fraction

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        with within(self._render.organization_id):
            self._beat_until_stopped()
        connections.close_all()

    def _beat_until_stopped(self) -> None:
        while not self._stop.wait(self._beat) and monotonic() < self._last:
            try:
                held = services.beat(
                    render_id=self._render.id,
                    attempt=self._render.attempt,
                    stage=self._stage,
                    progress=self._fraction,
                )
            except Exception:
                # The database may be away for a moment: that is what the lease is longer than a beat for.
                logger.exception("Render %s: a beat failed", self._render.id)
                continue
            if not held:
                self.lost.set()
                break
