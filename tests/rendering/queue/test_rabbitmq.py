"""A render's way through a real RabbitMQ, where one answers."""

import os
import uuid
from collections.abc import Iterator

import pika
import pytest
from dramatiq.common import dq_name, xq_name

from rendering.states import RenderState
from tests.rendering.queue.arrangement import PATIENCE, become, child_pid, settled, stored_clips
from tests.services import absent

URL = os.environ.get("LIKENESS_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672/")

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.service]


@pytest.fixture
def through_rabbitmq() -> Iterator[dict[str, str]]:
    """The environment that sends a worker through RabbitMQ, with a queue of the test's own."""
    try:
        connection = pika.BlockingConnection(pika.URLParameters(URL))
    except (pika.exceptions.AMQPError, OSError):
        absent("no RabbitMQ answers")
    name = f"likeness-test-{uuid.uuid4().hex}"
    yield {"DRAMATIQ_BROKER": "rabbitmq", "RABBITMQ_URL": URL, "LIKENESS_RENDER_QUEUE": name}
    connection.close()
    with pika.BlockingConnection(pika.URLParameters(URL)) as cleaning:
        for queue in (name, dq_name(name), xq_name(name)):
            cleaning.channel().queue_delete(queue)


def test_a_render_goes_through(start_worker, render, tmp_path, through_rabbitmq):
    (tmp_path / "go").touch()
    start_worker("waiting", **through_rabbitmq)
    become(render, RenderState.PUBLISHED)
    assert [kind for kind, _ in settled(render)] == ["hold", "charge"]


def test_a_killed_worker_costs_one_attempt_and_one_charge(start_worker, render, tmp_path, through_rabbitmq):
    first = start_worker("waiting", **through_rabbitmq)
    child_pid(tmp_path, 1)
    first.kill()
    start_worker("waiting", **through_rabbitmq)
    child_pid(tmp_path, 2, within=PATIENCE)
    (tmp_path / "go").touch()
    become(render, RenderState.PUBLISHED)
    assert stored_clips(render) == [2]
    assert [kind for kind, _ in settled(render)] == ["hold", "charge"]
