"""Recordings cut, cleaned and written down through the API; music; the lexicon; points on a face."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from projects.models import Clip, LexiconEntry, Music, Portrait
from projects.services import recording_upload, wav_of
from tests.api import V1, client_for, post_json
from tests.factories import OrganizationFactory, PortraitFactory, ProjectFactory, member_of
from tests.projects.test_recordings import speech

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return OrganizationFactory()


@pytest.fixture
def client(organization):
    return client_for(organization)


@pytest.fixture
def recording(organization):
    kept = recording_upload(
        organization=organization,
        acting_user=member_of(organization),
        project=ProjectFactory(organization=organization),
        name="Greeting",
        data=wav_of(speech()),
    )
    kept.transcript = [["one", 0.2, 0.6], ["two", 0.9, 1.3]]
    kept.save()
    return kept


def test_a_cut_recording_is_another_one_and_made_once(client, recording):
    first, again = (post_json(client, f"/recordings/{recording.pk}/edits", {"start": 0.8, "end": 2.0}) for _ in "12")

    assert first.status_code == 201
    assert first.json() == again.json()
    assert first.json()["source"] == recording.pk
    assert first.json()["duration"] == pytest.approx(1.2, abs=0.05)
    assert client.get(f"{V1}/recordings/{first.json()['id']}/words").json()["words"] == [
        {"text": "two", "start": 0.1, "end": 0.5}
    ]


@pytest.mark.parametrize("part", [{"start": 2.0, "end": 1.0}, {"end": 99.0}, {"end": 0.1}])
def test_a_part_that_is_none_is_refused(client, recording, part):
    assert post_json(client, f"/recordings/{recording.pk}/edits", part).json()["code"] == "invalid"


def test_words_are_written_down_with_their_times(client, recording):
    address = f"{V1}/recordings/{recording.pk}/words"
    put = client.put(address, {"text": "one and two", "language": "de"}, content_type="application/json")

    assert put.json()["language"] == "de"
    assert [word["text"] for word in put.json()["words"]] == ["one", "and", "two"]
    assert client.get(address).json() == put.json()


def test_without_a_recogniser_the_answer_says_what_is_missing(client, recording):
    answer = post_json(client, f"/recordings/{recording.pk}/words/hear", {"language": "sv"})

    assert (answer.status_code, answer.json()["reason"]) == (422, "recogniser-missing")


def test_a_lexicon_entry_is_set_heard_and_forgotten_and_a_clip_takes_it(client, organization):
    entry = post_json(client, "/lexicon", {"written": "SQL", "said": "sequel"}).json()
    again = post_json(client, "/lexicon", {"written": "SQL", "said": "squeal"}).json()
    address = f"{V1}/lexicon/{entry['id']}"
    changed = client.patch(address, {"said": "sequel"}, content_type="application/json").json()
    portrait = PortraitFactory(organization=organization)
    clip = post_json(client, "/clips", {"portrait": portrait.pk, "words": "We speak SQL."}).json()["id"]
    sound = client.get(f"{address}/sound")

    assert (again["id"], changed["said"]) == (entry["id"], "sequel")
    assert Clip.objects.get(pk=clip).lexicon == {"SQL": "sequel"}
    assert (sound.headers["Content-Type"], sound.content[:4]) == ("audio/wav", b"RIFF")
    assert client.delete(address).status_code == 204
    assert not LexiconEntry.objects.exists()
    assert Clip.objects.get(pk=clip).lexicon == {"SQL": "sequel"}


def test_music_comes_in_with_a_word_on_its_rights_and_lies_under_a_clip(client, organization):
    project = ProjectFactory(organization=organization)
    portrait = PortraitFactory(organization=organization, project=project)

    def send(**values):
        file = SimpleUploadedFile("waltz.wav", wav_of(speech()), "audio/wav")
        return client.post(f"{V1}/music", {"project": project.pk, "sound": file, **values})

    refused, music = send(rights=" "), send(rights="Our own recording").json()
    clip = post_json(
        client,
        "/clips",
        {"portrait": portrait.pk, "words": "Good evening.", "music": music["id"], "title_card": "At the mill"},
    ).json()

    assert refused.json()["errors"][0]["field"] == "rights"
    assert Music.objects.get().sha256 == hashlib.sha256(wav_of(speech())).hexdigest()
    assert (clip["music"], clip["title_card"]) == (music["id"], "At the mill")
    assert client.get(f"{V1}/music/{music['id']}/sound").status_code == 302


def test_music_of_another_organisation_is_not_there(client, organization):
    theirs = OrganizationFactory()
    music = Music.objects.create(
        organization=theirs,
        created_by=member_of(theirs),
        project=ProjectFactory(organization=theirs),
        name="Waltz",
        rights="theirs",
        file="org/waltz",
        sha256="0" * 64,
        duration=9.0,
    )
    portrait = PortraitFactory(organization=organization)
    answer = post_json(client, "/clips", {"portrait": portrait.pk, "words": "Hello.", "music": music.pk})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "music")


def test_a_face_is_placed_where_a_program_says(client, organization, settings):
    picture = (settings.BASE_DIR / "samples" / "portrait.png").read_bytes()
    project = ProjectFactory(organization=organization)
    subject = post_json(client, "/subjects", {"kind": "fictional", "name": "The porter"}).json()["id"]
    photo = SimpleUploadedFile("p.png", picture, "image/png")
    uploaded = client.post(f"{V1}/portraits", {"project": project.pk, "subject": subject, "photo": photo}).json()
    begun = client.get(f"{V1}/portraits/{uploaded['id']}/points").json()
    points = {name: [x + 2, y] for name, (x, y) in begun["points"].items()}
    trial = post_json(client, f"/portraits/{uploaded['id']}/points/trial", {"points": points})
    placed = post_json(client, f"/portraits/{uploaded['id']}/points", {"points": points}).json()

    assert begun["moves"] is True
    assert trial.content[8:12] == b"WEBP"
    assert placed["placed"] is True
    assert placed["id"] != uploaded["id"]
    assert Portrait.objects.get(pk=uploaded["id"]).placed is None
    assert post_json(client, f"/portraits/{uploaded['id']}/points", {"points": {}}).json()["code"] == "unusable-photo"
