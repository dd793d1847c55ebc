"""Captions as a track inside an MP4 (3GPP timed text), there for players that are asked to show them."""

import struct
from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import av.container
from av.packet import Packet

from rendering.engine.video.captions import Caption

# MP4 names languages by ISO 639-2/T's three letters
_ISO_639_2 = {
    "ar": "ara", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "fi": "fin", "fr": "fra",
    "he": "heb", "hi": "hin", "hu": "hun", "id": "ind", "it": "ita", "ja": "jpn", "ko": "kor", "nb": "nob", "nl": "nld",
    "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sv": "swe", "tr": "tur", "uk": "ukr", "vi": "vie", "zh": "zho",
}  # fmt: skip
_ASS_HEADER = (
    b"[Script Info]\nScriptType: v4.00+\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,16\n"
    b"[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)
_ENABLED = 0x1  # of a track header's flags (ISO/IEC 14496-12, 8.3.2)


class CaptionTrack:
    """The captions as packets, asked for piece by piece."""

    def __init__(self, container: av.container.OutputContainer, captions: Sequence[Caption], language: str) -> None:
        self.captions = deque(captions)
        self.stream = container.add_stream("mov_text")
        self.stream.codec_context.subtitle_header = _ASS_HEADER
        self.stream.codec_context.time_base = Fraction(1, 1000)
        self.stream.metadata["language"] = _ISO_639_2.get(language.split("-", maxsplit=1)[0].lower(), "und")

    def packets(self, until: Fraction) -> Iterator[Packet]:
        """Those that begin before `until` s."""
        while self.captions and self.captions[0].start < until:
            yield self._packet(self.captions.popleft())

    def _packet(self, caption: Caption) -> Packet:
        start, end = round(caption.start * 1000), round(caption.end * 1000)  # ms
        text = caption.text.replace("\\", "/").replace("{", "(").replace("}", ")").replace("\n", "\\N")
        event = av.subtitles.subtitle.SubtitleSet.create(f"0,0,Default,,0,0,0,,{text}".encode(), 0, end - start)
        packet = self.stream.codec_context.encode_subtitle(event)
        packet.stream = self.stream
        packet.pts = packet.dts = start
        packet.duration = end - start
        packet.time_base = Fraction(1, 1000)
        return packet


def switch_off_captions(path: Path) -> None:
    """Let players show the captions in the MP4 at `path`, whose index stands in front, only when they are asked to.

    The muxer always enables the first track of a kind, and some players then show it over captions that are in the
    picture already.
    """
    with path.open("r+b") as file:
        file.seek(0)
        for start, end in _boxes(file.read(1 << 26), 0, None, b"moov"):
            file.seek(start)
            index = file.read(end - start)
            for track_start, track_end in _boxes(index, 0, len(index), b"trak"):
                track = index[track_start:track_end]
                if b"sbtl" in track or b"tx3g" in track:
                    ((header, _),) = _boxes(track, 0, len(track), b"tkhd")
                    flags = start + track_start + header + 3  # version (1 byte), flags (3 bytes)
                    file.seek(flags)
                    file.write(bytes([track[header + 3] & ~_ENABLED]))


def _boxes(data: bytes, start: int, end: int | None, kind: bytes) -> Iterator[tuple[int, int]]:
    """Where the contents of the boxes of `kind` in data[start:end] begin and end; not those inside of others."""
    limit = len(data) if end is None else end
    while start + 8 <= limit:
        size, found = struct.unpack_from(">I4s", data, start)
        if size < 8:  # 64-bit sizes are those of the pictures, which stand behind the index
            return
        if found == kind:
            yield start + 8, start + size
        start += size
