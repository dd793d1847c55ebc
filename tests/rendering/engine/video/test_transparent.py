"""A WebM with alpha, decoded again."""

from pathlib import Path

import av
import numpy as np
import pytest

from rendering.engine.video.compose import Overlay, compose
from rendering.engine.video.transparent import TransparentWriter
from tests.rendering.engine.video.clips import clicks
from tests.rendering.engine.video.transparent_frames import read_transparent

SIZE = (64, 96)
ALPHA_MODE_ONE = b"\x53\xc0\x81\x01"  # Matroska's AlphaMode (RFC 9559, 5.1.4.1.28.4), one byte long, 1


def sliding(frames: int) -> np.ndarray:
    """A red square that moves to the right over nothing, (n, H, W, 4) uint8."""
    made = np.zeros((frames, SIZE[1], SIZE[0], 4), np.uint8)
    made[..., 0] = 200
    for number, frame in enumerate(made):
        frame[32:64, 4 + number : 28 + number, 3] = 255
    return made


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("webm") / "cut.webm"
    with TransparentWriter(path, size=SIZE, sound=clicks([0.2], seconds=0.4), tags={"RENDER_ID": "rnd_1"}) as writer:
        writer.write(sliding(10)[:4])
        writer.write(sliding(10)[4:])
    return path


def test_alpha_comes_back_where_it_was_in_every_frame(written: Path):
    meant, seen = sliding(10), read_transparent(written)
    assert seen.shape == meant.shape
    assert np.abs(seen[..., 3].astype(int) - meant[..., 3]).mean() < 2
    assert (seen[..., 3][meant[..., 3] == 0] < 40).mean() > 0.99
    assert np.abs(seen[..., 0].astype(int) - 200).max() < 12


def test_players_are_told_of_the_alpha_and_there_is_sound(written: Path):
    assert ALPHA_MODE_ONE in written.read_bytes()
    with av.open(str(written)) as file:
        assert [stream.codec_context.codec.canonical_name for stream in file.streams] == ["vp9", "opus"]
        assert {name.upper(): value for name, value in file.metadata.items()}["RENDER_ID"] == "rnd_1"
        assert file.duration / av.time_base == pytest.approx(0.4, abs=0.05)


def test_an_error_on_the_way_leaves_no_file(tmp_path: Path):
    with pytest.raises(ValueError, match="chunks are"), TransparentWriter(tmp_path / "a.webm", size=SIZE) as writer:
        writer.write(np.zeros((1, 10, 10, 4), np.uint8))
    assert list(tmp_path.iterdir()) == []


def test_an_overlay_stands_on_nothing_as_on_something():
    frame = np.zeros((1, 1, 3, 4), np.uint8)
    frame[0, 0, 1] = (0, 0, 200, 255)
    label = np.array([[[100, 100, 100, 255], [100, 100, 100, 255], [100, 100, 100, 128]]], np.uint8)
    (out,) = compose([frame], [Overlay(0, 0, label)], fps=25)
    assert out[0, 0].tolist() == [[100, 100, 100, 255], [100, 100, 100, 255], [100, 100, 100, 128]]
