import io
import struct
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from rendering.engine.video.encoding import encode
from rendering.engine.video.preview import PreviewWriter
from tests.rendering.engine.video.clips import FPS, SIZE, clicks, grey_chunks

SECONDS = 8
LEVELS = [40 + frame % 100 for frame in range(SECONDS * FPS)]
CLICKS = [0.5, 6.2]
ENCODER_HOLDS = 60  # frames that x264 looks ahead at most, with what a fragment waits for


def made(folder: Path, *, preview: bool = True, chunks: Iterator[np.ndarray] | None = None) -> Path:
    path = folder / "clip.mp4"
    writer = PreviewWriter(folder / "preview", seconds=SECONDS) if preview else None
    frames = chunks or grey_chunks(LEVELS)
    encode(path, frames, size=SIZE, fps=FPS, sound=clicks(CLICKS, seconds=SECONDS), preview=writer)
    return path


def pieces(folder: Path) -> list[Path]:
    return sorted((folder / "preview").iterdir())


def pictures(film: bytes) -> np.ndarray:
    """All frames of an MP4 as (T, H, W, 3) uint8."""
    with av.open(io.BytesIO(film)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def samples(film: bytes) -> np.ndarray:
    with av.open(io.BytesIO(film)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def joined(folder: Path, most: int | None = None) -> bytes:
    return b"".join(piece.read_bytes() for piece in pieces(folder)[:most])


def test_the_pieces_together_show_and_sound_as_the_clip_does(tmp_path):
    clip = made(tmp_path).read_bytes()
    film = joined(tmp_path)
    np.testing.assert_array_equal(pictures(film), pictures(clip))
    heard, whole = samples(film), samples(clip)
    assert abs(len(heard) - len(whole)) <= 1024
    np.testing.assert_array_equal(heard[: len(whole)], whole[: len(heard)])


def test_the_clip_is_the_same_with_a_preview_and_without(tmp_path):
    (tmp_path / "without").mkdir()
    assert made(tmp_path).read_bytes() == made(tmp_path / "without", preview=False).read_bytes()


def test_the_first_piece_plays_alone(tmp_path):
    clip = made(tmp_path).read_bytes()
    film = joined(tmp_path, 1)
    seen = pictures(film)
    assert 6 <= len(seen) <= 25
    np.testing.assert_array_equal(seen, pictures(clip)[: len(seen)])
    assert len(samples(film)) > 0.3 * 48_000


def test_it_says_from_the_first_piece_on_how_long_the_clip_will_be(tmp_path):
    made(tmp_path)
    first = joined(tmp_path, 1)
    scale, duration = struct.unpack_from(">II", first, first.index(b"mvhd") + 16)
    assert duration / scale == SECONDS


def test_pieces_are_there_while_the_clip_is_being_drawn(tmp_path):
    seen: list[int] = []

    def watched() -> Iterator[np.ndarray]:
        for chunk in grey_chunks(LEVELS, chunk=5):
            # Only whole pieces bear the name of one.
            seen.append(len(pictures(joined(tmp_path))) if list((tmp_path / "preview").glob("*.m4s")) else 0)
            yield chunk

    made(tmp_path, chunks=watched())
    given = np.arange(len(seen)) * 5
    assert seen == sorted(seen)
    behind = given - seen
    assert seen[-1] > 0
    # The encoder looks ahead, and a piece holds up to four fragments of half a second.
    assert behind.max() <= ENCODER_HOLDS + 4 * 12
    assert min(given[np.array(seen) > 0]) <= ENCODER_HOLDS


def test_a_clip_shorter_than_a_fragment_has_a_preview_too(tmp_path):
    made(tmp_path, chunks=grey_chunks(LEVELS[:5]))
    assert len(pictures(joined(tmp_path))) == 5


def test_a_clip_without_sound_has_a_preview_too(tmp_path):
    writer = PreviewWriter(tmp_path / "preview", seconds=SECONDS)
    encode(tmp_path / "clip.mp4", grey_chunks(LEVELS), size=SIZE, fps=FPS, preview=writer)
    assert len(pictures(joined(tmp_path))) == len(LEVELS)


def test_where_no_piece_can_be_written_the_clip_is_made_all_the_same(tmp_path):
    (tmp_path / "preview").write_text("a file is in the way")
    assert len(pictures(made(tmp_path).read_bytes())) == len(LEVELS)


def test_a_drawing_that_breaks_off_leaves_whole_pieces_only(tmp_path):
    def broken() -> Iterator[np.ndarray]:
        yield from grey_chunks(LEVELS[:100])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        made(tmp_path, chunks=broken())
    assert {piece.suffix for piece in pieces(tmp_path)} == {".m4s"}
    assert len(pictures(joined(tmp_path))) > 0
