import errno
import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings as django_settings
from django.core.management import call_command

from consent.models import ConsentRequest, Subject
from projects.models import Clip, Portrait
from projects.services import wav_of
from rendering.engine.speech import Sound
from rendering.management.commands.talk import INTERRUPTED
from rendering.management.terminal import BadInput, NoConsent, NotMade
from rendering.models import Render
from rendering.states import RenderState
from tests.factories import answer
from tests.rendering.queue.arrangement import PIPELINES, eventually, is_alive

# The queue's threads see only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)

PORTRAIT = django_settings.BASE_DIR / "samples" / "portrait.png"
WORDS = "Good morning from the bookshop."


@pytest.fixture(autouse=True)
def pipeline(settings, tmp_path):
    settings.LIKENESS_DATA_DIR = tmp_path / "data"
    numbers = {"beat": 0.2, "relay_poll": 0.05, "sweep_poll": 0.5}

    def choose(name: str) -> None:
        settings.LIKENESS_QUEUE = {"pipeline": f"{PIPELINES}.{name}", **numbers}

    choose("quick")
    return choose


@pytest.fixture
def out(tmp_path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "clip.mp4"


@pytest.fixture
def save_tune():
    def save(path: Path) -> Path:
        time = np.arange(2 * 24_000) / 24_000
        path.write_bytes(wav_of(Sound((0.3 * np.sin(2 * np.pi * 330 * time)).astype(np.float32), 24_000)))
        return path

    return save


def talk(out: Path, *options: str, photo: Path = PORTRAIT, subject: str = "fictional", say: str = WORDS) -> None:
    call_command("talk", str(photo), "--say", say, "--subject", subject, "--out", str(out), *options)


def test_it_goes_through_the_queue_and_copies_the_clip_out(out, capsys):
    report = out.with_suffix(".json")
    talk(out, "--report", str(report), "--style", "presenter", "--seed", "3")
    assert out.read_bytes() == b"clip of attempt 1"
    assert json.loads(report.read_text())["controls"] == {"jawOpen": [0.0, 0.1]}
    assert sorted(path.name for path in out.parent.iterdir()) == ["clip.json", "clip.mp4"]
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == f"clip: {out}"
    assert said.err.splitlines()[-1] == "100%  Ready"
    render = Render.objects.get()
    assert (render.state, render.clip.style, render.clip.seed) == (RenderState.PUBLISHED, "presenter", 3)


def test_the_same_photo_and_words_again_are_the_same_portrait_and_clip(out):
    talk(out)
    talk(out)
    assert (Subject.objects.count(), Portrait.objects.count(), Clip.objects.count()) == (1, 1, 1)
    assert Render.objects.count() == 2


def test_a_living_person_is_asked_and_after_the_grant_it_works(out):
    with pytest.raises(NoConsent) as caught:
        talk(out, subject="other", photo=PORTRAIT)
    assert caught.value.returncode == 3
    assert "/consent/" in str(caught.value)
    assert "this photo" in str(caught.value)
    assert not out.exists()
    answer(ConsentRequest.objects.get())
    talk(out, subject="other")
    assert out.exists()


@pytest.mark.parametrize("subject", ["historical", "deceased", "brand", "animal"])
def test_for_those_who_cannot_be_asked_the_operator_states_why(out, subject):
    talk(out, subject=subject)
    event = Subject.objects.get().events.get(scope="statement")
    assert event.text.startswith("Stated by the operator at the terminal: ")
    assert out.exists()


def test_a_statement_that_was_given_is_recorded_as_it_is(out):
    talk(out, "--statement", "I drew her myself.", "--name", "Ada")
    subject = Subject.objects.get()
    assert (subject.name, subject.statement) == ("Ada", "I drew her myself.")


@pytest.mark.parametrize("content", [b"", b"not a picture", PORTRAIT.read_bytes()[:5000]], ids=["empty", "text", "cut"])
def test_a_bad_photo_leaves_nothing_behind(out, tmp_path, content):
    photo = tmp_path / "photo.png"
    photo.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        talk(out, photo=photo)
    assert caught.value.returncode == 2
    assert not any(model.objects.exists() for model in (Subject, Portrait, Clip, Render))
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize(
    "say", ["", "   ", "word " * 5000, "привет, как дела?"], ids=["none", "blank", "long", "foreign"]
)
def test_words_that_cannot_be_spoken_leave_nothing_behind(out, say, storage_folder):
    with pytest.raises(BadInput):
        talk(out, say=say)
    assert not any(model.objects.exists() for model in (Subject, Portrait, Clip, Render))
    assert not storage_folder.exists()


@pytest.mark.parametrize("target", ["nowhere/clip.mp4", "."], ids=["no such folder", "a folder"])
def test_a_target_that_cannot_be_written_is_told_before_anything_is_made(tmp_path, target):
    with pytest.raises(BadInput):
        talk(tmp_path / target)
    assert not Render.objects.exists()


def test_a_folder_that_takes_no_files_is_told_before_anything_is_made(out, monkeypatch):
    def refuse(**given):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("rendering.management.commands.talk.TemporaryFile", refuse)
    with pytest.raises(BadInput, match="Permission denied"):
        talk(out)
    assert not Render.objects.exists()


@pytest.mark.parametrize(("name", "end", "code"), [("refusing", BadInput, 2), ("raising", NotMade, 1)])
def test_a_render_that_fails_ends_with_its_reason(out, pipeline, name, end, code):
    pipeline(name)
    with pytest.raises(end) as caught:
        talk(out)
    assert caught.value.returncode == code
    assert Render.objects.get().error_message in str(caught.value)
    assert list(out.parent.iterdir()) == []


def test_a_face_that_is_not_there_is_bad_input(out):
    with pytest.raises(BadInput, match="no face number 7"):
        talk(out, "--face", "7")


def test_ctrl_c_cancels_and_leaves_no_process(out, worker_environment):
    command = ["talk", str(PORTRAIT), "--say", WORDS, "--subject", "fictional", "--out", str(out)]
    with subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=django_settings.BASE_DIR,
        env=worker_environment("announcing"),
        # a suite that runs in the background of a shell has Ctrl-C switched off, and hands that on
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as process:
        eventually(lambda: Render.objects.filter(stage__startswith="pid-").exists(), within=60, what="the child began")
        child = int(Render.objects.get().stage.removeprefix("pid-"))
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == INTERRUPTED
    assert not is_alive(child)
    assert Render.objects.get().state == RenderState.CANCELLED
    assert list(out.parent.iterdir()) == []


def test_music_and_cards_are_ordered_from_the_terminal(out, tmp_path, save_tune):
    music = save_tune(tmp_path / "waltz.wav")
    talk(out, "--music", str(music), "--music-rights", "We played it.", "--title-card", "Good news")
    clip = Clip.objects.get()
    assert (clip.music.name, clip.music.rights, clip.title_card) == ("waltz", "We played it.", "Good news")


def test_music_without_a_word_about_its_rights_is_refused(out, tmp_path, save_tune):
    with pytest.raises(BadInput):
        talk(out, "--music", str(save_tune(tmp_path / "waltz.wav")))
    assert not Clip.objects.exists()
