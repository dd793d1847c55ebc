"""What stands around a scene: a title before it, a card after it, and music under all of it."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from rendering.engine.motion import Performance
from rendering.engine.speech import Phoneme, Sound, Speech, Word
from rendering.engine.speech.music import read_music, with_music
from rendering.engine.speech.spoken import PAUSE
from rendering.engine.video.cards import CARD_SECONDS, card_frames, draw_card
from rendering.spec import RenderSpec

Chunks = Iterator[np.ndarray]


def seconds_before(spec: RenderSpec) -> float:
    """When the scene begins, s of the clip."""
    return CARD_SECONDS if spec.title_card else 0.0


def staged_speech(spec: RenderSpec, speech: Speech) -> Speech:
    """`speech` as it stands in the clip: later by the title, followed by the end card. Raises SoundError."""
    before, after = seconds_before(spec), CARD_SECONDS if spec.end_card else 0.0
    if not before and not after and spec.music is None:
        return speech
    rate = speech.sound.rate
    silence = [np.zeros(round(seconds * rate), np.float32) for seconds in (before, after)]
    sound = Sound(np.concatenate([silence[0], speech.sound.samples, silence[1]]), rate)
    phonemes = [replace(p, start=p.start + before, end=p.end + before) for p in speech.phonemes]
    if before:
        phonemes.insert(0, Phoneme(PAUSE, 0.0, before))
    if after:
        phonemes.append(Phoneme(PAUSE, phonemes[-1].end, sound.duration))
    words = tuple(Word(word.text, word.start + before, word.end + before) for word in speech.words)
    return Speech(_with_bed(spec, sound), tuple(phonemes), words, speech.voice)


def staged_performance(spec: RenderSpec, performance: Performance) -> Performance:
    """The controls with a value for each frame of the clip: at rest, as the scene begins and ends, on the cards."""
    frames = round(CARD_SECONDS * performance.fps)
    around = (frames if spec.title_card else 0, frames if spec.end_card else 0)
    controls = {name: np.pad(curve, around, mode="edge") for name, curve in performance.controls.items()}
    return Performance(fps=performance.fps, controls=controls)


def staged_frames(
    spec: RenderSpec, drawn: Chunks, *, first_photo: np.ndarray, last_photo: np.ndarray, fps: float
) -> Chunks:
    """The frames of the clip: `drawn` between its cards, whose grounds are these pictures, (H, W, 3) uint8."""
    if spec.title_card:
        first = next(drawn)
        cards = card_frames(draw_card(spec.title_card, first_photo), first[0][..., :3], fps=fps, is_title=True)
        yield from _like(first, cards)
        yield first
    last = last_photo
    for chunk in drawn:
        last = chunk[-1].copy() if spec.end_card else last
        yield chunk
    if spec.end_card:
        cards = card_frames(draw_card(spec.end_card, last_photo), last[..., :3], fps=fps, is_title=False)
        yield from _like(last[None], cards)


def _like(drawn: np.ndarray, cards: Chunks) -> Chunks:
    """`cards` with as many channels as `drawn`: in a transparent clip a card is seen whole."""
    for chunk in cards:
        if drawn.shape[-1] == chunk.shape[-1]:
            yield chunk
        else:
            yield np.concatenate([chunk, np.full((*chunk.shape[:3], 1), 255, np.uint8)], axis=-1)


def _with_bed(spec: RenderSpec, sound: Sound) -> Sound:
    if spec.music is None:
        return sound
    return with_music(sound, read_music(spec.music), level=spec.music_level)
