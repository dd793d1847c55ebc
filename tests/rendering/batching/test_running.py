import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent, CreditEntry, Membership, Role
from accounts.selectors import credits_available
from accounts.services import credits_grant
from consent.models import ConsentRequest
from consent.selectors import receipt_token
from consent.services import consent_withdraw
from projects.batches.models import Batch, BatchState, RowState
from projects.batches.services import BatchConflict, batch_change, batch_correct, rows_again
from projects.batches.sheet import read_sheet
from projects.models import Clip
from rendering.batching import running
from rendering.batching.asking import batch_consent_ask
from rendering.batching.checking import check_for
from rendering.batching.running import batch_cancel, batch_pause, batch_resume, batch_start, drive, row_start
from rendering.batching.standing import rows_in
from rendering.models import Render
from rendering.services import fail
from rendering.spec import PersonReadable
from rendering.states import RenderState
from tests.factories import answer, member_of
from tests.factories_batches import invented_portrait, living_portrait
from tests.rendering.batching.arrangement import GRANTED, checked_batch, started_batch, states

pytestmark = pytest.mark.django_db


def act(batch: Batch) -> dict:
    return {"organization": batch.organization, "acting_user": batch.created_by, "batch": batch}


def become(batch: Batch, state: RenderState) -> None:
    """All renders of the batch end like this."""
    values = {"output_key": "org/x/clip.mp4", "seconds_charged": 1} if state == RenderState.PUBLISHED else {}
    Render.objects.filter(clip__batch_rows__batch=batch).update(state=state, lease_until=None, **values)


def state_of(batch: Batch) -> str:
    return Batch.objects.values_list("state", flat=True).get(pk=batch.pk)


def test_starting_makes_a_clip_a_row_with_its_own_hold():
    batch = started_batch()
    drive()
    assert set(states(batch).values()) == {RowState.STARTED}
    assert sorted(Clip.objects.values_list("words", flat=True)) == [
        "Hello Ana, welcome to Lisbon.",
        "Hello Bo, welcome to our town.",
        "Hello Cem, welcome to Izmir.",
    ]
    holds = CreditEntry.objects.filter(kind="hold")
    assert holds.count() == 3
    assert credits_available(batch.organization) == GRANTED - sum(hold.seconds for hold in holds)


def test_a_second_click_and_a_second_round_make_nothing_twice():
    batch = started_batch()
    batch_start(**act(batch), digest=batch.digest)
    for _ in range(3):
        drive()
    assert Clip.objects.count() == Render.objects.count() == 3
    assert AuditEvent.objects.filter(action="batch.started").count() == 1


def test_another_dry_run_than_the_last_starts_nothing():
    batch = checked_batch()
    old = batch.digest
    batch_change(**act(batch), template="Bye {{name}}.")
    check_for(batch, seconds=60)
    with pytest.raises(BatchConflict, match="changed since"):
        batch_start(**act(batch), digest=old)
    assert state_of(batch) == BatchState.READY


def test_an_unfinished_dry_run_starts_nothing():
    batch = checked_batch()
    Batch.objects.update(state=BatchState.CHECKING)
    with pytest.raises(BatchConflict, match="not finished"):
        batch_start(**act(batch), digest=batch.digest)


def test_a_batch_without_a_good_row_is_not_started():
    batch = checked_batch(table="name\nАнна\n", script="Hello {{name}}.")
    with pytest.raises(BatchConflict, match="Correct the rows"):
        batch_start(**act(batch), digest=batch.digest)


def test_whoever_may_not_make_clips_starts_nothing():
    batch = checked_batch()
    viewer = member_of(batch.organization, Role.REVIEWER)
    with pytest.raises(PermissionDenied):
        batch_start(organization=batch.organization, acting_user=viewer, batch=batch, digest=batch.digest)


def test_a_row_that_cannot_be_made_stops_no_other(monkeypatch):
    batch = started_batch()
    made = running.clip_create

    def breaking(**values):
        if "Hello Bo" in values["words"]:
            raise ZeroDivisionError("a bug")
        return made(**values)

    monkeypatch.setattr(running, "clip_create", breaking)
    drive()
    assert states(batch) == {2: "started", 3: "stopped", 4: "started"}
    assert Clip.objects.count() == Render.objects.count() == 2


def test_without_seconds_the_batch_pauses_and_goes_on_when_there_are_more():
    batch = started_batch(seconds=4)
    drive()
    batch.refresh_from_db()
    assert batch.state == BatchState.PAUSED
    assert "seconds of video" in batch.paused_because
    made = Clip.objects.count()
    assert made == Render.objects.count() == 1
    credits_grant(organization=batch.organization, seconds=100, reason="test")
    assert batch_resume(**act(batch))
    drive()
    assert Clip.objects.count() == 3


def test_who_lost_their_role_makes_no_more_clips():
    batch = started_batch()
    Membership.objects.filter(user=batch.created_by).update(role=Role.VIEWER)
    drive()
    assert state_of(batch) == BatchState.PAUSED
    assert not Clip.objects.exists()


def test_only_so_many_clips_of_a_batch_wait_in_the_queue(settings):
    settings.LIKENESS_QUEUE = {"batch_ahead": 2}
    batch = started_batch()
    drive()
    assert Render.objects.count() == 2
    become(batch, RenderState.PUBLISHED)
    drive()
    assert Render.objects.count() == 3


def test_it_finishes_when_nothing_is_left():
    batch = started_batch()
    drive()
    assert state_of(batch) == BatchState.RUNNING
    become(batch, RenderState.PUBLISHED)
    drive()
    assert state_of(batch) == BatchState.FINISHED


def test_a_pause_starts_no_further_row():
    batch = started_batch()
    assert batch_pause(**act(batch))
    drive()
    assert not Clip.objects.exists()
    assert not batch_pause(**act(batch))


def test_cancelling_stops_what_is_being_made_and_gives_its_seconds_back(settings):
    settings.LIKENESS_QUEUE = {"batch_ahead": 1}
    batch = started_batch()
    drive()
    assert batch_cancel(**act(batch)) == 3
    assert credits_available(batch.organization) == GRANTED
    assert set(Render.objects.values_list("state", flat=True)) == {RenderState.CANCELLED}
    assert sorted(states(batch).values()) == ["skipped", "skipped", "started"]
    assert batch_cancel(**act(batch)) == 0


def test_a_cancelled_batch_keeps_what_was_ready(settings):
    settings.LIKENESS_QUEUE = {"batch_ahead": 1}
    batch = started_batch()
    drive()
    become(batch, RenderState.PUBLISHED)
    batch_cancel(**act(batch))
    assert Render.objects.get().state == RenderState.PUBLISHED


def test_a_row_that_waited_is_made_once_the_person_agreed():
    batch = started_batch(living_portrait(invented_portrait()), table="name\nAna\n", script="Hello {{name}}.")
    drive()
    assert not Clip.objects.exists()
    assert state_of(batch) == BatchState.RUNNING
    batch_consent_ask(**act(batch))
    answer(ConsentRequest.objects.get())
    drive()
    assert states(batch) == {2: "started"}


def test_consent_that_was_withdrawn_since_the_dry_run_makes_nothing():
    portrait = living_portrait(invented_portrait())
    batch = checked_batch(portrait, table="name\nAna\nBo\n", script="Hello {{name}}.", topic="Greetings")
    batch_consent_ask(**act(batch))
    request = ConsentRequest.objects.get()
    answer(request, granted=request.scopes)
    running.check_again(batch, list(batch.rows.all()))
    batch = batch_start(**act(batch), digest=batch.digest)
    assert set(states(batch).values()) == {"ready"}
    consent_withdraw(token=receipt_token(request))
    for row in batch.rows.all():
        row_start(row.pk)
    assert not Clip.objects.exists()
    assert not Render.objects.exists()
    assert not CreditEntry.objects.filter(kind="hold").exists()
    assert "ready" not in states(batch).values()


def test_rows_that_failed_are_made_again_after_another_dry_run():
    batch = started_batch()
    drive()
    render = Render.objects.get(clip__words__contains="Hello Bo")
    Render.objects.filter(pk=render.pk).update(state=RenderState.RUNNING, attempt=1, lease_until="2030-01-01T00:00Z")
    fail(render_id=render.pk, attempt=1, reason=PersonReadable("x", "It broke.", "Try again."))
    Render.objects.exclude(pk=render.pk).update(state="published", output_key="k", seconds_charged=1)
    assert [row.number for row in rows_in(batch, "failed")] == [3]
    assert rows_again(**act(batch), rows=rows_in(batch, "failed")) == 1
    check_for(batch, seconds=60)
    batch.refresh_from_db()
    assert batch.state == BatchState.READY
    batch_start(**act(batch), digest=batch.digest)
    drive()
    assert Render.objects.filter(state=RenderState.QUEUED).count() == 1
    assert Clip.objects.count() == 4


def test_a_corrected_table_makes_only_what_changed():
    batch = started_batch(table="name\nAna\nАнна\n", script="Hello {{name}}.")
    drive()
    become(batch, RenderState.PUBLISHED)
    drive()
    assert state_of(batch) == BatchState.FINISHED
    batch_correct(**act(batch), sheet=read_sheet(b"row,name\n2,Ana\n3,Anna\n"))
    check_for(batch, seconds=60)
    batch.refresh_from_db()
    batch_start(**act(batch), digest=batch.digest)
    drive()
    assert sorted(Clip.objects.values_list("words", flat=True)) == ["Hello Ana.", "Hello Anna."]


def test_a_batch_that_was_deleted_meanwhile_starts_nothing():
    batch = started_batch()
    row = batch.rows.first()
    Batch.objects.all().delete()
    drive()
    assert row_start(row.pk)
    assert not Clip.objects.exists()
