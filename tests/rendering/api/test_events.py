"""A render's progress as server-sent events."""

import json

import pytest

from rendering.api import events
from rendering.models import Render
from rendering.states import RenderState
from tests.api import V1, client_for
from tests.config.things import published_render
from tests.factories import ClipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def render():
    clip = ClipFactory()
    return Render.objects.create(organization=clip.organization, clip=clip, seconds_held=3)


def _read(chunks):
    """Events as (id, data)."""
    found = []
    for chunk in chunks:
        lines = dict(line.split(": ", 1) for line in chunk.decode().strip().splitlines() if not line.startswith(":"))
        if "data" in lines:
            found.append((lines["id"], json.loads(lines["data"])))
    return found


def _changes(render, *steps):
    """Each pause, the next change happens."""
    left = list(steps)

    def pause(seconds):
        if left:
            Render.objects.filter(pk=render.pk).update(**left.pop(0))

    return pause


def _clock(*times):
    """Shows these times, then the last one for ever."""
    left = list(times)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def test_every_change_is_told_until_the_end(render):
    pause = _changes(
        render,
        {"stage": "draw", "progress": 0.5},
        {},
        {"state": RenderState.CANCELLED},
    )
    told = _read(events.events(render.organization_id, render.pk, "", pause=pause))

    assert [data["state"] for _, data in told] == ["queued", "queued", "cancelled"]
    assert told[1][1]["progress"] == 0.5
    assert len({name for name, _ in told}) == 3


def test_who_comes_back_misses_nothing_and_hears_nothing_twice(render):
    first = _read(events.events(render.organization_id, render.pk, "", clock=_clock(0, 0, 0, 100)))
    assert len(first) == 1

    pause = _changes(render, {"state": RenderState.CANCELLED})
    second = _read(events.events(render.organization_id, render.pk, first[0][0], pause=pause))
    assert [data["state"] for _, data in second] == ["cancelled"]


def test_a_stream_ends_after_its_time(render, settings):
    over = settings.LIKENESS_API_STREAM_SECONDS + 1
    told = _read(
        events.events(render.organization_id, render.pk, "", clock=_clock(0, 0, 0, 0, over), pause=_changes(render))
    )

    assert len(told) == 1


def test_silence_is_broken_now_and_then(render):
    name = events.state_id(render)
    clock = _clock(0, 0, 0, events.SILENCE + 1, events.SILENCE + 1, 1e9)
    chunks = list(events.events(render.organization_id, render.pk, name, clock=clock, pause=_changes(render)))

    assert b": still here\n\n" in chunks


def test_a_deleted_render_ends_its_stream(render):
    def gone(seconds):
        Render.objects.all().delete()

    assert len(_read(events.events(render.organization_id, render.pk, "", pause=gone))) == 1


def test_over_http_a_finished_render_is_told_once_and_then_no_more():
    clip = ClipFactory()
    render = published_render(clip.organization)
    client = client_for(clip.organization)
    path = f"{V1}/renders/{render.pk}/events"
    answer = client.get(path)
    told = _read(b"".join(answer.streaming_content).split(b"\n\n"))

    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert [data["state"] for _, data in told] == ["published"]
    assert client.get(path, headers={"Last-Event-ID": told[0][0]}).status_code == 204


def test_too_many_watchers_are_told_to_ask_later(render, monkeypatch):
    client = client_for(render.organization)
    monkeypatch.setattr(events, "_places", events.threading.BoundedSemaphore(1))
    path = f"{V1}/renders/{render.pk}/events"
    first = client.get(path)
    second = client.get(path)
    assert (second.status_code, second.json()["code"]) == (429, "too-many-requests")

    first.close()
    assert events._places.acquire(blocking=False)
