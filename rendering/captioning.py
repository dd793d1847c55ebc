"""The captions of a clip: in files beside it, as a track inside of it, and drawn into the picture."""

from dataclasses import dataclass

from rendering.engine.errors import WordsError
from rendering.engine.speech import Speech, Word
from rendering.engine.speech.catalogue import voice_named
from rendering.engine.video.caption_drawing import LOOKS, caption_overlays
from rendering.engine.video.caption_files import write_srt, write_vtt
from rendering.engine.video.caption_place import Box
from rendering.engine.video.captions import Caption, caption_lines
from rendering.engine.video.compose import Overlay
from rendering.spec import RenderSpec
from rendering.staging import seconds_before


@dataclass(frozen=True)
class Captioning:
    """`text`: the captions as they are read in files and in players; `drawn`: those in the picture, none where it shall
    have none. `language` in BCP 47, "" where nobody said.
    """

    text: tuple[Caption, ...]
    drawn: tuple[Caption, ...]
    language: str
    look: str

    def overlays(self, size: tuple[int, int], *, mouth: Box, label: Overlay) -> tuple[Overlay, ...]:
        """What is laid over frames of `size` px, clear of the mouth and of the label."""
        height, width = label.rgba.shape[:2]
        return caption_overlays(
            self.drawn,
            size,
            look=self.look,
            mouth=mouth,
            label=(label.x, label.y, width, height),
            language=self.language,
        )


def captioning(spec: RenderSpec, speech: Speech) -> Captioning:
    """The captions of what is said: of words as they are written, of a recording as it was written down."""
    words, language = speech.words, spec.language
    if spec.recording is not None:
        later = seconds_before(spec)
        words = tuple(Word(str(text), start + later, end + later) for text, start, end in spec.transcript)
        words = tuple(word for word in words if word.start < speech.sound.duration)
    elif not language:
        language = _language(spec.voice)
    duration, look = speech.sound.duration, LOOKS.get(spec.caption_look, LOOKS["plain"])
    drawn = caption_lines(words, duration=duration, line_letters=look.line_letters) if spec.captions else ()
    return Captioning(caption_lines(words, duration=duration), drawn, language, look.id)


def write_captions(spec: RenderSpec, captions: tuple[Caption, ...]) -> None:
    """captions.vtt and captions.srt beside the clip; none where nothing is said."""
    if captions:
        write_vtt(spec.output.with_name("captions.vtt"), captions)
        write_srt(spec.output.with_name("captions.srt"), captions)


def _language(voice: str) -> str:
    try:
        return voice_named(voice).language
    except WordsError:
        return ""
