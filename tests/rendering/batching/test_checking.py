import pytest
from django.utils import timezone

from accounts.models import CreditEntry
from consent.gate import SCOPES
from consent.models import ConsentRequest
from projects.batches.models import BatchRow, BatchState, RowState
from projects.batches.services import batch_change
from projects.models import Clip
from rendering.batching import checking
from rendering.batching.asking import batch_consent_ask, open_link, row_consent_ask
from rendering.batching.checking import check_for, check_some
from rendering.models import Render
from tests.factories import answer
from tests.factories_batches import batch_of, invented_portrait, living_portrait
from tests.rendering.batching.arrangement import checked_batch, states

pytestmark = pytest.mark.django_db


def test_a_dry_run_makes_nothing_asks_nobody_and_holds_no_credits():
    batch = checked_batch(living_portrait(invented_portrait()))
    assert batch.state == BatchState.READY
    assert not Clip.objects.exists()
    assert not Render.objects.exists()
    assert not ConsentRequest.objects.exists()
    assert not CreditEntry.objects.exclude(kind="grant").exists()


def test_each_row_is_looked_at_by_itself():
    portrait = invented_portrait(name="Ada", subject__name="Ada")
    living_portrait(portrait, "Mira Example")
    table = "name,picture,voice\nAna,Ada,heart\nBo,Mira Example,heart\nCem,Ada,Zeus\n,Ada,heart\n"
    batch = checked_batch(portrait, table=table, script="Hello {{name}}.")
    assert states(batch) == {2: "ready", 3: "consent", 4: "wrong", 5: "wrong"}
    waiting = batch.rows.get(number=3)
    assert waiting.missing == [str(scope) for scope in SCOPES]
    assert "Mira Example has not agreed to this photo yet" in waiting.problems[0]["message"]


def test_consent_is_for_the_words_of_the_row_and_no_others():
    portrait = living_portrait(invented_portrait())
    batch = checked_batch(portrait, table="name\nAna\nBo\n", script="Hello {{name}}.")
    row = batch.rows.get(number=2)
    row_consent_ask(organization=batch.organization, acting_user=batch.created_by, row=row)
    answer(ConsentRequest.objects.get())
    batch.rows.update(state=RowState.UNCHECKED)
    batch.state = BatchState.CHECKING
    batch.save()
    check_for(batch, seconds=60)
    assert states(batch) == {2: "ready", 3: "consent"}
    assert batch.rows.get(number=3).missing == ["words"]


def test_with_a_topic_one_answer_does_for_every_row_of_a_person():
    portrait = living_portrait(invented_portrait())
    batch = checked_batch(portrait, table="name\nAna\nBo\n", script="Hello {{name}}.", topic="Greetings")
    asked = batch_consent_ask(organization=batch.organization, acting_user=batch.created_by, batch=batch)
    assert [question.rows for question in asked] == [(2, 3)]
    request = ConsentRequest.objects.get()
    assert (request.topic, request.words) == ("Greetings", "")
    answer(request, granted=request.scopes)
    checking.check_again(batch, list(batch.rows.all()))
    assert set(states(batch).values()) == {"ready"}


def test_asking_twice_asks_once():
    batch = checked_batch(living_portrait(invented_portrait()), table="name\nAna\n", script="Hello {{name}}.")
    for _ in range(2):
        batch_consent_ask(organization=batch.organization, acting_user=batch.created_by, batch=batch)
    request = ConsentRequest.objects.get()
    assert request.scopes == ["face", "voice", "words"]
    row = BatchRow.objects.select_related("batch__organization", "portrait__subject").get()
    assert "/consent/" in open_link(row)


def test_a_use_that_a_row_asks_for_is_part_of_its_consent():
    portrait = living_portrait(invented_portrait())
    batch = checked_batch(portrait, table="name,public\nAna,yes\nBo,no\n", script="Hello {{name}}.")
    assert [row.missing for row in batch.rows.all()] == [
        ["face", "voice", "words", "public"],
        ["face", "voice", "words"],
    ]


def test_what_a_moderator_stopped_waits_for_nobody():
    portrait = invented_portrait()
    portrait.organization.suspended_at = timezone.now()
    batch = batch_of(portrait, "name\nAna\n", "Hello {{name}}.")
    portrait.organization.save()
    check_for(batch, seconds=60)
    assert states(batch) == {2: "wrong"}
    assert "moderator" in batch.rows.get().problems[0]["message"]


def test_rows_are_checked_some_at_a_time_and_a_change_begins_anew():
    batch = batch_of(invented_portrait())
    assert check_some(batch, limit=2) == 2
    assert sorted(states(batch).values()) == ["ready", "ready", "unchecked"]
    batch_change(organization=batch.organization, acting_user=batch.created_by, batch=batch, template="Bye {{name}}.")
    assert set(states(batch).values()) == {"unchecked"}


def test_what_was_found_of_an_older_table_is_not_written(monkeypatch):
    batch = batch_of(invented_portrait())
    plan = checking.Planner.plan

    def changing(planner, number, cells):
        monkeypatch.setattr(checking.Planner, "plan", plan)
        batch_change(
            organization=batch.organization, acting_user=batch.created_by, batch=batch, template="Bye {{name}}."
        )
        return plan(planner, number, cells)

    monkeypatch.setattr(checking.Planner, "plan", changing)
    check_some(batch)
    assert set(states(batch).values()) == {"unchecked"}
    check_for(batch, seconds=60)
    assert batch.rows.get(number=2).words == "Bye Ana."


def test_what_was_said_of_a_person_is_read_once_for_many_rows(django_assert_max_num_queries):
    batch = batch_of(invented_portrait(), "name\n" + "".join(f"Ana{n}\n" for n in range(60)), "Hello {{name}}.")
    with django_assert_max_num_queries(30):
        check_some(batch)
