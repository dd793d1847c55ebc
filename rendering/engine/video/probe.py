"""What is in a clip, as any player would find it."""

from dataclasses import asdict, dataclass
from pathlib import Path

import av

from rendering.engine.errors import EngineError


@dataclass(frozen=True)
class Probe:
    """A clip as read back. `frames` are counted, not believed; `complete` is False where the header promises more.

    `duration` and `audio_duration` in s (0.0 without such a track), `size` (width, height) px, `fps` on the average.
    """

    frames: int
    fps: float
    size: tuple[int, int]
    duration: float
    audio_duration: float
    video_codec: str
    audio_codec: str | None
    pixel_format: str | None
    complete: bool

    def as_dict(self) -> dict[str, object]:
        """The fields, ready for JSON."""
        return asdict(self)


def probe(path: Path) -> Probe:
    """Read the MP4 at `path`: its packets are counted, nothing is decoded.

    Raises EngineError("clip-unreadable") when it is no MP4, or one without a picture track.
    """
    try:
        # MP4 only: a playlist in a clip's clothes could name other files and addresses. And a title in an old encoding
        # must not keep a clip from being looked at.
        with av.open(str(path), format="mp4", metadata_errors="replace") as container:
            # a stream of a kind that nobody here can decode comes without a context
            video = next((stream for stream in container.streams.video if stream.codec_context), None)
            if video is None:
                raise EngineError("clip-unreadable", "This file has no pictures in it.", "Choose a video file.")
            return _probed(container, video)
    except av.FFmpegError as error:
        raise EngineError(
            "clip-unreadable", "This file cannot be read as a video.", "It may be damaged, or be something else."
        ) from error


def _probed(container: av.container.InputContainer, video: av.VideoStream) -> Probe:
    audio = next((stream for stream in container.streams.audio if stream.codec_context), None)
    frames = sum(1 for packet in container.demux(video) if packet.size)
    return Probe(
        frames=frames,
        fps=float(video.average_rate or 0),
        size=(video.codec_context.width, video.codec_context.height),
        duration=_seconds(video),
        audio_duration=_seconds(audio) if audio else 0.0,
        video_codec=video.codec_context.name,
        audio_codec=audio.codec_context.name if audio else None,
        pixel_format=video.codec_context.pix_fmt,
        complete=frames >= video.frames,
    )


def _seconds(stream: av.stream.Stream) -> float:
    return float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
