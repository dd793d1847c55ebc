"""Whatever happens to a render, in whatever order: its state, its credits and its clip fit together."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import CreditEntry
from accounts.selectors import credits_available
from consent.models import ConsentRequest
from consent.selectors import receipt_token
from consent.services import consent_withdraw
from rendering import services
from rendering.models import Render
from rendering.previewing import preview_show
from rendering.spec import PersonReadable
from rendering.states import TRANSITIONS, RenderState
from rendering.sweeper import sweep
from tests.rendering.queue.arrangement import GRANTED, queued_render

pytestmark = pytest.mark.django_db

REASON = PersonReadable("bad", "It is bad.")
# How far behind the render's real attempt a worker believes it is; mostly it is right.
BEHIND = st.sampled_from([0, 0, 0, 1])

Step = tuple[str, int]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["claim", "publish", "fail", "refuse", "release", "lose", "beat", "show"]), BEHIND),
        st.tuples(st.sampled_from(["cancel", "expire", "sweep", "withdraw"]), st.just(0)),
    ),
    max_size=14,
)


def take(render: Render, step: Step) -> None:
    name, behind = step
    attempt = max(render.attempt - behind, 0)
    fenced = {"render_id": render.id, "attempt": attempt}
    match name:
        case "claim":
            services.claim(render_id=render.id, seen_attempt=attempt, worker="w")
        case "publish":
            services.publish(**fenced, output_key=f"{attempt}/clip.mp4", report={}, seconds=1.5)
        case "fail":
            services.fail(**fenced, reason=REASON)
        case "refuse":
            services.refuse(**fenced, reason=REASON)
        case "release":
            services.release(**fenced)
        case "lose":
            services.lose_attempt(**fenced)
        case "beat":
            services.beat(**fenced, stage="draw", progress=0.5)
        case "show":
            preview_show(**fenced, pieces=1)
        case "cancel":
            services.cancel_render(organization=render.organization, acting_user=render.requested_by, render=render)
        case "expire":
            Render.objects.filter(pk=render.pk, state=RenderState.RUNNING).update(
                lease_until=timezone.now() - timedelta(seconds=1)
            )
        case "sweep":
            sweep()
        case "withdraw":
            request = ConsentRequest.objects.get(subject=render.clip.portrait.subject)
            consent_withdraw(token=receipt_token(request))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_history_keeps_the_rules(steps: list[Step]):
    with transaction.atomic():
        render = queued_render()
        before = render
        for step in steps:
            take(before, step)
            after = Render.objects.get(pk=render.pk)
            assert_rules(before, after)
            before = after
        transaction.set_rollback(True)


def assert_rules(before: Render, after: Render) -> None:
    # Several steps of the table may lie between: an expired lease is lost and claimed again in one sweep.
    assert after.state in reachable(RenderState(before.state))
    assert after.attempt >= before.attempt
    assert after.attempts_used <= 3
    kinds = list(CreditEntry.objects.filter(render_id=after.id).order_by("id").values_list("kind", flat=True))
    charged = after.seconds_charged is not None
    expected = ["hold"] if after.is_active else ["hold", "charge" if charged else "release"]
    assert kinds == expected
    spent = after.seconds_held if after.is_active else (after.seconds_charged or 0)
    assert credits_available(after.organization) == GRANTED - spent
    if after.state != RenderState.RUNNING or after.attempt != before.attempt:
        assert after.preview_pieces == 0
    if after.state == RenderState.PUBLISHED:
        assert after.output_key == f"{after.attempt}/clip.mp4"


def reachable(state: RenderState) -> set[RenderState]:
    found, edge = {state}, {state}
    while edge:
        edge = {target for source in edge for target in TRANSITIONS[source]} - found
        found |= edge
    return found
