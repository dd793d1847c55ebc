import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from consent.gate import Action, Scope
from projects.services import clip_create
from rendering.engine.errors import WordsError
from rendering.engine.speech import VOICES
from rendering.gating import ask
from rendering.voices import length_advice, voice_choice, voice_sample, voice_shown
from tests.factories import ClipFactory, MembershipFactory, PortraitFactory, answer, member_of, request_for


@pytest.fixture(autouse=True)
def samples(settings, tmp_path):
    settings.LIKENESS_DATA_DIR = tmp_path
    return tmp_path / "samples"


def test_the_voice_that_is_always_here_is_among_the_english_ones():
    choice = voice_choice()
    assert choice.language == "English"
    assert [voice.id for voice in choice.voices] == ["heart"]


def test_the_chosen_voice_stays_to_be_seen_whatever_the_filter():
    assert [voice.id for voice in voice_choice(gender="male", chosen="heart").voices] == ["heart"]
    assert voice_choice(gender="male").voices == ()


def test_a_language_that_nobody_speaks_falls_back_to_the_chosen_voices():
    assert voice_choice(language="Klingon", chosen="heart").language == "English"


def test_a_sample_is_made_once(samples):
    first = voice_sample("heart")
    made = first.stat().st_mtime_ns
    assert voice_sample("heart") == first
    assert first.stat().st_mtime_ns == made
    assert [path.name for path in samples.iterdir()] == [first.name]


def test_an_unknown_voice_has_no_sample():
    with pytest.raises(WordsError):
        voice_sample("nobody")
    assert voice_shown("nobody") is None


@pytest.mark.parametrize(
    ("seconds", "advice"), [(8, "30 to 90 seconds are best."), (45, "A good length."), (200, "this one is longer")]
)
def test_the_length_is_judged_by_30_to_90_seconds(seconds, advice):
    assert advice in length_advice(seconds)


@pytest.mark.django_db
def test_the_page_plays_a_sample(client):
    client.force_login(MembershipFactory().user)
    answer = client.get(reverse("rendering:voice_sample", args=["heart"]))
    assert b"".join(answer.streaming_content)[:4] == b"RIFF"
    assert client.get(reverse("rendering:voice_sample", args=["nobody"])).status_code == 404


@pytest.mark.django_db
def test_the_cards_name_the_licence(client):
    client.force_login(MembershipFactory().user)
    assert "Apache-2.0" in client.get(reverse("rendering:voices"), {"voice": "heart"}).content.decode()


@pytest.mark.django_db
def test_what_the_voice_cannot_say_is_named_while_typing(client):
    client.force_login(MembershipFactory().user)
    answer = client.post(reverse("rendering:estimate"), {"words": "Hello Ж and 你!", "voice": "heart"}).content.decode()
    assert "Ж" in answer
    assert "你" in answer


@pytest.mark.django_db
def test_samples_are_for_those_who_are_signed_in(client):
    assert client.get(reverse("rendering:voice_sample", args=["heart"])).status_code == 302


def lay_clone(folder, subject_id: str) -> str:
    model = folder / f"clone-{subject_id}"
    model.mkdir(parents=True)
    (model / "model.pth").write_bytes(b"weights")
    (model / "config.json").write_text("{}")
    return model.name


@pytest.fixture
def clones(tmp_path, monkeypatch):
    """A folder of voice models, with the package that speaks with them taken for installed."""
    monkeypatch.setenv("COQUI_MODEL_DIR", str(tmp_path / "coqui"))
    monkeypatch.setattr("rendering.engine.speech.catalogue.missing_coqui", lambda: "")
    return tmp_path / "coqui"


@pytest.mark.django_db
def test_a_copied_voice_is_offered_for_its_own_person_and_to_nobody_else(clones):
    portrait = PortraitFactory()
    voice = lay_clone(clones, portrait.subject_id)
    ((offered, name),) = voice_choice(organization=portrait.organization).clones
    assert (offered.id, name) == (voice, portrait.subject.name)
    assert voice not in [each.id for each in voice_choice(organization=portrait.organization).voices]
    assert voice_choice(organization=MembershipFactory().organization).clones == ()
    assert voice not in list(VOICES)


@pytest.mark.django_db
def test_a_copied_voice_does_not_speak_for_another_person(clones):
    portrait, other = PortraitFactory(), PortraitFactory()
    voice = lay_clone(clones, other.subject_id)
    with pytest.raises(ValidationError, match="somebody else"):
        clip_create(
            organization=portrait.organization,
            acting_user=member_of(portrait.organization),
            portrait=portrait,
            words="Hello there.",
            voice=voice,
        )


@pytest.mark.django_db
def test_a_copied_voice_needs_a_grant_of_its_own(clones):
    portrait = PortraitFactory()
    voice = lay_clone(clones, portrait.subject_id)
    clip = ClipFactory(portrait=portrait, organization=portrait.organization, created_by=portrait.created_by)
    answer(request_for(clip))
    assert ask(clip, Action.SUBMIT).allowed
    clip.voice = voice
    assert ask(clip, Action.SUBMIT).missing == (Scope.CLONE,)


@pytest.mark.django_db
def test_a_copied_voice_has_no_sample_and_without_a_model_the_page_says_so(client, clones):
    member = MembershipFactory()
    client.force_login(member.user)
    assert client.get(reverse("rendering:voice_sample", args=[lay_clone(clones, "sub_0")])).status_code == 404
    assert "There is none yet" in client.get(reverse("rendering:voices")).content.decode()
