"""What may be done to a render. Every change of state is one UPDATE that names the states it may come from and, for a
worker, the attempt it holds; no row changed means that somebody else was first.

Locks are taken in one order, organisation before render, so that a withdrawal and a publication cannot wait for each
other.
"""

import math
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.credits import organization_lock
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.services import audit_record, authorize, credits_charge, credits_hold, credits_release
from consent.gate import Action, Decision
from consent.withdrawal import Withdrawal
from projects.models import Clip
from projects.moderation.selectors import stopped_because
from projects.selectors import clips_showing
from rendering import files
from rendering.configuration import configuration
from rendering.gating import Link, ask, ask_all, estimated_seconds
from rendering.models import OutboxMessage, Render
from rendering.selectors import with_inputs
from rendering.spec import PersonReadable
from rendering.states import ACTIVE, RenderState, sources

WORKER_LOST = PersonReadable(
    "worker-lost",
    "The clip could not be made: making it stopped half-way several times.",
    "Nothing was charged. Try again; if it happens again, tell whoever runs this installation.",
)


MODERATED = "stopped-by-a-moderator"
WITHDRAWN = PersonReadable(
    "consent-withdrawn",
    "The person shown withdrew their consent.",
    "The clip was stopped and removed. It can only be made again with a new consent.",
)


class ConsentMissing(Exception):  # noqa: N818  a state of things, as NotEnoughCredits is
    """The gate said no. `decision` tells what is missing; `links` are where the persons shown can give it, one a person
    and voice; `url` is the first of them, "" if nobody can be asked.
    """

    def __init__(self, decision: Decision, links: Sequence[Link] = ()) -> None:
        super().__init__(" ".join(decision.reasons))
        self.decision = decision
        self.links = tuple(links)
        self.url = links[0].url if links else ""


class InputsErased(Exception):  # noqa: N818
    """What the clip was to be made of is not there any more."""

    def __init__(self) -> None:
        super().__init__("What this clip is made of was erased. Upload it again under “Change something”.")


def request_render(*, organization: Organization, acting_user: User, clip: Clip) -> Render:
    """Ask for `clip` to be made. A clip that is being made already is not made twice: its active render is returned.

    Raises ConsentMissing (after making, or finding, the request on which consent can be given), InputsErased,
    NotEnoughCredits, WordsError, PermissionDenied.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.RENDER)
    if clip.inputs_erased:
        # Before anybody is asked: nobody can agree to a picture that they are not shown.
        raise InputsErased
    seconds = math.ceil(estimated_seconds(clip))
    with transaction.atomic():
        # The lock makes a double click wait for the first one, and then find its render.
        organization_lock(organization)
        if active := Render.objects.filter(organization=organization, clip=clip, state__in=ACTIVE).first():
            return active
        decision = ask(clip, Action.SUBMIT)
        if decision.allowed:
            render = Render.objects.create(
                organization=organization, clip=clip, requested_by=acting_user, seconds_held=seconds
            )
            credits_hold(organization=organization, render_id=render.id, seconds=seconds)
            _announce(render.id, attempt=0)
            _audit(render, "render.requested", acting_user=acting_user, seconds=seconds)
            return render
        # What a moderator stopped is not for the person shown to allow.
        stopped = bool(stopped_because(clip, Action.SUBMIT))
        links = () if stopped else ask_all(organization=organization, acting_user=acting_user, clip=clip)
    # Raised outside: the questions stay.
    raise ConsentMissing(decision, links)


def cancel_render(*, organization: Organization, acting_user: User, render: Render) -> bool:
    """Stop a render that is not finished, and give its credits back. False: it had ended already.

    The worker notices at its next beat and ends the child.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.RENDER)
    return _end(render.id, RenderState.CANCELLED, "render.cancelled", acting_user=acting_user)


def render_abandon(*, render_id: str) -> bool:
    """Stop a render because its clip is deleted; credits go back. False: it had ended already."""
    return _end(render_id, RenderState.CANCELLED, "render.cancelled")


def claim(*, render_id: str, seen_attempt: int, worker: str) -> Render | None:
    """Take the render that a message announced, which had `seen_attempt` when it was written; None: not to be had.

    A queued render is taken, and so is one whose worker let its lease run out. The gate is asked in the same
    transaction.
    """
    limits = configuration()
    now = timezone.now()
    with transaction.atomic():
        claimed = (
            Render.objects.filter(pk=render_id)
            .filter(
                Q(state=RenderState.QUEUED, attempt=seen_attempt)
                | Q(state=RenderState.RUNNING, attempt=seen_attempt + 1, lease_until__lt=now)
            )
            .filter(attempt__lt=F("released") + limits.max_attempts)
            .update(
                state=RenderState.RUNNING,
                attempt=F("attempt") + 1,
                lease_until=now + timedelta(seconds=limits.lease),
                worker=worker,
                stage="",
                progress=0.0,
                preview_pieces=0,
                started_at=now,
            )
        )
        if not claimed:
            return None
        render = with_inputs().get(pk=render_id)
        decision = ask(render.clip, Action.CLAIM)
    if not decision.allowed:
        refuse(render_id=render_id, attempt=render.attempt, reason=refusal(render.clip, Action.CLAIM, decision))
        return None
    return render


def beat(*, render_id: str, attempt: int, stage: str, progress: float) -> bool:
    """Renew the lease and show how far the work is. False: this attempt no longer holds the render, stop the work."""
    return bool(
        Render.objects.filter(pk=render_id, state=RenderState.RUNNING, attempt=attempt).update(
            lease_until=timezone.now() + timedelta(seconds=configuration().lease), stage=stage, progress=progress
        )
    )


def publish(*, render_id: str, attempt: int, output_key: str, report: dict[str, Any], seconds: float) -> bool:
    """Make the attempt's output the clip, and charge its `seconds`. False: the attempt was fenced off, or refused.

    The gate is asked once more; the change, the charge and the audit row are one transaction.
    """
    with transaction.atomic():
        render = _locked(render_id)
        decision = ask(render.clip, Action.PUBLISH)
        if not decision.allowed:
            refuse(render_id=render_id, attempt=attempt, reason=refusal(render.clip, Action.PUBLISH, decision))
            return False
        charged = min(math.ceil(seconds), render.seconds_held)
        published = _change(
            render_id,
            RenderState.PUBLISHED,
            attempt=attempt,
            output_key=output_key,
            report=report,
            seconds_charged=charged,
            stage="",
            progress=1.0,
            finished_at=timezone.now(),
        )
        if not published:
            return False
        credits_charge(organization=render.organization, render_id=render_id, seconds=charged)
        _audit(render, "render.published", attempt=attempt, seconds=charged)
    return True


def fail(*, render_id: str, attempt: int, reason: PersonReadable) -> bool:
    """The render cannot be made: `reason` is shown to the person who asked. Credits go back. False: fenced off."""
    return _end(render_id, RenderState.FAILED, "render.failed", attempt=attempt, reason=reason)


def refuse(*, render_id: str, attempt: int, reason: PersonReadable) -> bool:
    """The gate said no at the claim or before publishing. Credits go back. False: fenced off."""
    return _end(render_id, RenderState.REFUSED, "render.refused", attempt=attempt, reason=reason)


def release(*, render_id: str, attempt: int) -> bool:
    """A worker that shuts down gives its claim back: the render waits again, and the attempt is not counted."""
    with transaction.atomic():
        released = _change(
            render_id, RenderState.QUEUED, attempt=attempt, released=F("released") + 1, stage="", progress=0.0
        )
        if released:
            _announce(render_id, attempt=attempt)
    return released


def lose_attempt(*, render_id: str, attempt: int) -> bool:
    """The attempt broke down, or its worker vanished: try again, or give up after the allowance. False: fenced off."""
    with transaction.atomic():
        render = _locked(render_id)
        if render.attempt - render.released >= configuration().max_attempts:
            return fail(render_id=render_id, attempt=attempt, reason=WORKER_LOST)
        queued = _change(render_id, RenderState.QUEUED, attempt=attempt, stage="", progress=0.0)
        if queued:
            _announce(render_id, attempt=attempt)
            _audit(render, "render.attempt_lost", attempt=attempt)
    return queued


def announce_again(*, render: Render) -> None:
    """Write a fresh message for a queued render whose message got lost on its way."""
    _announce(render.id, attempt=render.attempt)


def withdraw_renders(withdrawal: Withdrawal) -> list[str]:
    """Consent was withdrawn: what stood on it does not go on, and cannot be seen. Returns the ids of those renders.

    Runs inside the transaction of the withdrawal; the files are removed when it commits.
    """
    shown_in = clips_showing(withdrawal.subject)
    standing = with_inputs().filter(clip__in=shown_in, state__in=sources(RenderState.REFUSED))
    return [render.id for render in standing if _stands_no_more(render) and _withdraw(render)]


def _stands_no_more(render: Render) -> bool:
    return not ask(render.clip, Action.VIEW, made_at=render.created_at).allowed


def _withdraw(render: Render) -> bool:
    if _end(render.id, RenderState.REFUSED, "render.refused", reason=WITHDRAWN):
        return True
    if not _change(render.id, RenderState.REFUSED, output_key="", report={}, **_because(WITHDRAWN)):
        return False
    _audit(render, "render.unpublished", reason=WITHDRAWN.code)
    transaction.on_commit(partial(files.withdrawn_erase, render.pk))
    return True


def refusal(clip: Clip, action: Action, decision: Decision) -> PersonReadable:
    """A denial of the gate or of a moderator, as it is kept with the render."""
    if stopped := stopped_because(clip, action):
        return PersonReadable(
            MODERATED, " ".join(stopped), "Why, and how to appeal, stands under “Decisions”. Nothing was charged."
        )
    return PersonReadable(
        "consent-missing",
        " ".join(decision.reasons) or "The person shown has not agreed to this clip.",
        "Ask the person shown for their consent, then request the clip again. Nothing was charged.",
    )


def _end(
    render_id: str,
    target: RenderState,
    action: str,
    *,
    attempt: int | None = None,
    reason: PersonReadable | None = None,
    acting_user: User | None = None,
) -> bool:
    """End an active render without a clip; its credits go back."""
    with transaction.atomic():
        render = _locked(render_id)
        if render.state not in ACTIVE:
            return False
        if not _change(render_id, target, attempt=attempt, finished_at=timezone.now(), **_because(reason)):
            return False
        credits_release(organization=render.organization, render_id=render_id)
        _audit(render, action, acting_user=acting_user, **({"reason": reason.code} if reason else {}))
    return True


def _locked(render_id: str) -> Render:
    """The render as it is now, its organisation and itself locked until the transaction ends."""
    organization_lock(Organization.objects.get(renders=render_id))
    Render.objects.select_for_update().get(pk=render_id)
    return with_inputs().get(pk=render_id)


def _change(render_id: str, target: RenderState, *, attempt: int | None = None, **fields: Any) -> bool:
    """The one way a state changes, but for the claim: compare and set. `attempt` is the fence."""
    rows = Render.objects.filter(pk=render_id, state__in=sources(target))
    if attempt is not None:
        rows = rows.filter(attempt=attempt)
    return bool(rows.update(state=target, lease_until=None, preview_pieces=0, **fields))


def _because(reason: PersonReadable | None) -> dict[str, Any]:
    if reason is None:
        return {}
    return {"error_code": reason.code, "error_message": reason.message, "error_advice": reason.advice}


def _announce(render_id: str, *, attempt: int) -> None:
    OutboxMessage.objects.create(render_id=render_id, attempt=attempt)


def _audit(render: Render, action: str, *, acting_user: User | None = None, **data: Any) -> None:
    audit_record(
        organization=render.organization,
        acting_user=acting_user,
        action=action,
        object_id=render.id,
        data={"clip": render.clip_id, **data},
    )
