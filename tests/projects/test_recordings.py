import json

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Role
from projects.erasure import recording_erase
from projects.models import Recording
from projects.recordings import recording_edit, sound_of, transcript_set, transcript_text
from projects.services import recording_upload, wav_of
from rendering.engine.errors import EngineError
from rendering.engine.speech import RATE, Sound
from tests.factories import ClipFactory, MembershipFactory, ProjectFactory, member_of

pytestmark = pytest.mark.django_db


def speech(seconds: float = 3.0, *, noise: float = 0.01) -> Sound:
    """Something that rises and falls as speech does, in a room that hisses."""
    random, time = np.random.default_rng(1), np.arange(round(seconds * RATE)) / RATE
    voiced = 0.3 * np.sin(2 * np.pi * 180 * time) * np.clip(np.sin(2 * np.pi * 1.5 * time), 0, 1)
    return Sound((voiced + noise * random.standard_normal(len(time))).astype(np.float32), RATE)


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def owned(member):
    return {"organization": member.organization, "acting_user": member.user}


@pytest.fixture
def recording(owned) -> Recording:
    project = ProjectFactory(organization=owned["organization"], created_by=owned["acting_user"])
    kept = recording_upload(**owned, project=project, name="Greeting", data=wav_of(speech()))
    kept.transcript = [["one", 0.2, 0.6], ["two", 0.9, 1.3], ["three", 1.6, 2.0]]
    kept.save()
    return kept


def test_a_cut_recording_is_another_one_and_the_first_stays(owned, recording):
    copy = recording_edit(**owned, recording=recording, start=0.8, end=2.0)
    assert copy.pk != recording.pk
    assert copy.sha256 != recording.sha256
    assert copy.duration == pytest.approx(1.2, abs=0.01)
    assert copy.source == recording
    assert sound_of(recording).duration == pytest.approx(recording.duration, abs=0.01)


def test_the_words_go_along_with_the_cut(owned, recording):
    copy = recording_edit(**owned, recording=recording, start=0.8, end=1.5)
    assert copy.transcript == [["two", 0.1, 0.5]]


def test_without_noise_the_pauses_are_quieter_against_the_speech(owned, recording):
    def range_db(sound: Sound) -> float:
        frames = np.sqrt((sound.samples[: len(sound.samples) // 480 * 480].reshape(-1, 480) ** 2).mean(axis=1) + 1e-12)
        return float(20 * np.log10(np.percentile(frames, 95) / np.percentile(frames, 10)))

    clean = recording_edit(**owned, recording=recording, denoise=True)
    assert clean.denoised
    assert range_db(sound_of(clean)) > range_db(sound_of(recording)) + 10


def test_an_edit_of_an_edit_begins_at_the_original(owned, recording):
    first = recording_edit(**owned, recording=recording, start=0.5, end=1.5)
    second = recording_edit(**owned, recording=first, start=0.2, end=2.0)
    assert second.source == recording
    assert second.duration == pytest.approx(1.8, abs=0.01)


def test_everything_kept_is_the_original_again(owned, recording):
    copy = recording_edit(**owned, recording=recording, start=0.5, end=1.5)
    assert recording_edit(**owned, recording=copy) == recording


def test_the_same_cut_is_kept_once(owned, recording):
    made = [recording_edit(**owned, recording=recording, start=0.5, end=1.5).pk for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.parametrize(("start", "end"), [(-1.0, 2.0), (1.0, 1.2), (2.0, 1.0), (0.0, 99.0)])
def test_a_part_that_is_none_is_refused(owned, recording, start, end):
    with pytest.raises(ValidationError):
        recording_edit(**owned, recording=recording, start=start, end=end)


def test_typed_words_keep_the_times_of_those_that_were_there(owned, recording):
    transcript_set(**owned, recording=recording, text="One too three.", language="en")
    recording.refresh_from_db()
    assert recording.transcript[0] == ["One", 0.2, 0.6]
    assert recording.transcript[2] == ["three.", 1.6, 2.0]
    assert transcript_text(recording) == "One too three."


def test_who_wrote_it_down_is_in_the_audit_log_without_the_words(owned, recording):
    transcript_set(**owned, recording=recording, text="Something private", language="en")
    event = AuditEvent.objects.get(action="recording.written-down")
    assert event.object_id == recording.pk
    assert "private" not in json.dumps(event.data)


def test_control_characters_do_not_get_into_captions(owned, recording):
    transcript_set(**owned, recording=recording, text="one\x00two\x1b three", language="en")
    assert transcript_text(recording) == "one two three"


def test_an_unknown_language_is_refused(owned, recording):
    with pytest.raises(ValidationError):
        transcript_set(**owned, recording=recording, text="hello", language="tlh")


def test_an_erased_recording_keeps_no_words_and_gets_none(owned, recording):
    ClipFactory(**{"organization": owned["organization"], "recording": recording, "words": "", "voice": "recording"})
    recording_erase(recording, timezone.now())
    recording.refresh_from_db()
    assert recording.transcript == []
    with pytest.raises(ValidationError):
        transcript_set(**owned, recording=recording, text="hello", language="en")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.BILLING])
def test_who_may_not_make_may_not_change(owned, recording, role):
    other = {"organization": owned["organization"], "acting_user": member_of(owned["organization"], role)}
    with pytest.raises(PermissionDenied):
        recording_edit(**other, recording=recording, start=0.5, end=1.5)
    with pytest.raises(PermissionDenied):
        transcript_set(**other, recording=recording, text="x", language="en")


def test_on_the_page_another_part_takes_the_recordings_place(client, member, recording):
    client.force_login(member.user)
    answer = client.post(
        reverse("projects:recording_trim", args=[recording.pk]),
        {"trim_start": "0.5", "trim_end": "1.5", "denoise": "on"},
    )
    copy = Recording.objects.get(source=recording)
    assert copy.pk in answer.content.decode()


def test_a_bad_part_is_told_beside_the_fields(client, member, recording):
    client.force_login(member.user)
    answer = client.post(reverse("projects:recording_trim", args=[recording.pk]), {"trim_start": "2", "trim_end": "1"})
    assert answer.status_code == 422
    assert "Choose a part" in answer.content.decode()


def test_words_are_kept_from_the_page_and_shown_as_text(client, member, recording):
    client.force_login(member.user)
    answer = client.post(
        reverse("projects:recording_words", args=[recording.pk]),
        {"transcript": "<b>Hello</b> & welcome", "language": "en"},
    )
    recording.refresh_from_db()
    assert transcript_text(recording) == "<b>Hello</b> & welcome"
    assert "<b>Hello</b>" not in answer.content.decode()


def test_where_no_recogniser_is_installed_the_page_says_so(client, member, recording, monkeypatch):
    def absent(*args, **kwargs):
        raise EngineError("recogniser-missing", "Nothing on this machine can write recordings down.", "Install one.")

    monkeypatch.setattr("rendering.engine.speech.transcribe", absent)
    client.force_login(member.user)
    answer = client.post(
        reverse("projects:recording_words", args=[recording.pk]), {"hear": "yes", "transcript": "", "language": "en"}
    )
    assert answer.status_code == 422
    assert "Nothing on this machine" in answer.content.decode()


@pytest.mark.parametrize("name", ["recording", "recording_sound", "recording_trim", "recording_words"])
def test_another_organisations_recording_is_not_there(client, recording, name):
    client.force_login(MembershipFactory().user)
    address = reverse(f"projects:{name}", args=[recording.pk])
    method = client.post if name in {"recording_trim", "recording_words"} else client.get
    assert method(address).status_code == 404


def test_the_recordings_own_page_shows_its_words(client, member, recording):
    client.force_login(member.user)
    assert "one two three" in client.get(reverse("projects:recording", args=[recording.pk])).content.decode()
