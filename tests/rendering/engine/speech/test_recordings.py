import struct
import wave
from contextlib import suppress

import av
import numpy as np
import pytest

from rendering.engine.errors import SoundError
from rendering.engine.speech import Sound, read_recording
from rendering.engine.speech.loudness import loudness_lufs

from .conftest import tone

FORMATS = [
    ("a.wav", "pcm_s16le"),
    ("a.mp3", "libmp3lame"),
    ("a.m4a", "aac"),
    ("a.ogg", "libopus"),
    ("a.flac", "flac"),
    ("a.webm", "libopus"),
    ("a.aiff", "pcm_s16be"),
]


def refusal(path) -> SoundError:
    with pytest.raises(SoundError) as caught:
        read_recording(path)
    assert caught.value.message
    assert caught.value.advice
    return caught.value


def padded(sound: Sound, before: float, after: float) -> Sound:
    return Sound(np.pad(sound.samples, (round(before * sound.rate), round(after * sound.rate))), sound.rate)


@pytest.mark.parametrize(("name", "codec"), FORMATS)
def test_reads(name, codec, save_sound):
    sound = read_recording(save_sound(tone(2), name, codec=codec))
    assert sound.rate == 24_000
    assert sound.duration == pytest.approx(2, abs=0.06)
    assert loudness_lufs(sound.samples, sound.rate) == pytest.approx(-16, abs=0.5)
    spectrum = np.abs(np.fft.rfft(sound.samples[12_000:36_000]))
    assert np.argmax(spectrum) == pytest.approx(220, abs=1)


def test_silence_at_the_ends_is_cut_to_a_fifth_of_a_second(save_sound):
    sound = read_recording(save_sound(padded(tone(1), 3, 2), "a.wav"))
    assert sound.duration == pytest.approx(1.4, abs=0.06)
    assert np.abs(sound.samples[: round(0.15 * 24_000)]).max() < 0.01


@pytest.fixture
def live(save_sound, tmp_path):
    """A recording of a browser: WebM without a length in its head, which is written before the length is known."""

    def save(seconds: float):
        data = save_sound(tone(seconds), "whole.webm", codec="libopus").read_bytes()
        length = data.index(b"\x44\x89\x88")  # EBML: Duration, 8 bytes
        path = tmp_path / "live.webm"
        path.write_bytes(data[:length] + b"\xec\x89" + bytes(9) + data[length + 11 :])  # EBML: Void in its place
        with av.open(str(path)) as container:
            assert container.duration is None
        return path

    return save


def test_recording_of_a_browser_is_read(live):
    assert read_recording(live(2)).duration == pytest.approx(2, abs=0.06)


def test_recording_of_a_browser_is_counted_while_it_is_decoded(live, monkeypatch):
    monkeypatch.setattr("rendering.engine.speech.recordings.LONGEST", 1.5)
    assert refusal(live(2)).code == "recording-too-long"


def test_sides_that_cancel_each_other_are_still_heard(save_sound):
    samples = tone(2).samples
    assert read_recording(save_sound(np.stack([samples, -samples]), "a.wav")).duration == pytest.approx(2, abs=0.06)


def test_offset_from_zero_is_no_sound(save_sound):
    assert refusal(save_sound(np.full(48_000, 0.4, np.float32), "a.wav")).code == "recording-silent"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "recording-empty"),
        (b"Dear diary, this is no sound at all.\n" * 100, "recording-unreadable"),
        (bytes(range(256)) * 40, "recording-unreadable"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "recording-unreadable"),
        (b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f", "recording-unreadable"),
        (b"ffconcat version 1.0\nfile secret.wav\n", "recording-unreadable"),
        (
            b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
            "recording-unreadable",
        ),
    ],
)
def test_what_is_no_sound(tmp_path, content, code):
    path = tmp_path / "upload"
    path.write_bytes(content)
    assert refusal(path).code == code


def test_a_playlist_does_not_open_the_file_that_it_names(save_sound, tmp_path):
    save_sound(tone(2), "secret.wav")
    playlist = tmp_path / "list.wav"
    playlist.write_text("ffconcat version 1.0\nfile secret.wav\n")
    assert refusal(playlist).code == "recording-unreadable"


@pytest.mark.parametrize(("name", "codec"), [f for f in FORMATS if f[0] != "a.ogg"])
def test_a_file_that_breaks_off(name, codec, save_sound):
    path = save_sound(tone(4), name, codec=codec)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert refusal(path).code in {"recording-truncated", "recording-unreadable"}


@pytest.mark.parametrize(
    ("name", "codec"), [("a.flac", "flac"), ("a.webm", "libopus"), ("a.m4a", "aac"), ("a.mp3", "libmp3lame")]
)
def test_damage_never_leaks_a_foreign_error(name, codec, save_sound):
    path = save_sound(tone(3), name, codec=codec)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(8):
        data = np.frombuffer(whole, np.uint8).copy()
        data[rng.integers(len(data), size=len(data) // 20)] = rng.integers(256, size=len(data) // 20)
        path.write_bytes(data.tobytes())
        with suppress(SoundError):
            assert read_recording(path).duration <= 180


def test_damaged_packets_are_told(save_sound):
    path = save_sound(tone(6), "a.m4a", codec="aac")
    data = bytearray(path.read_bytes())
    middle = (data.index(b"mdat") + data.index(b"moov")) // 2
    tenth = (data.index(b"moov") - data.index(b"mdat")) // 10
    data[middle : middle + tenth] = b"\xff" * tenth
    path.write_bytes(data)
    assert refusal(path).code == "recording-corrupt"


def test_silence(save_sound):
    assert refusal(save_sound(np.zeros(48_000, np.float32), "a.wav")).code == "recording-silent"


@pytest.mark.parametrize("sound", [tone(0.3), padded(tone(0.1), 1, 1)], ids=["short file", "a blip in silence"])
def test_too_short(sound, save_sound):
    assert refusal(save_sound(sound, "a.wav")).code == "recording-too-short"


def test_too_long_is_told_by_the_head_of_the_file(save_sound):
    error = refusal(save_sound(np.zeros(24_000 * 190, np.float32), "a.flac", codec="flac"))
    assert error.code == "recording-too-long"
    assert "3.2 minutes" in error.message


def test_ten_hours_without_a_length_are_not_decoded(tmp_path, monkeypatch):
    path = tmp_path / "a.wav"
    hours = 8_000 * 2 * 3_600 * 3
    with path.open("wb") as file:  # a sparse file that says "until the end"
        file.write(
            b"RIFF\xff\xff\xff\xffWAVEfmt "
            + struct.pack("<IHHIIHH", 16, 1, 1, 8_000, 16_000, 2, 16)
            + b"data\xff\xff\xff\xff"
        )
        file.truncate(hours)
    assert refusal(path).code == "recording-too-long"


def test_too_big_is_told_before_it_is_opened(tmp_path):
    path = tmp_path / "a.wav"
    with path.open("wb") as file:
        file.truncate(300_000_000)
    assert refusal(path).code == "recording-too-big"


def test_values_that_are_no_numbers(tmp_path):
    samples = tone(1).samples.copy()
    samples[100] = np.nan
    data = samples.tobytes()
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + len(data),
        b"WAVE",
        b"fmt ",
        16,
        3,
        1,
        24_000,
        96_000,
        4,
        32,
        b"data",
        len(data),
    )
    path = tmp_path / "a.wav"
    path.write_bytes(head + data)
    assert refusal(path).code == "recording-corrupt"


def test_absurd_sample_rate(tmp_path):
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 10, 0, "NONE", ""))
        file.writeframes(bytes(4_000))
    assert refusal(path).code in {"recording-corrupt", "recording-too-long"}


def film(path, *, sound: bool, cover: bool = False):
    with av.open(str(path), "w", format={".m4a": "mp4"}.get(path.suffix)) as container:
        picture = container.add_stream("mjpeg" if cover else "libx264", rate=25)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuvj420p" if cover else "yuv420p"
        if cover:
            picture.disposition = av.stream.Disposition.attached_pic
        voice = (
            container.add_stream("aac" if path.suffix != ".mp3" else "libmp3lame", rate=24_000, layout="mono")
            if sound
            else None
        )
        for _ in range(1 if cover else 25):
            image = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(picture.encode(image.reformat(format=picture.pix_fmt)))
        container.mux(picture.encode(None))
        if voice:
            frame = av.AudioFrame.from_ndarray(tone(1).samples[None], format="fltp", layout="mono")
            frame.sample_rate = 24_000
            for out in av.AudioResampler(
                format=voice.format, layout="mono", rate=24_000, frame_size=voice.frame_size or None
            ).resample(frame):
                container.mux(voice.encode(out))
            container.mux(voice.encode(None))
    return path


@pytest.mark.parametrize("sound", [True, False])
def test_a_video_is_no_recording(tmp_path, sound):
    error = refusal(film(tmp_path / "a.mp4", sound=sound))
    assert error.code == "recording-is-video"


@pytest.mark.parametrize("name", ["a.mp3", "a.m4a"])
def test_cover_art_is_no_video(tmp_path, name):
    path = film(tmp_path / name, sound=True, cover=True)
    with av.open(str(path)) as container:
        assert container.streams.video
    assert read_recording(path).duration == pytest.approx(1, abs=0.15)
