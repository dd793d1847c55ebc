import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEvent, Role
from projects.batches.models import BATCH_TRANSITIONS, Batch, BatchRow, BatchState, RowState
from projects.batches.services import (
    BatchConflict,
    batch_become,
    batch_change,
    batch_correct,
    batch_create,
    batch_delete,
    rows_again,
    rows_skip,
)
from projects.batches.sheet import SheetError, read_sheet
from tests.factories import ClipFactory, ProjectFactory, member_of
from tests.factories_batches import SCRIPT, batch_of, invented_portrait

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch() -> Batch:
    return batch_of(invented_portrait())


def act(batch: Batch) -> dict:
    return {"organization": batch.organization, "acting_user": batch.created_by, "batch": batch}


def numbers(batch: Batch, state: str) -> list[int]:
    return list(batch.rows.filter(state=state).values_list("number", flat=True))


def test_a_new_batch_has_its_rows_and_an_audit_row_and_makes_nothing(batch):
    assert [row.cells["name"] for row in batch.rows.all()] == ["Ana", "Bo", "Cem"]
    assert batch.state == BatchState.CHECKING
    assert not batch.organization.renders.exists()
    assert AuditEvent.objects.filter(action="batch.created", object_id=batch.pk).count() == 1


def test_whoever_may_not_make_clips_makes_no_batch(batch):
    viewer = member_of(batch.organization, Role.VIEWER)
    with pytest.raises(PermissionDenied):
        batch_create(
            organization=batch.organization,
            acting_user=viewer,
            project=batch.project,
            name="x",
            template=SCRIPT,
            sheet=read_sheet(b"name\nAna\n"),
        )


def test_another_organisations_project_is_refused(batch):
    with pytest.raises(ValidationError, match="another organisation"):
        batch_create(
            organization=batch.organization,
            acting_user=batch.created_by,
            project=ProjectFactory(),
            name="x",
            template=SCRIPT,
            sheet=read_sheet(b"name\nAna\n"),
        )


def test_a_variable_without_a_column_is_told_once_for_the_whole_script():
    batch = batch_of(invented_portrait(), "name,town\nAna,Lisbon\n", "Hello {{name}} from {{twon}}.")
    assert batch.problems == [
        "The script uses {{twon}}, and the table has no column “twon”. Did you mean {{town}}?",
    ]


def test_no_script_and_no_column_of_words_is_told():
    batch = batch_of(invented_portrait(), "name\nAna\n", "  ")
    assert "no column holds the words" in batch.problems[0]


def test_every_change_has_another_digest(batch):
    digests = {batch.digest}
    batch_change(**act(batch), template="Bye {{name}}.")
    digests.add(Batch.objects.get().digest)
    batch_change(**act(batch), sheet=read_sheet(b"name\nDora\n"))
    digests.add(Batch.objects.get().digest)
    batch_change(**act(batch), mapping={"name": "title"}, template="Hello.")
    digests.add(Batch.objects.get().digest)
    assert len(digests) == 4


def test_another_table_takes_the_place_of_the_first_until_something_is_made(batch):
    batch_change(**act(batch), sheet=read_sheet(b"name\nDora\n"), file_name="new.csv")
    assert [row.cells for row in batch.rows.all()] == [{"name": "Dora"}]
    row = batch.rows.get()
    row.clip, row.state = ClipFactory(organization=batch.organization, created_by=batch.created_by), RowState.STARTED
    row.save()
    with pytest.raises(ValidationError, match="corrected table"):
        batch_change(**act(batch), sheet=read_sheet(b"name\nEve\n"))


def test_a_change_leaves_rows_alone_that_were_started(batch):
    batch.rows.filter(number=2).update(state=RowState.STARTED)
    batch.rows.exclude(number=2).update(state=RowState.READY)
    batch_change(**act(batch), template="Bye {{name}}.")
    assert numbers(batch, RowState.STARTED) == [2]
    assert numbers(batch, RowState.UNCHECKED) == [3, 4]


class TestCorrection:
    def correct(self, batch: Batch, table: str) -> int:
        return batch_correct(**act(batch), sheet=read_sheet(table.encode()))

    def test_only_rows_that_say_something_else_are_checked_again(self, batch):
        batch.rows.update(state=RowState.WRONG)
        assert self.correct(batch, "row,name\n2,Anna\n3,Bo\n") == 1
        assert numbers(batch, RowState.UNCHECKED) == [2]
        assert batch.rows.get(number=2).cells == {"name": "Anna", "city": "Lisbon"}

    def test_a_row_that_was_made_is_made_again_when_it_says_something_else(self, batch):
        clip = ClipFactory(organization=batch.organization, created_by=batch.created_by)
        batch.rows.update(state=RowState.STARTED, clip=clip)
        self.correct(batch, "row,name\n2,Anna\n3,Bo\n")
        assert batch.rows.get(number=2).clip is None
        assert batch.rows.get(number=3).clip == clip

    def test_what_was_made_safe_for_a_spreadsheet_comes_back_as_it_was(self, batch):
        self.correct(batch, "row,name\n2,'=Ana\n")
        assert batch.rows.get(number=2).cells["name"] == "=Ana"

    @pytest.mark.parametrize(
        ("table", "about"),
        [
            ("name\nAna\n", "column “row”"),
            ("row,name\nx,Ana\n", "no number of a row"),
            ("row,name\n99,Ana\n", "no row 99"),
            ("row,name\n2,Ana\n2,Bo\n", "twice"),
            ("row,name\n99999999999999999999,Ana\n", "no number of a row"),
        ],
    )
    def test_a_table_that_does_not_fit_changes_nothing(self, batch, table: str, about: str):
        before = list(batch.rows.values_list("cells", flat=True))
        with pytest.raises(SheetError, match=about):
            self.correct(batch, table)
        assert list(batch.rows.values_list("cells", flat=True)) == before

    def test_a_column_that_is_new_joins_the_batch(self, batch):
        self.correct(batch, "row,voice\n2,heart\n")
        batch.refresh_from_db()
        assert batch.columns == ["name", "city", "voice"]
        assert batch.mapping["voice"] == "voice"


def test_rows_can_be_left_out_and_taken_up_again(batch):
    assert rows_skip(**act(batch), rows=BatchRow.objects.filter(number=3)) == 1
    assert numbers(batch, RowState.SKIPPED) == [3]
    assert rows_again(**act(batch), rows=BatchRow.objects.filter(number=3)) == 1
    assert numbers(batch, RowState.SKIPPED) == []


def test_rows_of_another_batch_are_not_touched(batch):
    other = batch_of(invented_portrait())
    assert rows_skip(**act(batch), rows=BatchRow.objects.filter(batch=other)) == 0
    assert numbers(other, RowState.SKIPPED) == []


def test_a_running_batch_is_not_deleted(batch):
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.RUNNING, started_by=batch.created_by)
    with pytest.raises(BatchConflict):
        batch_delete(**act(batch))


def test_a_deleted_batch_leaves_its_clips(batch):
    clip = ClipFactory(organization=batch.organization, created_by=batch.created_by)
    batch.rows.filter(number=2).update(clip=clip, state=RowState.STARTED)
    batch_delete(**act(batch))
    assert not Batch.objects.exists()
    clip.refresh_from_db()


@pytest.mark.parametrize("state", BatchState)
@pytest.mark.parametrize("target", BatchState)
def test_a_batch_goes_only_where_the_table_of_its_states_says(batch, state: BatchState, target: BatchState):
    Batch.objects.filter(pk=batch.pk).update(state=state, started_by=batch.created_by)
    assert batch_become(batch, target) is (target in BATCH_TRANSITIONS[state])
