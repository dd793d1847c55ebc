"""Ordering a clip of several scenes."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from consent.facts import clone_voice
from projects.models import MOST_SCENES, Clip, Layout, Scene
from projects.moderation.models import Case
from projects.scenes import SceneWish, wishes_of
from projects.services import clip_create
from tests.factories import PortraitFactory, RecordingFactory, portraits_of_people

pytestmark = pytest.mark.django_db


def order(portrait: Any, *scenes: SceneWish, **changes: Any) -> Clip:
    values = {"portrait": portrait, "words": "Good morning.", "scenes": scenes}
    return clip_create(organization=portrait.organization, acting_user=portrait.created_by, **(values | changes))


def refused(portrait: Any, *scenes: SceneWish, **changes: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        order(portrait, *scenes, **changes)
    assert not Clip.objects.exists()
    assert not Scene.objects.exists()
    return caught.value.message_dict


def test_scenes_are_kept_in_their_order_with_how_they_begin():
    ada, ben = portraits_of_people("Ada", "Ben")
    clip = order(ada, SceneWish(ben, "Good day.", fade=0.4), SceneWish(ada, "Bye.", style="social"), caption_names=True)
    clip.refresh_from_db()
    assert [(scene.portrait, scene.words) for scene in clip.scenes] == [
        (ada, "Good morning."),
        (ben, "Good day."),
        (ada, "Bye."),
    ]
    assert [(scene.place, scene.fade, scene.style) for scene in clip.later_scenes] == [
        (1, 0.4, "neutral"),
        (2, 0.0, "social"),
    ]
    assert clip.caption_names
    assert AuditEvent.objects.get(action="clip.created").data["scenes"] == 3


def test_another_clip_like_it_has_the_same_scenes():
    ada, ben = portraits_of_people("Ada", "Ben")
    wish = SceneWish(ben, "Good day.", voice="heart", style="social", direction="soft smile", fade=0.8)
    assert wishes_of(order(ada, wish)) == [wish]


def test_a_picture_of_another_organisation_is_no_scene():
    ada = PortraitFactory()
    assert "scenes.0.portrait" in refused(ada, SceneWish(PortraitFactory(), "Hello."))


def test_a_picture_of_another_project_is_no_scene():
    ada = PortraitFactory()
    other = PortraitFactory(organization=ada.organization, created_by=ada.created_by)
    assert "one project" in refused(ada, SceneWish(other, "Hello."))["scenes.0.portrait"][0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words": " "}, "words"),
        ({"style": "grand"}, "style"),
        ({"voice": "nobody"}, "voice"),
        ({"fade": 1.6}, "fade"),
        ({"fade": -0.1}, "fade"),
        ({"fade": float("nan")}, "fade"),
    ],
)
def test_what_is_wrong_with_a_scene_is_told_of_that_scene(changes, field):
    ada, ben = portraits_of_people("Ada", "Ben")
    wish = SceneWish(**({"portrait": ben, "words": "Hello."} | changes))
    assert f"scenes.1.{field}" in refused(ada, SceneWish(ben, "Hello."), wish)


def test_somebody_elses_copied_voice_speaks_in_no_scene():
    ada, ben = portraits_of_people("Ada", "Ben")
    told = refused(ada, SceneWish(ben, "Hello.", voice=clone_voice(ada.subject_id)))
    assert "speaks for them alone" in told["scenes.0.voice"][0]


def test_an_erased_picture_or_recording_is_no_scene():
    ada, ben = portraits_of_people("Ada", "Ben")
    recording = RecordingFactory(organization=ada.organization, created_by=ada.created_by, project=ada.project)
    ben.erased_at = recording.erased_at = ada.created_at
    assert "scenes.0.portrait" in refused(ada, SceneWish(ben, "Hello."))
    assert "scenes.0.recording" in refused(ada, SceneWish(ada, recording=recording))


def test_there_is_an_end_to_scenes():
    ada = PortraitFactory()
    assert "scenes" in refused(ada, *[SceneWish(ada, "Again.")] * MOST_SCENES)


@pytest.mark.parametrize(("changes", "field"), [({"background": "remove"}, "background"), ({"head": True}, "head")])
def test_what_several_scenes_cannot_be_is_said(changes, field):
    ada = PortraitFactory()
    assert field in refused(ada, SceneWish(ada, "Again."), **changes)


def test_a_card_is_refused_where_any_scene_is_a_recording():
    ada = PortraitFactory()
    recording = RecordingFactory(organization=ada.organization, created_by=ada.created_by, project=ada.project)
    assert "title_card" in refused(ada, SceneWish(ada, recording=recording), title_card="Spring")


class TestTogether:
    def test_two_portraits_stand_in_one_picture(self):
        ada, ben = portraits_of_people("Ada", "Ben")
        clip = order(ada, SceneWish(ben, "Hello."), SceneWish(ada, "Bye."), layout=Layout.TOGETHER)
        assert clip.layout == Layout.TOGETHER

    @pytest.mark.parametrize("names", [("Ada",), ("Ada", "Ada"), ("Ada", "Ben", "Cleo")])
    def test_it_is_for_two_who_both_speak(self, names):
        first, *others = portraits_of_people(*names)
        assert "layout" in refused(first, *[SceneWish(one, "Hello.") for one in others], layout=Layout.TOGETHER)

    def test_each_keeps_one_manner(self):
        ada, ben = portraits_of_people("Ada", "Ben")
        scenes = SceneWish(ben, "Hello."), SceneWish(ada, "Bye.", style="social")
        assert "layout" in refused(ada, *scenes, layout=Layout.TOGETHER)

    def test_nothing_fades(self):
        ada, ben = portraits_of_people("Ada", "Ben")
        assert "scenes.0.fade" in refused(ada, SceneWish(ben, "Hello.", fade=0.4), layout=Layout.TOGETHER)


def test_words_of_any_scene_are_looked_at_by_a_moderator():
    ada, ben = portraits_of_people("Ada", "Ben")
    order(ada, SceneWish(ben, "Send me your password and the code from your bank."))
    assert Case.objects.filter(key__startswith="words:").exists()


def test_another_organisations_scene_does_not_fit_into_a_clip():
    clip = order(PortraitFactory())
    stranger = PortraitFactory()
    scene = Scene(
        organization=clip.organization,
        created_by=clip.created_by,
        clip=clip,
        place=1,
        portrait=stranger,
        words="Hello.",
        voice="heart",
        style="neutral",
    )
    with pytest.raises(ValidationError, match="another organisation"):
        scene.full_clean()
