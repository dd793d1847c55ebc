"""A picture to stand before is looked at at the door as a portrait is: what lies behind a person is shown with them."""

import numpy as np
import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from consent.gate import Action
from consent.letters import organization_recipients
from consent.models import Letter
from projects.backdrops import backdrop_upload
from projects.erasure import backdrop_erase
from projects.models import Backdrop, Ground
from projects.moderation.flagging import portrait_flag
from projects.moderation.models import Case, CaseKind, CaseState, Verdict
from projects.moderation.opening import case_open
from projects.moderation.selectors import HELD, TAKEN_DOWN, stopped_because
from projects.moderation.services import case_decide, decision_reverse
from rendering.engine.errors import EngineError
from tests.factories import ClipFactory, PortraitFactory, moderator
from tests.projects.moderation.pictures import as_file, picture, smaller

pytestmark = pytest.mark.django_db


def upload(portrait, photo):
    return backdrop_upload(
        organization=portrait.organization,
        acting_user=portrait.created_by,
        project=portrait.project,
        name="A wall",
        data=as_file(photo),
    )


def before(portrait, backdrop):
    return ClipFactory(
        organization=portrait.organization,
        created_by=portrait.created_by,
        portrait=portrait,
        project=portrait.project,
        background=Ground.PICTURE,
        backdrop=backdrop,
    )


def decide(case, verdict, **options):
    return case_decide(acting_user=moderator(), case=case, verdict=verdict, reason="A rule.", **options)


def take_down(backdrop):
    case = case_open(
        key="t", kind=CaseKind.ABUSE, risk=3, summary="T.", organization=backdrop.organization, backdrop=backdrop
    )
    return decide(case, Verdict.TAKE_DOWN)


@pytest.fixture
def nudes(monkeypatch):
    monkeypatch.setattr("rendering.engine.faces.nudity.nudity", lambda photo: 0.95)


def test_a_wall_is_kept_and_nobody_has_to_look():
    backdrop = upload(PortraitFactory(), picture())
    assert backdrop.fingerprints
    assert not Case.objects.exists()


def test_nothing_is_made_before_a_likely_nude_until_a_moderator_approves_and_reversing_holds_again(nudes):
    portrait = PortraitFactory()
    clip, other = before(portrait, upload(portrait, picture())), ClipFactory()
    assert stopped_because(clip, Action.SUBMIT) == (HELD,)
    assert stopped_because(clip, Action.VIEW) == ()
    assert stopped_because(other, Action.SUBMIT) == ()
    decision = decide(Case.objects.get(), Verdict.APPROVE)
    assert stopped_because(clip, Action.SUBMIT) == ()
    decision_reverse(acting_user=moderator(), decision=decision, reason="It is one.")
    assert stopped_because(clip, Action.SUBMIT) == (HELD,)


def test_the_portrait_speaks_on_without_the_held_picture_behind_it(nudes):
    portrait = PortraitFactory()
    upload(portrait, picture())
    alone = ClipFactory(organization=portrait.organization, portrait=portrait, project=portrait.project)
    assert stopped_because(alone, Action.SUBMIT) == ()


def test_owners_are_told_once_what_is_held_and_the_log_names_it(nudes):
    portrait = PortraitFactory()
    backdrop = upload(portrait, picture())
    assert upload(portrait, picture()) == backdrop
    owners = organization_recipients(portrait.organization)
    assert sorted(Letter.objects.filter(key__startswith="held:").values_list("recipient", flat=True)) == sorted(owners)
    assert AuditEvent.objects.get(action="moderation.held").data["backdrop"] == backdrop.pk


def test_what_was_approved_as_a_portrait_is_not_held_again_as_a_backdrop(nudes):
    portrait = PortraitFactory()
    first = upload(portrait, picture())
    decide(Case.objects.get(), Verdict.APPROVE)
    portrait_flag(PortraitFactory(organization=portrait.organization, sha256=first.sha256), nudity=0.95)
    assert Case.objects.get().state == CaseState.DECIDED


def test_deleting_the_held_picture_and_uploading_it_again_is_no_way_around(nudes):
    portrait = PortraitFactory()
    first = upload(portrait, picture())
    backdrop_erase(first, first.created_at)
    assert not Backdrop.objects.filter(pk=first.pk).exists()
    again = before(portrait, upload(portrait, picture()))
    assert stopped_because(again, Action.SUBMIT) == (HELD,)
    assert Case.objects.count() == 1


def test_a_missing_model_is_flagged_and_stops_no_upload(monkeypatch):
    def missing(photo):
        raise EngineError("model-missing", "It is not there.", "Install it.")

    monkeypatch.setattr("rendering.engine.faces.nudity.nudity", missing)
    assert upload(PortraitFactory(), picture()).pk
    assert "could not be looked at" in Case.objects.get().summary


def test_a_picture_that_was_taken_down_stops_every_clip_before_it_in_any_organization():
    one, other = PortraitFactory(), PortraitFactory()
    clips = [before(portrait, upload(portrait, picture())) for portrait in (one, other)]
    take_down(clips[0].backdrop)
    assert [stopped_because(clip, Action.VIEW) for clip in clips] == [(TAKEN_DOWN,)] * 2


def test_a_portrait_that_was_taken_down_is_stopped_as_a_backdrop_too():
    portrait = PortraitFactory()
    backdrop = upload(portrait, picture())
    taken = PortraitFactory(sha256=backdrop.sha256)
    case = case_open(
        key="p", kind=CaseKind.ABUSE, risk=3, summary="T.", organization=taken.organization, portrait=taken
    )
    decide(case, Verdict.TAKE_DOWN)
    assert stopped_because(before(portrait, backdrop), Action.VIEW) == (TAKEN_DOWN,)


@pytest.mark.parametrize("change", [smaller, lambda photo: np.ascontiguousarray(photo[:, ::-1])])
def test_another_file_of_a_backdrop_that_was_taken_down_is_held_when_it_is_uploaded(change):
    take_down(upload(PortraitFactory(), picture()))
    portrait = PortraitFactory()
    assert stopped_because(before(portrait, upload(portrait, change(picture()))), Action.SUBMIT) == (HELD,)


def test_another_file_that_is_here_already_is_held_when_the_first_is_taken_down(django_capture_on_commit_callbacks):
    copy, other = (upload(PortraitFactory(), photo) for photo in (smaller(picture()), picture(seed=5)))
    with django_capture_on_commit_callbacks(execute=True):
        take_down(upload(PortraitFactory(), picture()))
    assert Case.objects.get(backdrop=copy).holds
    assert not Case.objects.filter(backdrop=other).exists()


def test_a_moderator_sees_the_picture_and_the_organization_its_name(nudes, client):
    portrait = PortraitFactory()
    upload(portrait, picture())
    case = Case.objects.get()
    client.force_login(portrait.created_by)
    assert "A wall" in client.get(reverse("projects:decisions")).content.decode()
    client.force_login(moderator())
    page = client.get(reverse("admin:projects_case_change", args=[case.pk])).content.decode()
    address = reverse("admin:moderation_media", args=[case.pk, "backdrop"])
    assert address in page
    assert client.get(client.get(address).url)["Content-Type"] == "image/png"
