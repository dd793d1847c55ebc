"""Frames with alpha to a WebM that a page can lay over anything: VP9 with an alpha plane, Opus.

Chromium and Firefox show its transparency; Safari does not, and most cutting programs want the green screen instead.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter

from rendering.engine.errors import EngineError
from rendering.engine.video.encoding import BT709, ENCODER_THREADS, KEY_FRAME_SECONDS, TITLE, AudioTrack

if TYPE_CHECKING:
    from rendering.engine.speech import Sound

_QUALITY = "28"  # of libvpx's 0 to 63
# libvpx's fast end: at 720 × 900 two cores make some 40 frames a second, colours and alpha
_OPTIONS = {"crf": _QUALITY, "b": "0", "deadline": "realtime", "cpu-used": "6", "row-mt": "1", "auto-alt-ref": "0"}


class TransparentWriter:
    """One WebM file being written; `write` takes chunks in order. Leaving the context ends the file; an error inside it
    takes the file away.

    The file's tags state what `tags` says, beside a title. Raises ValueError on odd sizes and on chunks of another
    shape, EngineError("clip-not-written") when the disk or the encoder refuses.
    """

    def __init__(
        self,
        path: Path,
        *,
        size: tuple[int, int],
        fps: float = 25.0,
        sound: Sound | None = None,
        title: str = TITLE,
        tags: dict[str, str] | None = None,
    ) -> None:
        if size[0] % 2 or size[1] % 2 or min(size) < 2:
            raise ValueError(f"yuva420p needs even sizes, not {size}")
        self.path, self.size, self.frames = path, size, 0
        self._rate = Fraction(fps).limit_denominator(1001)
        self._part = path.with_name(f"{path.name}.part")
        self._reformatter = VideoReformatter()
        self._container = av.open(str(self._part), "w", format="webm")
        self._container.metadata.update({"title": title, **(tags or {})})
        self._video = self._container.add_stream("libvpx-vp9", rate=self._rate, options=_OPTIONS)
        # Matroska's AlphaMode: without it players take no notice of the second picture in each block
        self._video.metadata["alpha_mode"] = "1"
        context = self._video.codec_context
        context.width, context.height, context.pix_fmt = *size, "yuva420p"
        context.time_base = 1 / self._rate
        context.gop_size = round(KEY_FRAME_SECONDS * self._rate)
        context.thread_count = ENCODER_THREADS
        context.color_range = ColorRange.MPEG
        context.colorspace = context.color_primaries = context.color_trc = BT709
        self._audio = None
        if sound is not None:
            self._audio = AudioTrack(self._container, sound, codec="libopus")

    def write(self, chunk: np.ndarray) -> None:
        """Encode `chunk` (n, H, W, 4) uint8, straight alpha, and the sound that belongs to it."""
        if chunk.shape[1:] != (self.size[1], self.size[0], 4) or chunk.dtype != np.uint8:
            raise ValueError(f"chunks are (n, {self.size[1]}, {self.size[0]}, 4) uint8 here, not {chunk.shape}")
        for picture in np.ascontiguousarray(chunk):
            frame = self._reformatter.reformat(
                av.VideoFrame.from_ndarray(picture, format="rgba"),
                format="yuva420p",
                src_color_range=ColorRange.JPEG,
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
                interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT,
                threads=1,
            )
            frame.color_primaries, frame.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
            frame.pts, frame.time_base = self.frames, 1 / self._rate
            self.frames += 1
            self._container.mux(self._video.encode(frame))
            if self._audio:
                self._container.mux(list(self._audio.packets(self.frames / self._rate)))

    def __enter__(self) -> TransparentWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self.frames:
                self._container.mux(self._video.encode(None))
                if self._audio:
                    self._container.mux(list(self._audio.rest()))
            self._container.close()
            if kind is None and self.frames:
                self._part.replace(self.path)
        except av.FFmpegError as refused:
            raise EngineError(
                "clip-not-written",
                f"The transparent clip could not be saved. The encoder says “{refused.strerror}”.",
                "Make room for it, then render it again.",
            ) from refused
        finally:
            self._part.unlink(missing_ok=True)
