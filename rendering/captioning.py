"""The captions of a clip: in files beside it, as a track inside of it, and drawn into the picture."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
    return captions_until(speech.sound.duration, spec, speech.words, later=seconds_before(spec))


def captions_until(end: float, spec: RenderSpec, words: tuple[Word, ...], *, later: float) -> Captioning:
    """The captions of one scene that ends at `end` s of the clip: `words` in s of the clip, or what its recording says,
    which begins at `later` s.
    """
    language, look = spec.language, LOOKS.get(spec.caption_look, LOOKS["plain"])
    if spec.recording is not None:
        words = tuple(Word(str(text), start + later, stop + later) for text, start, stop in spec.transcript)
        words = tuple(word for word in words if word.start < end)
    elif not language:
        language = _language(spec.voice)
    drawn = caption_lines(words, duration=end, line_letters=look.line_letters) if spec.captions else ()
    text = tuple(replace(caption, speaker=spec.name) for caption in caption_lines(words, duration=end))
    return Captioning(text, drawn, language, look.id)


def joined(parts: Sequence[Captioning]) -> Captioning:
    """The captions of all scenes of a clip, in their order. Of several languages none is named."""
    languages = {part.language for part in parts if part.text}
    return Captioning(
        text=tuple(caption for part in parts for caption in part.text),
        drawn=tuple(caption for part in parts for caption in part.drawn),
        language=languages.pop() if len(languages) == 1 else "",
        look=parts[0].look,
    )


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
