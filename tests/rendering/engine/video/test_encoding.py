import threading
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from av.packet import Packet
from PIL import Image

from rendering.engine.errors import EngineError
from rendering.engine.video.captions import Caption
from rendering.engine.video.encoding import TITLE, encode, write_poster
from rendering.engine.video.probe import probe
from tests.rendering.engine.video.clips import FPS, SIZE, clicks, grey_chunks, silence


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3 s whose frame 30 alone is white, with a click as it begins, a sound that ends early, and two captions."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    levels = [255 if k == 30 else 40 for k in range(75)]
    captions = [Caption("One {1}\nand two", 0.5, 1.2), Caption("Three", 2.0, 2.9)]
    sound = clicks([30 / FPS, 2.0], seconds=2.5)
    encode(path, grey_chunks(levels), size=SIZE, fps=FPS, sound=sound, captions=captions)
    return path


def _sound(path: Path) -> tuple[np.ndarray, float]:
    """What is heard, 48 kHz, and the time of its first sample."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    assert frames[0].time is not None
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]), frames[0].time


def _seconds(packet: Packet) -> float:
    assert packet.pts is not None
    return float(packet.pts * packet.time_base)


def test_it_is_as_long_as_its_frames(clip: Path):
    found = probe(clip)
    assert (found.frames, found.fps, found.size) == (75, 25.0, SIZE)
    assert found.duration == pytest.approx(3.0)
    assert found.audio_duration == pytest.approx(3.0, abs=1 / FPS)
    assert found.complete


def test_every_player_can_play_it(clip: Path):
    found = probe(clip)
    assert (found.video_codec, found.audio_codec, found.pixel_format) == ("h264", "aac", "yuv420p")
    with av.open(str(clip)) as container:
        assert container.streams.video[0].codec_context.profile == "High"
        assert container.streams.audio[0].codec_context.sample_rate == 48_000


def test_its_index_stands_in_front(clip: Path):
    content = clip.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_its_frames_come_at_a_constant_rate_with_a_key_frame_every_two_seconds(clip: Path):
    with av.open(str(clip)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        times = sorted(_seconds(packet) for packet in packets)
        keys = sorted(_seconds(packet) for packet in packets if packet.is_keyframe)
    assert times == pytest.approx([k / FPS for k in range(75)])
    assert {0.0, 2.0} <= {round(time, 3) for time in keys}


def test_it_says_nothing_of_people_or_files(clip: Path):
    with av.open(str(clip)) as container:
        assert container.metadata["title"] == TITLE
        assert set(container.metadata) == {"major_brand", "minor_version", "compatible_brands", "title", "encoder"}
    assert b"clip.mp4" not in clip.read_bytes()


def test_a_click_is_heard_when_its_frame_is_seen(clip: Path):
    with av.open(str(clip)) as container:
        flash = next(frame.time for frame in container.decode(video=0) if frame.to_ndarray(format="gray").mean() > 200)
    samples, begins = _sound(clip)
    loud = np.flatnonzero(np.abs(samples) > 0.3) / 48_000 + begins
    assert flash == pytest.approx(1.2)
    assert loud[0] == pytest.approx(1.2, abs=0.02)
    assert loud[loud > 1.6][0] == pytest.approx(2.0, abs=0.02)


def test_the_sound_keeps_its_loudness_and_ends_in_silence(clip: Path):
    samples, begins = _sound(clip)
    assert np.abs(samples).max() == pytest.approx(0.9, abs=0.15)
    assert np.abs(samples[round((2.6 - begins) * 48_000) :]).max() < 0.01


@pytest.mark.parametrize("rgb", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 130, 100), (255, 255, 255), (0, 0, 0)])
def test_colours_are_bt709_and_come_back(tmp_path: Path, rgb: tuple[int, int, int]):
    chunk = np.empty((3, 64, 64, 3), np.uint8)
    chunk[:] = rgb
    encode(tmp_path / "a.mp4", [chunk], size=(64, 64), crf=5)
    with av.open(str(tmp_path / "a.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.color_range, context.colorspace, context.color_primaries, context.color_trc) == (1, 1, 1, 1)
        luma = next(container.decode(video=0)).to_ndarray()[32, 32]
    # ITU-R BT.709, 3.2 and 3.4: limited range
    red, green, blue = (value / 255 for value in rgb)
    assert luma == pytest.approx(16 + 219 * (0.2126 * red + 0.7152 * green + 0.0722 * blue), abs=2)


def test_the_captions_are_a_track_of_their_own(clip: Path):
    with av.open(str(clip)) as container:
        cues = [
            (packet.pts, packet.duration, bytes(packet)[2:].decode())
            for packet in container.demux(subtitles=0)
            if packet.size > 2
        ]
    assert cues == [(500, 700, "One (1)\nand two"), (2000, 900, "Three")]


def test_the_same_input_gives_the_same_bytes_however_it_is_cut(tmp_path: Path):
    noise = np.random.default_rng(3).integers(0, 255, (40, 96, 64, 3)).astype(np.uint8)
    for name, chunk in (("a", 25), ("b", 7)):
        chunks = [noise[first : first + chunk] for first in range(0, 40, chunk)]
        encode(tmp_path / name, chunks, size=SIZE, sound=clicks([0.3], seconds=2))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_longer_sound_is_cut(tmp_path: Path):
    encode(tmp_path / "a.mp4", grey_chunks([40] * 25), size=SIZE, sound=silence(9))
    assert probe(tmp_path / "a.mp4").audio_duration == pytest.approx(1.0, abs=1 / FPS)


def test_sound_of_another_rate_keeps_its_time(tmp_path: Path):
    encode(tmp_path / "a.mp4", grey_chunks([40] * 50), size=SIZE, sound=clicks([1.0], seconds=2, rate=22_050))
    samples, begins = _sound(tmp_path / "a.mp4")
    assert np.flatnonzero(np.abs(samples) > 0.3)[0] / 48_000 + begins == pytest.approx(1.0, abs=0.02)


def test_ntsc_rates_stay_exact(tmp_path: Path):
    encode(tmp_path / "a.mp4", grey_chunks([40] * 60), size=SIZE, fps=30000 / 1001, sound=silence(3))
    found = probe(tmp_path / "a.mp4")
    assert found.fps == pytest.approx(30000 / 1001, abs=1e-6)
    assert found.duration == pytest.approx(60 * 1001 / 30000, abs=1e-3)


def test_a_clip_without_sound_has_no_sound_track(tmp_path: Path):
    encode(tmp_path / "a.mp4", grey_chunks([40] * 5), size=SIZE)
    assert probe(tmp_path / "a.mp4").audio_codec is None


def test_drawing_and_encoding_overlap_with_few_chunks_between_them(tmp_path: Path):
    threads: set[str] = set()

    def chunks() -> Iterator[np.ndarray]:
        for chunk in grey_chunks([40] * 40, chunk=4):
            threads.update(thread.name for thread in threading.enumerate())
            yield chunk

    encode(tmp_path / "a.mp4", chunks(), size=SIZE)
    assert any(name.startswith("encode") for name in threads)
    assert not any(thread.name.startswith("encode") for thread in threading.enumerate())


def test_what_goes_wrong_while_drawing_comes_out_and_leaves_nothing(tmp_path: Path):
    def chunks() -> Iterator[np.ndarray]:
        yield from grey_chunks([40] * 50)
        raise RuntimeError("no more paint")

    with pytest.raises(RuntimeError, match="no more paint"):
        encode(tmp_path / "a.mp4", chunks(), size=SIZE, sound=silence(1))
    assert list(tmp_path.iterdir()) == []


def test_what_goes_wrong_while_encoding_stops_the_drawing_and_leaves_nothing(tmp_path: Path):
    drawn = []

    def chunks() -> Iterator[np.ndarray]:
        for number in range(1000):
            drawn.append(number)
            yield np.zeros((2, 8, 8, 3), np.uint8)

    with pytest.raises(ValueError, match=r"8, 8"):
        encode(tmp_path / "a.mp4", chunks(), size=SIZE)
    assert len(drawn) < 10
    assert list(tmp_path.iterdir()) == []


def test_a_failure_does_not_touch_the_clip_that_was_there(tmp_path: Path):
    (tmp_path / "a.mp4").write_bytes(b"before")
    with pytest.raises(EngineError):
        encode(tmp_path / "a.mp4", [], size=SIZE)
    assert (tmp_path / "a.mp4").read_bytes() == b"before"


def test_no_frame_is_no_clip(tmp_path: Path):
    with pytest.raises(EngineError) as refused:
        encode(tmp_path / "a.mp4", [], size=SIZE, sound=silence(1))
    assert refused.value.code == "clip-empty"
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_said_so(tmp_path: Path):
    with pytest.raises(EngineError) as refused:
        encode(tmp_path / "nowhere" / "a.mp4", grey_chunks([40]), size=SIZE)
    assert refused.value.code == "clip-not-written"


def test_odd_sizes_are_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="even"):
        encode(tmp_path / "a.mp4", [], size=(63, 96))


def test_a_poster_is_a_plain_jpeg(tmp_path: Path):
    frame = np.full((96, 64, 3), (200, 40, 90), np.uint8)
    write_poster(tmp_path / "poster.jpg", frame)
    with Image.open(tmp_path / "poster.jpg") as picture:
        assert (picture.format, picture.size) == ("JPEG", (64, 96))
        assert not picture.getexif()
        assert np.abs(np.asarray(picture).astype(int) - frame).max() < 6
