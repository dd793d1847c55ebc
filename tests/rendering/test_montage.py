"""Real clips of several scenes, decoded again."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from django.conf import settings
from PIL import Image, ImageOps

from rendering.disclosure import verify
from rendering.engine.video.framing import LARGEST
from rendering.pipeline import run
from rendering.spec import RenderResult, RenderSpec, SceneSpec

pytestmark = pytest.mark.render

PORTRAIT = settings.BASE_DIR / "samples" / "portrait.png"
RENDER = "rnd_0123456789abcdef"
SIZE = (384, 480)


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> tuple[Path, Path]:
    """The drawing, small and in colour; and mirrored in grey, wider than it is tall."""
    folder = tmp_path_factory.mktemp("photos")
    colour, grey = folder / "colour.png", folder / "grey.png"
    with Image.open(PORTRAIT) as picture:
        small = picture.convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
    small.save(colour)
    wide = Image.new("L", (640, 480), 120)
    wide.paste(ImageOps.mirror(small.convert("L")), (128, 0))
    wide.convert("RGB").save(grey)
    return colour, grey


def spec_in(folder: Path, photos: tuple[Path, Path], **changes) -> RenderSpec:
    second = SceneSpec(photo=photos[1], words="Good day to you.", style="neutral", fade=0.4, name="Ben")
    values = {
        "render_id": RENDER,
        "attempt": 1,
        "photo": photos[0],
        "output": folder / "clip.mp4",
        "keys": folder / "keys",
        "words": "Hello, my friend.",
        "style": "presenter",
        "name": "Ada",
        "scenes": (second,),
        "seed": 5,
    }
    return RenderSpec(**(values | changes))


def decoded(path: Path) -> np.ndarray:
    with av.open(str(path)) as clip:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in clip.decode(video=0)])


def heard(path: Path) -> tuple[np.ndarray, int]:
    with av.open(str(path)) as clip:
        rate = clip.streams.audio[0].rate
        return np.concatenate([frame.to_ndarray().mean(axis=0) for frame in clip.decode(audio=0)]), rate


def colour_of(frames: np.ndarray) -> np.ndarray:
    """How colourful the lower half of each frame is, away from the label: (T,)."""
    lower = frames[:, frames.shape[1] // 2 :].astype(int)
    return (lower.max(axis=3) - lower.min(axis=3)).mean(axis=(1, 2))


@pytest.fixture(scope="module")
def made(tmp_path_factory, photos) -> tuple[RenderResult, list[tuple[str, float]]]:
    told: list[tuple[str, float]] = []
    spec = spec_in(tmp_path_factory.mktemp("clip"), photos)
    return run(spec, progress=lambda stage, fraction: told.append((stage, fraction))), told


@pytest.fixture(scope="module")
def frames(made) -> np.ndarray:
    return decoded(made[0].path)


def test_the_lengths_of_picture_sound_and_report_agree(made, frames):
    report = made[0].report
    first, second = report["scenes"]
    assert len(frames) == report["frames"] == round(second["end"] * 25)
    assert (first["start"], second["fade"]) == (0.0, 0.4)
    assert first["end"] - second["start"] == pytest.approx(0.4)
    sound, rate = heard(made[0].path)
    assert len(sound) / rate == pytest.approx(report["duration"], abs=0.05)
    assert {len(curve) for curve in report["controls"].values()} == {len(frames)}


def test_it_begins_with_the_first_picture_and_ends_with_the_second(frames):
    colour = colour_of(frames)
    assert colour[0] > 30
    assert colour[-1] < 4
    assert frames.shape[1:3] == (SIZE[1], SIZE[0])


def test_in_the_middle_of_the_fade_both_are_there(made, frames):
    start = round(made[0].report["scenes"][1]["start"] * 25)
    colour = colour_of(frames)
    passing = colour[start : start + 10]
    assert np.all(np.diff(passing) < 0)
    middle = (passing[4] + passing[5]) / 2
    assert middle == pytest.approx((colour[start - 1] + colour[start + 10]) / 2, rel=0.15)
    blend = frames[start - 1].astype(float) * 0.5 + frames[start + 10] * 0.5
    assert np.abs(frames[start + 4] - blend).mean() < 8


def test_what_is_heard_is_said_when_the_report_says_so(made):
    report = made[0].report
    sound, rate = heard(made[0].path)
    level = np.sqrt(np.convolve(sound**2, np.ones(rate // 50) / (rate // 50), mode="same"))
    words = report["words"]
    assert [word["text"] for word in words] == ["Hello,", "my", "friend.", "Good", "day", "to", "you."]
    for word in words:
        assert level[round(word["start"] * rate) : round(word["end"] * rate)].max() > 0.02
    fade = report["scenes"][1]["start"], report["scenes"][0]["end"]
    assert level[round(fade[0] * rate) + rate // 20 : round(fade[1] * rate) - rate // 20].max() < 0.004


def test_the_mouth_opens_with_the_voice_of_each_scene(made):
    report = made[0].report
    jaw = np.array(report["controls"]["jawOpen"])
    for words in (report["words"][:3], report["words"][3:]):
        speaking = jaw[round(words[0]["start"] * 25) : round(words[-1]["end"] * 25)]
        assert speaking.max() > 0.15
    start, end = report["scenes"][1]["start"], report["scenes"][0]["end"]
    assert jaw[round(start * 25) + 1 : round(end * 25) - 1].max() < 0.05


def test_the_phonemes_cover_all_of_it(made):
    phonemes = made[0].report["phonemes"]
    assert phonemes[0]["start"] == 0.0
    assert all(before["end"] == pytest.approx(after["start"]) for before, after in pairwise(phonemes))
    assert phonemes[-1]["end"] == pytest.approx(made[0].report["duration"])


def test_the_label_stands_in_every_frame(frames):
    label = frames[:, : frames.shape[1] // 10, -frames.shape[2] // 3 :]
    assert (label.reshape(len(frames), -1).max(axis=1) > 235).all()


def test_the_caption_files_say_who_speaks(made):
    folder = made[0].path.parent
    assert "<v Ada>Hello, my friend." in (folder / "captions.vtt").read_text()
    subrip = (folder / "captions.srt").read_text()
    assert "Ada: Hello, my friend." in subrip
    assert "Ben: Good day to you." in subrip


def test_it_is_signed_with_both_photos_and_leaves_nothing_beside_it(made):
    verification = verify(made[0].path)
    assert (verification.credentials.valid, verification.render_id) == (True, RENDER)
    assert not (made[0].path.parent / "rigs").exists()


def test_progress_never_falls(made):
    fractions = [fraction for _, fraction in made[1]]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_the_same_spec_gives_the_same_frames(frames, photos, tmp_path):
    again = run(spec_in(tmp_path, photos), progress=lambda *_: None)
    assert np.array_equal(decoded(again.path), frames)


def test_two_in_one_picture_one_speaks_and_the_other_listens(photos, tmp_path):
    spec = spec_in(tmp_path, photos, layout="together", style="neutral", words="Hello, hello, my old friend.")
    spec = replace(spec, scenes=(replace(spec.scenes[0], fade=0.0),))
    result = run(spec, progress=lambda *_: None)
    seen, report = decoded(result.path), result.report
    _, height, width, _ = seen.shape
    assert width == 2 * (width // 2)
    assert width > height  # beside each other
    left, right = seen[:, :, : width // 2], seen[:, :, width // 2 :]
    assert colour_of(left).min() > 20
    assert colour_of(right).max() < 6
    both = [np.array(curves["jawOpen"]) for curves in report["performances"]]
    turn = round(report["scenes"][1]["start"] * 25)
    assert min(both[0][:turn].max(), both[1][turn:].max()) > 0.15
    assert max(both[1][:turn].max(), both[0][turn + 2 :].max()) < 0.03
    assert [scene["performance"] for scene in report["scenes"]] == [0, 1]
    # the one who listens is no still picture
    for half, listening in ((right, slice(5, turn)), (left, slice(turn, None))):
        assert np.ptp(half[listening].astype(int), axis=0).max() > 30
    assert np.array_equal(report["controls"]["jawOpen"][:turn], report["performances"][0]["jawOpen"][:turn])


def test_a_tall_frame_has_them_one_above_the_other(photos, tmp_path):
    spec = spec_in(tmp_path, photos, layout="together", style="neutral", words="Hi.", aspect="9:16")
    spec = replace(spec, scenes=(replace(spec.scenes[0], fade=0.0, words="Hi."),))
    result = run(spec, progress=lambda *_: None)
    first = decoded(result.path)[0]
    assert tuple(result.report["resolution"]) == LARGEST["9:16"]
    upper, lower = first[200:600], first[700:1200]
    assert (upper.max(axis=2).astype(int) - upper.min(axis=2)).mean() > 20
    assert (lower.max(axis=2).astype(int) - lower.min(axis=2)).mean() < 6
