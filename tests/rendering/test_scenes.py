"""A clip of several persons: the gate asks for each of them, always; whoever takes a yes back stops all of it."""

import io
import math
from collections.abc import Collection
from itertools import product

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from accounts.selectors import credits_available
from accounts.services import credits_grant
from consent.gate import SCOPES, Action, Scope
from consent.models import ConsentRequest
from consent.selectors import receipt_token
from consent.services import consent_withdraw
from projects.models import Clip, Layout
from projects.moderation.models import Block, BlockKind, CaseKind, Decision, Verdict
from projects.moderation.opening import case_open
from projects.moderation.selectors import TAKEN_DOWN, said_alone, said_sha256, stopped_because
from projects.parts import parts_of
from projects.retention.deleting import thing_delete
from projects.retention.policies import hold_place
from projects.retention.registry import holdings
from projects.retention.sweep import thing_is_held
from rendering import services
from rendering.asked import asked_picture
from rendering.files import attempt_key, fetch
from rendering.gating import ask, ask_about, ask_all, estimated_seconds, receipts
from rendering.models import Render
from rendering.standing import consent_standing
from rendering.states import RenderState
from rendering.told import renders_told
from tests.factories import (
    ClipFactory,
    answer,
    conversation_of,
    operator,
    portraits_of_people,
    request_for,
    request_for_part,
)

pytestmark = pytest.mark.django_db

GRANTED = 600


@pytest.fixture
def clip() -> Clip:
    """Ada and Ben, who speak in turns; Ada twice."""
    made = conversation_of(*portraits_of_people("Ada", "Ben", "Ada"))
    credits_grant(organization=made.organization, seconds=GRANTED, reason="test")
    return made


def agree(clip: Clip, *names: str, scopes: Collection[Scope] = SCOPES) -> None:
    for part in parts_of(clip):
        if not names or part.subject.name in names:
            answer(request_for_part(part), scopes)


def withdraw(clip: Clip, name: str) -> None:
    request = ConsentRequest.objects.get(subject__name=name, subject__organization=clip.organization)
    consent_withdraw(token=receipt_token(request))


def requested(clip: Clip) -> Render:
    return services.request_render(organization=clip.organization, acting_user=clip.created_by, clip=clip)


def published(clip: Clip) -> Render:
    render = requested(clip)
    claimed = services.claim(render_id=render.pk, seen_attempt=0, worker="test")
    assert claimed is not None
    key = default_storage.save(attempt_key(claimed, 1, "clip.mp4"), ContentFile(b"clip"))
    assert services.publish(render_id=render.pk, attempt=1, output_key=key, report={}, seconds=3.0)
    render.refresh_from_db()
    return render


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("agreed", [(), ("Ada",), ("Ben",), ("Ada", "Ben")], ids=str)
def test_every_action_needs_everybody(clip, action, agreed):
    if agreed:
        agree(clip, *agreed)
    decision = ask(clip, action)
    assert decision.allowed == (set(agreed) == {"Ada", "Ben"})
    lacking = {"Ada", "Ben"} - set(agreed)
    assert {name for name in ("Ada", "Ben") if any(name in reason for reason in decision.reasons)} == lacking


def test_the_whole_is_allowed_exactly_where_each_part_is(clip):
    ada, ben = parts_of(clip)
    some = ((), (Scope.FACE,), (Scope.FACE, Scope.VOICE), SCOPES)
    for first, second in product(some, some):
        for part, scopes in ((ada, first), (ben, second)):
            answer(request_for_part(part), scopes)
        decision = ask(clip, Action.SUBMIT)
        parts = [ask_about(part, Action.SUBMIT) for part in (ada, ben)]
        assert decision.allowed == all(part.allowed for part in parts)
        assert set(decision.missing) == {scope for part in parts for scope in part.missing}


def test_each_reason_says_whom_it_is_about(clip):
    agree(clip)
    withdraw(clip, "Ben")
    reasons = ask(clip, Action.VIEW, made_at=clip.created_at).reasons
    assert reasons
    assert all("Ben" in reason and "Ada" not in reason for reason in reasons)


def test_a_yes_to_the_words_alone_is_no_yes_to_a_conversation(clip):
    alone = ClipFactory(portrait=clip.portrait, words="Line 1.", organization=clip.organization)
    answer(request_for(alone))
    agree(clip, "Ben")
    assert ask(alone, Action.SUBMIT).allowed
    assert ask(clip, Action.SUBMIT).missing == (Scope.WORDS,)


class TestAsking:
    def test_those_who_have_not_agreed_are_asked_each_on_a_link_of_their_own(self, clip):
        with pytest.raises(services.ConsentMissing) as caught:
            requested(clip)
        assert [link.name for link in caught.value.links] == ["Ada", "Ben"]
        assert len({link.url for link in caught.value.links}) == 2
        assert caught.value.url == caught.value.links[0].url
        asked = {request.subject_name: request for request in ConsentRequest.objects.all()}
        assert asked["Ada"].words == "Line 1.\n\n(Ben: Line 2.)\n\nLine 3."
        assert asked["Ben"].purpose == "Good morning (with Ada)"
        assert asked["Ben"].photo_key == clip.later_scenes[0].portrait.image.name
        assert not Render.objects.exists()
        assert credits_available(clip.organization) == GRANTED

    def test_who_agreed_is_not_asked_again(self, clip):
        agree(clip, "Ada")
        links = ask_all(organization=clip.organization, acting_user=clip.created_by, clip=clip)
        assert [link.name for link in links] == ["Ben"]

    def test_a_second_click_asks_nobody_twice(self, clip):
        for _ in range(2):
            with pytest.raises(services.ConsentMissing):
                requested(clip)
        assert ConsentRequest.objects.count() == 2

    def test_the_page_tells_of_each_how_they_stand(self, clip):
        agree(clip, "Ada")
        ask_all(organization=clip.organization, acting_user=clip.created_by, clip=clip)
        standing = consent_standing(clip)
        assert [(part.subject.name, part.decision.allowed, bool(part.link)) for part in standing.parts] == [
            ("Ada", True, False),
            ("Ben", False, True),
        ]
        assert not standing.decision.allowed
        assert standing.link == standing.parts[1].link

    def test_beside_somebody_one_is_shown_ones_own_picture_and_the_others_name_alone(self):
        ada, ben = portraits_of_people("Ada", "Ben")
        buffer = io.BytesIO()
        Image.new("RGB", (256, 320), (200, 40, 40)).save(buffer, "PNG")
        default_storage.delete(ada.image.name)
        default_storage.save(ada.image.name, ContentFile(buffer.getvalue()))
        # Ben's file holds no picture at all: it is not looked at.
        together = conversation_of(ada, ben, layout=Layout.TOGETHER)
        shown = np.asarray(Image.open(io.BytesIO(asked_picture(parts_of(together)[0]) or b"")))
        assert shown.shape == (320, 512, 3)
        assert np.abs(shown[:, :250].astype(int) - (200, 40, 40)).max() < 12
        assert np.ptp(shown[:, 262:].astype(int), axis=2).max() < 12

    def test_what_a_clip_stands_on_are_all_answers(self, clip):
        agree(clip)
        assert set(receipts(clip)) == set(ConsentRequest.objects.values_list("pk", flat=True))


class TestWithdrawal:
    def test_in_the_middle_of_making_it_the_second_person_stops_it(self, clip):
        agree(clip)
        render = requested(clip)
        assert services.claim(render_id=render.pk, seen_attempt=0, worker="test") is not None
        withdraw(clip, "Ben")
        render.refresh_from_db()
        assert (render.state, render.error_code) == (RenderState.REFUSED, "consent-withdrawn")
        assert not services.beat(render_id=render.pk, attempt=1, stage="draw", progress=0.5)
        assert not services.publish(render_id=render.pk, attempt=1, output_key="x", report={}, seconds=1.0)
        assert credits_available(clip.organization) == GRANTED

    def test_before_it_is_claimed_it_is_refused(self, clip):
        agree(clip)
        render = requested(clip)
        # As when the handler of the withdrawal was not there: the claim asks for itself.
        for part in parts_of(clip):
            if part.subject.name == "Ben":
                answer(request_for_part(part), ())
        assert services.claim(render_id=render.pk, seen_attempt=0, worker="test") is None
        render.refresh_from_db()
        assert render.state == RenderState.REFUSED
        assert "Ben" in render.error_message

    @pytest.mark.parametrize("name", ["Ada", "Ben"])
    def test_of_a_finished_clip_anybody_hides_and_erases_all_of_it(
        self, clip, name, django_capture_on_commit_callbacks
    ):
        agree(clip)
        render = published(clip)
        assert ask(clip, Action.VIEW, made_at=render.created_at).allowed
        key = render.output_key
        with django_capture_on_commit_callbacks(execute=True):
            withdraw(clip, name)
        render.refresh_from_db()
        assert (render.state, render.output_key) == (RenderState.REFUSED, "")
        assert not default_storage.exists(key)
        assert not ask(clip, Action.VIEW, made_at=render.created_at).allowed

    def test_the_picture_of_who_withdrew_goes_and_the_others_stays(self, clip, django_capture_on_commit_callbacks):
        agree(clip)
        with django_capture_on_commit_callbacks(execute=True):
            withdraw(clip, "Ben")
        ada, ben, _ = (scene.portrait for scene in Clip.objects.get(pk=clip.pk).scenes)
        assert (ada.erased_at, ben.erased_at is not None) == (None, True)
        with pytest.raises(services.InputsErased):
            requested(Clip.objects.get(pk=clip.pk))

    def test_each_is_told_of_the_clip(self, clip):
        agree(clip)
        render = published(clip)
        for part in parts_of(clip):
            assert [made.id for made in renders_told(part.subject)] == [render.pk]


class TestModeration:
    def block(self, clip: Clip, place: int, said: str) -> None:
        portrait, moderator = clip.scenes[place].portrait, operator()
        case = case_open(
            key=f"test:{place}", kind=CaseKind.PHOTO, risk=1, summary="", organization=None, portrait=portrait
        )
        decision = Decision.objects.create(case=case, verdict=Verdict.TAKE_DOWN, reason="It is.", decided_by=moderator)
        Block.objects.create(
            decision=decision, kind=BlockKind.TAKE_DOWN, photo_sha256=portrait.sha256, said_sha256=said
        )

    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_a_picture_that_was_taken_down_stops_every_clip_it_is_in(self, clip, place):
        self.block(clip, place, "")
        assert stopped_because(clip, Action.VIEW) == (TAKEN_DOWN,)

    def test_so_does_what_was_taken_down_of_one_scene_alone(self, clip):
        self.block(clip, 1, said_alone(clip.later_scenes[0]))
        assert stopped_because(clip, Action.VIEW) == (TAKEN_DOWN,)

    def test_what_somebody_else_says_is_not_what_this_picture_says(self, clip):
        self.block(clip, 0, said_alone(clip.later_scenes[0]))
        assert stopped_because(clip, Action.VIEW) == ()

    def test_the_whole_clip_can_be_taken_down(self, clip):
        self.block(clip, 0, said_sha256(clip))
        assert stopped_because(clip, Action.VIEW) == (TAKEN_DOWN,)
        other = conversation_of(*(scene.portrait for scene in clip.scenes[:2]))
        assert stopped_because(other, Action.VIEW) == ()


class TestRetention:
    def test_a_hold_on_anybody_keeps_the_clip(self, clip):
        agree(clip)
        ben = clip.later_scenes[0].portrait.subject
        hold_place(organization=clip.organization, acting_user=operator(), subject=ben, reason="A court asks for it.")
        for holding in holdings():
            if holding.model is Clip:
                assert thing_is_held(clip.organization, holding, clip)

    def test_a_held_clip_is_hidden_and_its_files_stay(self, clip, django_capture_on_commit_callbacks):
        agree(clip)
        render = published(clip)
        ben = clip.later_scenes[0].portrait.subject
        hold_place(organization=clip.organization, acting_user=operator(), subject=ben, reason="A court asks for it.")
        with django_capture_on_commit_callbacks(execute=True):
            withdraw(clip, "Ada")
        assert default_storage.exists(render.output_key)
        assert not ask(clip, Action.VIEW, made_at=render.created_at).allowed

    def test_a_picture_of_a_scene_is_emptied_and_its_row_stays_with_the_clip(self, clip):
        portrait = clip.later_scenes[0].portrait
        thing_delete(organization=clip.organization, acting_user=clip.created_by, thing=portrait)
        portrait.refresh_from_db()
        assert portrait.erased_at is not None
        assert Clip.objects.get(pk=clip.pk).inputs_erased

    def test_with_the_clip_its_scenes_go(self, clip):
        thing_delete(organization=clip.organization, acting_user=clip.created_by, thing=clip)
        assert not Clip.objects.filter(pk=clip.pk).exists()


def test_the_child_gets_each_picture_once_and_everything_of_every_scene(clip, tmp_path):
    agree(clip)
    clip.further.filter(place=1).update(fade=0.4)
    render = requested(clip)
    spec = fetch(Render.objects.get(pk=render.pk), tmp_path)
    first, second, third = spec.shots
    assert first.photo == third.photo != second.photo
    assert [shot.words for shot in spec.shots] == ["Line 1.", "Line 2.", "Line 3."]
    assert [scene.fade for scene in spec.scenes] == [0.4, 0.0]
    assert len({shot.seed for shot in spec.shots}) == 3
    assert type(spec).from_json(spec.to_json()) == spec


def test_credits_are_held_for_all_of_it(clip):
    agree(clip)
    alone = ClipFactory(portrait=clip.portrait, words="Line 1.", organization=clip.organization)
    assert estimated_seconds(clip) > 2.9 * estimated_seconds(alone)
    assert requested(clip).seconds_held == math.ceil(estimated_seconds(clip))
