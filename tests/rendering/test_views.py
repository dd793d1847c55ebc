"""Who may open which of the studio's pages, and what they do when they are opened."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, User
from consent.services import consent_withdraw
from projects.models import Clip
from rendering.models import Render
from rendering.states import RenderState
from tests.factories import ClipFactory, MembershipFactory, answer, member_of, request_for

pytestmark = pytest.mark.django_db

VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nGood morning from the museum.\n"


@pytest.fixture
def clip() -> Clip:
    """A clip whose subject agreed to all of it."""
    made = ClipFactory()
    answer(request_for(made))
    return made


@pytest.fixture
def published(clip: Clip) -> Render:
    made = Render.objects.create(
        organization=clip.organization,
        clip=clip,
        state=RenderState.PUBLISHED,
        seconds_held=3,
        seconds_charged=2,
        output_key=f"org/{clip.organization_id}/renders/x/1/clip.mp4",
        report={"duration": 2.0, "resolution": [320, 400], "fps": 25.0},
        finished_at=timezone.now(),
    )
    default_storage.save(made.output_key, ContentFile(b"0123456789"))
    default_storage.save(made.output_key.replace("clip.mp4", "captions.vtt"), ContentFile(VTT))
    return made


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


PAGES = [
    ("get", "/clips/{clip}/", 200),
    ("get", "/clips/{clip}/state/?panel=player", 200),
    ("post", "/clips/{clip}/render/", 302),
    ("post", "/clips/{clip}/take/", 302),
    ("get", "/clips/new/?clip={clip}", 200),
    ("get", "/clips/new/?portrait={portrait}", 200),
    ("get", "/portraits/{portrait}/image/", 302),
    ("post", "/renders/{render}/cancel/", 302),
    ("get", "/renders/{render}/video/", 302),
    ("get", "/renders/{render}/download/", 302),
    ("get", "/renders/{render}/poster/", 302),
    ("get", "/renders/{render}/captions/", 200),
]


@pytest.mark.parametrize(("method", "address", "status"), PAGES)
def test_members_may_outsiders_find_nothing_and_strangers_sign_in(
    published: Render, method: str, address: str, status: int
) -> None:
    clip = published.clip
    path = address.format(clip=clip.pk, render=published.pk, portrait=clip.portrait_id)
    outsider = MembershipFactory().user
    assert getattr(client_of(clip.created_by), method)(path).status_code == status
    assert getattr(client_of(outsider), method)(path).status_code == 404
    stranger = getattr(Client(), method)(path)
    assert stranger.status_code == 302
    assert stranger.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("address", ["/clips/{clip}/render/", "/clips/{clip}/take/", "/renders/{render}/cancel/"])
def test_what_changes_something_is_not_done_by_a_link(published: Render, address: str) -> None:
    path = address.format(clip=published.clip_id, render=published.pk)
    assert client_of(published.clip.created_by).get(path).status_code == 405


def test_a_viewer_sees_the_clip_but_may_not_keep_or_remake_it(published: Render) -> None:
    viewer = client_of(member_of(published.organization, Role.VIEWER))
    assert viewer.get(f"/clips/{published.clip_id}/").status_code == 200
    assert viewer.get(f"/renders/{published.pk}/video/").status_code == 302
    assert viewer.get(f"/renders/{published.pk}/download/").status_code == 404
    assert viewer.post(f"/clips/{published.clip_id}/render/").status_code == 404


def test_a_viewer_who_sends_a_form_is_told_whom_to_ask(clip: Clip) -> None:
    viewer = client_of(member_of(clip.organization, Role.VIEWER))
    page = viewer.post("/recordings/", {"sound": ContentFile(b"x", name="x.wav")})
    assert page.status_code == 403
    assert "Ask its owner" in page.content.decode()


def test_the_address_of_a_video_is_the_files_own_and_answers_ranges(published: Render) -> None:
    client = client_of(published.clip.created_by)
    address = client.get(f"/renders/{published.pk}/video/").headers["Location"]
    part = Client().get(address, headers={"Range": "bytes=2-4"})
    assert part.status_code == 206
    assert b"".join(part.streaming_content) == b"234"


def test_a_download_is_named_after_the_clip(published: Render) -> None:
    client = client_of(published.clip.created_by)
    address = client.get(f"/renders/{published.pk}/download/").headers["Location"]
    assert Client().get(address).headers["Content-Disposition"] == 'attachment; filename="good-morning.mp4"'


@pytest.mark.parametrize("what", ["video", "download", "poster", "captions", "disclosure"])
def test_nothing_of_a_clip_is_shown_once_consent_is_withdrawn(published: Render, what: str) -> None:
    receipt = answer(request_for(published.clip))
    consent_withdraw(token=receipt.token)
    assert client_of(published.clip.created_by).get(f"/renders/{published.pk}/{what}/").status_code == 404


def test_a_page_that_waits_for_something_else_is_told_to_load_itself_again(published: Render) -> None:
    client = client_of(published.clip.created_by)
    response = client.get(f"/clips/{published.clip_id}/state/?panel=progress")
    assert response.headers["HX-Refresh"] == "true"


def test_an_open_page_with_a_clip_learns_that_it_may_not_be_shown_any_more(published: Render) -> None:
    receipt = answer(request_for(published.clip))
    client = client_of(published.clip.created_by)
    address = f"/clips/{published.clip_id}/state/?panel=player"
    assert f'hx-get="{address}"' in client.get(f"/clips/{published.clip_id}/").content.decode()
    assert "HX-Refresh" not in client.get(address).headers
    consent_withdraw(token=receipt.token)
    assert client.get(address).headers["HX-Refresh"] == "true"


def test_a_form_that_is_sent_twice_makes_one_clip(clip: Clip) -> None:
    client = client_of(clip.created_by)
    page = client.get(f"/clips/new/?clip={clip.pk}")
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    values["captions"] = ""
    first, second = client.post("/clips/new/", values), client.post("/clips/new/", values)
    assert first.headers["Location"].startswith("/clips/clp_")
    assert second.headers["Location"] == "/studio/"
    assert Clip.objects.exclude(pk=clip.pk).count() == 1


def test_a_form_that_is_changed_after_it_was_sent_makes_another_clip(clip: Clip) -> None:
    client = client_of(clip.created_by)
    page = client.get(f"/clips/new/?clip={clip.pk}")
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    values["captions"] = ""
    client.post("/clips/new/", values)
    client.post("/clips/new/", {**values, "words": "Good evening."})
    assert set(Clip.objects.exclude(pk=clip.pk).values_list("words", flat=True)) == {clip.words, "Good evening."}


def test_the_studio_lists_its_own_clips_only(clip: Clip) -> None:
    other = ClipFactory(title="Somebody else's")
    page = client_of(clip.created_by).get("/studio/").content.decode()
    assert clip.title in page
    assert other.pk not in page


def test_the_studio_asks_the_database_no_more_for_many_clips(clip: Clip, django_assert_num_queries) -> None:
    client = client_of(clip.created_by)
    client.get("/studio/")  # the first page of a session writes it down
    with CaptureQueriesContext(connection) as for_one:
        client.get("/studio/")
    for _ in range(5):
        extra = ClipFactory(organization=clip.organization, created_by=clip.created_by, portrait=clip.portrait)
        Render.objects.create(
            organization=clip.organization,
            clip=extra,
            state=RenderState.FAILED,
            seconds_held=3,
            error_code="x",
            error_message="It broke.",
        )
    with django_assert_num_queries(len(for_one)):
        client.get("/studio/")


def test_who_belongs_to_no_studio_is_led_to_make_one() -> None:
    user = User.objects.create_user("lone@example.org", "correct horse battery")
    client = client_of(user)
    assert client.get("/studio/").headers["Location"] == "/studio/new/"
    client.post("/studio/new/", {"organization_name": "One Room", "organization_kind": "family"})
    assert "One Room" in client.get("/studio/").content.decode()


def test_another_take_of_an_erased_picture_is_refused_in_words(published: Render) -> None:
    client, clip = client_of(member_of(published.organization)), published.clip
    type(clip.portrait).objects.filter(pk=clip.portrait_id).update(erased_at=timezone.now())
    page = client.post(f"/clips/{clip.pk}/take/", follow=True)
    assert "was erased" in page.content.decode()
    assert clip.project.clips.count() == 1


def test_a_clip_whose_picture_was_erased_offers_to_upload_it_again(clip: Clip) -> None:
    client = client_of(member_of(clip.organization))
    type(clip.portrait).objects.filter(pk=clip.portrait_id).update(erased_at=timezone.now())
    page = client.get(f"/clips/{clip.pk}/").content.decode()
    assert "The picture was erased here." in page
    assert f"/clips/{clip.pk}/render/" not in page
    assert clip.portrait_id not in client.get(f"/clips/new/?clip={clip.pk}").content.decode()


def test_an_erased_picture_that_is_sent_all_the_same_is_complained_of(clip: Clip) -> None:
    type(clip.portrait).objects.filter(pk=clip.portrait_id).update(erased_at=timezone.now())
    form = {"portrait": clip.portrait_id, "source": "words", "words": "Hello.", "style": "neutral", "aspect": "photo"}
    page = client_of(member_of(clip.organization)).post("/clips/new/", form)
    assert (page.status_code, "This picture was erased." in page.content.decode()) == (422, True)


def test_a_page_whose_reader_signed_out_elsewhere_loads_itself_again(clip: Clip) -> None:
    answer = Client().get(f"/clips/{clip.pk}/state/?panel=player", headers={"HX-Request": "true"}, follow=True)
    assert answer.headers["HX-Refresh"] == "true"
    assert not answer.content
