import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from rendering.models import Render
from tests.rendering.queue.arrangement import queued_render

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "lost"},
        {"state": "published", "seconds_charged": 1},
        {"state": "published", "output_key": "clip.mp4"},
        {"output_key": "clip.mp4"},
        {"state": "running", "attempt": 1},
        {"state": "running", "lease_until": timezone.now()},
        {"lease_until": timezone.now()},
        {"state": "failed"},
        {"state": "refused", "error_code": "no"},
        {"progress": 1.1},
        {"released": 1},
        {"preview_pieces": 1},
    ],
    ids="-".join,
)
def test_the_database_refuses_what_cannot_be(fields):
    render = queued_render()
    with pytest.raises(IntegrityError), transaction.atomic():
        Render.objects.filter(pk=render.pk).update(**fields)


def test_the_database_refuses_a_second_active_render_of_a_clip():
    render = queued_render()
    with pytest.raises(IntegrityError), transaction.atomic():
        Render.objects.create(organization=render.organization, clip=render.clip, seconds_held=1)
