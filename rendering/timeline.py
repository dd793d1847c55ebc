"""When each scene of a clip is seen and heard: whole frames, silence for every cross-fade, one speech for all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rendering.engine.motion import Direction, Performance
from rendering.engine.motion.emphasis import is_silence
from rendering.engine.speech import Phoneme, Sound, Speech, Word
from rendering.engine.speech.spoken import PAUSE
from rendering.spec import RenderSpec

CLOSING_SILENCE = 0.2  # s: who answers in a dialogue does not wait for the end of a voice's own silence (Stivers 2009)


@dataclass(frozen=True, eq=False)
class Turn:
    """One scene in the clip. `speech` has `fade` frames of silence before it, as many as the next scene fades in after
    it, and lasts exactly `frames` frames; it begins with the clip's frame `start`, while the scene before still ends.
    """

    shot: RenderSpec
    direction: Direction
    speech: Speech
    start: int
    frames: int
    fade: int

    @property
    def owned_from(self) -> int:
        """The frame from which what is told of the clip is told of this scene: the middle of a cross-fade."""
        return self.start + self.fade // 2


def turns_of(
    spec: RenderSpec, spoken: Sequence[tuple[RenderSpec, Direction, Speech]], *, fps: float
) -> tuple[Turn, ...]:
    """The scenes, as they were spoken, one after the other. Sounds are brought to the first one's rate."""
    fades = [0, *(round(scene.fade * fps) for scene in spec.scenes)]
    rate = spoken[0][2].sound.rate
    turns: list[Turn] = []
    for index, (shot, direction, speech) in enumerate(spoken):
        following = index + 1 < len(spoken)
        after = fades[index + 1] if following else 0
        said = _closed_up(_at_rate(speech, rate), closes=following and shot.recording is None)
        padded = with_silence(said, before=fades[index] / fps, after=after / fps, fps=fps)
        frames = round(padded.sound.duration * fps)
        start = turns[-1].start + turns[-1].frames - fades[index] if turns else 0
        turns.append(Turn(shot, direction, padded, start, frames, fades[index]))
    return tuple(turns)


def total_frames(turns: Sequence[Turn]) -> int:
    return turns[-1].start + turns[-1].frames


def joined_speech(turns: Sequence[Turn], *, fps: float, only: Sequence[Turn] | None = None) -> Speech:
    """All that is said, in s of the scenes' own time, which begins after the title; or what is said in the turns
    `only`, with silence for the others. Phonemes cover all of it without gap or overlap.
    """
    rate, total = turns[0].speech.sound.rate, total_frames(turns)
    samples = np.zeros(round(total / fps * rate), np.float32)
    phonemes: list[Phoneme] = []
    words: list[Word] = []
    ends = [*(turn.owned_from for turn in turns[1:]), total]
    for turn, end in zip(turns, ends, strict=True):
        begin, stop = turn.owned_from / fps, end / fps
        if only is not None and turn not in only:
            phonemes.append(Phoneme(PAUSE, begin, stop))
            continue
        offset, first = turn.start / fps, round(turn.start / fps * rate)
        said = turn.speech.sound.samples[: len(samples) - first]
        samples[first : first + len(said)] += said
        for phoneme in turn.speech.phonemes:
            within = max(phoneme.start + offset, begin), min(phoneme.end + offset, stop)
            if within[1] > within[0]:
                phonemes.append(replace(phoneme, start=within[0], end=within[1]))
        words += [Word(word.text, word.start + offset, word.end + offset) for word in turn.speech.words]
    voices = dict.fromkeys(turn.speech.voice for turn in turns)
    return Speech(Sound(samples, rate), _merged(phonemes), tuple(words), ", ".join(voices))


def joined_performance(turns: Sequence[Turn], performances: Sequence[Performance]) -> Performance:
    """The controls of who is seen, one value a frame; in a cross-fade those of the scene that has the larger share."""
    total = total_frames(turns)
    ends = [*(turn.owned_from for turn in turns[1:]), total]
    pieces = [
        {name: curve[turn.owned_from - turn.start : end - turn.start] for name, curve in performance.controls.items()}
        for turn, performance, end in zip(turns, performances, ends, strict=True)
    ]
    controls = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    return Performance(fps=performances[0].fps, controls=controls)


def with_silence(speech: Speech, *, before: float, after: float, fps: float) -> Speech:
    """`speech` with silence around it, s, and as much more after it as makes a whole number of frames."""
    rate = speech.sound.rate
    lead = round(before * rate)
    least = lead + len(speech.sound.samples) + round(after * rate)
    frames = int(np.ceil(round(least / rate * fps, 6)))
    samples = np.zeros(max(round(frames / fps * rate), least), np.float32)
    samples[lead : lead + len(speech.sound.samples)] = speech.sound.samples
    sound = Sound(samples, rate)
    phonemes = [replace(p, start=p.start + before, end=p.end + before) for p in speech.phonemes]
    if before:
        phonemes.insert(0, Phoneme(PAUSE, 0.0, before))
    if sound.duration > phonemes[-1].end:
        phonemes.append(Phoneme(PAUSE, phonemes[-1].end, sound.duration))
    words = tuple(Word(word.text, word.start + before, word.end + before) for word in speech.words)
    return Speech(sound, _merged(phonemes), words, speech.voice)


def _closed_up(speech: Speech, *, closes: bool) -> Speech:
    """`speech` with no more silence after its last sound than a dialogue has between two turns."""
    last = speech.phonemes[-1]
    end = last.start + CLOSING_SILENCE
    if not closes or not is_silence(last) or end >= last.end or len(speech.phonemes) == 1:
        return speech
    sound = Sound(speech.sound.samples[: round(end * speech.sound.rate)], speech.sound.rate)
    return Speech(sound, (*speech.phonemes[:-1], replace(last, end=sound.duration)), speech.words, speech.voice)


def _at_rate(speech: Speech, rate: int) -> Speech:
    sound = speech.sound
    if sound.rate == rate:
        return speech
    times = np.arange(round(sound.duration * rate)) / rate
    samples = np.interp(times, np.arange(len(sound.samples)) / sound.rate, sound.samples).astype(np.float32)
    return replace(speech, sound=Sound(samples, rate))


def _merged(phonemes: Sequence[Phoneme]) -> tuple[Phoneme, ...]:
    """Silences that touch as one."""
    found: list[Phoneme] = []
    for phoneme in phonemes:
        if found and is_silence(phoneme) and is_silence(found[-1]):
            found[-1] = replace(found[-1], end=phoneme.end)
        else:
            found.append(phoneme)
    return tuple(found)
