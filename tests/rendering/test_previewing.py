"""The preview of a clip that is being made: who may watch it, and that nothing of it is left."""

import threading
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from consent.models import ConsentRequest
from consent.selectors import receipt_token
from consent.services import consent_withdraw
from projects.moderation.models import CaseKind, Verdict
from projects.moderation.opening import case_open
from projects.moderation.services import case_decide
from projects.retention.files import keys_below
from projects.storage import SignedFileStorage
from rendering import files, services, worker
from rendering.files import preview_key
from rendering.models import Render
from rendering.previewing import preview_ask, preview_show, previews_clear
from rendering.spec import PersonReadable
from rendering.states import RenderState
from rendering.sweeper import sweep
from tests.factories import MembershipFactory, member_of, moderator
from tests.rendering.queue.arrangement import PIPELINES, child_pid, eventually, queued_render, state_of

PIECES = 2
GONE = 404


def running_render() -> Render:
    """A render that somebody watches being made: two pieces of its first attempt are stored."""
    render = services.claim(render_id=queued_render().pk, seen_attempt=0, worker="w")
    assert render is not None
    preview_ask(render=render)
    for number in range(PIECES):
        default_storage.save(preview_key(render, 1, number), ContentFile(b"piece %d" % number))
    assert preview_show(render_id=render.pk, attempt=1, pieces=PIECES)
    return render


def client_of(render: Render, role: str = Role.OWNER) -> Client:
    client = Client()
    client.force_login(member_of(render.organization, role))
    return client


def told(client: Client, render: Render) -> HttpResponse:
    return client.get(f"/renders/{render.pk}/preview/")


def piece(client: Client, render: Render, number: int = 0, attempt: int = 1) -> HttpResponse:
    return client.get(f"/renders/{render.pk}/preview/{attempt}/{number}/")


def stored(render: Render) -> list[str]:
    """The keys of all pieces of all attempts."""
    return [key for key in keys_below(files.folder_of(render)) if f"/{files.PREVIEW}/" in key]


def withdraw(render: Render) -> None:
    consent_withdraw(token=receipt_token(ConsentRequest.objects.get(subject=render.clip.portrait.subject)))


def take_down(render: Render) -> None:
    case = case_open(
        key="t", kind=CaseKind.ABUSE, risk=3, summary="A test.", organization=render.organization, clip=render.clip
    )
    case_decide(acting_user=moderator(), case=case, verdict=Verdict.TAKE_DOWN, reason="Because of a rule.")


def publish(render: Render) -> None:
    key = files.attempt_key(render, 1, files.CLIP)
    assert services.publish(render_id=render.pk, attempt=1, output_key=key, report={}, seconds=1.0)


def cancel(render: Render) -> None:
    services.cancel_render(organization=render.organization, acting_user=render.requested_by, render=render)


def fail(render: Render) -> None:
    services.fail(render_id=render.pk, attempt=1, reason=PersonReadable("bad", "It is bad."))


ENDS = [withdraw, take_down, publish, cancel, fail]


# ---------------------------------------------------------------- the door


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.OWNER, Role.VIEWER])
def test_a_member_watches_what_is_there_so_far(role):
    render = running_render()
    client = client_of(render, role)
    assert told(client, render).json() == {"attempt": 1, "pieces": PIECES}
    answers = [piece(client, render, number) for number in range(PIECES + 1)]
    assert [answer.status_code for answer in answers] == [200, 200, GONE]
    assert [answer.content for answer in answers[:PIECES]] == [b"piece 0", b"piece 1"]
    assert "no-store" in answers[0]["Cache-Control"]
    assert answers[0]["Content-Type"] == "video/mp4"


@pytest.mark.django_db
def test_another_organisation_finds_what_it_finds_where_nothing_is():
    render = running_render()
    stranger = Client()
    stranger.force_login(MembershipFactory().user)
    nothing = Render(id="rnd_0123456789abcdef")
    answers = [ask(stranger, which) for which in (render, nothing) for ask in (told, piece)]
    assert {answer.status_code for answer in answers} == {GONE}
    assert {told(Client(), render).status_code, piece(Client(), render).status_code} == {302}


@pytest.mark.django_db
@pytest.mark.parametrize("end", ENDS)
def test_nothing_more_is_seen_once_it_has_ended_or_may_not_be_shown(end):
    render = running_render()
    client = client_of(render)
    end(render)
    assert told(client, render).status_code == GONE
    assert piece(client, render).status_code == GONE


@pytest.mark.django_db
def test_a_lost_attempt_is_not_mixed_with_the_next_one():
    render = running_render()
    client = client_of(render)
    services.lose_attempt(render_id=render.pk, attempt=1)
    assert told(client, render).json() == {"attempt": 1, "pieces": 0}
    assert piece(client, render).status_code == GONE
    services.claim(render_id=render.pk, seen_attempt=1, worker="w")
    assert not preview_show(render_id=render.pk, attempt=1, pieces=PIECES + 1)
    assert preview_show(render_id=render.pk, attempt=2, pieces=1)
    assert told(client, render).json() == {"attempt": 2, "pieces": 1}
    assert piece(client, render, attempt=1).status_code == GONE


@pytest.mark.django_db
def test_a_worker_that_takes_over_begins_with_nothing_to_see():
    render = running_render()
    Render.objects.filter(pk=render.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    taken = services.claim(render_id=render.pk, seen_attempt=0, worker="another")
    assert taken is not None
    assert (taken.attempt, taken.preview_pieces) == (2, 0)


@pytest.mark.django_db
def test_a_piece_that_has_just_been_removed_is_not_found():
    render = running_render()
    files.previews_erase(render)
    assert piece(client_of(render), render).status_code == GONE


@pytest.mark.django_db
def test_whoever_watches_a_waiting_render_is_remembered():
    render = queued_render()
    assert told(client_of(render), render).json() == {"attempt": 0, "pieces": 0}
    render.refresh_from_db()
    assert render.preview_wanted


# ---------------------------------------------------------------- the worker


@pytest.fixture
def working(settings, tmp_path, transactional_db):
    settings.LIKENESS_DATA_DIR = tmp_path
    settings.LIKENESS_QUEUE = {"pipeline": f"{PIPELINES}.previewed", "beat": 0.2, "lease": 5.0}
    return tmp_path


def begin(render: Render) -> threading.Thread:
    run = {"seen_attempt": render.attempt, "stop": threading.Event()}
    thread = threading.Thread(target=worker.run_render, args=(render.pk,), kwargs=run, daemon=True)
    thread.start()
    return thread


def finish(thread: threading.Thread) -> None:
    thread.join(20)
    assert not thread.is_alive()


def shown(render: Render) -> bool:
    return Render.objects.filter(pk=render.pk, preview_pieces=PIECES).exists()


def test_pieces_are_stored_while_the_render_goes_on_and_gone_when_it_is_published(working):
    render = queued_render(photo=str(working).encode())
    preview_ask(render=render)
    thread = begin(render)
    eventually(lambda: shown(render), within=20, what="the pieces are shown")
    assert state_of(render) == RenderState.RUNNING
    assert piece(client_of(render), render, 1).content == b"piece 1 of attempt 1"
    (working / "go").touch()
    finish(thread)
    render.refresh_from_db()
    assert (render.state, render.preview_wanted, stored(render)) == (RenderState.PUBLISHED, False, [])
    assert default_storage.exists(render.output_key)


def test_a_preview_that_nobody_watches_is_not_stored(working, monkeypatch):
    kept: list[str] = []
    save = SignedFileStorage.save
    monkeypatch.setattr(SignedFileStorage, "save", lambda *asked, **how: kept.append(asked[1]) or save(*asked, **how))
    render = queued_render(photo=str(working).encode())
    thread = begin(render)
    child_pid(working, 1)
    (working / "go").touch()
    finish(thread)
    assert state_of(render) == RenderState.PUBLISHED
    assert [name for name in kept if f"/{files.PREVIEW}/" in name] == []


def test_who_comes_later_sees_all_from_the_beginning(working):
    render = queued_render(photo=str(working).encode())
    thread = begin(render)
    child_pid(working, 1)
    assert told(client_of(render), render).json() == {"attempt": 1, "pieces": 0}
    eventually(lambda: shown(render), within=20, what="the pieces are shown")
    assert piece(client_of(render), render).content == b"piece 0 of attempt 1"
    (working / "go").touch()
    finish(thread)


@pytest.mark.parametrize("end", [withdraw, cancel])
def test_a_render_that_is_stopped_leaves_no_preview(working, end):
    render = queued_render(photo=str(working).encode())
    preview_ask(render=render)
    thread = begin(render)
    eventually(lambda: shown(render), within=20, what="the pieces are shown")
    end(render)
    finish(thread)
    render.refresh_from_db()
    assert (render.preview_wanted, render.preview_pieces, stored(render)) == (False, 0, [])


def test_an_attempt_that_crashes_leaves_no_preview(working, settings):
    settings.LIKENESS_QUEUE |= {"deadline": 3.0}
    render = queued_render(photo=str(working).encode())
    preview_ask(render=render)
    finish(begin(render))
    render.refresh_from_db()
    assert (render.state, render.preview_pieces, stored(render)) == (RenderState.FAILED, 0, [])


def test_a_storage_that_takes_no_preview_still_gets_the_clip(working, monkeypatch):
    save = SignedFileStorage.save

    def refusing(self, name, *rest, **how):
        if f"/{files.PREVIEW}/" in name:
            refused.set()
            raise OSError("the storage is away")
        return save(self, name, *rest, **how)

    refused = threading.Event()
    monkeypatch.setattr(SignedFileStorage, "save", refusing)
    render = queued_render(photo=str(working).encode())
    preview_ask(render=render)
    thread = begin(render)
    assert refused.wait(20)
    (working / "go").touch()
    finish(thread)
    assert state_of(render) == RenderState.PUBLISHED


def test_a_worker_that_was_overtaken_takes_its_last_piece_away_again(working):
    render = queued_render(photo=str(working).encode())
    preview_ask(render=render)
    thread = begin(render)
    eventually(lambda: shown(render), within=20, what="the pieces are shown")
    Render.objects.filter(pk=render.pk).update(attempt=2, preview_pieces=0)
    finish(thread)
    assert stored(render) == []
    assert not Render.objects.filter(pk=render.pk, preview_pieces__gt=0).exists()


# ---------------------------------------------------------------- what a worker that vanished leaves


@pytest.mark.django_db
def test_the_sweeper_removes_the_preview_of_a_worker_that_vanished():
    render = running_render()
    Render.objects.filter(pk=render.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep()
    assert (state_of(render), stored(render)) == (RenderState.QUEUED, [])


@pytest.mark.django_db
@pytest.mark.parametrize("end", [withdraw, publish, cancel, fail])
def test_the_sweeper_removes_the_preview_of_a_render_that_ended_without_its_worker(end):
    render = running_render()
    end(render)
    assert previews_clear() == 1
    assert (stored(render), previews_clear()) == ([], 0)


@pytest.mark.django_db
def test_a_preview_that_is_being_watched_is_left_alone():
    render = running_render()
    sweep()
    assert len(stored(render)) == PIECES
    assert told(client_of(render), render).json()["pieces"] == PIECES


@pytest.mark.django_db
def test_what_could_not_be_removed_is_tried_again(monkeypatch):
    render = running_render()
    cancel(render)
    with monkeypatch.context() as away:
        away.setattr(files, "folder_erase", lambda folder: (_ for _ in ()).throw(OSError("away")))
        assert previews_clear() == 0
    assert len(stored(render)) == PIECES
    assert previews_clear() == 1
    assert stored(render) == []
