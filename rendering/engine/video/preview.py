"""The packets of a clip that is still being encoded, once more as pieces of a stream that plays from the first one on.

The pieces, joined in order, are one fragmented MP4 (ISO/IEC 14496-12, 8.8). Nothing is encoded twice: a piece holds the
very packets that went into the clip, and the clip is the same with it and without.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.packet import Packet

# Half a second in a fragment: one need not begin with a key frame, as long as all before it were taken in.
FRAGMENT_SECONDS = Fraction(12, 25)
# So many fragments are in each piece: the first are there soon, and later there are few. The last number goes on.
FRAGMENTS_IN_PIECES = (1, 1, 2, 4)
# With `delay_moov` an edit list says where pictures and sound begin: B-frames and AAC both start a little before.
_FLAGS = "+empty_moov+delay_moov+default_base_moof+skip_trailer"
# In the box "mvhd", version 0, counted from its name: flags, two dates, then these two numbers of 32 bits.
_TIME_SCALE, _DURATION = slice(16, 20), slice(20, 24)

Packets = Sequence["Packet[av.VideoStream] | Packet[av.AudioStream]"]


def piece_name(number: int) -> str:
    """The file name of piece `number`, from 0."""
    return f"{number:05}.m4s"


class PreviewWriter:
    """Writes pieces into `folder`, each there whole or not at all, while packets are handed over.

    `seconds` is how long the clip will be: players show by it how much of it is there. A preview that cannot be written
    ends, and says nothing: a clip without one is a clip.
    """

    def __init__(self, folder: Path, *, seconds: float) -> None:
        self.pieces = 0
        self._folder, self._seconds = folder, seconds
        self._sink = _Sink()
        self._container: av.container.OutputContainer | None = None
        self._streams: list[av.VideoStream | av.AudioStream] = []
        self._is_over = False

    def follow(self, clip: av.container.OutputContainer, packets: Packets) -> None:
        """Take in `packets`, which were just muxed into `clip`; the first of all call for its streams."""
        if self._is_over or not packets:
            return
        try:
            if self._container is None:
                self._container = self._opened(clip)
            for packet in packets:
                packet.stream = self._streams[packet.stream.index]
                self._container.mux_one(packet)
            self._write(FRAGMENTS_IN_PIECES[min(self.pieces, len(FRAGMENTS_IN_PIECES) - 1)])
        except (OSError, av.FFmpegError):
            self._is_over = True

    def finish(self) -> None:
        """The clip is encoded: write what is left."""
        if self._is_over or self._container is None:
            return
        self._is_over = True
        try:
            self._container.close()
            self._write(1)
        except (OSError, av.FFmpegError):
            return

    def _opened(self, clip: av.container.OutputContainer) -> av.container.OutputContainer:
        """A container with the streams of `clip` that are seen and heard; they come first there, in the same order."""
        self._folder.mkdir(parents=True, exist_ok=True)
        options = {"movflags": _FLAGS, "frag_duration": str(round(FRAGMENT_SECONDS * 1_000_000))}
        container = av.open(self._sink, "w", format="mp4", options=options)
        both: tuple[av.VideoStream | av.AudioStream, ...] = (*clip.streams.video, *clip.streams.audio)
        self._streams = [container.add_stream_from_template(stream) for stream in both]
        return container

    def _write(self, fragments: int) -> None:
        """Write what is there as a piece, if it holds so many fragments."""
        content = self._sink.take(fragments)
        if not content:
            return
        if self.pieces == 0:
            _set_duration(content, self._seconds)
        part = self._folder / f".{piece_name(self.pieces)}.part"
        part.write_bytes(content)
        part.replace(self._folder / piece_name(self.pieces))
        self.pieces += 1


class _Sink:
    """Where the muxer writes to: bytes, handed on in whole fragments."""

    def __init__(self) -> None:
        self._content = bytearray()

    def write(self, data: bytes) -> int:
        self._content += data
        return len(data)

    def take(self, fragments: int) -> bytearray:
        """All whole fragments, with what stands before them, if there are so many; else nothing."""
        ends = [end for name, end in self._boxes() if name == b"mdat"]
        if len(ends) < fragments:
            return bytearray()
        taken, self._content = self._content[: ends[-1]], self._content[ends[-1] :]
        return taken

    def _boxes(self) -> Iterator[tuple[bytes, int]]:
        """Each whole box with where it ends."""
        at = 0
        while at + 8 <= len(self._content):
            end = at + int.from_bytes(self._content[at : at + 4])
            if end > len(self._content):
                return
            yield bytes(self._content[at + 4 : at + 8]), end
            at = end


def _set_duration(content: bytearray, seconds: float) -> None:
    """Say in the movie's header how long it will be; the muxer knows only what it was given so far."""
    at = content.index(b"mvhd")
    header = content[at : at + 24]
    header[_DURATION] = round(seconds * int.from_bytes(header[_TIME_SCALE])).to_bytes(4)
    content[at : at + 24] = header
