"""From a photo's shape to a finished file: framing, captions, overlays, encoding, and reading a clip back."""

from rendering.engine.video.captions import Caption, caption_lines, caption_overlays, write_srt, write_vtt
from rendering.engine.video.compose import Overlay, compose
from rendering.engine.video.encoding import Encoded, encode, write_poster
from rendering.engine.video.framing import ASPECTS, Framing, apply_framing, frame_photo
from rendering.engine.video.probe import Probe, probe

__all__ = [
    "ASPECTS",
    "Caption",
    "Encoded",
    "Framing",
    "Overlay",
    "Probe",
    "apply_framing",
    "caption_lines",
    "caption_overlays",
    "compose",
    "encode",
    "frame_photo",
    "probe",
    "write_poster",
    "write_srt",
    "write_vtt",
]
