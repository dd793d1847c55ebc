import threading
from collections.abc import Iterator

import pytest
from django.db import connection
from dramatiq import Message
from dramatiq.brokers.stub import StubBroker

from accounts.webhooks.outbox import event_write
from accounts.webhooks.services import endpoint_create
from rendering import outbox
from rendering.actors import WEBHOOKS_QUEUE
from rendering.broker import broker
from rendering.models import OutboxMessage
from tests.factories import OrganizationFactory, member_of
from tests.rendering.queue.arrangement import queued_render

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stub() -> Iterator[StubBroker]:
    here = broker()
    assert isinstance(here, StubBroker)
    here.flush_all()
    yield here
    here.flush_all()


def take(stub: StubBroker) -> Message:
    """The next message, acknowledged."""
    consumer = stub.consume(outbox.render_actor.queue_name)
    message = next(consumer)
    consumer.ack(message)
    return message


@pytest.fixture
def unreachable(monkeypatch):
    """The broker is down."""

    def refuse(*_):
        raise ConnectionError("nobody there")

    with monkeypatch.context() as patch:
        patch.setattr(outbox.render_actor, "send", refuse)
        yield


def test_a_message_carries_the_id_and_the_attempt_and_nothing_else(stub):
    render = queued_render()
    assert outbox.relay() == 1
    message = take(stub)
    assert (message.actor_name, message.args, message.kwargs) == ("render", (render.id, 0), {})


def test_what_was_sent_is_not_sent_again(stub):
    queued_render()
    outbox.relay()
    stub.flush_all()
    assert outbox.relay() == 0


def test_in_this_process_only_what_the_worker_can_start_is_sent(stub):
    queued_render()
    queued_render()
    assert outbox.relay() == 1
    assert outbox.relay() == 0
    stub.flush_all()
    assert outbox.relay() == 1


def test_renders_go_in_the_order_in_which_they_were_asked_for(stub):
    first, second = queued_render(), queued_render()
    sent = []
    for _ in (first, second):
        outbox.relay()
        sent.append(take(stub).args[0])
    assert sent == [first.id, second.id]


@pytest.mark.usefixtures("unreachable")
def test_a_broker_that_is_down_costs_nothing_but_time():
    queued_render()
    assert outbox.relay() == 0
    message = OutboxMessage.objects.get()
    assert (message.sent_at, message.tries) == (None, 1)
    assert "nobody there" in message.last_error


def test_after_the_broker_came_back_the_message_goes_out(stub, monkeypatch):
    render = queued_render()
    with monkeypatch.context() as patch:
        patch.setattr(outbox.render_actor, "send", lambda *_: 1 / 0)
        outbox.relay()
    assert outbox.relay() == 1
    assert take(stub).args[0] == render.id


@pytest.mark.django_db(transaction=True)
def test_two_relays_side_by_side_send_each_message_once(monkeypatch):
    render = queued_render()
    sending, other_began = threading.Event(), threading.Event()
    sent = []

    def send(render_id, attempt):
        sent.append(render_id)
        sending.set()
        other_began.wait(10)

    def relay_in_a_thread():
        outbox.relay()
        connection.close()

    monkeypatch.setattr(outbox.render_actor, "send", send)
    first, second = (threading.Thread(target=relay_in_a_thread, daemon=True) for _ in range(2))
    first.start()
    assert sending.wait(10)
    second.start()
    other_began.set()
    first.join(20)
    second.join(20)
    assert sent == [render.id]


def test_a_due_webhook_is_announced_once(stub):
    delivery = a_delivery()
    assert outbox.relay_webhooks() == 1
    assert outbox.relay_webhooks() == 0

    consumer = stub.consume(WEBHOOKS_QUEUE)
    message = next(consumer)
    consumer.ack(message)
    assert (message.actor_name, message.args) == ("webhook", (delivery.pk, 0))


def test_a_webhook_whose_message_got_lost_is_announced_again(stub):
    delivery = a_delivery()
    outbox.relay_webhooks()
    type(delivery).objects.update(next_at="2020-01-01T00:00:00Z")

    assert outbox.relay_webhooks() == 1


def a_delivery():
    """A webhook's delivery that is due."""
    organization = OrganizationFactory()
    endpoint = endpoint_create(
        organization=organization,
        acting_user=member_of(organization),
        url="https://example.org/",
        event_types=["clip.ready"],
    )
    return event_write(organization, "clip.ready", {}, [endpoint])[0]
