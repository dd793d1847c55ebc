import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from consent.models import ConsentRequest
from projects.batches.models import Batch, BatchState
from projects.models import Clip
from rendering.batching.running import drive
from rendering.models import Render
from tests.factories import MembershipFactory, member_of
from tests.factories_batches import SCRIPT, TABLE, invented_portrait, living_portrait
from tests.rendering.batching.arrangement import checked_batch, started_batch, states

pytestmark = pytest.mark.django_db


def client_of(batch: Batch, role: str = "") -> Client:
    client = Client()
    client.force_login(member_of(batch.organization, role) if role else batch.created_by)
    return client


def table(content: str = TABLE, name: str = "people.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode(), content_type="text/csv")


def values(**changes) -> dict:
    return {"name": "Autumn", "template": SCRIPT, "file": table(), "voice": "heart", "style": "presenter",
            "aspect": "photo", **changes}  # fmt: skip


@pytest.fixture
def portrait():
    return invented_portrait()


@pytest.fixture
def client(portrait):
    client = Client()
    client.force_login(portrait.created_by)
    return client


def test_a_table_and_a_script_lead_to_a_dry_run(client, portrait):
    response = client.post("/batches/new/", values(portrait=portrait.pk))
    batch = Batch.objects.get()
    assert response.headers["Location"] == f"/batches/{batch.pk}/"
    page = client.get(response.headers["Location"])
    assert batch.state == BatchState.READY
    assert "Hello Ana, welcome to Lisbon." in page.text
    assert "Make 3 clips" in page.text
    assert not Clip.objects.exists()


def test_the_same_form_sent_twice_is_one_batch(client, portrait):
    for _ in range(2):
        client.post("/batches/new/", values(portrait=portrait.pk))
    assert Batch.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"file": table("name,\nAna,x\n")}, "stands in column B"),
        ({"file": table("")}, "file is empty"),
        ({"template": "Hello {{name"}, "not closed"),
        ({"name": "  "}, "Give the batch a name"),
        ({"portrait": "por_0000000000000000"}, "valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(client, changes: dict, told: str):
    response = client.post("/batches/new/", values(**changes))
    assert response.status_code == 422
    assert told in response.text.replace("&quot;", '"')
    assert not Batch.objects.exists()


def test_another_organisations_picture_cannot_be_chosen(client):
    stranger = invented_portrait()
    response = client.post("/batches/new/", values(portrait=stranger.pk))
    assert response.status_code == 422


def test_starting_by_the_page_and_clicking_twice(client, portrait):
    batch = checked_batch(portrait)
    for _ in range(2):
        client.post(f"/batches/{batch.pk}/start/", {"digest": batch.digest})
        drive()
    assert Clip.objects.count() == 3


def test_an_old_page_starts_nothing_and_says_why(client, portrait):
    batch = checked_batch(portrait)
    response = client.post(f"/batches/{batch.pk}/start/", {"digest": "old"}, follow=True)
    assert "changed since this dry run" in response.text
    assert states(batch) == {2: "ready", 3: "ready", 4: "ready"}


def test_the_live_part_has_the_page_loaded_anew_when_the_state_is_another(client, portrait):
    batch = started_batch(portrait)
    assert client.get(f"/batches/{batch.pk}/state/?state=ready").headers["HX-Refresh"] == "true"
    assert "0 of 3 done" in client.get(f"/batches/{batch.pk}/state/?state=running").text


def test_changing_the_columns_leads_to_another_dry_run(client, portrait):
    batch = checked_batch(portrait)
    columns = {"column-0": "variable", "column-1": "ignored"}
    sent = values(file="", portrait=portrait.pk, template="Hi {{name}}.", **columns)
    response = client.post(f"/batches/{batch.pk}/change/", sent)
    assert response.status_code == 302
    batch.refresh_from_db()
    assert batch.mapping == {"name": "variable", "city": "ignored"}
    assert batch.rows.first().words == "Hi Ana."


def test_all_links_come_as_a_table(client, portrait):
    living = living_portrait(portrait)
    batch = checked_batch(living, table="name\nAna\nBo\n", script="Hello {{name}}.", topic="Greetings")
    client.force_login(batch.created_by)
    response = client.post(f"/batches/{batch.pk}/ask/")
    lines = response.text.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Mira Example,http")
    assert lines[1].endswith(",2 3")
    assert ConsentRequest.objects.count() == 1
    assert "The page to send to Mira Example" in client.get(f"/batches/{batch.pk}/").text


def test_chosen_rows_are_left_out(client, portrait):
    batch = checked_batch(portrait)
    client.post(f"/batches/{batch.pk}/skip/", {"row": [batch.rows.get(number=3).pk]})
    assert states(batch) == {2: "ready", 3: "skipped", 4: "ready"}


def test_a_group_is_shown_alone(client, portrait):
    batch = checked_batch(portrait, table="name\nAna\nАнна\n", script="Hello {{name}}.")
    page = client.get(f"/batches/{batch.pk}/?group=wrong").text
    assert "Cyrillic" in page
    assert "Hello Ana." not in page


def test_a_cell_is_never_markup(client, portrait):
    batch = checked_batch(portrait, table="name,id\nAna,<script>alert(1)</script>\n", script="Hello {{name}}.")
    assert "<script>alert" not in client.get(f"/batches/{batch.pk}/").text


def test_the_zip_is_sent_as_a_file(client, portrait):
    batch = started_batch(portrait)
    response = client.get(f"/batches/{batch.pk}/clips.zip")
    assert response.headers["Content-Disposition"] == 'attachment; filename="autumn.zip"'
    assert response.getvalue()[:2] == b"PK"


_READ = [
    ("rendering:batch", Role.VIEWER),
    ("rendering:batch_state", Role.VIEWER),
    ("rendering:batch_rows", Role.REVIEWER),
    ("rendering:batch_download", Role.REVIEWER),
    ("rendering:batch_edit", Role.EDITOR),
]
_WRITE = [(f"rendering:batch_{name}", Role.EDITOR) for name in
          ("start", "pause", "resume", "cancel", "delete", "recheck", "correct", "again", "skip", "ask")]  # fmt: skip


@pytest.mark.parametrize(("name", "least"), [*_READ, *_WRITE])
def test_who_may_not_finds_nothing(portrait, name: str, least: str):
    batch = checked_batch(portrait)
    address = reverse(name, args=[batch.pk])
    send = "post" if (name, least) in _WRITE else "get"
    stranger = Client()
    stranger.force_login(MembershipFactory().user)
    assert getattr(stranger, send)(address).status_code == 404
    assert getattr(Client(), send)(address).status_code == 302
    below = {Role.VIEWER: Role.BILLING, Role.REVIEWER: Role.VIEWER, Role.EDITOR: Role.REVIEWER}[least]
    assert getattr(client_of(batch, below), send)(address).status_code == 404
    assert getattr(client_of(batch, least), send)(address).status_code in (200, 302, 422)
    assert states(batch) or name == "rendering:batch_delete"


def test_a_strangers_row_cannot_be_asked_about(portrait):
    batch = checked_batch(living_portrait(portrait), table="name\nAna\n", script="Hello {{name}}.")
    stranger = Client()
    stranger.force_login(MembershipFactory().user)
    assert stranger.post(f"/batch-rows/{batch.rows.get().pk}/ask/").status_code == 404
    assert not ConsentRequest.objects.exists()


def test_the_list_shows_how_many_are_done(client, portrait):
    batch = started_batch(portrait)
    drive()
    Render.objects.update(state="published", output_key="k", seconds_charged=1)
    page = client.get("/batches/").text
    assert batch.name in page
    assert "3 done" in page
