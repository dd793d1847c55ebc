import pytest

from rendering.states import ACTIVE, TRANSITIONS, RenderState, sources


def test_every_state_has_its_row():
    assert set(TRANSITIONS) == set(RenderState)


def test_a_render_that_ended_without_a_clip_stays_ended():
    assert [s for s in (RenderState.FAILED, RenderState.CANCELLED, RenderState.REFUSED) if TRANSITIONS[s]] == []


def test_only_a_running_render_can_be_published():
    assert sources(RenderState.PUBLISHED) == (RenderState.RUNNING,)


def test_a_published_clip_can_only_be_refused():
    assert TRANSITIONS[RenderState.PUBLISHED] == {RenderState.REFUSED}


@pytest.mark.parametrize("end", [RenderState.FAILED, RenderState.CANCELLED, RenderState.REFUSED])
def test_every_active_render_can_end(end):
    assert set(ACTIVE) <= set(sources(end))
