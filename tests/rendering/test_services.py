from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import AuditEvent, CreditEntry, Role
from accounts.selectors import credits_available
from accounts.services import NotEnoughCredits, credits_grant
from consent.gate import Scope
from consent.models import ConsentRequest
from consent.selectors import receipt_token
from consent.services import consent_withdraw
from rendering import services
from rendering.files import attempt_key
from rendering.models import OutboxMessage, Render
from rendering.spec import PersonReadable
from rendering.states import RenderState
from tests.factories import ClipFactory, answer, member_of, request_for
from tests.rendering.queue.arrangement import GRANTED, consented_clip, messages_of, queued_render, settled, state_of

pytestmark = pytest.mark.django_db

REASON = PersonReadable("photo-bad", "The photo is bad.", "Use another one.")


def claim(render: Render) -> Render:
    render.refresh_from_db()
    claimed = services.claim(render_id=render.id, seen_attempt=render.attempt, worker="test")
    assert claimed is not None
    return claimed


def publish(render: Render, **changes) -> bool:
    values = {"attempt": render.attempt, "output_key": "org/x/clip.mp4", "report": {"frames": 3}, "seconds": 1.2}
    return services.publish(render_id=render.id, **(values | changes))


def expire_lease(render: Render) -> None:
    Render.objects.filter(pk=render.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def withdraw(render: Render) -> tuple[str, ...]:
    request = ConsentRequest.objects.get(subject=render.clip.portrait.subject)
    return consent_withdraw(token=receipt_token(request)).affected


class TestRequest:
    def test_it_queues_a_render_with_credits_held_a_message_and_an_audit_row(self):
        render = queued_render()
        assert render.state == RenderState.QUEUED
        assert settled(render) == [("hold", -render.seconds_held)]
        assert messages_of(render) == [0]
        assert AuditEvent.objects.filter(action="render.requested", object_id=render.id).count() == 1

    def test_what_was_erased_is_not_asked_for_nor_made(self):
        for clip in (consented_clip(), ClipFactory()):
            clip.portrait.erased_at = timezone.now()
            with pytest.raises(services.InputsErased, match="Upload it again"):
                services.request_render(
                    organization=clip.organization, acting_user=member_of(clip.organization), clip=clip
                )
            assert not Render.objects.filter(clip=clip).exists()
        assert not ConsentRequest.objects.filter(subject=clip.portrait.subject).exists()

    def test_a_second_click_gets_the_same_render(self):
        render = queued_render()
        again = services.request_render(
            organization=render.organization, acting_user=render.requested_by, clip=render.clip
        )
        assert again == render
        assert OutboxMessage.objects.count() == 1

    def test_after_the_end_a_new_render_can_be_asked_for(self):
        render = queued_render()
        services.cancel_render(organization=render.organization, acting_user=render.requested_by, render=render)
        again = services.request_render(
            organization=render.organization, acting_user=render.requested_by, clip=render.clip
        )
        assert again != render

    def test_without_consent_nothing_is_queued_and_the_way_to_give_it_is_told(self):
        clip = ClipFactory()
        credits_grant(organization=clip.organization, seconds=GRANTED, reason="test")
        with pytest.raises(services.ConsentMissing) as caught:
            services.request_render(organization=clip.organization, acting_user=clip.created_by, clip=clip)
        assert len(caught.value.decision.missing) == 3
        assert "/consent/" in caught.value.url
        assert ConsentRequest.objects.filter(photo_sha256=clip.portrait.sha256).count() == 1
        assert not Render.objects.exists()
        assert credits_available(clip.organization) == GRANTED

    def test_the_same_question_is_asked_once(self):
        clip = ClipFactory()
        urls = set()
        for _ in range(2):
            with pytest.raises(services.ConsentMissing) as caught:
                services.request_render(organization=clip.organization, acting_user=clip.created_by, clip=clip)
            urls.add(caught.value.url)
        assert len(urls) == 1
        assert ConsentRequest.objects.count() == 1

    def test_after_the_grant_it_works(self):
        clip = ClipFactory()
        credits_grant(organization=clip.organization, seconds=GRANTED, reason="test")
        with pytest.raises(services.ConsentMissing):
            services.request_render(organization=clip.organization, acting_user=clip.created_by, clip=clip)
        answer(ConsentRequest.objects.get())
        render = services.request_render(organization=clip.organization, acting_user=clip.created_by, clip=clip)
        assert render.state == RenderState.QUEUED

    def test_what_it_is_for_is_asked_for_separately(self):
        clip = ClipFactory()
        credits_grant(organization=clip.organization, seconds=2 * GRANTED, reason="test")
        with pytest.raises(services.ConsentMissing):
            services.request_render(organization=clip.organization, acting_user=clip.created_by, clip=clip)
        answer(ConsentRequest.objects.get())
        clip.commercial = True
        clip.save()
        with pytest.raises(services.ConsentMissing) as caught:
            services.request_render(organization=clip.organization, acting_user=clip.created_by, clip=clip)
        assert caught.value.decision.missing == (Scope.COMMERCIAL,)
        asked = ConsentRequest.objects.order_by("-created_at").first()
        assert Scope.COMMERCIAL in asked.scopes
        assert Scope.PUBLIC not in asked.scopes

    def test_without_credits_nothing_is_left_behind(self):
        clip = ClipFactory()
        answer(request_for(clip))
        with pytest.raises(NotEnoughCredits):
            services.request_render(organization=clip.organization, acting_user=clip.created_by, clip=clip)
        assert not Render.objects.exists()
        assert not OutboxMessage.objects.exists()

    def test_a_viewer_may_not_ask(self):
        clip = consented_clip()
        with pytest.raises(PermissionDenied):
            services.request_render(
                organization=clip.organization, acting_user=member_of(clip.organization, Role.VIEWER), clip=clip
            )


class TestClaim:
    def test_of_two_workers_one_gets_it(self):
        render = queued_render()
        first = services.claim(render_id=render.id, seen_attempt=0, worker="a")
        second = services.claim(render_id=render.id, seen_attempt=0, worker="b")
        assert first is not None
        assert first.attempt == 1
        assert second is None

    def test_a_message_of_an_attempt_long_past_finds_nothing(self):
        render = queued_render()
        services.lose_attempt(render_id=render.id, attempt=claim(render).attempt)
        assert services.claim(render_id=render.id, seen_attempt=0, worker="late") is None

    def test_an_expired_lease_can_be_taken_over(self):
        render = claim(queued_render())
        expire_lease(render)
        taken = services.claim(render_id=render.id, seen_attempt=0, worker="b")
        assert taken is not None
        assert taken.attempt == 2

    def test_the_third_attempt_is_the_last(self):
        render = queued_render()
        Render.objects.filter(pk=render.pk).update(attempt=2)
        third = services.claim(render_id=render.id, seen_attempt=2, worker="a")
        expire_lease(third)
        assert services.claim(render_id=render.id, seen_attempt=2, worker="b") is None

    def test_consent_is_asked_again(self, monkeypatch):
        render = queued_render()
        long_after = timezone.now() + timedelta(days=4000)
        monkeypatch.setattr(timezone, "now", lambda: long_after)
        assert services.claim(render_id=render.id, seen_attempt=0, worker="a") is None
        render.refresh_from_db()
        assert (render.state, render.error_code) == (RenderState.REFUSED, "consent-missing")
        assert credits_available(render.organization) == GRANTED


class TestFence:
    def test_a_beat_renews_the_lease_and_shows_progress(self):
        render = claim(queued_render())
        expire_lease(render)
        assert services.beat(render_id=render.id, attempt=1, stage="draw", progress=0.4)
        render.refresh_from_db()
        assert (render.stage, render.progress) == ("draw", 0.4)
        assert render.lease_until > timezone.now()

    def test_a_worker_that_lost_its_render_can_write_nothing(self):
        zombie = claim(queued_render())
        expire_lease(zombie)
        services.lose_attempt(render_id=zombie.id, attempt=1)
        claim(zombie)
        fenced = {"render_id": zombie.id, "attempt": 1}
        assert not services.beat(**fenced, stage="draw", progress=0.9)
        assert not publish(zombie, attempt=1)
        assert not services.fail(**fenced, reason=REASON)
        assert not services.release(**fenced)
        assert not services.lose_attempt(**fenced)
        zombie.refresh_from_db()
        assert (zombie.state, zombie.attempt, zombie.stage) == (RenderState.RUNNING, 2, "")


class TestPublish:
    def test_it_charges_what_was_used_and_gives_the_rest_back(self):
        render = claim(queued_render())
        assert publish(render, seconds=1.2)
        render.refresh_from_db()
        assert (render.state, render.output_key, render.seconds_charged) == ("published", "org/x/clip.mp4", 2)
        assert (render.progress, render.lease_until) == (1.0, None)
        assert credits_available(render.organization) == GRANTED - 2

    def test_it_never_charges_more_than_was_held(self):
        render = claim(queued_render())
        assert publish(render, seconds=500.0)
        assert credits_available(render.organization) == GRANTED - render.seconds_held

    def test_twice_is_once(self):
        render = claim(queued_render())
        assert publish(render)
        assert not publish(render, output_key="org/x/other.mp4")
        assert CreditEntry.objects.filter(render_id=render.id, kind="charge").count() == 1
        render.refresh_from_db()
        assert render.output_key == "org/x/clip.mp4"

    def test_after_consent_ran_out_it_refuses_and_charges_nothing(self, monkeypatch):
        render = claim(queued_render())
        long_after = timezone.now() + timedelta(days=4000)
        monkeypatch.setattr(timezone, "now", lambda: long_after)
        assert not publish(render)
        render.refresh_from_db()
        assert (render.state, render.output_key) == (RenderState.REFUSED, "")
        assert "run out" in render.error_message
        assert credits_available(render.organization) == GRANTED


class TestEnds:
    def test_failing_says_why_and_gives_the_credits_back(self):
        render = claim(queued_render())
        assert services.fail(render_id=render.id, attempt=1, reason=REASON)
        render.refresh_from_db()
        assert (render.state, render.error_code) == (RenderState.FAILED, "photo-bad")
        assert (render.error_message, render.error_advice) == ("The photo is bad.", "Use another one.")
        assert credits_available(render.organization) == GRANTED

    @pytest.mark.parametrize("running", [False, True])
    def test_cancelling_gives_the_credits_back(self, running):
        render = queued_render()
        if running:
            claim(render)
        cancelled = {"organization": render.organization, "acting_user": render.requested_by, "render": render}
        assert services.cancel_render(**cancelled)
        assert not services.cancel_render(**cancelled)
        assert state_of(render) == RenderState.CANCELLED
        assert credits_available(render.organization) == GRANTED

    def test_a_finished_render_cannot_be_cancelled(self):
        render = claim(queued_render())
        publish(render)
        assert not services.cancel_render(
            organization=render.organization, acting_user=render.requested_by, render=render
        )
        assert state_of(render) == RenderState.PUBLISHED

    def test_three_attempts_that_broke_down_are_enough(self):
        render = queued_render()
        for attempt in (1, 2, 3):
            claim(render)
            services.lose_attempt(render_id=render.id, attempt=attempt)
        render.refresh_from_db()
        assert (render.state, render.error_code) == (RenderState.FAILED, "worker-lost")
        assert messages_of(render) == [0, 1, 2]
        assert credits_available(render.organization) == GRANTED

    def test_attempts_that_were_given_back_are_not_counted(self):
        render = queued_render()
        for attempt in range(1, 6):
            claim(render)
            assert services.release(render_id=render.id, attempt=attempt)
        render.refresh_from_db()
        assert (render.state, render.attempt, render.attempts_used) == (RenderState.QUEUED, 5, 0)
        assert messages_of(render) == [0, 1, 2, 3, 4, 5]


class TestWithdrawal:
    @pytest.mark.parametrize("running", [False, True])
    def test_a_render_in_the_queue_is_refused_and_paid_back(self, running):
        render = queued_render()
        if running:
            claim(render)
        assert withdraw(render) == (render.id,)
        render.refresh_from_db()
        assert (render.state, render.error_code) == (RenderState.REFUSED, "consent-withdrawn")
        assert credits_available(render.organization) == GRANTED

    def test_a_published_clip_disappears(self, django_capture_on_commit_callbacks):
        render = claim(queued_render())
        key = default_storage.save(attempt_key(render, 1, "clip.mp4"), ContentFile(b"clip"))
        publish(render, output_key=key)
        with django_capture_on_commit_callbacks(execute=True):
            assert withdraw(render) == (render.id,)
        render.refresh_from_db()
        assert (render.state, render.output_key, render.report) == (RenderState.REFUSED, "", {})
        assert not default_storage.exists(key)
        assert render.seconds_charged is not None

    def test_somebody_elses_clip_stays(self):
        theirs, render = claim(queued_render()), queued_render()
        publish(theirs)
        withdraw(render)
        assert state_of(theirs) == RenderState.PUBLISHED
