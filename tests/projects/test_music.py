import io
import wave

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from consent.gate import Action, Scope
from projects.erasure import music_erase
from projects.models import Clip, Music
from projects.music import music_upload
from projects.services import clip_create
from rendering.engine.errors import SoundError
from rendering.gating import ask, estimated_seconds
from tests.factories import (
    ClipFactory,
    MembershipFactory,
    PortraitFactory,
    ProjectFactory,
    RecordingFactory,
    answer,
    member_of,
    request_for,
)

pytestmark = pytest.mark.django_db


def tune(seconds: float = 2.0, hz: float = 330.0) -> bytes:
    samples = 0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * 48_000)) / 48_000)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def owned(member):
    return {"organization": member.organization, "acting_user": member.user}


@pytest.fixture
def portrait(member):
    return PortraitFactory(organization=member.organization, created_by=member.user)


@pytest.fixture
def music(owned, portrait) -> Music:
    return music_upload(**owned, project=portrait.project, name="Waltz", rights="We played it.", data=tune())


def test_music_is_kept_with_the_word_about_its_rights(music):
    assert (music.name, music.rights) == ("Waltz", "We played it.")
    assert music.duration == pytest.approx(2.0, abs=0.05)


def test_the_same_file_is_kept_once(owned, music):
    again = music_upload(**owned, project=music.project, name="Again", rights="We played it.", data=tune())
    assert again == music


def test_without_a_word_about_the_rights_it_is_refused(owned, portrait):
    with pytest.raises(ValidationError):
        music_upload(**owned, project=portrait.project, name="Waltz", rights=" ", data=tune())


def test_what_is_no_music_is_refused_and_leaves_nothing(owned, portrait):
    with pytest.raises(SoundError):
        music_upload(**owned, project=portrait.project, name="Waltz", rights="Ours", data=b"<html>")
    assert not Music.objects.exists()


def test_a_viewer_uploads_none(owned, portrait):
    owned["acting_user"] = member_of(owned["organization"], Role.VIEWER)
    with pytest.raises(PermissionDenied):
        music_upload(**owned, project=portrait.project, name="Waltz", rights="Ours", data=tune())


def test_another_organisations_music_is_refused(owned, portrait):
    project = ProjectFactory()
    foreign = music_upload(
        organization=project.organization,
        acting_user=member_of(project.organization),
        project=project,
        name="Waltz",
        rights="Ours",
        data=tune(),
    )
    with pytest.raises(ValidationError):
        clip_create(**owned, portrait=portrait, words="Hello there.", music=foreign)


def test_erased_music_leaves_its_row_while_a_clip_hangs_on_it(owned, portrait, music):
    clip = clip_create(**owned, portrait=portrait, words="Hello there.", music=music)
    music_erase(music, timezone.now())
    assert not default_storage.exists(music.file.name)
    assert Clip.objects.get(pk=clip.pk).inputs_erased


@pytest.mark.parametrize(
    "around",
    [
        {"music_level": "deafening"},
        {"title_card": "x" * 121},
        {"end_card": "გამარჯობა"},
        {"title_card": "x", "background": "remove"},
    ],
)
def test_what_cannot_stand_around_a_clip_is_refused(owned, portrait, around):
    with pytest.raises(ValidationError):
        clip_create(**owned, portrait=portrait, words="Hello there.", **around)


def test_a_recording_has_no_cards(owned, portrait):
    recording = RecordingFactory(
        organization=owned["organization"], created_by=owned["acting_user"], project=portrait.project
    )
    with pytest.raises(ValidationError):
        clip_create(**owned, portrait=portrait, recording=recording, title_card="Hello")


def test_consent_to_words_does_not_cover_them_under_another_title():
    clip = ClipFactory(words="I like it.")
    answer(request_for(clip))
    assert ask(clip, Action.SUBMIT).allowed
    clip.title_card = "Why I left my church"
    assert ask(clip, Action.SUBMIT).missing == (Scope.WORDS,)


def test_cards_count_in_the_estimate():
    clip = ClipFactory()
    plain = estimated_seconds(clip)
    clip.title_card = clip.end_card = "x"
    assert estimated_seconds(clip) == pytest.approx(plain + 5.2)


def test_a_clip_is_ordered_with_music_from_the_page(client, member, portrait):
    client.force_login(member.user)
    form = {
        "portrait": portrait.pk,
        "source": "words",
        "words": "Hello there.",
        "voice": "heart",
        "style": "neutral",
        "aspect": "photo",
        "music_file": SimpleUploadedFile("waltz.wav", tune()),
        "music_rights": "We played it.",
        "music_level": "quiet",
        "title_card": "Good news",
    }
    assert client.post(reverse("rendering:clip_new"), form).status_code == 302
    clip = Clip.objects.get()
    assert (clip.music.name, clip.music_level, clip.title_card) == ("waltz", "quiet", "Good news")


def test_music_without_its_rights_is_told_beside_the_field(client, member, portrait):
    client.force_login(member.user)
    form = {
        "portrait": portrait.pk,
        "source": "words",
        "words": "Hello there.",
        "voice": "heart",
        "style": "neutral",
        "aspect": "photo",
        "music_file": SimpleUploadedFile("waltz.wav", tune()),
    }
    answered = client.post(reverse("rendering:clip_new"), form)
    assert answered.status_code == 422
    assert "why you may use it" in answered.content.decode()
    assert not Clip.objects.exists()
