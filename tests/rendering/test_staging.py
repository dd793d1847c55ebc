"""A clip between its cards and over music, as a file."""

import wave
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from rendering.engine.video.cards import CARD_SECONDS
from rendering.pipeline import FPS, run
from rendering.spec import RenderResult
from tests.rendering.test_pipeline import spec_in

pytestmark = pytest.mark.render
CARD = round(CARD_SECONDS * FPS)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> RenderResult:
    folder: Path = tmp_path_factory.mktemp("staged")
    tune = 0.3 * np.sin(2 * np.pi * 330 * np.arange(4 * 48_000) / 48_000)
    with wave.open(str(folder / "music"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((tune * 32767).astype("<i2").tobytes())
    spec = spec_in(
        folder,
        words="Hello.",
        aspect="1:1",
        music=folder / "music",
        music_level="loud",
        title_card="A good day",
        end_card="Visit us",
    )
    return run(spec, progress=lambda *_: None)


@pytest.fixture(scope="module")
def frames(made) -> np.ndarray:
    with av.open(str(made.path)) as clip:
        return np.stack([frame.to_ndarray(format="gray") for frame in clip.decode(video=0)]).astype(np.int16)


def test_the_clip_is_longer_by_its_cards_and_the_report_knows(made, frames):
    report = made.report
    assert len(frames) == report["frames"] == len(report["controls"]["jawOpen"])
    assert report["phonemes"][-1]["end"] == pytest.approx(report["duration"], abs=0.06)
    assert all(
        before["end"] == pytest.approx(after["start"], abs=0.01) for before, after in pairwise(report["phonemes"])
    )


def test_the_word_is_said_after_the_title_and_captioned_then(made):
    (word,) = made.report["words"]
    assert word["start"] > CARD_SECONDS
    start = (made.path.parent / "captions.vtt").read_text().split("\n")[2].split(" --> ")[0]
    assert float(start[-6:]) == pytest.approx(word["start"], abs=0.002)


def test_the_cards_are_dark_and_stand_still_before_they_pass_over(frames):
    scene = frames[CARD + 5].mean()
    assert frames[0].mean() < 0.6 * scene
    assert frames[-1].mean() < 0.6 * scene
    assert np.abs(frames[CARD - 1] - frames[CARD]).mean() < 2


def test_the_label_stands_on_the_cards_too(frames):
    height, width = frames.shape[1:]
    assert (frames[:, : height // 12, -width // 4 :].reshape(len(frames), -1).max(axis=1) > 230).all()


def test_music_is_heard_on_the_title_and_less_under_the_word(made):
    with av.open(str(made.path)) as clip:
        rate = clip.streams.audio[0].rate
        samples = np.concatenate([frame.to_ndarray()[0] for frame in clip.decode(audio=0)])

    def tone(start: float, end: float) -> float:
        part = samples[round(start * rate) : round(end * rate)]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)))) / len(part)
        return float(spectrum[np.argmin(np.abs(np.fft.rfftfreq(len(part), 1 / rate) - 330))])

    (word,) = made.report["words"]
    assert tone(1.0, 1.8) > 0.002
    assert tone(word["start"], word["end"]) < tone(1.0, 1.8)
