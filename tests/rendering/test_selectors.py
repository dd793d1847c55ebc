import pytest
from django.http import Http404

from accounts.permissions import Act
from rendering.selectors import access_render, latest_render
from tests.factories import UserFactory, member_of
from tests.rendering.queue.arrangement import queued_render

pytestmark = pytest.mark.django_db


def test_a_member_gets_the_render():
    render = queued_render()
    assert access_render(member_of(render.organization, "viewer"), render.id) == render


@pytest.mark.parametrize("render_id", ["rnd_0000000000000000", "clp_0000000000000000", "", "rnd_' or 1=1"])
def test_what_is_missing_is_not_found(render_id):
    with pytest.raises(Http404):
        access_render(UserFactory(), render_id)


def test_what_belongs_to_others_is_not_found_either():
    mine, theirs = queued_render(), queued_render()
    with pytest.raises(Http404):
        access_render(mine.requested_by, theirs.id)


def test_a_role_that_may_not_do_it_finds_nothing():
    render = queued_render()
    with pytest.raises(Http404):
        access_render(member_of(render.organization, "viewer"), render.id, act=Act.RENDER)


def test_the_newest_render_of_a_clip_is_found():
    render = queued_render()
    assert latest_render(render.clip) == render
