"""A render's progress as server-sent events (HTML Living Standard, 9.2).

Each event is the render as it stands and names that state, so that who comes back with Last-Event-ID misses nothing
that still counts. A stream ends after a while, to free its thread; clients come back by themselves.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from accounts.api.base import ApiView
from accounts.api.problems import ProblemError
from accounts.api.scopes import Resource
from accounts.scopes import within
from rendering.api.serializers import RenderSerializer
from rendering.models import Render
from rendering.selectors import access_render_alone

POLL = 0.5
RETRY_MS = 1000
# A comment now and then tells proxies that the connection lives.
SILENCE = 15.0

_places = threading.BoundedSemaphore(settings.LIKENESS_API_STREAMS)


class RenderEventsView(ApiView):
    resource = Resource.RENDERS
    doors = {"render": access_render_alone}

    @extend_schema(
        operation_id="watchRender",
        summary="A render's progress, as it happens",
        parameters=[
            OpenApiParameter(
                "Last-Event-ID",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description="The id of the last event that was seen; browsers send it by themselves.",
            )
        ],
        responses={(200, "text/event-stream"): OpenApiTypes.ANY, 204: None},
    )
    def get(self, request: Request, render: Render) -> HttpResponseBase:
        """Events “render”, each with the render as it stands, until it ends. 204 where there is nothing more to come:
        browsers stop asking then.
        """
        seen = request.headers.get("Last-Event-ID", "")
        if not render.is_active and seen == state_id(render):
            return HttpResponse(status=204)
        if not _places.acquire(blocking=False):
            raise ProblemError(
                "too-many-requests", "Too many are watching. Ask for the render itself.", headers={"Retry-After": "5"}
            )
        response = StreamingHttpResponse(
            _Stream(events(render.organization_id, render.pk, seen)), content_type="text/event-stream"
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"
        return response


class _Stream:
    """Gives the place back when the response is closed, even one that nobody began to read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        if self._open:
            self._open = False
            _places.release()


def state_id(render: Render) -> str:
    """Names how the render stands; another one is worth an event."""
    return f"{render.attempt}.{render.state}.{render.stage}.{round(100 * render.progress)}"


def events(
    organization_id: str,
    render_id: str,
    seen: str,
    *,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[bytes]:
    """The stream's bytes, from the state that follows on `seen` to the render's end, or until it is time to go."""
    until = clock() + settings.LIKENESS_API_STREAM_SECONDS
    spoken = clock()
    yield f"retry: {RETRY_MS}\n\n".encode()
    while True:
        # The stream outlives the request and its scope.
        with within(organization_id):
            render = Render.objects.filter(pk=render_id).first()
        if render is None:
            return
        if (now := state_id(render)) != seen:
            seen, spoken = now, clock()
            yield _event(now, render)
        if not render.is_active or clock() >= until:
            return
        if clock() - spoken > SILENCE:
            spoken = clock()
            yield b": still here\n\n"
        pause(POLL)


def _event(name: str, render: Render) -> bytes:
    data = json.dumps(json.loads(JSONRenderer().render(RenderSerializer(render).data)))
    return f"id: {name}\nevent: render\ndata: {data}\n\n".encode()
