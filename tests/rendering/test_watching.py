"""The public page of a shared clip: who sees what, and when it ends."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.models import Role
from consent.models import ConsentRequest
from consent.selectors import receipt_token
from consent.services import consent_withdraw
from projects.moderation.models import CaseKind, Verdict
from projects.moderation.opening import case_open
from projects.moderation.services import case_decide
from projects.sharing.models import Share
from projects.sharing.selectors import share_token
from projects.sharing.services import share_create, share_revoke
from rendering.files import attempt_key
from rendering.models import Render
from rendering.states import RenderState
from tests.factories import member_of, moderator
from tests.rendering.queue.arrangement import queued_render

pytestmark = pytest.mark.django_db


@pytest.fixture
def render():
    made = queued_render()
    for name in ("clip.mp4", "poster.jpg", "captions.vtt"):
        default_storage.save(attempt_key(made, 1, name), ContentFile(name.encode()))
    Render.objects.filter(pk=made.pk).update(
        state=RenderState.PUBLISHED,
        output_key=attempt_key(made, 1, "clip.mp4"),
        attempt=1,
        seconds_charged=2,
        progress=1.0,
    )
    made.refresh_from_db()
    return made


@pytest.fixture
def share(render):
    return share_create(organization=render.organization, acting_user=render.clip.created_by, clip=render.clip)


def address(share, name="watch"):
    return reverse(f"rendering:{name}", args=[share_token(share)])


ALL = ("watch", "watch_video", "watch_poster", "watch_captions")


def statuses(client, share):
    return [client.get(address(share, name)).status_code for name in ALL]


def test_a_stranger_watches_with_what_the_clip_says_of_itself_and_a_way_to_report_it(client, share, render):
    page = client.get(address(share))
    assert b"This clip was generated" in page.content
    assert reverse("projects:report", args=[render.clip_id]).encode() in page.content
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert statuses(client, share) == [200, 302, 302, 200]
    assert b"".join(client.get(client.get(address(share, "watch_video")).url)) == b"clip.mp4"


def test_the_page_names_neither_the_person_shown_nor_the_photo(client, share, render):
    page = client.get(address(share)).content.decode()
    assert render.clip.portrait.subject.name not in page
    assert render.clip.portrait_id not in page


def test_without_a_first_frame_the_photo_does_not_stand_in_for_it(client, share, render):
    default_storage.delete(attempt_key(render, 1, "poster.jpg"))
    assert client.get(address(share, "watch_poster")).status_code == 404


def test_openings_are_counted(client, share):
    client.get(address(share))
    client.get(address(share, "watch_video"))
    assert Share.objects.get().opened == 1


def decide(render, verdict):
    case = case_open(
        key="t", kind=CaseKind.ABUSE, risk=3, summary="A test.", organization=render.organization, clip=render.clip
    )
    case_decide(acting_user=moderator(), case=case, verdict=verdict, reason="A rule.")


@pytest.mark.parametrize("verdict", [Verdict.TAKE_DOWN, Verdict.RESTRICT, Verdict.SUSPEND])
def test_what_a_moderator_stops_or_restricts_is_watched_by_no_stranger(client, share, render, verdict):
    decide(render, verdict)
    assert statuses(client, share) == [410] * 4


def test_a_withdrawn_consent_ends_every_link_at_once(client, share, render):
    consent_withdraw(token=receipt_token(ConsentRequest.objects.get()))
    assert statuses(client, share) == [410] * 4


def test_a_revoked_link_and_a_forged_one_look_the_same(client, share):
    share_revoke(organization=share.organization, acting_user=share.created_by, share=share)
    revoked = client.get(address(share))
    forged = client.get(reverse("rendering:watch", args=["shr_0000000000000000:forged"]))
    assert (revoked.status_code, revoked.content) == (forged.status_code, forged.content)


def test_a_link_goes_with_its_clip(client, share, render):
    Render.objects.all().delete()
    render.clip.delete()
    assert statuses(client, share) == [410] * 4


def test_an_owner_makes_and_ends_a_link_on_the_page(client, render):
    client.force_login(render.clip.created_by)
    page = reverse("rendering:shares", args=[render.clip_id])
    client.post(page, {"label": "Neighbours", "days": "30"})
    made = Share.objects.get()
    assert address(made) in client.get(page).content.decode()
    client.post(reverse("rendering:share_end", args=[made.pk]))
    assert address(made) not in client.get(page).content.decode()


@pytest.mark.parametrize("days", ["", "0", "9999", "x"])
def test_a_time_that_is_not_offered_is_not_taken(client, render, days):
    client.force_login(render.clip.created_by)
    answer = client.post(reverse("rendering:shares", args=[render.clip_id]), {"days": days})
    assert answer.status_code == 422
    assert not Share.objects.exists()


def test_a_viewer_finds_no_page_of_links(client, render):
    client.force_login(member_of(render.organization, Role.VIEWER))
    assert client.get(reverse("rendering:shares", args=[render.clip_id])).status_code == 404


def test_no_link_is_made_to_what_may_not_be_watched(client, render):
    decide(render, Verdict.TAKE_DOWN)
    client.force_login(render.clip.created_by)
    page = reverse("rendering:shares", args=[render.clip_id])
    assert b"A moderator took this clip down." in client.post(page, {"days": "30"}).content
    assert not Share.objects.exists()


def test_the_studio_says_taken_down_and_shows_no_picture_of_it(client, render):
    client.force_login(render.clip.created_by)
    assert b"Ready" in client.get(reverse("rendering:studio")).content
    decide(render, Verdict.TAKE_DOWN)
    page = client.get(reverse("rendering:studio")).content
    assert b"Taken down" in page
    assert b"Ready" not in page
    assert reverse("rendering:poster", args=[render.pk]).encode() not in page


def test_the_studio_says_until_when_each_clip_is_kept(client, render):
    client.force_login(render.clip.created_by)
    assert b"Kept until" in client.get(reverse("rendering:studio")).content


def test_a_picture_that_was_taken_down_is_not_shown_to_its_members_either(client, render):
    portrait = render.clip.portrait
    client.force_login(render.clip.created_by)
    image = reverse("projects:portrait_image", args=[portrait.pk])
    assert client.get(image).status_code == 302
    case = case_open(
        key="t", kind=CaseKind.PHOTO, risk=3, summary="A test.", organization=render.organization, portrait=portrait
    )
    case_decide(acting_user=moderator(), case=case, verdict=Verdict.TAKE_DOWN, reason="A rule.")
    assert client.get(image).status_code == 404
