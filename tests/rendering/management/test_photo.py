import json
import subprocess
import sys

import numpy as np
import pytest
from django.conf import settings
from django.core.management import call_command
from PIL import Image

from benchmarks.spoiling import faded
from rendering.disclosure.inputs import read_input_marks
from rendering.disclosure.pictures import ENHANCED, write_png
from rendering.disclosure.source_type import IPTC_SOURCE_TYPES
from rendering.engine.errors import EngineError
from rendering.management.terminal import BadInput, NotMade
from tests.rendering.engine.faces.portraits import on_grey, portrait

GENERATED = f"{IPTC_SOURCE_TYPES}trainedAlgorithmicMedia"


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(portrait()).save(path)
    return path


def report(capsys, *arguments):
    call_command("photo", *map(str, arguments), "--json")
    return json.loads(capsys.readouterr().out)


def test_it_tells_programs_whether_where_and_what(photo, capsys):
    told = report(capsys, photo)
    assert told["usable"] is True
    (face,) = told["faces"]
    assert set(face) == {"box", "size_px", "yaw", "pitch", "roll"}
    assert face["size_px"] == pytest.approx(190, abs=4)
    assert told["advice"][0]["severity"] == "good"
    assert all({"code", "severity", "message"} <= set(piece) for piece in told["advice"])
    assert "repair" not in told


def test_it_tells_people_in_sentences(photo, capsys):
    call_command("photo", str(photo))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Face 1: 19")
    assert any("will do" in line for line in lines)


@pytest.mark.parametrize("content", [b"", b"not a picture"], ids=["empty", "text"])
def test_what_is_no_picture_ends_with_2_and_says_so_to_programs_too(tmp_path, capsys, content):
    file = tmp_path / "photo.jpg"
    file.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        call_command("photo", str(file), "--json")
    assert caught.value.returncode == 2
    told = json.loads(capsys.readouterr().out)
    assert told["usable"] is False
    assert told["advice"][0]["severity"] == "problem"


def test_a_missing_file_ends_with_2(tmp_path):
    with pytest.raises(BadInput, match="no file"):
        call_command("photo", str(tmp_path / "nowhere.png"))


def test_two_faces_ask_for_a_choice_and_then_will_do(tmp_path, capsys):
    file = tmp_path / "two.png"
    Image.fromarray(on_grey((0, 0, 300), (320, 0, 300), size=(640, 400))).save(file)
    with pytest.raises(BadInput, match="Say which one"):
        call_command("photo", str(file))
    capsys.readouterr()
    assert report(capsys, file, "--face", "2")["usable"] is True
    with pytest.raises(BadInput, match="no face number 3"):
        call_command("photo", str(file), "--face", "3")


def test_the_repair_is_written_with_what_became_of_each_step(tmp_path, capsys):
    source, target = tmp_path / "old.png", tmp_path / "new.png"
    Image.fromarray(faded(portrait())).save(source)
    told = report(capsys, source, "--repair", target, "--steps", "tone,noise")["repair"]
    assert [step["step"] for step in told["steps"]] == ["tone", "noise"]
    assert told["steps"][0]["done"] is True
    assert told["change"]["same_person"] is True
    with Image.open(target) as repaired:
        errors = [np.abs(np.asarray(p).astype(int) - portrait()).mean() for p in (repaired, faded(portrait()))]
    assert errors[0] < 0.4 * errors[1]
    assert read_input_marks(target.read_bytes()).source_types == (ENHANCED,)


def test_marks_of_the_input_are_told_and_carried_on(tmp_path, capsys):
    source, target = tmp_path / "made.png", tmp_path / "new.png"
    write_png(source, portrait(), source_type=GENERATED)
    assert report(capsys, source, "--repair", target, "--steps", "tone")["source_types"] == [GENERATED]
    assert read_input_marks(target.read_bytes()).source_types == (GENERATED,)


def test_the_matte_is_white_on_the_person_and_black_beside(photo, tmp_path):
    target = tmp_path / "matte.png"
    call_command("photo", str(photo), "--matte", str(target))
    with Image.open(target) as matte:
        values = np.asarray(matte)
    assert values.shape == portrait().shape[:2]
    assert values[280, 235] == 255
    assert values[20, 440] == 0


@pytest.mark.parametrize("target", ["nowhere/out.png", "out.jpg"])
def test_a_target_that_cannot_be_written_is_told_first(photo, tmp_path, target):
    with pytest.raises(BadInput, match="cannot be written"):
        call_command("photo", str(photo), "--repair", str(tmp_path / target))


def test_a_repair_that_there_is_not_is_bad_input(photo, tmp_path):
    with pytest.raises(BadInput, match="called magic"):
        call_command("photo", str(photo), "--repair", str(tmp_path / "out.png"), "--steps", "magic")


def test_gfpgan_without_weights_says_what_to_do(photo, tmp_path, settings):
    settings.LIKENESS_MODELS_DIR = tmp_path
    with pytest.raises(NotMade, match="weights") as caught:
        call_command("photo", str(photo), "--repair", str(tmp_path / "out.png"), "--steps", "gfpgan")
    assert isinstance(caught.value.__cause__, EngineError)


def test_from_the_shell_the_exit_code_is_2_and_nothing_is_printed_as_a_traceback(tmp_path):
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"not a picture")
    ended = subprocess.run(
        [sys.executable, "manage.py", "photo", str(file)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "not a picture" in ended.stderr
