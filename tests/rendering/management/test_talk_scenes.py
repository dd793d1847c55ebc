"""manage.py talk … --scenes FILE.json"""

import json
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from PIL import Image

from consent.gate import SubjectKind
from projects.models import Clip, Layout, Portrait
from rendering.management.scenes import Shown, read_scenes
from rendering.management.terminal import BadInput, NoConsent
from tests.rendering.queue.arrangement import PIPELINES

PORTRAIT = django_settings.BASE_DIR / "samples" / "portrait.png"
FIRST = Shown(PORTRAIT, SubjectKind.FICTIONAL, words="Hello.", voice="heart", style="presenter", name="Ada")


def described(folder: Path, told: object) -> Path:
    path = folder / "scenes.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told))
    return path


def test_a_scene_without_a_photo_shows_whom_the_command_shows(tmp_path):
    (scene,) = read_scenes(described(tmp_path, [{"say": "Again."}]), FIRST).scenes
    assert (scene.photo, scene.kind, scene.words, scene.style) == (PORTRAIT, FIRST.kind, "Again.", "presenter")


def test_names_of_files_are_seen_from_the_files_folder_and_a_face_is_described_once(tmp_path):
    told = [
        {"photo": "ben.png", "subject": "other", "name": "Ben", "audio": "ben.wav", "style": "social", "fade": 0.4},
        {"photo": "ben.png", "say": "It is me again."},
    ]
    first, second = read_scenes(
        described(tmp_path, {"layout": "together", "names": True, "scenes": told}), FIRST
    ).scenes
    assert (first.photo, first.sound, first.kind) == (tmp_path / "ben.png", tmp_path / "ben.wav", SubjectKind.OTHER)
    assert (second.kind, second.name, second.style) == (SubjectKind.OTHER, "Ben", "social")
    assert (first.fade, second.fade, second.sound) == (0.4, 0.0, None)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("{", "no JSON"),
        ([], "holds no scenes"),
        ([{"say": "Hi.", "audio": "a.wav"}], "not both"),
        ([{}], "needs “say” or “audio”"),
        ([{"say": "Hi.", "photo": "new.png"}], "does not say who is shown"),
        ([{"say": "Hi.", "photo": "new.png", "subject": "ghost"}], "no subject “ghost”"),
        ([{"say": "Hi.", "colour": "red"}], "nothing is called “colour”"),
        ([{"say": 7}], "value of another kind"),
        ([{"say": "Hi.", "face": True}], "value of another kind"),
        (["Hi."], "no object"),
        ({"scenes": [{"say": "Hi."}], "names": "yes"}, "value of another kind"),
    ],
)
def test_what_is_wrong_with_the_file_is_said(tmp_path, told, said):
    with pytest.raises(BadInput, match=said):
        read_scenes(described(tmp_path, told), FIRST)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        read_scenes(tmp_path / "nothing.json", FIRST)


@pytest.mark.django_db(transaction=True)
class TestCommand:
    @pytest.fixture(autouse=True)
    def pipeline(self, settings, tmp_path):
        settings.LIKENESS_DATA_DIR = tmp_path / "data"
        settings.LIKENESS_QUEUE = {"pipeline": f"{PIPELINES}.quick", "beat": 0.2, "relay_poll": 0.05}

    @pytest.fixture
    def ben(self, tmp_path) -> Path:
        with Image.open(PORTRAIT) as picture:
            picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "ben.png")
        return tmp_path / "ben.png"

    def talk(self, tmp_path: Path, scenes: object) -> None:
        options = ("--say", "Hello.", "--subject", "fictional", "--name", "Ada", "--out", str(tmp_path / "clip.mp4"))
        call_command("talk", str(PORTRAIT), *options, "--scenes", str(described(tmp_path, scenes)))

    def test_a_dialogue_is_made_and_asked_for_again_it_is_the_same_clip(self, tmp_path, ben):
        scenes = [{"photo": ben.name, "subject": "fictional", "name": "Ben", "say": "Good day.", "fade": 0.4}]
        for _ in range(2):
            self.talk(tmp_path, scenes)
        clip = Clip.objects.get()
        assert [(scene.portrait.subject.name, scene.words) for scene in clip.scenes] == [
            ("Ada", "Hello."),
            ("Ben", "Good day."),
        ]
        assert clip.later_scenes[0].fade == 0.4
        assert (tmp_path / "clip.mp4").read_bytes()
        self.talk(tmp_path, {"scenes": scenes[:1], "names": True})
        assert Clip.objects.count() == 2

    def test_somebody_living_is_asked_first(self, tmp_path, ben, capsys):
        scenes = [{"photo": ben.name, "subject": "other", "name": "Ben", "say": "Good day."}]
        with pytest.raises(NoConsent, match="Ben has not agreed") as ended:
            self.talk(tmp_path, scenes)
        assert "/consent/" in str(ended.value)
        assert not (tmp_path / "clip.mp4").exists()

    def test_nothing_is_left_of_scenes_that_cannot_be(self, tmp_path, ben):
        scenes = [{"photo": ben.name, "subject": "fictional", "say": "Good day.", "fade": 7}]
        with pytest.raises(BadInput, match="cross-fade"):
            self.talk(tmp_path, {"layout": Layout.TURNS.value, "scenes": scenes})
        assert not Clip.objects.exists()
        assert not Portrait.objects.exists()
