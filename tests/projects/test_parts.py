"""What each person does in a clip, and what they are asked."""

import pytest

from consent.fingerprints import words_fingerprint
from projects.models import Clip, Layout
from projects.parts import parts_of, portraits_in, subject_ids
from tests.factories import ClipFactory, RecordingFactory, conversation_of, portraits_of_people

pytestmark = pytest.mark.django_db


def test_a_clip_of_one_scene_is_one_part_with_its_own_words_and_photo():
    clip = ClipFactory()
    (part,) = parts_of(clip)
    assert (part.words_asked, part.shown_sha256) == (clip.words, clip.portrait.sha256)
    assert part.beside == ()


def test_who_has_several_turns_is_asked_once_and_reads_the_whole_conversation():
    clip = conversation_of(*portraits_of_people("Ada", "Ben", "Ada"))
    ada, ben = parts_of(clip)
    assert ada.words_asked == "Line 1.\n\n(Ben: Line 2.)\n\nLine 3."
    assert ben.words_asked == "(Ada: Line 1.)\n\nLine 2.\n\n(Ada: Line 3.)"
    assert [portrait.subject.name for portrait in ada.beside] == ["Ben"]


def test_one_person_in_several_scenes_is_asked_for_the_words_alone():
    clip = conversation_of(*portraits_of_people("Ada", "Ada"))
    (part,) = parts_of(clip)
    assert part.words_asked == "Line 1.\n\nLine 2."


def test_another_answer_of_the_other_is_another_question():
    people = portraits_of_people("Ada", "Ben")
    clip, other = conversation_of(*people), conversation_of(*people)
    other.further.update(words="Never.")
    before, after = parts_of(clip)[0], parts_of(other)[0]
    assert words_fingerprint(before.words_asked) != words_fingerprint(after.words_asked)


def test_each_voice_and_each_recording_is_a_part_of_its_own():
    clip = conversation_of(*portraits_of_people("Ada", "Ada", "Ada"))
    clip.further.filter(place=1).update(voice="other")
    recording = RecordingFactory(organization=clip.organization, created_by=clip.created_by, project=clip.project)
    clip.further.filter(place=2).update(voice="recording", words="", recording=recording)
    parts = parts_of(clip)
    assert [part.voice for part in parts] == ["heart", "other", "recording"]
    assert [part.recording_sha256 for part in parts] == ["", "", recording.sha256]
    assert parts[0].words_asked == "Line 1."


def test_a_yes_to_a_photo_is_no_yes_to_standing_beside_somebody():
    ada, ben = portraits_of_people("Ada", "Ben")
    turns, together = conversation_of(ada, ben), conversation_of(ada, ben, layout=Layout.TOGETHER)
    assert parts_of(turns)[0].shown_sha256 == ada.sha256
    shown = {part.shown_sha256 for part in parts_of(together)}
    assert not shown & {ada.sha256, ben.sha256}
    assert len(shown) == 2
    assert "(In one picture with: Ben)" in parts_of(together)[0].words_asked


def test_whom_a_clip_shows_is_told_once_each():
    ada, ben = portraits_of_people("Ada", "Ben")
    clip = conversation_of(ada, ben, ada)
    assert portraits_in(clip) == (ada, ben)
    assert subject_ids(clip) == (ada.subject_id, ben.subject_id)
    assert clip.names_shown == "Ada, Ben"


def test_a_clip_with_a_scene_missing_is_no_clip():
    clip = conversation_of(*portraits_of_people("Ada", "Ben"))
    clip.further.all().delete()
    with pytest.raises(ValueError, match="0 further scenes, not 1"):
        parts_of(Clip.objects.get(pk=clip.pk))
