import json
from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from accounts.models import Role
from accounts.webhooks.delivery import PAUSES
from rendering.did.models import DidTalk, NoticeState
from rendering.did.notices import notices_send, signing_secret
from rendering.models import Render
from tests.rendering.did.arrangement import did_client, invented_source, post, talk_body
from tests.web import web

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings):
    with web() as site:
        settings.LIKENESS_OUTBOUND_ALLOW = [site.host_port]
        yield site


@pytest.fixture
def talk(receiver):
    """A talk whose webhook is the receiver; still to be made."""
    portrait, source = invented_source()
    post(did_client(portrait.organization), "/talks", talk_body(source, webhook="https://example.org/x"))
    DidTalk.objects.update(webhook=f"{receiver.address}/told")
    return DidTalk.objects.get()


def end(**values) -> None:
    Render.objects.update(**({"state": "published", "output_key": "k", "seconds_charged": 1} | values))


def again() -> None:
    """The time of the next try has come."""
    DidTalk.objects.update(tell_at=timezone.now() - timedelta(seconds=1))


def test_nothing_is_told_while_it_is_being_made(talk, receiver):
    assert notices_send() == 0
    assert receiver.got == []


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, "done"),
        ({"state": "cancelled", "output_key": "", "seconds_charged": None}, "error"),
        ({"state": "refused", "output_key": "", "seconds_charged": None, "error_code": "x", "error_message": "No."},
         "rejected"),
    ],
)  # fmt: skip
def test_the_end_is_told_once_with_what_a_get_would_say_and_signed(talk, receiver, values: dict, status: str):
    end(**values)
    assert notices_send() == 1
    assert notices_send() == 0
    (got,) = receiver.got
    told = json.loads(got.body)
    assert (got.method, got.path, told["id"], told["status"]) == ("POST", "/told", talk.pk, status)
    assert Webhook(signing_secret(talk.organization)).verify(got.body, got.headers)["id"] == talk.pk
    assert DidTalk.objects.get().notice == NoticeState.DELIVERED


def test_what_did_not_arrive_is_tried_again_with_the_same_number(talk, receiver):
    end()
    receiver.answer = lambda got: (500, {}, b"later")
    assert notices_send() == 1
    assert notices_send() == 0
    receiver.answer = lambda got: (204, {}, b"")
    again()
    assert notices_send() == 1
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    assert DidTalk.objects.get().notice == NoticeState.DELIVERED


def test_after_a_day_it_is_given_up(talk, receiver):
    end()
    receiver.answer = lambda got: (500, {}, b"")
    for _ in range(len(PAUSES) + 1):
        again()
        notices_send()
    assert DidTalk.objects.get().notice == NoticeState.FAILED
    assert len(receiver.got) == len(PAUSES) + 1


def test_who_answers_410_hears_nothing_more(talk, receiver):
    end()
    receiver.answer = lambda got: (410, {}, b"")
    notices_send()
    assert DidTalk.objects.get().notice == NoticeState.FAILED


def test_an_address_inside_the_house_is_not_called(talk, receiver, settings):
    end()
    settings.LIKENESS_OUTBOUND_ALLOW = []
    notices_send()
    assert receiver.got == []


def test_a_second_process_makes_no_second_try(talk, receiver, monkeypatch):
    end()
    stale = DidTalk.objects.get()
    notices_send()
    from rendering.did.notices import _tell  # noqa: PLC0415

    DidTalk.objects.update(notice=NoticeState.PENDING)
    assert _tell(stale) == 0
    assert len(receiver.got) == 1


def test_the_secret_is_told_to_those_who_may_connect_programs(talk):
    path = "/did/webhook-secret"
    assert did_client(talk.organization).get(path).json() == {"secret": signing_secret(talk.organization)}
    assert did_client(talk.organization, role=Role.EDITOR).get(path).status_code == 403
