"""A person's sound file as a Sound: whatever the format, and a plain word about what is wrong with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import av
import av.audio.frame
import av.container
import numpy as np
from av.audio.resampler import AudioResampler
from av.stream import Disposition

from rendering.engine.errors import SoundError
from rendering.engine.speech.activity import HOP, active, levels_db
from rendering.engine.speech.loudness import set_loudness
from rendering.engine.speech.spoken import RATE, Samples, Sound

LONGEST, SHORTEST = 180.0, 0.5  # s
MOST_BYTES = 200_000_000  # three minutes of the largest studio format come to about 100 MB
_KEPT_SILENCE = 0.2  # s before the first and after the last sound
_SILENT_DB = -60.0  # below full scale
_MOST_BAD_PACKETS = 0.02  # share; players skip a broken packet or two, and so do we

# What may be opened, by FFmpeg's names: no playlists or scripts, which could make it open other files. Films are read
# to say so.
_CONTAINERS = "wav,w64,mp3,mov,ogg,flac,matroska,aac,aiff,caf,amr,au,asf,avi,mpegts,mpeg,flv"
_DURATION_IS_A_GUESS = {"mp3", "aac", "amr", "mpegts", "mpeg"}  # FFmpeg works it out from the size and the bit rate
_PICTURE_CODECS = {"mjpeg", "png", "bmp", "gif", "webp", "tiff"}

_FORMATS = "Use WAV, MP3, M4A, OGG, FLAC or WebM."


def read_recording(path: Path) -> Sound:
    """The sound in the file at `path`: 24 kHz mono, about -16 LUFS, silence at its ends cut to 0.2 s.

    Raises SoundError: "recording-empty", "recording-too-big", "recording-unreadable", "recording-is-video",
    "recording-without-sound", "recording-corrupt", "recording-truncated", "recording-too-long", "recording-too-short",
    "recording-silent". Never decodes more than LONGEST seconds.
    """
    return Sound(set_loudness(_trimmed(decoded_sound(path, longest=LONGEST)), RATE), RATE)


def decoded_sound(path: Path, *, rate: int = RATE, longest: float = LONGEST) -> Samples:
    """What is in the file at `path`, mono at `rate` Hz, at most `longest` s: as it is, neither trimmed nor set.

    Raises SoundError, as read_recording does.
    """
    size = path.stat().st_size
    if size == 0:
        raise SoundError("recording-empty", "The recording is an empty file.", "Record or export it again.")
    if size > MOST_BYTES:
        raise SoundError("recording-too-big", f"The recording has {size // 1_000_000} MB.", "Export it as MP3 or M4A.")
    with path.open("rb") as file:
        declared = _wav_says(file, size)
        samples, expected = _decoded(file, rate, longest)
    if declared > size * 1.01 + 1000:
        raise _truncated()
    if expected and len(samples) / rate < 0.95 * expected - 0.5:
        raise _truncated()
    return samples


def _decoded(file: BinaryIO, rate: int, longest: float) -> tuple[Samples, float]:
    """Mono samples at `rate` Hz, and the seconds that the file says it has (0 when it does not say or only guesses)."""
    has_mp3_length = _mp3_says_its_length(file)
    try:
        with av.open(file, "r", options={"format_whitelist": _CONTAINERS}, metadata_errors="ignore") as container:
            stream = _sound_stream(container)
            guessed = bool(_DURATION_IS_A_GUESS & set(container.format.name.split(","))) and not has_mp3_length
            expected = 0.0 if guessed or not container.duration else container.duration / av.time_base
            if expected > longest + 1:
                raise _too_long(expected, longest)
            frames = _frames(container, stream, rate, longest)
            return _mono(np.concatenate([np.zeros((2, 0), np.float32), *frames], axis=1)), expected
    except SoundError:
        raise
    except (av.FFmpegError, ValueError, OSError, EOFError, LookupError, OverflowError, MemoryError) as error:
        raise SoundError("recording-unreadable", "This file is not a sound that can be read.", _FORMATS) from error


def _sound_stream(container: av.container.InputContainer) -> av.AudioStream:
    for video in container.streams.video:
        is_cover = bool(video.disposition & Disposition.attached_pic) or video.codec_context.name in _PICTURE_CODECS
        if not is_cover:
            raise SoundError(
                "recording-is-video", "This is a video, not a sound recording.", f"Upload its sound alone. {_FORMATS}"
            )
    if not container.streams.audio:
        raise SoundError("recording-without-sound", "There is no sound in this file.", _FORMATS)
    stream = container.streams.audio[0]
    if not 4_000 <= (stream.rate or 0) <= 384_000 or stream.channels > 16:
        raise SoundError(
            "recording-corrupt",
            f"The file says it has {stream.rate} samples a second in {stream.channels} channels.",
            "Export it again.",
        )
    return stream


def _frames(
    container: av.container.InputContainer, stream: av.AudioStream, rate: int, longest: float
) -> Iterator[Samples]:
    """Decoded sound as stereo (2, n) at `rate` Hz, piece by piece, no more than `longest` seconds of it."""
    resampler, shape = None, None
    packets = bad = decoded = 0
    for packet in container.demux(stream):
        packets += 1
        try:
            frames = packet.decode()
        except av.FFmpegError:
            bad += 1
            continue
        for frame in frames:
            if shape != (frame.format.name, frame.layout.name, frame.sample_rate):
                yield from _resampled(resampler, None)
                shape = frame.format.name, frame.layout.name, frame.sample_rate
                resampler = AudioResampler(format="fltp", layout="stereo", rate=rate)
            frame.pts = None  # a gap in the time stamps is no silence to fill
            for piece in _resampled(resampler, frame):
                decoded += piece.shape[1]
                if decoded > longest * rate:
                    raise _too_long(None, longest)
                yield piece
    yield from _resampled(resampler, None)
    if bad > max(2, _MOST_BAD_PACKETS * packets) or (bad and not decoded):
        raise SoundError(
            "recording-corrupt",
            "The recording is damaged: parts of it cannot be decoded.",
            "Record or export it again.",
        )


def _resampled(resampler: AudioResampler | None, frame: av.audio.frame.AudioFrame | None) -> Iterator[Samples]:
    for out in resampler.resample(frame) if resampler else ():
        yield out.to_ndarray().astype(np.float32, copy=False)


def _mono(stereo: Samples) -> Samples:
    """(2, N) → (N,): the mean, or the louder side where the two cancel each other (a microphone wired the wrong way
    round).
    """
    if not np.isfinite(stereo).all():
        raise SoundError(
            "recording-corrupt", "The recording is damaged: it holds values that are no numbers.", "Export it again."
        )
    stereo = stereo - stereo.mean(axis=1, keepdims=True) if stereo.size else stereo
    mono = stereo.mean(axis=0)
    sides = (stereo.astype(np.float64) ** 2).sum(axis=1)
    is_cancelled = (mono.astype(np.float64) ** 2).sum() < 0.1 * sides.max(initial=0.0)
    return np.ascontiguousarray(stereo[np.argmax(sides)] if is_cancelled else mono, dtype=np.float32)


def _trimmed(samples: Samples) -> Samples:
    if len(samples) < SHORTEST * RATE:
        raise _too_short(len(samples) / RATE)
    level = levels_db(samples, RATE)
    if level.max() < _SILENT_DB:
        raise _silent()
    sounding = np.flatnonzero(active(level))
    if len(sounding) == 0:
        raise _silent()
    heard = (sounding[-1] + 1 - sounding[0]) * HOP
    if heard < SHORTEST / 2:
        raise _too_short(heard)
    kept = round(_KEPT_SILENCE / HOP)
    hop = round(HOP * RATE)
    out = samples[max(0, sounding[0] - kept) * hop : (sounding[-1] + 1 + kept) * hop].copy()
    ramp = np.linspace(0, 1, hop, dtype=np.float32)  # no click where it is cut
    out[:hop] *= ramp
    out[-hop:] *= ramp[::-1]
    return out


def _wav_says(file: BinaryIO, size: int) -> int:
    """The bytes that a WAV file's head says it has, which FFmpeg ignores; 0 for other files and for unknown lengths."""
    head = file.read(12)
    file.seek(0)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return 0
    says = int.from_bytes(head[4:8], "little") + 8
    return 0 if says >= 0x7FFFF000 else says  # recorders that cannot go back write the largest number they know


def _mp3_says_its_length(file: BinaryIO) -> bool:
    """Whether an MP3 begins with the frame that counts its frames."""
    head = file.read(10)
    tag = (
        sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=False))
        if head[:3] == b"ID3"
        else -10
    )
    file.seek(tag + 10)
    first_frame = file.read(2_000)
    file.seek(0)
    return b"Xing" in first_frame or b"Info" in first_frame


def _too_long(seconds: float | None, longest: float) -> SoundError:
    what = f"The recording is {seconds / 60:.1f} minutes long" if seconds else "The recording is too long"
    return SoundError(
        "recording-too-long", f"{what}; it may have at most {longest / 60:.0f}.", "Cut it, or make several clips."
    )


def _too_short(seconds: float) -> SoundError:
    return SoundError(
        "recording-too-short",
        f"There is only {seconds:.1f} s of sound in the recording.",
        "Record at least half a second; a sentence is best.",
    )


def _silent() -> SoundError:
    return SoundError(
        "recording-silent", "Nothing can be heard in the recording.", "Check the microphone and record it again."
    )


def _truncated() -> SoundError:
    return SoundError(
        "recording-truncated", "The recording breaks off: its end is missing.", "Upload it again, or export it again."
    )
