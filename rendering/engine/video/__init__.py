"""From a photo's shape to a finished file: framing, captions, overlays, encoding, and reading a clip back."""

from rendering.engine.video.caption_drawing import LOOKS, Look, caption_overlays
from rendering.engine.video.caption_files import write_srt, write_vtt
from rendering.engine.video.captions import Caption, caption_lines
from rendering.engine.video.compose import Overlay, compose
from rendering.engine.video.encoding import Encoded, encode, write_poster
from rendering.engine.video.fonts import unwritable
from rendering.engine.video.framing import ASPECTS, Framing, apply_framing, frame_photo
from rendering.engine.video.probe import Probe, probe

__all__ = [
    "ASPECTS",
    "LOOKS",
    "Caption",
    "Encoded",
    "Framing",
    "Look",
    "Overlay",
    "Probe",
    "apply_framing",
    "caption_lines",
    "caption_overlays",
    "compose",
    "encode",
    "frame_photo",
    "probe",
    "unwritable",
    "write_poster",
    "write_srt",
    "write_vtt",
]
