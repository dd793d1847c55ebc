"""Frames and sound to an MP4 that plays everywhere: H.264 yuv420p in BT.709, AAC, constant rate, index in front."""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal

import av
import numpy as np
from av.packet import Packet
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter
from PIL import Image

from rendering.engine.errors import EngineError
from rendering.engine.video.caption_track import CaptionTrack, switch_off_captions

if TYPE_CHECKING:  # the speech room brings its voices along; writing a file needs none of them
    from rendering.engine.speech import Sound
    from rendering.engine.video.captions import Caption
    from rendering.engine.video.preview import Packets, PreviewWriter

TITLE = "Talking clip, AI generated"
AUDIO_RATE = 48_000  # Hz
AUDIO_BIT_RATE = 128_000
KEY_FRAME_SECONDS = 2
# x264's result depends on the number of its threads, so that number is fixed, whatever the machine has
ENCODER_THREADS = 4
# Chunks drawn but not yet encoded: enough to overlap the two, few enough that memory stays flat
CHUNKS_AHEAD = 1
# BT.709 is 1 in all three tables of ITU-T H.273
BT709 = 1


@dataclass(frozen=True)
class Encoded:
    """What was written: `frames` at `fps` (1/s), `size` (width, height) px, `duration` s, `path`."""

    path: Path
    frames: int
    fps: float
    size: tuple[int, int]
    duration: float


def encode(
    path: Path,
    frames: Iterable[np.ndarray],
    *,
    size: tuple[int, int],
    fps: float = 25.0,
    sound: Sound | None = None,
    captions: Sequence[Caption] = (),
    language: str = "",
    title: str = TITLE,
    preset: str = "faster",
    crf: int = 20,
    preview: PreviewWriter | None = None,
) -> Encoded:
    """Write chunks `frames`, each (n, H, W, 3) uint8 sRGB, and `sound` to an MP4 at `path`; size is (W, H), both even.

    The frames decide the length: a longer sound is cut, a shorter one followed by silence. `captions` become a soft
    subtitle track (mov_text) in `language` (BCP 47), which players show when they are asked to. `preview`
    gets whatever is encoded as soon as it is. Drawing (the iterator, in this thread) and encoding (another thread)
    overlap, with few chunks between them, so memory does not grow with the length; a chunk must not be changed once it
    is handed over.
    The same input gives the same bytes with the same build of the encoders. The file appears at `path` only when it is
    complete. Raises ValueError on chunks of another shape, EngineError("clip-empty") without a frame,
    EngineError("clip-not-written") when the disk or the encoder refuses, and whatever the iterator raises.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with _Writer(
            part,
            size=size,
            fps=fps,
            sound=sound,
            captions=captions,
            language=language,
            title=title,
            preset=preset,
            crf=crf,
            preview=preview,
        ) as writer:
            _overlap(frames, writer)
            writer.finish()
        if captions:
            switch_off_captions(part)
        part.replace(path)
    except av.FFmpegError as error:
        reason = "The disk is full" if error.errno == errno.ENOSPC else f"The encoder says “{error.strerror}”"
        raise EngineError(
            "clip-not-written", f"The clip could not be saved. {reason}.", "Make room for it, then render it again."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return Encoded(path=path, frames=writer.frames, fps=fps, size=size, duration=writer.frames / fps)


def write_poster(path: Path, frame: np.ndarray, *, quality: int = 88) -> None:
    """Write `frame` (H, W, 3) uint8 sRGB as a JPEG without any metadata: the still that stands before a clip plays."""
    Image.fromarray(frame).save(path, "JPEG", quality=quality, optimize=True, progressive=True)


def _overlap(frames: Iterable[np.ndarray], writer: _Writer) -> None:
    """Draw the next chunks while the last ones are being encoded. The first error of either side ends both."""
    pending: deque[Future[None]] = deque()
    with ThreadPoolExecutor(1, thread_name_prefix="encode") as encoder:
        try:
            for chunk in frames:
                pending.append(encoder.submit(writer.write, chunk))
                if len(pending) > CHUNKS_AHEAD:
                    pending.popleft().result()
            while pending:
                pending.popleft().result()
        except BaseException:
            encoder.shutdown(wait=True, cancel_futures=True)
            raise


class _Writer:
    """One MP4 file being written; `write` takes chunks in order, `finish` the rest of the sound and the index."""

    def __init__(
        self,
        path: Path,
        *,
        size: tuple[int, int],
        fps: float,
        sound: Sound | None,
        captions: Sequence[Caption],
        language: str,
        title: str,
        preset: str,
        crf: int,
        preview: PreviewWriter | None,
    ) -> None:
        self.width, self.height = size
        if self.width % 2 or self.height % 2 or min(size) < 2:
            raise ValueError(f"yuv420p needs even sizes, not {size}")
        self.rate = Fraction(fps).limit_denominator(1001)
        self.frames = 0
        self.reformatter = VideoReformatter()
        self.container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        self.container.metadata["title"] = title
        self.video = self._video_stream(preset, crf)
        self.audio = AudioTrack(self.container, sound) if sound is not None else None
        self.captions = CaptionTrack(self.container, captions, language) if captions else None
        self.preview = preview

    def _video_stream(self, preset: str, crf: int) -> av.VideoStream:
        stream = self.container.add_stream("libx264", rate=self.rate, options={"preset": preset, "crf": str(crf)})
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = self.width, self.height, "yuv420p"
        context.time_base = 1 / self.rate
        context.profile = "High"
        context.gop_size = round(KEY_FRAME_SECONDS * self.rate)
        context.thread_count = ENCODER_THREADS
        context.color_range = ColorRange.MPEG
        context.colorspace = context.color_primaries = context.color_trc = BT709
        return stream

    def write(self, chunk: np.ndarray) -> None:
        """Encode `chunk` (n, H, W, 3) uint8 and the sound that belongs to it."""
        if chunk.shape[1:] != (self.height, self.width, 3) or chunk.dtype != np.uint8:
            raise ValueError(
                f"chunks are (n, {self.height}, {self.width}, 3) uint8 here, not {chunk.shape} {chunk.dtype}"
            )
        for picture in np.ascontiguousarray(chunk):
            frame = self.reformatter.reformat(
                av.VideoFrame.from_numpy_buffer(picture, format="rgb24"),
                format="yuv420p",
                src_color_range=ColorRange.JPEG,
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
                interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT,
                threads=1,
            )
            # said of the frame, not asked of the reformatter: that one would bend the tones
            frame.color_primaries, frame.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
            frame.pts, frame.time_base = self.frames, 1 / self.rate
            self.frames += 1
            self._mux(self.video.encode(frame))
            # sound and captions keep step with the pictures, or the muxer would have to hold the pictures back
            self._follow(self.frames / self.rate)

    def _follow(self, until: Fraction) -> None:
        if self.audio:
            self._mux(list(self.audio.packets(until)))
        if self.captions:
            self.container.mux(list(self.captions.packets(until)))

    def _mux(self, packets: Packets) -> None:
        self.container.mux(packets)
        if self.preview:
            self.preview.follow(self.container, packets)

    def finish(self) -> None:
        """Encode what is still held back."""
        if not self.frames:
            raise EngineError(
                "clip-empty", "There is nothing to show: the clip has no frame.", "Give it words or a recording."
            )
        self._mux(self.video.encode(None))
        if self.audio:
            self._mux(list(self.audio.rest()))
        if self.preview:
            self.preview.finish()

    def __enter__(self) -> _Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.container.close()


class AudioTrack:
    """The sound as packets of AAC, or of Opus, asked for piece by piece."""

    def __init__(
        self, container: av.container.OutputContainer, sound: Sound, *, codec: Literal["aac", "libopus"] = "aac"
    ) -> None:
        self.stream: av.AudioStream = container.add_stream(codec, rate=AUDIO_RATE)
        self.stream.codec_context.layout = "mono"
        self.stream.codec_context.bit_rate = AUDIO_BIT_RATE
        self.stream.codec_context.time_base = Fraction(1, AUDIO_RATE)
        self.resampler = av.AudioResampler(format="fltp" if codec == "aac" else "flt", layout="mono", rate=AUDIO_RATE)
        self.sound = sound
        self.read = 0  # samples of `sound` handed to the resampler
        self.written = 0  # samples handed to the encoder

    def packets(self, until: Fraction) -> Iterator[Packet[av.AudioStream]]:
        """Packets of the sound up to `until` s; silence where it has ended."""
        stop = round(until * self.sound.rate)
        piece = self.sound.samples[self.read : stop]
        samples = np.zeros(stop - self.read, np.float32)
        samples[: len(piece)] = np.clip(piece, -1.0, 1.0)
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = self.sound.rate, self.read, Fraction(1, self.sound.rate)
        self.read = stop
        yield from self._encode(frame)

    def rest(self) -> Iterator[Packet[av.AudioStream]]:
        yield from self._encode(None)
        yield from self.stream.encode(None)

    def _encode(self, frame: av.AudioFrame | None) -> Iterator[Packet[av.AudioStream]]:
        for resampled in self.resampler.resample(frame):
            resampled.pts, resampled.time_base = self.written, Fraction(1, AUDIO_RATE)
            self.written += resampled.samples
            yield from self.stream.encode(resampled)
