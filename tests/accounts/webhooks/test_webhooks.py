"""What happens is told once it has happened, signed, and again until it arrives."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from accounts.models import AuditEvent, Role
from accounts.services import audit_record, credits_grant
from accounts.webhooks import delivery as delivering
from accounts.webhooks.catalogue import EVENT_TYPES
from accounts.webhooks.delivery import PATIENCE, PAUSES, deliver, pause_after
from accounts.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from accounts.webhooks.outbox import due, purge
from accounts.webhooks.services import (
    delivery_replay,
    endpoint_change,
    endpoint_create,
    endpoint_delete,
    endpoint_test,
    secret_rotate,
)
from accounts.webhooks.signing import secret_of
from consent.models import Letter
from consent.selectors import receipt_token
from consent.services import consent_withdraw
from rendering.services import cancel_render, request_render
from tests.factories import ClipFactory, OrganizationFactory, answer, member_of, request_for
from tests.web import web

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return OrganizationFactory()


@pytest.fixture
def owner(organization):
    return member_of(organization)


@pytest.fixture
def site(settings):
    with web() as made:
        settings.LIKENESS_OUTBOUND_ALLOW = [made.host_port]
        yield made


@pytest.fixture
def endpoint(organization, owner, site):
    return endpoint_create(
        organization=organization, acting_user=owner, url=f"{site.address}/hook", event_types=list(EVENT_TYPES)
    )


def _happens(organization, action="render.published", **data):
    audit_record(organization=organization, acting_user=None, action=action, object_id="rnd_1", data=data)
    return WebhookDelivery.objects.first()


def _try_now(delivery):
    """As the relay and a worker do, without waiting."""
    delivery.refresh_from_db()
    return deliver(delivery.pk, delivery.tries)


def test_an_event_arrives_with_a_signature_that_can_be_checked(organization, endpoint, site):
    delivery = _happens(organization, clip="clp_1", seconds=4)

    assert _try_now(delivery)
    got = site.got[0]
    told = Webhook(secret_of(endpoint)).verify(got.body, got.headers)
    assert told["type"] == "clip.ready"
    assert told["data"] == {"render": "rnd_1", "clip": "clp_1", "seconds": 4}
    assert got.headers["webhook-id"] == delivery.event_id
    assert got.headers["content-type"] == "application/json"


def test_a_changed_body_does_not_pass(organization, endpoint, site):
    _try_now(_happens(organization))
    got = site.got[0]

    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(endpoint)).verify(got.body + b" ", got.headers)


def test_only_chosen_events_are_told(organization, owner, site):
    endpoint_create(organization=organization, acting_user=owner, url=site.address, event_types=["clip.failed"])

    assert _happens(organization, "render.published") is None
    assert _happens(organization, "render.failed").event.type == "clip.failed"


def test_another_organisation_hears_nothing(organization, endpoint):
    assert _happens(OrganizationFactory()) is None


def test_what_is_undone_was_never_told(organization, endpoint):
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        _happens(organization)
        transaction.set_rollback(True)

    assert not WebhookEvent.objects.exists()


def test_consent_and_clips_are_told_as_they_happen(site):
    clip = ClipFactory()
    organization, user = clip.organization, clip.created_by
    credits_grant(organization=organization, seconds=60, reason="test")
    endpoint_create(organization=organization, acting_user=user, url=site.address, event_types=list(EVENT_TYPES))
    asked = request_for(clip)
    answer(asked)
    render = request_render(organization=organization, acting_user=user, clip=clip)
    cancel_render(organization=organization, acting_user=user, render=render)
    refused = request_for(clip)
    answer(refused, granted=[])
    consent_withdraw(token=receipt_token(asked))

    told = list(WebhookEvent.objects.order_by("created_at").values_list("type", flat=True))
    assert told == [
        "consent.requested",
        "consent.granted",
        "clip.requested",
        "clip.cancelled",
        "consent.requested",
        "consent.refused",
        "consent.withdrawn",
    ]
    granted = WebhookEvent.objects.get(type="consent.granted")
    assert granted.data == {
        "consent_request": asked.pk,
        "answers": {"face": "granted", "voice": "granted", "words": "granted"},
    }


def test_a_try_that_fails_is_made_again_later(organization, endpoint, site):
    site.answer = lambda got: (503, {}, b"busy")
    delivery = _happens(organization)

    assert not _try_now(delivery)
    delivery.refresh_from_db()
    wait = delivery.next_at - timezone.now()
    assert (delivery.state, delivery.tries) == ("pending", 1)
    assert timedelta(seconds=0) < wait <= timedelta(seconds=6)
    attempt = delivery.attempts.get()
    assert (attempt.status, attempt.answer) == (503, "busy")
    site.answer = lambda got: (204, {}, b"")
    assert _try_now(delivery)
    assert site.got[0].headers["webhook-id"] == site.got[1].headers["webhook-id"]
    assert WebhookDelivery.objects.get().state == "delivered"


def test_tries_go_on_for_a_day_and_then_end(organization, endpoint, site):
    site.answer = lambda got: (500, {}, b"")
    delivery = _happens(organization)
    for _ in range(len(PAUSES) + 1):
        _try_now(delivery)

    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert 23 * 3600 < sum(PAUSES) < 30 * 3600
    assert not _try_now(delivery)
    assert WebhookAttempt.objects.count() == len(PAUSES) + 1


def test_pauses_grow_and_never_fall_together():
    assert list(PAUSES) == sorted(PAUSES)
    assert pause_after(2, chance=lambda: 0.0) == timedelta(seconds=30)
    assert pause_after(2, chance=lambda: 1.0) == timedelta(seconds=36)


def test_the_same_message_twice_is_one_try(organization, endpoint, site):
    site.answer = lambda got: (500, {}, b"")
    delivery = _happens(organization)
    deliver(delivery.pk, 0)
    deliver(delivery.pk, 0)

    assert len(site.got) == 1


def test_a_redirect_is_not_followed(organization, endpoint, site):
    site.answer = lambda got: (302, {"Location": "/elsewhere"}, b"")

    assert not _try_now(_happens(organization))
    assert [got.path for got in site.got] == ["/hook"]


def test_an_address_inside_is_not_sent_to_though_it_was_let_in_before(organization, endpoint, site, settings):
    settings.LIKENESS_OUTBOUND_ALLOW, settings.LIKENESS_OUTBOUND_HTTP = [], True

    assert not _try_now(_happens(organization))
    assert site.got == []
    assert "private network" in WebhookAttempt.objects.get().error


def test_an_answer_is_kept_cut_short(organization, endpoint, site):
    site.answer = lambda got: (400, {}, b"\x00" + b"x" * 100_000)
    _try_now(_happens(organization))

    assert len(WebhookAttempt.objects.get().answer) == 2000


def test_who_answers_gone_is_not_asked_again(organization, endpoint, site):
    site.answer = lambda got: (410, {}, b"")
    _try_now(_happens(organization))

    endpoint.refresh_from_db()
    assert endpoint.disabled_at is not None
    assert WebhookDelivery.objects.get().state == "failed"
    assert AuditEvent.objects.filter(action="webhook.disabled").exists()


def test_an_endpoint_to_which_nothing_arrives_for_days_is_switched_off_with_a_letter(
    organization, endpoint, owner, site
):
    site.answer = lambda got: (500, {}, b"")
    delivery = _happens(organization)
    _try_now(delivery)
    WebhookEndpoint.objects.update(failing_since=timezone.now() - PATIENCE - timedelta(minutes=1))
    _try_now(delivery)

    endpoint.refresh_from_db()
    assert "3 days" in endpoint.disabled_reason
    letter = Letter.objects.get()
    assert letter.recipient == owner.email
    assert endpoint.url in letter.body
    assert _happens(organization).pk == delivery.pk


def test_one_arrival_ends_the_time_of_failing(organization, endpoint, site):
    WebhookEndpoint.objects.update(failing_since=timezone.now() - PATIENCE)
    _try_now(_happens(organization))

    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_after_a_rotation_both_secrets_check_for_a_day(organization, endpoint, owner, site):
    old = secret_of(endpoint)
    rotated = secret_rotate(organization=organization, acting_user=owner, endpoint=endpoint)
    _try_now(_happens(organization))
    got = site.got[0]
    for secret in (old, secret_of(rotated)):
        assert Webhook(secret).verify(got.body, got.headers)

    WebhookEndpoint.objects.update(old_until=timezone.now())
    _try_now(_happens(organization))
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(site.got[1].body, site.got[1].headers)


def test_no_secret_stands_in_the_database(endpoint):
    stored = json.dumps([str(value) for value in WebhookEndpoint.objects.values_list().get()])

    assert secret_of(endpoint).removeprefix("whsec_") not in stored


def test_a_delivery_can_be_sent_once_more(organization, endpoint, owner, site):
    first = _happens(organization)
    _try_now(first)
    again = delivery_replay(organization=organization, acting_user=owner, delivery=first)
    _try_now(again)

    assert [got.headers["webhook-id"] for got in site.got] == [first.event_id] * 2
    assert again.replays == first


def test_a_test_event_says_that_it_is_one(organization, endpoint, owner, site):
    _try_now(endpoint_test(organization=organization, acting_user=owner, endpoint=endpoint))

    assert json.loads(site.got[0].body)["type"] == "webhook.test"


def test_what_is_switched_off_is_not_told_and_not_tested(organization, endpoint, owner, site):
    before = _happens(organization)
    endpoint_change(organization=organization, acting_user=owner, endpoint=endpoint, enabled=False)

    assert _happens(organization).pk == before.pk
    assert not _try_now(before)
    assert site.got == []
    with pytest.raises(ValidationError):
        endpoint_test(organization=organization, acting_user=owner, endpoint=endpoint)


def test_an_endpoint_goes_with_its_log(organization, endpoint, owner):
    _happens(organization)
    endpoint_delete(organization=organization, acting_user=owner, endpoint=endpoint)

    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("url", {"url": "http://example.org/"}),
        ("url", {"url": "javascript:alert(1)"}),
        ("event_types", {"event_types": []}),
        ("event_types", {"event_types": ["king.crowned"]}),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused_by_field(organization, owner, field, values):
    asked = {"url": "https://example.org/", "event_types": ["clip.ready"], **values}
    with pytest.raises(ValidationError) as refused:
        endpoint_create(organization=organization, acting_user=owner, **asked)

    assert set(refused.value.message_dict) == {field}


def test_only_who_may_integrate_adds_endpoints(organization):
    with pytest.raises(PermissionDenied):
        endpoint_create(
            organization=organization,
            acting_user=member_of(organization, Role.EDITOR),
            url="https://example.org/",
            event_types=["clip.ready"],
        )


def test_due_is_what_may_be_tried_now(organization, endpoint):
    delivery = _happens(organization)
    assert list(due()) == [delivery]

    WebhookDelivery.objects.update(next_at=timezone.now() + timedelta(minutes=1))
    assert list(due()) == []


def test_the_log_is_forgotten_after_a_month(organization, endpoint):
    _happens(organization)
    assert purge() == 0

    WebhookEvent.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert purge() == 1
    assert not WebhookDelivery.objects.exists()


def test_a_try_that_was_cut_off_is_made_again(organization, endpoint, monkeypatch):
    """The process died between claim and answer."""
    delivery = _happens(organization)
    monkeypatch.setattr(delivering, "send", lambda *arguments, **values: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        deliver(delivery.pk, 0)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("pending", 1)
    assert delivery.next_at <= timezone.now() + delivering.CLAIM
