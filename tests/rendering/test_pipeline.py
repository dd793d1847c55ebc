"""One real clip through all stages, in this process."""

import json
import wave
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from django.conf import settings
from PIL import Image

from rendering.captioning import captioning
from rendering.disclosure import label_overlay, verify
from rendering.engine.errors import PhotoError
from rendering.engine.faces.background import GREEN
from rendering.engine.motion import ARKIT, POSE
from rendering.engine.speech import Sound, listen, read_recording, synthesise
from rendering.pipeline import BEGINS, run
from rendering.spec import RenderResult, RenderSpec
from tests.rendering.engine.faces.drawings import MUG, mug
from tests.rendering.engine.video.transparent_frames import read_transparent

pytestmark = pytest.mark.render

PORTRAIT = settings.BASE_DIR / "samples" / "portrait.png"
RENDER = "rnd_0123456789abcdef"


def write_wav(path: Path, sound: Sound) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes((sound.samples * 32767).astype("<i2").tobytes())


def spec_in(folder: Path, **changes) -> RenderSpec:
    values = {
        "render_id": RENDER,
        "attempt": 1,
        "photo": PORTRAIT,
        "output": folder / "clip.mp4",
        "keys": folder / "keys",
        "words": "Hello, my friend.",
        "style": "presenter",
        "direction": "soft smile, spinning wildly",
        "captions": True,
        "seed": 5,
    }
    return RenderSpec(**(values | changes))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[RenderResult, list[tuple[str, float]]]:
    """A clip, and how its progress was told."""
    told: list[tuple[str, float]] = []
    folder = tmp_path_factory.mktemp("clip")
    result = run(spec_in(folder), progress=lambda stage, fraction: told.append((stage, fraction)))
    return result, told


@pytest.fixture(scope="module")
def frames(made) -> np.ndarray:
    with av.open(str(made[0].path)) as clip:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in clip.decode(video=0)])


def test_the_report_agrees_with_the_file(made, frames):
    report = made[0].report
    assert len(frames) == report["frames"]
    assert [frames.shape[2], frames.shape[1]] == report["resolution"]
    assert report["duration"] == report["frames"] / report["fps"]
    assert report["direction"]["understood"]
    assert any("spinning" in words for words in report["direction"]["unknown"])


def test_the_report_has_a_value_a_frame_for_every_control(made):
    controls = made[0].report["controls"]
    assert {*ARKIT, *POSE} <= set(controls)
    assert {len(curve) for curve in controls.values()} == {made[0].report["frames"]}


def test_the_phonemes_of_the_report_cover_the_clip(made):
    phonemes = made[0].report["phonemes"]
    assert phonemes[0]["start"] == 0.0
    assert all(before["end"] == pytest.approx(after["start"]) for before, after in pairwise(phonemes))
    assert phonemes[-1]["end"] == pytest.approx(made[0].report["duration"], abs=0.041)


def test_the_report_times_every_stage_and_can_be_written(made):
    report = made[0].report
    stages = ["analyse", "rig", "speak", "perform", "draw", "compose", "encode", "mark", "sign"]
    assert set(report["stages"]) == set(stages)
    assert json.loads(json.dumps(report)) == report


def test_progress_never_falls_and_follows_the_frames(made):
    _, told = made
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert list(dict.fromkeys(stage for stage, _ in told)) == [stage for stage in BEGINS if stage != "head"]
    assert sum(stage == "draw" for stage, _ in told) > 2


def test_the_face_moves_and_the_label_stands(frames):
    _, height, width, _ = frames.shape
    mouth = frames[:, height // 3 : height // 2, width * 2 // 5 : width * 3 // 5, 0].astype(np.int16)
    assert np.ptp(mouth, axis=0).max() > 60
    label = frames[:, : height // 12, -width // 4 :]
    assert (label.reshape(len(frames), -1).max(axis=1) > 240).all()
    far_corner = frames[:, : height // 30, : width // 6].astype(np.int16)
    assert np.ptp(far_corner, axis=0).max() < 30


def test_what_lies_beside_the_clip(made):
    folder = made[0].path.parent
    assert (folder / "captions.vtt").read_text().startswith("WEBVTT")
    assert "Hello, my friend." in (folder / "captions.srt").read_text()
    assert (folder / "poster.jpg").read_bytes()[:3] == b"\xff\xd8\xff"
    assert not (folder / "unsigned.mp4").exists()


def test_the_captions_are_a_soft_track_too_which_is_not_shown_by_itself(made):
    with av.open(str(made[0].path)) as clip:
        (track,) = clip.streams.subtitles
        assert track.language == "eng"
        assert not track.disposition & Disposition.default
        said = b"".join(bytes(packet) for packet in clip.demux(track))
    assert b"Hello, my friend." in said


def test_a_recording_is_captioned_as_it_was_written_down(tmp_path):
    recording = tmp_path / "voice.wav"
    write_wav(recording, synthesise("Good evening.").sound)
    spec = spec_in(
        tmp_path,
        words=None,
        recording=recording,
        transcript=[["Good", 0.2, 0.5], ["evening!", 0.5, 1.0], ["never", 90.0, 91.0]],
        language="en",
    )
    found = captioning(spec, listen(read_recording(recording)))
    assert [caption.text for caption in found.text] == ["Good evening!"]
    assert found.drawn == found.text


def test_a_thing_with_placed_points_speaks_and_leaves_as_a_head(tmp_path):
    picture = tmp_path / "mug.png"
    Image.fromarray(mug()).save(picture)
    placed = {name: list(place) for name, place in MUG.items()}
    run(spec_in(tmp_path, photo=picture, placed=placed, head=True, words="Tea?"), progress=lambda stage, done: None)
    with av.open(str(tmp_path / "clip.mp4")) as clip:
        moving = np.stack([frame.to_ndarray(format="gray") for frame in clip.decode(video=0)]).astype(np.int16)
    # the mouth moves, the table's edge does not
    assert np.ptp(moving[:, 280:330, 200:260], axis=0).max() > 60
    assert np.ptp(moving[:, -40:, :60], axis=0).max() < 12
    assert (tmp_path / "head.glb").read_bytes()[:4] == b"glTF"


def test_the_clip_says_what_it_is(made):
    verification = verify(made[0].path)
    assert verification.ai_generated
    assert verification.credentials.valid
    assert verification.render_id == RENDER


def test_the_same_spec_gives_the_same_frames(made, frames, tmp_path):
    again = run(spec_in(tmp_path), progress=lambda *_: None)
    with av.open(str(again.path)) as clip:
        for frame, expected in zip(clip.decode(video=0), frames, strict=True):
            assert np.array_equal(frame.to_ndarray(format="rgb24"), expected)


def test_silence_that_is_meant_becomes_a_picture_that_moves_and_ends_as_it_began(tmp_path):
    silence = tmp_path / "silence.wav"
    write_wav(silence, Sound(np.zeros(24_000, np.float32), 24_000))
    spec = spec_in(tmp_path, words=None, recording=silence, style="living-portrait", direction="", captions=False)
    made = run(spec, progress=lambda *_: None)
    with av.open(str(made.path)) as clip:
        frames = [frame.to_ndarray(format="rgb24").astype(np.int16) for frame in clip.decode(video=0)]
    assert len(frames) == 25
    assert max(np.abs(frame - frames[0]).mean() for frame in frames) > np.abs(frames[-1] - frames[0]).mean()


def test_bad_input_is_told_before_anything_is_made(tmp_path):
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"no picture")
    with pytest.raises(PhotoError):
        run(spec_in(tmp_path, photo=photo), progress=lambda *_: None)
    assert [path.name for path in tmp_path.iterdir()] == ["photo.png"]


def test_without_a_ground_there_is_a_green_screen_and_a_transparent_clip_with_its_credentials(tmp_path):
    spec = spec_in(tmp_path, background="remove", words="Hello.", captions=False, end_card="The end")
    run(spec, progress=lambda *_: None)
    with av.open(str(spec.output)) as clip:
        green = next(clip.decode(video=0)).to_ndarray(format="rgb24")
    cut_out = read_transparent(tmp_path / "cut-out.webm")
    assert np.abs(green[4, 4].astype(int) - GREEN).max() < 12
    assert cut_out[:5, 4, 4, 3].max() == 0
    assert cut_out[-3:, 4, 4, 3].min() > 250  # the card is seen whole
    height, width = cut_out.shape[1:3]
    assert cut_out[:, height // 2, width // 2, 3].min() == 255
    label = label_overlay((width, height))
    there = cut_out[:, label.y : label.y + label.rgba.shape[0], label.x : label.x + label.rgba.shape[1], 3]
    assert there.mean() > 120  # it stands on what is transparent, too
    found = verify(tmp_path / "cut-out.webm", keys=spec.keys)
    assert (found.render_id, found.credentials.valid, found.credentials.ours) == (RENDER, True, True)


def test_a_colour_that_is_none_is_said_before_anything_is_drawn(tmp_path):
    with pytest.raises(PhotoError, match="not a colour"):
        run(spec_in(tmp_path, background="colour", background_colour="mauve"), progress=lambda *_: None)
